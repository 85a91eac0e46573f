"""Warnings of the data: identities that figures break, totals that their parts miss. They reach the memo."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from analysis.indicators.facts import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

#: Figures by indicator, and then by unit and year.
_Figures = dict[str, dict[tuple[str, int], dict[str, Any]]]

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
    import pandas as pd

    figures = _figures(workspace)
    rows = [*_above(workspace, figures), *_totals(workspace, figures), *_parts(workspace, figures)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values(["kind", "indicator", "year", "unit"], ignore_index=True)


def doubtful(workspace: Workspace) -> dict[str, set[tuple[str, int]]]:
    """Give for each indicator the (unit, year) whose figure is in doubt.

    Where one figure exceeds another that it cannot exceed, either may be wrong: both are in doubt, and so are those of
    the units above, which hold them.
    """
    found: dict[str, set[tuple[str, int]]] = {}
    for row in _above(workspace, _figures(workspace)):
        unit: str | None = row["unit"]
        while unit is not None:
            for indicator in (row["indicator"], row["against"]):
                found.setdefault(indicator, set()).add((unit, row["year"]))
            unit = workspace.units.parent(unit)
    return found


def _figures(workspace: Workspace) -> _Figures:
    found: _Figures = {}
    for row in rows_of(workspace.observations[workspace.observations["value"].notna()]):
        found.setdefault(row["indicator"], {})[row["unit"], row["year"]] = row
    return found


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


def _above(workspace: Workspace, figures: _Figures) -> Iterator[dict[str, Any]]:
    for indicator in workspace.catalogue.values():
        if indicator.not_above is None:
            continue
        ceilings = figures.get(indicator.not_above, {})
        for key, row in figures.get(indicator.code, {}).items():
            if key in ceilings and row["value"] > ceilings[key]["value"]:
                yield _row("above", indicator.code, row, indicator.not_above, ceilings[key]["value"])


def _totals(workspace: Workspace, figures: _Figures) -> Iterator[dict[str, Any]]:
    below: dict[int, dict[tuple[str, str], list[str]]] = {}
    for indicator in workspace.catalogue.of(kinds=("count", "amount")):
        mine = figures.get(indicator.code, {})
        for (unit, year), row in mine.items():
            drawn = row["boundaries"]
            if drawn not in below:
                below[drawn] = _below(workspace, drawn)
            for (parent, kind), units in below[drawn].items():
                given = [mine[each, year] for each in units if (each, year) in mine]
                if parent != unit or len(given) < len(units):
                    continue
                total = float(sum(Decimal(repr(each["value"])) for each in given))
                if total != row["value"]:
                    yield _row("total", indicator.code, row, kind, total, _tolerance([row, *given]))


def _below(workspace: Workspace, year: int) -> dict[tuple[str, str], list[str]]:
    """Give the ids of the units of a year by parent and kind."""
    found: dict[tuple[str, str], list[str]] = {}
    for unit in map(str, workspace.units.at(year).index):
        parent = workspace.units.parent(unit)
        if parent is not None:
            found.setdefault((parent, workspace.units.kind(unit)), []).append(unit)
    return found


def _parts(workspace: Workspace, figures: _Figures) -> Iterator[dict[str, Any]]:
    for indicator in workspace.catalogue.values():
        if not indicator.parts:
            continue
        parts = [figures.get(code, {}) for code in indicator.parts]
        for key, row in figures.get(indicator.code, {}).items():
            if all(key in part for part in parts):
                given = [part[key] for part in parts]
                total = float(sum(Decimal(repr(each["value"])) for each in given))
                if total != row["value"]:
                    yield _row(
                        "parts",
                        indicator.code,
                        row,
                        "+".join(indicator.parts),
                        total,
                        _tolerance([row, *given]),
                    )


def _tolerance(rows: list[dict[str, Any]]) -> float:
    """Give the largest difference that rounding can make, if all figures are printed to the finest digit of any."""
    steps = [
        _step(row["value"], rounded=row["status"] == "rounded")
        for row in rows
        if row["value"] % 1 or row["status"] == "rounded"
    ]
    return float(min(steps) / 2 * len(rows)) if steps else 0.0


def _step(value: float, *, rounded: bool) -> Decimal:
    """Give the place value of the last digit that is not zero: 0.01 for 7.62, 100 for a rounded 255,800."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    place = int(exponent) if isinstance(exponent, int) else 0
    return Decimal(1).scaleb(place if rounded else min(place, 0))
