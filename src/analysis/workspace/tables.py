"""Tables as people hand them in: CSV in UTF-8 or GB18030, or Excel; read as text with row numbers, nothing guessed."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault

if TYPE_CHECKING:
    import pandas as pd

EXCEL = frozenset({".xlsx", ".xls", ".xlsm", ".ods"})


def table_files(folder: Path) -> list[Path]:
    """Give the tables of a folder, sorted; lock and hidden files are none."""
    return sorted(
        path
        for path in folder.glob("*")
        if path.suffix.lower() in {".csv", *EXCEL} and not path.name.startswith((".", "~$"))
    )


def relative_name(path: Path, root: Path) -> str:
    """Give the name of a file in messages: its path in the workspace, or its own name outside."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


@dataclass(frozen=True)
class RawTable:
    """A table as text.

    Parameters
    ----------
    file
        Its name in messages.
    frame
        Strings, stripped; the index ``row`` counts as a spreadsheet does (the header is row 1).
    notices
        What was understood although it should be written otherwise (an encoding).
    faults
        Of rows that are none of the table (DZ-T006); the frame leaves them out.
    """

    file: str
    frame: pd.DataFrame
    notices: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_table(path: Path, file: str | None = None) -> RawTable:
    """Read a CSV or Excel file as text.

    Parameters
    ----------
    path
        The file: `.csv` (UTF-8, UTF-16 with a mark, or GB18030, of which GBK and GB2312 are parts), or an Excel or
        OpenDocument workbook with one filled sheet.
    file
        Its name in messages; by default the name of the path.

    Raises
    ------
    DuzhengError
        DZ-T001 (unreadable, empty, several sheets), DZ-T002 (a column without name or twice).
    """
    import pandas as pd

    file = file or path.name
    notices: tuple[str, ...] = ()
    if path.suffix.lower() in EXCEL:
        records = _excel(path, file)
    else:
        records, notices = _csv(path, file)
    filled = [(row, cells) for row, cells in records if any(cells)]
    if not filled:
        raise DuzhengError(Fault("DZ-T001", file=file, found="an empty file", expected="a header row and rows"))
    (header_row, header), *body = filled
    faults = [
        *(
            Fault("DZ-T002", file=file, row=header_row, column=name, found=f"{count} columns {name!r}", expected="one")
            for name, count in Counter(header).items()
            if name and count > 1
        ),
        *(
            Fault("DZ-T002", file=file, row=header_row, found=f"no name over column {number}", expected="a name")
            for number, name in enumerate(header, start=1)
            if not name
        ),
    ]
    if not body:
        faults.append(Fault("DZ-T001", file=file, found="a header and no rows", expected="at least one row"))
    if faults:
        raise DuzhengError.of(faults)
    odd = {row: fault for row, cells in body if (fault := _odd_row(file, row, cells, len(header)))}
    fitting = [(row, cells) for row, cells in body if row not in odd]
    frame = pd.DataFrame([cells for _, cells in fitting], columns=header, dtype="str")
    frame.index = pd.Index([row for row, _ in fitting], name="row")
    return RawTable(file, frame, notices, tuple(odd.values()))


def _odd_row(file: str, row: int, cells: Sequence[str], width: int) -> Fault | None:
    """Give the fault of a row that is no row of the table; None if it is one."""
    if len(cells) != width:
        return Fault(
            "DZ-T006",
            file=file,
            row=row,
            found=f"{len(cells)} cells",
            expected=f"{width}, as in the header",
            hint="check for a comma inside a value that is not in quotes",
        )
    if width > 2 and sum(map(bool, cells)) == 1:  # noqa: PLR2004  a key and a value
        return Fault(
            "DZ-T006",
            file=file,
            row=row,
            found=f"a row with one filled cell, {''.join(cells)!r}",
            expected="a row of the table",
            hint="take remarks and headings out of the table, or put them into `note`",
        )
    return None


def _csv(path: Path, file: str) -> tuple[list[tuple[int, list[str]]], tuple[str, ...]]:
    text, notices = _decode(_bytes(path, file), file)
    if "\0" in text:
        raise DuzhengError(
            Fault("DZ-T001", file=file, found="NUL characters", expected="a text file", hint="save it as CSV")
        )
    head = text.partition("\n")[0]
    separator = max(",\t;", key=head.count)
    if separator != ",":
        notices += (f"{file} is separated by {separator!r}; save it as CSV with commas",)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise DuzhengError(Fault("DZ-T001", file=file, found=str(error), expected="comma-separated values")) from error
    return [(number, [_clean(cell) for cell in cells]) for number, cells in enumerate(rows, start=1)], notices


def _bytes(path: Path, file: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DuzhengError(
            Fault("DZ-T001", file=file, found=error.strerror or str(error), expected="a readable file")
        ) from error


def _decode(raw: bytes, file: str) -> tuple[str, tuple[str, ...]]:
    encodings = ("utf-16",) if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        notices = () if encoding == "utf-8-sig" else (f"{file} was read as {encoding.upper()}; save it as UTF-8",)
        return text, notices
    raise DuzhengError(
        Fault(
            "DZ-T001",
            file=file,
            found="bytes that are neither UTF-8 nor GB18030",
            expected="UTF-8",
            hint="save it as UTF-8",
        )
    )


def _excel(path: Path, file: str) -> list[tuple[int, list[str]]]:
    from python_calamine import CalamineWorkbook

    raw = io.BytesIO(_bytes(path, file))
    try:
        workbook = CalamineWorkbook.from_filelike(raw)
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in workbook.sheet_names
        ]
    except Exception as error:
        raise DuzhengError(Fault("DZ-T001", file=file, found=str(error), expected="an Excel workbook")) from error
    filled = [(name, rows) for name, rows in sheets if any(cell != "" for row in rows for cell in row)]
    if len(filled) > 1:
        names = ", ".join(repr(name) for name, _ in filled)
        raise DuzhengError(
            Fault(
                "DZ-T001",
                file=file,
                found=f"{len(filled)} filled sheets ({names})",
                expected="one",
                hint="keep one table a file",
            )
        )
    return [
        (number, [_excel_text(cell) for cell in row]) for _, rows in filled for number, row in enumerate(rows, start=1)
    ]


def _excel_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _clean(str(cell))


def _clean(text: str) -> str:
    return text.strip().strip("\u3000\ufeff\u00a0").strip()


def halfwidth(texts: Sequence[str]) -> list[str]:
    """Write full-width digits and signs as half-width ones.

    >>> halfwidth(["１２3．5", "－４"])
    ['123.5', '-4']
    """
    return [unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-") for text in texts]
