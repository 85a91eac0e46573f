"""`duzheng round`: rounds of comprehensive inspections."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

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
    limit_of,
    parts_of,
    texts_of,
    year_of,
)

if TYPE_CHECKING:
    from analysis.supervision.round_planning import Planned
    from analysis.workspace import Workspace

app = typer.Typer(
    help="Rounds: when each unit has its comprehensive inspection, and why then.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip

Named = Annotated[str, typer.Option("--id", help="The id of the round. [default: the evaluator's newest]")]
UnitId = Annotated[str, typer.Argument(metavar="UNIT", help="Id of the unit.")]


class State(StrEnum):
    """What a visit comes to."""

    begun = "begun"
    done = "done"


@app.command()
def plan(
    by: By,
    name: Named = "",
    title: Annotated[str, typer.Option(help="What a new round is called, in Chinese.")] = "",
    title_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    first: Annotated[int | None, typer.Option(help="The first year of a new round.")] = None,
    last: Annotated[int | None, typer.Option(help="The last one. [default: as the rule has it]")] = None,
    batches: Annotated[int | None, typer.Option(help="Batches a year. [default: the most of the rule]")] = None,
    kind: Annotated[str, typer.Option(help="The kind of units right below. [default: the workspace's]")] = "",
    fixed: Annotated[
        str, typer.Option("--fix", help="Slots that people fix, as U7=2026-2,U8=2027-1; where closed, with --note.")
    ] = "",
    weights: Annotated[
        str, typer.Option("--weights", help="How much work visits are, as U7=3,U8=2; 1 for the others.")
    ] = "",
    evaluator: Evaluator = "",
    on: On = "",
    note: Note = "",
    *,
    again: Annotated[bool, typer.Option("--again", help="Plan a round again, with as few moves as can be.")] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only show what would be planned.")] = False,
    demo: Demo = False,
) -> None:
    """Plan a round, or plan it again: what is fixed, begun or done stays."""
    from analysis.supervision import rounds

    new = {"--title": title, "--first": first}
    if again and any([*new.values(), last, batches, kind]):
        raise typer.BadParameter("a round that is there keeps its title, kind, years and batches", param_hint="--again")
    lacking = [option for option, value in {"--id": name, **new}.items() if not value]
    if lacking and not again:
        raise typer.BadParameter("a new round needs it; --again is for one that is there", param_hint=lacking[0])
    workspace, day = here(demo=demo), day_of(on)
    weighed = {unit: _number(unit, value) for unit, value in _pairs(weights, "--weights").items()}
    slots = _pairs(fixed, "--fix")
    if again:
        found = rounds.plan_again(workspace, name, on=day, by=by, fixed=slots, weights=weighed, note=texts_of(note),
                                  evaluator=evaluator, synthetic=demo, dry=dry)  # fmt: skip
    else:
        found = rounds.plan(workspace, name, title=texts_of(title, title_en) or {"zh-Hans": ""}, first=first or 0,
                            last=last, on=day, by=by, unit_kind=kind, batches=batches, fixed=slots, weights=weighed,
                            note=texts_of(note), evaluator=evaluator, synthetic=demo, dry=dry)  # fmt: skip
    _told(workspace, found, on, dry=dry)


def _pairs(text: str, option: str) -> dict[str, str]:
    pairs = [each.partition("=") for each in parts_of(text)]
    if not all(unit and value for unit, _, value in pairs):
        raise typer.BadParameter(f"{text}: expected unit=value, by commas", param_hint=option)
    return {unit: value for unit, _, value in pairs}


def _number(unit: str, text: str) -> int:
    if not text.isdecimal():
        raise typer.BadParameter(f"{unit}={text}: expected a whole number", param_hint="--weights")
    return int(text)


def _told(workspace: Workspace, found: Planned, on: str, *, dry: bool) -> None:
    """Print a plan, what it moved, and what somebody must know."""
    from analysis.messages import pick
    from analysis.supervision import round_standing

    told(round_standing.standing(workspace, day=day_of(on), round_=found.round), _HEADS, as_json=False)
    for each in found.moved:
        typer.echo(f"moved: {each.unit}, {each.before or 'new'} -> {each.after or 'left the round'}")
    for notice in found.notices:
        typer.echo(f"notice: {pick(notice, 'en')}", err=True)
    typer.echo(f"{found.round.id}: {'nothing was written' if dry else 'planned'}")


_HEADS = {"unit": "unit", "name_zh": "name", "slot": "slot", "state": "state", "fixed": "fixed", "risk": "risk",
          "observers": "observers", "reasons": "reasons"}  # fmt: skip


@app.command()
def show(
    name: Named = "", evaluator: Evaluator = "", on: On = "", *,
    slots: Annotated[bool, typer.Option("--slots", help="By slot: how the work is spread.")] = False,
    public: Public = False, demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Show where the units of a round stand on a day."""
    from analysis.supervision import round_standing

    workspace, day = here(demo=demo), day_of(on)
    if slots:
        found = round_standing.slots(workspace, name, day=day, evaluator=evaluator, synthetic=demo)
        heads = {each: each for each in ("slot", "begins", "ends", "over", "visits", "work", "done")}
        told(found, heads, as_json=as_json)
        return
    found = round_standing.standing(workspace, name, day=day, evaluator=evaluator, synthetic=demo, public=public)
    heads = {head: said for head, said in _HEADS.items() if not public or head not in {"risk", "reasons"}}
    told(found, heads, as_json=as_json)


@app.command()
def fix(
    unit: UnitId,
    by: By,
    slot: Annotated[str, typer.Option(help="Its slot, as 2026-2. [default: where it stands]")] = "",
    observers: Annotated[str, typer.Option(help="Ids of units that observe it, by commas.")] = "",
    name: Named = "",
    evaluator: Evaluator = "",
    on: On = "",
    note: Note = "",
    *,
    demo: Demo = False,
) -> None:
    """Fix the slot of a unit: a plan that is made again does not move it. Where it is closed, --note says why."""
    from analysis.supervision import rounds

    found = rounds.fix(here(demo=demo), unit, on=day_of(on), by=by, slot=slot, name=name, note=texts_of(note),
                       observers=parts_of(observers), evaluator=evaluator, synthetic=demo)  # fmt: skip
    typer.echo(f"{unit}: fixed in {found.slot}; `duzheng round plan --again` levels the work and fills up observers")


@app.command()
def release(
    unit: UnitId, by: By, name: Named = "", evaluator: Evaluator = "", on: On = "", note: Note = "", *,
    demo: Demo = False,
) -> None:  # fmt: skip
    """Release a unit whose slot was fixed."""
    from analysis.supervision import rounds

    rounds.release(here(demo=demo), unit, on=day_of(on), by=by, name=name, note=texts_of(note), evaluator=evaluator,
                   synthetic=demo)  # fmt: skip
    typer.echo(f"{unit}: released")


@app.command()
def step(
    unit: UnitId,
    state: Annotated[State, typer.Argument(help="What the visit is now.")],
    by: By,
    inspection: Annotated[str, typer.Option(help="Id of the inspection, where the ledger has it.")] = "",
    name: Named = "",
    evaluator: Evaluator = "",
    on: On = "",
    note: Note = "",
    *,
    demo: Demo = False,
) -> None:
    """Enter that the visit to a unit was begun or done."""
    from analysis.supervision import rounds

    rounds.step(here(demo=demo), state.value, unit=unit, on=day_of(on), by=by, inspection=inspection, name=name,
                note=texts_of(note), evaluator=evaluator, synthetic=demo)  # fmt: skip
    typer.echo(f"{unit}: {state.value}")


@app.command()
def explain(
    unit: UnitId, name: Named = "", evaluator: Evaluator = "", on: On = "", *, restricted: Restricted = False,
    demo: Demo = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Explain why a unit stands in its slot, and what each other slot would cost."""
    from analysis.supervision import round_standing

    found = round_standing.explain(here(demo=demo), unit, name, day=day_of(on), evaluator=evaluator, synthetic=demo,
                                   restricted=restricted)  # fmt: skip
    heads = {"slot": "slot", "own": "own", "open": "open", "uneven": "uneven", "late": "late", "delay": "delay",
             "moves": "moves", "text_en": "why, or at what cost"}  # fmt: skip
    told(found, heads, as_json=as_json)


@app.command()
def risk(name: Named = "", evaluator: Evaluator = "", on: On = "", *, demo: Demo = False, as_json: AsJson = False
) -> None:  # fmt: skip
    """Count what raises the risk of the units of a round on a day."""
    from analysis.supervision import risk as weighing
    from analysis.supervision.rounds import round_of

    workspace = here(demo=demo)
    units = [each.unit for each in round_of(workspace, name, evaluator=evaluator, synthetic=demo).placements]
    found = weighing.risks(workspace, units, day=day_of(on), evaluator=evaluator, synthetic=demo)
    heads = {"unit": "unit", "name_zh": "name", **{each: each.replace("_", " ") for each in weighing.COUNTED}}
    told(found, heads | {"risk": "risk"}, as_json=as_json)


@app.command()
def schedule(
    name: Named = "",
    slot: Annotated[str, typer.Option(help="Only the visits of one slot, as 2026-2.")] = "",
    begins: Annotated[str, typer.Option(help="Their first day. [default: that of their slot]")] = "",
    ends: Annotated[str, typer.Option(help="Their last day. [default: that of their slot]")] = "",
    owner: Annotated[str, typer.Option(help="Who does it, in Chinese. [default: the office]")] = "",
    owner_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    access: Annotated[Class, typer.Option(help="Who may read the entries.")] = Class.public,
    evaluator: Evaluator = "",
    year: Year = None,
    *,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """Put the visits of a year into the plan of the year; what stands there stays, what is stale is named."""
    from analysis.supervision import round_schedule

    workspace = here(demo=demo)
    found = round_schedule.schedule(
        workspace, year_of(workspace, year), name=name, slot=slot, begins=limit_of(begins, "--begins"),
        ends=limit_of(ends, "--ends"), owner=texts_of(owner, owner_en), access=access.value, evaluator=evaluator,
        synthetic=demo,
    )  # fmt: skip
    told(found, {each: each for each in round_schedule.COLUMNS}, as_json=as_json)
    if (found["state"] == "stale").any():
        typer.echo("notice: drop what is stale with `duzheng plan step ENTRY dropped`", err=True)
