"""Tables of facts: rows are indicators, every number names its cell, a doubtful one carries a mark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.documents import Column, Run, Runs, Table
from analysis.findings.wording import name, year
from analysis.messages import NO_VALUE

if TYPE_CHECKING:
    from analysis.findings.brief import Brief
    from analysis.findings.evidence import Fact
    from analysis.workspace import Indicator

#: So many years fit beside the name of an indicator.
YEARS = 5
_LABEL_WIDTH = 2.6


class _Sheet:
    """A table in the making: it keeps which facts it shows, for the notes under it."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.facts: list[Fact] = []
        self.rows: list[tuple[Runs, ...]] = []
        self.gaps = False

    def number(self, fact: Fact | None, *, signed: bool = False) -> Runs:
        if fact is None:
            self.gaps = True
            return (Run(text=NO_VALUE),)
        self.facts.append(fact)
        run = self.brief.number(fact, signed=signed)
        return (run, *self.brief.runs("doubt_mark")) if fact["doubt"] else (run,)

    def add(self, indicator: Indicator, *cells: Runs) -> None:
        self.rows.append(((name(indicator.label(self.brief.language)),), *cells))

    def table(self, caption: Runs, columns: Sequence[Runs]) -> Table:
        notes = [self.brief.source_line(self.facts)]
        if any(fact["doubt"] for fact in self.facts):
            notes.append(self.brief.runs("doubt_note"))
        if self.gaps:
            notes.append(self.brief.runs("no_value_note"))
        heads = [Column(text=self.brief.runs("indicator"), align="left", width=_LABEL_WIDTH)]
        return Table(
            caption=caption,
            columns=(*heads, *(Column(text=column, width=1.0) for column in columns)),
            rows=tuple(self.rows),
            notes=tuple(notes),
        )


def levels(brief: Brief, topic: str) -> Table | None:
    """Show a topic's figures of the unit by year, and the whole's beside the newest; None if there are none."""
    evidence = brief.evidence
    courses, years = _courses(brief, topic, evidence.unit)
    if not courses:
        return None
    sheet = _Sheet(brief)
    for code, course in courses.items():
        values = {row["year"]: row for row in course}
        if not set(values) & set(years):
            continue
        whole = evidence.level(code, evidence.whole, course[-1]["year"])
        sheet.add(
            brief.reference.catalogue[code],
            *(sheet.number(values.get(each)) for each in years),
            sheet.number(whole),
        )
    columns = [*((year(each),) for each in years), brief.runs("whole_column")]
    return sheet.table(brief.runs("table_levels", topic=brief.runs(topic)), columns)


def change(brief: Brief) -> Table | None:
    """Show the change between the last two years that can be compared, and the whole's; None if nothing did."""
    evidence = brief.evidence
    sheet = _Sheet(brief)
    for indicator in brief.reference.catalogue.of(kinds=("count", "amount", "ratio")):
        years = evidence.span(indicator)
        difference = evidence.fact(indicator.code, evidence.unit, years, "change") if years else None
        if years is None or difference is None or difference["value"] == 0:
            continue
        sheet.add(
            indicator,
            (year(f"{years[0]}–{years[1]}"),),
            sheet.number(difference, signed=True),
            *(
                sheet.number(evidence.fact(indicator.code, unit, years, "growth"), signed=True)
                if indicator.additive
                else ()
                for unit in (evidence.unit, evidence.whole)
            ),
        )
    if not sheet.rows:
        return None
    keys = ("years", "change_column", "growth_column", "whole_growth_column")
    return sheet.table(brief.runs("table_change"), [brief.runs(key) for key in keys])


def position(brief: Brief) -> Table | None:
    """Show each ratio beside the whole's, the lowest and highest, and the unit's place; None if there is no peer."""
    evidence = brief.evidence
    sheet = _Sheet(brief)
    for indicator in brief.reference.catalogue.of(kinds=("ratio",)):
        years = evidence.complete(indicator.code)
        if not years or len(evidence.peers) < 2:  # noqa: PLR2004  one unit has no place
            continue
        values = [row for unit in evidence.peers if (row := evidence.level(indicator.code, unit, years[-1]))]
        values.sort(key=lambda row: (row["value"], row["unit"]))
        own = evidence.level(indicator.code, evidence.unit, years[-1])
        sheet.add(
            indicator,
            (year(years[-1]),),
            sheet.number(own),
            sheet.number(evidence.level(indicator.code, evidence.whole, years[-1])),
            sheet.number(values[0]),
            sheet.number(values[-1]),
            (
                *sheet.number(evidence.fact(indicator.code, evidence.unit, years[-1], "place")),
                Run(text="/"),
                *sheet.number(evidence.fact(indicator.code, evidence.unit, years[-1], "peers")),
            ),
        )
    if not sheet.rows:
        return None
    columns = [
        brief.runs("year_column"),
        brief.runs("value_column", unit=brief.name(evidence.unit, short=True)),
        (name(brief.name(evidence.whole, short=True) if evidence.whole else NO_VALUE),),
        *(brief.runs(key) for key in ("lowest", "highest", "place_column")),
    ]
    return sheet.table(brief.runs("table_position"), columns)


def balance(brief: Brief) -> Table | None:
    """Show the coefficients of variation between the units by year, with the lowest and highest ratio."""
    evidence = brief.evidence
    sheet = _Sheet(brief)
    for indicator in brief.reference.catalogue.of(balance=True):
        for each in evidence.complete(indicator.code):
            found = [
                evidence.fact(indicator.code, evidence.whole, each, statistic)
                for statistic in ("peers", "lowest", "highest", "cv")
            ]
            if found[-1] is not None:
                sheet.add(indicator, (year(each),), *(sheet.number(fact) for fact in found))
    if not sheet.rows:
        return None
    keys = ("year_column", "peers_column", "lowest", "highest", "cv_column")
    return sheet.table(brief.runs("table_balance"), [brief.runs(key) for key in keys])


def funding(brief: Brief) -> Table | None:
    """Show the whole's published figures of funding by year; None if there are none."""
    courses, years = _courses(brief, "funding", brief.evidence.whole)
    if not courses:
        return None
    sheet = _Sheet(brief)
    for code, course in courses.items():
        values = {row["year"]: row for row in course}
        if set(values) & set(years):
            sheet.add(brief.reference.catalogue[code], *(sheet.number(values.get(each)) for each in years))
    return sheet.table(brief.runs("table_funding"), [(year(each),) for each in years])


def sources(brief: Brief) -> Table:
    """List the sources of the figures that a memo shows: the work, its part, how it was read, and its address."""
    rows: list[tuple[Runs, ...]] = []
    for source in brief.evidence.sources(brief.shown):
        row = brief.reference.sources.loc[source]
        name_and_part = [brief.source_name(source), brief.source_name(source, "part")]
        label = ("，" if brief.language == "zh-Hans" else ", ").join(text for text in name_and_part if text)
        address = (Run(text=row["url"], role="citation", href=row["url"]),) if isinstance(row["url"], str) else ()
        rows.append(
            (
                (Run(text=label, role="citation"),),
                brief.runs(f"read_as_{row['read_as'].lower()}"),
                address or (Run(text=NO_VALUE),),
            )
        )
    return Table(
        caption=brief.runs("table_sources"),
        columns=(
            Column(text=brief.runs("source_column"), align="left", width=2.4),
            Column(text=brief.runs("read_as_column"), align="left", width=1.0),
            Column(text=brief.runs("address_column"), align="left", width=3.2),
        ),
        rows=tuple(rows),
    )


def _courses(brief: Brief, topic: str, unit: str | None) -> tuple[dict[str, list[Fact]], list[int]]:
    """Give the courses of a topic's indicators for a unit, and the newest years in which any has a figure."""
    courses = {
        indicator.code: course
        for indicator in brief.reference.catalogue.of(topic=topic)
        if (course := brief.evidence.course(indicator.code, unit))
    }
    return courses, sorted({row["year"] for course in courses.values() for row in course})[-YEARS:]
