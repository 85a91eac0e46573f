"""Variances and covariances by linearisation, from sums over cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.arrays import Bools, Floats, Ints
from analysis.stats.design.cells import Cells, Level, weighted_count
from analysis.stats.design.plan import Plan, Stage
from analysis.stats.design.projection import residuals

if TYPE_CHECKING:
    from analysis.stats.design.estimates import Estimate

#: A chunk of units in a covariance holds at most this many numbers.
CHUNK = 4_000_000


def variance(cells: Cells, influence: Floats, count: Ints, slopes: tuple[Floats, ...] = ()) -> Floats:
    """Compute the variance of Σ u in each domain, of influences u summed over cells.

    Parameters
    ----------
    cells
        The cells, C of them in D domains.
    influence
        The linearised, weighted scores summed over each cell, shape (C,).
    count
        Valid rows of each cell, shape (C,): strata where a domain has none don't count for ``lonely_psu="average"``.
    slopes
        Of the scores on what the weights were calibrated to, one a projection, shape (D, J).

    Returns
    -------
    numpy.ndarray
        Variances, shape (D,).

    Notes
    -----
    v = Σ_h (1 − n_h / N_h) n_h / (n_h − 1) Σ_i (u_hi − ū_h)², and with a second-stage FPC, for each PSU i drawn,
    n_h / N_h times the same sum over its second-stage units. All n_h units of a stratum count, with u = 0 where the
    domain does not occur: a subset is a domain, never a smaller design. The sum is of squared deviations, never a
    difference of two large sums, so a variance of zero is zero. Source: Särndal, Swensson and Wretman (1992), 4.3;
    Lumley (2010), appendix C. In R ``survey:::svyrecvar``.
    """
    result = np.zeros(cells.size)
    for depth, (stage, level) in enumerate(zip(cells.plan.stages, cells.levels, strict=True)):
        u = level.gather(influence)
        if slopes:
            here: Floats = np.zeros(cells.size)
            for domain in range(cells.size):
                whole = _everywhere(cells, depth, u, slopes, domain)
                here[domain] = np.sum(stage.factor[stage.group] * (whole - _centre(stage, whole)[stage.group]) ** 2)
        else:
            centre = _centres(stage, level, u, cells.size)
            group, spots = level.spot_group, len(level.spot_group)
            # Units of a group in which the domain does not occur deviate by the whole mean.
            absent = stage.size[group] - np.bincount(level.spot, minlength=spots)
            squares = np.bincount(level.spot, weights=(u - centre[level.spot]) ** 2, minlength=spots)
            part = stage.factor[group] * (squares + np.where(stage.adjusted[group], 0.0, absent) * centre**2)
            here = weighted_count(level.spot_domain, part, cells.size)
        result += here * _scale(stage, level, level.gather(count.astype(float)), cells.size)
    return result


def covariance(cells: Cells, parts: list[tuple[Estimate, int]]) -> Floats:
    """Compute the covariance matrix of K estimates, each of one domain.

    Parameters
    ----------
    cells
        The cells that the estimates were made of.
    parts
        Each estimate with the number of its domain.

    Returns
    -------
    numpy.ndarray
        Symmetric, shape (K, K). Sums of products are made without BLAS, so that they don't depend on its threads.
    """
    number = len(parts)
    result = np.zeros((number, number))
    for depth, (stage, level) in enumerate(zip(cells.plan.stages, cells.levels, strict=True)):
        columns, centres, scales = [], np.zeros((len(stage.size), number)), np.ones(number)
        for k, (estimate, domain) in enumerate(parts):
            u = level.gather(estimate.influence)
            if estimate.slopes:
                whole = _everywhere(cells, depth, u, estimate.slopes, domain)
                columns.append((np.arange(stage.units), whole))
                centres[:, k] = _centre(stage, whole)
            else:
                mine = np.flatnonzero(level.domain == domain)
                columns.append((level.unit[mine], u[mine]))
                here = level.spot_domain == domain
                centres[level.spot_group[here], k] = _centres(stage, level, u, cells.size)[here]
            scales[k] = _scale(stage, level, level.gather(estimate.count.astype(float)), cells.size)[domain]
        step = max(CHUNK // max(number, 1), 1)
        total = np.zeros((number, number))
        for start in range(0, stage.units, step):
            stop = min(start + step, stage.units)
            block = np.zeros((stop - start, number))
            for k, (unit, u) in enumerate(columns):
                low, high = np.searchsorted(unit, (start, stop))
                block[unit[low:high] - start, k] = u[low:high]
            group = stage.group[start:stop]
            block -= centres[group]
            block *= np.sqrt(stage.factor[group])[:, None]
            total += np.einsum("ij,ik->jk", block, block, optimize=False)
        result += total * np.sqrt(np.outer(scales, scales))
    return result


def score_covariance(plan: Plan, scores: Floats, valid: Bools) -> Floats:
    """Compute the covariance matrix of P sums Σ u of weighted scores of rows.

    Parameters
    ----------
    plan
        The plan of the sample, N rows.
    scores
        Linearised scores of the rows times their weights, shape (N, P); zero where a row is out of the domain.
    valid
        Which rows are in the domain and have every value, shape (N,).

    Returns
    -------
    numpy.ndarray
        Symmetric, shape (P, P), without BLAS. The formula is that of :func:`variance`; in R ``survey:::svyrecvar``.
    """
    number = scores.shape[1]
    if not number:
        return np.zeros((0, 0))
    result = np.zeros((number, number))
    for block, scale, _ in _blocks(plan, scores, valid):
        result += np.einsum("ij,ik->jk", block, block, optimize=False) * scale
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Variances of P sums of scores, and the degrees of freedom that these really have; each of shape (P,)."""

    variance: Floats
    satterthwaite: Floats
    welch: Floats


def score_variances(plan: Plan, scores: Floats, valid: Bools) -> Spread:
    """Compute the diagonal of :func:`score_covariance` alone, and its effective degrees of freedom.

    Notes
    -----
    PSUs less strata are those of a sum whose strata add alike. Where some add much more, as a stratum of few PSUs with
    many persons, it has fewer: (Σ v)² / Σ v_h² / ν_h, v_h being what stratum h adds, with ν_h + 1 PSUs (Satterthwaite
    1946, Biometrics Bulletin 2), or (Σ v)² / Σ v_h² / (ν_h + 2) − 2, which allows for v_h being estimated (Welch 1947,
    Biometrika 34). Of few strata the first is too low; of many, of which one adds most, t rejects at 0.1 % up to four
    times as often with the second, and about as often with the first. What second stages add counts as known. Infinite
    where no stratum adds anything.
    """
    size = scores.shape[1]
    variance, plain, allowing = (np.zeros(size) for _ in range(3))
    if size:
        for depth, (block, scale, stage) in enumerate(_blocks(plan, scores, valid)):
            variance += np.einsum("ij,ij->j", block, block, optimize=False) * scale
            if depth == 0:
                groups, nu = len(stage.size), np.maximum(stage.size - 1, 1.0)[:, None]
                parts = np.column_stack(
                    [np.bincount(stage.group, weights=each**2, minlength=groups) for each in block.T]
                )
                squares = (parts * scale) ** 2
                plain, allowing = (squares / nu).sum(axis=0), (squares / (nu + 2)).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = [np.where(below > 0, variance**2 / below - less, np.inf) for below, less in ((plain, 0), (allowing, 2))]
    return Spread(variance, *found)


def _blocks(plan: Plan, scores: Floats, valid: Bools) -> Iterator[tuple[Floats, float, Stage]]:
    """Give of each stage the units' deviations, whose products are the covariance, and what that is multiplied with."""
    scores = residuals(plan.projections, scores)
    used = (valid & (plan.weight > 0)).astype(float)
    units = len(plan.unit_psu)
    totals = np.column_stack([np.bincount(plan.unit, weights=each, minlength=units) for each in scores.T])
    rows = np.bincount(plan.unit, weights=used, minlength=units)
    for depth, stage in enumerate(plan.stages):
        here, seen = totals, rows
        if depth == 0 and len(plan.stages) > 1:
            here = np.column_stack([np.bincount(plan.unit_psu, weights=t, minlength=stage.units) for t in totals.T])
            seen = np.bincount(plan.unit_psu, weights=rows, minlength=stage.units)
        centre = np.column_stack([_centre(stage, t) for t in here.T])
        scale = 1.0
        if stage.averaged.any():
            there = np.bincount(stage.group, weights=seen, minlength=len(stage.size)) > 0
            others = (there & ~stage.averaged).sum()
            scale = float(there.sum() / others) if others else float("nan")
        yield (here - centre[stage.group]) * np.sqrt(stage.factor[stage.group])[:, None], scale, stage


@dataclass(frozen=True, slots=True)
class Presence:
    """How many rows, PSUs and strata a domain has, and whether it lies in a PSU that is a certainty."""

    n: int
    psus: int
    strata: int
    certain: bool

    def freedom(self, df: str | float, design: float) -> float:
        """Give the degrees of freedom that are asked for: the design's, the domain's, or a number."""
        return design if df == "design" else float(self.psus - self.strata) if df == "domain" else float(df)


def presence(plan: Plan, inside: Bools) -> Presence:
    """Count the PSUs and strata of the rows of a domain; rows of weight 0 count nowhere."""
    first = plan.stages[0]
    rows = inside & (plan.weight > 0)
    psus = np.unique(plan.unit_psu[plan.unit[rows]])
    groups = np.unique(first.group[psus])
    return Presence(int(rows.sum()), len(psus), len(groups), bool(first.certain[first.group[psus]].any()))


def present(level: Level, count: Ints, size: int) -> tuple[Ints, Ints, Bools]:
    """Count the units and the groups in which each domain has valid rows.

    Returns
    -------
    tuple
        Units and groups of each domain, and which pairs have valid rows.
    """
    valid = level.gather(count.astype(float)) > 0
    units = np.bincount(level.domain[valid], minlength=size)
    spots = np.bincount(level.spot[valid], minlength=len(level.spot_group)) > 0
    return units, np.bincount(level.spot_domain[spots], minlength=size), valid


def _everywhere(cells: Cells, depth: int, u: Floats, slopes: tuple[Floats, ...], domain: int) -> Floats:
    """Give the residual of every unit of a stage: calibration reaches beyond the domain."""
    level = cells.levels[depth]
    result = np.zeros(cells.plan.stages[depth].units)
    mine = level.domain == domain
    result[level.unit[mine]] = u[mine]
    for projection, slope in zip(cells.plan.projections, slopes, strict=True):
        result -= projection.totals[depth] @ slope[domain]
    return result


def _centre(stage: Stage, u: Floats) -> Floats:
    """Give the mean that the units of each group are centred at."""
    centre: Floats = np.bincount(stage.group, weights=u, minlength=len(stage.size)) / stage.size
    return np.where(stage.adjusted, u.sum() / stage.units, centre)


def _centres(stage: Stage, level: Level, u: Floats, size: int) -> Floats:
    """Give the mean that each (group, domain) is centred at."""
    sums = np.bincount(level.spot, weights=u, minlength=len(level.spot_group))
    centre = sums / stage.size[level.spot_group]
    if stage.adjusted.any():
        everywhere = np.bincount(level.domain, weights=u, minlength=size) / stage.units
        centre = np.where(stage.adjusted[level.spot_group], everywhere[level.spot_domain], centre)
    return centre


def _scale(stage: Stage, level: Level, count: Floats, size: int) -> Floats:
    """Give what each domain's variance is multiplied with so that lonely strata get the average of the others."""
    if not stage.averaged.any():
        return np.ones(size)
    seen = np.bincount(level.spot, weights=count, minlength=len(level.spot_group)) > 0
    strata = np.bincount(level.spot_domain[seen], minlength=size)
    others = np.bincount(level.spot_domain[seen & ~stage.averaged[level.spot_group]], minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(others > 0, strata / others, np.where(strata > 0, np.nan, 1.0))
