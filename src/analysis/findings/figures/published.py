"""Published: rates and growth as a source gives them, and lists that a unit is on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from analysis.findings.figures.book import finding_id, inside, way
from analysis.findings.finding import OLD
from analysis.findings.wording import Listed, Message, Slot, Word

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact
    from analysis.findings.finding import Finding
    from analysis.workspace import Indicator


def published(book: Book, said: Collection[str] = ()) -> Iterator[Finding]:
    """Say the newest published rates and growth of each unit, and the lists that it is on.

    What grew is said in one sentence a section, the newest year first. ``said`` are the cells of what is said
    elsewhere, as when growth is held to a rule.
    """
    catalogue = book.workspace.catalogue
    grown = {each.growth_of: each for each in catalogue.of(kinds=("rate",)) if each.growth_of}
    for unit, whole in book.units():
        growths: dict[str, list[Fact]] = {}
        for indicator in catalogue.of(kinds=("rate", "flag")):
            course = book.course(indicator.code, unit)
            level = course[-1] if course else None
            if level is None or level["cell"] in said:
                continue
            if indicator.kind == "flag":
                yield from _listed(book, indicator, level)
            elif indicator.growth_of:
                growths.setdefault(indicator.topic, []).append(level)
            elif not _grown_too(book, grown.get(indicator.code), level):
                yield _rate(book, indicator, level)
        for facts in growths.values():
            yield _growth(book, facts, whole)


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


def _growth(book: Book, growths: list[Fact], whole: str) -> Finding:
    """Say published growth: each with its level, where that is published, and beside the whole's growth."""
    rests: list[Fact | None] = []
    years: dict[int, list[Slot]] = {}
    newest = max(int(each["year"]) for each in growths)
    growths = sorted((each for each in growths if newest - each["year"] <= OLD), key=lambda each: -int(each["year"]))
    first = growths[0]
    for growth in growths:
        of = book.workspace.catalogue[str(book.indicator(growth).growth_of)]
        level = book.fact(of.code, growth["unit"], growth["year"])
        other = book.fact(growth["indicator"], whole, growth["year"]) if whole else None
        slots: dict[str, Slot] = {
            "indicator": inside(of.name), "way": way(growth["value"]), "growth": book.number(growth, absolute=True),
            "reached": Message("published_level", {"value": book.number(level)}) if level else "",
            "beside": _beside(book, other, whole),
        }  # fmt: skip
        rests += [growth, level, other]
        years.setdefault(int(growth["year"]), []).append(Message("published_one", slots))
    told: Slot = ""
    for year, each in years.items():
        of_year = Message("published_year", {"year": year, "grown": Listed(tuple(each))})
        told = Message("published_and", {"so_far": told, "next": of_year}) if told else of_year
    some = any(_of_some(book, growth, whole) for growth in growths)
    slots = {**book.kinds(), "unit": book.unit(first["unit"]), "grown": told,
             "selected": Word("yes" if some else "no")}  # fmt: skip
    found = book.finding("level", first, "published_growths", slots, facts=tuple(rests), estimate=first["value"])
    subject = "+".join(growth["indicator"] for growth in growths)
    last = finding_id(found.topic, subject, found.unit, found.year, None, "level")
    return found.model_copy(update={"id": last, "subject": subject})


def _of_some(book: Book, growth: Fact, whole: str) -> bool:
    """Tell whether a growth is published for some of the units only."""
    units = book.peers.get(whole, [])
    return bool(whole) and any(book.fact(growth["indicator"], unit, growth["year"]) is None for unit in units)


def _beside(book: Book, other: Fact | None, whole: str) -> Slot:
    if other is None:
        return ""
    slots: dict[str, Slot] = {"whole": book.unit(whole), "way": way(other["value"]),
                              "growth": book.number(other, absolute=True)}  # fmt: skip
    return Message("published_beside", slots)
