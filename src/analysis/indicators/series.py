"""Series on the boundaries of one year: counts are added over merged units, ratios are recomputed from their parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from analysis.indicators.facts import cell_id, facts_of, joined, rows_of
from analysis.indicators.warnings import doubtful
from analysis.messages import DuzhengError, Fault

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Indicator, Units, Workspace

Doubts = Mapping[str, set[tuple[str, int]]]


def series(
    workspace: Workspace,
    indicators: str | Iterable[str],
    *,
    boundaries: int | None = None,
    units: Sequence[str] | None = None,
    until: int | None = None,
) -> pd.DataFrame:
    """Give the levels of indicators for units that keep one territory over all years.

    Parameters
    ----------
    workspace
        The workspace.
    indicators
        One code or several.
    boundaries
        The year on whose boundaries the series are put; by default the workspace's.
    units
        Ids of units of that year; by default all that have figures.
    until
        The last year of the figures; by default the workspace's year of evaluation.

    Returns
    -------
    pandas.DataFrame
        Facts (:data:`analysis.indicators.facts.COLUMNS`) of statistic ``level``, by indicator, unit and year. Where
        units were merged, ``made_of`` names the figures added; a rate of merged units has no value and status
        ``not_additive``, unless the figures have numerator and denominator; a territory that was divided has
        ``split``.

    Raises
    ------
    DuzhengError
        DZ-I001 for an unknown indicator, DZ-U001 for an unknown unit, DZ-U002 for one that is not on the boundaries.

    Examples
    --------
    ``series(workspace, "pupils", boundaries=2020)`` adds a merged district's pupils to its successor's, while
    a join by name would show a jump.
    """
    codes = [indicators] if isinstance(indicators, str) else list(indicators)
    year = workspace.settings.boundaries if boundaries is None else boundaries
    last = workspace.settings.year if until is None else until
    _refuse_unknown(workspace, codes, units, year)
    doubts = doubtful(workspace)
    rows = [row for code in dict.fromkeys(codes) for row in _one(workspace, workspace.catalogue[code], year, doubts)]
    return facts_of(row for row in rows if row["year"] <= last and (units is None or row["unit"] in units))


def _refuse_unknown(workspace: Workspace, codes: Sequence[str], units: Sequence[str] | None, year: int) -> None:
    faults = [
        Fault(
            "DZ-I001",
            found=repr(code),
            expected="a code of the catalogue",
            hint="`duzheng data list` shows them",
        )
        for code in codes
        if code not in workspace.catalogue
    ]
    existing = workspace.units.at(year).index
    faults += [
        Fault(
            "DZ-U002",
            found=repr(unit),
            expected=f"a unit on the boundaries of {year}",
            hint=workspace.units.explain(unit.split(":", maxsplit=1)[0], year),
        )
        for unit in units or ()
        if unit not in existing
    ]
    if faults:
        raise DuzhengError(*faults)


def _one(workspace: Workspace, indicator: Indicator, boundaries: int, doubts: Doubts) -> list[dict[str, Any]]:
    if indicator.formula is None:
        return _observed(workspace, indicator, boundaries, doubts)
    formula = indicator.formula
    above = _observed(workspace, workspace.catalogue[formula.numerator], boundaries, doubts)
    below = _observed(workspace, workspace.catalogue[formula.denominator], boundaries, doubts)
    denominators = {(row["unit"], row["year"]): row for row in below}
    pairs = [
        (row, denominators[row["unit"], row["year"]]) for row in above if (row["unit"], row["year"]) in denominators
    ]
    rows = []
    for top, bottom in pairs:
        absent = [part["status"] for part in (top, bottom) if isnan(part["value"])]
        zero = bottom["value"] == 0
        rows.append(
            {
                "unit": top["unit"],
                "indicator": indicator.code,
                "year": top["year"],
                "value": float("nan") if absent or zero else formula.scale * top["value"] / bottom["value"],
                "status": absent[0] if absent else "missing" if zero else "computed",
                "segment": indicator.segment(top["year"]),
                "doubt": top["doubt"] or bottom["doubt"],
                "made_of": ";".join(cell_id(part["indicator"], part["unit"], part["year"]) for part in (top, bottom)),
                "sources": joined([top["sources"], bottom["sources"]]),
            }
        )
    return rows


def _observed(workspace: Workspace, indicator: Indicator, boundaries: int, doubts: Doubts) -> list[dict[str, Any]]:
    figures = workspace.observations
    mine = doubts.get(indicator.code, set())
    placed: dict[tuple[str, int, int], list[dict[str, Any]]] = {}
    for row in rows_of(figures[figures["indicator"] == indicator.code]):
        for holder in workspace.units.holders(str(row["unit"]), boundaries):
            placed.setdefault((holder, row["year"], row["boundaries"]), []).append(row)
    facts: dict[tuple[str, int], dict[str, Any]] = {}
    for (unit, year, drawn), rows in sorted(placed.items()):
        value, status = _merged(workspace.units, indicator, unit, rows, drawn, boundaries)
        fact = {
            "unit": unit,
            "indicator": indicator.code,
            "year": year,
            "value": value,
            "status": status,
            "segment": indicator.segment(year),
            "doubt": any((row["unit"], year) in mine for row in rows),
            "made_of": joined(cell_id(indicator.code, str(row["unit"]), year) for row in rows)
            if [row["unit"] for row in rows] != [unit]
            else "",
            "sources": joined(str(row["source"]) for row in rows),
        }
        # One year may be published on two sets of boundaries: the one that gives a value counts.
        if (unit, year) not in facts or isnan(facts[unit, year]["value"]):
            facts[unit, year] = fact
    return list(facts.values())


def _merged(
    units: Units, indicator: Indicator, unit: str, rows: list[dict[str, Any]], drawn: int, boundaries: int
) -> tuple[float, str]:
    """Give the value and status of a unit from the figures of the territories that make it up."""
    nothing = float("nan")
    if any(units.holders(str(row["unit"]), boundaries) != [unit] for row in rows):
        return nothing, "split"
    needed = set(units.holders(unit, drawn))
    given = {str(row["unit"]): row for row in rows}
    if needed - set(given):
        return nothing, "incomplete"
    if len(needed) == 1:
        only = given[needed.pop()]
        return float(only["value"]), str(only["status"])
    if indicator.additive:
        values = [float(row["value"]) for row in rows]
        return (sum(values), "summed") if not any(map(isnan, values)) else (nothing, "incomplete")
    above = [float(row["numerator"]) for row in rows]
    below = [float(row["denominator"]) for row in rows]
    if not any(map(isnan, (*above, *below))):
        return indicator.scale * sum(above) / sum(below), "computed"
    return nothing, "not_additive"
