"""Correlation ratios: how much of an outcome's variance goes with one variable, by a curve through the points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: Widths of the kernel that are tried, in standard deviations of the variable; the last is a straight line.
WIDTHS = (0.2, 0.3, 0.45, 0.65, 0.95, 1.4, 2.0, 3.0, float("inf"))
#: A curve through fewer points has no ground.
FEWEST = 5
#: Points with more weight than this of their own fit nothing but themselves.
_OWN = 0.999


def correlation_ratio(x: ArrayLike, y: ArrayLike) -> float:
    """Estimate V(E[y|x]) / V(y), by local linear regression.

    Parameters
    ----------
    x, y
        Shape (n,), finite.

    Returns
    -------
    float
        0 to 1; NaN where x or y does not vary.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for fewer than five points or shapes that do not fit.

    Notes
    -----
    A straight line is fitted around each point with Gaussian weights; the width is the one of :data:`WIDTHS` that
    predicts points left out best, a wholly straight line among them. Pearson's η², by Paruolo, Saisana and Saltelli
    (2013, J. R. Statist. Soc. A 176) as the importance of an indicator. Of few points it is flattering: twenty of
    pure chance give about 0.1.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 41)
    >>> round(correlation_ratio(x, 2 * x), 3), round(correlation_ratio(x, x**2), 2)
    (1.0, 0.97)
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or len(x) < FEWEST or not np.isfinite(x).all() or not np.isfinite(y).all():
        raise DuzhengError(wrong(f"x of shape {x.shape}, y of shape {y.shape}", f"{FEWEST} points or more, no gap", ""))
    if np.ptp(x) <= 1e-12 * np.abs(x).max() or np.ptp(y) <= 1e-12 * np.abs(y).max():
        return float("nan")
    z = (x - x.mean()) / x.std()
    best, found = float("inf"), y
    # From the straight line on: a curve is taken only where it predicts better.
    for width in reversed(WIDTHS):
        fitted, own = _local_line(z, y, width)
        if (own > _OWN).any():
            continue
        error = float((((y - fitted) / (1 - own)) ** 2).mean())
        if error < best * (1 - 1e-9):
            best, found = error, fitted
    return float(min(found.var() / y.var(), 1.0))


def _local_line(z: Floats, y: Floats, width: float) -> tuple[Floats, Floats]:
    """Fit a line around each point: fitted values, and the weight of each point in its own fit."""
    apart = z[None, :] - z[:, None]
    k = np.ones_like(apart) if np.isinf(width) else np.exp(-0.5 * (apart / width) ** 2)
    s0, s1, s2 = k.sum(axis=1), (k * apart).sum(axis=1), (k * apart**2).sum(axis=1)
    bottom = s0 * s2 - s1**2
    bottom = np.where(bottom > 1e-12 * s0 * np.maximum(s2, 1e-300), bottom, np.nan)
    weights = k * (s2[:, None] - s1[:, None] * apart) / bottom[:, None]
    own = np.where(np.isnan(bottom), 1.0, np.diag(weights))
    return np.nan_to_num(weights @ y), own
