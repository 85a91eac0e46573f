"""`duzheng due`: what is due from whom, as a list and as a calendar."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import AsJson, Demo, Evaluator, On, Public, Restricted, day_of, here
from analysis.messages import Language

app = typer.Typer(help="What is due from whom: list it, put it into a calendar.", no_args_is_help=True,
                  rich_markup_mode=None)  # fmt: skip
Within = Annotated[int | None, typer.Option(min=0, help="Only what is due in so many days, or overdue.")]
OfUnit = Annotated[str, typer.Option("--unit", help="Only what is due from a unit or department, or about it.")]


@app.command("list")
def list_due(
    evaluator: Evaluator = "",
    on: On = "",
    within: Within = None,
    unit: OfUnit = "",
    *,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    public: Public = False,
    restricted: Restricted = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """List what is due by date, from all books of the ledger; what is overdue has days below zero."""
    from analysis.supervision.due import due

    found = due(here(demo=demo), day=day_of(on), within=within, unit=unit, overdue=overdue, evaluator=evaluator,
                synthetic=demo, public=public, restricted=restricted)  # fmt: skip
    heads = {"date": "date", "days": "days", "what": "what", "who_zh": "who", "text_zh": "text", "state": "state",
             "book": "book", "ref": "ref", "access": "access"}  # fmt: skip
    told(found, heads, as_json=as_json)


@app.command()
def calendar(
    out: Annotated[Path, typer.Option(help="The file, .ics; an earlier one is replaced.")],
    evaluator: Evaluator = "",
    on: On = "",
    within: Within = None,
    unit: OfUnit = "",
    language: Annotated[Language, typer.Option(help="In which its events are said.")] = "zh-Hans",
    *,
    public: Public = False,
    restricted: Restricted = False,
    demo: Demo = False,
) -> None:
    """Write what is due as iCalendar, which calendar programs read; events keep their identity when a date moves."""
    from analysis.supervision.calendar import write_calendar

    events = write_calendar(here(demo=demo), out, day=day_of(on), within=within, unit=unit, evaluator=evaluator,
                            synthetic=demo, public=public, restricted=restricted, language=language)  # fmt: skip
    typer.echo(f"{out}: {events} events")
