"""Inspections: what one is about, who goes, what is asked, which schools are seen, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents import Block, Heading, Run, Runs, Sentence
from analysis.findings.wording import Word
from analysis.messages import NO_VALUE
from analysis.supervision.sections.parts import (
    day_in_table,
    measured,
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
    from analysis.findings.finding import Finding

#: How many statements of a unit's figures a pack raises as questions, and how many a memo of all units tells.
_RAISED, _FEW = 12, 4


def course(brief: Brief) -> list[Block]:
    """Say what an inspection is about, when and where it is, who takes part, and how far it is."""
    found = rows(brief, "inspections", about=brief.about)
    if not found:
        return []
    row = found[0]
    if row["state"] == "dropped":
        return [brief.heading("inspection"), sentence(brief, "inspection_not_held", title=said(brief, row, "title"),
                                                      date=on_day(brief, row["since"]))]  # fmt: skip
    blocks: list[Block] = [
        brief.heading("inspection"),
        sentence(brief, "inspection_about", kind=Word(str(row["kind"])), title=said(brief, row, "title"),
                 units=_units(brief, row), begin=on_day(brief, row["begins"]), end=on_day(brief, row["ends"]),
                 days=Word("one" if row["begins"] == row["ends"] else "several")),
    ]  # fmt: skip
    if brief.text(row, "topic"):
        blocks.append(sentence(brief, "inspection_topic", topic=said(brief, row, "topic")))
    if brief.text(row, "basis"):
        blocks.append(sentence(brief, "inspection_basis", basis=said(brief, row, "basis")))
    if row["term"]:
        blocks.append(sentence(brief, "inspection_term", term=(Run(text=str(row["term"]), role="date"),)))
    if brief.text(row, "joint"):
        blocks.append(sentence(brief, "inspection_joint", joint=said(brief, row, "joint")))
    state = {"state": brief.runs(f"inspection_{row['state']}"), "date": on_day(brief, row["since"])}
    blocks.append(sentence(brief, "inspection_state", **state))
    for counted in rows(brief, "inspection_counts", about=brief.about):
        counts = {name: brief.slot(counted[name]) for name in ("found", "practices", "problems")}
        blocks.append(sentence(brief, "inspection_counts", **counts))
    return blocks


def _units(brief: Brief, row: dict[str, Any], *, short: bool = False) -> Runs:
    return brief.wording.list_of([brief.name(unit, short=short) for unit in str(row["of"]).split(";")])


def team(brief: Brief) -> list[Block]:
    """List who goes; inside the office."""
    lines = [
        (said(brief, row, "name"), brief.runs(f"role_{row['role']}"), said(brief, row, "body"),
         day_in_table(row["declared"]), brief.wording.list_of([brief.name(unit, short=True) for unit
                                                               in str(row["not_at"]).split(";")])
         if row["not_at"] else (Run(text=NO_VALUE),))
        for row in rows(brief, "inspection_team", about=_inspection(brief))
    ]  # fmt: skip
    heads = ("name_column", "role_column", "body_column", "declared_column", "not_at_column")
    table = plain_table(brief, "table_team", heads, lines, widths=(2, 1.6, 3, 1.5, 1.8))
    return [brief.heading("inspection_team"), *table] if table else []


def _inspection(brief: Brief) -> str:
    """Give the id of the inspection that a memo is about, or whose visit it is."""
    visits = rows(brief, "visits", about=brief.about)
    return str(visits[0]["inspection"]) if visits else brief.about


def questions(brief: Brief) -> list[Block]:
    """List the questions that the inspection answers."""
    lines = [
        (said(brief, row, "duty"), said(brief, row, "asked"), _means(brief, row))
        for row in rows(brief, "inspection_questions", about=_inspection(brief))
    ]  # fmt: skip
    table = plain_table(brief, "table_questions", ("duty_column", "asked_column", "means_column"), lines,
                        widths=(2, 5, 2))  # fmt: skip
    return [brief.heading("inspection_questions"), *table] if table else []


def _means(brief: Brief, row: dict[str, Any]) -> Runs:
    return brief.wording.list_of([brief.runs(f"means_{each}") for each in str(row["means"]).split(";") if each])


def found(brief: Brief) -> list[Block]:
    """Give what was found, unit by unit: what may be copied, what is in order, and problems."""
    there = rows(brief, "inspection_found", about=_inspection(brief))
    blocks: list[Block] = []
    for unit in dict.fromkeys(str(row["of"]) for row in there):
        mine = [row for row in there if row["of"] == unit]
        blocks.append(Heading(level=2, text=(Run(text=brief.name(unit), role="label"),)))
        for judged in ("practice", "sound", "problem"):
            these = [row for row in mine if row["judged"] == judged]
            if these:
                blocks.append(sentence(brief, f"found_{judged}"))
                blocks += [_item(said(brief, row, "said"), said(brief, row, "duty"), brief) for row in these]
    return [brief.heading("inspection_found"), *blocks] if blocks else []


def _item(text: Runs, duty: Runs, brief: Brief) -> Sentence:
    return Sentence(text=brief.runs("found_item", text=text, duty=duty), item=True)


def figures(brief: Brief) -> list[Block]:
    """Say what the figures and surveys of a run have on the duties of the inspection, unit by unit."""
    found = rows(brief, "inspections", about=brief.about)
    duties = {str(row["duty"]) for row in rows(brief, "inspection_questions", about=brief.about)}
    blocks: list[Block] = []
    for unit in str(found[0]["of"]).split(";") if found else ():
        mine = [each for each in brief.said if each.unit == unit and each.duty in duties and each.tone != "neutral"]
        if mine:
            told = sorted(mine, key=lambda each: -each.importance)[:_FEW]
            blocks += [Heading(level=2, text=(Run(text=brief.name(unit), role="label"),)), *brief.tell(told)]
    return [brief.heading("inspection_figures"), sentence(brief, "inspection_figures_note"), *blocks] if blocks else []


def outcome(brief: Brief) -> list[Block]:
    """Say what came of the inspection: the opinion on each unit, and how many items of rectification are open."""
    lines = [
        (named(brief, str(row["of"])), brief.runs(f"opinion_{row['state']}"),
         (Run(text=str(row["number"]), role="citation"),) if row["number"] else (Run(text=NO_VALUE),),
         day_in_table(row["issued"]))
        for row in rows(brief, "opinions", inspection=brief.about)
    ]  # fmt: skip
    heads = ("unit_column", "state_column", "document_column", "issued_column")
    table = plain_table(brief, "table_outcome", heads, lines, widths=(2, 2, 2.4, 1.6))
    return [brief.heading("inspection_outcome"), *table] if table else []


def visit(brief: Brief) -> list[Block]:
    """Say whom a pack is for: which visit, when, which term is judged, who leads."""
    there = rows(brief, "visits", about=brief.about)
    if not there:
        return []
    row = there[0]
    blocks: list[Block] = [
        brief.heading("visit"),
        sentence(brief, "visit_about", kind=Word(str(row["kind"])), of=brief.name(str(row["of"])),
                 begin=on_day(brief, row["begins"]), end=on_day(brief, row["ends"]),
                 days=Word("one" if row["begins"] == row["ends"] else "several")),
    ]  # fmt: skip
    if row["term"]:
        blocks.append(sentence(brief, "inspection_term", term=(Run(text=str(row["term"]), role="date"),)))
    if brief.text(row, "leader"):
        blocks.append(sentence(brief, "visit_leader", leader=said(brief, row, "leader")))
    return blocks


def raised(brief: Brief) -> list[Block]:
    """Turn what the figures of the unit say against it into questions for the visit, the weightiest first."""
    there = rows(brief, "visits", about=brief.about)
    unit = str(there[0]["of"]) if there else ""
    duties = {str(row["duty"]) for row in rows(brief, "inspection_questions", about=_inspection(brief))}
    against = [each for each in brief.said if each.unit == unit and each.tone == "bad" and each.duty in duties]
    if not against:
        return []
    bad = sorted(against, key=lambda each: -each.importance)[:_RAISED]
    return [brief.heading("visit_raised"), sentence(brief, "visit_raised_note"),
            *(_question(brief, each) for each in bad)]  # fmt: skip


def _question(brief: Brief, finding: Finding) -> Sentence:
    return Sentence(text=(*finding.texts[brief.language], *brief.runs("visit_why")), item=True)


def open_items(brief: Brief) -> list[Block]:
    """List the items of rectification of the unit that are not closed: what a visit looks at again."""
    there = rows(brief, "visits", about=brief.about)
    unit = str(there[0]["of"]) if there else ""
    lines = [
        (said(brief, row, "problem"), day_in_table(row["opened"]), day_in_table(row["due"]),
         brief.runs("state_overdue" if row["overdue"] else f"state_{row['state']}"))
        for row in rows(brief, "board", of=unit) if row["state"] != "closed"
    ]  # fmt: skip
    heads = ("problem_column", "opened_column", "due_column", "state_column")
    table = plain_table(brief, "table_visit_items", heads, lines, widths=(4, 1.4, 1.4, 1.6))
    return [brief.heading("visit_items"), *table] if table else []


def schools(brief: Brief) -> list[Block]:
    """List the schools that were drawn, with what repeats the draw."""
    there = rows(brief, "inspection_draws", about=brief.about)
    if not there:
        return []
    lines = [
        (brief.runs(f"stage_{row['stage']}"), number(brief, row, "drawn"), number(brief, row, "frame"),
         (Run(text=str(row["schools"]), role="label"),))
        for row in there
    ]  # fmt: skip
    heads = ("stage_column", "drawn_column", "frame_column", "schools_column")
    table = plain_table(brief, "table_drawn", heads, lines, widths=(1.4, 1, 1, 6), right=heads[1:3])
    seed, day = (Run(text=str(there[0]["seed"]), role="label"),), on_day(brief, there[0]["date"])
    return [brief.heading("visit_schools"), sentence(brief, "visit_drawn", seed=seed, date=day), *table]


def quotas(brief: Brief) -> list[Block]:
    """List how many of each group are asked before the visit."""
    there = rows(brief, "inspection_quotas", about=brief.about)
    lines = [
        (said(brief, row, "name") if brief.text(row, "name") else brief.runs("all_groups"),
         measured(brief, str(row["persons"])))
        for row in there
    ]  # fmt: skip
    table = plain_table(brief, "table_quotas", ("asked_group_column", "persons_column"), lines, widths=(4, 2),
                        right=("persons_column",))  # fmt: skip
    return [brief.heading("visit_quotas"), sentence(brief, "visit_quotas_note"), *table] if table else []


def listed(brief: Brief) -> list[Block]:
    """List the inspections of the year, and how far each is."""
    counts = {str(row["about"]): row for row in rows(brief, "inspection_counts")}
    lines = [
        (said(brief, row, "title"), brief.runs(f"plan_{row['kind']}"), _units(brief, row, short=True),
         day_in_table(row["begins"]), day_in_table(row["ends"]), brief.runs(f"inspection_{row['state']}"),
         number(brief, counts[row["about"]], "problems") if row["about"] in counts else (Run(text=NO_VALUE),))
        for row in rows(brief, "inspections")
    ]  # fmt: skip
    heads = ("entry_column", "how_column", "units_column", "begins_column", "ends_column", "state_column",
             "problems_column")  # fmt: skip
    table = plain_table(brief, "table_inspections", heads, lines, widths=(2.6, 1.3, 2, 1.5, 1.5, 1.3, 1),
                        right=("problems_column",), year=brief.reference.year)  # fmt: skip
    return [brief.heading("inspections"), *table] if table else []
