"""Audits of `duzheng selfeval`: departments are asked about claims, answer, and are reminded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import AsJson, Demo, Due, Evaluator, On, Units, Year, day_of, limit_of, opened, parts_of
from analysis.cli.steps import at

Remind = Annotated[bool, typer.Option("--remind", help="Only those who are reminded on this day.")]


def ask(
    year: Year = None, on: On = "", evaluator: Evaluator = "", units: Units = "", due: Due = "",
    out: Annotated[Path | None, typer.Option(help="Folder for a table a department, to be answered.")] = None,
    *, demo: Demo = False,
) -> None:  # fmt: skip
    """Send each claim of what was accepted to the department that can audit it.

    They have as many days as the rule set office_year says, or until --due.
    """
    from analysis.supervision import audits

    workspace, of = opened(year, demo=demo)
    chosen = parts_of(units) or at(workspace, of, "checked", evaluator, day_of(on), demo=demo)
    frame = audits.ask(workspace, units=chosen, year=of, on=day_of(on), due=limit_of(due), evaluator=evaluator,
                       synthetic=demo)  # fmt: skip
    nobody = frame[frame["department"] == ""]
    counts = frame.loc[frame["department"] != "", "department"].value_counts().sort_index()
    typer.echo(", ".join(f"{department}: {n}" for department, n in counts.items()) or "nothing to ask")
    if len(nobody):
        typer.echo(f"nobody can audit {', '.join(nobody['unit'] + '/' + nobody['claim'])}", err=True)
    if out is not None:
        files = audits.tables_of(workspace, out, year=of, evaluator=evaluator, synthetic=demo)
        typer.echo(f"{len(files)} tables in {out}")


def answer(
    tables: Annotated[list[Path], typer.Argument(help="Tables that departments filled in.")], year: Year = None,
    on: On = "", evaluator: Evaluator = "", *, demo: Demo = False,
) -> None:  # fmt: skip
    """Enter what departments answered: all of it or nothing."""
    from analysis.supervision import audits

    workspace, of = opened(year, demo=demo)
    given = [row for path in tables for row in audits.answers_in(path)]
    entered = audits.answer(workspace, given, year=of, on=day_of(on), evaluator=evaluator, synthetic=demo)
    typer.echo(f"{entered} answers entered")


def standing(
    year: Year = None, on: On = "", evaluator: Evaluator = "", *, remind: Remind = False, demo: Demo = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Say what departments have not answered on a day, by when they have to, and who has to be reminded."""
    from analysis.supervision.standing import audits_standing

    workspace, of = opened(year, demo=demo)
    frame = audits_standing(workspace, year=of, day=day_of(on), evaluator=evaluator, synthetic=demo)
    names = ("unit", "name_zh", "asked", "answered", "unanswered", "due", "days", "overdue", "reminders")
    told(frame[frame["reminded"]] if remind else frame, {name: name for name in names}, as_json=as_json)
