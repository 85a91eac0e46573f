"""Stability: series that change less than others of their kind, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.indicators.audit.batch import Seen, findings, table_of, tested
from analysis.stats.anomalies.coincidence import chance_of, cumulants, information
from analysis.stats.anomalies.steadiness import chance_of_steadiness

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.rule import AuditRule

_PLACE = ["unit", "school", "stage", "indicator", "file", "row", "item", "peers", "of_school"]


def stability(moving: pd.DataFrame, rule: AuditRule) -> Seen:
    """Test every series that is long enough: how often it repeats, and how much its changes vary."""
    import pandas as pd

    series, length, number = _series(moving)
    enough = length >= rule.changes
    left = [(table_of(each), "changes", int((~enough & (series["of_school"] == each).to_numpy()).sum()))
            for each in (False, True)]  # fmt: skip
    if not enough.any():
        return Seen("stability", findings(), left=left)
    rows = [
        _repeats(moving, series, length, number, enough, rule),
        _steady(moving, series, length, number, enough, rule),
    ]
    return tested("stability", pd.concat(rows, ignore_index=True), rule.level, left=left)


def _series(moving: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Give one row a series, with the place of its last figure, how many changes it has, and each change's series."""
    import pandas as pd

    number, names = pd.factorize(moving["series"])
    length = np.bincount(number, minlength=len(names))
    year = moving["year"].to_numpy()
    order = np.lexsort((year, number))
    last = order[np.cumsum(length) - 1] if len(length) else order
    series = moving.iloc[last][_PLACE].reset_index(drop=True)
    starts = np.cumsum(length) - length
    series["year"] = year[last]
    series["base_year"] = moving["base_year"].to_numpy()[order[starts]] if len(length) else year
    return series, length, number


def _repeats(
    moving: pd.DataFrame, series: pd.DataFrame, length: np.ndarray, number: np.ndarray, enough: np.ndarray,
    rule: AuditRule,
) -> pd.DataFrame:  # fmt: skip
    chance, same = moving["chance"].to_numpy(), moving["same"].to_numpy()
    large = (moving["value"] >= rule.count_from * moving["step"]).to_numpy()
    surprise = np.bincount(number, weights=information(chance) * same * large, minlength=len(length))
    items = cumulants(np.where(large, chance, 0.0), number, len(length))
    p = chance_of(surprise, items)[enough]
    times = np.bincount(number, weights=same & large, minlength=len(length))[enough]
    usual = np.bincount(number, weights=chance * large, minlength=len(length))[enough]
    here = series[enough]
    value = moving["value"].to_numpy()[_last(number, moving["year"].to_numpy())][enough]
    return findings(reason=["repeated"] * len(here), value=value, n=times, of=length[enough], expected=usual, p=p,
                    **_place(here))  # fmt: skip


def _steady(
    moving: pd.DataFrame, series: pd.DataFrame, length: np.ndarray, number: np.ndarray, enough: np.ndarray,
    rule: AuditRule,
) -> pd.DataFrame:  # fmt: skip
    import pandas as pd

    log, many = moving["log"].to_numpy(), len(length)
    mean = np.bincount(number, weights=log, minlength=many) / np.maximum(length, 1)
    spread = np.bincount(number, weights=(log - mean[number]) ** 2, minlength=many) / np.maximum(length - 1, 1)
    level = np.bincount(number, weights=np.log(moving["value"].to_numpy()), minlength=many) / np.maximum(length, 1)
    # Printed figures can't vary by less than their last digit does.
    fine = (moving["step"] / moving["value"]).to_numpy() ** 2 / 6
    floor = np.bincount(number, weights=fine, minlength=many) / np.maximum(length, 1)
    held = np.maximum(spread, floor)
    p, usual = np.full(many, np.nan), np.full(many, np.nan)
    kind = np.unique(series["item"].to_numpy() * (int(series["peers"].max()) + 1) + series["peers"].to_numpy(),
                     return_inverse=True)[1]  # fmt: skip
    beside = enough & (np.bincount(kind, weights=enough)[kind] >= rule.peers)
    for of_school in (False, True):
        at = np.flatnonzero(beside & (series["of_school"] == of_school).to_numpy())
        if len(at):
            p[at] = chance_of_steadiness(held[at], length[at] - 1.0, level[at], kind[at])
            usual[at] = pd.Series(np.sqrt(held[at])).groupby(kind[at]).transform("median").to_numpy()
    told = enough & ~np.isnan(p)
    here = series[told]
    return findings(reason=["steady"] * len(here), value=100 * np.sqrt(spread[told]), expected=100 * usual[told],
                    of=length[told], p=p[told], **_place(here))  # fmt: skip


def _last(number: np.ndarray, year: np.ndarray) -> np.ndarray:
    order = np.lexsort((year, number))
    return order[np.cumsum(np.bincount(number)) - 1]


def _place(here: pd.DataFrame) -> dict[str, pd.Series]:
    names = ("unit", "school", "stage", "indicator", "year", "base_year", "file", "row")
    return {name: here[name] for name in names}
