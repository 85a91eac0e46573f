"""Unevenness: how far the units of a whole differ in a ratio, and whether they came closer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.findings.figures.book import BALANCE, verdict_of
from analysis.findings.wording import Slot

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact
    from analysis.findings.finding import Finding
    from analysis.workspace import Indicator

#: A whole of two has no spread worth a coefficient.
LEAST = 3


def unevenness(book: Book) -> Iterator[Finding]:
    """Say the coefficient of variation of each ratio between the units of a whole, and that of the year before."""
    for whole, units in book.peers.items():
        if not whole or len(units) < LEAST:
            continue
        for indicator in book.workspace.catalogue.of(balance=True):
            years = book.complete(indicator.code, whole)
            spreads = [each for year in years if (each := book.fact(indicator.code, whole, year, "cv")) is not None]
            if spreads:
                yield from _spread(book, indicator, whole, spreads)


def _spread(book: Book, indicator: Indicator, whole: str, spreads: list[Fact]) -> Iterator[Finding]:
    cv = spreads[-1]
    ends = [book.fact(indicator.code, whole, cv["year"], each) for each in ("lowest", "highest", "peers")]
    if any(each is None for each in ends):
        return
    lowest, highest, peers = (book.number(each) for each in ends if each is not None)
    slots: dict[str, Slot] = {
        **book.kinds(), "whole": book.unit(whole), "year": cv["year"], "indicator": indicator.name,
        "cv": book.number(cv), "lowest": lowest, "highest": highest, "peers": peers,
    }  # fmt: skip
    yield book.finding("level", cv, "cv_level", slots, topic=BALANCE, facts=tuple(ends), estimate=cv["value"])
    earlier = [each for each in spreads[:-1] if each["segment"] == cv["segment"]]
    if not earlier:
        return
    first = earlier[-1]
    difference, practical = cv["value"] - first["value"], book.practical(indicator, first["value"], cv=True)
    verdict = verdict_of(difference, practical, "up", "down", "steady")
    if verdict == "steady":
        return
    slots |= {"base": first["year"], "first": book.number(first)}
    yield book.finding(
        "change", cv, "cv_change", slots, reference="before", topic=BALANCE, base_year=first["year"],
        facts=(first, *ends), estimate=difference, against=first["value"], verdict=verdict, practical=practical,
        # Units that differ less are more even, whatever the ratio.
        tone={"up": "bad", "down": "good"}.get(verdict, "neutral"),
    )  # fmt: skip
