"""Flows: a pattern that protects, quickly: cells move against each other, and what moves is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from analysis.stats.arrays import Bools, Floats, Ints
    from analysis.stats.disclosure.covers import Choices
    from analysis.stats.disclosure.system import System

#: What moves by less does not move; what moving a cell costs that is hidden anyway, so that none moves for nothing.
_STILL, _LITTLE = 1e-7, 1e-6
#: Passes over all sensitive cells, each with what the others hide now.
_PASSES = 4


def flows(system: System, choices: Choices, at: Ints, needs: Floats, *, lean: Bools, among: Bools) -> Bools:
    """Hide what moves in the cheapest movements of each sensitive cell.

    Parameters
    ----------
    system, choices
        Cells, and the patterns that may be hidden.
    at
        Places of sensitive cells, shape (k,).
    needs
        Of each, how far up its interval must reach, how far down, and how wide it must be; shape (k, 3).
    lean
        Patterns that cost nothing at first.
    among
        Patterns that may move.

    Returns
    -------
    numpy.ndarray
        The patterns to hide, shape (patterns,). A cell for which there is no movement is left out: the audit names it.

    Notes
    -----
    For each cell the movement d of all cells with A d = 0 that moves it far enough, at the least Σ cost × |d|, with
    what is hidden anyway free: Kelly, Golden and Assad (1992), Cell suppression: disclosure protection for sensitive
    tabular data, Networks 22(4), 397-417. Costs are linear here and fixed in truth; later passes take the movements one
    after the other back, and look for a better one among what all of them hide.
    """
    order = np.argsort(-needs[:, 2], kind="stable")
    held: Bools = np.zeros((len(at), len(choices.cost)), dtype=bool)
    network = _Network(system, choices, among)
    least = np.inf
    for _ in range(_PASSES):
        before = held.copy()
        for i in order:
            others: Bools = np.asarray(np.delete(held, i, axis=0).any(axis=0))
            up, down, width = (float(each) for each in needs[i])
            held[i] = network.needed(int(at[i]), up, down, width, lean | others)
        cost = float(choices.cost[held.any(axis=0)].sum())
        if cost >= least:
            held = before
            break
        least, lean = cost, np.zeros_like(lean)
        network = _Network(system, choices, np.asarray(held.any(axis=0)))
    return np.asarray(held.any(axis=0))


class _Network:
    """The linear program of movements, of which only costs and the moved cell change."""

    def __init__(self, system: System, choices: Choices, allowed: Bools) -> None:
        from scipy.sparse import hstack

        self.choices = choices
        self.cells = np.flatnonzero(choices.hidden(allowed, system.latent) & ~system.known)
        columns: Any = system.matrix[:, self.cells]
        self.matrix = hstack([columns, -columns], format="csr")
        self.of = choices.of[self.cells]
        self.up = (system.upper - system.value)[self.cells]
        self.down = (system.value - system.lower)[self.cells]
        count = np.bincount(self.of[self.of >= 0], minlength=len(choices.cost))
        self.anyway = (self.of < 0) | choices.forced[self.of]
        self.cost = np.where(self.anyway, 0.0, (choices.cost / np.maximum(count, 1))[self.of])

    def needed(self, cell: int, up: float, down: float, width: float, held: Bools) -> Bools:
        """Give the patterns that must be hidden for an interval, besides those hidden anyway."""
        # One movement of the whole width hides fewer than two; where there is none, up takes what down cannot.
        found = self.moved(cell, max(up, width - down), held)
        if found is None:
            fall = float(self.down[np.searchsorted(self.cells, cell)])
            found, down = self.moved(cell, max(up, width - fall), held), fall
        none: Bools = np.zeros(len(self.choices.cost), dtype=bool)
        if down > 0:
            below = self.moved(cell, -down, held if found is None else held | found)
            found = below if found is None else found | (none if below is None else below)
        return none if found is None else found

    def moved(self, cell: int, far: float, held: Bools) -> Bools | None:
        """Give the patterns that move with a cell; None if it cannot move so far."""
        from scipy.optimize import linprog

        place = int(np.searchsorted(self.cells, cell))
        little = _LITTLE * max(float(self.cost.mean()), 1.0)
        cost = np.where(self.anyway | held[self.of], little, self.cost)
        n = len(self.cells)
        bounds = np.zeros((2 * n, 2))
        bounds[:, 1] = np.concatenate([self.up, self.down])
        there, back = (place, n + place) if far > 0 else (n + place, place)
        if bounds[there, 1] < abs(far):
            return None
        bounds[there, 0], bounds[back, 1] = abs(far), 0.0
        found = linprog(np.concatenate([cost, cost]), A_eq=self.matrix, b_eq=np.zeros(self.matrix.shape[0]),
                        bounds=bounds, method="highs-ds")  # fmt: skip
        if found.x is None:
            return None
        by = np.abs(found.x[:n] - found.x[n:]) > _STILL
        needed: Bools = np.zeros(len(self.choices.cost), dtype=bool)
        needed[self.of[by & (self.of >= 0)]] = True
        return needed & self.choices.free
