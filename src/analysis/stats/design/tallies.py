"""Shares and means of many variables in the groups of many columns, from one count of the rows a variable.

The rows are coded once into cells of unit, groups and calibration classes; each variable is then counted over cell and
category, and every share, mean and difference of groups is algebra on that count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from analysis.stats.arrays import Floats, Ints
from analysis.stats.design.cells import weighted_count
from analysis.stats.design.plan import Plan, Stage, compact

#: Numbers of a block of units that are looked at together.
BLOCK = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column whose groups are compared: the group of each cell, −1 for none."""

    group: Ints
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What the weights were calibrated to, by cell: rows of a cell have the same auxiliary variables."""

    columns: Any  #: the auxiliary variables of each cell, sparse (F, J)
    before: Floats  #: what a row's score is weighted with in the regression, (N,)
    after: Floats  #: the weights that came of it, (N,)
    inverse: Floats
    crossed: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class Lattice:
    """The F cells of a sample's units and the groups of some columns.

    ``by_rows`` says that the units of the last stage are single rows: cells then lie in the groups of that stage, and
    what the rows of a group add to a variance is found from sums of squares.
    """

    plan: Plan
    cell: Ints = field(repr=False)  #: the cell of each row, F for rows of weight 0, (N,)
    count: int  #: F
    unit: Ints = field(repr=False)  #: the finest unit of each cell, or the group of single rows
    by_rows: bool
    columns: tuple[Column, ...] = field(repr=False)
    calibrations: tuple[Calibration, ...] = field(repr=False, default=())

    def places(self, depth: int) -> Ints:
        """Give the unit of each cell in a stage; where its units are single rows, their group."""
        deepest = self.by_rows or depth == len(self.plan.stages) - 1
        return self.unit if deepest else self.plan.unit_psu[self.unit]

    def single(self, depth: int) -> bool:
        """Tell whether the units of a stage are single rows."""
        return self.by_rows and depth == len(self.plan.stages) - 1

    def explained(self, places: Ints, start: int, stop: int) -> list[Any]:
        """Sum the auxiliary variables, with the weights that came of them, over places, sparse (places, J) each."""
        from scipy import sparse

        inside = np.flatnonzero((places >= start) & (places < stop))
        ones, shape = np.ones(len(inside)), (stop - start, self.count)
        return [sparse.csr_array((ones, (places[inside] - start, inside)), shape=shape) @ each for each in self._after]

    def gram(self, depth: int) -> list[list[Any]]:
        """Give Σ factor · after · after′ · x x′ over the rows, of every two calibrations, sparse (J, J′)."""
        factor = self.plan.stages[depth].factor[self.places(depth)]
        return [
            [one.columns.T @ other.columns.multiply((factor * self._sum(one.after * other.after))[:, None])
             for other in self.calibrations] for one in self.calibrations
        ]  # fmt: skip

    @cached_property
    def _after(self) -> list[Any]:
        return [c.columns.multiply(self._sum(c.after)[:, None]).tocsr() for c in self.calibrations]

    def _sum(self, values: Floats) -> Floats:
        return weighted_count(self.cell, values, self.count + 1)[: self.count]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """A variable counted over the cells: arrays (F, C) of C categories, or of a number's presence and sum (C = 2)."""

    weight: Floats  #: Σ w
    rows: Floats  #: rows
    squares: Floats  #: Σ w²; of a number Σ w², Σ w² y and Σ w² y²
    before: tuple[Floats, ...]  #: of each calibration, Σ of what rows weigh in its regression
    products: tuple[Floats, ...]  #: of each calibration, Σ w times the weights that came of it; where rows are units
    number: bool = False

    @property
    def size(self) -> int:
        """How many categories there are."""
        return self.weight.shape[1]

    def squared(self, slope: Floats) -> Floats:
        """Give what ``squares`` are multiplied with for scores whose slope on the categories is given, (…, C)."""
        if not self.number:
            return slope**2
        return np.stack([slope[..., 0] ** 2, 2 * slope[..., 0] * slope[..., 1], slope[..., 1] ** 2], axis=-1)


def lay_out(plan: Plan, groups: Sequence[tuple[Ints, int]]) -> Lattice:
    """Code the cells.

    Parameters
    ----------
    plan
        The plan of the sample, N rows.
    groups
        For each column the group of each row, −1 for none, and how many groups there are.
    """
    by_rows = len(plan.unit_psu) == len(plan.weight)
    last = plan.stages[-1]
    unit: Ints = last.group[plan.unit] if by_rows else plan.unit
    parts = [(unit, int(unit.max()) + 1)]
    parts += [(np.asarray(codes, dtype=np.intp) + 1, size + 1) for codes, size in groups]
    parts += [_classes(p.columns, plan.weight > 0) for p in plan.projections]
    used = plan.weight > 0
    every = bool(used.all())
    code: Ints = np.zeros(len(unit) if every else int(used.sum()), dtype=np.intp)
    held: list[Ints] = []
    for codes, size in parts:
        here = codes if every else codes[used]
        code, old = compact(code * size + here, (int(code.max(initial=0)) + 1) * size)
        held = [*(kept[old // size] for kept in held), old % size]
    count = len(held[0])
    cell = code
    if not every:
        cell = np.full(len(unit), count, dtype=np.intp)
        cell[used] = code
    columns = tuple(Column(held[1 + k] - 1, size) for k, (_, size) in enumerate(groups))
    first: Ints = np.zeros(count, dtype=np.intp)
    first[code] = np.arange(len(unit)) if every else np.flatnonzero(used)
    calibrations = tuple(
        Calibration(p.columns[first], _over(p.before * plan.weight, p.after), p.after, p.inverse, p.crossed)
        for p in plan.projections
    )
    return Lattice(plan, cell, count, held[0], by_rows, columns, calibrations)


def tally(lattice: Lattice, codes: Any, size: int) -> Tally:
    """Count a variable of categories 0 … C − 1 over the cells; a code of −1 is no answer."""
    place = lattice.cell * (size + 1) + codes + 1
    weight = lattice.plan.weight

    def add(weights: Floats | None = None) -> Floats:
        found = np.bincount(place, weights=weights, minlength=(lattice.count + 1) * (size + 1))
        return found.astype(float, copy=False).reshape(-1, size + 1)[: lattice.count, 1:]

    before = tuple(add(c.before) for c in lattice.calibrations)
    products = tuple(add(weight * c.after) for c in lattice.calibrations if lattice.by_rows)
    return Tally(add(weight), add(), add(weight * weight), before, products)


def tally_numbers(lattice: Lattice, values: Floats) -> Tally:
    """Sum a number over the cells, NaN where it is missing: category 0 is that there is one, category 1 its sum."""
    there = ~np.isnan(values)
    codes, filled = there.astype(np.intp) - 1, np.where(there, values, 0.0)
    one = tally(lattice, codes, 1)
    weight = lattice.plan.weight

    def add(weights: Floats, power: int = 1) -> Floats:
        place = np.where(there, lattice.cell, lattice.count)
        return weighted_count(place, weights * filled**power, lattice.count + 1)[: lattice.count, None]

    before = tuple(np.hstack([p, add(c.before)]) for p, c in zip(one.before, lattice.calibrations, strict=True))
    products = tuple(np.hstack([p, add(weight * c.after)]) for p, c in
                     zip(one.products, lattice.calibrations, strict=lattice.by_rows))  # fmt: skip
    squares = np.hstack([one.squares, add(weight * weight), add(weight * weight, 2)])
    rows = np.hstack([one.rows, np.zeros_like(one.rows)])
    return Tally(np.hstack([one.weight, add(weight)]), rows, squares, before, products, number=True)


def _classes(columns: Any, used: Any) -> tuple[Ints, int]:
    """Give a number to each combination of auxiliary variables; to each row where some are no indicators."""
    rows, wide = columns.shape
    each = np.diff(columns.indptr)
    most = int(each.max(initial=0))
    if (columns.data != 1).any() or (each[used] != most).any() or not most:
        return np.arange(rows, dtype=np.intp), rows
    found: Ints = np.zeros(rows, dtype=np.intp)
    full = np.flatnonzero(each == most)
    places = columns.indptr[full]
    size = 1
    code: Ints = np.zeros(len(full), dtype=np.intp)
    for k in range(most):
        code, old = compact(code * wide + columns.indices[places + k], size * wide)
        size = len(old)
    found[full] = code
    return found, size


def _over(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def summed(places: Ints, values: Floats, size: int) -> Floats:
    """Sum arrays of cells (F, C) by place, (size, C); places below 0 are left out."""
    inside = places >= 0
    if not inside.all():
        places, values = places[inside], values[inside]
    return np.stack([weighted_count(places, column, size) for column in values.T], axis=1)


def centred(stage: Stage, totals: Floats) -> Floats:
    """Give the mean that units of each group are centred at, from the sums of groups (H, D, R)."""
    centre: Floats = totals / stage.size[:, None, None]
    if stage.adjusted.any():
        centre[stage.adjusted] = totals.sum(axis=0) / stage.units
    return centre
