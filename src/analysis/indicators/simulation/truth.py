"""What is assumed of simulated schools: what they add up to, how they differ; `data/demo/schools/truth.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from analysis.messages import DuzhengError, Fault
from analysis.workspace.rules import Entry
from analysis.workspace.schools import PEOPLE as WITH_TEACHERS
from analysis.workspace.schools import PROPERTY, SHARED
from analysis.workspace.yaml_files import check_entry, line_of, read_yaml

if TYPE_CHECKING:
    from analysis.workspace import Workspace

FILE = "data/demo/schools/truth.yaml"
STAGES = ("primary", "junior", "senior")
#: The stages that a school of each kind teaches.
TEACHES: dict[str, tuple[str, ...]] = {**{stage: (stage,) for stage in STAGES}, **SHARED}
#: Schools that are in none of the figures.
BESIDE = ("special", "vocational")
#: People who are among the teachers.
PEOPLE = WITH_TEACHERS[1:]

Share = Annotated[float, Field(ge=0, le=1)]
Spread = Annotated[float, Field(ge=0, le=3)]
Positive = Annotated[float, Field(gt=0)]


def _stage(name: str) -> str:
    if name not in STAGES:
        raise ValueError(f"one of {', '.join(STAGES)}")
    return name


def _kind(name: str) -> str:
    if name not in TEACHES:
        raise ValueError(f"one of {', '.join(TEACHES)}")
    return name


def _place(name: str) -> str:
    if name not in (*STAGES, *BESIDE):
        raise ValueError(f"one of {', '.join((*STAGES, *BESIDE))}")
    return name


Stage = Annotated[str, AfterValidator(_stage)]
Kind = Annotated[str, AfterValidator(_kind)]
#: A number for each stage, and for schools that are beside the stages.
OfStages = dict[Annotated[str, AfterValidator(_place)], Positive]


class Block(Entry):
    """Figures of units that schools of some stages add up to, by code of the catalogue."""

    schools: str
    students: dict[Stage, str] = Field(min_length=1)
    teachers: str
    staff: str = ""
    weights: dict[Stage, Positive] = Field(default_factory=dict)  #: teachers a student, beside each other
    kinds: dict[Kind, Positive] = Field(min_length=1)  #: shares of the schools


class Teachers(Entry):
    """How teachers are spread over schools."""

    spread: Spread
    elasticity: Positive = 1.0  #: they grow with students to this power
    floor: dict[Stage, Positive] = Field(default_factory=dict)  #: per 100 students


class People(Entry):
    """Some of the teachers, such as those with a title."""

    share: OfStages
    spread: Spread  #: between schools, log odds
    between: Spread  #: between units
    floor: dict[Stage, Positive] = Field(default_factory=dict)  #: per 100 students


class Property(Entry):
    """Something that a school has, for each student."""

    median: OfStages
    spread: Spread  #: between schools, log scale
    between: Spread  #: between units
    elasticity: float = 0.0  #: power of size beside the unit's schools
    floor: dict[Stage, Positive] = Field(default_factory=dict)  #: per student


class Unit(Entry):
    """What is so of one unit's schools."""

    spread: Positive = 1.0  #: beside the spreads of all
    floored: Share = 0.0  #: schools that were brought up to the floors


class Points(Entry):
    """Teaching points: in no count of schools, but their pupils are pupils of the unit."""

    pupils: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] = (10, 48)
    units: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)


class Beside(Entry):
    """Schools that are in none of the figures."""

    schools: Annotated[int, Field(ge=0)]  #: of each unit
    students: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    teachers: Positive  #: per 100 students


class Heaped(Entry):
    """Round numbers."""

    columns: tuple[str, ...]
    to: Positive
    share: Share


class Copied(Entry):
    """Schools with another's property."""

    schools: Annotated[int, Field(ge=1)]


class Carried(Entry):
    """Figures of the year before."""

    share: Share
    columns: tuple[str, ...]


class Bunched(Entry):
    """Figures just above a floor."""

    column: str
    within: Positive


class Jumped(Entry):
    """A nought too many."""

    column: str
    times: Positive


class AboveStaff(Entry):
    """More teachers than staff."""

    by: Annotated[int, Field(ge=1)]


class Defects(Entry):
    """What is planted for an audit to find."""

    heaped: Heaped | None = None
    copied: Copied | None = None
    carried: Carried | None = None
    bunched: Bunched | None = None
    jumped: Jumped | None = None
    above_staff: AboveStaff | None = None


class Truth(Entry):
    """What is assumed of all simulated schools of a workspace."""

    synthetic: Literal[True]
    seed: Annotated[int, Field(ge=0)] = 1
    blocks: dict[str, Block] = Field(min_length=1)
    sizes: dict[Stage, dict[Kind, Positive]]
    size_spread: Spread = 0.4
    least_students: Annotated[int, Field(ge=1)] = 50
    persistence: Share = 0.98
    general: Share = 0.3
    split: dict[Stage, Positive]
    teachers: Teachers
    staff_spread: Spread = 0.1
    people: dict[str, People] = Field(default_factory=dict)
    property: dict[str, Property] = Field(default_factory=dict)
    class_size: OfStages
    class_limit: dict[Stage, Positive] = Field(default_factory=dict)  #: of schools that were brought up to the floors
    raised_above: Spread = 0.05
    otherwise: Unit = Unit()
    units: dict[str, Unit] = Field(default_factory=dict)
    teaching_points: Points = Points()
    beside: dict[Literal["special", "vocational"], Beside] = Field(default_factory=dict)
    defects: Defects = Defects()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        stages = [stage for block in self.blocks.values() for stage in block.students]
        kinds = [kind for block in self.blocks.values() for kind in block.kinds]
        if len(set(stages)) < len(stages) or len(set(kinds)) < len(kinds):
            raise ValueError("each stage and each kind of schools in one block")
        for kind in kinds:
            gone = [stage for stage in TEACHES[kind] if kind not in self.sizes.get(stage, {}) or stage not in stages]
            if gone:
                raise ValueError(f"figures and sizes of the stages that {kind} schools teach: {', '.join(gone)}")
        for what, known, named in (("people", PEOPLE, self.people), ("property", PROPERTY, self.property)):
            if set(named) - set(known):
                raise ValueError(f"{what} of {', '.join(known)}")
        return self

    def of(self, code: str) -> Unit:
        """Give what is so of a unit's schools."""
        return self.units.get(code, self.otherwise)


def read_truth(workspace: Workspace) -> Truth:
    """Read what is assumed of a workspace's simulated schools.

    Raises
    ------
    DuzhengError
        DZ-W002, DZ-W003 for the file; DZ-I001 and DZ-U001 for codes that the workspace does not know.
    """
    node = read_yaml(workspace.root / FILE, FILE)
    truth = check_entry(Truth, node, FILE)
    faults = []
    for name, block in truth.blocks.items():
        codes = [*block.students.values(), *filter(None, (block.schools, block.teachers, block.staff))]
        faults += [
            Fault("DZ-I001", file=FILE, line=line_of(node, ("blocks", name)), found=repr(code),
                  expected="the code of a count of the catalogue", hint="`duzheng data list` shows them")
            for code in codes if code not in workspace.catalogue or workspace.catalogue[code].kind != "count"
        ]  # fmt: skip
    for where, named in (("units", truth.units), ("teaching_points", truth.teaching_points.units)):
        faults += [
            Fault("DZ-U001", file=FILE, line=line_of(node, (where,)), found=repr(code),
                  expected="a code of data/units.csv")
            for code in named if not workspace.units.known(code)
        ]  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)
    return truth
