"""The command line. One file a command group: it parses, calls and prints; no logic."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from analysis import __version__
from analysis.cli import (  # noqa: F401  some add commands
    answers,
    balance,
    compare,
    data,
    decision,
    delivery,
    due,
    duty,
    evidence,
    fieldwork,
    forms,
    incident,
    init,
    inspection,
    measure,
    memo,
    opinion,
    plan,
    rectification,
    results,
    selfeval,
    selfreport,
    server,
    survey,
)
from analysis.cli import round as round_

#: Exit codes.
DONE, FAILED, USAGE, DIFFERENT = 0, 1, 2, 3
#: Errors that say, where they name no file, that something was asked for that there is not.
ASKED_WRONGLY = frozenset({"DZ-W001", "DZ-W004", "DZ-M001", "DZ-M002", "DZ-S002", "DZ-U001", "DZ-Q006", "DZ-Q007"})

app = typer.Typer(
    name="duzheng",
    help="A research workbench for evaluating how governments fulfil their duties in education.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(memo.app, name="memo")
app.add_typer(data.app, name="data")
app.add_typer(balance.app, name="balance")
app.add_typer(survey.app, name="survey")
app.command("init")(init.init)
app.add_typer(selfeval.app, name="selfeval")
app.add_typer(duty.app, name="duty")
app.add_typer(plan.app, name="plan")
app.add_typer(evidence.app, name="evidence")
app.add_typer(delivery.app, name="delivery")
app.add_typer(decision.app, name="decision")
app.add_typer(selfreport.app, name="selfreport")
app.add_typer(inspection.app, name="inspection")
app.add_typer(opinion.app, name="opinion")
app.add_typer(rectification.app, name="rectification")
app.add_typer(round_.app, name="round")
app.add_typer(measure.app, name="measure")
app.add_typer(incident.app, name="incident")
app.add_typer(results.app, name="results")
app.add_typer(due.app, name="due")


def _version(asked: bool) -> None:  # noqa: FBT001  the form that typer calls
    if asked:
        typer.echo(f"duzheng {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", help="A folder of the workspace.", envvar="DUZHENG_WORKSPACE")
    ] = Path(),
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails.")] = False,
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    os.environ["DUZHENG_WORKSPACE"] = str(workspace)
    os.environ["DUZHENG_DEBUG"] = "1" if debug else ""


def main() -> None:
    """Run the command line; an error that a user can mend is printed without a traceback."""
    from analysis.messages import DuzhengError

    try:
        app()
    except DuzhengError as error:
        if os.environ.get("DUZHENG_DEBUG"):
            raise
        typer.echo(str(error), err=True)
        sys.exit(USAGE if all(fault.code in ASKED_WRONGLY and not fault.file for fault in error.faults) else FAILED)
    except Exception as error:
        if os.environ.get("DUZHENG_DEBUG"):
            raise
        typer.echo(
            f"internal error: {type(error).__name__}: {error}\nrun the command again with --debug and report it",
            err=True,
        )
        sys.exit(FAILED)
