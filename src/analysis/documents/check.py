"""The check of a finished document: every number in it agrees with the blocks it was made from."""

from __future__ import annotations

import hashlib
import zipfile
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from analysis.documents.blocks import Blocks, Chart, Runs, Table, Title
from analysis.documents.pdf import typst_numbers
from analysis.documents.render import Rendered, printable
from analysis.messages import DuzhengError, Fault

#: What Word allows in the tag of a content control.
LONGEST_TAG: Final = 64

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VOID = frozenset({"base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_UNREAD = frozenset({"script", "style", "title", "svg"})


def tag_of(cell: str) -> str:
    """Give the tag that stands for a cell's id in DOCX: the id, or its beginning and a hash if it is too long.

    Examples
    --------
    >>> tag_of("pupils/U7/2017")
    'pupils/U7/2017'
    >>> len(tag_of("x" * 100))
    64
    """
    encoded = cell.encode()
    if len(encoded) <= LONGEST_TAG:
        return cell
    digest = hashlib.sha1(encoded, usedforsecurity=False).hexdigest()[:16]
    return encoded[:47].decode(errors="ignore") + "~" + digest


class _Page(HTMLParser):
    """Reads a page's text and its numbers."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str | None]] = []
        self.numbers: list[tuple[str, list[str]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        cell = dict(attrs).get("data-cell")
        self.open.append((tag, cell))
        if cell is not None:
            self.numbers.append((cell, []))
        if tag in {"p", "li", "td", "th", "h1", "h2", "h3", "h4", "figcaption", "caption", "aside", "summary"}:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, _ = self.open.pop()
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if any(tag in _UNREAD for tag, _ in self.open):
            return
        self.text.append(data)
        if any(cell is not None for _, cell in self.open):
            self.numbers[-1][1].append(data)


def _page(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page


def _word_root(path: Path) -> ET.Element:
    with zipfile.ZipFile(path) as package:
        return ET.fromstring(package.read("word/document.xml"))  # noqa: S314  a file that we wrote ourselves


def _word_text(element: ET.Element) -> str:
    return "".join(piece.text or "" for piece in element.iter(f"{_WORD}t"))


def numbers_in(path: Path, source: bytes = b"") -> list[tuple[str, str]]:
    """Read the numbers of a finished document back.

    HTML has them in ``data-cell``, DOCX in content controls, whose tag is :func:`tag_of` the id. A PDF has no place
    for an id: its numbers come from the typst source that it was compiled from.

    Parameters
    ----------
    path
        A file that :func:`analysis.documents.render.render` wrote, or the typst source of a PDF (``.typ``).
    source
        For a PDF, :attr:`Rendered.source`.

    Returns
    -------
    list of tuple
        Cell id and text of each number, in reading order.

    Raises
    ------
    DuzhengError
        DZ-D001 if a PDF comes without its source, or the file is of another kind.
    """
    if path.suffix == ".html":
        return [(cell, "".join(pieces)) for cell, pieces in _page(path).numbers]
    if path.suffix == ".docx":
        numbers = []
        for control in _word_root(path).iter(f"{_WORD}sdt"):
            tag = control.find(f"{_WORD}sdtPr/{_WORD}tag")
            content = control.find(f"{_WORD}sdtContent")
            if tag is not None and content is not None:
                numbers.append((tag.get(f"{_WORD}val", ""), _word_text(content)))
        return numbers
    if path.suffix == ".typ":
        return typst_numbers(path.read_bytes())
    if path.suffix == ".pdf" and source:
        return typst_numbers(source)
    raise DuzhengError(
        Fault(
            "DZ-D001",
            found=f"{path.name} without the source of its numbers",
            expected="an HTML or DOCX file, or a PDF with Rendered.source",
            hint="check a PDF in the run that made it; HTML and DOCX can be checked later",
            file=path.name,
        )
    )


def text_in(path: Path) -> str:
    """Read the text of an HTML page or a DOCX, a line a paragraph or cell, without scripts and charts.

    Parameters
    ----------
    path
        A file that :func:`analysis.documents.render.render` wrote.
    """
    if path.suffix == ".html":
        return "".join(_page(path).text)
    return "\n".join(_word_text(paragraph) for paragraph in _word_root(path).iter(f"{_WORD}p"))


def numbers_of(parts: Sequence[Blocks]) -> list[tuple[str, str]]:
    """List the numbers of blocks as a document must show them: cell id and printable text, in reading order.

    Examples
    --------
    >>> from analysis.documents.blocks import Run, Sentence
    >>> numbers_of([Blocks.of(Sentence(text=(Run(text="12", cell="a/b"), Run(text=" pupils"))))])
    [('a/b', '12')]
    """
    shown, _ = printable(parts)
    texts: list[Runs] = []
    for block in (block for part in shown for block in part.blocks):
        if isinstance(block, Table):
            texts += [block.caption, *(column.text for column in block.columns)]
            texts += [cell for row in block.rows for cell in row]
            texts += block.notes
        elif isinstance(block, Chart):
            texts += [block.caption, *block.notes]
        else:
            texts.append(block.text)
            texts += block.lines if isinstance(block, Title) else ()
    return [(run.cell, " ".join(run.text.split(" "))) for runs in texts for run in runs if run.cell is not None]


def check_numbers(parts: Sequence[Blocks], rendered: Rendered) -> None:
    """Check that a rendered document shows exactly the numbers of its blocks.

    Parameters
    ----------
    parts
        The blocks.
    rendered
        What :func:`analysis.documents.render.render` made of them.

    Raises
    ------
    DuzhengError
        DZ-D002 with a fault for every number, in any format, whose text or cell differs; and if a file is not the
        one that was rendered.
    """
    wanted = numbers_of(parts)
    faults = []
    for kind, path in rendered.files.items():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if kind == "pdf" and digest != rendered.digests[kind]:
            faults.append(
                Fault(
                    "DZ-D002",
                    found="a file that was changed after it was rendered",
                    expected="the bytes that were compiled from the checked source",
                    hint="render it again",
                    file=path.name,
                )
            )
        shown = Counter(numbers_in(path, rendered.source))
        due = Counter((tag_of(cell), text) if kind == "docx" else (cell, text) for cell, text in wanted)
        faults += [_fault(path, number, count, due[number]) for number, count in shown.items() if count > due[number]]
        faults += [_fault(path, number, shown[number], count) for number, count in due.items() if count > shown[number]]
    if faults:
        raise DuzhengError.of(faults)


def _fault(path: Path, number: tuple[str, str], shown: int, due: int) -> Fault:
    cell, text = number
    return Fault(
        "DZ-D002",
        found=f"{text!r} for cell {cell} {shown} times",
        expected=f"{due} times, as in the blocks",
        hint="render the document again; never edit a number in it",
        file=path.name,
    )
