"""Numbers as reports write them: in grouped or full-width digits or Chinese numerals, in 万 and 亿, with their unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_HAN: Final[Mapping[str, int]] = {each: n for n, each in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES: Final[Mapping[str, int]] = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
#: What shares in words are rounded to, in per cent: a quarter is said of 23 as of 27.
_SHARE: Final = Decimal(5)
HAN_NUMBER: Final = "[〇零一二两三四五六七八九十百千万亿]+"
_NARROW: Final = str.maketrans("０１２３４５６７８９．％﹪∶", "0123456789.%%:")
DIGITS: Final = r"\d{1,3}(?:[,，]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its kind (persons, places, money, area, density, percent, points, times, doubled, none, other).

    ``worth`` is what one of it is in the smallest unit of its kind: 10,000 of 万人.
    """

    kind: str
    worth: Decimal = Decimal(1)


NONE: Final = Unit("none")
OTHER: Final = Unit("other")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit.

    Parameters
    ----------
    number
        As written, without scale: 4.2 of 4.2万人.
    unit
        Its unit, with the scale before it.
    scaled
        Whether a scale such as 万 stands before the unit, so that the last digit is worth more than it looks.
    more
        Whether 余 or 多 follows: some more than the number.
    word
        The unit as written, without the scale.
    in_words
        Whether it is written in Chinese numerals, which end with zeros that say nothing.
    coarse
        What it is rounded to at least, of a share in words: a third is no 33.3%.
    """

    number: Decimal
    unit: Unit
    scaled: bool = False
    more: bool = False
    word: str = ""
    in_words: bool = False
    coarse: Decimal = Decimal(0)

    def within(self, measure: Unit) -> Decimal:
        """Give the number in a measure of the same kind, with the decimals that it was written with.

        >>> Amount(Decimal("5.28"), Unit("money", Decimal(10**8))).within(Unit("money", Decimal(10**4)))
        Decimal('52800')
        """
        if self.unit.worth == measure.worth:
            return self.number
        return plain((self.number * self.unit.worth / measure.worth).normalize())

    def digit(self, measure: Unit, *, last_filled: bool = False) -> Decimal:
        """Give what one of the last digit is worth in a measure; of the last that is not zero if asked, or in words.

        >>> about = Amount(Decimal("2700"), Unit("persons"))
        >>> about.digit(Unit("persons")), about.digit(Unit("persons"), last_filled=True)
        (Decimal('1'), Decimal('100'))
        """
        number = self.number.normalize() if last_filled or self.in_words else self.number
        digit = Decimal(1).scaleb(_exponent(number)) * self.unit.worth / measure.worth
        return max(plain(digit), self.coarse)


def plain(number: Decimal) -> Decimal:
    """Give a number without a positive exponent, as Pydantic and readers expect it."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() and _exponent(number) > 0 else number


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def levelled(text: str) -> str:
    """Make full-width digits and signs narrow, character by character, so that places in the text stay.

    The comma stays wide: it parts clauses, and only :data:`DIGITS` reads it within a number.

    >>> levelled("２０１７年，９．５％")
    '2017年，9.5%'
    """
    return text.translate(_NARROW)


def read_digits(text: str) -> Decimal:
    """Read a number in digits.

    >>> read_digits("91,523"), read_digits("6.30")
    (Decimal('91523'), Decimal('6.30'))
    """
    return Decimal(text.replace(",", "").replace("，", ""))


def read_han(text: str) -> Decimal:
    """Read a number in Chinese numerals.

    >>> [int(read_han(each)) for each in ("六万五千", "十二", "二〇一七", "三百零五", "一亿二千万")]
    [65000, 12, 2017, 305, 120000000]
    >>> read_han("三十四点九")
    Decimal('34.9')
    """
    whole, _, fraction = text.partition("点")
    if whole and all(each in _HAN for each in whole):
        found = int("".join(str(_HAN[each]) for each in whole))
    else:
        found = _counted(whole)
    return Decimal(str(found) + ("." + "".join(str(_HAN[each]) for each in fraction) if fraction else ""))


def _counted(text: str) -> int:
    total = part = digit = 0
    for each in text:
        if each in _HAN:
            digit = _HAN[each]
        elif each in "十百千":
            part += (digit or 1) * _SCALES[each]
            digit = 0
        else:
            total = (
                (total + part + digit or 1) * _SCALES[each] if each == "亿" else total + (part + digit or 1) * 10_000
            )
            part = digit = 0
    return total + part + digit


class Amounts:
    """What finds numbers with their units in a text.

    Parameters
    ----------
    units
        Kind and worth of each unit by how it is written.
    more
        The words for "some more".
    not_persons
        What follows 人 where it is no unit: 人次.
    """

    def __init__(
        self, units: Mapping[str, tuple[str, str]], more: tuple[str, ...], not_persons: tuple[str, ...]
    ) -> None:
        self._units = {word: Unit(kind, Decimal(worth)) for word, (kind, worth) in units.items()}
        words = "|".join(re.escape(each) for each in sorted(self._units, key=len, reverse=True))
        some = "|".join(more)
        end = f"(?<!人)|(?<=人)(?!{'|'.join(not_persons)})"
        unit = rf"(?:\s*(?P<unit>(?:{words})(?:{end})))"
        scale = r"(?:\s*(?P<scale>千万|百万|[百千万亿]))"
        self._digits = re.compile(
            rf"(?P<per>每平方公里)?(?P<number>{DIGITS})(?P<some>{some})?{scale}?(?P<more>{some})?{unit}?(?P<rest>{some})?"
        )
        self._ratio = re.compile(r"(?P<left>\d+(?:\.\d+)?)[:：](?P<right>\d+(?:\.\d+)?)")
        point = "(?:点[〇零一二三四五六七八九]+)?"
        self._percent = re.compile(rf"百分之(?P<number>{HAN_NUMBER}{point}|{DIGITS})")
        self._share = re.compile("(?P<of>[二三四五六七八九十])分之(?P<parts>[一二三四五六七八九])")
        self._han = re.compile(
            rf"(?P<number>(?=[百千万亿]*[〇零一二两三四五六七八九十]){HAN_NUMBER})(?P<more>{some})?{unit}"
        )

    def unit(self, measure: str) -> Unit:
        """Give the unit that an indicator's measure is: 亿元 is money, a hundred millions of it."""
        found = self._digits.fullmatch("1" + measure) if measure else None
        if not measure:
            return NONE
        return self._unit(found["scale"], found["unit"]) if found and found["unit"] else OTHER

    def at(self, text: str, place: int) -> tuple[Amount, int] | None:
        """Give the amount that begins at a place, and where it ends."""
        if found := self._percent.match(text, place):
            number = found["number"]
            read = read_digits(number) if number[0].isdigit() else read_han(number)
            return Amount(read, self._units["%"], word="%", in_words=True), found.end()
        if found := self._share.match(text, place):
            share = round(100 * read_han(found["parts"]) / read_han(found["of"]), 1)
            return Amount(share, self._units["%"], word="%", in_words=True, coarse=_SHARE), found.end()
        if (found := self._ratio.match(text, place)) and "1" in (found["left"], found["right"]):
            other = found["right"] if found["left"] == "1" else found["left"]
            return Amount(Decimal(other), NONE), found.end()
        if found := self._digits.match(text, place):
            unit = self._unit(found["scale"], found["unit"])
            if found["per"] and unit.kind == "persons":
                unit = Unit("density", unit.worth)
            more = any(found[name] for name in ("some", "more", "rest"))
            read = read_digits(found["number"])
            return Amount(read, unit, bool(found["scale"]), more, found["unit"] or ""), found.end()
        if found := self._han.match(text, place):
            unit = self._unit(None, found["unit"])
            read = plain(read_han(found["number"]).normalize())
            return Amount(
                read, unit, scaled=True, more=bool(found["more"]), word=found["unit"], in_words=True
            ), found.end()
        return None

    def _unit(self, scale: str | None, word: str | None) -> Unit:
        worth = Decimal(1)
        for each in scale or "":
            worth *= _SCALES[each]
        base = self._units[word] if word else NONE
        return Unit(base.kind, base.worth * worth)
