"""Warnings of the data: identities that figures break, totals that their parts miss. They reach the memo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from analysis.indicators.facts import rows_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from analysis.workspace import Workspace

#: Beyond all years, so that a unit's number times this and a year make one number.
_YEARS = 10_000
#: Decimals and digits up to which a sum of decimal numbers is computed in whole numbers: 15 digits are always exact.
_MOST_PLACES, _MOST = 6, 1e15

#: kind: above (exceeds what it cannot exceed), total (the parent's figure and the sum of its units differ), parts (the
#: whole and the sum of its parts differ) · unit, year, indicator, value · other: the figure it is held against ·
#: tolerance: what rounding explains · rounding: whether it explains the difference.
COLUMNS = (
    "kind",
    "unit",
    "year",
    "indicator",
    "value",
    "against",
    "other",
    "difference",
    "tolerance",
    "rounding",
)


def warnings(workspace: Workspace) -> pd.DataFrame:
    """Hold all figures against the identities of the catalogue and against their totals.

    Parameters
    ----------
    workspace
        The workspace.

    Returns
    -------
    pandas.DataFrame
        One row a difference, with :data:`COLUMNS`, by kind, indicator, year and unit. ``unit`` is the territory as
        published. A total is held against its units only where all units of that year have a figure.
    """
    return broken(workspace, Figures.of_workspace(workspace))[0]


def broken(workspace: Workspace, figures: Figures) -> tuple[pd.DataFrame, int]:
    """Hold any figures against the identities of the catalogue and against their totals.

    Parameters
    ----------
    workspace
        Its catalogue and its units.
    figures
        The figures.

    Returns
    -------
    frame, compared
        The differences as :func:`warnings` gives them, and how many comparisons were made.
    """
    import pandas as pd

    rows = [*_above(workspace, figures), *_totals(workspace, figures), *_parts(workspace, figures)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values(["kind", "indicator", "year", "unit"], ignore_index=True), figures.compared


def doubtful(workspace: Workspace) -> dict[str, set[tuple[str, int]]]:
    """Give for each indicator the (unit, year) whose figure is in doubt.

    Where one figure exceeds another that it cannot exceed, either may be wrong: both are in doubt, and so are those of
    the units above, which hold them.
    """
    found: dict[str, set[tuple[str, int]]] = {}
    for row in _above(workspace, Figures.of_workspace(workspace)):
        if row["rounding"]:
            continue
        unit: str | None = row["unit"]
        while unit is not None:
            for indicator in (row["indicator"], row["against"]):
                found.setdefault(indicator, set()).add((unit, row["year"]))
            unit = workspace.units.parent(unit)
    return found


class Figures:
    """Figures that have a value, each with a number for its unit and year, by which they are found in one another.

    Parameters
    ----------
    workspace
        Its units.
    frame
        unit (id), year, indicator, value, boundaries, and rounded: whether its trailing zeros are no digits.
    """

    def __init__(self, workspace: Workspace, frame: pd.DataFrame) -> None:
        self.frame = frame[frame["value"].notna()]
        self.units: pd.Index[str] = workspace.units.frame.index
        self.compared = 0  #: figures that were held against others
        self._rows = self.frame.groupby("indicator", sort=False).indices
        self._known: dict[str, pd.DataFrame] = {}

    @classmethod
    def of_workspace(cls, workspace: Workspace) -> Figures:
        """Take the workspace's own figures."""
        seen = workspace.observations
        return cls(workspace, seen.assign(rounded=seen["status"] == "rounded"))

    def of(self, indicator: str) -> pd.DataFrame:
        """Give the figures of an indicator; the index is the number of unit and year."""
        if indicator not in self._known:
            rows = self.frame.iloc[self._rows.get(indicator, [])][["unit", "year", "value", "boundaries", "rounded"]]
            self._known[indicator] = rows.set_axis(self.number(rows["unit"], rows["year"]))
        return self._known[indicator]

    def number(self, units: pd.Series[str], years: pd.Series[int]) -> NDArray[np.int64]:
        """Give a number for each unit and year."""
        import numpy as np
        import pandas as pd

        at = np.asarray(self.units.get_indexer(pd.Index(units)), dtype=np.int64)
        return np.asarray(at * _YEARS + years.to_numpy("int64"), dtype=np.int64)


def _row(
    kind: str, indicator: str, row: dict[str, Any], against: str, other: float, tolerance: float = 0.0
) -> dict[str, Any]:
    difference = row["value"] - other
    return {
        "kind": kind,
        "unit": row["unit"],
        "year": row["year"],
        "indicator": indicator,
        "value": row["value"],
        "against": against,
        "other": other,
        "difference": difference,
        "tolerance": tolerance,
        "rounding": abs(difference) <= tolerance,
    }


def _above(workspace: Workspace, figures: Figures) -> Iterator[dict[str, Any]]:
    for indicator in workspace.catalogue.values():
        if indicator.not_above is None:
            continue
        mine = figures.of(indicator.code)
        most = figures.of(indicator.not_above)
        place = most.index.get_indexer(mine.index)
        mine, most = mine[place >= 0], most.iloc[place[place >= 0]]
        figures.compared += len(mine)
        beyond = mine["value"].to_numpy() > most["value"].to_numpy()
        for row, ceiling in zip(rows_of(mine[beyond]), rows_of(most[beyond]), strict=True):
            tolerance = _tolerance([row, ceiling])
            yield _row("above", indicator.code, row, indicator.not_above, ceiling["value"], tolerance)


def _totals(workspace: Workspace, figures: Figures) -> Iterator[dict[str, Any]]:
    import numpy as np
    import pandas as pd

    below = _below(workspace, figures.frame["boundaries"].unique())
    for indicator in workspace.catalogue.of(kinds=("count", "amount")):
        mine = figures.of(indicator.code)
        if not mine["unit"].isin(below["parent"]).any():
            continue
        wholes = pd.DataFrame({"whole": np.arange(len(mine)), "parent": mine["unit"].array,
                               "year": mine["year"].array, "drawn": mine["boundaries"].array})  # fmt: skip
        # A row for each unit below: sets of one kind stand together, for every whole in turn.
        pairs = wholes.merge(below, on=["parent", "drawn"])
        if pairs.empty:
            continue
        part = mine.index.get_indexer(pd.Index(figures.number(pairs["unit"], pairs["year"])))
        starts = np.flatnonzero(pairs[["whole", "set"]].diff().fillna(1).any(axis=1))
        complete = np.minimum.reduceat(part, starts) >= 0
        figures.compared += int(complete.sum())
        whole, scaled = pairs["whole"].to_numpy()[starts], _scaled(mine["value"].to_numpy(float))
        if scaled is not None:
            large = np.add.reduceat(np.abs(scaled[part] / _MOST), starts) >= 1
            complete &= (np.add.reduceat(scaled[part], starts) != scaled[whole]) | large
        for group in np.flatnonzero(complete):
            rows = part[starts[group] : starts[group + 1] if group + 1 < len(starts) else None]
            (row,), given = rows_of(mine.iloc[[int(whole[group])]]), rows_of(mine.iloc[rows])
            total = _sum(given)
            if total != row["value"]:
                kind = str(pairs["kind"].iloc[starts[group]])
                yield _row("total", indicator.code, row, kind, total, _tolerance([row, *given]))


def _below(workspace: Workspace, drawn: Iterable[int]) -> pd.DataFrame:
    """Give the units of each year of boundaries by parent and kind: drawn, parent, kind, set (their number), unit."""
    import pandas as pd

    rows, number = [], 0
    for year in drawn:
        found: dict[tuple[str, str], list[str]] = {}
        for unit, kind in workspace.units.at(int(year))["kind"].items():
            parent = workspace.units.parent(str(unit))
            if parent is not None:
                found.setdefault((parent, str(kind)), []).append(str(unit))
        for key, units in found.items():
            rows += [(year, *key, number, unit) for unit in units]
            number += 1
    frame = pd.DataFrame(rows, columns=["drawn", "parent", "kind", "set", "unit"])
    return frame.astype({"drawn": "int64", "parent": "str", "unit": "str"})


def _parts(workspace: Workspace, figures: Figures) -> Iterator[dict[str, Any]]:
    import numpy as np

    for indicator in workspace.catalogue.values():
        if not indicator.parts:
            continue
        mine = figures.of(indicator.code)
        places = [figures.of(code).index.get_indexer(mine.index) for code in indicator.parts]
        there = np.logical_and.reduce([place >= 0 for place in places])
        figures.compared += int(there.sum())
        values = [mine["value"].to_numpy(float)[there]]
        values += [figures.of(code)["value"].to_numpy(float)[place[there]]
                   for code, place in zip(indicator.parts, places, strict=True)]  # fmt: skip
        scaled = _scaled(np.stack(values))
        chosen = np.flatnonzero(there)
        if scaled is not None:
            large = np.abs(scaled[1:] / _MOST).sum(axis=0)
            chosen = chosen[(scaled[1:].sum(axis=0) != scaled[0]) | (large >= 1)]
        for at in chosen:
            (row,) = rows_of(mine.iloc[[int(at)]])
            given = [rows_of(figures.of(code).iloc[[int(place[at])]])[0]
                     for code, place in zip(indicator.parts, places, strict=True)]  # fmt: skip
            total = _sum(given)
            if total != row["value"]:
                yield _row("parts", indicator.code, row, "+".join(indicator.parts), total, _tolerance([row, *given]))


def _sum(rows: list[dict[str, Any]]) -> float:
    return float(sum(Decimal(repr(row["value"])) for row in rows))


def _scaled(values: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Give decimal numbers as whole ones, whose sums are exact up to 15 digits; None if they have more themselves."""
    import numpy as np

    for places in range(_MOST_PLACES + 1):
        scaled = np.rint(values * 10**places)
        if (np.abs(scaled) < _MOST).all() and (scaled / 10**places == values).all():
            return np.asarray(scaled, dtype=np.int64)
    return None


def _tolerance(rows: list[dict[str, Any]]) -> float:
    """Give the largest difference that rounding can make, if all figures are printed to the finest digit of any."""
    steps = [_step(row["value"], rounded=bool(row["rounded"])) for row in rows if row["value"] % 1 or row["rounded"]]
    return float(min(steps) / 2 * len(rows)) if steps else 0.0


def _step(value: float, *, rounded: bool) -> Decimal:
    """Give the place value of the last digit that is not zero: 0.01 for 7.62, 100 for a rounded 255,800."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    place = int(exponent) if isinstance(exponent, int) else 0
    return Decimal(1).scaleb(place if rounded else min(place, 0))
