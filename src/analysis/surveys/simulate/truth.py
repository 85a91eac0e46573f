"""The truth of simulated waves: what is so of the people who answer, of the places they are in, and of how they answer.

A file such as ``data/demo/students.truth.yaml`` says it for all waves of a questionnaire. Effects are in standard
deviations of a factor within the population, so that they read alike for every scale.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from analysis.surveys import phrases
from analysis.surveys.items import (
    Entry,
)
from analysis.surveys.questionnaire import Probability
from analysis.surveys.survey import Asked, Survey

Share = Annotated[float, Field(ge=0, le=1)]
#: Shares of options: relative, they need not add up to 1.
Shares = dict[str, Annotated[float, Field(ge=0)]]


class Group(Entry):
    """A kind of places, such as the schools of one stage."""

    places: Annotated[float, Field(gt=0)]  #: in a unit of size 1
    persons: Annotated[float, Field(gt=0)]  #: in one place, on average
    drawn: Annotated[int, Field(ge=1)] = 2  #: places drawn in each unit
    asked: Annotated[int, Field(ge=1)] = 40  #: persons drawn in each of them


class Frame(Entry):
    """The population, and how it is drawn from."""

    place: str = "place"  #: what the column of places is called, such as school
    unit: str = "unit"  #: what the column of units is called, such as district
    units: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)  #: sizes of units, by code
    group: str = ""  #: what the column of kinds of places is called, such as stage; nothing where all are of one kind
    groups: dict[str, Group] = Field(default_factory=lambda: {"all": Group(places=20, persons=500)}, min_length=1)


class Factor(Entry):
    """What items measure: a mean of 0 and a variance of 1 in the population, before effects."""

    icc: Annotated[float, Field(ge=0, lt=1)] = 0.06  #: share of the variance that lies between places
    general: Share = 0.6  #: share of the rest that all factors have in common
    units: dict[str, float] = Field(default_factory=dict)  #: effects of units, by code
    groups: dict[str, float] = Field(default_factory=dict)  #: effects of kinds of places
    waves: dict[int, float] = Field(default_factory=dict)  #: effects of waves


class Answered(Entry):
    """What is true of one item; which entries apply depends on its type."""

    factor: str = ""  #: of ratings and rows of matrices; the item's topic where it is a factor's name
    loading: Annotated[float, Field(ge=-1, le=1)] = 0.75  #: correlation of the factor and what lies under the answer
    location: float = 0.5  #: how much easier the upper half of the scale is, in standard deviations
    shares: Shares = Field(default_factory=dict)  #: of choices: chance of each option; of rankings: weight
    by: dict[str, Shares] = Field(default_factory=dict)  #: shares by kind of place, in place of ``shares``
    unit: dict[str, str] = Field(default_factory=dict)  #: the option of each unit, by code: the answer is the unit
    effects: dict[str, dict[str, float]] = Field(default_factory=dict)  #: by option, by factor
    mean: float | None = None  #: of numbers
    sd: Annotated[float, Field(ge=0)] = 1.0
    zero: Share = 0.0  #: of numbers: chance of 0
    missing: dict[str, Share] = Field(default_factory=dict)  #: chance of each kind of missing
    written: Share = 0.1  #: of words: who writes any
    words: tuple[str, ...] = ()  #: of words: one of these, in place of comments


class Comments(Entry):
    """Words that respondents write: one of each part, put together, by how satisfied they are."""

    good: tuple[tuple[str, ...], ...] = ()
    middling: tuple[tuple[str, ...], ...] = ()
    bad: tuple[tuple[str, ...], ...] = ()
    personal: tuple[str, ...] = ()  #: with telephone numbers and names that are made up, to be found and removed
    personal_share: Share = 0.0
    of_little_use: tuple[str, ...] = ()  #: such as "none"
    of_little_use_share: Share = 0.0


class Manner(Entry):
    """How people answer."""

    rate: Annotated[float, Field(gt=0, le=1)] = 0.8  #: who answer of those who are asked
    rate_places: Annotated[float, Field(ge=0)] = 0.3  #: standard deviation between places, in log odds
    happier: float = 0.0  #: how much readier the satisfied are to answer: log odds a standard deviation
    readiness: dict[str, dict[str, float]] = Field(default_factory=dict)  #: log odds, by item, by option
    skip: Share = 0.015  #: who pass an item that is not mandatory
    breakoff: Share = 0.02  #: who stop somewhere
    careless: Share = 0.03  #: who do not read
    straight: Share = 0.6  #: of these, who tick the same point down the page; the others tick anything
    mobilised: Share = 0.0  #: places that are told to tick the top
    mobilised_within: Share = 0.85  #: who do, in such a place
    english: Share = 0.0
    no_code: Share = 0.0  #: of open questionnaires: answers that came by a link without a place's code
    channels: Shares = Field(default_factory=dict)  #: of open questionnaires

    @field_validator("channels")
    @classmethod
    def _some_channel(cls, value: Shares) -> Shares:
        if value and not sum(value.values()):
            raise ValueError("shares of which one is above 0")
        return value


class WaveTruth(Entry):
    """What is true of one wave."""

    opened: dt.date
    days: Annotated[int, Field(ge=1)] = 14
    answers: Annotated[int, Field(ge=1)] | None = None  #: of open questionnaires: how many come
    items: dict[str, Answered] = Field(default_factory=dict)  #: in place of those of all waves
    manner: Manner | None = None  #: likewise
    units: dict[str, dict[str, float]] = Field(default_factory=dict)  #: what comes to the effects of units, by factor


class Truth(Entry):
    """What is true of a questionnaire's simulated waves."""

    synthetic: Literal[True]
    survey: str
    seed: Annotated[int, Field(ge=0)]
    frame: Frame = Frame()
    factors: dict[str, Factor] = Field(default_factory=lambda: {"all": Factor()})
    items: dict[str, Answered] = Field(default_factory=dict)
    comments: Comments = Comments()
    manner: Manner = Manner()
    waves: dict[int, WaveTruth] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _some_factor(self) -> Truth:
        if not self.factors:
            raise ValueError("one factor or more")
        return self

    def of(self, code: str, wave: int) -> Answered:
        """Give what is true of an item, or of a row of a matrix (``code.row``, else the matrix), in a wave."""
        tables: list[Mapping[str, Answered]] = [self.waves[wave].items] if wave in self.waves else []
        for name in (code, code.partition(".")[0]):
            for table in (*tables, self.items):
                if name in table:
                    return table[name]
        return Answered()

    def factor_of(self, code: str, topic: str, wave: int) -> str:
        """Name the factor of an item: its own, that of its topic's name, or the first."""
        named = self.of(code, wave).factor
        return named or (topic if topic in self.factors else next(iter(self.factors)))

    def effect(self, factor: str, unit: str, group: str, wave: int) -> float:
        """Give the effects that a unit, a kind of place and a wave have on a factor, together."""
        said, more = self.factors[factor], self.waves[wave].units if wave in self.waves else {}
        own = said.units.get(unit, 0.0) + more.get(factor, {}).get(unit, 0.0)
        return own + said.groups.get(group, 0.0) + said.waves.get(wave, 0.0)

    def manner_of(self, wave: int) -> Manner:
        """Give how people answer in a wave."""
        own = self.waves[wave].manner if wave in self.waves else None
        return own or self.manner


def plain_truth(survey: Survey, n: int = 1000) -> Truth:
    """Give the truth of a questionnaire of which nothing is known: one unit, one factor, nobody different.

    Columns of place, unit and kind of place are called as the questionnaire's selection calls them, and places are
    large enough for n answers.
    """
    selection = survey.questionnaire.selection
    strata = [*(selection.strata if isinstance(selection, Probability) else ()), "", ""]
    place = selection.psu if isinstance(selection, Probability) else ""
    groups = {"all": Group(places=60, persons=max(500, n / 4), drawn=20)}
    frame = Frame(units={"all": 1.0}, place=place or "place", unit=strata[0] or "unit", group=strata[1], groups=groups)
    return Truth(synthetic=True, survey=survey.questionnaire.id, seed=1, frame=frame)


def options_of(survey: Survey, each: Asked) -> list[str]:
    """Give the codes of the options of an item with one answer."""
    return [str(option.code) for option in survey.bank.options(each.item)] or list(phrases.YES_NO)


def shares_of(said: Answered, codes: list[str], group: str) -> list[float]:
    """Give the chance of each option in a kind of place; equal where nothing is said."""
    stated: dict[str, Any] = dict(said.by.get(group, said.shares))
    weights = [float(stated.get(code, 0.0)) for code in codes] if stated else [1.0] * len(codes)
    total = sum(weights)
    return [weight / total for weight in weights] if total > 0 else [1 / len(codes)] * len(codes)
