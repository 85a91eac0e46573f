"""Importance and performance: how much a topic goes with the outcome, and how well it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import hold_level, one_of, wrong
from analysis.satisfaction.association.drivers import script
from analysis.satisfaction.association.outcome import (
    WEIGHTS,
    Chosen,
    Method,
    choose,
    incomplete,
    named,
    solvable,
    weights_of,
)
from analysis.satisfaction.indices.scales import remarks_of
from analysis.satisfaction.result import SurveyResult
from analysis.stats.arrays import Floats
from analysis.stats.design.moments import Moments, moments
from analysis.surveys.design import Design, hold_designs

if TYPE_CHECKING:
    import pandas as pd

SHOWN = ("variable", "importance", "importance_lower", "importance_upper", "performance", "performance_lower",
         "performance_upper", "quadrant", "crosses", "n")  # fmt: skip
#: By whether importance and performance are above their lines.
QUADRANTS = {(True, True): "strength", (True, False): "improve", (False, False): "watch", (False, True): "maintain"}
UNDECIDED = "undecided"
AXES, WHOLE = ("importance", "performance"), 100.0


def importance(
    design: Design,
    outcome: str | None = None,
    topics: Sequence[str] | None = None,
    *,
    lines: tuple[float | None, float | None] = (None, None),
    method: Method = "shapley",
    least: float | None = None,
    fewest: int = 50,
    level: float = 0.95,
    replicates: int = 200,
    seed: int = 1,
) -> SurveyResult:
    """Lay topics out by how much they go with an outcome and how well they are judged.

    Parameters
    ----------
    design
        A wave.
    outcome, topics
        As for :func:`analysis.satisfaction.drivers`; topics are on 0 to 100.
    lines
        Where the lines lie: importance in per cent of R², performance in points of 100. If not given, the mean share
        100 / p, and the mean of the topics' performances.
    method
        Of importance: ``shapley`` or ``johnson``.
    least, fewest
        As for ``drivers``.
    level
        Of the intervals.
    replicates, seed
        Of the bootstrap of PSUs within strata: how many, and where its random numbers start.

    Returns
    -------
    SurveyResult
        One row a topic, those of most importance first: variable, importance, importance_se, importance_lower,
        importance_upper, importance_line (per cent of R²), the same of performance (points of 100), importance_away,
        importance_away_lower, importance_away_upper and the same of performance (less the line), quadrant, crosses,
        df, n (answers on the topic), psus, basis. Quadrants: ``strength`` (high, high), ``improve`` (high
        importance, low performance), ``watch`` (low, low), ``maintain`` (low importance, high performance), or
        ``undecided``; ``crosses`` names the line that the interval crosses: importance, performance or both.

    Raises
    ------
    DuzhengError
        DZ-S002 as ``drivers``, and for topics on another scale; DZ-S002 where a topic is a combination of others.

    Notes
    -----
    Martilla and James (1977, Journal of Marketing 41: 77-79), with importance inferred from the answers. A quadrant is
    named only where the intervals of both distances from the lines lie on one side; the line of performance is a mean
    of the same estimates, so the distance has replicates of its own. Means are of all who answered a topic, importance
    of those who answered all. Importance says what goes together, not what would come of a change.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> importance(example_design(), replicates=50).table[["variable", "quadrant", "crosses"]]
      variable   quadrant     crosses
    0  ixTeach  undecided  importance
    1  ixPlace  undecided  importance
    """
    import pandas as pd

    (design,) = hold_designs(design, most=1)
    one_of("method", method, tuple(WEIGHTS))
    hold_level(level)
    chosen = choose(design, outcome, topics, least)
    _hold(chosen, lines)
    whole = chosen.scores.where(chosen.whole)
    # The same seed draws the same PSUs, so that both belong to one replicate.
    together = moments(design.sample, whole, count=replicates, seed=seed, missing="listwise")
    alone = moments(design.sample, chosen.scores[chosen.names], count=replicates, seed=seed)
    if together.n[0] < fewest or not solvable(together.covariance)[0]:
        found = f"{int(together.n[0])} answers with all topics, or topics that are combinations of others"
        hint = "say least=0.5, or leave topics out"
        raise DuzhengError(wrong(found, f"at least {fewest}, each topic on its own", hint))
    table = _table(chosen, together, alone, lines, method, level)
    table["basis"] = "sampling" if design.kind == "probability" else "model"
    settings = {"outcome": chosen.outcome.id, "topics": chosen.names, "method": method,
                "lines": [round(float(table[f"{what}_line"].iloc[0]), 4) for what in AXES],
                "least": least or "as declared", "fewest": fewest, "answers": int(together.n[0]), "level": level,
                "replicates": replicates, "seed": seed}  # fmt: skip
    from analysis.satisfaction.charts.importance import draw

    names = [chosen.outcome.id, *chosen.names]
    here = pd.DataFrame(
        [(name, kind, value) for kind in WEIGHTS
         for name, value in zip(chosen.names, weights_of(together.covariance, kind)[0], strict=True)],
        columns=["variable", "statistic", "estimate"],
    )  # fmt: skip
    more = {str(name): chosen.scores[name].to_numpy() for name in chosen.scores}
    notes = [*chosen.notes, *incomplete(design, chosen), *remarks_of(together)]
    return SurveyResult(
        table,
        "importance",
        (named(design, chosen.all),),
        settings=settings,
        notes=tuple(notes),
        drawing=draw,
        shown=SHOWN,
        sample=design.with_columns(**more),
        script=script(names, here, []),
        script_columns=tuple(names),
    )


def _hold(chosen: Chosen, lines: tuple[float | None, float | None]) -> None:
    faults = [
        wrong(f"{each.id} in {each.conversion}", "topics on 0 to 100", "ask for indices by linear_0_100", each.id)
        for each in chosen.topics if each.conversion == "mean"
    ]  # fmt: skip
    if not isinstance(lines, Sequence) or len(lines) != len(AXES) or not all(map(_on_scale, lines)):
        faults.append(wrong(f"lines={lines}", "two numbers from 0 to 100, or None", "importance first, in per cent"))
    if faults:
        raise DuzhengError(*faults)


def _on_scale(line: object) -> bool:
    return line is None or (isinstance(line, int | float) and 0 <= line <= WHOLE)


def _table(
    chosen: Chosen, together: Moments, alone: Moments, lines: tuple[float | None, float | None], method: Method,
    level: float,
) -> pd.DataFrame:  # fmt: skip
    """Lay out importance, performance, their distances from the lines, and the quadrants."""
    import pandas as pd

    value = weights_of(together.covariance, method)
    good = solvable(together.covariances)
    covariances = np.where(good[..., None, None], together.covariances, np.eye(value.shape[-1] + 1))
    each = np.where(good[..., None], weights_of(covariances, method), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        share, shares = value / value.sum(axis=-1, keepdims=True), each / each.sum(axis=-1, keepdims=True)
    low, high = together.bounds(share, shares, level, of="share")
    across = WHOLE / len(chosen.names) if lines[0] is None else lines[0]
    columns: dict[str, Any] = {"variable": chosen.names}
    columns |= _named("importance", WHOLE * share, WHOLE * together.error(shares), WHOLE * low, WHOLE * high, across)
    columns |= _named("importance_away", WHOLE * share - across, None, WHOLE * low - across, WHOLE * high - across)
    mean, means = alone.mean, alone.means
    # A line that is the mean of the topics moves with them.
    up = mean.mean(axis=-1, keepdims=True) if lines[1] is None else np.full((1, 1), lines[1])
    ups = means.mean(axis=-1, keepdims=True) if lines[1] is None else up
    columns |= _named("performance", mean, alone.error(means), *alone.bounds(mean, means, level), float(up[0, 0]))
    columns |= _named("performance_away", mean - up, None, *alone.bounds(mean - up, means - ups, level))
    table = pd.DataFrame(columns)
    sides = [_sides(table, what) for what in AXES]
    table["quadrant"] = [QUADRANTS.get((a, b), UNDECIDED) for a, b in zip(*sides, strict=True)]
    table["crosses"] = [
        "both" if a is None and b is None else AXES[0] if a is None else AXES[1] if b is None else ""
        for a, b in zip(*sides, strict=True)
    ]
    table["df"], table["n"], table["psus"] = together.df[0], np.diag(alone.pairs[0]), together.psus[0]
    return table.sort_values("importance", ascending=False, kind="stable", ignore_index=True)


def _named(
    name: str, estimate: Floats, se: Floats | None, lower: Floats, upper: Floats, line: float | None = None
) -> dict[str, Any]:
    found: dict[str, Any] = {name: estimate[0]}
    found |= {} if se is None else {f"{name}_se": se[0]}
    found |= {f"{name}_lower": lower[0], f"{name}_upper": upper[0]}
    return found if line is None else found | {f"{name}_line": line}


def _sides(table: pd.DataFrame, what: str) -> list[bool | None]:
    """Tell on which side of a line the whole interval of each topic lies; None where it crosses it or there is none."""
    low, high = table[f"{what}_away_lower"], table[f"{what}_away_upper"]
    return [True if a > 0 else False if b < 0 else None for a, b in zip(low, high, strict=True)]
