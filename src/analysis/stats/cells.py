"""One pass over the rows: weighted sums in the cells of unit and domain. Everything after is algebra on the cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.stats.plan import Bools, Floats, Ints, Plan, compact

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The cells of one stage: pairs of unit and domain, and the groups that they lie in."""

    pair: Ints | None  #: the pair of each cell; None if cells are the pairs
    unit: Ints
    domain: Ints
    spot: Ints  #: the pair's (group, domain)
    spot_group: Ints
    spot_domain: Ints

    def gather(self, values: Floats) -> Floats:
        """Sum values of cells over the pairs."""
        return values if self.pair is None else np.bincount(self.pair, weights=values, minlength=len(self.unit))


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a design and its domains, with the matrix that sums rows into them.

    The matrix is sparse, by cells (CSR), with the weights as entries; a cell's rows are added in the order of the data.
    So the same data give the same bits in every run and on any number of threads; another order of the rows may change
    the last digits.
    """

    plan: Plan
    domains: pd.DataFrame  #: one row a domain, its values of the ``by`` columns
    matrix: Any
    cell: Ints  #: the cell of each row, −1 for rows in no domain or of weight 0
    count: Ints  #: rows of each cell
    levels: tuple[Level, ...]
    weight: Floats = field(repr=False)  #: sum of weights of each cell

    @property
    def size(self) -> int:
        """How many domains there are."""
        return len(self.domains)

    @cached_property
    def domain(self) -> Ints:
        """The domain of each cell of the finest level."""
        return self.levels[-1].domain

    def by_domain(self, values: Any) -> Floats:
        """Sum values of cells over each domain."""
        return np.bincount(self.domain, weights=values, minlength=self.size)

    def row_domain(self) -> Ints:
        """Give the domain of each row, −1 where it has none."""
        return np.append(self.domain, -1)[self.cell]


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The sums of one variable over its valid rows, a number a cell."""

    total: Floats  #: Σ w y
    weight: Floats  #: Σ w
    count: Ints  #: rows
    values: Floats  #: y of each row, 0 where it is missing
    missing: Bools | None  #: which rows have no value; None if all have


def make_cells(plan: Plan, data: pd.DataFrame, by: list[str]) -> Cells:
    """Code the domains and lay out the cells."""
    from scipy import sparse

    row_domain, domains = _domains(data, by)
    size = max(len(domains), 1)
    keep = plan.weight > 0
    if by:
        keep &= row_domain >= 0
        code = plan.unit * size + row_domain
    else:
        code = plan.unit
    every = bool(keep.all())
    inside, codes = compact(code if every else code[keep], len(plan.unit_psu) * size)
    rows = len(plan.weight)
    if every:
        cell, start = inside, np.arange(rows + 1, dtype=np.int32)
    else:
        cell = np.full(rows, -1, dtype=np.intp)
        cell[keep] = inside
        start = np.concatenate(([0], np.cumsum(keep, dtype=np.int32)))
    weights = plan.weight if every else plan.weight[keep]
    matrix = sparse.csc_array((weights, inside.astype(np.int32), start), shape=(len(codes), rows)).tocsr()
    unit, domain = codes // size, codes % size
    levels = []
    for number, stage in enumerate(plan.stages):
        pair: Ints | None = None
        here_unit, here_domain = unit, domain
        if number == 0 and len(plan.stages) > 1:
            pair, old = compact(plan.unit_psu[unit] * size + domain, stage.units * size)
            here_unit, here_domain = old // size, old % size
        spot, old = compact(stage.group[here_unit] * size + here_domain, len(stage.size) * size)
        levels.append(Level(pair, here_unit, here_domain, spot, old // size, old % size))
    count = np.diff(matrix.indptr).astype(np.intp)
    return Cells(plan, domains, matrix, cell, count, tuple(levels), matrix @ np.ones(rows))


def add_up(cells: Cells, values: Floats, *, name: str) -> Sums:
    """Sum one variable over the cells; rows without a value are left out, for this variable only."""
    total = cells.matrix @ values
    if np.isfinite(total).all() and not np.isnan(values.sum()):
        return Sums(total, cells.weight, cells.count, values, None)
    if np.isinf(values).any():
        raise DuzhengError(
            Fault(
                "DZ-S002",
                found=f"{int(np.isinf(values).sum())} infinite values",
                expected="numbers, or missing values",
                hint="mark them as missing if that is what they mean",
                column=name,
            )
        )
    missing = np.isnan(values)
    gone = np.flatnonzero(missing)
    filled = values.copy()
    filled[gone] = 0.0
    lost = cells.cell[gone]
    count = cells.count - np.bincount(lost[lost >= 0], minlength=len(cells.count))
    # Valid weights are summed, not found by subtraction: a cell with few valid rows keeps all its digits.
    weight = cells.matrix @ (~missing).astype(float)
    return Sums(cells.matrix @ filled, weight, count, filled, missing)


def spread(cells: Cells, sums: Sums, centre: float) -> Floats:
    """Sum w (y − centre)² over each domain's valid rows."""
    away = sums.values - centre
    away *= away
    if sums.missing is not None:
        away[sums.missing] = 0.0
    return cells.by_domain(cells.matrix @ away)


def _domains(data: pd.DataFrame, by: list[str]) -> tuple[Ints, pd.DataFrame]:
    """Code the domains that occur, in the order of their values; rows without a value are in none (−1)."""
    import pandas as pd

    if not by:
        return np.zeros(0, dtype=np.intp), pd.DataFrame(index=range(1))
    code = np.zeros(len(data), dtype=np.intp)
    valid = np.ones(len(data), dtype=bool)
    parts: list[tuple[Any, int]] = []
    for name in by:
        column = data[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes, values = column.cat.codes.to_numpy(), column.cat.categories
        else:
            codes, values = pd.factorize(column, sort=True)
        codes = codes.astype(np.intp)
        valid &= codes >= 0
        code = code * max(len(values), 1) + codes
        parts.append((values, max(len(values), 1)))
    if not valid.any():
        raise DuzhengError(
            Fault("DZ-S003", found=f"no row with a value in {', '.join(by)}", expected="at least one domain",
                  hint="look whether the column is filled")
        )  # fmt: skip
    wide = int(np.prod([size for _, size in parts]))
    inside, old = compact(code[valid], wide)
    row_domain = np.full(len(data), -1, dtype=np.intp)
    row_domain[valid] = inside
    columns: dict[str, Any] = {}
    for name, (values, size) in reversed(list(zip(by, parts, strict=True))):
        columns[name] = values.take(old % size)
        old = old // size
    return row_domain, pd.DataFrame({name: columns[name] for name in by})
