"""A table block in the tree: its columns' shares of the width, its type size, and whether it may break."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import Final

from analysis.documents import nodes
from analysis.documents.blocks import Column, Runs, Table, text_of
from analysis.documents.nodes import Node
from analysis.documents.words import word
from analysis.messages import Language

#: How many half-width characters fit on a line of the type area (156 mm) at each size: 12, 10.5 and 9 points in
#: Chinese; 10.5, 9.5 and 8.5 in English, whose characters are narrower than half a Han character.
CAPACITY: Final[dict[Language, dict[str, int]]] = {
    "zh-Hans": {"roomy": 73, "close": 84, "tight": 98},
    "en": {"roomy": 90, "close": 100, "tight": 112},
}

_PADDING = 1.8  # half-width characters that a column's margins take
_NUMERAL = 1.12  # and a numeral: the digits of the Chinese faces are wider than half a Han character
_LONGEST = 28.0  # a column of text may wrap beyond this
_BRIEF = 9  # headings up to this stay on one line,
_EMPHASIS = 1.4  # and their face and signs such as % are so much wider
_SHORT = 20  # row headings up to this stay on one line on a screen
_WHOLE = 13  # a table of at most so many lines stays on one page


def display_width(value: str) -> int:
    """Count half-width characters; a Han character counts two.

    Examples
    --------
    >>> display_width("青禾 a1")
    7
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in value)


def _longest_word(value: str) -> float:
    pieces = [piece for piece in value.split() if not any(c > "⺀" for c in piece)]
    return max((display_width(piece) * (_NUMERAL if piece[-1:].isdigit() else 1.0) for piece in pieces), default=0.0)


def _needs(columns: Sequence[Column], rows: Sequence[Sequence[Runs]]) -> list[float]:
    needs = []
    for index, column in enumerate(columns):
        heading = text_of(column.text)
        cells = [text_of(row[index]) for row in rows]
        widest = max((display_width(cell) for cell in cells), default=0)
        unbroken = max((_longest_word(cell) for cell in [*cells, heading]), default=0)
        # A short heading stays on one line; a longer one may take two.
        brief = display_width(heading) <= _BRIEF
        half = display_width(heading) + _EMPHASIS if brief else math.ceil(display_width(heading) / 2) + 1
        needs.append(max(min(float(widest), _LONGEST), float(unbroken), min(float(half), 9.0), 3.0) + _PADDING)
    return needs


def shares(columns: Sequence[Column], rows: Sequence[Sequence[Runs]], room: float = 0) -> list[float]:
    """Divide the width of the page among columns.

    Columns of width 0 get what their text needs; columns with a width divide the rest in that proportion. What the page
    has beyond that goes to the columns whose texts would wrap.

    Parameters
    ----------
    columns
        The columns.
    rows
        The rows, each with a cell a column.
    room
        How many half-width characters fit on a line.

    Returns
    -------
    list of float
        A share a column; together 1.

    Examples
    --------
    >>> from analysis.documents.blocks import Run
    >>> [round(s, 2) for s in shares((Column(text="a", width=3), Column(text="b", width=1)), [((), ())])]
    [0.75, 0.25]
    """
    needs = _roomier(_needs(columns, rows), rows, room)
    total = sum(needs)
    natural = [need / total for need in needs]
    fixed = sum(column.width for column in columns)
    room = sum(share for share, column in zip(natural, columns, strict=True) if column.width)
    given = [
        round(column.width / fixed * room if column.width else share, 4)
        for share, column in zip(natural, columns, strict=True)
    ]
    return [*given[:-1], round(1 - sum(given[:-1]), 4)]


def _roomier(needs: list[float], rows: Sequence[Sequence[Runs]], room: float) -> list[float]:
    """Give what is left of a line to the columns that want more than they need."""
    widest = [max((display_width(text_of(row[index])) for row in rows), default=0) for index in range(len(needs))]
    wanted = [max(0.0, width + _PADDING - need) for width, need in zip(widest, needs, strict=True)]
    part = min(1.0, max(0.0, room - sum(needs)) / (sum(wanted) or 1))
    return [need + part * want for need, want in zip(needs, wanted, strict=True)]


def type_size(columns: Sequence[Column], rows: Sequence[Sequence[Runs]], language: Language) -> str:
    """Choose the largest type size at which a table fits the page.

    Examples
    --------
    >>> type_size((Column(text="a"),), [], "en")
    'roomy'
    """
    total = sum(_needs(columns, rows))
    return next((size for size, capacity in CAPACITY[language].items() if total <= capacity), "tight")


def _lines(given: list[float], room: int, rows: Sequence[Sequence[Runs]]) -> int:
    return sum(
        max(
            math.ceil(display_width(text_of(cell)) / max(share * room - _PADDING, 1))
            for cell, share in zip(row, given, strict=True)
        )
        or 1
        for row in rows
    )


def table_nodes(table: Table, number: int, language: Language) -> list[Node]:
    """Make the nodes of a table block: the table, and under it the notes.

    Parameters
    ----------
    table
        The block.
    number
        Its running number in the document.
    language
        The language of the document.
    """
    size = type_size(table.columns, table.rows, language)
    given = shares(table.columns, table.rows, CAPACITY[language][size])
    whole = (
        _lines(given, CAPACITY[language][size], [tuple(column.text for column in table.columns), *table.rows]) <= _WHOLE
    )
    head = nodes.table_row(nodes.table_cell(nodes.inlines(column.text), {"scope": "col"}) for column in table.columns)
    rows = [
        nodes.table_row(
            (
                nodes.table_cell(nodes.inlines(cell), None if position else {"scope": "row"})
                for position, cell in enumerate(row)
            ),
            ["picked"] if index == table.picked else (),
        )
        for index, row in enumerate(table.rows)
    ]
    heads = max((display_width(text_of(row[0])) for row in table.rows), default=0)
    classes = [size, "short-heads"] if heads <= _SHORT else [size]
    attrs = nodes.attributes(f"table-{number}", classes, {"whole": "yes" if whole else "no"})
    caption = [*nodes.numbering(word("table", language, number)), *nodes.inlines(table.caption)]
    columns = [(column.align, share) for column, share in zip(table.columns, given, strict=True)]
    region = {"label": word("table_region", language, number)}
    drawn = nodes.div([nodes.table(attrs, caption, columns, head, rows)], ["table"], region)
    return [nodes.div([drawn, *note_nodes(table.notes)], ["exhibit"], {"whole": "yes" if whole else "no"})]


def note_nodes(notes: Sequence[Runs]) -> list[Node]:
    """Make the notes under a table or figure."""
    return [nodes.div([nodes.para(nodes.inlines(note)) for note in notes], ["notes"])] if notes else []
