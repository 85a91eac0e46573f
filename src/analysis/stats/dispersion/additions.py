"""Additions: the least that must be added for a coefficient of variation within its limit, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.dispersion.certificates import Certificate, addition_bound, certificate
from analysis.stats.dispersion.coefficients import coefficient, holds_exactly
from analysis.stats.dispersion.levelling import least_level, level_prices, whole_steps
from analysis.stats.dispersion.whole import fewest_whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: Units up to which whole additions at costs that differ are solved exactly, if their bound leaves room.
_FEW = 12
#: Tolerances that are tried one after the other, and how clarabel may end with any of them.
_TOLERANCES = (1e-11, 1e-9, 1e-7)
_SOLVED = frozenset({"Solved", "AlmostSolved", "InsufficientProgress"})


@dataclass(frozen=True, eq=False, slots=True)
class Addition:
    """What is added to each unit, and the proof that less would not do.

    Parameters
    ----------
    added
        Of each unit, shape (n,), 0 or more.
    certificate
        Cost, bound and gap.
    level
        The common level to which the lowest are raised; NaN where costs differ or whole units are added.
    prices
        μ: what one more of each lower bound costs at most, shape (n,).
    """

    added: Floats
    certificate: Certificate
    level: float
    prices: Floats = field(repr=False)


def least_addition(
    totals: ArrayLike, sizes: ArrayLike, limit: float, *, floors: ArrayLike | None = None,
    costs: ArrayLike | float = 1.0, whole: bool = False,
) -> Addition:  # fmt: skip
    """Find what must be added at least so that a weighted coefficient of variation is within its limit.

    Parameters
    ----------
    totals
        Amounts x of each unit, shape (n,), 0 or more.
    sizes
        Heads P of each unit, shape (n,), positive.
    limit
        c, 0 or more; infinite for floors alone.
    floors
        What each unit must have at least, shape (n,); x if not given.
    costs
        Of one more, the same for all or of each unit, positive.
    whole
        Whether only whole numbers are added.

    Returns
    -------
    Addition
        With y = x + ``added`` the computed coefficient is within the limit; for whole units it is so exactly.

    Raises
    ------
    ValueError
        For shapes that differ, sizes or costs that are not positive, amounts that are not known.

    Notes
    -----
    min w'(y − x) with y ≥ max(x, floor) and ‖y / √P‖₂ ≤ √((1 + c²) / ΣP) Σy, which says CV ≤ c: a cone of the second
    order, so that a local optimum is a global one. There is always a solution, all units alike. For one cost the
    optimum raises the lowest units to one level, which :func:`~analysis.stats.dispersion.levelling.least_level` gives
    in closed form; for costs that differ clarabel solves it. Either way prices give a bound that holds for every
    solution (:func:`~analysis.stats.dispersion.certificates.cone_prices`).

    Examples
    --------
    >>> found = least_addition([1, 2, 6], [1, 1, 1], 0.5)
    >>> found.added.round(3), round(found.level, 3), found.certificate.proved
    (array([1.272, 0.272, 0.   ]), 2.272, True)
    >>> least_addition([1, 2, 6], [1, 1, 1], 0.5, whole=True).added
    array([2., 0., 0.])
    """
    x, p, lower, w = _read(totals, sizes, limit, floors, costs, whole)
    scale = float(w @ lower)
    if np.isinf(limit) or (lower.sum() > 0 and _within(lower, p, limit, whole)):
        cost = float(w @ (lower - x))
        return Addition(lower - x, Certificate(cost, cost, proved=True), float((lower / p).min()), w)
    if np.ptp(w) > 0:
        return _uneven(x, p, lower, w, limit, whole=whole)
    level = least_level(lower, p, limit)
    head, tail = level_prices(lower, p, limit, level, float(w[0]))
    bound, mu = addition_bound(lower, p, w, limit, head=head, tail=tail)
    bound -= float(w @ x)
    if whole:
        added = lower + whole_steps(lower, p, limit) - x
        cost = float(w[0] * added.sum())
        # The greedy allocation is the least of all whole ones: the bound of fractions only stands below it.
        return Addition(added, Certificate(cost, cost, proved=True), float("nan"), mu)
    y = np.maximum(lower, level * p)
    cost = float(w @ (y - x))
    return Addition(y - x, certificate(cost, bound, scale=scale), level, mu)


def _within(y: Floats, p: Floats, limit: float, whole: bool) -> bool:  # noqa: FBT001  private
    return holds_exactly(y, p, limit) if whole else coefficient(y, p) <= limit


def _read(
    totals: ArrayLike, sizes: ArrayLike, limit: float, floors: ArrayLike | None, costs: ArrayLike | float,
    whole: bool,  # noqa: FBT001  private
) -> tuple[Floats, Floats, Floats, Floats]:  # fmt: skip
    x, p = np.asarray(totals, dtype=float), np.asarray(sizes, dtype=float)
    f = x if floors is None else np.asarray(floors, dtype=float)
    w = np.broadcast_to(np.asarray(costs, dtype=float), x.shape)
    if x.ndim != 1 or not x.size or x.shape != p.shape or x.shape != f.shape:
        raise ValueError(f"totals, sizes and floors of shapes {x.shape}, {p.shape}, {f.shape}: expected one length")
    if not (p > 0).all() or not (w > 0).all() or not np.isfinite(p).all() or not np.isfinite(w).all():
        raise ValueError("sizes and costs must be positive and finite")
    if not (x >= 0).all() or not np.isfinite(x).all() or not np.isfinite(f).all() or not limit >= 0:
        raise ValueError("totals must be known and 0 or more, floors known, the limit 0 or more")
    lower = np.maximum(x, f)
    if whole:
        lower = x + np.ceil(lower - x)
    if not lower.sum() > 0 and not np.isinf(limit):
        raise ValueError("all totals and floors are 0: there is no coefficient of variation")
    return x, p, lower, w


def _uneven(x: Floats, p: Floats, lower: Floats, w: Floats, limit: float, *, whole: bool) -> Addition:
    """Solve with costs that differ between units: by clarabel, whose solution is made feasible on both sides."""
    try:
        y, head, tail = solve_cone(lower, p, w, limit)
    except RuntimeError:
        # Levelling meets the limit whatever the costs, and its prices at the lowest cost bound them all.
        level = least_level(lower, p, limit)
        y, (head, tail) = level * p, level_prices(lower, p, limit, level, float(w.min()))
    y = np.maximum(y, lower)
    y = np.maximum(y, least_level(y, p, limit) * p)
    bound, mu = addition_bound(lower, p, w, limit, head=head, tail=tail)
    bound -= float(w @ x)
    step = 0.0
    if whole:
        y = x + np.ceil(np.round(y - x, 9))
        y = y + whole_steps(y, p, limit)
        y = _dropped(y, lower, p, w, limit)
        ones = w / w.min()
        step = float(w.min()) if np.allclose(ones, np.round(ones), rtol=0, atol=1e-12) else 0.0
    cost = float(w @ (y - x))
    proof = certificate(cost, bound, scale=float(w @ lower), step=step)
    if whole and not proof.proved and len(x) <= _FEW:
        found, least = fewest_whole(x, lower, p, w, limit, y)
        y, bound = (y, bound) if float(w @ (found - x)) > cost else (found, bound)
        proof = certificate(float(w @ (y - x)), max(bound, least), scale=float(w @ lower), step=step)
    return Addition(y - x, proof, float("nan"), mu)


def _dropped(y: Floats, lower: Floats, p: Floats, w: Floats, limit: float) -> Floats:
    """Take whole units back, the dearest first, while the limit still holds."""
    y = y.copy()
    for at in np.argsort(-w, kind="stable"):
        while y[at] - 1 >= lower[at]:
            y[at] -= 1
            if not holds_exactly(y, p, limit):
                y[at] += 1
                break
    return y


def solve_cone(lower: Floats, sizes: Floats, costs: Floats, limit: float) -> tuple[Floats, float, Floats]:
    """Solve min wᵀy with y ≥ l in the cone by clarabel, scaled to numbers near 1.

    Returns
    -------
    tuple
        y, and the prices (head, tail) of the cone.

    Raises
    ------
    RuntimeError
        If clarabel does not end with a solution.
    """
    import clarabel
    from scipy import sparse

    n = len(lower)
    share, unit, price = sizes / sizes.sum(), lower.sum(), costs.mean()
    kappa = np.sqrt(1 + limit**2)
    a = sparse.vstack([-sparse.identity(n), -kappa * np.ones((1, n)), -sparse.diags(1 / np.sqrt(share))], "csc")
    b = np.concatenate([-lower / unit, [0.0], np.zeros(n)])
    cones = [clarabel.NonnegativeConeT(n), clarabel.SecondOrderConeT(n + 1)]
    zero = sparse.csc_matrix((n, n))
    for tolerance in _TOLERANCES:
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
        solution = clarabel.DefaultSolver(zero, costs / price, a, b, cones, settings).solve()
        if str(solution.status) in _SOLVED:
            break
    else:
        raise RuntimeError(f"clarabel ended with {solution.status}")
    z = np.asarray(solution.z)
    root = float(np.sqrt(sizes.sum()))
    # Prices of (κ Σy, y / √P): the scaled rows are ΣP times as large under the root.
    return np.asarray(solution.x) * unit, float(z[n]) * price * root, z[n + 1 :] * price * root
