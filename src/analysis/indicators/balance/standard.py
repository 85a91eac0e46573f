"""What a rule set says on balanced development: indicators, thresholds, limits, items; each with its source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analysis.messages import DuzhengError, Fault, Texts
from analysis.messages.requests import wrong
from analysis.workspace.rules import Certainty, Entry, Sourced, hold_source
from analysis.workspace.schools import KINDS, PEOPLE, PROPERTY

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

#: The stages that a rule on compulsory education counts.
TEACHING_STAGES = ("primary", "junior")
#: The parts of a verdict, in their order. ``cv`` judges each coefficient, ``composite`` their mean.
Part = Literal["schools", "cv", "composite", "government", "quality", "recognition", "veto"]
PARTS: tuple[Part, ...] = ("schools", "cv", "composite", "government", "quality", "recognition", "veto")
WHOLE = "whole"
COMPOSITE = "composite"
#: Parts of a rule that a verdict rests on only where there are schools that they are about: combined ones, and ones
#: that are left out.
BESIDE = ("split", "left_out")
#: What may separate two numbers that are equal but for the rounding of floats.
CLOSE = 1e-9

#: What to do in a workspace that has no rule set.
NO_RULE = (
    "copy one, such as high_quality_balance.yaml, into data/rules, and the rows of data/sources.csv that it names; "
    "see docs/balance.md"
)

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(gt=0, le=1)]
Limits = dict[str, Positive]  # by stage


class Indicator(Entry):
    """A resource of schools: a total, divided by students."""

    id: str
    total: str  #: the column of school tables
    per: Literal[1, 100] = 1  #: students that the value is of
    group: Literal["property", "people"]
    name: Texts
    short: Texts  #: for charts
    measure: Texts
    decimals: int = 2
    thresholds: Limits = Field(default_factory=dict)  #: none where the rule holds no school to it

    @model_validator(mode="after")
    def _known(self) -> Self:
        columns = PROPERTY if self.group == "property" else PEOPLE
        if self.total not in columns:
            raise ValueError(f"a column of {self.group}: {', '.join(columns)}")
        if self.thresholds and set(self.thresholds) != set(TEACHING_STAGES):
            raise ValueError("thresholds for primary and junior, or none")
        return self


class Stated(Sourced):
    """A part of the rule; of an own choice ``why`` may say what was read and what is assumed."""

    why: Texts | None = None


class Resources(Stated):
    """The indicators."""

    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]


class SchoolRule(Stated):
    """What every school must meet: so many thresholds, and of the others a share."""

    at_least: Annotated[int, Field(ge=1)]
    rest: Share


class Variation(Stated):
    """The limits of coefficients of variation: of ``each`` one, or of their plain ``mean``."""

    of: Literal["each", "mean"]
    limits: Limits

    @model_validator(mode="after")
    def _both(self) -> Self:
        if set(self.limits) != set(TEACHING_STAGES):
            raise ValueError("limits for primary and junior")
        return self


class LeftOut(Stated):
    """The schools that indicators do not count."""

    kinds: tuple[str, ...] = ()
    points_below: Annotated[int, Field(ge=0)] = 0  #: teaching points with fewer students than this

    @model_validator(mode="after")
    def _known(self) -> Self:
        if strange := set(self.kinds) - set(KINDS):
            raise ValueError(f"kinds of {', '.join(KINDS)}, not {', '.join(sorted(strange))}")
        return self


class Split(Stated):
    """How much a student of a stage counts where the stages of a school share property."""

    weights: dict[str, Positive]

    @model_validator(mode="after")
    def _all(self) -> Self:
        if set(self.weights) != {*TEACHING_STAGES, "senior"}:
            raise ValueError("weights for primary, junior and senior")
        return self


class Item(Entry):
    """Something that is held to a bound, or that evidence says yes or no to."""

    id: str
    no: int  #: its number in the rule; an item with several conditions has several entries
    name: Texts
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    unit: Texts | None = None  #: of the value
    size: dict[str, Positive] = Field(default_factory=dict)  #: students, by how many stages
    largest_class: Limits = Field(default_factory=dict)  #: both are computed from school tables
    same_as: str = ""  #: an item that decides this one
    certainty: Certainty | None = None  #: where it differs from that of its part
    source: str = ""

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        given = [self.at_least, self.at_most, self.below, self.size or None, self.largest_class or None,
                 self.same_as or None]  # fmt: skip
        if sum(each is not None for each in given) > 1:
            raise ValueError("one of at_least, at_most, below, size, largest_class, same_as; none for evidence")
        if set(self.size) not in (set(), {"one", "several"}) or set(self.largest_class) not in (
            set(),
            set(TEACHING_STAGES),
        ):
            raise ValueError("size for one and several stages; largest_class for primary and junior")
        if self.certainty is not None:
            hold_source(self.source, self.certainty)
        return self

    @property
    def bound(self) -> tuple[Literal[">=", "<=", "<"], float] | None:
        """The bound that a value is held to; none for evidence."""
        if self.at_least is not None:
            return ">=", self.at_least
        if self.at_most is not None:
            return "<=", self.at_most
        return ("<", self.below) if self.below is not None else None

    @property
    def kind(self) -> Literal["number", "evidence", "schools", "same"]:
        """What decides it: a number or evidence of the table of items, the school tables, another item."""
        if self.size or self.largest_class:
            return "schools"
        return "same" if self.same_as else "number" if self.bound else "evidence"


class Items(Stated):
    """The items of a part."""

    entries: Annotated[tuple[Item, ...], Field(min_length=1)]


class Standard(BaseModel):
    """The parameters of a rule set on balanced development."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resources: Resources
    schools: SchoolRule | None = None
    variation: Variation
    left_out: LeftOut
    split: Split
    items: dict[Part, Items] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        strange = []
        ids = [each.id for each in self.resources.indicators]
        strange += [f"indicator {each} twice" for each in sorted({each for each in ids if ids.count(each) > 1})]
        named = [item.id for _, item in self.every_item()]
        strange += [f"item {each} twice" for each in sorted({each for each in named if named.count(each) > 1})]
        deciders = {item.id for _, item in self.every_item() if not item.same_as}
        strange += [f"same_as: {item.same_as}" for _, item in self.every_item()
                    if item.same_as and item.same_as not in deciders]  # fmt: skip
        held = [each for each in self.resources.indicators if each.thresholds]
        if self.schools is not None and (len(held) < len(ids) or self.schools.at_least > len(ids)):
            strange.append("a rule on schools without a threshold for each of its indicators")
        strange += [f"items of {part}" for part in self.items if part in {"cv", "composite"}]
        if COMPOSITE in ids:
            strange.append(f"an indicator called {COMPOSITE}")
        if strange:
            raise ValueError(f"indicators and items that fit together, not {'; '.join(strange)}")
        return self

    def every_item(self) -> Iterator[tuple[Part, Item]]:
        """Go through the items with their parts, in the order of the parts."""
        for part in PARTS:
            if part in self.items:
                for item in self.items[part].entries:
                    yield part, item

    def item(self, name: str) -> Item:
        """Give an item by its id."""
        return next(item for _, item in self.every_item() if item.id == name)

    def indicator(self, name: str) -> Indicator:
        """Give an indicator by its id."""
        return next(each for each in self.resources.indicators if each.id == name)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that it has, in their order."""
        there = {"composite" if self.variation.of == "mean" else "cv", *self.items}
        if self.schools is not None:
            there.add("schools")
        return tuple(part for part in PARTS if part in there)

    def bases(self, *parts: str, occurring: Collection[str] = BESIDE) -> dict[str, Certainty]:
        """Give what the verdicts on parts rest on, by name, with how certain each is.

        Parameters
        ----------
        parts
            Of ``parts``; all if none is named.
        occurring
            Those of ``BESIDE`` whose schools there are.

        Returns
        -------
        dict
            Certainty by the names of :meth:`sourced`; an item that says its own stands as ``item.`` and its id.
        """
        asked = [part for part in self.parts if part in (parts or PARTS)]
        names: list[str] = ["variation"] if {"cv", "composite"} & set(asked) else []
        names += ["schools"] if "schools" in asked and self.schools is not None else []
        names += ["resources", *(name for name in BESIDE if name in occurring)] if names else []
        found = {name: self.sourced()[name].certainty for name in names}
        for part, item in self.every_item():
            if part in asked:
                found |= self.item_bases(part, item)
        return found

    def item_bases(self, part: Part, item: Item) -> dict[str, Certainty]:
        """Give what the verdict on an item rests on; one that another decides rests on that too."""
        own = item.certainty
        found: dict[str, Certainty] = {f"item.{item.id}": own} if own else {f"items.{part}": self.items[part].certainty}
        for where, each in self.every_item() if item.same_as else ():
            if each.id == item.same_as:
                found |= self.item_bases(where, each)
        return found

    def certainty_of(self, part: str, occurring: Collection[str] = BESIDE) -> Certainty:
        """Say how certain a part is: as the least certain of what it rests on."""
        return least_certain(self.bases(part, occurring=occurring).values())

    def sourced(self) -> Mapping[str, Stated]:
        """Give its parts that say where they are from, by name."""
        single: dict[str, Stated | None] = {
            "resources": self.resources, "schools": self.schools, "variation": self.variation,
            "left_out": self.left_out, "split": self.split,
        }  # fmt: skip
        named = {name: each for name, each in single.items() if each is not None}
        return named | {f"items.{part}": each for part, each in self.items.items()}


def least_certain(found: Iterable[Certainty]) -> Certainty:
    """Give the least certain of several.

    >>> least_certain(["A", "own", "B"])
    'own'
    """
    return max(found, key=("A", "B", "own", "C").index)


def is_standard(rule: RuleSet) -> bool:
    """Tell whether a rule set is one on balanced development."""
    return {"resources", "variation"} <= set(rule.parameters)


def read_standard(workspace: Workspace, rule: str | RuleSet) -> tuple[RuleSet, Standard]:
    """Read a rule set on balanced development, and hold its sources to those of the workspace.

    Raises
    ------
    DuzhengError
        DZ-S002 for a rule set that there is not, or that is on something else; DZ-W003 for what is wrong in it;
        DZ-I003 for unknown sources.
    """
    from analysis.workspace.rules import RuleSet

    there = [name for name, each in workspace.rules.items() if is_standard(each)]
    if isinstance(rule, str) and rule in there:
        rule = workspace.rules[rule]
    if not isinstance(rule, RuleSet) or not is_standard(rule):
        given = repr(rule.id if isinstance(rule, RuleSet) else rule)
        raise DuzhengError(wrong(f"rule={given}", f"a rule set on balance ({', '.join(there) or 'there is none'})",
                                 "they are in data/rules" if there else NO_RULE))  # fmt: skip
    read = rule.read(Standard)
    cited = {each.source for each in read.sourced().values()} | {item.source for _, item in read.every_item()}
    unknown = sorted(cited - {""} - set(workspace.sources.index[workspace.sources["status"] == "ok"]))
    if unknown:
        raise DuzhengError.of(
            Fault("DZ-I003", file=f"data/rules/{rule.id}.yaml", found=repr(each),
                  expected="a source of data/sources.csv that is not blocked",
                  hint="a rule set that was copied needs its rows of sources.csv too")
            for each in unknown
        )  # fmt: skip
    return rule, read
