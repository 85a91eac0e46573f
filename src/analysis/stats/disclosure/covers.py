"""Covers: what else must be hidden so that one cell is uncertain enough, as inequalities, and the cheapest that meets all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.disclosure.outsider import Outsider, Piece
from analysis.stats.disclosure.system import TOLERANCE

if TYPE_CHECKING:
    from analysis.stats.disclosure.system import Bools, Floats, Whole

#: Multipliers below it are errors of rounding.
_NOTHING = 1e-9
#: Nodes of a search after which its best is taken; it is then not proved.
_NODES = 20_000


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

    patterns: Whole
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

    of: Whole
    forced: Bools
    free: Bools
    cost: Floats

    def hidden(self, chosen: Bools, latent: Bools) -> Bools:
        """Tell which cells are hidden where some patterns are."""
        return latent | ((chosen | self.forced)[self.of] & (self.of >= 0))

    def summed(self, by_cell: Floats, known: Bools) -> Floats:
        """Add up what cells contribute to their patterns; hiding what is known contributes nothing."""
        here = (self.of >= 0) & ~known
        return np.bincount(self.of[here], weights=by_cell[here], minlength=len(self.cost))


def room(outsider: Outsider, weights: Floats) -> Floats:
    """Give by how much hiding each cell lets Σ weight × (x − value) grow, infinite where nothing bounds the cell."""
    system = outsider.system
    weights = np.where(np.abs(weights) <= _NOTHING, 0.0, weights)
    up, down = np.maximum(weights, 0.0), np.maximum(-weights, 0.0)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(up * (system.upper - system.value), nan=0.0, posinf=np.inf) + np.nan_to_num(
            down * (system.value - system.lower), nan=0.0, posinf=np.inf
        )


def weights_of(outsider: Outsider, piece: Piece, place: int, sign: int) -> Floats:
    """Write a hidden cell as Σ weight × x over all cells, by the prices of its piece; times ``sign``.

    For every x that meets the relations x_k = Σ_i w_i x_i with w = e_k − A'λ, whatever λ. With λ of the program that
    moves x_k, hidden cells other than k only have weights that keep it from moving on.
    """
    weights = -(outsider.system.matrix[piece.rows].T @ piece.linear(place, sign).prices)
    weights[piece.at[place]] += 1.0
    return np.asarray(sign * weights, dtype=float)


def cover(outsider: Outsider, choices: Choices, grows: Floats, need: float, insider: Whole | None) -> Cover | None:
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
    touched = np.unique(outsider.system.matrix[piece.rows].indices)
    patterns = choices.of[touched[~outsider.system.known[touched]]]
    at = np.unique(patterns[patterns >= 0])
    at = at[choices.free[at] & ~chosen[at]]
    return Cover(at, np.ones(len(at)), 1.0)


def cheapest(covers: list[Cover], cost: Floats, kept: Bools) -> tuple[Bools, float, bool] | None:
    """Choose the patterns of least cost that meet all covers.

    Parameters
    ----------
    covers
        The inequalities.
    cost
        Of each pattern, shape (patterns,).
    kept
        Patterns that are chosen already.

    Returns
    -------
    tuple or None
        Chosen patterns; a bound below the cost of all choices; whether the choice is proved best. None if there is no
        choice at all.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    chosen = kept.copy()
    base = float(cost[kept].sum())
    if not covers:
        return chosen, base, True
    active = np.unique(np.concatenate([each.patterns for each in covers]))
    if not len(active):
        return None
    lengths = [len(each.patterns) for each in covers]
    rows = np.repeat(np.arange(len(covers)), lengths)
    columns = np.searchsorted(active, np.concatenate([each.patterns for each in covers]))
    matrix = csr_array((np.concatenate([each.coefficients for each in covers]), (rows, columns)),
                       shape=(len(covers), len(active)))  # fmt: skip
    right = np.array([each.right for each in covers])
    low = kept[active].astype(float)
    goal = np.where(kept[active], 0.0, cost[active])
    unit = max(float(goal.max()), 1.0)
    found = milp(goal / unit, constraints=LinearConstraint(matrix, right, np.inf), bounds=Bounds(low, 1.0),
                 integrality=np.ones(len(active)), options={"mip_rel_gap": 0.0, "node_limit": _NODES})  # fmt: skip
    if found.x is None:
        return None
    chosen[active[np.round(found.x) > 0]] = True
    return chosen, base + float(found.mip_dual_bound) * unit, found.status == 0
