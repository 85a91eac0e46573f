"""The stage of a rehearsal: a survey under a number that nobody uses, which is gone again at the end."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from analysis.messages import DuzhengError, Fault
from analysis.surveys.formats.lss.structure import number_of
from analysis.surveys.limesurvey.apply import apply
from analysis.surveys.limesurvey.connection import Connection
from analysis.surveys.limesurvey.live import read_settings_of
from analysis.surveys.limesurvey.plan import make_plan
from analysis.surveys.survey import Survey

#: How often deleting is tried, and how often a number is drawn.
TRIES = 3
#: What ends a process that does not ask for it to be caught; not every system has both.
ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def stage(
    connection: Connection, survey: Survey, folder: Path, *, sid: int | None = None, keep: bool = False
) -> Iterator[int]:
    """Deploy a questionnaire for as long as it is rehearsed.

    Parameters
    ----------
    connection
        The session.
    survey
        The questionnaire; its title stays what it is.
    folder
        Where applying a plan keeps its files.
    sid
        A number that is free. [default: one that is drawn]
    keep
        Whether the survey stays on the server, with its answers and participants.

    Yields
    ------
    int
        Its number.

    Raises
    ------
    DuzhengError
        DZ-L007 if the number is in use; DZ-L009 if the survey could not be deleted at the end; what applying raises,
        which leaves nothing behind.

    Notes
    -----
    The survey is deleted after a fault, too, after Ctrl-C, and when the process is asked to end or its terminal closes;
    meanwhile none of these is listened to. A process that is killed, or a machine that stops, leaves it behind.
    """
    number = free_number(connection, survey, sid)
    with _signals(_end, ENDING):
        apply(connection, make_plan(connection, survey, number), survey, folder=folder)
        try:
            yield number
        except BaseException as error:
            trouble = None if keep else _cleared(connection, number)
            if trouble is not None:
                faults = error.faults if isinstance(error, DuzhengError) else ()
                raise DuzhengError(*faults, trouble) from error
            raise
        trouble = None if keep else _cleared(connection, number)
        if trouble is not None:
            raise DuzhengError(trouble)


def free_number(connection: Connection, survey: Survey, sid: int | None = None) -> int:
    """Give a number that no survey has; never the one that the questionnaire itself will get.

    Raises
    ------
    DuzhengError
        DZ-L007 if the one that is wanted is in use or kept for the questionnaire itself.
    """
    own, hint = number_of(survey), "leave the number out, and a free one is drawn"
    if sid is not None:
        if sid == own or read_settings_of(connection, sid) is not None:
            found = f"survey {sid}, the questionnaire's own number" if sid == own else f"survey {sid}, which is there"
            raise DuzhengError(Fault("DZ-L007", found=found, expected="a number that is free", hint=hint))
        return sid
    for _ in range(TRIES):
        drawn = 100_000 + secrets.randbelow(900_000)
        try:
            if drawn != own and read_settings_of(connection, drawn) is None:
                return drawn
        except DuzhengError as error:
            # Somebody else's, which this user may not see.
            if error.faults[0].code != "DZ-L003":
                raise
    found = f"{TRIES} numbers drawn, and a survey under each"
    raise DuzhengError(Fault("DZ-L007", found=found, expected="a number that is free", hint="name one"))


def _cleared(connection: Connection, sid: int) -> Fault | None:
    """Delete a survey with its answers and participants; give what is to be said if it stays."""
    said = ""
    with _signals(signal.SIG_IGN, (signal.SIGINT, *ENDING)):
        for _ in range(TRIES):
            try:
                if read_settings_of(connection, sid) is None:
                    return None
                connection.call("delete_survey", sid)
            except DuzhengError as error:
                said = str(error.faults[0])
        try:
            if read_settings_of(connection, sid) is None:
                return None
        except DuzhengError as error:
            said = str(error.faults[0])
    found = f"survey {sid} of a rehearsal, still on the server" + (f" ({said})" if said else "")
    return Fault("DZ-L009", found=found, expected="none", hint="delete it by hand when the server answers")


def _end(number: int, _frame: Any) -> NoReturn:
    raise SystemExit(128 + number)


@contextmanager
def _signals(handler: Callable[[int, Any], Any] | signal.Handlers, which: tuple[signal.Signals, ...]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, handler) for each in which}
    try:
        yield
    finally:
        for each, was in before.items():
            signal.signal(each, was)
