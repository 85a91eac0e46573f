"""Planning of rounds: from the ledger to a problem, from its solution to placements with reasons and observers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from analysis.messages import DuzhengError, Fault, Texts, Words
from analysis.supervision.barriers import Barriers
from analysis.supervision.inspection_rules import OfRounds, inspection_rules
from analysis.supervision.observers import observers
from analysis.supervision.placing import Placed, Problem, Visit, conflicts, place, reasons
from analysis.supervision.risk import risks
from analysis.workspace.ledger.rounds import Change, Moved, Placement, Reason, Round, year_of

if TYPE_CHECKING:
    from analysis.workspace import Workspace

WORDS: Final = Words("analysis.supervision")


@dataclass(frozen=True)
class Planned:
    """What came of planning a round.

    Parameters
    ----------
    round
        The round as it was written, or would be.
    moved
        Units that came to another slot than before, those that are new, and those that left; none of a new round.
    notices
        What somebody must know who uses it, such as that work is less even than the rule allows.
    """

    round: Round
    moved: tuple[Moved, ...]
    notices: tuple[Texts, ...]


def planned(
    workspace: Workspace, round_: Round, change: Change, file: str, *, fixed: Mapping[str, str],
    weights: Mapping[str, int],
) -> Planned:  # fmt: skip
    """Plan a round, or plan it again.

    Parameters
    ----------
    workspace
        The workspace.
    round_
        The round, as it stands.
    change
        When, by whom and why; what came of it is added.
    file
        Its file, for what is wrong.
    fixed, weights
        What people set of units.

    Raises
    ------
    DuzhengError
        DZ-U001 for units whose turn it is not; DZ-O001 for a weight below 1; DZ-O002 for a unit that is fixed in a slot
        that the round has not, or that is closed to it without a note, or that is begun or done; and for units without
        a slot, each with what leaves it none.
    """
    return _Planning(workspace, round_, change, file, fixed, weights, inspection_rules(workspace).round).done()


def closed_to(barriers: Barriers, unit: str, slot: str, file: str) -> Iterator[Fault]:
    """Say why a slot is closed to a unit, if it is."""
    closed = barriers.of(unit)[0].get(slot, ())
    if closed:
        why = "; ".join(each["en"] for each in barriers.told(closed))
        yield Fault("DZ-O002", file=file, column="slot", found=f"{slot}, which is closed to {unit}: {why}",
                    expected="a slot that is open to it, or a note that says why", hint="give --note")  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Planning:
    """A planning of a round."""

    workspace: Workspace
    round: Round
    change: Change
    file: str
    fixed: Mapping[str, str]
    weights: Mapping[str, int]
    rule: OfRounds

    @cached_property
    def barriers(self) -> Barriers:
        return Barriers(self.workspace, self.round, self.rule, self.change.date)

    @cached_property
    def before(self) -> dict[str, Placement]:
        return {each.unit: each for each in self.round.placements}

    @cached_property
    def members(self) -> list[str]:
        return self.barriers.members()

    @cached_property
    def kept(self) -> dict[str, str]:
        """The slots of units that stay: begun or done, or fixed as long as the unit exists then."""
        stay = {each.unit: each.slot for each in self.round.placements
                if each.steps or (each.fixed and self._exists(each.unit, each.slot))}  # fmt: skip
        return stay | dict(self.fixed)

    def _exists(self, unit: str, slot: str) -> bool:
        begin, end = self.workspace.units.span(unit)
        return begin <= year_of(slot) <= end

    @cached_property
    def problem(self) -> Problem:
        """What the plan has to hold to."""
        units = [*self.members, *(each for each in self.kept if each not in self.members)]
        found = risks(self.workspace, units, day=self.change.date, evaluator=self.round.evaluator,
                      synthetic=self.round.synthetic)  # fmt: skip
        visits = []
        for unit, risk in zip(units, found["risk"], strict=True):
            closed, late = self.barriers.of(unit)
            was = self.before.get(unit)
            visits.append(Visit(
                unit, closed, risk=float(risk), weight=self.weights.get(unit, was.weight if was else 1), late=late,
                kept=self.kept.get(unit, ""), before=was.slot if was else "",
            ))  # fmt: skip
        return Problem(self.round.slots, tuple(visits), self.rule.even.spread, self.round.over_on(self.change.date))

    def done(self) -> Planned:
        """Place all units, or say of each fault."""
        faults = [*self._wrong_asked()]
        faults += [] if faults else [*self._without_slot()]
        if faults:
            raise DuzhengError(*faults)
        placed = place(self.problem)
        placements = self._placements(placed)
        now = {each.unit: each.slot for each in placements}
        moved = tuple(
            Moved(unit=unit, before=self.before[unit].slot if unit in self.before else "", after=now.get(unit, ""))
            for unit in dict.fromkeys((*self.before, *now))
            if unit not in self.before or self.before[unit].slot != now.get(unit)
        ) if self.before else ()  # fmt: skip
        change = self.change.model_copy(update={"moved": moved, "uneven": placed.uneven})
        after = self.round.model_copy(update={"placements": placements, "changes": (*self.round.changes, change)})
        return Planned(after, moved, tuple(self._notices(placed, placements)))

    def _wrong_asked(self) -> Iterator[Fault]:
        """Find what people ask for that cannot be."""
        for unit in dict.fromkeys((*self.fixed, *self.weights)):
            if unit not in self.members and unit not in self.before:
                yield Fault("DZ-U001", found=repr(unit), expected=f"one of {', '.join(self.members)}")
        for unit, weight in self.weights.items():
            if weight < 1:
                yield Fault("DZ-O001", file=self.file, column="weight", found=f"{weight}, of {unit}",
                            expected="a whole number from 1")  # fmt: skip
        for unit, slot in self.fixed.items():
            was = self.before.get(unit)
            if slot not in self.round.slots:
                yield Fault("DZ-O002", file=self.file, column="slot", found=f"{slot!r}, of {unit}",
                            expected=f"one of {', '.join(self.round.slots)}")  # fmt: skip
            elif was is not None and was.steps:
                yield Fault("DZ-O002", file=self.file, column="slot", found=f"{unit}, {was.steps[-1].state}",
                            expected="a visit that has not begun")  # fmt: skip
            elif unit in self.members and self.change.note is None:
                yield from closed_to(self.barriers, unit, slot, self.file)

    def _without_slot(self) -> Iterator[Fault]:
        """Say of each unit without a slot what leaves it none."""
        for unit, kinds in conflicts(self.problem).items():
            closed: dict[str, list[str]] = {}
            for slot, some in self.problem.of(unit).barriers.items():
                for said in self.barriers.told(each for each in some if each.kind in kinds):
                    closed.setdefault(said["en"], []).append(slot)
            why = "; ".join(f"{said}: {', '.join(slots)}" for said, slots in closed.items())
            called = self.workspace.units.name(unit, "en")
            yield Fault("DZ-O002", file=self.file, column="placements", expected="one that is open",
                        found=f"no slot for {unit}, {called} ({why})",
                        hint="change what closes them, or fix it in one, with a note")  # fmt: skip

    def _placements(self, placed: Placed) -> tuple[Placement, ...]:
        """Make the placements: those that were there as they stand, then new ones by slot."""
        why, who = reasons(self.problem, placed), self._observers(placed)
        number = {slot: at for at, slot in enumerate(self.round.slots)}
        new = sorted((unit for unit in placed.slots if unit not in self.before),
                     key=lambda unit: (number[placed.slots[unit]], self.members.index(unit)))  # fmt: skip
        found = []
        for unit in (*(each for each in self.before if each in placed.slots), *new):
            was, visit = self.before.get(unit), self.problem.of(unit)
            if was is not None and was.steps:
                found.append(was)
                continue
            stays: tuple[Reason, ...] = ()
            if was is not None and was.slot == placed.slots[unit]:
                stays = tuple(each for each in was.reasons if each not in {"moved", "over", "fixed"})
            found.append(Placement(
                unit=unit, slot=placed.slots[unit], fixed=bool(visit.kept), weight=visit.weight, risk=visit.risk,
                observers=who[unit], reasons=("fixed",) if visit.kept else stays or why[unit],
                inspection=was.inspection if was else "",
            ))  # fmt: skip
        return tuple(found)

    def _observers(self, placed: Placed) -> dict[str, tuple[str, ...]]:
        there = {slot: frozenset(unit for unit in placed.slots if self._exists(unit, slot))
                 for slot in self.round.slots}  # fmt: skip
        kept, before = {}, {}
        for unit, was in self.before.items():
            same = [each for each in was.observers if placed.slots.get(each) != placed.slots.get(unit)]
            if was.steps:
                kept[unit] = was.observers
            elif was.fixed and same and unit in placed.slots:
                kept[unit] = tuple(each for each in same if each in there[placed.slots[unit]])
            before[unit] = was.observers
        found = observers(self.round.slots, placed.slots, there, count=self.rule.observers.units, kept=kept,
                          before=before)  # fmt: skip
        return {unit: before[unit] if {*before.get(unit, ())} == {*some} else some for unit, some in found.items()}

    def _notices(self, placed: Placed, placements: tuple[Placement, ...]) -> Iterator[Texts]:
        name, most = self.workspace.units.names, self.rule.observers.units
        if placed.uneven:
            yield WORDS.both("rounds", "uneven", n=placed.uneven)
        for unit in self.barriers.covered:
            yield WORDS.both("rounds", "covered", unit=name(unit))
        for each in placements:
            visit, last = self.problem.of(each.unit), self.barriers.last_visit(each.unit)
            if visit.late and last and not each.steps:
                yield WORDS.both("rounds", "late", unit=name(each.unit), late=visit.late, years=self.rule.years.years,
                                 what=WORDS.both("rounds", "last_visit", what=last.what, year=last.year))  # fmt: skip
            if self.barriers.is_beyond_terms(each.unit, each.year):
                yield WORDS.both("rounds", "beyond_terms", unit=name(each.unit), year=each.year)
            if len(each.observers) < most and not each.steps:
                yield WORDS.both("rounds", "few_observers", unit=name(each.unit), n=len(each.observers), most=most)
