"""Weighted sums of independent estimates, each with its own degrees of freedom."""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.design.estimates import quantile_of_t


def combined(estimates: Any, variances: Any, df: Any, weights: Any = 1.0) -> tuple[Floats, Floats, Floats]:
    """Give Σ w x of estimates that were gathered apart, with its variance and degrees of freedom.

    Parameters
    ----------
    estimates, variances, df
        Shape (K, …): K estimates to be added, of any number of groups.
    weights
        Of each, shape (K, …) or one for all; a difference has −1 and 1.

    Returns
    -------
    tuple of numpy.ndarray
        Value, variance Σ w² v, and degrees of freedom, shape (…).

    Notes
    -----
    Satterthwaite (1946, Biometrics Bulletin 2): (Σ w² v)² / Σ (w² v)² / df. An estimate that is certain (v = 0) adds
    nothing to either. Of two means it is Welch's t (1947).

    Examples
    --------
    >>> value, variance, df = combined([[3.0], [5.0]], [[0.5], [0.5]], [[10.0], [10.0]], [[-1], [1]])
    >>> value.tolist(), variance.tolist(), df.tolist()
    ([2.0], [1.0], [20.0])
    """
    estimates, variances, df = (np.asarray(each, dtype=float) for each in (estimates, variances, df))
    w = np.broadcast_to(np.asarray(weights, dtype=float), estimates.shape)
    parts = w**2 * variances
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = np.where(parts == 0, 0.0, parts**2 / df).sum(axis=0)
        freedom = parts.sum(axis=0) ** 2 / squares
    freedom = np.where(parts.sum(axis=0) == 0, np.fmin.reduce(df, axis=0), freedom)
    return (w * estimates).sum(axis=0), parts.sum(axis=0), freedom


def bounds(value: Any, variance: Any, df: Any, level: float) -> tuple[Floats, Floats]:
    """Give value ± t · se.

    >>> [round(float(end), 2) for end in bounds(2.0, 1.0, 20.0, 0.95)]
    [-0.09, 4.09]
    """
    value, df = np.asarray(value, dtype=float), np.asarray(df, dtype=float)
    half = quantile_of_t(level, df) * np.sqrt(np.asarray(variance, dtype=float))
    return value - half, value + half
