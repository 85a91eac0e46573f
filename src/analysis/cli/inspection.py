"""`duzheng inspection`: special and comprehensive evaluations, from their preparation to what was found."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.cli.columns import told
from analysis.cli.office import (
    DIFFERENT,
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
    limit_of,
    parts_of,
    texts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.workspace.ledger.inspections import Joint, Relation

app = typer.Typer(help="Special and comprehensive evaluations: prepare them, send a team, enter what was found.",
                  no_args_is_help=True, rich_markup_mode=None)  # fmt: skip
Name = Annotated[str, typer.Argument(metavar="ID", help="The id of the inspection.")]
Table = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A table, in CSV or Excel.")]


class Kind(StrEnum):
    """What an inspection is."""

    special = "special"
    comprehensive = "comprehensive"
    re_inspection = "re_inspection"


class State(StrEnum):
    """What an inspection comes into."""

    announced = "announced"
    on_site = "on_site"
    concluded = "concluded"
    dropped = "dropped"


class Stands(StrEnum):
    """How a member of a team stands to a unit."""

    works = "works"
    worked = "worked"
    relative = "relative"
    advised = "advised"
    other = "other"


@app.command()
def prepare(
    name: Name,
    kind: Annotated[Kind, typer.Option(help="What it is.")],
    title: Annotated[str, typer.Option(help="What it is called, in Chinese.")],
    units: Annotated[
        str, typer.Option(help="Ids of those who are inspected, by commas; or 3/district/20260801: drawn by a seed.")
    ],
    begins: Annotated[str, typer.Option(help="The first day on site, as 2026-05-10.")],
    ends: Annotated[str, typer.Option(help="The last day on site.")],
    by: By,
    title_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    topic: Annotated[str, typer.Option(help="What a special evaluation is about, in Chinese.")] = "",
    topic_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    duties: Annotated[str, typer.Option(help="The duties that it is about, by commas. [default: all]")] = "",
    term: Annotated[str, typer.Option(help="The years that are judged, as 2022-2026.")] = "",
    joint: Annotated[
        list[str] | None,
        typer.Option(help="Who takes part, as congress=市人大教科文卫委=Committee of the congress. Repeatable."),
    ] = None,
    basis: Annotated[str, typer.Option(help="What asks for it, in Chinese.")] = "",
    basis_en: Annotated[str, typer.Option(help="The same in English.")] = "",
    access: Annotated[Class, typer.Option(help="Who may read it before it is on site.")] = Class.public,
    evaluator: Evaluator = "",
    on: On = "",
    *,
    demo: Demo = False,
) -> None:
    """Enter an inspection; its questions are the points of the forms that belong to its duties."""
    from analysis.supervision import inspections

    workspace, chosen, sampled = here(demo=demo), parts_of(units), None
    if "/" in units:
        from analysis.supervision.draws import units_drawn

        count, kind_of, seed = _draw(units)
        drawn, sampled = units_drawn(workspace, kind=kind_of, count=count, seed=seed, on=day_of(on),
                                     evaluator=evaluator)  # fmt: skip
        chosen = list(drawn)
    found = inspections.prepare(
        workspace, name, kind=kind.value, title=texts_of(title, title_en) or {"zh-Hans": ""},
        units=chosen, sampled=sampled, begins=day_of(begins, "--begins"), ends=day_of(ends, "--ends"),
        on=day_of(on), by=by,
        topic=texts_of(topic, topic_en), duties=parts_of(duties), term=_years(term), basis=texts_of(basis, basis_en),
        joint=list(_joint(joint or ())), access=access.value, evaluator=evaluator, synthetic=demo,
    )  # fmt: skip
    typer.echo(f"{name}: {', '.join(found.units)}; {len(found.questions)} questions")


def _draw(text: str) -> tuple[int, str, int]:
    count, kind, seed = (*text.split("/"), "", "")[:3]
    if not (count.isdigit() and kind and seed.isdigit()):
        raise typer.BadParameter(f"{text}: expected ids, or a number, a kind and a seed as 3/district/20260801",
                                 param_hint="--units")  # fmt: skip
    return int(count), kind, int(seed)


def _years(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    first, _, last = text.partition("-")
    if not (first.isdigit() and last.isdigit()):
        raise typer.BadParameter(f"{text}: expected two years such as 2022-2026", param_hint="--term")
    return int(first), int(last)


def _joint(given: list[str] | tuple[str, ...]) -> Iterator[Joint]:
    from analysis.workspace.ledger.inspections import Joint
    from analysis.workspace.yaml_files import check_entry

    for each in given:
        kind, _, names = each.partition("=")
        chinese, _, english = names.partition("=")
        yield check_entry(Joint, {"kind": kind, "name": texts_of(chinese, english) or {}}, "--joint", code="DZ-O001")


@app.command()
def ask(
    name: Name,
    table: Table,
    evaluator: Evaluator = "",
    *,
    demo: Demo = False,
) -> None:
    """Add questions: id, duty, text_zh, text_en, means (by ;) and indicator, a question a row."""
    from analysis.supervision import inspections
    from analysis.workspace.ledger import Question
    from analysis.workspace.yaml_files import check_entry

    asked = [
        check_entry(
            Question,
            {
                **{key: row[key] for key in ("id", "duty", "indicator") if row.get(key)},
                "text": texts_of(row.get("text_zh") or "", row.get("text_en") or "") or {},
                **({"means": tuple(row["means"].split(";"))} if row.get("means") else {}),
            },
            f"{table.name}, row {row['row']}",
            code="DZ-O001",
        )
        for row in _rows(table)
    ]
    inspections.ask(here(demo=demo), name, asked, evaluator=evaluator, synthetic=demo)
    typer.echo(f"{name}: {len(asked)} questions added")


def _rows(table: Path) -> list[dict[str, Any]]:
    """Read a table as texts, each row with its number."""
    from analysis.workspace.tables import read_table

    frame = read_table(table, table.name).frame
    return [{str(name): str(value).strip() for name, value in row.items() if value == value} | {"row": int(str(at))}  # noqa: PLR0124  NaN
            for at, row in frame.to_dict("index").items()]  # fmt: skip


@app.command()
def team(name: Name, table: Table, evaluator: Evaluator = "", *, demo: Demo = False) -> None:
    """Add members to the team: id, name_zh, name_en, role, body_zh, body_en, unit, a member a row."""
    from analysis.supervision import teams

    found = list(teams.members_in(_rows(table), table.name))
    teams.enlist(here(demo=demo), name, found, evaluator=evaluator, synthetic=demo)
    typer.echo(f"{name}: {len(found)} members added")


@app.command()
def declare(
    name: Name,
    members: Annotated[str, typer.Argument(help="Ids of members, by commas.")],
    interest: Annotated[
        list[str] | None,
        typer.Option(help="A unit and how the member stands to it, as U7=worked or U7=worked=2024-08-31. Repeatable."),
    ] = None,
    on: On = "",
    evaluator: Evaluator = "",
    *,
    demo: Demo = False,
) -> None:
    """Enter what members declared; without --interest, that there is nothing."""
    from analysis.supervision import teams

    workspace, interests = here(demo=demo), [_interest(each) for each in interest or ()]
    teams.declare(workspace, name, parts_of(members), interests, on=day_of(on), evaluator=evaluator, synthetic=demo)
    for member in parts_of(members):
        typer.echo(f"{member}: {len(interests)} interests declared")


@app.command()
def dismiss(
    name: Name, members: Annotated[str, typer.Argument(help="Ids of members, by commas.")], evaluator: Evaluator = "",
    *, demo: Demo = False,
) -> None:  # fmt: skip
    """Take members out of the team, so that others can take their place."""
    from analysis.supervision import teams

    teams.dismiss(here(demo=demo), name, parts_of(members), evaluator=evaluator, synthetic=demo)
    typer.echo(f"{name}: {members} dismissed")


def _interest(text: str) -> tuple[str, Relation, Any]:
    unit, _, rest = text.partition("=")
    relation, _, until = rest.partition("=")
    if not unit or relation not in {*Stands}:
        raise typer.BadParameter(f"{text}: expected a unit and one of {', '.join(Stands)}", param_hint="--interest")
    return unit, Stands(relation).value, limit_of(until, "--interest")


@app.command()
def conflicts(name: Name, evaluator: Evaluator = "", *, demo: Demo = False, as_json: AsJson = False) -> None:
    """List who may not inspect which unit, and why; exit code 3 if there is anybody."""
    from analysis.supervision import inspections, teams

    workspace = here(demo=demo)
    found = teams.conflicts(workspace, inspections.inspection_of(workspace, name, evaluator=evaluator, synthetic=demo))
    told(found, {each: each for each in ("member", "role", "unit", "reason", "until")}, as_json=as_json)
    if len(found):
        raise typer.Exit(DIFFERENT)


@app.command()
def ready(name: Name, evaluator: Evaluator = "", *, demo: Demo = False, as_json: AsJson = False) -> None:
    """List what is missing before it can go on site; exit code 3 if anything is."""
    from analysis.supervision import inspections, teams

    workspace = here(demo=demo)
    found = teams.lacking(workspace, inspections.inspection_of(workspace, name, evaluator=evaluator, synthetic=demo))
    told(found, {each: each for each in ("of", "unit", "found", "expected")}, as_json=as_json)
    if len(found):
        raise typer.Exit(DIFFERENT)


@app.command()
def draw(
    name: Name,
    seed: Annotated[int, typer.Option(help="A number that nobody who is inspected chose.")],
    stages: Annotated[str, typer.Option(help="Stages, by commas. [default: all that the tables have]")] = "",
    per_stage: Annotated[int | None, typer.Option(min=1, help="How many of each. [default: the rule's]")] = None,
    on: On = "",
    evaluator: Evaluator = "",
    *,
    demo: Demo = False,
) -> None:
    """Draw the schools that are visited, once; anybody can repeat the draw by its seed."""
    from analysis.supervision import draws

    drawn = draws.draw(here(demo=demo), name, on=day_of(on), seed=seed, stages=parts_of(stages), per_stage=per_stage,
                       evaluator=evaluator, synthetic=demo)  # fmt: skip
    for each in drawn:
        typer.echo(f"{each.unit} {each.stage}: {', '.join(each.schools)} (of {each.frame})")


@app.command()
def substitutes(
    name: Name, unit: Annotated[str, typer.Argument(help="Id of the unit.")],
    stage: Annotated[str, typer.Argument(help="The stage.")], evaluator: Evaluator = "", *, demo: Demo = False,
) -> None:  # fmt: skip
    """List the schools that take the place of drawn ones which have closed, in their order."""
    from analysis.supervision import draws

    typer.echo("\n".join(draws.substitutes(here(demo=demo), name, unit=unit, stage=stage, evaluator=evaluator,
                                           synthetic=demo)))  # fmt: skip


@app.command()
def step(
    name: Name,
    state: Annotated[State, typer.Argument(help="What it comes into.")],
    by: By,
    on: On = "",
    note: Note = "",
    evaluator: Evaluator = "",
    *,
    demo: Demo = False,
) -> None:
    """Take a step: announced, on site, concluded, dropped."""
    from analysis.supervision import inspections

    inspections.step(here(demo=demo), state.value, name=name, on=day_of(on), by=by, note=texts_of(note),
                     evaluator=evaluator, synthetic=demo)  # fmt: skip
    typer.echo(f"{name}: {state.value}")


@app.command()
def find(name: Name, table: Table, evaluator: Evaluator = "", *, demo: Demo = False) -> None:
    """Enter what was found: id, unit, duty, question, date, judged, text_zh, text_en, by, papers, and of a figure
    indicator, year, value, threshold, direction; a finding a row."""  # noqa: D205, D209  one sentence of help
    from analysis.supervision import inspections

    rows = _rows(table)
    entered = inspections.find(here(demo=demo), name, list(inspections.found_in(rows, table.name)), file=table.name,
                               rows={str(row.get("id")): row["row"] for row in rows}, evaluator=evaluator,
                               synthetic=demo)  # fmt: skip
    typer.echo(f"{name}: {entered} findings entered")


@app.command("list")
def list_inspections(
    evaluator: Evaluator = "",
    year: Annotated[int | None, typer.Option(help="Only those of a year.")] = None,
    on: On = "",
    *,
    public: Public = False,
    restricted: Restricted = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """List the inspections, unit by unit, as they stand on a day."""
    from analysis.supervision import inspections

    found = inspections.inspections(here(demo=demo), day=day_of(on), year=year, evaluator=evaluator, synthetic=demo,
                                    public=public, restricted=restricted)  # fmt: skip
    names = ("inspection", "kind", "unit", "begins", "ends", "state", "questions", "team", "schools", "found",
             "problems", "access", "title_zh")  # fmt: skip
    told(found, {each: each.removesuffix("_zh") for each in names}, as_json=as_json)
