"""Rounds: in which half year of a round each unit is inspected, why, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from analysis.messages import Texts
from analysis.workspace.ledger.entries import Decider, Id, Move, UnitId, by_day
from analysis.workspace.rules import Entry

PlacementState = Literal["begun", "done"]
PLACEMENT_MOVES: Final[Mapping[str, tuple[str, ...]]] = {"": ("begun", "done"), "begun": ("done",), "done": ()}
#: Why a unit stands where it does: what the constraints and the objective say of its slot, or that people fixed it.
Reason = Literal["fixed", "risk", "only_slot", "after_special", "workload", "free", "moved"]


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
    slot: Annotated[str, Field(pattern=r"^\d{4}-\d+$")]
    fixed: bool = False
    observers: tuple[UnitId, ...] = ()
    reasons: tuple[Reason, ...] = ()
    inspection: str = ""
    steps: tuple[PlacementStep, ...] = ()

    @property
    def year(self) -> int:
        """The year of its slot."""
        return int(self.slot.split("-")[0])

    def state_on(self, day: dt.date) -> str:
        """Give its state at the end of a day; empty where nothing was done."""
        taken = by_day(self.steps, day)
        return taken[-1].state if taken else ""


class Change(Entry):
    """A planning of the round: when, by whom, why, and who was moved from which slot."""

    date: dt.date
    by: Decider
    note: Texts | None = None
    moved: tuple[str, ...] = ()


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
    first: int
    last: int
    batches: Annotated[int, Field(ge=1)] = 2
    synthetic: bool = False
    placements: tuple[Placement, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def slots(self) -> tuple[str, ...]:
        """All slots, in their order."""
        return tuple(f"{year}-{batch}" for year in range(self.first, self.last + 1)
                     for batch in range(1, self.batches + 1))  # fmt: skip
