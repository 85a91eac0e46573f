"""Comparisons of groups: t-tests, and rank tests for answers that are ordered but not measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.stats.arrays import Bools, Floats, Ints
from analysis.stats.design.chisqsum import tail_of_f
from analysis.stats.design.estimates import NO_DF, NO_ROWS, ONE_PSU, quantile_of_t
from analysis.stats.design.plan import Plan
from analysis.stats.design.variance import presence, score_covariance

RANK_TESTS = ("wilcoxon", "vanderwaerden", "median")
ONE_GROUP = "fewer than two groups"
NO_SPREAD = "no variation: no test"


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """The means of one variable in the groups of a domain, with their covariance."""

    values: Floats
    covariance: Floats
    groups: list[Any]
    inside: Bools


def compare(plan: Plan, y: Floats, group: Ints, labels: list[Any], inside: Bools) -> Means:
    """Compute the means of groups of rows, and their covariance by linearisation; groups without rows are left out."""
    inside = inside & ~np.isnan(y) & (group >= 0) & (plan.weight > 0)
    seen = np.unique(group[inside])
    weight, sums = np.zeros(len(labels)), np.zeros(len(labels))
    np.add.at(weight, group[inside], plan.weight[inside])
    np.add.at(sums, group[inside], (plan.weight * y)[inside])
    values = sums[seen] / weight[seen]
    scores = np.zeros((len(y), len(seen)))
    for k, code in enumerate(seen):
        rows = np.flatnonzero(inside & (group == code))
        scores[rows, k] = plan.weight[rows] * (y[rows] - values[k]) / weight[code]
    return Means(values, score_covariance(plan, scores, inside), [labels[code] for code in seen], inside)


def rank_scores(plan: Plan, y: Floats, inside: Bools, test: str) -> Floats:
    """Give each row the score of its place in the population, NaN outside.

    Notes
    -----
    r / N is the share of the population below the row's value and half of that at it; ``wilcoxon`` takes it as it is,
    ``vanderwaerden`` the normal quantile of it, ``median`` whether it exceeds ½ (Lumley and Scott 2013).
    """
    from scipy import special

    rows = np.flatnonzero(inside & ~np.isnan(y) & (plan.weight > 0))
    _, value = np.unique(y[rows], return_inverse=True)
    held = np.bincount(value, weights=plan.weight[rows])
    place = ((np.cumsum(held) - held / 2) / held.sum())[value]
    result = np.full(len(y), np.nan)
    result[rows] = {"wilcoxon": place, "vanderwaerden": special.ndtri(place), "median": (place > 0.5).astype(float)}[  # noqa: PLR2004
        test
    ]
    return result


def row(
    plan: Plan, means: Means, *, grouped: bool, null: float, level: float, df: str | float, frame: float
) -> dict[str, Any]:
    """Test a mean against a number, the difference of two means, or the equality of more."""
    from scipy import special

    seen, size = presence(plan, means.inside), len(means.values)
    if size <= 1:
        contrast, centre = np.ones((1, 1)), null
    else:
        contrast, centre = np.hstack([-np.ones((size - 1, 1)), np.eye(size - 1)]), 0.0
    freedom = seen.freedom(df, frame) - ((size - 1) if isinstance(df, str) else 0)
    note = NO_ROWS if not seen.n else ONE_PSU if seen.psus == 1 and not seen.certain else NO_DF if freedom <= 0 else ""
    result = {"estimate": np.nan, "se": np.nan, "lower": np.nan, "upper": np.nan, "statistic": np.nan,
              "ndf": max(size - 1, 1), "ddf": freedom, "p": np.nan, "n": seen.n, "psus": seen.psus}  # fmt: skip
    if size < 1 + grouped:
        return {**result, "note": ONE_GROUP if size else NO_ROWS}
    distance = contrast @ means.values - centre
    spread = contrast @ means.covariance @ contrast.T
    if size in {1, 2} and seen.n:
        result["estimate"] = float(distance[0]) + centre
    if note:
        return {**result, "note": note}
    if size in {1, 2}:
        se = float(np.sqrt(spread[0, 0]))
        half = float(quantile_of_t(level, np.array([freedom]))[0]) * se
        result |= {"se": se, "lower": result["estimate"] - half, "upper": result["estimate"] + half}
    if np.linalg.matrix_rank(spread) < len(distance):
        return {**result, "note": NO_SPREAD}
    if size in {1, 2}:
        t = float(distance[0]) / float(np.sqrt(spread[0, 0]))
        p = 2 * float(special.ndtr(-abs(t)) if np.isinf(freedom) else special.stdtr(freedom, -abs(t)))
        return {**result, "statistic": t, "p": p, "note": ""}
    q = size - 1
    f = float(distance @ np.linalg.solve(spread, distance)) / q
    return {**result, "statistic": f, "p": tail_of_f(f, q, float(freedom)), "note": ""}
