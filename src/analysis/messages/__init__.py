"""Error codes, number formats, the two languages. Imports nothing of ours."""

from analysis.messages.errors import CODES, DuzhengError, Fault
from analysis.messages.languages import LANGUAGES, Language, Texts

__all__ = ["CODES", "LANGUAGES", "DuzhengError", "Fault", "Language", "Texts"]
