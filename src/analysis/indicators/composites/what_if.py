"""What if: the score and the place of a unit with another figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.indicators.asked import faults_in, several
from analysis.indicators.charts.composite_what_if import draw_what_if
from analysis.indicators.composites.construction import construct, ranks_of
from analysis.indicators.composites.history import notes_of
from analysis.indicators.composites.results import (
    CompositeResult,
    common,
    hold_units,
    ranks_shown,
    settings_of,
)
from analysis.indicators.words import words
from analysis.messages import DuzhengError
from analysis.messages.requests import is_number, wrong

if TYPE_CHECKING:
    from analysis.indicators.composites.composite import Composite


def what_if(
    composite: Composite, indicator: str, unit: str, change: float | Sequence[float] | None = None, *,
    to: float | Sequence[float] | None = None, ranks: bool | None = None,
) -> CompositeResult:  # fmt: skip
    """Say what another figure of one indicator would do to the score and the place of a unit.

    Parameters
    ----------
    composite
        Aggregated.
    indicator, unit
        Whose figure.
    change, to
        How much more or less the figure is, or what it is; one or several. One of the two is given.
    ranks
        Whether readers see ranks; the table has them always.

    Returns
    -------
    CompositeResult
        ``table``: change, figure (first as it is), score, score_change, rank, rank_change (below 0: nearer to the top),
        others_moved (other units whose rank is another).

    Raises
    ------
    DuzhengError
        DZ-S002 for a unit or indicator that is not in the composite, both or neither of change and to, what is no
        number, a change of a missing figure.

    Notes
    -----
    All steps are done anew: a figure beyond the best one moves the scale of all units, as it would in fact.
    """
    import pandas as pd

    composite.hold("what if")
    faults = faults_in(lambda: hold_units(composite, [unit]))
    if indicator not in composite.framework.indicators:
        faults.append(wrong(f"indicator {indicator!r}", "an indicator of the composite", "it may have been left out"))
    if (change is None) == (to is None):
        faults.append(wrong(f"change={change}, to={to}", "one of the two", ""))
    name = "change" if to is None else "to"
    several, strange = _numbers(change if to is None else to)
    faults += [wrong(f"{name}={each!r}", "a number, or several", "") for each in strange]
    if faults:
        raise DuzhengError.of(faults)
    i, j = list(map(str, composite.frame.index)).index(unit), composite.framework.indicators.index(indicator)
    now = float(composite.figures.given[i, j])
    if change is not None and np.isnan(now):
        raise DuzhengError(wrong("a change of a missing figure", "a figure", "say to=…"))
    figures = [each if change is None else now + each for each in several]
    before = composite.built.score
    ranks_before = ranks_of(before)
    rows = []
    for figure in (now, *figures):
        values = composite.figures.given.copy()
        values[i, j] = figure
        score = construct(replace(composite.figures, given=values), composite.framework, composite.steps).score
        places = ranks_of(score)
        moved = ~np.isclose(places, ranks_before, equal_nan=True)
        moved[i] = False
        rows.append({
            "change": figure - now, "figure": figure, "score": score[i], "score_change": score[i] - before[i],
            "rank": places[i], "rank_change": places[i] - ranks_before[i], "others_moved": int(moved.sum()),
        })  # fmt: skip
    table = pd.DataFrame(rows).astype({"rank": "Int64", "rank_change": "Int64"})
    shown = ranks_shown(composite, asked=ranks)
    visible = [name for name in table if shown or ("rank" not in str(name) and name != "others_moved")]
    ws = composite.workspace
    decimals = ws.catalogue[indicator].decimals if ws and indicator in ws.catalogue else 2
    return CompositeResult(
        table, "composite_what_if", **common(composite),
        settings={**settings_of(composite), "indicator": indicator, "unit": unit}, drawing=draw_what_if,
        notes=(words("composite_what_if")["note.anew"], *notes_of(composite)), shown=tuple(map(str, visible)),
        decimals={"change": decimals, "figure": decimals, "score": 1, "score_change": 1},
        public=not shown or ranks_shown(composite),
    )  # fmt: skip


def _numbers(given: Any) -> tuple[list[float], list[Any]]:
    """Give the numbers asked for, and what is none."""
    asked = several(given) or []
    numbers = [float(each) for each in asked if is_number(each)]
    return numbers, [each for each in asked if not is_number(each)] if asked or given is None else [given]
