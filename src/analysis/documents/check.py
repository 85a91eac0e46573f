"""The check of finished documents: id, text, rounding and unit of every number, and no numeral from nowhere."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from analysis.documents.blocks import Blocks, Chart, texts_in
from analysis.documents.chart_data import DataTable, chart_tables
from analysis.documents.charts import themed
from analysis.documents.fonts import replace_uncovered
from analysis.documents.pdf import read_map
from analysis.documents.pdf_reading import read_pdf
from analysis.documents.reading import Contents, Grid, Piece, read_docx, read_html, text
from analysis.documents.render import Rendered, printable
from analysis.documents.runs import Cell, has_digit
from analysis.documents.tree import title_of
from analysis.documents.units import Reading, Units, seeming, squeezed
from analysis.messages import DuzhengError, Fault, write_number

#: What Word allows in the tag of a content control.
LONGEST_TAG: Final = 64

_NUMERAL: Final = re.compile(r"\d[\d,.]*\d|\d")
_YEAR: Final = re.compile(r"(1[89]|20|21)\d\d")
_CLOSE: Final = 1e-9


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


def _read(path: Path, ids: Mapping[str, str]) -> tuple[Contents, list[Fault]]:
    """Read a finished document; ``ids`` are the cells by their tags."""
    if path.suffix == ".html":
        return read_html(path), []
    if path.suffix == ".docx":
        read = read_docx(path)
        return Contents(tuple(_named(each, ids) for each in read.passages), (), read.alternatives), []
    where = path.with_suffix(".cells.json")
    if path.suffix != ".pdf" or not where.exists():
        raise DuzhengError(
            Fault(
                "DZ-D001",
                found=f"{path.name} without {where.name}" if path.suffix == ".pdf" else path.name,
                expected="an HTML or DOCX file, or a PDF with the map of its numbers beside it",
                hint="render it again: the map is written together with the PDF",
                file=path.name,
            )
        )
    digest, numerals = read_map(where)
    faults = []
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        faults.append(
            Fault(
                "DZ-D002",
                found="a file that was changed after it was rendered",
                expected=f"the PDF that {where.name} describes",
                hint="render it again",
                file=path.name,
            )
        )
    contents, missing = read_pdf(path, numerals)
    if missing:
        faults.append(
            Fault(
                "DZ-D002",
                found=f"{len(missing)} numerals of {where.name} that the PDF does not show in this order, first "
                f"{missing[0].text!r} on page {missing[0].page}",
                expected="every numeral of the map, in reading order",
                hint="render it again",
                file=path.name,
            )
        )
    return contents, faults


def _named(passage: Any, ids: Mapping[str, str]) -> Any:
    """Put ids in the place of tags."""
    if isinstance(passage, Piece):
        return passage._replace(cell=ids.get(passage.cell, passage.cell)) if passage.cell is not None else passage
    if isinstance(passage, Grid):
        return Grid(_named(passage.caption, ids), _named(passage.head, ids), _named(passage.rows, ids))
    return tuple(_named(each, ids) for each in passage)


def numbers_in(path: Path) -> list[tuple[str, str]]:
    """Read the numbers of a finished document back.

    HTML has them in ``data-cell``, DOCX in content controls, whose tag is :func:`tag_of` the id. Those of a PDF are
    named by its map, and found in its text by the structure tree.

    Parameters
    ----------
    path
        A file that :func:`analysis.documents.render.render` wrote.

    Returns
    -------
    list of tuple
        Cell id and text of each number, in reading order.

    Raises
    ------
    DuzhengError
        DZ-D001 if a PDF stands without its map, or the file is of another kind.
    """
    return [(piece.cell, piece.text) for piece in _read(path, {})[0].pieces() if piece.cell is not None]


def text_in(path: Path) -> str:
    """Read the text of an HTML page or a DOCX, a line a paragraph or cell, without scripts and drawings.

    Parameters
    ----------
    path
        A file that :func:`analysis.documents.render.render` wrote.
    """
    contents = read_html(path) if path.suffix == ".html" else read_docx(path)
    return "\n".join(text(line) for line in Contents((*contents.passages, *contents.data)).lines())


def numbers_of(parts: Sequence[Blocks]) -> list[tuple[str, str]]:
    """List the numbers of blocks as a document must show them: cell id and printable text, in reading order.

    Examples
    --------
    >>> from analysis.documents.blocks import Run, Sentence
    >>> numbers_of([Blocks.of(Sentence(text=(Run(text="12", cell="a/b"), Run(text=" pupils"))))])
    [('a/b', '12')]
    """
    return [(piece.cell, piece.text) for piece in _numerals_of(printable(parts)[0]) if piece.cell is not None]


def _numerals_of(shown: Sequence[Blocks]) -> list[Piece]:
    runs = (run for part in shown for block in part.blocks for runs in texts_in(block) for run in runs)
    return [
        Piece(" ".join(run.text.split(" ")), run.cell, run.role if run.cell is None else None)
        for run in runs
        if run.cell is not None or (run.role is not None and has_digit(run.text))
    ]


def check_numbers(parts: Sequence[Blocks], rendered: Rendered) -> None:
    """Check that a rendered document shows exactly the numbers of its blocks, and each as its cell has it.

    In every file: the ids and texts of numbers and typed numerals are those of the blocks; no digit stands outside
    them; each number is its cell's value at the cell's decimals, in the cell's unit. Where a unit is looked for says
    :class:`~analysis.documents.units.Units`.

    Parameters
    ----------
    parts
        The blocks.
    rendered
        What :func:`analysis.documents.render.render` made of them.

    Raises
    ------
    DuzhengError
        DZ-D002 with every fault: a number, in any format, whose id, text, rounding or unit differs; a numeral without
        cell or type; a text alternative or the data of a chart with a number from nowhere; a file that is not the one
        that was rendered.
    """
    shown, _ = printable(parts)
    cells = {cell.id: cell for part in shown for cell in part.cells}
    wanted = _numerals_of(shown)
    ids = {tag_of(piece.cell): piece.cell for piece in wanted if piece.cell is not None}
    units = Units([replace_uncovered(name)[0] for cell in cells.values() for name in (cell.measure, cell.counted)])
    charts = _charts(shown)
    faults: dict[Fault, list[str]] = {}
    for path in rendered.files.values():
        contents, broken = _read(path, ids)
        found = [*broken, *_texts(wanted, contents), *_strays(contents), *_values(contents, cells, units)]
        found += [*_alternatives(contents, charts), *_data(contents, charts, cells)]
        for fault in found:
            faults.setdefault(fault, []).append(path.name)
    if faults:
        raise DuzhengError.of(_placed(fault, files) for fault, files in faults.items())


def _placed(fault: Fault, files: Sequence[str]) -> Fault:
    return Fault(fault.code, fault.found, fault.expected, fault.hint, file=", ".join(dict.fromkeys(files)))


def _texts(wanted: Sequence[Piece], contents: Contents) -> Iterator[Fault]:
    """Compare numbers and typed numerals with those of the blocks."""
    shown = Counter(_key(piece) for piece in contents.pieces() if piece.role != "numbering")
    due = Counter(_key(piece) for piece in wanted if piece.role != "numbering")
    for key in dict.fromkeys([*shown, *due]):
        if shown[key] != due[key]:
            what, name = key
            cell, role = name
            yield Fault(
                "DZ-D002",
                found=f"{what!r} for {f'cell {cell}' if cell is not None else f'the {role}'} {shown[key]} times",
                expected=f"{due[key]} times, as in the blocks",
                hint="render the document again; never edit a number in it",
            )


def _key(piece: Piece) -> tuple[str, tuple[str | None, str | None]]:
    return squeezed(piece.text), (piece.cell, piece.role if piece.cell is None else None)


def _strays(contents: Contents) -> Iterator[Fault]:
    """Look for digits outside numbers and typed numerals."""
    for line in contents.lines():
        for piece in line:
            if piece.cell is None and piece.role is None and has_digit(piece.text):
                yield Fault(
                    "DZ-D002",
                    found=f"a numeral without a cell in {_about(piece.text)!r}",
                    expected="a number with the id of its cell, or a year, date, label, citation or numbering",
                    hint="make it a Run with a cell or a role",
                )


def _about(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= 60 else value[:57] + "…"  # noqa: PLR2004  enough to find it


def written_as(cell: Cell) -> list[str]:
    """Give the ways in which the value of a cell may be printed.

    Plain, signed, without its sign, and, where it is above 0 and rounds to 0, as below its last decimal.

    Examples
    --------
    >>> from analysis.documents.runs import Cell
    >>> about = {"unit": "U7", "indicator": "p", "year": 2020, "statistic": "p", "measure": "", "how": ""}
    >>> written_as(Cell(id="a", value=-3.25, decimals=1, **about))
    ['−3.2', '3.2']
    >>> written_as(Cell(id="a", value=0.00004, decimals=3, **about))
    ['0.000', '<0.001']
    """
    if cell.value is None:
        return [write_number(None, cell.decimals)]
    ways = [write_number(cell.value, cell.decimals), write_number(cell.value, cell.decimals, signed=True)]
    ways.append(write_number(abs(cell.value), cell.decimals))
    if cell.value > 0 and not ways[0].strip("0."):
        ways.append(f"<{write_number(10**-cell.decimals, cell.decimals)}")
    return list(dict.fromkeys(ways))


def _values(contents: Contents, cells: Mapping[str, Cell], units: Units) -> Iterator[Fault]:
    """Hold every number to its cell: is there one, is it rounded so, does it stand in its unit."""
    for passage in contents.passages:
        read = units.in_grid(passage) if isinstance(passage, Grid) else units.in_line(passage)
        for piece, found in read:
            cell = cells.get(str(piece.cell))
            if cell is None:
                yield Fault(
                    "DZ-D002",
                    found=f"{piece.text!r} for the unknown cell {piece.cell}",
                    expected="a cell of the document's blocks",
                    hint="give Blocks the cells that its numbers name",
                )
                continue
            yield from _value(piece, cell, found)


def _value(piece: Piece, cell: Cell, read: Reading) -> Iterator[Fault]:
    measure = squeezed(replace_uncovered(cell.measure)[0])
    shown = squeezed(piece.text)
    number = shown.removesuffix(measure) if measure else shown
    ways = written_as(cell)
    seems = "" if number in ways else seeming(number, cell.value, cell.measure)
    if number not in ways:
        yield Fault(
            "DZ-D002",
            found=f"{piece.text!r} for cell {cell.id}, whose value is {cell.value!r}",
            expected=f"{' or '.join(ways)} (decimals: {cell.decimals})",
            hint=(f"it seems to be in {seems!r}; the cell is in {cell.measure!r}: " if seems else "")
            + "write it with messages.write_number at the decimals of its cell",
        )
    named = cell.counted and read.agrees(replace_uncovered(cell.counted)[0])
    if cell.value is not None and not (read.agrees(measure) or named):
        yield Fault(
            "DZ-D002",
            found=f"{piece.text!r} for cell {cell.id} in {f'what seems to be {seems!r}' if seems else read.found()}",
            expected=f"{cell.measure!r}" if measure else "no unit",
            hint="let the unit follow the number, or name it in the head of its row or column",
        )


def _charts(shown: Sequence[Blocks]) -> list[tuple[Chart, list[DataTable]]]:
    """Give the charts of a document, each with the tables of its data."""
    language = title_of(shown).language
    charts = [block for part in shown for block in part.blocks if isinstance(block, Chart)]
    return [(chart, chart_tables(themed(chart.spec), language)) for chart in charts]


def _alternatives(contents: Contents, charts: Sequence[tuple[Chart, list[DataTable]]]) -> Iterator[Fault]:
    """Look for numerals in text alternatives that neither the document nor the chart's data have."""
    said = {squeezed(piece.text) for piece in contents.pieces()}
    for (chart, tables), alternative in zip(charts, contents.alternatives, strict=False):
        drawn = {squeezed(each) for table in tables for texts in (table.heads, *table.rows) for each in texts}
        known = {numeral for each in (*said, *drawn) for numeral in _NUMERAL.findall(each)}
        own = alternative[: len(chart.alt)]
        for numeral in _NUMERAL.findall(own):
            if numeral not in known and not _YEAR.fullmatch(numeral):
                yield Fault(
                    "DZ-D002",
                    found=f"{numeral!r} in the text alternative {_about(own)!r}",
                    expected="a year, or a number that the document or the chart's data show",
                    hint="leave it out, or say what the chart shows",
                )


def _data(
    contents: Contents, charts: Sequence[tuple[Chart, list[DataTable]]], cells: Mapping[str, Cell]
) -> Iterator[Fault]:
    """Hold the data behind the charts of a page to the specifications and to their cells."""
    due = [_compared(table) for _, tables in charts for table in tables]
    found = [
        _compared(
            DataTable(
                [text(head) for head in grid.head], [[text(cell) for cell in row] for row in grid.rows], [*grid.cells]
            )
        )
        for grid in contents.data
    ]
    if found and found != due:
        yield Fault(
            "DZ-D002",
            found="data behind a chart that are not those it draws",
            expected="the rows of the chart's data",
            hint="render the document again",
        )
    for chart, _ in charts:
        for row in _rows(chart.spec):
            cell = cells.get(str(row.get("cell")))
            if cell is not None and cell.value is not None and not any(_draws(value, cell) for value in row.values()):
                yield Fault(
                    "DZ-D002",
                    found=f"a row of a chart's data for cell {cell.id} with {', '.join(map(repr, row.values()))}",
                    expected=f"{cell.value!r} among them, or {' or '.join(written_as(cell))}",
                    hint="draw the value of the cell that the row names",
                )


def _compared(table: DataTable) -> tuple[list[str], list[list[str]], list[str]]:
    heads, rows, cells = table
    return list(map(squeezed, heads)), [list(map(squeezed, row)) for row in rows], list(cells)


def _draws(value: Any, cell: Cell) -> bool:
    if isinstance(value, bool) or cell.value is None:
        return False
    if isinstance(value, int | float):
        return abs(value - cell.value) <= _CLOSE * max(1.0, abs(cell.value))
    return isinstance(value, str) and value in written_as(cell)


def _rows(spec: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(spec, dict):
        if isinstance(spec.get("cell"), str):
            yield spec
        for value in spec.values():
            yield from _rows(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from _rows(value)
