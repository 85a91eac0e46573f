"""Rounds: what placements are held to beside their form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from analysis.messages import Fault
from analysis.workspace.ledger.file import File, Place
from analysis.workspace.ledger.holding.moves import is_below, wrong_moves
from analysis.workspace.ledger.rounds import PLACEMENT_MOVES, Placement, Round


def wrong_round(file: File, round_: Round, placements: Mapping[int, Placement]) -> Iterator[Fault]:
    """Find units that stand twice or are not the evaluator's, slots outside the round, and days that cannot be.

    A unit that was merged into another one may stand there still: a plan that is made again leaves it out.
    """
    if round_.last < round_.first:
        yield file.fault(("last",), str(round_.last), f"{round_.first}, when it begins, or later", code="DZ-O002")
    if round_.unit_kind not in set(file.units.frame["kind"]):
        yield file.fault(("unit_kind",), repr(round_.unit_kind), "a kind of data/units.csv")
    first: dict[str, int] = {}
    for at, each in placements.items():
        where: Place = ("placements", at)
        before = first.setdefault(each.unit, at)
        if before != at:
            yield file.fault((*where, "unit"), f"{each.unit}, which is in line {file.line('placements', before)}",
                             "each unit once in a round")  # fmt: skip
        if round_.slots and each.slot not in round_.slots:
            yield file.fault((*where, "slot"), repr(each.slot), f"one of {round_.slots[0]} to {round_.slots[-1]}",
                             code="DZ-O002")  # fmt: skip
        yield from _held(file, each.unit, round_, (*where, "unit"))
        yield from _wrong_observers(file, round_, each, where)
        yield from wrong_moves(file, (*where, "steps"), each.steps, PLACEMENT_MOVES, order="placement")
        for number, step in enumerate(each.steps):
            if step.date.year != each.year:
                hint = "`duzheng round fix` puts a visit that has not begun into another slot"
                yield file.fault((*where, "steps", number, "date"), str(step.date), f"a day of {each.year}, its slot",
                                 hint, "DZ-O002")  # fmt: skip
    yield from _wrong_changes(file, round_)


def _wrong_changes(file: File, round_: Round) -> Iterator[Fault]:
    """Find changes of units that there are not, and dates that run backwards."""
    last: dt.date | None = None
    for at, change in enumerate(round_.changes):
        if last is not None and change.date < last:
            yield file.fault(("changes", at, "date"), str(change.date), f"{last}, the change before, or later",
                             code="DZ-O002")  # fmt: skip
        last = max(last or change.date, change.date)
        for number, unit in enumerate(change.units):
            yield from file.held_unit(unit, ("changes", at, "units", number))
        for number, moved in enumerate(change.moved):
            yield from file.held_unit(moved.unit, ("changes", at, "moved", number, "unit"))


def _held(file: File, unit: str, round_: Round, where: Place) -> Iterator[Fault]:
    """Hold a unit to those of the kind that are below the evaluator."""
    yield from file.held_unit(unit, where)
    if unit in file.units.frame.index and (file.units.kind(unit) != round_.unit_kind
                                           or not is_below(file.units, unit, round_.evaluator)):  # fmt: skip
        yield file.fault(where, repr(unit), f"a {round_.unit_kind} below {round_.evaluator}", code="DZ-U001")


def _wrong_observers(file: File, round_: Round, placement: Placement, where: Place) -> Iterator[Fault]:
    for number, unit in enumerate(placement.observers):
        at: Place = (*where, "observers", number)
        yield from _held(file, unit, round_, at)
        if unit == placement.unit:
            yield file.fault(at, f"{unit}, which is inspected itself", "other units")
        if unit in placement.observers[:number]:
            yield file.fault(at, f"{unit}, a second time", "each observer once")
