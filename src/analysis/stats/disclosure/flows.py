"""Flows: a pattern that protects, quickly: cells move against each other, and what moves is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from analysis.stats.disclosure.covers import Choices
    from analysis.stats.disclosure.system import Bools, Floats, System, Whole

#: What moves by less does not move; what moving a cell costs that is hidden anyway, so that none moves for nothing.
_STILL, _LITTLE = 1e-7, 1e-6
#: Passes over all sensitive cells, each with what the others hide now.
_PASSES = 4


def flows(system: System, choices: Choices, at: Whole, ups: Floats, downs: Floats, chosen: Bools) -> Bools:
    """Hide what moves in the cheapest movements of each sensitive cell.

    Parameters
    ----------
    system, choices
        Cells, and the patterns that may be hidden.
    at
        Places of sensitive cells, shape (k,).
    ups, downs
        How far each must be able to move up and down.
    chosen
        Patterns to lean on: they cost nothing in the first pass.

    Returns
    -------
    numpy.ndarray
        The patterns to hide, shape (patterns,). A cell for which there is no movement is left out: the audit names it.

    Notes
    -----
    For each cell the movement d of all cells with A d = 0 that moves it far enough, at the least Σ cost × |d|, with what
    is hidden anyway free: Kelly, Golden and Assad (1992), Cell suppression: disclosure protection for sensitive tabular
    data, Networks 22(4), 397-417. Costs are linear here and fixed in truth; passes after the first take each cell's
    movement back and look for a better one among what the others hide.
    """
    moves = [(int(cell), sign, float(far)) for cell, up, down in zip(at, ups, downs, strict=True)
             for sign, far in ((1, up), (-1, down)) if far > 0]  # fmt: skip
    moves.sort(key=lambda move: -move[2])
    network = _Network(system, choices)
    held: list[Bools] = [np.zeros(len(choices.cost), dtype=bool) for _ in moves]
    best, least = chosen, np.inf
    counts = np.zeros(len(choices.cost), dtype=int)
    free = chosen
    for _ in range(_PASSES):
        for i, (cell, sign, far) in enumerate(moves):
            counts -= held[i]
            moved = network.moved(cell, sign, far, free | (counts > 0))
            held[i] = held[i] if moved is None else moved
            counts += held[i]
        free = np.zeros_like(chosen)
        cost = float(choices.cost[counts > 0].sum())
        if cost >= least:
            break
        best, least = counts > 0, cost
    return best


class _Network:
    """The linear program of movements, of which only costs and the moved cell change."""

    def __init__(self, system: System, choices: Choices) -> None:
        from scipy.sparse import hstack

        self.choices = choices
        hideable = choices.hidden(choices.free, system.latent) & ~system.known
        self.cells = np.flatnonzero(hideable)
        columns: Any = system.matrix[:, self.cells]
        self.matrix = hstack([columns, -columns], format="csr")
        self.of = choices.of[self.cells]
        self.up = (system.upper - system.value)[self.cells]
        self.down = (system.value - system.lower)[self.cells]
        count = np.bincount(self.of[self.of >= 0], minlength=len(choices.cost))
        self.cost = np.where(self.of >= 0, (choices.cost / np.maximum(count, 1))[self.of], 0.0)
        self.free = (self.of < 0) | choices.forced[self.of]

    def moved(self, cell: int, sign: int, far: float, held: Bools) -> Bools | None:
        """Give the patterns that a movement needs besides those hidden anyway; None if there is no movement."""
        from scipy.optimize import linprog

        place = int(np.searchsorted(self.cells, cell))
        free = self.free | held[self.of]
        cost = np.where(free, _LITTLE * self.cost.mean(), self.cost)
        n = len(self.cells)
        bounds = np.zeros((2 * n, 2))
        bounds[:, 1] = np.concatenate([self.up, self.down])
        there, back = (place, n + place) if sign > 0 else (n + place, place)
        bounds[there, 0] = min(far, bounds[there, 1])
        bounds[back, 1] = 0.0
        found = linprog(np.concatenate([cost, cost]), A_eq=self.matrix, b_eq=np.zeros(self.matrix.shape[0]), bounds=bounds,
                        method="highs-ds")  # fmt: skip
        if found.x is None:
            return None
        by = np.abs(found.x[:n] - found.x[n:]) > _STILL
        needed = np.zeros(len(self.choices.cost), dtype=bool)
        needed[self.of[by & (self.of >= 0)]] = True
        return needed & self.choices.free
