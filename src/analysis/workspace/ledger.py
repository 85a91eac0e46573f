"""Ledger: what units say of themselves, and what became of the problems that were found; `data/ledger`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, field_validator

from analysis.messages import Texts
from analysis.workspace.rules import Entry

FOLDER: Final = "data/ledger"
#: Invented entries, for demonstration; never read unless asked for.
DEMO: Final = "data/demo/ledger"

Direction = Literal["up", "down", "steady"]
State = Literal["opened", "fed_back", "plan_accepted", "in_work", "reported", "re_inspected", "closed", "returned"]
#: Where an item can go from each state. What was returned is worked on again, by the old plan or by a new one.
MOVES: Final[Mapping[State, tuple[State, ...]]] = {
    "opened": ("fed_back",),
    "fed_back": ("plan_accepted",),
    "plan_accepted": ("in_work",),
    "in_work": ("reported",),
    "reported": ("re_inspected",),
    "re_inspected": ("closed", "returned"),
    "closed": (),
    "returned": ("plan_accepted", "in_work"),
}
#: States in which the next step is the office's, so that the owner is not late.
WITH_THE_OFFICE: Final = frozenset[State]({"reported", "re_inspected", "closed"})


def _as_code(code: Any) -> Any:
    return str(code) if isinstance(code, int) and not isinstance(code, bool) else code


#: The id of a unit; YAML reads one of digits as a number.
UnitId = Annotated[str, BeforeValidator(_as_code)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]


class IndexOf(Entry):
    """An index of a survey: the questionnaire's id and the index's."""

    survey: str
    id: str


class _Entry(Entry):
    """What is about an indicator of the catalogue or an index of a survey."""

    indicator: str = ""
    index: IndexOf | None = None
    year: int

    @property
    def subject(self) -> str:
        """Code of the indicator, or id of the index."""
        return self.index.id if self.index else self.indicator


class Claim(_Entry):
    """What a unit says of a figure.

    Parameters
    ----------
    id
        Once in a self-evaluation.
    indicator, index
        What it is about: a code of the catalogue, or an index of a survey.
    year
        The year of the figure.
    value, change, growth, direction
        What is claimed, one of them: the figure; how much more than in ``base_year`` it is (less with a minus); by how
        many per cent; or only whether it went ``up``, ``down`` or stayed ``steady``. Values and changes are in the
        indicator's measure, those of an index in points.
    base_year
        The year that it is compared with.
    rounded_to
        For a number that is printed in coarser units: 1000 for 3.5 ten thousands, which is written 35000.
    tolerance
        By how much the claim may differ and still agree, where rounding does not say it.
    measure
        The measure in Chinese, to be held to the catalogue's; not checked if empty.
    duty
        Id of the duty that it belongs to; if empty that of the indicator's topic.
    text
        As the unit wrote it; English is our translation.
    evidence
        Ids of the papers that the unit hands in for it.
    note
        What a reader must know.
    """

    id: Id
    value: Decimal | None = None
    change: Decimal | None = None
    growth: Decimal | None = None
    direction: Direction | None = None
    base_year: int | None = None
    rounded_to: Annotated[Decimal, Field(gt=0)] | None = None
    tolerance: Annotated[Decimal, Field(gt=0)] | None = None
    measure: str = ""
    duty: str = ""
    text: Texts
    evidence: tuple[str, ...] = ()
    note: Texts | None = None

    @field_validator("text")
    @classmethod
    def _chinese_is_there(cls, texts: Texts) -> Texts:
        if not texts.get("zh-Hans", "").strip():
            raise ValueError("a text in zh-Hans")
        return texts

    @property
    def given(self) -> tuple[str, ...]:
        """Names of what is claimed; one in a claim that stands."""
        return tuple(name for name in ("value", "change", "growth", "direction") if getattr(self, name) is not None)

    @property
    def number(self) -> Decimal | None:
        """The number that is claimed; None for a direction."""
        return next((each for each in (self.value, self.change, self.growth) if each is not None), None)

    @property
    def decimals(self) -> int:
        """Decimals that the number is written with."""
        exponent = self.number.as_tuple().exponent if self.number is not None else 0
        return max(0, -exponent) if isinstance(exponent, int) else 0

    @property
    def margin(self) -> float:
        """By how much a figure may differ from the claim: its tolerance, or half a unit of its last printed digit.

        >>> pupils = {"id": "a", "indicator": "pupils", "year": 2017, "text": {"zh-Hans": "…"}}
        >>> [Claim(**pupils, **each).margin for each in ({"value": "8.10"}, {"value": 35000, "rounded_to": 1000})]
        [0.005, 500.0]
        """
        if self.tolerance is not None:
            return float(self.tolerance)
        return float(self.rounded_to or Decimal(1).scaleb(-self.decimals)) / 2


class SelfEvaluation(Entry):
    """A unit's self-evaluation of a year.

    Parameters
    ----------
    unit, year
        Who evaluates itself, for which year.
    source
        What the text is, as a reader may cite it.
    submitted
        When it was handed in.
    synthetic
        Whether it is invented; only so in the ledger of demonstration.
    claims
        In the order of the text.
    """

    unit: UnitId
    year: int
    source: Texts
    submitted: dt.date
    synthetic: bool = False
    claims: tuple[Claim, ...] = ()


class Evidence(_Entry):
    """A figure that shows a problem.

    Parameters
    ----------
    indicator, index, year
        Which figure.
    value
        As it stood when the item was opened.
    threshold, direction
        What it is held to, and whether it has to be ``at_least`` or ``at_most`` that.
    """

    value: Decimal | None = None
    threshold: Decimal | None = None
    direction: Literal["at_least", "at_most"] | None = None


class Step(Entry):
    """A step of an item.

    Parameters
    ----------
    state
        The state that it puts the item in.
    date
        When.
    by
        Who decided it.
    due
        A new time limit, of an item that is returned.
    note
        What a reader must know.
    """

    state: State
    date: dt.date
    by: Annotated[str, Field(min_length=1)]
    due: dt.date | None = None
    note: Texts | None = None


class Item(Entry):
    """A problem that a unit has to put right.

    Parameters
    ----------
    id
        Once among the items of a unit.
    opened
        When it was entered.
    problem
        What is wrong, in a clause without a full stop.
    duty, topic
        Id of the duty, and of the memo's section that the problem belongs to.
    evidence
        The figures that show it, one at least.
    owner
        The department that puts it right.
    due
        By when.
    measures
        What is to be done.
    steps
        What was done, after it was opened, in order.
    """

    id: Id
    opened: dt.date
    problem: Texts
    duty: str = ""
    topic: str = ""
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    owner: Texts
    due: dt.date
    measures: tuple[Texts, ...] = ()
    steps: tuple[Step, ...] = ()

    def steps_by(self, day: dt.date) -> tuple[Step, ...]:
        """Give the steps that were taken up to and including a day."""
        return tuple(step for step in self.steps if step.date <= day)

    def state_on(self, day: dt.date) -> State:
        """Give its state at the end of a day."""
        taken = self.steps_by(day)
        return taken[-1].state if taken else "opened"

    def due_on(self, day: dt.date) -> dt.date:
        """Give the time limit that held at the end of a day."""
        return next((step.due for step in reversed(self.steps_by(day)) if step.due), self.due)

    def overdue_on(self, day: dt.date) -> bool:
        """Tell whether its time limit is over while the next step is its owner's.

        What was reported waits for the office: it is not overdue, however late the report was.
        """
        return self.due_on(day) < day and self.state_on(day) not in WITH_THE_OFFICE


class Rectification(Entry):
    """The items of a unit, all of them or those of a year.

    Parameters
    ----------
    unit
        Whose they are.
    year
        The year that they were opened in, of a file that holds one year.
    synthetic
        Whether they are invented; only so in the ledger of demonstration.
    items
        In the order of the file.
    """

    unit: UnitId
    year: int | None = None
    synthetic: bool = False
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Ledger:
    """The ledgers of a workspace.

    Parameters
    ----------
    self_evaluations
        By unit and year.
    rectification
        The items by unit, in the order of their files.
    synthetic
        Whether all of it is invented.
    """

    self_evaluations: Mapping[tuple[str, int], SelfEvaluation] = field(default_factory=dict)
    rectification: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    synthetic: bool = False

    def __bool__(self) -> bool:
        """Whether anything stands in it."""
        return bool(self.self_evaluations or self.rectification)

    def of_year(self, year: int) -> Iterator[SelfEvaluation]:
        """Give the self-evaluations of a year, by unit."""
        yield from (each for (_, of), each in sorted(self.self_evaluations.items()) if of == year)
