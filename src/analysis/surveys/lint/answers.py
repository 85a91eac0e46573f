"""L3, second half: scales and ranges that answers are chosen from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import inf
from typing import Literal

from analysis.messages import Language
from analysis.surveys.items import Matrix, Option, Rating
from analysis.surveys.lint.rules import Found, Sheet, item_place, rule
from analysis.surveys.lint.words import polarity

#: How a range is written: lower end (closed?), upper end (closed?).
_N = r"(\d+(?:\.\d+)?)"
_RANGES: dict[Language, tuple[tuple[str, str], ...]] = {
    "zh-Hans": (
        (rf"{_N}[^\d]*?以上[、，,及和至到]*\s*不(?:到|足|满)\s*{_N}", "[)"),
        (rf"{_N}[^\d]*?以上[、，,及和至到]*\s*{_N}[^\d]*?以下", "[]"),
        (rf"{_N}\s*[^\d]{{0,3}}?\s*[-–—~～至到]\s*{_N}", "[]"),
        (rf"(?:不到|不足|不满|低于|少于|小于)\s*{_N}", "<"),
        (rf"{_N}[^\d]*?(?:以下|及以下|以内)", "<="),
        (rf"(?:超过|多于|大于|高于)\s*{_N}", ">"),
        (rf"{_N}[^\d]*?(?:以上|及以上|或更多)", ">="),
    ),
    "en": (
        (rf"{_N}\D*?\bto (?:less than|under|below)\s*{_N}", "[)"),
        (rf"{_N}\D*?(?:[-–—]|\bto\b)\s*{_N}", "[]"),
        (rf"\b(?:less than|under|below|fewer than)\s*{_N}", "<"),
        (rf"\b(?:up to|at most)\s*{_N}|{_N}\D*?\bor (?:less|fewer|under|below)\b", "<="),
        (rf"\b(?:more than|over|above)\s*{_N}", ">"),
        (rf"\b(?:at least|from)\s*{_N}|{_N}\D*?\b(?:or (?:more|over|above|older)|and (?:more|over|above))\b", ">="),
    ),
}
LEAST_RANGES = 2


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from ``low`` to ``high``; an end is closed where it is a part of it."""

    low: float
    high: float
    low_closed: bool
    high_closed: bool
    text: str


@lru_cache(maxsize=4096)
def range_of(text: str, language: Language) -> Range | None:
    """Read a range from an option's text; None if it is none.

    Examples
    --------
    >>> range_of("7 小时以上、不到 8 小时", "zh-Hans")
    Range(low=7.0, high=8.0, low_closed=True, high_closed=False, text='7 小时以上、不到 8 小时')
    >>> range_of("60 or more", "en").high
    inf
    """
    for pattern, form in _RANGES[language]:
        match = re.search(pattern, text, re.IGNORECASE)
        if match:
            ends = [float(end) for end in match.groups() if end is not None]
            match form:
                case "[)" | "[]":
                    return Range(ends[0], ends[1], low_closed=True, high_closed=form == "[]", text=text)
                case "<" | "<=":
                    return Range(-inf, ends[0], low_closed=False, high_closed=form == "<=", text=text)
                case _:
                    return Range(ends[0], inf, low_closed=form == ">=", high_closed=False, text=text)
    number = re.fullmatch(rf"\D*{_N}\D*", text)
    return Range(float(number[1]), float(number[1]), low_closed=True, high_closed=True, text=text) if number else None


@rule("L306", "overlapping-ranges", "error")
def overlapping_ranges(sheet: Sheet) -> Iterator[Found]:
    """Two options hold the same number."""
    yield from _ranges_that(sheet, "overlap", "both hold some numbers")


@rule("L307", "gapped-ranges", "error")
def gapped_ranges(sheet: Sheet) -> Iterator[Found]:
    """A number between two options has none."""
    yield from _ranges_that(sheet, "gap", "some numbers are in neither")


def _ranges_that(sheet: Sheet, what: Literal["overlap", "gap"], said: str) -> Iterator[Found]:
    survey = sheet.survey
    for each in survey.asked:
        for language in survey.questionnaire.languages:
            for left, right in _wrong(survey.bank.options(each.item), language, what):
                message = f"“{left.text}” and “{right.text}”: {said}"
                yield Found(message, each.code, item_place(survey, each))


def _wrong(options: tuple[Option, ...], language: Language, what: str) -> Iterator[tuple[Range, Range]]:
    found = [range_of(option.text.get(language, ""), language) for option in options]
    ranges = sorted((each for each in found if each is not None), key=lambda each: (each.low, each.high))
    if len(ranges) <= LEAST_RANGES or all(each.low == each.high for each in ranges):
        return
    for left, right in pairwise(ranges):
        both, none = left.high_closed and right.low_closed, not left.high_closed and not right.low_closed
        overlap = right.low < left.high or (right.low == left.high and both)
        # Whole numbers: from 1-5 to 6-10 nothing is left out.
        gap = right.low > left.high + (1 if both and right.low.is_integer() and left.high.is_integer() else 0)
        if overlap if what == "overlap" else gap or (right.low == left.high and none):
            yield left, right


@rule("L321", "unbalanced-scale", "warning")
def unbalanced_scale(sheet: Sheet) -> Iterator[Found]:
    """A scale has more labels on one side than on the other."""
    survey = sheet.survey
    for each in survey.asked:
        if not isinstance(each.item, Rating | Matrix):
            continue
        for language in survey.questionnaire.languages:
            sides = [polarity(option.text.get(language, ""), language) for option in survey.bank.options(each.item)]
            good, bad = sides.count(1), sides.count(-1)
            if good and good != bad:
                message = f"{good} labels for, {bad} against ({language})"
                yield Found(message, each.code, item_place(survey, each))


@rule("L322", "mixed-directions", "warning")
def mixed_directions(sheet: Sheet) -> Iterator[Found]:
    """Some scales begin with the best answer, others with the worst."""
    survey = sheet.survey
    first: dict[int, list[str]] = {1: [], -1: []}
    for each in survey.asked:
        options = survey.bank.options(each.item)
        if isinstance(each.item, Rating | Matrix) and options:
            side = polarity(options[0].text["zh-Hans"], "zh-Hans") or -polarity(options[-1].text["zh-Hans"], "zh-Hans")
            if side:
                first[side].append(each.code)
    if all(first.values()):
        rarer = min(first.values(), key=len)
        for each in survey.asked:
            if each.code in rarer:
                yield Found("runs the other way round than most", each.code, item_place(survey, each))


@rule("L323", "unequal-codes", "warning")
def unequal_codes(sheet: Sheet) -> Iterator[Found]:
    """The codes of a scale are not one step apart, or don't grow."""
    survey = sheet.survey
    for each in survey.asked:
        codes = [option.code for option in survey.bank.options(each.item) if isinstance(option.code, int)]
        if isinstance(each.item, Rating | Matrix) and codes != list(range(codes[0], codes[0] + len(codes))):
            yield Found(f"codes {', '.join(map(str, codes))}", each.code, item_place(survey, each))


@rule("L324", "scale-too-long", "warning")
def scale_too_long(sheet: Sheet) -> Iterator[Found]:
    """A scale has more points than respondents tell apart."""
    survey = sheet.survey
    most = 7
    for each in survey.asked:
        count = len(survey.bank.options(each.item))
        if isinstance(each.item, Rating | Matrix) and count > most:
            yield Found(f"{count} points, at most {most}", each.code, item_place(survey, each))
