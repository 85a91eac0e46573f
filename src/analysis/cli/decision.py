"""`duzheng decision`: the log of the committee's decisions."""

from __future__ import annotations

from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import (
    AsJson,
    Class,
    Demo,
    Due,
    Evaluator,
    On,
    Public,
    Restricted,
    day_of,
    here,
    limit_of,
    texts_of,
)

app = typer.Typer(
    help="The committee's decisions: enter them, follow them.", no_args_is_help=True, rich_markup_mode=None
)


@app.command()
def add(
    meeting: Annotated[str, typer.Option(help="Which meeting, in Chinese.")],
    decision: Annotated[str, typer.Option(help="What it decided, in Chinese.")],
    meeting_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    decision_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    evaluator: Evaluator = "",
    unit: Annotated[str, typer.Option(help="The unit that it is about.")] = "",
    duty: Annotated[str, typer.Option(help="The duty that it is about.")] = "",
    owner: Annotated[str, typer.Option(help="Who carries it out, in Chinese.")] = "",
    owner_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    due: Due = "",
    on: On = "",
    access: Annotated[Class, typer.Option(help="Who may read it.")] = Class.internal,
    *,
    demo: Demo = False,
) -> None:
    """Enter a decision; its id is printed."""
    from analysis.supervision import decisions

    name = decisions.decide(
        here(demo=demo), on=day_of(on), meeting=texts_of(meeting, meeting_en) or {"zh-Hans": ""},
        decision=texts_of(decision, decision_en) or {"zh-Hans": ""}, evaluator=evaluator, unit=unit, duty=duty,
        owner=texts_of(owner, owner_en), due=limit_of(due), access=access.value, synthetic=demo,
    )  # fmt: skip
    typer.echo(name)


@app.command("list")
def list_decisions(
    evaluator: Evaluator = "",
    year: Annotated[int | None, typer.Option(help="Only those of a year.")] = None,
    on: On = "",
    *,
    public: Public = False,
    restricted: Restricted = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """List the decisions, and where each stands on a day: open, done or overdue."""
    from analysis.supervision import decisions

    found = decisions.decisions(here(demo=demo), day=day_of(on), year=year, evaluator=evaluator, synthetic=demo,
                                public=public, restricted=restricted)  # fmt: skip
    heads = {"id": "id", "date": "date", "state": "state", "due": "due", "done": "done", "unit": "unit", "duty": "duty",
             "owner_zh": "owner", "access": "access", "decision_zh": "decision"}  # fmt: skip
    told(found, heads, as_json=as_json)


@app.command()
def done(
    name: Annotated[str, typer.Argument(metavar="ID", help="The id of the decision.")],
    on: On = "",
    evaluator: Evaluator = "",
    *,
    demo: Demo = False,
) -> None:
    """Enter that a decision was carried out."""
    from analysis.supervision import decisions

    decisions.done(here(demo=demo), name, on=day_of(on), evaluator=evaluator, synthetic=demo)
    typer.echo(f"{name}: done")
