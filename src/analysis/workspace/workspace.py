"""A workspace: a folder with settings, units, a catalogue, sources and figures; each read when first asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError, Fault
from analysis.workspace.catalogue import Catalogue, read_catalogue
from analysis.workspace.ledger import Ledger, read_ledger
from analysis.workspace.observations import read_observations
from analysis.workspace.provenance import hash_files
from analysis.workspace.rules import RuleSet, read_rules
from analysis.workspace.schools import read_schools
from analysis.workspace.settings import FILE as SETTINGS
from analysis.workspace.settings import Settings, find_root, read_settings
from analysis.workspace.sources import read_sources
from analysis.workspace.targets import Term, read_targets
from analysis.workspace.tiles import read_tiles
from analysis.workspace.units import Units, read_units
from analysis.workspace.yaml_files import line_of, read_yaml

if TYPE_CHECKING:
    import pandas as pd

#: The files that results rest on.
INPUTS = (
    "workspace.yaml",
    "data/units.csv",
    "data/sources.csv",
    "data/indicators/*.yaml",
    "data/rules/*.yaml",
    "data/observations/*.*",
    "data/schools/*.*",
    "data/items/*.*",
    "data/targets/*.yaml",
    "data/ledger/**/*.yaml",
    "data/ledger/**/*.csv",
)


@dataclass(frozen=True)
class Workspace:
    """A workspace.

    Parameters
    ----------
    root
        The folder that holds `workspace.yaml`.
    day
        The day that is spoken of, in place of the one that `workspace.yaml` says is that of the release: documents are
        dated by it, and of the ledger they tell what had happened by then.
    """

    root: Path
    day: dt.date | None = None

    @classmethod
    def find(cls, start: Path | str = ".", day: dt.date | None = None) -> Workspace:
        """Give the workspace of a folder or of the nearest one above it (DZ-W001 if there is none)."""
        return cls(find_root(Path(start)), day)

    @cached_property
    def settings(self) -> Settings:
        """The settings of `workspace.yaml`, released on the day that is spoken of."""
        found = read_settings(self.root)
        return found if self.day is None else found.model_copy(update={"released": self.day})

    @cached_property
    def units(self) -> Units:
        """The units over time."""
        return read_units(self.root)

    @cached_property
    def sources(self) -> pd.DataFrame:
        """The sources by id: work_zh, work_en, part_zh, part_en, publisher, url, read_as, status, note."""
        return read_sources(self.root)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The indicators by code."""
        return read_catalogue(self.root, self.sources)

    @cached_property
    def rules(self) -> dict[str, RuleSet]:
        """The rule sets by id."""
        return read_rules(self.root, self.sources)

    @cached_property
    def _observations(self) -> tuple[pd.DataFrame, tuple[str, ...]]:
        return read_observations(self.root, self.units, self.catalogue, self.sources)

    @property
    def observations(self) -> pd.DataFrame:
        """The figures as published, on the boundaries they were published on; ``unit`` is the territory's id."""
        return self._observations[0]

    @cached_property
    def _spans(self) -> dict[str, slice]:
        """Where the figures of each indicator stand among the observations, which are in the order of indicators."""
        counts = self.observations["indicator"].value_counts().sort_index()
        ends = counts.cumsum()
        return {
            str(code): slice(int(end - count), int(end))
            for code, count, end in zip(counts.index, counts, ends, strict=True)
        }

    def figures(self, indicator: str) -> pd.DataFrame:
        """Give the observations of one indicator."""
        return self.observations.iloc[self._spans.get(indicator, slice(0, 0))]

    def variants(self, asked: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give the variant that holds of each indicator that has several definitions: as asked, or of the settings."""
        return {**self.settings.variants, **(asked or {})}

    @cached_property
    def schools(self) -> pd.DataFrame:
        """The school tables; empty where there are none."""
        return read_schools(self.root, self.units)

    @cached_property
    def targets(self) -> dict[str, Term]:
        """The terms of governments with their targets, by id."""
        return read_targets(self.root, self.units, self.catalogue, self.sources)

    @cached_property
    def tiles(self) -> pd.DataFrame | None:
        """Where units stand on a map of tiles: unit, row, column; None where there is no `data/tiles.csv`."""
        return read_tiles(self.root, self.units, self.settings)

    @cached_property
    def ledger(self) -> Ledger:
        """What units say of themselves, what others found, and what became of it."""
        return read_ledger(self.root, self.units, self.catalogue, self.rules)

    @cached_property
    def demonstration(self) -> Ledger:
        """The invented ledger of the demonstration."""
        return read_ledger(self.root, self.units, self.catalogue, self.rules, demonstration=True)

    def ledger_of(self, *, synthetic: bool) -> Ledger:
        """Give the invented ledger of the demonstration, or the workspace's own: never both."""
        return self.demonstration if synthetic else self.ledger

    @property
    def notices(self) -> tuple[str, ...]:
        """What was understood in the figures although it should be written otherwise."""
        return self._observations[1]

    def check(self) -> None:
        """Read everything; raise one :class:`DuzhengError` with the faults of all files."""
        faults: list[Fault] = []
        for part in ("settings", "units", "sources", "catalogue"):
            try:
                getattr(self, part)
            except DuzhengError as error:
                faults += error.faults
        if not faults:
            faults += self._choices()
            for part in ("rules", "observations", "schools", "targets", "ledger", "tiles"):
                try:
                    getattr(self, part)
                except DuzhengError as error:
                    faults += error.faults
        if faults:
            raise DuzhengError.of(dict.fromkeys(faults))

    def _choices(self) -> list[Fault]:
        """Hold the variants that the settings choose to those that there are."""
        faults = []
        for code, chosen in self.settings.variants.items():
            known = [each.id for each in self.catalogue[code].variants] if code in self.catalogue else []
            if chosen not in known:
                expected = "one of " + ", ".join(known) if known else "the code of an indicator that has variants"
                faults.append(
                    Fault("DZ-I004", file=SETTINGS, line=line_of(read_yaml(self.root / SETTINGS, SETTINGS),
                          ("variants", code)), column=f"variants.{code}", found=repr(chosen if known else code),
                          expected=expected)
                )  # fmt: skip
        return faults

    def inputs(self) -> dict[str, str]:
        """Give the content hash of every file that results rest on, by path."""
        return hash_files(self.root, INPUTS)
