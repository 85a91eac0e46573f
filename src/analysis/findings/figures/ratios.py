"""Ratios: beside the whole's, what became of them, and which of their parts made them change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.findings.figures.book import both, tone_of, verdict_of, way
from analysis.findings.figures.cells import is_percentage
from analysis.findings.figures.neighbours import alone, beside
from analysis.findings.figures.sizes import broken
from analysis.findings.figures.told import told
from analysis.findings.wording import Message, Slot, Word

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact, Tone
    from analysis.findings.figures.neighbours import Range
    from analysis.findings.finding import Finding, Verdict
    from analysis.workspace import Indicator


def ratios(book: Book, near: Mapping[tuple[str, str], Range]) -> Iterator[Finding]:
    """Say each ratio, held to the whole's, to those of the unit's neighbours and to the unit's own before.

    ``near`` holds by unit and ratio where it lies outside the range of its neighbours. What the whole is held to so is
    one sentence; the good news that a ratio is above both is not told of the neighbours once more.
    """
    for unit, whole in book.units():
        pairs: dict[tuple[str, int], list[tuple[Indicator, Finding]]] = {}
        for indicator in told(book):
            course = book.course(indicator.code, unit)
            for found in _of_one(book, indicator, course, whole, near.get((unit, indicator.code))) if course else ():
                if found.message == "ratio_gap" and _in_a_pair(indicator, found):
                    pairs.setdefault((found.topic, found.year), []).append((indicator, found))
                else:
                    yield found
        for some in pairs.values():
            yield from [_pair(*some)] if len(some) == 2 else [gap for _, gap in some]  # noqa: PLR2004  a pair


def _of_one(book: Book, indicator: Indicator, course: list[Fact], whole: str, there: Range | None) -> Iterator[Finding]:
    """Say one ratio of a unit."""
    turn = _turn(book, indicator, course)
    gap = _gap(book, indicator, course, whole, turn, there) if whole else None
    if there is not None and (gap is None or gap.year != there.own["year"]):
        slots = {"year": there.own["year"], "figure": book.figure(there.own), **there.slots}
        yield alone(book, there, "neighbours", slots, ())
    if gap is not None and gap.verdict == "like" and indicator.direction == "none" and not gap.slots["since"]:
        return  # a circumstance like the whole's
    if gap is None or not _in_a_pair(indicator, gap):
        yield _level(book, course[-1])
    if gap is not None:
        yield gap
    said = gap is not None and not gap.doubt and turn is not None and turn.last["year"] == gap.year
    if turn is not None and turn.verdict != "steady" and (not said or turn.change["doubt"]):
        yield _change(book, indicator, turn)
    if turn is None and len({row["segment"] for row in course[-2:]}) > 1:
        yield from broken(book, course)


def _in_a_pair(indicator: Indicator, gap: Finding) -> bool:
    """Tell whether a ratio is told with another: neither good nor bad, no headline, and beside the whole."""
    plain = not (gap.slots["because"] or gap.slots["extreme"] or gap.slots["near"])
    minor = indicator.direction == "none" and not indicator.headline and bool(indicator.counted)
    return minor and plain and not gap.doubt and gap.verdict != "like"


def _pair(first: tuple[Indicator, Finding], second: tuple[Indicator, Finding]) -> Finding:
    """Say two ratios of a section in one sentence, the one that is farther from the whole's first."""
    (one, gap), (other, beside) = sorted((first, second), key=lambda each: -_relative(each[1]))
    slots: dict[str, Slot] = {"year": gap.year, "unit": gap.slots["unit"], "first": _one(one, gap),
                              "second": _one(other, beside)}  # fmt: skip
    update = {"id": f"{gap.id} pair", "message": "ratio_pair", "slots": slots,
              "cells": tuple(dict.fromkeys([*gap.cells, *beside.cells]))}  # fmt: skip
    return gap.model_copy(update=update)


def _relative(gap: Finding) -> float:
    return abs(gap.estimate or 0.0) / (abs(gap.against or 0.0) or 1.0)


def _one(indicator: Indicator, gap: Finding) -> Slot:
    slots = {**gap.slots, "counted": both(indicator.counted or indicator.name), "verdict": Word(gap.verdict)}
    return Message("ratio_one", slots)


@dataclass(frozen=True)
class _Turn:
    """What became of a ratio between its last two figures that can be compared."""

    first: Fact
    last: Fact
    change: Fact
    verdict: Verdict
    tone: Tone
    practical: float | None
    because: Slot
    parts: tuple[Fact, ...]


def _turn(book: Book, indicator: Indicator, course: list[Fact]) -> _Turn | None:
    last = course[-1]
    before = [row for row in course[:-1] if row["segment"] == last["segment"]]
    years = (before[-1]["year"], last["year"]) if before else None
    change = book.fact(indicator.code, last["unit"], years, "change") if years else None
    if years is None or change is None or change["value"] == 0:
        return None
    practical = book.practical(indicator, before[-1]["value"])
    verdict = verdict_of(change["value"], practical, "up", "down", "steady")
    tone = tone_of(indicator, verdict)
    because, parts = _because(book, indicator, last["unit"], years) if tone == "bad" else ("", ())
    return _Turn(before[-1], last, change, verdict, tone, practical, because, parts)


def _because(book: Book, indicator: Indicator, unit: str, years: tuple[int, int]) -> tuple[Slot, tuple[Fact, ...]]:
    """Say how the parts of a ratio grew that became worse, and what to look at."""
    formula = indicator.formula
    if formula is None or not formula.denominator:
        return "", ()
    parts = [(book.workspace.catalogue[code], book.fact(code, unit, years, "growth"))
             for code in (formula.numerator, formula.denominator)]  # fmt: skip
    facts = tuple(growth for _, growth in parts if growth is not None and not growth["doubt"])
    if len(facts) < len(parts):
        return "", ()
    # What must keep pace: the numerator of a ratio that is better high, the denominator of one that is better low.
    first, second = parts if indicator.direction == "higher" else parts[::-1]
    grown = [each for _, each in (first, second) if each is not None]
    turns = {each["value"] > 0 for each in grown}
    slots: dict[str, Slot] = {
        "turned": Word("apart" if len(turns) > 1 else "up" if turns == {True} else "down"),
        "first": book.counted(first[0]), "first_growth": book.number(grown[0], absolute=True),
        "second": book.counted(second[0]), "second_growth": book.number(grown[1], absolute=True), "advice": "",
    }  # fmt: skip
    if unit not in book.peers:  # a whole is not told what one of its units should do
        slots["advice"] = Message("ratio_advice", {**book.kinds(), "first": book.counted(first[0])})
    return Message("ratio_because", slots), facts


def _level(book: Book, level: Fact) -> Finding:
    slots: dict[str, Slot] = {"year": level["year"], "figure": book.figure(level), "share": ""}
    return book.finding("level", level, "size_level", slots, estimate=level["value"])


def _gap(
    book: Book, indicator: Indicator, course: list[Fact], whole: str, turn: _Turn | None, there: Range | None
) -> Finding | None:
    """Hold a ratio to the whole's in the newest year that both have, and say in passing what became of it.

    Where it is like the whole's but outside the range of its neighbours, the finding is about the neighbours.
    """
    others = {row["year"]: row for row in book.course(indicator.code, whole)}
    own = next((row for row in reversed(course) if row["year"] in others), None)
    if own is None:
        return None
    other = others[own["year"]]
    apart = own["value"] - other["value"]
    practical = book.practical(indicator, other["value"])
    verdict = verdict_of(apart, practical, "above", "below", "like")
    said = turn if turn is not None and _in_passing(turn, own) else None
    slots: dict[str, Slot] = {
        **_words(indicator), "year": own["year"], "figure": book.figure(own), "whole": book.unit(whole),
        "unit": book.unit(own["unit"]), "value": book.number(own),
        "other": book.number(other), "because": said.because if said else "",
        "since": _since(book, indicator, said, verdict) if said else "", "near": "", **_extreme(book, own, verdict),
    }  # fmt: skip
    there = there if there is not None and there.own["cell"] == own["cell"] else None
    if there is not None and (there.verdict != verdict or tone_of(indicator, verdict) == "bad"):
        slots["near"] = beside(there, but=there.verdict != verdict)
    rests: tuple[Fact | None, ...] = (other, *((said.first, said.change, *said.parts) if said else ()))
    if there is not None and verdict == "like":
        slots["verdict"] = Word("like")
        return alone(book, there, "ratio_gap", slots, rests)
    found = book.finding(
        "gap", own, "ratio_gap", slots, reference="whole", facts=rests, estimate=apart, against=other["value"],
        verdict=verdict, tone=tone_of(indicator, verdict), practical=practical,
    )  # fmt: skip
    if slots["near"] and there is not None:
        return found.model_copy(update={"cells": tuple(dict.fromkeys([*found.cells, *there.cells]))})
    return found


def _in_passing(turn: _Turn, own: Fact) -> bool:
    return turn.last["cell"] == own["cell"] and not turn.change["doubt"] and turn.verdict != "steady"


def _since(book: Book, indicator: Indicator, turn: _Turn, verdict: Verdict) -> Slot:
    slots: dict[str, Slot] = {
        **_words(indicator), "way": way(turn.change["value"]), "base": turn.first["year"],
        "but": Word("yes" if (verdict, turn.verdict) in {("above", "down"), ("below", "up")} else "no"),
        "change": book.number(turn.change, absolute=True),
    }  # fmt: skip
    return Message("ratio_since", slots)


def _words(indicator: Indicator) -> dict[str, Slot]:
    """Give what the words for a change hang on: whether something is counted, or a percentage."""
    how = "percentage" if is_percentage(indicator) else "count" if indicator.counted else "figure"
    return {"counting": Word(how)}


def _extreme(book: Book, own: Fact, verdict: Verdict) -> dict[str, Slot]:
    """Say that a unit is at an end of all, where the workspace shows ranks; no other place is worth a sentence."""
    nothing: dict[str, Slot] = {"extreme": ""}
    if not book.workspace.settings.ranks_in_public or verdict == "like":
        return nothing
    found: Any = [book.fact(own["indicator"], own["unit"], own["year"], each) for each in ("place", "peers")]
    if None in found or found[0]["value"] not in {1, found[1]["value"]}:
        return nothing
    slots: dict[str, Slot] = {**book.kinds(), "peers": book.number(found[1]), "end": Word(verdict)}
    return {"extreme": Message("ratio_extreme", slots)}


def _change(book: Book, indicator: Indicator, turn: _Turn) -> Finding:
    slots: dict[str, Slot] = {
        **_words(indicator), "base": turn.first["year"], "year": turn.last["year"], "way": way(turn.change["value"]),
        "unit": book.unit(turn.last["unit"]), "before": book.number(turn.first), "value": book.number(turn.last),
        "counted": book.counted(indicator), "because": turn.because, "figure": book.figure(turn.last),
        "indicator": indicator.name,
    }  # fmt: skip
    message = "ratio_counted" if indicator.counted else "ratio_named"
    return book.finding(
        "change", turn.last, message, slots, reference="before", base_year=turn.first["year"],
        facts=(turn.first, turn.change, *turn.parts), estimate=turn.change["value"], against=turn.first["value"],
        verdict=turn.verdict, tone=turn.tone, practical=turn.practical,
    )  # fmt: skip
