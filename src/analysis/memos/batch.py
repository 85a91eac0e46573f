"""A batch of memos: units × languages in worker processes; a failed one does not stop the others."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import string
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from analysis.findings import Audience, RunTables
from analysis.findings.layout import FOLDER, Layout, Subjects, layout_path, read_layout
from analysis.findings.reference import Reference
from analysis.memos.index import write_index
from analysis.memos.manifest import Manifest, code_state, key_of, state_of
from analysis.memos.memo import FORMATS, Format, Outcome, make_memo
from analysis.memos.parameters import MemoParameters, check_template, declared_parameters, read_parameters
from analysis.memos.tables import folder_of, reports, run_of
from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts
from analysis.workspace import Workspace

#: The years that figures can be of.
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Plan:
    """What a batch will build.

    Parameters
    ----------
    workspace
        The workspace.
    template, layout
        The notebook, and the order of its sections.
    tables
        The tables of the run: stage one is done.
    memos
        The parameters of each memo.
    formats
        The formats of each.
    folder
        Where they go: ``reports/<template>-<year>``; simulated ones into ``reports/demo``.
    names
        What the subjects of the memos are called.
    """

    workspace: Workspace
    template: Path
    layout: Layout
    tables: RunTables
    memos: tuple[MemoParameters, ...]
    formats: tuple[Format, ...]
    folder: Path
    names: Mapping[str, Texts]


def plan(
    workspace: Workspace,
    *,
    template: str = "district_memo",
    units: Sequence[str] | None = None,
    languages: Sequence[Language] | None = None,
    formats: Sequence[Format] = FORMATS,
    year: int | None = None,
    audience: Audience = "public",
    synthetic: bool = False,
) -> Plan:
    """Decide what to build, and refuse everything that cannot be before a kernel starts.

    Stage one is done here, unless an earlier batch of the same state has done it.

    Parameters
    ----------
    workspace
        The workspace; its data are read and checked whole.
    template
        Name of a notebook in `notebooks/memos`, without suffix.
    units
        Ids of the units, or of the surveys or topics that the template is made for; by default all.
    languages, formats
        By default all of the workspace.
    year
        The last year of the figures used; by default the workspace's year of evaluation.
    audience
        ``public`` or ``internal``.
    synthetic
        Whether simulated waves, schools and ledgers are used.

    Raises
    ------
    DuzhengError
        With the faults of the data (DZ-T…, DZ-U…, DZ-I…), of the template (DZ-M002), of its layout (DZ-M006), of the
        parameters (DZ-M001), or DZ-M004 if nothing is left to build.
    """
    workspace.check()
    notebook = workspace.root / FOLDER / f"{template}.ipynb"
    if Path(template).name != template:
        raise DuzhengError(Fault("DZ-M002", found=repr(template), expected="the name of a notebook, not a path"))
    declared_parameters(notebook)
    layout = read_layout(layout_path(workspace.root, template))
    check_template(notebook, layout.of)
    settings, kind = workspace.settings, layout.of
    if kind == "unit":
        hold_units(workspace, units or ())
    last = settings.year if year is None else year
    if not FIRST_YEAR <= last <= LAST_YEAR:
        expected = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
        raise DuzhengError(Fault("DZ-M001", column="year", found=str(last), expected=expected))
    run = run_of(workspace, year=last, synthetic=synthetic, state=code_state())
    names = subjects(run, kind)
    _hold_subjects(names, units or (), kind)
    marked = "" if audience == "public" else f"-{audience}"
    folder = reports(workspace, synthetic=synthetic) / f"{template}-{last}{marked}"
    place = folder_of(workspace, last, synthetic=synthetic).relative_to(workspace.root).as_posix()
    chosen = list(dict.fromkeys(units)) if units else list(names)
    memos = tuple(
        read_parameters({"run": place, "language": language, "audience": audience, **_subject(subject, kind, run)})
        for subject in chosen
        for language in languages or settings.languages
    )
    if not memos or not formats:
        raise DuzhengError(
            Fault(
                "DZ-M004",
                found="no memo to build",
                expected=f"a {kind} to build one of",
                hint="look at unit_kind and boundaries in workspace.yaml"
                if kind in {"unit", "whole"}
                else "the run has no collected answers; try `--demo` after `make demo`",
            )
        )
    return Plan(workspace, notebook, layout, run, memos, tuple(formats), folder, names)


def hold_units(workspace: Workspace, units: Sequence[str]) -> None:
    """Refuse ids of units that get no memo (DZ-U001)."""
    settings = workspace.settings
    existing = [str(unit) for unit in workspace.units.at(settings.boundaries, settings.unit_kind).index]
    unknown = [
        Fault(
            "DZ-U001",
            found=repr(unit),
            expected=f"one of {', '.join(existing)}",
            hint=workspace.units.explain(unit, settings.boundaries) if workspace.units.known(unit) else "",
        )
        for unit in units
        if unit not in existing
    ]
    if unknown:
        raise DuzhengError(*unknown)


def subjects(run: RunTables, kind: Subjects) -> dict[str, Texts]:
    """Give what memos can be made of, with its name in both languages."""
    reference = run.reference
    there = reference.units.at(reference.boundaries, reference.settings.unit_kind)
    if kind == "unit":
        return {str(unit): _name(reference, str(unit)) for unit in there.index}
    above = dict.fromkeys(parent for parent in there["parent"] if isinstance(parent, str))
    if kind == "whole":
        return {unit: _name(reference, unit) for unit in above}
    return run.names(kind) if above else {}


def _name(reference: Reference, unit: str) -> Texts:
    return {language: reference.units.name(unit, language) for language in LANGUAGES}


def _subject(subject: str, kind: Subjects, run: RunTables) -> dict[str, str]:
    """Give the parameters that say what a memo is about; a survey or topic is told of the unit above all."""
    if kind in {"unit", "whole"}:
        return {"unit": subject}
    return {"unit": next(iter(subjects(run, "whole"))), "about": subject}


def _hold_subjects(names: Mapping[str, Texts], wanted: Sequence[str], kind: Subjects) -> None:
    faults = [
        Fault("DZ-M004", found=repr(each), expected=f"a {kind}: {', '.join(names) or 'there is none'}")
        for each in wanted
        if each not in names
    ]
    if faults:
        raise DuzhengError(*faults)


def build(planned: Plan, *, jobs: int = 2, tell: Callable[[Outcome], None] = lambda _: None) -> list[Outcome]:
    """Build the memos of a plan.

    Each memo is made aside and moved into place when it is whole, and the
    manifest is brought up to date with it. The manifest and the index describe all memos of the folder, those of
    earlier batches too, and say which of them were made from an earlier state of the inputs.

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
    state = state_of(planned.workspace, planned.template, synthetic=planned.tables.reference.synthetic)
    manifest = Manifest.open(folder, planned.template.stem, planned.tables.reference.year, state)
    css = subset_css(font_characters(planned)) if "html" in planned.formats else ""
    outcomes: dict[MemoParameters, Outcome] = {}
    try:
        with closing(_as_they_come(planned, css, aside, jobs)) as coming:
            for outcome in coming:
                if not outcome.fault:
                    _publish(aside, folder, outcome.parameters)
                manifest.record(outcome, key_of(planned.tables, outcome.parameters, planned.template, state))
                outcomes[outcome.parameters] = outcome
                tell(outcome)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        write_index(planned.workspace.settings, folder, manifest.content, planned.names)
    return [outcomes[parameters] for parameters in planned.memos]


def font_characters(planned: Plan) -> str:
    """Give every character that a memo of the workspace may show: those of the run's tables, of messages, of pages.

    It does not depend on what a batch happens to build, so that a page has the same bytes in every batch of a run.
    """
    from analysis.documents import characters_of
    from analysis.findings import catalogues

    said = [text for catalogue in catalogues().values() for text in catalogue.values()]
    said += [*_texts_of(planned.tables), planned.template.read_text(encoding="utf-8"), planned.layout.model_dump_json()]
    found = {*string.printable, *characters_of([]), *"".join(said)} - {*string.whitespace}
    return "".join(sorted(found)) + " "


def _texts_of(tables: RunTables) -> Generator[str]:
    yield tables.reference.written()
    for frame in tables.tables.values():
        for name in frame.select_dtypes(include=["str", "object"]):
            yield from (str(each) for each in frame[name].dropna().unique())


def _as_they_come(planned: Plan, css: str, aside: Path, jobs: int) -> Generator[Outcome]:
    """Make the memos of a plan in worker processes, and give each outcome when it is there."""
    # Workers are spawned, not forked: what renders hangs in the fork of a process that has rendered.
    from analysis.memos.kernels import warm_kernels

    workers = min(jobs, len(planned.memos))
    with warm_kernels() as warm:
        yield from _in_workers(planned, css, aside, workers, warm)


def _in_workers(planned: Plan, css: str, aside: Path, workers: int, warm: str) -> Generator[Outcome]:
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_obey_parent)
    try:
        waiting = {
            pool.submit(
                make_memo, planned.template, planned.layout, parameters, planned.formats, css, aside, warm
            ): parameters
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
    place = folder / parameters.subject
    place.mkdir(exist_ok=True)
    for path in sorted((aside / parameters.stem).iterdir()):
        path.replace(place / path.name)
