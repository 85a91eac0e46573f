"""Estimates of the groups of a column from a tally, with the covariance of the groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.stats.arrays import Bools, Floats, Ints
from analysis.stats.design.cells import weighted_count
from analysis.stats.design.estimates import (
    NO_AVERAGE,
    NO_DF,
    NO_ROWS,
    NOTHING,
    ONE_PSU,
    ONE_SECOND,
    Estimate,
    quantile_of_t,
)
from analysis.stats.design.plan import Stage
from analysis.stats.design.proportions import interval
from analysis.stats.design.tallies import BLOCK, Column, Lattice, Tally, centred, summed

#: Variances of shares below this are rounding.
KNOWN = 1e-24


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """R statistics of a tally of C categories, each Σ a t / Σ b t of its category sums t."""

    above: Floats  #: a, (R, C)
    below: Floats  #: b, (R, C)
    share: Bools  #: which are shares of the rows below, (R,)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """R statistics in the D groups of a column. Arrays are (D, R)."""

    value: Floats
    variance: Floats
    lower: Floats
    upper: Floats
    df: Floats
    n: Ints  #: rows of the base
    psus: Ints
    weight: Floats  #: Σ w of the base
    effective: Floats  #: (Σ w)² / Σ w² of the base (Kish 1965)
    covariance: Floats | None  #: between groups, (R, D, D)
    notes: list[list[str]]  #: of each group and statistic, in the order of the arrays


def compared(
    lattice: Lattice, counted: Tally, column: Column, wanted: Wanted, *, level: float, df: str | float, method: str,
    between: bool,
) -> Compared:  # fmt: skip
    """Estimate statistics of a variable in the groups of a column.

    Parameters
    ----------
    lattice, counted
        The cells, and a variable counted over them.
    column
        The column of groups, one of the lattice's.
    wanted
        The statistics.
    level, df, method
        Of the intervals, as for :meth:`analysis.stats.SurveyDesign.proportion`; of other statistics than shares they
        are symmetric.
    between
        Whether the covariance between the groups is wanted.

    Notes
    -----
    The estimates, errors, degrees of freedom and notes are those of ``mean`` and ``proportion`` of
    :class:`analysis.stats.SurveyDesign`, whose linearisation this is, with every category and group at once: scores
    w (a − R b) / Σ w b of the rows. Where the units of a stage are single rows, their spread about the mean of their
    group is found from sums of squares.
    """
    weight, rows = (summed(column.group, part, column.size) for part in (counted.weight, counted.rows))
    base = weight @ wanted.below.T
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (weight @ wanted.above.T) / base
    inside, outside = rows @ (wanted.above != 0).T, rows @ ((wanted.below - wanted.above) != 0).T
    none, every = wanted.share & (inside == 0) & (base > 0), wanted.share & (outside == 0) & (base > 0)
    value = np.where(none, 0.0, np.where(every, 1.0, value))
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (wanted.above[None] - value[:, :, None] * wanted.below[None]) / base[:, :, None]
    slope = np.where((none | every | (base <= 0))[:, :, None], 0.0, slope)
    spread, covariance = _spread(lattice, counted, column, wanted, slope, between=between)
    here = _bases(lattice, counted, column, wanted)
    notes = _noted(lattice, here, value, spread)
    freedom = (here.psus - here.strata).astype(float) if df == "domain" else np.full(
        value.shape, lattice.plan.df if df == "design" else float(df))  # fmt: skip
    squares = summed(column.group, counted.squares[:, : counted.size], column.size) @ wanted.below.T
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = base**2 / squares
    lower, upper = _bounds(value, spread, freedom, here.n, wanted.share, notes, level, method)
    if covariance is not None:
        refused = np.isnan(spread).T
        covariance[refused] = np.nan
        np.swapaxes(covariance, 1, 2)[refused] = np.nan
    return Compared(value, spread, lower, upper, freedom, here.n, here.psus, base, effective, covariance, notes)


def differences(found: Compared) -> tuple[Ints, Ints, Floats, Floats]:
    """Test every two groups of a column against each other.

    Returns
    -------
    tuple
        The first and the second group of each of K pairs, and t of first − second and its two-sided p, (R, K): by
        Student's distribution with the fewer degrees of freedom of the two, as ``contrast`` of a design with
        ``df="domain"``. NaN where there is no standard error, or the difference has none.
    """
    from scipy import special

    first, second = np.triu_indices(len(found.value), 1)
    covariance = found.covariance
    if covariance is None:
        empty = np.full((found.value.shape[1], len(first)), np.nan)
        return first, second, empty, empty
    own = np.einsum("rdd->rd", covariance)
    spread = own[:, first] + own[:, second] - 2 * covariance[:, first, second]
    size = own[:, first] + own[:, second]
    freedom = np.minimum(found.df[first], found.df[second]).T
    with np.errstate(divide="ignore", invalid="ignore"):
        # What is left of equal numbers by rounding is no spread.
        t = np.where(spread > 1e-12 * size, (found.value[first] - found.value[second]).T / np.sqrt(spread), np.nan)
        normal = 2 * special.ndtr(-np.abs(t))
        p = np.where(np.isinf(freedom), normal, 2 * special.stdtr(np.where(freedom > 0, freedom, np.nan), -np.abs(t)))
    return first, second, t, p


@dataclass(frozen=True, slots=True, eq=False)
class _Bases:
    """How many rows, units and strata the base of each statistic has in each group, (D, R)."""

    n: Ints
    psus: Ints
    strata: Ints
    certain: Bools
    seconds: Ints


def _bases(lattice: Lattice, counted: Tally, column: Column, wanted: Wanted) -> _Bases:
    bases, which = np.unique(wanted.below, axis=0, return_inverse=True)
    which = which.ravel()
    found = np.zeros((5, column.size, len(bases)), dtype=np.intp)
    for k, base in enumerate(bases):
        rows = counted.rows @ base
        n = weighted_count(column.group[column.group >= 0], rows[column.group >= 0], column.size)
        psus, strata, certain = _present(lattice, 0, column, rows)
        seconds = psus
        if len(lattice.plan.stages) > 1:
            seconds, _, sure = _present(lattice, 1, column, rows)
            seconds = np.where(sure, np.maximum(seconds, 2), seconds)
        found[:, :, k] = n, psus, strata, certain, seconds
    n, psus, strata, certain, seconds = found[:, :, which]
    return _Bases(n, psus, strata, certain > 0, seconds)


def _present(lattice: Lattice, depth: int, column: Column, rows: Floats) -> tuple[Ints, Ints, Bools]:
    """Count the units and groups of a stage in which each group of the column has rows, and tell of certain ones."""
    stage, size = lattice.plan.stages[depth], column.size
    inside = (column.group >= 0) & (rows > 0)
    place, of = lattice.places(depth)[inside], column.group[inside]
    if lattice.single(depth):
        units = np.bincount(of, weights=rows[inside], minlength=size)
        pairs = np.unique(place * size + of)
        group = pairs // size
    else:
        pairs = np.unique(place * size + of)
        units, group = np.bincount(pairs % size, minlength=size), stage.group[pairs // size]
    strata = np.bincount(np.unique(group * size + pairs % size) % size, minlength=size)
    certain = np.bincount(pairs % size, weights=stage.certain[group], minlength=size) > 0
    return units.astype(np.intp), strata, certain


def _noted(lattice: Lattice, here: _Bases, value: Floats, spread: Floats) -> list[list[str]]:
    """Take errors back that there are none of, and say why: as ``finish`` of :mod:`analysis.stats.design.estimates`."""
    cases = [
        (here.n == 0, NO_ROWS), (np.isnan(spread), NO_AVERAGE), ((here.psus == 1) & ~here.certain, ONE_PSU),
        ((here.seconds == 1) & (len(lattice.plan.stages) > 1), ONE_SECOND),
    ]  # fmt: skip
    which = np.select([case for case, _ in cases], range(1, len(cases) + 1), 0)
    spread[which > 0] = np.nan
    value[here.n == 0] = np.nan
    said = ["", *(note for _, note in cases)]
    return [[said[code]] if code else [] for code in which.ravel()]


def _bounds(
    value: Floats, spread: Floats, df: Floats, n: Ints, share: Bools, notes: list[list[str]], level: float, method: str
) -> tuple[Floats, Floats]:
    half = quantile_of_t(level, df) * np.sqrt(spread)
    lower, upper = value - half, value + half
    if share.any():
        which = np.flatnonzero(np.broadcast_to(share, value.shape))
        nothing = np.zeros(0)
        rows = n.ravel()[which]
        parts = Estimate("", {}, value.ravel()[which], nothing, (), rows, rows, rows, rows, spread.ravel()[which],
                         nothing, nothing, [notes[place] for place in which])  # fmt: skip
        lower.flat[which], upper.flat[which] = interval(parts, df.ravel()[which], level, method)
    # A share that the weights were calibrated to has no error but rounding, whose interval would be noise.
    known = (spread < KNOWN) & (value > 0) & (value < 1) & (df > 0) & share
    lower[known], upper[known] = value[known], value[known]
    for place in np.flatnonzero((df <= 0) & ~np.isnan(spread)):
        notes[place].append(NO_DF)
    return lower, upper


def _spread(
    lattice: Lattice, counted: Tally, column: Column, wanted: Wanted, slope: Floats, *, between: bool
) -> tuple[Floats, Floats | None]:
    """Compute variances (D, R), and covariances between groups (R, D, D): the sum over stages of the plan."""
    groups, number, _ = slope.shape
    along = _along(lattice, counted, column, slope)
    total, joint = np.zeros((groups, number)), np.zeros((number, groups, groups)) if between else None
    for depth, stage in enumerate(lattice.plan.stages):
        part = _Part(lattice, counted, column, slope, along, depth, stage)
        here, both = part.by_rows(between=between) if lattice.single(depth) else part.by_units(between=between)
        scale = _scales(lattice, counted, column, wanted, depth, stage)
        total += here * scale
        if joint is not None and both is not None:
            joint += both * np.sqrt(scale.T[:, :, None] * scale.T[:, None, :])
    return total, joint


def _along(lattice: Lattice, counted: Tally, column: Column, slope: Floats) -> list[Floats]:
    """Regress the scores of every group on what the weights were calibrated to: slopes (D, R, J)."""
    found: list[Floats] = []
    for calibration, sums in zip(lattice.calibrations, counted.before, strict=True):
        of = _crossed(column, sums, calibration.columns)
        moment = np.einsum("dcj,drc->drj", of, slope, optimize=False)
        for earlier, crossed in zip(found, calibration.crossed, strict=True):
            moment = moment - earlier @ crossed
        found.append(moment @ calibration.inverse)
    return found


def _crossed(column: Column, sums: Floats, columns: Any) -> Floats:
    """Sum categories of cells (F, C) times auxiliary variables of cells (F, J) over groups, (D, C, J)."""
    from scipy import sparse

    inside, wide = np.flatnonzero(column.group >= 0), sums.shape[1]
    place = (column.group[inside, None] * wide + np.arange(wide)).ravel()
    at = (sums[inside].ravel(), (place, np.repeat(inside, wide)))
    found = sparse.csr_array(at, shape=(column.size * wide, len(sums))) @ columns
    return np.asarray(found.toarray()).reshape(column.size, wide, -1)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """What one stage adds to the variances."""

    lattice: Lattice
    counted: Tally
    column: Column
    slope: Floats
    along: list[Floats]
    depth: int
    stage: Stage

    def scores(self, places: Ints, start: int, stop: int) -> Floats:
        """Sum the linearised scores over places start … stop − 1, less what calibration explains, (places, D, R)."""
        size = self.column.size
        inside = np.flatnonzero((places >= start) & (places < stop) & (self.column.group >= 0))
        flat = (places[inside] - start) * size + self.column.group[inside]
        sums = summed(flat, self.counted.weight[inside], (stop - start) * size).reshape(stop - start, size, -1)
        found: Floats = np.einsum("udc,drc->udr", sums, self.slope, optimize=False)
        for explained, along in zip(self.lattice.explained(places, start, stop), self.along, strict=True):
            flattened = along.reshape(-1, along.shape[2]).T
            found -= np.asarray(explained @ flattened).reshape(found.shape)
        return found

    def centre(self) -> tuple[Floats, Floats]:
        """Give the sums of the stage's groups and what their units are centred at, (H, D, R) each."""
        places = self.lattice.places(self.depth)
        groups = places if self.lattice.single(self.depth) else self.stage.group[places]
        sums = self.scores(groups, 0, len(self.stage.size))
        return sums, centred(self.stage, sums)

    def by_units(self, *, between: bool) -> tuple[Floats, Floats | None]:
        """Add up squares and products of units about the mean of their group."""
        stage, places = self.stage, self.lattice.places(self.depth)
        _, centre = self.centre()
        groups, number = self.slope.shape[:2]
        total, joint = np.zeros((groups, number)), np.zeros((number, groups, groups)) if between else None
        step = max(BLOCK // (groups * max(number, self.counted.size)), 1)
        for start in range(0, stage.units, step):
            stop = min(start + step, stage.units)
            group = stage.group[start:stop]
            block = self.scores(places, start, stop) - centre[group]
            block *= np.sqrt(stage.factor[group])[:, None, None]
            total += np.einsum("udr,udr->dr", block, block, optimize=False)
            if joint is not None:
                for k in range(number):
                    each = np.ascontiguousarray(block[:, :, k])
                    joint[k] += np.einsum("ud,ue->de", each, each, optimize=False)
        return total, joint

    def by_rows(self, *, between: bool) -> tuple[Floats, Floats | None]:
        """Add up squares and products of rows about the mean of their group, from sums of squares."""
        stage, places, column = self.stage, self.lattice.places(self.depth), self.column
        sums, centre = self.centre()
        factor = stage.factor[places][:, None]
        own = np.einsum("dk,drk->dr", summed(column.group, self.counted.squares * factor, column.size),
                        self.counted.squared(self.slope), optimize=False)  # fmt: skip
        mixed = [
            np.einsum(
                "dcj,drc->drj", _crossed(column, product * factor, calibration.columns), self.slope, optimize=False
            )
            for product, calibration in zip(self.counted.products, self.lattice.calibrations, strict=True)
        ]
        weights = stage.factor[:, None, None]
        size = (stage.factor * stage.size)[:, None, None]
        gram = self.lattice.gram(self.depth)
        total = (
            own + np.einsum("hdr,hdr->dr", centre * size, centre) - 2 * np.einsum("hdr,hdr->dr", sums * weights, centre)
        )
        for k, (of, along) in enumerate(zip(mixed, self.along, strict=True)):
            total -= 2 * np.einsum("drj,drj->dr", of, along)
            for m, other in enumerate(self.along):
                total += np.einsum("drj,drj->dr", along, _times(gram[k][m], other))
        # The sums are of large squares: what is left of them by rounding is no spread.
        total = np.where(total > NOTHING * own, total, 0.0)
        if not between:
            return total, None
        joint = np.zeros((self.slope.shape[1], column.size, column.size))
        for r in range(self.slope.shape[1]):
            z, c = sums[:, :, r] * stage.factor[:, None], centre[:, :, r]
            half = np.einsum("hd,he->de", z, c, optimize=False)
            both = np.einsum("hd,he->de", c * size[:, :, 0], c, optimize=False) - half - half.T
            for k, (of, along) in enumerate(zip(mixed, self.along, strict=True)):
                half = np.einsum("dj,ej->de", of[:, r], along[:, r], optimize=False)
                both -= half + half.T
                for m, other in enumerate(self.along):
                    both += np.einsum("dj,ej->de", along[:, r], _times(gram[k][m], other)[:, r], optimize=False)
            joint[r] = both
        joint[:, np.arange(column.size), np.arange(column.size)] = total.T
        return total, joint


def _scales(lattice: Lattice, counted: Tally, column: Column, wanted: Wanted, depth: int, stage: Stage) -> Floats:
    """Give what variances are multiplied with so that lonely strata get the average of the others, (D, R)."""
    if not stage.averaged.any():
        return np.ones((column.size, len(wanted.below)))
    places = lattice.places(depth)
    group = places if lattice.single(depth) else stage.group[places]
    inside = np.flatnonzero(column.group >= 0)
    flat = group[inside] * column.size + column.group[inside]
    rows = summed(flat, (counted.rows @ wanted.below.T)[inside], len(stage.size) * column.size)
    seen = rows.reshape(len(stage.size), column.size, -1) > 0
    strata, others = seen.sum(axis=0), seen[~stage.averaged].sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(others > 0, strata / others, np.where(strata > 0, np.nan, 1.0))


def _times(gram: Any, along: Floats) -> Floats:
    """Multiply slopes (D, R, K) with a sparse matrix (J, K), (D, R, J)."""
    found: Floats = np.asarray(gram @ along.reshape(-1, along.shape[2]).T).T.reshape(*along.shape[:2], -1)
    return found
