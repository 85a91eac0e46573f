"""Deviations: how far the mean of each group lies from the mean of all, where the group is part of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.design.estimates import NO_DF, NO_ROWS, ONE_PSU, quantile_of_t
from analysis.stats.design.plan import Bools, Floats, Ints, Plan
from analysis.stats.design.variance import score_variances

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
    mine, others = _present(plan, np.where(inside, group, -1), there, size)
    freedom = np.where(mine.n > 0, np.minimum(mine.freedom(df, frame), others.freedom(df, frame)), np.nan)
    notes = [_note(mine, others, place, float(freedom[place])) for place in range(size)]
    none = np.array([note in {NO_ROWS, ONE_PSU, ALONE} for note in notes], dtype=bool)
    se = np.where(none, np.nan, np.sqrt(variance))
    half = quantile_of_t(level, freedom) * se
    estimate = means - whole
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(freedom > 0, estimate / se, np.nan)
    p = 2 * np.where(np.isinf(freedom), special.ndtr(-np.abs(t)), special.stdtr(freedom, -np.abs(t)))
    columns: dict[str, Any] = {
        "mean": means, "whole": whole, "estimate": estimate, "se": se, "lower": estimate - half,
        "upper": estimate + half, "statistic": t, "df": freedom, "p": p, "n": mine.n, "psus": mine.psus, "note": notes,
    }  # fmt: skip
    return pd.DataFrame({**{str(name): domains[name].array for name in domains.columns}, **columns})


@dataclass(frozen=True, slots=True)
class _Presence:
    """Rows, PSUs and strata of every group, and whether it lies in a PSU that is a certainty; each of shape (G,)."""

    n: Ints
    psus: Ints
    strata: Ints
    certain: Bools

    def freedom(self, df: str | float, design: float) -> Floats:
        """Give the degrees of freedom; what nobody is in has no say."""
        given = np.where(df == "design", design, self.psus - self.strata if isinstance(df, str) else df)
        return np.where(self.n > 0, given.astype(float), np.inf)


def _present(plan: Plan, group: Ints, there: Bools, size: int) -> tuple[_Presence, _Presence]:
    """Count what every group has, and what all others have."""
    first = plan.stages[0]
    psu = plan.unit_psu[plan.unit]
    rows = np.flatnonzero(there)
    # One column more for rows of no group.
    of = np.where(group[rows] >= 0, group[rows], size)
    counts = np.bincount(psu[rows] * (size + 1) + of, minlength=first.units * (size + 1)).reshape(first.units, size + 1)
    whole = counts.sum(axis=1, keepdims=True)
    return _counted(plan, counts[:, :size]), _counted(plan, whole - counts[:, :size])


def _counted(plan: Plan, counts: Ints) -> _Presence:
    first = plan.stages[0]
    seen = counts > 0
    strata = np.zeros((len(first.size), counts.shape[1]), dtype=bool)
    np.logical_or.at(strata, first.group, seen)
    certain: Bools = np.logical_or.reduce(strata & first.certain[:, None], axis=0)
    return _Presence(counts.sum(axis=0), seen.sum(axis=0), strata.sum(axis=0), certain)


def _note(mine: _Presence, others: _Presence, place: int, freedom: float) -> str:
    if not mine.n[place]:
        return NO_ROWS
    if not others.n[place]:
        return ALONE
    if mine.psus[place] == 1 and not mine.certain[place]:
        return ONE_PSU
    return NO_DF if freedom <= 0 else ""
