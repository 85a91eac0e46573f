"""Search: the least choice of cells to hide for others, by covers and audits in turn."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.disclosure.covers import Choices, Cover, around, cheapest, cover, room, weights_of
from analysis.stats.disclosure.flows import flows
from analysis.stats.disclosure.intervals import alone, slack
from analysis.stats.disclosure.outsider import Outsider, Piece

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.arrays import Bools, Floats, Ints
    from analysis.stats.disclosure.system import System

#: Rows times columns of all programs of a block after which the least pattern is no longer looked for.
EFFORT = 1.5e6
#: Rounds of additions after that.
_ADDED = 30


class Search:
    """The search for the least pattern of one block.

    Parameters
    ----------
    system
        The block: cells that relations and patterns join.
    needs
        Its sensitive cells: ``at``, their places, ``low``, ``high``, ``width``, and whether exposure is ``accepted``.
    insiders, zeros
        As :func:`~analysis.stats.disclosure.suppression.suppress` takes them.
    """

    def __init__(self, system: System, needs: pd.DataFrame, *, insiders: bool, zeros: bool) -> None:
        self.system, self.outsider = system, Outsider(system)
        self.insiders, self.zeros = insiders, zeros
        self.at = needs["at"].to_numpy(dtype=np.intp)
        self.low, self.high, self.width = (needs[name].to_numpy(dtype=float) for name in ("low", "high", "width"))
        self.required = ~needs["accepted"].to_numpy(dtype=bool)
        self.order = np.argsort(system.latent[self.at], kind="stable")
        self.choices = _choices(system, self.at, zeros=zeros)
        self.links: Any = (abs(system.matrix) > 0).astype(float)
        #: Cells that are a pattern of their own and may be hidden: to hide one that is known hides nothing.
        self.lonely = (np.bincount(system.pattern)[system.pattern] == 1) & self.choices.free[system.pattern]
        self.covers: dict[bytes, Cover] = {}
        self.chosen: Bools = np.zeros(len(self.choices.cost), dtype=bool)
        self.bound = 0.0

    @property
    def cost(self) -> float:
        """What the chosen patterns lose."""
        return float(self.choices.cost[self.chosen].sum())

    def run(self, effort: float) -> bool:
        """Look for the cheapest choice that meets all covers until it protects all; tell whether there is one.

        Parameters
        ----------
        effort
            After programs of so much work a choice by flows takes the place of the cheapest.
        """
        work = 0.0
        while work <= effort:
            found = cheapest(list(self.covers.values()), self.choices.cost, np.zeros_like(self.chosen))
            if found is None:
                return False
            self.chosen, self.bound, work = found.chosen, max(self.bound, found.bound), work + found.work
            if self._met():
                return True
        # From here on nothing is shown again, so that what hides nothing is not refused: it is shown in the end.
        self.covers = {key: each for key, each in self.covers.items() if each.right > 0}
        self.lonely = np.zeros_like(self.lonely)
        quick = self._quick()
        # Near the end of the search few are missing; far from it flows are better than adding what covers ask for.
        if not self._add(_ADDED, float(self.choices.cost[quick].sum())) and not self._complete(quick):
            return False
        self._thin()
        return True

    def _met(self) -> bool:
        """Tell whether what is chosen protects all; if not, note the covers that it does not meet."""
        more = self.violated(self.chosen)
        if all(each.key() in self.covers for each in more):
            more = self.violated(self.chosen, plain=True) if more else []
        self.covers |= {each.key(): each for each in more}
        return not more

    def _add(self, rounds: int, below: float) -> bool:
        """Add to what is chosen what covers ask for; tell whether all is protected in so many rounds, at less cost."""
        for _ in range(rounds):
            found = cheapest(list(self.covers.values()), self.choices.cost, self.chosen)
            if found is None or float(self.choices.cost[found.chosen].sum()) >= below:
                return False
            self.chosen = found.chosen
            if self._met():
                return True
        return False

    def _complete(self, chosen: Bools) -> bool:
        """Take a choice, and add what it lacks, until all is protected."""
        self.chosen = chosen
        return self._met() or self._add(len(chosen) + 1, np.inf)

    def _thin(self) -> None:
        """Show again what need not be hidden, the most costly first."""
        at = np.flatnonzero(self.chosen)
        for pattern in at[np.argsort(-self.choices.cost[at], kind="stable")]:
            without = self.chosen.copy()
            without[pattern] = False
            if not self.violated(without):
                self.chosen = without

    def _quick(self) -> Bools:
        """Choose by flows, leaning on what covers have chosen so far."""
        return self._flows(lean=self.chosen, among=self.choices.free)

    def _flows(self, *, lean: Bools, among: Bools) -> Bools:
        value = self.system.value[self.at]
        needs = np.column_stack([self.high - value, value - self.low, self.width])[self.required]
        return flows(self.system, self.choices, self.at[self.required], needs, lean=lean, among=among)

    def violated(self, chosen: Bools, *, plain: bool = False) -> list[Cover]:
        """List covers that a choice does not meet and should: none if it protects all cells.

        Parameters
        ----------
        chosen
            Patterns that are hidden.
        plain
            Whether covers only say that something else must be hidden, without how much it helps.
        """
        hidden = self.choices.hidden(chosen, self.system.latent)
        found = self._lone(hidden)
        if found:
            return found
        for insider in (None, *alone(self.system, hidden, insiders=self.insiders)):
            pieces = self.outsider.pieces(hidden, self.at, insider=insider)
            for i in self.order:
                # What is printed comes first: where its covers are not met the rest need not be looked at yet.
                if found and self.system.latent[self.at[i]]:
                    break
                cell = int(self.at[i])
                if self.required[i] and (insider is None or cell not in insider):
                    piece, place = pieces.get(cell, (None, 0))
                    found += self._reach(int(i), piece, place, chosen, insider, plain=plain)
        return found

    def _lone(self, hidden: Bools) -> list[Cover]:
        """Cover the only hidden cell of a relation: it is known, and hiding it hides nothing."""
        system, choices = self.system, self.choices
        secret = hidden & ~system.known
        count = self.links @ secret.astype(float)
        # Of a relation with one hidden cell, the sum of the places of hidden cells is its place.
        place = np.round(self.links @ np.where(secret, np.arange(len(system)), 0.0)).astype(np.intp)
        required = np.zeros(len(system), dtype=bool)
        required[self.at[self.required]] = True
        asked = required | self.lonely & (choices.of >= 0)
        found = []
        for row in np.flatnonzero((np.round(count) == 1) & asked[np.minimum(place, len(system) - 1)]):
            start, end = system.matrix.indptr[row], system.matrix.indptr[row + 1]
            cells, cell = system.matrix.indices[start:end], place[row]
            own = choices.of[cell]
            others = choices.of[cells[~secret[cells] & ~system.known[cells]]]
            others = np.unique(others[others >= 0])
            others = others[choices.free[others] & (others != own)]
            if required[cell]:
                found.append(Cover(others, np.ones(len(others)), 1.0))
            else:
                at = np.append(others, own)
                order = np.argsort(at, kind="stable")
                sizes = np.append(np.ones(len(others)), -1.0)
                found.append(Cover(at[order], sizes[order], 0.0))
        return found

    def _reach(
        self, i: int, piece: Piece | None, place: int, chosen: Bools, insider: Ints | None, *, plain: bool
    ) -> list[Cover]:
        """Give the covers that the interval of one sensitive cell asks for."""
        if piece is None:  # it was published before: nothing helps
            return [Cover(np.zeros(0, dtype=np.intp), np.zeros(0), 1.0)]
        value = float(self.system.value[self.at[i]])
        loose = float(slack(self.high[i : i + 1])[0])
        found = []
        for signs, need in (
            ((1,), self.high[i] - value), ((-1,), value - self.low[i]), ((1, -1), self.width[i])
        ):  # fmt: skip
            if self._far(piece, place, signs, need - loose) < need - loose:
                made = None if plain else self._cover(piece, place, signs, float(need), insider)
                # Where only whole numbers narrow an interval, no rates tell what would widen it.
                found.append(made or around(self.outsider, self.choices, piece, chosen))
        return found

    def _far(self, piece: Piece, place: int, signs: tuple[int, ...], need: float) -> float:
        """Give how far a cell can go to these sides together, or at least as far as is needed."""
        value = float(self.system.value[piece.at[place]])
        seen = {1: float(piece.most[place]) - value, -1: value - float(piece.least[place])}
        for sign in signs:
            if sum(seen[each] for each in signs) >= need:
                break
            seen[sign] = sign * (piece.furthest(place, sign) - value)
        return sum(seen[each] for each in signs)

    def _cover(
        self, piece: Piece, place: int, signs: tuple[int, ...], need: float, insider: Ints | None
    ) -> Cover | None:
        ends = [piece.linear(place, sign).value for sign in signs]
        value = self.system.value[piece.at[place]]
        if not np.abs(np.array(ends) - value).sum() < need - float(slack(np.array([need]))[0]):
            return None
        grows: Floats = np.sum([room(self.outsider, weights_of(piece, place, sign)) for sign in signs], axis=0)
        return cover(self.outsider, self.choices, grows, need, insider)

    def unprotected(self) -> list[tuple[int, float, float, str]]:
        """List the cells that stay exposed though all is hidden that may be.

        Returns
        -------
        list
            Place among the sensitive; the interval then; and what is in the way: ``known`` and ``weight`` where what
            was published before, or must be shown, could protect it, ``insider`` where one who knows a cell of his
            own sees through it, or nothing of these.
        """
        found = []
        for i in map(int, np.flatnonzero(self.required)):
            lower, upper = self._all_hidden(self.system, int(self.at[i]))
            if not self._enough(i, lower, upper):
                found.append((i, lower, upper, self._blame(i)))
            elif self.insiders:
                single = copy.copy(self)
                single.required, single.covers = np.arange(len(self.at)) == i, {}
                if not single.run(EFFORT):
                    found.append((i, lower, upper, "insider"))
        return found

    def _blame(self, i: int) -> str:
        """Find what would protect a cell, if it could be hidden."""
        cell, system = int(self.at[i]), self.system
        for what, other in (
            ("known", replace(system, known=np.zeros(len(system), dtype=bool))),
            ("weight", replace(system, weight=np.ones(len(system)))),
        ):
            if self._enough(i, *self._all_hidden(other, cell)):
                return what
        return ""

    def _all_hidden(self, system: System, cell: int) -> tuple[float, float]:
        """Give the interval of a cell where all is hidden that may be."""
        choices = _choices(system, self.at, zeros=self.zeros)
        return self._ends(Outsider(system).pieces(choices.hidden(choices.free, system.latent), np.array([cell])), cell)

    def _ends(self, pieces: dict[int, tuple[Piece, int]], cell: int) -> tuple[float, float]:
        if cell not in pieces:
            return float(self.system.value[cell]), float(self.system.value[cell])
        piece, place = pieces[cell]
        return piece.furthest(place, -1), piece.furthest(place, 1)

    def _enough(self, i: int, lower: float, upper: float) -> bool:
        loose = float(slack(np.array([self.high[i]]))[0])
        reached = upper >= self.high[i] - loose and lower <= self.low[i] + loose
        return bool(reached and upper - lower >= self.width[i] - loose)


def _choices(system: System, sensitive: Ints, *, zeros: bool) -> Choices:
    """Find which patterns are hidden anyway, which may be, and at what cost."""
    patterns = int(system.pattern.max()) + 1
    printed = ~system.latent & ~system.known
    of = np.where(system.latent, -1, system.pattern)
    forced = np.zeros(patterns, dtype=bool)
    forced[of[sensitive[~system.latent[sensitive]]]] = True
    weight = np.where(printed, system.weight, 0.0)
    cost = np.bincount(system.pattern, weights=weight, minlength=patterns).astype(float)
    helps = printed & (zeros | (system.n > 0))
    free = np.bincount(system.pattern, weights=helps, minlength=patterns) > 0
    return Choices(of, forced, free & np.isfinite(cost) & ~forced, cost)
