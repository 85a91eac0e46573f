"""Short series as rows of a table of numbers, and how they are laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: Pairs of points that are held in memory at once.
PAIRS = 20_000_000


def read_series(values: Any) -> tuple[Floats, Any]:
    """Read one series, or many as rows (series × points); NaN is missing. Give them with the index of the rows.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for other shapes, infinite values, or what is not numbers.
    """
    import pandas as pd

    index: Any = None
    if isinstance(values, pd.DataFrame):
        index, values = values.index, values.to_numpy(dtype=float, na_value=np.nan)
    elif isinstance(values, pd.Series):
        values = values.to_numpy(dtype=float, na_value=np.nan)
    try:
        table = np.atleast_2d(np.asarray(values, dtype=float))
    except (TypeError, ValueError) as error:
        raise DuzhengError(wrong(f"values of type {type(values).__name__}", "numbers", "NaN is missing")) from error
    faults = []
    if table.ndim != 2 or not table.shape[1]:  # noqa: PLR2004  series × points
        faults.append(wrong(f"values of shape {np.shape(values)}", "points, or series × points", "one row a series"))
    if np.isinf(table).any():
        faults.append(wrong(f"{int(np.isinf(table).sum())} infinite values", "numbers, or NaN", "mend them"))
    if faults:
        raise DuzhengError(*faults)
    return table, index if index is not None else pd.RangeIndex(len(table))


def read_times(times: ArrayLike | None, points: int) -> Floats:
    """Read the times of the points, 0, 1, 2, … if not given; they must increase."""
    found = np.arange(points, dtype=float) if times is None else np.asarray(times, dtype=float)
    if found.shape != (points,):
        raise DuzhengError(wrong(f"times of shape {found.shape}", f"{points}, one a point", "give each point its time"))
    if not np.isfinite(found).all() or (np.diff(found) <= 0).any():
        raise DuzhengError(wrong("times that do not increase", "increasing numbers", "sort the points by time"))
    return found
