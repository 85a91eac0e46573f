"""A finished PDF read back as a screen reader does: through its structure tree, with the glyphs' own characters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.documents.pdf import Numeral
from analysis.documents.reading import Contents, Grid, Line, Piece, lines_of
from analysis.documents.reading import text as text_of_line
from analysis.documents.runs import has_digit

if TYPE_CHECKING:
    from pypdf import PdfReader

#: Elements that are a line by themselves, and those that are only numbers of a list.
_LINES: Final = frozenset(
    {"/P", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/Title", "/Caption", "/LBody", "/TH", "/TD"}
)
_PASSED: Final = frozenset({"/Lbl", "/Figure", "/Formula"})
_PAIR: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_STRING: Final = rb"(?:[^()\\]|\\.|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\))*"  # with parentheses in it two deep
_TOKEN: Final = re.compile(
    rb"\((?P<text>" + _STRING + rb")\)|<<|>>|<(?P<hex>[0-9A-Fa-f\s]*)>|/(?P<name>[^\s/<>()\[\]]*)"
    rb"|(?P<number>[-+.\d]+)|[\[\]]|(?P<operator>[A-Za-z'\"*]+\d?)",
    re.DOTALL,
)
_ESCAPED: Final = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
#: Between two letters of a word.
_INSIDE: Final = re.compile(r"(?<=[A-Za-z])(?=[A-Za-z])")
_LETTERS: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r\n": b""}
_BLANK: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the structure tree: its role, its text alternative, and the texts and elements in it."""

    role: str
    alternative: str
    inside: tuple[str | Element, ...]

    def text(self) -> str:
        """Give its text."""
        return "".join(each if isinstance(each, str) else each.text() for each in self.inside)

    def walk(self) -> Iterator[Element]:
        """Give the element and all below it, in reading order."""
        yield self
        for each in self.inside:
            if isinstance(each, Element):
                yield from each.walk()


@dataclass
class Structure:
    """The structure tree of a PDF with its text.

    Parameters
    ----------
    reader
        The open file.
    """

    reader: PdfReader
    _texts: dict[int, dict[int, str]] = field(default_factory=dict)

    @cached_property
    def root(self) -> Element:
        """The tree's first element."""
        tree = self.reader.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
        inside = tuple(self._inside(tree.get("/K"), None))
        return Element("/Root", "", inside)

    def _inside(self, kids: Any, page: Any) -> Iterator[str | Element]:
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        for kid in kids if isinstance(kids, list) else [kids]:
            node = kid.get_object() if hasattr(kid, "get_object") else kid
            if isinstance(node, int):
                yield self._marked(page).get(int(node), "")
            elif isinstance(node, dict) and node.get("/Type") == "/MCR":
                yield self._marked(node.get("/Pg", page)).get(int(node["/MCID"]), "")
            elif isinstance(node, dict) and "/S" in node:
                own = node.raw_get("/Pg") if "/Pg" in node else page  # type: ignore[attr-defined]
                inside = tuple(self._inside(node.get("/K", []), own))
                yield Element(str(node["/S"]), str(node.get("/Alt", "")), inside)

    def _marked(self, page: Any) -> Mapping[int, str]:
        """Give the text of each marked sequence of a page."""
        if page is None:
            return {}
        number = page.idnum if hasattr(page, "idnum") else page.indirect_reference.idnum
        if number not in self._texts:
            self._texts[number] = _texts_of(page.get_object())
        return self._texts[number]


def _texts_of(page: Any) -> dict[int, str]:
    """Give the text of each marked sequence of a page's content, by its number.

    The content is read token by token (ISO 32000-1, 7.2 and 7.8.2): only operators that mark content, choose a font or
    show text matter, and a general reader would take most of the time of a check for the others.
    """
    fonts = {
        name.removeprefix("/"): _characters(font.get_object()["/ToUnicode"].get_object().get_data())
        for name, font in page["/Resources"].get("/Font", {}).items()
    }
    texts: dict[int, str] = {}
    marks: list[int | None] = []
    known: Mapping[int, str] = {}
    operands: list[re.Match[bytes]] = []
    for token in _TOKEN.finditer(page["/Contents"].get_object().get_data()):
        operator = token["operator"]
        if operator is None:
            operands.append(token)
            continue
        if operator in {b"BDC", b"BMC"}:
            marks.append(_mark(operands))
        elif operator == b"EMC":
            marks.pop()
        elif operator == b"Tf":
            known = fonts[(operands[0]["name"] or b"").decode()]
        elif operator in {b"Tj", b"TJ"}:
            mark = next((each for each in reversed(marks) if each is not None), None)
            if mark is not None:
                shown = (_decoded(each, known) for each in operands if each["text"] or each["hex"])
                texts[mark] = texts.get(mark, "") + "".join(shown)
        operands = []
    return texts


def _mark(operands: Sequence[re.Match[bytes]]) -> int | None:
    names = [place for place, token in enumerate(operands) if token["name"] == b"MCID"]
    return int(operands[names[0] + 1]["number"]) if names else None


def _characters(cmap: bytes) -> dict[int, str]:
    """Read which characters a font's glyphs stand for, by code."""
    known: dict[int, str] = {}
    for section in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        known |= {int(code, 16): _utf16(text) for code, text in _PAIR.findall(section)}
    for section in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in _RANGE.findall(section):
            start = _utf16(text)
            for step in range(int(last, 16) - int(first, 16) + 1):
                known[int(first, 16) + step] = start[:-1] + chr(ord(start[-1]) + step)
    return known


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _decoded(token: re.Match[bytes], known: Mapping[int, str]) -> str:
    """Give the characters of a string: every two bytes are the code of a glyph."""
    in_hex = token["hex"] is not None
    raw = bytes.fromhex(token["hex"].decode()) if in_hex else _ESCAPED.sub(_unescaped, token["text"])
    return "".join(known.get(raw[at] << 8 | raw[at + 1], "") for at in range(0, len(raw) - 1, 2))


def _unescaped(found: re.Match[bytes]) -> bytes:
    escaped = found[1]
    if escaped[:1].isdigit():
        return bytes([int(escaped, 8) & 0xFF])
    return _LETTERS.get(escaped, escaped)


def structure_of(path: Path) -> Element:
    """Read the structure tree of a PDF.

    Parameters
    ----------
    path
        A PDF that :func:`analysis.documents.render.render` wrote.
    """
    from pypdf import PdfReader

    return Structure(PdfReader(path)).root


def read_pdf(path: Path, numerals: Sequence[Numeral]) -> tuple[Contents, list[Numeral]]:
    """Read a PDF: its lines and tables by the structure tree, its numerals by the map.

    Parameters
    ----------
    path
        A PDF that :func:`analysis.documents.render.render` wrote.
    numerals
        What its map says.

    Returns
    -------
    Contents and list of Numeral
        What it says, without any blanks; and the numerals of the map that do not stand in it in their order.
    """
    root = structure_of(path)
    waiting = list(numerals)
    passages: list[Line | Grid] = []
    for passage in _passages(root):
        lines = [_aligned(text_of_line(line), waiting) for line in lines_of(passage)]
        passages.append(_like(passage, lines))
    drawn = tuple(each.alternative for each in root.walk() if each.role == "/Figure")
    return Contents(tuple(passages), (), drawn), waiting


def _passages(element: Element) -> Iterator[Line | Grid]:
    if element.role in _PASSED:
        return
    if element.role == "/Table":
        yield _grid(element)
    elif element.role in _LINES or any(isinstance(each, str) for each in element.inside):
        yield (Piece(element.text()),)
    else:
        for each in element.inside:
            if isinstance(each, Element):
                yield from _passages(each)


def _grid(table: Element) -> Grid:
    parts = [each for each in table.inside if isinstance(each, Element)]
    caption = "".join(each.text() for each in parts if each.role == "/Caption")
    rows = [
        (row, [cell for cell in row.inside if isinstance(cell, Element)]) for row in table.walk() if row.role == "/TR"
    ]
    head = [cell for _, cells in rows if all(each.role == "/TH" for each in cells) for cell in cells]
    body = [cells for _, cells in rows if not all(each.role == "/TH" for each in cells)]
    line = lambda cell: (Piece(cell.text()),)  # noqa: E731
    return Grid((Piece(caption),), tuple(map(line, head)), tuple(tuple(map(line, cells)) for cells in body))


def _like(passage: Line | Grid, lines: Sequence[Line]) -> Line | Grid:
    """Put lines back into a passage of their shape."""
    if not isinstance(passage, Grid):
        return lines[0]
    heads, rest = len(passage.head), iter(lines[1 + len(passage.head) :])
    rows = tuple(tuple(next(rest) for _ in row) for row in passage.rows)
    return Grid(lines[0], tuple(lines[1 : 1 + heads]), rows)


def _aligned(line: str, waiting: list[Numeral]) -> Line:
    """Divide a line at the numerals that are next in the map; what is found is taken from those that wait."""
    rest = _BLANK.sub("", line)
    pieces: list[Piece] = []
    while waiting:
        wanted = _BLANK.sub("", waiting[0].text)
        found = _written(wanted).search(rest)
        if found is None or has_digit(before := rest[: found.start()]):
            break
        pieces += [Piece(before)] if before else []
        pieces.append(Piece(wanted, waiting[0].cell, waiting[0].role))
        rest = rest[found.end() :]
        del waiting[0]
    return (*pieces, Piece(rest)) if rest else tuple(pieces)


@cache
def _written(wanted: str) -> re.Pattern[str]:
    """Find a text as a PDF has it: any word in it may be divided at the end of a line, with a hyphen that is drawn.

    >>> bool(_written("up to 2,000 in compulsory").search("up to 2,000 in compul-sory"))
    True
    """
    return re.compile(_INSIDE.sub("[-\u00ad]?", re.escape(wanted)))
