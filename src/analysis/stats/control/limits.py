"""Limits of control charts: centre and standard deviation of single values, shares and rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.arrays import Bools, Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: The mean range of two values of a normal distribution, in standard deviations (d₂ of two), and the factor of the
#: upper limit of ranges (D₄ of two).
RANGE = 2 / np.sqrt(np.pi)
RANGE_LIMIT = 1 + 3 * np.sqrt(np.pi / 2 - 1)
#: Differences within this share of a value are rounding.
ROUNDING = 1e-12


def individuals(values: ArrayLike, *, baseline: ArrayLike | None = None, screened: bool = False) -> tuple[Any, Any]:
    """Give centre and standard deviation of single values, from their mean and their moving ranges.

    Parameters
    ----------
    values
        Of one series or many, shape (…, points), in the order of time; NaN is missing, and has no range.
    baseline
        Which points count, shape (points,); all if not given.
    screened
        Whether ranges above their own upper limit are left out of the mean range, once, as NHSRplotthedots does.

    Returns
    -------
    tuple
        Centre and sigma, shape (…). NaN where nothing is there.

    Notes
    -----
    sigma = mean of |xᵢ − xᵢ₋₁| / d₂, d₂ = 2 / √π = 1.128; the limits of ± 3 sigma are ± 2.66 mean ranges (Shewhart
    1931; Montgomery, *Introduction to Statistical Quality Control*, 6.4). In R ``qcc::qcc(type = "xbar.one")``.

    Examples
    --------
    >>> centre, sigma = individuals([10.0, 12.0, 11.0, 13.0, 9.0])
    >>> float(centre), round(float(sigma), 4)
    (11.0, 1.994)
    """
    x = np.asarray(values, dtype=float)
    keep = np.ones(x.shape[-1], bool) if baseline is None else np.asarray(baseline, dtype=bool)
    counted = np.where(keep, x, np.nan)
    ranges = np.abs(np.diff(counted, axis=-1))
    mean = _mean(ranges)
    if screened:
        # Where nothing varies all ranges are at their limit, which is 0: they stay.
        mean = _mean(np.where(ranges <= RANGE_LIMIT * mean[..., None], ranges, np.nan))
    return _mean(counted), mean / RANGE


def shares(
    counts: ArrayLike, totals: ArrayLike, *, baseline: ArrayLike | None = None, overdispersed: bool = False
) -> tuple[float, Floats]:
    """Give centre and standard deviations of shares (p chart).

    Parameters
    ----------
    counts, totals
        How many of how many, shape (points,).
    baseline
        Which points count for the centre; all if not given.
    overdispersed
        Whether sigma is widened, or narrowed, to what neighbours differ (Laney's p′).

    Returns
    -------
    tuple
        The centre Σx / Σn, and a sigma for each point.

    Notes
    -----
    sigma = √(p̄ (1 − p̄) / nᵢ). Where n is large, shares differ by more than that although nothing happened: Laney (2002,
    Quality Engineering 14) multiplies with the sigma of z = (pᵢ − p̄) / sigmaᵢ by its moving ranges. In R
    ``qcc::qcc(type = "p")``.

    Examples
    --------
    >>> centre, sigma = shares([12, 15, 8], [50, 50, 100])
    >>> centre, sigma.round(4).tolist()
    (0.175, [0.0537, 0.0537, 0.038])
    """
    centre, sigma = spread_of("p", *_counted(counts, totals, baseline), overdispersed=overdispersed)
    return float(centre), sigma


def rates(
    counts: ArrayLike, totals: ArrayLike, *, baseline: ArrayLike | None = None, overdispersed: bool = False
) -> tuple[float, Floats]:
    """Give centre and standard deviations of events per unit (u chart); with totals of 1, of counts (c chart).

    Parameters and result are those of :func:`shares`; sigma = √(ū / nᵢ).

    >>> centre, sigma = rates([4, 6], [1, 1])
    >>> centre, sigma.round(4).tolist()
    (5.0, [2.2361, 2.2361])
    """
    centre, sigma = spread_of("u", *_counted(counts, totals, baseline), overdispersed=overdispersed)
    return float(centre), sigma


def distances(values: ArrayLike, centre: ArrayLike, sigma: ArrayLike) -> Floats:
    """Give how far values are from the centre, in standard deviations.

    Parameters
    ----------
    values, sigma
        Shape (…, points).
    centre
        Shape (…).

    Returns
    -------
    numpy.ndarray
        Shape (…, points). Where sigma is 0 every distance is without bound: ±∞ off the centre; on it NaN, which is in
        no pattern. NaN where the value, the centre or sigma is missing.

    Examples
    --------
    >>> distances([5.0, 5.0, 9.0], 5.0, 0.0).tolist()
    [nan, nan, inf]
    """
    x, spread = np.asarray(values, dtype=float), np.asarray(sigma, dtype=float)
    middle = np.asarray(centre, dtype=float)[..., None]
    apart = x - middle
    # A mean of equal values differs from them by rounding.
    near = ROUNDING * np.maximum(np.abs(middle), np.abs(x))
    off = np.where(np.abs(apart) <= near, np.nan, np.copysign(np.inf, apart))
    with np.errstate(invalid="ignore", divide="ignore"):
        usual: Floats = apart / spread
        return np.where(np.isnan(apart) | np.isnan(spread), np.nan, np.where(spread <= near, off, usual))


def spread_of(kind: str, x: Floats, n: Floats, keep: Bools, *, overdispersed: bool) -> tuple[Any, Floats]:
    """Give centre and standard deviations of shares or rates, of one series or many, shape (…, points)."""
    kept = np.where(keep, x, np.nan)
    below = np.nansum(np.where(np.isfinite(kept), n, 0.0), axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.where(below > 0, np.nansum(kept, axis=-1) / below, np.nan)
        middle = centre[..., None]
        sigma: Floats = np.sqrt(middle * (1 - middle if kind == "p" else 1.0) / n)
        if overdispersed:
            apart = np.where(sigma > 0, (x / n - middle) / sigma, np.nan)
            wider = individuals(apart, baseline=keep)[1][..., None]
            # Without variation there is none to widen.
            sigma = np.where(sigma > 0, sigma * wider, sigma)
    return centre, sigma


def _counted(counts: ArrayLike, totals: ArrayLike, baseline: ArrayLike | None) -> tuple[Floats, Floats, Bools]:
    x, n = np.asarray(counts, dtype=float), np.asarray(totals, dtype=float)
    known = np.isfinite(x) & np.isfinite(n) & (n > 0)
    x, n = np.where(known, x, np.nan), np.where(known, n, np.nan)
    keep = known if baseline is None else known & np.asarray(baseline, dtype=bool)
    return x, n, keep


def _mean(values: Floats) -> Floats:
    known = np.isfinite(values)
    count = known.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(count > 0, np.where(known, values, 0.0).sum(axis=-1) / count, np.nan)
    return found
