"""Rectification: the problems that a unit has to put right, and where each stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

from analysis.messages import Texts
from analysis.workspace.ledger.entries import Access, Id, Measured, Move, UnitId, by_day, due_by
from analysis.workspace.rules import Entry

State = Literal["opened", "fed_back", "plan_accepted", "in_work", "reported", "re_inspected", "closed", "returned"]
#: Where an item can go from each state. What was returned is worked on again, by the old plan or by a new one.
MOVES: Final[Mapping[str, tuple[State, ...]]] = {
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


class Evidence(Measured):
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


class Step(Move):
    """A step of an item; one that returns it may set a new time limit."""

    state: State


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
    evidence, rests_on
        The figures that show it, and what else does: a problem of an opinion as ``opinion/<inspection>/<problem>``,
        a finding of others as ``audit/<id>``. One of either at least.
    owner
        The department that puts it right.
    due
        By when.
    measures
        What is to be done.
    access
        Who may read it: one that an opinion asks for is ``internal`` until that was published.
    steps
        What was done, after it was opened, in order.
    """

    id: Id
    opened: dt.date
    problem: Texts
    duty: str = ""
    topic: str = ""
    evidence: tuple[Evidence, ...] = ()
    rests_on: tuple[str, ...] = ()
    owner: Texts
    due: dt.date
    measures: tuple[Texts, ...] = ()
    access: Access = "public"
    steps: tuple[Step, ...] = ()

    def steps_by(self, day: dt.date) -> tuple[Step, ...]:
        """Give the steps that were taken up to and including a day."""
        return by_day(self.steps, day)

    def state_on(self, day: dt.date) -> State:
        """Give its state at the end of a day."""
        taken = self.steps_by(day)
        return taken[-1].state if taken else "opened"

    def due_on(self, day: dt.date) -> dt.date:
        """Give the time limit that held at the end of a day."""
        return due_by(self.steps, day) or self.due

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
