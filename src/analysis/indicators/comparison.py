"""A unit beside the others: change between years, place among its peers, spread between them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from analysis.indicators.facts import facts_of, joined, rows_of
from analysis.indicators.series import series
from analysis.messages import DuzhengError, Fault
from analysis.stats import weighted_cv

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Indicator, Workspace


def peers(workspace: Workspace, unit: str, *, boundaries: int | None = None) -> list[str]:
    """Give the ids of the units of the same kind under the same parent, the unit itself among them."""
    year = workspace.settings.boundaries if boundaries is None else boundaries
    existing = workspace.units.at(year, workspace.units.kind(unit))
    parent = workspace.units.parent(unit)
    return [str(each) for each in existing.index if workspace.units.parent(str(each)) == parent]


def complete_years(levels: pd.DataFrame, units: Sequence[str]) -> list[int]:
    """Give the years in which all the units have a value, in order.

    Parameters
    ----------
    levels
        Facts of one indicator, as :func:`~analysis.indicators.series.series` gives them.
    units
        The units that must be there.
    """
    there = levels[levels["value"].notna() & levels["unit"].isin(list(units))]
    counts = there.groupby("year")["unit"].nunique()
    return sorted(int(year) for year in counts.index[counts == len(set(units))])


def change(levels: pd.DataFrame, indicator: Indicator, base_year: int, year: int) -> pd.DataFrame:
    """Compute the change of levels between two years: absolute, and for what adds up also in per cent.

    Parameters
    ----------
    levels
        Facts of statistic ``level`` on one set of boundaries.
    indicator
        The catalogue's entry of the indicator.
    base_year, year
        The years compared.

    Returns
    -------
    pandas.DataFrame
        Facts of statistic ``change`` (in the indicator's measure) and ``growth`` (per cent of the base year), one a
        unit that has both years. Across a break the value is missing with status ``break``; ``doubt`` is set if
        either level is doubtful.
    """
    chosen = levels[(levels["indicator"] == indicator.code) & levels["year"].isin([base_year, year])]
    rows: list[dict[str, Any]] = []
    by_unit: dict[str, dict[int, dict[str, Any]]] = {}
    for row in rows_of(chosen):
        by_unit.setdefault(row["unit"], {})[row["year"]] = row
    for unit, ends in sorted(by_unit.items()):
        if set(ends) != {base_year, year}:
            continue
        first, last = ends[base_year], ends[year]
        broken = first["segment"] != last["segment"]
        absent = [end["status"] for end in (first, last) if isnan(end["value"])]
        common = {
            "unit": unit,
            "indicator": indicator.code,
            "year": year,
            "base_year": base_year,
            "status": "break" if broken else absent[0] if absent else "computed",
            "segment": last["segment"],
            "doubt": first["doubt"] or last["doubt"],
            "made_of": f"{first['cell']};{last['cell']}",
            "sources": joined([first["sources"], last["sources"]]),
            "variant": last["variant"],
        }
        difference = float("nan") if broken else last["value"] - first["value"]
        rows.append({**common, "statistic": "change", "value": difference})
        if indicator.additive and first["value"] != 0:
            rows.append({**common, "statistic": "growth", "value": 100 * difference / first["value"]})
    return facts_of(rows)


def share(levels: pd.DataFrame, indicator: Indicator, whole: str) -> pd.DataFrame:
    """Compute what part of a larger unit's figure each unit has, in per cent (statistic ``share``).

    ``whole`` is the id of the larger unit; only an indicator that adds up has shares.
    """
    if not indicator.additive:
        return facts_of([])
    chosen = levels[levels["indicator"] == indicator.code]
    totals = {row["year"]: row for row in rows_of(chosen[chosen["unit"] == whole])}
    rows = []
    for row in rows_of(chosen[chosen["unit"] != whole]):
        total = totals.get(row["year"])
        if total is None or not total["value"] > 0 or isnan(row["value"]):
            continue
        rows.append(
            {
                "unit": row["unit"],
                "indicator": indicator.code,
                "year": row["year"],
                "statistic": "share",
                "value": 100 * row["value"] / total["value"],
                "status": "computed",
                "doubt": row["doubt"],
                "made_of": f"{row['cell']};{total['cell']}",
                "sources": joined([row["sources"], total["sources"]]),
            }
        )
    return facts_of(rows)


def place(levels: pd.DataFrame, indicator: Indicator, units: Sequence[str], year: int) -> pd.DataFrame:
    """Give each unit's place among its peers, 1 being the highest value; equal values share a place.

    Returns
    -------
    pandas.DataFrame
        Facts of statistic ``place`` and ``peers`` (how many have a value), one each a unit with a value.
    """
    chosen = levels[
        (levels["indicator"] == indicator.code)
        & (levels["year"] == year)
        & levels["unit"].isin(list(units))
        & levels["value"].notna()
    ]
    places = chosen["value"].rank(method="min", ascending=False)
    made_of, sources = joined(chosen["cell"]), joined(chosen["sources"])
    rows = []
    for row, number in zip(rows_of(chosen), places, strict=True):
        common = {
            "unit": row["unit"],
            "indicator": indicator.code,
            "year": year,
            "status": "computed",
            "doubt": bool(chosen["doubt"].any()),
            "made_of": made_of,
            "sources": sources,
            "variant": row["variant"],
        }
        rows += [
            {**common, "statistic": "place", "value": number},
            {**common, "statistic": "peers", "value": len(chosen)},
        ]
    return facts_of(rows)


def spread(
    workspace: Workspace, indicator: str, whole: str | None = None, *, boundaries: int | None = None
) -> pd.DataFrame:
    """Compute how far the units below a larger one differ, in each year in which all of them have figures.

    Parameters
    ----------
    workspace
        The workspace.
    indicator
        Code of a ratio, which is weighted by its denominator.
    whole
        Id of the larger unit, such as a city; by default the one that all units of the workspace's kind have above.
    boundaries
        The year on whose boundaries the units are taken; by default the workspace's.

    Returns
    -------
    pandas.DataFrame
        Facts of the larger unit: ``cv`` (coefficient of variation weighted by the denominator,
        :func:`analysis.stats.weighted_cv`), ``lowest``, ``highest``, ``peers``. ``doubt`` is set if any figure is
        doubtful.

    Raises
    ------
    DuzhengError
        DZ-I001 for an unknown indicator or one that is no ratio, DZ-U001 if there are several larger units.
    """
    ratio = workspace.catalogue.get(indicator)
    if ratio is None or ratio.formula is None or not ratio.formula.denominator:
        weightless = ratio is not None and ratio.kind == "ratio"
        raise DuzhengError(
            Fault(
                "DZ-I001",
                found=repr(indicator),
                expected="a ratio of a numerator to a denominator, which is the weight"
                if weightless
                else "the code of a ratio with a formula",
                hint="`duzheng data list`",
            )
        )
    year = workspace.settings.boundaries if boundaries is None else boundaries
    whole, units = _below(workspace, whole, year)
    codes = [indicator, ratio.formula.numerator, ratio.formula.denominator]
    levels = series(workspace, codes, boundaries=year, units=units)
    ratios = levels[levels["indicator"] == indicator]
    rows: list[dict[str, Any]] = []
    for each in complete_years(ratios, units):
        now = levels[levels["year"] == each].set_index(["indicator", "unit"])
        parts = [now.loc[code].loc[units, "value"].to_numpy() for code in codes[1:]]
        chosen = ratios[ratios["year"] == each]
        common = {
            "unit": whole,
            "indicator": indicator,
            "year": each,
            "status": "computed",
            "segment": ratio.segment(each),
            "doubt": bool(chosen["doubt"].any()),
            "made_of": joined(chosen["cell"]),
            "sources": joined(chosen["sources"]),
        }
        rows += [
            {**common, "statistic": "cv", "value": weighted_cv(parts[0], parts[1])},
            {**common, "statistic": "lowest", "value": chosen["value"].min()},
            {**common, "statistic": "highest", "value": chosen["value"].max()},
            {**common, "statistic": "peers", "value": len(units), "doubt": False},
        ]
    return facts_of(rows)


def _below(workspace: Workspace, whole: str | None, year: int) -> tuple[str, list[str]]:
    """Give a larger unit and the ids of the units of the workspace's kind below it."""
    below = workspace.units.at(year, workspace.settings.unit_kind)
    if whole is None:
        above = sorted({parent for parent in below["parent"] if isinstance(parent, str)})
        if len(above) != 1:
            raise DuzhengError(
                Fault(
                    "DZ-U001",
                    found=f"{len(above)} larger units ({', '.join(above)})",
                    expected="one",
                    hint="name it as `whole`",
                )
            )
        whole = above[0]
    return whole, [str(unit) for unit in below.index[below["parent"] == whole]]
