"""An item as every form has it: its answers with codes and labels, kinds of missing included."""

from __future__ import annotations

from typing import NamedTuple

from analysis.messages import Texts
from analysis.surveys import phrases
from analysis.surveys.bank import Bank
from analysis.surveys.decided import MISSING
from analysis.surveys.items import WRITTEN_IN, Date, Information, Numeric, OpenText, YesNo
from analysis.surveys.questionnaire import Probability
from analysis.surveys.survey import Asked, Survey


class Choice(NamedTuple):
    """An answer that can be ticked."""

    code: str
    text: Texts
    exclusive: bool = False
    missing: bool = False
    open: bool = False


def choices(each: Asked, bank: Bank) -> list[Choice]:
    """Give the answers that can be ticked, those that say why there is none at the end; none for what is filled in."""
    item = each.item
    if isinstance(item, Numeric | Date | OpenText | Information):
        return []
    if isinstance(item, YesNo):
        found = [Choice(code, text) for code, text in phrases.YES_NO.items()]
    else:
        found = [Choice(str(o.code), o.text, o.exclusive, open=o.open) for o in bank.options(item)]
    return [
        *found,
        *(Choice(MISSING[kind], phrases.MISSING[kind], exclusive=True, missing=True) for kind in item.missing),
    ]


def written_in(each: Asked, bank: Bank) -> tuple[str, list[str]] | None:
    """Give the code that words beside an open option are kept under, and the options that open it."""
    found = [choice.code for choice in choices(each, bank) if choice.open]
    return (f"{each.code}{WRITTEN_IN}", found) if found else None


def codes(survey: Survey) -> dict[str, list[str]]:
    """Give every question's code with the codes of its answers, as every form must have them.

    Rows of a matrix are questions (``code_row``), and so is what is written beside an open option.
    """
    found: dict[str, list[str]] = {}
    for each in survey.asked:
        if isinstance(each.item, Information):
            continue
        answers = [choice.code for choice in choices(each, survey.bank)]
        rows = [row.code for row in getattr(each.item, "rows", ())]
        found |= {f"{each.code}_{row}": answers for row in rows} if rows else {each.code: answers}
        opened = written_in(each, survey.bank)
        if opened:
            found[opened[0]] = []
    return found


def hangs_out(survey: Survey) -> bool:
    """Tell whether links to a questionnaire may carry a place's code, which its forms keep as the answer ``place``.

    Whoever was drawn by chance has a link of their own.
    """
    return not isinstance(survey.questionnaire.selection, Probability)
