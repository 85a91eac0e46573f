"""`duzheng init`: a new workspace, begun from another."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.starter import Start


class Template(StrEnum):
    """What the new workspace is for."""

    city = "city"
    district = "district"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where: a folder that is empty or not there.")],
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="WORKSPACE", help="The workspace that it begins from. [default: the one here]"),
    ] = None,
    template: Annotated[
        Template,
        typer.Option(help="city: a place of the same kind; district: a unit with its towns and departments."),
    ] = Template.city,
    unit: Annotated[str, typer.Option(metavar="CODE", help="Of a district: its code in data/units.csv.")] = "",
    units: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A table of units, as data/units.csv. [default: the source's]"),
    ] = None,
    year: Annotated[int | None, typer.Option(min=1900, max=2200, help="The year of evaluation.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the files, write nothing.")] = False,
) -> None:
    """Begin a new workspace from another: with its rules, catalogue, questionnaires, notebooks, and nothing private.

    Answers, sampling frames, ledgers, targets, releases, reports and simulated data are never taken. Without --units, a
    city is a copy with the public figures. Exit code 0 if it is there, 1 if the table of units has faults, 2 for wrong
    usage; then nothing is written.
    """
    from analysis.workspace.starter import hold_folder, start

    if (template is Template.district) != bool(unit):
        raise typer.BadParameter("--template district and --unit CODE belong together")
    begun_from = _source(source)
    hold_folder(folder, begun_from)
    begun = start(begun_from, template=template.value, unit=unit, table=units, year=year)
    if dry_run:
        begun.check()
        for name in begun.files:
            typer.echo(name)
        return
    begun.write(folder)
    name = begun.name.get("en") or begun.name["zh-Hans"]
    typer.echo(
        f"{folder}: the workspace of {name}, {len(begun.files)} files, {len(begun.place.memos_of)} units get memos"
    )
    for line in _next(folder, begun):
        typer.echo(line)


def _source(asked: Path | None) -> Workspace:
    """Give the workspace that is begun from, or say how to name one."""
    from analysis.messages import DuzhengError, Fault
    from analysis.workspace import Workspace

    start = asked or Path(os.environ.get("DUZHENG_WORKSPACE", "."))
    try:
        return Workspace.find(start)
    except DuzhengError as error:
        raise DuzhengError(
            Fault("DZ-W001", found=f"no workspace in {start.resolve()} or above",
                  expected="one whose rules, catalogue and questionnaires are taken over",
                  hint="name it with --from WORKSPACE, such as a copy of the repository of Duzheng")
        ) from error  # fmt: skip


def _next(folder: Path, begun: Start) -> tuple[str, str, str]:
    """Say what to do next."""
    units = begun.place.memos_of
    return (
        f"1. cd {folder} && git init  # README.md says what lies where",
        "2. look at workspace.yaml, and put figures into data/observations"
        if units
        else f"2. put the {begun.place.kind}s into data/units.csv, and their figures into data/observations",
        "3. duzheng data check && duzheng survey check && duzheng memo build",
    )
