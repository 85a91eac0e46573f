"""Audits: what departments are asked about claims, the tables that go to them, and what they answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import DuzhengError, Fault
from analysis.supervision.evaluations import BOOK, evaluation_of, evaluations_of, evaluator_of, file_of
from analysis.supervision.responsibilities import department_of
from analysis.supervision.year import office_year
from analysis.workspace.ledger import Audit, editing
from analysis.workspace.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Editing

#: What stands in a table already, and what the department fills in.
GIVEN: Final = ("unit", "name", "claim", "department", "said", "asked", "due")
ANSWERED: Final = ("flag", "by", "note_zh", "note_en")
FLAGS: Final = ("confirmed", "objected", "cannot_tell")


def tables_of(
    workspace: Workspace, folder: Path, *, year: int, evaluator: str = "", synthetic: bool = False
) -> list[Path]:
    """Write a table a department with the claims that it has not answered yet.

    Parameters
    ----------
    workspace
        The workspace.
    folder
        Where the tables go, `audits-<department>.csv`, columns :data:`GIVEN` and :data:`ANSWERED`.
    year
        The year of evaluation.
    evaluator
        Who asked for the self-evaluations; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    list of pathlib.Path
        In the order of departments.
    """
    import pandas as pd

    rows: dict[str, list[dict[str, str]]] = {}
    for evaluation in evaluations_of(workspace, year, evaluator=evaluator, synthetic=synthetic):
        said = {claim.id: claim.text["zh-Hans"] for claim in evaluation.claims}
        for audit in evaluation.audits:
            if audit.answered is None:
                rows.setdefault(audit.department, []).append({
                    "unit": evaluation.unit, "name": workspace.units.name(evaluation.unit, "zh-Hans"),
                    "claim": audit.claim, "department": audit.department, "said": said.get(audit.claim, ""),
                    "asked": audit.asked.isoformat(), "due": str(audit.due or ""), **dict.fromkeys(ANSWERED, ""),
                })  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for department, some in sorted(rows.items()):
        path = folder / f"audits-{department}.csv"
        pd.DataFrame(some, columns=[*GIVEN, *ANSWERED]).to_csv(path, index=False, encoding="utf-8-sig")
        files.append(path)
    return files


def answers_in(path: Path) -> Iterator[dict[str, Any]]:
    """Read a table that a department filled in; rows without a flag are left out.

    Parameters
    ----------
    path
        CSV or Excel.

    Yields
    ------
    dict
        The columns of a row, with ``file`` and ``row``.

    Raises
    ------
    DuzhengError
        DZ-T001 for a file that is no table, DZ-T002 for columns that are missing, DZ-T004 for a flag that is none.
    """
    table = read_table(path, path.name)
    faults = [*table.faults]
    gone = [name for name in ("unit", "claim", "department", *ANSWERED) if name not in table.frame]
    faults += [Fault("DZ-T002", file=path.name, row=1, column=name, found="no such column",
                     expected=f"columns {', '.join((*GIVEN, *ANSWERED))}") for name in gone]  # fmt: skip
    if gone:
        raise DuzhengError(*faults)
    faults += [
        Fault("DZ-T004", file=path.name, row=int(str(row)), column="flag", found=repr(flag),
              expected=" or ".join(FLAGS))
        for row, flag in table.frame["flag"].items() if flag and flag not in FLAGS
    ]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    for row, values in table.frame.iterrows():
        if values["flag"]:
            yield {**{str(name): value for name, value in values.items()}, "file": path.name, "row": int(str(row))}


def ask(
    workspace: Workspace, *, units: Iterable[str], year: int, on: dt.date, due: dt.date | None = None,
    evaluator: str = "", synthetic: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Send each claim to the department that can audit it.

    Parameters
    ----------
    workspace
        The workspace.
    units, year
        Whose claims; of units whose self-evaluation was checked.
    on, due
        When, and by when they have to answer; as many days later as the rule set `office_year` gives, if not given.
    evaluator
        Who asked for the self-evaluations; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    pandas.DataFrame
        What was asked: unit, claim, department; and with an empty department the claims that nobody can audit.

    Raises
    ------
    DuzhengError
        DZ-O002 for a self-evaluation that was not checked, and a time limit before the day; DZ-O003 for one that there
        is not, or that another evaluator asked for.
    """
    import pandas as pd

    above = evaluator_of(workspace, evaluator)
    limit = due or on + dt.timedelta(days=office_year(workspace).self_evaluation.audit.days)
    rows: list[dict[str, str]] = []
    faults: list[Fault] = []
    with editing(workspace, synthetic=synthetic) as ledger:
        for unit in units:
            try:
                found = evaluation_of(workspace, unit, year, evaluator=above, synthetic=synthetic)
            except DuzhengError as error:
                faults += error.faults
                continue
            if found.state_on(on) != "checked":
                faults.append(Fault("DZ-O002", file=file_of(unit, year, synthetic=synthetic), column="steps",
                                    expected="checked", found=found.state_on(on) or "not asked for"))  # fmt: skip
                continue
            asked = {(each.claim, each.department) for each in found.audits}
            for claim in found.claims:
                department = department_of(workspace, claim)
                if department == unit:  # nobody audits itself
                    department = ""
                rows.append({"unit": unit, "claim": claim.id, "department": department})
                if department and (claim.id, department) not in asked:
                    ledger.add(BOOK, f"{unit}-{year}", "audits",
                               Audit(claim=claim.id, department=department, asked=on, due=limit))  # fmt: skip
        if faults:
            raise DuzhengError(*faults)
    return pd.DataFrame(rows, columns=["unit", "claim", "department"]).astype("str")


def answer(
    workspace: Workspace, answers: Iterable[Mapping[str, Any]], *, year: int, on: dt.date, evaluator: str = "",
    synthetic: bool = False,
) -> int:  # fmt: skip
    """Enter what departments answered.

    Parameters
    ----------
    workspace
        The workspace.
    answers
        Each with unit, claim, department, flag (``confirmed``, ``objected``, ``cannot_tell``), by, and a note in both
        languages (note_zh, note_en), which an objection must have. ``file`` and ``row`` are named in messages.
    year, on
        The year, and the day of the answers.
    evaluator
        Who asked for the self-evaluations; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    int
        How many were entered.

    Raises
    ------
    DuzhengError
        DZ-O001 for an answer to what nobody asked, a second answer, one that does not say who gave it, or an objection
        that does not say why; DZ-O003 for one to what another evaluator asked.
    """
    above = evaluator_of(workspace, evaluator)
    faults: list[Fault] = []
    entered = 0
    with editing(workspace, synthetic=synthetic) as ledger:
        known = workspace.ledger_of(synthetic=synthetic).self_evaluations
        for given in answers:
            if (str(given.get("unit") or ""), year) in known:
                try:
                    evaluation_of(workspace, str(given["unit"]), year, evaluator=above, synthetic=synthetic)
                except DuzhengError as error:
                    faults += (
                        replace(
                            each,
                            file=given.get("file") or each.file,
                            row=given.get("row"),
                            line=None if given.get("file") else each.line,
                        )
                        for each in error.faults
                    )
                    continue
            wrong = _enter(ledger, given, year, on)
            faults += wrong
            entered += not wrong
        if faults:
            raise DuzhengError(*faults)
    return entered


def _enter(ledger: Editing, given: Mapping[str, Any], year: int, on: dt.date) -> list[Fault]:
    """Enter an answer; give what is wrong with it."""
    unit, claim, department = (str(given.get(name) or "") for name in ("unit", "claim", "department"))

    def wrong(column: str, found: str, expected: str) -> list[Fault]:
        place: dict[str, Any] = {"file": given.get("file", ""), "row": given.get("row")}
        return [Fault("DZ-O001", column=column, found=found, expected=expected, **place)]

    stem = f"{unit}-{year}"
    node = ledger.open(BOOK, stem) if ledger.is_there(BOOK, stem) else {}
    mine = [each for each in node.get("audits", [])
            if (str(each["claim"]), str(each["department"])) == (claim, department)]  # fmt: skip
    open_ = [each for each in mine if each.get("answered") is None]
    if not open_:
        found = "a second answer" if mine else "an answer to what was not asked"
        return wrong(
            "claim", f"{found}: {department} on {unit}/{claim}", "an audit that was asked for and not answered"
        )
    if not given.get("by"):
        return wrong("by", "nobody", "who answered")
    texts = {"zh-Hans": given.get("note_zh"), "en": given.get("note_en")}
    if given.get("flag") == "objected" and not texts["zh-Hans"]:
        return wrong("note_zh", "nothing", "why it objects")
    open_[0] |= {"answered": on, "flag": str(given.get("flag")), "by": str(given["by"])}
    if any(texts.values()):
        open_[0]["note"] = {language: text for language, text in texts.items() if text}
    return []
