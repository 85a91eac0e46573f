"""Papers: the files that units handed in, held to the hashes that the ledger has of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import DuzhengError, Fault
from analysis.supervision.evaluations import evaluation_of, evaluations_of, evaluator_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Paper, SelfEvaluation

#: A paper a row. ``file`` is as the ledger names it; ``state`` is ``ok``, ``changed``, ``missing`` (no file of that
#: name, or none named) or ``no_hash`` (nothing that it could be held to).
PAPERS: Final = ("unit", "paper", "title_zh", "file", "state")


def papers_held(
    workspace: Workspace, folder: Path, *, year: int, units: Sequence[str] = (), evaluator: str = "",
    synthetic: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Hold the files in a folder to the hashes of the papers of self-evaluations.

    Parameters
    ----------
    workspace
        The workspace.
    folder
        Where the office keeps the files: those of a unit in a folder of its id, or all together.
    year
        The year of evaluation.
    units
        Whose papers; of all that the evaluator asked, if empty.
    evaluator
        Who asked for the self-evaluations; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`PAPERS`, by unit and in the order of the papers.

    Raises
    ------
    DuzhengError
        DZ-T001 for a folder that there is not, and files that cannot be read; DZ-O003 for a unit that was not asked, or
        by another evaluator.
    """
    import pandas as pd

    if not folder.is_dir():
        raise DuzhengError(Fault("DZ-T001", file=folder.name, found="no such folder", expected="the folder of papers"))
    above = evaluator_of(workspace, evaluator)
    chosen = [evaluation_of(workspace, unit, year, evaluator=above, synthetic=synthetic)
              for unit in dict.fromkeys(units)] or [
                  *evaluations_of(workspace, year, evaluator=above, synthetic=synthetic)]  # fmt: skip
    faults: list[Fault] = []
    rows = [row for each in chosen for row in _rows(each, folder, faults)]
    if faults:
        raise DuzhengError(*faults)
    return pd.DataFrame(rows, columns=list(PAPERS)).astype("str")


def _rows(evaluation: SelfEvaluation, folder: Path, faults: list[Fault]) -> Iterator[dict[str, Any]]:
    for paper in evaluation.papers:
        try:
            state = _state(paper, _file_of(paper, evaluation.unit, folder))
        except OSError as error:
            faults.append(Fault("DZ-T001", file=f"{evaluation.unit}/{paper.file}", found=error.strerror or str(error),
                                expected="a readable file"))  # fmt: skip
            continue
        yield {"unit": evaluation.unit, "paper": paper.id, "title_zh": paper.title["zh-Hans"], "file": paper.file,
               "state": state}  # fmt: skip


def _state(paper: Paper, path: Path | None) -> str:
    if path is None:
        return "missing" if paper.file or paper.sha256 else "no_hash"
    if not paper.sha256:
        return "no_hash"
    with path.open("rb") as file:
        return "ok" if hashlib.file_digest(file, "sha256").hexdigest() == paper.sha256 else "changed"


def _file_of(paper: Paper, unit: str, folder: Path) -> Path | None:
    """Give the file of a paper, the unit's own before one of the folder; None for a name that leads out of it."""
    name = PurePosixPath(paper.file.replace("\\", "/"))
    if not name.parts or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
        return None
    return next((path for path in (folder / unit / name, folder / name) if path.is_file()), None)
