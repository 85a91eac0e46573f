"""A batch of memos: what has changed is built, a failed one does not stop the others, nothing finished is lost."""

from __future__ import annotations

import os
import shutil
import string
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from copy import deepcopy
from pathlib import Path

from analysis.findings import RunTables
from analysis.findings.layout import FOLDER
from analysis.memos.disk import writing
from analysis.memos.execute import CELL_TIMEOUT
from analysis.memos.executors import outcomes
from analysis.memos.lock import alone
from analysis.memos.manifest import Manifest
from analysis.memos.memo import Outcome, Task, Work
from analysis.memos.plan import Plan
from analysis.memos.provenance import digest
from analysis.memos.rebuild import made_of, reasons, templates_of
from analysis.memos.release import finish
from analysis.memos.tables import Reader, family_of, folder_of, key_of_run, reports, state_in
from analysis.messages import DuzhengError, Fault

_ASIDE = ".building"
#: Where the logs of memos lie: apart from what may be passed on.
LOGS = "logs"


def build(
    planned: Plan,
    *,
    jobs: int = 2,
    executor: str = "",
    timeout: int = CELL_TIMEOUT,
    afresh: bool = False,
    tell: Callable[[Outcome], None] = lambda _: None,
    explain: Callable[[Task, Sequence[str]], None] = lambda *_: None,
) -> list[Outcome]:
    """Build the memos of a plan that are not there as they would be built.

    Each memo is made aside and moved into place when it is whole, and the manifest is brought up to date with it. The
    manifest and the site describe all memos of the folder, those of earlier batches too, and say which of them were
    made from an earlier state of the inputs.

    Parameters
    ----------
    planned
        The plan.
    jobs
        Number of worker processes.
    executor
        Where memos are made (:func:`analysis.memos.executors.outcomes`).
    timeout
        Seconds after which a cell of a notebook counts as hanging.
    afresh
        Whether memos are built that are there, too.
    tell
        Called with each outcome as it comes.
    explain
        Called with each memo and why it is built; with no reason if it stays.

    Returns
    -------
    list of Outcome
        In the order of the plan; a memo that was there is ``kept``.

    Raises
    ------
    DuzhengError
        DZ-M007 if another batch is at it, DZ-M008 if the disk is full, DZ-M009 for a cluster.
    """
    reference = planned.tables.reference
    with alone(planned.workspace, reference.year, synthetic=reference.synthetic):
        _hold_tables(planned)
        with writing(planned.workspace.root):
            return _built(planned, jobs, executor, timeout, afresh, tell, explain)


def explained(planned: Plan) -> dict[Task, list[str]]:
    """Say of each memo of a plan why it would be built, without building it; nothing of one that would stay."""
    manifest = Manifest.open(planned.folder)
    manifest.content |= {"state": planned.digest}
    manifest.content["states"][planned.digest] = dict(planned.state)
    parts = parts_of(planned, planned.tasks)
    return {task: reasons(manifest, task, parts[task], planned.formats) for task in planned.tasks}


def parts_of(planned: Plan, tasks: Sequence[Task]) -> dict[Task, dict[str, str]]:
    """Give what memos of a plan are made of (:func:`analysis.memos.rebuild.made_of`)."""
    characters, templates = font_characters(planned), templates_of(planned.workspace.root)
    reader = Reader(planned.tables)
    found = {}
    for task in sorted(tasks, key=lambda each: (family_of(planned.tables, each.parameters.unit), each.parameters.unit)):
        read = reader.read(task.parameters.unit, task.parameters.audience)
        found[task] = made_of(read, task, planned.state, templates, characters)
    return found


def _built(
    planned: Plan, jobs: int, executor: str, timeout: int, afresh: bool,  # noqa: FBT001  as build has it
    tell: Callable[[Outcome], None], explain: Callable[[Task, Sequence[str]], None],
) -> list[Outcome]:  # fmt: skip
    folder = planned.folder
    reference = planned.tables.reference
    manifest = Manifest.open(folder)
    before = deepcopy(manifest.content)
    manifest.begin(
        planned.state, planned.digest, year=reference.year, audience=planned.audience, synthetic=reference.synthetic,
        day=planned.workspace.day.isoformat() if planned.workspace.day else "", of=dict(planned.of),
        subjects={name: dict(each) for name, each in planned.subjects.items()},
        titles={name: dict(each) for name, each in planned.titles.items()},
        templates=templates_of(planned.workspace.root),
    )  # fmt: skip
    there = [task for task in planned.others if manifest.entry(task).get("key")]
    parts = parts_of(planned, [*planned.tasks, *there])
    for task in there:
        if manifest.entry(task)["key"] == digest(parts[task]):
            manifest.keep(task)
    done: dict[Task, Outcome] = {}
    for task in planned.tasks:
        why = ["everything is"] if afresh else reasons(manifest, task, parts[task], planned.formats)
        explain(task, why)
        if not why:
            manifest.keep(task)
            entry = manifest.entry(task)
            done[task] = Outcome(task, entry["files"], entry["numbers"], kept=True)
            tell(done[task])
    for left in folder.glob(f"{_ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
    aside = folder / f"{_ASIDE}-{os.getpid()}"  # a worker that was lost in another batch writes into that one's
    try:
        waiting = [task for task in planned.tasks if task not in done]
        with closing(_made(planned, waiting, aside, jobs, executor, timeout)) as coming:
            for outcome in coming:
                if not outcome.fault:
                    _publish(aside, folder, outcome.task)
                manifest.record(outcome, parts[outcome.task])
                done[outcome.task] = outcome
                tell(outcome)
        manifest.leave_behind(planned.workspace.root / FOLDER, planned.workspace.settings.languages)
        manifest.leave_out()
        finish(planned, manifest)
    except BaseException:
        if "state" in before and all(outcome.kept for outcome in done.values()):
            manifest.content = before  # nothing was built: the release is what it was
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        manifest.write()
    return [done[task] for task in planned.tasks]


def _made(
    planned: Plan, tasks: Sequence[Task], aside: Path, jobs: int, executor: str, timeout: int
) -> Generator[Outcome]:
    """Make memos aside, and give each outcome when it is there."""
    from analysis.documents import subset_css

    if not tasks:
        return
    aside.mkdir(parents=True)
    fonts = aside / "fonts.css" if "html" in planned.formats else None
    if fonts:
        fonts.write_text(subset_css(font_characters(planned)), encoding="utf-8")
    logs = reports(planned.workspace, synthetic=planned.tables.reference.synthetic) / LOGS / planned.folder.name
    work = Work(planned.formats, aside, logs, fonts, timeout)
    with closing(outcomes(tasks, work, jobs=jobs, executor=executor)) as coming:
        yield from coming


def _hold_tables(planned: Plan) -> None:
    """Refuse a plan whose tables another batch has made anew since (DZ-M007)."""
    reference = planned.tables.reference
    folder = folder_of(planned.workspace, reference.year, synthetic=reference.synthetic)
    key = key_of_run(planned.state, year=reference.year, synthetic=reference.synthetic)
    if state_in(folder).get("key") != key:
        raise DuzhengError(
            Fault("DZ-M007", file=folder.name, found="tables that another batch has made since",
                  expected="those of this batch", hint="start it again")
        )  # fmt: skip


def font_characters(planned: Plan) -> str:
    """Give every character that a memo of the workspace may show: those of the run's tables, of messages, of pages.

    It does not depend on what a batch happens to build, so that a page has the same bytes in every batch of a run.
    """
    from analysis.documents import characters_of
    from analysis.findings import catalogues

    root = planned.workspace.root
    said = [text for catalogue in catalogues().values() for text in catalogue.values()]
    templates = [root / path for path in templates_of(root) if path.endswith((".ipynb", ".yaml"))]
    said += [*_texts_of(planned.tables), *(path.read_text(encoding="utf-8") for path in templates)]
    found = {*string.printable, *characters_of([]), *"".join(said)} - {*string.whitespace}
    return "".join(sorted(found)) + " "


def _texts_of(tables: RunTables) -> Generator[str]:
    yield tables.reference.written()
    for frame in tables.tables.values():
        for name in frame.select_dtypes(include=["str", "object"]):
            yield from (str(each) for each in frame[name].dropna().unique())


def _publish(aside: Path, folder: Path, task: Task) -> None:
    """Move a memo's files into place, each whole."""
    place = folder / task.place
    place.mkdir(parents=True, exist_ok=True)
    for path in sorted((aside / task.name).iterdir()):
        path.replace(place / path.name)
