"""A verdict on a short series: its direction, or the reasons why none can be given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages.requests import hold_level
from analysis.stats.trends.rank_tests import mann_kendall
from analysis.stats.trends.series import read_series, read_times
from analysis.stats.trends.slopes import sen_slope

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: Why no direction is given, in words.
REASONS = {
    "too_few": "too few points: no order of them is unlikely enough",
    "break": "a break in the series: what is before and after it is not comparable",
    "overlap": "periods that overlap: neighbouring values share what they measure",
    "definition": "the definition changed within the series",
    "all_tied": "all values are the same",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of a series.

    Attributes
    ----------
    direction
        ``rising``, ``falling``, ``none`` (no direction is seen: which is not proof that there is none) or ``refused``.
    reasons
        Why it was refused, keys of ``REASONS``.
    n, first, last
        Points, and the times of the first and the last of them.
    tau, p
        Of Mann and Kendall's exact test.
    slope, lower, upper, coverage
        Sen's, per unit of time, with its interval.
    """

    direction: str
    reasons: tuple[str, ...]
    n: int
    first: float
    last: float
    tau: float
    p: float
    slope: float
    lower: float
    upper: float
    coverage: float

    @property
    def words(self) -> str:
        """The reasons in words, or none."""
        return "; ".join(REASONS[reason] for reason in self.reasons)


def verdict(
    values: Any,
    times: ArrayLike | None = None,
    *,
    level: float = 0.95,
    starts: ArrayLike | None = None,
    ends: ArrayLike | None = None,
    breaks: Sequence[bool] | None = None,
    definitions: Sequence[object] | None = None,
) -> Verdict:
    """Give the direction of one series, or refuse.

    Parameters
    ----------
    values, times
        One series and its times; NaN is missing.
    level
        A direction is given where p ≤ 1 − level.
    starts, ends
        The period that each value is about; values whose periods overlap repeat one another, and no test knows it.
    breaks
        Which points begin a new series, as after a change of method.
    definitions
        The definition of each value; only points of one definition are comparable.

    Returns
    -------
    Verdict
        With p and slope even where it is refused for a break or definition only if they can be had; a refusal names
        every reason.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for times that do not increase, or lengths that differ.

    Notes
    -----
    The test is the exact one of Mann and Kendall, with ties. ``too_few``: even the most extreme order has p above
    1 − level, which is so under 5 points, and with ties beyond that.

    Examples
    --------
    >>> verdict([1, 2, 3, 4, 6, 7]).direction
    'rising'
    >>> short = verdict([1, 2, 3], definitions=["old", "new", "new"])
    >>> short.direction, short.reasons
    ('refused', ('too_few', 'definition'))
    """
    hold_level(level)
    table, _ = read_series(values)
    at = read_times(times, table.shape[1])
    known = np.flatnonzero(np.isfinite(table[0]))
    row, slope = mann_kendall(table[0], method="exact").iloc[0], sen_slope(table[0], at, level=level).iloc[0]
    reasons = []
    best = mann_kendall(np.sort(table[0][known]), method="exact").iloc[0] if len(known) else row
    if best["note"] == "all values are the same":
        reasons.append("all_tied")
    elif not best["p"] <= 1 - level + 1e-12:
        reasons.append("too_few")
    if breaks is not None and np.asarray(breaks, dtype=bool)[known[1:]].any():
        reasons.append("break")
    if starts is not None and ends is not None:
        opened, closed = (np.asarray(part)[known] for part in (starts, ends))
        if (opened[1:] < closed[:-1]).any():
            reasons.append("overlap")
    if definitions is not None and len({definitions[int(place)] for place in known}) > 1:
        reasons.append("definition")
    seen = bool(row["p"] <= 1 - level)
    direction = "refused" if reasons else "none" if not seen else "rising" if row["s"] > 0 else "falling"
    first, last = (float(at[known[0]]), float(at[known[-1]])) if len(known) else (np.nan, np.nan)
    numbers = [float(slope[name]) for name in ("slope", "lower", "upper", "coverage")]
    return Verdict(direction, tuple(reasons), len(known), first, last, float(row["tau"]), float(row["p"]), *numbers)
