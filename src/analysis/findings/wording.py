"""From message and slots to runs: Fluent catalogues in `texts/<language>/*.ftl`, numbers with their cells and units."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from analysis.documents import Run, Runs
from analysis.messages import Language, Texts, pick, write_number

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

_DIGIT = re.compile(r"\d")
#: Where a run stands in what Fluent gives: its number between two characters that no text has.
_PLACE = re.compile("\ue000(\\d+)\ue001")
_FLUENT: dict[Language, str] = {"zh-Hans": "zh-CN", "en": "en-GB"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a cell, as a slot.

    In a message ``{ $slot }`` is the number with its unit, ``{ $slot_bare }`` the number alone, and ``$slot_count``
    what a selector chooses by: ``{ $schools_count -> [one] school *[other] schools }``.

    Parameters
    ----------
    cell
        The id of the cell.
    value
        At full precision.
    decimals
        Decimals shown.
    measure
        The unit in both languages; empty for none.
    signed, absolute
        Whether a positive number carries a plus; whether the words around it say the sign ("fell by 3.2").
    """

    cell: str
    value: float
    decimals: int = 0
    measure: Texts | None = None
    signed: bool = False
    absolute: bool = False

    def run(self) -> Run:
        """Give the number as a run that names its cell."""
        value = abs(self.value) if self.absolute else self.value
        text = write_number(value, self.decimals, signed=self.signed)
        return Run(text=text, cell=self.cell) if _DIGIT.search(text) else Run(text=text)


@dataclass(frozen=True, slots=True)
class Word:
    """A choice between variants of a message, such as ``up`` in ``{ $direction -> [up] … *[down] … }``."""

    choice: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Slots that are enumerated: 、 and 和, or commas and "and"."""

    items: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A text that is quoted from the data, such as a reason or the name of a source; its numerals need no cell."""

    text: Texts | str


@dataclass(frozen=True, slots=True)
class Message:
    """A message within another."""

    key: str
    slots: Mapping[str, Slot]


#: An ``int`` is a year, a ``date`` a day, a ``str`` or a text in two languages is a name, a run or runs stand as they
#: are.
Slot = str | int | dt.date | Texts | Number | Word | Listed | Cited | Message | Run | Runs


@functools.cache
def catalogues() -> dict[Language, dict[str, str]]:
    """Give the text of each catalogue, by language and name of the file; those of extensions under their package."""
    from analysis.findings.extensions import extensions

    rooms = {"analysis.findings": "", **{each.texts: f"{each.texts}/" for each in extensions() if each.texts}}
    return {
        language: {
            f"{under}{each.name}": each.read_text(encoding="utf-8")
            for room, under in rooms.items()
            for each in sorted(resources.files(room).joinpath("texts", language).iterdir(), key=lambda each: each.name)
            if each.name.endswith(".ftl")
        }
        for language in _FLUENT
    }


@functools.cache
def _bundle(language: Language) -> FluentBundle:
    from fluent.runtime import FluentBundle, FluentResource

    bundle = FluentBundle([_FLUENT[language]], use_isolating=False)
    for text in catalogues()[language].values():
        bundle.add_resource(FluentResource(text))
    return bundle


def year(number: int | str) -> Run:
    """Give a year, or a span of years such as ``2012–2017``, as a run."""
    return Run(text=str(number), role="year")


def day(date: dt.date, language: Language) -> Run:
    """Give a day as a run.

    >>> [day(dt.date(2026, 3, 5), language).text for language in ("zh-Hans", "en")]
    ['2026年3月5日', '5 March 2026']
    """
    zh = f"{date.year}年{date.month}月{date.day}日"
    return Run(text=zh if language == "zh-Hans" else f"{date.day} {date:%B} {date.year}", role="date")


def name(text: str) -> Run:
    """Give a name as a run: a label if it holds digits."""
    return Run(text=text, role="label" if _DIGIT.search(text) else None)


@dataclass(frozen=True)
class Wording:
    """The messages in one language.

    Examples
    --------
    >>> said = Wording("en").runs("chart_dots", year=2017, indicator="Pupils", kind="district")
    >>> "".join(run.text for run in said)
    'Pupils by district, 2017'
    """

    language: Language

    def has(self, key: str) -> bool:
        """Tell whether there is a message of a key."""
        return _bundle(self.language).has_message(key)

    def runs(self, key: str, **slots: Slot) -> Runs:
        """Fill a message; see :data:`Slot` for what may be put in.

        Raises
        ------
        KeyError
            If there is no such message, or one of its slots is not given.
        """
        bundle, placed = _bundle(self.language), list[Runs]()
        given = {slot: text for name, value in slots.items() for slot, text in self._given(name, value, placed)}
        pattern = bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        text, errors = bundle.format_pattern(pattern, given)
        if errors:
            raise KeyError(f"{key}: {'; '.join(map(str, errors))}")
        filled: list[Run] = []
        for position, piece in enumerate(_PLACE.split(str(text))):
            if position % 2:
                filled += placed[int(piece)]
            elif piece:
                filled.append(Run(text=piece, role="citation" if _DIGIT.search(piece) else None))
        return tuple(run for run in filled if run.text)

    def plain(self, key: str, **slots: Slot) -> str:
        """Fill a message as plain text, for text alternatives and axis titles."""
        return "".join(run.text for run in self.runs(key, **slots))

    def measure(self, texts_of_measure: Texts) -> str:
        """Give a unit of measure as it follows a number: after a space in English, but for the per cent sign."""
        measure = pick(texts_of_measure, self.language)
        return measure if self.language == "zh-Hans" or not measure or measure == "%" else f" {measure}"

    def together(self, sentences: Iterable[Runs]) -> Runs:
        """Put sentences one after the other: with a space between them in English, without in Chinese."""
        space = () if self.language == "zh-Hans" else (Run(text=" "),)
        put: list[Run] = []
        for sentence in sentences:
            put += [*(space if put else ()), *sentence]
        return tuple(put)

    def list_of(self, items: Iterable[Slot]) -> Runs:
        """Enumerate: 、 and 和, or commas and "and"."""
        items = list(items)
        comma, last = ("、", "和") if self.language == "zh-Hans" else (", ", " and ")
        listed: list[Run] = []
        for position, item in enumerate(items):
            if position:
                listed.append(Run(text=last if position == len(items) - 1 else comma))
            listed += self._runs_of(item)
        return tuple(listed)

    def _given(self, slot: str, value: Slot, placed: list[Runs]) -> Iterator[tuple[str, Any]]:
        """Give what Fluent is handed for a slot: a choice, or the place of runs."""

        def place(runs: Runs) -> str:
            placed.append(runs)
            return f"\ue000{len(placed) - 1}\ue001"

        if isinstance(value, Word):
            yield slot, value.choice
            return
        yield slot, place(self._runs_of(value))
        if isinstance(value, Number):
            yield f"{slot}_bare", place((value.run(),))
            yield f"{slot}_count", value.value

    def _runs_of(self, value: Slot) -> Runs:
        match value:
            case Number():
                measure = self.measure(value.measure) if value.measure else ""
                return (value.run(), Run(text=measure)) if measure else (value.run(),)
            case Listed():
                found = self.list_of(value.items)
            case Message():
                found = self.runs(value.key, **value.slots)
            case Cited():
                text = value.text if isinstance(value.text, str) else pick(value.text, self.language)
                found = (Run(text=text, role="citation"),)
            case int() | dt.date():
                found = (year(value) if isinstance(value, int) else day(value, self.language),)
            case Run():
                found = (value,)
            case tuple():
                found = value
            case str() | Mapping():
                text = value if isinstance(value, str) else pick(value, self.language)
                found = (name(text),) if text else ()
            case Word():
                raise TypeError(f"{value} is a choice and no text")
        return found


def in_both(key: str, **slots: Slot) -> dict[Language, Runs]:
    """Fill a message in both languages.

    >>> {language: runs[-1].text for language, runs in in_both("former", former={"zh-Hans": "甲", "en": "A"}).items()}
    {'zh-Hans': '甲', 'en': 'A'}
    """
    return {language: Wording(language).runs(key, **slots) for language in _FLUENT}


def within(slots: Iterable[Slot]) -> Iterator[Slot]:
    """Give slots, and what stands within lists and messages of them."""
    for slot in slots:
        yield slot
        if isinstance(slot, Listed):
            yield from within(slot.items)
        elif isinstance(slot, Message):
            yield from within(slot.slots.values())
