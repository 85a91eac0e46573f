"""Files that a spreadsheet opens: no text may be taken for a formula, and workbooks are saved without a clock."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any, Final

_RUN: Final = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER: Final = re.compile(r"[+-]?\d[\d,]*(\.\d+)?([eE][+-]?\d+)?")
#: The moment that stands in workbooks; a clock never does.
MOMENT: Final = "2000-01-01T00:00:00Z"
_MOMENTS: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def for_spreadsheet(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run.

    That is one that begins with ``=``, ``+``, ``-``, ``@``, their full-width forms, a tab or a line break, and is not a
    number.

    Parameters
    ----------
    text
        A cell of a table as text.

    Examples
    --------
    >>> for_spreadsheet("=HYPERLINK(A1)"), for_spreadsheet("-3.2"), for_spreadsheet("小学")
    ("'=HYPERLINK(A1)", '-3.2', '小学')
    """
    return f"'{text}" if _RUN.match(text) and not _NUMBER.fullmatch(text) else text


def saved(book: Any) -> bytes:
    """Give the bytes of an openpyxl workbook, with fixed times and without a program's name.

    Examples
    --------
    >>> from openpyxl import Workbook
    >>> saved(Workbook()) == saved(Workbook())
    True
    """
    book.properties.creator = "Duzheng"
    first, second = io.BytesIO(), io.BytesIO()
    book.save(first)
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            content = old.read(name)
            new.writestr(entry, _MOMENTS.sub(rb"\g<1>" + MOMENT.encode(), content) if "core.xml" in name else content)
    return second.getvalue()
