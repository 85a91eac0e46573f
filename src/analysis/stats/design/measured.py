"""What estimates are made of: the sums of variables, categories and pairs of variables over cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.design.cells import Cells, Sums, add_up_each

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two variables over the rows that have both."""

    upper: Sums
    lower: Sums
    squares: Callable[[Floats], Floats]  #: from the ratio R of each domain, Σ w (y − R x)² of each domain


class Measured(Protocol):
    """Cells and the sums over them, wherever the rows are."""

    @property
    def cells(self) -> Cells:
        """The cells of the domains."""

    def values(self, names: list[str]) -> Iterator[Sums]:
        """Sum numeric variables."""

    def categories(self, name: str) -> Iterator[tuple[Any, Sums]]:
        """Sum the indicator of each category of a variable, in the order of the categories."""

    def pair(self, numerator: str, denominator: str) -> Pair:
        """Sum two numeric variables over the rows that have both."""


def coded(column: Any) -> tuple[Any, list[Any]]:
    """Give the number of each row's category, in their order and −1 where there is none, and the categories."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), list(column.cat.categories)
    codes, index = pd.factorize(column, sort=True)
    return codes, list(index)


@dataclass(frozen=True, slots=True, eq=False)
class InMemory:
    """Sums over the rows of a frame, made when they are asked for."""

    cells: Cells
    data: pd.DataFrame
    numbers: Callable[[str], Floats]

    def values(self, names: list[str]) -> Iterator[Sums]:
        """Sum numeric variables."""
        return add_up_each(self.cells, ((name, self.numbers(name)) for name in names))

    def categories(self, name: str) -> Iterator[tuple[Any, Sums]]:
        """Sum the indicator of each category of a variable."""
        codes, values = coded(self.data[name])
        absent = codes < 0
        some = bool(absent.any())

        def indicator(code: int) -> Floats:
            here: Floats = (codes == code).astype(float)
            if some:
                here[absent] = np.nan
            return here

        sums = add_up_each(self.cells, ((name, indicator(code)) for code in range(len(values))))
        return zip(values, sums, strict=True)

    def pair(self, numerator: str, denominator: str) -> Pair:
        """Sum two numeric variables over the rows that have both."""
        cells, y, x = self.cells, self.numbers(numerator), self.numbers(denominator)
        gone = np.isnan(y) | np.isnan(x)
        if gone.any():
            y, x = np.where(gone, np.nan, y), np.where(gone, np.nan, x)

        def squares(ratio: Floats) -> Floats:
            rest = y - np.append(np.nan_to_num(ratio), 0.0)[cells.row_domain] * x
            return cells.by_domain(cells.sum(np.where(gone, 0.0, rest * rest)))

        upper, lower = add_up_each(cells, [(numerator, y), (denominator, x)])
        return Pair(upper, lower, squares)
