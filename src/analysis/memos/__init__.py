"""Memos: parameters, the run of a notebook, batches, the manifest."""

from analysis.memos.batch import FORMATS, Format, Outcome, Plan, build, plan
from analysis.memos.execute import execute, read_blocks
from analysis.memos.parameters import MemoParameters, read_parameters

__all__ = [
    "FORMATS",
    "Format",
    "MemoParameters",
    "Outcome",
    "Plan",
    "build",
    "execute",
    "plan",
    "read_blocks",
    "read_parameters",
]
