"""Effective weights: how much an indicator moves the scores, which is not what its weight says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.indicators.charts.composite_importance import draw_importance
from analysis.indicators.composites.history import notes_of
from analysis.indicators.composites.results import CompositeResult, common, settings_of
from analysis.indicators.words import both, words
from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats
from analysis.stats.composite.correlation_ratio import FEWEST, correlation_ratio

if TYPE_CHECKING:
    from analysis.indicators.composites.composite import Composite

#: Of fewer units a curve through the points is flattering.
_FEW = 30


def effective_weights(composite: Composite) -> CompositeResult:
    """Give how much each indicator matters in the scores, beside its weight.

    Parameters
    ----------
    composite
        Aggregated; five units or more with a score.

    Returns
    -------
    CompositeResult
        ``table``: indicator, part (of the whole), weight (in the whole, per cent), importance (share of all correlation
        ratios, per cent), ratio (of importance to weight), explained (correlation ratio: per cent of the variance of
        scores that goes with the indicator), alone (of these, what no other indicator goes with as well; none where
        there are not enough units), correlation (with the score).

    Raises
    ------
    DuzhengError
        DZ-S002 for fewer than five units with a score.

    Notes
    -----
    Paruolo, Saisana and Saltelli (2013); Becker and others (2017, Ecological Indicators 80): S = V(E[y|x])/V(y), here
    by local linear regression (:func:`analysis.stats.composite.correlation_ratio.correlation_ratio`). alone is the
    squared semipartial correlation. Weights are trade-offs: a point of one indicator for points of another. They are
    no importance: indicators that vary more, or go with others, move scores more.
    """
    import pandas as pd

    composite.hold("effective weights")
    built, framework = composite.built, composite.framework
    y = built.score
    scored = ~np.isnan(y)
    if scored.sum() < FEWEST:
        raise DuzhengError(wrong(f"{int(scored.sum())} units with a score", f"{FEWEST} or more", ""))
    rows = []
    complete = scored & ~np.isnan(built.normalised).any(axis=1)
    for j, code in enumerate(framework.indicators):
        x = built.normalised[:, j]
        there = scored & ~np.isnan(x)
        enough = int(there.sum()) >= FEWEST
        rows.append({
            "indicator": code, "part": framework.branch(code), "weight": 100 * built.overall(code),
            "explained": 100 * correlation_ratio(x[there], y[there]) if enough else np.nan,
            "alone": 100 * _alone(built.normalised[complete], y[complete], j),
            "correlation": float(np.corrcoef(x[there], y[there])[0, 1]) if enough and np.ptp(x[there]) > 0 else np.nan,
        })  # fmt: skip
    table = pd.DataFrame(rows)
    table["importance"] = 100 * table["explained"] / table["explained"].sum()
    table["ratio"] = table["importance"] / table["weight"]
    table = table[["indicator", "part", "weight", "importance", "ratio", "explained", "alone", "correlation"]]
    against = int((table["correlation"] < 0).sum())
    notes = [both("composite_importance", "note.against", n=against)] if against else []
    if scored.sum() < _FEW:
        notes.append(both("composite_importance", "note.few", n=int(scored.sum())))
    if table["alone"].isna().all():
        notes.append(words("composite_importance")["note.no_alone"])
    visible = tuple(name for name in table if name != "part" or len(framework.parts) > 1)
    return CompositeResult(
        table, "composite_importance", **common(composite), settings=settings_of(composite), drawing=draw_importance,
        notes=(*notes, *notes_of(composite)), shown=tuple(map(str, visible)), decimals={"ratio": 2, "correlation": 2},
    )  # fmt: skip


def _alone(x: Floats, y: Floats, j: int) -> float:
    """Give the squared correlation of the score with what the others do not explain of an indicator."""
    if len(y) < x.shape[1] + 2:
        return float("nan")
    others = np.column_stack([np.ones(len(y)), np.delete(x, j, axis=1)])
    rest = x[:, j] - others @ np.linalg.lstsq(others, x[:, j], rcond=None)[0]
    if rest.std() <= 1e-9 * max(x[:, j].std(), 1e-300) or y.std() == 0:
        return 0.0
    return float(np.corrcoef(rest, y)[0, 1] ** 2)
