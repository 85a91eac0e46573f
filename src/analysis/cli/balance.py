"""`duzheng balance`: hold schools to a rule on balanced development."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from analysis.messages import Language

app = typer.Typer(help="Balanced development: hold schools to a rule.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Keep `check` a command of its own."""


@app.command()
def check(
    schools: Annotated[
        Path | None, typer.Argument(help="A school table, CSV or Excel. [default: the workspace's data/schools]")
    ] = None,
    rule: Annotated[str, typer.Option(help="A rule set of data/rules, such as high_quality_balance.")] = (
        "high_quality_balance"
    ),
    year: Annotated[int | None, typer.Option(help="Year of the table. [default: the newest]")] = None,
    unit: Annotated[str, typer.Option(help="Code or name of one unit. [default: all of the table]")] = "",
    items: Annotated[
        Path | None, typer.Option(help="A table of items, CSV or Excel. [default: the workspace's data/items]")
    ] = None,
    language: Annotated[Language | None, typer.Option(help="Of the texts. [default: the workspace's first]")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON; docs/balance.md names its keys.")] = False,
) -> None:
    """Compute coefficients of variation, judge schools and units by a rule, and say why.

    Exit code 0 for any verdict, 1 if a table is wrong (every fault is listed, nothing is judged), 2 for wrong usage.
    """
    from analysis.indicators.balance import report
    from analysis.indicators.balance.evaluation import balance
    from analysis.indicators.balance.standard import read_standard
    from analysis.workspace import Workspace
    from analysis.workspace.schools import read_schools

    workspace = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", "."))
    read_standard(workspace, rule)  # what is asked for wrongly is told before what is wrong in tables
    table = read_schools(workspace.root, workspace.units, None if schools is None else [schools])
    for notice in table.attrs["notices"]:
        typer.echo(f"notice: {notice}", err=True)
    newest = int(table["year"].max()) if len(table) else None
    found = balance(
        workspace, table if len(table) else None, rule=rule, year=year if year is not None else newest,
        unit=unit or None, items=items, language=language,
    )  # fmt: skip
    typer.echo(report.as_json(found) if as_json else report.as_text(found))
