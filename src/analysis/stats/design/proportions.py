"""Proportions of the categories of a variable, and six ways to an interval."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.design.cells import Cells, Sums
from analysis.stats.design.estimates import Estimate, deviations, finish, quantile_of_t

METHODS = ("logit", "beta", "wilson", "likelihood", "asin", "mean")
NOT_SEEN = "no variation seen: the effective size is taken as n"
NO_INTERVAL = "no variation seen: no interval by this method, use beta"


def proportions(cells: Cells, name: str, categories: Iterable[tuple[Any, Sums]]) -> list[Estimate]:
    """Linearise the share of each category, as the mean of its indicator."""
    result = []
    for value, sums in categories:
        weight = cells.by_domain(sums.weight)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = cells.by_domain(sums.total) / weight
            # 0 and 1 are exact: no weighted row is in the category, or none outside it.
            inside = np.bincount(cells.domain, weights=sums.total > 0, minlength=cells.size)
            outside = np.bincount(cells.domain, weights=(sums.total < sums.weight * (1 - 1e-12)), minlength=cells.size)
            share = np.where((outside == 0) & (weight > 0), 1.0, np.where(inside == 0, share * 0.0, share))
            influence = np.where(
                sums.count > 0, (sums.total - share[cells.domain] * sums.weight) / weight[cells.domain], 0.0
            )
            whole = (share == 0) | (share == 1)
            influence = np.where(whole[cells.domain], 0.0, influence)
        result.append(
            finish(
                cells,
                name,
                share,
                influence,
                sums.count,
                weight,
                _binomial(share),
                deviations(cells, sums, share, weight),
                extra={"category": value},
            )
        )
    return result


def interval(estimate: Estimate, df: Floats, level: float, method: str) -> tuple[Floats, Floats]:
    """Give the interval of a share, and add a note to the estimate where none was seen to vary.

    Notes
    -----
    With p, its standard error s, t of Student's distribution and n* = p (1 − p) / s²:

    ``logit``
        logit p ± t s / (p (1 − p)), transformed back. R: ``svyciprop(method = "logit")`` and ``"xlogit"``.
    ``beta``
        Korn and Graubard (1998): Clopper and Pearson's interval with n* (t_{n−1} / t_df)² in place of n.
        R: ``method = "beta"``. Where p is 0 or 1, n* is n.
    ``wilson``
        Wilson's score interval with n* in place of n and t in place of z. R (survey ≥ 4.2): ``method = "wilson"``.
    ``likelihood``
        All q with 2 n* (n − 1) / n (p log(p / q) + (1 − p) log((1 − p) / (1 − q))) ≤ t² (Rao and Scott 1984), with
        the (n − 1) / n of the estimated dispersion in R's ``method = "likelihood"``, which interpolates the profile
        by a spline where this solves it.
    ``asin``
        asin √p ± t s / (2 √(p (1 − p))), kept within 0 and π/2, transformed back. R: ``method = "asin"``.
    ``mean``
        p ± t s, which may leave 0 to 1. R: ``method = "mean"``.
    """
    from scipy import special

    p, v = estimate.value, estimate.variance
    t = quantile_of_t(level, df)
    whole = ((p == 0) | (p == 1)) & ~np.isnan(v)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(whole, estimate.n, p * (1 - p) / v)
        if method == "mean":
            lower, upper = p - t * np.sqrt(v), p + t * np.sqrt(v)
        elif method == "logit":
            half = t * np.sqrt(v) / (p * (1 - p))
            lower, upper = special.expit(special.logit(p) - half), special.expit(special.logit(p) + half)
        elif method == "asin":
            half = t * np.sqrt(v / (p * (1 - p))) / 2
            angle = np.arcsin(np.sqrt(p))
            lower, upper = np.sin(np.maximum(angle - half, 0)) ** 2, np.sin(np.minimum(angle + half, np.pi / 2)) ** 2
        elif method == "wilson":
            middle = (p + t**2 / (2 * effective)) / (1 + t**2 / effective)
            half = t / (1 + t**2 / effective) * np.sqrt(p * (1 - p) / effective + t**2 / (4 * effective**2))
            lower = np.where(p == 0, 0.0, np.maximum(middle - half, 0))
            upper = np.where(p == 1, 1.0, np.minimum(middle + half, 1))
        elif method == "beta":
            size = effective * (quantile_of_t(level, (estimate.n - 1).astype(float)) / t) ** 2
            tail = (1 - level) / 2
            lower = np.where(p == 0, 0.0, special.betaincinv(size * p, size * (1 - p) + 1, tail))
            upper = np.where(p == 1, 1.0, special.betaincinv(size * p + 1, size * (1 - p), 1 - tail))
        else:
            lower, upper = _likelihood(p, effective * (estimate.n - 1) / estimate.n, t)
    missing = np.isnan(v) | np.isnan(t)
    if method in {"logit", "asin", "mean"}:
        missing |= whole
    for domain in np.flatnonzero(whole):
        estimate.notes[domain].append(NOT_SEEN if method in {"beta", "wilson", "likelihood"} else NO_INTERVAL)
    return np.where(missing, np.nan, lower), np.where(missing, np.nan, upper)


def _binomial(share: Floats) -> Any:
    return lambda n: share * (1 - share) / (n - 1)


def _likelihood(p: Floats, effective: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Bisect for both ends of the likelihood interval, to the last digit."""
    from scipy import special

    def far(q: Floats) -> Floats:
        distance: Floats = special.rel_entr(p, q) + special.rel_entr(1 - p, 1 - q)
        return 2 * effective * distance - t**2

    ends = []
    for edge in (0.0, 1.0):
        outside, inside = np.full_like(p, edge), p.copy()
        for _ in range(80):
            middle = (outside + inside) / 2
            beyond = far(middle) > 0
            outside, inside = np.where(beyond, middle, outside), np.where(beyond, inside, middle)
        ends.append(np.where(p == edge, edge, inside))
    return ends[0], ends[1]
