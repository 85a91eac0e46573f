"""`duzheng plan`: the plan of a year, and how far it is."""

from __future__ import annotations

from enum import StrEnum
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
    Year,
    day_of,
    here,
    opened,
    parts_of,
    texts_of,
    year_of,
)

app = typer.Typer(
    help="The plan of a year: draft it, add to it, follow it.", no_args_is_help=True, rich_markup_mode=None
)


class Kind(StrEnum):
    """What is planned beside self-evaluations, which the draft has."""

    special = "special"
    comprehensive = "comprehensive"
    re_inspection = "re_inspection"
    monitoring = "monitoring"
    survey = "survey"
    report = "report"
    publication = "publication"


class State(StrEnum):
    """What an entry of a plan comes to."""

    begun = "begun"
    done = "done"
    dropped = "dropped"


@app.command()
def draft(by: By, evaluator: Evaluator = "", year: Year = None, on: On = "", *, demo: Demo = False) -> None:
    """Write what every year asks for into the ledger; `plan add` adds comprehensive and special evaluations."""
    from analysis.supervision import plans

    workspace = here(demo=demo)
    plan = plans.draft(
        workspace, year=year_of(workspace, year), on=day_of(on), by=by, evaluator=evaluator, synthetic=demo
    )
    typer.echo(f"plan of {plan.evaluator} for {plan.year}: {len(plan.entries)} entries")


@app.command()
def add(
    entry: Annotated[str, typer.Argument(help="The id of the entry, once in the plan.")],
    kind: Annotated[Kind, typer.Option(help="How somebody is evaluated, or what else is planned.")],
    title: Annotated[str, typer.Option(help="What it is called, in Chinese.")],
    begins: Annotated[str, typer.Option(help="The first day, as 2026-05-10.")],
    ends: Annotated[str, typer.Option(help="The last day.")],
    owner: Annotated[str, typer.Option(help="Who does it, in Chinese.")],
    title_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    owner_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    units: Annotated[str, typer.Option(help="Ids of those who are evaluated, by commas.")] = "",
    unit_kind: Annotated[str, typer.Option(help="Or all of a kind right below the evaluator, as district.")] = "",
    basis: Annotated[str, typer.Option(help="What asks for it, in Chinese.")] = "",
    basis_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    access: Annotated[Class, typer.Option(help="Who may read it: not public if it is not announced.")] = Class.public,
    evaluator: Evaluator = "",
    year: Year = None,
    *,
    demo: Demo = False,
) -> None:
    """Add an entry to the plan of a year."""
    from analysis.supervision import plans

    workspace, of = opened(year, demo=demo)
    plans.add(workspace, entry, year=of, kind=kind.value, title=texts_of(title, title_en) or {"zh-Hans": ""},
              begins=day_of(begins, "--begins"), ends=day_of(ends, "--ends"),
              owner=texts_of(owner, owner_en) or {"zh-Hans": ""}, units=parts_of(units), unit_kind=unit_kind,
              basis=texts_of(basis, basis_en), access=access.value, evaluator=evaluator, synthetic=demo)  # fmt: skip
    typer.echo(f"{entry}: planned")


@app.command()
def show(
    evaluator: Evaluator = "", year: Year = None, on: On = "", *, public: Public = False,
    restricted: Restricted = False, demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Show how far the plan is on a day."""
    from analysis.supervision import plans

    workspace = here(demo=demo)
    found = plans.progress(workspace, year=year_of(workspace, year), day=day_of(on), evaluator=evaluator,
                           synthetic=demo, public=public, restricted=restricted)  # fmt: skip
    names = ("entry", "kind", "units", "handed_in", "done", "begins", "ends", "state", "access", "title_zh", "units_zh")
    heads = {name: name.removesuffix("_zh").replace("_", " ") for name in names} | {"units_zh": "of whom"}
    told(found, heads, as_json=as_json)


@app.command()
def step(
    entry: Annotated[str, typer.Argument(help="The id of an entry of the plan.")],
    state: Annotated[State, typer.Argument(help="What it is now.")],
    by: By,
    evaluator: Evaluator = "",
    year: Year = None,
    on: On = "",
    note: Note = "",
    *,
    demo: Demo = False,
) -> None:
    """Enter that an entry of the plan was begun, done or dropped."""
    from analysis.supervision import plans

    workspace = here(demo=demo)
    plans.step(workspace, state.value, entry=entry, year=year_of(workspace, year), on=day_of(on), by=by,
               evaluator=evaluator, note=texts_of(note), synthetic=demo)  # fmt: skip
    typer.echo(f"{entry}: {state.value}")
