"""Choices: the least addition where each unit may leave a few of its floors at a lower one, all amounts together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.dispersion.additions import Addition, least_addition
from analysis.stats.dispersion.certificates import TIGHT, Certificate, addition_bound, certificate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: Rounds of choosing by prices before a relaxation is solved, and choices that are tried one by one after it.
_ROUNDS, _TRIED = 12, 400
#: Units that are nearly indifferent and choose anew, and how often.
_UNDECIDED, _PASSES = 16, 3


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """What is added of every amount, what each unit leaves at the lower floor, and the proof.

    Parameters
    ----------
    added
        Shape (n, k).
    spared
        Whether a unit leaves an amount at its lower floor, shape (n, k).
    certificate
        Of the sum of all costs over all choices.
    parts
        Of each amount, given the choices.
    """

    added: Floats
    spared: np.ndarray
    certificate: Certificate
    parts: tuple[Addition, ...] = field(repr=False)


class _Problem:
    """Amounts, floors and costs, and what is known of the best choice so far."""

    def __init__(self, totals: Floats, sizes: Floats, full: Floats, partial: Floats, limits: Floats, costs: Floats,
                 whole: np.ndarray, spared: np.ndarray) -> None:  # fmt: skip
        self.x, self.p, self.c, self.w, self.whole, self.spared = totals, sizes, limits, costs, whole, spared
        self.first = np.arange(totals.shape[1])[None, :] < spared[:, None]  #: so many of each unit, in any order
        self.high, self.low = np.maximum(totals, full), np.maximum(totals, np.minimum(partial, full))
        for k in np.flatnonzero(whole):
            self.high[:, k] = totals[:, k] + np.ceil(self.high[:, k] - totals[:, k])
            self.low[:, k] = totals[:, k] + np.ceil(self.low[:, k] - totals[:, k])
        self.room = self.high - self.low
        self.settled: dict[int, float] = {}
        self.base = float((costs * totals).sum())
        self.known: dict[tuple[int, bytes], Addition] = {}
        self.cost, self.bound = np.inf, -np.inf
        self.enumerated = np.inf  #: the lowest bound of the choices that were solved, and of those left out for theirs
        self.best: tuple[np.ndarray, tuple[Addition, ...]] | None = None
        self.prices = costs

    def settle(self) -> None:
        """Find amounts that cost the same whatever is spared, because the limit asks for more than the floors."""
        for k in range(self.x.shape[1]):
            if np.isfinite(self.c[k]) and self.room[:, k].any():
                least, most = (self._part(k, floors[:, k]).certificate for floors in (self.low, self.high))
                if most.proved and least.proved and most.cost <= least.cost * (1 + TIGHT * 1e-3):
                    self.settled[k] = most.cost
                    self.low[:, k] = self.high[:, k]
        self.room = self.high - self.low

    def choose(self, gains: Floats) -> np.ndarray:
        """Spare the floors that save most at given gains, and as many as may be: to spare more is never dearer."""
        chosen = np.zeros(gains.shape, bool)
        order = np.argsort(-np.where(self.room > 0, gains, -1.0), axis=1, kind="stable")
        np.put_along_axis(chosen, order, values=self.first, axis=1)
        return chosen & (self.room > 0)

    def solve(self, spared: np.ndarray) -> tuple[float, tuple[Addition, ...]]:
        """Add the least of each amount, given what is spared; keep the best that was seen."""
        floors = np.where(spared, self.low, self.high)
        parts = [self._part(k, floors[:, k]) for k in range(floors.shape[1])]
        cost = float(sum(part.certificate.cost for part in parts))
        self.enumerated = min(self.enumerated, float(sum(_least(part) for part in parts)))
        if cost < self.cost:
            self.cost, self.best = cost, (spared, tuple(parts))
        return cost, tuple(parts)

    def _part(self, k: int, floors: Floats) -> Addition:
        key = (k, floors.tobytes())
        if key not in self.known:
            self.known[key] = least_addition(self.x[:, k], self.p, float(self.c[k]), floors=floors,
                                             costs=self.w[:, k], whole=bool(self.whole[k]))  # fmt: skip
        return self.known[key]

    def price(self, mu: Floats) -> None:
        """Bound all choices by prices of the floors: each unit then chooses for itself."""
        gains = mu * self.room
        saved = -np.sort(-gains, axis=1)[self.first].sum()
        sums = (mu * self.high - self.w * self.x).sum(axis=0)
        sums[list(self.settled)] = list(self.settled.values())
        bound = float(sums.sum() - saved)
        if bound > self.bound:
            self.bound, self.prices = bound, mu

    @property
    def tight(self) -> bool:
        """Whether the best seen is proved best."""
        return self.cost - self.bound <= TIGHT * max(abs(self.cost), 1e-6 * self.base)


def least_choices(
    totals: ArrayLike, sizes: ArrayLike, *, full: ArrayLike, partial: ArrayLike, limits: ArrayLike,
    costs: ArrayLike | None = None, whole: ArrayLike | None = None, spared: ArrayLike = 1,
) -> Choice:  # fmt: skip
    """Find the least addition of several amounts together, where each unit may leave a few at a lower floor.

    Parameters
    ----------
    totals
        x, shape (n, k): k amounts of n units.
    sizes
        P, shape (n,), positive.
    full, partial
        Floors of each amount, and the lower ones that up to ``spared`` amounts of a unit may stay at, shape (n, k).
    limits
        c of each amount, shape (k,); infinite for none.
    costs
        Of one more, shape (k,) or (n, k), positive; 1 if not given.
    whole
        Whether an amount comes in whole units, shape (k,).
    spared
        How many amounts a unit may leave at the lower floor: a number, or one a unit, shape (n,).

    Returns
    -------
    Choice
        With the certificate of the sum of all costs, over all choices of all units.

    Notes
    -----
    Given the choices the amounts fall apart into problems of :func:`least_addition`. Prices μ of their floors bound all
    choices at once: Σ over units of the least Σ μ l that its choices allow (Lagrange). Choosing by the prices and
    pricing the choices is repeated; where it ends at a fixed point the two meet and the choice is proved. Where it
    circles, the convex hull of the choices is solved by clarabel, and what its prices leave open is tried one by one.

    Examples
    --------
    >>> found = least_choices([[8.0, 5], [10, 10]], [1, 1], full=[[10, 10]] * 2, partial=[[8, 5]] * 2, limits=[1, 1])
    >>> found.added, found.certificate.proved
    (array([[2., 0.],
           [0., 0.]]), True)
    """
    x, p = np.asarray(totals, dtype=float), np.asarray(sizes, dtype=float)
    w = np.broadcast_to(np.asarray(1.0 if costs is None else costs, dtype=float), x.shape)
    of = np.zeros(x.shape[1], bool) if whole is None else np.asarray(whole, bool)
    problem = _Problem(x, p, np.asarray(full, dtype=float), np.asarray(partial, dtype=float),
                       np.asarray(limits, dtype=float), w, of,
                       np.broadcast_to(np.asarray(spared, dtype=int), p.shape))  # fmt: skip
    problem.settle()
    chosen, seen = problem.choose(w * problem.room), set()
    for _ in range(_ROUNDS):
        seen.add(chosen.tobytes())
        _, parts = problem.solve(chosen)
        mu = np.column_stack([part.prices for part in parts])
        problem.price(mu)
        chosen = problem.choose(mu * problem.room)
        if problem.tight or chosen.tobytes() in seen:
            break
    complete = False
    if not problem.tight:
        if not of.all() or np.isfinite(problem.c).any():
            _relax(problem)
        complete = _try(problem)
    assert problem.best is not None  # noqa: S101  one was solved
    spare, parts = problem.best
    # Trying all choices proves no more than was proved of their parts.
    bound = max(problem.bound, min(problem.enumerated, problem.cost)) if complete else problem.bound
    found = certificate(problem.cost, bound, scale=problem.base)
    found = replace(found, proved=found.proved and all(part.certificate.proved for part in parts))
    added = np.column_stack([part.added for part in parts])
    return Choice(added, spare & (x + added < problem.high), found, parts)


def _least(part: Addition) -> float:
    """Give what an amount costs at least, given its floors: its bound, unless more was proved."""
    return part.certificate.cost if part.certificate.proved else part.certificate.bound


def _relax(problem: _Problem) -> None:
    """Solve the convex hull of all choices, take its prices, and the choices that it leans to."""
    z, cones = _hull(problem)
    mu = np.array(problem.w)
    for k, (head, tail) in cones.items():
        _, mu[:, k] = addition_bound(problem.high[:, k], problem.p, problem.w[:, k], float(problem.c[k]), head=head,
                                     tail=tail)  # fmt: skip
    problem.price(mu)
    for gains in (z, mu * problem.room):
        problem.solve(problem.choose(gains))
    _improve(problem, mu * problem.room)


def _improve(problem: _Problem, gains: Floats) -> None:
    """Let the units that are nearly indifferent choose anew, one at a time, while it saves anything."""
    order = np.sort(gains, axis=1)[:, ::-1]
    rows = np.arange(len(gains))
    last = np.minimum(problem.spared, gains.shape[1] - 1)
    margin = order[rows, np.maximum(problem.spared - 1, 0)] - order[rows, last]
    undecided = [int(i) for i in np.argsort(margin, kind="stable")
                 if (problem.room[i] > 0).sum() > problem.spared[i] > 0]  # fmt: skip
    for _ in range(_PASSES):
        before = problem.cost
        for i in undecided[:_UNDECIDED]:
            for subset in combinations(np.flatnonzero(problem.room[i] > 0), int(problem.spared[i])):
                assert problem.best is not None  # noqa: S101  one was solved
                spared = problem.best[0].copy()
                spared[rows == i] = False
                spared[i, list(subset)] = True
                problem.solve(spared)
        if problem.cost >= before or problem.tight:
            return


def _hull(problem: _Problem) -> tuple[Floats, dict[int, tuple[float, Floats]]]:
    """Solve min w'y with y + room z ≥ high, 0 ≤ z ≤ 1, Σ z ≤ spared a unit, and every cone, by clarabel."""
    import clarabel
    from scipy import sparse

    n, k = problem.x.shape
    size = n * k
    unit = np.maximum(problem.high.mean(axis=0), 1e-300)  # each amount near 1
    share, root = problem.p / problem.p.sum(), float(np.sqrt(problem.p.sum()))
    price = float((problem.w * unit).mean())
    eye, none = sparse.identity(size, format="csr"), sparse.csr_matrix((size, size))
    room = sparse.diags((problem.room / unit).ravel())
    rows: list[Any] = [
        sparse.hstack([-eye, -room]),
        sparse.hstack([none, -eye]),
        sparse.hstack([none, eye]),
        sparse.hstack([sparse.csr_matrix((n, size)), sparse.kron(sparse.identity(n), np.ones((1, k)))]),
    ]
    right = [-(problem.high / unit).ravel(), np.zeros(size), np.ones(size), problem.spared.astype(float)]
    cones: list[Any] = [clarabel.NonnegativeConeT(3 * size + n)]
    active = [int(j) for j in np.flatnonzero(np.isfinite(problem.c))]
    for j in active:
        pick = sparse.csr_matrix((np.ones(n), (np.arange(n), np.arange(n) * k + j)), shape=(n, 2 * size))
        # Rows are scaled so that shares of the heads take the place of heads.
        rows.append(sparse.vstack([-np.sqrt(1 + problem.c[j] ** 2) * pick.sum(axis=0),
                                   -sparse.diags(1 / np.sqrt(share)) @ pick]))  # fmt: skip
        right.append(np.zeros(n + 1))
        cones.append(clarabel.SecondOrderConeT(n + 1))
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-9
    goal = np.concatenate([(problem.w * unit / price).ravel(), np.zeros(size)])
    solver = clarabel.DefaultSolver(sparse.csc_matrix((2 * size, 2 * size)), goal, sparse.vstack(rows, "csc"),
                                    np.concatenate(right), cones, settings)  # fmt: skip
    solution = solver.solve()
    # What the solver could not finish still is a price that bounds, if it is a number at all.
    values, duals = np.nan_to_num(solution.x), np.nan_to_num(solution.z)
    found = {}
    for at, j in enumerate(active):
        start = 3 * size + n + at * (n + 1)
        part = duals[start : start + n + 1] * price * root / unit[j]
        found[j] = (float(part[0]), part[1:])
    return values[size:].reshape(n, k), found


def _try(problem: _Problem) -> bool:
    """Try the choices that the prices leave open, one by one; tell whether none is left open."""
    n, k = problem.x.shape
    gains = problem.prices * problem.room
    best = np.where(problem.first, np.sort(gains, axis=1)[:, ::-1], 0.0).sum(axis=1)
    if best.size and problem.cost <= problem.bound:
        return True
    options: list[tuple[int, list[tuple[float, tuple[int, ...]]]]] = []
    start = problem.choose(gains)
    for i in range(n):
        useful = [j for j in range(k) if problem.room[i, j] > 0]
        spared = int(problem.spared[i])
        if len(useful) <= spared:
            continue
        mine = [(float(best[i] - gains[i, list(subset)].sum()), subset)
                for subset in combinations(useful, spared)]  # fmt: skip
        mine = sorted(each for each in mine if each[0] <= problem.cost - problem.bound)
        if len(mine) > 1:
            options.append((i, mine))
    for tried, chosen in enumerate(_combinations(problem, start, options, 0, 0.0)):
        if tried >= _TRIED:
            return False
        problem.solve(chosen)
    return True


def _combinations(
    problem: _Problem, spared: np.ndarray, options: list[tuple[int, list[tuple[float, tuple[int, ...]]]]], at: int,
    lost: float,
) -> Iterator[np.ndarray]:  # fmt: skip
    """Give the choices whose bound is below the best cost so far, depth first."""
    if at == len(options):
        yield spared
        return
    unit, mine = options[at]
    for penalty, subset in mine:
        # A choice whose bound is at the best cost, but for rounding, saves nothing.
        if problem.bound + lost + penalty >= problem.cost - TIGHT * abs(problem.cost):
            problem.enumerated = min(problem.enumerated, problem.bound + lost + penalty)
            break
        spared = spared.copy()
        spared[unit] = False
        spared[unit, list(subset)] = True
        yield from _combinations(problem, spared, options, at + 1, lost + penalty)
