"""Calendar: what is due as iCalendar (RFC 5545), for the calendars that people look at anyway."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.wording import day as written
from analysis.messages import DuzhengError, Fault, Language, Words, column_of
from analysis.supervision.due import due
from analysis.supervision.evaluations import evaluator_of

if TYPE_CHECKING:
    from icalendar import Alarm, Event

    from analysis.workspace import Workspace

WORDS: Final = Words("analysis.supervision")
#: Who made the calendar; no version, so that an upgrade changes no byte.
PRODUCT: Final = "-//Duzheng//Education inspection//EN"
#: How clients name who may read an event.
_CLASSES: Final = {"public": "PUBLIC", "internal": "PRIVATE", "restricted": "CONFIDENTIAL"}
#: What people are away for; all else takes no time of theirs.
_BUSY: Final = frozenset({"on_site"})


def calendar(
    workspace: Workspace, *, day: dt.date, within: int | None = None, unit: str = "", evaluator: str = "",
    synthetic: bool = False, public: bool = False, restricted: bool = False, language: Language = "zh-Hans",
) -> bytes:  # fmt: skip
    """Give what is due as a calendar.

    Parameters
    ----------
    workspace, day, within, unit, evaluator, synthetic, public, restricted
        As of :func:`analysis.supervision.due.due`.
    language
        In which its events are said.

    Returns
    -------
    bytes
        iCalendar: an all-day event for each thing that is due, whose ``DTEND`` is the day after the last, with
        reminders as many days before as the rules say. The same ledger and day give the same bytes.

    Raises
    ------
    DuzhengError
        As of :func:`analysis.supervision.due.due`.

    Notes
    -----
    ``UID`` is made of evaluator, book, entry and what is due, and of no date: a time limit that moves moves the event,
    and makes no second one. ``DTSTAMP`` is the day that is spoken of: without a ``METHOD`` it says when an event was
    last revised (RFC 5545, 3.8.7.2), and of two exports a calendar keeps the later (RFC 5546, 2.1.5). ``SEQUENCE``
    counts how often the ledger set the day anew; of what people change in a file by hand it knows nothing, and stays 0.
    What was done is in no later export: who subscribes sees it no more, who imports a file takes a calendar of its own.
    """
    from icalendar import Calendar

    found = due(workspace, day=day, within=within, unit=unit, evaluator=evaluator, synthetic=synthetic, public=public,
                restricted=restricted)  # fmt: skip
    above = evaluator_of(workspace, evaluator)
    name = _title(workspace, above, language, synthetic=synthetic, public=public, restricted=restricted)
    as_of = WORDS.said("due", "as_of", language, day=written(day, language).text)
    book = Calendar()
    for key, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("name", name),
                       ("x-wr-calname", name), ("x-wr-caldesc", as_of)):  # fmt: skip
        book.add(key, value)
    for row in found.to_dict("records"):
        book.add_component(_event({str(key): value for key, value in row.items()}, day, above, language,
                                  synthetic=synthetic))  # fmt: skip
    return bytes(book.to_ical())


def write_calendar(workspace: Workspace, path: Path, **asked: Any) -> int:
    """Write a calendar, in the place of an earlier one; give how many events it has.

    Parameters
    ----------
    workspace
        The workspace.
    path
        The file, `.ics`.
    **asked
        As of :func:`calendar`.

    Raises
    ------
    DuzhengError
        As of :func:`calendar`; DZ-O003 for a file that cannot be written.
    """
    content = calendar(workspace, **asked)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        said = error.strerror or str(error)
        raise DuzhengError(
            Fault("DZ-O003", file=path.name, found=said, expected="a file that can be written")
        ) from error
    return content.count(b"BEGIN:VEVENT\r\n")


def _title(
    workspace: Workspace, above: str, language: Language, *, synthetic: bool, public: bool, restricted: bool
) -> str:
    access = "public" if public else "restricted" if restricted else "internal"
    parts = [WORDS.said("due", "name", language, unit=workspace.units.name(above, language)),
             WORDS.said("due", f"class_{access}", language)]  # fmt: skip
    name = " · ".join(parts)
    return WORDS.said("due", "simulated", language, text=name) if synthetic else name


def _event(row: Mapping[str, Any], day: dt.date, above: str, language: Language, *, synthetic: bool) -> Event:
    from icalendar import Event

    begins, ends = dt.date.fromisoformat(row["begins"]), dt.date.fromisoformat(row["date"])
    text = _summary(row, language, synthetic=synthetic)
    book = WORDS.said("due", f"book_{row['book']}", language)
    event = Event()
    event.add("uid", uid(above, row["book"], row["ref"], row["what"], synthetic=synthetic))
    event.add("dtstamp", dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC))
    event.add("sequence", row["moved"])
    event.add("dtstart", begins)
    event.add("dtend", ends + dt.timedelta(days=1))
    event.add("summary", text, parameters={"language": language})
    lines = [WORDS.said("due", "who", language, who=row[column_of("who", language)]),
             WORDS.said("due", "where", language, book=book, ref=row["ref"])]  # fmt: skip
    event.add("description", "\n".join(lines), parameters={"language": language})
    event.add("categories", [book])
    event.add("class", _CLASSES[row["access"]])
    event.add("transp", "OPAQUE" if row["what"] in _BUSY else "TRANSPARENT")
    for before in (int(each) for each in row["remind"].split(";") if each):
        if begins - dt.timedelta(days=before) >= day:  # nobody is reminded on days that are over
            event.add_component(_alarm(before, text))
    return event


def _summary(row: Mapping[str, Any], language: Language, *, synthetic: bool) -> str:
    said = str(row[column_of("text", language)])
    if row["days"] < 0:
        said = WORDS.said("due", "overdue", language, text=said)
    return WORDS.said("due", "simulated", language, text=said) if synthetic else said


def _alarm(days: int, text: str) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", dt.timedelta(days=-days))
    alarm.add("description", text)
    return alarm


def uid(evaluator: str, book: str, ref: str, what: str, *, synthetic: bool = False) -> str:
    """Give the UID of what is due: the same for ever, whatever its date is, and nobody else's.

    >>> uid("C1", "decisions", "2026-001", "decision") == uid("C1", "decisions", "2026-001", "decision")
    True
    >>> uid("C1", "decisions", "2026-001", "decision") == uid("C2", "decisions", "2026-001", "decision")
    False
    """
    parts = ("duzheng", "demo" if synthetic else "", evaluator, book, ref, what)
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(parts)))
