"""Courses: series that rose or fell throughout, over enough figures to speak of a course."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING, Any

from analysis.findings.figures.book import cells_in, finding_id, tone_of, way
from analysis.findings.figures.cells import decimals_of
from analysis.findings.finding import Finding
from analysis.findings.measures import PERCENT
from analysis.findings.wording import Message, Number, Slot
from analysis.indicators import cell_id, rows_of
from analysis.indicators.trends.trend import ENOUGH, trend

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact
    from analysis.findings.finding import Verdict

_THROUGHOUT = {"rose_throughout", "fell_throughout"}


def courses(book: Book, cells: list[dict[str, Any]]) -> Iterator[Finding]:
    """Say which series rose or fell from each figure to the next, as far as the verb ``trend`` has enough of them.

    Figures of a register are counts: no error model is assumed, and there is no test.
    """
    long = [
        (unit, indicator.code)
        for unit, _ in book.units()
        for indicator in book.workspace.catalogue.of(kinds=("count", "amount", "ratio"))
        if len(book.course(indicator.code, unit)) >= ENOUGH
    ]
    if not long:
        return
    found = trend(book.workspace, sorted({code for _, code in long}), units=sorted({unit for unit, _ in long}),
                  boundaries=book.boundaries, until=book.year)  # fmt: skip
    for row in rows_of(found.table):
        ends = [book.fact(row["indicator"], row["unit"], row[end]) for end in ("first", "last")]
        there = row["current"] and row["n"] >= ENOUGH and row["pattern"] in _THROUGHOUT
        if there and ends[0] is not None and ends[1] is not None:
            yield _course(book, row, ends[0], ends[1], cells)


def _course(book: Book, row: dict[str, Any], first: Fact, last: Fact, cells: list[dict[str, Any]]) -> Finding:
    indicator, years = book.indicator(last), (first["year"], last["year"])
    common = {"unit": row["unit"], "indicator": indicator.code, "year": years[1], "sources": row["sources"],
              "how": f"computed from {row['made_of'].replace(';', ', ')}"}  # fmt: skip
    points = Number(cell_id(indicator.code, row["unit"], years[1], "points", years[0]), row["n"])
    cells.append({**common, "id": points.cell, "value": points.value, "base_year": years[0], "statistic": "points",
                  "decimals": 0})  # fmt: skip
    grown: Slot = ""
    if not isnan(row["growth"]):  # percentages have none
        growth = Number(cell_id(indicator.code, row["unit"], years[1], "growth", years[0]), row["growth"],
                        decimals_of("growth", indicator), PERCENT, absolute=True)  # fmt: skip
        cells.append({**common, "id": growth.cell, "value": growth.value, "base_year": years[0], "statistic": "growth",
                      "measure": PERCENT, "decimals": growth.decimals})  # fmt: skip
        grown = Message("course_grown", {"way": way(row["change"]), "growth": growth})
    verdict: Verdict = "up" if row["change"] > 0 else "down"
    slots: dict[str, Slot] = {
        "unit": book.unit(row["unit"]), "indicator": indicator.name, "counted": book.counted(indicator),
        "base": years[0], "year": years[1], "way": way(row["change"]), "before": book.number(first),
        "value": book.number(last), "points": points, "grown": grown,
    }  # fmt: skip
    return Finding(
        id=finding_id(indicator.topic, indicator.code, row["unit"], years[1], years[0], "course"), unit=row["unit"],
        year=years[1], base_year=years[0], topic=indicator.topic, kind="change", reference="before",
        subject=indicator.code, estimate=row["change"], against=first["value"], verdict=verdict,
        tone=tone_of(indicator, verdict), practical=book.practical(indicator, first["value"]),
        doubt=book.doubt(first, last) or ("doubtful figures" if row["doubt"] else ""),
        cells=tuple(dict.fromkeys([*cells_in(slots), *row["made_of"].split(";")])),
        message="course_counted" if indicator.counted else "course_named", slots=slots,
    )  # fmt: skip
