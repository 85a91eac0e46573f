"""Balance: how far units and schools differ in what they give each student, and what the rule on balance says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents import Block, Column, Run, Table
from analysis.findings import tables
from analysis.findings.sections.estimates import name_of
from analysis.findings.sections.remarks import remarks
from analysis.findings.sections.topics import told
from analysis.findings.tables import Sheet

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def balance(brief: Brief) -> list[Block]:
    """Say how even the unit is within and the whole between its units, and what the rule says of the schools."""
    said = told(brief, brief.placed.get("balance", ()))
    shown = [_parts(brief), tables.balance(brief)] if brief.evidence.below else [_schools(brief), tables.balance(brief)]
    parts: list[Block] = [*said, *(each for each in shown if each is not None), *remarks(brief, "balance")]
    return [brief.heading("balance"), *parts] if parts else []


def _rule(brief: Brief, rows: list[dict[str, Any]]) -> str:
    title = brief.reference.rules[rows[0]["rule"]].title
    return title.get(brief.language) or title["zh-Hans"]


def _schools(brief: Brief) -> Table | None:
    """Show the coefficients of variation between the schools of the unit beside their limits, stage by stage."""
    rows = [row for row in brief.evidence.rows("balance") if row["limit"]]
    if not rows:
        return None
    stages = {row["stage"]: brief.text(row, "stage") for row in rows}
    by_resource: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_resource.setdefault(row["indicator"], {})[row["stage"]] = row
    sheet = Sheet(brief)
    for found in by_resource.values():
        cells = []
        for stage in stages:
            each = found.get(stage)
            cells += [
                sheet.number(each["cv"] or None if each else None),
                sheet.number(each["limit"] if each else None),
                brief.runs(f"verdict_{each['verdict']}") if each else (),
            ]
        sheet.add(name_of(brief.text(next(iter(found.values())), "name")), *cells)
    heads: list[Column] = []
    for stage in stages.values():
        heads += [
            Column(text=brief.runs("stage_cv_column", stage=stage)),
            Column(text=brief.runs("limit_column")),
            Column(text=brief.runs("result_column"), align="left"),
        ]
    caption = brief.runs("table_schools", year=rows[0]["year"])
    notes = [brief.runs("rule_note", rule=Run(text=_rule(brief, rows), role="citation"))]
    return sheet.table(caption, brief.runs("resource_column"), heads, notes=notes)


def _parts(brief: Brief) -> Table | None:
    """Show what the rule says of each unit's schools, part by part."""
    evidence, sheet = brief.evidence, Sheet(brief)
    rows = [row for unit in evidence.below for row in evidence.rows("balance_parts", unit)]
    if not rows:
        return None
    parts = {row["part"]: brief.text(row, "name") for row in rows}
    for unit in evidence.below:
        of = {row["part"]: row for row in rows if row["unit"] == unit}
        if of:
            cells = (brief.runs(f"verdict_{of[part]['verdict']}") if part in of else () for part in parts)
            sheet.add(name_of(brief.name(unit, short=True)), *cells)
    heads = [Column(text=name_of(name), align="left") for name in parts.values()]
    caption = brief.runs("table_parts", year=rows[0]["year"])
    notes = [brief.runs("rule_note", rule=Run(text=_rule(brief, rows), role="citation"))]
    return sheet.table(caption, brief.runs("unit_column"), heads, notes=notes)
