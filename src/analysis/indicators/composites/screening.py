"""Screening: what is missing, what says the same, what runs against the rest, and where outliers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.indicators.charts.composite_screen import draw_correlations
from analysis.indicators.composites.history import name_of, names_of
from analysis.indicators.composites.results import CompositeResult, common, settings_of
from analysis.indicators.words import both, said, words
from analysis.messages import LANGUAGES, Texts, write_number
from analysis.stats.arrays import Floats
from analysis.stats.composite.treatment import has_outliers, kurtosis, skewness

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.composites.composite import Composite

#: Correlations of fewer units say nothing.
_FEWEST = 4


@dataclass(frozen=True, eq=False, repr=False)
class Screening(CompositeResult):
    """What was found: ``table`` has a row an indicator."""

    _: KW_ONLY
    units: pd.DataFrame = field(repr=False)  #: unit, figures, coverage (per cent), proposed (reasons to leave it out)
    correlations: pd.DataFrame = field(repr=False)  #: of indicators in their direction, over units that have both
    proposed: tuple[Texts, ...] = ()  #: what might be left out, and why; nothing was


def screening(composite: Composite, bounds: Mapping[str, float]) -> Screening:
    """Look through the figures of a composite.

    Returns
    -------
    Screening
        ``table``: indicator, part, figures, coverage (per cent), skewness, kurtosis, outliers, strongest (correlation
        in size) and with (whose), vif (variance inflation: 1 / (1 − R²) on the others; none where units are not
        enough), found (codes of what stands against it: ``coverage``, ``still``, ``twice``, ``against``, ``outliers``).

    Notes
    -----
    ``twice``: a correlation at or above the bound with another, so that the two count one thing twice. ``against``:
    negative correlations with most others of its group, so that in the group one makes good the other. ``vif``: by
    correlations of complete units.
    """
    import pandas as pd

    frame, framework = composite.frame, composite.framework
    values = frame.to_numpy(float) * np.where([framework.higher[code] for code in framework.indicators], 1.0, -1.0)
    correlations = correlations_of(values)
    inflation = _inflation(values)
    rows: list[dict[str, Any]] = []
    codes = framework.indicators
    for j, code in enumerate(codes):
        raw = frame[code].to_numpy(float)
        others = np.abs(np.delete(correlations[j], j))
        near = int(np.nanargmax(others)) if np.isfinite(others).any() else -1
        other = [each for each in codes if each != code][near] if near >= 0 else None
        row = {
            "indicator": code, "part": framework.branch(code), "figures": int((~np.isnan(raw)).sum()),
            "coverage": 100 * float((~np.isnan(raw)).mean()), "skewness": skewness(raw), "kurtosis": kurtosis(raw),
            "outliers": has_outliers(raw, skew=bounds["skew"], kurt=bounds["kurt"]),
            "strongest": float(correlations[j][codes.index(other)]) if other else np.nan, "with": other,
            "vif": inflation[j],
        }  # fmt: skip
        row["found"] = ";".join(_found(composite, code, raw, row, correlations, bounds))
        rows.append(row)
    table = pd.DataFrame(rows)
    table["with"] = table["with"].astype(object)
    coverage = (~np.isnan(frame.to_numpy(float))).mean(axis=1)
    units = pd.DataFrame({
        "unit": [str(unit) for unit in frame.index], "figures": (~np.isnan(frame.to_numpy(float))).sum(axis=1),
        "coverage": 100 * coverage, "found": np.where(coverage < bounds["least_unit"], "coverage", ""),
    })  # fmt: skip
    proposed = tuple(_proposed(composite, table, units, bounds))
    nothing = words("composite_screen")["note.nothing"]
    few = [both("composite_screen", "note.few", units=len(frame), n=len(codes))] if len(frame) <= len(codes) else []
    visible = [name for name in table if (name != "part" or len(framework.parts) > 1) and (name != "vif" or not few)]
    return Screening(
        table, "composite_screen", **common(composite), settings={**settings_of(composite), **bounds},
        drawing=draw_correlations, notes=(*(proposed or (nothing,)), *few), shown=tuple(map(str, visible)),
        decimals={"coverage": 0, "skewness": 2, "kurtosis": 2, "strongest": 2, "vif": 1}, units=units,
        correlations=pd.DataFrame(correlations, index=list(codes), columns=list(codes)), proposed=proposed,
    )  # fmt: skip


def correlations_of(values: Floats) -> Floats:
    """Compute correlations of columns over rows that have both; NaN of fewer than four or where nothing varies."""
    count = values.shape[1]
    found = np.full((count, count), np.nan)
    for i in range(count):
        for j in range(i + 1):
            both_there = ~np.isnan(values[:, i]) & ~np.isnan(values[:, j])
            x, y = values[both_there, i], values[both_there, j]
            if len(x) >= _FEWEST and _varies(x) and _varies(y):
                found[i, j] = found[j, i] = 1.0 if i == j else np.corrcoef(x, y)[0, 1]
    return found


def _varies(x: Floats) -> bool:
    return bool(np.ptp(x) > 1e-12 * np.abs(x).max()) if len(x) else False


def _inflation(values: Floats) -> Floats:
    """Give how much the variance of each indicator's coefficient is inflated by the others."""
    x = values[~np.isnan(values).any(axis=1)]
    count = x.shape[1]
    if len(x) <= count + 1 or count < 2 or not all(_varies(x[:, j]) for j in range(count)):  # noqa: PLR2004
        return np.full(count, np.nan)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    found = np.empty(count)
    for j in range(count):
        others = np.delete(z, j, axis=1)
        rest = z[:, j] - others @ np.linalg.lstsq(others, z[:, j], rcond=None)[0]
        found[j] = np.inf if rest.var() < 1e-12 else 1 / rest.var()  # noqa: PLR2004  rounding
    return found


def _found(
    composite: Composite,
    code: str,
    raw: Floats,
    row: Mapping[str, Any],
    correlations: Floats,
    bounds: Mapping[str, float],
) -> list[str]:
    framework = composite.framework
    found = []
    if row["coverage"] < 100 * bounds["least_indicator"]:
        found.append("coverage")
    if not _varies(raw[~np.isnan(raw)]):
        found.append("still")
    if abs(row["strongest"]) >= bounds["strongest"]:
        found.append("twice")
    siblings = [each for each in framework.leaves(framework.parent[code]) if each != code]
    here = framework.indicators.index(code)
    own = [correlations[here, framework.indicators.index(each)] for each in siblings]
    if own and np.sum(np.array(own) < 0) > len(own) / 2:
        found.append("against")
    if row["outliers"]:
        found.append("outliers")
    return found


def _proposed(
    composite: Composite, table: pd.DataFrame, units: pd.DataFrame, bounds: Mapping[str, float]
) -> list[Texts]:
    """Say what might be left out or looked at, in words."""
    found: list[Texts] = []
    low = units.loc[units["found"] == "coverage", "unit"]
    if len(low):
        share = write_number(100 * bounds["least_unit"], 0)
        names = {language: names_of(composite, low, "unit", language) for language in LANGUAGES}
        found.append(both("composite_screen", "propose.units", share=share, names=names))
    told: set[frozenset[str]] = set()
    for row in table.to_dict("records"):
        for what in filter(None, str(row["found"]).split(";")):
            pair = frozenset((str(row["indicator"]), str(row["with"])))
            if what == "twice" and pair in told:
                continue
            told.add(pair)
            found.append({
                language: said(
                    "composite_screen", f"propose.{what}", language,
                    name=name_of(composite, str(row["indicator"]), "indicator", language),
                    other=name_of(composite, str(row["with"]), "indicator", language),
                    coverage=write_number(row["coverage"], 0), r=write_number(row["strongest"], 2),
                    skew=write_number(row["skewness"], 2), kurt=write_number(row["kurtosis"], 2),
                ) for language in LANGUAGES
            })  # fmt: skip
    return found
