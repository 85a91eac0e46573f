"""The report of a survey: how it was asked, what came of it, for whom, where, and how far to rely on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Block, Table
from analysis.findings.sections import answers
from analysis.findings.sections.satisfaction import quotes as quoted
from analysis.findings.sections.topics import told
from analysis.findings.tables import Sheet

if TYPE_CHECKING:
    from analysis.findings.brief import Brief

#: Quotations in a report, and sentences of a section.
_QUOTES = 8
_FEW = 8


def _section(brief: Brief, name: str, *parts: Block | None) -> list[Block]:
    said = told(brief, brief.placed.get(name, ()), _FEW)
    there = [*said, *(part for part in parts if part is not None)]
    return [brief.heading(name), *there] if there else []


def asked(brief: Brief) -> list[Block]:
    """Say how the survey was asked, and how many answered."""
    said = answers.asked(brief, [brief.about])
    return [brief.heading("asked"), *said] if said else []


def indices(brief: Brief) -> list[Block]:
    """Show the indices of everybody."""
    return _section(brief, "indices", answers.index_table(brief, brief.about), *answers.index_chart(brief, brief.about))


def groups(brief: Brief) -> list[Block]:
    """Show the indices of the groups that the questionnaire declares."""
    return _section(brief, "groups", answers.group_table(brief, brief.about))


def by_unit(brief: Brief) -> list[Block]:
    """Show the indices of all units beside each other, without ranking them."""
    return _section(brief, "by_unit", answers.unit_table(brief, brief.about), *answers.unit_charts(brief, brief.about))


def changes(brief: Brief) -> list[Block]:
    """Show what changed since the wave before, as far as it may be compared."""
    return _section(brief, "changes", answers.change_table(brief, brief.about))


def drivers(brief: Brief) -> list[Block]:
    """Say what goes together with satisfaction overall."""
    return _section(brief, "drivers", answers.driver_table(brief, brief.about))


def quotes(brief: Brief) -> list[Block]:
    """Give what people wrote."""
    found = quoted(brief, brief.about, _QUOTES)
    return [brief.heading("quotes"), *found] if found else []


def reliability(brief: Brief) -> list[Block]:
    """Show how far the items of each index hang together."""
    return _section(brief, "reliability", _scales(brief))


def _scales(brief: Brief) -> Table | None:
    found, sheet = brief.estimates, Sheet(brief)
    for row in found.of(brief.about, "alpha"):
        omega = found.beside(row, None, statistic="omega")
        sheet.add(found.label(row), sheet.number(row["cell"]), sheet.number(omega["cell"] if omega else None))
    heads = [brief.runs(key) for key in ("alpha_column", "omega_column")]
    return sheet.table(brief.runs("table_scales", survey=found.title(brief.about)), brief.runs("index_column"), heads)
