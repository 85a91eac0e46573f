"""Plans: who is evaluated in a year, how, when and by whom, and how far it is; and the way of a self-report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from analysis.messages import Texts
from analysis.workspace.ledger.entries import Access, Decider, Id, Move, Sealing, UnitId, by_day, seal_of, sealed
from analysis.workspace.rules import Entry

#: How somebody is evaluated, or what else the year asks for.
PlanKind = Literal[
    "self_evaluation", "monitoring", "survey", "special", "comprehensive", "re_inspection", "report", "publication"
]
PlanState = Literal["begun", "done", "dropped"]
PLAN_MOVES: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("begun", "done", "dropped"), "begun": ("done", "dropped"), "done": (), "dropped": (),
}  # fmt: skip
ReportState = Literal["noticed", "drafted", "approved", "posted", "submitted"]
#: An objection to what was posted leads to a new draft, and so does a text that has to change after its approval.
REPORT_MOVES: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("noticed",), "noticed": ("drafted",), "drafted": ("drafted", "approved"),
    "approved": ("drafted", "posted", "submitted"),
    "posted": ("drafted", "submitted"), "submitted": (),
}  # fmt: skip


class PlanStep(Move):
    """A step of an entry of a plan."""

    state: PlanState


class PlanEntry(Entry):
    """One thing that is planned.

    Parameters
    ----------
    id
        Once in the plan.
    kind, title
        How somebody is evaluated, and what it is called.
    units
        Ids of those who are evaluated; all of ``unit_kind`` below the evaluator where that is given instead.
    begins, ends
        The first and the last day.
    owner
        Who does it.
    basis
        The article or decision that asks for it.
    access
        Whether it stands in the plan that everybody reads: a visit that is not announced does not.
    steps
        What was done.
    """

    id: Id
    kind: PlanKind
    title: Texts
    units: tuple[UnitId, ...] = ()
    unit_kind: str = ""
    begins: dt.date
    ends: dt.date
    owner: Texts
    basis: Texts | None = None
    access: Access = "public"
    steps: tuple[PlanStep, ...] = ()

    def state_on(self, day: dt.date) -> str:
        """Give its state at the end of a day; empty where nothing was done."""
        taken = by_day(self.steps, day)
        return taken[-1].state if taken else ""

    def overdue_on(self, day: dt.date) -> bool:
        """Tell whether its last day is over while it is not done."""
        return self.ends < day and self.state_on(day) not in {"done", "dropped"}


class Plan(Entry):
    """The plan of a year.

    Parameters
    ----------
    evaluator, year
        Whose plan, of which year.
    adopted, by
        When it was adopted, and by whom.
    synthetic
        Whether it is invented; only so in the ledger of demonstration.
    entries
        In the order of the file.
    """

    evaluator: UnitId
    year: int
    adopted: dt.date
    by: Decider
    synthetic: bool = False
    entries: tuple[PlanEntry, ...] = ()


class ReportStep(Sealing):
    """A step of a self-report; what was posted says until when objections are taken, an approval what it approved."""

    state: ReportState


class Objection(Entry):
    """An objection to what was posted: when it came, what it says, and what was decided of it."""

    id: Id
    date: dt.date
    text: Texts
    decided: Texts | None = None
    access: Access = "internal"


class Paragraph(Entry):
    """A paragraph of a self-report.

    Parameters
    ----------
    duty
        The duty that it is about.
    text
        What it says.
    claims
        The claims that it rests on, as ``unit/claim`` of the self-evaluations of its year.
    """

    duty: Id
    text: Texts
    claims: Annotated[tuple[str, ...], Field()] = ()


class SelfReport(Entry):
    """What a unit reports to the one above on its own duties.

    Parameters
    ----------
    unit, year
        Who reports, in which year.
    title
        What it is called.
    synthetic
        Whether it is invented; only so in the ledger of demonstration.
    paragraphs
        In the order of the text.
    objections
        To what was posted.
    steps
        National notice, draft, approval, posting, submission.
    """

    unit: UnitId
    year: int
    title: Texts
    synthetic: bool = False
    paragraphs: tuple[Paragraph, ...] = ()
    objections: tuple[Objection, ...] = ()
    steps: tuple[ReportStep, ...] = ()

    def state_on(self, day: dt.date) -> str:
        """Give its state at the end of a day; empty before the notice."""
        taken = by_day(self.steps, day)
        return taken[-1].state if taken else ""

    @property
    def seal(self) -> str:
        """The SHA-256 of its paragraphs, which the step that approves them keeps."""
        return sealed({"paragraphs": self.paragraphs})

    @property
    def approved_as(self) -> str:
        """The seal of what was approved, until there is a new draft; empty where none was kept."""
        return seal_of(self.steps, {"drafted"})

    @property
    def characters(self) -> int:
        """How many characters its paragraphs have in Chinese, without spaces."""
        return sum(len("".join(each.text["zh-Hans"].split())) for each in self.paragraphs)
