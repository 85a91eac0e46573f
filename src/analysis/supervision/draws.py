"""Draws: the schools that an inspection visits, drawn by a seed so that anybody can repeat it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from analysis.messages import DuzhengError, Fault
from analysis.supervision.evaluations import evaluator_of
from analysis.supervision.inspection_rules import inspection_rules
from analysis.supervision.inspections import BOOK, inspection_of
from analysis.workspace.ledger import Draw, Inspection, editing
from analysis.workspace.ledger.inspections import Sampled
from analysis.workspace.schools import STAGES

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

#: The words that a seed of a draw is mixed with, so that two stages of a unit have streams of their own.
_STREAM: Final = "schools"
_ORDER: Final = {stage: at for at, stage in enumerate(STAGES)}


def draw(
    workspace: Workspace, name: str, *, on: dt.date, seed: int, stages: Sequence[str] = (),
    per_stage: int | None = None, schools: pd.DataFrame | None = None, evaluator: str = "", synthetic: bool = False,
) -> tuple[Draw, ...]:  # fmt: skip
    """Draw the schools that an inspection visits.

    Parameters
    ----------
    workspace
        The workspace.
    name
        The inspection.
    on
        When they are drawn.
    seed
        A number that was not chosen by whom it is about, as one thrown in the presence of others.
    stages
        Which stages; all that the tables have, if empty. A school of several is drawn with the first of them.
    per_stage
        How many of each stage and unit; as the rule set `inspections` says, if not given. All where there are fewer.
    schools
        The tables to draw from; the workspace's, newest year, if not given.
    evaluator
        Who inspects; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    tuple of Draw
        What was entered, by unit and stage.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such inspection; DZ-O001 for a stage or a unit without schools, and if some were drawn
        already: nobody draws again until the sample pleases; DZ-O002 for a day before it was prepared or after it was
        over.

    Notes
    -----
    Simple random sampling without replacement: ids are sorted, and the schools are those of the smallest SHA-256 of
    seed, unit, stage and id. That depends on no library's generator, and on no other school of the frame: a school
    that closes leaves the order of the others as it was, so that its substitute is the next of the list.
    """
    frame = _newest(_tables(workspace, synthetic=synthetic) if schools is None else schools)
    count = inspection_rules(workspace).sample.schools.per_stage if per_stage is None else per_stage
    drawn: list[Draw] = []
    with editing(workspace, synthetic=synthetic) as ledger:
        found = inspection_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        _hold(workspace, found, frame, stages, count)
        for unit in found.units:
            ids = frame_of(workspace, frame, unit)
            drawn += [
                Draw(unit=unit, stage=stage, frame=len(ids[stage]), sha256=_hash("\n".join(ids[stage])), seed=seed,
                     drawn=on, schools=tuple(in_order(ids[stage], seed=seed, unit=unit, stage=stage)[:count]))
                for stage in sorted(ids if not stages else {*stages} & {*ids})
            ]  # fmt: skip
        for each in drawn:
            ledger.add(BOOK, name, "draws", each)
    return tuple(drawn)


def units_drawn(
    workspace: Workspace, *, kind: str, count: int, seed: int, on: dt.date, evaluator: str = ""
) -> tuple[tuple[str, ...], Sampled]:
    """Draw the units of an inspection, in the way that schools are drawn.

    Parameters
    ----------
    workspace
        The workspace.
    kind
        Of which kind, right below the evaluator on the workspace's boundaries.
    count, seed, on
        How many, by which seed, and when.
    evaluator
        Who inspects; the unit above if empty.

    Returns
    -------
    tuple
        Ids in their own order, and what the inspection keeps of the draw.

    Raises
    ------
    DuzhengError
        DZ-O001 for a kind of which there is no unit, and more units than there are.
    """
    above = evaluator_of(workspace, evaluator)
    there = workspace.units.at(workspace.settings.boundaries, kind)
    ids = sorted(str(unit) for unit in there.index if there.at[unit, "parent"] == above)
    if not 0 < count <= len(ids):
        expected = f"1 to {len(ids)}" if ids else "a kind of units right below the evaluator"
        raise DuzhengError(Fault("DZ-O001", file="data/units.csv", column="kind", expected=expected,
                                 found=f"{count} of {len(ids)} of kind {kind}"))  # fmt: skip
    drawn = in_order(ids, seed=seed, unit=above, stage=kind)[:count]
    return tuple(sorted(drawn)), Sampled(kind=kind, frame=len(ids), sha256=_hash("\n".join(ids)), seed=seed, drawn=on)


def _hold(workspace: Workspace, inspection: Inspection, frame: pd.DataFrame, stages: Sequence[str], count: int) -> None:
    """Refuse a draw of none, of stages that nobody has, and of units without schools; departments have none."""
    faults = []
    if count < 1:
        faults.append(Fault("DZ-O001", column="per_stage", found=str(count), expected="one school at least"))
    there = {unit: frame_of(workspace, frame, unit) for unit in inspection.units}
    known = sorted({stage for each in there.values() for stage in each})
    faults += [Fault("DZ-O001", column="stages", found=repr(each), expected=f"one of {', '.join(known) or 'none'}")
               for each in stages if each not in known]  # fmt: skip
    faults += [Fault("DZ-O001", file="data/schools", found=f"no schools of {unit}", expected="tables to draw from")
               for unit, ids in there.items() if not ids and workspace.units.kind(unit) != "department"]  # fmt: skip
    if not any(there.values()) and not faults:
        faults.append(Fault("DZ-O001", file="data/schools", found="no schools", expected="tables to draw from"))
    if faults:
        raise DuzhengError(*faults)


def frame_of(workspace: Workspace, frame: pd.DataFrame, unit: str) -> dict[str, list[str]]:
    """Give the sorted ids of a unit's schools by stage; a school of several stages once, with the first of them."""
    code = str(workspace.units.frame.at[unit, "code"])
    mine = frame[frame["unit"].astype(str).isin({unit, code})]
    found: dict[str, list[str]] = {}
    taken: set[str] = set()
    for stage in sorted({*mine["stage"].astype(str)}, key=lambda each: (_ORDER.get(each, len(_ORDER)), each)):
        ids = sorted({str(each) for each in mine.loc[mine["stage"] == stage, "school"]} - taken)
        taken |= {*ids}
        if ids:
            found[stage] = ids
    return found


def substitutes(
    workspace: Workspace, name: str, *, unit: str, stage: str, schools: pd.DataFrame | None = None, evaluator: str = "",
    synthetic: bool = False,
) -> list[str]:  # fmt: skip
    """Give the schools that take the place of drawn ones which have closed: the next of the order, one after the other.

    Parameters
    ----------
    workspace
        The workspace.
    name, unit, stage
        Which draw.
    schools
        The tables that were drawn from; the workspace's, newest year, if not given.
    evaluator
        Who inspects; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such inspection; DZ-O001 if there was no such draw, or the schools are not those that
        were drawn from.
    """
    found = inspection_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
    drawn = next((each for each in found.draws if (each.unit, each.stage) == (unit, stage)), None)
    if drawn is None:
        known = ", ".join(f"{each.unit} {each.stage}" for each in found.draws)
        raise DuzhengError(Fault("DZ-O001", file=f"{BOOK}/{name}.yaml", column="draws", found=f"{unit} {stage}",
                                 expected=f"one of {known or 'none'}"))  # fmt: skip
    frame = _newest(_tables(workspace, synthetic=synthetic) if schools is None else schools)
    ids = frame_of(workspace, frame, unit).get(stage, [])
    if _hash("\n".join(ids)) != drawn.sha256:
        raise DuzhengError(Fault("DZ-O001", file="data/schools", found=f"{len(ids)} schools of another frame",
                                 expected=f"the {drawn.frame} that were drawn from"))  # fmt: skip
    return in_order(ids, seed=drawn.seed, unit=unit, stage=stage)[len(drawn.schools) :]


def _tables(workspace: Workspace, *, synthetic: bool) -> pd.DataFrame:
    """Give the school tables; simulated ones for the ledger of the demonstration."""
    from analysis.findings.figures.schools import DEMONSTRATION
    from analysis.workspace.schools import read_schools

    if not synthetic:
        return workspace.schools
    files = sorted((workspace.root / DEMONSTRATION).glob("*.csv"))
    return read_schools(workspace.root, workspace.units, files)


def _newest(schools: pd.DataFrame) -> pd.DataFrame:
    """Give the schools of the newest year of each unit, without rows for what several stages share."""
    from analysis.workspace.schools import SHARED

    single = schools[~schools["stage"].isin([*SHARED])] if len(schools) else schools
    return single[single["year"] == single.groupby("unit")["year"].transform("max")] if len(single) else single


def in_order(ids: Sequence[str], *, seed: int, unit: str, stage: str) -> list[str]:
    """Give ids in the order in which a seed draws them.

    Examples
    --------
    >>> in_order(["a", "b", "c", "d"], seed=7, unit="U7", stage="primary")[:2]
    ['b', 'a']
    >>> in_order(["a", "c", "d"], seed=7, unit="U7", stage="primary")[:2]  # b has closed: the next takes its place
    ['a', 'c']
    """
    return sorted(ids, key=lambda each: (_hash(f"{_STREAM}|{seed}|{unit}|{stage}|{each}"), each))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
