"""What a rule set says on recognition by society, and the settings that no source gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analysis.messages import DuzhengError, Fault, Texts
from analysis.messages.requests import wrong
from analysis.workspace.rules import Entry, Sourced

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

#: What counts for a question that was answered: a point above the middle of its scale, one of its two best points, or
#: its place on the scale from 0 to 100.
Numerator = Literal["above_middle", "top2", "index"]
#: Whether "don't know" is in the base: then it is no satisfied answer, and the middle for the index.
DontKnow = Literal["excluded", "in_base"]
#: What a form weighs: as many as answered it, as much as the others, or the quotas of its groups.
FormWeights = Literal["persons", "equal", "quotas"]
NUMERATORS: tuple[Numerator, ...] = get_args(Numerator)
DONT_KNOWS: tuple[DontKnow, ...] = get_args(DontKnow)
FORM_WEIGHTS: tuple[FormWeights, ...] = get_args(FormWeights)
SETTINGS = ("items", "numerator", "dont_know", "form_weights")
Part = Annotated[float, Field(gt=0, lt=1)]


class PassMark(Sourced):
    """The percentage that must be reached."""

    value: Annotated[float, Field(gt=0, le=100)]


class Sample(Sourced):
    """How many are asked: a share of the residents."""

    share: Part


class Population(Sourced):
    """The indicator that the residents are taken from, and its year."""

    indicator: str
    year: int


class Planning(Sourced):
    """What is assumed for the error of a sample of that size."""

    deff: Annotated[float, Field(ge=1)]
    level: Part


class Form(Entry):
    """A form."""

    id: str
    name: Texts


class Group(Entry):
    """A group of respondents."""

    id: str
    name: Texts
    form: str
    at_least: Part | None = None  #: its least share; the others share the rest equally
    bands: bool = False  #: whether bands of grades are to be about equal in it


class Asked(Entry):
    """A survey of the workspace: whom it stands for."""

    place: str  #: the column of districts
    groups: Annotated[tuple[str, ...], Field(min_length=1)]
    role: str = ""  #: the column that tells its groups apart
    roles: dict[str, str] = Field(default_factory=dict)  #: of its codes, the group
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)  #: whose answers count, by column and codes


class Items(Entry):
    """Questions that enter, by survey."""

    name: Texts
    of: Annotated[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]], Field(min_length=1)]


class Forms(Sourced):
    """The forms."""

    entries: Annotated[tuple[Form, ...], Field(min_length=1)]


class Groups(Sourced):
    """The groups of respondents."""

    entries: Annotated[tuple[Group, ...], Field(min_length=1)]


class Surveys(Sourced):
    """The surveys of the workspace by id."""

    entries: dict[str, Asked]


class ItemSets(Sourced):
    """Sets of questions by name."""

    entries: Annotated[dict[str, Items], Field(min_length=1)]


class Settings(Sourced):
    """How one percentage is made of the answers: what an office decides, and prints beside it."""

    items: str
    numerator: Numerator
    dont_know: DontKnow
    form_weights: FormWeights


class Recognition(BaseModel):
    """The parameters of a rule set on recognition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pass_mark: PassMark
    sample: Sample
    population: Population
    planning: Planning
    forms: Forms
    groups: Groups
    surveys: Surveys
    items: ItemSets
    settings: Settings

    @model_validator(mode="after")
    def _fits(self) -> Self:
        forms, groups = {form.id for form in self.forms.entries}, {group.id for group in self.groups.entries}
        strange = [f"form {group.form} of group {group.id}" for group in self.groups.entries if group.form not in forms]
        by_form = {group.id: group.form for group in self.groups.entries}
        for name, asked in self.surveys.entries.items():
            strange += [f"group {each} of survey {name}" for each in {*asked.groups, *asked.roles.values()} - groups]
            if len({by_form.get(each) for each in asked.groups}) > 1:
                strange.append(f"survey {name} with groups of several forms")
        strange += [f"survey {survey} of items {name}" for name, items in self.items.entries.items()
                    for survey in items.of if survey not in self.surveys.entries]  # fmt: skip
        if self.settings.items not in self.items.entries:
            strange.append(f"items {self.settings.items}")
        least = sum(group.at_least or 0 for group in self.groups.entries)
        if least > 1 or (least == 1) == any(group.at_least is None for group in self.groups.entries):
            strange.append(f"least shares that add up to {least:g}")
        if strange:
            raise ValueError(f"forms, groups, surveys, items and shares that fit together, not {'; '.join(strange)}")
        return self

    def form_of(self, survey: str) -> str:
        """Give the form that a survey stands for."""
        return next(group.form for group in self.groups.entries if group.id in self.surveys.entries[survey].groups)

    def shares(self) -> dict[str, float]:
        """Give the share of each group: its least one, or its equal part of the rest.

        Notes
        -----
        A least share is taken as the share: "at least half" makes one half.
        """
        rest = [group.id for group in self.groups.entries if group.at_least is None]
        left = 1 - sum(group.at_least or 0 for group in self.groups.entries)
        return {group.id: group.at_least or left / len(rest) for group in self.groups.entries}


def read_rule(workspace: Workspace, rule: str | RuleSet) -> tuple[RuleSet, Recognition]:
    """Read a rule set on recognition, and hold its sources to those of the workspace.

    Raises
    ------
    DuzhengError
        DZ-S002 for a rule set that there is not; DZ-W003 for what is wrong in it; DZ-I003 for unknown sources.
    """
    if isinstance(rule, str):
        if rule not in workspace.rules:
            there = ", ".join(workspace.rules) or "none"
            raise DuzhengError(wrong(f"rule={rule!r}", f"a rule set of data/rules ({there})", "check the spelling"))
        rule = workspace.rules[rule]
    read = rule.read(Recognition)
    parts = [getattr(read, name) for name in type(read).model_fields]
    cited = {part.source for part in parts} - {""}
    unknown = sorted(cited - set(workspace.sources.index))
    if unknown:
        raise DuzhengError.of(
            Fault("DZ-I003", file=f"data/rules/{rule.id}.yaml", found=repr(each),
                  expected="a source of data/sources.csv")
            for each in unknown
        )  # fmt: skip
    return rule, read
