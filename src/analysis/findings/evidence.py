"""Evidence: the facts of a slice as one memo asks for them, without words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any

from analysis.findings.finding import findings_of
from analysis.indicators import cell_id, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.finding import Finding
    from analysis.findings.reference import Reference
    from analysis.findings.run_tables import RunTables

Fact = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The facts about a unit, its peers and the units above it.

    Parameters
    ----------
    tables
        The unit's slice of the tables of a run.
    unit
        Id of the unit on the boundaries.
    """

    tables: RunTables
    unit: str

    @property
    def reference(self) -> Reference:
        """Words and definitions."""
        return self.tables.reference

    @property
    def year(self) -> int:
        """The last year of the figures used."""
        return self.reference.year

    @property
    def boundaries(self) -> int:
        """The year on whose boundaries all series are put."""
        return self.reference.boundaries

    @cached_property
    def peers(self) -> list[str]:
        """Ids of the units it is compared with, itself among them."""
        units = self.reference.units
        there = units.at(self.boundaries, units.kind(self.unit))
        return [str(each) for each in there.index if units.parent(str(each)) == self.whole]

    @cached_property
    def whole(self) -> str | None:
        """Id of the unit above, such as the city."""
        return self.reference.units.parent(self.unit)

    @cached_property
    def above(self) -> str | None:
        """Id of the unit above that one, such as the nation."""
        return self.reference.units.parent(self.whole) if self.whole else None

    @cached_property
    def below(self) -> list[str]:
        """Ids of the units below it, such as a city's districts."""
        units = self.reference.units
        there = units.at(self.boundaries, self.reference.settings.unit_kind)
        return [str(each) for each in there.index if units.parent(str(each)) == self.unit]

    @cached_property
    def findings(self) -> list[Finding]:
        """What there is to say of the unit and of those below it, as judged in stage one."""
        if not self.tables.has("findings"):
            return []
        rows = self.tables["findings"]
        return findings_of(rows[rows["unit"].isin([self.unit, *self.below])])

    def rows(self, name: str, unit: str | None = None) -> list[dict[str, Any]]:
        """Give the rows of a table of the run: of the unit, or of another one."""
        if not self.tables.has(name):
            return []
        frame = self.tables[name]
        return rows_of(frame[frame["unit"] == (unit or self.unit)])

    @property
    def facts(self) -> pd.DataFrame:
        """All facts of the slice, a cell once."""
        return self.tables["facts"]

    @property
    def warnings(self) -> pd.DataFrame:
        """Warnings of the data up to the year; ``held`` is the unit on the boundaries that the figure went into."""
        return self.tables["warnings"]

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Levels of the unit, of those above it, and of its peers as far as they are shown."""
        return self.facts[self.facts["statistic"] == "level"]

    @cached_property
    def _by_cell(self) -> dict[str, Fact]:
        return {row["cell"]: row for row in rows_of(self.facts)}

    @cached_property
    def _cells(self) -> dict[str, Fact]:
        return {row["id"]: row for row in rows_of(self.tables["cells"])}

    @cached_property
    def _levels_of(self) -> dict[tuple[str, str], list[Fact]]:
        found: dict[tuple[str, str], list[Fact]] = {}
        for row in rows_of(self.levels.sort_values("year")):
            found.setdefault((row["indicator"], row["unit"]), []).append(row)
        return found

    def course(self, indicator: str, unit: str | None) -> list[Fact]:
        """Give the levels of an indicator for a unit, by year, those without a value left out."""
        return [row for row in self._levels_of.get((indicator, unit or ""), []) if not isnan(row["value"])]

    def latest(self, indicator: str, unit: str | None = None) -> Fact | None:
        """Give the newest level of an indicator, by default the unit's own; None if there is none."""
        course = self.course(indicator, unit or self.unit)
        return course[-1] if course else None

    def level(self, indicator: str, unit: str | None, year: int) -> Fact | None:
        """Give the level of an indicator for a unit and year; None if there is none."""
        return next((row for row in self.course(indicator, unit) if row["year"] == year), None)

    def complete(self, indicator: str) -> list[int]:
        """Give the years in which all peers have figures of an indicator."""
        if len(self.peers) < 2:  # noqa: PLR2004  a unit without peers is all there is
            return [row["year"] for row in self.course(indicator, self.unit)]
        return self._complete.get((self.whole or self.unit, indicator), [])

    @cached_property
    def _complete(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for row in rows_of(self.tables["complete"].sort_values("year")):
            found.setdefault((row["unit"], row["indicator"]), []).append(int(row["year"]))
        return found

    def fact(
        self, indicator: str, unit: str | None, years: int | tuple[int, int], statistic: str = "level"
    ) -> Fact | None:
        """Give a fact with a value; None if there is none. A pair of years asks for a change."""
        base, year = years if isinstance(years, tuple) else (None, years)
        known = self.reference.catalogue[indicator].variants
        variant = self.reference.variants().get(indicator, "") if known else ""
        row = self._by_cell.get(cell_id(indicator, unit or "", year, statistic, base, variant))
        return row if row is not None and not isnan(row["value"]) else None

    def cell(self, cell: str) -> Fact:
        """Give the fact of a cell id."""
        return self._by_cell[cell]

    def is_fact(self, cell: str) -> bool:
        """Tell whether a cell is of a fact, and not of an estimate."""
        return cell in self._by_cell

    def cell_row(self, cell: str) -> Fact:
        """Give the row of a cell, of a fact or of an estimate."""
        return self._cells[cell]

    def has_cell(self, cell: str) -> bool:
        """Tell whether there is a cell."""
        return cell in self._cells

    def sources_of(self, cells: Iterable[str]) -> list[str]:
        """Give the ids of the sources that cells rest on, each once, in the order of the workspace's table."""
        used = self._named(cells)
        return [str(source) for source in self.reference.sources.index if source in used]

    def surveys_of(self, cells: Iterable[str]) -> list[str]:
        """Give the surveys that cells rest on, each once, in their order."""
        of = {cell.split("/", maxsplit=1)[0] for cell in cells}
        return [each for each in self.tables.names("survey") if each in of]

    def _named(self, cells: Iterable[str]) -> set[str]:
        return {source for cell in cells for source in str(self._cells[cell]["sources"]).split(";") if source}
