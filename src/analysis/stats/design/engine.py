"""Cells made where the data are: in a database or over Parquet files, by one grouped query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats, Ints
from analysis.stats.design.cells import Cells, Sums, make_cells, weighted_count
from analysis.stats.design.measured import Pair
from analysis.stats.design.plan import Plan

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
    zeros: bool = False  #: whether some weights are zero, so that rows must be looked at one by one
    nans: bool = False  #: whether NaN stands for missing beside null, as in columns that pandas wrote

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.table.columns)

    def __len__(self) -> int:
        return int(self.table.count().execute())


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """What is summed of a row: a value, null where it is missing, and perhaps its product with another."""

    value: Any  #: an expression of floats
    centre: float = 0.0
    indicator: bool = False  #: 0 or 1, whose square is itself
    partner: Measure | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """The answer of a query: the cells of a design, and the sums of every measure by its key."""

    cells: Cells
    sums: dict[Any, Sums]
    products: dict[Any, Floats]  #: Σ w (y − c)(x − c) of measures with a partner

    def values(self, names: list[str]) -> Iterator[Sums]:
        """Give the sums of numeric variables."""
        return (self.sums[name] for name in names)

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
        # The statistics in Parquet files leave NaN out, and DuckDB takes that for "there are none" unless told.
        return Engine(ibis.duckdb.connect().read_parquet(str(data), can_have_nan=True))
    except duckdb.Error as error:
        why = str(error).splitlines()[0]
        raise DuzhengError(
            Fault("DZ-S001", file=str(data), found=why, expected="Parquet files", hint="check the path")
        ) from error


def prepare(design: Sample) -> tuple[Engine, Plan]:
    """Look through a table that is not in memory, and make the plan of its units.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S001 with every fault.
    """
    engine = open_table(design.data)
    unknown = [name for name in [design.weights, *_units(design), *_populations(design)] if name not in engine.columns]
    faults = [
        _fault(f"{name!r}", f"a column of the table ({', '.join(engine.columns[:20])})", "check the spelling", name)
        for name in unknown
    ]
    if design.psu is None:
        hint = "name the column of the units that were drawn first; where each row is one, read the rows into a frame"
        faults.append(_fault("a table without psu", "units to group by", hint, ""))
    if not faults:
        zeros, faults = _check(design, engine)
    if faults:
        raise DuzhengError(*faults)
    engine = replace(engine, zeros=zeros)
    return engine, _units_of(design, _query(design, engine, [], {})).plan


def gather(design: Sample, statistic: str, names: list[str], by: list[str], denominator: str | None) -> Gathered:
    """Group the table by units and domains, sum what a statistic needs, and lay the answer out as cells.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for a variable that is not numeric or holds infinite values, DZ-S003 for one without values.
    """
    engine: Engine = design.data
    measures = _measures(engine, statistic, names, denominator)
    answer = _query(design, engine, by, measures)
    if _not_finite(answer, measures):
        # The plain query takes NaN for a number; this one looks for it, and takes longer.
        engine = replace(engine, nans=True)
        measures = _measures(engine, statistic, names, denominator)
        answer = _query(design, engine, by, measures)
        endless = _not_finite(answer, measures)
        if endless:
            hint = "look where they come from, and leave them out or make them missing"
            raise DuzhengError(*(wrong("infinite values", "finite numbers", hint, name) for name in endless))
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
    empty = [_name(key) for key, sum_ in sums.items() if not sum_.count.any()]
    if empty or not sums:
        raise DuzhengError(
            *(Fault("DZ-S003", found="no value in any row", expected="at least one", column=name,
                    hint="look whether the item was asked in this wave") for name in dict.fromkeys(empty or names))
        )  # fmt: skip
    return Gathered(cells, sums, products)


def _measures(engine: Engine, statistic: str, names: list[str], denominator: str | None) -> dict[Any, Measure]:
    """Give what a statistic sums, by the keys that it asks for."""
    if statistic == "proportion":
        return {(name, value): measure for name in names for value, measure in _categories(engine, name).items()}
    if statistic != "ratio":
        return _centred(engine, {name: Measure(_number(engine, name)) for name in names})
    measures: dict[Any, Measure] = {}
    below = _number(engine, str(denominator))
    for name in names:
        above = _number(engine, name)
        measures[name, denominator, 0] = Measure(below.isnull().ifelse(None, above))
        measures[name, denominator, 1] = Measure(above.isnull().ifelse(None, below))
    measures = _centred(engine, measures)
    for name in names:
        partner = measures[name, denominator, 1]
        measures[name, denominator, 0] = replace(measures[name, denominator, 0], partner=partner)
    return measures


def _query(design: Sample, engine: Engine, by: list[str], measures: dict[Any, Measure]) -> pd.DataFrame:
    """Group the table by units and domains; one row a group, in the order of its keys."""
    table = engine.table
    weight = _float(table, design.weights)
    if engine.zeros:
        weight = (weight > 0).ifelse(weight, None)
    keys = list(dict.fromkeys([*_units(design), *by]))
    columns = {WEIGHT: weight.sum().fill_null(0.0), ROWS: weight.count()}
    populations = [name for name in _populations(design) if name not in keys]
    columns |= {name: table[name].cast("float64").min() for name in populations}
    # Null passes through products and sums leave it out: filters would take several times as long.
    for place, measure in enumerate(measures.values()):
        near = measure.value - measure.centre
        columns[f"total {place}"] = (weight * measure.value).sum()
        columns[f"weight {place}"] = measure.value.notnull().ifelse(weight, None).sum()
        columns[f"count {place}"] = (weight * measure.value).count() if engine.zeros else measure.value.count()
        if not measure.indicator:
            columns[f"squares {place}"] = (weight * near * near).sum()
        if measure.partner is not None:
            columns[f"product {place}"] = (weight * near * (measure.partner.value - measure.partner.centre)).sum()
    # The engine gives groups in any order; sorted, the same sums go the same way.
    answer: pd.DataFrame = table.group_by(keys).agg(**columns).execute()
    return answer.sort_values(keys, ignore_index=True)


def _not_finite(answer: pd.DataFrame, measures: dict[Any, Measure]) -> list[str]:
    """Name the variables with a sum that is no number although rows were counted."""
    return list(dict.fromkeys(
        _name(key) for place, key in enumerate(measures)
        if not np.isfinite(answer.loc[answer[f"count {place}"] > 0, f"total {place}"].to_numpy(dtype=float)).all()
    ))  # fmt: skip


def _units_of(design: Sample, answer: pd.DataFrame) -> Sample:
    """Take the groups of a query for rows of a sample: units, weights and populations are the same."""
    from analysis.stats.design.sample import Sample

    return Sample(
        answer, weights=WEIGHT, strata=design.strata, psu=design.psu, ssu=design.ssu, fpc=design.fpc, nest=design.nest,
        lonely_psu=design.lonely_psu,
    )  # fmt: skip


def _check(design: Sample, engine: Engine) -> tuple[bool, list[Fault]]:
    """Find what is wrong with weights, codes and FPC of a table that is not in memory, and whether weights are zero."""
    table = engine.table
    weight = _float(table, design.weights)
    asked = {
        "missing": weight.isnull().sum(), "infinite": weight.isinf().sum(), "negative": (weight < 0).sum(),
        "zero": (weight == 0).sum(),
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
    return bool(found["zero"]), faults


def _number(engine: Engine, name: str) -> Any:
    """Read a numeric column as floats."""
    column = engine.table[name]
    if not (column.type().is_numeric() or column.type().is_boolean()):
        hint = "convert it, or ask for the proportion of its categories"
        raise DuzhengError(wrong(f"values of type {column.type()}", "numbers", hint, name))
    return _float(engine.table, name) if engine.nans and column.type().is_floating() else _plain(column)


def _centred(engine: Engine, measures: dict[Any, Measure]) -> dict[Any, Measure]:
    """Find a number in the midst of each variable, so that little is lost when squares are taken around it."""
    wanted = {str(place): measure.value for place, measure in enumerate(measures.values())}
    some = engine.table.limit(GLANCE).select(**wanted).execute().replace([np.inf, -np.inf], np.nan).median()
    near = [float(centre) for centre in np.nan_to_num(some.to_numpy(dtype=float))]
    return {key: replace(m, centre=c) for (key, m), c in zip(measures.items(), near, strict=True)}


def _categories(engine: Engine, name: str) -> dict[Any, Measure]:
    """Measure the share of each value of a column, in the order of the values."""
    column = engine.table[name]
    values = column.as_table().distinct().execute()[name].dropna().sort_values().tolist()
    gone = _absent(engine.table, name)
    # Not every engine makes numbers of truths.
    return {value: Measure(gone.ifelse(None, (column == value).ifelse(1.0, 0.0)), indicator=True) for value in values}


def _name(key: Any) -> str:
    """Name the variable that a measure's key begins with."""
    return key if isinstance(key, str) else str(key[0])


def _units(design: Sample) -> list[str]:
    return [name for name in (design.strata, design.psu, design.ssu) if name is not None]


def _populations(design: Sample) -> list[str]:
    given = design.fpc if isinstance(design.fpc, tuple) else (design.fpc,)
    return [name for name in given if name is not None]


def _float(table: Any, name: str) -> Any:
    """Read a column as floats in which NaN is missing."""
    column = table[name]
    return column.isnan().ifelse(None, column).cast("float64") if column.type().is_floating() else _plain(column)


def _plain(column: Any) -> Any:
    """Read a column as floats; not every engine makes floats of truths."""
    return (column.cast("int64") if column.type().is_boolean() else column).cast("float64")


def _absent(table: Any, name: str) -> Any:
    column = table[name]
    return column.isnull() | column.isnan() if column.type().is_floating() else column.isnull()


def _fault(found: str, expected: str, hint: str, column: str) -> Fault:
    return Fault("DZ-S001", found=found, expected=expected, hint=hint, column=column)
