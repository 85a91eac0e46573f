"""Decisions: the log of what the committee decided, who carries it out, and by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import DuzhengError, Fault, Texts, column_of
from analysis.supervision.evaluations import evaluator_of
from analysis.workspace.ledger import Access, editing
from analysis.workspace.ledger.entries import may_be_read

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

REGISTER: Final = "decisions"
#: A decision a row. ``state`` is open, done or overdue on the day; ``days`` are those to its time limit, less than none
#: when it is over; ``file`` and ``row`` say where it stands.
COLUMNS: Final = (
    "id", "evaluator", "date", "meeting_zh", "meeting_en", "decision_zh", "decision_en", "unit", "duty", "owner_zh",
    "owner_en", "due", "done", "state", "days", "access", "file", "row",
)  # fmt: skip


def decide(
    workspace: Workspace, *, on: dt.date, meeting: Texts, decision: Texts, evaluator: str = "", unit: str = "",
    duty: str = "", owner: Texts | None = None, due: dt.date | None = None, access: Access = "internal",
    synthetic: bool = False,
) -> str:  # fmt: skip
    """Enter a decision.

    Parameters
    ----------
    workspace
        The workspace.
    on
        The day of the meeting.
    meeting, decision
        Which meeting, and what it decided.
    evaluator
        Whose committee; the unit above if empty.
    unit, duty
        Whom and which duty it is about, if any.
    owner, due
        Who carries it out, and by when, if it asks for something.
    access
        Who may read it.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    str
        Its id: the year and a number.

    Raises
    ------
    DuzhengError
        DZ-U001, DZ-O001 for a unit or duty that there is not; DZ-O002 for a time limit before the meeting.
    """
    above = evaluator_of(workspace, evaluator)
    with editing(workspace, synthetic=synthetic) as ledger:
        there = workspace.ledger_of(synthetic=synthetic).registers.get(REGISTER)
        name = next_id(on, () if there is None else there["id"])
        texts = {"meeting": meeting, "decision": decision, "owner": owner or {}}
        ledger.row(REGISTER, {
            "id": name, "evaluator": above, "date": str(on), "unit": unit, "duty": duty, "due": due, "access": access,
            **{column_of(each, language): text for each, of in texts.items() for language, text in of.items()},
            "synthetic": "true" if synthetic else "",
        })  # fmt: skip
    return name


def next_id(on: dt.date, taken: Iterable[str]) -> str:
    """Give the next id of a year in a register: the year and a number.

    >>> next_id(dt.date(2026, 3, 5), ["2026-001", "2026-004", "2025-009", "by-hand"])
    '2026-005'
    """
    numbers = [int(each[5:]) for each in taken if each.startswith(f"{on.year}-") and each[5:].isdigit()]
    return f"{on.year}-{max(numbers, default=0) + 1:03d}"


def decisions(
    workspace: Workspace, *, day: dt.date, year: int | None = None, evaluator: str = "", synthetic: bool = False,
    public: bool = False, restricted: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Give the decisions of a committee, and where each stands on a day.

    Parameters
    ----------
    workspace
        The workspace.
    day
        The day that is spoken of; what was decided or done later is not there yet.
    year
        Only those of one year.
    evaluator
        Whose committee; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    public
        Whether only those are given that everybody may read.
    restricted
        Whether also those are given that not everybody in the office may read.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, in the order of the register.
    """
    import pandas as pd

    above = evaluator_of(workspace, evaluator)
    there = workspace.ledger_of(synthetic=synthetic).registers.get(REGISTER)
    rows = [] if there is None else there.fillna("").to_dict("records")
    kept = [
        _standing({str(name): value for name, value in row.items()}, day) for row in rows
        if row["evaluator"] == above and row["date"] <= str(day) and (year is None or row["date"][:4] == str(year))
        and may_be_read(row["access"], public=public, restricted=restricted)
    ]  # fmt: skip
    frame = pd.DataFrame(kept, columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(COLUMNS, "str") | {"days": "Int64", "row": "int64"})


def _standing(row: dict[str, Any], day: dt.date) -> dict[str, Any]:
    done = row["done"] if row["done"] and row["done"] <= str(day) else ""
    late = bool(row["due"]) and row["due"] < str(day)
    left = (dt.date.fromisoformat(row["due"]) - day).days if row["due"] and not done else None
    english = {f"{name}_en": row[f"{name}_en"] or row[f"{name}_zh"] for name in ("meeting", "decision", "owner")}
    return row | english | {"done": done, "state": "done" if done else "overdue" if late else "open", "days": left}


def done(workspace: Workspace, name: str, *, on: dt.date, evaluator: str = "", synthetic: bool = False) -> None:
    """Enter that a decision was carried out; no other byte of the register changes.

    Parameters
    ----------
    workspace
        The workspace.
    name
        Its id.
    on
        When it was carried out.
    evaluator
        Whose committee decided it; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O001 if there is no such decision of that committee; DZ-O002 if it was carried out already, or on a day
        before it was made.
    """
    above = evaluator_of(workspace, evaluator)
    with editing(workspace, synthetic=synthetic) as ledger:
        there = workspace.ledger_of(synthetic=synthetic).registers.get(REGISTER)
        rows = [] if there is None else there.fillna("").to_dict("records")
        row = next((each for each in rows if (each["id"], each["evaluator"]) == (name, above)), None)
        if row is None:
            raise DuzhengError(
                Fault("DZ-O001", file=f"{ledger.folder}/{REGISTER}", column="id", found=repr(name),
                      expected=f"the id of a decision of {above}", hint="`duzheng decision list` shows them")
            )  # fmt: skip
        if row["done"]:
            raise DuzhengError(
                Fault("DZ-O002", file=row["file"], row=row["row"], column="done", expected="a decision that is open",
                      found=f"{name}, done on {row['done']}")
            )  # fmt: skip
        ledger.change(REGISTER, row["file"], row["row"], {"done": str(on)})
