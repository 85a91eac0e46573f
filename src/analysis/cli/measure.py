"""`duzheng measure`: what was done with units: incentive, interview, notice, accountability."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import (
    AsJson,
    By,
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

app = typer.Typer(help="Measures on units, with grounds, day and decider: enter them, list them.",
                  no_args_is_help=True, rich_markup_mode=None)  # fmt: skip


class Kind(StrEnum):
    """What was done with a unit."""

    incentive = "incentive"
    interview = "interview"
    notice = "notice"
    accountability = "accountability"


@app.command()
def take(
    measure: Annotated[Kind, typer.Argument(help="What was done.")],
    unit: Annotated[str, typer.Option(help="Id of the unit that it was done with.")],
    grounds: Annotated[str, typer.Option(help="Why, in Chinese.")],
    by: By,
    grounds_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    items: Annotated[str, typer.Option(help="Ids of items of rectification that it is about, by commas.")] = "",
    situation: Annotated[str, typer.Option(help="The situation that it was decided for.")] = "",
    document: Annotated[str, typer.Option(help="The number of the document; accountability needs one.")] = "",
    paper: Annotated[Path | None, typer.Option(help="A file whose SHA-256 is kept; it stays where it is.")] = None,
    on: On = "",
    note: Note = "",
    access: Annotated[Class, typer.Option(help="Who may read it.")] = Class.internal,
    evaluator: Evaluator = "",
    *,
    demo: Demo = False,
) -> None:
    """Enter a measure that people decided; its id is printed. No state of an item changes by it."""
    from analysis.supervision import measures

    name = measures.take(
        here(demo=demo), measure.value, unit=unit, on=day_of(on), by=by,
        grounds=texts_of(grounds, grounds_en) or {"zh-Hans": ""}, items=parts_of(items), situation=situation,
        document=document, paper=paper, note=note, access=access.value, evaluator=evaluator, synthetic=demo,
    )  # fmt: skip
    typer.echo(name)


@app.command("list")
def list_measures(
    evaluator: Evaluator = "",
    year: Annotated[int | None, typer.Option(help="Only those of a year.")] = None,
    on: On = "",
    units: Annotated[str, typer.Option("--units", help="Only those on units, ids by commas.")] = "",
    *,
    public: Public = False,
    restricted: Restricted = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """List the measures that were taken up to a day."""
    from analysis.supervision import measures

    found = measures.measures(here(demo=demo), day=day_of(on), year=year, units=parts_of(units), evaluator=evaluator,
                              synthetic=demo, public=public, restricted=restricted)  # fmt: skip
    heads = {"id": "id", "date": "date", "measure": "measure", "unit": "unit", "name_zh": "name", "items": "items",
             "situation": "situation", "by": "by", "document": "document", "access": "access",
             "grounds_zh": "grounds"}  # fmt: skip
    told(found, heads, as_json=as_json)
