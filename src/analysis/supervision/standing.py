"""Standing: where the self-evaluations of a year and the audits of their claims stand on a day, and who is late."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import in_columns
from analysis.supervision.evaluations import evaluated, evaluations_of
from analysis.supervision.year import office_year, reminders
from analysis.workspace.ledger.entries import by_day, due_by
from analysis.workspace.ledger.self_evaluations import WITH_THE_UNIT

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Audit, SelfEvaluation

#: A self-evaluation a row. ``state`` is empty for a unit that was not asked; ``days`` are those to the time limit, less
#: than none when it is over; ``late`` is by how many days what was handed in last came after the time limit that held
#: then, missing while nothing was handed in; ``reminded`` says whether this is a day on which the unit is reminded, and
#: ``reminders`` how often it was.
STANDING: Final = (
    "unit", "name_zh", "name_en", "kind", "state", "since", "due", "days", "overdue", "late", "reminded", "reminders",
    "returned", "claims", "audits", "unanswered",
)  # fmt: skip
#: A department that was asked to audit claims a row: how many were ``asked``, ``answered`` and are ``unanswered``;
#: ``due`` is the earliest time limit of the latter, the rest as in :data:`STANDING`.
AUDITS_STANDING: Final = (
    "unit", "name_zh", "name_en", "asked", "answered", "unanswered", "due", "days", "overdue", "reminded", "reminders",
)  # fmt: skip


def standing(
    workspace: Workspace, *, year: int, day: dt.date, evaluator: str = "", synthetic: bool = False
) -> pd.DataFrame:
    """Give where the self-evaluations of a year stand on a day, and who has to be reminded.

    Parameters
    ----------
    workspace
        The workspace.
    year, day
        The year of evaluation, and the day that is spoken of.
    evaluator
        Who evaluates; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`STANDING`, in the order of units.
    """
    import pandas as pd

    there = {each.unit: each for each in evaluations_of(workspace, year, evaluator=evaluator, synthetic=synthetic)}
    rows = [_of_unit(workspace, unit, there.get(unit), day) for unit in evaluated(workspace, evaluator)]
    types = {"days": "Int64", "late": "Int64", "overdue": "bool", "reminded": "bool"}
    return pd.DataFrame(rows, columns=list(STANDING)).astype(types)


def _of_unit(workspace: Workspace, unit: str, found: SelfEvaluation | None, day: dt.date) -> dict[str, Any]:
    row = {**_called(workspace, unit), "kind": workspace.units.kind(unit),
           **dict.fromkeys(("state", "since", "due"), ""), **dict.fromkeys(("days", "late")),
           **dict.fromkeys(("overdue", "reminded"), False),
           **dict.fromkeys(("reminders", "returned", "claims", "audits", "unanswered"), 0)}  # fmt: skip
    if found is None or not found.state_on(day):
        return row
    taken, state = by_day(found.steps, day), found.state_on(day)
    due = due_by(found.steps, day) if state in WITH_THE_UNIT else None
    return row | {
        "state": state,
        "since": str(taken[-1].date if taken else found.submitted),
        "due": str(due or ""),
        "days": None if due is None else (due - day).days,
        "overdue": found.overdue_on(day),
        "late": found.late_by(day),
        "reminded": due is not None and _is_reminded(workspace, due, day),
        "reminders": sum(each.kind == "hand_in" and each.date <= day for each in found.reminders),
        "returned": sum(step.state == "returned" for step in taken),
        "claims": len(found.as_of(day).claims),
        "audits": sum(each.asked <= day for each in found.audits),
        "unanswered": sum(each.open_on(day) for each in found.audits),
    }


def audits_standing(
    workspace: Workspace, *, year: int, day: dt.date, evaluator: str = "", synthetic: bool = False
) -> pd.DataFrame:
    """Give where the audits of a year stand on a day, by the departments that were asked.

    Parameters
    ----------
    workspace
        The workspace.
    year, day
        The year of evaluation, and the day that is spoken of.
    evaluator
        Who evaluates those whose claims are audited; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`AUDITS_STANDING`, in the order of units; those departments that were asked by then. One is
        reminded on the days that the time limit of any claim asks for that it has not answered.
    """
    import pandas as pd

    evaluations = [*evaluations_of(workspace, year, evaluator=evaluator, synthetic=synthetic)]
    asked: dict[str, list[Audit]] = {}
    for each in evaluations:
        for audit in each.audits:
            if audit.asked <= day:
                asked.setdefault(audit.department, []).append(audit)
    rows = []
    for unit in (each for each in workspace.units.frame.index if each in asked):
        mine = asked[unit]
        dues = [audit.due for audit in mine if audit.due is not None and audit.open_on(day)]
        open_ = sum(audit.open_on(day) for audit in mine)
        reminded = {note.date for each in evaluations for note in each.reminders
                    if (note.to, note.kind) == (unit, "audit") and note.date <= day}  # fmt: skip
        rows.append({
            **_called(workspace, unit), "asked": len(mine), "answered": len(mine) - open_, "unanswered": open_,
            "due": str(min(dues, default="")), "days": (min(dues) - day).days if dues else None,
            "overdue": any(audit.overdue_on(day) for audit in mine),
            "reminded": any(_is_reminded(workspace, due, day) for due in dues), "reminders": len(reminded),
        })  # fmt: skip
    types = {"days": "Int64", "overdue": "bool", "reminded": "bool"}
    return pd.DataFrame(rows, columns=list(AUDITS_STANDING)).astype(types)


def _is_reminded(workspace: Workspace, due: dt.date, day: dt.date) -> bool:
    return day in set(reminders(due, office_year(workspace).self_evaluation.reminders, day))


def _called(workspace: Workspace, unit: str) -> dict[str, str]:
    return {"unit": unit, **in_columns("name", workspace.units.names(unit))}
