"""Projection of a short series along the line of Theil and Sen, with an interval of the line that holds its level."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import factorial, nan

#: No shorter series is looked at, nor a longer one needed for any level below 1 that can be told from it.
_SHORTEST, _LONGEST = 3, 60


def least(level: float) -> int:
    """Give how many figures an interval of this level needs.

    Examples
    --------
    >>> least(0.9), least(0.95), least(0.99)
    (5, 6, 8)
    """
    return next(n for n in range(_SHORTEST, _LONGEST)
                if (1 - 2 / factorial(n)) * (1 - 2 / 2**n) >= level - 1e-12)  # fmt: skip


def project_line(
    times: Sequence[int], values: Sequence[float], at: int, *, level: float = 0.95
) -> tuple[float, float, float, float]:
    """Carry a series on along the line of Theil and Sen, with an interval of that line.

    Parameters
    ----------
    times, values
        Of the figures, by time.
    at
        The time, at or after the last one.
    level
        Of the interval.

    Returns
    -------
    tuple
        Estimate, lower, upper, and the level that the interval has at least; NaN but the estimate where there are too
        few figures.

    Notes
    -----
    The line has Sen's slope, and as many figures lie above it as below. Take the noise to be independent and of one
    distribution, whatever it is. At the true slope and level Kendall's S of the residuals hangs on their order alone,
    and the number B of those above the line on their sizes alone, so that the two are independent, with the exact
    distribution of S and Bin(n, ½). The lines whose 2 S²/Var S + (2B − n)²/n is smallest, as many as the level asks
    for, are an exact region of both slope and level (each of the two tests by itself: Sen 1968; Hollander and Wolfe
    1999, 3.6 and 9.3; S counts double, for ahead of the figures a wrong slope costs more than a wrong level, and of the
    weights 1 to 3 this one gave the shortest intervals of 6 to 20 figures).

    The interval are the least and the largest value that any of these lines has at the time: for each slope that S
    allows, from its interval by rank, the order statistics of the values moved along it, yᵢ + b (t − tᵢ), that B
    allows. It holds the true line at one time more often than the level says (as the band of Working and Hotelling
    does), with ties too; it does not hold a value to come.

    Examples
    --------
    >>> [round(each, 3) for each in project_line([0, 1, 2, 3, 4, 5], [1, 3, 2, 4, 5, 7], 6)]
    [7.0, 4.0, 13.0, 0.953]
    """
    import numpy as np

    t, y = np.asarray(times, dtype=float), np.asarray(values, dtype=float)
    early, late = np.triu_indices(len(t), 1)
    slopes = np.sort((y[late] - y[early]) / (t[late] - t[early]))
    ahead = at - t
    estimate = float(np.median(y + np.median(slopes) * ahead))
    steps, coverage = _region(len(t), level)
    if not steps:
        return estimate, nan, nan, nan
    lower = min(float(np.sort(y + slopes[rank - 1] * ahead)[k - 1]) for rank, k in steps)
    upper = max(float(np.sort(y + slopes[-rank] * ahead)[-k]) for rank, k in steps)
    return estimate, lower, upper, coverage


@cache
def _region(n: int, level: float) -> tuple[tuple[tuple[int, int], ...], float]:
    """Give the region of the smallest 2 S²/Var S + (2B − n)²/n: ranks of slopes with the order statistic at each.

    Lines between the slopes of rank M and N + 1 − M have |S| ≤ N − 2M; those between the order statistics k and
    n + 1 − k have k ≤ B ≤ n − k. Where |S| = N, or B is 0 or n, there is no bound: these are never of it.
    """
    from scipy import special

    from analysis.stats.trends.rank_tests import s_distribution

    if n < _SHORTEST or n < least(level):
        return (), nan
    pairs, variance = n * (n - 1) // 2, n * (n - 1) * (2 * n + 5) / 18
    known = dict(zip(*(each.tolist() for each in s_distribution(n)), strict=True))
    sizes = {int(s): share * (2 if s else 1) for s, share in known.items() if 0 <= s < pairs}
    signs = {k: float(special.binom(n, k)) / 2**n * (2 if 2 * k < n else 1) for k in range(1, n // 2 + 1)}
    cells = sorted((2 * s**2 / variance + (n - 2 * k) ** 2 / n, s, k) for s in sizes for k in signs)
    steps: dict[int, int] = {}
    coverage = 0.0
    for _, s, k in cells:
        steps[s] = min(k, steps.get(s, k))
        coverage += sizes[s] * signs[k]
        if coverage >= level - 1e-12:
            break
    return tuple(((pairs - s) // 2, k) for s, k in steps.items()), coverage
