"""The field: a survey is opened, closed, and looked at; each may be said twice.

Quotas are no part of it: a questionnaire's text has none, and none are invented for the server.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey.connection import Connection
from analysis.surveys.limesurvey.live import surveys_of
from analysis.surveys.limesurvey.participants import SURVEY, has_table, prepare
from analysis.surveys.limesurvey.plan import make_plan
from analysis.surveys.questionnaire import Probability
from analysis.surveys.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

#: What is fixed once a survey is active, and how it must be then: moments and times are kept, addresses are not.
KEPT = {"datestamp": "Y", "savetimings": "Y", "ipaddr": "N", "refurl": "N"}
MOMENT = "%Y-%m-%d %H:%M:%S"
#: Among how many of the newest interviews the last answer is looked for.
NEWEST = 200


def attributes_of_draw(survey: Survey) -> list[str] | None:
    """Give the columns of the draw that participants have as attributes; None where nobody is drawn by name."""
    selection = survey.questionnaire.selection
    if not isinstance(selection, Probability):
        return None
    return [name for name in dict.fromkeys([*selection.strata, selection.psu]) if name]


@dataclass(frozen=True, slots=True)
class Opened:
    """What was done to open a survey."""

    sid: int
    was_active: bool  #: it was open already: nothing was done
    closed_access: bool  #: whether only registered participants can answer


def open_survey(connection: Connection, survey: Survey, sid: int) -> Opened:
    """Open a survey as its questionnaire says: who can answer, and what is kept of them.

    Parameters
    ----------
    connection
        The session.
    survey, sid
        The questionnaire, and its number on the server.

    Returns
    -------
    Opened
        As of :func:`activate`.

    Raises
    ------
    DuzhengError
        DZ-L006 if the survey on the server is not as its text says; DZ-L011 if respondents are drawn and their answers
        would not tell of which place they are; what :func:`activate` raises.
    """
    attributes = attributes_of_draw(survey)
    if attributes and survey.questionnaire.anonymous:
        found = f"anonymous answers to {survey.name}, whose respondents are drawn by {' and '.join(attributes)}"
        file, line = survey.place("selection")
        raise DuzhengError(Fault("DZ-L011", file=file, row=line, found=found, expected="anonymous: false",
                                 hint="else no answer tells its place or stratum, and there are no weights; and mend "
                                 "what respondents are promised"))  # fmt: skip

    def as_its_text_says(connection: Connection, sid: int) -> None:
        made = make_plan(connection, survey, sid)
        if not made.empty:
            found = f"{len(made.changes)} changes between survey {sid} and {survey.file}"
            raise DuzhengError(Fault("DZ-L006", found=found, expected="none", hint="plan and apply first"))

    return activate(connection, sid, check=as_its_text_says, anonymous=survey.questionnaire.anonymous,
                    participants=attributes)  # fmt: skip


def activate(
    connection: Connection,
    sid: int,
    *,
    check: Callable[[Connection, int], None] | None = None,
    anonymous: bool = True,
    participants: Sequence[str] | None = None,
) -> Opened:
    """Open a survey.

    Parameters
    ----------
    connection
        The session.
    sid
        The survey's number.
    check
        Is called first, and raises if the live survey is not as our text says; also of one that is active.
    anonymous
        Whether answers are kept without their participant. Fixed when a survey opens: with it nobody can ever tell
        which participant gave an answer, so that an answer's place must come with its link.
    participants
        The attributes of participants beside their id, such as stratum and place, in the order in which they will be
        registered: only registered ones can answer then. None: whoever has the link can, unless participants were
        registered before.

    Returns
    -------
    Opened
        Whether it was open before, and whether only participants can answer.

    Raises
    ------
    DuzhengError
        DZ-L005 if there is no such survey; DZ-L007 if it is active with other settings, or the server finds it
        inconsistent; DZ-L009 if the server did not take the settings, or did not activate it; what ``check`` raises.
    """
    wanted = KEPT | {"anonymized": "Y" if anonymous else "N"}
    names = [*wanted, *SURVEY, "active"]
    settings = _settings(connection, sid, names)
    if check is not None:
        check(connection, sid)
    active = settings["active"] == "Y"
    wrong = {name: value for name, value in wanted.items() if settings[name] != value}
    if active and wrong:
        raise DuzhengError(
            *(Fault("DZ-L007", found=f"survey {sid}, active with {name} = {settings[name]}",
                    expected=f"{value}, which can't be changed any more",
                    hint="prepare a new version with a number of its own") for name, value in wrong.items())
        )  # fmt: skip
    if wrong:
        connection.call("set_survey_properties", sid, wrong, repeat=True)
        settings = _settings(connection, sid, names)
        _hold(sid, settings, wanted)
    if participants is not None:
        prepare(connection, sid, participants, settings)
    if not active:
        connection.call("activate_survey", sid)
        _hold(sid, _settings(connection, sid, names), wanted | {"active": "Y"})
    return Opened(sid, active, has_table(connection, sid))


def close(connection: Connection, sid: int, at: dt.datetime) -> dt.datetime:
    """Close a survey: it keeps its answers and takes no more.

    Parameters
    ----------
    connection
        The session.
    sid
        The survey's number.
    at
        From when, by the server's clock and without a zone; a moment that has passed closes it at once.

    Returns
    -------
    datetime.datetime
        From when it is closed.

    Raises
    ------
    DuzhengError
        DZ-L005 if there is no such survey; DZ-L007 if it is not active, or closed already and should be open until
        later; DZ-L009 if the server did not take it.
    """
    moment = at.replace(microsecond=0, tzinfo=None)
    settings = _settings(connection, sid, ["active", "expires"])
    if settings["active"] != "Y":
        raise DuzhengError(Fault("DZ-L007", found=f"survey {sid}, which is not active", expected="one that is open",
                                 hint="nothing was gathered with it"))  # fmt: skip
    now = dt.datetime.now()  # noqa: DTZ005  the server's clock has no zone
    before = dt.datetime.strptime(settings["expires"], MOMENT) if settings["expires"] else None  # noqa: DTZ007
    if before is not None and before <= now:
        if moment > now:
            raise DuzhengError(Fault("DZ-L007", found=f"survey {sid}, closed since {before:%Y-%m-%d %H:%M}",
                                     expected="one that is open", hint="who is to answer after the end? Take its end "
                                     "away on the server by hand if that is meant"))  # fmt: skip
        return before
    wanted = {"expires": moment.strftime(MOMENT)}
    connection.call("set_survey_properties", sid, wanted, repeat=True)
    _hold(sid, _settings(connection, sid, ["expires"]), wanted)
    return moment


def status(connection: Connection, sids: Iterable[int] | None = None) -> pd.DataFrame:
    """Look how surveys stand.

    Parameters
    ----------
    connection
        The session.
    sids
        Their numbers; all that the user may see if left out.

    Returns
    -------
    pandas.DataFrame
        One row a survey: ``survey`` (its number), ``active``, ``anonymous``, ``started`` (opens then; missing: when it
        was activated), ``expires`` (missing: never), ``participants`` (missing: whoever has the link), ``invited``,
        ``completed``, ``incomplete``, ``last_answer`` (when something was last answered in one of the 200 newest
        interviews). Moments by the server's clock.

    Raises
    ------
    DuzhengError
        DZ-L005 if there is no such survey; DZ-L001 to DZ-L003.
    """
    import pandas as pd

    numbers = [int(each["sid"]) for each in surveys_of(connection)] if sids is None else list(sids)
    rows = []
    for sid in numbers:
        settings = _settings(connection, sid, ["active", "anonymized", "startdate", "expires"])
        told = connection.call("get_summary", sid, repeat=True) or {}
        completed, incomplete = (int(told.get(f"{name}_responses") or 0) for name in ("completed", "incomplete"))
        rows.append({
            "survey": sid, "active": settings["active"] == "Y", "anonymous": settings["anonymized"] == "Y",
            "started": settings["startdate"], "expires": settings["expires"], "participants": told.get("token_count"),
            "invited": told.get("token_sent"), "completed": completed,
            "incomplete": incomplete,
            "last_answer": _last(connection, sid, completed + incomplete) if completed + incomplete else None,
        })  # fmt: skip
    columns = ["survey", "active", "anonymous", "started", "expires", "participants", "invited", "completed",
               "incomplete", "last_answer"]  # fmt: skip
    found = pd.DataFrame(rows, columns=columns)
    for name in ("started", "expires", "last_answer"):
        found[name] = pd.to_datetime(found[name], format=MOMENT, errors="coerce")
    kinds = dict.fromkeys(["survey", "completed", "incomplete"], "int64") | dict.fromkeys(
        ["active", "anonymous"], "bool"
    )
    return found.astype(kinds | dict.fromkeys(["participants", "invited"], "Int64"))


def _last(connection: Connection, sid: int, answers: int) -> str | None:
    """Give the last moment of the newest interviews; their ids are no smaller than their number."""
    newest = max(1, answers - NEWEST + 1)
    told = connection.call(
        "export_responses", sid, "json", None, "all", "code", "short", newest, None, ["id", "datestamp"], repeat=True
    )
    rows = json.loads(base64.b64decode(told))["responses"]
    return max((row["datestamp"] for row in rows if row.get("datestamp")), default=None)


def _settings(connection: Connection, sid: int, names: Sequence[str]) -> dict[str, str]:
    told = connection.call("get_survey_properties", sid, list(names), repeat=True)
    return {name: "" if told.get(name) is None else str(told[name]) for name in names}


def _hold(sid: int, settings: dict[str, Any], wanted: dict[str, str]) -> None:
    faults = [
        Fault("DZ-L009", found=f"{name} = {settings[name]!r} of survey {sid}", expected=repr(value),
              hint="may this user change the survey's settings?")
        for name, value in wanted.items() if settings[name] != value
    ]  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
