"""School rows for inequality: one resource of schools of some stages, placed on one set of boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.indicators.asked import Asked
from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong
from analysis.workspace.schools import PEOPLE, PROPERTY, SIMULATED, held

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance import Balance
    from analysis.workspace import Workspace

#: What there may be of for each student; classes and the largest of them are no such thing.
RESOURCES = (PEOPLE[0], "staff", *PEOPLE[1:], *PROPERTY)
#: The stages of schools that an indicator's stage stands for.
STAGES_OF = {"primary": ("primary",), "junior": ("junior",), "senior": ("senior",), "secondary": ("junior", "senior"),
             "compulsory": ("primary", "junior")}  # fmt: skip


@dataclass(frozen=True)
class SchoolRows:
    """One row a school and year."""

    rows: pd.DataFrame  #: year, unit (id on the boundaries), school, total, students
    left_out: int  #: rows without the resource or without students
    simulated: bool


def school_rows(
    workspace: Workspace, given: pd.DataFrame | Balance, resource: str | None, stages: Sequence[str], boundaries: int
) -> SchoolRows:
    """Read one resource of schools, the stages of a school together.

    Parameters
    ----------
    given
        A school table, which is held to :func:`analysis.workspace.schools.school_contract`; or a balance, whose
        measures have what schools share divided by the rule (then ``resource`` is an indicator of the rule).
    resource
        A column of totals of people or property, such as ``teachers``.
    stages
        Of the rows taken. What schools of several stages share stands in none of these.

    Raises
    ------
    DuzhengError
        DZ-T002 to DZ-T005 and DZ-U001, DZ-U002 for a table that does not meet its contract; DZ-S002 for a resource or
        stages that are not there, simulated rows beside real ones; DZ-U002 for units that can't be placed.
    """
    import pandas as pd

    measures = not isinstance(given, pd.DataFrame)
    asked, schools = Asked(), pd.DataFrame()
    if not isinstance(given, pd.DataFrame):
        schools = given.measures
        known = sorted(set(schools["indicator"]))
    else:
        known = [name for name in RESOURCES if name in given]
        taken = asked.take(held, given, workspace.units)
        schools = schools if taken is None else taken
    if resource is None or resource not in known:
        what = "an indicator of the balance" if measures else "a column of totals of people or property"
        asked.faults.append(wrong(f"resource={resource!r}", what, f"there are {', '.join(known) or 'none'}"))
    asked.done()
    here = schools[schools["stage"].isin(list(stages))]
    if measures:
        here = here[here["indicator"] == resource]
    if not len(here):
        raise DuzhengError(wrong(f"no schools of the stages {', '.join(stages)}", "some", "say stages=(…)"))
    source = here["source"] if "source" in here else pd.Series("", index=here.index)
    simulated = source.eq(SIMULATED)
    if simulated.any() and not simulated.all():
        raise DuzhengError(wrong(f"{int(simulated.sum())} simulated rows among {len(here)}", "only one kind",
                                 "keep simulated schools apart"))  # fmt: skip
    frame = pd.DataFrame(
        {"year": here["year"].astype("int64"), "unit": _placed(workspace, here, boundaries), "school": here["school"],
         "total": here["total" if measures else resource].astype("float64"),
         "students": here["students"].astype("float64")}
    )  # fmt: skip
    there = frame["total"].notna() & (frame["students"] > 0)
    by = frame[there].groupby(["year", "unit", "school"], as_index=False)[["total", "students"]].sum()
    made_up = bool(simulated.any()) or (not isinstance(given, pd.DataFrame) and given.simulated)
    return SchoolRows(by, int((~there).sum()), made_up)


def _placed(workspace: Workspace, rows: pd.DataFrame, boundaries: int) -> list[str]:
    """Give the unit on the boundaries that holds the territory of each row's code."""
    pairs = list(zip(rows["unit"].astype("str"), rows["year"].astype("int64"), strict=True))
    of: dict[tuple[str, int], str] = {}
    faults: list[Fault] = []
    for code, year in dict.fromkeys(pairs):
        unit = workspace.units.resolve(code, year) or (code if code in workspace.units.frame.index else None)
        holders = workspace.units.holders(unit, boundaries) if unit else []
        if len(holders) != 1:
            faults.append(Fault("DZ-U002", found=f"{code!r} in {year}",
                                expected=f"territory of one unit of {boundaries}",
                                hint=workspace.units.explain(code, year)))  # fmt: skip
            continue
        of[code, year] = holders[0]
    if faults:
        raise DuzhengError.of(faults)
    return [of[pair] for pair in pairs]
