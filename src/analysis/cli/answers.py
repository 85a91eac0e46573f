"""`duzheng survey`: answers: collect, monitor, scrub, forget-addresses."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.server import Place, Sid, SurveyFile, To, moment_of, number, server
from analysis.cli.survey import app, read, writing
from analysis.messages import Language

if TYPE_CHECKING:
    from analysis.surveys import Survey
    from analysis.surveys.collected import Collected

__all__ = ["app"]

#: Faults that pass by themselves while fieldwork is watched: no connection, and nobody who answered yet.
PASSING = frozenset({"DZ-L001", "DZ-L002", "DZ-S003"})

Demo = Annotated[
    bool, typer.Option("--synthetic", help="The answers are simulated: they are marked, and kept in data/demo.")
]
Drop = Annotated[
    bool, typer.Option("--drop", help="Drop answers that break a rule, or to what was not to be shown; count them.")
]
NoLink = Annotated[bool, typer.Option("--no-link", help="Keep persons in no form: waves can't be linked.")]


@app.command()
def collect(
    file: SurveyFile,
    origin: Annotated[
        Path | None, typer.Option("--from", help="A table of another service, instead of the server.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="What its columns are (YAML).")] = None,
    to: To = Place.live,
    sid: Sid = None,
    *,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Print a mapping for the table, made of its headings.")
    ] = False,
    drop: Drop = False,
    gone: Annotated[
        bool, typer.Option("--gone", help="Delete interviews here that were deleted on the server.")
    ] = False,
    no_link: NoLink = False,
    synthetic: Demo = False,
) -> None:
    """Collect a wave: what is new on the server, or a table of another service; without personal data."""
    from analysis.messages import DuzhengError, Fault
    from analysis.surveys.elsewhere import gather
    from analysis.surveys.keys import link_key
    from analysis.surveys.mappings import read_mapping, suggested_text
    from analysis.workspace.tables import read_table

    _fit(
        origin, {"--mapping": bool(mapping), "--suggest": suggest}, {"--gone": gone, "--sid": bool(sid), "--drop": drop}
    )
    root, (survey,), family = read([file])
    others = [each.name for each in family if each.name != survey.name]
    if origin is None:
        wave = _from_server(root, survey, to, sid, others, drop=drop, gone=gone, link=not no_link, synthetic=synthetic)
    elif suggest:
        typer.echo(suggested_text(survey, read_table(origin).frame.columns), nl=False)
        return
    elif mapping is None:
        hint = "let --suggest print one, and look it through"
        raise DuzhengError(Fault("DZ-L012", file=str(origin), found="no mapping", expected="--mapping FILE", hint=hint))
    else:
        linked = bool(read_mapping(mapping, survey, root=root).person) and not no_link
        wave = gather(root, survey, origin, mapping, link_key() if linked else None, others=others, synthetic=synthetic)
    _tell(root, wave)


def _from_server(
    root: Path,
    survey: Survey,
    to: Place,
    sid: int | None,
    others: list[str],
    *,
    drop: bool,
    gone: bool,
    link: bool,
    synthetic: bool,
) -> Collected:
    from analysis.surveys.keys import link_key
    from analysis.surveys.limesurvey.collect import collect as collect_wave

    key = link_key() if link and not survey.questionnaire.anonymous else None
    with server(to) as connection:
        return collect_wave(
            connection,
            survey,
            number(sid, survey),
            root,
            key,
            others=others,
            synthetic=synthetic,
            wrong="drop" if drop else "refuse",
            gone=gone,
        )


def _tell(root: Path, wave: Collected) -> None:
    from analysis.surveys.collected import files_of

    for path in files_of(root, wave.survey, synthetic=wave.synthetic).values():
        if path.is_file():
            typer.echo(path.relative_to(root))
    about = wave.about
    typer.echo(
        f"{wave.name}: {about['interviews']} interviews, {about['finished']} finished"
        f"{', synthetic' if wave.synthetic else ''}",
        err=True,
    )
    for notice in about["dropped"]:
        typer.echo(f"dropped: {notice}", err=True)
    for kind, many in about["personal"].items():
        typer.echo(f"taken out of comments: {many} × {kind}", err=True)


def _fit(origin: Path | None, apart: dict[str, bool], theirs: dict[str, bool]) -> None:
    """Refuse options that would be passed over: those of tables without one, and those of servers with a table."""
    wrong = apart if origin is None else theirs
    given = [name for name, said in wrong.items() if said]
    if given:
        where = "goes with --from" if origin is None else "is of a server; the mapping says it of a table, if it can"
        raise typer.BadParameter(f"{where}", param_hint=" and ".join(given))


@app.command()
def monitor(
    file: SurveyFile,
    opened: Annotated[str, typer.Option(help="The first day of fieldwork. [default: that of the first answer]")] = "",
    days: Annotated[int, typer.Option(min=1, help="Days of fieldwork.")] = 14,
    rate: Annotated[
        float | None, typer.Option(help="Who answers of those asked, in the end. [default: as expected]")
    ] = None,
    now: Annotated[str, typer.Option(help="Up to when answers count. [default: now]")] = "",
    budget: Annotated[int | None, typer.Option(min=0, help="Reminders to be sent next. [default: a fourth]")] = None,
    chance: Annotated[float, typer.Option(min=0, max=1, help="That a reminder is answered; assumed.")] = 0.25,
    html: Annotated[Path | None, typer.Option(help="Write a page that refreshes itself.")] = None,
    refresh: Annotated[int, typer.Option(min=0, help="Seconds; 0 for a page that stays.")] = 60,
    language: Annotated[Language, typer.Option(help="Of the page and the lines.")] = "zh-Hans",
    remind_to: Annotated[
        Path | None, typer.Option(help="Draw whom to remind from the server's participants, for `remind --persons`.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of that draw.")] = 1,
    every: Annotated[
        int | None, typer.Option(min=10, help="Collect and write again so often (seconds), until stopped.")
    ] = None,
    to: To = Place.live,
    sid: Sid = None,
    *,
    drop: Drop = False,
    no_link: NoLink = False,
    synthetic: Demo = False,
) -> None:
    """Show fieldwork as it happens: response against plan, pace, doubtful answers, forecast, whom to remind next."""
    from analysis.messages import DuzhengError
    from analysis.satisfaction import Plan, as_text, page, whom_to_remind
    from analysis.satisfaction import monitor as look
    from analysis.surveys.collected import collected, csv_of
    from analysis.surveys.labels import draw_labels
    from analysis.surveys.limesurvey.participants import responded
    from analysis.workspace import Workspace
    from analysis.workspace.files import write_together

    root, (survey,), family = read([file])
    workspace = Workspace(root)
    others = [each.name for each in family if each.name != survey.name]
    first = moment_of(opened, "--opened").date() if opened else None

    def show() -> None:
        if every:
            _from_server(root, survey, to, sid, others, drop=drop, gone=False, link=not no_link, synthetic=synthetic)
        wave = collected(workspace, survey.name, synthetic=synthetic)
        plan = Plan.of(wave, opened=first, days=days, rate=rate)
        moment = moment_of(now, "--now") if now or not synthetic else dt.datetime.combine(plan.closes, dt.time())
        found = look(
            survey, wave.responses, wave.log, plan, now=moment, budget=budget, chance=chance, margins=wave.margins
        )
        labels = draw_labels(workspace, wave.log)
        if html:
            written = page(found, language=language, labels=labels, refresh=refresh)
            with writing(str(html), "--html"):
                write_together({html: written.encode()})
            typer.echo(html)
        else:
            typer.echo(as_text(found, language=language, labels=labels))
        if remind_to and found.remind is not None:
            with server(to) as connection:
                there = responded(connection, number(sid, survey))
            persons = whom_to_remind(found.remind, there, by=found.by, seed=seed)
            with writing(str(remind_to), "--remind-to"):
                write_together({remind_to: csv_of(there[there["person"].isin(persons)][["person"]])})
            typer.echo(f"{remind_to}: {len(persons)} persons", err=True)

    while True:
        try:
            show()
        except DuzhengError as error:
            if not every or {fault.code for fault in error.faults} - PASSING:
                raise
            typer.echo(f"{dt.datetime.now():%H:%M:%S} {error}; tried again in {every} s", err=True)  # noqa: DTZ005
        if not every:
            return
        time.sleep(every)


@app.command()
def scrub(
    file: Annotated[Path, typer.Argument(help="A text, CSV or Excel file.")],
    out: Annotated[Path | None, typer.Option(help="Write what is left to this file. [default: print it]")] = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Only count what would be taken out.")] = False,
) -> None:
    """Take identity numbers, telephone numbers, addresses and accounts out of a text.

    Exit code 0 if there were none, 3 if there were some.
    """
    from collections import Counter

    from analysis.surveys.personal import scrub as clean

    found = [clean(line) for line in _lines(file)]
    kinds = Counter(kind for line in found for kind in line.kinds)
    text = "".join(f"{line.text}\n" for line in found)
    if out and not check:
        with writing(str(out), "--out"):
            out.write_text(text, encoding="utf-8")
    elif not check:
        typer.echo(text, nl=False)
    for kind, many in sorted(kinds.items()):
        typer.echo(f"{many} × {kind}", err=True)
    if kinds:
        raise typer.Exit(3)


@app.command("forget-addresses")
def forget_addresses(file: SurveyFile) -> None:
    """Destroy the key that a wave's network addresses are hashed with, when the wave was cleaned."""
    from analysis.surveys.pseudonyms import destroy_ip_key

    root, (survey,), _ = read([file])
    typer.echo("the key was destroyed" if destroy_ip_key(root, survey.name) else "there was no key, and will be none")


def _lines(file: Path) -> list[str]:
    """Read a file's lines; of a table, its rows."""
    from analysis.workspace.tables import read_table

    if file.suffix.lower() in {".csv", ".xlsx", ".xls", ".ods"}:
        frame = read_table(file).frame
        return ["\t".join(map(str, row)) for row in [list(frame.columns), *frame.to_numpy().tolist()]]
    from analysis.messages import DuzhengError, Fault

    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or "no UTF-8"
        raise DuzhengError(
            Fault("DZ-T001", file=str(file), found=str(found), expected="a text that can be read")
        ) from error
