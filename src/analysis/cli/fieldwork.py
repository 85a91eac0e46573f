"""`duzheng survey`: fieldwork: sample, participants, invite, remind."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.server import Place, Sid, SurveyFile, To, moment_of, number, server
from analysis.cli.survey import app, read, writing

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["app"]

#: How many persons are named of those who have one outcome.
NAMED = 20

Persons = Annotated[
    Path | None, typer.Option(help="A file with a column `person`: only these, such as `monitor --remind-to` writes.")
]
Batch = Annotated[int, typer.Option(min=1, help="Mails a call.")]
Pause = Annotated[float, typer.Option(min=0, help="Seconds between calls.")]


class Draw(StrEnum):
    """How places are drawn."""

    srs = "srs"
    systematic = "systematic"
    pps = "pps"


class Share(StrEnum):
    """How a total is shared out among strata."""

    proportional = "proportional"
    equal = "equal"


@app.command()
def sample(
    file: SurveyFile,
    frame: Annotated[Path, typer.Argument(help="CSV or Excel: one row a person, or one row a place with its size.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same sample from the same frame.")],
    person: Annotated[str, typer.Option(help="The column of persons' ids.")] = "",
    size: Annotated[str, typer.Option(help="Or that of places' sizes.")] = "",
    places: Annotated[int | None, typer.Option(min=1, help="Places of each stratum.")] = None,
    total: Annotated[int | None, typer.Option(min=1, help="Or places in all, shared out among strata.")] = None,
    share: Annotated[Share, typer.Option(help="Shared out how.")] = Share.proportional,
    persons: Annotated[int | None, typer.Option(min=1, help="Persons of each place. [default: all]")] = None,
    method: Annotated[Draw, typer.Option(help="How places are drawn.")] = Draw.srs,
    order: Annotated[str, typer.Option(help="Columns that places are sorted by, separated by commas.")] = "",
    on: Annotated[str, typer.Option(help="The day of the draw, for its log. [default: today]")] = "",
) -> None:
    """Draw the sample that a questionnaire's `selection` describes, once, and write its log and its persons."""
    from analysis.surveys.sampling import draw_for, write_draw
    from analysis.workspace.tables import read_table

    root, (survey,), _ = read([file])
    table = read_table(frame)
    drawn = draw_for(
        survey,
        table.frame,
        places=places,
        total=total,
        how=share.value,
        persons=persons,
        seed=seed,
        drawn_on=moment_of(on, "--on").date(),
        method=method.value,
        person=person,
        size=size,
        order=[each.strip() for each in order.split(",") if each.strip()],
        file=frame.name,
    )
    for path in write_draw(root, survey, drawn):
        typer.echo(path.relative_to(root))
    typer.echo(f"{len(drawn.log)} places, {len(drawn.persons)} persons; commit the log, not the persons", err=True)


@app.command()
def participants(
    file: SurveyFile,
    contacts: Annotated[
        Path | None, typer.Option(help="CSV or Excel: person, email, firstname, lastname, language.")
    ] = None,
    codes: Annotated[
        Path | None, typer.Option(help="Write everybody's code and link to this CSV, for letters.")
    ] = None,
    to: To = Place.live,
    sid: Sid = None,
) -> None:
    """Put the persons of a draw onto the server, each once, however often this is called or breaks off."""
    from analysis.surveys.limesurvey.contacts import with_contacts, write_contacts
    from analysis.surveys.limesurvey.journal import journal_of
    from analysis.surveys.limesurvey.participants import access_codes, register
    from analysis.surveys.sampling import read_draw
    from analysis.workspace.tables import read_table

    root, (survey,), _ = read([file])
    persons = read_draw(root, survey).persons
    if contacts:
        persons = with_contacts(persons, read_table(contacts).frame, contacts.name)
    own = number(sid, survey)
    with server(to) as connection:
        done = register(connection, own, persons, journal=journal_of(root, survey.name, own))
        typer.echo(
            f"{done.asked} persons: {done.there} were there, {done.added} added, "
            f"{done.removed} were taken off the server by somebody and stay so"
        )
        if contacts and done.there:
            typer.echo(f"{write_contacts(connection, own, persons)} of those who were there have other contacts now")
        if codes:
            _private(codes, access_codes(connection, own))
            typer.echo(
                f"{codes}: whoever has a code can answer in its person's name; delete it when it was handed out",
                err=True,
            )


@app.command()
def invite(
    file: SurveyFile,
    persons: Persons = None,
    batch: Batch = 25,
    pause: Pause = 0.0,
    to: To = Place.live,
    sid: Sid = None,
) -> None:
    """Have the server send invitations to those who got none yet.

    Exit code 0 if all went out, 3 if some did not.
    """
    from analysis.surveys.limesurvey import mailing

    _, (survey,), _ = read([file])
    with server(to) as connection:
        _outcomes(mailing.invite(connection, number(sid, survey), _asked(persons), batch=batch, pause=pause))


@app.command()
def remind(
    file: SurveyFile,
    persons: Persons = None,
    days: Annotated[
        int | None, typer.Option(min=0, help="Nobody who was written to less than so many days ago.")
    ] = None,
    most: Annotated[int | None, typer.Option(min=1, help="Nobody who was reminded so often.")] = None,
    batch: Batch = 25,
    pause: Pause = 0.0,
    to: To = Place.live,
    sid: Sid = None,
) -> None:
    """Have the server remind those who were invited and have not answered.

    Exit code 0 if all went out, 3 if some did not.
    """
    from analysis.surveys.limesurvey import mailing

    _, (survey,), _ = read([file])
    with server(to) as connection:
        _outcomes(
            mailing.remind(
                connection, number(sid, survey), _asked(persons), days=days, most=most, batch=batch, pause=pause
            )
        )


def _asked(path: Path | None) -> list[str] | None:
    """Read whom to write to."""
    from analysis.messages import DuzhengError, Fault
    from analysis.workspace.tables import read_table

    if path is None:
        return None
    frame = read_table(path).frame
    if "person" not in frame:
        found = ", ".join(map(str, frame.columns))
        raise DuzhengError(Fault("DZ-L011", file=path.name, row=1, found=found, expected="a column person"))
    return [str(each) for each in frame["person"]]


def _outcomes(found: pd.DataFrame) -> None:
    """Say what became of mails, and why; persons' ids only where something is to be done."""
    for (outcome, why), persons in found.groupby(["outcome", "why"], sort=False)["person"]:
        typer.echo(f"{outcome}: {len(persons)}{f' ({why})' if why else ''}")
        if outcome in {"failed", "refused"}:
            typer.echo(f"{outcome}: {', '.join(persons[:NAMED])}{' …' if len(persons) > NAMED else ''}", err=True)
    if found["outcome"].isin(["failed", "refused", "left"]).any():
        raise typer.Exit(3)


def _private(path: Path, table: pd.DataFrame) -> None:
    """Write a table that only its owner can read."""
    from analysis.surveys.collected import csv_of

    with writing(str(path), "--codes"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(BOM_UTF8 + csv_of(table))
