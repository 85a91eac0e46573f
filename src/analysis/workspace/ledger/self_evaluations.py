"""Self-evaluations: what a unit says of itself, claim by claim, and the way of its form to the bulletin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator

from analysis.messages import Texts
from analysis.workspace.ledger.entries import (
    Decider,
    Id,
    Measured,
    Paper,
    Sealing,
    UnitId,
    by_day,
    due_by,
    seal_of,
    sealed,
)
from analysis.workspace.rules import Entry

Direction = Literal["up", "down", "steady"]
EvaluationState = Literal[
    "requested", "submitted", "returned", "checked", "audited", "approved", "published", "withdrawn"
]
#: Where a self-evaluation can go from each state; the first one asks for it. What was approved is withdrawn before it
#: goes back, so that no bulletin is made of it meanwhile.
EVALUATION_MOVES: Final[Mapping[str, tuple[str, ...]]] = {
    "": ("requested", "submitted"),
    "requested": ("submitted",),
    "submitted": ("returned", "checked"),
    "returned": ("submitted",),
    "checked": ("returned", "audited"),
    "audited": ("returned", "approved"),
    "approved": ("published", "withdrawn"),
    "published": ("withdrawn",),
    "withdrawn": ("returned", "approved"),
}
#: States in which it is the unit's turn.
WITH_THE_UNIT: Final = frozenset({"requested", "returned"})
#: States in which what it says may stand in a bulletin.
APPROVED: Final = frozenset({"approved", "published"})


class Claim(Measured):
    """What a unit says of a figure.

    Parameters
    ----------
    id
        Once in a self-evaluation.
    indicator, index
        What it is about: a code of the catalogue, or an index of a survey.
    year
        The year of the figure.
    of
        The unit that the figure is of, if not the one that evaluates itself: a department speaks of its city.
    point
        Id of the evaluation point that it answers; empty for none.
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
    of: UnitId = ""
    point: str = ""
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


class Answer(Entry):
    """What a unit answers to an evaluation point: its id, the text, and the papers for it."""

    point: Id
    text: Texts
    evidence: tuple[str, ...] = ()


class Audit(Entry):
    """A claim that a department was asked to audit.

    Parameters
    ----------
    claim
        Id of the claim.
    department
        Who was asked.
    asked, due, answered
        When it was asked, by when it has to answer, and when it answered.
    flag
        What it answered: the claim is ``confirmed``, the department ``objected``, or it ``cannot_tell``.
    by, note
        Who answered, and why.
    """

    claim: Id
    department: UnitId
    asked: dt.date
    due: dt.date | None = None
    answered: dt.date | None = None
    flag: Literal["confirmed", "objected", "cannot_tell"] | None = None
    by: str = ""
    note: Texts | None = None

    def open_on(self, day: dt.date) -> bool:
        """Tell whether it was asked by the end of a day, and not answered."""
        return self.asked <= day and (self.answered is None or self.answered > day)

    def overdue_on(self, day: dt.date) -> bool:
        """Tell whether its time limit is over while the department has not answered."""
        return self.due is not None and self.due < day and self.open_on(day)


class EvaluationStep(Sealing):
    """A step of a self-evaluation.

    A return and a withdrawal say why in ``note``, a return also which ``claims`` it is about; an approval keeps the
    ``sha256`` of what it approved.
    """

    state: EvaluationState
    claims: tuple[Id, ...] = ()


class Reminder(Entry):
    """A letter that reminded somebody.

    Parameters
    ----------
    date, by
        When it was written, and by whom.
    to, kind
        Whom it reminded, and of what: the unit to ``hand_in``, or a department of an ``audit``.
    due
        The time limit that it was about.
    """

    date: dt.date
    by: Decider
    to: UnitId
    kind: Literal["hand_in", "audit"]
    due: dt.date


class Earlier(Entry):
    """A version that was handed in before and came back, and what departments had said of its claims."""

    submitted: dt.date
    papers: tuple[Paper, ...] = ()
    answers: tuple[Answer, ...] = ()
    claims: tuple[Claim, ...] = ()
    audits: tuple[Audit, ...] = ()


class SelfEvaluation(Entry):
    """A unit's self-evaluation of a year.

    Parameters
    ----------
    unit, year
        Who evaluates itself, and in which year.
    evaluator
        Who asked for it: the unit above if empty.
    source
        What the text is, as a reader may cite it.
    submitted
        When it was handed in, of one whose steps nobody keeps.
    synthetic
        Whether it is invented; only so in the ledger of demonstration.
    papers, answers, claims
        What was handed in: the papers, what is said to each point, and the figures that are claimed.
    steps, audits, earlier, reminders
        What became of it: its steps from the notice on, what departments say of its claims, the claims of versions that
        came back, and who was reminded.
    """

    unit: UnitId
    year: int
    evaluator: UnitId = ""
    source: Texts
    submitted: dt.date | None = None
    synthetic: bool = False
    papers: tuple[Paper, ...] = ()
    answers: tuple[Answer, ...] = ()
    claims: tuple[Claim, ...] = ()
    steps: tuple[EvaluationStep, ...] = ()
    audits: tuple[Audit, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    reminders: tuple[Reminder, ...] = ()

    @property
    def last_submitted(self) -> dt.date | None:
        """When what stands here was handed in."""
        return next((step.date for step in reversed(self.steps) if step.state == "submitted"), self.submitted)

    def state_on(self, day: dt.date) -> str:
        """Give its state at the end of a day; empty before it was asked for."""
        taken = by_day(self.steps, day)
        if taken:
            return taken[-1].state
        return "submitted" if self.submitted is not None and self.submitted <= day else ""

    def handed_in_by(self, day: dt.date) -> bool:
        """Tell whether any version was handed in by a day."""
        return self._submitted_by(day) is not None

    def _submitted_by(self, day: dt.date) -> dt.date | None:
        days = [step.date for step in self.steps if step.state == "submitted" and step.date <= day]
        return days[-1] if days else self.submitted if self.submitted is not None and self.submitted <= day else None

    def as_of(self, day: dt.date) -> SelfEvaluation:
        """Give it as it stood at the end of a day: its steps until then, and the version that was handed in last.

        A version that came back since is that which is kept under ``earlier``; where none is kept there is nothing.
        """
        submitted = self._submitted_by(day)
        version: SelfEvaluation | Earlier = self
        if submitted != self.last_submitted:
            kept = (each for each in reversed(self.earlier) if each.submitted == submitted)
            version = next(kept, Earlier(submitted=submitted or day))
        return self.model_copy(update={
            "papers": version.papers, "answers": version.answers, "claims": version.claims,
            "audits": tuple(each for each in version.audits if each.asked <= day), "steps": by_day(self.steps, day),
            "earlier": tuple(each for each in self.earlier if submitted is not None and each.submitted < submitted),
        })  # fmt: skip

    def public_on(self, day: dt.date) -> bool:
        """Tell whether what it says may be published: approved by then, or kept without steps and handed in."""
        return self.state_on(day) in APPROVED if self.steps else self.handed_in_by(day)

    def due_on(self, day: dt.date) -> dt.date | None:
        """Give the time limit that holds at the end of a day."""
        return due_by(self.steps, day)

    def overdue_on(self, day: dt.date) -> bool:
        """Tell whether its time limit is over while it is the unit's turn."""
        due = self.due_on(day)
        return due is not None and due < day and self.state_on(day) in WITH_THE_UNIT

    def late_by(self, day: dt.date) -> int | None:
        """Give by how many days what was handed in last by a day came after the time limit that held then.

        Returns
        -------
        int or None
            0 if it came in time; None if nothing was handed in by then, or no time limit held.

        Examples
        --------
        >>> steps = [{"state": "requested", "date": "2026-01-15", "by": "a", "due": "2026-03-31"},
        ...          {"state": "submitted", "date": "2026-04-03", "by": "b"}]
        >>> late = SelfEvaluation(unit="U7", year=2026, source={"zh-Hans": "…"}, steps=steps)
        >>> late.late_by(dt.date(2026, 4, 2)), late.late_by(dt.date(2026, 12, 1))
        (None, 3)
        """
        taken = by_day(self.steps, day)
        last = next((at for at in reversed(range(len(taken))) if taken[at].state == "submitted"), None)
        if last is None:
            return None
        due = due_by(taken[:last], taken[last].date)
        return None if due is None else max(0, (taken[last].date - due).days)

    @property
    def seal(self) -> str:
        """The SHA-256 of its papers, answers and claims, which the step that approves them keeps."""
        return sealed({"papers": self.papers, "answers": self.answers, "claims": self.claims})

    @property
    def approved_as(self) -> str:
        """The seal of what was approved, until it is returned; empty where none was kept."""
        return seal_of(self.steps, {"returned", "submitted"})


__all__ = [
    "APPROVED", "EVALUATION_MOVES", "WITH_THE_UNIT", "Answer", "Audit", "Claim", "Decider", "Direction", "Earlier",
    "EvaluationState", "EvaluationStep", "Reminder", "SelfEvaluation",
]  # fmt: skip
