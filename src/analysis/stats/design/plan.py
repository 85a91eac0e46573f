"""The plan of a sample: who was drawn with whom, and what each stage adds to a variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.stats.arrays import Bools, Floats, Ints

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.design.projection import Projection
    from analysis.stats.design.sample import Sample

LONELY = ("error", "remove", "certainty", "adjust", "average")
#: Below this share of units not drawn, a group counts as drawn completely (R's `survey` has the same bound).
COMPLETE = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One stage of sampling: units in groups (PSUs in strata; second-stage units in PSUs).

    A group adds ``factor · Σ (u − centre)²`` to a variance, over all its ``size`` units; the centre is the group's
    mean, or the mean of all units where it is ``adjusted``.
    """

    group: Ints
    size: Floats
    factor: Floats
    #: Groups of one unit, centred at the mean of all units (``lonely_psu="adjust"``).
    adjusted: Bools
    #: Groups of one unit that get the average of the others (``lonely_psu="average"``).
    averaged: Bools
    #: Groups that were drawn completely, or are taken for it.
    certain: Bools

    @property
    def units(self) -> int:
        """How many units the stage has."""
        return len(self.group)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Weights and codes of the rows, and the stages that have a variance (two with a second-stage FPC, else one)."""

    weight: Floats
    #: The finest unit of each row that the variance needs: its PSU, or its second-stage unit.
    unit: Ints
    #: The PSU of each finest unit.
    unit_psu: Ints
    stages: tuple[Stage, ...]
    #: PSUs less strata that have rows of positive weight.
    df: float
    #: What the weights were calibrated to, the oldest first.
    projections: tuple[Projection, ...] = ()


def compact(codes: Any, size: int) -> tuple[Ints, Ints]:
    """Renumber the codes that occur, in their order: give the new code of each row, and the old code of each new."""
    if size <= max(4 * len(codes), 1_000_000):
        seen = np.zeros(size, dtype=bool)
        seen[codes] = True
        if seen.all():
            return codes, np.arange(size)
        return (np.cumsum(seen) - 1)[codes], np.flatnonzero(seen)
    old, new = np.unique(codes, return_inverse=True)
    return new, old


def make_plan(design: Sample) -> Plan:
    """Hold the columns of a design to what they must be, and code them.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S001 with every fault at once.
    """
    faults = _unknown(design)
    if faults:
        raise DuzhengError(*faults)
    weight = _weights(design, faults)
    stratum, strata = _codes(design, "strata", faults)
    psu, psus = _codes(design, "psu", faults)
    ssu, _ = _codes(design, "ssu", faults)
    if faults:
        raise DuzhengError(*faults)
    rows = len(weight)
    psu = _given(psu, np.arange(rows, dtype=np.intp))
    stratum = _given(stratum, np.zeros(rows, dtype=np.intp))
    if psus is not None and not design.nest:
        faults += _crossing(psu, stratum, psus, strata, str(design.psu))
    psu, pairs = compact(stratum * (int(psu.max()) + 1) + psu, (int(stratum.max()) + 1) * (int(psu.max()) + 1))
    group = np.empty(len(pairs), dtype=np.intp)
    group[psu] = stratum
    names = strata if strata is not None else ["(the only one)"]
    sizes = _populations(design, faults)
    first = _stage(design, group, _once(sizes[0], psu, group, faults, 1), faults, names)
    stages, unit = [first], psu
    unit_psu: Ints = np.arange(len(pairs))
    if ssu is not None and sizes[1] is not None:
        wide = int(ssu.max()) + 1
        unit, codes = compact(psu * wide + ssu, wide * len(pairs))
        unit_psu = codes // wide
        second = _stage(design, unit_psu, _once(sizes[1], unit, unit_psu, faults, 2), faults, None)
        drawn = _drawn(first, sizes[0], psu, group)[group]
        stages.append(
            Stage(unit_psu, second.size, second.factor * drawn, second.adjusted, second.averaged, second.certain)
        )
    if faults:
        raise DuzhengError(*faults)
    return Plan(weight, unit, unit_psu, tuple(stages), freedom(weight, psu, group))


def freedom(weight: Floats, psu: Ints, stratum: Ints) -> float:
    """Count the PSUs less the strata that have rows of positive weight."""
    used = np.flatnonzero(np.bincount(psu, weights=weight) > 0)
    return float(len(used) - len(np.unique(stratum[used])))


def _given(codes: Ints | None, otherwise: Ints) -> Ints:
    return otherwise if codes is None else codes


def _wrong(found: str, expected: str, hint: str, column: object = "") -> Fault:
    return Fault("DZ-S001", found=found, expected=expected, hint=hint, column=str(column or ""))


def _unknown(design: Sample) -> list[Fault]:
    """Find what keeps the columns from being read at all."""
    faults = []
    second = design.fpc if isinstance(design.fpc, tuple) else (design.fpc,)
    for role, name in [
        ("weights", design.weights),
        ("strata", design.strata),
        ("psu", design.psu),
        ("ssu", design.ssu),
        *(("fpc", part) for part in second),
    ]:
        if name is None:
            continue
        if name not in design.data.columns:
            given = ", ".join(map(str, design.data.columns[:20]))
            faults.append(_wrong(f"{role}={name!r}", f"a column of the data ({given})", "check the spelling"))
    if not len(design.data):
        faults.append(_wrong("no rows", "at least one respondent", "look whether a filter took them all"))
    if design.lonely_psu not in LONELY:
        faults.append(_wrong(f"lonely_psu={design.lonely_psu!r}", " or ".join(LONELY), "choose one of them"))
    if design.ssu is not None and design.psu is None:
        faults.append(_wrong("ssu without psu", "both", "name the column of the primary sampling units as psu"))
    pair = isinstance(design.fpc, tuple)
    if pair and len(second) != 2:  # noqa: PLR2004  a pair
        faults.append(_wrong(f"fpc of {len(second)} columns", "one, or a pair", "designs have at most two stages here"))
    if pair and design.ssu is None:
        faults.append(
            _wrong("a second-stage fpc without ssu", "both", "name the column of the second-stage units as ssu")
        )
    if design.ssu is not None and design.fpc is not None and not pair:
        faults.append(
            _wrong(
                "an fpc of the first stage only, with second-stage units",
                "a pair of columns",
                "give fpc=(first, second), with a column of infinity where the second stage has no correction, "
                "or leave ssu out",
            )
        )
    return faults


def _weights(design: Sample, faults: list[Fault]) -> Floats:
    """Read the weights: finite, not negative, with a positive sum."""
    column = design.data[design.weights]
    try:
        weight = np.ascontiguousarray(column.to_numpy(dtype=float, na_value=np.nan))
    except (TypeError, ValueError):
        faults.append(
            _wrong(f"values of type {column.dtype}", "numbers", "convert the weights to numbers", design.weights)
        )
        return np.ones(len(column))
    name = design.weights
    for bad, what in ((np.isnan(weight), "missing"), (np.isinf(weight), "infinite"), (weight < 0, "negative")):
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            faults.append(
                _wrong(
                    f"{int(bad.sum())} {what} weights, the first at position {row}",
                    "finite weights, zero or more",
                    "leave out who was not in the sample, and give nonrespondents no row or weight 0",
                    name,
                )
            )
    if not faults and weight.sum() <= 0:
        faults.append(_wrong("weights that sum to zero", "a positive sum", "look whether the column is filled", name))
    return weight


def _codes(design: Sample, role: str, faults: list[Fault]) -> tuple[Ints | None, Any]:
    """Code a column of strata or units; a missing value is a fault."""
    import pandas as pd

    name = getattr(design, role)
    if name is None:
        return None, None
    codes, values = pd.factorize(design.data[name], sort=False)
    absent = int((codes < 0).sum())
    if absent:
        faults.append(
            _wrong(f"{absent} rows without a value", "one in every row", f"fill in {role} or leave the rows out", name)
        )
    return codes.astype(np.intp), values


def _crossing(psu: Ints, stratum: Ints, psus: Any, strata: Any, column: str) -> list[Fault]:
    """Find PSUs whose name stands in two strata, where names are not nested."""
    wide = int(stratum.max()) + 1
    pairs = np.unique(psu * wide + stratum)
    crossing = np.flatnonzero(np.bincount(pairs // wide) > 1)
    faults = []
    for code in crossing[:20]:
        where = ", ".join(str(strata[pair % wide]) for pair in pairs[pairs // wide == code])
        faults.append(
            _wrong(
                f"PSU {psus[code]} in the strata {where}"
                + (f" ({len(crossing)} such PSUs)" if code == crossing[0] and len(crossing) > 1 else ""),
                "each PSU in one stratum",
                "mend the codes, or say nest=True if names of PSUs are used again in each stratum",
                column,
            )
        )
    return faults


def _populations(design: Sample, faults: list[Fault]) -> tuple[Floats | None, Floats | None]:
    """Read the FPC columns as they stand."""
    names = design.fpc if isinstance(design.fpc, tuple) else (design.fpc, None)
    read: list[Floats | None] = []
    for name in names:
        if name is None:
            read.append(None)
            continue
        column: pd.Series[Any] = design.data[name]
        try:
            values = column.to_numpy(dtype=float, na_value=np.nan)
        except (TypeError, ValueError):
            values = np.full(len(column), np.nan)
        if np.isnan(values).any() or (values <= 0).any():
            bad = int((~(values > 0)).sum())
            hint = "give the number of units in the population, or the fraction drawn"
            faults.append(_wrong(f"{bad} values missing, zero or negative", "positive numbers", hint, name))
            read.append(None)
        elif (values < 1).any() and (values > 1).any():
            hint = "give all as numbers of units or all as fractions"
            faults.append(_wrong("numbers of units and fractions together", "one of the two", hint, name))
            read.append(None)
        else:
            read.append(values)
    return read[0], read[1] if len(read) > 1 else None


def _once(values: Floats | None, unit: Ints, group: Ints, faults: list[Fault], stage: int) -> Floats | None:
    """Give each group its one FPC; two in a group are a fault."""
    if values is None:
        return None
    rows = group[unit]
    count = int(group.max()) + 1
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, rows, values)
    np.maximum.at(high, rows, values)
    differ = int((low != high).sum())
    if differ:
        where = "stratum" if stage == 1 else "PSU"
        faults.append(
            _wrong(f"different fpc within a {where} ({differ} such)", f"one in each {where}", "mend the column")
        )
        return None
    return low


def _stage(design: Sample, group: Ints, fpc: Floats | None, faults: list[Fault], names: Any) -> Stage:
    """Make the factors of one stage: (1 − n / N) n / (n − 1), and what was decided for groups of one unit."""
    size = np.bincount(group).astype(float)
    count = len(size)
    population = np.full(count, np.inf) if fpc is None else fpc
    if fpc is not None and (fpc <= 1).all():
        population = size / fpc
    small = population < size * (1 - 1e-12)
    if small.any():
        first = int(np.flatnonzero(small)[0])
        where = f"stratum {names[first]}" if names is not None else "a PSU"
        faults.append(
            _wrong(
                f"{int(size[first])} units drawn of {population[first]:g} in {where} ({int(small.sum())} such)",
                "an fpc at least as large as the sample",
                "the fpc counts units of its own stage in the population, not persons, or is the fraction drawn",
            )
        )
    rest = np.where(np.isinf(population), 1.0, 1.0 - size / population)
    complete = rest < COMPLETE
    lonely = (size == 1) & ~complete
    rule = design.lonely_psu
    if lonely.any() and (rule == "error" or (names is None and rule == "average")):
        which = [str(names[code]) for code in np.flatnonzero(lonely)[:20]] if names is not None else []
        what = f"only one PSU in the strata {', '.join(which)}" if which else "only one second-stage unit in some PSUs"
        faults.append(
            _wrong(
                f"{what} ({int(lonely.sum())} such)",
                "at least two, or a decision",
                "merge it with a neighbour, or say lonely_psu='certainty' (drawn for sure), 'remove', "
                "'adjust' (around the mean of all)" + (" or 'average'" if names is not None else ""),
            )
        )
    factor = np.where(complete, 0.0, rest * size / np.maximum(size - 1, 1))
    adjusted = lonely & (rule == "adjust")
    factor[lonely & ~adjusted] = 0.0
    certain = complete | (lonely & (rule == "certainty"))
    return Stage(group, size, factor, adjusted, lonely & (rule == "average"), certain)


def _drawn(first: Stage, values: Floats | None, psu: Ints, group: Ints) -> Floats:
    """Give the fraction n / N of the PSUs drawn in each stratum, which the second stage is multiplied with."""
    if values is None:
        return np.zeros(len(first.size))
    fpc = np.empty(len(first.size))
    fpc[group[psu]] = values
    if (fpc <= 1).all():
        return fpc
    return np.where(np.isinf(fpc), 0.0, first.size / fpc)
