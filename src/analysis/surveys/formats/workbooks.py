"""Workbooks saved without a clock: the same bytes for the same cells."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

#: The moment that stands in workbooks; a clock never does.
MOMENT = "2000-01-01T00:00:00Z"
_MOMENTS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


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
