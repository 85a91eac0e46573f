"""One batch at a time: two that use the tables of one run would change them under each other."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from analysis.memos.disk import writing
from analysis.memos.tables import folder_of
from analysis.messages import DuzhengError, Fault
from analysis.workspace import Workspace


@contextmanager
def alone(workspace: Workspace, year: int, *, synthetic: bool) -> Iterator[None]:
    """Hold a run's tables and what is built of them; the system lets go of them when the process ends, however it does.

    Raises
    ------
    DuzhengError
        DZ-M007 if another batch holds them, with its process.
    """
    from filelock import FileLock, Timeout

    run = folder_of(workspace, year, synthetic=synthetic)
    lock = FileLock(run.with_name(f".{run.name}.lock"), timeout=0, preserve_lock_file=True)
    holder = run.with_name(f".{run.name}.holder")
    with writing(workspace.root):
        run.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:
            raise DuzhengError(
                Fault("DZ-M007", file=run.name, found=f"another batch at work{_by(holder)}", expected="one at a time",
                      hint="wait until it has ended, or end it; what it has finished stays")
            ) from error  # fmt: skip
    try:
        with writing(workspace.root):
            holder.write_text(json.dumps({"process": os.getpid()}), encoding="utf-8")
        yield
    finally:
        lock.release()


def _by(holder: os.PathLike[str]) -> str:
    try:
        with open(holder, encoding="utf-8") as file:  # noqa: PTH123  a path of any kind
            return f" (process {json.load(file)['process']})"
    except (OSError, ValueError, KeyError):
        return ""
