"""Where the self-evaluations stand: unit by unit, what the checks found, what came back, what departments say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Block, Run
from analysis.findings.wording import Word
from analysis.supervision.sections.parts import (
    day_in_table,
    named,
    number,
    on_day,
    plain_table,
    rows,
    said,
    sentence,
)

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def _below(brief: Brief) -> list[str]:
    units = brief.reference.units
    there = units.at(brief.evidence.boundaries)
    return [str(unit) for unit in there.index if units.parent(str(unit)) == brief.evidence.unit]


def progress(brief: Brief) -> list[Block]:
    """Say how many self-evaluations stand where, unit by unit, and who is reminded when."""
    sums = rows(brief, "evaluation_sums")
    if not sums:
        return []
    blocks: list[Block] = [brief.heading("progress")]
    for row in sums:
        counts = {
            name: brief.slot(row[name]) for name in ("asked", "handed_in", "returned_once", "approved", "overdue")
        }
        blocks.append(sentence(brief, "progress_counts", kind=Word(str(row["kind"])), due=on_day(brief, row["due"]),
                               **counts))  # fmt: skip
    lines = [
        (named(brief, unit), brief.runs(f"evaluation_{row['state']}"), day_in_table(row["submitted"]),
         *(number(brief, row, name) for name in ("late", "reminders", "returned", "audits", "unanswered")),
         day_in_table(row["due"]), day_in_table(row["next_reminder"]))
        for unit in _below(brief) for row in rows(brief, "evaluations", unit)
    ]  # fmt: skip
    heads = ("unit_column", "state_column", "submitted_column", "late_column", "reminders_column", "returned_column",
             "audits_column", "unanswered_column", "evaluation_due_column", "reminder_column")  # fmt: skip
    return [*blocks, *plain_table(brief, "table_progress", heads, lines, year=brief.reference.year,
                                  right=("late_column", "reminders_column", "returned_column", "audits_column",
                                         "unanswered_column"))]  # fmt: skip


def faults(brief: Brief) -> list[Block]:
    """List what the checks found: what is missing, what does not fit, what differs; inside the office."""
    lines = [
        (named(brief, unit), brief.runs(f"aspect_{row['aspect']}"), said(brief, row, "text"))
        for unit in _below(brief) for row in rows(brief, "evaluation_faults", unit)
    ]  # fmt: skip
    table = plain_table(brief, "table_faults", ("unit_column", "aspect_column", "found_column"), lines,
                        widths=(1.2, 1.2, 6))  # fmt: skip
    return [brief.heading("evaluation_faults"), *table] if table else []


def returns(brief: Brief) -> list[Block]:
    """List what was returned, with the reasons; inside the office."""
    lines = [
        (named(brief, unit), day_in_table(row["date"]), (Run(text=str(row["by"]), role="citation"),),
         day_in_table(row["due"]), said(brief, row, "note"))
        for unit in _below(brief) for row in rows(brief, "evaluation_steps", unit, state="returned")
    ]  # fmt: skip
    heads = ("unit_column", "date_column", "by_column", "evaluation_due_column", "reasons_column")
    table = plain_table(brief, "table_returns", heads, lines, widths=(1.2, 1.4, 1.4, 1.4, 5))
    return [brief.heading("evaluation_returns"), *table] if table else []


def audit_flags(brief: Brief) -> list[Block]:
    """List what departments object to, cannot tell, or have not answered; inside the office."""
    units = _below(brief) if brief.evidence.below else [brief.evidence.unit]
    lines = [
        (named(brief, unit), said(brief, row, "said"), said(brief, row, "department"), day_in_table(row["due"]),
         brief.runs(f"flag_{row['flag'] or 'none'}"), said(brief, row, "note"))
        for unit in units for row in rows(brief, "audits", unit) if row["flag"] != "confirmed"
    ]  # fmt: skip
    heads = ("unit_column", "said_column", "department_column", "evaluation_due_column", "flag_column",
             "reasons_column")  # fmt: skip
    table = plain_table(brief, "table_audits", heads, lines, widths=(1.2, 3.6, 1.8, 1.5, 1.3, 2.6))
    return [brief.heading("audit_flags"), *table] if table else []
