"""Cells made where the data are: in a database or over Parquet files, by one grouped query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.stats.design.cells import Cells, Sums, make_cells, weighted_count
from analysis.stats.design.measured import Pair
from analysis.stats.design.plan import Floats, Ints, Plan
from analysis.stats.design.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.design.sample import Sample

#: Rows that are looked at for a number in the midst of each variable, around which squares are taken.
GLANCE = 4096
#: Columns of a query's answer; no column of the data is called so.
WEIGHT, ROWS = "duzheng weight", "duzheng rows"


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """A table that stays where it is; DuckDB reads Parquet files, other engines come as an Ibis table.

    Sums of a parallel engine are added in no fixed order: from run to run they agree to about 1e-12, not to the bit.
    """

    table: Any = field(repr=False)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.table.columns)

    def __len__(self) -> int:
        return int(self.table.count().execute())


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """What is summed of a row: a value where it is valid, and perhaps its product with another."""

    value: Any  #: an expression of floats
    valid: Any  #: an expression of booleans
    centre: float
    indicator: bool = False  #: 0 or 1, whose square is itself
    partner: Measure | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The answer of a query: the cells of a design, and the sums of every measure by its key."""

    cells: Cells
    sums: dict[Any, Sums]
    products: dict[Any, Floats]  #: Σ w (y − c)(x − c) of measures with a partner

    def value(self, name: str) -> Sums:
        """Give the sums of a numeric variable."""
        return self.sums[name]

    def categories(self, name: str) -> Iterator[tuple[Any, Sums]]:
        """Give the sums of the indicator of each category."""
        return ((key[1], sums) for key, sums in self.sums.items() if key[0] == name)

    def pair(self, numerator: str, denominator: str) -> Pair:
        """Give the sums of two numeric variables over the rows that have both."""
        upper, lower = self.sums[numerator, denominator, 0], self.sums[numerator, denominator, 1]
        product = self.products[numerator, denominator, 0]

        def squares(ratio: Floats) -> Floats:
            r = np.nan_to_num(ratio)[self.cells.domain]
            # y − R x = (c − R c′) + (y − c) − R (x − c′), c and c′ in the midst of y and x.
            shift = upper.centre - r * lower.centre
            y, x = upper.total - upper.centre * upper.weight, lower.total - lower.centre * lower.weight
            rest = shift**2 * upper.weight + 2 * shift * (y - r * x)
            return self.cells.by_domain(rest + upper.squares - 2 * r * product + r**2 * lower.squares)

        return Pair(upper, lower, squares)


def is_engine(data: Any) -> bool:
    """Tell whether data are a path or an Ibis table."""
    return isinstance(data, str | Path | Engine) or type(data).__module__.partition(".")[0] == "ibis"


def open_table(data: Any) -> Engine:
    """Open Parquet files (a path or a pattern) with DuckDB, or take an Ibis table as it is.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S001 if there is no such file or it is not Parquet.
    """
    if isinstance(data, Engine):
        return data
    if not isinstance(data, str | Path):
        return Engine(data)
    import duckdb
    import ibis

    try:
        return Engine(ibis.duckdb.connect().read_parquet(str(data)))
    except duckdb.Error as error:
        why = str(error).splitlines()[0]
        raise DuzhengError(
            Fault("DZ-S001", file=str(data), found=why, expected="Parquet files", hint="check the path")
        ) from error


def make_plan(design: Sample) -> Plan:
    """Make the plan of a table that is not in memory, from its units.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S001 with every fault.
    """
    engine: Engine = design.data
    unknown = [name for name in [design.weights, *_units(design), *_populations(design)] if name not in engine.columns]
    faults = [
        _fault(f"{name!r}", f"a column of the table ({', '.join(engine.columns[:20])})", "check the spelling", name)
        for name in unknown
    ]
    if design.psu is None:
        hint = "name the column of the units that were drawn first; where each row is one, read the rows into a frame"
        faults.append(_fault("a table without psu", "units to group by", hint, ""))
    faults = faults or _check(design)
    if faults:
        raise DuzhengError(*faults)
    return _units_of(design, _query(design, [], {})).plan


def gather(design: Sample, statistic: str, names: list[str], by: list[str], denominator: str | None) -> Gathered:
    """Group the table by units and domains, sum what a statistic needs, and lay the answer out as cells.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for a variable that is not numeric, DZ-S003 for one without values.
    """
    engine: Engine = design.data
    measures: dict[Any, Measure] = {}
    for name in names:
        if statistic == "proportion":
            measures |= {(name, value): measure for value, measure in _categories(engine, name).items()}
        elif statistic == "ratio":
            upper, lower = _number(engine, name), _number(engine, str(denominator))
            both = upper.valid & lower.valid
            measures[name, denominator, 1] = replace(lower, valid=both)
            measures[name, denominator, 0] = replace(upper, valid=both, partner=measures[name, denominator, 1])
        else:
            measures[name] = _number(engine, name)
    measures = _centred(engine, measures)
    answer = _query(design, by, measures)
    cells = make_cells(_units_of(design, answer).plan, answer, by)
    inside: Ints = np.flatnonzero(cells.cell >= 0)

    def spread(name: str) -> Floats:
        values = answer[name].to_numpy(dtype=float, na_value=0.0)
        return weighted_count(cells.cell[inside], np.nan_to_num(values)[inside], len(cells.count))

    cells = replace(cells, count=spread(ROWS).astype(np.intp), weight=spread(WEIGHT))
    sums, products = {}, {}
    for place, (key, measure) in enumerate(measures.items()):
        total, count = spread(f"total {place}"), spread(f"count {place}").astype(np.intp)
        squares = total if measure.indicator else spread(f"squares {place}")
        sums[key] = Sums(total, spread(f"weight {place}"), count, squares, measure.centre, np.zeros(0), None)
        if measure.partner is not None:
            products[key] = spread(f"product {place}")
    empty = [key if isinstance(key, str) else key[0] for key, sum_ in sums.items() if not sum_.count.any()]
    if empty or not sums:
        raise DuzhengError(
            *(Fault("DZ-S003", found="no value in any row", expected="at least one", column=str(name),
                    hint="look whether the item was asked in this wave") for name in dict.fromkeys(empty or names))
        )  # fmt: skip
    return Gathered(cells, sums, products)


def _query(design: Sample, by: list[str], measures: dict[Any, Measure]) -> pd.DataFrame:
    """Group the table by units and domains; one row a group, in the order of its keys."""
    table = design.data.table
    weight = _float(table, design.weights)
    counts = weight > 0
    keys = list(dict.fromkeys([*_units(design), *by]))
    columns = {WEIGHT: weight.sum(), ROWS: counts.sum()}
    populations = [name for name in _populations(design) if name not in keys]
    columns |= {name: table[name].cast("float64").min() for name in populations}
    for place, measure in enumerate(measures.values()):
        here = counts & measure.valid
        near = measure.value - measure.centre
        columns[f"total {place}"] = (weight * measure.value).sum(where=here)
        columns[f"weight {place}"] = weight.sum(where=here)
        columns[f"count {place}"] = here.sum()
        if not measure.indicator:
            columns[f"squares {place}"] = (weight * near * near).sum(where=here)
        if measure.partner is not None:
            away = measure.partner.value - measure.partner.centre
            columns[f"product {place}"] = (weight * near * away).sum(where=here)
    # The engine gives groups in any order; sorted, the same sums go the same way.
    answer: pd.DataFrame = table.group_by(keys).agg(**columns).execute()
    return answer.sort_values(keys, ignore_index=True)


def _units_of(design: Sample, answer: pd.DataFrame) -> Sample:
    """Take the groups of a query for rows of a sample: units, weights and populations are the same."""
    from analysis.stats.design.sample import Sample

    return Sample(
        answer, weights=WEIGHT, strata=design.strata, psu=design.psu, ssu=design.ssu, fpc=design.fpc, nest=design.nest,
        lonely_psu=design.lonely_psu,
    )  # fmt: skip


def _check(design: Sample) -> list[Fault]:
    """Find what is wrong with weights, codes and FPC of a table that is not in memory."""
    table = design.data.table
    weight = _float(table, design.weights)
    asked = {
        "missing": weight.isnull().sum(), "infinite": weight.isinf().sum(), "negative": (weight < 0).sum(),
        **{name: _absent(table, name).sum() for name in _units(design)},
    }  # fmt: skip
    found = table.agg(**asked).execute().iloc[0].fillna(0)
    faults = []
    for what in ("missing", "infinite", "negative"):
        if found[what]:
            hint = "leave out who was not in the sample, and give nonrespondents no row or weight 0"
            faults.append(_fault(f"{int(found[what])} {what} weights", "finite, zero or more", hint, design.weights))
    for name in _units(design):
        if found[name]:
            hint = "fill them in or leave the rows out"
            faults.append(_fault(f"{int(found[name])} rows without a value", "one in every row", hint, name))
    for name in _populations(design):
        column = table[name].cast("float64")
        groups = table.group_by(_units(design)).agg(low=column.min(), high=column.max(), gone=column.isnull().sum())
        differ = groups.filter((groups.low != groups.high) | (groups.gone > 0)).count().execute()
        if differ:
            hint = "mend the column"
            faults.append(_fault(f"different or missing fpc within {int(differ)} units", "one in each", hint, name))
    return faults


def _number(engine: Engine, name: str) -> Measure:
    """Measure a numeric column."""
    column = engine.table[name]
    if not (column.type().is_numeric() or column.type().is_boolean()):
        hint = "convert it, or ask for the proportion of its categories"
        raise DuzhengError(wrong(f"values of type {column.type()}", "numbers", hint, name))
    value = _float(engine.table, name)
    return Measure(value, value.notnull(), 0.0)


def _centred(engine: Engine, measures: dict[Any, Measure]) -> dict[Any, Measure]:
    """Find a number in the midst of each variable, so that little is lost when squares are taken around it."""
    wanted = {f"m{place}": m.value for place, m in enumerate(measures.values()) if not m.indicator}
    if not wanted:
        return measures
    some = engine.table.limit(GLANCE).select(**wanted).execute().median()
    near = [float(np.nan_to_num(some.get(f"m{place}", 0.0), posinf=0.0, neginf=0.0)) for place in range(len(measures))]
    found = {key: replace(m, centre=near[place]) for place, (key, m) in enumerate(measures.items())}
    return {
        key: m if m.partner is None else replace(m, partner=replace(m.partner, centre=_like(found, m.partner)))
        for key, m in found.items()
    }


def _categories(engine: Engine, name: str) -> dict[Any, Measure]:
    """Measure the share of each value of a column, in the order of the values."""
    column = engine.table[name]
    values = column.as_table().distinct().execute()[name].dropna().sort_values()
    valid = ~_absent(engine.table, name)
    return {value: Measure((column == value).cast("float64"), valid, 0.0, indicator=True) for value in values.tolist()}


def _like(found: dict[Any, Measure], partner: Measure) -> float:
    return next(m.centre for m in found.values() if m.value is partner.value)


def _units(design: Sample) -> list[str]:
    return [name for name in (design.strata, design.psu, design.ssu) if name is not None]


def _populations(design: Sample) -> list[str]:
    given = design.fpc if isinstance(design.fpc, tuple) else (design.fpc,)
    return [name for name in given if name is not None]


def _float(table: Any, name: str) -> Any:
    """Read a column as floats in which NaN is missing."""
    column = table[name]
    if column.type().is_floating():
        return column.isnan().ifelse(None, column).cast("float64")
    return column.cast("float64")


def _absent(table: Any, name: str) -> Any:
    column = table[name]
    return column.isnull() | column.isnan() if column.type().is_floating() else column.isnull()


def _fault(found: str, expected: str, hint: str, column: str) -> Fault:
    return Fault("DZ-S001", found=found, expected=expected, hint=hint, column=column)
