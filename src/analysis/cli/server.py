"""`duzheng survey`: a LimeSurvey server: plan, apply, drift, unlock, activate, close, status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.cli.survey import app, here, read

if TYPE_CHECKING:
    from analysis.surveys import Survey
    from analysis.surveys.limesurvey.connection import Connection

__all__ = ["app"]


class Place(StrEnum):
    """Which of the workspace's servers."""

    live = "live"
    staging = "staging"


SurveyFile = Annotated[Path, typer.Argument(help="A questionnaire.")]
To = Annotated[Place, typer.Option(help="The server: live or staging, as workspace.yaml names them.")]
Sid = Annotated[
    int | None, typer.Option(min=1, help="Its number on the server. [default: the one made of the questionnaire's id]")
]


@contextmanager
def server(to: Place) -> Iterator[Connection]:
    """Connect to a server of the workspace; user and password are taken from the environment or the keyring."""
    from analysis.surveys.limesurvey.connection import connect, server_of
    from analysis.workspace import Workspace

    with connect(server_of(Workspace(here()[0]).settings, to.value)) as connection:
        yield connection


@contextmanager
def interrupted(what: str) -> Iterator[None]:
    """Say what became of the server when somebody interrupts: by then it has been put in order."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"interrupted: {what}", err=True)
        raise


def number(sid: int | None, survey: Survey) -> int:
    """Give a survey's number on the server."""
    from analysis.surveys.formats.lss.structure import number_of

    return sid or number_of(survey)


@app.command("plan")
def make_plan(
    file: SurveyFile,
    to: To = Place.live,
    sid: Sid = None,
    out: Annotated[Path | None, typer.Option(help="Saved to. [default: reports/plans/NAME.json]")] = None,
) -> None:
    """Say what would be done so that a survey on the server is what its text says; nothing is changed.

    Exit code 0 if nothing is to be done, 3 if something is.
    """
    from analysis.surveys.limesurvey import plan

    root, (survey,), _ = read([file])
    with server(to) as connection:
        made = plan.make_plan(connection, survey, sid)
    path = made.save(out or root / plan.FOLDER / f"{survey.name}.json")
    typer.echo(plan.as_text(made), nl=False)
    if not made.empty:
        typer.echo(f"saved to {_inside(path, root)}", err=True)
        raise typer.Exit(3)


@app.command("apply")
def apply_plan(
    path: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan that `plan` saved.")],
    to: To = Place.live,
) -> None:
    """Do what a plan says, read it back, and undo it if it does not end as it should.

    What would lose answers is never done: a new version is prepared under a number of its own, to be applied after it
    was looked at.
    """
    from analysis.surveys.limesurvey import plan
    from analysis.surveys.limesurvey.apply import apply, prepare_version

    made = plan.read_plan(path)
    root, (survey,), _ = read([here()[0] / made.file])
    with server(to) as connection:
        if not made.refused:
            with interrupted("what was done was undone"):
                applied = apply(connection, made, survey, folder=path.parent)
            typer.echo("\n".join(applied.done) or "nothing to do")
            return
        fresh, structure = prepare_version(connection, survey, path.parent)
        kept = fresh.save(path.parent / f"{survey.name}.{fresh.sid}.json")
    typer.echo(plan.as_text(made), nl=False)
    typer.echo(
        f"nothing was done on the server; {survey.name} is prepared as survey {fresh.sid}: look at "
        f"{_inside(structure, root)}, then apply {_inside(kept, root)}",
        err=True,
    )
    raise typer.Exit(1)


@app.command("drift")
def show_drift(
    file: SurveyFile,
    to: To = Place.live,
    sid: Sid = None,
    since: Annotated[str, typer.Option(help="The revision that was applied. [default: the text as it is]")] = "",
    *,
    patch: Annotated[bool, typer.Option("--patch", help="Print a patch that git takes.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Take it over; comments and order are kept.")] = False,
) -> None:
    """Say what somebody changed on the server by hand, as changes of our text.

    Exit code 0 if nothing was changed or all was taken over, 3 otherwise.
    """
    from analysis.surveys import surveys_at
    from analysis.surveys.limesurvey import drift

    root, (survey,), _ = read([file])
    then = surveys_at(root, f"{since}:{survey.file}")[survey.file] if since else None
    with server(to) as connection:
        found = drift.drift(connection, survey, sid, root=root, since=then)
    typer.echo(drift.as_patch(root, found) if patch else drift.as_text(found), nl=False)
    if write:
        for each in drift.write_drift(root, found):
            typer.echo(f"changed: {each}", err=True)
    if found.unplaced or (found.patches and not write):
        raise typer.Exit(3)


@app.command("unlock")
def remove_lock(file: SurveyFile, to: To = Place.live, sid: Sid = None) -> None:
    """Remove a lock that an `apply` which was broken off has left on a survey."""
    from analysis.surveys.limesurvey.lock import unlock

    _, (survey,), _ = read([file])
    with server(to) as connection:
        removed = unlock(connection, number(sid, survey))
    typer.echo(f"the lock of {removed.owner} since {removed.since} was removed" if removed else "there was no lock")


@app.command("activate")
def open_survey(file: SurveyFile, to: To = Place.live, sid: Sid = None) -> None:
    """Open a survey whose plan is empty: from now on it is answered, and its questions stand."""
    from analysis.surveys.limesurvey import fielding

    _, (survey,), _ = read([file])
    with server(to) as connection:
        opened = fielding.open_survey(connection, survey, number(sid, survey))
    state = "was open already" if opened.was_active else "is open"
    who = "registered participants can answer" if opened.closed_access else "whoever has the link can answer"
    kept = "anonymous" if survey.questionnaire.anonymous else "answers are kept with their participant"
    typer.echo(f"survey {opened.sid} {state}: {who}; {kept}")


@app.command("close")
def close_survey(
    file: SurveyFile,
    at: Annotated[
        str, typer.Option(help="A moment by the server's clock: 2026-09-30 or 2026-09-30T18:00. [default: now]")
    ] = "",
    to: To = Place.live,
    sid: Sid = None,
) -> None:
    """Close a survey: it keeps its answers and takes no more."""
    from analysis.surveys.limesurvey.fielding import close

    _, (survey,), _ = read([file])
    moment = moment_of(at, "--at")
    with server(to) as connection:
        closed = close(connection, number(sid, survey), moment)
    typer.echo(f"survey {number(sid, survey)} is closed from {closed:%Y-%m-%d %H:%M} on")


@app.command("status")
def show_status(to: To = Place.live) -> None:
    """Show how all surveys of the server stand, as tab-separated lines."""
    from analysis.surveys.formats.lss.structure import number_of
    from analysis.surveys.limesurvey.fielding import status

    names = {number_of(survey): survey.name for survey in read(None)[1]}
    with server(to) as connection:
        found = status(connection)
    found.insert(1, "name", found["survey"].map(names).fillna(""))
    typer.echo(found.to_csv(sep="\t", index=False).rstrip())


@app.command()
def rehearse(
    file: SurveyFile,
    n: Annotated[int, typer.Option(min=1, help="Simulated answers.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Of the draw and the persons.")] = 1,
    truth: Annotated[
        Path | None, typer.Option(help="What is true of the respondents. [default: nothing special]")
    ] = None,
    to: Annotated[Place | None, typer.Option(help="The server. [default: staging if there is one, else live]")] = None,
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the survey on the server, to be looked at.")] = False,
) -> None:
    """Send simulated respondents all the way over a server, under a number of their own that is deleted at the end.

    Exit code 0 if what is true of them came back within its intervals, 1 otherwise.
    """
    from analysis.surveys.limesurvey import rehearse as room
    from analysis.surveys.simulate import plain_truth, read_truth
    from analysis.workspace import Workspace

    root, (survey,), family = read([file])
    others = [survey, *(each for each in family if each.name != survey.name)]
    known = read_truth(truth, others, root=root) if truth else plain_truth(survey, n)
    place = to or (Place.staging if "staging" in Workspace(root).settings.limesurvey else Place.live)
    with server(place) as connection, interrupted("the survey was deleted again" if not keep else "the survey stays"):
        found = room.rehearse(connection, survey, known, root, n=n, seed=seed, keep=keep)
    typer.echo(room.as_text(found), nl=False)
    if not found.holds:
        raise typer.Exit(1)


def moment_of(text: str, option: str) -> dt.datetime:
    """Read a moment; now where nothing is said."""
    if not text:
        return dt.datetime.now()  # noqa: DTZ005  servers tell and take moments by their own clock
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text}: expected 2026-09-30 or 2026-09-30T18:00", param_hint=option) from error


def _inside(path: Path, root: Path) -> Path:
    whole = path.resolve()
    return whole.relative_to(root) if whole.is_relative_to(root) else path
