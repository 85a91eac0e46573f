"""Findings: what the data carry of each unit, in sentences, tables and charts of two languages.

Stage one (:func:`analysis.findings.stage_one.run_tables`) computes over all units; stage two
(:func:`analysis.findings.brief.brief`) lays out what one memo may say. The names here are imported when they are first
used: a command that only asks who answers for a duty need not load what makes documents.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from analysis.findings.brief import Audience, Brief
    from analysis.findings.evidence import Evidence
    from analysis.findings.finding import Finding
    from analysis.findings.run_tables import RunTables
    from analysis.findings.wording import catalogues

__all__ = ["Audience", "Brief", "Evidence", "Finding", "RunTables", "catalogues"]
_PLACES: Final = {"Audience": "brief", "Brief": "brief", "Evidence": "evidence", "Finding": "finding",
                  "RunTables": "run_tables", "catalogues": "wording"}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a name when it is first used."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
