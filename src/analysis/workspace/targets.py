"""Targets: each government's term and what it set itself; `data/targets/*.yaml`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from analysis.messages import DuzhengError, Fault, Texts
from analysis.workspace.rules import Certainty, Entry, Sourced, hold_source
from analysis.workspace.yaml_files import check_entry, line_of, read_yaml

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace.catalogue import Catalogue
    from analysis.workspace.units import Units

FOLDER = "data/targets"
#: Invented terms, for demonstration; never read unless asked for.
DEMO = "data/demo/targets.yaml"


class Target(Sourced):
    """What a government set itself.

    Parameters
    ----------
    indicator
        Code of the catalogue.
    units
        Ids of the units it is for; the government's own if none.
    value
        In the indicator's measure.
    by
        The year whose figure it is for.
    direction
        ``at_least`` or ``at_most``.
    base_year
        The year that the way to it is counted from; if not given, the last with a figure before the term's first, or
        else the first with one.
    note
        What a reader must know.
    """

    indicator: str
    units: tuple[str, ...] = ()
    value: float
    by: int
    direction: Literal["at_least", "at_most"] = "at_least"
    base_year: int | None = None
    note: Texts | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Target:
        if self.base_year is not None and self.base_year >= self.by:
            raise ValueError("base_year before by")
        return self


class Term(Entry):
    """A government's term and its targets.

    Parameters
    ----------
    id
        Names the term; once in a workspace.
    government
        Id of the unit that it governs.
    title
        What it is called, such as a five-year plan.
    start, end
        First and last day; in the file ``from`` and ``to``.
    source, certainty
        Of the term itself, as of rules: A, B, C, or own.
    synthetic
        Whether it is invented; only so in the file of demonstration.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    government: str
    title: Texts
    start: dt.date = Field(alias="from")
    end: dt.date = Field(alias="to")
    source: str = ""
    certainty: Certainty
    synthetic: bool = False
    targets: tuple[Target, ...] = Field(min_length=1)

    @field_validator("government", mode="before")
    @classmethod
    def _text(cls, code: Any) -> Any:
        return str(code) if isinstance(code, int) and not isinstance(code, bool) else code

    @model_validator(mode="after")
    def _in_order(self) -> Term:
        if self.start > self.end:
            raise ValueError("from before to")
        hold_source(self.source, self.certainty)
        early = sorted({target.by for target in self.targets if target.by < self.start.year})
        if early:
            raise ValueError(f"targets for {self.start.year} or later, not for {early[0]}")
        return self

    def units_of(self, target: Target) -> tuple[str, ...]:
        """Give the units that a target is for."""
        return target.units or (self.government,)


def read_targets(
    root: Path, units: Units, catalogue: Catalogue, sources: pd.DataFrame, *, synthetic: bool = False
) -> dict[str, Term]:
    """Read the terms of a workspace with their targets, by id; nothing where there are none.

    Parameters
    ----------
    root
        The workspace's folder.
    units, catalogue, sources
        What targets refer to.
    synthetic
        Read the invented terms of the demonstration instead.

    Raises
    ------
    DuzhengError
        DZ-W002 and DZ-W003 with every fault of every file; DZ-I001, DZ-I003 and DZ-U001 for indicators, sources and
        units that are not known.
    """
    paths = [root / DEMO] if synthetic else sorted((root / FOLDER).glob("*.yaml"))
    found: dict[str, Term] = {}
    faults: list[Fault] = []
    for path in paths:
        if not path.is_file():
            continue
        file = path.relative_to(root).as_posix()
        try:
            node = read_yaml(path, file)
        except DuzhengError as error:
            faults += error.faults
            continue
        nodes = node if isinstance(node, list) else [node]
        for number, each in enumerate(nodes):
            where: tuple[int | str, ...] = (number,) if isinstance(node, list) else ()
            try:
                term = check_entry(Term, each, file, where=where, root=node)
            except DuzhengError as error:
                faults += error.faults
                continue
            faults += _wrong(term, file, node, where, found, synthetic)
            faults += _unknown(term, file, node, where, units, catalogue, sources)
            found[term.id] = term
    if faults:
        raise DuzhengError.of(faults)
    return found


def _wrong(
    term: Term, file: str, root: Any, where: tuple[int | str, ...], found: dict[str, Term], synthetic: bool,  # noqa: FBT001
) -> Iterator[Fault]:  # fmt: skip
    """Find a name that stands twice, and what is invented where it must not be."""
    if term.id in found:
        yield Fault("DZ-W003", file=file, line=line_of(root, (*where, "id")), found=f"id: {term.id}, a second time",
                    expected="an id that stands once")  # fmt: skip
    if term.synthetic != synthetic:
        expected = f"synthetic: true in {DEMO}, and nowhere else"
        yield Fault("DZ-W003", file=file, line=line_of(root, (*where, "synthetic")),
                    found=f"synthetic: {str(term.synthetic).lower()}", expected=expected,
                    hint="what is invented is kept apart from what a government set itself")  # fmt: skip


def _unknown(
    term: Term, file: str, root: Any, where: tuple[int | str, ...], units: Units, catalogue: Catalogue,
    sources: pd.DataFrame,
) -> Iterator[Fault]:  # fmt: skip
    """Find references to units, indicators and sources that there are not."""
    known = set(units.frame.index.astype(str))
    named: list[tuple[str, tuple[int | str, ...]]] = [(term.government, ("government",))]
    cited: list[tuple[str, tuple[int | str, ...]]] = [(term.source, ("source",))]
    for number, target in enumerate(term.targets):
        at: tuple[int | str, ...] = ("targets", number)
        named += [(unit, (*at, "units")) for unit in target.units]
        cited.append((target.source, (*at, "source")))
        if target.indicator not in catalogue:
            yield Fault("DZ-I001", file=file, line=line_of(root, (*where, *at, "indicator")),
                        found=repr(target.indicator), expected="a code of the catalogue",
                        hint="`duzheng data list` shows them")  # fmt: skip
    for unit, at in named:
        if unit not in known:
            yield Fault("DZ-U001", file=file, line=line_of(root, (*where, *at)), found=repr(unit),
                        expected="an id of data/units.csv")  # fmt: skip
    for source, at in cited:
        if source and (source not in sources.index or sources.loc[source, "status"] == "blocked"):
            yield Fault("DZ-I003", file=file, line=line_of(root, (*where, *at)), found=repr(source),
                        expected="a source of data/sources.csv that is not blocked")  # fmt: skip
