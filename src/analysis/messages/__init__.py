"""Error codes, number formats, the two languages. Imports nothing of ours."""

from analysis.messages.errors import CODES, DuzhengError, Fault
from analysis.messages.languages import LANGUAGES, Language, Texts, pick
from analysis.messages.numbers import MINUS, NO_VALUE, read_number, rounded, write_number

__all__ = [
    "CODES",
    "LANGUAGES",
    "MINUS",
    "NO_VALUE",
    "DuzhengError",
    "Fault",
    "Language",
    "Texts",
    "pick",
    "read_number",
    "rounded",
    "write_number",
]
