"""Deliveries: what third parties hand over, held to a contract, taken to where it belongs or refused, and logged."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from analysis.messages import DuzhengError, Fault
from analysis.supervision import others
from analysis.supervision.decisions import next_id
from analysis.supervision.evaluations import evaluator_of
from analysis.workspace.ledger import DEMO, FOLDER, Editing, editing
from analysis.workspace.ledger.registers import EVIDENCE
from analysis.workspace.observations import FOLDER as FIGURES
from analysis.workspace.observations import read_observations
from analysis.workspace.schools import FOLDER as SCHOOLS
from analysis.workspace.schools import read_schools
from analysis.workspace.tables import read_table, table_files

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from analysis.workspace import Workspace

REGISTER: Final = "deliveries"
#: Where the tables of a contract lie; rows of the others, the kinds of evidence, go into the ledger.
_FOLDERS: Final = {"figures": FIGURES, "schools": SCHOOLS}
#: What a delivery can be held to.
CONTRACTS: Final = (*_FOLDERS, *EVIDENCE)
#: A delivery a row, as the register has it; ``evaluator`` is whose it is.
COLUMNS: Final = (
    "id", "evaluator", "contract", "supplier", "date", "delivered", "sha256", "rows", "faults", "outcome", "by", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """A delivery that was accepted: its id in the log, how many rows it has, and where they went."""

    id: str
    rows: int
    went_to: str


@dataclass
class _Checked:
    """What came of holding a file to its contract."""

    rows: int = 0
    faults: tuple[Fault, ...] = ()
    written: list[dict[str, str]] = field(default_factory=list)


def accept(
    workspace: Workspace, file: Path, *, contract: str, supplier: str, on: dt.date, by: str, note: str = "",
    evaluator: str = "", synthetic: bool = False,
) -> Delivery:  # fmt: skip
    """Hold a delivery to its contract, together with what is there: take all of it, or nothing; either is logged.

    Parameters
    ----------
    workspace
        The workspace.
    file
        CSV or Excel.
    contract
        One of :data:`CONTRACTS`. Figures and schools are copied into the workspace's folder of them, as they were
        delivered; evidence goes into its register of the ledger.
    supplier
        Who delivers.
    on, by, note
        When, who takes it, and what there is to remember.
    evaluator
        Whose delivery it is: all rows are about it and those below it; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration. Evidence then goes into that; figures and schools are checked
        and logged only, since nothing invented stands among the workspace's figures.

    Returns
    -------
    Delivery
        What was taken.

    Raises
    ------
    DuzhengError
        DZ-O001 for a contract that there is not; DZ-T001 for a file that cannot be read; DZ-O003 for a file that was
        accepted before, or lies in the workspace's folder already. With every fault of a file that is refused, such as
        DZ-U001 for a row about a unit beyond the evaluator: the log then says so, and nothing else is written.
    """
    above = evaluator_of(workspace, evaluator)
    if contract not in CONTRACTS:
        raise DuzhengError(Fault("DZ-O001", column="contract", found=repr(contract),
                                 expected=f"one of {', '.join(CONTRACTS)}"))  # fmt: skip
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DuzhengError(Fault("DZ-T001", file=file.name, found=error.strerror or str(error),
                                 expected="a readable file")) from error  # fmt: skip
    if contract in _FOLDERS and file.resolve().parent == (workspace.root / _FOLDERS[contract]).resolve():
        raise DuzhengError(Fault("DZ-O003", file=file.name, found=f"a file of {_FOLDERS[contract]}",
                                 expected="one that is delivered, from elsewhere"))  # fmt: skip
    sha = hashlib.sha256(content).hexdigest()
    with editing(workspace, synthetic=synthetic) as ledger:
        log = _log(workspace, synthetic=synthetic)
        _refuse_again(log, file, sha)
        found = _check(workspace, file, contract, above, synthetic=synthetic)
        name = next_id(on, [row["id"] for row in log])
        ledger.row(REGISTER, {
            "id": name, "evaluator": "" if above == _above_all(workspace) else above, "contract": contract,
            "supplier": supplier, "date": str(on), "delivered": file.name, "sha256": sha, "rows": found.rows,
            "faults": len(found.faults), "outcome": "refused" if found.faults else "accepted", "by": by, "note": note,
            "synthetic": "true" if synthetic else "",
        })  # fmt: skip
        went_to = "" if found.faults else _take(ledger, contract, file, content, name, found, synthetic=synthetic)
    if found.faults:
        raise DuzhengError.of(found.faults)
    for part in ("_observations", "_spans", "schools"):  # they are read anew
        workspace.__dict__.pop(part, None)
    return Delivery(name, found.rows, went_to)


def _log(workspace: Workspace, *, synthetic: bool) -> list[dict[str, str]]:
    """Give the rows of the register as they are written, once they hold to its contract.

    ``delivered`` is the name of the file that was handed over.
    """
    if REGISTER not in workspace.ledger_of(synthetic=synthetic).registers:
        return []
    folder = workspace.root / (DEMO if synthetic else FOLDER) / REGISTER
    tables = [read_table(path).frame.to_dict("records") for path in sorted(folder.glob("*.csv"))]
    return [{str(name): str(value) for name, value in row.items()} for rows in tables for row in rows]


def _refuse_again(log: list[dict[str, str]], file: Path, sha: str) -> None:
    for row in log:
        if row["sha256"] == sha and row["outcome"] == "accepted":
            found = f"the file that was accepted on {row['date']} as {row['id']} ({row['delivered']})"
            raise DuzhengError(Fault("DZ-O003", file=file.name, found=found, expected="a file that is new"))


def _above_all(workspace: Workspace) -> str:
    """Give the unit above all, whose rows of the log need not say so; empty where there are several."""
    try:
        return evaluator_of(workspace)
    except DuzhengError:
        return ""


def _check(workspace: Workspace, file: Path, contract: str, above: str, *, synthetic: bool) -> _Checked:
    """Hold a file to its contract together with what is there, and its rows to the evaluator."""
    found = _Checked()
    faults: list[Fault] = []
    try:
        table = read_table(file)
        found.rows = len(table.frame)
        if contract in _FOLDERS:
            faults = others.beyond(workspace, table, above)
            paths = [*table_files(workspace.root / _FOLDERS[contract]), file]
            if contract == "figures":
                read_observations(workspace.root, workspace.units, workspace.catalogue, workspace.sources, paths)
            else:
                read_schools(workspace.root, workspace.units, paths)
        else:
            found.written = others.held(workspace, contract, file, evaluator=above, synthetic=synthetic)
    except DuzhengError as error:
        faults += error.faults
    found.faults = tuple(faults)
    return found


def _take(
    ledger: Editing, contract: str, file: Path, content: bytes, name: str, found: _Checked, *, synthetic: bool
) -> str:
    if contract in EVIDENCE:
        others.enter(ledger, contract, found.written)
        return f"{ledger.folder}/evidence/{contract}"
    if synthetic:
        return ""
    place = f"{_FOLDERS[contract]}/delivery-{name}{file.suffix.lower()}"
    ledger.beside(place, content)
    return place


def deliveries(workspace: Workspace, *, evaluator: str = "", synthetic: bool = False) -> pd.DataFrame:
    """Give the log of deliveries.

    Parameters
    ----------
    workspace
        The workspace.
    evaluator
        Whose deliveries; those of the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, in the order of the log.
    """
    import pandas as pd

    above, all_ = evaluator_of(workspace, evaluator), _above_all(workspace)
    whose = ((row, row.get("evaluator") or all_) for row in _log(workspace, synthetic=synthetic))
    rows = [{**row, "evaluator": of} for row, of in whose if of == above]
    types = dict.fromkeys(COLUMNS, "str") | {"rows": "int64", "faults": "int64"}
    return pd.DataFrame(rows, columns=list(COLUMNS)).fillna("").astype(types)
