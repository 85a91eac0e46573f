"""Contributions: what each unit adds to a weighted coefficient of variation, and what it would be without it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def contributions(totals: ArrayLike, sizes: ArrayLike) -> Floats:
    """Split the square of a weighted coefficient of variation among the units.

    Parameters
    ----------
    totals
        Amounts x of each unit, shape (n,).
    sizes
        Heads P of each unit, shape (n,), positive.

    Returns
    -------
    numpy.ndarray
        One number a unit, shape (n,); they add up to CV².

    Raises
    ------
    ValueError
        As :func:`read`.

    Notes
    -----
    CV² = Σ (P / ΣP) (X / X̄ − 1)² with X = x / P and X̄ = Σx / ΣP: a sum over the units, so that the split is exact.

    Examples
    --------
    >>> (contributions([10, 30, 20], [1, 2, 1]) * 900).round(1)
    array([25.,  0., 25.])
    """
    x, p = read(totals, sizes)
    n = p.sum()
    return np.asarray(p / n * (x / p / (x.sum() / n) - 1) ** 2)


def leave_one_out(totals: ArrayLike, sizes: ArrayLike) -> Floats:
    """Give the weighted coefficient of variation without each unit in turn.

    Parameters
    ----------
    totals, sizes
        As of :func:`contributions`.

    Returns
    -------
    numpy.ndarray
        The coefficient of the other units, shape (n,); NaN for the only one, or where the others have nothing.

    Raises
    ------
    ValueError
        As :func:`read`.

    Notes
    -----
    With p = P / ΣP, u = X / X̄ − 1 (so that Σ p u = 0) and V = Σ p u², leaving out i gives shares p / (1 − pᵢ), the mean
    μ = −pᵢ uᵢ / (1 − pᵢ) of u, and CV² = ((V − pᵢ uᵢ²) / (1 − pᵢ) − μ²) / (1 + μ)². Sums about the mean keep their
    digits where all units are nearly alike.

    Examples
    --------
    >>> leave_one_out([10, 30, 20], [1, 2, 1]).round(4)
    array([0.1414, 0.3333, 0.1768])
    """
    x, p = read(totals, sizes)
    share = p / p.sum()
    u = x / p / (x.sum() / p.sum()) - 1
    rest = 1 - share
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = -share * u / rest
        # Without cancellation where one unit makes up nearly all of the sum.
        square = others_of(share * u**2) / rest
        found = np.sqrt(np.maximum(square - mean**2, 0)) / (1 + mean)
    if len(x) == 2:  # noqa: PLR2004  the other is alone, and what floats leave of the difference is nothing
        found = np.zeros(2)
    return np.where((others_of(x) > 0) & (len(x) > 1), found, np.nan)


def others_of(values: Floats) -> Floats:
    """Give the sum of all values but each in turn."""
    before = np.concatenate([[0.0], np.cumsum(values)[:-1]])
    after = np.concatenate([np.cumsum(values[::-1])[::-1][1:], [0.0]])
    return np.asarray(before + after)


def coefficient(totals: Floats, sizes: Floats) -> float:
    """Give the weighted coefficient of variation of arrays that have been read; as ``stats.weighted_cv``."""
    n = sizes.sum()
    mean = totals.sum() / n
    return float(np.sqrt((sizes / n * (totals / sizes - mean) ** 2).sum()) / mean)


def holds_exactly(totals: ArrayLike, sizes: ArrayLike, limit: float) -> bool:
    """Tell whether a coefficient of variation is within a limit, in rational numbers and without rounding.

    Parameters
    ----------
    totals, sizes
        As of :func:`contributions`.
    limit
        The limit c as a decimal number, such as 0.45, which is taken as written.

    Notes
    -----
    CV ≤ c if and only if ΣP · Σ x² / P ≤ (1 + c²) (Σx)².

    Examples
    --------
    >>> holds_exactly([1, 3], [1, 1], 0.5), holds_exactly([1, 3.0000001], [1, 1], 0.5)
    (True, False)
    """
    x, p = read(totals, sizes)
    amounts, heads = [Fraction(float(each)) for each in x], [Fraction(float(each)) for each in p]
    square = sum((a * a / b for a, b in zip(amounts, heads, strict=True)), Fraction(0))
    return sum(heads, Fraction(0)) * square <= (1 + Fraction(repr(float(limit))) ** 2) * sum(amounts, Fraction(0)) ** 2


def read(totals: ArrayLike, sizes: ArrayLike) -> tuple[Floats, Floats]:
    """Read amounts and heads.

    Raises
    ------
    ValueError
        If shapes differ, a size is not positive, an amount is negative or not known, or there is nothing at all.
    """
    x, p = np.asarray(totals, dtype=float), np.asarray(sizes, dtype=float)
    if x.ndim != 1 or x.shape != p.shape or not x.size:
        raise ValueError(f"totals of shape {x.shape} with sizes of shape {p.shape}: expected two of one length, not 0")
    if not (p > 0).all() or not np.isfinite(p).all():
        raise ValueError(f"sizes must be positive; {int((~(p > 0)).sum())} are not")
    if not (x >= 0).all() or not np.isfinite(x).all():
        raise ValueError(f"totals must be known and 0 or more; {int((~(x >= 0)).sum())} are not")
    if not x.sum() > 0:
        raise ValueError("all totals are 0: there is no coefficient of variation")
    return x, p
