"""Contributions: what each unit adds to a weighted coefficient of variation, and what it would be without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.dispersion.coefficients import read

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
        As :func:`~analysis.stats.dispersion.coefficients.read`.

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
        As :func:`~analysis.stats.dispersion.coefficients.read`.

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
