"""`duzheng memo`: build the memos of units."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from analysis.cli.office import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.memos import Outcome, Plan, Task
    from analysis.memos.run import Run
    from analysis.workspace import Workspace

#: Exit code for what is not as it was.
DIFFERENT = 3
Choice = TypeVar("Choice", bound=str)

app = typer.Typer(help="Memos of units: build, check, compare them.", no_args_is_help=True, rich_markup_mode=None)


def _listed(text: str) -> list[str]:
    return [part for part in (each.strip() for each in text.split(",")) if part]


def _one_of(allowed: tuple[Choice, ...], text: str, option: str) -> list[Choice]:
    known: dict[str, Choice] = {str(each): each for each in allowed}
    unknown = [each for each in _listed(text) if each not in known]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: expected {', '.join(allowed)}", param_hint=option)
    return [known[each] for each in _listed(text)]


@app.command()
def build(
    template: Annotated[
        str, typer.Option(help="Notebooks in notebooks/memos, without .ipynb, by commas; or all.")
    ] = "district_memo",
    units: Annotated[str, typer.Option(help="Codes of units (surveys, topics), by commas. [default: all]")] = "",
    language: Annotated[str, typer.Option(help="zh-Hans, en, or both. [default: those of the workspace]")] = "",
    formats: Annotated[str, typer.Option("--format", help="html, pdf, docx, separated by commas. [default: all]")] = "",
    year: Annotated[int | None, typer.Option(help="Last year of the figures used. [default: the workspace's]")] = None,
    on: Annotated[
        str, typer.Option(help="The day that documents are dated by, as 2026-03-31. [default: that of workspace.yaml]")
    ] = "",
    internal: Annotated[bool, typer.Option("--internal", help="List what may not be said, with the reasons.")] = False,  # noqa: FBT002
    demo: Annotated[bool, typer.Option("--demo", help="With simulated waves, schools and ledgers.")] = False,  # noqa: FBT002
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes. [default: the number of cores]")] = None,
    executor: Annotated[str, typer.Option(help="dask://HOST:PORT for a cluster. [default: processes here]")] = "",
    timeout: Annotated[
        int, typer.Option(min=1, help="Seconds that a cell may take; a memo three times so long.")
    ] = 300,
    afresh: Annotated[bool, typer.Option("--afresh", help="Build those that are there, too.")] = False,  # noqa: FBT002
    explain: Annotated[bool, typer.Option("--explain", help="Say of each memo why it is built.")] = False,  # noqa: FBT002
    dry: Annotated[bool, typer.Option("--dry-run", help="Say what would be built and why; build no memo.")] = False,  # noqa: FBT002
) -> None:
    """Build memos into reports/YEAR, with --on into reports/YEAR-on-DAY: all units, both languages, all formats.

    First what depends on all units is computed, once; then each memo is made of its own part of that. What is there
    as it would be built stays; a batch that was ended goes on.

    Exit code 0 if all are there, 1 if one failed (the others are there), 2 for wrong usage.
    """
    from analysis.memos import FORMATS
    from analysis.memos.executors import DASK
    from analysis.messages import LANGUAGES
    from analysis.workspace import Workspace

    workspace = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", "."), day_of(on) if on else None)
    order: dict[str, Any] = {
        "templates": _templates(workspace, template, internal=internal),
        "units": _listed(units),
        "languages": _one_of(LANGUAGES, language, "--language") or list(workspace.settings.languages),
        "formats": _one_of(FORMATS, formats, "--format") or list(FORMATS),
        "year": workspace.settings.year if year is None else year,
        "audience": "internal" if internal else "public",
        "synthetic": demo,
    }

    if executor and not executor.startswith(DASK):
        raise typer.BadParameter(f"{executor}: expected {DASK}HOST:PORT", param_hint="--executor")

    from analysis.memos.rebuild import settled

    if not (afresh or dry) and (there := settled(workspace, **order)):
        typer.echo(f"{there} of {there} memos are as they would be built: nothing to do")
        return

    from analysis.memos import build as build_memos
    from analysis.memos import explained, plan

    planned = plan(workspace, **order)
    if dry:
        for task, why in explained(planned).items():
            _explain(task, why)
        return

    from analysis.cli.progress import Progress
    from analysis.memos.disk import writing
    from analysis.memos.run import measured

    workers = jobs or os.cpu_count() or 1
    with Progress(len(planned.tasks), f"memos {planned.tables.reference.year}") as progress, measured() as run:
        outcomes = build_memos(
            planned, jobs=workers, executor=executor, timeout=timeout, afresh=afresh,
            tell=progress.advance, explain=_explain if explain else lambda *_: None,
        )  # fmt: skip
    with writing(workspace.root):
        run.write(planned.folder, outcomes, jobs=workers)
    _report(planned, outcomes, run)


def _templates(workspace: Workspace, text: str, *, internal: bool) -> list[str]:
    if not _listed(text):
        raise typer.BadParameter("expected the name of a notebook", param_hint="--template")
    if _listed(text) != ["all"]:
        return _listed(text)
    from analysis.findings.layout import FOLDER, audience_of

    found = sorted((workspace.root / FOLDER).glob("*.ipynb"))
    return [path.stem for path in found if internal or audience_of(path.with_suffix(".yaml")) != "internal"]


def _explain(task: Task, why: Sequence[str]) -> None:
    typer.echo(f"{task.name}: {'; '.join(why) or 'stays'}")


def _report(planned: Plan, outcomes: Sequence[Outcome], run: Run) -> None:
    failed = [outcome for outcome in outcomes if outcome.fault]
    for outcome in failed:
        typer.echo(f"failed: {outcome.task.name}: {outcome.fault}", err=True)
    for outcome in outcomes:
        if outcome.replaced:
            from analysis.documents import shown_characters

            listed = ", ".join(shown_characters(outcome.replaced))
            typer.echo(f"{outcome.task.name}: replaced or taken out: {listed}", err=True)
    kept = sum(outcome.kept for outcome in outcomes)
    files = sum(len([name for name in each.files if name.endswith(planned.formats)]) for each in outcomes)
    typer.echo(
        f"{len(outcomes) - len(failed)} of {len(outcomes)} memos{f' ({kept} were there)' if kept else ''}, "
        f"{files} documents in {planned.folder.relative_to(planned.workspace.root)} "
        f"({run.seconds:.0f} s, peak memory {run.peak_mib:.0f} MiB)"
    )
    from analysis.memos.manifest import Manifest

    earlier = list(Manifest.open(planned.folder).earlier())
    if earlier:
        typer.echo(
            f"{len(earlier)} other memos there are from earlier inputs: build them too before the folder is passed on",
            err=True,
        )
    if failed:
        where = planned.folder.parent.relative_to(planned.workspace.root) / "logs" / planned.folder.name
        typer.echo(f"what each did is in {where}", err=True)
        raise typer.Exit(1)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="The folder of a release, such as reports/2026.")],
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build it again from nothing, too, and compare.")] = False,  # noqa: FBT002
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes. [default: the number of cores]")] = None,
) -> None:
    """Check that a release is as it was built: every file, none missing, none added; no network is asked.

    With --rebuild the workspace must be as it was: it says what is not, or which files come out otherwise.

    Exit code 0 if all is as it was, 3 if something is not, 1 if the folder is no release.
    """
    from analysis.memos.verify import rebuilt
    from analysis.memos.verify import verify as verify_release

    found = verify_release(folder)
    for note in found.notes:
        typer.echo(note, err=True)
    faults = list(found.faults)
    if rebuild:
        from analysis.workspace import Workspace

        workspace = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", "."))
        faults += rebuilt(workspace, folder, jobs=jobs or os.cpu_count() or 1)
    if faults:
        typer.echo("\n".join(str(fault) for fault in faults))
        raise typer.Exit(DIFFERENT)
    again = ", and built again from nothing to the byte" if rebuild else ""
    if rebuild and found.notes:
        again += ", but for the memos named above and the site, which tells of them"
    typer.echo(f"{found.files} files as they were built{again}\nSHA-256 of the manifest: {found.digest}")


@app.command()
def watch(
    unit: Annotated[str, typer.Argument(help="Code of a unit, survey or topic.")],
    template: Annotated[str, typer.Option(help="A notebook in notebooks/memos, without .ipynb.")] = "district_memo",
    language: Annotated[str, typer.Option(help="zh-Hans or en. [default: the workspace's first]")] = "",
    formats: Annotated[str, typer.Option("--format", help="html, pdf, docx, separated by commas.")] = "html",
    demo: Annotated[bool, typer.Option("--demo", help="With simulated waves, schools and ledgers.")] = False,  # noqa: FBT002
) -> None:
    """Build one memo into reports/watch, and again whenever its template or an input is saved, until interrupted."""
    from analysis.memos import FORMATS
    from analysis.memos.watch import watch as watch_memo
    from analysis.messages import LANGUAGES, DuzhengError
    from analysis.workspace import Workspace

    workspace = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", "."))
    languages = _one_of(LANGUAGES, language, "--language") or list(workspace.settings.languages)

    def tell(found: Outcome | DuzhengError, folder: Path) -> None:
        if isinstance(found, DuzhengError) or found.fault:
            typer.echo(str(found) if isinstance(found, DuzhengError) else found.fault, err=True)
        else:
            place = (folder / found.task.name).relative_to(workspace.root)
            typer.echo(f"built in {found.seconds:.1f} s: {', '.join(str(place / each) for each in found.files)}")

    typer.echo("watching; Ctrl-C ends it", err=True)
    watch_memo(
        workspace, template=template, unit=unit, language=languages[0],
        formats=_one_of(FORMATS, formats, "--format"), synthetic=demo, tell=tell,
    )  # fmt: skip
