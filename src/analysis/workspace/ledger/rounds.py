"""Rounds: in which slot of a round each unit is inspected, why, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from analysis.messages import Texts
from analysis.workspace.ledger.entries import Decider, Id, Move, UnitId, by_day
from analysis.workspace.rules import Entry

PlacementState = Literal["begun", "done"]
PLACEMENT_MOVES: Final[Mapping[str, tuple[str, ...]]] = {"": ("begun", "done"), "begun": ("done",), "done": ()}
#: Why a unit stands where it does: people fixed it; it was moved when the plan was made again, maybe because its slot
#: was over; no other slot is open to it; its years are over already; what closes other slots to it (the years that may
#: lie between two visits, the terms of its government, a special evaluation); its risk; work that fills slots before;
#: or nothing of all this.
Reason = Literal[
    "fixed", "moved", "over", "only_slot", "overdue", "due", "term", "after_special", "risk", "workload", "free",
]  # fmt: skip
Slot = Annotated[str, Field(pattern=r"^\d{4}-[1-9]\d*$")]


def slot_of(day: dt.date, batches: int) -> str:
    """Give the slot of a day: the months of a year are divided among its batches.

    >>> slot_of(dt.date(2026, 6, 30), 2), slot_of(dt.date(2026, 7, 1), 2), slot_of(dt.date(2026, 12, 31), 3)
    ('2026-1', '2026-2', '2026-3')
    """
    return f"{day.year}-{(day.month - 1) * batches // 12 + 1}"


def days_of(slot: str, batches: int) -> tuple[dt.date, dt.date]:
    """Give the first and the last day of a slot.

    >>> [str(day) for day in days_of("2026-2", 3)]
    ['2026-05-01', '2026-08-31']
    """
    year, batch = map(int, slot.split("-"))
    first, after = (-(-number * 12 // batches) for number in (batch - 1, batch))
    begin = dt.date(year, first + 1, 1)
    end = dt.date(year + after // 12, after % 12 + 1, 1) - dt.timedelta(days=1)
    return begin, end


def year_of(slot: str) -> int:
    """Give the year of a slot.

    >>> year_of("2026-2")
    2026
    """
    return int(slot.partition("-")[0])


class PlacementStep(Move):
    """A step of a placement."""

    state: PlacementState


class Placement(Entry):
    """Where a unit stands in a round.

    Parameters
    ----------
    unit
        Who is inspected.
    slot
        The slot, as ``2026-2`` for the second batch of 2026.
    fixed
        Whether people fixed it; a plan made again does not move it.
    weight
        How much work the visit is.
    risk
        The unit's risk when it was placed.
    observers
        Ids of units that send observers.
    reasons
        Why it stands there, as the planner found it.
    inspection
        Id of the inspection, once there is one.
    steps
        What was done.
    """

    unit: UnitId
    slot: Slot
    fixed: bool = False
    weight: Annotated[int, Field(ge=1)] = 1
    risk: Annotated[float, Field(ge=0)] = 0
    observers: tuple[UnitId, ...] = ()
    reasons: tuple[Reason, ...] = ()
    inspection: str = ""
    steps: tuple[PlacementStep, ...] = ()

    @property
    def year(self) -> int:
        """The year of its slot."""
        return year_of(self.slot)

    def as_of(self, day: dt.date, *, fixed: bool, undone: bool) -> Placement:
        """Give it as it stood at the end of a day; reasons that a later change undid are kept nowhere."""
        taken = by_day(self.steps, day)
        reasons: tuple[Reason, ...] = ("fixed",) if fixed else ()
        return self.model_copy(update={
            "fixed": fixed, "steps": taken, "inspection": self.inspection if taken or not self.steps else "",
            "reasons": reasons if undone else self.reasons,
        })  # fmt: skip

    def state_on(self, day: dt.date) -> str:
        """Give its state at the end of a day; empty where nothing was done."""
        taken = by_day(self.steps, day)
        return taken[-1].state if taken else ""


class Moved(Entry):
    """That a unit came from one slot to another: from none if it is new in the round, to none if it left it."""

    unit: UnitId
    before: Slot | Literal[""] = ""
    after: Slot | Literal[""] = ""


class Change(Entry):
    """A change of a round.

    Parameters
    ----------
    what
        Whether it was planned, planned again, or the slot of a unit was fixed or released.
    date, by, note
        When, by whom, and why.
    units
        Whose slot was fixed or released.
    moved
        Who was moved.
    uneven
        Of a planning, what the work of slots is beyond the spread that the rule allows, summed over slots.
    """

    what: Literal["planned", "again", "fixed", "released"] = "planned"
    date: dt.date
    by: Decider
    note: Texts | None = None
    units: tuple[UnitId, ...] = ()
    moved: tuple[Moved, ...] = ()
    uneven: Annotated[int, Field(ge=0)] = 0


class Round(Entry):
    """A round of comprehensive inspections.

    Parameters
    ----------
    id
        The name of its file.
    evaluator
        Whose it is.
    title
        What it is called.
    unit_kind
        The kind of those that are inspected.
    first, last
        The first and the last year.
    batches
        How many batches a year has.
    placements
        Each unit once.
    changes
        When it was planned, and planned again.
    """

    id: Id
    evaluator: UnitId
    title: Texts
    unit_kind: str
    first: Annotated[int, Field(ge=1900, le=2200)]
    last: Annotated[int, Field(ge=1900, le=2200)]
    batches: Annotated[int, Field(ge=1, le=12)] = 2
    synthetic: bool = False
    placements: tuple[Placement, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def slots(self) -> tuple[str, ...]:
        """All slots, in their order."""
        return tuple(f"{year}-{batch}" for year in range(self.first, self.last + 1)
                     for batch in range(1, self.batches + 1))  # fmt: skip

    @property
    def released(self) -> frozenset[str]:
        """Units that nobody fixes any more, and that were not planned anew since."""
        found: set[str] = set()
        for change in self.changes:
            if change.what == "released":
                found |= {*change.units}
            else:
                found = found - {*change.units} if change.what == "fixed" else set()
        return frozenset(found)

    def as_of(self, day: dt.date) -> Round:
        """Give it as it stood at the end of a day, as far as its changes tell.

        Slots and who was fixed are those of the day. A unit that was moved, fixed or released since has no reasons
        there, unless it was fixed: they are kept nowhere. Observers, weights and risks stay as they are now.
        """
        later = [each for each in self.changes if each.date > day]
        found = {each.unit: each for each in self.placements}
        for moved in (moved for change in reversed(later) for moved in reversed(change.moved)):
            if not moved.before:
                found.pop(moved.unit, None)
            else:
                was = found.get(moved.unit) or Placement(unit=moved.unit, slot=moved.before)
                found[moved.unit] = was.model_copy(update={"slot": moved.before})
        fixed = self._fixed_before(later)
        touched = {moved.unit for change in later for moved in change.moved} | {*fixed}
        return self.model_copy(update={
            "placements": tuple(each.as_of(day, fixed=fixed.get(each.unit, each.fixed), undone=each.unit in touched)
                                for each in found.values()),
            "changes": tuple(each for each in self.changes if each.date <= day),
        })  # fmt: skip

    def _fixed_before(self, later: Sequence[Change]) -> dict[str, bool]:
        """Give of units that were fixed or released later whether they were fixed before, as the change before says."""
        found: dict[str, bool] = {}
        for change in (each for each in later if each.what != "planned"):
            for unit in change.units:
                found.setdefault(unit, change.what == "released")
        for change in self.changes[: len(self.changes) - len(later)]:
            found |= {unit: change.what != "released" for unit in change.units if unit in found}
        return found

    def over_on(self, day: dt.date) -> int:
        """Give how many of its slots are over on a day: those before the slot of the day."""
        year, batch = map(int, slot_of(day, self.batches).split("-"))
        return min(max(0, (year - self.first) * self.batches + batch - 1), len(self.slots))
