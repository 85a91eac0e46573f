"""`duzheng memo`: compare two runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.memo import app
from analysis.messages import Language

__all__ = ["app"]


class As(StrEnum):
    """How a comparison is written."""

    text = "text"
    json = "json"
    csv = "csv"


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="RUN1", help="A release, or the tables of a run that were kept.")],
    after: Annotated[Path, typer.Argument(metavar="RUN2", help="The other one.")],
    units: Annotated[str, typer.Option(help="Codes of units (surveys, topics), by commas. [default: all]")] = "",
    language: Annotated[Language, typer.Option(help="Of the sentences.")] = "en",
    written: Annotated[As, typer.Option("--format", help="How it is written.")] = As.text,
    *,
    internal: Annotated[bool, typer.Option("--internal", help="Compare what may not be said as well.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List every number, and every sentence that differs.")] = False,
) -> None:
    """Compare two runs: which numbers, verdicts and sentences changed, in which memos, and by what cause.

    RUN is a folder such as reports/2026, reports/run_tables-2026 or data/releases/2026/first.

    Exit code 0 if nothing differs, 3 if anything does, 1 if a folder is no run, 2 for wrong usage.
    """
    from analysis.memos.compare import compare as compare_runs
    from analysis.memos.comparison.report import as_csv, as_text

    found = compare_runs(before, after, internal=internal)
    named = [part for part in (each.strip() for each in units.split(",")) if part]
    if named:
        found = found.only(named)
    match written:
        case As.json:
            text = found.to_json()
        case As.csv:
            text = as_csv(found, language)
        case As.text:
            text = as_text(found, language, every=every) + "\n"
    typer.echo(text, nl=False)
    if not found.same:
        raise typer.Exit(3)
