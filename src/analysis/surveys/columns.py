"""The columns of a questionnaire's answers: their names, what they hold, and their codes. Every table has these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.messages import Language, Texts, pick
from analysis.surveys import phrases
from analysis.surveys.decided import MISSING
from analysis.surveys.items import (
    WRITTEN_IN,
    Date,
    Information,
    Matrix,
    Multiple,
    Numeric,
    OpenText,
    Ranking,
    Row,
    YesNo,
)
from analysis.surveys.survey import Asked, Survey

#: What a column holds: one code; whether an option was chosen; the code at a rank; a number; a day; words; why there is
#: no answer.
Holds = Literal["choice", "truth", "rank", "number", "date", "text", "missing"]
#: What is filled in, and not chosen.
FILLED_IN: dict[type, Holds] = {Numeric: "number", Date: "date", OpenText: "text"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answers."""

    name: str  #: ``code``, ``code.row``, ``code[option]``, ``code[1]``, ``codeOth``, ``code[missing]``
    asked: Asked
    holds: Holds
    labels: Mapping[str | int, Texts]  #: by code; of ``truth`` the one option's, of what is filled in nothing
    part: Texts | None = None  #: the row or option that the column is of

    @property
    def number(self) -> bool:
        """Whether its codes are numbers."""
        return self.holds == "choice" and all(isinstance(code, int) for code in self.labels)

    def text(self, language: Language) -> str:
        """Give what was asked, with the row or option."""
        asked = pick(self.asked.item.text, language)
        return f"{asked} {pick(self.part, language)}" if self.part else asked


def columns(survey: Survey) -> list[Column]:
    """List the columns that answers to a questionnaire have.

    Parameters
    ----------
    survey
        The questionnaire.

    Returns
    -------
    list of Column
        In the order of the questionnaire. A question has one column, ``code``, but: a matrix one a row, ``code.row``; a
        question with several options one an option, ``code[option]``, of truths, missing in all where there is no
        answer; a ranking one a rank, ``code[1]`` first. Words beside an open option stand in ``codeOth``. Where a
        question with options takes kinds of missing, ``code[missing]`` holds which: DK, RF or NA; the answer itself is
        missing then. What is filled in has no such column: forms can't tell it from an empty answer.
    """
    return [column for each in survey.asked for column in _of(survey, each)]


def _of(survey: Survey, each: Asked) -> Iterator[Column]:
    item, code = each.item, each.code
    if isinstance(item, Information):
        return
    if type(item) in FILLED_IN:
        yield Column(code, each, FILLED_IN[type(item)], {})
        return
    options = survey.bank.options(item)
    labels: dict[str | int, Texts] = {option.code: option.text for option in options}
    if isinstance(item, YesNo):
        labels.update(phrases.YES_NO.items())
    why: dict[str | int, Texts] = {MISSING[kind]: phrases.MISSING[kind] for kind in item.missing}
    rows: tuple[Row | None, ...] = item.rows if isinstance(item, Matrix) else (None,)
    for row in rows:
        name, part = (f"{code}.{row.code}", row.text) if row else (code, None)
        if isinstance(item, Multiple):
            yield from (Column(f"{code}[{o.code}]", each, "truth", {o.code: o.text}, o.text) for o in options)
        elif isinstance(item, Ranking):
            ranks = range(1, (item.most or len(options)) + 1)
            yield from (Column(f"{code}[{rank}]", each, "rank", labels) for rank in ranks)
        else:
            yield Column(name, each, "choice", labels, part)
        if why:
            yield Column(f"{name}[missing]", each, "missing", why, part)
    if any(option.open for option in options):
        yield Column(f"{code}{WRITTEN_IN}", each, "text", {})
