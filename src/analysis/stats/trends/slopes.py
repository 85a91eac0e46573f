"""Slopes of short series: Sen's with its interval, the line it draws, and least squares with robust errors."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages.requests import hold_level
from analysis.stats.arrays import Floats
from analysis.stats.trends.rank_tests import EXACT, s_distribution
from analysis.stats.trends.series import PAIRS, read_series, read_times

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

#: Below this many points robust errors have no ground.
ROBUST = 20
FEW = "too few points for an interval at this level"
TOO_SHORT = f"fewer than {ROBUST} points: robust errors have no ground"
#: Residuals within this share of the largest value are rounding.
EXACT_FIT = 1e-13
EXACTLY = "the points lie on a line: no error"
OF_THE_LINE = "the interval is of the line, not of a value to come"


def sen_slope(values: Any, times: ArrayLike | None = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the median of all slopes between two points, with an interval.

    Parameters
    ----------
    values
        One series, shape (points,), or many, shape (series, points); NaN is missing.
    times
        Of the points, increasing, shape (points,); 0, 1, 2, … if not given. They need not be evenly spaced.

    Returns
    -------
    pandas.DataFrame
        One row a series: n, slope, lower, upper, coverage (the level that the interval has), intercept (at time 0),
        note.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for wrong shapes, times or levels.

    Notes
    -----
    Sen (1968). The interval are the slopes of rank M and N + 1 − M among the N, M = (N − C) / 2: up to 50 points C
    comes from the exact distribution of S without ties, so that the coverage is at least the level and is given
    (Hollander and Wolfe 1999, 9.3); beyond, C = z √Var S (Gilbert 1987). Under 5 points no interval has 95 %. The
    intercept is the median of values less slope times the median time (Conover 1980). In R ``trend::sens.slope``
    (normal interval), in SciPy ``theilslopes`` (the same slope; its interval is the normal's).

    Examples
    --------
    >>> sen_slope([1, 3, 2, 4, 5, 7], times=[2015, 2016, 2017, 2018, 2019, 2020]).round(3).drop(columns="note")
       n  slope  lower  upper  coverage  intercept
    0  6    1.0    0.5    2.0     0.983    -2014.0
    """
    import pandas as pd

    hold_level(level)
    table, index = read_series(values)
    at = read_times(times, table.shape[1])
    n = np.isfinite(table).sum(axis=1)
    early, late = np.triu_indices(table.shape[1], 1)
    apart = at[late] - at[early]
    slope, lower, upper = (np.full(len(table), np.nan) for _ in range(3))
    cuts = {int(size): _rank(int(size), level) for size in np.unique(n) if size > 1}
    step = max(PAIRS // max(len(early), 1), 1)
    for start in range(0, len(table), step):
        rows = slice(start, start + step)
        part = table[rows]
        found = np.sort((part[:, late] - part[:, early]) / apart, axis=1)
        for size in np.unique(n[rows]):
            if size < 2:  # noqa: PLR2004  a pair
                continue
            mine = np.flatnonzero(n[rows] == size)
            pairs, (rank, _) = int(size * (size - 1) // 2), cuts[int(size)]
            held = found[mine, :pairs]
            slope[start + mine] = (held[:, (pairs - 1) // 2] + held[:, pairs // 2]) / 2
            if rank > 0:
                lower[start + mine], upper[start + mine] = held[:, rank - 1], held[:, pairs - rank]
    known = np.isfinite(table)
    with np.errstate(invalid="ignore"):
        middle = _medians(table)
        intercept = middle - slope * _medians(np.where(known, at, np.nan))
    coverage = np.array([cuts[int(size)][1] if size > 1 else np.nan for size in n])
    note = np.where(np.isnan(lower), FEW, "")
    return pd.DataFrame(
        {"n": n, "slope": slope, "lower": lower, "upper": upper, "coverage": coverage, "intercept": intercept,
         "note": note}, index=index,
    )  # fmt: skip


def project(values: Any, at: ArrayLike, times: ArrayLike | None = None, *, level: float = 0.95) -> pd.DataFrame:
    """Carry one series on along the line of Theil and Sen.

    Parameters
    ----------
    values, times
        One series and its times, as of :func:`sen_slope`.
    at
        The times to project to, any shape.

    Returns
    -------
    pandas.DataFrame
        One row a time: time, estimate, lower, upper, note. The ends are the lines with the ends of the slope through
        the median point: they hold the line, not a single value to come, and say nothing of whether it goes on.

    Examples
    --------
    >>> project([1, 3, 2, 4, 5, 7], at=[6, 8]).round(2).drop(columns="note")
       time  estimate  lower  upper
    0   6.0       7.0   5.25   10.5
    1   8.0       9.0   6.25   14.5
    """
    import pandas as pd

    table, _ = read_series(values)
    row = sen_slope(values, times, level=level).iloc[0]
    moments = read_times(times, table.shape[1])
    known = np.isfinite(table[0])
    middle, centre = float(np.median(table[0][known])), float(np.median(moments[known]))
    wanted = np.atleast_1d(np.asarray(at, dtype=float)).ravel()
    ahead = wanted - centre
    ends = np.sort(np.stack([middle + row["lower"] * ahead, middle + row["upper"] * ahead]), axis=0)
    return pd.DataFrame(
        {"time": wanted, "estimate": middle + row["slope"] * ahead, "lower": ends[0], "upper": ends[1],
         "note": row["note"] or OF_THE_LINE}
    )  # fmt: skip


def ols_hac(
    values: Any, times: ArrayLike | None = None, *, lags: int | None = None, level: float = 0.95, small: bool = False
) -> pd.DataFrame:
    """Fit a straight line by least squares, with errors that allow for autocorrelation.

    Parameters
    ----------
    values, times
        One series and its times; missing points are left out.
    lags
        How many lags count; ⌊4 (n / 100)^(2/9)⌋ if not given (Newey and West 1994).
    small
        Whether the variance is multiplied with n / (n − 2).

    Returns
    -------
    pandas.DataFrame
        The rows ``intercept`` (at time 0) and ``slope``: estimate, se, lower, upper, t, p (t of n − 2), n, lags, note.
        Under 20 points only the estimates.

    Notes
    -----
    Newey and West (1987), Bartlett weights 1 − k / (lags + 1); by statsmodels. In R
    ``sandwich::NeweyWest(lm(y ~ t), lag, prewhite = FALSE, adjust = small)``.

    Examples
    --------
    >>> ols_hac(np.arange(24) + np.sin(np.arange(24)), lags=1).loc[["slope"], ["estimate", "se"]].round(4)
           estimate      se
    slope    0.9907  0.0233
    """
    import pandas as pd
    from scipy import special
    from statsmodels.regression.linear_model import OLS

    hold_level(level)
    table, _ = read_series(values)
    moments = read_times(times, table.shape[1])
    known = np.isfinite(table[0])
    n = int(known.sum())
    columns = ["estimate", "se", "lower", "upper", "t", "p"]
    used = lags if lags is not None else int(np.floor(4 * (n / 100) ** (2 / 9)))
    result = pd.DataFrame(np.nan, index=["intercept", "slope"], columns=columns)
    if n > 1:
        # Centred times keep digits where they are years; the constant is moved back.
        centre = float(moments[known].mean())
        x = np.column_stack([np.ones(n), moments[known] - centre])
        fitted = OLS(table[0][known], x).fit()
        back = np.array([[1.0, -centre], [0.0, 1.0]])
        result["estimate"] = back @ fitted.params
        if n >= ROBUST:
            robust = fitted.get_robustcov_results("HAC", maxlags=used, use_correction=small)
            result["se"] = np.sqrt(np.diag(back @ robust.cov_params() @ back.T))
            half = special.stdtrit(n - 2, (1 + level) / 2) * result["se"]
            result["lower"], result["upper"] = result["estimate"] - half, result["estimate"] + half
            result["t"] = result["estimate"] / result["se"]
            result["p"] = 2 * special.stdtr(n - 2, -np.abs(result["t"]))
    if n > 1 and np.ptp(fitted.resid) <= EXACT_FIT * max(float(np.abs(table[0][known]).max()), 1e-300):
        return result.assign(se=np.nan, lower=np.nan, upper=np.nan, t=np.nan, p=np.nan, n=n, lags=used, note=EXACTLY)
    return result.assign(n=n, lags=used, note="" if n >= ROBUST else TOO_SHORT)


@functools.cache
def _rank(n: int, level: float) -> tuple[int, float]:
    """Give the rank of the slope that ends an interval (0 for none), and the coverage that it has."""
    from scipy import special

    pairs = n * (n - 1) // 2
    if n > EXACT:
        width = special.ndtri((1 + level) / 2) * np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
        return max(int(np.floor((pairs - width) / 2)), 0), level
    values, shares = s_distribution(n)
    above = np.cumsum(shares)
    fit = np.flatnonzero(above <= (1 - level) / 2 * (1 + 1e-12))
    if not len(fit):
        return 0, np.nan
    k = int(values[fit[-1]])
    return (pairs - (k - 2)) // 2, float(1 - 2 * above[fit[-1]])


def _medians(table: Floats) -> Floats:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found: Floats = np.nanmedian(table, axis=1)
    return found
