"""A new workspace, begun from another: rules, catalogue, questionnaires are taken over, what is of one place is not."""

from analysis.workspace.starter.start import Start, Template, hold_folder, start

__all__ = ["Start", "Template", "hold_folder", "start"]
