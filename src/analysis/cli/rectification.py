"""`duzheng rectification`: what has to be put right, where it stands, and what is overdue."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import (
    DIFFERENT,
    AsJson,
    By,
    Demo,
    Due,
    Evaluator,
    On,
    Unit,
    Units,
    day_of,
    here,
    limit_of,
    parts_of,
    texts_of,
)

app = typer.Typer(help="Rectification: open items, follow them to their closing, see what is overdue.",
                  no_args_is_help=True, rich_markup_mode=None)  # fmt: skip


class State(StrEnum):
    """What an item comes into."""

    fed_back = "fed_back"
    plan_accepted = "plan_accepted"
    in_work = "in_work"
    reported = "reported"
    re_inspected = "re_inspected"
    closed = "closed"
    returned = "returned"


@app.command("open")
def open_from(
    inspection: Annotated[str, typer.Argument(metavar="INSPECTION", help="The id of the inspection.")], unit: Unit,
    on: On = "", evaluator: Evaluator = "", *, demo: Demo = False,
) -> None:  # fmt: skip
    """Open an item for each problem of an opinion that was issued; its ids are printed."""
    from analysis.supervision import rectification

    for name in rectification.open_from(here(demo=demo), inspection=inspection, unit=unit, on=day_of(on),
                                        evaluator=evaluator, synthetic=demo):  # fmt: skip
        typer.echo(name)


@app.command()
def step(
    unit: Unit, item: Annotated[str, typer.Argument(help="Id of the item.")],
    state: Annotated[State, typer.Argument(help="What it comes into.")], by: By, on: On = "", due: Due = "",
    note: Annotated[str, typer.Option(help="What was seen, or why it is returned, in Chinese.")] = "",
    note_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    paper: Annotated[
        list[Path] | None, typer.Option(help="A file that goes with it; its hash is kept. Repeatable.")
    ] = None,
    evaluator: Evaluator = "", *, demo: Demo = False,
) -> None:  # fmt: skip
    """Take a step of an item; reports and re-inspections have papers, returns and closings a note."""
    from analysis.supervision import rectification

    rectification.step(here(demo=demo), state.value, unit=unit, item=item, on=day_of(on), by=by, due=limit_of(due),
                       note=texts_of(note, note_en), papers=paper or (), evaluator=evaluator,
                       synthetic=demo)  # fmt: skip
    typer.echo(f"{unit}/{item}: {state.value}")


@app.command("list")
def list_items(
    units: Units = "", evaluator: Evaluator = "", on: On = "", *,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue, and what is proposed.")] = False,
    demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """List the items, whose turn it is and by when; with --overdue, exit code 3 if any is."""
    from analysis.supervision import rectification

    found = rectification.standing(here(demo=demo), day=day_of(on), units=parts_of(units), evaluator=evaluator,
                                   synthetic=demo)  # fmt: skip
    found = found[found["overdue"]] if overdue else found
    names = ("unit", "item", "state", "since", "due", "returns", "turn", "next_due", "days", "overdue", "proposed",
             "problem_zh")  # fmt: skip
    told(found, {each: each.removesuffix("_zh").replace("_", " ") for each in names}, as_json=as_json)
    if overdue and len(found):
        raise typer.Exit(DIFFERENT)


@app.command()
def moved(
    unit: Annotated[str, typer.Option(help="Only the items of a unit.")] = "",
    item: Annotated[str, typer.Option(help="Only the items of an id.")] = "",
    on: On = "", evaluator: Evaluator = "", *, demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Say of each item's figures whether they moved, further than they would have come back by themselves.

    Each is held to units of a like baseline that did not have to put the same right. Why a number moved is not said.
    """
    from analysis.supervision.movement import as_shown, movement

    found = movement(here(demo=demo), day=day_of(on), unit=unit, item=item, evaluator=evaluator, synthetic=demo)
    heads = {"unit": "unit", "item": "item", "subject_zh": "figure", "then_year": "year", "then": "then",
             "now_year": "year", "now": "now", "expected_lower": "expected from", "expected_upper": "to",
             "placed_en": "rank", "p_adjusted": "p", "verdict": "verdict", "reason": "reason"}  # fmt: skip
    told(found if as_json else as_shown(found), heads, as_json=as_json)
