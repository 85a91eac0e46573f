"""Running a notebook by papermill."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.documents import MIME, Blocks
from analysis.memos.parameters import MemoParameters
from analysis.messages import DuzhengError, Fault

#: Seconds after which a cell counts as hanging.
CELL_TIMEOUT = 300
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def _papermill() -> Any:
    """Import papermill, without a grammar of internet addresses.

    What checks notebooks compiles it as it is imported, for two seconds in every process, can do without it, and no
    notebook's form asks for an address. Whoever wants it afterwards still has it.
    """
    modules: dict[str, Any] = sys.modules
    hidden = "rfc3987_syntax" not in modules
    if hidden:
        modules["rfc3987_syntax"] = None
    try:
        import papermill
    finally:
        if hidden:
            del modules["rfc3987_syntax"]
    return papermill


def execute(
    template: Path,
    parameters: MemoParameters,
    output: Path,
    warm: str | None = "",
    *,
    timeout: int = CELL_TIMEOUT,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Blocks]:
    """Run a template with parameters, keep the executed notebook, and give the blocks that its cells showed.

    Parameters
    ----------
    template
        A notebook with a cell tagged ``parameters``; it runs in its own folder, so that it finds its workspace.
    parameters
        Checked parameters.
    output
        Where the executed notebook goes. It holds no time, no path and no random id.
    warm
        The socket of a warm process (:mod:`analysis.memos.kernels`); empty for a kernel that starts from nothing, None
        for a warm process that this one keeps.
    timeout
        Seconds after which a cell counts as hanging.
    tell
        Called with what the cells printed, for a log.

    Raises
    ------
    DuzhengError
        DZ-M003 with the cell and the error, if a cell fails, hangs, or the kernel dies.
    """
    papermill = _papermill()
    from papermill.exceptions import PapermillExecutionError

    from analysis.memos.kernels import NAME

    try:
        notebook = papermill.execute_notebook(
            str(template),
            None,
            parameters=parameters.given(),
            kernel_name="python3",
            engine_name=NAME,
            warm=warm,
            shutdown_kernel="immediate",  # a memo's notebook leaves nothing behind that has to be closed
            cwd=str(template.parent),
            progress_bar=False,
            log_output=False,
            start_timeout=120,
            execution_timeout=timeout,
        )
    except PapermillExecutionError as error:
        raise _failure(template, parameters, f"{error.ename}: {error.evalue}", error.exec_count) from error
    except DuzhengError:
        raise
    except Exception as error:
        raise _failure(template, parameters, f"{type(error).__name__}: {error}", None) from error
    for text in printed(notebook):
        tell(text)
    _strip_chance(notebook)
    output.write_text(json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return blocks_of(notebook)


def printed(notebook: Any) -> list[str]:
    """Give what the cells of an executed notebook printed, each with its stream."""
    return [
        f"cell {cell.get('execution_count')} {output['name']}: {''.join(output['text']).rstrip()}"
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream"
    ]


def _failure(template: Path, parameters: MemoParameters, problem: str, count: int | None) -> DuzhengError:
    found = _COLOUR.sub("", problem).strip().splitlines()[0]
    return DuzhengError(
        Fault(
            "DZ-M003",
            file=template.name,
            column=f"cell {count}" if count else "",
            found=found,
            expected="cells that run",
            hint=f"open the template with unit={parameters.unit!r}, language={parameters.language!r} and run it there",
        )
    )


def _strip_chance(notebook: Any) -> None:
    """Take out what differs from run to run: times, ids made by chance, the name of the machine's kernel."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)


def blocks_of(notebook: Any) -> list[Blocks]:
    """Give the blocks that the cells of an executed notebook showed, in order."""
    return [
        Blocks.read(output["data"][MIME])
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]


def read_blocks(path: Path) -> list[Blocks]:
    """Read the blocks of an executed notebook that was kept."""
    return blocks_of(json.loads(path.read_text(encoding="utf-8")))
