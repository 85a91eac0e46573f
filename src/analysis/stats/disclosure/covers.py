"""Covers: what else must be hidden to make a cell uncertain, as inequalities, and the cheapest that meets all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.disclosure.outsider import Outsider, Piece
from analysis.stats.disclosure.system import TOLERANCE

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from analysis.stats.arrays import Bools, Floats, Ints

#: Multipliers below it are errors of rounding.
_NOTHING = 1e-9
#: Gap that is tried first between the best choice and its relaxation, as a share; nodes that are searched for it.
_MARGIN, _NODES = 0.03, 2_000
#: How much harder a program is for each unit of its relative gap, as it was measured.
_HARDER = 100.0


@dataclass(frozen=True, eq=False, slots=True)
class Cover:
    """Σ coefficient × hidden ≥ right over patterns that may be hidden.

    Parameters
    ----------
    patterns
        Their places, shape (k,).
    coefficients
        Shape (k,).
    right
        1 for cells that must be covered, 0 where the need comes with another pattern.
    """

    patterns: Ints
    coefficients: Floats
    right: float

    def key(self) -> bytes:
        """Name the cover by what it says."""
        return self.patterns.tobytes() + self.coefficients.round(9).tobytes() + bytes(str(self.right), "ascii")


@dataclass(frozen=True, eq=False, slots=True)
class Choices:
    """Patterns of one system: which are hidden anyway, which may be, and what that costs.

    Parameters
    ----------
    of
        The pattern of each cell, shape (cells,); −1 of cells that are never printed.
    forced
        Whether a pattern is hidden anyway, shape (patterns,).
    free
        Whether it may be.
    cost
        What hiding it loses.
    """

    of: Ints
    forced: Bools
    free: Bools
    cost: Floats

    def hidden(self, chosen: Bools, latent: Bools) -> Bools:
        """Tell which cells are hidden where some patterns are."""
        return latent | ((chosen | self.forced)[self.of] & (self.of >= 0))

    def summed(self, by_cell: Floats, known: Bools) -> Floats:
        """Add up what cells contribute to their patterns; hiding what is known contributes nothing."""
        here = (self.of >= 0) & ~known
        return np.bincount(self.of[here], weights=by_cell[here], minlength=len(self.cost)).astype(float)


def room(outsider: Outsider, weights: Floats) -> Floats:
    """Give by how much hiding each cell lets Σ weight × (x − value) grow, infinite where nothing bounds the cell."""
    system = outsider.system
    weights = np.where(np.abs(weights) <= _NOTHING, 0.0, weights)
    up, down = np.maximum(weights, 0.0), np.maximum(-weights, 0.0)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(up * (system.upper - system.value), nan=0.0, posinf=np.inf) + np.nan_to_num(
            down * (system.value - system.lower), nan=0.0, posinf=np.inf
        )


def weights_of(piece: Piece, place: int, sign: int) -> Floats:
    """Write a hidden cell as Σ weight × x over all cells, by the prices of its piece; times ``sign``.

    For every x that meets the relations x_k = Σ_i w_i x_i with w = e_k − A'λ, whatever λ. With λ of the program that
    moves x_k, hidden cells other than k only have weights that keep it from moving on.
    """
    weights = -(piece.rows.T @ piece.linear(place, sign).prices)
    weights[piece.at[place]] += 1.0
    return np.asarray(sign * weights, dtype=float)


def cover(outsider: Outsider, choices: Choices, grows: Floats, need: float, insider: Ints | None) -> Cover | None:
    """Make the inequality Σ grows × hidden ≥ need; None where what is hidden anyway is enough for it.

    Parameters
    ----------
    outsider
        Who infers.
    choices
        Patterns.
    grows
        By how much hiding each cell widens an interval, shape (cells,).
    need
        How much it must be widened.
    insider
        Places of cells that the outsider knows besides, hidden or not.

    Notes
    -----
    Fischetti and Salazar-González (2001), capacity constraints; coefficients above the need say no more than the need.
    """
    known = outsider.system.known.copy()
    if insider is not None:
        known[insider] = True
    by_pattern = choices.summed(grows, known)
    rest = need - by_pattern[choices.forced].sum() - grows[outsider.system.latent & ~known].sum()
    if not rest > TOLERANCE * max(1.0, need):
        return None
    share = np.minimum(by_pattern / rest, 1.0)
    at = np.flatnonzero(choices.free & (share > _NOTHING))
    return Cover(at, share[at], 1.0)


def around(outsider: Outsider, choices: Choices, piece: Piece, chosen: Bools) -> Cover:
    """Make the inequality that something next to a piece is hidden: while nothing is, all its intervals stay."""
    touched = np.unique(piece.rows.indices)
    patterns = choices.of[touched[~outsider.system.known[touched]]]
    at = np.unique(patterns[patterns >= 0])
    at = at[choices.free[at] & ~chosen[at]]
    return Cover(at, np.ones(len(at)), 1.0)


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """A choice of patterns, and what is known of all others.

    Parameters
    ----------
    chosen
        Which patterns are hidden besides, shape (patterns,).
    bound
        What every choice that meets the covers costs at least.
    work
        Size of the programs that were solved, by how hard they are.
    """

    chosen: Bools
    bound: float
    work: float


def cheapest(covers: list[Cover], cost: Floats, kept: Bools) -> Answer | None:
    """Choose the patterns of least cost that meet all covers; None if no choice does.

    Parameters
    ----------
    covers
        The inequalities.
    cost
        Of each pattern, shape (patterns,).
    kept
        Patterns that are chosen already.

    Notes
    -----
    The linear relaxation gives a bound and reduced costs. A pattern whose reduced cost is above the gap between the
    best choice and the bound is in no better one, so that few patterns are left for the search in whole numbers.
    """
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp

    base = float(cost[kept].sum())
    active, matrix, right = _matrix(covers, kept)
    if not len(right):
        return Answer(kept.copy(), base, 0.0)
    goal = cost[active]
    relaxed = linprog(goal, A_ub=-matrix, b_ub=-right, bounds=(0, 1), method="highs") if len(active) else None
    if relaxed is None or relaxed.status != 0:
        return None
    chosen = kept.copy()
    if (np.abs(relaxed.x - np.round(relaxed.x)) <= _NOTHING).all():
        chosen[active[relaxed.x > 0.5]] = True  # noqa: PLR2004  0 or 1
        return Answer(chosen, base + float(relaxed.fun), float(len(active)))
    reduced = goal + matrix.T @ relaxed.ineqlin.marginals
    margin, work = _MARGIN * float(relaxed.fun), 0.0
    while True:
        used = np.flatnonzero((reduced <= margin) | (relaxed.x > _NOTHING))
        found = milp(goal[used], constraints=LinearConstraint(matrix[:, used], right, np.inf), bounds=Bounds(0, 1),
                     integrality=np.ones(len(used)), options={"mip_rel_gap": 0.0, "node_limit": _NODES})  # fmt: skip
        if found.x is None:  # too hard: all that the relaxation uses meets the covers as well
            chosen[active[relaxed.x > _NOTHING]] = True
            return Answer(chosen, base + float(relaxed.fun), np.inf)
        gap = float(found.fun) - float(relaxed.fun)
        work += float(len(used)) * len(right) * (1 + _HARDER * gap / float(found.fun))
        if gap <= margin * (1 + _NOTHING) or len(used) == len(active):
            break
        margin = gap * (1 + _NOTHING)
    chosen[active[used[np.round(found.x) > 0]]] = True
    return Answer(chosen, base + min(float(found.mip_dual_bound), float(found.fun)), work)


def _matrix(covers: list[Cover], kept: Bools) -> tuple[Ints, csr_array, Floats]:
    """Write down the covers that what is kept does not meet, over the other patterns in them."""
    from scipy.sparse import csr_array

    empty: Ints = np.zeros(0, dtype=np.intp)
    rows = np.repeat(np.arange(len(covers)), [len(each.patterns) for each in covers])
    columns = np.concatenate([empty, *(each.patterns for each in covers)])
    sizes = np.concatenate([np.zeros(0), *(each.coefficients for each in covers)])
    right = np.array([each.right for each in covers], dtype=float)
    right -= np.bincount(rows, weights=sizes * kept[columns], minlength=len(covers))
    lowest = np.bincount(rows, weights=np.where(kept[columns], 0.0, np.minimum(sizes, 0.0)), minlength=len(covers))
    open_ = lowest < right - _NOTHING
    here = open_[rows] & ~kept[columns]
    active, place = np.unique(columns[here], return_inverse=True)
    number = np.cumsum(open_) - 1
    shape = (int(open_.sum()), len(active))
    return active, csr_array((sizes[here], (number[rows[here]], place)), shape=shape), right[open_]
