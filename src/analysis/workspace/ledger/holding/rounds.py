"""Rounds: what placements are held to beside their form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.messages import Fault
from analysis.workspace.ledger.file import File, Place
from analysis.workspace.ledger.holding.moves import is_below, wrong_moves
from analysis.workspace.ledger.rounds import PLACEMENT_MOVES, Placement, Round


def wrong_round(file: File, round_: Round, placements: Mapping[int, Placement]) -> Iterator[Fault]:
    """Find units that stand twice or are not the evaluator's, slots outside the round, and observers of themselves."""
    if round_.last < round_.first:
        yield file.fault(("last",), str(round_.last), f"{round_.first}, when it begins, or later", code="DZ-O002")
    first: dict[str, int] = {}
    for at, each in placements.items():
        where: Place = ("placements", at)
        before = first.setdefault(each.unit, at)
        if before != at:
            yield file.fault((*where, "unit"), f"{each.unit}, which is in line {file.line('placements', before)}",
                             "each unit once in a round")  # fmt: skip
        for place, unit in (("unit", each.unit), *((f"observers.{number}", of) for number, of
                                                   in enumerate(each.observers))):  # fmt: skip
            yield from file.held_unit(unit, (*where, *place.split(".")))
            if unit in file.units.frame.index and not is_below(file.units, unit, round_.evaluator):
                yield file.fault((*where, *place.split(".")), repr(unit), f"a unit below {round_.evaluator}",
                                 code="DZ-U001")  # fmt: skip
        if each.slot not in round_.slots:
            yield file.fault((*where, "slot"), repr(each.slot), f"{round_.slots[0]} to {round_.slots[-1]}"
                             if round_.slots else "a slot of the round", code="DZ-O002")  # fmt: skip
        if each.unit in each.observers:
            yield file.fault((*where, "observers"), f"{each.unit}, which is inspected itself", "other units")
        yield from wrong_moves(file, (*where, "steps"), each.steps, PLACEMENT_MOVES, order="placement")
        for number, step in enumerate(each.steps):
            if step.date.year != each.year:
                yield file.fault((*where, "steps", number, "date"), str(step.date), f"a day of {each.year}, its slot",
                                 code="DZ-O002")  # fmt: skip
