"""What units say of themselves, held to the evidence; and what became of the problems that were found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Block, Column, Run, Runs, Table
from analysis.findings.sections.estimates import name_of
from analysis.findings.sections.remarks import remarks
from analysis.findings.sections.topics import told
from analysis.findings.tables import Sheet
from analysis.findings.wording import year
from analysis.messages import NO_VALUE

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def self_evaluation(brief: Brief) -> list[Block]:
    """Say how far the self-evaluation agrees with what was monitored, claim by claim; of the whole, unit by unit."""
    table = _by_unit(brief) if brief.evidence.below else _claims(brief)
    said = told(brief, brief.placed.get("self_evaluation", ()))
    parts: list[Block] = [*([table] if table else []), *said, *remarks(brief, "self_evaluation")]
    return [brief.heading("self_evaluation"), *parts] if parts else []


def _text(brief: Brief, row: dict[str, object], name: str) -> str:
    return str(row[f"{name}_{'zh' if brief.language == 'zh-Hans' else 'en'}"])


def _claims(brief: Brief) -> Table | None:
    sheet = Sheet(brief)
    for row in brief.evidence.rows("claims"):
        sheet.add(
            name_of(_text(brief, row, "name")),
            (year(_years(row)),),
            _number(brief, sheet, row, "claimed"),
            _number(brief, sheet, row, "monitored"),
            brief.runs(f"claim_{row['verdict']}"),
        )
    heads = [
        Column(text=brief.runs("year_column")),
        Column(text=brief.runs("claimed_column")),
        Column(text=brief.runs("monitored_column")),
        Column(text=brief.runs("verdict_column"), align="left"),
    ]
    return sheet.table(brief.runs("table_claims"), brief.runs("claim_column"), heads)


def _years(row: dict[str, object]) -> str:
    base = row["base_year"]
    return f"{base}–{row['claim_year']}" if isinstance(base, int) else str(row["claim_year"])


def _number(brief: Brief, sheet: Sheet, row: dict[str, object], what: str) -> Runs:
    """Give a number of a claim with its unit, the word that stands in its place, or a dash."""
    cell, word = str(row[what]), str(row[f"{what}_word"])
    if cell:
        signed = row["form"] in {"change", "growth"}
        runs = sheet.number(cell, signed=signed)
        slot = brief.slot(cell)
        measure = brief.wording.measure(slot.measure) if slot.measure else ""
        return (*runs, Run(text=measure)) if measure else runs
    return brief.runs(f"word_{word}") if word else (Run(text=NO_VALUE),)


def _by_unit(brief: Brief) -> Table | None:
    evidence, sheet = brief.evidence, Sheet(brief)
    counts = ("claims", "agree", "differ", "open")
    for unit in (*evidence.below, evidence.unit):
        for row in evidence.rows("self_evaluations", unit):
            sheet.add(name_of(brief.name(unit, short=True)), *(sheet.number(row[each]) for each in counts),
                      picked=unit == evidence.unit)  # fmt: skip
    heads = [brief.runs(f"count_{each}") for each in counts]
    return sheet.table(brief.runs("table_self_evaluations"), brief.runs("unit_column"), heads)


def rectification(brief: Brief) -> list[Block]:
    """List the problems that were found, where each stands, and its figures then and now; of the whole, unit by unit."""
    table = _counts(brief) if brief.evidence.below else _items(brief)
    said = told(brief, brief.placed.get("rectification", ()))
    parts: list[Block] = [*([table] if table else []), *said, *remarks(brief, "rectification")]
    return [brief.heading("rectification"), *parts] if parts else []


def _items(brief: Brief) -> Table | None:
    sheet, before = Sheet(brief), ""
    for row in brief.evidence.rows("rectification"):
        again = row["item"] == before
        before = str(row["item"])
        problem = () if again else (Run(text=_text(brief, row, "problem"), role="citation"),)
        late = "state_overdue" if row["overdue"] else f"state_{row['state']}"
        sheet.add(
            problem,
            () if again else _dates(brief, row),
            () if again else brief.runs(late),
            brief.runs(
                "then_and_now",
                figure=name_of(_text(brief, row, "name")),
                then=_then(brief, sheet, row, "then"),
                now=_then(brief, sheet, row, "now"),
            ),
        )
    heads = [
        Column(text=brief.runs("dates_column"), align="left"),
        Column(text=brief.runs("state_column"), align="left"),
        Column(text=brief.runs("figure_column"), align="left"),
    ]
    notes = [brief.runs("rectification_note")] if sheet.rows else []
    return sheet.table(brief.runs("table_rectification"), brief.runs("problem_column"), heads, notes=notes)


def _dates(brief: Brief, row: dict[str, object]) -> Runs:
    opened, due = (Run(text=str(row[name]), role="date") for name in ("opened", "due"))
    return brief.runs("dates", opened=opened, due=due)


def _then(brief: Brief, sheet: Sheet, row: dict[str, object], what: str) -> Runs:
    """Give a figure with its unit and year; a dash where there is none."""
    cell = str(row[what])
    if not cell:
        return sheet.number(None)
    slot = brief.slot(cell)
    measure = brief.wording.measure(slot.measure) if slot.measure else ""
    at = brief.runs("at_year", year=int(str(row[f"{what}_year"])))
    return (*sheet.number(cell), *((Run(text=measure),) if measure else ()), *at)


def _counts(brief: Brief) -> Table | None:
    evidence, sheet = brief.evidence, Sheet(brief)
    counts = ("items", "closed", "waiting", "working", "returned", "overdue")
    for unit in (*evidence.below, evidence.unit):
        for row in evidence.rows("rectification_counts", unit):
            sheet.add(name_of(brief.name(unit, short=True)), *(sheet.number(row[each]) for each in counts),
                      picked=unit == evidence.unit)  # fmt: skip
    heads = [brief.runs(f"count_{each}") for each in counts]
    return sheet.table(brief.runs("table_rectification_counts"), brief.runs("unit_column"), heads)
