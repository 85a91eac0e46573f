"""Nodes of the pandoc tree: one small function a node, so that the rooms above read like the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from analysis.documents.runs import Run, has_digit

#: A node of pandoc's JSON tree: ``{"t": type, "c": contents}``.
Node: TypeAlias = dict[str, Any]

#: The version of pandoc's types that the nodes follow.
API_VERSION: Final = (1, 23, 1)

_PIECES = re.compile(r"[ \t\n\r]+")
_ALIGNMENTS: Final = {"left": "AlignLeft", "right": "AlignRight", "center": "AlignCenter"}


def attributes(identifier: str = "", classes: Iterable[str] = (), pairs: Mapping[str, str] | None = None) -> list[Any]:
    """Make the attributes of a node.

    Examples
    --------
    >>> attributes("table-1", ["wide"], {"size": "9pt"})
    ['table-1', ['wide'], [['size', '9pt']]]
    """
    return [identifier, list(classes), [[key, value] for key, value in (pairs or {}).items()]]


def text(value: str) -> list[Node]:
    """Make the inlines of a text: words and the spaces between them.

    Examples
    --------
    >>> [node["t"] for node in text("two words ")]
    ['Str', 'Space', 'Str', 'Space']
    """
    nodes: list[Node] = []
    for position, piece in enumerate(_PIECES.split(value)):
        if position:
            nodes.append({"t": "Space"})
        if piece:
            nodes.append({"t": "Str", "c": piece})
    return nodes


def inlines(runs: Iterable[Run]) -> list[Node]:
    """Make the inlines of runs; a number becomes a ``Span`` that names its cell, a typed numeral one with its role.

    Examples
    --------
    >>> inlines((Run(text="12", cell="a/b"), Run(text="2017", role="year")))[1]
    {'t': 'Span', 'c': [['', [], [['data-role', 'year']]], [{'t': 'Str', 'c': '2017'}]]}
    """
    nodes: list[Node] = []
    for run in runs:
        typed = {"data-role": run.role} if run.role and has_digit(run.text) else {}
        if run.href is not None:
            nodes.append({"t": "Link", "c": [attributes(pairs=typed), text(run.text), [run.href, ""]]})
        elif run.cell is not None:
            nodes.append({"t": "Span", "c": [attributes(pairs={"cell": run.cell}), text(run.text)]})
        elif typed:
            nodes.append({"t": "Span", "c": [attributes(pairs=typed), text(run.text)]})
        else:
            nodes.extend(text(run.text))
    return nodes


def numbering(value: str) -> list[Node]:
    """Make the inlines of a number that the document itself gives: of a heading, a table, a figure."""
    return inlines((Run(text=value, role="numbering"),)) if value else []


def para(content: list[Node]) -> Node:
    """Make a paragraph of inlines."""
    return {"t": "Para", "c": content}


def plain(content: list[Node]) -> Node:
    """Make a block of inlines that is not a paragraph: a cell, a caption."""
    return {"t": "Plain", "c": content}


def header(level: int, identifier: str, content: list[Node]) -> Node:
    """Make a heading."""
    return {"t": "Header", "c": [level, attributes(identifier), content]}


def div(content: list[Node], classes: Iterable[str], pairs: Mapping[str, str] | None = None) -> Node:
    """Make a group of blocks that formats and filters know by its class."""
    return {"t": "Div", "c": [attributes("", classes, pairs), content]}


def quote(content: list[Node]) -> Node:
    """Make a quotation of paragraphs."""
    return {"t": "BlockQuote", "c": content}


def bullets(items: Sequence[list[Node]]) -> Node:
    """Make a list of blocks without numbers."""
    return {"t": "BulletList", "c": list(items)}


def ordered_list(items: Sequence[list[Node]], *, parentheses: bool) -> Node:
    """Make a numbered list of inlines, counted （1） or 1."""
    delimiter = "TwoParens" if parentheses else "Period"
    style = [1, {"t": "Decimal"}, {"t": delimiter}]
    return {"t": "OrderedList", "c": [style, [[plain(item)] for item in items]]}


def image(file: str, alternative: str, *, width: str) -> Node:
    """Make a picture with its text alternative."""
    return {"t": "Image", "c": [attributes(pairs={"width": width}), text(alternative), [file, ""]]}


def figure(identifier: str, caption: list[Node], content: list[Node], classes: Iterable[str] = ()) -> Node:
    """Make a figure with a caption."""
    return {"t": "Figure", "c": [attributes(identifier, classes), [None, [plain(caption)]], content]}


def table_cell(content: list[Node], pairs: Mapping[str, str] | None = None) -> list[Any]:
    """Make a cell of a table."""
    return [attributes(pairs=pairs), {"t": "AlignDefault"}, 1, 1, [plain(content)]]


def table_row(
    cells: Iterable[list[Any]], classes: Iterable[str] = (), pairs: Mapping[str, str] | None = None
) -> list[Any]:
    """Make a row of a table."""
    return [attributes("", classes, pairs), list(cells)]


def table(
    attrs: list[Any],
    caption: list[Node],
    columns: Iterable[tuple[str, float]],
    head: list[Any],
    rows: list[list[Any]],
) -> Node:
    """Make a table with one header row and one column of row headings.

    Parameters
    ----------
    attrs
        Attributes of the table.
    caption
        Inlines of the caption.
    columns
        Alignment (left, right, center) and share of the width of each column.
    head
        The header row.
    rows
        The other rows.
    """
    specs = [[{"t": _ALIGNMENTS[align]}, {"t": "ColWidth", "c": share}] for align, share in columns]
    body = [attributes(), 1, [], rows]
    blank = attributes()
    return {"t": "Table", "c": [attrs, [None, [plain(caption)]], specs, [blank, [head]], [body], [blank, []]]}
