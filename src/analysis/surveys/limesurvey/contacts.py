"""Contacts: where those who were drawn can be written to, put beside their ids."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey.connection import Connection
from analysis.surveys.limesurvey.participants import PAGE, PERSON, SERVERS

if TYPE_CHECKING:
    import pandas as pd


def with_contacts(persons: pd.DataFrame, contacts: pd.DataFrame, file: str = "") -> pd.DataFrame:
    """Put contacts beside the persons that were drawn.

    Parameters
    ----------
    persons
        Who was drawn: ``person``, and the columns of the draw.
    contacts
        One row a person: ``person``, and any of ``email``, ``firstname``, ``lastname``, ``language``. It may have
        persons who were not drawn: they are left out. Indexed by the rows of the file.
    file
        Its name in messages.

    Returns
    -------
    pandas.DataFrame
        The persons in their order, with the columns of the contacts; empty where nothing is known.

    Raises
    ------
    DuzhengError
        DZ-L011 with every fault: columns that are none of these, persons without id or twice, and a list that has
        nobody who was drawn. No address is repeated in a message.

    Examples
    --------
    >>> import pandas as pd
    >>> drawn = pd.DataFrame({"person": ["b", "a"], "school": ["s1", "s1"]})
    >>> with_contacts(drawn, pd.DataFrame({"person": ["a", "c"], "email": ["a@example.org", "c@example.org"]}))
      person school          email
    0      b     s1
    1      a     s1  a@example.org
    """
    known = [PERSON, *SERVERS]
    faults = []
    for name in contacts.columns:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            hint = f"did you mean {near[0]}?" if near else "attributes come from the draw; leave it out"
            faults.append(Fault("DZ-L011", file=file, row=1, column=str(name), found="an unknown column",
                                expected=", ".join(known), hint=hint))  # fmt: skip
    if PERSON not in contacts:
        faults.append(Fault("DZ-L011", file=file, row=1, found=f"no column {PERSON}", expected="the ids of the draw"))
        raise DuzhengError.of(faults)
    ids = contacts[PERSON].fillna("").astype("str")
    rows = contacts.index if contacts.index.name == "row" else range(2, len(contacts) + 2)
    for row, person, again in zip(rows, ids, ids.duplicated(), strict=True):
        if not person or again:
            found = f"{person!r} again" if person else "no id"
            faults.append(Fault("DZ-L011", file=file, row=int(row), column=PERSON, found=found,
                                expected="each person once"))  # fmt: skip
    if not faults and not ids.isin(persons[PERSON]).any():
        faults.append(Fault("DZ-L011", file=file, found="nobody who was drawn", expected="their ids",
                            hint="are these the ids of the sampling frame?"))  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)
    beside = contacts.assign(**{PERSON: ids}).set_index(PERSON)
    more = {str(name): persons[PERSON].map(beside[name]).fillna("") for name in beside.columns}
    return persons.reset_index(drop=True).assign(**{name: column.to_numpy() for name, column in more.items()})


def write_contacts(connection: Connection, sid: int, persons: pd.DataFrame) -> int:
    """Write contacts of persons who are registered already onto the server, where it has others or none.

    Parameters
    ----------
    connection, sid
        The session, and the survey's number.
    persons
        As :func:`with_contacts` gives them; what is empty changes nothing.

    Returns
    -------
    int
        How many persons have other contacts now.

    Raises
    ------
    DuzhengError
        DZ-L009 if the server did not take them; DZ-L001 if it breaks off: call it again.
    """
    names = [name for name in SERVERS if name in persons]
    rows = persons[[PERSON, *names]].fillna("").astype("str").to_dict("records")
    wanted = {row[PERSON]: {name: row[name].strip() for name in names if row[name].strip()} for row in rows}
    start, changed = 0, 0
    asked = ["attribute_1", "language"]
    while there := connection.call("list_participants", sid, start, PAGE, False, asked, repeat=True):  # noqa: FBT003
        for row in there:
            known: dict[str, Any] = (row.get("participant_info") or {}) | {"language": row.get("language")}
            mine = wanted.get(str(row.get("attribute_1")), {})
            other = {name: value for name, value in mine.items() if str(known.get(name) or "") != value}
            if other:
                told = connection.call("set_participant_properties", sid, int(row["tid"]), other, repeat=True)
                if not isinstance(told, dict) or any(str(told.get(name)) != value for name, value in other.items()):
                    raise DuzhengError(Fault("DZ-L009", found=f"contacts of person {row['attribute_1']} not taken",
                                             expected="taken", hint="may this user change participants?"))  # fmt: skip
                changed += 1
        start = max(int(row["tid"]) for row in there) + 1
    return changed
