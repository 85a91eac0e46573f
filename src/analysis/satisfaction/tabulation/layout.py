"""A table of a crosstab as a reader sees it: headings, lines and bases in a language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from analysis.messages import NO_VALUE, Language, pick, write_number
from analysis.satisfaction.precision import bounds_of
from analysis.satisfaction.tabulation.tabulations import ALL, ANSWERS, MEAN, POINTS, Row, Tabulation
from analysis.surveys.columns import columns
from analysis.surveys.items import Numeric, Ranking
from analysis.surveys.phrases import MISSING

if TYPE_CHECKING:
    from analysis.satisfaction.tabulation.crosstab import Crosstab
    from analysis.surveys.survey import Survey

#: What stands for a figure that is held back, and beside one that is to be used with caution.
HIDDEN, CAREFUL = "×", "†"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a table: the total, or a group of a banner column."""

    column: str
    head: str  #: what the banner column is called
    group: str
    name: str
    letter: str


@dataclass(frozen=True, slots=True)
class Cell:
    """An estimate; None where there is none, or it is held back."""

    estimate: float | None
    lower: float | None
    upper: float | None
    higher_than: str
    precision: str
    asked: bool  #: whether anybody answered

    @property
    def instead(self) -> str:
        """What stands in place of a figure that is not there."""
        return HIDDEN if self.precision == "suppress" and self.asked else NO_VALUE

    def written(self, decimals: int) -> str:
        """Write the estimate as text, with its mark."""
        if self.estimate is None:
            return self.instead
        return write_number(self.estimate, decimals) + (CAREFUL if self.precision == "caution" else "")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table."""

    text: str
    measure: str
    cells: tuple[Cell, ...]

    @property
    def plain(self) -> bool:
        """Whether it is the share of one answer."""
        return self.measure == "share"


@dataclass(frozen=True, slots=True)
class Base:
    """A row of bases: numbers, and what stands where they are held back."""

    text: str
    figures: tuple[float | str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A table in a language."""

    item: str
    number: int | None
    title: str
    base: str
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    bases: tuple[Base, ...]


def layout(result: Crosstab, table: Tabulation, language: Language) -> Layout:
    """Lay out the table of an item."""
    say = partial(result.said)
    frame = result.table[result.table["item"] == table.item]
    survey = result.designs[0].survey
    first = frame[frame["measure"] == frame["measure"].iloc[0]]
    first = first.drop_duplicates(["column", "group"])
    headings = []
    for column, group, letter in zip(first["column"], first["group"], first["letter"], strict=True):
        whole = column == "total"
        head = "" if whole else result.labels.head(column, language)
        name = say("total", language) if whole else result.labels.name(column, group, language)
        headings.append(Heading(column, head, group, name, letter))
    wide = len(headings)
    records: list[dict[Any, Any]] = frame.to_dict("records")
    texts = _Texts(result, survey, table, language)
    lines = []
    for number, row in enumerate(table.rows):
        cells = tuple(_cell(record) for record in records[number * wide : (number + 1) * wide])
        lines.append(Line(texts.line(row), row.measure, cells))
    return Layout(table.item, texts.number, texts.title, texts.base, tuple(headings), tuple(lines),
                  tuple(_bases(result, table, records, wide, language)))  # fmt: skip


def _cell(record: dict[Any, Any]) -> Cell:
    estimate, lower, upper = (_number(record[name]) for name in ("estimate", "lower", "upper"))
    precision, higher = str(record["precision"]), str(record["higher_than"])
    return Cell(estimate, lower, upper, higher, precision, _known(record["n"]) != 0)


def _number(value: float) -> float | None:
    return None if value != value else float(value)  # noqa: PLR0124  NaN is the only number that differs from itself


def _known(n: Any) -> int | None:
    import pandas as pd

    return None if n is None or pd.isna(n) else int(n)


def _bases(
    result: Crosstab, table: Tabulation, records: list[dict[Any, Any]], wide: int, language: Language
) -> list[Base]:
    """Give the counts, weighted and effective bases of the table, the count of who rated where it is another."""
    import pandas as pd

    least = bounds_of(result.rule).suppress_below

    def of(at: int, name: str, text: str) -> Base:
        values: list[float | str] = []
        for record in records[at * wide : (at + 1) * wide]:
            n = _known(record["n"])
            few = f"<{least}" if record["note"] == "suppressed" and name == "n" else HIDDEN
            value = record[name]
            if name == "not_applicable":
                values.append(HIDDEN if pd.isna(value) else float(value))
            else:
                values.append(few if n is None else 0 if n == 0 else float(value) if value == value else NO_VALUE)  # noqa: PLR0124
        return Base(result.said(text, language), tuple(values))

    rows = table.rows
    found = [of(0, "n", "base.n"), of(0, "weighted", "base.weighted"), of(0, "effective", "base.effective")]
    if table.counted[0].outside is not None:
        found.insert(1, of(0, "not_applicable", "base.outside"))
    scored = next((at for at, row in enumerate(rows) if row.base == ANSWERS), None)
    if scored is not None and rows[0].base == ALL and table.apart:
        found.insert(1, of(scored, "n", "base.scored"))
    return found


@dataclass(frozen=True, slots=True)
class _Texts:
    """The words of a table."""

    result: Crosstab
    survey: Survey
    table: Tabulation
    language: Language

    def _said(self, key: str, **values: object) -> str:
        return self.result.said(key, self.language, **values)

    @property
    def number(self) -> int | None:
        """The number that the question is printed under."""
        from analysis.surveys.formats.directions import numbers

        return numbers(self.survey).get(self.table.asked.code)

    @property
    def title(self) -> str:
        """The question in its own words, with the row of a matrix."""
        text = pick(self.table.asked.item.text, self.language)
        part = pick(self.table.part, self.language) if self.table.part else ""
        return text + ((" — " if self.language == "en" else "——") + part if part else "")

    @property
    def base(self) -> str:
        """Who is counted, and whom the question was put to."""
        from analysis.surveys.formats.directions import Directions

        asked, directions = self.table.asked, Directions(self.survey, self.language)
        kinds = [pick(MISSING[each], self.language) for each in self.table.apart]
        shown = self.result.settings["missing"] == "shown"
        if isinstance(asked.item, Numeric) or not kinds:
            said = self._said("base.all")
        else:
            between = "”“" if self.language == "zh-Hans" else "”, “"
            said = self._said("base.kinds" if shown else "base.without", kinds=between.join(kinds))
        outside = self._said("base.apart") if self.table.counted[0].outside is not None else ""
        parts = [said, outside, directions.section(asked.section.id), directions.item(asked)]
        return ("" if self.language == "zh-Hans" else " ").join(part for part in parts if part)

    def line(self, row: Row) -> str:
        """Give what a row is called."""
        item = self.table.asked.item
        if row.measure == POINTS:
            return self._said("line.points.rated" if self._narrower else "line.points")
        if row.measure == MEAN:
            unit = getattr(item, "unit", None)
            return self._said("line.mean_of", unit=pick(unit, self.language)) if unit else self._said("line.mean")
        if row.measure.startswith("top"):
            return self._top(row)
        if isinstance(item, Ranking) and not row.variable.endswith("[missing]"):
            first = next(column.name for column in columns(self.survey) if column.asked.code == self.table.item)
            rank = row.variable.removeprefix(self.table.item).strip("[]")
            return self._said("line.rank" if rank else "line.any", rank=rank, option=self._names(first)[row.category])
        return self._names(row.variable)[row.category]

    def _top(self, row: Row) -> str:
        top, _, points = row.measure.removeprefix("top").partition("_of_")
        names = self._names(self.table.item)
        best = sorted(names, key=int)[-int(top) :]
        joined = ("、" if self.language == "zh-Hans" else " + ").join(names[code] for code in best)
        return self._said("line.top.rated" if self._narrower else "line.top", top=top, points=points, names=joined)

    @property
    def _narrower(self) -> bool:
        """Whether the base of means and sums is a narrower one than that of shares."""
        return bool(self.table.apart) and self.table.rows[0].base == ALL

    def _names(self, variable: str) -> dict[str, str]:
        column = next(column for column in columns(self.survey) if column.name == variable)
        return {str(code): pick(text, self.language) for code, text in column.labels.items()}
