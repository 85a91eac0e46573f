"""Blocks → files. All the formats come from one tree; the files appear together or not at all."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from analysis.documents.blocks import Blocks, Chart, Title
from analysis.documents.charts import Picture, draw
from analysis.documents.docx_reference import reference_docx
from analysis.documents.figures import figure_name, without_data
from analysis.documents.fonts import replace_uncovered
from analysis.documents.html_page import complete_page, page_spec, page_svg
from analysis.documents.nodes import Node
from analysis.documents.pandoc import FORMATS, midnight, pandoc_program, run_pandoc
from analysis.documents.pdf import Numeral, typeset, write_map
from analysis.documents.tree import document_tree, title_of
from analysis.documents.words import HTML_LANGUAGE, PAGE_CHARACTERS, TYPST_LANGUAGE, WORD_LANGUAGE, word
from analysis.messages import DuzhengError, Fault
from analysis.workspace.files import write_together

Format = Literal["html", "docx", "pdf"]

#: The formats, in the order in which they are made.
FORMAT_NAMES: Final[tuple[Format, ...]] = ("html", "docx", "pdf")

_LEFT_ALONE = frozenset({"cell", "kind", "language", "date", "role", "align"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered document.

    Parameters
    ----------
    files
        The file of each format.
    replaced
        Characters that no packaged font has (〓 stands for them) and control characters that were removed.
    digests
        SHA-256 of each format's file, in hexadecimal.
    source
        The typst source of the PDF, or no bytes without PDF.
    map
        The map of the PDF, ``<stem>.cells.json``: where on its pages each number stands, and its cell. A PDF has no
        place for that.
    """

    files: Mapping[Format, Path]
    replaced: tuple[str, ...]
    digests: Mapping[Format, str]
    source: bytes = field(default=b"", repr=False)
    map: Path | None = None


def printable(parts: Sequence[Blocks]) -> tuple[list[Blocks], tuple[str, ...]]:
    """Replace what no packaged font can show, in every text of the blocks.

    Parameters
    ----------
    parts
        The blocks.

    Returns
    -------
    list of Blocks and tuple of str
        The blocks as they can be printed, and the replaced characters in order.

    Examples
    --------
    >>> from analysis.documents.blocks import Sentence
    >>> parts, replaced = printable([Blocks.of(Sentence(text="Well 😀"))])
    >>> parts[0].plain(), replaced
    ('Well 〓', ('😀',))
    """
    listed: dict[str, None] = {}

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            text, replaced = replace_uncovered(value)
            listed.update(dict.fromkeys(replaced))
            return text
        if isinstance(value, dict):
            return {key: item if key in _LEFT_ALONE else clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [clean(item) for item in value]
        return value

    cleaned = []
    for part in parts:
        before = len(listed)
        dumped = part.model_dump()
        blocks = clean(dumped["blocks"])
        same = before == len(listed) and blocks == _as_lists(dumped["blocks"])
        cleaned.append(part if same else Blocks.model_validate({"blocks": blocks, "cells": part.cells}))
    return cleaned, tuple(listed)


def characters_of(parts: Iterable[Blocks]) -> str:
    """Give every character that the pages of these blocks may show, for :func:`analysis.documents.fonts.subset_css`.

    That is more than the text of the blocks: notes, charts, numbering, and the few words of the page itself.

    Parameters
    ----------
    parts
        Blocks of any number of documents.

    Examples
    --------
    >>> from analysis.documents.blocks import Sentence
    >>> set("区表图一、（）") <= set(characters_of([Blocks.of(Sentence(text="区"))]))
    True
    """
    found = set(PAGE_CHARACTERS)

    def gather(value: Any) -> None:
        if isinstance(value, str):
            found.update(value)
        elif isinstance(value, dict):
            for key, item in value.items():
                gather(key)
                gather(item)
        elif isinstance(value, list | tuple):
            for item in value:
                gather(item)

    for part in printable(list(parts))[0]:
        gather([block.model_dump() for block in part.blocks])
    return "".join(sorted(found))


def _as_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_lists(item) for key, item in value.items()}
    return [_as_lists(item) for item in value] if isinstance(value, list | tuple) else value


def render(
    parts: Sequence[Blocks],
    *,
    formats: Collection[Format],
    directory: Path,
    stem: str,
    font_css: str = "",
) -> Rendered:
    """Render a document.

    The same blocks give the same bytes on every run: the only date in a file is :attr:`Title.date`.

    Parameters
    ----------
    parts
        The blocks in reading order, first a title.
    formats
        Any of ``html``, ``docx``, ``pdf``.
    directory
        Where the files go; made if missing.
    stem
        The files' name before the ending.
    font_css
        CSS of :func:`analysis.documents.fonts.subset_css` for the HTML page; charts are drawn with it, too.

    Returns
    -------
    Rendered
        The files and what was replaced.

    Raises
    ------
    DuzhengError
        DZ-D001 if a format is unknown or a document cannot be made; then no file is written.

    Examples
    --------
    >>> from analysis.documents.blocks import Sentence
    >>> title = Title(text="Memo", language="en", date="2024-05-01")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     parts = [Blocks.of(title, Sentence(text="Well."))]
    ...     done = render(parts, formats={"docx"}, directory=Path(folder), stem="m")
    ...     done.files["docx"].name
    'm.docx'
    """
    if unknown := sorted(set(formats) - set(FORMAT_NAMES)):
        raise DuzhengError(
            Fault("DZ-D001", found=f"the formats {unknown}", expected=f"some of {', '.join(FORMAT_NAMES)}")
        )
    shown, replaced = printable(parts)
    title = title_of(shown)
    midnight(title.date)
    charts = [block for part in shown for block in part.blocks if isinstance(block, Chart)]
    pictures = {number: draw(chart.spec, title.language, font_css) for number, chart in enumerate(charts, start=1)}
    tree = document_tree(shown, pictures)
    with tempfile.TemporaryDirectory(prefix="duzheng-") as name:
        folder = Path(name)
        _lay_out(pictures, folder, formats)
        made: dict[Format, bytes] = {}
        source, numerals = b"", list[Numeral]()
        if "html" in formats:
            made["html"] = _html(tree, title, folder, font_css, live=bool(pictures))
        paper = without_data(tree, title.language)
        if "docx" in formats:
            made["docx"] = _docx(paper, title, folder)
        if "pdf" in formats:
            source = _typst(paper, title, folder)
            made["pdf"], numerals = typeset(source, title.date)
    files = {kind: directory / f"{stem}.{kind}" for kind in made}
    digests = {kind: hashlib.sha256(content).hexdigest() for kind, content in made.items()}
    written = {files[kind]: content for kind, content in made.items()}
    where = directory / f"{stem}.cells.json" if "pdf" in made else None
    if where is not None:
        written[where] = write_map(files["pdf"].name, digests["pdf"], numerals)
    write_together(written)
    return Rendered(files=files, replaced=replaced, digests=digests, source=source, map=where)


def _lay_out(pictures: Mapping[int, Picture], folder: Path, formats: Collection[Format]) -> None:
    """Write what the filters take of each chart: DOCX its PNG, PDF its SVG, HTML an SVG and the specification."""
    for number, picture in pictures.items():
        name = figure_name(number)
        if "docx" in formats:
            (folder / f"{name}.png").write_bytes(picture.png)
        if "pdf" in formats:
            (folder / f"{name}.svg").write_text(picture.svg, encoding="utf-8", newline="\n")
        if "html" in formats:
            (folder / f"{name}.page.svg").write_text(page_svg(picture.svg, name), encoding="utf-8", newline="\n")
            (folder / f"{name}.json").write_text(page_spec(picture), encoding="utf-8", newline="\n")


def _html(tree: Node, title: Title, folder: Path, font_css: str, *, live: bool) -> bytes:
    options = [
        f"--template={FORMATS / 'memo.html'}",
        "--section-divs",
        "--shift-heading-level-by=1",
        f"--variable=html-lang={HTML_LANGUAGE[title.language]}",
        f"--variable=skip={word('skip', title.language)}",
        f"--variable=notice-label={word('notice', title.language)}",
    ]
    page = run_pandoc(tree, to="html5", folder=folder, date=title.date, options=options).decode()
    return complete_page(page, font_css=font_css, live=live, notice=title.synthetic).encode()


def _docx(tree: Node, title: Title, folder: Path) -> bytes:
    reference = folder / "reference.docx"
    reference.write_bytes(reference_docx(pandoc_program(), title.language, title.synthetic))
    options = [
        f"--reference-doc={reference}",
        f"--template={FORMATS / 'memo.openxml'}",
        f"--metadata=lang={WORD_LANGUAGE[title.language]}",
    ]
    return run_pandoc(tree, to="docx", folder=folder, date=title.date, options=options)


def _typst(tree: Node, title: Title, folder: Path) -> bytes:
    language, region = TYPST_LANGUAGE[title.language]
    day = midnight(title.date)
    options = [
        f"--template={FORMATS / 'memo.typ'}",
        f"--variable=typst-lang={language}",
        f"--variable=typst-region={region}",
        f"--variable=release-date=year: {day.year}, month: {day.month}, day: {day.day}",
    ]
    return run_pandoc(tree, to="typst", folder=folder, date=title.date, options=options)
