"""Steadiness: outlying changes, and series that change less than others of their kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: What makes the median absolute deviation the standard deviation of normal numbers.
NORMAL = 1.482602218505602
#: The efficiency of the median absolute deviation: so many degrees of freedom a case is worth.
_EFFICIENCY = 0.3675
#: Less than this is nothing.
_NONE = 1e-10
#: The part on each side that is drawn in, the variance of normal numbers that is left then, degrees of freedom that
#: stand for no excess, and the points over which a chance is averaged.
_OUTER, _DRAWN, _MANY, _NODES = 0.1, 0.6787, 1e10, 31
_TAILS = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 30.0, 1000.0)


def centre_and_scale(values: Floats, groups: NDArray[np.int64]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Give the median, the normal-consistent MAD and the number of cases of each value's group.

    Examples
    --------
    >>> centre, scale, n = centre_and_scale(np.array([1.0, 2.0, 3.0, 9.0]), np.array([0, 0, 0, 1]))
    >>> centre.tolist(), scale.round(2).tolist(), n.tolist()
    ([2.0, 2.0, 2.0, 9.0], [1.48, 1.48, 1.48, 0.0], [3, 3, 3, 1])
    """
    import pandas as pd

    by = pd.Series(values).groupby(groups)
    centre = by.transform("median").to_numpy()
    off = pd.Series(np.abs(values - centre)).groupby(groups)
    return centre, NORMAL * off.transform("median").to_numpy(), by.transform("size").to_numpy()


def tails(z: Floats, groups: NDArray[np.int64]) -> Floats:
    """Give the degrees of freedom of the t distribution whose tails are as heavy as those of each value's group.

    Notes
    -----
    The 95 % quantile of |z| over its median falls with the degrees of freedom; it is taken from the group and looked
    up. One in twenty may be outlying without being seen. 1000 stands for normal tails. A median below that of the
    normal distribution (0.67: z was divided by more than its scale) counts as that.

    Examples
    --------
    >>> normal = np.random.default_rng(1).normal(size=20000)
    >>> bool(tails(normal, np.zeros(20000, dtype=np.int64))[0] >= 15)
    True
    """
    import pandas as pd
    from scipy import stats

    heavy = np.asarray(_TAILS)
    ratio = stats.t.ppf(0.975, heavy) / stats.t.ppf(0.75, heavy)
    by = pd.Series(np.abs(z)).groupby(groups)
    middle = np.maximum(by.transform("median").to_numpy(), 1 / NORMAL)
    seen = by.transform(lambda group: group.quantile(0.95)).to_numpy() / middle
    found = np.interp(seen, ratio[::-1], heavy[::-1])
    return np.asarray(found)


def chance_of_outlier(z: Floats, df: Floats, n: NDArray[np.int64]) -> Floats:
    """Give the two-sided p of a robust z whose scale is a median absolute deviation of n cases.

    Notes
    -----
    t with the lesser of ``df`` (tails) and 0.37 (n − 1) (how well n cases tell the scale) degrees of freedom, brought
    to the same median as the scale: ``p = 2 P(T ≥ |z| t₀.₇₅ / 0.6745)``.

    Examples
    --------
    >>> chance_of_outlier(np.array([3.0]), np.array([1000.0]), np.array([5000])).round(4).tolist()
    [0.0028]
    """
    from scipy import stats

    held = np.maximum(np.minimum(df, _EFFICIENCY * (n - 1)), 1.0)
    return np.asarray(2 * stats.t.sf(np.abs(z) * stats.t.ppf(0.75, held) * NORMAL, held))


def chance_of_steadiness(
    variances: Floats, df: Floats, sizes: Floats, kinds: NDArray[np.int64] | None = None
) -> Floats:
    """Give the p of a variance that is as small or smaller, beside those of other series of the same kind.

    Parameters
    ----------
    variances
        Of the changes of each series, positive, shape (n,).
    df
        Their degrees of freedom, shape (n,).
    sizes
        The log of the level of each series: variances run along it in a straight line; shape (n,).
    kinds
        Which series are beside each other, shape (n,); all if not given.

    Returns
    -------
    numpy.ndarray
        Shape (n,).

    Notes
    -----
    Variances of series differ by more than chance. With e = log s² − ψ(d/2) + log(d/2) less its line along the sizes,
    the excess τ² is the variance of e less that of chance, ψ′(d/2). It is taken from the kind or from all kinds
    together, whichever is more: few series tell it badly. Line and variance are of e with the outermost tenth on each
    side drawn in (the variance brought to that of normal numbers), so that series that are too steady don't hide
    themselves. Two laws are held to, and the greater p is given: variances after Smyth (2004, Statistical Applications
    in Genetics and Molecular Biology 3), s₀² F(d, d₀) with ψ′(d₀/2) = τ²; and s² = σ² χ²/d with log σ² normal of
    variance τ² (31 points of Gauss and Hermite), whose lower tail is longer. The error of the line adds to τ². In R
    ``limma::fitFDist`` (with a trend) gives the first.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> s2 = rng.chisquare(8, 200) / 8
    >>> s2[0] = 1e-4
    >>> p = chance_of_steadiness(s2, np.full(200, 8.0), rng.normal(size=200))
    >>> bool(p[0] < 1e-9), bool(p[1:].min() > 1e-4)
    (True, True)
    """
    from scipy import special, stats

    e = np.log(variances) - special.digamma(df / 2) + np.log(df / 2)
    chance = special.polygamma(1, df / 2)
    group = np.zeros(len(e), dtype=np.int64) if kinds is None else np.unique(kinds, return_inverse=True)[1]
    order = np.argsort(group, kind="stable")
    fitted, leverage, drawn = np.empty(len(e)), np.empty(len(e)), np.empty(len(e))
    for at in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        fitted[at], leverage[at], drawn[at] = _line(e[at], sizes[at])
    many = np.bincount(group)
    of_kind = np.bincount(group, weights=drawn - chance) / many
    excess = np.maximum(of_kind, np.average(of_kind, weights=many))[group]
    excess = np.where(excess > _NONE, excess, 0.0)
    spread = excess + leverage * (excess + chance)
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    wide = np.zeros(len(e))
    scaled = df / 2 * variances / np.exp(fitted)
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        wide += weight * special.gammainc(df / 2, scaled * np.exp(-np.sqrt(spread) * node))
    told, inverse = np.unique(excess, return_inverse=True)
    d0 = np.array([2 * _trigamma_inverse(each) if each > 0 else _MANY for each in told])[inverse]
    centre = np.exp(fitted + special.digamma(d0 / 2) - np.log(d0 / 2))
    return np.asarray(np.clip(np.maximum(stats.f.cdf(variances / centre, df, d0), wide), 0.0, 1.0))


def _line(e: Floats, sizes: Floats) -> tuple[Floats, Floats, Floats]:
    """Fit a line along the sizes with the outermost drawn in: fitted, leverages, and squares that tell the variance."""
    x = np.c_[np.ones(len(e)), sizes - sizes.mean()] if np.ptp(sizes) > 0 else np.ones((len(e), 1))
    drawn = np.clip(e, *np.quantile(e, [_OUTER, 1 - _OUTER]))
    base, _ = np.linalg.qr(x)
    fitted = base @ (base.T @ drawn)
    off = e - fitted
    off = np.clip(off, *np.quantile(off, [_OUTER, 1 - _OUTER]))
    squares = (off - off.mean()) ** 2 / _DRAWN * len(e) / max(len(e) - x.shape[1], 1)
    return fitted, (base**2).sum(axis=1), squares


def _trigamma_inverse(value: float) -> float:
    """Solve ψ′(x) = value by Newton's method on 1/ψ′."""
    from scipy import special

    x = 0.5 + 1 / value
    for _ in range(50):
        tri = float(special.polygamma(1, x))
        step = tri * (1 - tri / value) / float(special.polygamma(2, x))
        x += step
        if -step / x < _NONE:
            break
    return x
