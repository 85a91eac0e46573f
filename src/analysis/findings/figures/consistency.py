"""Consistency: figures that cannot be together, totals that their parts miss, and series that start anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.findings.figures.book import both, finding_id, inside
from analysis.findings.finding import Finding
from analysis.findings.wording import Cited, Listed, Slot
from analysis.indicators import rows_of

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact
    from analysis.workspace import Indicator
    from analysis.workspace.catalogue import Break

#: Kinds of warnings about sums, and what says them.
_SUMS = {"total": "total_differs", "parts": "parts_differ"}


def consistency(book: Book) -> Iterator[Finding]:
    """Say where figures of a unit contradict each other by more than rounding, and what is to be verified."""
    frame = book.tables["warnings"]
    frame = frame[(frame["year"] <= book.year) & ~frame["rounding"].astype(bool)]
    told = {unit for unit, _ in book.units()}
    for row in rows_of(frame[frame["kind"] == "above"]):
        held = [each for each in row["held"].split(";") if each in told]
        facts = [book.fact(row[name], row["unit"], row["year"]) for name in ("indicator", "against")]
        if facts[0] is not None and facts[1] is not None:
            yield from (_above(book, row, unit, facts[0], facts[1]) for unit in held)
    yield from _together(book, frame[frame["kind"] == "above"])
    for row in rows_of(frame[frame["kind"].isin(_SUMS)]):
        for unit in (each for each in row["held"].split(";") if each in told):
            yield from _sum(book, row, unit)


def _above(book: Book, row: dict[str, Any], unit: str, fact: Fact, other: Fact) -> Finding:
    """Say of a unit that a figure exceeds what it cannot exceed."""
    indicator, against = book.indicator(fact), book.indicator(other)
    slots: dict[str, Slot] = {
        "year": row["year"], "figure": book.figure(fact), "value": book.number(fact), "other": book.number(other),
        "indicator": inside(indicator.name), "against": book.counted(against),
    }  # fmt: skip
    return Finding(
        id=finding_id(indicator.topic, indicator.code, unit, row["year"], None, "consistency"), unit=unit,
        year=row["year"], topic=indicator.topic, kind="consistency", verdict="differs", subject=indicator.code,
        estimate=fact["value"], against=other["value"], practical=row["tolerance"], cells=(fact["cell"], other["cell"]),
        message="exceeds_counted" if against.counted else "exceeds_named", slots=slots,
    )  # fmt: skip


def _together(book: Book, above: Any) -> Iterator[Finding]:
    """Say of a whole which of its units have such figures, all in one sentence."""
    for whole, units in book.peers.items():
        below = above[above["held"].isin(units)]
        for (code, against, year), group in below.groupby(["indicator", "against", "year"], sort=False):
            indicator = book.workspace.catalogue[str(code)]
            cells = [fact["cell"] for unit in group["unit"] for each in (code, against)
                     if (fact := book.fact(str(each), unit, int(year))) is not None]  # fmt: skip
            if not whole or not cells:
                continue
            slots: dict[str, Slot] = {
                **book.kinds(), "year": int(year), "whole": book.unit(whole), "indicator": inside(indicator.name),
                "against": inside(book.workspace.catalogue[str(against)].name),
                "units": Listed(tuple(book.short(unit) for unit in group["held"])),
            }  # fmt: skip
            yield Finding(
                id=finding_id(indicator.topic, indicator.code, whole, int(year), None, "consistency"), unit=whole,
                year=int(year), topic=indicator.topic, kind="consistency", verdict="differs", subject=indicator.code,
                cells=tuple(cells), message="exceed_together", slots=slots,
            )  # fmt: skip


def _sum(book: Book, row: dict[str, Any], unit: str) -> Iterator[Finding]:
    """Say that a figure is not the sum of its units', or of its parts."""
    indicator = book.workspace.catalogue[row["indicator"]]
    statistics = ("level", f"sum of {row['against']}", "gap")
    facts = [book.fact(indicator.code, row["unit"], row["year"], each) for each in statistics]
    if any(each is None for each in facts):
        return
    level, total, gap = (each for each in facts if each is not None)
    slots: dict[str, Slot] = {
        **book.kinds(), "year": row["year"], "figure": book.figure(level), "total": book.number(total),
        "gap": book.number(gap, absolute=True),
    }  # fmt: skip
    yield Finding(
        id=finding_id(indicator.topic, indicator.code, unit, row["year"], None, f"consistency {row['kind']}"),
        unit=unit, year=row["year"], topic=indicator.topic, kind="consistency", verdict="differs",
        subject=indicator.code, estimate=level["value"], against=total["value"], practical=row["tolerance"],
        cells=tuple(each["cell"] for each in (level, total, gap)), message=_SUMS[row["kind"]], slots=slots,
    )  # fmt: skip


def breaks(book: Book) -> Iterator[Finding]:
    """Say where series start anew, each reason once a unit; of the units, the wholes and those above them."""
    wholes = [whole for whole in book.peers if whole]
    above = [parent for whole in wholes if (parent := book.workspace.units.parent(whole))]
    for unit in dict.fromkeys([*(unit for unit, _ in book.units()), *above]):
        said: dict[tuple[int, str], tuple[Indicator, Break, list[Fact]]] = {}
        for indicator in book.workspace.catalogue.values():
            course = book.course(indicator.code, unit)
            for each in indicator.breaks:
                if course and course[0]["year"] < each.year <= course[-1]["year"]:
                    key = (each.year, both(each.reason)["zh-Hans"])
                    said.setdefault(key, (indicator, each, []))[2].extend(course)
        for number, (indicator, each, course) in enumerate(said.values()):
            slots: dict[str, Slot] = {
                "indicator": indicator.family_name or indicator.name, "year": each.year,
                "unit": book.short(unit) if unit in above else book.unit(unit), "reason": Cited(both(each.reason)),
            }  # fmt: skip
            last = f"break{number or ''}"
            yield Finding(
                id=finding_id(indicator.topic, indicator.code, unit, each.year, None, last), unit=unit,
                year=each.year, topic=indicator.topic, kind="consistency", subject=indicator.code,
                cells=tuple(fact["cell"] for fact in course), message="series_break", slots=slots,
            )  # fmt: skip
