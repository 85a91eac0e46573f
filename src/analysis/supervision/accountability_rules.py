"""The rule set `accountability`: situations that documents name, and the material that bears on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from analysis.messages import DuzhengError, Fault, Texts
from analysis.supervision.incidents import Grade, IncidentKind
from analysis.supervision.year import rule
from analysis.workspace.ledger.entries import Id
from analysis.workspace.rules import Entry, Sourced

if TYPE_CHECKING:
    from analysis.workspace import Workspace

RULE: Final = "accountability"
MaterialKind = Literal[
    "items_overdue", "items_returned", "claims_differ", "papers_changed", "deliveries_refused", "incidents",
    "index_below", "recognition_below", "decisions_overdue", "targets_missed", "findings", "problems",
    "self_evaluation_late",
]  # fmt: skip
#: The settings that each kind of material has, those first that it must have.
SETTINGS: Final[Mapping[MaterialKind, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "items_overdue": (("days",), ()), "items_returned": (("times",), ()), "claims_differ": ((), ()),
    "papers_changed": ((), ()), "deliveries_refused": (("months",), ()),
    "incidents": (("months",), ("kinds", "grade")), "index_below": (("survey", "index", "mark"), ()),
    "recognition_below": ((), ()), "decisions_overdue": (("days",), ()), "targets_missed": ((), ()),
    "findings": (("months",), ("of", "duties")), "problems": (("months",), ("duties",)),
    "self_evaluation_late": (("days",), ()),
}  # fmt: skip


class Material(Sourced):
    """Material that bears on a situation, and how much of it asks people to look.

    Parameters
    ----------
    kind
        What it is.
    count
        From how many on the mark is reached.
    days, times
        By how many days something is overdue or late at least; how often an item was returned.
    months
        How far back from the day that is spoken of.
    kinds, grade
        Kinds of incidents, all if empty; and their least grade.
    survey, index, mark
        An index by its questionnaire, and what it is below.
    of, duties
        Whose findings, and on which duties; all if empty.
    """

    kind: MaterialKind
    count: Annotated[int, Field(ge=1)] = 1
    days: Annotated[int, Field(ge=1)] | None = None
    times: Annotated[int, Field(ge=1)] | None = None
    months: Annotated[int, Field(ge=1)] | None = None
    kinds: tuple[IncidentKind, ...] = ()
    grade: Grade | None = None
    survey: str = ""
    index: str = ""
    mark: float | None = None
    of: tuple[Literal["supervision", "audit", "poll", "media"], ...] = ()
    duties: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_its_settings(self) -> Self:
        needed, more = SETTINGS[self.kind]
        given = {*self.model_dump(exclude_defaults=True)} - {"kind", "count", "source", "certainty"}
        if not {*needed} <= given <= {*needed, *more}:
            raise ValueError(f"{self.kind} with {', '.join((*needed, *more)) or 'no settings'}")
        return self


class Document(Sourced):
    """A document that names situations; ``named`` is how many, where that is known."""

    id: Id
    title: Texts
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    named: Annotated[int, Field(ge=1)] | None = None

    def on(self, day: dt.date) -> bool:
        """Tell whether it is in force on a day, as far as known."""
        return (self.effective_from or day) <= day <= (self.effective_to or day)


class Situation(Sourced):
    """A situation that a document names, and the material that bears on it."""

    id: Id
    document: Id
    text: Texts
    evidence: Annotated[tuple[Material, ...], Field(min_length=1)]


class Accountability(Entry):
    """What the rule set says."""

    documents: tuple[Document, ...]
    situations: tuple[Situation, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        wrong = []
        for ids in ([each.id for each in self.documents], [each.id for each in self.situations]):
            wrong += [f"{each}: each id once" for each in sorted({*ids}) if ids.count(each) > 1]
        known = [each.id for each in self.documents]
        wrong += [f"{each.document}: a document of {', '.join(known)}" for each in self.situations
                  if each.document not in known]  # fmt: skip
        wrong += [f"{each.id}: no more situations than the {each.named} that it names" for each in self.documents
                  if each.named is not None and each.named < len(self.of(each.id))]  # fmt: skip
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def of(self, document: str) -> tuple[Situation, ...]:
        """Give the situations of a document that were read."""
        return tuple(each for each in self.situations if each.document == document)


def accountability_rules(workspace: Workspace) -> Accountability:
    """Read the rule set, and hold it to the duties and the questionnaires.

    Raises
    ------
    DuzhengError
        DZ-F004 if there is none; DZ-W003 with every parameter that is wrong.
    """
    found: Accountability = rule(workspace, RULE).read(Accountability)
    faults = [*_unknown(workspace, found)]
    if faults:
        raise DuzhengError(*faults)
    return found


def _unknown(workspace: Workspace, found: Accountability) -> Iterator[Fault]:
    from analysis.surveys import questionnaires

    file = f"data/rules/{RULE}.yaml"
    duties = {str(each["id"]) for each in rule(workspace, "duties").parameters.get("duties", ())}
    asked = {(each.survey, each.index) for of in found.situations for each in of.evidence if each.survey}
    known = {(each.questionnaire.id, index.id) for each in questionnaires(workspace).values()
             for index in each.questionnaire.analyses.indices} if asked else set()  # fmt: skip
    for situation in found.situations:
        for number, each in enumerate(situation.evidence):
            at = f"{situation.id}.evidence.{number}"
            for duty in each.duties:
                if duty not in duties:
                    yield Fault("DZ-W003", file=file, column=f"{at}.duties", found=repr(duty),
                                expected=f"a duty of {', '.join(sorted(duties))}")  # fmt: skip
            if each.survey and (each.survey, each.index) not in known:
                yield Fault("DZ-W003", file=file, column=f"{at}.index", found=f"{each.survey}/{each.index}",
                            expected="an index of a questionnaire of the workspace")  # fmt: skip
