"""Evidence: every number that one unit's memo may rest on, as facts, computed once and without words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any

from analysis.indicators import (
    change,
    complete_years,
    facts_of,
    peers,
    place,
    rows_of,
    series,
    share,
    spread,
    stack,
    undecided,
    warnings,
)

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Indicator, Workspace

Fact = Mapping[str, Any]


@dataclass(frozen=True)
class Evidence:
    """The facts about a unit, its peers and the units above it.

    Parameters
    ----------
    workspace
        The workspace.
    unit
        Id of the unit on the boundaries.
    year
        The last year of the figures used.
    boundaries
        The year on whose boundaries all series are put.
    """

    workspace: Workspace
    unit: str
    year: int
    boundaries: int

    @cached_property
    def peers(self) -> list[str]:
        """Ids of the units it is compared with, itself among them."""
        return peers(self.workspace, self.unit, boundaries=self.boundaries)

    @cached_property
    def whole(self) -> str | None:
        """Id of the unit above, such as the city."""
        return self.workspace.units.parent(self.unit)

    @cached_property
    def above(self) -> str | None:
        """Id of the unit above that one, such as the nation."""
        return self.workspace.units.parent(self.whole) if self.whole else None

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Levels of all indicators for all units.

        An indicator with several definitions of which none is chosen is left out as long as one of its parts has no
        figures at all, and refused (DZ-I004) once all have.
        """
        workspace = self.workspace
        without = {
            code
            for code in undecided(workspace)
            if not all(len(workspace.figures(part)) for part in workspace.catalogue.parts(code))
        }
        codes = [code for code in workspace.catalogue if code not in without]
        return series(workspace, codes, boundaries=self.boundaries, until=self.year)

    @cached_property
    def _by_cell(self) -> dict[str, Fact]:
        return {row["cell"]: row for row in rows_of(self.facts)}

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

    def span(self, indicator: Indicator) -> tuple[int, int] | None:
        """Give the last two comparable years in which all peers have figures; None if there are not two."""
        years = self.complete(indicator.code)
        same = [year for year in years if indicator.segment(year) == indicator.segment(years[-1])]
        return (same[-2], same[-1]) if len(same) > 1 else None

    def complete(self, indicator: str) -> list[int]:
        """Give the years in which all peers have figures of an indicator."""
        return complete_years(self.levels[self.levels["indicator"] == indicator], self.peers)

    @cached_property
    def _derived(self) -> pd.DataFrame:
        frames = []
        for indicator in self.workspace.catalogue.values():
            own = [row["year"] for row in self.course(indicator.code, self.unit)]
            if not own:
                continue
            levels = self.levels[self.levels["indicator"] == indicator.code]
            both = levels[levels["unit"].isin([self.unit, self.whole])]
            spans = {span for span in (self.span(indicator), tuple(own[-2:]) if len(own) > 1 else None) if span}
            frames += [change(both, indicator, base, last) for base, last in sorted(spans)]
            if self.whole:
                frames.append(share(both, indicator, self.whole))
            if indicator.kind == "ratio" and self.complete(indicator.code):
                ranked = place(levels, indicator, self.peers, self.complete(indicator.code)[-1])
                frames.append(ranked[ranked["unit"] == self.unit])
            if indicator.balance and self.whole and len(self.peers) > 1:
                balance = spread(self.workspace, indicator.code, self.whole, boundaries=self.boundaries)
                frames.append(balance[balance["year"] <= self.year])
        return stack(frames)

    @cached_property
    def warnings(self) -> pd.DataFrame:
        """Warnings of the data up to the year; ``held`` is the unit on the boundaries that the figure went into."""
        frame = warnings(self.workspace)
        frame = frame[frame["year"] <= self.year]
        holders = [";".join(self.workspace.units.holders(unit, self.boundaries)) for unit in frame["unit"]]
        return frame.assign(held=holders).reset_index(drop=True)

    @cached_property
    def _of_warnings(self) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for row in rows_of(self.warnings):
            common = {"unit": row["unit"], "indicator": row["indicator"], "year": row["year"]}
            rows.append({**common, "value": row["value"], "status": "reported"})
            if row["kind"] == "above":
                rows.append({**common, "indicator": row["against"], "value": row["other"], "status": "reported"})
            else:
                rows += [
                    {
                        **common,
                        "statistic": f"sum of {row['against']}",
                        "value": row["other"],
                        "status": "computed",
                    },
                    {**common, "statistic": "gap", "value": row["difference"], "status": "computed"},
                ]
        return facts_of(rows)

    @cached_property
    def facts(self) -> pd.DataFrame:
        """All facts, a cell once: levels, changes, shares, places, spreads, and those of the warnings."""
        return stack([self.levels, self._derived, self._of_warnings])

    def fact(
        self, indicator: str, unit: str | None, years: int | tuple[int, int], statistic: str = "level"
    ) -> Fact | None:
        """Give a fact with a value; None if there is none. A pair of years asks for a change."""
        from analysis.indicators import cell_id

        base, year = years if isinstance(years, tuple) else (None, years)
        known = self.workspace.catalogue[indicator].variants
        variant = self.workspace.variants().get(indicator, "") if known else ""
        row = self._by_cell.get(cell_id(indicator, unit or "", year, statistic, base, variant))
        return row if row is not None and not isnan(row["value"]) else None

    def cell(self, cell: str) -> Fact:
        """Give the fact of a cell id."""
        return self._by_cell[cell]

    def sources(self, facts: Iterable[Fact]) -> list[str]:
        """Give the ids of the sources of facts, each once, in the order of the workspace's table."""
        used = {source for row in facts for source in row["sources"].split(";") if source}
        return [str(source) for source in self.workspace.sources.index if source in used]
