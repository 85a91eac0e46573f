"""How long items take: reading and deciding, in seconds. The speeds are assumptions, stated here and nowhere else."""

from __future__ import annotations

import re
from typing import Any, Literal

from analysis.messages import Language, Texts
from analysis.surveys.bank import Bank
from analysis.surveys.items import Date, Information, Matrix, Multiple, Numeric, OpenText, Ranking, YesNo

Reader = Literal["young", "student", "adult"]
#: Characters (Chinese) and words (English) read in a second. Not measured: replace them by the times of a pilot.
SPEED: dict[Language, dict[Reader, float]] = {
    "zh-Hans": {"young": 2.0, "student": 3.5, "adult": 4.5},
    "en": {"young": 1.5, "student": 2.5, "adult": 3.5},
}
#: Seconds to decide, beside reading.
DECIDE: dict[Reader, float] = {"young": 4.0, "student": 3.0, "adult": 2.5}
WRITE = 30.0  #: seconds for an answer in words of one's own
FILL_IN = 5.0  #: seconds for a number or a date
_UNIT: dict[Language, str] = {"zh-Hans": r"[㐀-鿿]|[A-Za-z0-9]+", "en": r"[A-Za-z0-9'’-]+"}


def seconds(item: Any, bank: Bank, reader: Reader, languages: tuple[Language, ...], *, scale_known: bool) -> float:
    """Give the seconds that an item takes in the language in which it takes longest.

    Parameters
    ----------
    item
        An item of the bank.
    bank
        The bank, for the labels of scales.
    reader
        ``young`` readers get an item's simple words, where it has some.
    languages
        Those of the questionnaire.
    scale_known
        Whether the labels of its scale were read before, with another item of the section.

    Returns
    -------
    float
        Seconds: units of text over :data:`SPEED`, one :data:`DECIDE` a decision, :data:`WRITE` or :data:`FILL_IN`.
    """
    texts: list[Texts] = [item.simple if reader == "young" and item.simple else item.text]
    texts += [item.help] if item.help else []
    texts += [row.text for row in getattr(item, "rows", ())]
    options = bank.options(item)
    if not scale_known:
        texts += [option.text for option in options]
    reading = max(
        sum(len(re.findall(_UNIT[language], text.get(language, ""))) for text in texts) / SPEED[language][reader]
        for language in languages
    )
    return round(reading + _deciding(item, len(options), DECIDE[reader]), 1)


def _deciding(item: Any, options: int, decide: float) -> float:
    match item:
        case Information():
            return 0.0
        case OpenText():
            return WRITE
        case Numeric() | Date():
            return FILL_IN
        case YesNo():
            return decide / 2
        case Matrix():
            return decide * len(item.rows)
        case Multiple():
            return decide + options * decide / 5
        case Ranking():
            return decide * (item.most or options)
    return decide
