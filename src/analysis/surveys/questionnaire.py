"""What a questionnaire's file says."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from analysis.messages import Language, Texts
from analysis.surveys.items import CODE, Allowed, Entry

Respondent = Literal["student", "parent", "teacher", "principal", "staff", "public"]
Share = Annotated[float, Field(gt=0, lt=1)]
Conversion = Literal["linear_0_100", "points_20_100", "mean", "top2"]
#: What an answer that is none is worth on an index.
Treatment = Literal["excluded", "middle", "lowest"]


class Probability(Entry):
    """A sample drawn by chance."""

    kind: Literal["probability"]
    frame: str  #: what it was drawn from
    strata: tuple[str, ...] = ()
    psu: str = ""  #: what was drawn first, such as schools
    log: str = ""  #: the file of the draw's log


class Census(Entry):
    """Everybody in named schools."""

    kind: Literal["census"]
    schools: str  #: the file that names them


class Open(Entry):
    """Whoever comes, by a link or QR code: no errors of estimates have ground."""

    kind: Literal["open"]
    channels: tuple[str, ...] = ()


class Expected(Entry):
    """How many answers are expected, and how they will lie: what power is reckoned from."""

    total: Annotated[int, Field(ge=1)]  #: who are asked
    rate: Annotated[float, Field(gt=0, le=1)] = 1.0  #: who answer
    #: How many equally large groups a column or item has, or the share of each of them.
    groups: dict[str, Annotated[int, Field(ge=2)] | dict[str, Share]] = Field(default_factory=dict)
    cluster: Annotated[float, Field(ge=1)] = 1.0  #: answers in one PSU
    icc: Annotated[float, Field(ge=0, le=1)] = 0.05  #: correlation of two answers of one PSU
    weights_cv: Annotated[float, Field(ge=0)] = 0.0  #: coefficient of variation of the weights
    sd: Annotated[float, Field(gt=0)] = 20.0  #: standard deviation of an index, in points of 100
    matters: Annotated[float, Field(gt=0)] = 5.0  #: the smallest difference that would matter, in points

    @field_validator("groups")
    @classmethod
    def _whole(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name, shares in value.items():
            if isinstance(shares, dict) and abs(sum(shares.values()) - 1) > 0.005:  # noqa: PLR2004  rounded shares
                raise ValueError(f"shares of {name} that add up to 1, not to {sum(shares.values()):g}")
        return value


class Margin(Entry):
    """Known totals that answers will be weighted to."""

    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    source: str


class Use(Entry):
    """An item of the bank in a section."""

    item: Annotated[str, Field(pattern=CODE)]
    version: Annotated[int, Field(ge=1)] = 1
    mandatory: bool = False
    show_if: str = ""
    allow: tuple[Allowed, ...] = ()


class Section(Entry):
    """A page of items."""

    id: Annotated[str, Field(pattern=CODE)]
    title: Texts
    text: Texts | None = None
    show_if: str = ""
    items: Annotated[tuple[Use, ...], Field(min_length=1)]
    allow: tuple[Allowed, ...] = ()


class Index(Entry):
    """A score made of items."""

    id: Annotated[str, Field(pattern=CODE)]
    name: Texts
    items: Annotated[tuple[str, ...], Field(min_length=1)]  #: codes, or ``code.row``
    weights: tuple[Annotated[float, Field(gt=0)], ...] = ()  #: equal if not given
    conversion: Conversion = "linear_0_100"
    dont_know: Treatment = "excluded"
    refused: Treatment = "excluded"
    least: Annotated[float, Field(gt=0, le=1)] = 1.0  #: the share of its items' weights that must be answered


class Comparison(Entry):
    """A question that the answers shall decide, said before they are in."""

    of: str  #: an index or item
    between: str  #: a column or item whose groups are compared, or ``wave``
    test: Literal["difference", "regression", "chisq", "ranktest"] = "difference"
    by: tuple[str, ...] = ()  #: of waves: the columns in whose groups the change is looked at, not only in all

    @property
    def key(self) -> str:
        """The whole of it in a line, which no other comparison has."""
        groups = f" by {', '.join(self.by)}" if self.by else ""
        return f"{self.of} between {self.between}{groups} ({self.test})"


class Pair(Entry):
    """Answers that do not go together: two items on one scale that lie far apart, or what cannot all be true."""

    items: tuple[str, ...] = ()  #: two codes, or ``code.row``
    most: Annotated[float, Field(ge=0)] | None = None  #: points that the answers to them lie apart at most
    never: str = ""  #: in place of items: a condition that is true of nobody who reads the questions
    reason: Annotated[str, Field(min_length=6)]

    @model_validator(mode="after")
    def _either(self) -> Pair:
        if self.never and (self.items or self.most is not None):
            raise ValueError("either items and most, or never")
        if not self.never and (len(set(self.items)) != 2 or len(self.items) != 2 or self.most is None):  # noqa: PLR2004
            raise ValueError("two different items and most, or never")
        return self


class Analyses(Entry):
    """What is going to be computed."""

    indices: tuple[Index, ...] = ()
    items: tuple[str, ...] = ()  #: reported by themselves, as shares or means
    groups: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    pairs: tuple[Pair, ...] = ()  #: by which answers that contradict themselves are found


class Consent(Entry):
    """What respondents agree to."""

    text: Texts
    privacy: Texts
    guardian: Texts | None = None  #: asked of a parent where respondents are children


class Marks(Entry):
    """Official marks of an approved survey."""

    number: str  #: 表号
    approval: str  #: 批准文号
    valid_until: dt.date  #: 有效期至


class Questionnaire(Entry):
    """A questionnaire of one wave."""

    id: Annotated[str, Field(pattern=CODE)]
    wave: Annotated[int, Field(ge=2000, le=2100)]
    respondent: Respondent
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("zh-Hans", "en")
    title: Texts
    welcome: Texts
    consent: Consent
    closing: Texts
    anonymous: bool = True  #: whether nobody can tell which of those asked gave an answer, the office included
    minutes: Annotated[float, Field(gt=0)]
    marks: Marks | None = None
    selection: Annotated[Probability | Census | Open, Field(discriminator="kind")]
    expected: Expected
    margins: tuple[Margin, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    simple_if: str = ""  #: to whom items are put in their simple words
    analyses: Analyses = Analyses()
    allow: tuple[Allowed, ...] = ()

    @field_validator("languages")
    @classmethod
    def _with_chinese(cls, value: tuple[Language, ...]) -> tuple[Language, ...]:
        if "zh-Hans" not in value:
            raise ValueError("zh-Hans among the languages")
        return value
