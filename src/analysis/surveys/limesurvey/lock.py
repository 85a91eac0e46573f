"""Locks: who is applying changes to a survey, kept on the survey itself."""

from __future__ import annotations

import datetime as dt
import getpass
import re
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey.connection import Connection
from analysis.surveys.limesurvey.live import LOCK, OURS

WRITTEN = re.compile(rf"{OURS}(?P<owner>\S{{1,120}}) (?P<since>\S{{1,40}}) (?P<nonce>[0-9a-f]{{8,32}})")
#: Seconds that a lock is left before it is looked at again: somebody who looked at the same moment has written by then.
SETTLES = 0.5


@dataclass(frozen=True, slots=True)
class Lock:
    """Who holds a survey, and since when; the nonce tells two of the same owner apart."""

    owner: str  #: ``user@host``
    since: str  #: UTC, as ISO 8601 has it
    nonce: str

    def __str__(self) -> str:
        return f"{OURS}{self.owner} {self.since} {self.nonce}"

    @classmethod
    def of(cls, text: str) -> Lock | None:
        """Read what a survey says; None where it says nothing of ours.

        Examples
        --------
        >>> Lock.of("duzheng li@desk 2026-09-01T08:00:00Z 0123abcd").owner
        'li@desk'
        """
        found = WRITTEN.fullmatch(text)
        return cls(found["owner"], found["since"], found["nonce"]) if found else None

    @classmethod
    def mine(cls, owner: str = "") -> Lock:
        """Make a new one."""
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return cls(
            re.sub(r"\s", "_", owner or f"{getpass.getuser()}@{socket.gethostname()}"), now, secrets.token_hex(8)
        )


def read_lock(connection: Connection, sid: int) -> str:
    """Read what stands where a lock does.

    Raises
    ------
    DuzhengError
        DZ-L005 if there is no such survey.
    """
    told = connection.call("get_survey_properties", sid, [LOCK], repeat=True)
    return str(told[LOCK] or "")


def check_lock(connection: Connection, sid: int, lock: Lock) -> None:
    """Hold that a lock is still ours.

    Raises
    ------
    DuzhengError
        DZ-L008 if it is somebody else's by now, or gone.
    """
    found = read_lock(connection, sid)
    if found != str(lock):
        raise DuzhengError(_fault(sid, found))


def _fault(sid: int, found: str) -> Fault:
    other = Lock.of(found)
    if other is None and found:
        hint = "changes are not applied to surveys with an account of their own for returned mail: use the server's"
        return Fault("DZ-L007", found=f"a mail account of survey {sid}'s own where its lock would stand",
                     expected="none", hint=hint)  # fmt: skip
    who = f"a lock of {other.owner} since {other.since}" if other else "no lock any more"
    hint = "wait, or remove it with unlock when it is known to be left over"
    return Fault("DZ-L008", found=f"{who} on survey {sid}", expected="ours", hint=hint)


@contextmanager
def locked(connection: Connection, sid: int, owner: str = "") -> Iterator[Lock]:
    """Hold a survey's lock; it is given back at the end, whatever happened.

    Parameters
    ----------
    connection
        The session.
    sid
        The survey's number.
    owner
        Who. [default: user@host]

    Raises
    ------
    DuzhengError
        DZ-L008 if somebody else holds it; DZ-L005 if there is no such survey.

    Notes
    -----
    The server can't write a setting on condition. So a lock is written, left for a moment, and looked at again: of two
    that were written at once the later one stands. It never expires by itself.
    """
    before = read_lock(connection, sid)
    if before:
        raise DuzhengError(_fault(sid, before))
    lock = Lock.mine(owner)
    try:
        connection.call("set_survey_properties", sid, {LOCK: str(lock)}, repeat=True)
        time.sleep(SETTLES)
        check_lock(connection, sid, lock)
        yield lock
    finally:
        release(connection, sid, lock)


def release(connection: Connection, sid: int, lock: Lock) -> None:
    """Give a lock back if it is still this one."""
    try:
        if read_lock(connection, sid) == str(lock):
            connection.call("set_survey_properties", sid, {LOCK: ""}, repeat=True)
    except DuzhengError as error:
        # A survey that is gone has no lock; one that can't be reached keeps it, and `unlock` is there for that.
        if {fault.code for fault in error.faults} - {"DZ-L001", "DZ-L002", "DZ-L003", "DZ-L005"}:
            raise


def unlock(connection: Connection, sid: int) -> Lock | None:
    """Remove a lock that was left over, whoever holds it.

    Returns
    -------
    Lock or None
        The one that was removed; None if there was none.

    Raises
    ------
    DuzhengError
        DZ-L005 if there is no such survey.
    """
    lock = Lock.of(read_lock(connection, sid))
    if lock is not None:
        connection.call("set_survey_properties", sid, {LOCK: ""}, repeat=True)
    return lock
