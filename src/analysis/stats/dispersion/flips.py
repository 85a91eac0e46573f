"""Flips: the smallest change of one total, of one size, or of all totals that brings a coefficient to its limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.dispersion.coefficients import coefficient, read
from analysis.stats.dispersion.contributions import others_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def flipping_totals(totals: ArrayLike, sizes: ArrayLike, limit: float) -> Floats:
    """Find, for each unit, the total nearest to its own with which the coefficient is at the limit.

    Parameters
    ----------
    totals, sizes
        x and P of each unit, shape (n,).
    limit
        c, more than 0.

    Returns
    -------
    numpy.ndarray
        Shape (n,), 0 or more; NaN for a unit whose total alone can't do it.

    Notes
    -----
    With the others' sums A = Σ x, B = Σ x² / P and k = (1 + c²) / ΣP, CV = c is
    (1 / P − k) z² − 2 k A z + B − k A² = 0.

    Examples
    --------
    >>> flipping_totals([1, 2, 6], [1, 1, 1], 0.5).round(3)
    array([2.584,   nan, 3.708])
    """
    x, p = read(totals, sizes)
    k = (1 + limit**2) / p.sum()
    a, b = others_of(x), others_of(x**2 / p)
    return _nearest(1 / p - k, -k * a, b - k * a**2, x, possible=lambda roots: (roots >= 0) & (roots + a > 0))


def flipping_sizes(totals: ArrayLike, sizes: ArrayLike, limit: float) -> Floats:
    """Find, for each unit, the size nearest to its own with which the coefficient is at the limit.

    Parameters
    ----------
    totals, sizes, limit
        As of :func:`flipping_totals`.

    Returns
    -------
    numpy.ndarray
        Shape (n,), more than 0; NaN for a unit whose size alone can't do it.

    Notes
    -----
    With the others' sums N = Σ P and B = Σ x² / P, CV = c is B z² + (N B + x² − (1 + c²)(Σx)²) z + N x² = 0.

    Examples
    --------
    >>> flipping_sizes([1, 2, 6], [1, 1, 1], 0.5).round(3)
    array([0.372,   nan, 1.509])
    """
    x, p = read(totals, sizes)
    n, b = others_of(p), others_of(x**2 / p)
    half = (n * b + x**2 - (1 + limit**2) * x.sum() ** 2) / 2
    return _nearest(b, half, n * x**2, p, possible=lambda roots: roots > 0)


def _nearest(
    a: Floats, half: Floats, c: Floats, now: Floats, *, possible: Callable[[Floats], np.ndarray]
) -> Floats:  # fmt: skip
    """Solve a z² + 2 half z + c = 0 for the root that is nearest to what is now, of those that are possible."""
    with np.errstate(invalid="ignore", divide="ignore"):
        root = np.sqrt(half**2 - a * c)
        big = -(half + np.where(half >= 0, root, -root))
        roots = np.stack([np.where(a != 0, big / a, np.nan), np.where(big != 0, c / big, np.nan)])
        roots = np.where(np.isfinite(roots) & possible(roots), roots, np.nan)
    far = np.where(np.isnan(roots), np.inf, np.abs(roots - now))
    best = np.take_along_axis(roots, far.argmin(axis=0)[None, :], axis=0)[0]
    return np.asarray(best)


def joint_change(totals: ArrayLike, sizes: ArrayLike, limit: float) -> tuple[float, Floats]:
    """Find the smallest joint change of all totals, in the sense of least squares, that brings CV to the limit.

    Returns
    -------
    tuple
        Its relative size √(Σ (y − x)² / P) / √(Σ x² / P), and y, shape (n,). Where the limit is above the coefficient
        a y may be negative: the size is then a bound that no change is below. NaN where all units are alike.

    Notes
    -----
    In the coordinates x / √P the coefficient is the tangent of the angle with √P. The nearest point with CV = c is the
    projection on a cone: the size is sin |arctan CV − arctan c|, the mean becomes (1 + c CV) / (1 + c²) times as large
    and distances from it c / CV times that.

    Examples
    --------
    >>> size, y = joint_change([1, 2, 6], [1, 1, 1], 0.5)
    >>> round(size, 4), y.round(3)
    (0.1597, array([1.753, 2.509, 5.531]))
    """
    x, p = read(totals, sizes)
    cv = coefficient(x, p)
    if not cv > 0:
        return float("nan"), np.full(len(x), np.nan)
    mean = x.sum() / p.sum()
    stretch = (1 + limit * cv) / (1 + limit**2)
    y = p * (mean * stretch + (x / p - mean) * stretch * limit / cv)
    return float(abs(np.sin(np.arctan(cv) - np.arctan(limit)))), y


def lowest(low: ArrayLike, high: ArrayLike, sizes: ArrayLike) -> float:
    """Give the lowest coefficient of variation with every total between two bounds.

    Notes
    -----
    CV is quasi-convex; at its least every total is τ P clipped to its bounds, with τ = Σ (y² / P) / Σ y.

    Examples
    --------
    >>> round(lowest([0.9, 1.8, 5.4], [1.1, 2.2, 6.6], [1, 1, 1]), 4)
    0.6289
    """
    a, b, p = (np.asarray(each, dtype=float) for each in (low, high, sizes))
    left, right = float((a / p).min()), float((b / p).max())
    for _ in range(200):
        level = (left + right) / 2
        y = np.clip(level * p, a, b)
        if level in {left, right}:
            break
        left, right = (level, right) if level * y.sum() < (y**2 / p).sum() else (left, level)
    y = np.clip(right * p, a, b)
    return coefficient(y, p) if y.sum() > 0 else float("nan")


def highest(low: ArrayLike, high: ArrayLike, sizes: ArrayLike) -> tuple[float, float]:
    """Bound the highest coefficient of variation with every total between two bounds.

    Returns
    -------
    tuple
        A coefficient that is reached, and one that none exceeds.

    Notes
    -----
    CV² + 1 is convex over a square, and greatest at a corner of the box. Corners that put all units above some level at
    their upper bounds are tried; Q ≤ k (Σy)² for all y where some θ has Σ max(y² / P − 2 k θ y) + k θ² ≤ 0.

    Examples
    --------
    >>> reached, bound = highest([0.9, 1.8, 5.4], [1.1, 2.2, 6.6], [1, 1, 1])
    >>> round(reached, 4), bound < 1.01 * reached
    (0.8071, True)
    """
    a, b, p = (np.asarray(each, dtype=float) for each in (low, high, sizes))
    order = np.argsort((a + b) / p, kind="stable")
    a, b, p = a[order], b[order], p[order]

    def splits(lower: Floats, upper: Floats) -> Floats:
        return np.asarray(np.append(0.0, np.cumsum(lower)) + np.append(np.cumsum(upper[::-1])[::-1], 0.0))

    total, square = splits(a, b), splits(a**2 / p, b**2 / p)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(total > 0, p.sum() * square / total**2, 0.0)
    reached = float(np.sqrt(max(ratio.max() - 1, 0.0)))
    theta = float(total[int(ratio.argmax())])
    below, above = float(ratio.max()), float(p.sum() * (b**2 / p).sum() / max(a.sum(), 1e-300) ** 2)
    for _ in range(80):
        middle = (below + above) / 2
        if _holds(a, b, p, middle / p.sum(), theta):
            above = middle
        else:
            below = middle
    return reached, float(np.sqrt(max(above - 1, 0.0)))


def _holds(a: Floats, b: Floats, p: Floats, k: float, theta: float) -> bool:
    """Tell whether a price near a known total proves Q ≤ k (Σy)² in the whole box."""
    thetas = theta * np.linspace(0.9, 1.1, 41)
    values = [np.maximum(a**2 / p - 2 * k * t * a, b**2 / p - 2 * k * t * b).sum() + k * t * t for t in thetas]
    return bool(min(values) <= 0)
