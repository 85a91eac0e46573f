"""Opinions: what the office tells a unit after an inspection, the unit's right of reply, and what is asked of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from analysis.workspace.ledger.entries import Decider, Id, Sealing, UnitId, Written, by_day, seal_of, sealed
from analysis.workspace.ledger.rectification import Evidence
from analysis.workspace.rules import Entry

OpinionState = Literal["drafted", "preliminary", "replied", "approved", "issued", "published", "withdrawn"]
#: The unit is heard before anything is approved: it replies, or lets its time limit pass.
OPINION_MOVES: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("drafted",), "drafted": ("drafted", "preliminary"), "preliminary": ("replied", "drafted", "approved"),
    "replied": ("drafted", "approved"), "approved": ("drafted", "issued"), "issued": ("published", "withdrawn"),
    "published": ("withdrawn",), "withdrawn": ("drafted",),
}  # fmt: skip
Outcome = Literal["accepted", "partly", "rejected"]


class OpinionStep(Sealing):
    """A step; the preliminary opinion says until when the unit may reply, an approval what it approved."""

    state: OpinionState


class Achievement(Entry):
    """What a unit did well; ``practice`` is what others may copy.

    Parameters
    ----------
    id, duty
        Once in the opinion, and the duty that it is about.
    text
        What it is, in a clause without a full stop.
    practice
        Whether it is worth copying.
    evidence, rests_on
        Figures that show it, and what else does.
    """

    id: Id
    duty: Id
    text: Written
    practice: bool = False
    evidence: tuple[Evidence, ...] = ()
    rests_on: tuple[str, ...] = ()


class Problem(Entry):
    """A problem, tied to evidence.

    Parameters
    ----------
    id, duty
        Once in the opinion, and the duty that it is about.
    topic
        The section of a memo that it belongs to, if any.
    text
        What is wrong, in a clause without a full stop.
    evidence, rests_on
        Figures that show it, and what else does: ``found/<id>`` of the inspection, ``audit/<id>`` and the like of
        others, ``claim/<unit>/<id>`` of a self-evaluation. One of either at least.
    """

    id: Id
    duty: Id
    topic: str = ""
    text: Written
    evidence: tuple[Evidence, ...] = ()
    rests_on: tuple[str, ...] = ()


class Request(Entry):
    """What is asked of the unit: of whom, until when, and for which problems."""

    id: Id
    problems: Annotated[tuple[Id, ...], Field(min_length=1)]
    text: Written
    owner: Written
    due: dt.date


class Reply(Entry):
    """What the unit replies to the preliminary opinion, and what the office decided of it.

    Parameters
    ----------
    id, date
        Once in the opinion, and when it came.
    by
        Who replied.
    problems
        Ids of the problems that it is about; none for the whole.
    text
        What it says.
    outcome, decided, decided_on, decided_by
        Whether it was accepted, the reasons, when, and by whom.
    """

    id: Id
    date: dt.date
    by: Decider
    problems: tuple[Id, ...] = ()
    text: Written
    outcome: Outcome | None = None
    decided: Written | None = None
    decided_on: dt.date | None = None
    decided_by: str = ""


class Opinion(Entry):
    """An inspection opinion on a unit.

    Parameters
    ----------
    inspection, unit
        Id of the inspection, and of the unit; together the name of its file.
    evaluator, year
        Whose it is, and the year of the inspection.
    title
        What it is called.
    number
        Its number as a document, when it was issued.
    achievements, problems, requests, replies
        What it says, and what was replied.
    steps
        Draft, preliminary opinion, reply, approval, issue, publication.
    """

    inspection: Id
    unit: UnitId
    evaluator: UnitId
    year: int
    title: Written
    number: str = ""
    synthetic: bool = False
    achievements: tuple[Achievement, ...] = ()
    problems: tuple[Problem, ...] = ()
    requests: tuple[Request, ...] = ()
    replies: tuple[Reply, ...] = ()
    steps: tuple[OpinionStep, ...] = ()

    def state_on(self, day: dt.date) -> str:
        """Give its state at the end of a day; empty before there was a draft."""
        taken = by_day(self.steps, day)
        return taken[-1].state if taken else ""

    @property
    def seal(self) -> str:
        """The SHA-256 of what it says, which the step that approves it keeps."""
        return sealed({"achievements": self.achievements, "problems": self.problems, "requests": self.requests})

    @property
    def approved_as(self) -> str:
        """The seal of what was approved, until there is a new draft; empty where none was kept."""
        return seal_of(self.steps, {"drafted"})
