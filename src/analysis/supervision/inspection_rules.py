"""The rule set `inspections`: rounds, teams, opinions, rectification; what practice leaves open is a setting."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from analysis.supervision.year import Days, Reminders, rule
from analysis.workspace.ledger.inspections import JointKind, Role
from analysis.workspace.rules import Entry, Sourced

if TYPE_CHECKING:
    from analysis.workspace import Workspace

RULE: Final = "inspections"
#: What is proposed when an item is overdue; a reminder is a letter, the others are measures on the unit.
Proposed = Literal["reminder", "notice", "interview", "accountability"]


class Years(Sourced):
    """How many years something takes."""

    years: Annotated[int, Field(ge=1)]


class Most(Sourced):
    """The most that there may be of something."""

    most: Annotated[int, Field(ge=1)]


class Spread(Sourced):
    """The most by which the largest exceeds the smallest."""

    spread: Annotated[int, Field(ge=0)]


class Slots(Sourced):
    """A number of slots of a round."""

    slots: Annotated[int, Field(ge=0)]


class Allowed(Sourced):
    """Whether something may be."""

    allowed: bool


class Observers(Sourced):
    """How many units send observers."""

    units: Annotated[int, Field(ge=0)]


class Risk(Sourced):
    """What raises the risk of a unit, and by how much each: weights of a sum."""

    overdue_items: Annotated[float, Field(ge=0)] = 0
    open_items: Annotated[float, Field(ge=0)] = 0
    contradicted_claims: Annotated[float, Field(ge=0)] = 0
    missed_targets: Annotated[float, Field(ge=0)] = 0


class OfRounds(Entry):
    """How comprehensive inspections are spread over a round."""

    years: Years
    batches: Most
    even: Spread
    after_special: Slots
    later_terms: Allowed = Allowed(allowed=True, certainty="own")
    observers: Observers
    risk: Risk


class Roles(Sourced):
    """How many of each role a team has at least."""

    leader: Annotated[int, Field(ge=0)] = 1
    deputy: Annotated[int, Field(ge=0)] = 0
    inspector: Annotated[int, Field(ge=0)] = 0
    lay_inspector: Annotated[int, Field(ge=0)] = 0
    expert: Annotated[int, Field(ge=0)] = 0
    observer: Annotated[int, Field(ge=0)] = 0
    secretary: Annotated[int, Field(ge=0)] = 0

    def of(self, role: Role) -> int:
        """Give how many of a role there have to be."""
        return int(getattr(self, role))


class JointBodies(Sourced):
    """Bodies that take part in special evaluations of departments."""

    kinds: tuple[JointKind, ...]


class OfTeams(Entry):
    """Who goes, and who does not."""

    roles: Roles
    interests: Years
    joint: JointBodies


class PerStage(Sourced):
    """How many schools of a stage are drawn."""

    per_stage: Annotated[int, Field(ge=1)]


class OfSamples(Entry):
    """What is drawn for a visit."""

    schools: PerStage


class Heard(Sourced):
    """Before what the unit is heard."""

    before: Literal["approved"]


class OfOpinions(Entry):
    """Time limits of an opinion."""

    heard: Heard
    reply: Days
    issue: Days
    requests: Days


class Escalation(Entry):
    """What is proposed from so many days on."""

    days: Annotated[int, Field(ge=1)]
    measure: Proposed


class Escalations(Sourced):
    """What is proposed when items are overdue, in the order of days."""

    steps: tuple[Escalation, ...]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [each.days for each in self.steps]
        if days != sorted(set(days)):
            raise ValueError("steps in the order of their days, each day once")
        return self

    def at(self, late: int) -> Proposed | None:
        """Give what is proposed for an item that is so many days overdue.

        >>> rule = Escalations(steps=[{"days": 1, "measure": "reminder"}, {"days": 30, "measure": "notice"}],
        ...                    certainty="own")
        >>> [rule.at(days) for days in (0, 1, 29, 30)]
        [None, 'reminder', 'reminder', 'notice']
        """
        reached = [each.measure for each in self.steps if each.days <= late]
        return reached[-1] if reached else None


class Movement(Sourced):
    """What it takes to say that a figure moved further than those of other units.

    Parameters
    ----------
    level
        The share of false ones that is accepted among those of which it is said.
    places
        Its placebo rank has to be within this share of places; with fewer others than that takes, nothing is said.
    nearest
        How many others it is compared with at most, those with the nearest baseline.
    beyond
        By how many standard deviations of their baselines its own may lie outside of theirs.
    years
        A figure counts from so many years after that in which the work began.
    """

    level: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    places: Annotated[float, Field(gt=0, lt=0.5)] = 0.1
    nearest: Annotated[int, Field(ge=3)] = 12
    beyond: Annotated[float, Field(ge=0)] = 1.0
    years: Annotated[int, Field(ge=0)] = 1

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if (self.nearest + 1) * self.places < 1 - 1e-9:
            raise ValueError("so many nearest that rank 1 of them is within places")
        return self


class OfRectification(Entry):
    """Time limits of rectification, what is proposed when they are over, and what it takes to say that it moved."""

    plan: Days
    re_inspection: Days
    reminders: Reminders
    escalation: Escalations
    movement: Movement = Movement(certainty="own")


class InspectionRules(Entry):
    """What the rule set says."""

    round: OfRounds
    team: OfTeams
    sample: OfSamples
    opinion: OfOpinions
    rectification: OfRectification


def inspection_rules(workspace: Workspace) -> InspectionRules:
    """Read the rule set.

    Raises
    ------
    DuzhengError
        DZ-F004 if there is none, DZ-W003 with every parameter that is wrong.
    """
    return rule(workspace, RULE).read(InspectionRules)


def after(day: dt.date, limit: Days) -> dt.date:
    """Give the day that is so many days after another.

    >>> str(after(dt.date(2026, 12, 30), Days(days=10, certainty="own")))
    '2027-01-09'
    """
    return day + dt.timedelta(days=limit.days)
