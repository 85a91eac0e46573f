"""Ratios: beside the whole's, what became of them, and which of their parts made them change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.findings.figures.book import tone_of, verdict_of, way
from analysis.findings.figures.cells import is_percentage
from analysis.findings.figures.sizes import broken
from analysis.findings.wording import Message, Slot, Word

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book, Fact, Tone
    from analysis.findings.finding import Finding, Verdict
    from analysis.workspace import Indicator


def ratios(book: Book) -> Iterator[Finding]:
    """Say each ratio, held to the whole's and to the unit's own before."""
    for unit, whole in book.units():
        for indicator in told(book):
            course = book.course(indicator.code, unit)
            if not course:
                continue
            yield _level(book, course[-1])
            turn = _turn(book, indicator, course)
            gap = _gap(book, indicator, course, whole, turn) if whole else None
            if gap is not None:
                yield gap
            if turn is not None and (gap is None or gap.doubt or turn.change["doubt"] or turn.last["year"] != gap.year):
                yield _change(book, indicator, turn)
            if turn is None and len({row["segment"] for row in course[-2:]}) > 1:
                yield from broken(book, course)


def told(book: Book) -> list[Indicator]:
    """Choose the ratios that are said: of a ratio and its inverse, which say the same, the headline or the first."""
    catalogue = book.workspace.catalogue
    chosen: dict[frozenset[str], Indicator] = {}
    for each in sorted(catalogue.of(kinds=("ratio",)), key=lambda each: not each.headline):
        chosen.setdefault(frozenset(catalogue.parts(each.code)), each)
    codes = {each.code for each in chosen.values()}
    return [each for each in catalogue.of(kinds=("ratio",)) if each.code in codes]


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
    slots: dict[str, Slot] = {
        "counting": Word("many" if all(each.kind == "count" for each, _ in parts) else "much"),
        "first": book.counted(first[0]), "first_grown": book.grown(first[1]) or "",
        "second": book.counted(second[0]), "second_grown": book.grown(second[1]) or "",
    }  # fmt: skip
    return Message("ratio_because", slots), facts


def _level(book: Book, level: Fact) -> Finding:
    slots: dict[str, Slot] = {"year": level["year"], "figure": book.figure(level), "share": ""}
    return book.finding("level", level, "size_level", slots, estimate=level["value"])


def _gap(book: Book, indicator: Indicator, course: list[Fact], whole: str, turn: _Turn | None) -> Finding | None:
    """Hold a ratio to the whole's in the newest year that both have, and say in passing what became of it."""
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
        "other": book.number(other), "because": said.because if said else "",
        "since": _since(book, indicator, said, verdict) if said else "", **_extreme(book, own, verdict),
    }  # fmt: skip
    rests: tuple[Fact | None, ...] = (other, *((said.first, said.change, *said.parts) if said else ()))
    return book.finding(
        "gap", own, "ratio_gap", slots, reference="whole", facts=rests, estimate=apart, against=other["value"],
        verdict=verdict, tone=tone_of(indicator, verdict), practical=practical,
    )  # fmt: skip


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
    message = "ratio_steady" if turn.verdict == "steady" else "ratio_counted" if indicator.counted else "ratio_named"
    return book.finding(
        "change", turn.last, message, slots, reference="before", base_year=turn.first["year"],
        facts=(turn.first, turn.change, *turn.parts), estimate=turn.change["value"], against=turn.first["value"],
        verdict=turn.verdict, tone=turn.tone, practical=turn.practical,
    )  # fmt: skip
