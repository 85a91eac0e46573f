"""Any form that we read, by its content: LimeSurvey structure, XLSForm, or a table of questions."""

from __future__ import annotations

import io
import re

from analysis.messages import DuzhengError, Fault
from analysis.surveys.formats.imported import Imported
from analysis.surveys.formats.lss.reader import read_lss
from analysis.surveys.formats.table.files import EXPECTED, parts
from analysis.surveys.formats.table.reader import header_of, read_table_form
from analysis.surveys.formats.xlsform.reader import read_xlsform


def read_form(
    data: bytes,
    file: str,
    *,
    wave: int | None = None,
    id: str = "",  # noqa: A002
    respondent: str = "",
) -> Imported:
    """Read a form, whatever it is.

    Parameters
    ----------
    data
        Its bytes. What they hold decides, not the file's name.
    file
        The name, for messages.
    wave, id, respondent
        Of the questionnaire, if the form does not carry our text. A year or respondent that is not known is listed.

    Returns
    -------
    Imported
        The questionnaire, its items, and what has no place in our text.

    Raises
    ------
    DuzhengError
        DZ-Q008 if it is none that we read.
    """
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(b"PK"):
        read = read_xlsform if _is_xlsform(data, file) else read_table_form
    elif head.startswith(b"<"):
        if b"<html" in head[:1000].lower():
            raise DuzhengError(Fault("DZ-Q008", file=file, found="a page of HTML", expected=EXPECTED))
        read = read_lss
    else:
        read = read_table_form
    return read(data, file, wave=wave, id=id, respondent=respondent)


def _is_xlsform(data: bytes, file: str) -> bool:
    """Tell whether a workbook has a sheet ``survey`` with the columns ``type`` and ``name``.

    Raises
    ------
    DuzhengError
        DZ-Q008 if it is an XLSForm without one of these, which is no table of questions either.
    """
    from openpyxl import load_workbook

    try:
        if "xl/workbook.xml" not in parts(data):
            return False
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        heads = {
            sheet.title.strip().lower(): tuple(
                str(cell or "").strip() for cell in next(sheet.iter_rows(max_row=1, values_only=True), ())
            )
            for sheet in book.worksheets
        }
    except Exception:  # noqa: BLE001  what is damaged is told by the reader of tables
        return False
    head = {cell.lower() for cell in heads.get("survey", ())}
    if {"type", "name"} <= head:
        return True
    if not any(map(header_of, heads.values())):
        for cells in heads.values():
            _check_lack(cells, file, survey="survey" in heads)
    return False


def _check_lack(cells: tuple[str, ...], file: str, *, survey: bool) -> None:
    """Say what an XLSForm lacks: its questions stand under ``type``, ``name`` and ``label``."""
    names = {re.split(r"\s*::?", cell.lower())[0] for cell in cells}
    if not {"type", "label"} <= names:
        return
    lacks = "column name" if "name" not in names else "sheet survey" if not survey else ""
    if lacks:
        hint = "give each question a name" if lacks == "column name" else "rename the sheet of its questions"
        fault = Fault("DZ-Q008", file=file, found=f"an XLSForm without the {lacks}", expected=EXPECTED, hint=hint)
        raise DuzhengError(fault)
