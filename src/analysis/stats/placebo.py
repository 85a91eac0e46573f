"""Placebo ranks: whether one unit came out further off than units of a similar baseline would have it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Bools, Floats, Ints

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: Why nothing can be told: too few other units; the baseline lies too far beyond theirs; they did not vary at all.
Refused = Literal["", "too_few", "no_overlap", "no_spread"]
#: Shares of the largest number below which a difference is rounding, and halvings that find a variance.
_ALIKE: Final = 1e-9
_HALVINGS: Final = 50
_NAN: Final = float("nan")


@dataclass(frozen=True, slots=True)
class Placebo:
    """What other units say of one.

    Parameters
    ----------
    refused
        Why nothing can be told; everything below but ``others`` is then missing.
    others
        Positions of the units that it was compared with, the nearest baseline first.
    expected, lower, upper
        Where a unit of this baseline would have come, and the interval of one such unit: beyond its end on the side
        that is asked for lies a share ``level``.
    t, df, p
        The distance from it in its standard errors, and the chance of one as large or larger on that side.
    rank, of
        Its place among all distances, the furthest on that side being 1, and how many there are; ties count against.
    """

    refused: Refused
    others: tuple[int, ...]
    expected: float = _NAN
    lower: float = _NAN
    upper: float = _NAN
    t: float = _NAN
    df: float = _NAN
    p: float = _NAN
    rank: int = 0
    of: int = 0

    @property
    def share(self) -> float:
        """The rank over how many there are: the chance of a rank as good if any unit is as likely to have it."""
        return self.rank / self.of if self.of else _NAN


def placebo(
    before: ArrayLike, after: ArrayLike, unit: int, others: Any, *, higher: bool = True,
    variance_before: ArrayLike = 0.0, variance_after: ArrayLike = 0.0, nearest: int = 12, beyond: float = 1.0,
    places: float = 0.1, level: float = 0.05,
) -> Placebo:  # fmt: skip
    """Compare where one unit came with where others of a similar baseline came, each of these a placebo in turn.

    Parameters
    ----------
    before, after
        The figure at the beginning and at the end, shape (K,), of all units of a kind. Those that are neither ``unit``
        nor among ``others`` only tell how far baselines lie apart; their ``after`` may be NaN, both of them may.
    unit
        Position of the one that was chosen.
    others
        Positions of those that it may be compared with, to whom nothing was done.
    higher
        Whether a higher figure is asked for, or a lower one.
    variance_before, variance_after
        Squared standard errors of the figures, as far as they are known; shape (K,), or one for all.
    nearest
        How many of the others are used at most, by how near their baseline is.
    beyond
        By how many standard deviations of the others' baselines the unit's may lie outside of theirs.
    places
        The share of places that a rank is held to: with fewer others than make rank 1 such a share, nothing is said.
    level
        Of the interval of what is expected.

    Returns
    -------
    Placebo
        Its distance from what is expected, with the rank of that among the placebos.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for shapes that do not fit, missing figures of the unit or others, and bounds that cannot be.

    Notes
    -----
    Who is chosen for an extreme figure comes back by itself (regression to the mean: Galton 1886; Barnett, van der Pols
    and Dobson 2005). How far, other units show: the figure after is regressed on the one before over the others
    (analysis of covariance), and the unit is held to what that says of its baseline. That it was chosen *by* its
    baseline does no harm, as the regression is of what follows given a baseline; matching alone does harm, because
    nobody is as extreme as the most extreme. Beyond the others' baselines the line is not prolonged: the unit is held
    to what is expected at the end of their range. Where errors of the baseline are known, it is first drawn in towards
    the mean of all by its reliability τ² / (τ² + v), so that a small unit is expected to come back further than a large
    one, and each unit weighs 1 / (σ² + known variance), with σ² and τ² by Paule and Mandel (1982).

    Distances are externally studentised: each unit is held to a fit without it, t = (y − ŷ) / √(σ² (1 + h)) with m − 2
    degrees of freedom of m others, h its leverage. The unit is in the fit of no placebo. The placebo rank is that of
    Abadie, Diamond and Hainmueller (2010); p is of Student's distribution, and finer than 1 / (m + 1). It needs errors
    of one shape in all units, the rank only that no unit is likelier than another to come out far off. In simulations
    of 16 units of which the lowest was chosen and only came back, p within 0.05 and a rank within a tenth were found
    together for 1 to 4 in 100, and for 6 where the noise of units differed fivefold and nobody knew it. Neither says
    why a unit came out far off.

    Examples
    --------
    The others came back to a third of their distance from 60, more or less; so did the unit, which rose by 14:

    >>> before = [40, 42, 45, 48, 50, 53, 55, 58, 60, 63]
    >>> after = [54, 54.5, 54.5, 56.5, 56, 58, 59, 58.5, 60.5, 60.5]
    >>> found = placebo(before, after, 0, range(1, 10))
    >>> round(found.expected, 1), found.rank, found.of, round(found.p, 2)
    (54.2, 6, 10, 0.59)

    It would have stood out at 62:

    >>> found = placebo(before, [62.0, *after[1:]], 0, range(1, 10))
    >>> found.rank, found.p < 0.001
    (1, True)
    """
    x, y, v, w, pool = _held(before, after, unit, others, variance_before, variance_after, nearest, beyond, places,
                             level)  # fmt: skip
    x, left = _drawn_in(x, v)
    known = w + left
    chosen = pool[np.argsort(np.abs(x[pool] - x[unit]), kind="stable")][:nearest]
    used = tuple(int(each) for each in chosen)
    if len(chosen) < least_others(places):
        return Placebo("too_few", used)
    outside = max(x[chosen].min() - x[unit], x[unit] - x[chosen].max(), 0.0)
    if outside > beyond * float(np.std(x[pool], ddof=1)) + _ALIKE * np.abs(x).max():
        return Placebo("no_overlap", used)
    rows = np.array([unit, *used])
    expected, se, df = _without_each(x[rows], y[rows], known[rows])
    if se[0] <= _ALIKE * np.abs(y[rows]).max():
        return Placebo("no_spread", used)
    from scipy import special

    off = y[rows] - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(off == 0, 0.0, off / se) * (1.0 if higher else -1.0)
    half = float(special.stdtrit(df[0], 1 - level)) * se[0]
    return Placebo(
        "", used, float(expected[0]), float(expected[0] - half), float(expected[0] + half), float(t[0]), float(df[0]),
        float(special.stdtr(df[0], -t[0])), rank=1 + int((t[1:] >= t[0]).sum()), of=len(rows),
    )  # fmt: skip


def least_others(places: float) -> int:
    """Give how many other units it takes for rank 1 to be such a share of places.

    >>> least_others(0.1), least_others(0.05)
    (9, 19)
    """
    return ceil(1 / places - _ALIKE) - 1


def _drawn_in(x: Floats, v: Floats) -> tuple[Floats, Floats]:
    """Draw baselines in towards their mean by their reliability; give what is left of their variances, too."""
    there = np.isfinite(x)
    if not v[there].any():
        return x, np.zeros_like(x)
    values, known = x[there], v[there]
    top, floor = float(np.var(values, ddof=1)), (_ALIKE * max(np.abs(values).max(), 1e-300)) ** 2

    def misfit(tau2: Floats) -> Floats:
        weight = 1 / (known + tau2[:, None])
        mean = (weight * values).sum(axis=1) / weight.sum(axis=1)
        found: Floats = (weight * (values - mean[:, None]) ** 2).sum(axis=1) - (len(values) - 1)
        return found

    tau2 = _root(misfit, np.array([max(top, floor)]), floor)
    weight = 1 / (known + tau2)
    mean = float((weight * values).sum() / weight.sum())
    reliability = tau2 / (tau2 + v)
    return mean + reliability * (x - mean), reliability * v


def _without_each(x: Floats, y: Floats, known: Floats) -> tuple[Floats, Floats, Floats]:
    """Hold each of n units to a fit without it; the first is in no fit.

    Returns
    -------
    tuple of numpy.ndarray
        What is expected of each, the standard error of the distance from it, and degrees of freedom, shape (n,).
    """
    n = len(x)
    kept: Bools = ~np.eye(n, dtype=bool)
    kept[:, 0] = False
    low, high = (np.where(kept, x, sign * np.inf) for sign in (1, -1))
    low, high = low.min(axis=1), high.max(axis=1)
    at = np.clip(x, low, high)
    flat: Bools = high - low <= _ALIKE * np.abs(x).max()
    df = kept.sum(axis=1) - np.where(flat, 1.0, 2.0)

    def fitted(tau2: Floats, of: Floats) -> tuple[Floats, ...]:
        weight = kept / (of + tau2[:, None])
        total = weight.sum(axis=1)
        mean_x, mean_y = (weight * x).sum(axis=1) / total, (weight * y).sum(axis=1) / total
        apart = x - mean_x[:, None]
        spread = np.where(flat, 1.0, (weight * apart**2).sum(axis=1))
        slope = np.where(flat, 0.0, (weight * apart * y).sum(axis=1) / spread)
        rest = y - mean_y[:, None] - slope[:, None] * apart
        misfit = (weight * rest**2).sum(axis=1)
        leverage = 1 / total + np.where(flat, 0.0, (at - mean_x) ** 2 / spread)
        return mean_y + slope * (at - mean_x), leverage, misfit - df

    plain = fitted(np.ones(n), np.zeros(n))[2] + df
    floor = (_ALIKE * max(np.abs(y).max(), 1e-300)) ** 2 * 1e-6
    if np.ptp(known) == 0:
        tau2 = np.maximum(plain / df - known[0], floor)
    else:
        tau2 = _root(lambda tau2: fitted(tau2, known)[2], np.maximum(plain / df, floor), floor)
    expected, leverage, _ = fitted(tau2, known)
    return expected, np.sqrt(known + tau2 + leverage), df


def _root(misfit: Any, top: Floats, floor: float) -> Floats:
    """Find where falling functions are 0 between a floor and a top; the floor where they are below 0 already."""
    low, high = np.full_like(top, floor), top
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = misfit(middle) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    found: Floats = (low + high) / 2
    return found


def _held(
    before: ArrayLike, after: ArrayLike, unit: int, others: Any, variance_before: ArrayLike, variance_after: ArrayLike,
    nearest: int, beyond: float, places: float, level: float,
) -> tuple[Floats, Floats, Floats, Floats, Ints]:  # fmt: skip
    """Hold the request to what it must be, all faults at once."""
    x, y = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if x.ndim != 1 or x.shape != y.shape:
        raise DuzhengError(wrong(f"before of shape {x.shape}, after of {y.shape}", "one of each a unit", "align them"))
    pool = np.array(sorted({int(each) for each in others}), dtype=np.intp)
    asked = np.array([unit, *pool])
    faults = []
    if (asked < 0).any() or (asked >= len(x)).any() or unit in pool:
        raise DuzhengError(wrong(f"unit {unit} among {len(x)}, or also among the others", "positions of units",
                                 "leave the unit out of the others"))  # fmt: skip
    v, w = (np.broadcast_to(np.asarray(each, dtype=float), x.shape) for each in (variance_before, variance_after))
    if not all(np.isfinite(each[asked]).all() for each in (x, y, v, w)) or (v[asked] < 0).any() or (w[asked] < 0).any():
        faults.append(wrong("missing figures, or variances that are none", "both figures of the unit and of each other",
                            "leave units out"))  # fmt: skip
    if not 0 < places < 1 or not 0 < level < 1 or not beyond >= 0:
        faults.append(wrong(f"places={places}, level={level}, beyond={beyond}", "shares between 0 and 1, and 0 or more",
                            "0.1, 0.05 and 1 are usual"))  # fmt: skip
    elif nearest < least_others(places):
        faults.append(wrong(f"nearest={nearest}", f"{least_others(places)} or more, for places={places}",
                            "take more units"))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    there = np.isfinite(x) & np.isfinite(v)
    return np.where(there, x, np.nan), y, np.where(there, v, 0.0), w, pool
