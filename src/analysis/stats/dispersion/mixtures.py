"""Mixtures: the least addition for which the mean of several coefficients of variation is within its limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.dispersion.certificates import Certificate, certificate
from analysis.stats.dispersion.coefficients import coefficient
from analysis.stats.dispersion.levelling import whole_steps

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: Coefficients that are 0 but for the rounding of floats.
_ALIKE = 1e-9
#: Rounds in which levels are raised by a hair.
_ROUNDS = 60


@dataclass(frozen=True, eq=False, slots=True)
class Mixed:
    """What is added of every amount, how far each coefficient comes down, and the proof."""

    added: Floats  #: shape (n, k)
    limits: Floats  #: what each coefficient is brought to, shape (k,)
    certificate: Certificate
    price: float  #: what one less of the sum of the coefficients costs


class _Curve:
    """The least cost of one amount as a function of its coefficient, by the common level."""

    def __init__(self, lower: Floats, sizes: Floats, cost: float) -> None:
        order = np.argsort(lower / sizes, kind="stable")
        self.v, self.p, self.cost = (lower / sizes)[order], sizes[order], cost
        self.lower, self.sizes, self.n = lower, sizes, float(sizes.sum())
        below = np.append(0.0, np.cumsum(self.p))
        weighted, squared = self.p * self.v, self.p * self.v**2
        self.heads = self.n - below
        self.first = weighted.sum() - np.append(0.0, np.cumsum(weighted))
        self.second = squared.sum() - np.append(0.0, np.cumsum(squared))

    def at(self, level: float) -> tuple[float, float]:
        """Give the coefficient at a level, and what one less of it costs there."""
        j = int(np.searchsorted(self.v, level, side="right"))
        over = max((self.first[j] - level * self.heads[j]) / self.n, 0.0)
        square = max((self.second[j] - 2 * level * self.first[j] + level**2 * self.heads[j]) / self.n, 0.0)
        mean, spread = level + over, max(square - over**2, 0.0)
        cv = np.sqrt(spread) / mean
        # (1 + c²) X̄ − τ without cancellation
        room = over + spread / mean
        return float(cv), float(self.cost * self.n * mean**2 * cv / room) if room > 0 else np.inf

    def level(self, price: float) -> float:
        """Give the level up to which one less of the coefficient costs no more than the price."""
        low, high = float(self.v[0]), float(self.v[-1])
        if self.at(low)[1] >= price:
            return low
        for _ in range(70):
            middle = (low + high) / 2
            if middle in {low, high}:
                break
            low, high = (middle, high) if self.at(middle)[1] < price else (low, middle)
        return low

    def added(self, level: float) -> Floats:
        """Give what is added to each unit, in the order that units came in."""
        return np.asarray(np.maximum(level * self.sizes - self.lower, 0.0))


def _within(curves: list[_Curve], levels: list[float], alike: np.ndarray, limit: float) -> Floats:
    """Give what levels add, raised by a hair until the coefficients as they are computed are within the limit."""
    for turn in range(_ROUNDS):
        added = np.column_stack([curve.added(level) for curve, level in zip(curves, levels, strict=True)])
        added[:, alike] = 0.0
        cvs = [coefficient(curve.lower + each, curve.sizes) for curve, each in zip(curves, added.T, strict=True)]
        if np.mean(cvs) <= limit:
            break
        levels = [min(level + float(np.spacing(level)) * 2.0**turn, float(curve.v[-1]))
                  for curve, level in zip(curves, levels, strict=True)]  # fmt: skip
    return added


def least_mixture(
    totals: ArrayLike, sizes: ArrayLike, limit: float, *, floors: ArrayLike | None = None,
    costs: ArrayLike | None = None, whole: ArrayLike | None = None,
) -> Mixed:  # fmt: skip
    """Find the least addition of several amounts for which the mean of their coefficients is within a limit.

    Parameters
    ----------
    totals
        x, shape (n, k): k amounts of n units, none of them 0 everywhere.
    sizes
        P, shape (n,).
    limit
        Of the plain mean of the k coefficients, more than 0.
    floors
        What units must have at least, shape (n, k).
    costs
        Of one more, shape (k,); 1 if not given.
    whole
        Whether an amount comes in whole units, shape (k,): its coefficient is brought down to the same value at least
        by whole units, which is good but not proved best.

    Returns
    -------
    Mixed

    Notes
    -----
    The least cost of one amount falls with its coefficient c by w ΣP X̄² c / ((1 + c²) X̄ − τ) for each unit of c, which
    grows as c comes down: the cost is a convex function of c (shown in docs/balance_repair.md), although the
    coefficient is no convex function of the amounts. So the coefficients are brought down until the last hundredth
    costs the same of each, or would cost more from the start; then no other mixture costs less.

    Examples
    --------
    >>> found = least_mixture([[1.0, 2], [2, 2], [6, 3]], [1, 1, 1], 0.4)
    >>> found.limits.round(3), found.added.round(3)[:, 0], found.certificate.proved
    (array([0.598, 0.202]), array([0.758, 0.   , 0.   ]), True)
    """
    x, p = np.asarray(totals, dtype=float), np.asarray(sizes, dtype=float)
    lower = x if floors is None else np.maximum(x, np.asarray(floors, dtype=float))
    of = np.zeros(x.shape[1], bool) if whole is None else np.asarray(whole, bool)
    lower = np.where(of[None, :], x + np.ceil(lower - x), lower)
    w = np.ones(x.shape[1]) if costs is None else np.asarray(costs, dtype=float)
    now = np.array([coefficient(each, p) for each in lower.T])
    base = float((w * (lower - x)).sum())
    if now.mean() <= limit:
        return Mixed(lower - x, now, Certificate(base, base, proved=True), 0.0)
    curves = [_Curve(each, p, float(cost)) for each, cost in zip(lower.T, w, strict=True)]
    # Where units are alike already nothing comes down, and no price says by how much.
    alike = now <= _ALIKE

    def reached(price: float) -> tuple[list[float], Floats]:
        levels = [float(curve.v[0]) if same else curve.level(price) for curve, same in zip(curves, alike, strict=True)]
        cvs = [curve.at(level)[0] for curve, level in zip(curves, levels, strict=True)]
        return levels, np.where(alike, now, cvs)

    high = max(curve.at(float(curve.v[0]))[1] for curve, same in zip(curves, alike, strict=True) if not same)
    while reached(high)[1].mean() > limit:
        high *= 2
    low = 0.0
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(middle)[1].mean() > limit else (low, middle)
        if high - low <= 1e-13 * high:
            break
    levels, limits = reached(high)
    added = _within(curves, levels, alike, limit)
    cost = float((w * added).sum()) + base
    # Of a convex sum the price bounds: what is left of the limit is worth at most its price.
    bound = cost - high * (max(limit * len(w) - float(limits.sum()), 0.0) + float(now[alike].sum())) * (1 + 1e-9)
    for k in np.flatnonzero(of):
        if added[:, k].any():
            added[:, k] = whole_steps(lower[:, k], p, float(limits[k]))
    total = float((w * (added + lower - x)).sum())
    return Mixed(added + lower - x, limits, certificate(total, bound, scale=float((w * lower).sum())), high)
