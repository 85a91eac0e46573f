"""Sizes: what adds up, as level with its share of the whole, as change, and beside the whole's growth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.findings.figures.book import tone_of, verdict_of, way
from analysis.findings.wording import Message, Slot, Word
from analysis.messages import rounded

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact
    from analysis.findings.finding import Finding
    from analysis.workspace import Indicator

#: So many sizes of a unit are said by how its growth differs from the whole's.
FEW = 3


def sizes(book: Book) -> Iterator[Finding]:
    """Say the newest level of what adds up, and what became of it since the figure before.

    Of what is no headline, the few whose growth differs most from the whole's are said beside it, and not once more as
    a change.
    """
    for unit, whole in book.units():
        told = _told(book, unit)
        beside = _farthest(book, [each for each in told if not each.headline], unit, whole)
        for indicator in told:
            course = book.course(indicator.code, unit)
            if indicator.code in beside:
                yield _beside_whole(book, indicator, course[-1], *beside[indicator.code])
                continue
            found = list(_change(book, indicator, course, whole))
            # What is no headline and hardly changed is left to the tables, and so is a level where they have others.
            if indicator.headline or len(course) == 1 or any(each.segments == "several" for each in found):
                yield _level(book, course[-1], whole)
            yield from (each for each in found if indicator.headline or each.verdict != "steady")


def _told(book: Book, unit: str) -> list[Indicator]:
    """Choose the sizes of a unit that are worth a sentence.

    Left to the tables are those against which a caution stands in all years, and of those that are no headlines a sum
    of which all parts are said, and a level that is published together with its growth.
    """
    catalogue = book.workspace.catalogue
    grown = {each.growth_of: each.code for each in catalogue.of(kinds=("rate",)) if each.growth_of}
    found = []
    for each in catalogue.of(kinds=("count", "amount")):
        course = book.course(each.code, unit)
        if not course or any(not caution.years for caution in each.cautions):
            continue
        parts = [book.course(code, unit) for code in each.parts]
        summed = bool(parts) and all(part and part[-1]["year"] == course[-1]["year"] for part in parts)
        alone = len(course) == 1 and each.code in grown
        published = alone and book.fact(grown[each.code], unit, course[-1]["year"]) is not None
        if each.headline or not (summed or published):
            found.append(each)
    return found


def _share(book: Book, level: Fact, whole: str) -> tuple[Fact | None, Slot]:
    share = book.fact(level["indicator"], level["unit"], level["year"], "share") if whole else None
    return share, Message("size_share", {"share": book.number(share), "whole": book.unit(whole)}) if share else ""


def _level(book: Book, level: Fact, whole: str) -> Finding:
    share, said = _share(book, level, whole)
    slots: dict[str, Slot] = {"year": level["year"], "figure": book.figure(level), "share": said}
    return book.finding("level", level, "size_level", slots, facts=(share,), estimate=level["value"])


def _change(book: Book, indicator: Indicator, course: list[Fact], whole: str) -> Iterator[Finding]:
    """Say the change since the figure before; across a break it is a candidate that the rule withholds."""
    level = course[-1]
    before = [row for row in course[:-1] if row["segment"] == level["segment"]]
    if not before:
        yield from broken(book, course)
        return
    years = (before[-1]["year"], level["year"])
    change = book.fact(indicator.code, level["unit"], years, "change")
    growth = book.fact(indicator.code, level["unit"], years, "growth")
    if change is None or growth is None or change["value"] == 0:
        return
    practical = book.practical(indicator, before[-1]["value"])
    verdict = verdict_of(change["value"], practical, "up", "down", "steady")
    share, said = _share(book, level, whole)
    whole_growth = book.fact(indicator.code, whole, years, "growth") if whole else None
    if whole_growth is not None and (whole_growth["doubt"] or verdict == "steady"):
        whole_growth = None
    slots: dict[str, Slot] = {
        "year": level["year"], "base": years[0], "figure": book.figure(level), "share": said,
        "shared": Word("yes" if share else "no"), "way": way(change["value"]),
        "counting": Word("many" if indicator.counted else "much"),
        "change": book.number(change, absolute=True), "growth": book.number(growth, absolute=True),
        "beside": _whole_grew(book, whole_growth, growth),
    }  # fmt: skip
    yield book.finding(
        "change", level, "size_steady" if verdict == "steady" else "size_change", slots, reference="before",
        base_year=years[0], facts=(before[-1], share, change, growth, whole_growth), estimate=change["value"],
        against=before[-1]["value"], verdict=verdict, tone=tone_of(indicator, verdict), practical=practical,
    )  # fmt: skip


def broken(book: Book, course: list[Fact]) -> Iterator[Finding]:
    """Give what a break forbids to say: that a figure changed since the one before."""
    if len(course) > 1:
        first, last = course[-2:]
        slots: dict[str, Slot] = {"year": last["year"], "figure": book.figure(last), "base": first["year"],
                                  "before": book.number(first)}  # fmt: skip
        yield book.finding("change", last, "broken_change", slots, reference="before", base_year=first["year"],
                           facts=(first,), estimate=last["value"] - first["value"], against=first["value"],
                           segments="several")  # fmt: skip


def _whole_grew(book: Book, whole: Fact | None, own: Fact | None) -> Slot:
    """Say the whole's growth over the same years, as something else or not; nothing if it is not known."""
    if whole is None or own is None:
        return ""
    level = rounded(whole["value"], 1) == 0
    # Two that rise or fall go along; one that rises while the other falls is set against it.
    along = not level and (whole["value"] > 0) == (own["value"] > 0)
    slots: dict[str, Slot] = {"whole": book.unit(whole["unit"]), "along": Word("yes" if along else "no")}
    grown = book.grown(whole)
    return Message("whole_level", slots) if level or grown is None else Message("whole_grew", {**slots, "grown": grown})


def _farthest(book: Book, indicators: list[Indicator], unit: str, whole: str) -> dict[str, tuple[Fact, Fact]]:
    """Find the sizes whose growth differs most from the whole's, with both growths, as far as it matters."""
    found: list[tuple[float, str, tuple[Fact, Fact]]] = []
    for indicator in indicators if whole else ():
        course = book.course(indicator.code, unit)
        before = [row for row in course[:-1] if row["segment"] == course[-1]["segment"]]
        if not before:
            continue
        years = (before[-1]["year"], course[-1]["year"])
        own, other = (book.fact(indicator.code, each, years, "growth") for each in (unit, whole))
        if own is None or other is None or own["doubt"] or other["doubt"] or indicator.cautioned(years):
            continue
        apart = abs(own["value"] - other["value"])
        if book.rule is None or apart >= book.rule.practical("percent"):
            found.append((apart, indicator.code, (own, other)))
    return {code: pair for _, code, pair in sorted(found, key=lambda each: (-each[0], each[1]))[:FEW]}


def _beside_whole(book: Book, indicator: Indicator, level: Fact, own: Fact, whole: Fact) -> Finding:
    years = (int(own["base_year"]), level["year"])
    before = book.fact(indicator.code, level["unit"], years[0])
    if before is None:
        raise ValueError(f"{own['cell']}: a growth without the figure before")
    apart = own["value"] - whole["value"]
    slots: dict[str, Slot] = {
        "base": years[0], "year": years[1], "unit": book.unit(level["unit"]), "counted": book.counted(indicator),
        "before": book.number(before), "value": book.number(level), "way": way(own["value"]),
        "growth": book.number(own, absolute=True), "beside": _whole_grew(book, whole, own),
    }  # fmt: skip
    return book.finding(
        "gap", level, "growth_counted" if indicator.counted else "growth_named", slots, reference="whole",
        base_year=years[0], facts=(before, own, whole), estimate=apart, against=whole["value"],
        verdict="above" if apart > 0 else "below",
        practical=None if book.rule is None else book.rule.practical("percent"),
    )  # fmt: skip
