"""Runs: stretches of text, in which every numeral has the id of its cell or says why it needs none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

Role = Literal["year", "date", "label", "citation", "numbering"]

_DIGIT: Final = re.compile(r"\d")
_YEAR: Final = re.compile(r"\d{4}([–-]\d{4})?")
_HALF: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufffe\uffff]")
_ADDRESS: Final = re.compile(r"(https?://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE)


class Frozen(BaseModel):
    """What all blocks share: they never change, and a field that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def whole(value: Any) -> Any:
    r"""Replace halves of characters (lone surrogates), which no file can hold, by U+FFFD; in all texts of a value.

    >>> whole({"a": ["x\ud83d"]})
    {'a': ['x�']}
    """
    if isinstance(value, str):
        return _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {whole(key): whole(item) for key, item in value.items()}
    return [whole(item) for item in value] if isinstance(value, list | tuple) else value


#: A text from anywhere, as a file can hold it.
Text = Annotated[str, BeforeValidator(whole)]


def _as_id(value: Any) -> Any:
    if isinstance(value, str) and _CONTROL.search(value):
        raise ValueError(f"the id {value!r} holds a character that no file can hold")
    return value


#: The id of a cell of data, such as ``pupils/U7/2017``.
CellId = Annotated[str, BeforeValidator(_as_id)]


class Run(Frozen):
    """A stretch of text: a number with the id of its cell, a typed numeral, or words without a digit.

    Parameters
    ----------
    text
        What the reader sees, already in the memo's language and rounded. The unit of a number stands in the run
        that follows, or at the end of ``text``.
    cell
        The id of the cell of data that ``text`` shows, such as ``pupils/U7/2017``.
    role
        Why a numeral without a cell may stand: a year, a date, a label (a name that holds digits), a citation,
        a numbering.
    href
        Where the text leads, where a reader can follow it: an address of the web or of mail.

    Raises
    ------
    ValueError
        If the text holds a digit and has neither cell nor role, a role ``year`` is not a year or a span of years, or
        ``href`` leads anywhere else.

    Examples
    --------
    >>> Run(text="1,113,078", cell="population/U7/2020").cell
    'population/U7/2020'
    """

    text: Text
    cell: CellId | None = None
    role: Role | None = None
    href: str | None = None

    @model_validator(mode="after")
    def _numerals_are_accounted_for(self) -> Run:
        if self.cell is None and self.role is None and _DIGIT.search(self.text):
            raise ValueError(f"the numeral in {self.text!r} has neither a cell nor a role")
        if self.role == "year" and not _YEAR.fullmatch(self.text):
            raise ValueError(f"{self.text!r} is not a year or a span of years")
        if self.href is not None and not _ADDRESS.fullmatch(self.href):
            raise ValueError(f"{self.href!r} is no address of the web or of mail")
        return self


def _as_runs(value: Any) -> Any:
    if isinstance(value, str):
        return (Run(text=value),) if value else ()
    if isinstance(value, Run):
        return (value,)
    return value


#: Runs in reading order; a block may be given a plain text or one run instead.
Runs = Annotated[tuple[Run, ...], BeforeValidator(_as_runs)]


def has_digit(text: str) -> bool:
    """Tell whether a text holds a digit.

    >>> has_digit("第3位"), has_digit("三")
    (True, False)
    """
    return _DIGIT.search(text) is not None


def text_of(runs: Iterable[Run]) -> str:
    """Join the text of runs.

    >>> text_of((Run(text="in "), Run(text="2017", role="year")))
    'in 2017'
    """
    return "".join(run.text for run in runs)


class Cell(Frozen):
    """A cell of data: the full-precision value behind a number that a reader sees.

    Parameters
    ----------
    id
        What the runs that show it name.
    value
        In ``measure``, or None for a missing figure: 12.5 for 12.5%.
    measure
        The unit in the document's language, as it stands after the number: ``人``, ``%``, ``persons``; empty where
        the number has none, such as a place.
    counted
        What is counted, where a sentence names it in the place of the unit: ``primary pupils``.
    decimals
        How many are shown.
    how
        How it was computed.
    sources
        Ids of the workspace's sources.
    """

    id: CellId
    value: float | None
    unit: str
    indicator: str
    year: int
    base_year: int | None = None
    statistic: str
    measure: str
    counted: str = ""
    decimals: int
    how: str
    sources: tuple[str, ...] = ()
