"""Errors planted in simulated schools, each listed, so that an audit can be held to what it should find."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.indicators.simulation.truth import Truth
from analysis.stats.arrays import Floats, Ints
from analysis.workspace.schools import PROPERTY

if TYPE_CHECKING:
    import pandas as pd

#: A school this little above a floor, as a factor, counts as one that would be written up to it.
_NEAR = 1.25


def planted(frame: pd.DataFrame, truth: Truth, seed: int) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Plant the errors that the truth names, each in a unit of its own as far as there are units.

    Parameters
    ----------
    frame
        A simulated table of one year or several; the newest gets the errors.

    Returns
    -------
    tuple
        The table with errors, and a list of them: defect, year, unit, school, stage, column, value, was. A figure with
        two errors stands there twice, in the order in which they came.
    """
    rng = np.random.default_rng([seed, 19])
    units = [str(unit) for unit in rng.permutation(sorted(frame["unit"].unique()))]
    work = _Work(frame.copy(), truth, rng, units, int(frame["year"].max()))
    work.heap()
    work.copy()
    work.carry()
    work.bunch()
    work.jump()
    work.exceed()
    return work.frame, work.found


@dataclass
class _Work:
    frame: pd.DataFrame
    truth: Truth
    rng: np.random.Generator
    units: list[str]
    year: int
    found: list[dict[str, Any]] = field(default_factory=list)

    def rows(self, number: int, column: str) -> Ints:
        """Give the places of the rows of one unit's ordinary schools that have a figure, in the newest year."""
        table = self.frame
        mine = (table["year"] == self.year) & (table["unit"] == self.units[number % len(self.units)])
        places: Ints = np.flatnonzero(mine & (table["kind"] == "ordinary") & table[column].notna())
        return places

    def values(self, column: str) -> Floats:
        found: Floats = self.frame[column].to_numpy(float)
        return found

    def put(self, defect: str, row: int, column: str, value: float) -> None:
        was = float(self.values(column)[row])
        if value == was:
            return
        self.frame.iloc[row, list(self.frame).index(column)] = value
        where = {name: str(self.frame[name].iloc[row]) for name in ("unit", "school", "stage")}
        self.found.append({"defect": defect, "year": self.year, **where, "column": column, "value": value, "was": was})

    def heap(self) -> None:
        of = self.truth.defects.heaped
        for column in of.columns if of else ():
            for row in self.rows(0, column):
                if of and self.rng.random() < of.share:
                    rounded = np.rint(self.values(column)[row] / of.to) * of.to
                    self.put("heaped", int(row), column, float(max(rounded, of.to)))

    def copy(self) -> None:
        of, rows = self.truth.defects.copied, self.rows(1, PROPERTY[0])
        if of is None or not len(rows):
            return
        stages = self.frame["stage"].to_numpy()[rows]
        alike = self.rng.permutation(rows[stages == stages[0]])
        for row in alike[1 : 1 + of.schools]:
            for column in self.truth.property:
                self.put("copied", int(row), column, float(self.values(column)[alike[0]]))

    def carry(self) -> None:
        of, years = self.truth.defects.carried, sorted(self.frame["year"].unique())
        if of is None or len(years) == 1:
            return
        keys = list(zip(self.frame["school"], self.frame["stage"], strict=True))
        before = {keys[row]: row for row in np.flatnonzero(self.frame["year"] == years[-2])}
        for column in of.columns:
            for row in self.rows(2, column):
                if keys[row] in before and self.rng.random() < of.share:
                    self.put("carried", int(row), column, float(self.values(column)[before[keys[row]]]))

    def bunch(self) -> None:
        of = self.truth.defects.bunched
        if of is None:
            return
        floor = self.truth.property[of.column].floor
        for row in self.rows(3, of.column):
            least = floor.get(str(self.frame["stage"].iloc[row]), 0.0) * self.values("students")[row]
            if self.values(of.column)[row] < _NEAR * least:
                above = 1 + of.within * self.rng.random()
                self.put("bunched", int(row), of.column, float(np.ceil(least * above)))

    def jump(self) -> None:
        of = self.truth.defects.jumped
        rows = self.rows(4, of.column) if of else np.array([], dtype=np.int64)
        if of and len(rows):
            row = int(self.rng.choice(rows))
            self.put("jumped", row, of.column, float(self.values(of.column)[row] * of.times))

    def exceed(self) -> None:
        of, rows = self.truth.defects.above_staff, self.rows(5, "staff")
        if of and len(rows):
            row = int(self.rng.choice(rows))
            self.put("above_staff", row, "staff", float(max(self.values("teachers")[row] - of.by, 0)))
