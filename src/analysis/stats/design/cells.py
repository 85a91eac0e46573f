"""One pass over the rows: weighted sums in the cells of unit and domain. Everything after is algebra on the cells."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong
from analysis.stats.arrays import Bools, Floats, Ints
from analysis.stats.design.plan import Plan, compact

if TYPE_CHECKING:
    import pandas as pd

#: Rows of a chunk, so that its scores stay in the processor's cache.
CHUNK = 65_536
#: Variables that are summed in one pass: more would not fit the cache.
TOGETHER = 2
#: Passes that run side by side.
THREADS = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8)


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
        return values if self.pair is None else weighted_count(self.pair, values, len(self.unit))


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a design and its domains, with the sparse matrices that sum rows into them.

    Each matrix holds the weights of a chunk of rows, in the order of the data, and adds them to their cells in that
    order. So the same data give the same bits in every run and on any number of threads; another order of the rows may
    change the last digits.
    """

    plan: Plan
    domains: pd.DataFrame  #: one row a domain, its values of the ``by`` columns
    chunks: tuple[tuple[slice, Any], ...] = field(repr=False)  #: rows, and their matrix (cells × rows)
    cell: Ints  #: the cell of each row, −1 for rows in no domain or of weight 0
    count: Ints  #: rows of each cell
    levels: tuple[Level, ...]
    weight: Floats  #: sum of weights of each cell

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
        return weighted_count(self.domain, values, self.size)

    def sum(self, values: Floats) -> Floats:
        """Sum w · values over the rows of each cell, for values of all rows without missing ones."""
        result = np.zeros(len(self.count))
        for rows, matrix in self.chunks:
            result += matrix @ values[rows]
        return result

    @cached_property
    def row_domain(self) -> Ints:
        """The domain of each row, −1 where it has none."""
        return np.append(self.domain, -1)[self.cell]


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The sums of one variable over its valid rows, a number a cell."""

    total: Floats  #: Σ w y
    weight: Floats  #: Σ w
    count: Ints  #: rows
    squares: Floats  #: Σ w (y − centre)²
    centre: float
    rows: Floats  #: y of each row as given
    missing: Bools | None  #: which rows have no value; None if all have


def weighted_count(codes: Ints, values: Any, size: int) -> Floats:
    """Sum values by code, always as floats."""
    return np.bincount(codes, weights=values, minlength=size).astype(float, copy=False)


def make_cells(plan: Plan, data: pd.DataFrame, by: list[str]) -> Cells:
    """Code the domains and lay out the cells."""
    from scipy import sparse

    row_domain, domains = domains_of(data, by)
    size = max(len(domains), 1)
    keep = plan.weight > 0
    if by:
        if row_domain.min() < 0:
            keep &= row_domain >= 0
        code = plan.unit * size + row_domain
    else:
        code = plan.unit
    every = bool(keep.all())
    inside, codes = compact(code if every else code[keep], len(plan.unit_psu) * size)
    rows, cells = len(plan.weight), len(codes)
    cell = inside
    if not every:
        cell = np.full(rows, -1, dtype=np.intp)
        cell[keep] = inside
    step = max(CHUNK, 2 * cells)
    parts = [slice(start, min(start + step, rows)) for start in range(0, rows, step)]
    chunks = []
    for part in parts:
        weights, places, long = plan.weight[part], cell[part].astype(np.int32), part.stop - part.start
        if every:
            start = np.arange(long + 1, dtype=np.int32)
        else:
            here = keep[part]
            weights, places = weights[here], places[here]
            start = np.concatenate(([0], np.cumsum(here, dtype=np.int32)))
        chunks.append((part, sparse.csc_array((weights, places, start), shape=(cells, long))))
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
    count = np.bincount(inside, minlength=cells)
    weight = weighted_count(inside, plan.weight if every else plan.weight[keep], cells)
    return Cells(plan, domains, tuple(chunks), cell, count, tuple(levels), weight)


def add_up(cells: Cells, values: Floats, *, name: str) -> Sums:
    """Sum one variable over the cells in one pass; rows without a value are left out, for this variable only."""
    return next(add_up_each(cells, [(name, values)]))


def add_up_each(cells: Cells, variables: Iterable[tuple[str, Floats]]) -> Iterator[Sums]:
    """Sum variables over the cells, two in a pass, so that the rows' cells are read once for both.

    Passes run side by side in threads. Each variable is summed by one of them, in the order of the rows, so that the
    number of threads changes no bit.
    """
    waiting = iter(variables)
    first = list(islice(waiting, TOGETHER))
    if len(first) < TOGETHER or THREADS == 1:
        for together in _batches(chain(first, waiting)):
            yield from _pass(cells, together)
        return
    with ThreadPoolExecutor(THREADS) as pool:
        running: deque[Future[list[Sums]]] = deque()
        for together in _batches(chain(first, waiting)):
            running.append(pool.submit(_pass, cells, together))
            # No more columns are read than there are threads to sum them.
            if len(running) > THREADS:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()


def _batches(variables: Iterator[tuple[str, Floats]]) -> Iterator[list[tuple[str, Floats]]]:
    while together := list(islice(variables, TOGETHER)):
        yield together


def _pass(cells: Cells, variables: list[tuple[str, Floats]]) -> list[Sums]:
    """Sum a few variables over the rows."""
    together = [_Summed(cells, name, values) for name, values in variables]
    places = np.cumsum([0, *(variable.width for variable in together)])
    sums = np.zeros((len(cells.count), places[-1]))
    longest = max(rows.stop - rows.start for rows, _ in cells.chunks)
    scores, away = np.empty((longest, places[-1])), np.empty(longest)
    for rows, matrix in cells.chunks:
        size = rows.stop - rows.start
        for variable, place in zip(together, places, strict=False):
            variable.score(rows, scores[:size, place : place + variable.width], away[:size])
        sums += matrix @ scores[:size]
    return [
        variable.sums(np.ascontiguousarray(sums[:, place : place + variable.width].T))
        for variable, place in zip(together, places, strict=False)
    ]


class _Summed:
    """A variable on its way through the rows."""

    def __init__(self, cells: Cells, name: str, values: Floats) -> None:
        self.cells, self.values = cells, values
        self.missing: Bools | None = None
        self.gone: Ints | None = None
        self.count = cells.count
        self.centre = _near(values[:4096][cells.cell[:4096] >= 0])
        # A sum over all rows finds missing and infinite values much faster than looking at each.
        with np.errstate(invalid="ignore", over="ignore"):
            plain = bool(np.isfinite(values.sum()))
        if not plain:
            self.missing = np.isnan(values)
            infinite = np.isinf(values)
            if infinite.any():
                hint = "mark them as missing if that is what they mean"
                found = f"{int(infinite.sum())} infinite values"
                raise DuzhengError(wrong(found, "numbers, or missing values", hint, name))
            self.gone = np.flatnonzero(self.missing)
            lost = cells.cell[self.gone]
            self.count = self.count - np.bincount(lost[lost >= 0], minlength=len(self.count))
        self.width = 2 if self.missing is None else 3

    def score(self, rows: slice, scores: Floats, away: Floats) -> None:
        """Lay out y, (y − centre)² and, where some are missing, whether it is there."""
        scores[:, 0] = self.values[rows]
        np.subtract(self.values[rows], self.centre, out=away)
        if self.gone is not None:
            low, high = np.searchsorted(self.gone, (rows.start, rows.stop))
            here = self.gone[low:high] - rows.start
            away[here] = scores[here, 0] = 0.0
            scores[:, 2] = 1.0
            scores[here, 2] = 0.0
        np.multiply(away, away, out=scores[:, 1])

    def sums(self, found: Floats) -> Sums:
        """Name what was summed. Weights of valid rows are summed, not subtracted: few of them keep all digits."""
        total, squares, *rest = found
        weight = rest[0] if rest else self.cells.weight
        return Sums(total, weight, self.count, squares, self.centre, self.values, self.missing)


def _near(some: Floats) -> float:
    """Give a number in the midst of the values, so that little is lost when squares are taken around it."""
    some = some[np.isfinite(some)]
    return float(np.median(some)) if len(some) else 0.0


def domains_of(data: pd.DataFrame, by: list[str]) -> tuple[Ints, pd.DataFrame]:
    """Code the domains that occur, in the order of their values; rows without a value are in none (−1)."""
    import pandas as pd

    if not by:
        return np.zeros(0, dtype=np.intp), pd.DataFrame(index=range(1))
    code: Ints | None = None
    parts: list[tuple[Any, int]] = []
    valid: Bools | None = None
    for name in by:
        column = data[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes, values = column.cat.codes.to_numpy(), column.cat.categories
        else:
            codes, values = pd.factorize(column, sort=True)
        size = max(len(values), 1)
        if codes.min() < 0:
            valid = codes >= 0 if valid is None else valid & (codes >= 0)
        code = codes.astype(np.intp, copy=False) if code is None else code * size + codes
        parts.append((values, size))
    if code is None or (valid is not None and not valid.any()):
        raise DuzhengError(
            Fault("DZ-S003", found=f"no row with a value in {', '.join(by)}", expected="at least one domain",
                  hint="look whether the column is filled")
        )  # fmt: skip
    wide = math.prod(size for _, size in parts)
    if valid is None:
        row_domain, old = compact(code, wide)
    else:
        inside, old = compact(code[valid], wide)
        row_domain = np.full(len(data), -1, dtype=np.intp)
        row_domain[valid] = inside
    columns: dict[str, Any] = {}
    for name, (values, size) in reversed(list(zip(by, parts, strict=True))):
        columns[name] = values.take(old % size)
        old = old // size
    return row_domain, pd.DataFrame({name: columns[name] for name in by})
