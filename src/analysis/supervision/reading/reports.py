"""Reports as they come, DOCX or text: passages that know their place and the runs that their characters stand in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from analysis.messages import DuzhengError, Fault, Texts
from analysis.supervision.reading.words import both
from analysis.surveys.formats.table.files import OLE, parts

CODE: Final = "DZ-O005"
_EXPECTED: Final = "a report as .docx, or as text in UTF-8 or GB18030"
_SAVE: Final = "save it as .docx or .txt again"
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
#: A text that is no text: more of its characters than this are controls.
_CONTROLS: Final = frozenset(map(chr, range(32))) - {"\t", "\n", "\r", "\f", "\v"}
_BREAKS: Final[Mapping[str, str]] = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: in which paragraph or line, cell of a table, or footnote; counted from 1."""

    kind: Literal["paragraph", "line", "cell", "footnote"]
    numbers: tuple[int, ...]

    @property
    def texts(self) -> Texts:
        """The place in words."""
        return both(f"place.{self.kind}", **dict(zip(("n", "row", "column"), self.numbers, strict=False)))


@dataclass(frozen=True, slots=True)
class Letter:
    """A character of a passage: its run, and which of the run's pieces it is, from where."""

    run: Any
    piece: int
    offset: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, a line, or a cell's paragraph.

    Parameters
    ----------
    text
        What it says.
    place
        Where it stands.
    letters
        Of a Word document: where each character of the text is.
    reference
        Of a footnote: the run in the text that refers to it, which comments are put at.
    heads
        Of a table's cell: what stands at the head of its row and of its column.
    """

    text: str
    place: Place
    letters: tuple[Letter, ...] = ()
    reference: Any = None
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadReport:
    """A report that was read.

    Parameters
    ----------
    path
        Its file.
    passages
        In the order of the document, footnotes last.
    data
        Its bytes.
    text
        Of a text: all of it.
    is_word
        Whether it is a Word document.
    """

    path: Path
    passages: tuple[Passage, ...]
    data: bytes = field(repr=False)
    text: str = field(default="", repr=False)
    is_word: bool = False


def read_report(path: Path) -> ReadReport:
    """Read a report.

    Raises
    ------
    DuzhengError
        DZ-O005 if it is not there, empty, locked, damaged, or neither a Word document nor text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _fault(
            path, f"a file that cannot be opened ({type(error).__name__})", "name a file that is there"
        ) from error
    if not data.strip():
        raise _fault(path, "an empty file", "give the report itself")
    if data.startswith(OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        found = "a file with a password" if locked else "a document of Office 97 to 2003 (.doc, .wps)"
        raise _fault(path, found, "take the password away" if locked else "save it as .docx")
    if data.startswith(b"%PDF"):
        raise _fault(path, "a PDF", "give the Word document that it was made of")
    if data.startswith(b"PK"):
        return _document(path, data)
    if path.suffix.lower() == ".docx":
        raise _fault(path, "a file called .docx that is no Word document", _SAVE)
    return _text(path, data)


def _fault(path: Path, found: str, hint: str, line: int | None = None) -> DuzhengError:
    return DuzhengError(Fault(CODE, file=path.name, line=line, found=found, expected=_EXPECTED, hint=hint))


def _text(path: Path, data: bytes) -> ReadReport:
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        lines = text.splitlines()
        strange = next((number for number, line in enumerate(lines, 1) if _CONTROLS & set(line)), None)
        if strange is not None:
            raise _fault(path, "characters that no text has", _SAVE, strange)
        passages = (Passage(line, Place("line", (n,))) for n, line in enumerate(lines, 1) if line.strip())
        return ReadReport(path, tuple(passages), data, text)
    raise _fault(path, "bytes of no known encoding", "save it as UTF-8")


def _document(path: Path, data: bytes) -> ReadReport:
    try:
        is_word = "word/document.xml" in parts(data)
        passages = open_document(data)[1] if is_word else ()
    except Exception as error:  # libraries raise many kinds on damaged parts
        said = (str(error).splitlines() or [""])[0][:120]
        found = said if isinstance(error, ValueError) and said else f"a damaged file ({type(error).__name__})"
        raise _fault(path, found, "save it without macros" if said == "macros" else _SAVE) from error
    if not is_word:
        raise _fault(path, "an archive that is no Word document", _SAVE)
    if not passages:
        raise _fault(path, "a document without text", "give the report itself")
    return ReadReport(path, passages, data, is_word=True)


def open_document(data: bytes) -> tuple[Any, tuple[Passage, ...]]:
    """Open a Word document: python-docx's document, and its passages, whose letters are in it."""
    import docx

    document = docx.Document(io.BytesIO(data))
    return document, (*_body(document.element.body), *_footnotes(document))


def _named(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _body(body: Any) -> Iterator[Passage]:
    """Give the passages of a document: paragraphs counted by themselves, tables by themselves."""
    from docx.oxml.ns import qn

    # By the elements themselves: lxml makes them anew, with another identity, as soon as nobody holds them.
    tables = enumerate(body.iter(qn("w:tbl")), 1)
    cells = {paragraph: found for number, table in tables for paragraph, found in _cells(table, number)}
    count = 0
    for paragraph in body.iter(qn("w:p")):
        if any(_named(each) == "Fallback" for each in paragraph.iterancestors()):
            continue
        place, heads = cells.get(paragraph, (None, ()))
        if place is None:
            count += 1
            place = Place("paragraph", (count,))
        text, letters = _letters(paragraph)
        if text.strip():
            yield Passage(text, place, letters, heads=heads)


def _cells(table: Any, number: int) -> Iterator[tuple[Any, tuple[Place, tuple[str, ...]]]]:
    """Give the paragraphs of a table's own cells, each with its place and what stands at the head of row and column.

    Heads of columns are the rows at the top in which no cell is a bare number; heads of rows the cells before it that
    are none. What is merged downwards heads all its rows.
    """
    from docx.oxml.ns import qn

    grid: list[dict[int, str]] = []
    where: list[tuple[Any, int, int]] = []
    for row in table.findall(qn("w:tr")):
        column, texts = 0, {}
        for cell in row.findall(qn("w:tc")):
            properties = cell.find(qn("w:tcPr"))
            span, merged = 1, False
            if properties is not None:
                wide, down = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
                span = int(wide.get(qn("w:val"))) if wide is not None else 1
                merged = down is not None and down.get(qn("w:val")) != "restart"
            own = [each for each in cell.iter(qn("w:p")) if next(each.iterancestors(qn("w:tbl"))) is table]
            text = " ".join(_letters(each)[0].strip() for each in own)
            above = grid[-1].get(column, "") if merged and grid else ""
            texts.update(dict.fromkeys(range(column, column + span), text or above))
            where += [(each, len(grid), column) for each in own]
            column += span
        grid.append(texts)
    top = next((n for n, row in enumerate(grid) if any(is_bare(each) for each in row.values())), len(grid))
    for paragraph, row, column in where:
        before = (text for at, text in grid[row].items() if at < column and text and not is_bare(text))
        over = [grid[at].get(column, "") for at in range(min(top, row))]
        heads = (*dict.fromkeys(before), *dict.fromkeys(each for each in over if each)) if row >= top else ()
        yield paragraph, (Place("cell", (number, row + 1, column + 1)), heads)


def is_bare(text: str) -> bool:
    """Tell whether a cell holds nothing but a number, with a unit perhaps; a year is none.

    >>> [is_bare(each) for each in ("91,523", "58.23%", "2017", "2017年", "小学", "－3.2")]
    [True, True, False, False, False, True]
    """
    bare = re.fullmatch(r"\s*[-−－]?\s*\d[\d,，]*(?:[.．]\d+)?\s*[%％]?(?:[万亿]?[人名所个元])?\s*", text)
    return bool(bare) and not re.fullmatch(r"\s*(?:19|20)\d{2}\s*", text)


def _footnotes(document: Any) -> Iterator[Passage]:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    kept = [each.target_part for each in document.part.rels.values() if each.reltype == RELATIONSHIP_TYPE.FOOTNOTES]
    if not kept:
        return
    references = {
        each.get(qn("w:id")): each.getparent() for each in document.element.body.iter(qn("w:footnoteReference"))
    }
    notes = {each.get(qn("w:id")): each for each in parse_xml(kept[0].blob).iter(qn("w:footnote"))}
    for number, (note, run) in enumerate(references.items(), 1):
        for paragraph in notes[note].iter(qn("w:p")) if note in notes else ():
            text, _ = _letters(paragraph)
            if text.strip():
                yield Passage(text, Place("footnote", (number,)), reference=run)


def _letters(paragraph: Any) -> tuple[str, tuple[Letter, ...]]:
    """Give the text of a paragraph with where each character stands; what was deleted under review is left out."""
    from docx.oxml.ns import qn

    text: list[str] = []
    letters: list[Letter] = []
    for run in paragraph.iter(qn("w:r")):
        above = [_named(each) for each in run.iterancestors()]
        inside = above[: above.index("p")]
        if next(run.iterancestors(qn("w:p"))) is not paragraph or {"del", "moveFrom", "Fallback"} & set(inside):
            continue
        for piece, child in enumerate(run):
            said = (child.text or "") if child.tag == qn("w:t") else _BREAKS.get(_named(child), "")
            text.append(said)
            letters += [Letter(run, piece, offset) for offset in range(len(said))]
    return "".join(text), tuple(letters)
