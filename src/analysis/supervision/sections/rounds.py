"""Rounds: how far a round is, where each unit stands and why, how the work is spread, and what was moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Block, Run, Runs
from analysis.messages import NO_VALUE
from analysis.supervision.sections.notice import basis
from analysis.supervision.sections.parts import day_in_table, measured, named, plain_table, rows, said, sentence

if TYPE_CHECKING:
    from analysis.findings.brief import Brief

_DASH: Runs = (Run(text=NO_VALUE),)


def planned(brief: Brief) -> list[Block]:
    """Say how far each round is, and list where each unit stands and who observes; inside the office also why."""
    blocks: list[Block] = []
    for row in rows(brief, "rounds"):
        counts = {name: brief.slot(row[name]) for name in ("units", "done")}
        blocks.append(sentence(brief, "round_about", title=said(brief, row, "title"), basis=basis(brief, "inspections"),
                               first=(Run(text=str(row["first"]), role="date"),),
                               last=(Run(text=str(row["last"]), role="date"),), **counts))  # fmt: skip
        if brief.slot(row["overdue"]).value:
            blocks.append(sentence(brief, "round_overdue", overdue=brief.slot(row["overdue"])))
        why = {str(each["of"]): str(each["reasons"]) for each in rows(brief, "round_reasons", round=str(row["round"]))}
        lines = [
            (_slot(str(each["slot"])), named(brief, str(each["of"])), brief.runs(f"placement_{each['state']}"),
             _observers(brief, str(each["observers"])), *((_reasons(brief, why[str(each["of"])]),) if why else ()))
            for each in rows(brief, "round_placed", round=str(row["round"]))
        ]  # fmt: skip
        heads = ("slot_column", "unit_column", "state_column", "observers_column", "why_column")[: 5 if why else 4]
        blocks += plain_table(brief, "table_round_reasons" if why else "table_round", heads, lines,
                              widths=(1, 1.2, 1.1, 2.4, 2.4)[: len(heads)])  # fmt: skip
    return [brief.heading("round"), *blocks] if blocks else []


def _slot(slot: str) -> Runs:
    return (Run(text=slot, role="date"),)


def _reasons(brief: Brief, codes: str) -> Runs:
    """Give reasons in short words; a dash where none are kept."""
    found = [brief.runs(f"placed_{code}") for code in codes.split(";") if code]
    return brief.wording.list_of(found) if found else _DASH


def _observers(brief: Brief, units: str) -> Runs:
    names = [brief.name(unit, short=True) for unit in units.split(";") if unit]
    return brief.wording.list_of(names) if names else _DASH


def spread(brief: Brief) -> list[Block]:
    """Show how many visits each slot has, and how many of them are done."""
    lines = [
        (_slot(str(row["slot"])), day_in_table(row["begins"]), day_in_table(row["ends"]),
         measured(brief, str(row["visits"])), measured(brief, str(row["done"])))
        for row in rows(brief, "round_slots")
    ]  # fmt: skip
    heads = ("slot_column", "begins_column", "ends_column", "visits_column", "done_column")
    table = plain_table(brief, "table_slots", heads, lines, right=heads[3:], widths=(1, 1.6, 1.6, 1, 1))
    return [brief.heading("round_slots"), *table] if table else []


def changes(brief: Brief) -> list[Block]:
    """List when the round was planned again, why, and who was moved; inside the office."""
    lines = [
        (day_in_table(row["date"]), (Run(text=str(row["by"]), role="citation"),), said(brief, row, "note"),
         _observers(brief, str(row["moved"])))
        for row in rows(brief, "round_changes")
    ]  # fmt: skip
    heads = ("date_column", "by_column", "why_column", "moved_column")
    table = plain_table(brief, "table_round_changes", heads, lines, widths=(1.4, 1.4, 3.4, 2.6))
    return [brief.heading("round_changes"), *table] if table else []
