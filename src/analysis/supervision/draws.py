"""Draws: the schools that an inspection visits, drawn by a seed so that anybody can repeat it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from analysis.messages import DuzhengError, Fault
from analysis.supervision.inspection_rules import inspection_rules
from analysis.supervision.inspections import BOOK, inspection_of
from analysis.workspace.ledger import Draw, editing

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

#: The words that a seed of a draw is mixed with, so that two stages of a unit have streams of their own.
_STREAM: Final = "schools"


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
        Which stages; all that the tables have, if empty.
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
        DZ-O003 if there is no such inspection; DZ-O001 for a unit without schools to draw from, or some were drawn
        already: nobody draws again until the sample pleases.

    Notes
    -----
    Simple random sampling without replacement: ids are sorted, and the schools are those of the smallest SHA-256 of
    seed, unit, stage and id. That depends on no library's generator, and on no other school of the frame: a school
    that closes leaves the order of the others as it was, so that its substitute is the next of the list.
    """
    frame = _newest(_tables(workspace, synthetic=synthetic) if schools is None else schools)
    drawn: list[Draw] = []
    with editing(workspace, synthetic=synthetic) as ledger:
        found = inspection_of(workspace, name, evaluator=evaluator, synthetic=synthetic)
        count = per_stage or inspection_rules(workspace).sample.schools.per_stage
        for unit in found.units:
            code = str(workspace.units.frame.at[unit, "code"])
            mine = frame[frame["unit"].astype(str).isin({unit, code})]
            there = sorted({*mine["stage"]} if not stages else {*stages})
            for stage in there:
                ids = sorted({str(each) for each in mine.loc[mine["stage"] == stage, "school"]})
                if not ids:
                    continue
                drawn.append(Draw(
                    unit=unit, stage=stage, frame=len(ids), sha256=_hash("\n".join(ids)), seed=seed, drawn=on,
                    schools=tuple(in_order(ids, seed=seed, unit=unit, stage=stage)[:count]),
                ))  # fmt: skip
        none = [unit for unit in found.units if unit not in {each.unit for each in drawn}]
        if none:
            raise DuzhengError(*(
                Fault("DZ-O001", file="data/schools", found=f"no schools of {unit}", expected="tables to draw from")
                for unit in none
            ))  # fmt: skip
        for each in drawn:
            ledger.add(BOOK, name, "draws", each)
    return tuple(drawn)


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
