"""The plan of the year, what was decided, and what third parties delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents import Block, Run, Runs
from analysis.findings.ledger.naming import FEW
from analysis.messages import NO_VALUE
from analysis.supervision.sections.notice import basis
from analysis.supervision.sections.parts import day_in_table, number, plain_table, rows, said, sentence

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def plan(brief: Brief) -> list[Block]:
    """Show who is evaluated how, when and by whom, and how far it is."""
    found = rows(brief, "plan")
    if not found:
        return []
    late = [said(brief, row, "title") for row in found if row["state"] == "overdue"]
    blocks: list[Block] = [brief.heading("plan"), sentence(brief, "plan_grounds", basis=basis(brief, "duties"),
                                                           year=brief.reference.year)]  # fmt: skip
    if late:
        blocks.append(sentence(brief, "plan_late", entries=brief.wording.list_of(late)))
    lines = [
        (said(brief, row, "title"), brief.runs(f"plan_{row['kind']}"), _whom(brief, row),
         _done(brief, row), day_in_table(row["begins"]), day_in_table(row["ends"]), said(brief, row, "owner"),
         brief.runs(f"plan_state_{row['state']}"))
        for row in found
    ]  # fmt: skip
    heads = ("entry_column", "how_column", "units_column", "done_column", "begins_column", "ends_column",
             "owner_column", "state_column")  # fmt: skip
    table = plain_table(brief, "table_plan", heads, lines, right=("done_column",),
                        widths=(2.8, 1.4, 1.5, 0.8, 1.5, 1.5, 1.8, 1.2), year=brief.reference.year)  # fmt: skip
    return [*blocks, *table]


def _whom(brief: Brief, row: dict[str, Any]) -> Runs:
    """Say how many are evaluated, and who where they are few."""
    if not brief.slot(row["units"]).value:
        return (Run(text=NO_VALUE),)
    if brief.slot(row["units"]).value > FEW or not brief.text(row, "units"):
        return number(brief, row, "units")
    return (*number(brief, row, "units"), *brief.runs("plan_named", units=said(brief, row, "units")))


def _done(brief: Brief, row: dict[str, Any]) -> Runs:
    return number(brief, row, "done") if brief.slot(row["units"]).value else (Run(text=NO_VALUE),)


def decided(brief: Brief) -> list[Block]:
    """List what the committee decided, and what became of it."""
    lines = [
        (day_in_table(row["date"]), said(brief, row, "meeting"), said(brief, row, "decision"),
         said(brief, row, "owner"), day_in_table(row["due"]), brief.runs(f"decision_{row['state']}"))
        for row in rows(brief, "decisions")
    ]  # fmt: skip
    heads = (
        "date_column",
        "meeting_column",
        "decision_column",
        "owner_column",
        "evaluation_due_column",
        "state_column",
    )
    table = plain_table(brief, "table_decisions", heads, lines, widths=(1.5, 1.8, 4, 1.6, 1.5, 1.2))
    return [brief.heading("decided"), *table] if table else []


def delivered(brief: Brief) -> list[Block]:
    """List what third parties delivered, and whether it was accepted; inside the office."""
    lines = [
        (day_in_table(row["date"]), (Run(text=str(row["supplier"]), role="citation"),),
         (Run(text=str(row["contract"]), role="label"),), (Run(text=str(row["delivered"]), role="label"),),
         number(brief, row, "rows"), number(brief, row, "faults"), brief.runs(f"delivery_{row['outcome']}"))
        for row in rows(brief, "deliveries")
    ]  # fmt: skip
    heads = ("date_column", "supplier_column", "contract_column", "file_column", "rows_column", "faults_column",
             "state_column")  # fmt: skip
    table = plain_table(brief, "table_deliveries", heads, lines, right=("rows_column", "faults_column"))
    return [brief.heading("delivered"), sentence(brief, "delivered_note"), *table] if table else []
