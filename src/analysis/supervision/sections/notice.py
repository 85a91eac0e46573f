"""The yearly notice: who evaluates itself, on what, how and by when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Block, Run, Sentence
from analysis.findings.wording import Word
from analysis.supervision.sections.parts import (
    on_day,
    plain_table,
    rows,
    said,
    sentence,
)

if TYPE_CHECKING:
    from analysis.findings.brief import Brief


def notice_scope(brief: Brief) -> list[Block]:
    """Say who evaluates itself, by kind, and on what grounds."""
    sums = rows(brief, "evaluation_sums")
    if not sums:
        return []
    blocks: list[Block] = [brief.heading("notice_scope"), sentence(brief, "notice_grounds", year=brief.reference.year,
                                                                   basis=basis(brief, "duties"))]  # fmt: skip
    for row in sums:
        units = [each["of"] for each in rows(brief, "noticed", kind=str(row["kind"]))]
        names = brief.wording.list_of([brief.name(unit) for unit in units])
        blocks.append(sentence(brief, "notice_units", kind=Word(str(row["kind"])), asked=brief.slot(row["asked"]),
                               units=names))  # fmt: skip
    return blocks


def notice_content(brief: Brief) -> list[Block]:
    """List the points that are to be answered, a table a form."""
    points = rows(brief, "evaluation_points")
    blocks: list[Block] = []
    for form in dict.fromkeys(row["form"] for row in points):
        mine = [row for row in points if row["form"] == form]
        lines = [(said(brief, row, "head"), said(brief, row, "asked"), brief.runs(row["asks"])) for row in mine]
        blocks += plain_table(brief, "table_points", ("head_column", "asked_column", "asks_column"), lines,
                              widths=(1.2, 4, 1.4), form=said(brief, mine[0], "form"))  # fmt: skip
    if not blocks:
        return []
    own = [sentence(brief, "notice_own")] if any(row["certainty"] == "own" for row in points) else []
    return [brief.heading("notice_content"), sentence(brief, "notice_points"), *own, *blocks]


def notice_how(brief: Brief) -> list[Block]:
    """Say how and by when it is handed in, what is done with it, and what falsification means."""
    sums = rows(brief, "evaluation_sums")
    if not sums:
        return []
    by_due: dict[str, list[str]] = {}
    for row in rows(brief, "noticed"):
        by_due.setdefault(str(row["due"]), []).append(brief.name(row["of"], short=True))
    usual = max(by_due, key=lambda due: len(by_due[due]))
    parts = [sentence(brief, "notice_due", due=on_day(brief, usual))]
    parts += [sentence(brief, "notice_due_of", due=on_day(brief, due), units=brief.wording.list_of(units))
              for due, units in by_due.items() if due != usual]  # fmt: skip
    parts += [Sentence(text=said(brief, row, "text")) for row in rows(brief, "requirements")]
    return [brief.heading("notice_how"), *(each.model_copy(update={"item": True}) for each in parts)]


def basis(brief: Brief, rule: str) -> tuple[Run, ...]:
    """Name the document that a rule set rests on; the rule set itself where it names none."""
    found = brief.reference.rules.get(rule)
    if found is None:
        return ()
    source = found.source
    if source and source in brief.reference.sources.index:
        return (Run(text=brief.source_name(source), role="citation"),)
    return (Run(text=found.title["zh-Hans" if brief.language == "zh-Hans" else "en"], role="citation"),)
