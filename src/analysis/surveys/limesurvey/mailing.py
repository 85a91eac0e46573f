"""Invitations and reminders: the server's own mails, in batches, nobody twice, and what became of each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey.connection import Connection, fault_of
from analysis.surveys.limesurvey.participants import listed
from analysis.surveys.personal import scrub

if TYPE_CHECKING:
    import pandas as pd

#: What can become of a person: a mail went out; the server could not send it; it did not take the person (an address
#: that is none, a reminder too early); nothing was due; left, as the mail server takes nothing at all.
Outcome = Literal["sent", "failed", "refused", "not due", "left"]
STATE = ("sent", "remindercount", "completed", "emailstatus", "usesleft")
#: What is said when nobody is there whom the server would mail.
NOBODY = "No candidate tokens"


def invite(
    connection: Connection, sid: int, persons: Iterable[str] | None = None, *, batch: int = 25, pause: float = 0.0
) -> pd.DataFrame:
    """Send invitations to those who got none yet.

    Parameters
    ----------
    connection
        The session.
    sid
        The survey's number.
    persons
        Their ids; all if left out.
    batch
        How many in one call. The server takes no more at once than its setting ``maxemails``, and has a minute.
    pause
        Seconds between calls, for mail servers that take only so many a minute.

    Returns
    -------
    pandas.DataFrame
        One row a person: ``person``, ``outcome`` (:data:`Outcome`), ``why`` (addresses left out). If nothing of a whole
        batch goes out, the rest is left for later.

    Raises
    ------
    DuzhengError
        DZ-L011 for persons who are not registered; DZ-L007 if the survey is not active, or has no participants;
        DZ-L001 if it breaks off.

    Notes
    -----
    The method is ``invite_participants``, which takes the survey's text of invitations, where
    ``mail_registered_participants`` takes that of confirmations of a registration. A call that mails is never repeated:
    the server notes each mail as it goes out, so calling this again goes on with those who got none.
    """
    return _mail(
        connection, sid, persons, batch, pause, ("invite_participants", (), (True, True)),
        lambda row: "" if _never(row["sent"]) else "was invited before",
    )  # fmt: skip


def remind(
    connection: Connection,
    sid: int,
    persons: Iterable[str] | None = None,
    *,
    days: int | None = None,
    most: int | None = None,
    batch: int = 25,
    pause: float = 0.0,
) -> pd.DataFrame:
    """Remind those who were invited and have not answered.

    Parameters
    ----------
    connection, sid, persons, batch, pause
        As for :func:`invite`.
    days
        Remind nobody who was invited or reminded less than so many days ago, by the server's clock.
    most
        Remind nobody who was reminded so often.

    Returns
    -------
    pandas.DataFrame
        As of :func:`invite`.

    Raises
    ------
    DuzhengError
        As of :func:`invite`.

    Notes
    -----
    If it breaks off, say ``days`` when it is called again: else those who were reminded already are reminded twice.
    """

    def why_not(row: dict[str, Any]) -> str:
        if _never(row["sent"]):
            return "was not invited"
        return f"was reminded {row['remindercount']} times" if most and int(row["remindercount"] or 0) >= most else ""

    return _mail(connection, sid, persons, batch, pause, ("remind_participants", (days, most), (True,)), why_not)


def _mail(
    connection: Connection,
    sid: int,
    persons: Iterable[str] | None,
    batch: int,
    pause: float,
    method: tuple[str, tuple[Any, ...], tuple[Any, ...]],
    why_not: Any,
) -> pd.DataFrame:
    """Mail those for whom it is due; the method is its name and what it takes before and after the participants."""
    import pandas as pd

    if connection.call("get_survey_properties", sid, ["active"], repeat=True)["active"] != "Y":
        raise DuzhengError(Fault("DZ-L007", found=f"survey {sid}, which is not active", expected="one that can be "
                                 "answered", hint="activate it first"))  # fmt: skip
    there = listed(connection, sid, ["attribute_1", *STATE])
    rows = {str(row["attribute_1"]): row for row in there if row["attribute_1"]}
    asked = list(rows) if persons is None else list(dict.fromkeys(map(str, persons)))
    unknown = [person for person in asked if person not in rows]
    if unknown:
        raise DuzhengError(
            *(Fault("DZ-L011", found=f"person {person}", expected=f"a participant of survey {sid}",
                    hint="nobody was mailed; register the sample first") for person in unknown)
        )  # fmt: skip
    outcomes: dict[str, tuple[Outcome, str]] = {}
    for person in asked:
        reason = _hindered(rows[person]) or why_not(rows[person])
        outcomes[person] = ("not due", reason) if reason else ("left", "")
    numbers = {int(rows[person]["tid"]): person for person in asked if outcomes[person][0] == "left"}
    queue, first = list(numbers), True
    while queue:
        these = queue[:batch]
        if not first:
            time.sleep(pause)
        first = False
        told = _sent(connection, sid, these, method)
        outcomes |= {numbers[tid]: of for tid, of in told.items()}
        if not told:
            why = "no address that the server takes, or too early for it"
            outcomes |= {numbers[tid]: ("refused", why) for tid in these}
            told = dict.fromkeys(these, ("refused", ""))
        elif all(of[0] == "failed" for of in told.values()):
            break
        queue = [tid for tid in queue if tid not in told]
    return pd.DataFrame(
        [(person, *outcomes[person]) for person in asked], columns=["person", "outcome", "why"], dtype="str"
    )


def _sent(
    connection: Connection, sid: int, these: Sequence[int], method: tuple[str, tuple[Any, ...], tuple[Any, ...]]
) -> dict[int, tuple[Outcome, str]]:
    """Have one batch mailed; give what became of those whom the server tried."""
    import citric.exceptions as theirs
    import requests

    name, before, after = method
    # A key that ran out is renewed by a call that can be repeated: this one cannot.
    connection.call("get_survey_properties", sid, ["active"], repeat=True)
    try:
        # The library takes the words "0 left to send" for an error, and drops what became of each.
        answer = connection.client.session.call(name, sid, *before, [int(tid) for tid in these], *after)
    except (theirs.LimeSurveyError, theirs.ResponseMismatchError, requests.RequestException) as error:
        hint = (
            "mails of this batch may have gone out; wait some minutes and call it again, the server knows who got one"
        )
        raise DuzhengError(replace(fault_of(error, connection.server, name), hint=hint)) from None
    told = answer["result"]
    if answer["error"] or not isinstance(told, dict):
        raise DuzhengError(fault_of(theirs.LimeSurveyApiError(str(answer["error"])), connection.server, name))
    status = str(told.get("status", ""))
    if NOBODY in status:
        return {}
    tried = {int(tid): of for tid, of in told.items() if tid.isdigit()}
    if not tried and "left to send" not in status:
        raise DuzhengError(fault_of(theirs.LimeSurveyStatusError(status), connection.server, name))
    return {tid: ("sent", "") if of["status"] == "OK" else ("failed", scrub(str(of.get("error", ""))).text)
            for tid, of in tried.items() if tid in these}  # fmt: skip


def _never(said: Any) -> bool:
    return said in {None, "", "N"}


def _hindered(row: dict[str, Any]) -> str:
    """Say why somebody is not mailed whatever it is about; empty if nothing is in the way."""
    if not _never(row["completed"]):
        return "has answered"
    if not row["address"]:
        return "no address"
    status = str(row["emailstatus"] or "")
    if status.startswith("OptOut"):
        return "wants no mail"
    if status != "OK":
        return "mail came back"
    return "" if int(row["usesleft"] or 0) > 0 else "has no use of the link left"
