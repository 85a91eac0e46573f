"""Hierarchies: the relations of tables whose codes add up, and the rests of those that do not quite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.disclosure.system import ROUNDING, hold, listed

if TYPE_CHECKING:
    import pandas as pd

#: Child to parent: the children of one parent add up to it.
Breakdown = Mapping[Any, Any]


def relations_of(
    cells: pd.DataFrame, dimensions: Mapping[str, Breakdown | Sequence[Breakdown]]
) -> pd.DataFrame:  # fmt: skip
    """Write down the relations of cells whose codes add up.

    Parameters
    ----------
    cells
        One row a cell: ``cell``, and a column of codes for each dimension. Tables that lack a dimension have its total
        there, so that a cell which two tables share is one row.
    dimensions
        Of each column the parent of each child; where codes break down in several ways (by sex, and by grade), one
        mapping for each. Parents may have parents.

    Returns
    -------
    pandas.DataFrame
        ``relation``, ``cell``, ``coefficient``: for every breakdown of a column, every parent in it and every
        combination of the other columns, the children less the parent. A parent that is no cell makes no relation.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for columns that are missing, codes that stand twice, or a mapping that goes round in a circle.

    Notes
    -----
    A relation says that the children add up; :func:`~analysis.stats.disclosure.system.system_of` holds them to it, and
    :func:`with_rests` adds what is missing. In R ``sdcTable::makeProblem`` from ``dimList``.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"cell": ["a1", "b1", "t1"], "unit": ["a", "b", "t"], "group": "all"})
    >>> relations_of(cells, {"unit": {"a": "t", "b": "t"}})
         relation cell  coefficient
    0  unit/0/t1   a1            1
    1  unit/0/t1   b1            1
    2  unit/0/t1   t1           -1
    """
    import pandas as pd

    _hold(cells, dimensions)
    parts = []
    for column, number, members, parents in _families(cells, dimensions):
        names = [f"{column}/{number}/{cell}" for cell in parents["cell"]]
        name = pd.Series(names, index=parents.index)
        parts += [
            pd.DataFrame({"relation": name.loc[members["family"]].to_numpy(), "cell": members["cell"].to_numpy(),
                          "coefficient": 1}),
            pd.DataFrame({"relation": names, "cell": parents["cell"].to_numpy(), "coefficient": -1}),
        ]  # fmt: skip
    if not parts:
        return pd.DataFrame({"relation": [], "cell": [], "coefficient": []})
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values("relation", kind="stable", ignore_index=True)


def with_rests(
    cells: pd.DataFrame, dimensions: Mapping[str, Breakdown | Sequence[Breakdown]], *, also: Sequence[str] = ()
) -> tuple[pd.DataFrame, dict[str, list[dict[Any, Any]]]]:
    """Add what parents hold beyond their children, as cells that are never printed.

    Parameters
    ----------
    cells, dimensions
        As :func:`relations_of` takes them, with ``value`` and ``n``.
    also
        Other columns that add up, such as the sums of which means are made.

    Returns
    -------
    tuple
        The cells, with a row a rest: ``latent``, named after the parent; and the dimensions, in which they are
        children.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 where children hold more than their parent: they overlap, and are no breakdown.

    Notes
    -----
    Those who did not say to which group they belong, or groups that no table shows: nobody prints their number, and
    anybody reckons it. A rest of a few is as sensitive as a group of a few.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"cell": ["girls", "boys", "all"], "group": ["g", "b", "all"], "value": [40, 57, 100],
    ...                       "n": [40, 57, 100]})
    >>> found, dimensions = with_rests(cells, {"group": {"g": "all", "b": "all"}})
    >>> found.tail(1)[["cell", "value", "latent"]]
                  cell  value  latent
    3  all~rest group/0      3    True
    >>> len(relations_of(found, dimensions))
    4
    """
    import pandas as pd

    hold(cells, {"value", "n", *also}, "cells")
    _hold(cells, dimensions)
    found, added_up = cells.copy(), list(dict.fromkeys(["value", "n", *also]))
    if "latent" not in found:
        found["latent"] = False
    codes = {column: [dict(each) for each in _breakdowns(given)] for column, given in dimensions.items()}
    over: list[Any] = []
    for column, breakdowns in codes.items():
        for number, breakdown in enumerate(breakdowns):
            for _, _, members, parents in _families(found, {column: [breakdown]}, among=codes):
                rest = parents[added_up] - members.groupby("family")[added_up].sum().loc[parents.index]
                close = ROUNDING * np.maximum(parents["value"].abs(), 1.0)
                over += parents.loc[(rest["value"] < -close) | (rest["n"] < 0), "cell"].tolist()
                more = (rest["value"] > close) | (rest["n"] > 0)
                if not more.any():
                    continue
                # What else is known of the parent, such as its bounds or weight, is not known of the rest.
                added = parents.loc[more, ["cell", *codes]].assign(**rest.loc[more], latent=True)
                added[column] = [f"{code}~rest {number}" for code in added[column]]
                added["cell"] = [f"{name}~rest {column}/{number}" for name in added["cell"]]
                for child, parent in zip(added[column], parents.loc[more, column], strict=True):
                    breakdown[child] = parent
                added = added.astype({name: found[name].dtype for name in added_up})
                found = pd.concat([found, added], ignore_index=True)
    if over:
        raise DuzhengError(wrong(f"children that hold more than their parent: {listed(over)}", "parts of it",
                                 "groups that overlap are no breakdown", "value"))  # fmt: skip
    return found, codes


def _breakdowns(given: Breakdown | Sequence[Breakdown]) -> list[Breakdown]:
    return [given] if isinstance(given, Mapping) else list(given)


def _families(
    cells: pd.DataFrame, dimensions: Mapping[str, Breakdown | Sequence[Breakdown]],
    among: Mapping[str, Any] | None = None,
) -> Iterator[tuple[str, int, pd.DataFrame, pd.DataFrame]]:  # fmt: skip
    """Give of every breakdown its children, with ``family`` the place of their parent, and the parents of any."""
    columns = list(among or dimensions)
    for column, given in dimensions.items():
        others = [each for each in columns if each != column]
        for number, breakdown in enumerate(_breakdowns(given)):
            members = cells[cells[column].isin(list(breakdown))]
            keys = members[others].assign(**{column: members[column].map(dict(breakdown))})
            places = cells[columns].assign(family=cells.index)
            joined = keys[columns].merge(places, on=columns, how="left")["family"]
            members = members.assign(family=joined.to_numpy())
            members = members[members["family"].notna()].astype({"family": cells.index.dtype})
            yield column, number, members, cells.loc[np.unique(members["family"])]


def _hold(cells: pd.DataFrame, dimensions: Mapping[str, Breakdown | Sequence[Breakdown]]) -> None:
    hold(cells, {"cell", *dimensions}, "cells")
    faults = []
    doubled = cells.loc[cells.duplicated(list(dimensions)), "cell"]
    if len(doubled):
        faults.append(wrong(f"cells with the codes of another: {listed(doubled.to_numpy())}", "one cell for its codes",
                            "tables that share a cell share its row", "cell"))  # fmt: skip
    if not cells.index.is_unique:
        faults.append(wrong("an index that repeats", "one entry a row", "call reset_index(drop=True)"))
    for column, given in dimensions.items():
        for breakdown in _breakdowns(given):
            circle = [child for child in breakdown if _circles(child, breakdown)]
            if circle:
                faults.append(wrong(f"codes above themselves: {listed(circle)}", "a tree", "mend the mapping", column))
    if faults:
        raise DuzhengError(*faults)


def _circles(child: Any, breakdown: Breakdown) -> bool:
    above = child
    for _ in breakdown:
        if above not in breakdown:
            return False
        above = breakdown[above]
        if above == child:
            return True
    return False
