"""Deviations: how far the mean of each group lies from the mean of all, where the group is part of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.design.estimates import NO_DF, NO_ROWS, ONE_PSU, quantile_of_t
from analysis.stats.design.plan import Bools, Floats, Ints, Plan
from analysis.stats.design.variance import presence, score_variances

if TYPE_CHECKING:
    import pandas as pd

ALONE = "nobody beside the group"


def deviations(
    plan: Plan, y: Floats, group: Ints, domains: pd.DataFrame, *, level: float, df: str | float, frame: float
) -> pd.DataFrame:
    """Compute the deviation of every group's mean from the mean of all rows, with its error and its t.

    Parameters
    ----------
    plan
        The plan of the sample, N rows.
    y
        Values, NaN where there is none, shape (N,).
    group
        The group of each row, −1 for none: such rows count among all. Shape (N,).
    domains
        What the groups are called, one row each.
    level, df
        As the verbs of samples take them; ``"domain"`` are the fewer of the group's and of all others'.
    frame
        The design's own degrees of freedom.

    Returns
    -------
    pandas.DataFrame
        One row a group, as :meth:`analysis.stats.SurveyDesign.deviation` gives it.
    """
    import pandas as pd
    from scipy import special

    there = ~np.isnan(y) & (plan.weight > 0)
    weight = np.where(there, plan.weight, 0.0)
    values = np.where(there, y, 0.0)
    size = len(domains)
    inside = there & (group >= 0)
    of = np.where(inside, group, size)
    held = np.bincount(of, weights=weight, minlength=size + 1)
    sums = np.bincount(of, weights=weight * values, minlength=size + 1)
    whole = sums.sum() / held.sum() if held.sum() > 0 else np.nan
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums[:size] / held[:size]
    around = weight * (values - whole) / held.sum() if held.sum() > 0 else np.zeros_like(weight)
    scores = np.repeat(-around[:, None], size, axis=1)
    rows = np.flatnonzero(inside)
    scores[rows, group[rows]] += weight[rows] * (values[rows] - means[group[rows]]) / held[group[rows]]
    variance = score_variances(plan, scores, there)
    found = [_presence(plan, there, group, place) for place in range(size)]
    n, psus = (np.array([getattr(each[0], name) for each in found], dtype=int) for name in ("n", "psus"))
    freedom = np.array([min(each.freedom(df, frame) for each in both if each.n) if both[0].n else np.nan
                        for both in found], dtype=float)  # fmt: skip
    notes = [_note(mine, others, float(freedom[place])) for place, (mine, others) in enumerate(found)]
    none = np.array([note in {NO_ROWS, ONE_PSU, ALONE} for note in notes], dtype=bool)
    se = np.where(none, np.nan, np.sqrt(variance))
    half = quantile_of_t(level, freedom) * se
    estimate = means - whole
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(freedom > 0, estimate / se, np.nan)
    p = 2 * np.where(np.isinf(freedom), special.ndtr(-np.abs(t)), special.stdtr(freedom, -np.abs(t)))
    columns: dict[str, Any] = {
        "mean": means, "whole": whole, "estimate": estimate, "se": se, "lower": estimate - half,
        "upper": estimate + half, "statistic": t, "df": freedom, "p": p, "n": n, "psus": psus, "note": notes,
    }  # fmt: skip
    return pd.DataFrame({**{str(name): domains[name].array for name in domains.columns}, **columns})


def _presence(plan: Plan, there: Bools, group: Ints, place: int) -> tuple[Any, Any]:
    mine = group == place
    return presence(plan, there & mine), presence(plan, there & ~mine)


def _note(mine: Any, others: Any, freedom: float) -> str:
    if not mine.n:
        return NO_ROWS
    if not others.n:
        return ALONE
    if mine.psus == 1 and not mine.certain:
        return ONE_PSU
    return NO_DF if freedom <= 0 else ""
