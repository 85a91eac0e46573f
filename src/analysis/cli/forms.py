"""`duzheng survey`: forms of questionnaires, and answers made up to try them: compile, import, translate, simulate."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.survey import Files, app, here, read, writing
from analysis.messages import Language

__all__ = ["app"]


@app.command("compile")
def compile_surveys(
    files: Files = None,
    to: Annotated[str, typer.Option(help="Forms, separated by commas. [default: all]")] = "",
    out: Annotated[Path, typer.Option(help="The folder that they are written to.")] = Path("reports/surveys"),
) -> None:
    """Compile questionnaires: lss (LimeSurvey), xlsform (KoboToolbox, ODK), html (preview), docx and pdf (paper),
    codebook (CSV and Markdown), ddi (DDI-Codebook 2.5).
    """  # noqa: D205  typer shows the first paragraph
    from analysis.surveys.formats.compile import FORMS, compile_survey
    from analysis.surveys.formats.imported import unwritten

    forms = [each.strip() for each in to.split(",") if each.strip()] or list(FORMS)
    unknown = [each for each in forms if each not in FORMS]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: expected {', '.join(FORMS)}", param_hint="--to")
    for survey in read(files)[1]:
        for path in compile_survey(survey, forms, out):
            typer.echo(path)
        count = unwritten(survey)
        if count:
            texts = "1 text is" if count == 1 else f"{count} texts are"
            typer.echo(f"{survey.name}: {texts} still 待定", err=True)


@app.command("import")
def import_form(
    file: Annotated[Path, typer.Argument(help="A LimeSurvey structure, an XLSForm, or a table in Excel, Word or CSV.")],
    name: Annotated[str, typer.Option(help="The questionnaire's id, if the form does not carry our text.")] = "",
    wave: Annotated[int | None, typer.Option(min=2000, max=2100, help="Its year, likewise.")] = None,
    respondent: Annotated[str, typer.Option(help="Who answers, likewise. [default: public]")] = "",
) -> None:
    """Read a form into our text: a questionnaire, the items that the bank lacks, and what could not be placed."""
    from analysis.surveys.formats.reading import read_form
    from analysis.surveys.phrases import RESPONDENTS

    if respondent and respondent not in RESPONDENTS:
        raise typer.BadParameter(f"{respondent}: expected {', '.join(RESPONDENTS)}", param_hint="--respondent")
    root, bank = here()
    imported = read_form(_bytes(file), file.name, wave=wave, id=name, respondent=respondent)
    if "wave" in imported.unsaid:
        raise typer.BadParameter(f"{file.name} does not say which wave it is of: say its year with --wave",
                                 param_hint="--wave")  # fmt: skip
    shared = imported.shared(bank)
    with writing("the questionnaire"):
        paths = imported.write(root, bank)
    for path in paths:
        typer.echo(path.relative_to(root))
    for each in imported.unplaced:
        typer.echo(f"not placed: {each}", err=True)
    if shared:
        typer.echo(f"in the bank already, with the same meaning, and used as there: {', '.join(shared)}", err=True)


@app.command()
def translate(
    file: Annotated[Path, typer.Argument(help="A questionnaire.")],
    back: Annotated[Path | None, typer.Argument(help="What the translator sent back. [default: write it out]")] = None,
    language: Annotated[Language, typer.Option(help="Translated to.")] = "en",
    out: Annotated[Path, typer.Option(help="Written to; its ending says the form.")] = Path("translation.xlsx"),
    *,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write texts out for translators (.xlsx or .xliff), or bring their work back; list what is missing or stale.

    Exit code 0 if nothing is missing, stale or unknown, 3 otherwise.
    """
    from analysis.surveys.formats import translation

    ending = out.suffix.lower()
    if ending not in {".xlsx", ".xliff", ".xlf"}:
        raise typer.BadParameter(f"{out}: expected the ending .xlsx, .xliff or .xlf", param_hint="--out")
    root, (survey,), _ = read([file])
    if language not in survey.questionnaire.languages:
        typer.echo(f"{language} is not among the questionnaire's languages: add it there", err=True)
    if back is None:
        if out.exists() and not force:
            raise typer.BadParameter(f"{out} is there: write over it with --force, or name another", param_hint="--out")
        given = translation.units(survey, language)
        xliff = ending != ".xlsx"
        content = translation.to_xliff(given, language, survey.file) if xliff else translation.to_workbook(given)
        with writing(str(out), "--out"):
            out.write_bytes(content)
        missing = [unit.key for unit in given if not unit.target]
        typer.echo(f"{out}: {len(given)} texts, {len(missing)} without a translation")
        return
    given = translation.read_units(_bytes(back), back.name)
    with writing("the translation"):
        applied = translation.apply(root, survey, given, language)
    typer.echo(f"{len(applied.changed)} texts changed in {', '.join(applied.files) or 'no file'}")
    for what in ("missing", "stale", "unknown"):
        for key in getattr(applied, what):
            typer.echo(f"{what}: {key}", err=True)
    if applied.missing or applied.stale or applied.unknown:
        raise typer.Exit(3)


@app.command("posters")
def make_posters(
    file: Annotated[Path, typer.Argument(help="A questionnaire that is open, or a census of named schools.")],
    places: Annotated[Path, typer.Argument(help="CSV or Excel: place, name_zh, name_en, kind, unit.")],
    link: Annotated[str, typer.Option(help="Where the questionnaire is answered: https://…")],
    per_page: Annotated[int, typer.Option(help="One poster a page, or 4 or 8 cards.")] = 1,
    until: Annotated[str, typer.Option(help="The last day, such as 2026-09-30.")] = "",
    out: Annotated[Path | None, typer.Option(help="Written to. [default: reports/surveys/NAME.posters.pdf]")] = None,
) -> None:
    """Make posters with a QR code a place: a PDF. Its signed code says where an answer came from.

    The key is taken from the environment variable DUZHENG_PLACE_KEY.
    """
    from analysis.surveys.formats.paper.posters import posters
    from analysis.surveys.keys import place_key
    from analysis.surveys.places import read_places
    from analysis.workspace import Workspace

    day = _day(until, "--until") if until else None
    root, (survey,), _ = read([file])
    table = read_places(places, Workspace(root).units, survey.questionnaire.wave, root=root)
    made = posters(survey, table, link, place_key(), per_page=per_page, until=day)  # type: ignore[arg-type]
    path = out or Path("reports/surveys") / f"{survey.name}.posters.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)
    typer.echo(path)


def _bytes(file: Path) -> bytes:
    """Read a file that was asked for."""
    from analysis.messages import DuzhengError, Fault

    try:
        return file.read_bytes()
    except OSError as error:
        found = error.strerror or type(error).__name__
        raise DuzhengError(Fault("DZ-Q008", file=str(file), found=found, expected="a file that can be read")) from error


def _day(text: str, option: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text}: expected a day such as 2026-09-30", param_hint=option) from error


@app.command("simulate")
def simulate_answers(
    file: Annotated[Path, typer.Argument(help="A questionnaire.")],
    n: Annotated[
        int | None, typer.Option(min=1, help="Answers. [default: as the truth has them; 1000 without]")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the draw. [default: the truth's]")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="What is true of the respondents. [default: nothing special]")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder that tables are written to.")] = Path("reports/simulated"),
) -> None:
    """Make up answers that follow the routing, as a rehearsal: answers, log of the draw, margins, and what is true."""
    from analysis.surveys.simulate import plain_truth, read_truth, simulate, write_rehearsal

    root, (survey,), family = read([file])
    others = [survey, *(each for each in family if each.name != survey.name)]
    known = read_truth(truth, others, root=root) if truth else plain_truth(survey, n or 1000)
    wave = simulate(survey, known, n=n if truth else n or 1000, seed=seed)
    for path in write_rehearsal(wave, out):
        typer.echo(path)
    typer.echo(f"{len(wave.responses)} synthetic answers to {survey.name}", err=True)


@app.command()
def demo() -> None:
    """Make the demonstration waves of data/demo/*.truth.yaml, and reports/demo/waves.… which describes them."""
    from analysis.surveys.simulate import demonstration, write_demonstration, write_report
    from analysis.workspace import Workspace

    workspace = Workspace(here()[0])
    waves = demonstration(workspace)
    for wave, _ in write_demonstration(workspace, waves):
        typer.echo(f"{wave.survey.name}: {len(wave.responses)} synthetic answers")
    for path in write_report(workspace, waves):
        typer.echo(path.relative_to(workspace.root))
