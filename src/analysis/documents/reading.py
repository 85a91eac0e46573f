"""Finished documents read back: their texts, each a line of pieces that know their cell or role, and their tables."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias
from xml.etree import ElementTree as ET

from analysis.documents.runs import has_digit

_VOID: Final = frozenset({"base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_UNREAD: Final = frozenset({"head", "script", "style", "svg"})
_LINES: Final = frozenset(
    {"p", "li", "td", "th", "h1", "h2", "h3", "h4", "figcaption", "caption", "aside", "summary", "a"}
)
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TYPED: Final = "Typed"


class Piece(NamedTuple):
    """A stretch of a line: its text, and the cell or the role that the document gives for it."""

    text: str
    cell: str | None = None
    role: str | None = None


#: A paragraph, a heading, a caption, a cell of a table.
Line: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its caption, its header row, and its rows; each row of a chart's data may name a cell."""

    caption: Line
    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document says, in reading order; ``data`` are the tables behind its charts."""

    passages: tuple[Line | Grid, ...]
    data: tuple[Grid, ...] = ()
    alternatives: tuple[str, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Give the lines one by one; those of a table cell by cell."""
        for passage in self.passages:
            yield from lines_of(passage)

    def pieces(self) -> list[Piece]:
        """Give the pieces that carry a cell or a role."""
        return [piece for line in self.lines() for piece in line if piece.cell is not None or piece.role is not None]


def lines_of(passage: Line | Grid) -> Iterator[Line]:
    """Give the lines of a passage.

    >>> [text(line) for line in lines_of(Grid((Piece("T"),), ((Piece("a"),),), (((Piece("1"),),),)))]
    ['T', 'a', '1']
    """
    if not isinstance(passage, Grid):
        yield passage
        return
    yield passage.caption
    yield from passage.head
    yield from (cell for row in passage.rows for cell in row)


def text(line: Iterable[Piece]) -> str:
    """Join the text of a line."""
    return "".join(piece.text for piece in line)


@dataclass
class _Open:
    """A table that is being read."""

    data: bool
    caption: Line = ()
    head: list[Line] = field(default_factory=list)
    rows: list[list[Line]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    in_head: bool = False

    def grid(self) -> Grid:
        return Grid(self.caption, tuple(self.head), tuple(map(tuple, self.rows)), tuple(self.cells))


class _Page(HTMLParser):
    """Reads a page: what is in no script, style or drawing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str | None, str | None]] = []
        self.line: list[Piece] = []
        self.passages: list[Line | Grid] = []
        self.data: list[Grid] = []
        self.alternatives: list[str] = []
        self.table: _Open | None = None
        self.behind = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = dict(attrs)
        if tag in _LINES - {"a"}:
            self.end_line()
        if given.get("role") == "img" and "hidden" not in given:
            self.alternatives.append(given.get("aria-label") or "")
        if tag == "details":
            self.behind = True
        elif tag == "table":
            self.table = _Open(self.behind)
        elif self.table is not None and tag in {"thead", "tbody"}:
            self.table.in_head = tag == "thead"
        elif self.table is not None and tag == "tr" and not self.table.in_head:
            self.table.rows.append([])
            self.table.cells.append(given.get("data-cell") or "")
            given.pop("data-cell", None)
        self.open.append((tag, given.get("data-cell"), given.get("data-role")))
        if given.get("data-cell") is not None or given.get("data-role") is not None:
            self.line.append(Piece("", given.get("data-cell"), given.get("data-role")))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "caption"} and self.table is not None:
            line, self.line = tuple(self.line), []
            if tag == "caption":
                self.table.caption = line
            elif self.table.in_head:
                self.table.head.append(line)
            else:
                self.table.rows[-1].append(line)
        elif tag == "table" and self.table is not None:
            (self.data if self.table.data else self.passages).append(self.table.grid())
            self.table = None
        elif tag in _LINES - {"a"}:
            self.end_line()
        if tag == "details":
            self.behind = False
        while self.open:
            if self.open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if any(tag in _UNREAD for tag, _, _ in self.open) or (self.behind and self.table is None):
            return
        marked = next(((cell, role) for _, cell, role in reversed(self.open) if cell or role), (None, None))
        last = self.line[-1] if self.line else None
        if last is not None and (last.cell, last.role) == marked:
            self.line[-1] = last._replace(text=last.text + data)
        elif data.strip() or self.line:
            self.line.append(Piece(data, *marked))

    def end_line(self) -> None:
        if text(self.line).strip():
            self.passages.append(tuple(self.line))
        self.line = []


def read_html(path: Path) -> Contents:
    """Read a web page.

    Parameters
    ----------
    path
        A file that :func:`analysis.documents.render.render` wrote.
    """
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    page.end_line()
    return Contents(tuple(page.passages), tuple(page.data), tuple(page.alternatives))


def read_docx(path: Path) -> Contents:
    """Read a Word document: its headers and its body. A number's cell is the tag of its content control.

    Parameters
    ----------
    path
        A file that :func:`analysis.documents.render.render` wrote, or one that was edited since.
    """
    with zipfile.ZipFile(path) as package:
        names = sorted(name for name in package.namelist() if name.startswith("word/header"))
        roots = [ET.fromstring(package.read(name)) for name in [*names, "word/document.xml"]]  # noqa: S314  our file
    passages: list[Line | Grid] = []
    caption: Line = ()
    for element in (child for root in roots for child in _blocks(root)):
        if element.tag == f"{_W}tbl":
            grid = _word_grid(element, caption)
            inside = [grid] if grid.head else [tuple(_word_pieces(each)) for each in element.iter(f"{_W}p")]
            passages.extend(inside)
            caption = ()
            continue
        passages.extend([caption] if caption else [])
        line = tuple(_word_pieces(element))
        caption = line if _style(element) == "TableCaption" else ()
        passages.extend([line] if text(line).strip() and not caption else [])
    drawn = [
        node.get("descr") or "" for root in roots for node in root.iter() if node.tag.rpartition("}")[2] == "docPr"
    ]
    return Contents(tuple(passages), (), tuple(drawn))


def _blocks(root: ET.Element) -> Iterator[ET.Element]:
    for child in root:
        if child.tag in {f"{_W}p", f"{_W}tbl"}:
            yield child
        else:
            yield from _blocks(child)


def _style(paragraph: ET.Element) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else style.get(f"{_W}val", "")


def _word_grid(table: ET.Element, caption: Line) -> Grid:
    head: list[Line] = []
    rows: list[tuple[Line, ...]] = []
    for row in table.iter(f"{_W}tr"):
        cells = [
            tuple(piece for paragraph in cell.iter(f"{_W}p") for piece in _word_pieces(paragraph))
            for cell in row.iter(f"{_W}tc")
        ]
        if row.find(f"{_W}trPr/{_W}tblHeader") is not None:
            head += cells
        else:
            rows.append(tuple(cells))
    return Grid(caption, tuple(head), tuple(rows))


def _word_pieces(element: ET.Element, cell: str | None = None, role: str | None = None) -> Iterator[Piece]:
    for child in element:
        kind = child.tag.removeprefix(_W)
        if kind == "t":
            yield Piece(child.text or "", cell, role)
        elif kind == "tab":
            yield Piece("\t", cell, role)
        elif kind == "sdt":
            tag = child.find(f"{_W}sdtPr/{_W}tag")
            content = child.find(f"{_W}sdtContent")
            if content is not None:
                pieces = _word_pieces(content, None if tag is None else tag.get(f"{_W}val", ""), role)
                yield from [Piece("".join(piece.text for piece in pieces), *_mark(tag, role))]
        elif kind in {"hyperlink", "fldSimple"}:
            yield from (
                piece._replace(role="citation") if piece.cell is None and has_digit(piece.text) else piece
                for piece in _word_pieces(child, cell, role)
            )
        elif kind == "r":
            style = child.find(f"{_W}rPr/{_W}rStyle")
            name = "" if style is None else style.get(f"{_W}val", "")
            typed = name.removeprefix(_TYPED).lower() if name.startswith(_TYPED) else role
            yield from _word_pieces(child, cell, typed)
        elif kind not in {"pPr", "rPr", "instrText", "delText"}:
            yield from _word_pieces(child, cell, role)


def _mark(tag: ET.Element | None, role: str | None) -> tuple[str | None, str | None]:
    return (None if tag is None else tag.get(f"{_W}val", ""), role)
