"""Whole units at costs that differ: the least addition of few units, by tangent cuts and branch and bound."""

from __future__ import annotations

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.dispersion.coefficients import holds_exactly

#: What separates two floats that stand for one number.
_SAME = 1e-12
#: Rounds of cuts, and nodes of each tree.
_CUTS, _NODES = 60, 20_000


def fewest_whole(
    totals: Floats, lower: Floats, sizes: Floats, costs: Floats, limit: float, start: Floats
) -> tuple[Floats, float]:  # fmt: skip
    """Find the cheapest whole additions with which a coefficient of variation is within its limit.

    Parameters
    ----------
    totals, lower, sizes, costs
        x, what units have at least (x and whole numbers more), P and w, shape (n,).
    limit
        c.
    start
        Amounts that are within the limit: additions that cost more are not looked for.

    Returns
    -------
    tuple
        The amounts, those of ``start`` where nothing cheaper was found, and a bound on wᵀy − wᵀx that no whole
        additions are below, to the tolerance of the solver (HiGHS).

    Notes
    -----
    ‖u‖ ≤ κ Σy with u = y / √P is convex: for any u₀ it says u₀ᵀu / ‖u₀‖ ≤ κ Σy, which is linear. The least cost under
    the cuts so far is a bound; where its amounts are outside the cone their own cut is added, else they are the least.
    """
    from scipy import optimize

    n = len(totals)
    kappa, root = float(np.sqrt((1 + limit**2) / sizes.sum())), np.sqrt(sizes)
    best, dearest = start, float(costs @ (start - lower))
    base = float(costs @ (lower - totals))
    # No unit gets more than all that the start costs would buy it.
    most = np.floor(dearest / costs + 1e-9)

    def cut(y: Floats) -> Floats:
        u = y / root
        return np.asarray(u / float(np.linalg.norm(u)) / root - kappa)

    cuts = [cut(np.where(np.arange(n) == i, 1.0, 0.05 * sizes / sizes.sum())) for i in range(n)] + [cut(start)]
    bound = 0.0
    # Of nothing at all there is no coefficient.
    some = [] if lower.sum() > 0 else [optimize.LinearConstraint(np.ones(n), lb=1)]
    for _ in range(_CUTS):
        rows = np.array(cuts)
        found = optimize.milp(
            costs, integrality=np.ones(n), bounds=optimize.Bounds(np.zeros(n), most),
            constraints=[optimize.LinearConstraint(rows, ub=-rows @ lower), *some],
            options={"mip_rel_gap": 0.0, "node_limit": _NODES},
        )  # fmt: skip
        if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
            bound = max(bound, float(found.mip_dual_bound))
        if found.x is None:
            break
        y = lower + np.round(found.x)
        if holds_exactly(y, sizes, limit):
            best = y if float(costs @ (y - lower)) < dearest else best
            break
        if any((np.abs(each - cut(y)) <= _SAME).all() for each in cuts):
            break  # the solver's tolerance is wider than what is left
        cuts.append(cut(y))
    return best, base + min(bound, dearest)
