"""Error codes, number formats, the two languages. Imports nothing of ours."""

from analysis.messages.errors import CODES, DuzhengError, Fault
from analysis.messages.languages import (
    LANGUAGES,
    Language,
    Texts,
    bracketed,
    column_of,
    from_columns,
    in_columns,
    listed,
    pick,
    together,
)
from analysis.messages.numbers import MINUS, NO_VALUE, read_number, rounded, write_number
from analysis.messages.words import Words

__all__ = [
    "CODES",
    "LANGUAGES",
    "MINUS",
    "NO_VALUE",
    "DuzhengError",
    "Fault",
    "Language",
    "Texts",
    "Words",
    "bracketed",
    "column_of",
    "from_columns",
    "in_columns",
    "listed",
    "pick",
    "read_number",
    "rounded",
    "together",
    "write_number",
]
