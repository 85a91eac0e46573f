"""Mann and Kendall's test of a trend: exact for short series, ties included, and corrected for autocorrelation."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages.requests import one_of
from analysis.stats.arrays import Floats, Ints
from analysis.stats.trends.series import PAIRS, read_series

if TYPE_CHECKING:
    import pandas as pd

#: Up to this many points the distribution is counted out; above, the normal is off by less than 0.002.
EXACT = 50
#: Below this many points the normal distribution is refused: it is off by up to 0.021 at 5 and 0.010 at 10.
NORMAL = 10
#: The least points whose two-sided p can be below 0.05.
ENOUGH = 5
#: Below this many points there is no ground for a correction by autocorrelations.
CORRECTED = 20
FEW = "fewer than 5 points: no two-sided p can be below 0.05"
NO_NORMAL = f"fewer than {NORMAL} points: the normal distribution has no ground, use exact"
NO_CORRECTION = f"fewer than {CORRECTED} points: autocorrelations have no ground"
GAPS = "missing points: autocorrelations have no ground"
ALL_TIED = "all values are the same"
NEGATIVE = "the correction makes the variance negative"


def mann_kendall(
    values: Any,
    *,
    alternative: Literal["two-sided", "rising", "falling"] = "two-sided",
    method: Literal["auto", "exact", "normal"] = "auto",
) -> pd.DataFrame:
    """Test series for a monotonic trend.

    Parameters
    ----------
    values
        One series, shape (points,), or many, shape (series, points), in the order of time; NaN is missing.
    alternative
        What the test looks for.
    method
        ``exact`` counts the distribution of S out, given the ties; ``normal`` corrects for continuity and ties;
        ``auto`` is exact up to 50 points.

    Returns
    -------
    pandas.DataFrame
        One row a series: n, s, var_s, tau (τ_b; time has no ties, so S / √(n₀ (n₀ − n₁))), z (NaN where exact), p,
        method, note.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for wrong choices or shapes.

    Notes
    -----
    S = Σ_{i<j} sign(x_j − x_i); Var S = (n (n − 1)(2n + 5) − Σ t (t − 1)(2t + 5)) / 18. Under no trend S = M − 2 D with
    M pairs that are not tied, and the number of inversions D of a random order of the values has the generating
    function of a Gaussian multinomial coefficient (Kendall 1975; Stanley 2012, 1.7): exact with ties as without. Fewer
    than 5 points give a p, and a note. In R ``Kendall::MannKendall`` (normal where tied) and
    ``cor.test(method = "kendall")``.

    Examples
    --------
    >>> mann_kendall([1, 3, 2, 4, 5])[["n", "s", "tau", "p", "method"]].round(4)
       n  s  tau       p method
    0  5  8  0.8  0.0833  exact
    """
    import pandas as pd

    one_of("alternative", alternative, ("two-sided", "rising", "falling"))
    one_of("method", method, ("auto", "exact", "normal"))
    table, index = read_series(values)
    n, s, ties = np.isfinite(table).sum(axis=1), kendall_s(table), _tie_sizes(table)
    variance = n * (n - 1) * (2 * n + 5) / 18.0 - sum(ties * (ties - 1) * (2 * ties + 5) / 18.0 for ties in ties.T)
    pairs = n * (n - 1) / 2
    tied = (ties * (ties - 1) / 2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        tau = np.where(pairs > tied, s / np.sqrt(pairs * (pairs - tied)), np.nan)
        z = np.where(variance > 0, (s - np.sign(s)) / np.sqrt(variance), 0.0)
    exact = np.full(len(table), method == "exact") if method != "auto" else n <= EXACT
    p = _normal_p(z, alternative)
    for key, rows in _patterns(n, ties, exact):
        p[rows] = _exact_p(s[rows], key, alternative)
    note = np.full(len(table), "", dtype=object)
    note[n < ENOUGH] = FEW
    note[(tied == pairs) & (n > 1)] = ALL_TIED
    bare = np.asarray(~exact & (n < NORMAL), dtype=bool)
    note[bare] = NO_NORMAL
    p = np.where(bare | (n < 2), np.nan, p)  # noqa: PLR2004  a pair
    return pd.DataFrame(
        {"n": n, "s": s.astype(int), "var_s": variance, "tau": tau, "z": np.where(exact | bare, np.nan, z), "p": p,
         "method": np.where(exact, "exact", "normal"), "note": note}, index=index,
    )  # fmt: skip


def corrected_mann_kendall(
    values: Any, *, method: Literal["hamed_rao", "yue_wang"] = "hamed_rao", level: float = 0.95
) -> pd.DataFrame:
    """Test for a trend with the variance of S corrected for autocorrelation.

    Parameters
    ----------
    values
        One series or many, as of :func:`mann_kendall`, without missing points.
    method
        ``hamed_rao``: the autocorrelations of the ranks of the detrended series that differ from zero at ``level``.
        ``yue_wang``: the first autocorrelation of the detrended series, taken for that of a first-order process.

    Returns
    -------
    pandas.DataFrame
        As of :func:`mann_kendall`, with ``factor``, what the variance was multiplied with. Under 20 points, and with
        missing ones, there is no p but a note.

    Notes
    -----
    Hamed and Rao (1998): 1 + 2 Σ (n − k)(n − k − 1)(n − k − 2) ρ_k / (n (n − 1)(n − 2)) over the k with
    |ρ_k| > z / √n. Yue and Wang (2004): 1 + 2 Σ (1 − k / n) ρ₁^k. Series are detrended by Sen's slope. In R
    ``modifiedmk::mmkh`` and ``mmky1lag``. Equal to ``pymannkendall.hamed_rao_modification_test``.

    Examples
    --------
    >>> rising = np.arange(24) + 3 * np.sin(np.arange(24))
    >>> corrected_mann_kendall(rising)[["s", "factor", "p"]].round(4)
         s  factor    p
    0  214  0.7362  0.0
    """
    import pandas as pd
    from scipy import special

    one_of("method", method, ("hamed_rao", "yue_wang"))
    table, index = read_series(values)
    plain = mann_kendall(table, method="normal")
    points = table.shape[1]
    gaps = np.asarray(np.isnan(table).any(axis=1))
    lags = np.arange(1, points)
    factor = np.ones(len(table))
    if points >= CORRECTED and not gaps.all():
        from analysis.stats.trends.slopes import sen_slope

        slope = sen_slope(table)["slope"].to_numpy()
        rest = np.where(gaps[:, None], 0.0, table - slope[:, None] * np.arange(points))
        # Two points lie on Sen's line where the pairs are odd in number: rounding must not part them.
        size = np.abs(rest).max(axis=1, keepdims=True)
        rest = np.round(rest / np.where(size > 0, size, 1.0), 12)
        if method == "hamed_rao":
            from scipy import stats

            rho = _autocorrelations(stats.rankdata(rest, axis=1))
            rho = np.where(np.abs(rho) > special.ndtri((1 + level) / 2) / np.sqrt(points), rho, 0.0)
            weight = (points - lags) * (points - lags - 1) * (points - lags - 2)
            factor = 1 + 2 / (points * (points - 1) * (points - 2)) * (weight * rho).sum(axis=1)
        else:
            rho = _autocorrelations(rest)[:, :1] ** lags
            factor = 1 + 2 * ((1 - lags / points) * rho).sum(axis=1)
    variance = plain["var_s"].to_numpy() * factor
    s = plain["s"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (s - np.sign(s)) / np.sqrt(variance)
    tied = plain["note"].to_numpy() == ALL_TIED
    reasons = [np.full(len(table), points < CORRECTED), gaps, tied, variance <= 0]
    note = np.select(reasons, [NO_CORRECTION, GAPS, ALL_TIED, NEGATIVE], "")
    bad = note != ""
    return plain.assign(
        var_s=np.where(bad, np.nan, variance), z=np.where(bad, np.nan, z), method=method,
        p=np.where(bad, np.nan, _normal_p(np.nan_to_num(z), "two-sided")), factor=np.where(bad, np.nan, factor),
    )[["n", "s", "var_s", "factor", "tau", "z", "p", "method"]].assign(note=note).set_axis(pd.Index(index))  # fmt: skip


def kendall_s(table: Floats) -> Floats:
    """Sum the signs of all differences of later and earlier points, in each row."""
    points = table.shape[1]
    early, late = np.triu_indices(points, 1)
    step = max(PAIRS // max(len(early), 1), 1)
    result = np.zeros(len(table))
    for start in range(0, len(table), step):
        part = table[start : start + step]
        result[start : start + step] = np.nansum(np.sign(part[:, late] - part[:, early]), axis=1)
    return result


@functools.cache
def s_distribution(n: int, ties: tuple[int, ...] = ()) -> tuple[Floats, Floats]:
    """Give the values of S and their probabilities where every order of the values is as likely.

    Parameters
    ----------
    n
        Points.
    ties
        Sizes of the groups of equal values, larger than 1.

    Examples
    --------
    >>> values, shares = s_distribution(3)
    >>> values.tolist(), (shares * 6).round(9).tolist()
    ([3.0, 1.0, -1.0, -3.0], [1.0, 2.0, 2.0, 1.0])
    """
    shares: Any = np.ones(1)
    placed = 0
    for size in [*ties, *([1] * (n - sum(ties)))]:
        placed += size
        shares = np.convolve(shares, _inversions(placed, size))
    pairs = n * (n - 1) // 2 - sum(t * (t - 1) // 2 for t in ties)
    return (pairs - 2.0 * np.arange(len(shares))).astype(float, copy=False), shares


@functools.cache
def _inversions(n: int, k: int) -> Floats:
    """Give the shares of the inversions between k equal values and n − k others: Gaussian binomial coefficients."""
    if k in {0, n}:
        return np.ones(1)
    if k == 1:
        return np.full(n, 1 / n)
    counts = np.zeros(k * (n - k) + 1)
    with_last, without = _inversions(n - 1, k - 1), _inversions(n - 1, k)
    counts[: len(with_last)] += with_last * (k / n)
    counts[k : k + len(without)] += without * (1 - k / n)
    return counts


def _patterns(n: Ints, ties: Ints, exact: Any) -> list[tuple[tuple[int, ...], Ints]]:
    """Group the rows that have the same number of points and the same ties: they share a distribution."""
    there = exact & (n > 1)
    tied = there & (ties > 1).any(axis=1)
    found: list[tuple[tuple[int, ...], Ints]] = [
        ((int(size),), np.flatnonzero(there & ~tied & (n == size))) for size in np.unique(n[there & ~tied])
    ]
    rows = np.flatnonzero(tied)
    if len(rows):
        keys = np.column_stack([n[rows], -np.sort(-ties[rows], axis=1)])
        unique, inverse = np.unique(keys, axis=0, return_inverse=True)
        found += [
            ((int(key[0]), *(int(size) for size in key[1:] if size > 1)), rows[inverse.ravel() == code])
            for code, key in enumerate(unique)
        ]
    return found


def _exact_p(s: Floats, key: tuple[int, ...], alternative: str) -> Floats:
    values, shares = s_distribution(key[0], key[1:])
    # Values fall from the largest: the share at or above each.
    above = np.minimum(np.cumsum(shares), 1.0)
    place = ((values[0] - np.abs(s)) / 2).round().astype(int)
    if alternative == "two-sided":
        both: Floats = np.where(s == 0, 1.0, np.minimum(2 * above[place], 1.0))
        return both
    ahead = s if alternative == "rising" else -s
    one: Floats = above[((values[0] - ahead) / 2).round().astype(int)]
    return one


def _normal_p(z: Floats, alternative: str) -> Floats:
    from scipy import special

    one: Floats = special.ndtr(-np.abs(z) if alternative == "two-sided" else -z if alternative == "rising" else z)
    return 2 * one if alternative == "two-sided" else one


def _tie_sizes(table: Floats) -> Ints:
    """Give the sizes of the groups of equal values of each row, 0 and 1 elsewhere, shape (series, points)."""
    ordered = np.sort(table, axis=1)
    new = np.ones(table.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    group = np.cumsum(new, axis=1) - 1 + np.arange(len(table))[:, None] * table.shape[1]
    known = np.isfinite(ordered)
    sizes = np.bincount(group[known], minlength=table.size).reshape(table.shape)
    return sizes[:, : max(1, int((sizes > 0).sum(axis=1).max(initial=0)))].astype(np.intp)


def _autocorrelations(table: Floats) -> Floats:
    """Give the autocorrelations at lags 1, 2, …, over the whole series' variance."""
    away = table - table.mean(axis=1, keepdims=True)
    whole = (away**2).sum(axis=1)
    points = table.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = [np.einsum("ij,ij->i", away[:, k:], away[:, : points - k]) / whole for k in range(1, points)]
    result: Floats = np.nan_to_num(np.column_stack(found))
    return result
