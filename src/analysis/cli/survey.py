"""`duzheng survey`: questionnaires: list, show and check them, write their schema."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.messages import Language

if TYPE_CHECKING:
    from analysis.surveys import Bank

app = typer.Typer(help="Questionnaires: list, show, check.", no_args_is_help=True, rich_markup_mode=None)


def _here() -> tuple[Path, Bank]:
    from analysis.surveys import read_bank
    from analysis.workspace import Workspace

    root = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", ".")).root
    return root, read_bank(root)


@app.command("list")
def list_surveys() -> None:
    """List the questionnaires: file, id, wave, respondents, number of items, title."""
    from analysis.surveys import read_surveys

    for survey in read_surveys(*_here()):
        sheet = survey.questionnaire
        typer.echo("\t".join([survey.file, sheet.id, str(sheet.wave), sheet.respondent, str(len(survey.asked)),
                              sheet.title["zh-Hans"]]))  # fmt: skip


@app.command()
def show(
    files: Annotated[list[Path], typer.Argument(help="Questionnaires.")],
    language: Annotated[Language, typer.Option(help="Of the texts.")] = "zh-Hans",
) -> None:
    """Show questionnaires as text: sections, items with their codes, options and conditions."""
    from analysis.surveys import outline, read_survey

    root, bank = _here()
    for path in files:
        for line in outline(read_survey(path.resolve(), bank, root=root), language):
            typer.echo(line)


@app.command()
def check() -> None:
    """Check the bank, its history in git, and every questionnaire; list every fault.

    Exit code 0 if all hold, 1 if there are faults.
    """
    from analysis.surveys import check_history, read_surveys

    root, bank = _here()
    states = check_history(root, bank)
    surveys = read_surveys(root, bank)
    typer.echo(f"{len(bank.codes)} items in {len(bank.items)} versions, {states} committed states, "
               f"{len(surveys)} questionnaires: no fault")  # fmt: skip


@app.command()
def schema() -> None:
    """Write the JSON Schema of questionnaires to surveys/schema.json, for editors that complete and check."""
    import json

    from analysis import surveys
    from analysis.surveys.survey import SCHEMA

    root, _ = _here()
    (root / SCHEMA).write_text(json.dumps(surveys.schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    typer.echo(SCHEMA)
