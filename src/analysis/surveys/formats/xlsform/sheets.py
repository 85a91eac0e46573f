"""The sheets of an XLSForm: rows whose cells know whether they were read, so that the others can be listed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.formats.placing import listed
from analysis.surveys.formats.table.files import check_span, formulas_of, parts, taken, text_of

#: Other names that columns have in older forms.
ALIASES = {"relevance": "relevant", "caption": "label", "value": "name", "list name": "list_name",
           "read only": "readonly", "read_only": "readonly", "constraint message": "constraint_message",
           "choice filter": "choice_filter", "repeat count": "repeat_count", "calculate": "calculation"}  # fmt: skip
#: Columns that say what is answered, and by whom: each cell is listed by itself.
WEIGHTY = ("calculation", "choice_filter", "default", "readonly", "repeat_count", "trigger", "parameters", "required")


#: The sheets of a form.
READ = ("survey", "choices", "settings")


class Row:
    """One row of a sheet."""

    def __init__(self, number: int, cells: dict[str, str]) -> None:
        self.number, self.cells = number, cells
        self.taken: set[str] = set()

    def take(self, column: str) -> str:
        """Give a cell, which is read by that."""
        self.taken.add(column)
        return self.cells.get(column, "").strip()

    def pass_over(self) -> None:
        """Take every cell: the row is placed or listed as a whole."""
        self.taken |= set(self.cells)

    @property
    def left(self) -> dict[str, str]:
        """The cells that nobody took."""
        return {column: text for column, text in self.cells.items() if text.strip() and column not in self.taken}


Sheets = dict[str, list[Row]]


def read_sheets(data: bytes, file: str) -> tuple[Sheets, list[str]]:
    """Read the sheets of a workbook.

    Returns
    -------
    tuple of dict and list
        The rows by sheet, whose names are lower case; and where formulas stand, of which the value that was saved with
        them is taken.

    Raises
    ------
    DuzhengError
        DZ-Q008 if it is no XLSForm, swells when it is unpacked, or holds macros, entities, or formulas without a value.
    """
    try:
        return _opened(data)
    except Exception as error:  # libraries raise many kinds on damaged parts
        found = f"{type(error).__name__}: {error}".splitlines()[0][:120]
        fault = Fault("DZ-Q008", file=file, found=found, expected="an XLSForm with a sheet survey")
        raise DuzhengError(fault) from error


def _opened(data: bytes) -> tuple[Sheets, list[str]]:
    unpacked = parts(data)
    sheets, empty, wrong = _read(data)
    formulas = {sheet.strip().lower(): cells for sheet, cells in formulas_of(data, unpacked).items()}
    missing = [f"{sheet} {cell}" for sheet in READ for cell in formulas.get(sheet, []) if (sheet, cell) in empty]
    if missing:
        raise ValueError(f"formulas without a value in {', '.join(missing)}")
    if wrong:
        raise ValueError(f"errors of formulas in {', '.join(wrong)}")
    if not sheets.get("survey"):
        raise ValueError(f"the sheets {', '.join(sheets)}")
    return sheets, [taken(sheet, cells) for sheet, cells in formulas.items()]


def _read(data: bytes) -> tuple[Sheets, set[tuple[str, str]], list[str]]:
    """Give the rows by sheet, the cells that are empty, and those that hold the error of a formula."""
    from openpyxl import load_workbook

    found: Sheets = {}
    empty: set[tuple[str, str]] = set()
    wrong: list[str] = []
    for sheet in load_workbook(io.BytesIO(data), data_only=True, keep_links=False).worksheets:
        check_span(sheet)
        name = sheet.title.strip().lower()
        rows = list(sheet.iter_rows())
        head = [_column(text_of(cell.value)) for cell in rows[0]] if rows else []
        empty |= {(name, cell.coordinate) for row in rows for cell in row if cell.value is None}
        if name in READ:
            wrong += [f"{name} {cell.coordinate}" for row in rows for cell in row if cell.data_type == "e"]
        found[name] = [
            Row(number, _cells(head, [text_of(cell.value) for cell in row]))
            for number, row in enumerate(rows[1:], 2)
            if any(cell.value is not None for cell in row)
        ]
    return found, empty, wrong


def _cells(head: list[str], texts: list[str]) -> dict[str, str]:
    """Put cells under their columns; a column that stands twice gets a number, one without a name its place."""
    found: dict[str, str] = {}
    for place, (column, text) in enumerate(zip(head, texts, strict=True), 1):
        name = column or f"column {place}"
        found[name if name not in found else f"{name} ({place})"] = text
    return found


def _column(text: str) -> str:
    """Write a column's name as XLSForm has it today: before the language in lower case, a double colon between."""
    name, mark, language = text.strip().partition(":")
    name = re.sub(r"\s+", " ", name.strip().lower())
    language = language.lstrip(":").strip()
    return ALIASES.get(name, name) + (f"::{language}" if mark else "")


def leftovers(sheets: Sheets) -> Iterator[str]:
    """List every cell that was not read: what weighs by itself, the rest by columns."""
    for sheet in READ:
        rows: dict[str, list[int]] = {}
        for row in sheets.get(sheet, []):
            for column, text in row.left.items():
                if sheet == "survey" and column in WEIGHTY:
                    what = "group" if row.cells.get("type", "").startswith("begin") else "question"
                    yield f"the {what} {row.cells.get('name', '').strip()}: its {column} {text.strip()!r}"
                elif sheet == "settings":
                    yield f"the setting {column}: {text.strip()!r}"
                else:
                    rows.setdefault(column, []).append(row.number)
        yield from (listed(f"the column {column} of the sheet {sheet}", numbers) for column, numbers in rows.items())
    for sheet, others in sheets.items():
        if sheet not in {"survey", "choices", "settings", "duzheng"} and others:
            yield f"the sheet {sheet}: {len(others)} rows"


def plain(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Write rows as a workbook gives them back: texts, without what is empty."""
    return [{key: str(value) for key, value in row.items() if value != ""} for row in rows]
