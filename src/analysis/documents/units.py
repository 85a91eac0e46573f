"""Units as a reader takes them: which unit of measure the words around a number give it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from analysis.documents.reading import Grid, Line, Piece, text

#: Units that every document knows beside those of its cells.
PER_CENT: Final = "%"
POINTS: Final = ("个百分点", "percentagepoints", "percentagepoint")

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

    def in_line(self, line: Line) -> Iterator[tuple[Piece, frozenset[str]]]:
        """Give each number of a line with the units in which it can be read.

        A number is read in the unit that follows it. One that none follows is read in that of the next number if it is
        joined to it (3.1–4.5%), else in that of the nearest number before it in the sentence that has one, where a
        per cent sign may be passed over, else in that of the first after it.
        """
        for sentence in _sentences(line):
            numbers = [place for place, piece in enumerate(sentence) if piece.cell is not None]
            own = [self._own(sentence, place) for place in numbers]
            for position, place in enumerate(numbers):
                yield sentence[place], self._read(sentence, numbers, own, position)

    def _own(self, sentence: Sequence[Piece], place: int) -> str:
        number = sentence[place].text
        inside = next((unit for unit in self.known if squeezed(number).endswith(unit)), "")
        return inside or self.at_start(text(sentence[place + 1 :]), number)

    def _read(
        self, sentence: Sequence[Piece], numbers: Sequence[int], own: Sequence[str], position: int
    ) -> frozenset[str]:
        if own[position]:
            return frozenset({own[position]})
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

    def in_grid(self, grid: Grid) -> Iterator[tuple[Piece, frozenset[str]]]:
        """Give each number of a table with its unit: after it, or of its column's head, its row's, the caption's."""
        yield from self.in_line(grid.caption)
        caption = self.of_head(text(grid.caption))
        heads = [self.of_head(text(head)) for head in grid.head]
        only_years = [all(piece.role == "year" or not piece.text.strip() for piece in head) for head in grid.head]
        for head in grid.head:
            yield from self.in_line(head)
        for row in grid.rows:
            of_row = self.of_head(text(row[0])) if row else ""
            for column, cell in enumerate(row):
                named = heads[column] if column < len(heads) else ""
                outer = named or (of_row if column else "") or caption
                bare = outer if named or (column < len(only_years) and only_years[column]) else ""
                for place, piece in enumerate(cell):
                    if piece.cell is not None:
                        own = self._own(cell, place)
                        yield piece, frozenset({own}) if own else frozenset({outer, _BARE + bare})


#: Marks the unit that a number without a unit would be read in; see :func:`agrees`.
_BARE: Final = "\0"


def agrees(read: frozenset[str], measure: str) -> bool:
    """Tell whether a number whose cell has this measure may be read so.

    A number without a unit (a place, a coefficient) has none after it. It may stand in a row or a sentence of another
    unit, but not under a head that names one.

    >>> agrees(frozenset({"%"}), "%"), agrees(frozenset({"%"}), "persons"), agrees(frozenset(), "")
    (True, False, True)
    """
    units = {unit for unit in read if not unit.startswith(_BARE)}
    bare = {unit.removeprefix(_BARE) for unit in read if unit.startswith(_BARE)}
    if squeezed(measure):
        return squeezed(measure) in units
    return not any(bare) if bare else True


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
