"""Responsibilities: which department answers for which duty and figures; the rule set `responsibilities`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.findings.duties import duties_of
from analysis.messages import DuzhengError, Fault, in_columns
from analysis.supervision.year import rule
from analysis.workspace.ledger.entries import UnitId
from analysis.workspace.rules import Entry

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Claim

RULE: Final = "responsibilities"


class Responsible(Entry):
    """A department, the duties that it answers for, and the topics whose figures it can audit."""

    unit: UnitId
    duties: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class Responsibilities(Entry):
    """What the rule set says, department by department."""

    departments: tuple[Responsible, ...] = ()


def responsibilities(workspace: Workspace) -> Responsibilities:
    """Read the rule set, and hold it to units and duties.

    Raises
    ------
    DuzhengError
        DZ-F004 if there is none; DZ-U001 and DZ-W003 for departments and duties that there are not.
    """
    found = rule(workspace, RULE).read(Responsibilities)
    file = f"data/rules/{RULE}.yaml"
    known = {each.id for each in duties_of(workspace.rules["duties"]).duties} if "duties" in workspace.rules else set()
    faults = [
        Fault("DZ-U001", file=file, column="departments", found=repr(each.unit), expected="an id of data/units.csv")
        for each in found.departments if each.unit not in workspace.units.frame.index
    ] + [
        Fault("DZ-W003", file=file, column=f"departments.{each.unit}.duties", found=repr(duty),
              expected="a duty of the rule set duties")
        for each in found.departments for duty in each.duties if known and duty not in known
    ]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    return found


def by_duty(workspace: Workspace) -> pd.DataFrame:
    """Give the list of duties by department.

    Parameters
    ----------
    workspace
        The workspace.

    Returns
    -------
    pandas.DataFrame
        A row a duty and department, in the order of duties: duty, duty_zh, duty_en, department, department_zh,
        department_en; a duty that nobody answers for has an empty department.

    Raises
    ------
    DuzhengError
        DZ-F004 if there are no duties; what :func:`responsibilities` raises.
    """
    import pandas as pd

    rows = []
    departments = responsibilities(workspace).departments
    for duty in duties_of(rule(workspace, "duties")).duties:
        mine = [each.unit for each in departments if duty.id in each.duties]
        rows += [
            {"duty": duty.id, **in_columns("duty", duty.name), "department": unit,
             **in_columns("department", workspace.units.names(unit) if unit else None)}
            for unit in mine or [""]
        ]  # fmt: skip
    columns = ["duty", "duty_zh", "duty_en", "department", "department_zh", "department_en"]
    return pd.DataFrame(rows, columns=columns).astype("str")


def topic_of(workspace: Workspace, claim: Claim) -> str:
    """Give the topic of what is claimed."""
    if claim.index:
        return "satisfaction"
    return "balance" if claim.coefficient else workspace.catalogue[claim.indicator].topic


def department_of(workspace: Workspace, claim: Claim) -> str:
    """Give the department that can audit a claim: by the topic of its figure, else by its duty; empty if none can."""
    topic = topic_of(workspace, claim)
    departments = responsibilities(workspace).departments
    found = next((each.unit for each in departments if topic in each.topics), "")
    return found or next((each.unit for each in departments if claim.duty and claim.duty in each.duties), "")
