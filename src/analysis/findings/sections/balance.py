"""Balance: how far the units differ in what they give each student, and what the rules on balance say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Block
from analysis.findings import tables
from analysis.findings.sections.remarks import remarks
from analysis.findings.sections.topics import told

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def balance(brief: Brief) -> list[Block]:
    """Say how even the unit is within and the whole between its units."""
    findings = brief.placed.get("balance", ())
    table = tables.balance(brief)
    parts: list[Block] = [*told(brief, findings), *([table] if table else []), *remarks(brief, "balance")]
    return [brief.heading("balance"), *parts] if parts else []
