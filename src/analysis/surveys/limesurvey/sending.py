"""Answers sent to a server over several sessions at once; each has a number of its own, so that none is there twice."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey.connection import Connection, connect
from analysis.surveys.limesurvey.exports import Exports
from analysis.surveys.survey import Survey

#: A server of two processors takes as many answers over two sessions; where others use it, four get more of it.
SESSIONS = 4
#: No answer, or none that can be read: nobody knows whether the call was carried out.
DOUBTFUL = frozenset({"DZ-L001", "DZ-L002"})
#: How many rounds in succession may bring nothing, though the server answers in between.
BARREN = 3

Row = Mapping[str, str | None]


def send(
    connection: Connection, survey: Survey, sid: int, rows: Sequence[Row], *, sessions: int = SESSIONS
) -> dict[str, int]:
    """Send answers, each once, whatever breaks off meanwhile.

    Parameters
    ----------
    connection
        The session.
    survey, sid
        The questionnaire, and the number of an active survey without answers.
    rows
        As :func:`analysis.surveys.limesurvey.answers.to_server` writes them, each with its own ``id``, from 1.
    sessions
        How many are opened to send at once; with 1 the one that is given.

    Returns
    -------
    dict
        ``rounds``: 1 if nothing broke off; ``again``: how many were sent a second time.

    Raises
    ------
    DuzhengError
        DZ-L001 if the connection is lost, or three rounds bring nothing more; DZ-L009 if an answer landed under
        another number; what else the server refuses.

    Notes
    -----
    A call that adds is not repeated blindly. Where a session breaks off, the answers that came are read from the
    server, and only the others are sent again. One that was under way all that time is refused the second time, since
    its number is taken, and is found when the answers are read again.
    """
    left = {int(str(row["id"])): row for row in rows}
    rounds = again = barren = 0
    while left:
        work = _Round(sid, left)
        work.run(connection, sessions)
        rounds += 1
        if not work.broke:
            break
        there = _there(connection, survey, sid)
        refused = [fault for number, fault in work.broke if number not in there and fault.code not in DOUBTFUL]
        before, left = len(left), {number: row for number, row in left.items() if number not in there}
        barren = barren + 1 if len(left) == before else 0
        if refused or barren == BARREN:
            raise DuzhengError(*dict.fromkeys(refused or [fault for _, fault in work.broke]))
        again += sum(number in left for number, _ in work.broke)
    return {"rounds": rounds, "again": again}


def _there(connection: Connection, survey: Survey, sid: int) -> set[int]:
    exports = Exports(connection, survey, sid)
    return {int(number) for number in exports.stamps(1)} if exports.count() else set()


@dataclass(slots=True)
class _Round:
    """Sends what is left, until all is sent or every session broke off."""

    sid: int
    left: Mapping[int, Row]
    broke: list[tuple[int, Fault]] = field(default_factory=list)  #: at which answer, and why; 0: before any
    waiting: queue.SimpleQueue[int] = field(default_factory=queue.SimpleQueue)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self, connection: Connection, sessions: int) -> None:
        for number in self.left:
            self.waiting.put(number)
        if sessions == 1:
            self._work(connection)
            return
        with ThreadPoolExecutor(sessions) as pool:
            try:
                working = [pool.submit(self._session, connection) for _ in range(sessions)]
                for each in working:
                    each.result()
            finally:
                # Who interrupts does not wait for thousands of answers.
                self.stopped.set()

    def _session(self, connection: Connection) -> None:
        try:
            with connect(connection.server) as mine:
                self._work(mine)
        except DuzhengError as error:
            self.broke.append((0, error.faults[0]))

    def _work(self, connection: Connection) -> None:
        while not self.stopped.is_set():
            try:
                number = self.waiting.get_nowait()
            except queue.Empty:
                return
            try:
                landed = connection.call("add_response", self.sid, dict(self.left[number]))
            except DuzhengError as error:
                self.broke.append((number, error.faults[0]))
                return
            if str(landed) != str(number):
                fault = Fault("DZ-L009", found=f"answer {number} under the number {landed}", expected="under its own")
                self.broke.append((number, fault))
                self.stopped.set()
