"""Ratings of a wave side by side, each scale from 0 to 1: what careless, copied and mobilised answers are seen in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.surveys.columns import columns
from analysis.surveys.items import Matrix, Rating

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.survey import Survey

#: Ratings that make a battery, and that the least is known of somebody from.
BATTERY = 3
#: Answers that are looked at together: what is reckoned of them fits into a processor's memory.
BLOCK = 65_536
#: Pairs of answers below which two ratings are taken as unrelated, and the least eigenvalue of all correlations.
_FEWEST_PAIRS, _LEAST_EIGENVALUE = 30, 0.01


@dataclass(frozen=True, eq=False)
class Ratings:
    """All ratings of a wave."""

    names: tuple[str, ...]
    points: np.ndarray  #: (n, k), from 0 to 1, missing where there is no answer
    batteries: tuple[np.ndarray, ...]  #: places of the ratings on one scale in one section, three or more

    @cached_property
    def correlations(self) -> Correlations:
        """Give how the ratings go together."""
        return correlations(self.points)

    @cached_property
    def ends(self) -> np.ndarray:
        """Give the best point of each, (k,): 0 where a rating runs against the others, else 1.

        Notes
        -----
        The sign on the first principal component of their correlations.
        """
        import numpy as np

        found, of = np.ones(len(self.names)), self.correlations
        if of.used.any():
            first = np.linalg.eigh(of.matrix)[1][:, -1]
            found[of.used] = np.where(first * np.sign(first.sum()) < 0, 0.0, 1.0)
        return found

    def best(self) -> tuple[np.ndarray, np.ndarray]:
        """Tell who gave every rating its best point, and how many they gave."""
        import numpy as np

        every, many = np.zeros(len(self.points), bool), np.zeros(len(self.points), int)
        if not self.names:
            return every, many
        for rows in blocks(len(self.points)):
            given = ~np.isnan(self.points[rows])
            every[rows] = ((self.points[rows] == self.ends) | ~given).all(axis=1)
            many[rows] = given.sum(axis=1)
        return every, many


@dataclass(frozen=True, eq=False, slots=True)
class Correlations:
    """Means and standard deviations of ratings, and the correlations of those that vary, positive definite."""

    mean: np.ndarray
    spread: np.ndarray
    used: np.ndarray  #: (k,) which vary
    matrix: np.ndarray  #: of those


def ratings_of(survey: Survey, responses: pd.DataFrame) -> Ratings:
    """Gather the ratings of a wave's answers."""
    import numpy as np

    found: dict[str, np.ndarray] = {}
    batteries: dict[tuple[str, str], list[int]] = {}
    for column in columns(survey):
        if not isinstance(column.asked.item, Rating | Matrix) or not column.number or column.name not in responses:
            continue
        points = sorted(int(code) for code in column.labels)
        scale = getattr(column.asked.item, "scale", "") or str(dict(column.labels))
        batteries.setdefault((column.asked.section.id, scale), []).append(len(found))
        values = responses[column.name].to_numpy(np.float32, na_value=np.nan)
        found[column.name] = (values - np.float32(points[0])) / np.float32(points[-1] - points[0])
    # Column by column in memory: what is summed over ratings is then summed over many answers at once.
    table = np.empty((len(responses), len(found)), np.float32, order="F")
    for place, values in enumerate(found.values()):
        table[:, place] = values
    whole = tuple(np.array(each) for each in batteries.values() if len(each) >= BATTERY)
    return Ratings(tuple(found), table, whole)


def blocks(n: int) -> Iterator[slice]:
    """Give slices of so many rows as are looked at together."""
    return (slice(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK))


def runs(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each row's longest run of one value, passing what is missing, and whether all of its values are one."""
    import numpy as np

    before = np.full(len(points), np.nan, points.dtype)
    run, longest, changes = (np.zeros(len(points), np.int32) for _ in range(3))
    for column in points.T:
        given = ~np.isnan(column)
        run = np.where(given, np.where(column == before, run + 1, 1), run)
        changes += given & ~np.isnan(before) & (column != before)
        before = np.where(given, column, before)
        longest = np.maximum(longest, run)
    return longest, changes == 0


def correlations(points: np.ndarray) -> Correlations:
    """Correlate the columns of a table by the pairs that are there, by sums of products block by block."""
    import numpy as np

    k = points.shape[1]
    given, total = np.zeros(k), np.zeros(k)
    for rows in blocks(len(points)):
        there = ~np.isnan(points[rows])
        given += there.sum(axis=0)
        total += np.where(there, points[rows], 0).sum(axis=0, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nan_to_num(total / given)
        sums: Any = _products(points, mean)
        n, x, xx, xy = sums
        pairs = xy - x * x.T / n
        squares = xx - x**2 / n
        found = pairs / np.sqrt(squares * squares.T)
        spread = np.sqrt(np.diag(squares) / (given - 1))
    # Two of its own units in the last place: a constant is not told from one by its rounding.
    used = np.nan_to_num(spread) > 2 * float(np.finfo(points.dtype).eps)
    found[(n < _FEWEST_PAIRS) | ~np.isfinite(found)] = 0.0
    found = found[np.ix_(used, used)]
    np.fill_diagonal(found, 1.0)
    values, vectors = np.linalg.eigh(found)
    whole = (vectors * np.maximum(values, _LEAST_EIGENVALUE)) @ vectors.T
    return Correlations(mean, spread, used, whole)


def _products(points: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Give, over the rows that have both: how many, the sum of i, of i², and of i j."""
    import numpy as np

    k = points.shape[1]
    sums = np.zeros((4, k, k))
    for rows in blocks(len(points)):
        away = points[rows] - mean.astype(points.dtype)
        there = (~np.isnan(away)).astype(points.dtype)
        away[there == 0] = 0
        sums += [there.T @ there, away.T @ there, (away**2).T @ there, away.T @ away]
    return sums
