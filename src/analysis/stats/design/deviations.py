"""Deviations of groups from all, of which they are part; differences of all pairs of groups; and their freedom."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.arrays import Bools, Floats, Ints
from analysis.stats.design.estimates import NO_DF, NO_ROWS, ONE_PSU, quantile_of_t
from analysis.stats.design.plan import Plan
from analysis.stats.design.variance import Spread, score_variances

if TYPE_CHECKING:
    import pandas as pd

ALONE = "nobody beside the group"
#: Degrees of freedom that follow from what each stratum adds to a variance.
EFFECTIVE = "effective"
#: PSUs less strata below which it counts that what strata add is only estimated.
FEW = 10


@dataclass(frozen=True, slots=True)
class Presence:
    """Rows, PSUs and strata of every group, and whether it lies in a PSU that is a certainty; each of shape (G,)."""

    n: Ints
    psus: Ints
    strata: Ints
    certain: Bools

    def freedom(self, df: str | float, design: float) -> Floats:
        """Give the degrees of freedom; what nobody is in has no say."""
        given = np.where(df == "design", design, self.psus - self.strata if isinstance(df, str) else df)
        return np.where(self.n > 0, given.astype(float), np.inf)


@dataclass(frozen=True, slots=True)
class Groups:
    """One variable in groups of rows: means, and the scores that errors are made of."""

    plan: Plan
    there: Bools
    group: Ints  #: of each row, −1 for none
    means: Floats
    whole: float  #: the mean of all rows, those of no group among them
    own: Floats  #: w 1_g (y − ȳ_g) / W_g of each row, in the group of the row
    all: Floats  #: w (y − ȳ) / W of each row

    def scores(self) -> Floats:
        """Give the scores of the means of all groups, shape (N, G)."""
        found = np.zeros((len(self.own), len(self.means)))
        rows = np.flatnonzero(self.group >= 0)
        found[rows, self.group[rows]] = self.own[rows]
        return found

    def present(self) -> tuple[Presence, Presence]:
        """Count what every group has, and what all others have."""
        size, first = len(self.means), self.plan.stages[0]
        psu, rows = self.plan.unit_psu[self.plan.unit], np.flatnonzero(self.there)
        # One column more for rows of no group.
        of = np.where(self.group[rows] >= 0, self.group[rows], size)
        counts = np.bincount(psu[rows] * (size + 1) + of, minlength=first.units * (size + 1))
        counts = counts.reshape(first.units, size + 1)
        return self._counted(counts[:, :size]), self._counted(counts.sum(axis=1, keepdims=True) - counts[:, :size])

    def _counted(self, counts: Ints) -> Presence:
        first, seen = self.plan.stages[0], counts > 0
        strata = np.zeros((len(first.size), counts.shape[1]), dtype=bool)
        np.logical_or.at(strata, first.group, seen)
        certain: Bools = np.logical_or.reduce(strata & first.certain[:, None], axis=0)
        return Presence(counts.sum(axis=0), seen.sum(axis=0), strata.sum(axis=0), certain)


def groups_of(plan: Plan, y: Floats, group: Ints, size: int, inside: Bools | None = None) -> Groups:
    """Find the means of groups of rows, and their scores.

    Parameters
    ----------
    plan
        The plan of the sample, N rows.
    y
        Values, NaN where there is none, shape (N,).
    group
        The group of each row, −1 for none, shape (N,).
    size
        How many groups there are.
    inside
        Which rows count at all, shape (N,); all if not given.
    """
    there = ~np.isnan(y) & (plan.weight > 0) & (True if inside is None else inside)
    weight, values = np.where(there, plan.weight, 0.0), np.where(there, y, 0.0)
    group = np.where(there & (group >= 0), group, -1)
    of = np.where(group >= 0, group, size)
    held = np.bincount(of, weights=weight, minlength=size + 1)
    sums = np.bincount(of, weights=weight * values, minlength=size + 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums[:size] / held[:size]
        whole = float(np.divide(sums.sum(), held.sum())) if held.sum() > 0 else float("nan")
    around = weight * (values - whole) / held.sum() if held.sum() > 0 else np.zeros_like(weight)
    own, rows = np.zeros_like(weight), np.flatnonzero(group >= 0)
    own[rows] = weight[rows] * (values[rows] - means[group[rows]]) / held[group[rows]]
    return Groups(plan, there, group, means, whole, own, around)


def deviations(found: Groups, domains: pd.DataFrame, *, level: float, df: str | float, frame: float) -> pd.DataFrame:
    """Compute how far the mean of every group lies from the mean of all, with its error and its t.

    Parameters
    ----------
    found
        Of :func:`groups_of`.
    domains
        What the groups are called, one row each.
    level, df
        As :meth:`analysis.stats.SurveyDesign.deviation` takes them.
    frame
        The design's own degrees of freedom.

    Returns
    -------
    pandas.DataFrame
        One row a group, as that verb gives it.
    """
    import pandas as pd

    size = len(domains)
    spread = score_variances(found.plan, found.scores() - found.all[:, None], found.there)
    mine, others = found.present()
    given = "domain" if df == EFFECTIVE else df
    most = np.minimum(mine.freedom(given, frame), others.freedom(given, frame))
    freedom = np.where(mine.n > 0, _real(spread, most) if df == EFFECTIVE else most, np.nan)
    notes = [_note(mine, others, place, float(freedom[place])) for place in range(size)]
    none = np.array([note in {NO_ROWS, ONE_PSU, ALONE} for note in notes], dtype=bool)
    se = np.where(none, np.nan, np.sqrt(spread.variance))
    columns: dict[str, Any] = {"mean": found.means, "whole": found.whole, "estimate": found.means - found.whole}
    columns |= _tested(columns["estimate"], se, freedom, level) | {"n": mine.n, "psus": mine.psus, "note": notes}
    return pd.DataFrame({**{str(name): domains[name].array for name in domains.columns}, **columns})


def pairs(found: Groups, names: list[Any], *, level: float, df: str | float, frame: float) -> pd.DataFrame:
    """Compute the differences of all pairs of groups that have rows, as the verb ``pairwise`` gives them."""
    import pandas as pd

    mine, _ = found.present()
    kept = [place for place in range(len(names)) if mine.n[place] > 0]
    both = list(combinations(kept, 2))
    scores = found.scores()
    of = np.column_stack([scores[:, one] - scores[:, other] for one, other in both]) if both else np.zeros(
        (len(scores), 0))  # fmt: skip
    spread = score_variances(found.plan, of, found.there)
    own = mine.freedom("domain" if df == EFFECTIVE else df, frame)
    most = np.array([min(own[one], own[other]) for one, other in both], dtype=float)
    freedom = _real(spread, most) if df == EFFECTIVE else most
    alone = np.array([bool(min(mine.psus[one], mine.psus[other]) == 1) for one, other in both], dtype=bool)
    se = np.where(alone, np.nan, np.sqrt(spread.variance))
    estimate = np.array([found.means[one] - found.means[other] for one, other in both], dtype=float)
    notes = [ONE_PSU if lonely else NO_DF if value <= 0 else "" for lonely, value in zip(alone, most, strict=True)]
    return pd.DataFrame({
        "first": [names[one] for one, _ in both], "second": [names[other] for _, other in both],
        "estimate": estimate, **_tested(estimate, se, freedom, level),
        "n": np.array([mine.n[one] + mine.n[other] for one, other in both], dtype=int),
        "psus": np.array([max(mine.psus[one], mine.psus[other]) for one, other in both], dtype=int), "note": notes,
    })  # fmt: skip


def effective(found: Groups) -> Floats:
    """Give the effective degrees of freedom of the means of groups, shape (G,)."""
    spread = score_variances(found.plan, found.scores(), found.there)
    mine, _ = found.present()
    most = (mine.psus - mine.strata).astype(float)
    return np.where(mine.n > 0, _real(spread, most), np.nan)


def _real(spread: Spread, most: Floats) -> Floats:
    """Take effective degrees of freedom, from one to PSUs less strata: Welch's where these are few."""
    real = np.where(most < FEW, spread.welch, spread.satterthwaite)
    return np.where(most > 0, np.clip(real, 1.0, np.maximum(most, 1.0)), most)


def _tested(estimate: Floats, se: Floats, freedom: Floats, level: float) -> dict[str, Floats]:
    from scipy import special

    half = quantile_of_t(level, freedom) * se
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(freedom > 0, estimate / se, np.nan)
    p = 2 * np.where(np.isinf(freedom), special.ndtr(-np.abs(t)), special.stdtr(freedom, -np.abs(t)))
    return {"se": se, "lower": estimate - half, "upper": estimate + half, "statistic": t, "df": freedom, "p": p}


def _note(mine: Presence, others: Presence, place: int, freedom: float) -> str:
    if not mine.n[place]:
        return NO_ROWS
    if not others.n[place]:
        return ALONE
    if mine.psus[place] == 1 and not mine.certain[place]:
        return ONE_PSU
    return NO_DF if freedom <= 0 else ""
