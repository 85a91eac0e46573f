"""Where memos are made: in processes here, or on a cluster of dask; each outcome as it comes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import CancelledError, Future, as_completed
from functools import partial
from pathlib import Path
from typing import Any, Final

from analysis.memos.memo import Outcome, Task, Work, make_memo
from analysis.memos.provenance import code, digest, fonts, versions
from analysis.messages import DuzhengError, Fault

#: What the address of a cluster begins with.
DASK: Final = "dask://"
#: A memo may take so many times as long as one of its cells before its worker counts as hanging.
_CELLS = 3


def outcomes(tasks: Sequence[Task], work: Work, *, jobs: int, executor: str = "") -> Generator[Outcome]:
    """Make memos, and give each outcome when it is there.

    Parameters
    ----------
    tasks, work
        The memos, and what they have in common.
    jobs
        Number of worker processes here.
    executor
        Empty for processes here; ``dask://host:port`` for the cluster of a scheduler.

    Raises
    ------
    DuzhengError
        DZ-M009 if there is no such cluster, or its workers cannot do the work.
    """
    if executor.startswith(DASK):
        return _on_dask(tasks, work, executor.removeprefix(DASK))
    if executor:
        raise DuzhengError(Fault("DZ-M009", found=repr(executor), expected=f"{DASK}HOST:PORT, or nothing"))
    return _in_processes(tasks, work, min(jobs, len(tasks)))


def _in_processes(tasks: Sequence[Task], work: Work, jobs: int) -> Generator[Outcome]:
    """Make memos in worker processes; one that dies or hangs takes its own memo with it and no other."""
    # Workers are spawned, not forked: what renders hangs in the fork of a process that has rendered.
    from pebble import ProcessExpired, ProcessPool

    from analysis.memos.kernels import warm_kernels

    limit = _CELLS * work.timeout
    with warm_kernels() as warm:
        pool = ProcessPool(jobs, context=multiprocessing.get_context("spawn"), initializer=_obey_parent)
        try:
            waiting: dict[Future[Outcome], Task] = {
                pool.schedule(make_memo, (task, work, warm), timeout=limit): task for task in tasks
            }
            for future in as_completed(waiting):
                try:
                    outcome = future.result()
                except TimeoutError:
                    outcome = _lost(waiting[future], f"it took more than {limit} seconds and was ended")
                except ProcessExpired as error:
                    outcome = _lost(waiting[future], f"its worker died (exit code {error.exitcode})")
                yield outcome
            pool.close()  # type: ignore[no-untyped-call]  # the workers end by themselves, and clear what is theirs
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise
        finally:
            pool.join()


def _lost(task: Task, fault: str) -> Outcome:
    return Outcome(task, fault=fault, told=fault)


def _obey_parent() -> None:
    """Leave an interrupt to the process that started this worker, and end when that process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _on_dask(tasks: Sequence[Task], work: Work, address: str) -> Generator[Outcome]:
    """Make memos on a cluster, whose workers see the workspace under the same path and have the same code."""
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise DuzhengError(
            Fault("DZ-M009", found="no package `distributed`", expected="the extra `dask`",
                  hint="pip install 'duzheng[dask]'")
        ) from error  # fmt: skip
    try:
        client = Client(address, set_as_default=False, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise DuzhengError(
            Fault("DZ-M009", found=f"no scheduler at {address!r} ({error})", expected="the address of one")
        ) from error
    with client:
        _hold_workers(client.run(partial(_seen, str(work.aside)), on_error="return"))
        waiting = {
            client.submit(make_memo, task, work, None, key=f"memo-{number}-{task.name}", pure=False): task
            for number, task in enumerate(tasks)
        }
        for future in as_completed(waiting, loop=client.loop):  # type: ignore[no-untyped-call]
            try:
                yield future.result()
            except (Exception, CancelledError) as error:  # noqa: BLE001  of whatever a worker died
                yield _lost(waiting[future], f"its worker died ({type(error).__name__})")


def _seen(folder: str) -> dict[str, Any]:
    """Say what a worker has: whether it sees a folder, and with what it would make memos."""
    return {"folder": Path(folder).is_dir(), "tools": digest([code(), versions(), fonts()])}


def _hold_workers(found: dict[str, Any]) -> None:
    """Refuse a cluster of which a worker cannot do the work."""
    here = digest([code(), versions(), fonts()])
    faults = [] if found else [Fault("DZ-M009", found="a cluster without workers", expected="one at least")]
    for worker, seen in sorted(found.items()):
        if isinstance(seen, Exception):
            faults.append(Fault("DZ-M009", found=f"{worker}: {seen}", expected="a worker that has duzheng installed"))
        elif not seen["folder"]:
            faults.append(Fault("DZ-M009", found=f"{worker} does not see the workspace",
                                expected="a shared folder, under the same path as here"))  # fmt: skip
        elif seen["tools"] != here:
            faults.append(Fault("DZ-M009", found=f"{worker} has other code, packages or fonts",
                                expected="the same as here"))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
