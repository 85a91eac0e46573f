"""`duzheng results`: what bears on accountability, for people to decide; and the restricted export of results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.columns import told
from analysis.cli.office import AsJson, By, Demo, Evaluator, On, Restricted, Year, day_of, opened, parts_of

app = typer.Typer(help="Results: the checklist of accountability, and the export for the assessment of cadres.",
                  no_args_is_help=True, rich_markup_mode=None)  # fmt: skip


@app.command()
def checklist(
    evaluator: Evaluator = "",
    year: Year = None,
    on: On = "",
    units: Annotated[str, typer.Option("--units", help="Ids of units, by commas. [default: all]")] = "",
    papers: Annotated[Path | None, typer.Option(help="The folder of papers, to hold them to their hashes.")] = None,
    *,
    reached: Annotated[bool, typer.Option("--reached", help="Only where a mark of this office is reached.")] = False,
    restricted: Restricted = False,
    demo: Demo = False,
    as_json: AsJson = False,
) -> None:
    """List the material that bears on each situation of accountability; people decide, nothing is concluded.

    Exit code 0, whatever there is.
    """
    from analysis.supervision import accountability

    workspace, of = opened(year, demo=demo)
    found = accountability.checklist(workspace, year=of, day=day_of(on), units=parts_of(units), evaluator=evaluator,
                                     synthetic=demo, restricted=restricted, papers=papers)  # fmt: skip
    for language in ("zh-Hans", "en"):
        typer.echo(found.notice[language], err=True)
    for row in found.documents.to_dict("records"):
        typer.echo(_counted(row), err=True)
    table = found.material[found.material["reached"].fillna(value=False)] if reached else found.material
    heads = {"situation": "situation", "unit": "unit", "name_zh": "name", "evidence_zh": "material", "count": "count",
             "least": "mark", "reached": "reached", "reason_zh": "not looked at", "refs": "which", "decided": "decided",
             "decided_by": "by"}  # fmt: skip
    told(table, heads, as_json=as_json)


def _counted(row: dict[object, object]) -> str:
    named, unread = row["named"], row["unread"]
    known = isinstance(named, int)
    said = f"of {named} situations {row['read']} read, {unread} not read" if known else (
        f"{row['read']} situations read, how many there are is not known")  # fmt: skip
    return f"{row['document']} ({row['title_zh']}): {said}"


@app.command()
def export(
    units: Annotated[str, typer.Option("--units", help="Ids of the units, by commas.")],
    out: Annotated[Path, typer.Option(help="The workbook, .xlsx; a new file.")],
    purpose: Annotated[str, typer.Option(help="What it is for; every sheet says it, and the register.")],
    by: By,
    evaluator: Evaluator = "",
    year: Year = None,
    on: On = "",
    *,
    demo: Demo = False,
) -> None:
    """Export the results of units for the assessment of cadres: restricted, marked on every sheet, and logged."""
    from analysis.supervision import results

    workspace, of = opened(year, demo=demo)
    done = results.export(workspace, out, units=parts_of(units), year=of, on=day_of(on), by=by, purpose=purpose,
                          evaluator=evaluator, synthetic=demo)  # fmt: skip
    typer.echo(f"{done.id}: {done.file} (restricted), SHA-256 {done.sha256}")
