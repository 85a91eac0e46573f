"""A survey as it is on the server: read over its remote control into the tables of a structure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from analysis.messages import DuzhengError
from analysis.surveys.bank import BankFile
from analysis.surveys.formats.imported import Imported
from analysis.surveys.formats.lss.reader import read_lss
from analysis.surveys.formats.lss.structure import DB_VERSION
from analysis.surveys.limesurvey.connection import Connection
from analysis.surveys.places import PARAMETER

Row = dict[str, str]
Rows = dict[str, list[Row]]
#: The setting that holds a lock: used by a survey with an account of its own for returned mail, and shown to nobody.
LOCK = "bounceaccountuser"
OURS = "duzheng "
#: What is read of a survey: all but its password for returned mail, and when it was made.
SETTINGS = (
    "sid", "gsid", "owner_id", "admin", "active", "expires", "startdate", "adminemail", "anonymized", "format",
    "savetimings", "template", "language", "additional_languages", "datestamp", "usecookie", "allowregister",
    "allowsave", "autonumber_start", "autoredirect", "allowprev", "printanswers", "ipaddr", "ipanonymize", "refurl",
    "showsurveypolicynotice", "publicstatistics", "publicgraphs", "listpublic", "htmlemail", "sendconfirmation",
    "tokenanswerspersistence", "assessments", "usecaptcha", "usetokens", "bounce_email", "attributedescriptions",
    "emailresponseto", "emailnotificationto", "tokenlength", "showxquestions", "showgroupinfo", "shownoanswer",
    "showqnumcode", "bounceprocessing", LOCK, "showwelcome", "showprogress", "questionindex", "navigationdelay",
    "nokeyboard", "alloweditaftercompletion", "googleanalyticsstyle", "googleanalyticsapikey",
)  # fmt: skip
#: What attributes are that nobody set; empty ones and 0 are left out without being named.
DEFAULTS: dict[str, frozenset[str]] = {
    "answer_order": frozenset({"normal"}),
    "assessment_value": frozenset({"1"}),
    "other_position": frozenset({"default", "end"}),
    "statistics_showgraph": frozenset({"1"}),
    "statistics_showmap": frozenset({"1"}),
    "time_limit_action": frozenset({"1"}),
    "location_mapheight": frozenset({"300"}),
    "location_mapwidth": frozenset({"500"}),
    "location_mapzoom": frozenset({"11"}),
    "showpopups": frozenset({"1"}),
    "samechoiceheight": frozenset({"1"}),
    "samelistheight": frozenset({"1"}),
    "dropdown_dates_minute_step": frozenset({"1"}),
}
#: Tables in which nothing must not be sent as an empty text: a database that is strict takes none for a number or day.
STRICT = frozenset({"surveys", "survey_url_parameters"})
#: Attributes whose 0 says something.
SAID = frozenset({"num_value_int_only", "min_num_value_n", "max_num_value_n"})
#: Counts by the names that the server has for them.
COUNTS = {"completed_responses": "completed", "incomplete_responses": "incomplete", "token_count": "participants"}


@dataclass(frozen=True, slots=True)
class Live:
    """A survey on the server."""

    sid: int
    tables: Rows  #: numbered from 1, whatever numbers the server gave
    active: bool
    lock: str  #: who is applying changes; empty for nobody
    counts: dict[str, int]  #: completed, incomplete, participants, quotas
    numbers: dict[tuple[str, str], int] = field(
        repr=False
    )  #: the server's, by ``("question", code)``, ``("group", n)``

    @property
    def answers(self) -> int:
        """How many answers there are, those that were only begun included."""
        return self.counts["completed"] + self.counts["incomplete"]

    @property
    def fingerprint(self) -> str:
        """A hash of everything that was read but counts and lock; a survey imported anew under its number keeps it."""
        told = json.dumps(self.tables, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def imported(self, wave: int, id: str) -> Imported:  # noqa: A002
        """Read it into our text, items in the versions that they say they have.

        Parameters
        ----------
        wave, id
            Of the questionnaire; the server knows neither.

        Raises
        ------
        DuzhengError
            DZ-Q008 if nothing of it has a place in our text.
        """
        return read_tables(self.tables, f"survey {self.sid}", wave, id)


def read_tables(tables: Rows, file: str, wave: int, id: str) -> Imported:  # noqa: A002
    """Read tables into our text as any structure is read, and the versions of items from their classes."""
    found = read_lss(lss_of(tables), file, wave=wave, id=id)
    versions = {question["title"]: version_of(tables, question) for question in tables["questions"]}
    items = {code: (each[0].model_copy(update={"version": versions.get(code, 1)}),)
             for code, each in found.bank.items.items()}  # fmt: skip
    sections = tuple(
        section.model_copy(
            update={
                "items": tuple(use.model_copy(update={"version": versions.get(use.item, 1)}) for use in section.items)
            }
        )
        for section in found.questionnaire.sections
    )
    sheet = found.questionnaire.model_copy(update={"sections": sections})
    return Imported(sheet, BankFile(scales=found.bank.scales, items=items), found.unplaced)


def version_of(tables: Rows, question: Mapping[str, str]) -> int:
    """Give the version that a question's class says."""
    marks = [row["value"] for row in tables.get("question_attributes", [])
             if row["qid"] == question["qid"] and row["attribute"] == "cssclass"]  # fmt: skip
    found = re.search(r"\bdz-v(\d{1,6})\b", marks[0]) if marks else None
    return max(int(found[1]), 1) if found else 1


def lss_of(tables: Rows, source: str = "") -> bytes:
    """Write tables as a structure that the server imports."""
    document = ET.Element("document")
    ET.SubElement(document, "LimeSurveyDocType").text = "Survey"
    ET.SubElement(document, "DBVersion").text = DB_VERSION
    languages = ET.SubElement(document, "languages")
    for row in tables["surveys_languagesettings"]:
        ET.SubElement(languages, "language").text = row["surveyls_language"]
    for name, rows in tables.items():
        if not rows:
            continue
        table = ET.SubElement(document, name)
        fields = ET.SubElement(table, "fields")
        for column in dict.fromkeys(column for row in rows for column in row):
            ET.SubElement(fields, "fieldname").text = column
        entries = ET.SubElement(table, "rows")
        for row in rows:
            entry = ET.SubElement(entries, "row")
            for column, value in row.items():
                if value or name not in STRICT:
                    ET.SubElement(entry, column).text = value
    if source:
        ET.SubElement(document, "duzheng").text = source
    written: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return written


def surveys_of(connection: Connection) -> list[dict[str, Any]]:
    """List the surveys that the user may see: sid, surveyls_title, active and more; none on an empty server."""
    found: list[dict[str, Any]] = connection.call("list_surveys", repeat=True)
    return found


def read_settings_of(connection: Connection, sid: int) -> dict[str, Any] | None:
    """Read the settings of a survey; None if its number is free.

    Raises
    ------
    DuzhengError
        DZ-L003 if it is there, but not for this user.
    """
    try:
        found: dict[str, Any] = connection.call("get_survey_properties", sid, list(SETTINGS), repeat=True)
    except DuzhengError as error:
        if error.faults[0].code == "DZ-L005":
            return None
        raise
    return found


def read_counts(connection: Connection, sid: int) -> dict[str, int]:
    """Count answers, those that were only begun, participants and quotas."""
    told = connection.call("get_summary", sid, repeat=True) or {}
    counts = {ours: int(told.get(theirs) or 0) for theirs, ours in COUNTS.items()}
    return counts | {"quotas": len(connection.call("list_quotas", sid, repeat=True))}


def read_live(connection: Connection, sid: int) -> Live | None:
    """Read a survey from the server.

    Parameters
    ----------
    connection
        The session.
    sid
        The survey's number.

    Returns
    -------
    Live or None
        None if the server has no such survey.

    Raises
    ------
    DuzhengError
        DZ-L001 to DZ-L003.

    Notes
    -----
    The remote control tells texts, answers, conditions and attributes, but not which parameters of links are kept: the
    hidden question of a poster's place is taken to be linked. Conditions of older surveys, quotas' members, rights of
    other users and the password for returned mail can't be read.
    """
    settings = read_settings_of(connection, sid)
    if settings is None:
        return None
    lock = str(settings.get(LOCK) or "")
    if lock.startswith(OURS):
        settings[LOCK] = ""
    else:
        lock = ""
    reader = _Reading(connection, sid, settings)
    return Live(sid, reader.tables, settings.get("active") == "Y", lock, read_counts(connection, sid), reader.numbers)


class _Reading:
    """Reads one survey's tables."""

    def __init__(self, connection: Connection, sid: int, settings: dict[str, Any]) -> None:
        self.connection, self.sid = connection, sid
        self.numbers: dict[tuple[str, str], int] = {}
        self.next = iter(range(1, 10**7))
        self.tables: Rows = {"surveys": [_row(settings)]}
        self.languages = [settings["language"], *str(settings.get("additional_languages") or "").split()]
        self.tables["surveys_languagesettings"] = [
            _row(connection.call("get_language_properties", sid, None, language, repeat=True))
            for language in self.languages
        ]
        names = ("groups", "group_l10ns", "questions", "subquestions", "question_l10ns", "answers", "answer_l10ns",
                 "question_attributes", "defaultvalues", "survey_url_parameters")  # fmt: skip
        self.tables |= {name: [] for name in names}
        groups = self._groups()
        self._questions(groups)
        self.tables = {name: rows for name, rows in self.tables.items() if rows}

    def _number(self) -> str:
        return str(next(self.next))

    def _groups(self) -> dict[int, str]:
        """Read groups, which are numbered by their order; give these numbers by the server's."""
        found: dict[int, str] = {}
        for language in self.languages:
            rows = self.connection.call("list_groups", self.sid, language, repeat=True)
            for row in sorted(rows, key=lambda row: (int(row["group_order"]), int(row["gid"]))):
                gid = found.setdefault(int(row["gid"]), str(len(found) + 1))
                self.numbers["group", gid] = int(row["gid"])
                if language == self.languages[0]:
                    cells = {name: row.get(name) for name in ("randomization_group", "grelevance")}
                    self.tables["groups"].append(_row({"gid": gid, "sid": self.sid, "group_order": gid} | cells))
                self.tables["group_l10ns"].append(
                    _row({
                        "id": self._number(), "gid": gid, "group_name": row.get("group_name"),
                        "description": row.get("description"), "language": language, "sid": self.sid,
                        "group_order": gid,
                    })
                )  # fmt: skip
        return found

    def _questions(self, groups: dict[int, str]) -> None:
        listed = {language: {int(row["qid"]): row for row in
                             self.connection.call("list_questions", self.sid, None, language, repeat=True)}
                  for language in self.languages}  # fmt: skip
        first = listed[self.languages[0]]
        order = {qid: (groups.get(int(row["gid"]), ""), int(row["question_order"]), qid) for qid, row in first.items()}
        place = sorted(first, key=lambda qid: (int(order[qid][0] or 0), *order[qid][1:]))
        places: dict[str, int] = {}
        for qid in [each for each in place if not int(first[each]["parent_qid"] or 0)]:
            ours, gid = self._number(), order[qid][0]
            places[gid] = places.get(gid, 0) + 1
            self.numbers["question", first[qid]["title"]] = qid
            self._question(qid, ours, "0", gid, places[gid], listed)
            lines = [each for each in place if int(first[each]["parent_qid"] or 0) == qid]
            lines.sort(key=lambda each: (int(first[each]["scale_id"]), *order[each][1:]))
            for number, line in enumerate(lines, 1):
                self._question(line, self._number(), ours, gid, number, listed)
            self._properties(qid, ours, first[qid])

    def _question(
        self, qid: int, ours: str, parent: str, gid: str, place: int, listed: dict[str, dict[int, dict[str, Any]]]
    ) -> None:
        row = listed[self.languages[0]][qid]
        table = "questions" if parent == "0" else "subquestions"
        kept = ("type", "title", "preg", "other", "mandatory", "encrypted", "scale_id", "same_default", "relevance",
                "question_theme_name", "modulename")  # fmt: skip
        self.tables[table].append(
            _row({"qid": ours, "parent_qid": parent, "sid": self.sid, "gid": gid, "question_order": place}
                 | {name: row.get(name) for name in kept})
        )  # fmt: skip
        for language, rows in listed.items():
            words = rows.get(qid, {})
            self.tables["question_l10ns"].append(
                _row({"id": self._number(), "qid": ours, "question": words.get("question"), "help": words.get("help"),
                      "script": "", "language": language})
            )  # fmt: skip

    def _properties(self, qid: int, ours: str, row: dict[str, Any]) -> None:
        """Read answers and attributes, which come one question and language at a time."""
        wanted = ["attributes", "attributes_lang", "answeroptions", "answeroptions_multiscale", "defaultvalue"]
        numbers: dict[tuple[str, str], str] = {}
        for language in self.languages:
            told = self.connection.call("get_question_properties", qid, wanted, language, repeat=True)
            for code, answer in _answers(told.get("answeroptions")):
                key = str(answer["scale_id"]), code
                if key not in numbers:
                    numbers[key] = self._number()
                    self.tables["answers"].append(
                        _row({"aid": numbers[key], "qid": ours, "code": code, "sortorder": answer["order"],
                              "assessment_value": answer["assessment_value"], "scale_id": answer["scale_id"]})
                    )  # fmt: skip
                self.tables["answer_l10ns"].append(
                    _row({"id": self._number(), "aid": numbers[key], "answer": answer["answer"], "language": language})
                )
            names = {"attributes": "", "attributes_lang": language} if language == self.languages[0] else {
                "attributes_lang": language
            }  # fmt: skip
            for name, of in names.items():
                for attribute, value in set_attributes(told.get(name)):
                    self.tables["question_attributes"].append(
                        {"qid": ours, "attribute": attribute, "value": value, "language": of}
                    )
                    if attribute == "hidden" and row["title"] == PARAMETER:
                        self._link(ours)
            if told.get("defaultvalue") not in {None, ""}:
                self.tables["defaultvalues"].append(
                    _row({"dvid": self._number(), "qid": ours, "scale_id": "0", "sqid": "0", "specialtype": "",
                          "language": language, "defaultvalue": str(told["defaultvalue"])})
                )  # fmt: skip

    def _link(self, qid: str) -> None:
        self.tables["survey_url_parameters"].append(
            {"id": "1", "sid": str(self.sid), "parameter": PARAMETER, "targetqid": qid, "targetsqid": ""}
        )


def set_attributes(told: Any) -> Iterator[tuple[str, str]]:
    """Give the attributes that somebody set: the server gives every one that there is, with what it is by default."""
    if not isinstance(told, dict):
        return  # "No available attributes"
    for name, value in told.items():
        said = str(value if value is not None else "")
        if said in {"", "0"} and (name not in SAID or not said):
            continue
        if said not in DEFAULTS.get(name, ()):
            yield name, said


def _answers(told: Any) -> list[tuple[str, dict[str, Any]]]:
    """Give answers in their order, of one scale or several; there are none where a text comes instead."""
    if not isinstance(told, dict):
        return []
    found: list[tuple[str, dict[str, Any]]] = []
    for code, answer in told.items():
        if "answer" in answer:
            found.append((str(code), answer))
        else:
            found += [(str(each), inner) for each, inner in answer.items()]
    return sorted(found, key=lambda pair: (int(pair[1]["scale_id"]), int(pair[1]["order"])))


def _row(cells: Mapping[str, Any]) -> Row:
    return {name: "" if value is None else str(value) for name, value in cells.items()}
