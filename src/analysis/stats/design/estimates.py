"""Means, totals and ratios of domains, linearised; and the tidy table of any estimates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.arrays import Floats, Ints
from analysis.stats.design.cells import Cells, Sums, add_up
from analysis.stats.design.measured import Pair
from analysis.stats.design.projection import slopes
from analysis.stats.design.variance import present, variance

if TYPE_CHECKING:
    import pandas as pd

#: Below this share of the squared size, a spread is rounding, and a design effect has no denominator.
NOTHING = 1e-13

ONE_PSU = "one PSU: no standard error"
ONE_SECOND = "one second-stage unit in one PSU: no standard error"
TOTAL_OF_ONE = "one PSU: the standard error is of the PSU's presence in the sample, not of what lies within it"
NO_ROWS = "no valid rows"
ONE_ROW = "one row: no variance"
NO_DF = "no degrees of freedom: no interval"
NO_BASE = "the denominator is zero"
NO_AVERAGE = "every stratum has one PSU: no standard error"


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """One statistic in every domain, with what its table and its covariances need. Arrays are of shape (domains,)."""

    variable: str
    extra: dict[str, Any]  #: further columns that name it, such as its category
    value: Floats
    influence: Floats  #: linearised scores summed over cells
    slopes: tuple[Floats, ...]  #: of the scores on what the weights were calibrated to, (domains, columns) each
    count: Ints  #: valid rows of each cell
    n: Ints
    psus: Ints
    strata: Ints
    variance: Floats
    simple: Floats  #: the variance under simple random sampling with replacement
    share: Floats  #: n / Σw, for the convention without replacement
    notes: list[list[str]]


def mean(cells: Cells, name: str, sums: Sums) -> Estimate:
    """Linearise ȳ = Σ w y / Σ w: u = w (y − ȳ) / Σ w."""
    weight = cells.by_domain(sums.weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = cells.by_domain(sums.total) / weight
        influence = _zero((sums.total - value[cells.domain] * sums.weight) / weight[cells.domain], sums.count)
        squares = _squares(cells, sums, weight)
    scores = deviations(cells, sums, value, weight)
    return finish(cells, name, value, influence, sums.count, weight, lambda n: squares / weight / (n - 1), scores)


def total(cells: Cells, name: str, sums: Sums) -> Estimate:
    """Linearise Y = Σ w y: u = w y."""
    weight = cells.by_domain(sums.weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = _squares(cells, sums, weight)
    return finish(
        cells,
        name,
        cells.by_domain(sums.total),
        sums.total,
        sums.count,
        weight,
        lambda n: squares * weight / (n - 1),
        deviations(cells, sums, np.zeros(cells.size), np.ones(cells.size)),
        is_total=True,
    )


def ratio(cells: Cells, name: str, pair: Pair) -> Estimate:
    """Linearise R = Σ w y / Σ w x: u = w (y − R x) / Σ w x. A row counts if it has both."""
    upper, lower = pair.upper, pair.lower
    weight, base = cells.by_domain(lower.weight), cells.by_domain(lower.total)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = cells.by_domain(upper.total) / base
        influence = _zero((upper.total - value[cells.domain] * lower.total) / base[cells.domain], lower.count)
        squares = pair.squares(value)

        def scores() -> Floats:
            rest: Floats = upper.rows - np.append(value, np.nan)[cells.row_domain] * lower.rows
            found: Floats = rest / np.append(base, np.nan)[cells.row_domain]
            return np.nan_to_num(found)

        return finish(
            cells,
            name,
            value,
            influence,
            lower.count,
            weight,
            lambda n: squares / (n - 1) * weight / base**2,
            scores,
        )


def population_variance(cells: Cells, name: str, values: Floats) -> Estimate:
    """Linearise s² = n / (n − 1) · Σ w (y − ȳ)² / Σ w as the mean of n / (n − 1) · (y − ȳ)²."""
    around = mean(cells, name, add_up(cells, values, name=name))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(around.n > 1, around.n / (around.n - 1), np.nan)
    centre, factor = (np.append(part, np.nan)[cells.row_domain] for part in (around.value, scale))
    away = (values - centre) ** 2 * factor
    # Rows outside every domain count nowhere, but a sum over all rows must not meet NaN where values are there.
    found = mean(cells, name, add_up(cells, np.where(cells.row_domain < 0, 0.0, away), name=name))
    for domain in np.flatnonzero(around.n == 1):
        found.n[domain], found.psus[domain], found.notes[domain][:] = 1, 1, [ONE_ROW]
    return found


def finish(
    cells: Cells,
    name: str,
    value: Floats,
    influence: Floats,
    count: Ints,
    weight: Floats,
    simple: Callable[[Ints], Floats],
    scores: Callable[[], Floats],
    *,
    is_total: bool = False,
    extra: dict[str, Any] | None = None,
) -> Estimate:
    """Add to a linearised statistic its variance, counts, and the rule of domains in a single PSU."""
    size = cells.size
    n = np.bincount(cells.domain, weights=count, minlength=size).astype(np.intp)
    first, stage = cells.levels[0], cells.plan.stages[0]
    psus, strata, valid = present(first, count, size)
    certain = np.bincount(first.domain[valid], weights=stage.certain[stage.group[first.unit[valid]]], minlength=size)
    seconds = psus
    if len(cells.levels) > 1:
        last, deeper = cells.levels[1], cells.plan.stages[1]
        seconds, _, inside = present(last, count, size)
        seconds = np.where(
            np.bincount(last.domain[inside], weights=deeper.certain[deeper.group[last.unit[inside]]], minlength=size)
            > 0,
            np.maximum(seconds, 2),
            seconds,
        )
    along = (
        slopes(cells.plan.projections, cells.row_domain, scores, size, cells.plan.weight)
        if cells.plan.projections
        else ()
    )
    spread_of_it = variance(cells, influence, count, along)
    notes: list[list[str]] = [[] for _ in range(size)]
    for domain in np.flatnonzero((psus <= 1) | ~np.isfinite(spread_of_it)):
        if n[domain] == 0:
            value[domain], spread_of_it[domain] = np.nan, np.nan
            notes[domain].append(NO_ROWS)
        elif not np.isfinite(value[domain]):
            value[domain], spread_of_it[domain] = np.nan, np.nan
            notes[domain].append(NO_BASE)
        elif np.isnan(spread_of_it[domain]):
            notes[domain].append(NO_AVERAGE)
        elif psus[domain] == 1 and not certain[domain]:
            notes[domain].append(TOTAL_OF_ONE if is_total else ONE_PSU)
            if not is_total:
                spread_of_it[domain] = np.nan
        elif len(cells.levels) > 1 and seconds[domain] == 1 and not is_total:
            notes[domain].append(ONE_SECOND)
            spread_of_it[domain] = np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        return Estimate(
            name,
            extra or {},
            value,
            influence,
            along,
            count,
            n,
            psus,
            strata,
            spread_of_it,
            np.where(n > 1, simple(n), np.nan),
            n / weight,
            notes,
        )


def design_df(cells: Cells, estimate: Estimate, df: str | float, frame_df: float) -> Floats:
    """Give the degrees of freedom of each domain."""
    if df == "design":
        return np.full(cells.size, frame_df)
    if df == "domain":
        return (estimate.psus - estimate.strata).astype(float)
    return np.full(cells.size, float(df))


def quantile_of_t(level: float, df: Floats) -> Floats:
    """Give the two-sided quantile of Student's t, of the normal where df is infinite, NaN where it is not positive."""
    from scipy import special

    with np.errstate(invalid="ignore"):
        t: Floats = special.stdtrit(np.where(np.isinf(df) | (df <= 0), 1.0, df), (1 + level) / 2)
    return np.where(df <= 0, np.nan, np.where(np.isinf(df), special.ndtri((1 + level) / 2), t))


def table(
    cells: Cells, estimates: list[Estimate], bounds: list[tuple[Floats, Floats]], dfs: list[Floats], deff: str
) -> pd.DataFrame:
    """Lay estimates out as rows: variable by variable, and the domains in their order."""
    import pandas as pd

    frames = []
    for estimate, (lower, upper), df in zip(estimates, bounds, dfs, strict=True):
        notes = ["; ".join([*given, *([NO_DF] if bad else [])]) for given, bad in
                 zip(estimate.notes, (df <= 0) & ~np.isnan(estimate.variance), strict=True)]  # fmt: skip
        with np.errstate(divide="ignore", invalid="ignore"):
            simple = estimate.simple * (1 - estimate.share if deff == "wor" else 1.0)
            effect = np.where(simple > 0, estimate.variance / simple, np.nan)
        frames.append(
            pd.DataFrame(
                {
                    "variable": estimate.variable,
                    **estimate.extra,
                    **{name: cells.domains[name].array for name in cells.domains.columns},
                    "estimate": estimate.value,
                    "se": np.sqrt(estimate.variance),
                    "lower": lower,
                    "upper": upper,
                    "df": df,
                    "n": estimate.n,
                    "psus": estimate.psus,
                    "deff": effect,
                    "note": notes,
                }
            )
        )
    result = pd.concat(frames, ignore_index=True)
    result.attrs["deff"] = deff
    return result


def symmetric(estimate: Estimate, df: Floats, level: float) -> tuple[Floats, Floats]:
    """Give estimate ± t · se."""
    half = quantile_of_t(level, df) * np.sqrt(estimate.variance)
    return estimate.value - half, estimate.value + half


def _zero(influence: Floats, count: Ints) -> Floats:
    """Cells without valid rows have no influence, whatever 0 / 0 gave."""
    return np.where(count > 0, influence, 0.0)


def deviations(cells: Cells, sums: Sums, value: Floats, weight: Floats) -> Callable[[], Floats]:
    """Give how to find the score (y − value) / weight of each row, zero where it counts for nothing."""

    def scores() -> Floats:
        domain = cells.row_domain
        found: Floats = (sums.rows - np.append(value, np.nan)[domain]) / np.append(weight, np.nan)[domain]
        return np.nan_to_num(found)

    return scores


def _squares(cells: Cells, sums: Sums, weight: Floats) -> Floats:
    """Σ w (y − ȳ)² of each domain; rounding alone is no spread."""
    around = cells.by_domain(sums.squares)
    shift = cells.by_domain(sums.total - sums.centre * sums.weight)
    squares = around - shift**2 / weight
    return np.where(squares > NOTHING * (around + sums.centre**2 * weight), squares, 0.0)
