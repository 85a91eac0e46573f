"""Opinions: achievements and practice worth copying, problems with what shows them, requests, and replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents import Block, Run, Runs, Sentence
from analysis.findings.wording import Word
from analysis.messages import NO_VALUE
from analysis.supervision.sections.notice import basis
from analysis.supervision.sections.parts import (
    day_in_table,
    measured,
    on_day,
    plain_table,
    rows,
    said,
    sentence,
)

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def opinion(brief: Brief) -> list[Block]:
    """Say to whom the opinion is, what it rests on, and where it stands: a draft says that it is one."""
    found = rows(brief, "opinions", about=brief.about)
    if not found:
        return []
    row = found[0]
    blocks: list[Block] = [brief.heading("opinion")]
    days = {"begin": on_day(brief, row["begins"]), "end": on_day(brief, row["ends"])}
    heard = row["state"] in {"approved", "issued", "published"}
    blocks.append(sentence(brief, "opinion_lead" if heard else "opinion_lead_open", of=brief.name(str(row["of"])),
                           basis=basis(brief, "inspections"),
                           kind=Word(str(row["kind"])), **days))  # fmt: skip
    if row["number"]:
        blocks.append(sentence(brief, "opinion_number", number=(Run(text=str(row["number"]), role="citation"),)))
    if row["state"] not in {"issued", "published"}:
        blocks.append(sentence(brief, "opinion_open", state=brief.runs(f"opinion_{row['state']}")))
        if row["until"]:
            blocks.append(sentence(brief, "opinion_until", until=on_day(brief, row["until"])))
    return blocks


def achievements(brief: Brief) -> list[Block]:
    """Give what was done well, and apart from it what others may copy."""
    blocks: list[Block] = []
    for part in ("achievement", "practice"):
        mine = rows(brief, "opinion_parts", about=brief.about, part=part)
        if mine:
            blocks.append(sentence(brief, f"opinion_{part}s"))
            blocks += [Sentence(text=brief.runs("opinion_item", text=said(brief, row, "said"),
                                                duty=said(brief, row, "duty")), item=True) for row in mine]  # fmt: skip
    return [brief.heading("opinion_good"), *blocks] if blocks else []


def problems(brief: Brief) -> list[Block]:
    """Give the problems, numbered, and below them the figures and findings that show each."""
    mine = rows(brief, "opinion_parts", about=brief.about, part="problem")
    if not mine:
        return []
    numbers = {str(row["id"]): str(at) for at, row in enumerate(mine, start=1)}
    blocks: list[Block] = [brief.heading("opinion_problems")]
    blocks += [
        Sentence(text=brief.runs("opinion_problem", number=(Run(text=numbers[str(row["id"])], role="label"),),
                                 text=said(brief, row, "said"), duty=said(brief, row, "duty")), opens=True)
        for row in mine
    ]  # fmt: skip
    return [*blocks, *_shown(brief, mine, numbers)]


def _shown(brief: Brief, problems: list[dict[str, Any]], numbers: dict[str, str]) -> list[Block]:
    """Show what each problem rests on: figures with what they are held to, or how many findings on site."""
    lines: list[tuple[Runs, ...]] = []
    dash: Runs = (Run(text=NO_VALUE),)
    for row in problems:
        at = (Run(text=numbers[str(row["id"])], role="label"),)
        figures = rows(brief, "opinion_evidence", about=brief.about, id=str(row["id"]), part="problems")
        lines += [(at, said(brief, each, "name"), (Run(text=str(each["of_year"]), role="date"),),
                   measured(brief, str(each["value"])), _held(brief, each)) for each in figures]  # fmt: skip
        kinds = dict.fromkeys(each.split("/")[0] for each in str(row["rests_on"]).split(";") if each)
        lines += [(at, brief.runs(f"rests_{kind}"), dash, dash, dash) for kind in kinds]
    heads = ("number_column", "shown_by_column", "year_column", "shown_value_column", "held_to_column")
    width = 5 if any(line[2] != dash for line in lines) else 2  # no columns of dashes
    return list(plain_table(brief, "table_opinion_evidence", heads[:width], [line[:width] for line in lines],
                            widths=(0.8, 4, 1, 1.8, 1.8)[:width], right=heads[3:width]))  # fmt: skip


def _held(brief: Brief, row: dict[str, Any]) -> Runs:
    if not row["threshold"]:
        return (Run(text=NO_VALUE),)
    return (*brief.runs(f"held_{row['direction']}"), *measured(brief, str(row["threshold"])))


def requests(brief: Brief) -> list[Block]:
    """List what is asked for: of whom, by when, and for which problems."""
    lines = [
        (said(brief, row, "said"), (Run(text=str(row["problems"]).replace(";", ", "), role="label"),),
         said(brief, row, "owner"), day_in_table(row["due"]))
        for row in rows(brief, "opinion_requests", about=brief.about)
    ]  # fmt: skip
    heads = ("request_column", "for_problem_column", "owner_column", "due_column")
    table = plain_table(brief, "table_requests", heads, lines, widths=(4.4, 1, 2.4, 1.4))
    return [brief.heading("opinion_requests"), sentence(brief, "opinion_report"), *table] if table else []


def replies(brief: Brief) -> list[Block]:
    """List what the unit replied, and what was decided of it; inside the office."""
    lines = [
        (day_in_table(row["date"]), (Run(text=str(row["by"]), role="citation"),), said(brief, row, "said"),
         brief.runs(f"reply_{row['outcome'] or 'open'}"), said(brief, row, "decided"))
        for row in rows(brief, "opinion_replies", about=brief.about)
    ]  # fmt: skip
    heads = ("date_column", "reply_by_column", "reply_column", "state_column", "reasons_column")
    table = plain_table(brief, "table_replies", heads, lines, widths=(1.4, 1.4, 3.2, 1.1, 3))
    return [brief.heading("opinion_replies"), *table] if table else []
