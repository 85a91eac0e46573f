"""Means and covariances of many variables at once, in domains and in every bootstrap replicate, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong
from analysis.stats.arrays import Bools, Floats, Ints
from analysis.stats.design.calibration import solve
from analysis.stats.design.cells import CHUNK, domains_of
from analysis.stats.design.estimates import quantile_of_t
from analysis.stats.design.margins import Margin
from analysis.stats.design.plan import Plan, compact
from analysis.stats.design.replicates import bootstrap
from analysis.stats.design.variance import presence

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.design.sample import Sample
    from analysis.stats.design.weighting import Step

#: Steps of the weighting that are done again in each replicate, on sums; others would need the rows.
AGAIN = frozenset({"poststratify", "rake", "calibrate"})
KEPT = "weights are not calibrated anew in the replicates, which is a little cautious"
TWO = "second-stage correction not used: PSUs as drawn with replacement"
POOLED = "strata of one PSU are taken together in the replicates"
GROUPED = "PSUs are drawn in random groups in the replicates"
#: With more PSUs than this, those of strata that have many are drawn in so many random groups.
MANY, FEW = 20_000, 100
Missing = Literal["pairwise", "listwise"]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Means and covariances of p variables in D domains, and in each of R bootstrap replicates.

    Attributes
    ----------
    domains
        One row a domain: its values of the ``by`` columns.
    mean, covariance
        Shapes (D, p) and (D, p, p); NaN where a domain has no answers.
    means, covariances
        Of the replicates, shapes (R, D, p) and (R, D, p, p).
    pairs
        How many rows have both answers, shape (D, p, p).
    n, psus, df
        Rows with any answer, their PSUs, and PSUs less strata, shape (D,).
    """

    names: list[str]
    domains: pd.DataFrame = field(repr=False)
    mean: Floats = field(repr=False)
    covariance: Floats = field(repr=False)
    means: Floats = field(repr=False)
    covariances: Floats = field(repr=False)
    pairs: Ints = field(repr=False)
    n: Ints
    psus: Ints
    df: Floats
    note: str = ""

    def only(self, places: Ints) -> Moments:
        """Give some of the domains, by place."""
        return replace(
            self, domains=self.domains.iloc[places], mean=self.mean[places], covariance=self.covariance[places],
            means=self.means[:, places], covariances=self.covariances[:, places], pairs=self.pairs[places],
            n=self.n[places], psus=self.psus[places], df=self.df[places],
        )  # fmt: skip

    def error(self, replicates: Floats) -> Floats:
        """Give the standard error of a statistic from its values in the replicates, shape (R, …) to (…).

        Notes
        -----
        v = Σ_r (θ_r − θ̄)² / (R − 1); NaN where a replicate has no value.
        """
        away = replicates - replicates.mean(axis=0)
        found: Floats = np.sqrt((away**2).sum(axis=0) / (len(replicates) - 1))
        return found

    def bounds(self, estimate: Floats, replicates: Floats, level: float, *, of: str = "plain") -> tuple[Floats, Floats]:
        """Give the interval of a statistic of each domain, shape (D, …).

        Parameters
        ----------
        of
            The scale on which the interval is symmetric: ``plain``; ``rest``, ln(1 − θ), of reliabilities (Bonett
            2002); ``fisher``, artanh θ, of correlations; ``share``, arcsin √θ, of shares.
        """
        there, back = _SCALES[of]
        with np.errstate(invalid="ignore", divide="ignore"):
            at, se = there(estimate), self.error(there(replicates))
            freedom = self.df.reshape(-1, *[1] * (estimate.ndim - 1))
            half = np.where(freedom > 0, quantile_of_t(level, np.maximum(freedom, 1e-9)), np.nan) * se
            ends = back(at - half), back(at + half)
        return np.minimum(*ends), np.maximum(*ends)


_SCALES: dict[str, tuple[Any, Any]] = {
    "plain": (np.asarray, np.asarray),
    "rest": (lambda theta: np.log(1 - theta), lambda at: 1 - np.exp(at)),
    "fisher": (np.arctanh, np.tanh),
    "share": (
        lambda theta: np.arcsin(np.sqrt(np.clip(theta, 0, 1))),
        lambda at: np.sin(np.clip(at, 0, np.pi / 2)) ** 2,
    ),
}


def moments(
    design: Sample, values: pd.DataFrame, *, by: Sequence[str] = (), count: int = 200, seed: int = 1,
    missing: Missing = "pairwise",
) -> Moments:  # fmt: skip
    """Compute weighted means and covariances, and what they are in each replicate of a bootstrap of PSUs.

    Parameters
    ----------
    design
        A design in memory, N rows.
    values
        The variables as numbers, in the rows of the design, shape (N, p); NaN is missing.
    by
        Columns whose combinations are the domains.
    count, seed
        How many replicates, and where their random numbers start.
    missing
        ``pairwise``: each covariance from the rows that have both; ``listwise``: rows that have all.

    Returns
    -------
    Moments

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for rows that do not fit, infinite values, and fewer than two replicates.

    Notes
    -----
    The rows are read once: Σ w x_i x_j of each PSU (by what the weights were calibrated to, and domain); a replicate
    is a weighted sum of those. The bootstrap is that of :meth:`analysis.stats.SurveyDesign.replicates` (Rao and Wu
    1988), with post-stratification, raking and calibration to categories done again in each replicate; strata of one
    PSU that are neither certain nor removed are drawn from together. Covariances have the divisor of counted rows,
    n − 1, as R's ``cov``; ``cov.wt(x, w, method = "ML")`` times n / (n − 1).

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.stats import SurveyDesign
    >>> rows = pd.DataFrame({"w": [1.0] * 4, "y": [1, 2, 3, 6], "z": [2, 2, 5, 7]})
    >>> found = moments(SurveyDesign(rows, weights="w"), rows[["y", "z"]])
    >>> found.covariance[0].round(3).tolist(), found.means.shape
    ([[4.667, 5.0], [5.0, 6.0]], (200, 1, 2))
    """
    one_of("missing", missing, ("pairwise", "listwise"))
    if isinstance(count, bool) or not isinstance(count, int) or count < 2:  # noqa: PLR2004  a spread takes two
        raise DuzhengError(wrong(f"{count!r} replicates", "a whole number from 2", "200 are usual"))
    data, plan = design.in_memory("moments"), design.plan
    x = values.to_numpy(dtype=float, na_value=np.nan)
    if len(x) != len(plan.weight) or np.isinf(x).any():
        raise DuzhengError(wrong(f"{len(x)} rows of values, or infinite ones", f"{len(plan.weight)} rows of numbers",
                                 "give the design's rows"))  # fmt: skip
    there = ~np.isnan(x)
    if missing == "listwise":
        there &= there.all(axis=1)[:, None]
    row_domain, domains = (
        domains_of(data, list(by)) if by else (np.zeros(len(x), dtype=np.intp), domains_of(data, [])[1])
    )
    kept = np.flatnonzero(there.any(axis=1) & (plan.weight > 0) & (row_domain >= 0))
    psu, factors, drawn = _bootstrap_of(plan, count, seed)
    cell, note = _calibrated_to(design)
    size, wide = len(domains), int(cell.max(initial=0)) + 1
    group = psu * wide + cell
    unit, old = compact(group[kept] * size + row_domain[kept], (int(group.max(initial=0)) + 1) * size)
    of_domain, place = old % size, old // size
    centre = np.array([np.median(column[known]) if known.any() else 0.0
                       for column, known in zip(x[kept].T, there[kept].T, strict=True)])  # fmt: skip
    sums = _sums(unit, len(old), plan.weight[kept], x[kept] - centre, there[kept])
    of_unit = factors[place // wide]
    if design.steps and not note:
        of_unit = of_unit * _again(design, psu, cell, factors)[place % wide]
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = _moments(sums, of_domain, size, np.ones((len(old), 1)), centre)
        each = _moments(sums, of_domain, size, of_unit, centre)
    pairs = np.stack([there[kept][row_domain[kept] == d].T.astype(float) @ there[kept][row_domain[kept] == d]
                      for d in range(size)]).astype(np.intp)  # fmt: skip
    with np.errstate(invalid="ignore", divide="ignore"):
        less = np.where(pairs > 1, pairs / (pairs - 1.0), np.nan)
    inside: Bools = np.zeros(len(x), dtype=bool)
    inside[kept] = True
    seen = [presence(plan, inside & (row_domain == d)) for d in range(size)]
    return Moments(
        [str(name) for name in values.columns], domains, whole[0][0], whole[1][0] * less, each[0], each[1] * less,
        pairs, np.array([s.n for s in seen]), np.array([s.psus for s in seen]),
        np.array([s.freedom("domain", design.df) for s in seen]),
        "; ".join(filter(None, [drawn, note])),
    )  # fmt: skip


def _calibrated_to(design: Sample) -> tuple[Ints, str]:
    """Code the combinations of categories that the weights were calibrated to, one a row."""
    rows = len(design.plan.weight)
    margins = [margin for step in design.steps for margin in step.margins]
    if not design.steps:
        return np.zeros(rows, dtype=np.intp), ""
    if any(step.verb not in AGAIN for step in design.steps) or any(m.code is None for m in margins):
        return np.zeros(rows, dtype=np.intp), KEPT
    code: Ints = np.zeros(rows, dtype=np.intp)
    for margin in margins:
        many = len(margin.totals)
        # Rows of weight 0 have no category, and count nowhere.
        code = compact(code * many + np.maximum(np.asarray(margin.code), 0), (int(code.max(initial=0)) + 1) * many)[0]
    return code, ""


def _bootstrap_of(plan: Plan, count: int, seed: int) -> tuple[Ints, Floats, str]:
    """Draw the replicates: the unit of each row that is drawn as one, and the units' factors (units, R)."""
    stage, notes = plan.stages[0], []
    psu: Ints = plan.unit_psu[plan.unit]
    group: Ints = stage.group.copy()
    two = len(plan.stages) > 1
    rest = np.where(stage.certain, 0.0, 1.0)
    if two:
        notes.append(TWO)
    else:
        # The factor of a stage is (1 − f) n / (n − 1).
        rest = np.where(stage.adjusted | stage.averaged, 1.0, stage.factor * (stage.size - 1) / stage.size)
    lonely = np.flatnonzero(stage.adjusted | stage.averaged)
    if len(lonely):
        others = np.flatnonzero((rest > 0) & (stage.size > 1))
        near = others[np.argmin(stage.size[others])] if len(lonely) == 1 and len(others) else lonely[0]
        group[np.isin(group, lonely)] = near
        notes.append(POOLED)
    sizes = np.bincount(group, minlength=len(stage.size))
    if len(group) > MANY:
        rng = np.random.default_rng(seed)
        together: Ints = np.arange(len(group))
        for stratum in np.flatnonzero(sizes > FEW):
            mine = np.flatnonzero(group == stratum)
            together[mine] = mine[rng.permutation(len(mine)) % FEW]
        together, first = compact(together, len(group))
        psu, group = together[psu], group[first]
        sizes = np.bincount(group, minlength=len(stage.size))
        notes.append(GROUPED)
    return psu, bootstrap(group, sizes.astype(float), rest, count, seed)[0], "; ".join(notes)


def _again(design: Sample, psu: Ints, cell: Ints, factors: Floats) -> Floats:
    """Give what calibrating anew multiplies the weights of a combination of categories with: (combinations, R)."""
    first, wide = design.steps[0].before, int(cell.max()) + 1
    code, old = compact(psu * wide + cell, (int(psu.max()) + 1) * wide)
    base = np.bincount(code, weights=first, minlength=len(old))
    start = np.zeros((wide, factors.shape[1]))
    np.add.at(start, old % wide, base[:, None] * factors[old // wide])
    row_of: Ints = np.zeros(wide, dtype=np.intp)
    used = np.flatnonzero(first > 0)
    row_of[cell[used]] = used  # any row of a combination tells its categories
    weight = start.copy()
    for step in design.steps:
        small = [Margin(m.names, m.labels, m.totals, np.asarray(m.code)[row_of], None) for m in step.margins]
        for replicate in range(weight.shape[1]):
            weight[:, replicate] *= _factor(step, small, weight[:, replicate])
    whole = np.bincount(cell, weights=design.plan.weight, minlength=wide)
    given = np.bincount(cell, weights=first, minlength=wide)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = weight / start * (given / whole)[:, None]
    return np.where(np.isfinite(found), found, 0.0)


def _factor(step: Step, margins: list[Margin], weight: Floats) -> Floats:
    """Give g of each combination in one replicate; categories of which it has nobody are left out."""
    held = []
    for margin in margins:
        sums, totals = margin.sums(weight), margin.totals
        there = (sums > 0) & (totals > 0)
        if step.verb == "poststratify":
            g: Floats = np.divide(totals, sums, out=np.zeros_like(sums), where=there)[margin.code]
            return g
        share = totals.sum() / totals[there].sum()
        code = np.where(there, np.cumsum(there) - 1, -1)[margin.code]
        labels = tuple(label for label, kept in zip(margin.labels, there, strict=True) if kept)
        held.append(Margin(margin.names, labels, totals[there] * share, np.where(weight > 0, code, -1), None))
    bounds = step.arguments.get("bounds") or (-np.inf, np.inf)
    method = "raking" if step.verb == "rake" else step.arguments["method"]
    return solve(held, weight, method, bounds)


def _sums(unit: Ints, size: int, weight: Floats, x: Floats, there: Bools) -> tuple[Floats, Floats, Floats]:
    """Sum w, w x_i and w x_i x_j over the rows of each unit that have answer i and j, each (units, p, p)."""
    from scipy import sparse

    p = x.shape[1]
    known, filled = there.astype(float), np.where(there, x, 0.0)
    whole = bool(there.all())
    one, two = np.triu_indices(p)
    products, halves = np.zeros((size, len(one))), np.zeros((size, p if whole else p * p))
    counts = np.zeros((size, 1 if whole else len(one)))
    step = max(CHUNK // p, 2 * size)
    for start in range(0, len(x), step):
        part = slice(start, start + step)
        f, k = filled[part], known[part]
        rows = len(f)
        matrix = sparse.csr_array((weight[part], (unit[part], np.arange(rows))), shape=(size, rows))
        products += matrix @ (f[:, one] * f[:, two])
        halves += matrix @ (f if whole else (f[:, :, None] * k[:, None, :]).reshape(rows, -1))
        counts += matrix @ (np.ones((rows, 1)) if whole else k[:, one] * k[:, two])
    shape = (size, p, p)
    square, number = np.empty(shape), np.empty(shape)
    square[:, one, two] = square[:, two, one] = products
    number[:, one, two] = number[:, two, one] = counts
    half = np.repeat(halves[:, :, None], p, axis=2) if whole else halves.reshape(shape)
    return number, half, square


def _moments(
    sums: tuple[Floats, Floats, Floats], domain: Ints, size: int, factors: Floats, centre: Floats
) -> tuple[Floats, Floats]:
    """Add sums of units up with the factors of each replicate: means (R, D, p), covariances (R, D, p, p)."""
    p, count = len(centre), factors.shape[1]
    parts = np.empty((3, count, size, p * p))
    for d in range(size):
        mine = np.flatnonzero(domain == d)
        for k, part in enumerate(sums):
            parts[k, :, d] = factors[mine].T @ part[mine].reshape(len(mine), p * p)
    number, half, square = (part.reshape(count, size, p, p) for part in parts)
    near = half / number  # of i over the rows that have j as well
    mean = centre + np.einsum("rdii->rdi", near)
    return mean, square / number - near * np.swapaxes(near, 2, 3)
