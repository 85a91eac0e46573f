"""A batch of memos: units × languages in worker processes; a failed one does not stop the others."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import string
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from analysis.memos.index import write_index
from analysis.memos.manifest import Manifest, state_of
from analysis.memos.memo import FORMATS, Format, Outcome, make_memo
from analysis.memos.parameters import MemoParameters, check_template, read_parameters
from analysis.messages import DuzhengError, Fault, Language
from analysis.workspace import Workspace

TEMPLATES = "notebooks/memos"


@dataclass(frozen=True)
class Plan:
    """What a batch will build.

    Parameters
    ----------
    workspace
        The workspace.
    template
        The notebook.
    memos
        The parameters of each memo.
    formats
        The formats of each.
    folder
        Where they go: ``reports/<template>-<year>``.
    """

    workspace: Workspace
    template: Path
    memos: tuple[MemoParameters, ...]
    formats: tuple[Format, ...]
    folder: Path


def plan(
    workspace: Workspace,
    *,
    template: str = "district_memo",
    units: Sequence[str] | None = None,
    languages: Sequence[Language] | None = None,
    formats: Sequence[Format] = FORMATS,
    year: int | None = None,
) -> Plan:
    """Decide what to build, and refuse everything that cannot be before a kernel starts.

    Parameters
    ----------
    workspace
        The workspace; its data are read and checked whole.
    template
        Name of a notebook in `notebooks/memos`, without suffix.
    units
        Ids of the units; by default all of the workspace's kind on its boundaries.
    languages, formats
        By default all of the workspace.
    year
        The last year of the figures used; by default the workspace's year of evaluation.

    Raises
    ------
    DuzhengError
        With the faults of the data (DZ-T…, DZ-U…, DZ-I…), of the template (DZ-M002), of the parameters (DZ-M001), or
        DZ-M004 if nothing is left to build.
    """
    workspace.check()
    settings = workspace.settings
    notebook = workspace.root / TEMPLATES / f"{template}.ipynb"
    if Path(template).name != template:
        raise DuzhengError(Fault("DZ-M002", found=repr(template), expected="the name of a notebook, not a path"))
    check_template(notebook)
    existing = [str(unit) for unit in workspace.units.at(settings.boundaries, settings.unit_kind).index]
    unknown = [
        Fault(
            "DZ-U001",
            found=repr(unit),
            expected=f"one of {', '.join(existing)}",
            hint=workspace.units.explain(unit, settings.boundaries) if workspace.units.known(unit) else "",
        )
        for unit in units or ()
        if unit not in existing
    ]
    if unknown:
        raise DuzhengError(*unknown)
    chosen = list(dict.fromkeys(units)) if units else existing
    last = settings.year if year is None else year
    memos = tuple(
        read_parameters({"unit": unit, "year": last, "language": language, "boundaries": settings.boundaries})
        for unit in chosen
        for language in languages or settings.languages
    )
    if not memos or not formats:
        raise DuzhengError(
            Fault(
                "DZ-M004",
                found="no memo to build",
                expected=f"units of kind {settings.unit_kind!r}",
                hint="look at unit_kind and boundaries in workspace.yaml",
            )
        )
    return Plan(workspace, notebook, memos, tuple(formats), workspace.root / "reports" / f"{template}-{last}")


def build(planned: Plan, *, jobs: int = 2, tell: Callable[[Outcome], None] = lambda _: None) -> list[Outcome]:
    """Build the memos of a plan.

    Each memo is made aside and moved into place when it is whole, and the manifest is brought up to date with it. The
    manifest and the index describe all memos of the folder, those of earlier batches too, and say which of them were
    made from an earlier state of the inputs.

    Parameters
    ----------
    planned
        The plan.
    jobs
        Number of worker processes.
    tell
        Called with each outcome as it comes.

    Returns
    -------
    list of Outcome
        In the order of the plan.
    """
    from analysis.documents import subset_css

    folder = planned.folder
    aside = folder / ".building"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    state = state_of(planned.workspace, planned.template)
    manifest = Manifest.open(folder, planned.template.stem, planned.memos[0].year, state)
    css = subset_css(font_characters(planned)) if "html" in planned.formats else ""
    outcomes: dict[MemoParameters, Outcome] = {}
    try:
        with closing(_as_they_come(planned, css, aside, jobs)) as coming:
            for outcome in coming:
                if not outcome.fault:
                    _publish(aside, folder, outcome.parameters)
                manifest.record(outcome)
                outcomes[outcome.parameters] = outcome
                tell(outcome)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        write_index(planned.workspace, folder, manifest.content)
    return [outcomes[parameters] for parameters in planned.memos]


def font_characters(planned: Plan) -> str:
    """Give every character that a memo of the workspace may show: those of its inputs, of the messages, of the pages.

    It does not depend on what a run happens to build, so that a page has the same bytes in every run.
    """
    from analysis.documents import characters_of
    from analysis.findings import catalogues

    paths = [planned.workspace.root / path for path in planned.workspace.inputs()]
    read = [path.read_bytes().decode("utf-8", errors="ignore") for path in (*paths, planned.template)]
    said = [text for catalogue in catalogues().values() for text in catalogue.values()]
    found = {*string.printable, *characters_of([]), *"".join(read), *"".join(said)} - {*string.whitespace}
    return "".join(sorted(found)) + " "


def _as_they_come(planned: Plan, css: str, aside: Path, jobs: int) -> Generator[Outcome]:
    """Make the memos of a plan in worker processes, and give each outcome when it is there."""
    # Workers are spawned, not forked: what renders hangs in the fork of a process that has rendered.
    workers = min(jobs, len(planned.memos))
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_obey_parent)
    try:
        waiting = {
            pool.submit(make_memo, planned.template, parameters, planned.formats, css, aside): parameters
            for parameters in planned.memos
        }
        for future in as_completed(waiting):
            error = future.exception()
            yield future.result() if error is None else Outcome(waiting[future], fault=f"the worker died: {error}")
    except BaseException:
        for worker in multiprocessing.active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _obey_parent() -> None:
    """Leave an interrupt to the process that started this worker, and end when that process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _publish(aside: Path, folder: Path, parameters: MemoParameters) -> None:
    """Move a memo's files into place, each whole."""
    place = folder / parameters.unit
    place.mkdir(exist_ok=True)
    for path in sorted((aside / parameters.stem).iterdir()):
        path.replace(place / path.name)
