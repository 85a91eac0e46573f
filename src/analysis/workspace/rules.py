"""Rule sets: what an office holds figures to, each dated and with its source; `data/rules/*.yaml`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidatorFunctionWrapHandler, field_validator, model_validator

from analysis.messages import DuzhengError, Fault, Texts
from analysis.workspace.yaml_files import check_entry, line_of, place_of, read_yaml

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "data/rules"
Parameters = TypeVar("Parameters", bound=BaseModel)


#: How certain a rule is: ``A`` (official text read), ``B`` (secondary copy), ``C`` (general knowledge, in no source
#: read: it keeps that mark wherever it shows), ``own`` (chosen here).
Certainty = Literal["A", "B", "C", "own"]


def hold_source(source: str, certainty: Certainty) -> None:
    """Hold what is sourced to its source: A and B have one, the office's own choice has none."""
    if certainty != "C" and bool(source) == (certainty == "own"):
        raise ValueError("a source, or certainty: own (or C for what no source read says)")


class Entry(BaseModel):
    """An entry of a rule set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sourced(Entry):
    """A part of a rule set, which says itself where it is from."""

    source: str = ""
    certainty: Certainty

    @model_validator(mode="after")
    def _said(self) -> Self:
        hold_source(self.source, self.certainty)
        return self


class RuleSet(BaseModel):
    """A rule set.

    Parameters
    ----------
    id
        The name of its file.
    title
        What it is called.
    effective_from, effective_to
        From when on it is in force, and the last day; none where it is not known.
    source
        Id of the source of `data/sources.csv`; none where it is the office's own choice.
    certainty
        ``A`` (official text read), ``B`` (secondary copy), ``C`` (general knowledge), ``own`` (chosen here).
    parameters
        What it says, as the verb that applies it understands it.
    notes
        What a reader must know, such as what no source says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: Texts
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    source: str = ""
    certainty: Certainty
    parameters: dict[str, Any] = Field(default_factory=dict)
    notes: tuple[Texts, ...] = ()

    @field_validator("parameters", mode="wrap")
    @classmethod
    def _as_read(cls, given: Any, check: ValidatorFunctionWrapHandler) -> Any:
        """Keep the mapping that was read, and no copy of it: it knows its lines."""
        check(given)
        return given

    @model_validator(mode="after")
    def _in_order(self) -> RuleSet:
        if self.effective_from and self.effective_to and self.effective_from > self.effective_to:
            raise ValueError("effective_from before effective_to")
        hold_source(self.source, self.certainty)
        return self

    def on(self, day: dt.date) -> bool:
        """Tell whether it is in force on a day, as far as known.

        >>> RuleSet(id="a", title={"zh-Hans": "甲"}, certainty="own", effective_from=dt.date(2024, 5, 1)).on(
        ...     dt.date(2024, 4, 30))
        False
        """
        return (self.effective_from or day) <= day <= (self.effective_to or day)

    def read(self, model: type[Parameters]) -> Parameters:
        """Read its parameters as what a verb needs of them.

        Raises
        ------
        DuzhengError
            DZ-W003 with every parameter that is wrong.
        """
        return check_entry(model, self.parameters, f"{FOLDER}/{self.id}.yaml", code="DZ-W003")


def read_rules(root: Path, sources: pd.DataFrame) -> dict[str, RuleSet]:
    """Read the rule sets of a workspace, by id.

    Raises
    ------
    DuzhengError
        DZ-W002 and DZ-W003 with every fault of every file; DZ-I003 for sources that are not known or blocked.
    """
    found: dict[str, RuleSet] = {}
    faults: list[Fault] = []
    for path in sorted((root / FOLDER).glob("*.yaml")):
        file = path.relative_to(root).as_posix()
        try:
            node = read_yaml(path, file)
            rule = check_entry(RuleSet, node, file)
        except DuzhengError as error:
            faults += error.faults
            continue
        if rule.id != path.stem:
            place = place_of(node, ("id",))
            faults.append(Fault("DZ-W003", file=file, line=place[0] if place else None, found=f"id: {rule.id}",
                                expected=f"{path.stem}, as the file is called"))  # fmt: skip
        if rule.source and (rule.source not in sources.index or sources.loc[rule.source, "status"] == "blocked"):
            faults.append(Fault("DZ-I003", file=file, line=line_of(node, ("source",)), found=repr(rule.source),
                                expected="a source of data/sources.csv that is not blocked"))  # fmt: skip
        found[rule.id] = rule
    if faults:
        raise DuzhengError.of(faults)
    return found
