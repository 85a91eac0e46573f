"""Items: what is asked, how it is answered, and under which codes answers are kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from analysis.messages import Texts
from analysis.surveys.logic import Question

#: Codes of items and rows, and of options. What LimeSurvey takes is narrower: lint rule L102 holds them to that.
CODE = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"
OPTION = r"^[A-Za-z0-9_]{1,64}$"
RULE = r"^L\d{3}$"
#: What is written beside an open option is kept under the item's code and this.
WRITTEN_IN = "Oth"
#: Why there may be no answer although the item was shown.
Missing = Literal["dont_know", "refused", "not_applicable"]
#: What a version is to the one before it.
Relation = Literal["new", "same", "reworded", "rescaled", "recoded"]


class Entry(BaseModel):
    """A part of a questionnaire or bank: frozen, and without keys that are not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*")
    @classmethod
    def _in_chinese_first(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "en" in value and "zh-Hans" not in value:
            raise ValueError("a text in zh-Hans; en may stand beside it")
        return value


class Allowed(Entry):
    """A lint rule that need not hold here, and why."""

    rule: Annotated[str, Field(pattern=RULE)]
    reason: Annotated[str, Field(min_length=6)]


class Option(Entry):
    """One answer that may be chosen."""

    code: Annotated[str, Field(pattern=OPTION)] | int
    text: Texts
    exclusive: bool = False  #: chosen alone, such as "none of these"
    open: bool = False  #: with a line to write in, such as "other"


class Row(Entry):
    """One line of a matrix."""

    code: Annotated[str, Field(pattern=CODE)]
    text: Texts


class _Asked(Entry):
    version: Annotated[int, Field(ge=1)] = 1
    relation: Relation = "new"
    why: Texts | None = None  #: of a version: what changed, and what for
    text: Texts
    simple: Texts | None = None  #: the same question in the words of younger children
    help: Texts | None = None
    topic: str = ""
    missing: tuple[Missing, ...] = ()
    sensitive: bool = False  #: asked late, and never mandatory
    personal: bool = False  #: could tell who answered
    allow: tuple[Allowed, ...] = ()


class _Chosen(_Asked):
    options: tuple[Option, ...] = ()
    scale: str = ""  #: the name of a scale of the bank, in place of options
    random: bool = False

    @model_validator(mode="after")
    def _options_or_scale(self) -> _Chosen:
        if bool(self.options) == bool(self.scale):
            raise ValueError("either options or a scale")
        if self.options and len(self.options) < 2:  # noqa: PLR2004  a choice
            raise ValueError("two options or more")
        return self


class Single(_Chosen):
    """One of several options."""

    type: Literal["single"]


class Rating(_Chosen):
    """One point of a scale, whose codes are numbers: Likert items and ratings."""

    type: Literal["rating"]

    @model_validator(mode="after")
    def _numbers(self) -> Rating:
        if any(not isinstance(option.code, int) for option in self.options):
            raise ValueError("codes that are whole numbers")
        return self


class Matrix(_Chosen):
    """Several rows answered on one scale."""

    type: Literal["matrix"]
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]


class Multiple(_Chosen):
    """Any of several options."""

    type: Literal["multiple"]
    least: Annotated[int, Field(ge=0)] = 0
    most: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> Multiple:
        if self.most is not None and self.least > self.most:
            raise ValueError("least up to most")
        if self.options and self.least > len(self.options):
            raise ValueError("least up to the number of options")
        return self


class Ranking(_Chosen):
    """Several options in order."""

    type: Literal["ranking"]
    most: Annotated[int, Field(ge=1)] | None = None  #: ranks that are given; all if not said


class YesNo(_Asked):
    """Yes (``yes``) or no (``no``)."""

    type: Literal["yes_no"]


class Numeric(_Asked):
    """A number."""

    type: Literal["numeric"]
    least: float | None = None
    most: float | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    unit: Texts | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Numeric:
        if self.least is not None and self.most is not None and self.least >= self.most:
            raise ValueError("least below most")
        return self


class Date(_Asked):
    """A day."""

    type: Literal["date"]
    earliest: dt.date | None = None
    latest: dt.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Date:
        if self.earliest is not None and self.latest is not None and self.earliest >= self.latest:
            raise ValueError("earliest before latest")
        return self


class OpenText(_Asked):
    """Words of the respondent's own."""

    type: Literal["text"]
    longest: Annotated[int, Field(ge=1)] = 500
    lines: Annotated[int, Field(ge=1)] = 1
    pattern: str = ""  #: a regular expression that the whole answer matches

    @field_validator("pattern")
    @classmethod
    def _readable(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"a regular expression; {error}") from error
        return value


class Information(_Asked):
    """Something to read, without an answer."""

    type: Literal["information"]


Item = Annotated[
    Single | Rating | Matrix | Multiple | Ranking | YesNo | Numeric | Date | OpenText | Information,
    Field(discriminator="type"),
]
#: The kinds of items, as pydantic names them in its paths.
TYPES = ("single", "rating", "matrix", "multiple", "ranking", "yes_no", "numeric", "date", "text", "information")


def questions(code: str, item: Any, options: tuple[Option, ...]) -> dict[str, Question]:
    """Say what a condition must know of an item: one question, or one a row of a matrix.

    Examples
    --------
    >>> item = YesNo(type="yes_no", text={"zh-Hans": "是否寄宿？"})
    >>> questions("boards", item, ())
    {'boards': Question(kind='choice', codes=('yes', 'no'))}
    """
    codes = tuple(float(option.code) if isinstance(option.code, int) else option.code for option in options)
    match item:
        case Matrix():
            return {f"{code}.{row.code}": Question("choice", codes) for row in item.rows}
        case Multiple() | Ranking():
            return {code: Question("choices", codes)}
        case Single() | Rating():
            return {code: Question("choice", codes)}
        case YesNo():
            return {code: Question("choice", ("yes", "no"))}
        case Numeric():
            return {code: Question("number")}
        case Date():
            return {code: Question("date")}
        case OpenText():
            return {code: Question("text")}
    return {}
