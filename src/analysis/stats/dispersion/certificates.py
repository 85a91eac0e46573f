"""Certificates: bounds that no solution can beat, recomputed in full from prices that any solver may have found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.stats.arrays import Floats

#: The largest relative gap at which an optimum counts as proved.
TIGHT = 1e-7
#: Relative rounding of sums of floats.
_ROUNDING = 1e-13


@dataclass(frozen=True, slots=True)
class Certificate:
    """What proves that a solution is best: its cost, a bound that no solution is below, and the prices of the bound.

    Parameters
    ----------
    cost
        Of the solution.
    bound
        No solution that meets the constraints costs less.
    proved
        Whether it is proved best: the gap is tight, or a whole number of steps leaves no room in between.
    """

    cost: float
    bound: float
    proved: bool

    @property
    def gap(self) -> float:
        """How much a better solution could save at most."""
        return max(self.cost - self.bound, 0.0)


def certificate(cost: float, bound: float, *, scale: float = 0.0, step: float = 0.0) -> Certificate:
    """Compare a cost with a bound.

    Parameters
    ----------
    cost, bound
        As of :class:`Certificate`; a bound above the cost by rounding is the cost.
    scale
        Size of the sums that cost and bound are differences of, for rounding.
    step
        Costs are multiples of it, if it is not 0.
    """
    # What floats lose in the sums is no gap.
    bound = cost if cost - bound <= _ROUNDING * max(abs(cost), scale) else bound
    slack = TIGHT * max(abs(cost), 1e-6 * scale)
    proved = cost - bound <= slack or (step > 0 and cost - bound < step * (1 - 1e-6))
    return Certificate(float(cost), float(bound), bool(proved))


def cone_prices(costs: Floats, sizes: Floats, kappa: float, head: float, tail: Floats) -> tuple[Floats, float, Floats]:
    """Make prices of the cone feasible for the dual, and give the prices of the lower bounds.

    Parameters
    ----------
    costs
        w of each unit's amount, shape (n,), positive.
    sizes
        P, shape (n,).
    kappa
        √((1 + c²) / ΣP).
    head, tail
        Prices of the cone (κ Σy, y / √P): a number and shape (n,); any solver's, not quite in the cone perhaps.

    Returns
    -------
    tuple
        μ of the lower bounds, shape (n,), 0 or more; the head and tail in the cone.

    Notes
    -----
    The repair is min wᵀy with y ≥ l and ‖y / √P‖ ≤ κ Σy. For (h, t) with h ≥ ‖t‖ and μ = w − hκ − t / √P ≥ 0,
    every feasible y has wᵀy = μᵀy + hκΣy + tᵀ(y / √P) ≥ μᵀl. A head too small is raised; prices that make a μ
    negative are shrunk together, which leaves them in the cone.
    """
    head = max(head, float(np.linalg.norm(tail)))
    taken = head * kappa + tail / np.sqrt(sizes)
    with np.errstate(divide="ignore", invalid="ignore"):
        shrink = float(np.min(np.where(taken > costs, costs / taken, 1.0)))
    return np.maximum(costs - shrink * taken, 0.0), shrink * head, shrink * tail


def addition_bound(
    lower: Floats, sizes: Floats, costs: Floats, limit: float, *, head: float, tail: Floats
) -> tuple[float, Floats]:
    """Give the bound wᵀy ≥ μᵀl of an addition, and its μ; see :func:`cone_prices`."""
    kappa = float(np.sqrt((1 + limit**2) / sizes.sum()))
    mu, _, _ = cone_prices(costs, sizes, kappa, head, tail)
    return float(mu @ lower), mu


def transfer_bound(
    totals: Floats, sizes: Floats, floors: Floats, limit: float, *, level: float, weight: float
) -> float:
    """Give a bound that no reallocation moves less than.

    Parameters
    ----------
    totals, sizes, floors
        x, P and the amounts that units keep at least, shape (n,).
    limit
        The limit c of the coefficient of variation.
    level, weight
        Prices η of the total and ρ ≥ 0 of the ball Σ y² / P ≤ (1 + c²) (Σx)² / ΣP.

    Notes
    -----
    Weak duality: ½ Σ |y − x| ≥ Σ min over y ≥ f of (½ |y − x| + ρ y² / P − η y) + η Σx − ρ (1 + c²) (Σx)² / ΣP. Each
    minimum is at x, at f, or where the slope of one side is 0.
    """
    total = totals.sum()
    ball = (1 + limit**2) * total**2 / sizes.sum()
    least = _least(totals, sizes, floors, level, weight)
    return float(least.sum() + level * total - weight * ball)


def _least(x: Floats, p: Floats, f: Floats, level: float, weight: float) -> Floats:
    """Minimise ½ |y − x| + ρ y² / P − η y over y ≥ f, unit by unit: convex, so the clipped roots of the slopes do."""
    if weight <= 0:
        # Without the ball's price the sum is linear: bounded only for |η| ≤ ½.
        if abs(level) > 0.5:  # noqa: PLR2004  the slope of ½ |y − x|
            return np.full(len(x), -np.inf)
        return np.asarray(-level * x)
    up = np.maximum(p * (level - 0.5) / (2 * weight), np.maximum(x, f))
    down = np.clip(p * (level + 0.5) / (2 * weight), np.minimum(f, x), np.maximum(x, f))
    values = [0.5 * np.abs(y - x) + weight * y**2 / p - level * y for y in (up, down, np.maximum(x, f))]
    return np.asarray(np.min(values, axis=0))


def dispersion_bound(totals: Floats, sizes: Floats, floors: Floats, *, level: float) -> float:
    """Give a bound that Σ y² / P is not below for y ≥ f with the same total: of what reallocation can't reach.

    Notes
    -----
    Weak duality: Σ y² / P ≥ Σ min over y ≥ f of (y² / P − 2 τ y) + 2 τ Σx, with the minimum at max(f, τ P).
    """
    y = np.maximum(floors, level * sizes)
    return float((y**2 / sizes - 2 * level * y).sum() + 2 * level * totals.sum())
