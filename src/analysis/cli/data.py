"""`duzheng data`: check figures against their contracts, and list what there is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Figures: check them, list the indicators.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Files of figures, CSV or Excel. [default: the workspace's]"),
    ] = None,
) -> None:
    """Check the workspace's files, or new files of figures beside them, against their contracts; list every fault.

    Exit code 0 if all hold, 1 if there are faults.
    """
    from analysis.indicators.balance.items import check_with_items
    from analysis.workspace import Workspace, read_observations
    from analysis.workspace.observations import FOLDER
    from analysis.workspace.tables import relative_name, table_files

    workspace = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", "."))
    notices = (*workspace.notices, *check_with_items(workspace))
    figures, indicators, units = len(workspace.observations), len(workspace.catalogue), len(workspace.units.frame)
    checked = f"{figures:,} figures, {indicators} indicators, {units} units"
    if files:
        given = {path.resolve() for path in files}
        paths = [*(path for path in table_files(workspace.root / FOLDER) if path not in given), *sorted(given)]
        parts = (workspace.units, workspace.catalogue, workspace.sources)
        frame, notices = read_observations(workspace.root, *parts, paths)
        names = {relative_name(path, workspace.root) for path in given}
        new = int(frame["file"].isin(names).sum())
        checked = f"new files hold {new:,} figure{'s' if new != 1 else ''}"
    for notice in notices:
        typer.echo(f"notice: {notice}", err=True)
    typer.echo(f"{checked}: no fault")


@app.command("list")
def list_indicators(
    topic: Annotated[str, typer.Option(help="Only those of a topic.")] = "",
) -> None:
    """List the indicators: code, kind, measure, name, and the years that have figures."""
    from analysis.workspace import Workspace

    workspace = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", "."))
    years = workspace.observations.groupby("indicator")["year"].agg(["min", "max"])
    for code, indicator in workspace.catalogue.items():
        if topic and indicator.topic != topic:
            continue
        absent = "computed" if indicator.kind == "ratio" else "no figures"
        span = "{}-{}".format(*years.loc[code]) if code in years.index else absent
        typer.echo("\t".join([code, indicator.kind, indicator.measure["zh-Hans"], indicator.name["zh-Hans"], span]))


@app.command()
def demo() -> None:
    """Make the simulated schools of data/demo/schools: their sums are the real figures, every row says "simulated"."""
    from analysis.indicators.simulation import write_schools
    from analysis.workspace import Workspace

    workspace = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", "."))
    for path in write_schools(workspace):
        typer.echo(path.relative_to(workspace.root).as_posix())
