"""Any form that we read, by its content: LimeSurvey structure, XLSForm, or a table of questions."""

from __future__ import annotations

import io

from analysis.messages import DuzhengError, Fault
from analysis.surveys.formats.imported import Imported
from analysis.surveys.formats.lss.reader import read_lss
from analysis.surveys.formats.table.files import EXPECTED, parts
from analysis.surveys.formats.table.reader import read_table_form
from analysis.surveys.formats.xlsform.reader import read_xlsform


def read_form(data: bytes, file: str, *, wave: int = 2000, id: str = "") -> Imported:  # noqa: A002
    """Read a form, whatever it is.

    Parameters
    ----------
    data
        Its bytes. What they hold decides, not the file's name.
    file
        The name, for messages.
    wave, id
        Of the questionnaire, if the form does not carry our text.

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
        read = read_xlsform if _is_xlsform(data) else read_table_form
    elif head.startswith(b"<"):
        if b"<html" in head[:1000].lower():
            raise DuzhengError(Fault("DZ-Q008", file=file, found="a page of HTML", expected=EXPECTED))
        read = read_lss
    else:
        read = read_table_form
    return read(data, file, wave=wave, id=id)


def _is_xlsform(data: bytes) -> bool:
    """Tell whether a workbook has a sheet ``survey`` with the columns ``type`` and ``name``."""
    from openpyxl import load_workbook

    try:
        if "xl/workbook.xml" not in parts(data):
            return False
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.title.strip().lower() == "survey"]
        head = next(sheets[0].iter_rows(max_row=1, values_only=True), ()) if sheets else ()
    except Exception:  # noqa: BLE001  what is damaged is told by the reader of tables
        return False
    return {"type", "name"} <= {str(cell or "").strip().lower() for cell in head}
