"""Self-evaluations as tables for memos: where each stands, what was answered, what departments say, what came back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.gathered import Gathered, cells_of
from analysis.findings.ledger.counts import Counts, table_of
from analysis.findings.measures import NO_MEASURE
from analysis.messages import LANGUAGES, Texts, in_columns, listed, pick
from analysis.supervision.checks import SOUND, check
from analysis.supervision.evaluations import evaluated
from analysis.supervision.points import Form, form_of, forms
from analysis.supervision.year import office_year, reminders
from analysis.workspace.ledger.self_evaluations import APPROVED

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.ledger.monitored import Monitored
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import SelfEvaluation

TOPIC: Final = "self_evaluation_course"
#: What is counted of a self-evaluation, days that it was late among it, and of all below an evaluator.
COUNTED: Final = ("returned", "audits", "confirmed", "objected", "cannot_tell", "unanswered", "late", "reminders")
OF_ALL: Final = ("asked", "handed_in", "returned_once", "checked", "approved", "overdue")
#: A self-evaluation a row, and one for each kind of unit below an evaluator; dates are ISO, counts ids of cells.
EVALUATIONS: Final = (
    "unit", "year", "kind", "state", "requested", "due", "submitted", "approved_on", "published_on",
    "next_reminder", "source_zh", "source_en", *COUNTED, "access", "cells_under", "synthetic",
)  # fmt: skip
SUMS: Final = ("unit", "year", "kind", "due", "requested", *OF_ALL, "synthetic")
ANSWERS: Final = (
    "unit", "year", "head", "head_zh", "head_en", "point", "asked_zh", "asked_en", "asks", "duty", "text_zh", "text_en",
    "papers_zh", "papers_en", "access", "synthetic",
)  # fmt: skip
POINTS: Final = ("unit", "year", "form", "form_zh", "form_en", "head_zh", "head_en", "asked_zh", "asked_en", "asks",
                 "certainty")  # fmt: skip
AUDITS: Final = (
    "unit", "year", "claim", "said_zh", "said_en", "department", "department_zh", "department_en", "asked", "due",
    "answered", "flag", "note_zh", "note_en", "access", "synthetic",
)  # fmt: skip
#: Who was asked, as everybody may read it whatever comes of it: a unit a row.
NOTICED: Final = ("unit", "year", "of", "kind", "requested", "due")
REQUIREMENTS: Final = ("unit", "year", "text_zh", "text_en", "certainty")
STEPS: Final = ("unit", "year", "state", "date", "by", "due", "note_zh", "note_en", "access", "synthetic")
FAULTS: Final = ("unit", "year", "aspect", "problem", "claim", "text_zh", "text_en", "access", "synthetic")


def gather_evaluations(
    workspace: Workspace, monitored: Monitored, *, evaluator: str, year: int, synthetic: bool
) -> Gathered:
    """Gather the self-evaluations of a year below an evaluator.

    Parameters
    ----------
    workspace
        The workspace.
    monitored
        The figures that claims are held to.
    evaluator
        Who evaluates.
    year
        The year of evaluation.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    Gathered
        The tables ``evaluations``, ``evaluation_sums``, ``noticed``, ``evaluation_points``, ``requirements``,
        ``answers``, ``audits``, ``evaluation_steps`` and ``evaluation_faults``, with their cells; nothing where nobody
        was asked. What is about one unit and not approved yet, what departments say, and what the checks found has the
        access ``internal``.
    """
    ledger = workspace.ledger_of(synthetic=synthetic)
    units = evaluated(workspace, evaluator)
    day = workspace.settings.released
    found = [_Course(workspace, ledger.self_evaluations[unit, year].as_of(day), form_of(workspace, unit), synthetic)
             for unit in units if (unit, year) in ledger.self_evaluations]  # fmt: skip
    if not any(each.evaluation.steps for each in found):
        return Gathered()
    courses = [each for each in found if each.evaluation.steps]
    sums = [*_sums(workspace, evaluator, year, units, courses, synthetic=synthetic)]
    faults = [row for each in courses if each.evaluation.handed_in_by(each.day)
              for row in _faults(workspace, each, monitored)]  # fmt: skip
    tables = {
        "evaluations": table_of([each.row() for each in courses], EVALUATIONS),
        "evaluation_sums": table_of([row for _, row in sums], SUMS),
        "evaluation_points": _frame(_points(workspace, evaluator, year, units), POINTS),
        "noticed": _frame((each.noticed(evaluator) for each in courses if each.evaluation.state_on(each.day)), NOTICED),
        "requirements": _frame(_requirements(workspace, evaluator, year), REQUIREMENTS),
        "answers": table_of([row for each in courses for row in each.answers()], ANSWERS),
        "audits": table_of([row for each in courses for row in each.audits()], AUDITS),
        "evaluation_steps": table_of([row for each in courses for row in each.steps()], STEPS),
        "evaluation_faults": table_of(faults, FAULTS),
    }
    counted = [*(each.counts for each in courses), *(counts for counts, _ in sums)]
    return Gathered(
        cells=cells_of(row for counts in counted for row in counts.rows()),
        tables={name: frame for name, frame in tables.items() if len(frame)},
    )


def _frame(rows: Iterator[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    types = dict.fromkeys(columns, "str") | {"year": "int64"}
    return pd.DataFrame(list(rows), columns=list(columns)).astype(types)


@dataclass(frozen=True)
class _Course:
    """The way of one self-evaluation."""

    workspace: Workspace
    evaluation: SelfEvaluation
    form: Form
    synthetic: bool

    @property
    def day(self) -> dt.date:
        return self.workspace.settings.released

    @property
    def about(self) -> dict[str, Any]:
        return {"unit": self.evaluation.unit, "year": self.evaluation.year, "synthetic": self.synthetic}

    @property
    def access(self) -> str:
        return "public" if self.evaluation.public_on(self.day) else "internal"

    @cached_property
    def counts(self) -> Counts:
        flags = [each.flag if each.answered and each.answered <= self.day else None for each in self.evaluation.audits]
        taken = [step for step in self.evaluation.steps if step.date <= self.day]
        sizes = {
            "returned": sum(step.state == "returned" for step in taken), "audits": len(flags),
            **{name: flags.count(name) for name in ("confirmed", "objected", "cannot_tell")},
            "unanswered": flags.count(None), "late": self.evaluation.late_by(self.day) or 0,
            "reminders": sum(each.date <= self.day and each.kind == "hand_in" for each in self.evaluation.reminders),
        }  # fmt: skip
        return Counts(TOPIC, self.evaluation.unit, self.evaluation.year, NO_MEASURE, sizes)

    def on(self, state: str, *, first: bool = False) -> str:
        """Give the day of its first or last step into a state; empty if there was none, or it was withdrawn since."""
        if state in APPROVED and self.evaluation.state_on(self.day) not in APPROVED:
            return ""
        dates = [step.date for step in self.evaluation.steps if step.state == state and step.date <= self.day]
        return str(dates[0 if first else -1]) if dates else ""

    def noticed(self, evaluator: str) -> dict[str, Any]:
        """Give what the notice said: whom it asked, and by when."""
        first = self.evaluation.steps[0]
        return {"unit": evaluator, "year": self.evaluation.year, "of": self.evaluation.unit,
                "kind": self.workspace.units.kind(self.evaluation.unit), "requested": str(first.date),
                "due": str(first.due or "")}  # fmt: skip

    def row(self) -> dict[str, Any]:
        evaluation = self.evaluation
        own = evaluation.state_on(self.day) in {"requested", "returned"}
        due = evaluation.due_on(self.day) if own else None
        rule = office_year(self.workspace).self_evaluation.reminders
        until = max(self.day, due or self.day) + dt.timedelta(days=rule.days_after)
        coming = [day for day in reminders(due, rule, until) if day >= self.day] if due else []
        return {
            **self.about, "kind": self.workspace.units.kind(evaluation.unit), "state": evaluation.state_on(self.day),
            "requested": self.on("requested", first=True), "submitted": self.on("submitted"),
            "approved_on": self.on("approved"), "published_on": self.on("published"),
            "due": str(due or ""), "next_reminder": str(coming[0]) if coming else "",
            **in_columns("source", evaluation.source), **{name: self.counts.cell(name) for name in COUNTED},
            "access": self.access, "cells_under": f"{TOPIC}/{evaluation.unit}/{evaluation.year}/",
        }  # fmt: skip

    def answers(self) -> Iterator[dict[str, Any]]:
        """Give what was answered, in the order of the form."""
        given = {each.point: each for each in self.evaluation.answers}
        heads = {each.id: each for each in self.form.heads}
        for point in self.form.points:
            if point.id in given and self.evaluation.handed_in_by(self.day):
                answer, head = given[point.id], heads[point.head]
                yield {
                    **self.about, "head": head.id, **in_columns("head", head.name), "point": point.id,
                    **in_columns("asked", point.text), "asks": point.asks, "duty": head.duty,
                    **in_columns("text", answer.text), **in_columns("papers", self.papers(answer.evidence)),
                    "access": self.access,
                }  # fmt: skip

    def papers(self, evidence: Sequence[str]) -> Texts:
        """Name the papers of an answer, each by its title; by its id where no list of papers was handed in."""
        titles = {each.id: each.title for each in self.evaluation.papers}
        named = [titles.get(each, {"zh-Hans": each}) for each in evidence]
        return {language: listed((pick(each, language) for each in named), language) for language in LANGUAGES}

    def audits(self) -> Iterator[dict[str, Any]]:
        """Give what departments were asked, and what they say: inside the office."""
        said = {each.id: each.text for each in self.evaluation.claims}
        units = self.workspace.units
        for each in self.evaluation.audits:
            if each.asked <= self.day:
                there = each.answered is not None and each.answered <= self.day
                yield {
                    **self.about, "claim": each.claim, **in_columns("said", said.get(each.claim)),
                    "department": each.department, **in_columns("department", units.names(each.department)),
                    "asked": str(each.asked), "due": str(each.due or ""),
                    "answered": str(each.answered) if there else "", "flag": each.flag if there else "",
                    **in_columns("note", each.note if there else None), "access": "internal",
                }  # fmt: skip

    def steps(self) -> Iterator[dict[str, Any]]:
        """Give its steps: that of a return with its reasons inside the office."""
        for step in self.evaluation.steps:
            if step.date <= self.day:
                yield {**self.about, "state": step.state, "date": str(step.date), "by": step.by,
                       "due": str(step.due or ""), **in_columns("note", step.note), "access": "internal"}  # fmt: skip


def _faults(workspace: Workspace, course: _Course, monitored: Monitored) -> Iterator[dict[str, Any]]:
    found = check(workspace, unit=course.evaluation.unit, year=course.evaluation.year, synthetic=course.synthetic,
                  monitored=monitored, evaluation=course.evaluation)  # fmt: skip
    for row in found[~found["problem"].isin(SOUND)].to_dict("records"):
        yield {**course.about, **{name: row[name] for name in ("aspect", "problem", "claim", "text_zh", "text_en")},
               "access": "internal"}  # fmt: skip


def _sums(
    workspace: Workspace, evaluator: str, year: int, units: Sequence[str], courses: Sequence[_Course], *,
    synthetic: bool,
) -> Iterator[tuple[Counts, dict[str, Any]]]:  # fmt: skip
    """Count the self-evaluations below an evaluator, kind by kind."""
    kinds = dict.fromkeys(workspace.units.kind(unit) for unit in units)
    for kind in kinds:
        mine = [each for each in courses if workspace.units.kind(each.evaluation.unit) == kind]
        if not mine:
            continue
        states = [each.evaluation.state_on(each.day) for each in mine]
        sizes = {
            "asked": len(mine),
            "handed_in": sum(each.evaluation.handed_in_by(each.day) for each in mine),
            "returned_once": sum(each.counts["returned"] > 0 for each in mine),
            "checked": sum(state in {"checked", "audited", "withdrawn", *APPROVED} for state in states),
            "approved": sum(state in APPROVED for state in states),
            "overdue": sum(each.evaluation.overdue_on(each.day) for each in mine),
        }
        counts = Counts(TOPIC, evaluator, year, NO_MEASURE, sizes, kind)
        first = mine[0].evaluation.steps[0]
        yield counts, {**counts.overview(OF_ALL, synthetic=synthetic), "kind": kind, "due": str(first.due or ""),
                       "requested": str(first.date)}  # fmt: skip


def _requirements(workspace: Workspace, evaluator: str, year: int) -> Iterator[dict[str, Any]]:
    """Give what the notice requires, as the rule set has it."""
    for each in office_year(workspace).self_evaluation.requirements:
        yield {"unit": evaluator, "year": year, **in_columns("text", each.text), "certainty": each.certainty}


def _points(workspace: Workspace, evaluator: str, year: int, units: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Give all points of the forms that are answered, as the notice lists them."""
    kinds = {workspace.units.kind(unit) for unit in units}
    for form in forms(workspace).forms:
        if not kinds & {*form.kinds}:
            continue
        heads = {each.id: each.name for each in form.heads}
        for point in form.points:
            asks = "asks_responsible" if point.responsible else f"asks_{point.asks}"
            yield {"unit": evaluator, "year": year, "form": form.id, **in_columns("form", form.title),
                   **in_columns("head", heads[point.head]), **in_columns("asked", point.text), "asks": asks,
                   "certainty": point.certainty}  # fmt: skip
