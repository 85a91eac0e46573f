"""`duzheng selfreport`: the report to the unit above, from its notice to its submission."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

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
    Year,
    day_of,
    here,
    limit_of,
    texts_of,
    year_of,
)

if TYPE_CHECKING:
    from analysis.supervision.self_reports import Length

app = typer.Typer(help="The report on own duties to the unit above: merge it, follow it.", no_args_is_help=True,
                  rich_markup_mode=None)  # fmt: skip


class State(StrEnum):
    """What a report comes into."""

    drafted = "drafted"
    approved = "approved"
    posted = "posted"
    submitted = "submitted"


@app.command()
def notice(
    by: By, evaluator: Evaluator = "", year: Year = None, on: On = "", due: Due = "", *, demo: Demo = False
) -> None:
    """Enter that the unit above asked for the report."""
    from analysis.supervision import self_reports

    workspace = here(demo=demo)
    self_reports.notice(workspace, year=year_of(workspace, year), on=day_of(on), by=by, evaluator=evaluator,
                        due=limit_of(due), synthetic=demo)  # fmt: skip
    typer.echo("noticed")


@app.command()
def draft(by: By, evaluator: Evaluator = "", year: Year = None, on: On = "", *, demo: Demo = False) -> None:
    """Merge the departments' self-evaluations into a draft, and list what is left out and why."""
    from analysis.supervision import self_reports

    workspace = here(demo=demo)
    found = self_reports.draft(workspace, year=year_of(workspace, year), on=day_of(on), by=by, evaluator=evaluator,
                               synthetic=demo)  # fmt: skip
    typer.echo(f"{len(found.report.paragraphs)} paragraphs, {_said(found.length)}")
    if found.silent:
        typer.echo(f"nothing on {', '.join(found.silent)}")
    if len(found.left):
        typer.echo("left out:")
        heads = {"unit": "unit", "what": "what", "id": "id", "duty": "duty", "reason": "reason", "text_zh": "text"}
        told(found.left, heads, as_json=False)


@app.command()
def step(
    state: Annotated[State, typer.Argument(help="What it comes into.")],
    by: By,
    evaluator: Evaluator = "",
    year: Year = None,
    on: On = "",
    due: Annotated[str, typer.Option(help="Of what is posted, the last day for objections.")] = "",
    note: Note = "",
    *,
    demo: Demo = False,
) -> None:
    """Take a step: drafted (by hand, anew), approved, posted for objections, submitted."""
    from analysis.supervision import self_reports

    workspace = here(demo=demo)
    self_reports.step(workspace, state.value, year=year_of(workspace, year), on=day_of(on), by=by, evaluator=evaluator,
                      due=limit_of(due), note=texts_of(note), synthetic=demo)  # fmt: skip
    typer.echo(state.value)


@app.command("object")
def object_to(
    text: Annotated[str, typer.Argument(help="What the objection says, in Chinese.")],
    evaluator: Evaluator = "",
    year: Year = None,
    on: On = "",
    *,
    demo: Demo = False,
) -> None:
    """Enter an objection to what was posted; its id is printed."""
    from analysis.supervision import self_reports

    workspace = here(demo=demo)
    name = self_reports.object_to(workspace, {"zh-Hans": text}, year=year_of(workspace, year), on=day_of(on),
                                  evaluator=evaluator, synthetic=demo)  # fmt: skip
    typer.echo(name)


@app.command()
def decide(
    name: Annotated[str, typer.Argument(metavar="ID", help="The id of an objection.")],
    decided: Annotated[str, typer.Argument(help="What was decided of it, in Chinese.")],
    evaluator: Evaluator = "",
    year: Year = None,
    *,
    demo: Demo = False,
) -> None:
    """Enter what was decided of an objection."""
    from analysis.supervision import self_reports

    workspace = here(demo=demo)
    self_reports.decide_objection(workspace, name, {"zh-Hans": decided}, year=year_of(workspace, year),
                                  evaluator=evaluator, synthetic=demo)  # fmt: skip
    typer.echo(f"{name}: decided")


@app.command()
def show(
    evaluator: Evaluator = "", year: Year = None, on: On = "", *, demo: Demo = False, as_json: AsJson = False
) -> None:
    """Show where the report stands on a day, and its paragraphs with what they rest on."""
    from analysis.supervision import self_reports
    from analysis.supervision.year import office_year

    workspace = here(demo=demo)
    report = self_reports.report_of(workspace, year=year_of(workspace, year), evaluator=evaluator, synthetic=demo)
    if as_json:
        typer.echo(report.model_dump_json(indent=2, exclude_defaults=True))
        return
    untied = self_reports.untied(report, workspace.ledger_of(synthetic=demo))
    typer.echo(f"{report.title['zh-Hans']}: {report.state_on(day_of(on)) or 'not asked for'}")
    typer.echo(_said(self_reports.length(report, office_year(workspace).self_report)))
    for each in report.steps:
        typer.echo("  ".join(str(part) for part in (each.date, each.state, each.by, each.due or "")).rstrip())
    for paragraph in report.paragraphs:
        rests = ", ".join(paragraph.claims) or "nothing"
        typer.echo(f"\n[{paragraph.duty}] {paragraph.text['zh-Hans']}\n  rests on {rests}")
        if paragraph.duty in untied:
            typer.echo(f"  without evidence: {', '.join(untied[paragraph.duty]) or 'the whole of it'}")
    for objection in report.objections:
        answer = objection.decided["zh-Hans"] if objection.decided else "open"
        typer.echo(f"\n{objection.id}, {objection.date}: {objection.text['zh-Hans']} — {answer}")


def _said(length: Length) -> str:
    if length.most is None:
        return f"{length.characters:,} characters; no limit"
    what = "most that a document allows" if length.is_set else "number to be reminded of, no document sets one"
    over = "more than" if length.exceeds else "within"
    return f"{length.characters:,} characters, {over} the {length.most:,} that are the {what}"
