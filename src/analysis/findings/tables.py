"""Tables of facts: rows are indicators or units, every number names its cell, a doubtful one carries a mark."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from analysis.documents import Column, Run, Runs, Table
from analysis.findings.finding import OLD
from analysis.findings.wording import name, year
from analysis.messages import NO_VALUE

if TYPE_CHECKING:
    from analysis.findings.brief import Brief
    from analysis.findings.evidence import Fact
    from analysis.workspace import Indicator

#: So many years fit beside the name of an indicator.
YEARS = 5
#: What stands where there is no value.
NONE: Final = (Run(text=NO_VALUE),)
#: So few single figures need no table where sentences say them.
_LITTLE = 2


class Sheet:
    """A table in the making: it keeps which cells it shows, for the notes under it."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.cells: list[str] = []
        self.rows: list[tuple[Runs, ...]] = []
        self.picked: int | None = None
        self.doubts = False
        self.estimates: list[bool] = []  # whether each asks for care, those of the row that is picked out left aside
        self._row: list[bool] = []
        self.few = False

    def number(self, cell: str | None, *, signed: bool = False) -> Runs:
        """Give the number of a cell, marked if it is doubtful; a dash for none."""
        if cell is None:
            return NONE
        self.cells.append(cell)
        run = self.brief.slot(cell, signed=signed).run()
        if not (self.brief.evidence.is_fact(cell) and self.brief.evidence.cell(cell)["doubt"]):
            return (run,)
        self.doubts = True
        return (run, *self.brief.runs("doubt_mark"))

    def estimate(self, row: Fact | None) -> Runs:
        """Give an estimate, marked if it asks for care."""
        if row is None or row["estimate"] is None:
            self.few = True
            return NONE
        runs = self.number(row["cell"])
        # Of who came by themselves there is no sampling error to be careful of; their number stands beside.
        self._row.append(row["precision"] == "caution" and row["selection"] != "open")
        return (*runs, *self.brief.runs("careful_mark")) if self._row[-1] else runs

    def fact(self, fact: Fact | None, *, signed: bool = False) -> Runs:
        """Give the number of a fact."""
        return self.number(fact["cell"] if fact is not None else None, signed=signed)

    def add(self, label: Runs, *cells: Runs, picked: bool = False) -> None:
        """Add a row."""
        if picked:
            self.picked = len(self.rows)
        else:
            self.estimates += self._row
        self._row = []
        self.rows.append((label, *cells))

    def table(
        self, caption: Runs, head: Runs, columns: Sequence[Runs | Column], *, notes: Sequence[Runs] = ()
    ) -> Table | None:
        """Finish the table: its heads, and below it its source and what its marks mean; None if it has no rows."""
        if not self.rows:
            return None
        heads = [column if isinstance(column, Column) else Column(text=column) for column in columns]
        shown: list[Column] = [Column(text=head, align="left"), *heads]
        rows = self.rows
        if not self.few:
            shown, rows = _filled(shown, rows)
        under = [*notes, *self.brief.source_line(self.cells)]
        if self.doubts:
            under.append(self.brief.runs("doubt_note"))
        mark = self.brief.runs("careful_mark")
        if len(self.estimates) > 1 and all(self.estimates):
            # A mark on every line tells no line from another: it is said of all of them.
            rows = [tuple(_unmarked(cell, mark) for cell in row) for row in rows]
            under.append(self.brief.runs("careful_all_note" if self.picked is None else "careful_units_note"))
        elif any(cell[-len(mark) :] == mark for row in rows for cell in row):
            under.append(self.brief.runs("careful_note"))
        if self.few:
            under.append(self.brief.runs("few_note"))
        elif any(cell == NONE for row in rows for cell in row):
            under.append(self.brief.runs("no_value_note"))
        return Table(caption=caption, columns=tuple(shown), rows=tuple(rows), notes=tuple(under), picked=self.picked)


def _filled(columns: list[Column], rows: list[tuple[Runs, ...]]) -> tuple[list[Column], list[tuple[Runs, ...]]]:
    """Leave out the columns that hold dashes only."""
    kept = [place for place in range(len(columns)) if any(row[place] != NONE for row in rows)]
    return [columns[place] for place in kept], [tuple(row[place] for place in kept) for row in rows]


def _unmarked(cell: Runs, mark: Runs) -> Runs:
    return cell[: -len(mark)] if cell[-len(mark) :] == mark else cell


def label_of(brief: Brief, indicator: Indicator) -> Runs:
    """Give the name of an indicator with its unit, as the head of a row or column."""
    return (name(indicator.label(brief.language)),)


def sizes(brief: Brief, topic: str, said: Collection[str] = ()) -> Table | None:
    """Show what adds up: its newest figure, that before, the growth between, and the whole's beside it.

    None for a few single figures if the sentences above, whose cells are ``said``, give all of them.
    """
    evidence, sheet = brief.evidence, Sheet(brief)
    found = [
        (indicator, *pair)
        for indicator in brief.reference.catalogue.of(topic=topic, kinds=("count", "amount"))
        if (pair := _newest_pair(brief, indicator))
    ]
    if len(found) <= _LITTLE and all(base is None and last["cell"] in said for _, base, last in found):
        return None
    spans = {(base["year"] if base else None, last["year"]) for _, base, last in found}
    one = len(spans) == 1
    for indicator, base, last in found:
        years = (base["year"], last["year"]) if base else None
        whole = evidence.level(indicator.code, evidence.whole, last["year"])
        growth = [evidence.fact(indicator.code, unit, years, "growth") if years else None
                  for unit in (evidence.unit, evidence.whole)]  # fmt: skip
        span = () if one else ((year(f"{years[0]}–{years[1]}" if years else last["year"]),),)
        sheet.add(
            label_of(brief, indicator),
            *span,
            sheet.fact(base),
            sheet.fact(last),
            sheet.fact(growth[0], signed=True),
            *((sheet.fact(whole), sheet.fact(growth[1], signed=True)) if evidence.whole else ()),
        )
    base_year, last_year = next(iter(spans)) if one else (None, None)
    heads = [
        *([] if one else [brief.runs("years")]),
        (year(base_year),) if base_year else brief.runs("base_column"),
        (year(last_year),) if last_year else brief.runs("last_column"),
        brief.runs("growth_column"),
    ]
    if evidence.whole:
        heads += [
            brief.runs("whole_column", beside=brief.name(evidence.whole, short=True)),
            brief.runs("whole_growth_column", beside=brief.name(evidence.whole, short=True)),
        ]
    return sheet.table(brief.runs("table_sizes", topic=brief.runs(topic)), brief.runs("indicator"), heads)


def _newest_pair(brief: Brief, indicator: Indicator) -> tuple[Fact | None, Fact] | None:
    """Give the figure before the newest that can be compared with it, and the newest; None if there is none."""
    course = brief.evidence.course(indicator.code, brief.evidence.unit)
    if not course:
        return None
    before = [row for row in course[:-1] if row["segment"] == course[-1]["segment"]]
    return (before[-1] if before else None), course[-1]


def ratios(brief: Brief, topic: str) -> Table | None:
    """Show the ratios of a topic in the newest two years, the whole's, and the lowest and highest among the peers."""
    evidence, sheet = brief.evidence, Sheet(brief)
    found = [(indicator, *pair) for indicator in brief.reference.catalogue.of(topic=topic, kinds=("ratio",))
             if (pair := _newest_pair(brief, indicator))]  # fmt: skip
    years = {(base["year"] if base else None, last["year"]) for _, base, last in found}
    one = len(years) == 1
    beside = len(evidence.peers) > 1
    for indicator, base, last in found:
        peers = [row for unit in evidence.peers if (row := evidence.level(indicator.code, unit, last["year"]))]
        peers.sort(key=lambda row: (row["value"], row["unit"]))
        ends = (peers[0], peers[-1]) if last["year"] in evidence.complete(indicator.code) else (None, None)
        span = () if one else ((year(f"{base['year']}–{last['year']}" if base else last["year"]),),)
        sheet.add(
            label_of(brief, indicator),
            *span,
            sheet.fact(base),
            sheet.fact(last),
            *((sheet.fact(evidence.level(indicator.code, evidence.whole, last["year"])),) if evidence.whole else ()),
            *((sheet.fact(ends[0]), sheet.fact(ends[1])) if beside else ()),
        )
    base_year, last_year = next(iter(years)) if one else (None, None)
    heads = [
        *([] if one else [brief.runs("years")]),
        (year(base_year),) if base_year else brief.runs("base_column"),
        (year(last_year),) if last_year else brief.runs("last_column"),
        *([brief.runs("whole_column", beside=brief.name(evidence.whole, short=True))] if evidence.whole else []),
        *([brief.runs("lowest"), brief.runs("highest")] if beside else []),
    ]
    return sheet.table(brief.runs("table_ratios", topic=brief.runs(topic)), brief.runs("indicator"), heads)


def levels(brief: Brief, topic: str) -> Table | None:
    """Show a topic's published figures by year, the newest years that any has; none for a single figure."""
    evidence, sheet = brief.evidence, Sheet(brief)
    of = evidence.unit
    courses = {
        indicator.code: course
        for indicator in brief.reference.catalogue.of(topic=topic)
        if indicator.kind != "flag" and (course := evidence.course(indicator.code, of))
    }
    all_years = sorted({row["year"] for course in courses.values() for row in course})
    years = [each for each in all_years if all_years[-1] - each <= OLD][-YEARS:]
    for code, course in courses.items():
        values = {row["year"]: row for row in course}
        if set(values) & set(years):
            sheet.add(
                label_of(brief, brief.reference.catalogue[code]), *(sheet.fact(values.get(each)) for each in years)
            )
    if len(sheet.rows) < 2:  # noqa: PLR2004  a sentence says one figure better
        return None
    caption = brief.runs("table_levels", topic=brief.runs(topic), of=brief.name(of))
    return sheet.table(caption, brief.runs("indicator"), [(year(each),) for each in years])


def balance(brief: Brief) -> Table | None:
    """Show the coefficients of variation between the units by year, with the lowest and highest ratio."""
    evidence, sheet = brief.evidence, Sheet(brief)
    whole = evidence.unit if evidence.below else evidence.whole
    for indicator in brief.reference.catalogue.of(balance=True):
        for each in _years_of(brief, indicator, whole):
            found = [evidence.fact(indicator.code, whole, each, statistic)
                     for statistic in ("peers", "lowest", "highest", "cv")]  # fmt: skip
            if found[-1] is not None:
                sheet.add(label_of(brief, indicator), (year(each),), *(sheet.fact(fact) for fact in found))
    keys = ("year_column", "peers_column", "lowest", "highest", "cv_column")
    caption = brief.runs("table_balance", area=brief.name(whole) if whole else "")
    return sheet.table(caption, brief.runs("indicator"), [brief.runs(key) for key in keys])


def _years_of(brief: Brief, indicator: Indicator, whole: str | None) -> list[int]:
    rows = brief.evidence.facts
    held = (rows["indicator"] == indicator.code) & (rows["unit"] == (whole or "")) & (rows["statistic"] == "cv")
    return sorted(int(each) for each in rows.loc[held, "year"])
