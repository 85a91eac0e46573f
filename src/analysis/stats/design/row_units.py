"""Means and shares where the last stage's units are single rows: from sums of the places they lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.design.cells import domains_of, weighted_count
from analysis.stats.design.estimates import NO_DF, NOTHING
from analysis.stats.design.groups import Compared, Wanted, compared
from analysis.stats.design.measured import coded
from analysis.stats.design.tallies import Lattice, lay_out, tally, tally_numbers

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.arrays import Floats, Ints
    from analysis.stats.design.plan import Plan
    from analysis.stats.design.sample import Sample

#: Rows above which the sums pay for the coding of cells.
MANY = 20_000
#: Below this share of the squared mean a variance is rounding.
ROUNDING = 1e-15
_MEAN = Wanted(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]]), np.array([False]))


def applies(plan: Plan) -> bool:
    """Tell whether the units of a plan's last stage are single rows, and so many that it matters."""
    return len(plan.unit_psu) == len(plan.weight) > MANY


def estimates(
    sample: Sample, statistic: str, names: list[str], by: list[str], *, level: float, df: str | float, deff: str,
    method: str,
) -> pd.DataFrame:  # fmt: skip
    """Estimate means, or shares of categories, with the columns and numbers of :class:`analysis.stats.SurveyDesign`.

    Notes
    -----
    Σ (u − ū)² over the rows of a place is Σ u² − m ū², of scores u that are linear in the answer, so that Σ w², Σ w² y
    and Σ w² y² of a place, domain and class of the known totals are all that is needed.
    """
    import pandas as pd

    plan = sample.plan
    domain, domains = (domains_of(sample.data, by) if by
                       else (np.zeros(len(plan.weight), dtype=np.intp), pd.DataFrame(index=range(1))))  # fmt: skip
    lattice = lay_out(plan, [(domain, len(domains))])
    make = _mean if statistic == "mean" else _shares
    frames = [
        frame
        for name in names
        for frame in make(sample, lattice, name, domains, level=level, df=df, deff=deff, method=method)
    ]
    result = pd.concat(frames, ignore_index=True)
    result.attrs["deff"] = deff
    return result


def _mean(
    sample: Sample, lattice: Lattice, name: str, domains: pd.DataFrame, *, level: float, df: Any,
    deff: str, method: str,
) -> list[pd.DataFrame]:  # fmt: skip
    values = sample.numbers(name)
    found = compared(lattice, tally_numbers(lattice, values), lattice.columns[0], _MEAN, level=level, df=df,
                     method=method, between=False)  # fmt: skip
    weight = found.weight[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = _squares(lattice, values, found.value[:, 0], len(domains)) / weight
    return [_table(found, 0, {"variable": name}, domains, squares, deff)]


def _shares(
    sample: Sample, lattice: Lattice, name: str, domains: pd.DataFrame, *, level: float, df: Any,
    deff: str, method: str,
) -> list[pd.DataFrame]:  # fmt: skip
    codes, values = coded(sample.data[name])
    size = len(values)
    shares = Wanted(np.eye(size), np.ones((size, size)), np.ones(size, dtype=bool))
    found = compared(lattice, tally(lattice, codes, size), lattice.columns[0], shares, level=level, df=df,
                     method=method, between=False)  # fmt: skip
    return [
        _table(
            found, k, {"variable": name, "category": value}, domains, found.value[:, k] * (1 - found.value[:, k]), deff
        )
        for k, value in enumerate(values)
    ]


def _table(
    found: Compared, k: int, named: dict[str, Any], domains: pd.DataFrame, squares: Floats, deff: str
) -> pd.DataFrame:
    """Lay one statistic out; ``squares`` is Σ w (y − ȳ)² / Σ w of each domain."""
    import pandas as pd

    value, n, weight, freedom = found.value[:, k], found.n[:, k], found.weight[:, k], found.df[:, k]
    # A variance that is zero is a difference of equal sums here: what rounding leaves of it is taken for zero.
    # Shares of none and of all are exact, and keep their intervals.
    none = (found.variance[:, k] <= ROUNDING * value**2) & ("category" not in named)
    variance, lower, upper = (np.where(none, zero, each[:, k]) for each, zero in
                              ((found.variance, 0.0), (found.lower, value), (found.upper, value)))  # fmt: skip
    lower, upper = (np.where(freedom > 0, each, np.nan) for each in (lower, upper))
    with np.errstate(divide="ignore", invalid="ignore"):
        simple = squares / (n - 1) * (1 - n / weight if deff == "wor" else 1.0)
        effect = np.where((simple > 0) & (n > 1), variance / simple, np.nan)
    notes = [list(found.notes[place * found.value.shape[1] + k]) for place in range(len(n))]
    for place in np.flatnonzero((freedom <= 0) & ~np.isnan(variance)):
        if NO_DF not in notes[place]:
            notes[place].append(NO_DF)
    return pd.DataFrame({
        **named, **{by: domains[by].array for by in domains.columns}, "estimate": value,
        "se": np.sqrt(variance), "lower": lower, "upper": upper, "df": freedom, "n": n,
        "psus": found.psus[:, k], "deff": effect, "note": ["; ".join(each) for each in notes],
    })  # fmt: skip


def _squares(lattice: Lattice, values: Floats, centre: Floats, size: int) -> Floats:
    """Give Σ w (y − ȳ)² of each domain; rounding alone is no spread."""
    weight: Floats = lattice.plan.weight
    domain: Ints = np.append(lattice.columns[0].group, -1)[lattice.cell]
    inside = (domain >= 0) & (weight > 0) & ~np.isnan(values)
    of, w, y = domain[inside], weight[inside], values[inside]
    squares = weighted_count(of, w * (y - centre[of]) ** 2, size)
    whole = weighted_count(of, w * y**2, size)
    return np.where(squares > NOTHING * whole, squares, 0.0)
