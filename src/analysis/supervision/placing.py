"""Placing: in which slot of a round each unit is visited, why, and what any other slot would cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from analysis.messages import Texts

if TYPE_CHECKING:
    from analysis.workspace.ledger.rounds import Reason

#: What closes a slot to a unit: it is over; the unit does not exist then; more years lie between it and the last visit
#: than may; no term of the unit's government runs then; it comes straight after a special evaluation; or what only some
#: of the office may read.
Kind = Literal["over", "absent", "due", "term", "after_special", "withheld"]
#: What is minimised, one after the other: what the work of slots is beyond the spread that is allowed; units that move
#: when a plan is made again; slots that units wait whose years are over, times those years; slots that units wait,
#: times their risk.
Aim = Literal["uneven", "moved", "late", "delay"]
AIMS: Final[tuple[Aim, ...]] = ("uneven", "moved", "late", "delay")
#: Risks are told apart to the thousandth.
_PER_RISK: Final = 1000
#: Weights beyond it are told apart as so many parts of the largest: with finer ones levelling takes minutes.
_FINEST: Final = 5
_BINDING: Final[tuple[Literal["due", "term", "after_special"], ...]] = ("due", "term", "after_special")


@dataclass(frozen=True)
class Barrier:
    """What closes a slot to a unit, and what that rests on, in words."""

    kind: Kind
    what: Texts | None = None


@dataclass(frozen=True)
class Visit:
    """A unit that is to be visited.

    Parameters
    ----------
    unit
        Its id.
    barriers
        What closes slots to it, by slot; a slot that is not named is open.
    risk
        Its risk, not below 0.
    weight
        How much work the visit is.
    late
        For how many years the time that may lie between two visits is over when its first slot comes.
    kept
        The slot that it keeps, whatever speaks against it; empty for none.
    before
        Its slot in the plan before; empty for none.
    """

    unit: str
    barriers: Mapping[str, tuple[Barrier, ...]]
    risk: float = 0
    weight: int = 1
    late: int = 0
    kept: str = ""
    before: str = ""

    def kinds(self, slot: str) -> frozenset[Kind]:
        """Give the kinds of barriers that close a slot to it."""
        return frozenset(each.kind for each in self.barriers.get(slot, ()))


@dataclass(frozen=True)
class Problem:
    """What a plan has to hold to.

    Parameters
    ----------
    slots
        All slots of the round, in their order.
    visits
        Each unit once, in any order.
    spread
        The most by which the work of two slots may differ, in visits of average weight.
    over
        How many slots are over; their work is as it is.
    """

    slots: tuple[str, ...]
    visits: tuple[Visit, ...]
    spread: int = 1
    over: int = 0

    @property
    def ahead(self) -> tuple[str, ...]:
        """The slots that are not over."""
        return self.slots[self.over :]

    def open(self, visit: Visit, *, without: str = "") -> tuple[str, ...]:
        """Give the slots that are open to a unit; without the barriers of a kind, if one is named."""
        return tuple(slot for slot in self.slots if visit.kinds(slot) <= {without})

    def of(self, unit: str) -> Visit:
        """Give the visit of a unit."""
        return next(each for each in self.visits if each.unit == unit)

    def with_visit(self, visit: Visit) -> Problem:
        """Put a visit in the place of the one of the same unit."""
        return replace(self, visits=tuple(visit if each.unit == visit.unit else each for each in self.visits))


@dataclass(frozen=True)
class Placed:
    """A plan: the slot of each unit, and what each of :data:`AIMS` came to, delays in thousandths."""

    slots: Mapping[str, str]
    values: tuple[int, ...]

    @property
    def uneven(self) -> int:
        """What the work of slots is beyond the spread that is allowed, summed over slots."""
        return self.values[0]


@dataclass(frozen=True)
class Price:
    """What it costs if a unit stands in a slot, and all others as well as they then can.

    Parameters
    ----------
    slot, barriers
        The slot, and what closes it to the unit; that does not count here, so that a price below none is what the
        barrier costs.
    uneven, late, delay
        By how much more of each :data:`Aim` there is than with the unit in its own slot.
    moves
        How many other units move if the plan stays as it is as far as it can.
    """

    slot: str
    barriers: tuple[Barrier, ...]
    uneven: int
    late: int
    delay: float
    moves: int


class _Model:
    """The program of a problem: whether a unit stands in a slot, for each slot that is open to it."""

    def __init__(self, problem: Problem) -> None:
        from analysis.stats.lexicographic import Program

        self.problem, self.program = problem, Program()
        self.visits = sorted(problem.visits, key=lambda visit: visit.unit)
        self.at: dict[tuple[str, str], int] = {}
        for visit in self.visits:
            there = (visit.kept,) if visit.kept else problem.open(visit)
            places = {slot: self.program.variable() for slot in there}
            self.program.hold(dict.fromkeys(places.values(), 1), lower=1, upper=1)
            self.at |= {(visit.unit, slot): place for slot, place in places.items()}
        self.beyond = self._level({visit.unit: visit.weight for visit in self.visits})

    def _level(self, weights: Mapping[str, int]) -> dict[int, int]:
        """Lay a band of the spread over the work of all slots ahead, and give what is beyond it, a variable a slot."""
        largest, whole, n = max(weights.values(), default=1), sum(weights.values()), len(weights) or 1
        if largest > _FINEST:
            return self._level({unit: max(1, round(_FINEST * of / largest)) for unit, of in weights.items()})
        program, beyond = self.program, {}
        width = (2 * self.problem.spread * whole + n) // (2 * n)
        low = program.variable(whole)
        for slot in self.problem.ahead:
            work = {self.at[unit, slot]: of for unit, of in weights.items() if (unit, slot) in self.at}
            out = program.variable(whole)
            program.hold({**work, low: -1, out: 1}, lower=0)
            program.hold({**work, low: -1, out: -1}, upper=width)
            beyond[out] = 1
        return beyond

    def sum(self, aim: Aim) -> dict[int, int]:
        """Give what an aim minimises."""
        if aim == "uneven":
            return self.beyond
        of = {visit.unit: visit for visit in self.visits}
        if aim == "moved":
            return {place: 1 for (unit, slot), place in self.at.items() if of[unit].before not in {"", slot}}
        wait = {slot: number for number, slot in enumerate(self.problem.ahead)}
        costs = {visit.unit: visit.late if aim == "late" else round(visit.risk * _PER_RISK) for visit in self.visits}
        return {place: costs[unit] * wait.get(slot, 0) for (unit, slot), place in self.at.items()}

    def minimise(self, aims: Sequence[Aim] = AIMS) -> tuple[int, ...]:
        """Minimise aims in their order, and give their values."""
        return tuple(self.program.minimise(self.sum(aim)) for aim in aims)

    def beats(self, values: Sequence[int]) -> bool:
        """Tell whether it is better by all aims than values, which it is no worse than."""
        for aim, value in zip(AIMS, values, strict=True):
            if not value:
                self.program.hold(self.sum(aim), upper=0)
            elif self.program.minimise(self.sum(aim)) < value:
                return True
        return False

    def settle(self) -> dict[str, str]:
        """Give units the earliest slots that are left, one unit after the other."""
        number = {slot: at for at, slot in enumerate(self.problem.slots)}
        waits: dict[str, dict[int, int]] = {}
        for (unit, slot), place in self.at.items():
            waits.setdefault(unit, {})[place] = number[slot]
        self.program.settle(waits.values(), len(number))
        return {unit: slot for (unit, slot), place in self.at.items() if self.program.value({place: 1})}


def place(problem: Problem) -> Placed:
    """Place each unit once.

    Parameters
    ----------
    problem
        One in which each unit has a slot: :func:`conflicts` finds none.

    Returns
    -------
    Placed
        The plan that is best by :data:`AIMS` in their order, and of those equally good the one with the earliest slots
        for the units by their ids. There is one such plan, in whatever order the units are given.

    Notes
    -----
    A program of whole numbers, by HiGHS: x(u, s) is 1 if unit u stands in slot s, Σₛ x(u, s) = 1. The work of each slot
    ahead lies in a band as wide as the spread; the sum of what is beyond is minimised and not the range, so that one
    slot which people filled leaves the others level.

    Examples
    --------
    >>> visits = [Visit("a", {}), Visit("b", {}, risk=2), Visit("c", {"2026-1": (Barrier("due"),)}, risk=3)]
    >>> place(Problem(("2026-1", "2026-2"), tuple(visits))).slots
    {'a': '2026-1', 'b': '2026-1', 'c': '2026-2'}
    """
    model = _Model(problem)
    values = model.minimise()
    return Placed(model.settle(), values)


def conflicts(problem: Problem) -> dict[str, tuple[Kind, ...]]:
    """Find the units that have no slot, each with kinds of barriers that leave it none and of which none is too many.

    No barrier is about two units, and how even the work is gives way: a unit conflicts with its own barriers only.
    """
    found: dict[str, tuple[Kind, ...]] = {}
    for visit in problem.visits:
        if visit.kept or problem.open(visit):
            continue
        kinds = list(dict.fromkeys(each.kind for slot in problem.slots for each in visit.barriers[slot]))
        for kind in tuple(kinds):
            if all(visit.kinds(slot) & {*kinds} - {kind} for slot in problem.slots):
                kinds.remove(kind)
        found[visit.unit] = tuple(kinds)
    return found


def reasons(problem: Problem, placed: Placed) -> dict[str, tuple[Reason, ...]]:
    """Say of each unit that may move why it stands where it does.

    Of barriers those are said without which the plan would be better; ``risk`` where a unit of less risk comes later
    that could stand in its place; ``workload`` where a slot before its own is open to it, but taken; ``free`` where
    nothing of all this holds.
    """
    return {
        visit.unit: tuple(_reasons(problem, placed, visit)) or ("free",) for visit in problem.visits if not visit.kept
    }


def _reasons(problem: Problem, placed: Placed, visit: Visit) -> Iterator[Reason]:
    slot, open_ = placed.slots[visit.unit], problem.open(visit)
    if visit.before not in {"", slot}:
        yield "moved"
        if visit.before not in problem.ahead:
            yield "over"
    if len(open_) == 1:
        yield "only_slot"
    if visit.late:
        yield "overdue"
    for kind in _BINDING:
        if problem.open(visit, without=kind) != open_:
            freed = {at: tuple(each for each in some if each.kind != kind) for at, some in visit.barriers.items()}
            if _Model(problem.with_visit(replace(visit, barriers=freed))).beats(placed.values):
                yield kind
    after = problem.slots[problem.slots.index(slot) + 1 :]
    later = [each for each in problem.visits if not each.kept and placed.slots[each.unit] in after]
    if any(each.risk < visit.risk and not each.kinds(slot) for each in later):
        yield "risk"
    if open_[0] != slot:
        yield "workload"


def prices(problem: Problem, unit: str, slot: str) -> list[Price]:
    """Say what each slot that is not over would cost if a unit stood in it.

    Parameters
    ----------
    problem
        What the plan has to hold to; ``before`` says where units stand.
    unit, slot
        The unit, and its own slot, which the others are compared with.
    """
    costs = {each: _forced(problem, unit, each) for each in problem.slots if each in {*problem.ahead, slot}}
    (uneven, late, delay), _ = costs[slot]
    return [
        Price(each, problem.of(unit).barriers.get(each, ()), values[0] - uneven, values[1] - late,
              (values[2] - delay) / _PER_RISK, moves)
        for each, (values, moves) in costs.items()
    ]  # fmt: skip


def _forced(problem: Problem, unit: str, slot: str) -> tuple[tuple[int, ...], int]:
    """Put a unit into a slot: give what the plan comes to when it is made afresh, and how many others move else."""
    visit = problem.of(unit)
    forced = problem.with_visit(replace(visit, kept=slot))
    afresh = _Model(forced).minimise(("uneven", "late", "delay"))
    _, moved = _Model(forced).minimise(("uneven", "moved"))
    return afresh, moved - (visit.before not in {"", slot})
