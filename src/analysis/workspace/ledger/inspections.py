"""Inspections: special and comprehensive evaluations on site; who goes, whom they see, and what they found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from analysis.workspace.ledger.entries import Access, Id, Move, UnitId, Written, by_day
from analysis.workspace.ledger.rectification import Evidence
from analysis.workspace.rules import Entry

InspectionKind = Literal["special", "comprehensive", "re_inspection"]
InspectionState = Literal["prepared", "announced", "on_site", "concluded", "dropped"]
#: One that is not announced goes from its preparation to the site.
INSPECTION_MOVES: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("prepared",), "prepared": ("announced", "on_site", "dropped"), "announced": ("on_site", "dropped"),
    "on_site": ("concluded",), "concluded": (), "dropped": (),
}  # fmt: skip
#: A lay inspector is one of the citizens that a government appoints; an observer comes from another unit of the kind.
Role = Literal["leader", "deputy", "inspector", "lay_inspector", "expert", "observer", "secretary"]
#: How a member of a team stands to a unit: works there, did so, has a relative who leads there, advised it, came from
#: there to be trained, or anything else that the member declares.
Relation = Literal["works", "worked", "relative", "advised", "other"]
#: Who takes part beside the office: a people's congress, a committee of the CPPCC, audit or supervision organs, others.
JointKind = Literal["congress", "cppcc", "audit", "supervision", "department", "other"]
#: How a question is answered.
Means = Literal["papers", "figures", "interview", "site", "survey"]
#: What was found: something to copy, something in order, or a problem.
Judged = Literal["practice", "sound", "problem"]


class InspectionStep(Move):
    """A step of an inspection."""

    state: InspectionState


class Interest(Entry):
    """What stands between a member of a team and a unit; ``until`` is the last day of what is over."""

    unit: Annotated[UnitId, Field(min_length=1)]
    relation: Relation
    until: dt.date | None = None


class Member(Entry):
    """A member of a team.

    Parameters
    ----------
    id, name
        What assignments name them by, and who they are.
    role
        What they do.
    body
        Where they come from, in words.
    unit
        The unit that they work for, where it is one of `data/units.csv`.
    interests
        What they declared.
    declared
        When they declared it; empty until they did.
    """

    id: Id
    name: Written
    role: Role
    body: Written | None = None
    unit: UnitId = ""
    interests: tuple[Interest, ...] = ()
    declared: dt.date | None = None


class Joint(Entry):
    """A body that takes part beside the office."""

    kind: JointKind
    name: Written


class Question(Entry):
    """A question of the set that an inspection answers.

    Parameters
    ----------
    id
        Once in the set.
    duty
        The duty that it is about.
    text
        The question.
    means
        How it is answered.
    indicator
        The figure that raises it, if one does.
    """

    id: Id
    duty: Id
    text: Written
    means: tuple[Means, ...] = ("papers",)
    indicator: str = ""


class Draw(Entry):
    """Schools that were drawn: how many of how many, by which seed, from a frame of which SHA-256, and which.

    Parameters
    ----------
    unit, stage
        Of which unit and stage the schools are.
    frame, sha256
        How many there were to draw from, and the hash of their sorted ids.
    seed
        Of the draw, so that anybody can repeat it.
    drawn
        When.
    schools
        Ids of those drawn, in the order of the draw.
    """

    unit: UnitId
    stage: Id
    frame: Annotated[int, Field(ge=1)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    seed: int
    drawn: dt.date
    schools: tuple[str, ...]


class Sampled(Entry):
    """Units that were drawn: of which kind, of how many, by which seed, from a frame of which SHA-256, and when."""

    kind: Id
    frame: Annotated[int, Field(ge=1)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    seed: int
    drawn: dt.date


class Found(Entry):
    """What an inspection found at a unit.

    Parameters
    ----------
    id
        Once in the inspection.
    unit, duty, question
        Where, on which duty, and in answer to which question.
    date
        When.
    judged
        Whether it is to be copied, in order, or a problem.
    text
        What it is, in a clause without a full stop.
    by
        Ids of the members who saw it.
    evidence, papers
        Figures, and ids of papers or schools that show it.
    access
        Who may read it.
    """

    id: Id
    unit: UnitId
    duty: Id
    question: str = ""
    date: dt.date
    judged: Judged
    text: Written
    by: Annotated[tuple[str, ...], Field(min_length=1)]
    evidence: tuple[Evidence, ...] = ()
    papers: tuple[str, ...] = ()
    access: Access = "internal"


class Inspection(Entry):
    """A special or comprehensive evaluation, or an inspection of what was put right.

    Parameters
    ----------
    id
        The name of its file.
    evaluator, year
        Whose it is, and the year of the plan that it belongs to.
    kind, title
        What it is, and what it is called.
    topic
        What a special evaluation is about, in words.
    term
        The first and the last year that are judged: a visit lies inside the term that it judges.
    units, sampled
        Ids of those that are inspected, and how they were drawn, if they were.
    begins, ends
        The days on site.
    basis, joint
        What asks for it, and who takes part beside the office.
    questions, team, draws, found
        The set of questions, who goes, the schools drawn, and what was found.
    access
        Who may read it: one that is not announced is not ``public`` before it is on site.
    steps
        What was done.
    """

    id: Id
    evaluator: UnitId
    year: int
    kind: InspectionKind
    title: Written
    topic: Written | None = None
    term: tuple[int, int] | None = None
    units: Annotated[tuple[UnitId, ...], Field(min_length=1)]
    sampled: Sampled | None = None
    begins: dt.date
    ends: dt.date
    basis: Written | None = None
    joint: tuple[Joint, ...] = ()
    access: Access = "public"
    synthetic: bool = False
    questions: tuple[Question, ...] = ()
    team: tuple[Member, ...] = ()
    draws: tuple[Draw, ...] = ()
    found: tuple[Found, ...] = ()
    steps: tuple[InspectionStep, ...] = ()

    def state_on(self, day: dt.date) -> str:
        """Give its state at the end of a day; empty before it was prepared."""
        taken = by_day(self.steps, day)
        return taken[-1].state if taken else ""

    def access_on(self, day: dt.date) -> Access:
        """Give who may read that there is such an inspection: everybody once it is on site, unless it is restricted."""
        if self.access == "internal" and self.state_on(day) in {"on_site", "concluded"}:
            return "public"
        return self.access
