"""Trend: what may be said of yearly series, each stretch between two breaks by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from analysis.indicators.asked import faults_of, several_names
from analysis.indicators.charts.trend import draw_trend
from analysis.indicators.facts import joined
from analysis.indicators.series import held_series, series_files
from analysis.indicators.trends.measured import Measured
from analysis.indicators.words import both, noted, words
from analysis.messages import LANGUAGES, Language, Texts, listed, pick

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

#: Below this many comparable points no two-sided exact p can be 0.05 or less.
ENOUGH = 5
Model = Literal["year_to_year"]

COLUMNS = (
    "indicator", "unit", "segment", "current", "first", "last", "n", "first_value", "last_value", "change", "growth",
    "per_year", "rises", "falls", "pattern", "direction", "tau", "p", "slope", "lower", "upper", "coverage", "reason",
    "doubt", "made_of", "sources",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Trend(Measured):
    """What may be said of series: ``points`` holds their levels."""

    years: ClassVar[tuple[str, ...]] = ("first", "last")
    once: ClassVar[tuple[str, ...]] = ("indicator", "unit")

    points: pd.DataFrame = field(kw_only=True, repr=False)


def trend(
    workspace: Workspace, indicators: str | Iterable[str], *, units: str | Sequence[str] | None = None,
    boundaries: int | None = None, until: int | None = None, model: Model | None = None, level: float = 0.95,
    language: Language | None = None,
) -> Trend:  # fmt: skip
    """Say what changed in yearly series; give directions with p only where an error model is declared.

    Parameters
    ----------
    workspace
        The workspace.
    indicators
        One code or several.
    units, boundaries, until
        As of :func:`analysis.indicators.series`; one unit or several.
    model
        ``year_to_year``: the caller takes what a year adds to a level that has no trend for independent noise of one
        distribution. Without it there is no p and no slope with an interval: complete counts are no sample.
    level
        A direction is given where p ≤ 1 − level; also the level of the slope's interval.
    language
        That is shown unless it is said.

    Returns
    -------
    Trend
        ``table``: one row an indicator, unit and stretch between breaks: ``segment``, ``current`` (whether it is the
        last), ``first`` and ``last`` year with a value, ``n`` (values), ``first_value``, ``last_value``, ``change``
        (in the measure), ``growth`` (per cent, of what is itself no per cent), ``per_year`` (mean yearly change),
        ``rises`` and ``falls`` (from value to value), ``pattern`` (``rose_throughout``, ``rose``, ``fell_throughout``,
        ``fell``, ``unchanged``, ``single``); with a model ``direction`` (``rising``, ``falling``, ``none``,
        ``refused``), Kendall's ``tau``, exact ``p``, Sen's ``slope`` a year with ``lower``, ``upper`` and their
        ``coverage``, and the ``reason`` of a refusal; ``doubt``, ``made_of``, ``sources``. ``points``: the facts.

    Raises
    ------
    DuzhengError
        DZ-I001, DZ-U002 for unknown indicators and units, DZ-S002 for a wrong model, level or last year, or where there
        is no figure at all: all faults at once.

    Notes
    -----
    Values are never compared across a break. Directions are those of :func:`analysis.stats.trends.verdict`: the exact
    test of Mann and Kendall on one stretch. In R ``Kendall::MannKendall`` and ``trend::sens.slope``.
    """
    import pandas as pd

    codes, wanted = list(dict.fromkeys(several_names(indicators) or [])), several_names(units)
    faults = faults_of(model, level, until)
    facts = held_series(workspace, codes, faults, units=wanted, boundaries=boundaries, until=until)
    points = facts[facts["value"].notna()].reset_index(drop=True)
    table = pd.DataFrame(_stretches(workspace, points), columns=[*COLUMNS])
    table = _current(table, codes, list(workspace.units.frame.index.astype(str)))
    if model is not None:
        table = _directions(table, points, level)
    measured = ("first_value", "last_value", "change", "per_year", "slope", "lower", "upper")
    most = max((workspace.catalogue[code].decimals for code in codes), default=0)
    tested = ("direction", "p", "slope", "lower", "upper", "coverage", "reason") if model else ()
    return Trend(
        table, "trend",
        settings={"indicators": codes, "units": wanted or list(dict.fromkeys(table["unit"])), "boundaries": boundaries
                  or workspace.settings.boundaries} | ({"level": level} if model else {}),
        notes=_notes(workspace, table, facts, model, codes), drawing=draw_trend,
        shown=("indicator", "unit", "first", "last", "n", "first_value", "last_value", "change", "growth", "per_year",
               "pattern", *tested),
        decimals=dict.fromkeys(measured, most) | {"per_year": most + (most < 2), "slope": most + (most < 2),  # noqa: PLR2004
                                                  "growth": 2, "tau": 2, "coverage": 3},
        spoken=language, workspace=workspace, read=series_files(workspace), points=points,
        model=words("trend")["model"] if model else None,
    )  # fmt: skip


def _stretches(workspace: Workspace, points: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give a row for each indicator, unit and stretch."""
    columns = ("year", "value", "doubt", "cell", "sources")
    for (code, unit, segment), group in points.sort_values("year").groupby(
        ["indicator", "unit", "segment"], sort=False
    ):
        year, value, doubt, cell, sources = (group[name].to_numpy() for name in columns)
        steps = value[1:] - value[:-1]
        rises, falls = int((steps > 0).sum()), int((steps < 0).sum())
        change = float(value[-1] - value[0]) if len(value) > 1 else nan
        indicator = workspace.catalogue[str(code)]
        shares = indicator.measure["zh-Hans"] == "%" or indicator.kind == "flag"
        yield {
            "indicator": str(code), "unit": str(unit), "segment": int(str(segment)), "current": False,
            "first": int(year[0]), "last": int(year[-1]), "n": len(value), "first_value": float(value[0]),
            "last_value": float(value[-1]), "change": change,
            "growth": nan if shares or value[0] <= 0 else 100 * change / float(value[0]),
            "per_year": change / float(year[-1] - year[0]) if len(value) > 1 else nan, "rises": rises, "falls": falls,
            "pattern": _pattern(change, rises, falls, len(value)), "direction": "", "tau": nan, "p": nan, "slope": nan,
            "lower": nan, "upper": nan, "coverage": nan, "reason": "", "doubt": bool(doubt.any()),
            "made_of": joined(cell), "sources": joined(sources),
        }  # fmt: skip


def _pattern(change: float, rises: int, falls: int, n: int) -> str:
    if n == 1:
        return "single"
    if change == 0:
        return "unchanged"
    way = "rose" if change > 0 else "fell"
    return f"{way}_throughout" if n > 2 and (rises if change > 0 else falls) == n - 1 else way  # noqa: PLR2004


def _current(table: pd.DataFrame, codes: Sequence[str], units: Sequence[str]) -> pd.DataFrame:
    """Order by indicator, unit and time, and mark the last stretch of each."""
    order = {code: place for place, code in enumerate(codes)}, {unit: place for place, unit in enumerate(units)}
    keys = table.assign(_code=table["indicator"].map(order[0]), _unit=table["unit"].map(order[1]))
    table = table.loc[keys.sort_values(["_code", "_unit", "first"], kind="stable").index].reset_index(drop=True)
    table["current"] = ~table.duplicated(["indicator", "unit"], keep="last")
    return table


def _directions(table: pd.DataFrame, points: pd.DataFrame, level: float) -> pd.DataFrame:
    """Test the stretches with enough points; those of the same years together."""
    import numpy as np

    from analysis.stats.trends import mann_kendall, sen_slope

    found = table.copy()
    found["direction"], found["reason"] = "refused", "too_few"
    enough = found[found["n"] >= ENOUGH]
    keys = ["indicator", "unit", "segment"]
    groups = dict(list(points.sort_values("year").groupby(keys))) if len(enough) else {}
    same: dict[tuple[int, ...], list[int]] = {}
    for row, key in zip(enough.index, enough[keys].itertuples(index=False, name=None), strict=True):
        same.setdefault(tuple(groups[key]["year"]), []).append(row)
    for years, rows in same.items():
        values = np.stack([groups[tuple(found.loc[row, keys])]["value"].to_numpy() for row in rows])
        # The best that an order of these values, ties as they are, could reach: nothing is refused for its order.
        tested = mann_kendall(values, method="exact")
        best = mann_kendall(np.sort(values, axis=1), method="exact")["p"].to_numpy()
        slopes = sen_slope(values, years, level=level)
        tied = np.ptp(values, axis=1) == 0
        few = ~tied & ~(best <= 1 - level + 1e-12)
        p = tested["p"].to_numpy()
        way = np.where(p <= 1 - level, np.where(tested["s"] > 0, "rising", "falling"), "none")
        found.loc[rows, "direction"] = np.where(tied | few, "refused", way)
        found.loc[rows, "reason"] = np.where(tied, "all_tied", np.where(few, "too_few", ""))
        found.loc[rows, ["tau", "p"]] = tested[["tau", "p"]].to_numpy()
        numbers = ["slope", "lower", "upper", "coverage"]
        found.loc[rows, numbers] = slopes[numbers].to_numpy()
    return found


def _notes(
    workspace: Workspace, table: pd.DataFrame, facts: pd.DataFrame, model: str | None, codes: Sequence[str]
) -> tuple[Texts, ...]:
    said, notes = words("trend"), []
    there = set(facts["indicator"])
    if there != set(codes):
        gone = [workspace.catalogue[code].name for code in codes if code not in there]
        names: Texts = {language: listed((pick(each, language) for each in gone), language) for language in LANGUAGES}
        notes.append(both("trend", "note.without", names=names))
    now = table[table["current"]]
    few = int((now["n"] < ENOUGH).sum())
    if few:
        notes.append(noted("trend", "note.few", n=few, of=len(now), least=ENOUGH))
    if model is None and (now["n"] >= ENOUGH).any():
        notes.append(said["note.no_model"])
    parted = table.loc[~table["current"], "indicator"].unique()
    whys = {(each.year, each.reason["zh-Hans"]): each for code in parted for each in workspace.catalogue[code].breaks}
    notes += [both("trend", "note.break", year=each.year, why=each.reason) for each in whys.values()]
    if table["doubt"].any():
        notes.append(noted("trend", "note.doubt", n=int(table["doubt"].sum())))
    empty = facts[facts["value"].isna()]
    for status, count in empty["status"].value_counts().sort_index().items():
        notes.append(noted("trend", "note.gone", n=int(count), why=said[f"status.{status}"]))
    return tuple(notes)
