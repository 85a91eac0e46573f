"""The targets of the government's term: what is claimed, what was monitored, and where each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Block, Runs
from analysis.findings.sections.estimates import name_of
from analysis.supervision.sections.parts import Row, measured, named, plain_table, rows, said, sentence

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def term_targets(brief: Brief) -> list[Block]:
    """Show each target of the term with the claimed and the monitored figure; of the whole, unit by unit."""
    units = brief.evidence.below or [brief.evidence.unit]
    found = [(unit, row) for unit in units for row in rows(brief, "term_targets", unit)]
    if not found:
        return []
    several = bool(brief.evidence.below)
    lines = [
        (*((named(brief, unit),) if several else ()), name_of(brief.text(row, "name")), said(brief, row, "title"),
         _target(brief, row), _figure(brief, row, "claimed"), _figure(brief, row, "monitored"),
         brief.runs(f"target_state_{'false' if row['false'] else row['state']}"))
        for unit, row in found
    ]  # fmt: skip
    heads = ("indicator_column", "term_column", "term_target_column", "claimed_column", "monitored_column",
             "state_column")  # fmt: skip
    table = plain_table(brief, "table_term_targets", (*(("unit_column",) if several else ()), *heads), lines,
                        widths=(*((1.2,) if several else ()), 2.6, 2.6, 1.6, 1.5, 1.5, 1.3),
                        right=("term_target_column", "claimed_column", "monitored_column"))  # fmt: skip
    false = [(unit, row) for unit, row in found if row["false"]]
    told = [sentence(brief, "term_target_false", unit=brief.name(unit), indicator=said(brief, row, "name"))
            for unit, row in false]  # fmt: skip
    return [brief.heading("term_targets"), sentence(brief, "term_targets_note"), *told, *table]


def _target(brief: Brief, row: Row) -> Runs:
    return (*brief.runs(f"target_{row['direction']}", by=int(row["by"])), *measured(brief, row["target"]))


def _figure(brief: Brief, row: Row, name: str) -> Runs:
    at = brief.runs("of_year", year=int(row[f"{name}_year"])) if row[name] else ()
    return (*measured(brief, row[name]), *at)
