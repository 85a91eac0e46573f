"""Crosstabs as a workbook: contents, then one table a sheet, with real numbers, notes, and no merged cells."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.documents.spreadsheets import saved
from analysis.documents.tables import display_width
from analysis.messages import DuzhengError, Language, write_number
from analysis.messages.requests import wrong
from analysis.satisfaction.tabulation.layout import CAREFUL, Cell, Layout, layout
from analysis.satisfaction.words import said

if TYPE_CHECKING:
    from analysis.satisfaction.tabulation.crosstab import Crosstab

#: What a note is divided into: up to a mark with what closes after it, or up to a blank that is not beside Han.
_CLAUSE = re.compile(r".+?(?:[，。；：、！？]+[”）》]*|(?<=[!-~–’”]) +(?=[!-~“×†—])|$)")
#: Half-width characters of a line of notes.
_NOTE = 150
#: Characters that a sheet's name cannot hold, and how long it may be.
_ILLEGAL = re.compile(r"[\[\]:*?/\\']")
_LONGEST = 31
#: Widths of columns in half-width characters: of words, of what a row holds, of a group at least and at most.
_WORDS, _KIND, _LEAST, _MOST = 44, 12, 8, 16
#: How much wider bold text is.
_BOLD = 1.1
#: Rows of heads: banner columns, groups, letters.
_TITLE, _BASE, _GATHERED, _BACK, _HEADS, _GROUPS, _LETTERS = range(1, 8)
#: Points of a line of text, and what a header of printed pages takes.
_HEIGHT, _HEADER = 15.5, 200
FONTS: dict[Language, str] = {"zh-Hans": "等线", "en": "Calibri"}
#: A row of a block: its words, what it holds, each cell with what stands in it, the format of numbers, the font.
_Written = tuple[str, str, list[tuple[Cell, Any]], str, Any]
_GREY, _LINE, _BLUE = "FF57606A", "FF86919E", "FF0B4A82"


def write(result: Crosstab, path: str | Path, language: Language) -> Path:
    """Write the workbook; the same tables give the same bytes.

    Parameters
    ----------
    result
        The tables.
    path
        The file, ending in ``.xlsx``; folders that are not there are made.
    language
        Of what stands in it.

    Raises
    ------
    DuzhengError
        DZ-S002 for another ending, and for a file that can't be written.
    """
    target = Path(path)
    if target.suffix != ".xlsx":
        raise DuzhengError(wrong(f"the ending {target.suffix!r}", ".xlsx", "a workbook is written as .xlsx"))
    book = workbook(result, language)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(book)
    except OSError as error:
        raise DuzhengError(wrong(f"{target} ({error.strerror})", "a file that can be written",
                                 "close it in the spreadsheet program, or name another place")) from error  # fmt: skip
    return target


def workbook(result: Crosstab, language: Language) -> bytes:
    """Give the bytes of the workbook."""
    from openpyxl import Workbook

    book = Workbook()
    design = result.designs[0]
    title = result.said("contents.made", language, name=design.name, title=result.said("title", language))
    book.properties.title = title
    book.properties.language = language
    layouts = [layout(result, table, language) for table in result.tabulations]
    contents = result.said("contents", language)
    names = sheet_names([each.item for each in layouts], taken=[contents])
    first = _Sheet(book.active, result, language, contents)
    first.contents(layouts, names, title)
    for each, name in zip(layouts, names, strict=True):
        _Sheet(book.create_sheet(), result, language, name).table(each, contents)
    return saved(book)


def sheet_names(codes: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """Name sheets after items: legal, up to 31 characters, and no two alike in any case of letters.

    >>> sheet_names(["q1", "a[b]", "Q1"])
    ['q1', 'a b', 'Q1 2']
    """
    found: list[str] = []
    used = {name.casefold() for name in taken}
    for code in codes:
        plain = " ".join(_ILLEGAL.sub(" ", code).split())[:_LONGEST] or "_"
        name, number = plain, 2
        while name.casefold() in used:
            name = f"{plain[: _LONGEST - len(f' {number}')]} {number}"
            number += 1
        used.add(name.casefold())
        found.append(name)
    return found


class _Sheet:
    """A sheet that is being filled."""

    def __init__(self, sheet: Any, result: Crosstab, language: Language, name: str) -> None:
        from openpyxl.styles import Border, Font, Side

        sheet.title = name
        self.sheet, self.result, self.language = sheet, result, language
        family = FONTS[language]
        self.plain, self.bold = Font(name=family, size=11), Font(name=family, size=11, bold=True)
        self.big = Font(name=family, size=14, bold=True)
        self.small = Font(name=family, size=10, color=_GREY)
        self.link = Font(name=family, size=10, color=_BLUE, underline="single")
        self.rule = Border(bottom=Side(style="thin", color=_LINE))
        self.apart = Border(left=Side(style="thin", color=_LINE))
        self.corner = Border(left=Side(style="thin", color=_LINE), bottom=Side(style="thin", color=_LINE))
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = 9  # A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddFooter.center.text = self.said("page")
        sheet.oddFooter.left.text = _header(f"{result.designs[0].name}  {name}")
        if result.synthetic:
            sheet.oddHeader.center.text = _header(said("results", "synthetic", language))

    def said(self, key: str, **values: object) -> str:
        """Say something in the language of the workbook."""
        return self.result.said(key, self.language, **values)

    def text(self, row: int, column: int, value: str, font: Any = None, **aligned: Any) -> Any:
        """Write a text, which is never taken for a formula."""
        from openpyxl.styles import Alignment

        cell = self.sheet.cell(row, column, value)
        cell.data_type = "s"
        cell.font = font or self.plain
        cell.alignment = Alignment(vertical="top", **aligned)
        return cell

    def number(self, row: int, column: int, value: float, form: str, font: Any = None) -> None:
        """Write a number, shown by a format."""
        cell = self.sheet.cell(row, column, value)
        cell.number_format = form
        cell.font = font or self.plain

    def head(self, title: str, under: Sequence[str]) -> None:
        """Write the title and what must be known first, each in one cell that runs over its neighbours."""
        self.text(_TITLE, 1, title, self.big)
        self.sheet.row_dimensions[_TITLE].height = 21
        for row, text in enumerate(under, _BASE):
            self.text(row, 1, text, self.small)

    def table(self, each: Layout, contents: str) -> None:
        """Fill the sheet of one table: heads, bases, estimates with letters, intervals, notes."""
        number = self.said("number", number=each.number) if each.number else ""
        self.head("　".join(filter(None, [number, each.title, f"[{each.item}]"])), [each.base, self._gathered()])
        link = self.text(_BACK, 1, self.said("contents.back"), self.link)
        link.hyperlink = _within(contents)
        link.font = self.link
        self._heads(each)
        row = _LETTERS + 1 if any(heading.letter for heading in each.headings) else _LETTERS
        self.sheet.freeze_panes = self.sheet.cell(row, 3)
        self.sheet.print_title_rows = f"{_HEADS}:{row - 1}"
        self.sheet.print_title_cols = "A:B"
        for base in each.bases:
            self.text(row, 1, base.text, self.small)
            for column, value in enumerate(base.figures, 3):
                if isinstance(value, str):
                    self.text(row, column, value, self.small, horizontal="right")
                else:
                    self.number(row, column, value, "#,##0", self.small)
            row += 1
        row = self._block(row, self.said("block.estimates"), self._estimates(each))
        level = write_number(100 * self.result.settings["level"], 0)
        row = self._block(row, self.said("block.intervals", level=level), self._intervals(each, level),
                          marked=False)  # fmt: skip
        self._divide(each, row - 1)
        self._notes(row + 1)
        self._fit(each)

    def _heads(self, each: Layout) -> None:
        before = ""
        lettered = any(heading.letter for heading in each.headings)
        last = _LETTERS if lettered else _GROUPS
        widths = _widths(each)
        lines = 1
        for column, heading in enumerate(each.headings, 3):
            if heading.column != before and heading.head:
                self.text(_HEADS, column, heading.head, self.bold)
            before = heading.column
            self.text(_GROUPS, column, heading.name, self.bold, horizontal="right", wrap_text=True)
            lines = max(lines, math.ceil((display_width(heading.name) + 1) / widths[column - 3]))
            if heading.letter:
                self.text(_LETTERS, column, heading.letter, self.small, horizontal="right")
        if lettered:
            self.text(_LETTERS, 1, self.said("column.letter"), self.small)
        for column in range(1, len(each.headings) + 3):
            self.sheet.cell(last, column).border = self.rule
        self.sheet.row_dimensions[_GROUPS].height = _HEIGHT * lines + 2

    def _divide(self, each: Layout, last: int) -> None:
        """Draw a line at the left of each banner column."""
        columns = [heading.column for heading in each.headings]
        for column in range(1, len(columns)):
            if columns[column] != columns[column - 1]:
                for row in range(_HEADS, last + 1):
                    cell = self.sheet.cell(row, column + 3)
                    cell.border = self.corner if cell.border.bottom.style else self.apart

    def _block(self, row: int, head: str, lines: Iterator[_Written], *, marked: bool = True) -> int:
        """Write a block of rows under a head of its own; give the row after it."""
        row += 1
        self.text(row, 1, head, self.bold).border = self.rule
        for text, kind, values, form, font in lines:
            row += 1
            self.text(row, 1, text, font, wrap_text=True)
            self.text(row, 2, kind, self.small)
            rows = math.ceil((display_width(text) + 1) / _WORDS)
            if rows > 1:
                self.sheet.row_dimensions[row].height = _HEIGHT * rows
            for column, (cell, value) in enumerate(values, 3):
                if isinstance(value, str):
                    self.text(row, column, value, self.small if font is self.plain else font, horizontal="right")
                elif value is None:
                    self.text(row, column, cell.instead, font, horizontal="right")
                else:
                    careful = f'"{CAREFUL}"' if cell.precision == "caution" and marked else ""
                    self.number(row, column, value, form + careful, font)
        return row + 1

    def _estimates(self, each: Layout) -> Iterator[_Written]:
        for line in each.lines:
            font = self.plain if line.plain else self.bold
            yield line.text, self.said("line.estimate"), [(cell, cell.estimate) for cell in line.cells], "0.0", font
            if any(cell.higher_than for cell in line.cells):
                yield (
                    line.text,
                    self.said("line.higher"),
                    [(c, c.higher_than or "") for c in line.cells],
                    "",
                    self.small,
                )

    def _intervals(self, each: Layout, level: str) -> Iterator[_Written]:
        for line in each.lines:
            for name in ("lower", "upper"):
                values = [(cell, getattr(cell, name)) for cell in line.cells]
                yield line.text, self.said(f"line.{name}", level=level), values, "0.0", self.plain

    def _notes(self, row: int) -> int:
        """Write the notes below, each in one cell that runs over its neighbours."""
        weighting = said("results", f"weighting.{self.result.designs[0].weighting}", self.language)
        notes = [self._kind(), self.said("note.weights", weighting=weighting), *self.result.remarks(self.language)]
        if self.result.synthetic:
            notes.insert(0, said("results", "synthetic", self.language))
        for note in notes:
            for part in lines_of(note):
                self.text(row, 1, part, self.small)
                row += 1
        return row

    def _gathered(self) -> str:
        return self.result.subtitle(self.language)

    def _kind(self) -> str:
        design = self.result.designs[0]
        return said("results", f"kind.{design.kind}", self.language, name=design.name)

    def _fit(self, each: Layout) -> None:
        """Set the widths of columns."""
        from openpyxl.utils import get_column_letter

        for column, width in enumerate([_WORDS, _KIND, *_widths(each)], 1):
            self.sheet.column_dimensions[get_column_letter(column)].width = width

    def contents(self, layouts: Sequence[Layout], names: Sequence[str], title: str) -> None:
        """Fill the first sheet: every table with a link to it, then the method and the notes."""
        from openpyxl.styles import Alignment

        self.head(title, [self._gathered()])
        heads = ("contents.number", "contents.item", "contents.text", "contents.n")
        top = _BACK
        for column, key in enumerate(heads, 1):
            cell = self.text(
                top, column, self.said(key), self.bold, horizontal="right" if key.endswith(".n") else "left"
            )
            cell.border = self.rule
        for row, (each, name) in enumerate(zip(layouts, names, strict=True), top + 1):
            if each.number is not None:
                self.number(row, 1, each.number, "0")
                self.sheet.cell(row, 1).alignment = Alignment(horizontal="left", vertical="top")
            link = self.text(row, 2, each.item, self.link)
            self.text(row, 3, each.title, wrap_text=True)
            link.hyperlink = _within(name)
            link.font = self.link
            n = each.bases[0].figures[0]
            if isinstance(n, str):
                self.text(row, 4, n, horizontal="right")
            else:
                self.number(row, 4, n, "#,##0")
            self.sheet.row_dimensions[row].height = _HEIGHT * math.ceil((display_width(each.title) + 1) / 88)
        self.sheet.freeze_panes = self.sheet.cell(top + 1, 1)
        self.sheet.print_title_rows = f"{top}:{top}"
        for letter, width in zip("ABCD", (8, 20, 90, 12), strict=True):
            self.sheet.column_dimensions[letter].width = width
        row = top + len(layouts) + 2
        for part in lines_of(self.said("method"), 130):
            self.text(row, 1, part, self.small)
            row += 1
        self._notes(row)


def _widths(each: Layout) -> list[float]:
    """Give the widths of the columns of groups: of their names, and together of what the banner column is called."""
    widths = [_width(heading.name) for heading in each.headings]
    columns = [heading.column for heading in each.headings]
    for column in dict.fromkeys(columns):
        mine = [place for place, name in enumerate(columns) if name == column]
        lacking = display_width(each.headings[mine[0]].head) * _BOLD + 1 - sum(widths[place] for place in mine)
        for place in mine:
            widths[place] += max(lacking, 0) / len(mine)
    return [round(width, 1) for width in widths]


def _width(name: str) -> float:
    """Give the width that a name needs: in one line if it is short, else in two; a word is not divided."""
    wide = display_width(name)
    longest = max((display_width(part) for part in name.split()), default=0) if name.isascii() else 0
    return float(min(max(_LEAST, wide + 2 if wide <= _LEAST else math.ceil(wide / 2) + 3, longest + 2), _MOST))


def lines_of(text: str, width: int = _NOTE) -> list[str]:
    """Divide a note into lines after its marks and blanks: no word, of either language, is cut.

    >>> lines_of("全部两两比较用 Holm 法校正，百分比为 0 的组不参加。", 34)
    ['全部两两比较用 Holm 法校正，', '百分比为 0 的组不参加。']
    """
    lines = [""]
    for clause in _CLAUSE.findall(text):
        if lines[-1] and display_width(lines[-1] + clause.rstrip()) > width:
            lines.append("")
        lines[-1] += clause
    return [line.strip() for line in lines]


def _within(name: str) -> str:
    """Address a sheet of the same book."""
    return f"#'{name}'!A1"


def _header(text: str) -> str:
    """Write what an ampersand would make a code of, within the length that headers may have."""
    return text.replace("&", "&&")[:_HEADER]
