"""Outsider: what somebody who has the whole release can infer of what it hides, by linear programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.disclosure.system import TOLERANCE, System

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from analysis.stats.arrays import Bools, Floats, Ints

#: How a program of HiGHS may end, as SciPy numbers it.
_SOLVED, _UNBOUNDED = 0, 3


@dataclass(frozen=True, eq=False, slots=True)
class Extreme:
    """The furthest that one hidden cell can be, and why no further.

    Parameters
    ----------
    value
        Of the cell; infinite where nothing bounds it.
    point
        The cells of the piece there, shape (n,); empty if there is none.
    prices
        Of the piece's relations: by how much the value moves with each right side.
    """

    value: float
    point: Floats
    prices: Floats


@dataclass(eq=False, slots=True)
class Piece:
    """Cells that are not known and hang together, the relations between them, and what was found of them.

    Parameters
    ----------
    at
        Places of the cells in the system, shape (n,).
    rows
        The relations over all cells of the system, shape (m, cells).
    matrix, right
        ``matrix @ x == right``.
    lower, upper, whole
        Of the cells.
    start
        Values that are possible, shape (n,); empty if none is known.
    """

    at: Ints
    rows: csr_array
    matrix: csr_array
    right: Floats
    lower: Floats
    upper: Floats
    whole: Bools
    start: Floats
    least: Floats = field(init=False, repr=False)  #: of all possible values that were seen
    most: Floats = field(init=False, repr=False)
    found: dict[tuple[int, int], Extreme] = field(init=False, repr=False)
    proved: dict[tuple[int, int], float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.least, self.most = np.full(len(self.at), np.inf), np.full(len(self.at), -np.inf)
        self.found, self.proved = {}, {}
        if len(self.start):
            self._saw(self.start)

    def linear(self, cell: int, sign: int) -> Extreme:
        """Move one cell as far up (1) or down (−1) as possible, whole or not.

        Parameters
        ----------
        cell
            Its place in the piece.
        sign
            1 or −1.
        """
        if (cell, sign) not in self.found:
            self.found[cell, sign] = self._solve(cell, sign)
        return self.found[cell, sign]

    def furthest(self, cell: int, sign: int) -> float:
        """Give the furthest value that is possible; of a cell that is whole, among whole numbers of all that are.

        The end of one that is not whole is that of fractions, as far out or further.
        """
        if (cell, sign) not in self.proved:
            self.proved[cell, sign] = self._furthest(cell, sign)
        return self.proved[cell, sign]

    def _furthest(self, cell: int, sign: int) -> float:
        seen, end = (self.most, self.upper) if sign > 0 else (self.least, self.lower)
        if seen[cell] == end[cell] or not self.matrix.shape[0]:
            return float(end[cell])
        if len(self.at) == 1:
            return float(self.right[0] / self.matrix.data[0])
        extreme = self.linear(cell, sign)
        if not np.isfinite(extreme.value) or not self.whole[cell]:
            return extreme.value
        return float(np.round(extreme.value)) if self._fits(extreme.point) else self._whole(cell, sign)

    def _fits(self, point: Floats) -> bool:
        parts = point[self.whole]
        return bool((np.abs(parts - np.round(parts)) <= TOLERANCE).all())

    def _saw(self, point: Floats) -> None:
        shown = ~self.whole | self._fits(point)
        point = np.where(self.whole, np.round(point), point)
        np.minimum(self.least, point, out=self.least, where=shown)
        np.maximum(self.most, point, out=self.most, where=shown)

    def _scale(self) -> float:
        """Give what values are divided by: tolerances of HiGHS are absolute, and whole numbers stay whole."""
        if self.whole.any():
            return 1.0
        ends = np.concatenate([self.right, self.lower, self.upper])
        return float(max(np.abs(ends[np.isfinite(ends)]).max(initial=0.0), 1e-12))

    def _solve(self, cell: int, sign: int) -> Extreme:
        from scipy.optimize import linprog

        if not self.matrix.shape[0]:
            end = self.upper if sign > 0 else self.lower
            return Extreme(float(end[cell]), self.start, np.zeros(0))
        goal = np.zeros(len(self.at))
        goal[cell] = -sign
        unit = self._scale()
        bounds = np.column_stack([self.lower, self.upper]) / unit
        for presolve in (True, False):
            found = linprog(goal, A_eq=self.matrix, b_eq=self.right / unit, bounds=bounds, method="highs",
                            options={"presolve": presolve})  # fmt: skip
            if found.status in {_SOLVED, _UNBOUNDED}:
                break
        none: Floats = np.zeros(0)
        if found.status == _UNBOUNDED:
            return Extreme(sign * np.inf, none, none)
        if found.status != _SOLVED:
            raise RuntimeError(f"HiGHS: {found.message}")
        point = np.asarray(found.x, dtype=float) * unit
        self._saw(point)
        return Extreme(float(point[cell]), point, -sign * np.asarray(found.eqlin.marginals, dtype=float))

    def _whole(self, cell: int, sign: int) -> float:
        from scipy.optimize import Bounds, LinearConstraint, milp

        goal = np.zeros(len(self.at))
        goal[cell] = -sign
        found = milp(goal, constraints=LinearConstraint(self.matrix, self.right, self.right),
                     bounds=Bounds(self.lower, self.upper), integrality=self.whole.astype(int),
                     options={"mip_rel_gap": 0.0})  # fmt: skip
        if found.status != _SOLVED:
            raise RuntimeError(f"HiGHS: {found.message}")
        self._saw(found.x)
        return float(np.round(found.x[cell]) if self.whole[cell] else found.x[cell])


class Outsider:
    """Somebody who has what a system publishes and knows all relations.

    Parameters
    ----------
    system
        The cells.
    rounded
        Whether values are read as printed; otherwise as they are, which is more than an outsider knows, and safe.
    """

    def __init__(self, system: System, *, rounded: bool = False) -> None:
        self.system = system
        self.columns: Any = system.matrix.tocsc()
        self.rounding = system.rounding if rounded else np.zeros(len(system))
        self._pieces: dict[bytes, Piece] = {}

    def pieces(
        self, hidden: Bools, asked: Ints, *, insider: Ints | None = None
    ) -> dict[int, tuple[Piece, int]]:  # fmt: skip
        """Find the pieces in which hidden cells hang together.

        Parameters
        ----------
        hidden
            Which cells are not printed, shape (cells,).
        asked
            Places of the cells that are asked for.
        insider
            Places of cells that this one knows as well.

        Returns
        -------
        dict
            Of each cell asked for that is hidden and was not published before: its piece, and its place there.
        """
        from scipy.sparse import block_array
        from scipy.sparse.csgraph import connected_components

        system = self.system
        secret = hidden & ~system.known
        if insider is not None:
            secret = secret.copy()
            secret[insider] = False
        free = secret | (self.rounding > 0)
        if insider is not None:
            free[insider] = False
        places = np.flatnonzero(free)
        asked = np.unique(asked[secret[asked]])
        if not len(asked):
            return {}
        links = abs(self.columns[:, places])
        m = links.shape[0]
        label = connected_components(block_array([[None, links], [links.T, None]], format="csr"), directed=False)[1]
        of = label[m:]
        order = np.argsort(of, kind="stable")
        mine = of[np.searchsorted(places, asked)]
        starts, ends = (np.searchsorted(of[order], mine, side=side) for side in ("left", "right"))
        found: dict[int, tuple[Piece, int]] = {}
        made: dict[int, Piece] = {}
        for cell, start, end in zip(asked, starts, ends, strict=True):
            at = places[order[start:end]]
            if int(start) not in made:
                made[int(start)] = self._piece(at, secret[at])
            found[int(cell)] = (made[int(start)], int(np.searchsorted(at, cell)))
        return found

    def _piece(self, at: Ints, secret: Bools) -> Piece:
        """Make a piece, or give the one that was made before: rounds of a search come back to the same ones."""
        key = at.tobytes() + secret.tobytes()
        if key not in self._pieces:
            system, value = self.system, self.system.value[at]
            columns = self.columns[:, at]
            rows = system.matrix[np.unique(columns.indices)]
            matrix = rows[:, at]
            around = np.where(secret, np.inf, self.rounding[at])
            lower, upper = np.maximum(system.lower[at], value - around), np.minimum(system.upper[at], value + around)
            whole = system.whole[at]
            # Bounds of whole numbers are whole; the hair keeps 3 from becoming 4.
            lower = np.where(whole, np.ceil(lower - TOLERANCE), lower)
            upper = np.where(whole, np.floor(upper + TOLERANCE), upper)
            right = matrix @ value
            off = rows @ system.value
            printed = abs(rows) @ self.rounding > 0
            right = right - np.where(printed, off, 0.0)
            start = value if not printed.any() else np.zeros(0)
            self._pieces[key] = Piece(at, rows, matrix, right, lower, upper, whole, start)
        return self._pieces[key]
