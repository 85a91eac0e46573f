"""Tokens: a sentence cut into names, amounts, years, and the words between them; what is none of these is `text`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from analysis.supervision.reading.lexicon import Found, lexicon
from analysis.supervision.reading.names import Names
from analysis.supervision.reading.numbers import Amount, Unit, read_han

_YEAR: Final = r"(?:19|20)\d{2}"
_HAN_YEAR: Final = "[一二][〇零一二三四五六七八九]{3}"
_TO: Final = r"\s*(?:[-—–−~～至到]{1,2})\s*"
#: 2012年至2017年, 2012—2017年, 2016-2017学年; a school year is called by the year that it begins in.
_RANGE: Final = re.compile(
    rf"(?P<first>{_YEAR})年?{_TO}(?P<last>{_YEAR}|\d{{2}}(?!\d))(?P<school>学年)?(?:年|年度)?(?:期间|间)?"
)
_SINGLE: Final = re.compile(
    rf"(?P<year>{_YEAR}|{_HAN_YEAR})(?:学年度?|年)(?P<month>\d{{1,2}}月)?(?P<day>\d{{1,2}}日)?(?:度|末|底|初(?!中))?"
)
_DOUBLED: Final = re.compile("翻了?(?P<times>[一二两三])?番")
_SKIPPED: Final = re.compile(
    r"[〔\[（(]\d{4}[〕\]）)]\d+号|第[\d一二三四五六七八九十百]+|\d{1,2}月\d{1,2}日|\d+(?:年级|周岁|岁)"
)
_MONTHS: Final = re.compile(r"\d{1,2}月?\s*[-—~至到]\s*\d{1,2}月(?!\d)")
#: What a doubling may be off by, in per cent: it is said of 1.9 times as of 2.1.
_DOUBLING: Final = Decimal(20)
#: What a clause has to begin with for a name to go on with the beginning of the one before.
_OPENING: Final = frozenset({"fill", "scope", "year", "compare", "base", "before", "mean"})
_PARTING: Final = frozenset({"comma", "stop", "conj", "amount", "listed"})


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a sentence: its kind, where it stands, and what it means."""

    kind: str
    start: int
    end: int
    value: Any = None


@dataclass(frozen=True, slots=True)
class Years:
    """Years that a text names: the last, the first of a range; ``relative`` ones are counted from the topic's year."""

    last: int
    first: int | None = None
    relative: bool = False


def tokens_of(sentence: str, names: Names, scopes: Mapping[str, str], phrase: str = "") -> list[Token]:
    """Cut a sentence into tokens.

    Parameters
    ----------
    sentence
        With narrow digits (:func:`analysis.supervision.reading.numbers.levelled`).
    names
        Of the indicators.
    scopes
        The ids of units by the words that mean them; empty for a place that is no unit here.
    phrase
        The name that was spoken of before, which a name may go on from.

    Returns
    -------
    list of Token
        Of kind name, amount, year, base (a year compared with), scope, whole (a unit compared with), text, and those of
        the lexicon; all of the sentence is in one of them.
    """
    found: list[Token] = []
    place = 0
    scope_words = sorted(scopes, key=len, reverse=True)
    while place < len(sentence):
        token = _next(sentence, place, names, scopes, scope_words, phrase if _opens(found) else "")
        if token.kind == "name":
            phrase = token.value.phrase
        elif token.kind == "amount" and _counts_else(found):
            phrase = ""
        if token.kind == "text" and found and found[-1].kind == "text":
            found[-1] = replace(found[-1], end=token.end)
        elif token.kind != "space":
            found.append(token)
        place = token.end
    return list(_joined(found, sentence))


def _opens(found: list[Token]) -> bool:
    """Tell whether a clause has just begun."""
    for token in reversed(found):
        if token.kind in _PARTING:
            return True
        if token.kind not in _OPENING:
            return token.kind == "name"
    return True


def _counts_else(found: list[Token]) -> bool:
    """Tell whether a number at the end of a clause is of something that is no name."""
    clause = []
    for token in reversed(found):
        if token.kind in _PARTING:
            break
        clause.append(token.kind)
    return "text" in clause and "name" not in clause


def _next(text: str, place: int, names: Names, scopes: Mapping[str, str], scope_words: list[str], phrase: str) -> Token:
    """Give the token at a place: the longest of name, unit and word; else a year or an amount."""
    name = names.at(text, place)
    size = len(name.phrase) if name else 0
    if phrase and (more := names.continued(text, place, phrase)) and more[1] > size:
        name, size = more
    word = lexicon().at(text, place)
    reach = word[2] if word else 0
    scope = next((each for each in scope_words if text.startswith(each, place)), "")
    if name and size >= max(reach, len(scope)):
        found = Token("name", place, place + size, name)
    elif scope and len(scope) >= reach:
        found = Token("scope", place, place + len(scope), scopes[scope])
    else:
        found = _special(text, place) or _worded(word, place) or _number(text, place) or Token("text", place, place + 1)
    return found if not text[place].isspace() else Token("space", place, place + 1)


def _worded(word: Found | None, place: int) -> Token | None:
    if word is None:
        return None
    kind, value, size = word
    return Token(kind, place, place + size, Years(value, relative=True) if kind in {"year", "base"} else value)


def _number(text: str, place: int) -> Token | None:
    if doubled := _DOUBLED.match(text, place):
        times = 2 ** int(read_han(doubled["times"] or "一"))
        return Token("amount", place, doubled.end(), Amount(Decimal(times), Unit("doubled"), coarse=_DOUBLING))
    found = lexicon().amounts.at(text, place)
    return Token("amount", place, found[1], found[0]) if found else None


def _special(text: str, place: int) -> Token | None:
    """Give years, spans of years, and numbers that are none."""
    if found := _SKIPPED.match(text, place):
        return Token("other", place, found.end())
    if found := _MONTHS.match(text, place):
        return Token("blocked", place, found.end(), "part")
    if found := _RANGE.match(text, place):
        first, last = found["first"], found["last"]
        last = first[: len(first) - len(last)] + last
        if int(last) > int(first):
            years = Years(int(first)) if found["school"] else Years(int(last), int(first))
            return Token("year", place, found.end(), years)
    if found := _SINGLE.match(text, place):
        kind = "date" if found["day"] or found["month"] else "year"
        return Token(kind, place, found.end(), Years(_whole(found["year"])))
    if found := lexicon().span.match(text, place):
        return Token("base", place, found.end(), Years(-_whole(found["years"] or found["more"]), relative=True))
    return None


def _whole(number: str) -> int:
    return int(number) if number.isascii() else int(read_han(number))


def _joined(tokens: list[Token], sentence: str) -> Iterator[Token]:
    """Tell years and units that are compared with from those that are spoken of."""
    for token, before, after in zip(tokens, [None, *tokens], [*tokens[1:], None], strict=False):
        word = sentence[before.start : before.end] if before else ""
        if token.kind == "date":
            yield replace(token, kind="year" if word in lexicon()["as_of"] else "other")
        elif token.kind == "year" and token.value.first is None:
            yield from _of_year(token, before, word, sentence[token.end :])
        elif token.kind == "scope":
            compared = before is not None and before.kind in {"compare", "before"}
            compared |= word in lexicon()["compare_with"] and sentence[token.end :].startswith(
                tuple(lexicon()["steady"])
            )
            compared |= after is not None and after.kind == "average"
            yield replace(token, kind="whole") if compared else token
        else:
            yield token


def _of_year(token: Token, before: Token | None, word: str, rest: str) -> Iterator[Token]:
    words = lexicon()
    with_it = word in words["compare_with"] and rest.startswith(tuple(words["compared"]))
    if before is not None and before.kind == "compare":
        yield replace(token, kind="base", start=before.start)
    elif with_it or rest.startswith(tuple(words["since"])):
        yield replace(token, kind="base")
    elif before is not None and before.kind == "before" and before.value in {"at_least", "at_most"}:
        way = 1 if before.value == "at_least" else -1
        yield Token("direction", before.start, token.end, (way, token.value))
    else:
        yield token
