"""Moves: steps that cannot follow each other, dates that run backwards, and what was changed after its approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.messages import Fault
from analysis.workspace.ledger.file import File, Place

if TYPE_CHECKING:
    from analysis.workspace.ledger.entries import Move
    from analysis.workspace.units import Units

#: How moves are written in messages.
_ORDERS = {
    "inspection": "prepared → announced → on_site → concluded; dropped before it is on site",
    "opinion": "drafted → preliminary → replied → approved → issued → published or withdrawn",
    "placement": "begun → done",
    "rectification": "opened → fed_back → plan_accepted → in_work → reported → re_inspected → closed or returned",
    "self_evaluation": "requested → submitted → checked or returned → audited → approved → published or withdrawn",
    "plan": "begun → done or dropped",
    "self_report": "noticed → drafted → approved → posted → submitted",
}


def wrong_moves(
    file: File, where: Place, steps: Sequence[Move], moves: Mapping[str, Sequence[str]], *, order: str,
    begin: str = "", since: dt.date | None = None, cause: str = "",
) -> Iterator[Fault]:  # fmt: skip
    """Find steps that cannot follow each other, and dates that run backwards.

    Parameters
    ----------
    file, where
        The file, and where its steps stand.
    steps, moves
        The steps, and where each state leads.
    order
        Which of the orders a message names.
    begin, since, cause
        The state before the first step, the day before which there is none, and what happened then.
    """
    state, day, what = begin, since, cause
    for number, step in enumerate(steps):
        at = (*where, number)
        if step.state not in moves.get(state, ()):
            found = f"{step.state} after {state}" if state else f"{step.state} first"
            expected = " or ".join(moves.get(state, ())) or f"no step: {state} is the end"
            yield file.fault((*at, "state"), found, expected, _ORDERS[order], "DZ-O002")
        if day is not None and step.date < day:
            yield file.fault((*at, "date"), str(step.date), f"{day}, when it was {what}, or later", code="DZ-O002")
        if step.due is not None and step.due < step.date:
            yield file.fault((*at, "due"), str(step.due), f"{step.date}, when it was {step.state}, or later",
                             code="DZ-O002")  # fmt: skip
        state, day, what = step.state, max(day or step.date, step.date), step.state


def changed(file: File, key: str, what: str, approved: str, now: str, hint: str) -> Iterator[Fault]:
    """Find what is no longer as it was approved."""
    if approved and approved != now:
        yield file.fault((key,), f"{what} that are not those approved: SHA-256 {now[:12]}…", f"{approved[:12]}…", hint,
                         "DZ-O002")  # fmt: skip


def is_below(units: Units, unit: str, above: str) -> bool:
    """Tell whether a unit is below another, at whatever depth."""
    parent = units.parent(unit)
    return parent is not None and (parent == above or is_below(units, parent, above))
