"""Sizes: what adds up, as level with its share of the whole, as change, and beside the whole's growth."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from analysis.findings.figures.book import tone_of, verdict_of, way
from analysis.findings.wording import Listed, Message, Slot, Word
from analysis.messages import rounded

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact
    from analysis.findings.finding import Finding
    from analysis.workspace import Indicator

#: So many sizes stand in one sentence.
MOST = 4


@dataclass(frozen=True)
class _Grown:
    """How a size grew since the figure before, and how the whole's did."""

    indicator: Indicator
    before: Fact
    last: Fact
    own: Fact
    whole: Fact | None
    practical: float | None

    @property
    def apart(self) -> float:
        """How far it grew apart from the whole's, or at all."""
        return abs(float(self.own["value"]) - float(self.whole["value"] if self.whole else 0.0))


def sizes(book: Book, courses: Collection[tuple[str, str, int]] = (), said: Collection[str] = ()) -> Iterator[Finding]:
    """Say the newest level of what adds up, and what became of it since the figure before.

    What is no headline and grew over the same years is said in one sentence a section: how it grew, beside the whole's
    growth. ``courses`` are the unit, code and year of what is said over many years, and ``said`` the cells of growth
    that is said with a ratio; neither is said once more.
    """
    for unit, whole in book.units():
        grown: dict[tuple[str, int, int], list[_Grown]] = {}
        single: dict[tuple[str, int, bool], list[Fact]] = {}
        for indicator in _told(book, unit):
            course = book.course(indicator.code, unit)
            if not indicator.headline and (one := _grown(book, indicator, course, whole)) is not None:
                told = (unit, indicator.code, one.last["year"]) in courses or one.own["cell"] in said
                if not told and _matters(book, one):
                    years = (int(one.before["year"]), int(one.last["year"]))
                    grown.setdefault((indicator.topic, *years), []).append(one)
                continue
            found = list(_change(book, indicator, course, whole))
            # A level that is no headline is left to the tables where they have others.
            if indicator.headline or any(each.segments == "several" for each in found):
                yield _level(book, course[-1], whole)
            elif len(course) == 1:
                told_of = (indicator.topic, int(course[-1]["year"]), bool(indicator.counted))
                single.setdefault(told_of, []).append(course[-1])
            yield from found
        for levels in single.values():
            yield _level(book, levels[0], whole) if len(levels) == 1 else _levels(book, levels)
        for some in grown.values():
            yield from _grew_apart(book, some, whole)


def _grew_apart(book: Book, some: list[_Grown], whole: str) -> Iterator[Finding]:
    """Say how sizes of a section grew over the same years: several in one sentence, one beside the whole's."""
    first = some[0]
    if len(some) > 1:
        yield _together(book, some, whole)
    elif first.whole is not None and first.apart >= _percent(book):
        yield _beside_whole(book, first.indicator, first.last, first.own, first.whole)
    else:
        yield from _change(book, first.indicator, book.course(first.indicator.code, first.last["unit"]), whole)


def _grown(book: Book, indicator: Indicator, course: list[Fact], whole: str) -> _Grown | None:
    """Give how a size grew; None where it did not, across a break, or where a figure is doubted."""
    last = course[-1]
    before = [row for row in course[:-1] if row["segment"] == last["segment"]]
    if not before:
        return None
    years = (before[-1]["year"], last["year"])
    own = book.fact(indicator.code, last["unit"], years, "growth")
    if own is None or own["doubt"] or own["value"] == 0:
        return None
    other = book.fact(indicator.code, whole, years, "growth") if whole and not indicator.cautioned(years) else None
    other = None if other is None or other["doubt"] else other
    return _Grown(indicator, before[-1], last, own, other, book.practical(indicator, before[-1]["value"]))


def _percent(book: Book) -> float:
    return 0.0 if book.rule is None else book.rule.practical("percent")


def _matters(book: Book, one: _Grown) -> bool:
    change = one.last["value"] - one.before["value"]
    steady = verdict_of(change, one.practical, "up", "down", "steady") == "steady"
    return not steady or (one.whole is not None and one.apart >= _percent(book))


def _together(book: Book, some: list[_Grown], whole: str) -> Finding:
    """Say how sizes grew in one sentence: those that changed most, what rose before what fell."""
    most = sorted(some, key=lambda each: (-abs(each.own["value"]), each.indicator.code))[:MOST]
    first = most[0]
    change = first.last["value"] - first.before["value"]
    verdict = verdict_of(change, first.practical, "up", "down", "steady")
    slots: dict[str, Slot] = {
        "base": first.before["year"], "year": first.last["year"], "unit": book.unit(first.last["unit"]),
        "grown": _joined(book, sorted(most, key=lambda each: (-each.own["value"], each.indicator.code)), whole),
    }  # fmt: skip
    facts = tuple(fact for each in most for fact in (each.last, each.before, each.own, each.whole))
    found = book.finding(
        "change", first.last, "growth_together", slots, reference="before", base_year=first.before["year"],
        facts=facts, estimate=change, against=first.before["value"], verdict=verdict,
        tone=tone_of(first.indicator, verdict), practical=first.practical,
    )  # fmt: skip
    return found.model_copy(update={"id": f"{found.id} together"})


def _joined(book: Book, some: list[_Grown], whole: str) -> Slot:
    """Put clauses together: a language may leave out a verb that the one before has, and set off what fell."""
    told = _grew(book, some[0], whole, again=False)
    for place, (before, one) in enumerate(pairwise(some), start=1):
        again = (before.own["value"] > 0) == (one.own["value"] > 0)
        joined = "while" if not again else "last" if place == len(some) - 1 else "comma"
        slots: dict[str, Slot] = {"so_far": told, "next": _grew(book, one, whole, again=again), "joined": Word(joined)}
        told = Message("growth_and", slots)
    return told


def _grew(book: Book, one: _Grown, whole: str, *, again: bool) -> Slot:
    beside: Slot = ""
    if one.whole is not None and rounded(one.whole["value"], 1) != 0:
        beside = Message("growth_beside", {"whole": book.unit(whole), "way": way(one.whole["value"]),
                                           "growth": book.number(one.whole, absolute=True)})  # fmt: skip
    slots: dict[str, Slot] = {"counted": book.counted(one.indicator), "way": way(one.own["value"]),
                              "growth": book.number(one.own, absolute=True), "beside": beside,
                              "again": Word("yes" if again else "no")}  # fmt: skip
    return Message("growth_one", slots)


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


def _levels(book: Book, levels: list[Fact]) -> Finding:
    """Say levels of a section and a year, of which nothing before is known, in one sentence."""
    first = levels[0]
    items = Listed(tuple(
        Message("size_item", {"counted": book.counted(book.indicator(each)), "value": book.number(each)})
        if book.indicator(each).counted
        else Message("size_item_named", {"named": book.counted(book.indicator(each)), "value": book.number(each)})
        for each in levels[:MOST]
    ))  # fmt: skip
    slots: dict[str, Slot] = {"year": first["year"], "unit": book.unit(first["unit"]), "items": items,
                              "counting": Word("many" if book.indicator(first).counted else "much")}  # fmt: skip
    found = book.finding("level", first, "size_levels", slots, facts=tuple(levels[1:MOST]), estimate=first["value"])
    return found.model_copy(update={"id": f"{found.id} together"})


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
    if verdict == "steady":
        return
    share, said = _share(book, level, whole)
    whole_growth = book.fact(indicator.code, whole, years, "growth") if whole else None
    if whole_growth is not None and whole_growth["doubt"]:
        whole_growth = None
    slots: dict[str, Slot] = {
        "year": level["year"], "base": years[0], "figure": book.figure(level), "share": said,
        "shared": Word("yes" if share else "no"), "way": way(change["value"]),
        "counting": Word("many" if indicator.counted else "much"),
        "change": book.number(change, absolute=True), "growth": book.number(growth, absolute=True),
        "beside": _whole_grew(book, whole_growth, growth),
    }  # fmt: skip
    yield book.finding(
        "change", level, "size_change", slots, reference="before",
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
    if level:
        return Message("whole_level", slots)
    by: dict[str, Slot] = {"way": way(whole["value"]), "by": book.number(whole, absolute=True)}
    return Message("whole_grew", {**slots, **by})


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
