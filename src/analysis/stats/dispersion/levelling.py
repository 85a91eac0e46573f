"""Levelling: raising the lowest units to a common level until a coefficient of variation is within its limit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.dispersion.coefficients import coefficient, holds_exactly

#: Relative rounding of sums of floats, well above it.
_ROUNDING = 1e-9
#: Rounds in which a level is raised by a hair until the computed coefficient is within the limit.
_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Frontier:
    """What every limit costs, from the amounts as they are to all units alike; arrays of one length.

    Parameters
    ----------
    level
        The common level X to which all below are raised, ascending: one entry where each unit joins.
    cv
        The coefficient of variation at that level, descending to 0.
    added
        The sum of what is added.
    raised
        Units below the level or at it.
    """

    level: Floats
    cv: Floats
    added: Floats
    raised: Floats


def frontier(lower: Floats, sizes: Floats) -> Frontier:
    """Trace the least addition for every limit: between the given points it goes on by :func:`least_level`.

    Parameters
    ----------
    lower
        Amounts that units have at least, shape (n,).
    sizes
        Heads P, shape (n,).

    Examples
    --------
    >>> found = frontier(np.array([1.0, 2, 6]), np.array([1.0, 1, 1]))
    >>> found.level, found.added, found.cv.round(3)
    (array([1., 2., 6.]), array([0., 1., 9.]), array([0.72 , 0.566, 0.   ]))
    """
    order = np.argsort(lower / sizes, kind="stable")
    v, p = (lower / sizes)[order], sizes[order]
    return _at(v, v, p, np.arange(len(v)))


def frontier_at(lower: Floats, sizes: Floats, levels: Floats) -> Frontier:
    """Give coefficient and addition at any levels; as :func:`frontier`."""
    order = np.argsort(lower / sizes, kind="stable")
    v, p = (lower / sizes)[order], sizes[order]
    return _at(levels, v, p, np.searchsorted(v, levels, side="right") - 1)


def _at(levels: Floats, v: Floats, p: Floats, last: np.ndarray) -> Frontier:
    """Compute with sums of what lies above each level, measured from the level, so that small ones keep their digits.

    ``last`` is the place of the last unit at or below each level, or -1.
    """
    n = p.sum()
    below, moved = np.append(0.0, np.cumsum(p)), np.append(0.0, np.cumsum(p * v))
    if len(levels) * len(v) <= 4_000_000:  # noqa: PLR2004  a table of distances fits into memory
        above = np.maximum(v[None, :] - levels[:, None], 0.0)
        first, second = above @ p / n, (above**2) @ p / n
    else:
        first, second = np.empty(len(levels)), np.empty(len(levels))
        for at, level in enumerate(levels):
            above = np.maximum(v - level, 0.0)
            first[at], second[at] = above @ p / n, (above**2) @ p / n
    cv = np.sqrt(np.maximum(second - first**2, 0.0)) / (levels + first)
    added = levels * below[last + 1] - moved[last + 1]
    cv = np.where(levels < v[0], np.nan, cv)
    return Frontier(levels, cv, np.maximum(added, 0.0), (last + 1).astype(float))


def least_level(lower: Floats, sizes: Floats, limit: float) -> float:
    """Find the lowest common level to which all units below it are raised so that the limit is met.

    Parameters
    ----------
    lower
        Amounts l that units have at least, shape (n,); not all 0 unless the limit is met so.
    sizes
        Heads P, shape (n,).
    limit
        c, 0 or more.

    Returns
    -------
    float
        τ: max(l, τ P) has a coefficient of variation of c, or less where τ is the lowest unit's level already.

    Notes
    -----
    Raising all units below τ to it lowers the coefficient strictly (τ is never above the mean). Between two units'
    levels, with g = share of heads above τ, α and β their Σl / ΣP and Σ(l² / P) / ΣP, CV² = c² is the quadratic
    (1 − g)(g − c²(1 − g)) τ² − 2 α (1 − g)(1 + c²) τ + β − (1 + c²) α² = 0, whose descending root is taken.
    """
    v = lower / sizes
    if lower.sum() > 0 and coefficient(lower, sizes) <= limit:
        return float(v.min())
    order = np.argsort(v, kind="stable")
    v, p, held = v[order], sizes[order], lower[order]
    if limit <= 0:
        return float(v[-1])
    n = p.sum()
    above, at = 0, len(v) - 1  # the first unit whose level is high enough is after the one and up to the other
    while at - above > 1:
        middle = (above + at) // 2
        enough = coefficient(np.maximum(held, v[middle] * p), p) <= limit
        above, at = (above, middle) if enough else (middle, at)
    k = 1 + limit**2
    g = float(p[at:].sum() / n)
    alpha, beta = float(held[at:].sum() / n), float((held[at:] ** 2 / p[at:]).sum() / n)
    a, b, c = (1 - g) * (g - limit**2 * (1 - g)), alpha * (1 - g) * k, beta - k * alpha**2
    level = c / (b + np.sqrt(max(b * b - a * c, 0.0)))
    level = float(np.clip(level, v[at - 1], v[at]))
    hair = np.spacing(level)
    for turn in range(_ROUNDS):
        if coefficient(np.maximum(lower, level * sizes), sizes) <= limit:
            break
        level = min(level + hair * 2.0**turn, float(v[-1]))
    return float(level)


def level_prices(lower: Floats, sizes: Floats, limit: float, level: float, cost: float) -> tuple[float, Floats]:
    """Give the prices of the cone at a level: what proves that the addition is the least.

    Returns
    -------
    tuple
        Head and tail for :func:`analysis.stats.dispersion.certificates.addition_bound`; zeros where the lower bounds
        meet the limit by themselves.

    Notes
    -----
    The Karush–Kuhn–Tucker conditions give μ = w (l / P − τ) / ((1 + c²) X̄ − τ) above the level and 0 below; the head
    is λ = w q / ((1 + c²) X̄ − τ) with q = ‖y / √P‖ and the tail −λ y / (√P q).
    """
    y = np.maximum(lower, level * sizes)
    if (y <= lower).all() or limit <= 0:
        return 0.0, np.zeros(len(y))
    u = y / np.sqrt(sizes)
    q = float(np.linalg.norm(u))
    head = cost * q / ((1 + limit**2) * y.sum() / sizes.sum() - level)
    return head, -head * u / q


def whole_steps(lower: Floats, sizes: Floats, limit: float) -> Floats:
    """Find the fewest whole units that bring a coefficient of variation within its limit, and where they go.

    Parameters
    ----------
    lower, sizes, limit
        As of :func:`least_level`.

    Returns
    -------
    numpy.ndarray
        Whole numbers a ≥ 0, shape (n,), with the least sum for which l + a is within the limit, exactly.

    Notes
    -----
    For a given sum of additions Σ y² / P is least when each unit in turn goes where (2y + 1) / P is smallest: a
    separable convex sum, of which greedy steps are optimal (Ibaraki and Katoh 1988), each sum's allocation containing
    the last. The first sum that is within the limit is therefore the least of all. Whether it is within is decided
    in rational numbers.

    Examples
    --------
    >>> whole_steps(np.array([1.0, 2, 6]), np.array([1.0, 1, 1]), 0.5)
    array([2., 0., 0.])
    """
    if lower.sum() > 0 and holds_exactly(lower, sizes, limit):
        return np.zeros(len(lower))
    top = float((lower / sizes).max())
    level = least_level(lower, sizes, limit) if top > 0 else 0.0
    reach = 2 * level + 4 / sizes.min() if level > 0 else 4 / sizes.min()
    n, k = sizes.sum(), 1 + limit**2
    while True:
        counts = np.maximum(np.ceil((reach * sizes - 1) / 2 - lower), 0).astype(int)
        unit = np.repeat(np.arange(len(lower)), counts)
        step = np.arange(len(unit)) - np.repeat(np.cumsum(counts) - counts, counts)
        marginal = (2 * (lower[unit] + step) + 1) / sizes[unit]
        order = np.argsort(marginal, kind="stable")
        square = (lower**2 / sizes).sum() + np.cumsum(marginal[order])
        total = lower.sum() + np.arange(1, len(order) + 1)
        excess = n * square / total**2 - k
        # What is nearer than rounding is decided exactly.
        for at in np.flatnonzero(excess <= _ROUNDING):
            added = np.bincount(unit[order[: at + 1]], minlength=len(lower)).astype(float)
            if holds_exactly(lower + added, sizes, limit):
                return np.asarray(added)
        reach *= 1.5
