"""Costs: what one more of each indicator's total costs, given by the caller or in students' worth of the standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.indicators.asked import called
from analysis.messages import DuzhengError
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.amounts import Amounts
    from analysis.indicators.balance.evaluation import Balance
    from analysis.stats.arrays import Floats

#: Columns by which costs may differ, and all columns of a frame of costs.
KEYS = ("unit", "stage", "school")
COLUMNS = ("indicator", "cost", *KEYS)
#: Faults that are raised at most.
_MOST = 20


def read_costs(
    costs: Mapping[str, float] | pd.DataFrame | None, balance: Balance, indicators: Sequence[str]
) -> pd.DataFrame | None:
    """Read what costs are given as one table: indicator, cost, and the columns of ``KEYS`` that there are.

    Parameters
    ----------
    costs
        By indicator; or a frame with ``indicator``, ``cost`` and some of ``unit`` (ids, codes or names), ``stage``,
        ``school``.
    balance
        The evaluation.
    indicators
        Those that may be added to.

    Raises
    ------
    DuzhengError
        DZ-S002 with every column and indicator that there is not, every indicator without a cost, and costs that are
        no numbers above 0.
    """
    import numpy as np
    import pandas as pd

    if costs is None:
        return None
    if isinstance(costs, pd.DataFrame):
        table = costs.copy()
        faults = [wrong(f"costs with a column {name!r}", f"some of {', '.join(COLUMNS)}", "name it so, or leave it out",
                        "costs") for name in map(str, table) if name not in COLUMNS]  # fmt: skip
        gone = [name for name in COLUMNS[:2] if name not in table]
        faults += [wrong("costs without it", "indicator, cost, and unit, stage, school as they differ",
                         "add the column", name) for name in gone]  # fmt: skip
        if gone:
            raise DuzhengError(*faults)
    elif isinstance(costs, Mapping):
        faults = []
        table = pd.DataFrame({"indicator": list(costs), "cost": list(costs.values())}, dtype=object)
    else:
        raise DuzhengError(wrong(f"costs of type {type(costs).__name__}", "a cost by indicator, or a frame",
                                 "such as {'indicator id': 1000.0}", "costs"))  # fmt: skip
    there = [each.id for each in balance.standard.resources.indicators]
    faults += [wrong(f"a cost of {name!r}", f"one of {', '.join(there)}", "name it as the rule does", "costs")
               for name in dict.fromkeys(table["indicator"]) if name not in there]  # fmt: skip
    known = set(table["indicator"])
    faults += [wrong(f"no cost of {each}", "a cost of one more of each indicator", "add it", "costs")
               for each in indicators if each not in known]  # fmt: skip
    numbers = pd.to_numeric(table["cost"], errors="coerce").astype(float)
    told = table["cost"].map(lambda each: isinstance(each, bool | str | np.bool_)).astype(bool)
    bad = table[~(numbers > 0) | ~np.isfinite(numbers) | told]
    faults += [wrong(f"a cost of {cost!r}", f"a number above 0 for {name}", "mend it", "costs")
               for name, cost in zip(bad["indicator"], bad["cost"], strict=True)]  # fmt: skip
    keys = [*(name for name in KEYS if name in table), "indicator"]
    if table.duplicated(keys).any():
        faults.append(wrong("costs that stand twice", f"one for each {', '.join(keys)}", "keep one", "costs"))
    if faults:
        raise DuzhengError(*faults[:_MOST])
    if "unit" in table:
        names = called(balance.workspace.units if balance.workspace else None, map(str, balance.measures["unit"]))
        ids = {name: units[0] for name, units in names.items() if len(units) == 1}
        table["unit"] = [ids.get(str(each), str(each)) for each in table["unit"]]
    return table.assign(cost=numbers)


def costs_of(table: pd.DataFrame | None, amounts: Sequence[Amounts], indicators: Sequence[str]) -> list[Floats]:
    """Give what one more of each total costs, for each unit and stage: shape (k,), or (n, k) where schools differ.

    Parameters
    ----------
    table
        As :func:`read_costs` gives it. Not given: one student's worth of the threshold costs 1 (where there is none,
        of the unit's mean), so that costs of indicators can be added.
    amounts
        Of the units and stages.
    indicators
        Those that may be added to.

    Raises
    ------
    DuzhengError
        DZ-S002 for every unit, stage and indicator without a cost for all its schools.
    """
    import numpy as np

    if table is None:
        return [_standard(each) for each in amounts]
    found: list[Floats] = []
    gaps: list[str] = []
    for each in amounts:
        grid = _grid(table, each, indicators)
        gaps += [f"{each.unit} {each.stage} {name}" for k, name in enumerate(each.indicators)
                 if name in indicators and np.isnan(grid[:, k]).any()]  # fmt: skip
        grid = np.where(np.isnan(grid), 1.0, grid)
        found.append(grid[0] if (grid == grid[0]).all() else grid)
    if gaps:
        raise DuzhengError.of(wrong(f"no cost of {each}", "a cost for all its schools", "add it", "costs")
                              for each in gaps[:_MOST])  # fmt: skip
    return found


def said_costs(costs: Mapping[str, float] | pd.DataFrame | None) -> Any:
    """Give the setting that says which costs were taken."""
    return "standard" if costs is None else dict(costs) if isinstance(costs, Mapping) else "table"


def _standard(each: Amounts) -> Floats:
    import numpy as np

    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(each.totals, axis=0) / each.sizes.sum()
        worth = np.where(np.isnan(each.need), mean, each.need)
        return np.asarray(np.where(worth > 0, 1 / worth, 1.0))


def _grid(table: pd.DataFrame, each: Amounts, indicators: Sequence[str]) -> Floats:
    import numpy as np

    grid = np.full((len(each.schools), len(each.indicators)), np.nan)
    here = table[table["indicator"].isin(indicators)]
    for name, value in (("unit", each.unit), ("stage", each.stage)):
        if name in here:
            here = here[here[name].astype("str") == value]
    place = {school: at for at, school in enumerate(each.schools)}
    for k, name in enumerate(each.indicators):
        mine = here[here["indicator"] == name]
        if "school" not in mine:
            grid[:, k] = mine["cost"].iloc[0] if len(mine) else np.nan
            continue
        for school, cost in zip(mine["school"].astype("str"), mine["cost"], strict=True):
            if school in place:
                grid[place[school], k] = cost
    return grid
