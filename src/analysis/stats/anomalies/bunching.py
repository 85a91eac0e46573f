"""Bunching: more values just at or above a threshold than just below it."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from analysis.stats.arrays import Floats

#: Bins of each ring, values that each must hold to tell the run of the density, and terms of a curve.
_BINS, _FEWEST, _PARABOLA, _CUBIC = 8, 2, 3, 4
#: A run whose bins differ from the fitted one with less chance than this tells nothing of what lies between.
_FIT = 0.05
#: Values that stand farther apart than this part of a window are counted by whole steps, of which it must hold so many.
_FINE, _STEPS = 0.02, 4
_NONE = 1e-9
#: What is told of the smooth share is averaged over so many points of its error.
_NODES = 21

Why = Literal["", "few", "coarse", "slope", "shape"]


def bunching(values: Any, threshold: float, *, width: float = 0.05, fewest: int = 1) -> dict[str, Any]:
    """Compare how many values lie just at or above a threshold with how many a smooth density would put there.

    Parameters
    ----------
    values
        Numbers of independent cases, shape (n,).
    threshold
        What they are held to; positive.
    width
        Of the window on each side, as a part of the threshold.
    fewest
        Values that both windows together must hold.

    Returns
    -------
    dict
        below, above (values in the two windows), share (of those above among both), expected (that share, were the
        density to run smoothly), p (one-sided: that so many or more are above), left, right (values in the rings
        beyond), and why there is no p: ``few`` values in the windows; ``coarse``, values that stand too far apart for
        windows of the same number of steps; ``slope``, too few in a ring to tell the run of the density; ``shape``,
        rings through which no smooth curve runs; ``""`` where there is one.

    Notes
    -----
    The log density is taken to be a parabola within three windows of the threshold, as that of normal numbers is
    everywhere, or a curve of the third degree, which bends with heavy tails and shoulders: the one that leaves the
    greater p. Each is fitted by Poisson regression to eight bins of each ring, from one to three windows below and
    above, so that neither window bends it; it gives the share above of what lies in the windows, π, with the variance
    v of its logit. The number above is binomial, and p is averaged over logit π with that variance (21 points of
    Gauss and Hermite). The fit is refused where the deviance of the parabola has a chance below 5 %. McCrary (2008,
    Journal of Econometrics 142) and Chetty and others (2011, Quarterly Journal of Economics 126) fit the density in
    such a way on both sides of a threshold.

    Examples
    --------
    >>> found = bunching(np.r_[np.linspace(0.5, 1.5, 400), np.full(40, 1.001)], 1.0)
    >>> found["below"], found["above"], round(found["expected"], 2), bool(found["p"] < 0.01)
    (20, 60, 0.5, True)
    """
    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)] / threshold - 1
    # A value that equals the threshold meets it, whatever binary fractions make of the quotient.
    x = np.where(np.abs(x) <= _NONE, 0.0, x)
    found = _counted(x, width)
    if found["below"] + found["above"] < max(fewest, 1):
        return {**found, "why": "few"}
    grain, width = _grain(x[np.abs(x) <= 3 * width], width)
    if not width:
        return {**found, "why": "coarse"}
    # Half a step to the left of the values, windows of whole steps hold the same number of them.
    x = x + grain / 2
    found = _counted(x, width)
    left, right, above, n = found["left"], found["right"], found["above"], found["below"] + found["above"]
    if min(left, right) < _FEWEST:
        return {**found, "why": "slope"}
    counts, at = _rings(x, width, grain)
    runs = [_run(counts, at, terms) for terms in (_PARABOLA, _CUBIC)]
    if not runs[0][2] >= _FIT:
        return {**found, "why": "shape"}
    judged = [(_chance(above, n, logit, variance), 1 / (1 + float(np.exp(-logit))))
              for logit, variance, _ in runs if np.isfinite(logit)]  # fmt: skip
    p, expected = max(judged)
    return {**found, "expected": expected, "p": p}


def _counted(x: Floats, width: float) -> dict[str, Any]:
    """Count what lies in the windows and in the rings."""
    edges = np.array([-3 * width, -width, 0, width, 3 * width])
    left, below, above, right = (int(each) for each in np.histogram(x, edges)[0])
    n = below + above
    return {"below": below, "above": above, "share": above / n if n else np.nan, "expected": np.nan, "p": np.nan,
            "left": left, "right": right, "why": ""}  # fmt: skip


def _grain(near: Floats, width: float) -> tuple[float, float]:
    """Give the step of coarse values, 0 if they are fine, and the window of whole steps; 0 if none holds."""
    steps = np.diff(np.unique(near))
    steps = steps[steps > _NONE]
    step = float(steps.min()) if len(steps) else 0.0
    if step <= _FINE * width:
        return 0.0, width
    whole = np.floor(width / step + _NONE)
    on_grid = np.abs(near / step - np.rint(near / step)) <= 1e-6  # noqa: PLR2004
    return (step, whole * step) if whole >= _STEPS and on_grid.all() else (0.0, 0.0)


def _rings(x: Floats, width: float, grain: float) -> tuple[Floats, Floats]:
    """Count the values of the bins of both rings; with the middles of the bins, in parts of three windows."""
    bins = _BINS
    if grain:
        # Bins of whole steps hold the same number of them.
        each = round(2 * width / grain)
        bins = max(size for size in range(1, _BINS + 1) if each % size == 0)
    lower = np.linspace(-3 * width, -width, bins + 1)
    upper = np.linspace(width, 3 * width, bins + 1)
    counts = np.r_[np.histogram(x, lower)[0], np.histogram(x, upper)[0]].astype(float)
    return counts, np.r_[(lower[1:] + lower[:-1]) / 2, (upper[1:] + upper[:-1]) / 2] / (3 * width)


def _run(counts: Floats, at: Floats, terms: int) -> tuple[float, float, float]:
    """Fit the log density to the rings: the logit of the share above, its variance, and the chance of the deviance."""
    from scipy import stats

    if len(counts) <= terms:
        return np.nan, np.nan, np.nan
    design = np.vander(at, terms, increasing=True)
    beta, information = _poisson(design, counts)
    if np.isnan(beta).any():
        return np.nan, np.nan, np.nan
    fitted = np.exp(design @ beta)
    with np.errstate(divide="ignore", invalid="ignore"):
        deviance = 2 * float(np.sum(np.where(counts > 0, counts * np.log(counts / fitted), 0) - counts + fitted))
    # The share above, integrated over the windows.
    points = (np.arange(64) + 0.5) / 64 / 3
    high, low = (np.vander(side, terms, increasing=True) for side in (points, -points))
    mass = [np.exp(side @ beta) for side in (high, low)]
    logit = float(np.log(mass[0].sum() / mass[1].sum()))
    slope = mass[0] @ high / mass[0].sum() - mass[1] @ low / mass[1].sum()
    variance = float(slope @ np.linalg.lstsq(information, slope, rcond=None)[0])
    return logit, variance, float(stats.chi2.sf(deviance, len(counts) - terms))


def _poisson(terms: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Fit a log-linear Poisson regression by Newton's method; NaN where it does not settle."""
    beta = np.linalg.lstsq(terms, np.log(counts + 0.5), rcond=None)[0]
    for _ in range(50):
        fitted = np.exp(np.clip(terms @ beta, -30, 30))
        information = terms.T @ (terms * fitted[:, None])
        step = np.linalg.lstsq(information, terms.T @ (counts - fitted), rcond=None)[0]
        beta = beta + step
        if np.abs(step).max() <= 1e-8:  # noqa: PLR2004
            return beta, information
    return np.full(terms.shape[1], np.nan), np.eye(terms.shape[1])


def _chance(above: int, n: int, logit: float, variance: float) -> float:
    """Give the chance of so many or more above, over the error of the logit."""
    from scipy import stats

    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    share = 1 / (1 + np.exp(-(logit + np.sqrt(variance) * nodes)))
    return float(np.clip(weights @ stats.binom.sf(above - 1, n, share) / weights.sum(), 0.0, 1.0))
