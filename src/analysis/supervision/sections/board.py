"""The board of rectification: how many items stand where, what is overdue, whether numbers moved, measures taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analysis.documents import Block, Run, Runs, Sentence
from analysis.findings.wording import Slot
from analysis.messages import NO_VALUE
from analysis.supervision.sections.parts import (
    day_in_table,
    measured,
    named,
    plain_table,
    rows,
    said,
    sentence,
)

if TYPE_CHECKING:
    from analysis.findings.brief import Brief

_DASH: Runs = (Run(text=NO_VALUE),)


def board(brief: Brief) -> list[Block]:
    """Say how many items stand where, and list those that are not closed: whose turn it is, and by when."""
    counts = rows(brief, "board_counts", access=brief.audience)
    if not counts:
        return []
    slots = {name: brief.slot(counts[0][name])
             for name in ("items", "open", "with_unit", "with_office", "overdue", "closed")}  # fmt: skip
    lines = [
        (named(brief, str(row["of"])), said(brief, row, "problem"), said(brief, row, "owner"), day_in_table(row["due"]),
         brief.runs("state_overdue" if row["overdue"] else f"state_{row['state']}"),
         brief.runs(f"turn_{row['turn'] or 'nobody'}"), day_in_table(row["next_due"]))
        for row in rows(brief, "board") if row["state"] != "closed"
    ]  # fmt: skip
    heads = ("unit_column", "problem_column", "owner_column", "due_column", "state_column", "turn_column",
             "next_column")  # fmt: skip
    table = plain_table(brief, "table_board", heads, lines, widths=(1.1, 3, 1.8, 1.4, 1.4, 1, 1.4))
    return [brief.heading("board"), sentence(brief, "board_counts", **slots), *table]


def proposed(brief: Brief) -> list[Block]:
    """List what the rule of escalation proposes for overdue items; inside the office, for people to decide."""
    lines = [
        (named(brief, str(row["of"])), said(brief, row, "problem"), measured(brief, str(row["late"])),
         brief.runs(f"proposed_{row['proposed']}"))
        for row in rows(brief, "board_proposed")
    ]  # fmt: skip
    heads = ("unit_column", "problem_column", "late_by_column", "proposed_column")
    table = plain_table(brief, "table_proposed", heads, lines, widths=(1.2, 4, 1.2, 2), right=("late_by_column",))
    return [brief.heading("board_proposed"), sentence(brief, "board_proposed_note"), *table] if table else []


def moved(brief: Brief) -> list[Block]:
    """Say of each figure whether it moved and how that compares with others, never why; then where nobody can tell."""
    found = [row for row in rows(brief, "board_moved") if row["reason"] != "no_evidence"]  # of those that have numbers
    if not found:
        return []
    told = [row for row in found if row["verdict"] != "cannot_tell"]
    blocks: list[Block] = [brief.heading("board_moved"), sentence(brief, "board_moved_note")]
    blocks += [Sentence(text=brief.runs(f"moved_{row['verdict']}", **_slots(brief, row)), item=True) for row in told]
    lines = [
        (named(brief, str(row["of"])), said(brief, row, "problem"), said(brief, row, "name"),
         brief.runs(f"moved_why_{row['reason']}"))
        for row in found if row["verdict"] == "cannot_tell"
    ]  # fmt: skip
    heads = ("unit_column", "problem_column", "indicator_column", "why_column")
    return [*blocks, *plain_table(brief, "table_cannot_tell", heads, lines, widths=(1.1, 3, 2.4, 2.4))]


def _slots(brief: Brief, row: dict[str, Any]) -> dict[str, Slot]:
    slots: dict[str, Slot] = {
        "of": brief.name(str(row["of"])), "problem": said(brief, row, "problem"), "indicator": said(brief, row, "name"),
        "base": (Run(text=str(row["then_year"]), role="date"),),
        "until": (Run(text=str(row["now_year"]), role="date"),),
        "then": brief.slot(str(row["then"])), "now": brief.slot(str(row["now"])),
    }  # fmt: skip
    if row["rank"]:
        slots |= {name: brief.slot(str(row[name])) for name in ("lower", "upper", "others", "rank", "ranked")}
    return slots


def measures(brief: Brief) -> list[Block]:
    """List measures that were taken on units, with their grounds."""
    lines = [
        (day_in_table(row["date"]), named(brief, str(row["of"])), brief.runs(f"measure_{row['measure']}"),
         said(brief, row, "grounds"), (Run(text=str(row["by"]), role="citation"),),
         (Run(text=str(row["document"]), role="citation"),) if row["document"] else _DASH)
        for row in rows(brief, "measures")
    ]  # fmt: skip
    heads = ("date_column", "unit_column", "measure_column", "grounds_column", "by_column", "document_column")
    table = plain_table(brief, "table_measures", heads, lines, widths=(1.4, 1.1, 1, 3.4, 1.3, 1.8))
    return [brief.heading("measures"), sentence(brief, "measures_note"), *table] if table else []


def incidents(brief: Brief) -> list[Block]:
    """List safety incidents, as they were reported."""
    lines = [
        (day_in_table(row["date"]), named(brief, str(row["of"])), brief.runs(f"incident_{row['kind']}"),
         brief.runs(f"grade_{row['grade']}"), said(brief, row, "statement"), said(brief, row, "source"),
         brief.runs(f"incident_{row['state']}"))
        for row in rows(brief, "incidents")
    ]  # fmt: skip
    heads = ("date_column", "unit_column", "incident_column", "grade_column", "statement_column", "source_column",
             "state_column")  # fmt: skip
    table = plain_table(brief, "table_incidents", heads, lines, widths=(1.4, 1.1, 1.2, 1, 3, 1.8, 1))
    return [brief.heading("incidents"), *table] if table else []


def checklist(brief: Brief) -> list[Block]:
    """List for each situation the material that bears on it, for people to judge; nothing is concluded."""
    found, documents = rows(brief, "checklist"), rows(brief, "checklist_documents")
    if not documents:
        return []
    blocks: list[Block] = [brief.heading("checklist"), sentence(brief, "checklist_note")]
    for row in documents:
        slots: dict[str, Slot] = {"document": said(brief, row, "title"), "read": brief.slot(row["read"])}
        if row["unread"] and brief.slot(row["unread"]).value:
            slots |= {name: brief.slot(row[name]) for name in ("named", "unread")}
            blocks.append(sentence(brief, "checklist_unread", **slots))
    for situation in dict.fromkeys(str(row["situation"]) for row in found):
        mine = [row for row in found if row["situation"] == situation]
        lines = [
            (named(brief, str(row["of"])), said(brief, row, "evidence"), _count(brief, row),
             brief.runs("checklist_reached") if row["reached"] else _DASH,
             _decided(brief, str(row["decided"])))
            for row in mine
        ]  # fmt: skip
        heads = ("unit_column", "material_column", "count_column", "reached_column", "decided_column")
        blocks += plain_table(brief, "table_situation", heads, lines, widths=(1.2, 4.4, 1, 1.4, 1.6),
                              right=("count_column",), situation=said(brief, mine[0], "situation"))  # fmt: skip
    unseen = [(said(brief, row, "evidence"), said(brief, row, "reason"), measured(brief, str(row["units"])))
              for row in rows(brief, "checklist_unseen")]  # fmt: skip
    return [*blocks, *plain_table(brief, "table_unseen", ("material_column", "why_column", "unseen_column"), unseen,
                                  widths=(4.4, 3.4, 1), right=("unseen_column",))]  # fmt: skip


def _decided(brief: Brief, measures: str) -> Runs:
    """Give the measures that people took, each in words with its id; a dash for none."""
    pairs = [each.partition(" ") for each in measures.split(";") if each]
    found = [brief.runs("checklist_decided", measure=brief.runs(f"measure_{kind}"),
                        id=(Run(text=name, role="citation"),)) for name, _, kind in pairs]  # fmt: skip
    return brief.wording.list_of(found) if found else _DASH


def _count(brief: Brief, row: dict[str, Any]) -> Runs:
    return (brief.slot(str(row["count"])).run(),) if row["count"] else _DASH


def due(brief: Brief) -> list[Block]:
    """List what is overdue, and what is due in the next weeks: from whom, and by when."""
    found = rows(brief, "due")
    if not found:
        return []
    blocks: list[Block] = [brief.heading("due")]
    for name, mine in (("overdue", [row for row in found if row["late"]]),
                       ("soon", [row for row in found if not row["late"]])):  # fmt: skip
        lines = [
            (day_in_table(row["date"]), said(brief, row, "who"), said(brief, row, "text"),
             *((measured(brief, str(row["late"])),) if name == "overdue" else ()))
            for row in mine
        ]  # fmt: skip
        heads = ("due_column", "who_column", "what_column", *(("late_by_column",) if name == "overdue" else ()))
        widths = (1.4, 2, 5, 1.1)[: len(heads)]
        blocks += plain_table(brief, f"table_due_{name}", heads, lines, widths=widths,
                              right=("late_by_column",))  # fmt: skip
    return blocks


def agenda(brief: Brief) -> list[Block]:
    """Draw up the agenda of the joint meeting from what the ledgers hold, each item with its paper."""
    items = [(key, paper) for key, is_there, paper in _AGENDA if is_there(brief)]
    if not items:
        return []
    lines = [
        ((Run(text=str(number), role="label"),), brief.runs(f"agenda_{key}"), brief.runs(f"paper_{paper}"))
        for number, (key, paper) in enumerate(items, start=1)
    ]  # fmt: skip
    heads = ("number_column", "agenda_column", "paper_column")
    return [brief.heading("agenda"), sentence(brief, "agenda_note", year=brief.reference.year),
            *plain_table(brief, "table_agenda", heads, lines, widths=(0.7, 4.6, 3.4))]  # fmt: skip


def _any(table: str) -> Callable[[Brief], bool]:
    """Ask whether a table has rows."""
    return lambda brief: bool(rows(brief, table))


def _evaluations(brief: Brief) -> bool:
    """Tell whether a self-evaluation is not published."""
    return any(row["state"] != "published" for unit in brief.evidence.below for row in rows(brief, "evaluations", unit))


def _round(brief: Brief) -> bool:
    """Tell whether a round has to be planned again, or has visits in the slot of the day."""
    day = brief.reference.settings.released.isoformat()
    return any(row["state"] in {"overdue", "absent"} for row in rows(brief, "round_placed")) or any(
        row["begins"] <= day <= row["ends"] and brief.slot(row["visits"]).value for row in rows(brief, "round_slots")
    )


def _opinions(brief: Brief) -> bool:
    """Tell whether an opinion is under way, or due."""
    return any(row["state"] in _UNDER_WAY for row in rows(brief, "opinions")) or bool(rows(brief, "due", what="issue"))


def _report(brief: Brief) -> bool:
    """Tell whether the self-report is not submitted."""
    return any(row["state"] != "submitted" for row in rows(brief, "report"))


#: States of an opinion that was not issued yet.
_UNDER_WAY = frozenset({"drafted", "preliminary", "replied", "approved"})
#: What a meeting deals with, whether there is anything to deal with, and the document that goes with it.
_AGENDA: tuple[tuple[str, Callable[[Brief], bool], str], ...] = (
    ("plan", _any("plan"), "year_plan"), ("evaluations", _evaluations, "self_evaluation_progress"),
    ("decided", _any("decisions"), "year_plan"), ("round", _round, "round_plan"),
    ("inspections", _any("inspections"), "special_evaluation"), ("opinions", _opinions, "supervision_opinion"),
    ("rectification", _any("board"), "rectification_board"),
    ("proposed", _any("board_proposed"), "rectification_board"), ("measures", _any("measures"), "rectification_board"),
    ("incidents", _any("incidents"), "accountability_checklist"),
    ("checklist", _any("checklist"), "accountability_checklist"), ("report", _report, "self_report"),
    ("due", _any("due"), "meeting_agenda"),
)  # fmt: skip
