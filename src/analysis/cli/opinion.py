"""`duzheng opinion`: what the office tells a unit after an inspection, its reply, and what is asked of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import (
    AsJson,
    By,
    Demo,
    Due,
    Evaluator,
    Note,
    On,
    Public,
    Restricted,
    day_of,
    here,
    limit_of,
    parts_of,
    texts_of,
)

app = typer.Typer(help="Opinions after inspections: draft them, hear the unit, issue them.", no_args_is_help=True,
                  rich_markup_mode=None)  # fmt: skip
Inspection = Annotated[str, typer.Argument(metavar="INSPECTION", help="The id of the inspection.")]
Unit = Annotated[str, typer.Argument(help="Id of the unit.")]


class State(StrEnum):
    """What an opinion comes into."""

    drafted = "drafted"
    preliminary = "preliminary"
    approved = "approved"
    issued = "issued"
    published = "published"
    withdrawn = "withdrawn"


class Outcome(StrEnum):
    """What is decided of a reply."""

    accepted = "accepted"
    partly = "partly"
    rejected = "rejected"


@app.command()
def draft(
    inspection: Inspection, unit: Unit, by: By, on: On = "", evaluator: Evaluator = "", *,
    figures: Annotated[bool, typer.Option(help="Also draft what published figures say.")] = True, demo: Demo = False,
) -> None:  # fmt: skip
    """Draft an opinion from what was found and what the figures say; people go on in its file."""
    from analysis.supervision import opinions

    workspace, tables = here(demo=demo), None
    if figures:
        from analysis.findings.stage_one import run_tables

        tables = run_tables(workspace, synthetic=demo)
    found = opinions.draft(workspace, inspection=inspection, unit=unit, on=day_of(on), by=by, tables=tables,
                           evaluator=evaluator, synthetic=demo)  # fmt: skip
    typer.echo(f"{len(found.achievements)} achievements, {len(found.problems)} problems, "
               f"{len(found.requests)} requests")  # fmt: skip


@app.command()
def step(
    inspection: Inspection, unit: Unit, state: Annotated[State, typer.Argument(help="What it comes into.")], by: By,
    on: On = "", due: Due = "",
    number: Annotated[str, typer.Option(help="Of one that is issued, its number as a document.")] = "",
    note: Note = "", evaluator: Evaluator = "", *, demo: Demo = False,
) -> None:  # fmt: skip
    """Take a step: drafted (by hand), preliminary (told to the unit), approved, issued, published, withdrawn."""
    from analysis.supervision import opinions

    opinions.step(here(demo=demo), state.value, inspection=inspection, unit=unit, on=day_of(on), by=by,
                  due=limit_of(due), number=number, note=texts_of(note), evaluator=evaluator,
                  synthetic=demo)  # fmt: skip
    typer.echo(f"{unit}: {state.value}")


@app.command()
def reply(
    inspection: Inspection, unit: Unit, text: Annotated[str, typer.Argument(help="What it says, in Chinese.")], by: By,
    text_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    problems: Annotated[str, typer.Option(help="Ids of the problems that it is about, by commas.")] = "", on: On = "",
    evaluator: Evaluator = "", *, demo: Demo = False,
) -> None:  # fmt: skip
    """Enter the unit's reply to the preliminary opinion; its id is printed."""
    from analysis.supervision import opinions

    name = opinions.reply(here(demo=demo), texts_of(text, text_en) or {"zh-Hans": ""}, inspection=inspection,
                          unit=unit, on=day_of(on), by=by, problems=parts_of(problems), evaluator=evaluator,
                          synthetic=demo)  # fmt: skip
    typer.echo(name)


@app.command()
def decide(
    inspection: Inspection, unit: Unit, name: Annotated[str, typer.Argument(metavar="REPLY", help="Id of the reply.")],
    outcome: Annotated[Outcome, typer.Argument(help="What is decided.")],
    reasons: Annotated[str, typer.Argument(help="Why, in Chinese.")], by: By,
    reasons_en: Annotated[str, typer.Option(help="The same in English.")] = "", on: On = "", evaluator: Evaluator = "",
    *, demo: Demo = False,
) -> None:  # fmt: skip
    """Enter what was decided of a reply; what is accepted, people change in the opinion, and enter a new draft."""
    from analysis.supervision import opinions

    opinions.decide(here(demo=demo), name, outcome.value, texts_of(reasons, reasons_en) or {"zh-Hans": ""},
                    inspection=inspection, unit=unit, on=day_of(on), by=by, evaluator=evaluator,
                    synthetic=demo)  # fmt: skip
    typer.echo(f"{name}: {outcome.value}")


@app.command("list")
def list_opinions(
    evaluator: Evaluator = "", year: Annotated[int | None, typer.Option(help="Only those of a year.")] = None,
    on: On = "", *, public: Public = False, restricted: Restricted = False, demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """List the opinions, and where each stands on a day."""
    from analysis.supervision import opinions

    found = opinions.opinions(here(demo=demo), day=day_of(on), year=year, evaluator=evaluator, synthetic=demo,
                              public=public, restricted=restricted)  # fmt: skip
    names = ("inspection", "unit", "number", "state", "since", "due", "achievements", "problems", "requests", "replies",
             "open")  # fmt: skip
    told(found, {each: each for each in names}, as_json=as_json)
