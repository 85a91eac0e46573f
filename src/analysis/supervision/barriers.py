"""Barriers: what closes slots of a round to units, as units, terms of governments, and the ledger have it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from analysis.messages import DuzhengError, Fault, Texts, Words
from analysis.supervision.placing import Barrier
from analysis.workspace.ledger.entries import Move, may_be_read
from analysis.workspace.ledger.rounds import Round, slot_of, year_of
from analysis.workspace.targets import read_targets

if TYPE_CHECKING:
    from analysis.supervision.inspection_rules import OfRounds
    from analysis.workspace import Units, Workspace

WORDS: Final = Words("analysis.supervision")


def kind_of(workspace: Workspace, above: str, kind: str = "") -> str:
    """Give the kind of units right below an evaluator that a round is over.

    As asked; or else the workspace's own where there are such, or the only kind that there is.

    Raises
    ------
    DuzhengError
        DZ-U001 if there is none of that kind, or several kinds and none was named.
    """
    there = workspace.units.frame
    kinds = [str(each) for each in there[there["parent"] == above]["kind"].unique()]
    own = workspace.settings.unit_kind
    chosen = kind or (own if own in kinds else kinds[0] if len(kinds) == 1 else "")
    if chosen not in kinds:
        raise DuzhengError(
            Fault("DZ-U001", found=repr(chosen) if chosen else f"{len(kinds)} kinds of units below {above}",
                  expected=f"one of {', '.join(kinds) or 'none'}", hint="--kind says which")
        )  # fmt: skip
    return chosen


def forebears(units: Units, unit: str) -> tuple[str, ...]:
    """Give the units that went into another one."""
    heirs = units.frame["successor"].dropna()
    return tuple(str(each) for each, into in heirs.items() if unit in str(into).split(";"))


def lineage(units: Units, unit: str) -> frozenset[str]:
    """Give a unit with all that went into it, and into those."""
    return frozenset({unit}).union(*(lineage(units, each) for each in forebears(units, unit)))


def spans_of_terms(workspace: Workspace, *, synthetic: bool = False) -> dict[str, list[tuple[int, int]]]:
    """Give the first and the last year of each term that is entered, by government and in their order."""
    known = read_targets(workspace.root, workspace.units, workspace.catalogue, workspace.sources, synthetic=True
                         ) if synthetic else workspace.targets  # fmt: skip
    found: dict[str, list[tuple[int, int]]] = {}
    for each in sorted(known.values(), key=lambda term: term.start):
        found.setdefault(each.government, []).append((each.start.year, each.end.year))
    return found


def term_of(workspace: Workspace, unit: str, year: int, *, synthetic: bool = False) -> tuple[int, int] | None:
    """Give the first and the last year of the term that a visit of a year judges; None if it is not entered.

    In a year in which one term follows another it is the later one.
    """
    spans = spans_of_terms(workspace, synthetic=synthetic).get(unit, [])
    return next((span for span in reversed(spans) if span[0] <= year <= span[1]), None)


@dataclass(frozen=True)
class Visited:
    """A visit before the round: its year, and what it was."""

    year: int
    what: Texts


@dataclass(frozen=True, eq=False)
class Barriers:
    """What closes the slots of a round.

    Parameters
    ----------
    workspace, round
        The workspace, and the round.
    rule
        What rounds are held to.
    day
        The day that is spoken of: slots before it are over.
    restricted
        Whether also what only some of the office may read is called by its name.
    """

    workspace: Workspace
    round: Round
    rule: OfRounds
    day: dt.date
    restricted: bool = False
    _last: dict[str, Visited | None] = field(default_factory=dict, repr=False)

    def members(self) -> list[str]:
        """Give those whose turn it is: of the kind, right below the evaluator, and there when the round ends.

        One that ends within the round is left to those that it goes into; :meth:`covered` are left out.
        """
        return [unit for unit in self._below if unit not in self.covered]

    @cached_property
    def covered(self) -> tuple[str, ...]:
        """Those whose whole territory was visited in the round, when it was that of others."""
        done = {each.unit for each in self.round.placements if each.state_on(self.day) == "done"}

        def is_covered(unit: str) -> bool:
            before = forebears(self.workspace.units, unit)
            return bool(before) and all(each in done or is_covered(each) for each in before)

        return tuple(unit for unit in self._below if is_covered(unit))

    @cached_property
    def _below(self) -> list[str]:
        there = self.workspace.units.at(self.round.last, self.round.unit_kind)
        return [str(unit) for unit in there.index if there.at[unit, "parent"] == self.round.evaluator]

    def of(self, unit: str) -> tuple[Mapping[str, tuple[Barrier, ...]], int]:
        """Give what closes slots to a unit, and for how many years its time is over when its first slot comes.

        The time of one that is late by then can be kept by no plan: it closes no slot.
        """
        slots, over = self.round.slots, self.round.over_on(self.day)
        years = [year_of(slot) for slot in slots]
        begin, end = self.workspace.units.span(unit)
        first = next((year for year in years[over:] if begin <= year <= end), None)
        last = self.last_visit(unit)
        due = last.year + self.rule.years.years if last else None
        late = max(0, first - due) if first is not None and due is not None else 0
        found: dict[str, tuple[Barrier, ...]] = {}
        for number, (slot, year) in enumerate(zip(slots, years, strict=True)):
            some = [Barrier("over")] if number < over else []
            some += [] if begin <= year <= end else [Barrier("absent")]
            if last and due is not None and not late and year > due:
                some.append(Barrier("due", WORDS.both("rounds", "last_visit", what=last.what, year=last.year)))
            some += [*self._of_terms(unit, year), *self._of_specials(unit, number)]
            if some:
                found[slot] = tuple(some)
        return found, late

    def told(self, barriers: Iterable[Barrier]) -> list[Texts]:
        """Say what closes a slot, each once."""
        said = [WORDS.both("rounds", f"barrier_{each.kind}", what=each.what or "", years=self.rule.years.years)
                for each in barriers]  # fmt: skip
        return list({each["zh-Hans"]: each for each in said}.values())

    def last_visit(self, unit: str) -> Visited | None:
        """Give the last visit to a unit before the round; of one that others went into the earliest of theirs."""
        if unit not in self._last:
            own = max(self._visited(unit), key=lambda each: each.year, default=None)
            before = [] if own else [self.last_visit(each) for each in forebears(self.workspace.units, unit)]
            theirs = [each for each in before if each is not None]
            whole = bool(theirs) and len(theirs) == len(before)
            self._last[unit] = min(theirs, key=lambda each: each.year) if whole else own
        return self._last[unit]

    def _visited(self, unit: str) -> Iterator[Visited]:
        ledger = self.workspace.ledger_of(synthetic=self.round.synthetic)
        for each in ledger.rounds.values():
            if each.id != self.round.id and each.evaluator == self.round.evaluator:
                yield from (Visited(placed.year, each.title) for placed in each.placements
                            if placed.unit == unit and placed.state_on(self.day) == "done")  # fmt: skip
        for visit in ledger.inspections.values():
            if (visit.kind == "comprehensive" and visit.evaluator == self.round.evaluator and unit in visit.units
                    and visit.ends.year < self.round.first and visit.state_on(self.day) == "concluded"):  # fmt: skip
                yield Visited(visit.ends.year, visit.title)

    def is_beyond_terms(self, unit: str, year: int) -> bool:
        """Tell whether terms of a unit's government are entered, and all of them end before a year."""
        spans = self._terms.get(unit)
        return bool(spans) and year > max(last for _, last in spans or ())

    def _of_terms(self, unit: str, year: int) -> Iterator[Barrier]:
        """Close years that no term holds; those after the last one are open if the rule leaves them so."""
        spans = self._terms.get(unit, [])
        beyond = self.is_beyond_terms(unit, year) and self.rule.later_terms.allowed
        if spans and not beyond and not any(first <= year <= last for first, last in spans):
            yield Barrier("term", WORDS.both("rounds", "terms", terms=", ".join(f"{a}–{b}" for a, b in spans)))

    @cached_property
    def _terms(self) -> dict[str, list[tuple[int, int]]]:
        return spans_of_terms(self.workspace, synthetic=self.round.synthetic)

    def _of_specials(self, unit: str, slot: int) -> Iterator[Barrier]:
        """Close the slot of a special evaluation, where a visit may come straight after it, and those that follow."""
        wait = self.rule.after_special.slots
        for number, what, access in self._specials.get(unit, ()):
            if wait and number <= slot <= number + wait:
                may = may_be_read(access, restricted=self.restricted)
                yield Barrier("after_special", what) if may else Barrier("withheld")

    @cached_property
    def _specials(self) -> dict[str, list[tuple[int, Texts, str]]]:
        """The special evaluations of each unit that were planned and not dropped: slot, title, and who may read it."""
        units, ledger = self.workspace.units, self.workspace.ledger_of(synthetic=self.round.synthetic)
        there = [
            (each.title, each.units, each.ends, each.access) for each in ledger.inspections.values()
            if each.kind == "special" and not _is_dropped(each.steps)
        ]  # fmt: skip
        for plan in ledger.plans.values():
            of_kind = [str(unit) for unit in units.frame.index if units.parent(str(unit)) == plan.evaluator]
            there += [
                (each.title, each.units or tuple(unit for unit in of_kind if units.kind(unit) == each.unit_kind),
                 each.ends, each.access)
                for each in plan.entries if each.kind == "special" and not _is_dropped(each.steps)
            ]  # fmt: skip
        found: dict[str, list[tuple[int, Texts, str]]] = {}
        for unit in self._below:
            line = lineage(units, unit)
            found[unit] = [(self._number(ends), title, access) for title, some, ends, access in there
                                if line & {*some}]  # fmt: skip
        return found

    def _number(self, day: dt.date) -> int:
        """Give the number of the slot of a day, counted from the first of the round; below 0 before it."""
        year, batch = map(int, slot_of(day, self.round.batches).split("-"))
        return (year - self.round.first) * self.round.batches + batch - 1


def _is_dropped(steps: Sequence[Move]) -> bool:
    return bool(steps) and steps[-1].state == "dropped"
