"""Published: rates and growth as a source gives them, and lists that a unit is on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from analysis.findings.figures.book import inside, way
from analysis.findings.wording import Message, Slot

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact
    from analysis.findings.finding import Finding
    from analysis.workspace import Indicator


def published(book: Book, said: Collection[str] = ()) -> Iterator[Finding]:
    """Say the newest published rate or growth of each unit, and each list that it is on.

    ``said`` are the cells of what is said elsewhere, as when growth is held to a rule.
    """
    catalogue = book.workspace.catalogue
    grown = {each.growth_of: each for each in catalogue.of(kinds=("rate",)) if each.growth_of}
    for unit, whole in book.units():
        for indicator in catalogue.of(kinds=("rate", "flag")):
            course = book.course(indicator.code, unit)
            if not course:
                continue
            level = course[-1]
            if level["cell"] in said:
                continue
            if indicator.kind == "flag":
                yield from _listed(book, indicator, level)
            elif indicator.growth_of:
                yield _growth(book, indicator, level, whole)
            elif not _grown_too(book, grown.get(indicator.code), level):
                yield _rate(book, indicator, level)


def _grown_too(book: Book, growth: Indicator | None, level: Fact) -> bool:
    """Tell whether the growth of a level is published for the same year, which then is said with it."""
    return growth is not None and book.fact(growth.code, level["unit"], level["year"]) is not None


def _listed(book: Book, indicator: Indicator, level: Fact) -> Iterator[Finding]:
    if level["value"] == 1:
        slots: dict[str, Slot] = {"unit": book.unit(level["unit"]), "year": level["year"], "indicator": indicator.name}
        tone = "neutral" if indicator.direction == "lower" else "good"
        yield book.finding("level", level, "listed", slots, estimate=1.0, tone=tone)


def _rate(book: Book, indicator: Indicator, level: Fact) -> Finding:
    slots: dict[str, Slot] = {"year": level["year"], "unit": book.unit(level["unit"]), "indicator": indicator.name,
                              "value": book.number(level)}  # fmt: skip
    return book.finding("level", level, "published_rate", slots, estimate=level["value"])


def _growth(book: Book, indicator: Indicator, growth: Fact, whole: str) -> Finding:
    """Say published growth with its level, where that is published, and the whole's growth of the same year."""
    of = book.workspace.catalogue[str(indicator.growth_of)]
    level = book.fact(of.code, growth["unit"], growth["year"])
    other = book.fact(indicator.code, whole, growth["year"]) if whole else None
    slots: dict[str, Slot] = {
        "year": growth["year"], "unit": book.unit(growth["unit"]), "indicator": inside(of.name),
        "way": way(growth["value"]), "growth": book.number(growth, absolute=True),
        "reached": Message("published_level", {"value": book.number(level)}) if level else "",
        "beside": _beside(book, other, whole),
    }  # fmt: skip
    return book.finding("level", growth, "published_growth", slots, facts=(level, other), estimate=growth["value"])


def _beside(book: Book, other: Fact | None, whole: str) -> Slot:
    if other is None:
        return ""
    slots: dict[str, Slot] = {"whole": book.unit(whole), "way": way(other["value"]),
                              "growth": book.number(other, absolute=True)}  # fmt: skip
    return Message("published_beside", slots)
