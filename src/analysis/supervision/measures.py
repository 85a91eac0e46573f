"""Measures on units: incentive, interview, notice, accountability; on what grounds, when, and by whom."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from analysis.messages import DuzhengError, Fault, Texts, column_of, in_columns
from analysis.supervision.decisions import next_id
from analysis.supervision.evaluations import evaluator_of
from analysis.workspace.ledger import Access, editing
from analysis.workspace.ledger.entries import may_be_read

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

REGISTER: Final = "measures"
#: One of :data:`analysis.workspace.ledger.registers.MEASURE_KINDS`.
MeasureKind = Literal["incentive", "interview", "notice", "accountability"]
#: A measure a row. ``items`` are items of rectification as unit/item, by ``;``; ``situation`` is one of the rule set
#: `accountability`; ``paper`` and ``sha256`` are the name and the hash of the paper that stays with the office.
COLUMNS: Final = (
    "id", "evaluator", "unit", "name_zh", "name_en", "date", "measure", "grounds_zh", "grounds_en", "items",
    "situation", "by", "document", "paper", "sha256", "access", "note", "file", "row",
)  # fmt: skip


def take(
    workspace: Workspace, measure: MeasureKind, *, unit: str, on: dt.date, by: str, grounds: Texts,
    items: Sequence[str] = (), situation: str = "", document: str = "", paper: Path | None = None, note: str = "",
    access: Access = "internal", evaluator: str = "", synthetic: bool = False,
) -> str:  # fmt: skip
    """Enter a measure that was taken on a unit: what people decided, and nothing that the program concludes.

    Parameters
    ----------
    workspace
        The workspace.
    measure
        What was done.
    unit
        With whom: a unit below the evaluator.
    on, by
        When, and who decided it.
    grounds
        Why.
    items
        Ids of items of rectification of the unit that it is about. Their states stay what they are.
    situation
        The situation of the rule set `accountability` that it was decided for, if any.
    document
        The number of the document by which it was done; a unit is not held to account without one.
    paper
        A file whose hash is kept, such as the record of an interview; the file stays where it is.
    note
        What there is to remember.
    access
        Who may read it.
    evaluator
        Who takes it; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    str
        Its id: the year and a number.

    Raises
    ------
    DuzhengError
        DZ-U001 for a unit that there is not or that is not below the evaluator; DZ-O001 for items that the unit does
        not have, a situation that the rule set does not, and a measure that is there already; DZ-O002 for a day before
        an item was opened; DZ-T003 for one without grounds; DZ-T004 for accountability without a document; DZ-T001 for
        a paper that cannot be read. Nothing is written then.
    """
    above = evaluator_of(workspace, evaluator)
    name, sha = _paper(paper)
    with editing(workspace, synthetic=synthetic) as ledger:
        there = workspace.ledger_of(synthetic=synthetic).registers.get(REGISTER)
        taken = next_id(on, () if there is None else there["id"])
        about = ";".join(f"{unit}/{item}" for item in dict.fromkeys(items))
        same = {"evaluator": above, "unit": unit, "date": str(on), "measure": measure,
                "grounds_zh": grounds.get("zh-Hans", ""), "items": about}  # fmt: skip
        refuse_second([] if there is None else there.fillna("").to_dict("records"), same, "measure")
        ledger.row(REGISTER, {
            "id": taken, "evaluator": above, "unit": unit, "date": str(on), "measure": measure, "by": by,
            **{column_of("grounds", language): text for language, text in grounds.items()},
            "items": about, "situation": situation,
            "document": document, "paper": name, "sha256": sha, "access": access, "note": note,
            "synthetic": "true" if synthetic else "",
        })  # fmt: skip
    return taken


def refuse_second(there: Iterable[Mapping[Any, Any]], values: Mapping[str, str], column: str) -> None:
    """Refuse what is entered a second time (DZ-O001), naming the entry that is there."""
    first = next((row for row in there if all(row[name] == value for name, value in values.items())), None)
    if first is not None:
        raise DuzhengError(
            Fault("DZ-O001", file=first["file"], row=first["row"], column=column, expected="what is not there yet",
                  found=f"{first['id']}, which says the same of {values['unit']} on {values['date']}",
                  hint="it is there already, and a note does not make it another one")
        )  # fmt: skip


def _paper(path: Path | None) -> tuple[str, str]:
    """Give the name of a paper and its hash; empty for none."""
    if path is None:
        return "", ""
    try:
        with path.open("rb") as file:
            return path.name, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DuzhengError(
            Fault("DZ-T001", file=path.name, found=error.strerror or str(error), expected="a readable file")
        ) from error


def measures(
    workspace: Workspace, *, day: dt.date, year: int | None = None, units: Sequence[str] = (), evaluator: str = "",
    synthetic: bool = False, public: bool = False, restricted: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Give the measures that an evaluator took up to a day.

    Parameters
    ----------
    workspace
        The workspace.
    day
        The day that is spoken of.
    year
        Only those of one year.
    units
        Only those on some units; on all if empty.
    evaluator
        Who took them; the unit above if empty.
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
        _row(workspace, {str(name): value for name, value in row.items()}) for row in rows
        if row["evaluator"] == above and row["date"] <= str(day) and (year is None or row["date"][:4] == str(year))
        and (not units or row["unit"] in units) and may_be_read(row["access"], public=public, restricted=restricted)
    ]  # fmt: skip
    return pd.DataFrame(kept, columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS, "str") | {"row": "int64"})


def _row(workspace: Workspace, row: dict[str, Any]) -> dict[str, Any]:
    return row | in_columns("name", workspace.units.names(row["unit"])) | {
        "grounds_en": row["grounds_en"] or row["grounds_zh"], "note": row.get("note", "")
    }  # fmt: skip
