"""Units as a reader takes them: which unit of measure the words around a number give it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from analysis.documents.reading import Grid, Line, Piece, text
from analysis.messages import read_number, write_number

#: Units that every document knows beside those of its cells.
PER_CENT: Final = "%"
POINTS: Final = ("个百分点", "percentagepoints", "percentagepoint")
#: Larger units that a number may have been converted to, and how many of the smaller one they are.
SCALES: Final = {
    "万": 1e4, "亿": 1e8, "千": 1e3, "百万": 1e6,
    "thousand ": 1e3, "ten thousand ": 1e4, "million ": 1e6, "hundred million ": 1e8,
}  # fmt: skip

_PLAIN: Final = re.compile(r"[−+]?\d[\d,]*(?:\.\d+)?")
_BLANK: Final = re.compile(r"\s+")
_JOINED: Final = re.compile(r"[–—\-~～至到、,，和与]|to|and|or|或")
_ENDS: Final = re.compile(r"[。！？!?]|(?<![A-Z0-9])\.(?=[A-Z]|$)|(?<=%|\))\.(?=[A-Z]|$)|^\.(?=[A-Z]|$)")
_BRACKETED: Final = re.compile(r"[（(]([^（）()]*)[）)]\**$")
_BEFORE_COMMA: Final = re.compile(r"[,，;；]")


def squeezed(value: str) -> str:
    """Take out blanks, which formats treat differently.

    >>> squeezed("hundred million yuan ")
    'hundredmillionyuan'
    """
    return _BLANK.sub("", value)


def seeming(number: str, value: float | None, measure: str) -> str:
    """Give the unit in which a number would be a value of a measure; empty if it is no conversion of it.

    >>> seeming("4.2", 42470, "人"), seeming("42,470", 4.247, "万人"), seeming("24.8", 0.248, "")
    ('万人', '人', '%')
    """
    if value is None or not _PLAIN.fullmatch(number):
        return ""
    shown, places = abs(read_number(number)), len(number.partition(".")[2])

    def same(other: float) -> bool:
        return shown > 0 and write_number(abs(other), places) == write_number(shown, places)

    if not measure or measure == PER_CENT:
        return PER_CENT if not measure and same(100 * value) else ""
    for scale, size in SCALES.items():
        if measure.startswith(scale) and same(value * size):
            return measure.removeprefix(scale)
        if scale.isascii() == measure.isascii() and same(value / size):
            return scale + measure
    return ""


class Reading(NamedTuple):
    """How a number is read: the unit that follows it, those around it if none does, and that of a head above it."""

    own: str
    around: frozenset[str] = frozenset()
    above: str = ""

    def agrees(self, measure: str) -> bool:
        """Tell whether a number whose cell has this measure may be read so.

        A number without a unit (a place, a coefficient) may stand in a row or a sentence of another unit, but not
        before a per cent sign, nor under a head that names a unit.

        >>> Reading("%").agrees("%"), Reading("%").agrees("persons"), Reading("", frozenset({"%"})).agrees("")
        (True, False, True)
        """
        unit = squeezed(measure)
        if not unit:
            return self.own not in {PER_CENT, *POINTS} and not self.above
        return unit == self.own if self.own else unit in self.around

    def found(self) -> str:
        """Say in which unit it is read."""
        units = [self.own] if self.own else sorted(self.around | ({self.above} - {""}))
        return ", ".join(map(repr, units)) or "no unit"


class Units:
    """The units of measure that a document uses.

    Parameters
    ----------
    measures
        Those of its cells.

    Examples
    --------
    >>> units = Units(["persons", "persons per km²"])
    >>> units.at_start(" persons per km² in 2020")
    'personsperkm²'
    >>> units.of_head("Density (persons per km²)"), units.of_head("Growth %"), units.of_head("2017")
    ('personsperkm²', '%', '')
    """

    def __init__(self, measures: Collection[str]) -> None:
        known = {squeezed(measure) for measure in measures} | {PER_CENT, *POINTS}
        self.known = sorted((unit for unit in known if unit), key=lambda unit: (-len(unit), unit))

    def at_start(self, following: str, number: str = "") -> str:
        """Give the unit with which a text begins, the longest that is known; after 1 an English one may be singular."""
        rest = squeezed(following)
        for unit in self.known:
            if rest.startswith(unit) or (number == "1" and unit.endswith("s") and rest.startswith(unit[:-1])):
                return unit
        return ""

    def of_head(self, head: str) -> str:
        """Give the unit that a head or a caption names at its end, in brackets or as %; or that it is."""
        rest = squeezed(head).rstrip("*")
        bracketed = _BRACKETED.search(rest)
        if bracketed:
            inside = {bracketed[1], *_BEFORE_COMMA.split(bracketed[1])}
            return next((unit for unit in self.known if unit in inside), "")
        whole = next((unit for unit in self.known if unit.casefold() == rest.casefold()), "")
        return whole or next((unit for unit in (PER_CENT, *POINTS) if rest.endswith(unit)), "")

    def in_line(self, line: Line) -> Iterator[tuple[Piece, Reading]]:
        """Give each number of a line with the units in which it can be read.

        A number is read in the unit that follows it. One that none follows is read in that of the next number if it is
        joined to it (3.1–4.5%), else in that of the nearest number before it in the sentence that has one, where a
        per cent sign may be passed over, else in that of the first after it.
        """
        for sentence in _sentences(line):
            numbers = [place for place, piece in enumerate(sentence) if piece.cell is not None]
            own = [self._own(sentence, place) for place in numbers]
            for position, place in enumerate(numbers):
                yield sentence[place], Reading(own[position], _around(sentence, numbers, own, position))

    def _own(self, sentence: Sequence[Piece], place: int) -> str:
        number = sentence[place].text
        inside = next((unit for unit in self.known if squeezed(number).endswith(unit)), "")
        return inside or self.at_start(text(sentence[place + 1 :]), number)

    def in_grid(self, grid: Grid) -> Iterator[tuple[Piece, Reading]]:
        """Give each number of a table with its unit: after it, or of its column's head, its row's, the caption's."""
        yield from self.in_line(grid.caption)
        caption = self.of_head(text(grid.caption))
        heads = [self.of_head(text(head)) for head in grid.head]
        of_years = [all(piece.role == "year" or not piece.text.strip() for piece in head) for head in grid.head]
        for named in grid.head:
            yield from self.in_line(named)
        for row in grid.rows:
            of_row = self.of_head(text(row[0])) if row else ""
            for column, cell in enumerate(row):
                head = heads[column] if column < len(heads) else ""
                outer = head or (of_row if column else "") or caption
                above = outer if column < len(of_years) and of_years[column] else head
                for place, piece in enumerate(cell):
                    if piece.cell is not None:
                        yield piece, Reading(self._own(cell, place), frozenset({outer} - {""}), above)


def _around(sentence: Sequence[Piece], numbers: Sequence[int], own: Sequence[str], position: int) -> frozenset[str]:
    for later in range(position + 1, len(numbers)):
        between = squeezed(text(sentence[numbers[later - 1] + 1 : numbers[later]]))
        if not _JOINED.fullmatch(between):
            break
        if own[later]:
            return frozenset({own[later]})
    before = [unit for unit in own[:position] if unit]
    if before:
        plain = [unit for unit in before if unit != PER_CENT]
        return frozenset({before[-1], *plain[-1:]})
    after = [unit for unit in own[position + 1 :] if unit]
    return frozenset(after[:1])


def _sentences(line: Line) -> Iterator[list[Piece]]:
    """Divide a line where a sentence ends; a number and a typed numeral are never divided."""
    sentence: list[Piece] = []
    for piece in line:
        if piece.cell is not None or piece.role is not None:
            sentence.append(piece)
            continue
        rest = squeezed(piece.text)
        while found := _ENDS.search(rest):
            sentence.append(Piece(rest[: found.end()]))
            yield sentence
            sentence, rest = [], rest[found.end() :]
        if rest:
            sentence.append(Piece(rest))
    if sentence:
        yield sentence
