"""Points: what a self-evaluation answers, by the kind of those who answer; the rule set `evaluation_points`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from pydantic import Field, model_validator

from analysis.messages import DuzhengError, Fault, Texts
from analysis.supervision.year import rule
from analysis.workspace.rules import Entry, Sourced
from analysis.workspace.targets import Target, Term, read_targets

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import CoefficientOf

RULE: Final = "evaluation_points"


class Head(Sourced):
    """What points stand under, with the duty that it belongs to."""

    id: str
    name: Texts
    duty: str


class Point(Sourced):
    """A point.

    Parameters
    ----------
    id, head
        Its id, and the head that it stands under.
    text
        What is asked.
    asks
        For ``text`` alone, for ``figures`` beside it, for the ``targets`` of the government's term, or for what the
        monitoring of ``balance`` found.
    topics
        Topics of the catalogue whose indicators may be claimed here; ``satisfaction`` for indices of surveys.
    indicators
        Codes of those that must be.
    duty
        The duty that it belongs to, if not that of its head.
    responsible
        Whether only those departments are asked that answer for its duty.
    weight
        If the office sets one; nothing is computed of it.
    """

    id: str
    head: str
    text: Texts
    asks: Literal["text", "figures", "targets", "balance"] = "text"
    topics: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    duty: str = ""
    responsible: bool = False
    weight: float | None = None


class Form(Entry):
    """A form: who answers it, whose figures it asks for, its heads and its points in order."""

    id: str
    title: Texts
    figures_of: Literal["own", "evaluator"] = "own"
    kinds: tuple[str, ...] = Field(min_length=1)
    heads: tuple[Head, ...] = Field(min_length=1)
    points: tuple[Point, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        heads, points = [each.id for each in self.heads], [each.id for each in self.points]
        wrong = [f"{each}: each id once" for ids in (heads, points) for each in sorted(set(ids)) if ids.count(each) > 1]
        wrong += [f"{each.head}: a head of {', '.join(heads)}" for each in self.points if each.head not in heads]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def under(self, head: str) -> tuple[Point, ...]:
        """Give the points under a head."""
        return tuple(each for each in self.points if each.head == head)

    def duty(self, point: str) -> str:
        """Give the duty that a point belongs to; empty for one that there is not."""
        heads = {each.id: each.duty for each in self.heads}
        return next((each.duty or heads[each.head] for each in self.points if each.id == point), "")

    def point_of(self, topic: str, code: str = "") -> str:
        """Give the point that a claim of an indicator or topic belongs to; empty if none asks for it.

        One that names the indicator comes before one that is about its topic.
        """
        naming = [each.id for each in self.points if code in each.indicators]
        asking = [each.id for each in self.points if topic in each.topics]
        return next(iter([*naming, *asking]), "")


class Forms(Entry):
    """All forms of the rule set; a kind of unit answers one of them."""

    forms: tuple[Form, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_each(self) -> Self:
        kinds = [kind for form in self.forms for kind in form.kinds]
        twice = sorted({each for each in kinds if kinds.count(each) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: one form a kind of unit")
        return self


def forms(workspace: Workspace) -> Forms:
    """Read the rule set, and hold it to the duties and the catalogue.

    Raises
    ------
    DuzhengError
        DZ-F004 if there is none; DZ-W003 with every parameter that is wrong.
    """
    found: Forms = rule(workspace, RULE).read(Forms)
    file = f"data/rules/{RULE}.yaml"
    duties = {str(each["id"]) for each in _duties(workspace)}
    faults = [
        Fault("DZ-W003", file=file, column=f"{form.id}.{head.id}.duty", found=repr(head.duty),
              expected="a duty of the rule set duties")
        for form in found.forms for head in form.heads if duties and head.duty not in duties
    ] + [
        Fault("DZ-W003", file=file, column=f"{form.id}.{point.id}.duty", found=repr(point.duty),
              expected="a duty of the rule set duties")
        for form in found.forms for point in form.points if duties and point.duty and point.duty not in duties
    ] + [
        Fault("DZ-I001", file=file, column=f"{form.id}.{point.id}.indicators", found=repr(code),
              expected="a code of the catalogue")
        for form in found.forms for point in form.points for code in point.indicators if code not in workspace.catalogue
    ]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    return found


def _duties(workspace: Workspace) -> list[Any]:
    return list(workspace.rules["duties"].parameters.get("duties", ())) if "duties" in workspace.rules else []


def form_of(workspace: Workspace, unit: str) -> Form:
    """Give the form that a unit answers, by its kind, with the points that it is asked.

    Raises
    ------
    DuzhengError
        DZ-U001 for a unit that there is not, DZ-O001 for one of a kind that no form is for.
    """
    if unit not in workspace.units.frame.index:
        raise DuzhengError(Fault("DZ-U001", found=repr(unit), expected="an id of data/units.csv"))
    kind = workspace.units.kind(unit)
    known = forms(workspace).forms
    found = next((form for form in known if kind in form.kinds), None)
    if found is None:
        expected = f"a kind of {', '.join(each for form in known for each in form.kinds)}"
        raise DuzhengError(
            Fault("DZ-O001", file=f"data/rules/{RULE}.yaml", found=f"no form for {unit}, a {kind}", expected=expected)
        )
    if not any(point.responsible for point in found.points):
        return found
    from analysis.supervision.responsibilities import responsibilities

    duties = {duty for each in responsibilities(workspace).departments if each.unit == unit for duty in each.duties}
    asked = tuple(point for point in found.points if not point.responsible or found.duty(point.id) in duties)
    return found.model_copy(update={"points": asked})


def figures_asked(
    workspace: Workspace, form: Form, *, unit: str, year: int, synthetic: bool = False
) -> dict[tuple[str, str], tuple[Target, ...]]:
    """Give the figures that a unit must claim, by point and code of the indicator, with the targets set for each.

    Parameters
    ----------
    workspace
        The workspace.
    form
        The form that the unit answers.
    unit, year
        Whose, and of which year of evaluation: targets are those of terms that run then or ran in the year before.
    synthetic
        Whether the invented terms of the demonstration hold, or the workspace's own.
    """
    asked: dict[tuple[str, str], tuple[Target, ...]] = {}
    for point in form.points:
        asked |= {(point.id, code): () for code in (*point.indicators, *_of_department(workspace, form, point, unit))}
        if point.asks == "targets":
            for _, target in targets_of(workspace, unit=unit, year=year, synthetic=synthetic):
                key = (point.id, target.indicator)
                asked[key] = (*asked.get(key, ()), target)
    return asked


def _of_department(workspace: Workspace, form: Form, point: Point, unit: str) -> Iterator[str]:
    """Give the headline figures of the unit above that are published, in the topics that a department answers for."""
    if form.figures_of != "evaluator" or point.asks != "figures":
        return
    from analysis.supervision.responsibilities import responsibilities

    own = next((each.topics for each in responsibilities(workspace).departments if each.unit == unit), ())
    above = workspace.units.parent(unit)
    for code, indicator in workspace.catalogue.items():
        if indicator.headline and indicator.topic in {*own} & {*point.topics}:
            figures = workspace.figures(code)
            if (figures["unit"] == above).any():
                yield code


def targets_of(
    workspace: Workspace, *, unit: str, year: int, synthetic: bool = False
) -> list[tuple[Term, Target]]:  # fmt: skip
    """Give the targets for a unit of the terms that run in a year of evaluation, or ran in the year before.

    Parameters
    ----------
    workspace, unit, year, synthetic
        As of :func:`figures_asked`.
    """
    terms = read_targets(workspace.root, workspace.units, workspace.catalogue, workspace.sources, synthetic=synthetic
                         ) if synthetic else workspace.targets  # fmt: skip
    return [
        (term, target)
        for term in terms.values() if term.start.year <= year <= term.end.year + 1
        for target in term.targets if unit in term.units_of(target)
    ]  # fmt: skip


def coefficients_asked(workspace: Workspace, form: Form) -> dict[str, list[CoefficientOf]]:
    """Give the coefficients of the yearly monitoring of balance that a form asks for, by point: those with a limit."""
    from analysis.findings.coefficients import limited

    return {point.id: limited(workspace) for point in form.points if point.asks == "balance"}
