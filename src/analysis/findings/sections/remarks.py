"""What people wrote themselves, where it belongs; table ``remarks`` of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents.blocks import Remark
from analysis.findings.finding import read_runs

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def remarks(brief: Brief, section: str) -> list[Remark]:
    """Give the signed paragraphs of the unit that stand in a section or with a topic."""
    return [
        Remark(text=read_runs(row[f"text_{brief.language}"]), signed=read_runs(row[f"signed_{brief.language}"]))
        for row in brief.evidence.rows("remarks")
        if row["section"] == section
    ]
