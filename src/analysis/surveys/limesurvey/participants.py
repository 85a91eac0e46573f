"""Participants of a sample on the server: who they are without names, registered once each, and who answered."""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey.connection import Connection
from analysis.surveys.limesurvey.journal import Journal
from analysis.surveys.personal import scrub
from analysis.surveys.pseudonyms import pseudonym

if TYPE_CHECKING:
    import pandas as pd

#: Columns that the server has itself; every other column of persons is an attribute.
SERVERS = ("email", "firstname", "lastname", "language")
#: The attribute that holds a person's id in the frame: what tells whether somebody is registered already.
PERSON = "person"
#: Small letters and digits without those that are mistaken for each other: 0, 1, i, l, o.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 16  #: of a token: 31 :sup:`16`, 79 bits
#: What of a survey's settings participants depend on.
SURVEY = ("attributedescriptions", "language", "additional_languages")
#: How many participants are read in one call.
PAGE = 2000
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a sample's persons."""

    asked: int  #: persons of the sample
    there: int  #: who were on the server already
    added: int  #: who were added now
    removed: int  #: whom somebody took off the server since: they are not added again


def new_token() -> str:
    """Make a token that nobody can guess, and that can be typed from paper.

    Examples
    --------
    >>> len(new_token()), set(new_token()) <= set(ALPHABET)
    (16, True)
    """
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def register(
    connection: Connection,
    sid: int,
    persons: pd.DataFrame,
    *,
    journal: Path,
    batch: int = 200,
    tokens: Literal["ours", "server"] = "ours",
) -> Registered:
    """Put the persons of a sample onto the server, each once, however often this is called or breaks off.

    Parameters
    ----------
    connection
        The session.
    sid
        The survey's number.
    persons
        One row a person: ``person`` (an id), and where they are known ``email``, ``firstname``, ``lastname`` and
        ``language`` (a code of the survey's; its first if left out). Every other column, such as place and stratum,
        becomes an attribute under its name.
    journal
        A file that remembers who was sent, by id: outside git, one for each survey. It has no tokens and no addresses.
    batch
        How many are sent in one call.
    tokens
        Who makes them.

    Returns
    -------
    Registered
        How many were there, were added, or were taken off by somebody.

    Raises
    ------
    DuzhengError
        DZ-L011 with every fault of the persons, which never repeats an address, or of whom the server refuses; DZ-L009
        if a person is on the server twice, or not, at the end; DZ-L001 if it breaks off: call it again.

    Notes
    -----
    A call that adds persons is never repeated blindly. Who is on the server is read first, and the journal tells who
    was taken off again: whoever does not want to be asked is not asked twice.
    """
    attributes = [str(name) for name in persons.columns if name not in {PERSON, *SERVERS}]
    settings = connection.call("get_survey_properties", sid, [*SURVEY], repeat=True)
    _hold(persons, [settings["language"], *str(settings["additional_languages"] or "").split()])
    prepare(connection, sid, attributes, settings)
    book = Journal(journal, connection.server.url, sid)
    on_server = _once_each(connection, sid)
    ids = [str(person) for person in persons[PERSON]]
    book.settle([person for person in ids if person in on_server])
    left = [
        (person, row)
        for person, row in zip(ids, _rows(persons, [PERSON, *attributes]), strict=True)
        if person not in book
    ]
    added, refused = 0, []
    for at in range(0, len(left), batch):
        these = left[at : at + batch]
        rows = [row if tokens == "server" else row | {"token": new_token()} for _, row in these]
        book.begin([person for person, _ in these])
        told = connection.call("add_participants", sid, rows, tokens == "server")
        taken = [person for (person, _), row in zip(these, told, strict=True) if "errors" not in row]
        book.settle(taken)
        added += len(taken)
        refused += [_refusal(person, row) for (person, _), row in zip(these, told, strict=True) if "errors" in row]
    if refused:
        raise DuzhengError(*refused)
    now = _once_each(connection, sid)
    missing = [person for person, _ in left if person not in now]
    if missing:
        raise DuzhengError(
            Fault("DZ-L009", found=f"{len(missing)} persons that were sent and are not there",
                  expected="each of them", hint="did somebody remove them meanwhile?")
        )  # fmt: skip
    there = sum(person in on_server for person in ids)
    return Registered(len(ids), there, added, len(ids) - there - added)


def _hold(persons: pd.DataFrame, languages: Sequence[str]) -> None:
    """Hold persons to what the server will take; addresses are never repeated."""
    rows = persons.index if persons.index.name == "row" else range(2, len(persons) + 2)
    faults = []

    def fault(found: str, expected: str, hint: str = "", row: Any = None, column: str = "") -> None:
        at = None if row is None else int(row)
        faults.append(Fault("DZ-L011", found=found, expected=expected, hint=hint, row=at, column=column))

    if PERSON not in persons or persons.empty:
        fault("no column 'person'" if PERSON not in persons else "nobody", "one row a person, with its id")
        raise DuzhengError.of(faults)
    seen: set[str] = set()
    for row, record in zip(rows, persons.to_dict("records"), strict=True):
        person = _text(record[PERSON])
        if not person or person in seen:
            fault(f"{person!r} again" if person else "no id", "each person once", row=row, column=PERSON)
        seen.add(person)
        email, language = _text(record.get("email")), _text(record.get("language"))
        if email and not ADDRESS.fullmatch(email):
            fault("what is no e-mail address", "an address, or nothing", row=row, column="email")
        if language and language not in languages:
            fault(repr(language), f"a language of the survey: {', '.join(languages)}", row=row, column="language")
    if faults:
        raise DuzhengError.of(faults)


def _rows(persons: pd.DataFrame, attributes: Sequence[str]) -> Iterator[dict[str, str]]:
    for record in persons.to_dict("records"):
        own = {name: _text(record[name]) for name in SERVERS if name in record and _text(record[name])}
        yield own | {f"attribute_{n}": _text(record[name]) for n, name in enumerate(attributes, 1)}


def _text(value: Any) -> str:
    import pandas as pd

    return "" if value is None or pd.isna(value) else str(value).strip()


def _refusal(person: str, row: dict[str, Any]) -> Fault:
    why = "; ".join(str(each) for of in row["errors"].values() for each in of)
    # What the server says may hold the token, which lets whoever has it answer, or the address.
    for secret in (row.get("token"), row.get("email")):
        why = why.replace(str(secret), "…") if secret else why
    return Fault("DZ-L011", found=f"{scrub(why).text!r} of person {person}", expected="a person that the server takes",
                 hint="the others were registered; mend this one, and register again")  # fmt: skip


def attributes_of(settings: dict[str, Any]) -> dict[str, str]:
    """Give the attributes of a survey's participants by their names on the server: ``attribute_1``."""
    try:
        told = json.loads(settings["attributedescriptions"] or "{}")
    except json.JSONDecodeError:
        return {}
    if not isinstance(told, dict):
        return {}
    return {name: str(of.get("description") or name) for name, of in told.items() if isinstance(of, dict)}


def prepare(connection: Connection, sid: int, attributes: Sequence[str], settings: dict[str, Any]) -> None:
    """See to it that there is a table of participants with these attributes after their id.

    Raises
    ------
    DuzhengError
        DZ-L011 if there is one with others.
    """
    wanted = {f"attribute_{n}": name for n, name in enumerate([PERSON, *attributes], 1)}
    there = attributes_of(settings)
    if has_table(connection, sid):
        if {name: there.get(name) for name in wanted} != wanted:
            found = ", ".join(there.values()) or "no attributes"
            raise DuzhengError(
                Fault("DZ-L011", found=f"participants of survey {sid} with {found}",
                      expected=f"with {', '.join(wanted.values())}, in this order",
                      hint="register with these columns, or delete the participants' table on the server")
            )  # fmt: skip
        return
    plain = {"mandatory": "N", "encrypted": "N", "show_register": "N", "cpdbmap": ""}
    said = json.dumps({name: {"description": text, **plain} for name, text in wanted.items()}, ensure_ascii=False)
    # Before the table: where this breaks off in between, the next call finds a table that says what it has.
    connection.call("set_survey_properties", sid, {"attributedescriptions": said}, repeat=True)
    connection.call("activate_tokens", sid, list(range(1, len(wanted) + 1)))


def has_table(connection: Connection, sid: int) -> bool:
    """Tell whether a survey has a table of participants: then only they can answer."""
    return "token_count" in (connection.call("get_summary", sid, repeat=True) or {})


def listed(connection: Connection, sid: int, wanted: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Read the participants page by page: ``tid``, ``token``, what is wanted, and whether they have an ``address``.

    The server sends names and addresses unasked; they go no further than this.
    """
    start, names = 0, list(wanted)
    while rows := connection.call("list_participants", sid, start, PAGE, False, names, repeat=True):  # noqa: FBT003
        for row in rows:
            address = bool((row.get("participant_info") or {}).get("email"))
            yield {name: row.get(name) for name in ("tid", "token", *names)} | {"address": address}
        start = max(int(row["tid"]) for row in rows) + 1


def _once_each(connection: Connection, sid: int) -> set[str]:
    """Give the persons on the server; it is a fault if one is there twice."""
    count = Counter(str(row["attribute_1"]) for row in listed(connection, sid, ["attribute_1"]))
    twice = sorted(person for person, number in count.items() if number > 1 and person not in {"", "None"})
    if twice:
        raise DuzhengError(
            *(Fault("DZ-L009", found=f"person {person} {count[person]} times among the participants", expected="once",
                    hint="delete one of the two on the server, the one without an answer") for person in twice)
        )  # fmt: skip
    return set(count)


def responded(connection: Connection, sid: int, key: bytes | None = None, purpose: str = "") -> pd.DataFrame:
    """Read who was asked and who answered, without names, addresses and tokens.

    Parameters
    ----------
    connection
        The session.
    sid
        The survey's number.
    key, purpose
        If given, ``person`` is the pseudonym of the id, as collected waves have it: the purpose is the questionnaire's
        id (:func:`analysis.surveys.pseudonyms.pseudonym`).

    Returns
    -------
    pandas.DataFrame
        One row a participant: ``person`` and the other attributes by their names, ``language`` (empty: the
        survey's first), ``sent`` and ``reminded`` (when an invitation, and the last reminder,
        went out; missing: never), ``reminders``, ``completed`` (whether), ``completed_on`` (missing in surveys that
        keep it to themselves), ``opted_out``.

    Raises
    ------
    DuzhengError
        DZ-L007 if it has no participants' table; DZ-L001 to DZ-L003, DZ-L005.
    """
    import pandas as pd

    settings = connection.call("get_survey_properties", sid, [*SURVEY], repeat=True)
    attributes = attributes_of(settings)
    wanted = [*attributes, "language", "sent", "remindersent", "remindercount", "completed", "emailstatus"]
    rows = pd.DataFrame(list(listed(connection, sid, wanted)), columns=wanted)
    found = rows[list(attributes)].fillna("").astype("str").rename(columns=attributes)
    if key is not None:
        found[PERSON] = [pseudonym(person, key, purpose) if person else "" for person in found[PERSON]]
    done = rows["completed"].fillna("N").astype("str")
    return found.assign(
        language=rows["language"].fillna("").astype("str"),
        sent=_moments(rows["sent"]),
        reminded=_moments(rows["remindersent"]),
        reminders=pd.to_numeric(rows["remindercount"]).fillna(0).astype("int64"),
        completed=~done.isin(["N", "", "Q"]),
        completed_on=_moments(done),
        opted_out=rows["emailstatus"].fillna("").astype("str").str.startswith("OptOut"),
    )


def _moments(column: pd.Series) -> pd.Series:
    """Read moments; N and Y are none."""
    import pandas as pd

    found: pd.Series = pd.to_datetime(column.astype("str").str[:16], format="%Y-%m-%d %H:%M", errors="coerce")
    return found


def access_codes(connection: Connection, sid: int) -> pd.DataFrame:
    """Give each participant's token and link, to be handed out where there is no e-mail: on letters, by schools.

    Whoever has a code can answer in its person's name: keep the table out of git, and delete it when it was handed out.

    Returns
    -------
    pandas.DataFrame
        One row a participant who has not answered yet: the attributes by their names, ``token``, ``link``.

    Raises
    ------
    DuzhengError
        As of :func:`responded`.
    """
    import pandas as pd

    attributes = attributes_of(connection.call("get_survey_properties", sid, [*SURVEY], repeat=True))
    rows = pd.DataFrame(
        [row for row in listed(connection, sid, [*attributes, "completed"]) if row["completed"] in {"N", "", None}],
        columns=["tid", "token", *attributes],
    )
    found = rows[list(attributes)].fillna("").astype("str").rename(columns=attributes)
    links = [link(connection.server.url, sid, token) for token in rows["token"]]
    return found.assign(token=rows["token"].astype("str"), link=links)


def link(url: str, sid: int, token: str) -> str:
    """Give the address at which a participant answers.

    Examples
    --------
    >>> link("https://survey.example.org/index.php/admin/remotecontrol", 123456, "abcd")
    'https://survey.example.org/index.php/123456?token=abcd'
    >>> link("https://survey.example.org/index.php?r=admin/remotecontrol", 123456, "abcd")
    'https://survey.example.org/index.php?r=survey/index&sid=123456&token=abcd'
    """
    parts = urlsplit(url)
    if parts.query:
        return urlunsplit(parts._replace(query=f"r=survey/index&sid={sid}&token={token}"))
    base = parts.path.removesuffix("/").removesuffix("admin/remotecontrol")
    return urlunsplit(parts._replace(path=f"{base}{sid}", query=f"token={token}"))
