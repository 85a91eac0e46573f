"""Lexicographic programs: whole numbers chosen by one objective after the other, each kept while the next is minimised.

:meth:`Program.settle` decides what the objectives leave open, so that a program has one answer on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

#: Sums of variables: a coefficient by the place of each.
Terms = Mapping[int, int]
#: What a solver's bound may be off by.
_OFF: Final = 1e-4
#: The largest coefficient of a comparison: beyond it a solver's tolerance could hide a difference.
_LARGEST: Final = 10_000


@dataclass
class Program:
    """A program of whole numbers.

    Coefficients and bounds are whole numbers, so that what the solver finds is held to them exactly, and a value is
    proved the least when the solver's bound is less than one below it.

    Examples
    --------
    Of things that weigh 2, 3 and 4 some that weigh 5 at least: as few as can be, and then as light as can be.

    >>> program = Program()
    >>> weights = {program.variable(): weight for weight in (2, 3, 4)}
    >>> program.hold(weights, lower=5)
    >>> program.minimise(dict.fromkeys(weights, 1)), program.minimise(weights)
    (2, 5)
    >>> [program.value({place: 1}) for place in weights]
    [1, 1, 0]
    """

    _upper: list[int] = field(default_factory=list)
    _rows: list[tuple[dict[int, int], int | None, int | None]] = field(default_factory=list)
    _found: list[int] = field(default_factory=list)

    def variable(self, upper: int = 1) -> int:
        """Add a whole number from 0 to a bound, and give its place."""
        self._found = []
        self._upper.append(upper)
        return len(self._upper) - 1

    def hold(self, terms: Terms, *, lower: int | None = None, upper: int | None = None) -> None:
        """Hold a sum between two bounds."""
        self._rows.append((dict(terms), lower, upper))
        if self._found and not self._fits(self._rows[-1]):
            self._found = []

    def minimise(self, terms: Terms) -> int:
        """Give the least value of a sum, and keep the sum at it.

        Raises
        ------
        ValueError
            If the program has no solution.
        """
        least = sum(min(0, of) * self._upper[place] for place, of in terms.items())
        if not self._found or self.value(terms) > least:
            self._solve(terms)
        least = self.value(terms)
        self.hold(terms, upper=least)
        return least

    def settle(self, sums: Iterable[Terms], width: int) -> None:
        """Minimise one sum after the other, several at once as the digits of a number.

        Parameters
        ----------
        sums
            Sums which together leave no variable open.
        width
            By how much less than that two values of a sum can differ.
        """
        number: dict[int, int] = {}
        worth = 1
        for terms in sums:
            if number and worth * width > _LARGEST:
                self.minimise(number)
                number, worth = {}, 1
            number = {place: of * width for place, of in number.items()}
            for place, of in terms.items():
                number[place] = number.get(place, 0) + of
            worth *= width
        if number:
            self.minimise(number)

    def alone(self, places: Iterable[int]) -> bool:
        """Tell whether the solution that was found last is the only one left, in variables of 0 and 1."""
        found, last = list(self._found), len(self._rows)
        chosen = {place: 1 - 2 * found[place] for place in places}
        self.hold(chosen, lower=1 - sum(found[place] for place in chosen))
        try:
            self._solve({})
        except ValueError:
            return True
        finally:
            del self._rows[last:]
            self._found = found
        return False

    def value(self, terms: Terms) -> int:
        """Give the value of a sum in the solution that was found last."""
        return sum(of * self._found[place] for place, of in terms.items())

    def _solve(self, terms: Terms) -> None:
        import numpy as np
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        goal = np.zeros(len(self._upper))
        goal[list(terms)] = list(terms.values())
        cells = [(row, place, of) for row, (each, _, _) in enumerate(self._rows) for place, of in each.items()]
        rows, columns, values = np.array(cells, dtype=int).reshape(-1, 3).T
        matrix = sparse.csr_array((values, (rows, columns)), shape=(len(self._rows), len(goal)), dtype=float)
        lower = [-np.inf if low is None else low for _, low, _ in self._rows]
        upper = [np.inf if high is None else high for _, _, high in self._rows]
        found = milp(goal, integrality=np.ones(len(goal)), bounds=Bounds(0, self._upper),
                     constraints=LinearConstraint(matrix, lower, upper), options={"mip_rel_gap": 0.0})  # fmt: skip
        if found.x is None:
            raise ValueError(f"no solution: {found.message}")
        self._found = [int(each) for each in np.round(found.x)]
        if not all(map(self._fits, self._rows)):
            raise RuntimeError("HiGHS: a solution that does not hold in whole numbers")
        if self.value(terms) - found.mip_dual_bound > 1 - _OFF:
            raise RuntimeError(f"HiGHS: {self.value(terms)} is not proved, the bound is {found.mip_dual_bound}")

    def _fits(self, row: tuple[Terms, int | None, int | None]) -> bool:
        terms, lower, upper = row
        value = sum(of * self._found[place] for place, of in terms.items())
        return (lower is None or lower <= value) and (upper is None or value <= upper)
