"""Schedules: the visits of a round as entries of the yearly plans."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import DuzhengError, Fault, Texts, Words
from analysis.supervision.inspection_rules import inspection_rules
from analysis.supervision.plans import BOOK, basis_of
from analysis.supervision.rounds import file_of, round_of
from analysis.workspace.ledger import Access, PlanEntry, Round, editing
from analysis.workspace.ledger.rounds import days_of, year_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

WORDS: Final = Words("analysis.supervision")
#: A visit of a round, or an entry of a plan, a row. ``state`` is added (the entry was), there (it was before) or stale
#: (it is there, but the unit does not stand in that slot any more: somebody has to drop it).
COLUMNS: Final = ("unit", "slot", "entry", "begins", "ends", "state")


def schedule(
    workspace: Workspace, year: int, *, name: str = "", slot: str = "", begins: dt.date | None = None,
    ends: dt.date | None = None, owner: Texts | None = None, access: Access = "public", evaluator: str = "",
    synthetic: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Put the visits of a year into the plan of the year: an entry a unit.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The year of the plan.
    name
        The round; the evaluator's newest if empty.
    slot
        Only the visits of one slot; of all slots of the year, if empty.
    begins, ends
        The days of the visits; those of their slot, if not given. Only with one slot.
    owner
        Who does it; the evaluator's office, if nobody is named.
    access
        Who may read the entries.
    evaluator
        Whose round and plan; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`: the visits in the order of the round, then entries that are stale.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such round, or no plan of the year; DZ-O002 for a slot that is not of the round and year,
        days of no slot, and days outside it. Nothing is written then.

    Notes
    -----
    What stands in the plan already stays as it is, so that visits may be put there again after the round was planned
    anew. An entry that somebody dropped is no obstacle: the visit gets another one.
    """
    import pandas as pd

    with editing(workspace, synthetic=synthetic) as ledger:
        found = round_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        slots = [each for each in found.slots if year_of(each) == year and slot in {"", each}]
        _refuse(found, slots, slot, begins, ends, file_of(found.id, synthetic=synthetic))
        stem = f"{found.evaluator}-{year}"
        ledger.open(BOOK, stem)
        plan = workspace.ledger_of(synthetic=synthetic).plans[found.evaluator, year]
        mine = {key: each for each in plan.entries if (key := _visit_of(found, each)) and not _is_dropped(each)}
        rows: list[dict[str, Any]] = []
        for placed in (each for at in slots for each in found.placements if each.slot == at):
            there = mine.pop((placed.unit, placed.slot), None)
            first, last = days_of(placed.slot, found.batches)
            entry = there or PlanEntry(
                id=_free(_named(found, placed.unit, placed.slot), {each.id for each in plan.entries}),
                kind="comprehensive", units=(placed.unit,), begins=begins or first, ends=ends or last, access=access,
                title=WORDS.both("rounds", "entry", title=found.title, unit=workspace.units.names(placed.unit)),
                owner=owner or WORDS.both("plan", "owner", unit=workspace.units.names(found.evaluator)),
                basis=basis_of(workspace, inspection_rules(workspace).round.years),
            )  # fmt: skip
            if there is None:
                ledger.add(BOOK, stem, "entries", entry)
            rows.append(_row(placed.unit, placed.slot, entry, "there" if there else "added"))
        stands = {(each.unit, each.slot) for each in found.placements}
        rows += [_row(*key, each, "stale") for key, each in mine.items() if key not in stands]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _refuse(
    round_: Round, slots: Sequence[str], slot: str, begins: dt.date | None, ends: dt.date | None, file: str
) -> None:
    """Refuse a slot of another year or round, and days that are not in the slot."""
    faults = []
    if not slots:
        expected = f"one of {round_.slots[0]} to {round_.slots[-1]}, of the year of the plan"
        faults.append(
            Fault("DZ-O002", file=file, column="slot", found=slot or "no slot in that year", expected=expected)
        )
    elif begins or ends:
        if not slot:
            faults.append(Fault("DZ-O002", file=file, column="slot", found="days for all slots of a year",
                                expected="days of one", hint="give --slot"))  # fmt: skip
        first, last = days_of(slots[0], round_.batches)
        faults += [Fault("DZ-O002", file=file, column="slot", found=str(each), expected=f"a day of {first} to {last}")
                   for each in (begins, ends) if each and slot and not first <= each <= last]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)


def _named(round_: Round, unit: str, slot: str) -> str:
    """Name the entry of a visit; the id of an earlier territory has a colon, which the ids of entries have not."""
    return f"{round_.id}-{unit.replace(':', '-')}-{slot}"


def _visit_of(round_: Round, entry: PlanEntry) -> tuple[str, str] | None:
    """Give the unit and the slot of the visit that an entry of a plan is about; None if it is about none."""
    if entry.kind == "comprehensive" and len(entry.units) == 1:
        unit = entry.units[0]
        for slot in round_.slots:
            if re.fullmatch(re.escape(_named(round_, unit, slot)) + r"(-again\d*)?", entry.id):
                return unit, slot
    return None


def _is_dropped(entry: PlanEntry) -> bool:
    return bool(entry.steps) and entry.steps[-1].state == "dropped"


def _free(stands: str, taken: set[str]) -> str:
    """Give a name that no entry has."""
    others = (f"{stands}-again{number or ''}" for number in range(len(taken) + 1))
    return next(each for each in (stands, *others) if each not in taken)


def _row(unit: str, slot: str, entry: PlanEntry, state: str) -> dict[str, Any]:
    return {"unit": unit, "slot": slot, "entry": entry.id, "begins": str(entry.begins), "ends": str(entry.ends),
            "state": state}  # fmt: skip
