"""Bunching: more values just at or above a threshold than just below it."""

from __future__ import annotations

from typing import Any

import numpy as np


def bunching(values: Any, threshold: float, *, width: float = 0.05) -> dict[str, float]:
    """Compare how many values lie just at or above a threshold with how many lie just below it.

    Parameters
    ----------
    values
        Numbers of independent cases, shape (n,).
    threshold
        What they are held to; positive.
    width
        Of the window on each side, as a part of the threshold.

    Returns
    -------
    dict
        below, above (values in the two windows), share (of those above among both), expected (that share, were the
        density to run straight through), p (exact, one-sided: that so many or more are above), left, right (values in
        the rings beyond).

    Notes
    -----
    The density is assumed to be a straight line within three windows of the threshold. With L and R values in the
    rings from one to three windows below and above, the share above among both inner windows is then
    1/2 + (R − L) / (8 (L + R)), and the number above is binomial with it. What was moved over the threshold comes from
    the inner window or the ring below; the jump is the sign of it, as in McCrary (2008, Journal of Econometrics 142),
    whose local linear estimator needs many more values than a district has schools.

    Examples
    --------
    >>> found = bunching(np.r_[np.linspace(0.5, 1.5, 100), np.full(12, 1.001)], 1.0)
    >>> int(found["below"]), int(found["above"]), round(found["expected"], 2), bool(found["p"] < 0.01)
    (5, 17, 0.5, True)
    """
    from scipy import stats

    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)] / threshold
    # A value that equals the threshold meets it, whatever binary fractions make of the quotient.
    x = np.where(np.isclose(x, 1.0, rtol=0, atol=1e-12), 1.0, x)
    left, below, above, right = np.histogram(x, [1 - 3 * width, 1 - width, 1, 1 + width, 1 + 3 * width])[0]
    slope = (right - left) / (8 * (left + right)) if left + right else 0.0
    expected = 0.5 + slope
    n = below + above
    return {
        "below": int(below), "above": int(above), "share": float(above / n) if n else np.nan,
        "expected": float(expected), "p": float(stats.binom.sf(above - 1, n, expected)) if n else np.nan,
        "left": int(left), "right": int(right),
    }  # fmt: skip
