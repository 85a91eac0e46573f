"""Tails of F and of weighted sums of chi-squares, over a chi-square or not: what tests are referred to."""

from __future__ import annotations

import numpy as np

from analysis.stats.arrays import Floats

#: Nearer than this to the peak, the saddlepoint's correction is 0 / 0.
PEAK = 1e-4


def tail_of_f(f: float, ndf: float, ddf: float) -> float:
    """Compute the probability that F exceeds a value; with infinite ``ddf`` that of a χ² over its degrees of freedom.

    >>> round(tail_of_f(4.0, 1, 10), 4), round(tail_of_f(4.0, 1, np.inf), 4)
    (0.0734, 0.0455)
    """
    from scipy import stats

    return float(stats.chi2.sf(f * ndf, ndf) if np.isinf(ddf) else stats.f.sf(f, ndf, ddf))


def tail(x: float, coefficients: Floats, ddf: float = np.inf, method: str = "integration") -> float:
    """Compute the probability that Σ λ_i Z_i² exceeds x, or x · χ²(ddf) / ddf where ddf is finite.

    Parameters
    ----------
    x
        The statistic.
    coefficients
        The λ, positive, shape (k,); Z are independent standard normals.
    ddf
        Degrees of freedom of the denominator, any positive number; infinite for none.
    method
        ``integration``: the integral itself, to about 1e-10 of its size in any tail. ``saddlepoint``: the approximation
        of Lugannani and Rice. ``satterthwaite``: a scaled F of the same two moments.

    Returns
    -------
    float
        The probability, from 0 to 1.

    Notes
    -----
    P(Q > x) = (2πi)⁻¹ ∫ exp(K(z) − z x) / z dz with K(z) = −½ Σ h_i log(1 − 2 a_i z), along a path to the right of 0
    (Lugannani and Rice 1980); a are the λ with h = 1, and −x / ddf with h = ddf. In R ``survey::pchisqsum`` and
    ``pFsum``, which take Davies' algorithm for the integral (to 1e-7), and cut ddf down to a whole number for the
    saddlepoint.

    Examples
    --------
    P(0.6 χ²₁ + 0.3 χ²₁ + 0.1 χ²₁ > 2), 0.1240 in table 1 of Imhof (1961):

    >>> round(tail(2, np.array([0.6, 0.3, 0.1])), 4)
    0.124
    """
    some = coefficients[coefficients > 0]
    if not len(some) or not np.isfinite(x):
        return float("nan")
    if x <= 0:
        return 1.0
    rough = _satterthwaite(x, some, ddf)
    if method == "satterthwaite":
        return rough
    if method == "integration":
        return _integrate(x, some, ddf)
    found = _saddlepoint(x, some, ddf)
    return rough if np.isnan(found) else found


def _satterthwaite(x: float, some: Floats, ddf: float) -> float:
    scale = float(np.sum(some**2) / np.sum(some))
    df = float(np.sum(some) ** 2 / np.sum(some**2))
    return tail_of_f(x / scale / df, df, ddf)


def _integrate(x: float, some: Floats, ddf: float) -> float:
    from scipy import integrate

    a, h, at = _terms(x, some, ddf)
    start = max(_saddle(a, h, at), 0.1)
    curve = float(np.sqrt(2 * np.sum(h * a**2 / (1 - 2 * start * a) ** 2)))

    def integrand(t: float) -> float:
        # A parabola through the saddlepoint and around the cut: nothing oscillates on it.
        z = start + (1j * t + 0.5 * t**2) / curve
        slope = (1j + t) / curve
        return float(np.imag(np.exp(-0.5 * np.sum(h * np.log(1 - 2 * z * a)) - z * at) / z * slope))

    value, _ = integrate.quad(integrand, 0, np.inf, limit=500, epsabs=0, epsrel=1e-11)
    return float(np.clip(value / np.pi, 0, 1))


def _saddlepoint(x: float, some: Floats, ddf: float) -> float:
    from scipy import stats

    a, h, at = _terms(x, some, ddf)
    z = _saddle(a, h, at)
    if abs(z) < PEAK:
        return float("nan")
    k = -0.5 * float(np.sum(h * np.log(1 - 2 * z * a)))
    curve = 2 * float(np.sum(h * a**2 / (1 - 2 * z * a) ** 2))
    w = np.sign(z) * np.sqrt(2 * (z * at - k))
    return float(stats.norm.sf(w + np.log(z * np.sqrt(curve) / w) / w))


def _terms(x: float, some: Floats, ddf: float) -> tuple[Floats, Floats, float]:
    """Give coefficients, degrees of freedom and bound of P(Σ a χ²(h) > at), the largest coefficient being one."""
    scale = float(some.max())
    a, h = some / scale, np.ones(len(some))
    return (a, h, x / scale) if np.isinf(ddf) else (np.append(a, -x / scale / ddf), np.append(h, ddf), 0.0)


def _saddle(a: Floats, h: Floats, at: float) -> float:
    """Find where the cumulant generating function has the slope ``at``."""
    from scipy import optimize

    lower = 0.5 / float(a.min()) * (1 - 1e-12) if (a < 0).any() else -0.5 * float(np.sum(h)) / at - 1.0
    return float(optimize.brentq(lambda z: float(np.sum(h * a / (1 - 2 * z * a))) - at, lower, 0.5 * (1 - 1e-12),
                                 xtol=1e-15, rtol=8.9e-16))  # fmt: skip
