"""Jumps: changes far from those of others of the kind between the same two years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.indicators.audit.batch import Seen, findings, tested
from analysis.indicators.audit.figures import number
from analysis.stats.anomalies.steadiness import centre_and_scale, chance_of_outlier, tails

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.rule import AuditRule


#: Where the changes between two years spread by more than this times what is usual, only they tell how far.
_WILD = 1.5
#: Changes that tell how much a unit moves, and how little it may be taken to move beside what is usual.
_ENOUGH, _QUIETEST = 40, 0.5


def _trend(off: np.ndarray, entity: np.ndarray) -> np.ndarray:
    """Give by how much each unit or school grows beside its kind year by year, where it has enough changes to tell."""
    centre, _, n = centre_and_scale(off, entity)
    return np.where(n >= _ENOUGH, centre, 0.0)


def _scale(moving: pd.DataFrame, off: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the scale of each change, and the number of changes that it was told from."""
    span = (moving["year"] - moving["base_year"]).to_numpy()
    together = number(moving.assign(span=span), ["item", "peers", "span"])
    _, usual, n = centre_and_scale(off, together)
    _, kind, _ = centre_and_scale(off, moving["kind"].to_numpy())
    return np.maximum(kind, usual), np.where(kind <= _WILD * usual, n, moving["n"].to_numpy())


def _own(z: np.ndarray, entity: np.ndarray) -> np.ndarray:
    """Give how much each unit or school moves beside what is usual, where it has enough changes to tell."""
    _, own, n = centre_and_scale(np.r_[z, -z], np.r_[entity, entity])
    return np.where(n[: len(z)] >= 2 * _ENOUGH, np.maximum(own[: len(z)], _QUIETEST), 1.0)


def jumps(moving: pd.DataFrame, left: dict[str, int], rule: AuditRule) -> Seen:
    """Test every change between two years.

    ``z = (log ratio − median of the kind − trend) / √(s² + 1/before + 1/value)``: small counts move by chance. ``s`` is
    the MAD of the kind, or that of the item over all years where it is larger; a few units tell the latter better. A
    unit whose figures all grow or move more than others', or less, is held to what is usual with it.
    """
    few = [(table, "peers", many) for table, many in left.items() if many]
    if moving.empty:
        return Seen("jumps", findings(), left=few)
    off, entity = (moving["log"] - moving["centre"]).to_numpy(), moving["entity"].to_numpy()
    trend = _trend(off, entity)
    scale, n = _scale(moving, off - trend)
    counted = moving["counted"].to_numpy()
    value, before = moving["value"].to_numpy(), moving["before"].to_numpy()
    noise = np.where(counted, 1 / value + 1 / before, 0.0)
    rounding = (moving["step"].to_numpy() / np.minimum(value, before)) ** 2 / 6
    z = (off - trend) / np.sqrt(scale**2 + noise + rounding)
    z = z / _own(z, entity)
    # A few hundred changes tell tails badly: those of all items are taken where they are heavier.
    heavy = np.minimum(tails(z, moving["item"].to_numpy()), tails(z, moving["of_school"].to_numpy(np.int64)))
    p = chance_of_outlier(z, heavy, n)
    may = p <= rule.level
    here = moving[may]
    found = findings(
        reason=["jump"] * len(here), expected=here["before"] * np.exp(here["centre"] + trend[may]), z=z[may], p=p[may],
        n=here["n"], **{name: here[name] for name in ("unit", "school", "stage", "indicator", "year", "base_year",
                                                      "value", "file", "row")},
    )  # fmt: skip
    seen = tested("jumps", found, rule.level)
    return Seen("jumps", seen.found, np.r_[seen.p, p[~may]], left=few)
