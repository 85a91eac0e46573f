"""`duzheng memo`: build the memos of units."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from analysis.memos import Outcome

Choice = TypeVar("Choice", bound=str)

app = typer.Typer(help="Memos of units: build them.", no_args_is_help=True, rich_markup_mode=None)


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
    template: Annotated[str, typer.Option(help="A notebook in notebooks/memos, without .ipynb.")] = "district_memo",
    units: Annotated[str, typer.Option(help="Codes of units (surveys, topics), by commas. [default: all]")] = "",
    language: Annotated[str, typer.Option(help="zh-Hans, en, or both. [default: those of the workspace]")] = "",
    formats: Annotated[str, typer.Option("--format", help="html, pdf, docx, separated by commas. [default: all]")] = "",
    year: Annotated[int | None, typer.Option(help="Last year of the figures used. [default: the workspace's]")] = None,
    internal: Annotated[bool, typer.Option("--internal", help="List what may not be said, with the reasons.")] = False,  # noqa: FBT002
    demo: Annotated[bool, typer.Option("--demo", help="With simulated waves, schools and ledgers.")] = False,  # noqa: FBT002
    jobs: Annotated[int | None, typer.Option(min=1, help="Worker processes. [default: the number of cores]")] = None,
) -> None:
    """Build memos into reports/TEMPLATE-YEAR: all units, both languages, all formats, unless told otherwise.

    First what depends on all units is computed, once; then each memo is made of its own part of that.

    Exit code 0 if all were built, 1 if one failed (the others are there), 2 for wrong usage.
    """
    from analysis.memos import FORMATS
    from analysis.messages import LANGUAGES

    languages = _one_of(LANGUAGES, language, "--language")
    chosen = _one_of(FORMATS, formats, "--format") or FORMATS

    from analysis.cli.progress import Progress
    from analysis.memos import build as build_memos
    from analysis.memos import plan
    from analysis.memos.run import measured
    from analysis.workspace import Workspace

    workspace = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", "."))
    planned = plan(
        workspace,
        template=template,
        units=_listed(units) or None,
        languages=languages or None,
        formats=chosen,
        year=year,
        audience="internal" if internal else "public",
        synthetic=demo,
    )
    workers = jobs or os.cpu_count() or 1
    with Progress(len(planned.memos), f"{template} {planned.tables.reference.year}") as progress, measured() as run:
        outcomes = build_memos(planned, jobs=workers, tell=progress.advance)
    run.write(planned.folder, outcomes, jobs=workers)
    failed = [outcome for outcome in outcomes if outcome.fault]
    for outcome in failed:
        typer.echo(f"failed: {_name(outcome)}: {outcome.fault}", err=True)
    for outcome in outcomes:
        if outcome.replaced:
            from analysis.documents import shown_characters

            listed = ", ".join(shown_characters(outcome.replaced))
            typer.echo(f"{_name(outcome)}: replaced or taken out: {listed}", err=True)
    files = sum(len([name for name in outcome.files if name.endswith(tuple(chosen))]) for outcome in outcomes)
    typer.echo(
        f"{len(outcomes) - len(failed)} of {len(outcomes)} memos, {files} documents in "
        f"{planned.folder.relative_to(workspace.root)} ({run.seconds:.0f} s, peak memory {run.peak_mib:.0f} MiB)"
    )
    if failed:
        raise typer.Exit(1)


def _name(outcome: Outcome) -> str:
    return f"{outcome.parameters.subject} {outcome.parameters.language}"
