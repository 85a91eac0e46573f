"""Costs: what one more of each indicator's total costs, given by the caller or in students' worth of the standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.amounts import Amounts, Floats

#: Columns by which costs may differ.
KEYS = ("unit", "stage", "school")


def costs_of(
    costs: Mapping[str, float] | pd.DataFrame | None, amounts: Sequence[Amounts], indicators: Sequence[str]
) -> list[Floats]:
    """Give what one more of each total costs, for each unit and stage: shape (k,), or (n, k) where schools differ.

    Parameters
    ----------
    costs
        By indicator; or a frame with ``indicator``, ``cost`` and some of ``unit``, ``stage``, ``school``, which says a
        cost for everything asked for. Not given: one student's worth of the threshold costs 1 (where there is none,
        of the unit's mean), so that costs of indicators can be added.
    amounts
        Of the units and stages.
    indicators
        Those that may be added to.

    Raises
    ------
    DuzhengError
        DZ-S002 with every indicator without a cost, and costs that are not above 0.
    """
    import numpy as np

    if costs is None:
        return [_standard(each) for each in amounts]
    table = _table(costs)
    faults = []
    known = set(table["indicator"])
    faults += [wrong(f"no cost of {each}", "a cost of one more of each indicator", "add it", "costs")
               for each in indicators if each not in known]  # fmt: skip
    bad = table[~(table["cost"] > 0) | ~np.isfinite(table["cost"])]
    faults += [wrong(f"a cost of {cost}", f"a number above 0 for {name}", "mend it", "costs")
               for name, cost in zip(bad["indicator"], bad["cost"], strict=True)]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    found, gaps = [], []
    for each in amounts:
        grid = _grid(table, each, indicators)
        gaps += [f"{each.unit} {each.stage} {name}" for k, name in enumerate(each.indicators)
                 if name in indicators and np.isnan(grid[:, k]).any()]  # fmt: skip
        grid = np.where(np.isnan(grid), 1.0, grid)
        found.append(grid[0] if (grid == grid[0]).all() else grid)
    if gaps:
        raise DuzhengError.of(wrong(f"no cost of {each}", "a cost for all its schools", "add it", "costs")
                              for each in gaps[:20])  # fmt: skip
    return found


def _standard(each: Amounts) -> Floats:
    import numpy as np

    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(each.totals, axis=0) / each.sizes.sum()
        worth = np.where(np.isnan(each.need), mean, each.need)
        return np.asarray(np.where(worth > 0, 1 / worth, 1.0))


def _table(costs: Mapping[str, float] | pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    if isinstance(costs, pd.DataFrame):
        if gone := [name for name in ("indicator", "cost") if name not in costs]:
            raise DuzhengError.of(wrong("costs without it", "indicator, cost, and unit, stage, school as they differ",
                                        "add the column", name) for name in gone)  # fmt: skip
        keys = [*(name for name in KEYS if name in costs), "indicator"]
        if costs.duplicated(keys).any():
            raise DuzhengError(wrong("costs that stand twice", f"one for each {', '.join(keys)}", "keep one", "costs"))
        return costs
    rows: list[dict[str, Any]] = [{"indicator": name, "cost": float(value)} for name, value in costs.items()]
    return pd.DataFrame(rows, columns=["indicator", "cost"])


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
