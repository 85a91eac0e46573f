"""What units say of themselves, held to the evidence; and what became of the problems that were found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Block, Column, Run, Runs, Table
from analysis.findings.sections.estimates import name_of
from analysis.findings.sections.remarks import remarks
from analysis.findings.sections.topics import told
from analysis.findings.tables import Sheet
from analysis.findings.wording import Slot, year
from analysis.messages import NO_VALUE

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def self_evaluation(brief: Brief) -> list[Block]:
    """Say how far the self-evaluation agrees with what was monitored, claim by claim; of the whole, unit by unit."""
    table = _by_unit(brief) if brief.evidence.below else _claims(brief)
    said = told(brief, brief.placed.get("self_evaluation", ()))
    parts: list[Block] = [*said, *([table] if table else []), *remarks(brief, "self_evaluation")]
    return [brief.heading("self_evaluation"), *parts] if parts else []


def _claims(brief: Brief) -> Table | None:
    sheet, within = Sheet(brief), False
    for row in brief.evidence.rows("claims"):
        sheet.add(
            name_of(brief.text(row, "name")),
            (year(_years(row)),),
            claimed(brief, sheet, row, "claimed"),
            claimed(brief, sheet, row, "monitored"),
            brief.runs(f"claim_{row['verdict']}"),
        )
        sheet.cells += _rests(brief, row)
        within = within or row["verdict"] == "within"
    heads = [
        Column(text=brief.runs("year_column")),
        Column(text=brief.runs("claimed_column")),
        Column(text=brief.runs("monitored_column")),
        Column(text=brief.runs("verdict_column"), align="left"),
    ]
    notes = [brief.runs("claims_within_note")] if within else []
    return sheet.table(brief.runs("table_claims"), brief.runs("claim_column"), heads, notes=notes)


def _rests(brief: Brief, row: dict[str, object]) -> list[str]:
    """Give the cells behind a row, whose works and surveys the source line names."""
    return [each for each in str(row["rests_on"]).split(";") if brief.evidence.has_cell(each)]


def _years(row: dict[str, object]) -> str:
    base = row["base_year"]
    return f"{base}–{row['claim_year']}" if isinstance(base, int) else str(row["claim_year"])


def claimed(brief: Brief, sheet: Sheet, row: dict[str, object], what: str) -> Runs:
    """Give a number of a claim with its unit, the word that stands in its place, or a dash."""
    cell, word = str(row[what]), str(row[f"{what}_word"])
    if cell:
        signed = row["form"] in {"change", "growth", "direction"}
        runs = sheet.number(cell, signed=signed)
        slot = brief.slot(cell)
        measure = brief.wording.measure(slot.measure) if slot.measure else ""
        return (*runs, Run(text=measure)) if measure else runs
    return brief.runs(f"word_{word}") if word else (Run(text=NO_VALUE),)


def _by_unit(brief: Brief) -> Table | None:
    evidence, sheet = brief.evidence, Sheet(brief)
    counts = ("claims", "agree", "within", "differ", "open")
    for unit in (*evidence.below, evidence.unit):
        for row in evidence.rows("self_evaluations", unit):
            sheet.add(name_of(brief.name(unit, short=True)), *(sheet.number(row[each]) for each in counts),
                      picked=unit == evidence.unit)  # fmt: skip
    heads = [brief.runs(f"count_{each}") for each in counts]
    return sheet.table(brief.runs("table_self_evaluations"), brief.runs("unit_column"), heads)


def rectification(brief: Brief) -> list[Block]:
    """List the problems that were found, where each stands, and figures then and now; of the whole, unit by unit."""
    table = _counts(brief) if brief.evidence.below else _items(brief)
    said = told(brief, brief.placed.get("rectification", ()))
    parts: list[Block] = [*said, *([table] if table else []), *remarks(brief, "rectification")]
    return [brief.heading("rectification"), *parts] if parts else []


def _items(brief: Brief) -> Table | None:
    sheet, before = Sheet(brief), ""
    for row in brief.evidence.rows("rectification"):
        again = row["item"] == before
        before = str(row["item"])
        text = brief.text(row, "problem")
        problem = () if again else (Run(text=text[:1].upper() + text[1:], role="citation"),)
        sheet.cells += _rests(brief, row)
        late = "state_overdue" if row["overdue"] else f"state_{row['state']}"
        sheet.add(
            problem,
            *((() if again else (Run(text=str(row[each]), role="date"),)) for each in ("opened", "due")),
            () if again else brief.runs(late),
            _figures(brief, sheet, row),
        )
    heads = [
        Column(text=brief.runs("opened_column"), align="left"),
        Column(text=brief.runs("due_column"), align="left"),
        Column(text=brief.runs("state_column"), align="left"),
        Column(text=brief.runs("figure_column"), align="left"),
    ]
    pairs = any(row["then"] and row["now"] for row in brief.evidence.rows("rectification"))
    cautioned = any(each.message == "rectification_figures" for each in brief.said)  # its sentence says the same
    notes = [brief.runs("rectification_note")] if pairs and not cautioned else []
    return sheet.table(brief.runs("table_rectification"), brief.runs("problem_column"), heads, notes=notes)


def _figures(brief: Brief, sheet: Sheet, row: dict[str, object]) -> Runs:
    """Give what a problem's figure was and is, or say that none has come since."""
    figure: Slot = name_of(brief.text(row, "name"))
    there = {what: _then(brief, sheet, row, what) for what in ("then", "now") if row[what]}
    if "then" not in there:
        return brief.runs("then_unknown", figure=figure)
    return brief.runs("then_and_now" if "now" in there else "then_and_none", figure=figure, **there)


def _then(brief: Brief, sheet: Sheet, row: dict[str, object], what: str) -> Runs:
    """Give a figure with its unit and year."""
    cell = str(row[what])
    slot = brief.slot(cell)
    measure = brief.wording.measure(slot.measure) if slot.measure else ""
    at = brief.runs("at_year", year=int(str(row[f"{what}_year"])))
    return (*sheet.number(cell), *((Run(text=measure),) if measure else ()), *at)


def _counts(brief: Brief) -> Table | None:
    evidence, sheet = brief.evidence, Sheet(brief)
    counts = ("items", "closed", "waiting", "inspected", "working", "returned", "overdue")
    for unit in (*evidence.below, evidence.unit):
        for row in evidence.rows("rectification_counts", unit):
            sheet.add(name_of(brief.name(unit, short=True)), *(sheet.number(row[each]) for each in counts),
                      picked=unit == evidence.unit)  # fmt: skip
    heads = [brief.runs(f"count_{each}") for each in counts]
    return sheet.table(brief.runs("table_rectification_counts"), brief.runs("unit_column"), heads)
