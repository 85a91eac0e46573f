"""Texts for files that a spreadsheet opens: none of them may be taken for a formula."""

from __future__ import annotations

import re
from typing import Final

_RUN: Final = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER: Final = re.compile(r"[+-]?\d[\d,]*(\.\d+)?([eE][+-]?\d+)?")


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
