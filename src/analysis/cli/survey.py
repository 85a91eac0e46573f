"""`duzheng survey`: questionnaires: write, check, lint, prove, compare, plan their analyses, seal them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.messages import Language

if TYPE_CHECKING:
    from analysis.surveys import Bank, Survey

app = typer.Typer(help="Questionnaires: write, lint, prove, compare, plan their analyses, seal them.",
                  no_args_is_help=True, rich_markup_mode=None)  # fmt: skip
Files = Annotated[list[Path] | None, typer.Argument(help="Questionnaires. [default: all of the workspace]")]


class Form(StrEnum):
    """How remarks and claims are written."""

    text = "text"
    json = "json"
    sarif = "sarif"


class Page(StrEnum):
    """How changes are written."""

    text = "text"
    markdown = "markdown"
    html = "html"


def here() -> tuple[Path, Bank]:
    """Give the workspace's folder and its bank."""
    from analysis.surveys import read_bank
    from analysis.workspace import Workspace

    root = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", ".")).root
    return root, read_bank(root)


def read(files: list[Path] | None) -> tuple[Path, list[Survey], list[Survey]]:
    """Read the questionnaires asked for, and all of the workspace."""
    from analysis.messages import DuzhengError, Fault
    from analysis.surveys import read_survey, read_surveys

    root, bank = here()
    family = read_surveys(root, bank)
    if not files:
        return root, family, family
    known = {survey.file: survey for survey in family}
    chosen = []
    for path in files:
        place = next((each for each in (path, root / "surveys" / f"{path}.yaml") if each.is_file()), None)
        if place is None:
            hint = "see `duzheng survey list`"
            raise DuzhengError(Fault("DZ-Q007", found=repr(str(path)), expected="a questionnaire's file", hint=hint))
        whole = place.resolve()
        inside = whole.relative_to(root).as_posix() if whole.is_relative_to(root) else ""
        chosen.append(known.get(inside) or read_survey(whole, bank, root=root))
    return root, chosen, family


@contextmanager
def writing(what: str, option: str | None = None) -> Iterator[None]:
    """Say what to do where something can't be written."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        hint = (
            "name a file in a folder that is there and may be written to" if option else "mend that, and run it again"
        )
        where = f" ({error.filename})" if error.filename and not option else ""
        raise typer.BadParameter(f"{what} can't be written: {why}{where}; {hint}", param_hint=option) from error


@app.command("list")
def list_surveys() -> None:
    """List the questionnaires: file, id, wave, respondents, number of items, title."""
    for survey in read(None)[1]:
        sheet = survey.questionnaire
        typer.echo("\t".join([survey.file, sheet.id, str(sheet.wave), sheet.respondent, str(len(survey.asked)),
                              sheet.title["zh-Hans"]]))  # fmt: skip


@app.command()
def show(files: Files = None, language: Annotated[Language, typer.Option(help="Of the texts.")] = "zh-Hans") -> None:
    """Show questionnaires as text: sections, items with their codes, options and conditions."""
    from analysis.surveys import outline

    for survey in read(files)[1]:
        typer.echo("\n".join(outline(survey, language)))


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Its id, such as students.")],
    wave: Annotated[int, typer.Argument(help="Its year.")],
    like: Annotated[str, typer.Option(help="Begin as a copy of this one: a file, or students-2025.")] = "",
    respondent: Annotated[str, typer.Option(help="Who answers, if it is a first one.")] = "public",
) -> None:
    """Write a new questionnaire to surveys/NAME-WAVE.yaml: the next wave of another, or a first to be filled in."""
    from analysis.surveys import new_survey

    root, bank = here()
    path = new_survey(root, name, wave, like=like, respondent=respondent, item=next(iter(bank.codes), ""))
    typer.echo(path.relative_to(root))


@app.command()
def check() -> None:
    """Check the bank, its history in git, every questionnaire and every seal; list every fault.

    Exit code 0 if all hold, 1 if there are faults.
    """
    from analysis.surveys import check_history, check_seal, read_surveys

    root, bank = here()
    states = check_history(root, bank)
    surveys = read_surveys(root, bank)
    sealed = sum(check_seal(root, survey) for survey in surveys)
    typer.echo(f"{len(bank.codes)} items in {len(bank.items)} versions, {states} committed states, "
               f"{len(surveys)} questionnaires ({sealed} sealed): no fault")  # fmt: skip


@app.command()
def lint(
    files: Files = None,
    form: Annotated[Form, typer.Option("--format", help="How remarks are written.")] = Form.text,
    select: Annotated[str, typer.Option(help="Rules, or beginnings of their ids, separated by commas.")] = "",
    explain: Annotated[str, typer.Option(help="Show the page of this rule.")] = "",
    *,
    allowed: Annotated[bool, typer.Option("--allowed", help="List what is allowed, too, with its reasons.")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules.")] = False,
) -> None:
    """Hold questionnaires to rules of structure, comparability, wording, and what respondents are owed.

    Exit code 0 if there is no error and no warning that is not allowed, 1 otherwise.
    """
    from analysis import __version__
    from analysis.surveys import lint as room

    if explain:
        typer.echo(room.explain(explain))
        return
    if rules:
        for each in room.load().values():
            typer.echo(f"{each.id}\t{each.severity}\t{each.name}\t{each.title}")
        return
    _, surveys, family = read(files)
    remarks = room.lint(surveys, others=family, select=[each.strip() for each in select.split(",") if each.strip()])
    match form:
        case Form.json:
            typer.echo(room.as_json(remarks))
        case Form.sarif:
            typer.echo(room.as_sarif(remarks, __version__))
        case Form.text:
            typer.echo(room.as_text(remarks, allowed=allowed))
    if any(remark.severity != "note" and not remark.allowed for remark in remarks):
        raise typer.Exit(1)


@app.command()
def prove(
    files: Files = None,
    form: Annotated[Form, typer.Option("--format", help="How claims are written: text or json.")] = Form.text,
    *,
    routes: Annotated[bool, typer.Option("--routes", help="Show a route for every claim.")] = False,
) -> None:
    """Prove that every question can be reached, that no condition contradicts, and that no route takes too long.

    Exit code 0 if all holds, 1 otherwise.
    """
    import json
    from dataclasses import asdict

    from analysis.surveys.proof import as_text
    from analysis.surveys.proof import prove as prove_survey

    proofs = [(survey, prove_survey(survey)) for survey in read(files)[1]]
    if form is Form.json:
        found = [{"survey": survey.name, **asdict(claim)} for survey, claims in proofs for claim in claims]
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(as_text(survey, claims, routes=routes) for survey, claims in proofs))
    if not all(claim.holds for _, claims in proofs for claim in claims):
        raise typer.Exit(1)


@app.command("diff")
def show_diff(
    old: Annotated[str, typer.Argument(help="A file, a revision of git, or REVISION:surveys/NAME.yaml.")],
    new: Annotated[str, typer.Argument(help="The same, of what it became.")],
    form: Annotated[Page, typer.Option("--format", help="How changes are written.")] = Page.text,
    output: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
) -> None:
    """Compare questionnaires by meaning: what is safe, what breaks comparability, what loses answers.

    Exit code 0 if nothing changed, 3 if something did.
    """
    from analysis.surveys import change_report, diff, surveys_at
    from analysis.workspace import Workspace

    root = Workspace.find(os.environ.get("DUZHENG_WORKSPACE", ".")).root
    one, two = surveys_at(root, old), surveys_at(root, new)
    single = len(one) == len(two) == 1
    names = [(*one, *two)] if single else [(file, file) for file in one if file in two]
    pairs = [(one[then], two[now]) for then, now in names]
    changes = [diff(*pair) for pair in pairs]
    gone, fresh = [file for file in one if file not in two], [file for file in two if file not in one]
    alone = [] if single else [*(f"- {file}" for file in gone), *(f"+ {file}" for file in fresh)]
    match form:
        case Page.html:
            written = change_report.as_html(pairs)
        case Page.markdown:
            written = "\n".join(
                change_report.as_markdown(each, *pair) for each, pair in zip(changes, pairs, strict=True)
            )
        case Page.text:
            parts = [f"{pair[1].file}: {change_report.as_text(each)}" for pair, each in zip(pairs, changes, strict=True)
                     if each or single]  # fmt: skip
            written = "\n\n".join(["\n".join(alone), *parts] if alone else parts) or "no changes"
    if output:
        output.write_text(written, encoding="utf-8")
        typer.echo(output)
    else:
        typer.echo(written)
    if any(changes) or alone:
        raise typer.Exit(3)


@app.command("check-analyses")
def check_analyses(
    files: Files = None,
    alpha: Annotated[float, typer.Option(help="Of two-sided tests.")] = 0.05,
    power: Annotated[float, typer.Option(help="Of two-sided tests.")] = 0.8,
) -> None:
    """Hold declared analyses to the items, and say which differences they will probably show.

    Exit code 0 if all can be made, 1 otherwise.
    """
    from analysis.surveys import check_analyses as plan
    from analysis.surveys.power import as_text
    from analysis.surveys.waves import wave_before

    _, surveys, family = read(files)
    plans = [(each, plan(each, wave_before(each, family), alpha=alpha, power=power)) for each in surveys]
    typer.echo("\n\n".join(as_text(*each) for each in plans))
    if not all(each.possible for _, planned in plans for each in planned):
        raise typer.Exit(1)


@app.command()
def seal(
    file: Annotated[Path, typer.Argument(help="A questionnaire whose wave opens.")],
    opened: Annotated[str, typer.Option(help="The day, such as 2025-09-15.")],
) -> None:
    """Write down what a wave will analyse, hashed, when it opens; commit the seal.

    What memos say later is marked as declared (confirmatory) or not (exploratory).
    """
    import datetime as dt

    from analysis.surveys import write_seal

    try:
        dt.date.fromisoformat(opened)
    except ValueError as error:
        raise typer.BadParameter(f"{opened}: expected a day such as 2025-09-15", param_hint="--opened") from error
    root, (survey,), _ = read([file])
    typer.echo(write_seal(root, survey, opened).relative_to(root))


@app.command()
def schema() -> None:
    """Write the JSON Schema of questionnaires to surveys/schema.json, for editors that complete and check."""
    import json

    from analysis import surveys
    from analysis.surveys.survey import SCHEMA

    root, _ = here()
    (root / SCHEMA).write_text(json.dumps(surveys.schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    typer.echo(SCHEMA)
