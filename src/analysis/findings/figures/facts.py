"""The facts of a run: levels, changes, shares, places and spreads of all indicators for all units, computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.indicators import (
    change,
    complete_years,
    facts_of,
    peers,
    place,
    rows_of,
    series,
    share,
    spread,
    stack,
    undecided,
    warnings,
)

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Indicator, Workspace


def facts(workspace: Workspace, *, year: int, boundaries: int) -> dict[str, pd.DataFrame]:
    """Compute the facts of all units, and what belongs to them.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The last year of the figures used.
    boundaries
        The year on whose boundaries all series are put.

    Returns
    -------
    dict of pandas.DataFrame
        ``facts`` (:data:`analysis.indicators.COLUMNS`), a cell once; ``warnings`` up to the year, where ``held`` is the
        unit on the boundaries that the figure went into; ``complete``, the years in which all units below a unit
        have figures: unit, indicator, year.
    """
    levels = levels_of(workspace, year, boundaries)
    found = _warnings(workspace, year, boundaries)
    stacked = stack([levels, *_derived(workspace, levels, year, boundaries), _of_warnings(found)])
    return {"facts": stacked, "warnings": found, "complete": _complete(workspace, levels, boundaries)}


def _complete(workspace: Workspace, levels: pd.DataFrame, boundaries: int) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {"unit": whole or unit, "indicator": str(code), "year": year}
        for whole, units in sets_of_peers(workspace, boundaries).items()
        for code, mine in levels.groupby("indicator")
        for year in complete_years(mine, units)
        for unit in ([""] if whole else units)
    ]
    types = {"unit": "str", "indicator": "str", "year": "int64"}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def levels_of(workspace: Workspace, year: int, boundaries: int) -> pd.DataFrame:
    """Give the levels of all indicators.

    An indicator with several definitions of which none is chosen is left out as long as one of its parts has no
    figures at all, and refused (DZ-I004) once all have.
    """
    without = {
        code
        for code in undecided(workspace)
        if not all(len(workspace.figures(part)) for part in workspace.catalogue.parts(code))
    }
    codes = [code for code in workspace.catalogue if code not in without]
    return series(workspace, codes, boundaries=boundaries, until=year)


def _derived(workspace: Workspace, levels: pd.DataFrame, year: int, boundaries: int) -> list[pd.DataFrame]:
    """Give what is computed of levels, for each set of peers and the unit above them."""
    frames = []
    for whole, units in sets_of_peers(workspace, boundaries).items():
        for indicator in workspace.catalogue.values():
            mine = levels[(levels["indicator"] == indicator.code) & levels["unit"].isin([*units, whole])]
            if not mine["value"].notna().any():
                continue
            frames += [change(mine, indicator, base, last) for base, last in _spans(mine, indicator, units)]
            if whole:
                frames.append(share(mine, indicator, whole))
            years = complete_years(mine, units)
            if indicator.kind == "ratio" and years:
                frames.append(place(mine, indicator, units, years[-1]))
            if indicator.balance and whole and len(units) > 1:
                balance = spread(workspace, indicator.code, whole, boundaries=boundaries)
                frames.append(balance[balance["year"] <= year])
    return frames


def sets_of_peers(workspace: Workspace, boundaries: int) -> dict[str, list[str]]:
    """Give the units of the workspace's kind by the unit above them (``""`` for those that have none)."""
    found: dict[str, list[str]] = {}
    for unit in workspace.units.at(boundaries, workspace.settings.unit_kind).index:
        found.setdefault(workspace.units.parent(str(unit)) or "", peers(workspace, str(unit), boundaries=boundaries))
    return found


def _spans(levels: pd.DataFrame, indicator: Indicator, units: list[str]) -> list[tuple[int, int]]:
    """Give the pairs of years that changes are wanted of: the last two of all peers, and of each unit its own."""
    years = complete_years(levels, units)
    same = [year for year in years if indicator.segment(year) == indicator.segment(years[-1])]
    spans = {(same[-2], same[-1])} if len(same) > 1 else set()
    there = levels[levels["value"].notna()].sort_values("year")
    for _, own in there.groupby("unit"):
        last = [int(year) for year in own["year"].tail(2)]
        if len(last) > 1:
            spans.add((last[0], last[1]))
    return sorted(spans)


def _warnings(workspace: Workspace, year: int, boundaries: int) -> pd.DataFrame:
    frame = warnings(workspace)
    frame = frame[frame["year"] <= year]
    holders = [";".join(workspace.units.holders(unit, boundaries)) for unit in frame["unit"]]
    return frame.assign(held=holders).reset_index(drop=True)


def _of_warnings(found: pd.DataFrame) -> pd.DataFrame:
    """Give the numbers of warnings as facts, so that a note can name them."""
    rows: list[dict[str, Any]] = []
    for row in rows_of(found):
        common = {"unit": row["unit"], "indicator": row["indicator"], "year": row["year"]}
        rows.append({**common, "value": row["value"], "status": "reported"})
        if row["kind"] == "above":
            rows.append({**common, "indicator": row["against"], "value": row["other"], "status": "reported"})
        else:
            total = {"statistic": f"sum of {row['against']}", "value": row["other"], "status": "computed"}
            rows += [{**common, **total}, {**common, "statistic": "gap", "value": row["difference"],
                                           "status": "computed"}]  # fmt: skip
    return facts_of(rows)
