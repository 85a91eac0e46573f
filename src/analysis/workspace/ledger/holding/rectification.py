"""Rectification: what items and their evidence are held to beside their form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from analysis.messages import Fault
from analysis.workspace.ledger.file import File, Place
from analysis.workspace.ledger.holding.moves import wrong_moves
from analysis.workspace.ledger.rectification import MOVES, Evidence, Item, Rectification


def wrong_item(file: File, item: Item, at: int, book: Rectification) -> Iterator[Fault]:
    """Find dates before their cause, steps that cannot follow, and evidence that shows nothing."""
    where: Place = ("items", at)
    if item.due < item.opened:
        yield file.fault((*where, "due"), str(item.due), f"{item.opened}, when it was opened, or later",
                         code="DZ-O002")  # fmt: skip
    if book.year is not None and item.opened.year != book.year:
        yield file.fault((*where, "opened"), str(item.opened), f"a day of {book.year}, as the file says",
                         code="DZ-O002")  # fmt: skip
    if book.unit in file.units.frame.index and not file.existed(book.unit, item.opened.year):
        code = book.unit.split(":", maxsplit=1)[0]
        yield file.fault((*where, "opened"), str(item.opened), f"a day on which {book.unit} existed",
                         file.units.explain(code, item.opened.year), "DZ-U002")  # fmt: skip
    yield from file.held_duty(item.duty, where)
    if not item.evidence and not item.rests_on:
        yield file.fault((*where, "evidence"), "a problem without evidence", "a figure under evidence, or rests_on",
                         "an item is tied to what shows it")  # fmt: skip
    for number, evidence in enumerate(item.evidence):
        yield from wrong_evidence(file, evidence, (*where, "evidence", number), item.opened)
    yield from wrong_moves(file, (*where, "steps"), item.steps, MOVES, order="rectification", begin="opened",
                           since=item.opened, cause="opened")  # fmt: skip
    for number, step in enumerate(item.steps):
        if step.due is not None and step.state != "returned":
            yield file.fault((*where, "steps", number, "due"), f"a new due of {step.state}",
                             "a new due only where it is returned")  # fmt: skip


def wrong_evidence(file: File, evidence: Evidence, where: Place, opened: dt.date) -> Iterator[Fault]:
    """Find figures that show nothing, or that came after the problem was entered."""
    yield from file.subject(evidence, where)
    if evidence.value is None and evidence.threshold is None:
        yield file.fault(where, "neither value nor threshold", "a figure, or what it is held to")
    if (evidence.threshold is None) != (evidence.direction is None):
        missing = "threshold" if evidence.threshold is None else "direction"
        yield file.fault(where, f"no {missing}", "threshold and direction (at_least, at_most) together")
    if evidence.year > opened.year:
        yield file.fault((*where, "year"), str(evidence.year), f"{opened.year}, when it was opened, or earlier",
                         "the figure that shows a problem comes before it", "DZ-O002")  # fmt: skip
