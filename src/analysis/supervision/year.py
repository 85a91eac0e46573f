"""The office's year: by when what is asked for; the rule set `office_year`."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

from pydantic import Field, field_validator

from analysis.messages import DuzhengError, Fault, Texts
from analysis.workspace.rules import Entry, RuleSet, Sourced

if TYPE_CHECKING:
    from analysis.workspace import Workspace

RULE: Final = "office_year"
#: What checks may find wrong: an answer, a figure or a paper is missing, a figure is old, claims contradict each other,
#: one, or what is said in words, differs from what was monitored, or a target counts as reached that is not.
Problem = Literal[
    "missing_answer", "missing_figure", "old_figure", "no_evidence", "no_evidence_answer", "contradicts", "differs",
    "differs_in_text", "target_false",
]  # fmt: skip


class Day(Sourced):
    """A day of every year, as ``03-31``."""

    day: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]

    @field_validator("day")
    @classmethod
    def _is_one(cls, day: str) -> str:
        dt.date.fromisoformat(f"2024-{day}")
        return day

    def of(self, year: int) -> dt.date:
        """Give the day of a year; 28 February where a year has no 29th."""
        month, day = map(int, self.day.split("-"))
        return dt.date(year, month, min(day, monthrange(year, month)[1]))


class Days(Sourced):
    """How many days something takes."""

    days: Annotated[int, Field(ge=0)]


class Reminders(Sourced):
    """So many days before a time limit people are reminded of it, and every so many after it; of audits as well."""

    days_before: tuple[int, ...] = ()
    days_after: Annotated[int, Field(ge=1)] = 7


class Longest(Sourced):
    """The most characters that a text may have, in the years that are named."""

    most: Annotated[int, Field(ge=1)]
    years: tuple[int, ...] = ()


class Requirement(Sourced):
    """A sentence of the notice: what is required of those who evaluate themselves."""

    text: Texts


class ReturnedFor(Sourced):
    """The problems that keep a self-evaluation from being accepted, as checks name them."""

    problems: tuple[Problem, ...] = get_args(Problem)


class OfEvaluations(Entry):
    """Time limits of self-evaluations, what is required of them, and what they are returned for."""

    noticed: Day
    due: Day
    reminders: Reminders
    correction: Days
    audit: Days
    requirements: tuple[Requirement, ...] = ()
    returned_for: ReturnedFor = ReturnedFor(certainty="own")


class OfReports(Entry):
    """Time limits of the self-report of the whole, and how long it may be."""

    noticed: Day
    submitted: Day
    objections: Days
    characters: tuple[Longest, ...] = ()
    remind_of_characters: Longest | None = None

    def longest(self, year: int) -> tuple[Longest | None, bool]:
        """Give the limit of a year, and whether a document sets it for that year."""
        set_for = next((each for each in self.characters if year in each.years), None)
        return (set_for, True) if set_for else (self.remind_of_characters, False)


class OfficeYear(Entry):
    """What the rule set says."""

    self_evaluation: OfEvaluations
    self_report: OfReports


def office_year(workspace: Workspace) -> OfficeYear:
    """Read the rule set.

    Raises
    ------
    DuzhengError
        DZ-F004 if there is none, DZ-W003 with every parameter that is wrong.
    """
    return rule(workspace, RULE).read(OfficeYear)


def rule(workspace: Workspace, name: str) -> RuleSet:
    """Give a rule set that the office's year needs (DZ-F004 if there is none)."""
    if name not in workspace.rules:
        raise DuzhengError(
            Fault("DZ-F004", file=f"data/rules/{name}.yaml", found="no such rule set", expected="that of the office",
                  hint="copy it from another workspace, and put in what holds here")
        )  # fmt: skip
    return workspace.rules[name]


def reminders(due: dt.date, rule: Reminders, until: dt.date) -> Iterator[dt.date]:
    """Give the days on which people are reminded of a time limit, up to and including a day.

    Examples
    --------
    >>> rule = Reminders(days_before=(14, 3), days_after=7, certainty="own")
    >>> [str(day) for day in reminders(dt.date(2026, 3, 31), rule, dt.date(2026, 4, 10))]
    ['2026-03-17', '2026-03-28', '2026-04-07']
    """
    days = sorted(due - dt.timedelta(days=before) for before in rule.days_before)
    yield from (day for day in days if day <= until)
    after = due + dt.timedelta(days=rule.days_after)
    while after <= until:
        yield after
        after += dt.timedelta(days=rule.days_after)
