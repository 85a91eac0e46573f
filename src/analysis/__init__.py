"""Duzheng: a research workbench for evaluating how governments fulfil their duties in education.

``import analysis`` loads nothing heavy. :func:`open` gives a workspace with the verbs of all rooms on it, each
imported when it is first used::

    import analysis

    ws = analysis.open()
    ws.series("pupils", boundaries=2020)
    wave = ws.design("students", 2025)
    ws.index(wave, by="district").explain()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__version__ = "0.1.0"
__all__ = ["Bench", "__version__", "open"]

#: The verbs on an open workspace and the rooms they live in. Each takes the workspace first.
VERBS: dict[str, str] = {
    "series": "analysis.indicators",
    "peers": "analysis.indicators",
    "spread": "analysis.indicators",
    "warnings": "analysis.indicators",
    "audit": "analysis.indicators.audit",
    "balance": "analysis.indicators.balance",
    "compare_with_peers": "analysis.indicators.peer_comparison",
    "composite": "analysis.indicators.composites",
    "control_chart": "analysis.indicators.trends",
    "funding_growth": "analysis.indicators.funding",
    "funnel": "analysis.indicators.peer_comparison",
    "growth": "analysis.indicators",
    "inequality": "analysis.indicators.inequality",
    "neighbours": "analysis.indicators.peer_comparison",
    "reconcile": "analysis.indicators.audit",
    "simulated_schools": "analysis.indicators.simulation",
    "targets": "analysis.indicators.targets",
    "trend": "analysis.indicators.trends",
    "brief": "analysis.findings.brief",
    "questionnaires": "analysis.surveys",
    "collected": "analysis.surveys.collected",
    "design": "analysis.surveys.design",
    "agreement": "analysis.satisfaction",
    "recognition": "analysis.satisfaction",
    "recognition_sample": "analysis.satisfaction",
}

#: The verbs that take designs, which know their workspace: all of one room.
ANALYSES = (
    "changes", "comments", "comparability", "crosstab", "doubts", "drivers", "importance", "index", "key_terms",
    "multiverse", "nonresponse", "pool", "quotations", "scales", "with_and_without",
)  # fmt: skip

#: The verbs that take a balance, which knows its schools and its rule: all of one room.
REPAIRS = ("balance_drivers", "balance_margins", "flips", "frontier", "reallocation", "repair")

#: What is claimed of a wave, for ``multiverse``.
CLAIMS = ("Above", "Changed", "Higher", "Reaches")


class Bench:
    """An open workspace with the verbs of the rooms on it.

    Attributes of :class:`analysis.workspace.Workspace` (``settings``, ``units``, ``catalogue``, ``observations``, …)
    are there as well.
    """

    def __init__(self, workspace: Any) -> None:
        self.workspace = workspace

    def __getattr__(self, name: str) -> Any:
        if name in VERBS:
            import functools
            import importlib

            verb = getattr(importlib.import_module(VERBS[name]), name)
            return functools.update_wrapper(functools.partial(verb, self.workspace), verb)
        if name in (*ANALYSES, *CLAIMS):
            from analysis import satisfaction

            return getattr(satisfaction, name)
        if name in REPAIRS:
            from analysis.indicators import balance

            return getattr(balance, name)
        return getattr(self.workspace, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *VERBS, *ANALYSES, *CLAIMS, *REPAIRS, *dir(self.workspace)})

    def __repr__(self) -> str:
        return f"<workspace {self.workspace.settings.name['zh-Hans']} at {self.workspace.root}>"


def open(start: str | Path = ".") -> Bench:  # noqa: A001  read as analysis.open
    """Open the workspace of a folder, or of the nearest one above it.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-W001 if there is none.
    """
    from analysis.workspace import Workspace

    return Bench(Workspace.find(start))
