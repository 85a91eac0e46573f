"""Contributions: what each indicator adds to a score, and to its distance from the mean of all units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.indicators.charts.composite_contributions import draw_contributions
from analysis.indicators.composites.construction import Built, aggregated, method_by_group
from analysis.indicators.composites.framework import WHOLE
from analysis.indicators.composites.history import notes_of
from analysis.indicators.composites.results import CompositeResult, common, hold_units, settings_of
from analysis.indicators.words import words

if TYPE_CHECKING:
    from analysis.indicators.composites.composite import Composite
    from analysis.stats.arrays import Floats

#: Points of Gauss and Legendre on the way from the mean to a unit.
_POINTS = 64


def contributions(composite: Composite, *, units: Sequence[str] | None = None) -> CompositeResult:
    """Give what each indicator adds to the score of each unit.

    Parameters
    ----------
    composite
        Aggregated.
    units
        Which units are shown.

    Returns
    -------
    CompositeResult
        ``table``: unit, indicator, part (of the whole), normalised, weight (in the whole, per cent, as it counts for
        this unit: raised where figures are missing), points (weight × normalised; they add up to the score; only of
        arithmetic means), against_mean (what the indicator adds to the distance of the score from that of a unit with
        the mean of all in each indicator; they add up to that distance). Units without a score are left out.

    Notes
    -----
    against_mean is w (x − x̄) of arithmetic means. Of others it is (x − x̄) times the mean slope of the score on the
    straight way from x̄ to x (Aumann and Shapley 1974), by Gauss–Legendre quadrature.
    """
    import pandas as pd

    composite.hold("contributions")
    built, framework = composite.built, composite.framework
    of = next(step.options for step in composite.steps if step.name == "aggregate")
    methods = method_by_group(framework, of["method"])
    arithmetic = set(methods.values()) == {"arithmetic"}
    wanted = set(hold_units(composite, units))
    x = built.normalised
    mean = np.nanmean(x, axis=0)
    weights = _counting(built)
    added = _against(built, mean, of, methods)
    rows: list[dict[str, Any]] = []
    for i, unit in enumerate(map(str, composite.frame.index)):
        if unit not in wanted or np.isnan(built.score[i]):
            continue
        rows += [
            {"unit": unit, "indicator": code, "part": framework.branch(code), "normalised": x[i, j],
             "weight": 100 * weights[i, j], "points": weights[i, j] * x[i, j] if arithmetic else np.nan,
             "against_mean": added[i, j]}
            for j, code in enumerate(framework.indicators) if not np.isnan(x[i, j])
        ]  # fmt: skip
    columns = ["unit", "indicator", "part", "normalised", "weight", "points", "against_mean"]
    table = pd.DataFrame(rows, columns=columns)
    visible = [
        name for name in columns if (name != "points" or arithmetic) and (name != "part" or len(framework.parts) > 1)
    ]
    notes = [] if arithmetic else [words("composite_contributions")["note.not_added"]]
    return CompositeResult(
        table, "composite_contributions", **common(composite), settings=settings_of(composite),
        drawing=draw_contributions, notes=(*notes, *notes_of(composite)), shown=tuple(visible),
        decimals={"points": 1, "against_mean": 1, "normalised": 1, "weight": 1},
    )  # fmt: skip


def _counting(built: Built) -> Floats:
    """Give the weight of each indicator in each unit's score, raised where others are missing."""
    framework = built.framework
    shape = built.normalised.shape
    place = {code: at for at, code in enumerate(framework.indicators)}
    share: dict[str, Floats] = {WHOLE: np.ones(shape[0])}
    found = np.zeros(shape)
    for group in reversed(list(framework.parts)):
        parts = framework.parts[group]
        raw = np.column_stack([np.where(np.isnan(built.scores[part]), 0.0, built.weights[part]) for part in parts])
        whole = raw.sum(axis=1)
        for part, column in zip(parts, raw.T, strict=True):
            share[part] = share[group] * np.divide(column, whole, out=np.zeros_like(column), where=whole > 0)
            if part in place:
                found[:, place[part]] = share[part]
    return found


def _against(built: Built, mean: Floats, of: Mapping[str, Any], methods: Mapping[str, str]) -> Floats:
    """Give what each indicator adds to the distance from a unit with the mean in every indicator that the unit has."""
    x = built.normalised
    away = np.where(np.isnan(x), 0.0, x - mean)
    if set(methods.values()) == {"arithmetic"}:
        return _counting(built) * away
    nodes, sizes = np.polynomial.legendre.leggauss(_POINTS)
    slope = np.zeros_like(x)
    for node, size in zip((nodes + 1) / 2, sizes / 2, strict=True):
        here = np.where(np.isnan(x), np.nan, mean + node * away)
        slope += size * _slopes(built, here, of, methods)
    return slope * away


def _slopes(built: Built, x: Floats, of: Mapping[str, Any], methods: Mapping[str, str]) -> Floats:
    """Give the slope of the score on every indicator at some normalised figures."""
    from dataclasses import replace

    framework = built.framework
    scores = aggregated(replace(built, normalised=x), of)
    place = {code: at for at, code in enumerate(framework.indicators)}
    slope: dict[str, Floats] = {WHOLE: np.ones(len(x))}
    found = np.zeros_like(x)
    for group in reversed(list(framework.parts)):
        parts = framework.parts[group]
        raw = np.column_stack([np.where(np.isnan(scores[part]), 0.0, built.weights[part]) for part in parts])
        share = raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-300)
        for part, of_part in zip(parts, share.T, strict=True):
            value = np.where(np.isnan(scores[part]), 1.0, scores[part])
            whole = scores[group]
            power = {"arithmetic": 0, "geometric": 1, "harmonic": 2}[methods[group]]
            slope[part] = slope[group] * of_part * (whole / value) ** power
            if part in place:
                found[:, place[part]] = np.nan_to_num(slope[part])
    return found
