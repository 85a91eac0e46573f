"""Safety incidents: entered as they are reported, followed until they are closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from analysis.messages import DuzhengError, Fault, Texts, column_of, in_columns
from analysis.supervision.decisions import next_id
from analysis.supervision.evaluations import evaluator_of
from analysis.supervision.measures import refuse_second
from analysis.supervision.others import scope
from analysis.workspace.ledger import Access, editing
from analysis.workspace.ledger.entries import may_be_read

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

REGISTER: Final = "incidents"
#: One of :data:`analysis.workspace.ledger.registers.INCIDENT_KINDS`, and of its ``GRADES``, from the least.
IncidentKind = Literal["campus", "traffic", "food", "health", "building", "mass", "other"]
Grade = Literal["ordinary", "large", "major", "grave"]
Reliability = Literal["A", "B", "C"]
#: An incident a row. ``grade`` is what its report says; ``deaths`` and ``injured`` are missing while not known;
#: ``state`` is open or closed on the day, and ``since`` from when on it is so.
COLUMNS: Final = (
    "id", "unit", "name_zh", "name_en", "date", "kind", "grade", "statement_zh", "statement_en", "deaths", "injured",
    "source_zh", "source_en", "reliability", "state", "since", "access", "note", "file", "row",
)  # fmt: skip


def enter(
    workspace: Workspace, kind: IncidentKind, *, unit: str, date: dt.date, on: dt.date, grade: Grade, statement: Texts,
    source: Texts, reliability: Reliability, deaths: int | None = None, injured: int | None = None, note: str = "",
    access: Access = "internal", evaluator: str = "", synthetic: bool = False,
) -> str:  # fmt: skip
    """Enter an incident.

    Parameters
    ----------
    workspace
        The workspace.
    kind
        What it was: ``mass`` for one in which many gathered, else where it happened or what of.
    unit
        Where: the evaluator or a unit below it.
    date, on
        When it happened, and when it is entered.
    grade
        What its report says; no grade is worked out here.
    statement, source
        What happened, and who says it.
    reliability
        ``A`` by its own records, ``B`` a copy or a summary, ``C`` hearsay.
    deaths, injured
        How many; None while it is not known.
    note
        What there is to remember.
    access
        Who may read it.
    evaluator
        Whose ledger; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    str
        Its id: the year and a number.

    Raises
    ------
    DuzhengError
        DZ-U001 for a unit that there is not, or that is neither the evaluator nor below it; DZ-O001 for one that is
        there already; DZ-O002 for a day that is still to come when it is entered; DZ-T004 for less than nobody.
        Nothing is written then.
    """
    above = evaluator_of(workspace, evaluator)
    faults = []
    if unit not in scope(workspace, above):
        faults.append(Fault("DZ-U001", column="unit", found=repr(unit), expected=f"{above}, or a unit below it"))
    if date > on:
        faults.append(Fault("DZ-O002", column="date", found=str(date),
                            expected=f"{on}, the day of the entry, or earlier"))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    with editing(workspace, synthetic=synthetic) as ledger:
        there = workspace.ledger_of(synthetic=synthetic).registers.get(REGISTER)
        name = next_id(date, () if there is None else there["id"])
        same = {"unit": unit, "date": str(date), "kind": kind, "statement_zh": statement.get("zh-Hans", "")}
        refuse_second([] if there is None else there.to_dict("records"), same, "statement_zh")
        texts = {"statement": statement, "source": source}
        ledger.row(REGISTER, {
            "id": name, "unit": unit, "date": str(date), "kind": kind, "grade": grade, "deaths": deaths,
            "injured": injured, "reliability": reliability, "access": access, "note": note,
            **{column_of(each, language): text for each, of in texts.items() for language, text in of.items()},
            "synthetic": "true" if synthetic else "",
        })  # fmt: skip
    return name


def close(
    workspace: Workspace, name: str, *, on: dt.date, deaths: int | None = None, injured: int | None = None,
    evaluator: str = "", synthetic: bool = False,
) -> None:  # fmt: skip
    """Enter that an incident was dealt with; no other byte of the register changes.

    Parameters
    ----------
    workspace
        The workspace.
    name
        Its id.
    on
        When it was closed.
    deaths, injured
        How many, where that is known by now; what was entered stays if None.
    evaluator
        Whose ledger; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Raises
    ------
    DuzhengError
        DZ-O001 if there is no such incident in the evaluator's units; DZ-O002 if it was closed already, or on a day
        before it happened.
    """
    above = evaluator_of(workspace, evaluator)
    within = scope(workspace, above)
    with editing(workspace, synthetic=synthetic) as ledger:
        there = workspace.ledger_of(synthetic=synthetic).registers.get(REGISTER)
        rows = [] if there is None else there.to_dict("records")
        row = next((each for each in rows if each["id"] == name and each["unit"] in within), None)
        if row is None:
            raise DuzhengError(
                Fault("DZ-O001", file=f"{ledger.folder}/{REGISTER}", column="id", found=repr(name),
                      expected=f"the id of an incident in {above} or below it",
                      hint="`duzheng incident list` shows them")
            )  # fmt: skip
        if isinstance(row["closed"], str):
            raise DuzhengError(
                Fault("DZ-O002", file=row["file"], row=row["row"], column="closed", expected="an incident that is open",
                      found=f"{name}, closed on {row['closed']}")
            )  # fmt: skip
        known = {key: each for key, each in (("deaths", deaths), ("injured", injured)) if each is not None}
        ledger.change(REGISTER, row["file"], row["row"], {"closed": str(on), **known})


def incidents(
    workspace: Workspace, *, day: dt.date, year: int | None = None, units: Sequence[str] = (), evaluator: str = "",
    synthetic: bool = False, public: bool = False, restricted: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Give the incidents up to a day, and which of them are closed.

    Parameters
    ----------
    workspace
        The workspace.
    day
        The day that is spoken of; what happened or was closed later is not there yet.
    year
        Only those of one year.
    units
        Only those in some units; in all if empty.
    evaluator
        Only in it and those below it; the unit above if empty.
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

    within = scope(workspace, evaluator)
    there = workspace.ledger_of(synthetic=synthetic).registers.get(REGISTER)
    rows = [] if there is None else there.to_dict("records")
    kept = [
        _standing(workspace, {str(name): value for name, value in row.items()}, day) for row in rows
        if row["unit"] in within and row["date"] <= str(day) and (year is None or row["date"][:4] == str(year))
        and (not units or row["unit"] in units) and may_be_read(row["access"], public=public, restricted=restricted)
    ]  # fmt: skip
    types = dict.fromkeys(COLUMNS, "str") | {"deaths": "Int64", "injured": "Int64", "row": "int64"}
    return pd.DataFrame(kept, columns=list(COLUMNS)).astype(types)


def _standing(workspace: Workspace, row: dict[str, Any], day: dt.date) -> dict[str, Any]:
    closed = row["closed"] if isinstance(row["closed"], str) and row["closed"] <= str(day) else ""
    english = {f"{name}_en": row[f"{name}_en"] if isinstance(row[f"{name}_en"], str) else row[f"{name}_zh"]
               for name in ("statement", "source")}  # fmt: skip
    note = row.get("note")
    return row | english | in_columns("name", workspace.units.names(row["unit"])) | {
        "state": "closed" if closed else "open", "since": closed or row["date"],
        "note": note if isinstance(note, str) else "",
    }  # fmt: skip
