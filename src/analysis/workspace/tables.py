"""Tables as people hand them in: CSV in UTF-8 or GB18030, or Excel; read as text with row numbers, nothing guessed."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

#: Rows of a table that are read at a time.
CHUNK = 50_000
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
    file = file or path.name
    notices: tuple[str, ...] = ()
    records: Iterable[tuple[int, Sequence[str]]]
    if path.suffix.lower() in EXCEL:
        records = _excel(path, file)
    else:
        records, notices = _csv(path, file)
    reading = _Reading(file)
    records = iter(records)
    while chunk := list(islice(records, CHUNK)):
        reading.add(chunk)
    reading.refuse()
    return RawTable(file, reading.frame(), notices, tuple(reading.odd))


@dataclass
class _Reading:
    """A table being read, so many rows at a time: what a column says often is cleaned once."""

    file: str
    header: list[str] = field(default_factory=list)
    header_row: int = 0
    body: int = 0  #: rows below the header that are not empty
    parts: list[pd.DataFrame] = field(default_factory=list)
    odd: list[Fault] = field(default_factory=list)

    def add(self, records: list[tuple[int, Sequence[str]]]) -> None:
        while records and not self.header:
            (row, texts), records = records[0], records[1:]
            cells = [_clean(text) for text in texts]
            if any(cells):
                self.header_row, self.header = row, cells
        width = len(self.header)
        found = {row for row, cells in records if len(cells) != width}
        faults = []
        for row, texts in (each for each in records if each[0] in found):
            cells = [_clean(text) for text in texts]
            if any(cells):
                faults.append(_odd_row(self.file, row, cells, width))
        self.body += len(faults)
        fitting = [each for each in records if each[0] not in found] if found else records
        faults += self._fitting(fitting) if fitting else []
        self.odd += sorted(faults, key=lambda fault: fault.row or 0)

    def _fitting(self, records: list[tuple[int, Sequence[str]]]) -> list[Fault]:
        """Take up rows of as many cells as the header; give the faults of those that are none of the table."""
        import numpy as np
        import pandas as pd

        rows = np.array([row for row, _ in records])
        filled = np.zeros(len(rows), int)
        columns = []
        for texts in zip(*(cells for _, cells in records), strict=True):
            column, full = _column(texts)
            columns.append(column)
            filled += full
        frame = pd.concat(columns, axis=1, ignore_index=True)
        frame.index = pd.Index(rows, name="row")
        self.body += int((filled > 0).sum())
        lonely = (filled == 1) if len(self.header) > 2 else np.zeros(len(rows), bool)  # noqa: PLR2004  a key and a value
        faults = [_odd_row(self.file, int(rows[at]), frame.iloc[at].tolist(), len(self.header))
                  for at in np.flatnonzero(lonely)]  # fmt: skip
        there = (filled > 0) & ~lonely
        self.parts.append(frame if there.all() else frame[there])
        return faults

    def refuse(self) -> None:
        """Refuse a table without header, with a header that is none, or without rows."""
        if not self.header:
            raise DuzhengError(
                Fault("DZ-T001", file=self.file, found="an empty file", expected="a header row and rows")
            )
        faults = [
            *(
                Fault("DZ-T002", file=self.file, row=self.header_row, column=name, found=f"{count} columns {name!r}",
                      expected="one")
                for name, count in Counter(self.header).items()
                if name and count > 1
            ),
            *(
                Fault("DZ-T002", file=self.file, row=self.header_row, found=f"no name over column {number}",
                      expected="a name")
                for number, name in enumerate(self.header, start=1)
                if not name
            ),
        ]  # fmt: skip
        if not self.body:
            faults.append(Fault("DZ-T001", file=self.file, found="a header and no rows", expected="at least one row"))
        if faults:
            raise DuzhengError.of(faults)

    def frame(self) -> pd.DataFrame:
        import pandas as pd

        if not self.parts:
            return pd.DataFrame(columns=self.header, dtype="str").rename_axis("row")
        frame = pd.concat(self.parts) if len(self.parts) > 1 else self.parts[0]
        return frame.set_axis(self.header, axis=1)


def _column(texts: Sequence[str]) -> tuple[pd.Series[str], NDArray[np.bool_]]:
    """Give the cells of a column without blanks around them, and whether there is something in each."""
    import numpy as np
    import pandas as pd

    codes, unlike = pd.factorize(np.array(texts, dtype=object))
    cleaned = [_clean(text) for text in unlike]
    column = pd.Series(pd.array(cleaned, dtype="str").take(codes))
    return column, np.array([bool(text) for text in cleaned])[codes]


def _odd_row(file: str, row: int, cells: Sequence[str], width: int) -> Fault:
    """Give the fault of a row that is no row of the table."""
    if len(cells) != width:
        return Fault(
            "DZ-T006",
            file=file,
            row=row,
            found=f"{len(cells)} cells",
            expected=f"{width}, as in the header",
            hint="check for a comma inside a value that is not in quotes",
        )
    return Fault(
        "DZ-T006",
        file=file,
        row=row,
        found=f"a row with one filled cell, {''.join(cells)!r}",
        expected="a row of the table",
        hint="take remarks and headings out of the table, or put them into `note`",
    )


def _csv(path: Path, file: str) -> tuple[Iterator[tuple[int, Sequence[str]]], tuple[str, ...]]:
    text, notices = _decode(_bytes(path, file), file)
    if "\0" in text:
        raise DuzhengError(
            Fault("DZ-T001", file=file, found="NUL characters", expected="a text file", hint="save it as CSV")
        )
    head = text.partition("\n")[0]
    separator = max(",\t;", key=head.count)
    if separator != ",":
        notices += (f"{file} is separated by {separator!r}; save it as CSV with commas",)
    return _rows(text, separator, file), notices


def _rows(text: str, separator: str, file: str) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), start=1)
    except csv.Error as error:
        raise DuzhengError(Fault("DZ-T001", file=file, found=str(error), expected="comma-separated values")) from error


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


def _excel(path: Path, file: str) -> list[tuple[int, Sequence[str]]]:
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
    return [
        text if text.isascii() else unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-") for text in texts
    ]
