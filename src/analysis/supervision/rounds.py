"""Rounds of comprehensive inspections: planned, planned again, fixed by people, and carried out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import DuzhengError, Fault, Texts
from analysis.supervision.barriers import Barriers, kind_of
from analysis.supervision.evaluations import evaluator_of
from analysis.supervision.inspection_rules import inspection_rules
from analysis.supervision.round_planning import Planned, closed_to, planned
from analysis.workspace.ledger import DEMO, FOLDER, Editing, Placement, Round, editing
from analysis.workspace.ledger.rounds import Change, Moved, PlacementState, PlacementStep
from analysis.workspace.ledger.writing import node_of
from analysis.workspace.yaml_files import check_entry, line_of, read_yaml

if TYPE_CHECKING:
    from analysis.workspace import Workspace

BOOK: Final = "rounds"
#: What a plan that is made again may change of a placement.
_CHANGED: Final = ("slot", "fixed", "weight", "risk", "observers", "reasons")


def plan(
    workspace: Workspace, name: str, *, title: Texts, first: int, on: dt.date, by: str, last: int | None = None,
    unit_kind: str = "", batches: int | None = None, fixed: Mapping[str, str] | None = None,
    weights: Mapping[str, int] | None = None, note: Texts | None = None, evaluator: str = "", synthetic: bool = False,
    dry: bool = False,
) -> Planned:  # fmt: skip
    """Plan a round: each unit once, in the slot that is best by the rule set `inspections`.

    Parameters
    ----------
    workspace
        The workspace.
    name, title
        Its id, which is the name of its file, and what it is called.
    first, last
        Its first and last year; if no last one is given, it has as many years as may lie between two visits.
    on, by
        When it is planned, and by whom. Slots before that of the day are over.
    unit_kind
        The kind of units right below the evaluator that it is over; the workspace's, if empty.
    batches
        How many batches a year has; the most that the rule allows, if not given.
    fixed
        The slots of units that people fix beforehand.
    weights
        How much work a visit is, in whole numbers: 1 where none is given.
    note
        What there is to remember; of a unit that is fixed where a slot is closed to it the reason.
    evaluator
        Whose round; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    dry
        Only say what would be planned.

    Returns
    -------
    Planned
        The round, and what somebody must know who uses it.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is one of that name; DZ-O002 if it is longer than years may lie between two visits, has more
        batches than the rule allows, shares years and units with another one, or if a unit has no slot: with what
        leaves it none; DZ-U001 for units that there are not or whose turn it is not. Nothing is written then.
    """
    above, rule = evaluator_of(workspace, evaluator), inspection_rules(workspace).round
    file = file_of(name, synthetic=synthetic)
    given = {
        "id": name, "evaluator": above, "title": title, "unit_kind": kind_of(workspace, above, unit_kind),
        "first": first, "last": first + rule.years.years - 1 if last is None else last,
        "batches": rule.batches.most if batches is None else batches, "synthetic": synthetic,
    }  # fmt: skip
    round_ = check_entry(Round, given, file, code="DZ-O001")
    faults = []
    if not first <= round_.last < first + rule.years.years:
        expected = f"{rule.years.years} years at most: each unit is visited once in so many"
        faults.append(Fault("DZ-O002", file=file, column="last", found=f"{first} to {round_.last}", expected=expected))
    if round_.batches > rule.batches.most:
        faults.append(Fault("DZ-O002", file=file, column="batches", found=str(round_.batches),
                            expected=f"{rule.batches.most} at most"))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    with _writing(workspace, synthetic=synthetic, dry=dry) as ledger:
        _refuse_second(workspace, round_, file)
        change = Change(what="planned", date=on, by=by, note=note, units=tuple(fixed or ()))
        found = planned(workspace, round_, change, file, fixed=fixed or {}, weights=weights or {})
        if ledger is not None:
            ledger.new(BOOK, name, found.round)
    return found


def _refuse_second(workspace: Workspace, round_: Round, file: str) -> None:
    """Refuse a round that another one is over the same units in the same years."""
    for each in workspace.ledger_of(synthetic=round_.synthetic).rounds.values():
        same = (each.evaluator, each.unit_kind) == (round_.evaluator, round_.unit_kind) and each.id != round_.id
        if same and each.first <= round_.last and round_.first <= each.last:
            raise DuzhengError(
                Fault("DZ-O002", file=file, column="first", found=f"{round_.first} to {round_.last}",
                      expected=f"years outside {each.first} to {each.last}, which the round {each.id} is over",
                      hint=f"`duzheng round plan --again --id {each.id}` plans that one again")
            )  # fmt: skip


def plan_again(
    workspace: Workspace, name: str = "", *, on: dt.date, by: str, fixed: Mapping[str, str] | None = None,
    weights: Mapping[str, int] | None = None, note: Texts | None = None, evaluator: str = "", synthetic: bool = False,
    dry: bool = False,
) -> Planned:  # fmt: skip
    """Plan a round again: what is fixed, begun or done stays, and of the others as few as can be move.

    Parameters
    ----------
    workspace
        The workspace.
    name
        The round; the evaluator's newest if empty.
    on, by, fixed, weights, note, evaluator, synthetic, dry
        As of :func:`plan`; weights that are not given are those that units have.

    Returns
    -------
    Planned
        The round, who was moved, and what somebody must know who uses it.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such round; DZ-O002 if a unit has no slot, with what leaves it none, or a unit is fixed
        that is begun or done; DZ-U001 for units that there are not or whose turn it is not. Nothing is written then.

    Notes
    -----
    Units that are new come in, and those that ended before the round does leave it, unless they were visited. Risks are
    counted anew, but of plans that move equally few units only the choice is theirs.
    """
    with _writing(workspace, synthetic=synthetic, dry=dry) as ledger:
        round_ = round_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        change = Change(what="again", date=on, by=by, note=note, units=tuple(fixed or ()))
        found = planned(workspace, round_, change, file_of(round_.id, synthetic=synthetic), fixed=fixed or {},
                        weights=weights or {})  # fmt: skip
        if ledger is not None:
            _write(ledger, round_, found.round.placements)
            ledger.add(BOOK, round_.id, "changes", found.round.changes[-1])
    return found


def fix(
    workspace: Workspace, unit: str, *, on: dt.date, by: str, slot: str = "", name: str = "",
    observers: Sequence[str] = (), note: Texts | None = None, evaluator: str = "", synthetic: bool = False,
) -> Placement:  # fmt: skip
    """Fix the slot of a unit: a plan that is made again does not move it.

    Parameters
    ----------
    workspace
        The workspace.
    unit
        Its id.
    on, by
        When, and who decided it.
    slot
        Where it shall stand; where it does, if empty.
    name
        The round; the evaluator's newest if empty.
    observers
        Who shall observe it; those that do, if none is named. Those that are visited in the same slot drop out, here
        and where the unit itself observes.
    note
        Why: it must be said where a slot is closed to the unit.
    evaluator
        Whose round; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    Placement
        As it stands in the ledger. How even the work is, is for :func:`plan_again` to mend.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such round; DZ-U001 if the unit does not stand in it; DZ-O002 for a slot that is closed
        to the unit, without a note, or that the round has not, and for a visit that is begun or done.
    """
    with editing(workspace, synthetic=synthetic) as ledger:
        round_ = round_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        file = file_of(round_.id, synthetic=synthetic)
        before = _not_begun(workspace, round_, unit)
        at = slot or before.slot
        same = {each.unit for each in round_.placements if each.slot == at and each.unit != unit}
        faults = [
            Fault("DZ-O001", file=file, column="observers", found=f"{each}, which is visited in {at} too",
                  expected="units that are visited in other slots") for each in observers if each in same
        ]  # fmt: skip
        if note is None:
            faults += closed_to(Barriers(workspace, round_, inspection_rules(workspace).round, on), unit, at, file)
        if faults:
            raise DuzhengError(*faults)
        after = before.model_copy(update={
            "slot": at, "fixed": True, "reasons": ("fixed",),
            "observers": tuple(each for each in observers or before.observers if each not in same),
        })  # fmt: skip
        others = [each.model_copy(update={"observers": tuple(one for one in each.observers if one != unit)})
                  if each.slot == at and not each.steps else each for each in round_.placements]  # fmt: skip
        _write(ledger, round_, [after if each.unit == unit else each for each in others])
        moved = (Moved(unit=unit, before=before.slot, after=at),) if at != before.slot else ()
        ledger.add(BOOK, round_.id, "changes", Change(what="fixed", date=on, by=by, note=note, units=(unit,),
                                                      moved=moved))  # fmt: skip
    return after


def release(
    workspace: Workspace, unit: str, *, on: dt.date, by: str, name: str = "", note: Texts | None = None,
    evaluator: str = "", synthetic: bool = False,
) -> None:  # fmt: skip
    """Release a unit whose slot was fixed: a plan that is made again may move it.

    Parameters
    ----------
    workspace, unit, on, by, name, note, evaluator, synthetic
        As of :func:`fix`.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such round; DZ-U001 if the unit does not stand in it; DZ-O002 if it is not fixed, or
        begun or done.
    """
    with editing(workspace, synthetic=synthetic) as ledger:
        round_ = round_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        file = file_of(round_.id, synthetic=synthetic)
        before = _not_begun(workspace, round_, unit)
        if not before.fixed:
            raise DuzhengError(Fault("DZ-O002", file=file, column="fixed", found=f"{unit}, which nobody fixed",
                                     expected="a unit whose slot was fixed"))  # fmt: skip
        after = before.model_copy(update={"fixed": False, "reasons": ()})
        _write(ledger, round_, [after if each.unit == unit else each for each in round_.placements])
        ledger.add(BOOK, round_.id, "changes", Change(what="released", date=on, by=by, note=note, units=(unit,)))


def step(
    workspace: Workspace, state: PlacementState, *, unit: str, on: dt.date, by: str, inspection: str = "",
    name: str = "", note: Texts | None = None, evaluator: str = "", synthetic: bool = False,
) -> None:  # fmt: skip
    """Enter that the visit to a unit was begun or done.

    Parameters
    ----------
    workspace
        The workspace.
    state
        What it comes into.
    unit
        Whom the visit is to.
    on, by
        When, and who says so: a day of the year of its slot.
    inspection
        Id of the inspection, where the ledger has it.
    name
        The round; the evaluator's newest if empty.
    note
        What there is to remember.
    evaluator
        Whose round; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such round or inspection; DZ-U001 if the unit does not stand in the round; DZ-O001 if the
        inspection is not comprehensive or not of the unit; DZ-O002 for a step that cannot follow or is of another year,
        and one that is done while its inspection is not concluded.
    """
    with editing(workspace, synthetic=synthetic) as ledger:
        round_ = round_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        file = file_of(round_.id, synthetic=synthetic)
        named = inspection or placement_of(round_, unit).inspection
        if named:
            _refuse_other(workspace, named, state, unit, on, file, synthetic=synthetic)
        entry = next(each for each in ledger.open(BOOK, round_.id)["placements"] if str(each["unit"]) == unit)
        if inspection:
            entry["inspection"] = inspection
        entry.setdefault("steps", []).append(node_of(PlacementStep(state=state, date=on, by=by, note=note)))


def _refuse_other(
    workspace: Workspace, inspection: str, state: PlacementState, unit: str, on: dt.date, file: str, *, synthetic: bool
) -> None:
    """Refuse an inspection that is not the visit, or that is not concluded when the visit is done."""
    found = workspace.ledger_of(synthetic=synthetic).inspections.get(inspection)
    if found is None:
        raise DuzhengError(Fault("DZ-O003", file=file, column="inspection", found=repr(inspection),
                                 expected="an inspection of the ledger"))  # fmt: skip
    if found.kind != "comprehensive" or unit not in found.units:
        raise DuzhengError(Fault("DZ-O001", file=file, column="inspection", expected=f"a comprehensive one of {unit}",
                                 found=f"{inspection}: {found.kind}, of {', '.join(found.units)}"))  # fmt: skip
    if state == "done" and found.state_on(on) != "concluded":
        raise DuzhengError(Fault("DZ-O002", file=file, column="inspection", expected="one that is concluded",
                                 found=f"{inspection}, {found.state_on(on) or 'not prepared'} on {on}"))  # fmt: skip


def round_of(workspace: Workspace, name: str = "", *, evaluator: str = "", synthetic: bool = False) -> Round:
    """Give a round of an evaluator, by its name or the newest (DZ-O003 if there is none)."""
    above = evaluator_of(workspace, evaluator)
    there = workspace.ledger_of(synthetic=synthetic).rounds.values()
    own = sorted((each for each in there if each.evaluator == above), key=lambda each: (each.first, each.id))
    found = next((each for each in reversed(own) if name in {"", each.id}), None)
    if found is None:
        known = ", ".join(each.id for each in own) or "none"
        raise DuzhengError(
            Fault("DZ-O003", file=file_of(name, synthetic=synthetic) if name else f"{FOLDER}/{BOOK}",
                  found=f"no such round of {above}", expected=f"one of {known}", hint="`duzheng round plan` plans one")
        )  # fmt: skip
    return found


def file_of(name: str, *, synthetic: bool = False) -> str:
    """Name the file of a round, as it lies in the workspace."""
    return f"{DEMO if synthetic else FOLDER}/{BOOK}/{name}.yaml"


def placement_of(round_: Round, unit: str) -> Placement:
    """Give where a unit stands in a round (DZ-U001 if it does not)."""
    found = next((each for each in round_.placements if each.unit == unit), None)
    if found is None:
        raise DuzhengError(
            Fault("DZ-U001", file=file_of(round_.id, synthetic=round_.synthetic), column="placements",
                  found=repr(unit), expected=f"one of {', '.join(each.unit for each in round_.placements)}")
        )  # fmt: skip
    return found


def _not_begun(workspace: Workspace, round_: Round, unit: str) -> Placement:
    """Give where a unit stands in a round; refuse a visit that is begun or done."""
    found = placement_of(round_, unit)
    if found.steps:
        file = file_of(round_.id, synthetic=round_.synthetic)
        where = ("placements", round_.placements.index(found), "steps")
        raise DuzhengError(
            Fault("DZ-O002", file=file, line=line_of(read_yaml(workspace.root / file, file), where), column="steps",
                  found=f"{unit}, {found.steps[-1].state}", expected="a visit that has not begun")
        )  # fmt: skip
    return found


def _writing(
    workspace: Workspace, *, synthetic: bool, dry: bool
) -> AbstractContextManager[Editing] | AbstractContextManager[None]:
    return nullcontext() if dry else editing(workspace, synthetic=synthetic)


def _write(ledger: Editing, round_: Round, placements: Sequence[Placement]) -> None:
    """Change the placements of a round in its file; what is the same stays as it is written there."""
    wanted = {each.unit: each for each in placements}
    entries = ledger.open(BOOK, round_.id).setdefault("placements", [])
    for at in reversed(range(len(entries))):
        placement = wanted.pop(str(entries[at]["unit"]), None)
        if placement is None:
            del entries[at]
            continue
        _change(entries[at], node_of(placement))
    for each in wanted.values():
        ledger.add(BOOK, round_.id, "placements", each)


def _change(entry: Any, plain: Mapping[str, Any]) -> None:
    for key in _CHANGED:
        if key not in plain:
            entry.pop(key, None)
        elif entry.get(key) != plain[key]:
            entry[key] = plain[key]
