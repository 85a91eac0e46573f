"""Bulletins: what a unit says of itself, held to the evidence; and those of all units together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents import Block, Column, Heading, Quote, Runs, Sentence, Table
from analysis.findings.sections.estimates import name_of
from analysis.findings.sections.ledger import claimed
from analysis.findings.tables import Sheet
from analysis.findings.wording import Word, year
from analysis.supervision.sections.notice import basis
from analysis.supervision.sections.parts import named, on_day, rows, said, sentence

if TYPE_CHECKING:
    from analysis.findings.brief import Brief

#: A figure that so many units claim is shown side by side.
_SEVERAL = 2


def course(brief: Brief) -> list[Block]:
    """Say how the bulletin came about: when it was asked for, handed in, returned, audited, approved."""
    found = rows(brief, "evaluations")
    if not found:
        return []
    row = found[0]
    blocks: list[Block] = [
        brief.heading("course"),
        sentence(brief, "course_asked", date=on_day(brief, row["requested"]), basis=basis(brief, "duties"),
                 year=brief.reference.year),
    ]  # fmt: skip
    if row["submitted"]:
        blocks.append(sentence(brief, "course_submitted", date=on_day(brief, row["submitted"]),
                               returned=brief.slot(row["returned"])))  # fmt: skip
    audits = brief.slot(row["audits"])
    if audits.value:
        counts = {name: brief.slot(row[name]) for name in ("confirmed", "objected", "cannot_tell", "unanswered")}
        blocks.append(sentence(brief, "course_audits", audits=audits, **counts))
    if row["approved_on"]:
        blocks.append(sentence(brief, "course_approved", date=on_day(brief, row["approved_on"])))
    else:
        blocks.append(sentence(brief, "course_open", state=brief.runs(f"evaluation_{row['state']}")))
    return blocks


def answers(brief: Brief) -> list[Block]:
    """Give the unit's own words, point by point under their heads; each marked as its own."""
    given = rows(brief, "answers")
    if not given:
        return []
    blocks: list[Block] = [brief.heading("answers"), sentence(brief, "answers_own")]
    for head in dict.fromkeys(row["head"] for row in given):
        mine = [row for row in given if row["head"] == head]
        blocks.append(Heading(level=2, text=said(brief, mine[0], "head")))
        for row in mine:
            blocks.append(Sentence(text=brief.runs("answers_point", asked=said(brief, row, "asked")), opens=True))
            blocks.append(Quote(text=said(brief, row, "text"), by=_papers(brief, row)))
    return blocks


def _papers(brief: Brief, row: dict[str, Any]) -> Runs:
    if not brief.text(row, "papers"):
        return brief.runs("answers_no_papers")
    return brief.runs("answers_papers", papers=said(brief, row, "papers"))


def collected(brief: Brief) -> list[Block]:
    """Say how many bulletins are approved, and unit by unit how their claims compare with the evidence."""
    sums = rows(brief, "evaluation_sums")
    if not sums:
        return []
    blocks: list[Block] = [brief.heading("collected")]
    blocks += [
        sentence(brief, "collected_counts", kind=Word(str(row["kind"])), year=brief.reference.year,
                 **{name: brief.slot(row[name]) for name in ("asked", "handed_in", "approved")})
        for row in sums
    ]  # fmt: skip
    for row in sums:
        table = _counts(brief, str(row["kind"]))
        blocks += [table] if table else []
    return blocks


def _counts(brief: Brief, kind: str) -> Table | None:
    """Show how the claims of the units of a kind compare with the evidence."""
    sheet, counts = Sheet(brief), ("claims", "agree", "within", "differ", "open")
    for unit in _evaluated(brief):
        if brief.reference.units.kind(unit) == kind:
            for row in brief.evidence.rows("self_evaluations", unit):
                sheet.add(named(brief, unit), *(sheet.number(row[each]) for each in counts))
    heads = [brief.runs(f"count_{each}") for each in counts]
    caption = brief.runs("table_collected", sort=Word(kind), year=brief.reference.year)
    return sheet.table(caption, brief.runs("evaluated_column"), heads)


def _evaluated(brief: Brief) -> list[str]:
    """Give the units below, those that memos are about first, then the others that evaluate themselves."""
    units = brief.reference.units
    there = [str(unit) for unit in units.at(brief.evidence.boundaries).index
             if units.parent(str(unit)) == brief.evidence.unit]  # fmt: skip
    return [*brief.evidence.below, *(unit for unit in there if unit not in brief.evidence.below)]


def collected_figures(brief: Brief) -> list[Block]:
    """Show each figure that several units claim: what each claims, what was monitored, and the verdict."""
    claims = [(unit, row) for unit in brief.evidence.below for row in rows(brief, "claims", unit)]
    blocks: list[Block] = []
    for key in dict.fromkeys((row["subject"], row["form"]) for _, row in claims):
        mine = [(unit, row) for unit, row in claims if (row["subject"], row["form"]) == key]
        if len({unit for unit, _ in mine}) >= _SEVERAL:
            table = _figure(brief, mine)
            blocks += [table] if table else []
    return [brief.heading("collected_figures"), sentence(brief, "collected_figures_note"), *blocks] if blocks else []


def _figure(brief: Brief, claims: list[tuple[str, dict[str, Any]]]) -> Table | None:
    sheet = Sheet(brief)
    for unit, row in claims:
        cells = [claimed(brief, sheet, row, what) for what in ("claimed", "monitored")]
        span = f"{row['base_year']}–{row['claim_year']}" if isinstance(row["base_year"], int) else row["claim_year"]
        sheet.add(named(brief, unit), (year(span),), *cells, brief.runs(f"claim_{row['verdict']}"))
        sheet.cells += [each for each in str(row["rests_on"]).split(";") if brief.evidence.has_cell(each)]
    first = claims[0][1]
    heads: list[Column] = [
        Column(text=brief.runs("year_column")),
        Column(text=brief.runs("claimed_column")),
        Column(text=brief.runs("monitored_column")),
        Column(text=brief.runs("verdict_column"), align="left"),
    ]
    caption = brief.runs("table_collected_figure", name=name_of(brief.text(first, "name")), form=Word(first["form"]))
    return sheet.table(caption, brief.runs("unit_column"), heads)
