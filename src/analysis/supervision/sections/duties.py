"""Duties: who answers for them, what there is on each, and what others found beside own data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Block, Run, Runs
from analysis.findings.sections.estimates import name_of
from analysis.findings.wording import Word
from analysis.messages import NO_VALUE
from analysis.supervision.sections.parts import (
    day_in_table,
    departments,
    measured,
    named,
    number,
    plain_table,
    rows,
    said,
    sentence,
)

if TYPE_CHECKING:
    from analysis.findings.brief import Brief

#: What of the counts on a duty stands in the table.
_SHOWN = ("indicators", "figures", "themes", "collected", "claims", "answers", "others", "items")
#: Claims that are listed on the page of a duty: what agrees is counted, and stands in the bulletins.
_TOLD = frozenset({"differs", "open"})


def responsible(brief: Brief) -> list[Block]:
    """List the duties by department; of a department its own, of a duty those who answer for it."""
    whole = brief.evidence.whole if brief.kind == "department" else brief.evidence.unit
    found = rows(brief, "responsible", whole)
    if brief.kind == "department":
        mine = [row for row in found if row["department"] == brief.evidence.unit]
        names = brief.wording.list_of([said(brief, row, "duty") for row in mine])
        return [brief.heading("responsible"), sentence(brief, "responsible_own", duties=names)] if mine else []
    if brief.kind == "duty":
        those = [said(brief, row, "department") for row in found if row["duty"] == brief.about and row["department"]]
        told = brief.wording.list_of(those) if those else brief.runs("nobody")
        return [brief.heading("responsible"), sentence(brief, "responsible_for", departments=told)]
    lines = []
    for duty in dict.fromkeys(row["duty"] for row in found):
        mine = [row for row in found if row["duty"] == duty]
        who = [said(brief, row, "department") for row in mine if row["department"]]
        lines.append((said(brief, mine[0], "duty"), brief.wording.list_of(who) if who else brief.runs("nobody")))
    table = plain_table(brief, "table_responsible", ("duty_column", "departments_column"), lines, widths=(2, 4))
    return [brief.heading("responsible"), sentence(brief, "responsible_note"), *table] if table else []


def coverage(brief: Brief) -> list[Block]:
    """Say which duty has no evidence, or only self-reported, and what there is on each; of a duty on that alone."""
    found = [row for row in rows(brief, "coverage", access=brief.audience) if _is_about(brief, row["duty"])]
    if not found:
        return []
    blocks: list[Block] = [brief.heading("coverage")]
    for status in ("none", "self_reported"):
        mine = [said(brief, row, "duty") for row in found if row["status"] == status]
        if mine:
            blocks.append(sentence(brief, f"coverage_{status}", duties=brief.wording.list_of(mine)))
    if len(blocks) == 1 and brief.kind == "whole":
        blocks.append(sentence(brief, "coverage_all"))
    lines = [(said(brief, row, "duty"), *(number(brief, row, name) for name in _SHOWN),
              brief.runs(f"status_{row['status']}")) for row in found]  # fmt: skip
    counts = tuple(f"covered_{name}" for name in _SHOWN)
    heads = ("duty_column", *counts, "status_column")
    blocks += plain_table(brief, "table_coverage", heads, lines, right=counts, widths=(2.6, *[1.0] * len(_SHOWN), 1.4),
                          year=brief.reference.year)  # fmt: skip
    if brief.kind == "duty":
        return [*blocks, *_whose(brief)]
    duties = {row["duty"]: said(brief, row, "duty") for row in found}
    return [*blocks, *_of_units(brief, duties), *_of_units(brief, duties, kind="department")]


def _whose(brief: Brief) -> list[Block]:
    """Say of which units there is evidence on the duty, of which only their own word, and of which nothing."""
    found: dict[str, list[str]] = {}
    for row in rows(brief, "duty_status", access=brief.audience, duty=brief.about):
        if row["of"] != brief.evidence.unit:
            found.setdefault(str(row["status"]), []).append(str(row["of"]))
    whole = sum(map(len, found.values()))
    return [
        sentence(brief, f"duty_units_{status}", units=brief.runs("every_evaluated") if len(units) == whole
                 else brief.wording.list_of(brief.name(unit, short=True) for unit in units))
        for status in ("evidenced", "self_reported", "none") if (units := found.get(status))
    ]  # fmt: skip


def _is_about(brief: Brief, duty: object) -> bool:
    return brief.kind != "duty" or duty == brief.about


def _of_units(brief: Brief, duties: dict[str, Runs], kind: str = "") -> list[Block]:
    """Show for each unit what each duty rests on: evidence, its own word, or nothing; of departments their own."""
    by_unit: dict[str, dict[str, str]] = {}
    for row in rows(brief, "duty_status", access=brief.audience):
        by_unit.setdefault(str(row["of"]), {})[str(row["duty"])] = str(row["status"])
    units = [unit for unit in by_unit if (brief.reference.units.kind(unit) == kind if kind
                                          else unit in brief.evidence.below)]  # fmt: skip
    shown = [unit for unit in units if any(duty in by_unit[unit] for duty in duties)]
    lines = [
        (named(brief, unit), *(brief.runs(f"mark_{by_unit[unit][duty]}") if duty in by_unit[unit] else ()
                               for duty in duties))
        for unit in shown
    ]  # fmt: skip
    if not lines:
        return []
    table = plain_table(brief, "table_duty_status", ("evaluated_column", *["duty_column"] * len(duties)), lines,
                        widths=(1.4, *[1.2] * len(duties)), sort=Word(kind),
                        notes=[brief.runs("marks_of_departments" if kind else "marks_note")])[0]  # fmt: skip
    heads = [table.columns[0], *(column.model_copy(update={"text": name, "align": "center"})
                                 for column, name in zip(table.columns[1:], duties.values(), strict=True))]  # fmt: skip
    return [table.model_copy(update={"columns": tuple(heads)})]


def claimed(brief: Brief) -> list[Block]:
    """Show how the claims of units on a duty compare with the evidence, unit by unit."""
    lines: list[tuple[Runs, ...]] = []
    for unit in (brief.evidence.unit, *brief.evidence.below, *departments(brief)):
        mine = [row for row in rows(brief, "claims", unit) if row["duty"] == brief.about]
        lines += [
            (named(brief, unit) if not place else (), name_of(brief.text(row, "name")), said(brief, row, "text"),
             brief.runs(f"claim_{row['verdict']}"))
            for place, row in enumerate(row for row in mine if row["verdict"] in _TOLD)
        ]  # fmt: skip
    heads = ("evaluated_column", "indicator_column", "said_column", "verdict_column")
    table = plain_table(brief, "table_duty_claims", heads, lines, widths=(1.2, 2.2, 4, 1.2))
    return [brief.heading("duty_claims"), sentence(brief, "duty_claims_note"), *table] if table else []


def items(brief: Brief) -> list[Block]:
    """List the items of rectification that belong to a duty, unit by unit."""
    lines: list[tuple[Runs, ...]] = []
    for unit in (brief.evidence.unit, *brief.evidence.below):
        mine = {row["item"]: row for row in rows(brief, "rectification", unit) if row["duty"] == brief.about}
        lines += [
            (named(brief, unit), said(brief, row, "problem"), day_in_table(row["opened"]), day_in_table(row["due"]),
             brief.runs("state_overdue" if row["overdue"] else f"state_{row['state']}"))
            for row in mine.values()
        ]  # fmt: skip
    heads = ("unit_column", "problem_column", "opened_column", "due_column", "state_column")
    table = plain_table(brief, "table_duty_items", heads, lines, widths=(1.2, 4, 1.4, 1.4, 1.4))
    return [brief.heading("duty_items"), *table] if table else []


def others(brief: Brief) -> list[Block]:
    """Show what others found, each beside own data, and flag what contradicts them."""
    units = [brief.evidence.unit, *(brief.evidence.below if brief.kind in {"whole", "duty"} else [])]
    found = [(unit, row) for unit in units for row in rows(brief, "others", unit) if _is_about(brief, row["duty"])]
    if not found:
        return []
    blocks: list[Block] = [brief.heading("others"), sentence(brief, "others_note")]
    against = [(unit, row) for unit, row in found if row["verdict"] == "differs"]
    blocks += [
        sentence(brief, "others_differ", unit=brief.name(unit), kind=Word(str(row["kind"])),
                 source=said(brief, row, "source"), indicator=said(brief, row, "name"),
                 value=brief.slot(row["value"]), monitored=brief.slot(row["monitored"]),
                 difference=brief.slot(row["difference"], signed=True), year=int(row["of_year"]))
        for unit, row in against
    ]  # fmt: skip
    lines = [_line(brief, unit, row) for unit, row in found]
    heads = ("unit_column", "others_kind_column", "date_column", "statement_column", "source_column",
             "reliability_column", "others_value_column", "monitored_column", "verdict_column")  # fmt: skip
    table = plain_table(brief, "table_others", heads, lines, right=("others_value_column", "monitored_column"),
                        notes=[brief.runs("reliability_note")], widths=_WIDTHS)  # fmt: skip
    return [*blocks, *table]


_WIDTHS = (1.1, 1.2, 1.5, 3.2, 2, 0.9, 1.2, 1.2, 1.4)
_DASH: Runs = (Run(text=NO_VALUE),)


def _line(brief: Brief, unit: str, row: dict[str, object]) -> tuple[Runs, ...]:
    return (
        named(brief, unit), brief.runs(f"others_{row['kind']}"), day_in_table(row["date"]),
        said(brief, row, "statement"), said(brief, row, "source"), (Run(text=str(row["reliability"])),),
        measured(brief, str(row["value"])), measured(brief, str(row["monitored"])),
        brief.runs(f"claim_{row['verdict']}") if row["verdict"] else _DASH,
    )  # fmt: skip
