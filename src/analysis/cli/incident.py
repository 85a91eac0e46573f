"""`duzheng incident`: safety incidents, from the report to their closing."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import (
    AsJson,
    Class,
    Demo,
    Evaluator,
    Note,
    On,
    Public,
    Restricted,
    day_of,
    here,
    parts_of,
    texts_of,
)

app = typer.Typer(help="Safety incidents: enter them, close them, list them.", no_args_is_help=True,
                  rich_markup_mode=None)  # fmt: skip


class Kind(StrEnum):
    """What it was, or where."""

    campus = "campus"
    traffic = "traffic"
    food = "food"
    health = "health"
    building = "building"
    mass = "mass"
    other = "other"


class Grade(StrEnum):
    """What its report says, from the least."""

    ordinary = "ordinary"
    large = "large"
    major = "major"
    grave = "grave"


class Reliability(StrEnum):
    """How far its source can be relied on."""

    own = "A"
    copy = "B"
    hearsay = "C"


Deaths = Annotated[int | None, typer.Option(min=0, help="How many died. [default: not known]")]
Injured = Annotated[int | None, typer.Option(min=0, help="How many were injured. [default: not known]")]


@app.command()
def enter(
    kind: Annotated[Kind, typer.Argument(help="What it was, or where.")],
    unit: Annotated[str, typer.Option(help="Id of the unit where it happened.")],
    date: Annotated[str, typer.Option(help="When it happened, as 2026-03-05.")],
    grade: Annotated[Grade, typer.Option(help="What its report says, from the least.")],
    statement: Annotated[str, typer.Option(help="What happened, in Chinese.")],
    source: Annotated[str, typer.Option(help="Who says it, in Chinese.")],
    reliability: Annotated[Reliability, typer.Option(help="A by own records, B a copy or a summary, C hearsay.")],
    statement_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    source_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    deaths: Deaths = None,
    injured: Injured = None,
    on: On = "",
    note: Note = "",
    access: Annotated[Class, typer.Option(help="Who may read it.")] = Class.internal,
    evaluator: Evaluator = "",
    *,
    demo: Demo = False,
) -> None:
    """Enter an incident as it is reported; its id is printed."""
    from analysis.supervision import incidents

    name = incidents.enter(
        here(demo=demo), kind.value, unit=unit, date=day_of(date, "--date"), on=day_of(on), grade=grade.value,
        statement=texts_of(statement, statement_en) or {"zh-Hans": ""},
        source=texts_of(source, source_en) or {"zh-Hans": ""}, reliability=reliability.value, deaths=deaths,
        injured=injured, note=note, access=access.value, evaluator=evaluator, synthetic=demo,
    )  # fmt: skip
    typer.echo(name)


@app.command()
def close(
    name: Annotated[str, typer.Argument(metavar="ID", help="The id of an incident.")],
    on: On = "",
    deaths: Deaths = None,
    injured: Injured = None,
    evaluator: Evaluator = "",
    *,
    demo: Demo = False,
) -> None:
    """Enter that an incident was dealt with, and how many died or were injured where that was not known."""
    from analysis.supervision import incidents

    incidents.close(here(demo=demo), name, on=day_of(on), deaths=deaths, injured=injured, evaluator=evaluator,
                    synthetic=demo)  # fmt: skip
    typer.echo(f"{name}: closed")


@app.command("list")
def list_incidents(
    evaluator: Evaluator = "",
    year: Annotated[int | None, typer.Option(help="Only those of a year.")] = None,
    on: On = "",
    units: Annotated[str, typer.Option("--units", help="Only those in units, ids by commas.")] = "",
    *,
    public: Public = False,
    restricted: Restricted = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """List the incidents up to a day, and which of them are closed."""
    from analysis.supervision import incidents

    found = incidents.incidents(here(demo=demo), day=day_of(on), year=year, units=parts_of(units),
                                evaluator=evaluator, synthetic=demo, public=public, restricted=restricted)  # fmt: skip
    heads = {"id": "id", "date": "date", "unit": "unit", "name_zh": "name", "kind": "kind", "grade": "grade",
             "deaths": "deaths", "injured": "injured", "state": "state", "reliability": "reliability",
             "access": "access", "statement_zh": "statement"}  # fmt: skip
    told(found, heads, as_json=as_json)
