"""What is asked for when answers are exported: the fields that are kept, in pages of interviews, and no others."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey.answers import fields_of, optional_columns, server_columns
from analysis.surveys.limesurvey.participants import attributes_of

if TYPE_CHECKING:
    from analysis.surveys.limesurvey.connection import Connection
    from analysis.surveys.survey import Survey

#: Higher than the number of any interview.
LAST = 2**31 - 1
#: Of an interview, beside its answers. Its token, the page it came from and its random seed are not asked for.
KEPT = ("id", "submitdate", "startlanguage", "startdate", "datestamp")
STAMP = ("submitdate", "datestamp")


class Exports:
    """The answers to one survey on a server."""

    def __init__(self, connection: Connection, survey: Survey, sid: int) -> None:
        self.connection, self.survey, self.sid = connection, survey, sid

    @cached_property
    def fieldmap(self) -> dict[str, dict[str, Any]]:
        """The fields of the survey's table.

        Raises
        ------
        DuzhengError
            DZ-L004 if they are named as LimeSurvey 7 does.
        """
        found: dict[str, dict[str, Any]] = self.connection.call("get_fieldmap", self.sid, repeat=True)
        if any(told.get("qid") and not field.startswith(f"{self.sid}X") for field, told in found.items()):
            raise DuzhengError(
                Fault("DZ-L004", found="a server that names the fields of answers otherwise", expected="LimeSurvey 6",
                      hint="nothing was collected; export the answers, and collect them with --from")
            )  # fmt: skip
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """Our names of the fields that are asked for.

        Raises
        ------
        DuzhengError
            DZ-L010 with every column of the questionnaire that the survey has not, and every question of the survey
            that the questionnaire has not.
        """
        fields, known = fields_of(self.fieldmap), server_columns(self.survey)
        asked = {name for name, field in fields.items() if self.fieldmap[field].get("qid")}
        wrong = sorted({*(known.keys() - asked - optional_columns(self.survey)), *(asked - known.keys())})
        if wrong:
            raise DuzhengError.of(
                Fault("DZ-L010", column=name, expected=f"the columns of {self.survey.name}",
                      found="no such column" if name in known else "a column of no question",
                      hint="see what differs with `duzheng survey plan`") for name in wrong
            )  # fmt: skip
        named = {field: name for name, field in fields.items() if name in KEPT or name in known}
        return named | {field: ours for ours, field in self.attributes.items()} | self._times()

    def _times(self) -> dict[str, str]:
        """Name the seconds of the whole and of each section."""
        if self.settings.get("savetimings") != "Y":
            return {}
        sections = {each.code: each.section.id for each in self.survey.asked}
        found = {"interviewtime": "seconds"}
        for told in self.fieldmap.values():
            section = sections.get(str(told.get("title")))
            if section and told.get("gid"):
                found[f"{self.sid}X{told['gid']}time"] = f"seconds[{section}]"
        return found

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The settings that say what is kept of interviews."""
        wanted = ["active", "anonymized", "savetimings", "ipaddr", "attributedescriptions"]
        found: dict[str, Any] = self.connection.call("get_survey_properties", self.sid, wanted, repeat=True)
        return found

    @property
    def addresses(self) -> bool:
        """Whether the server keeps the network addresses of respondents."""
        return "ipaddr" in self.fieldmap

    @cached_property
    def attributes(self) -> dict[str, str]:
        """The fields of participants' attributes by their descriptions, where answers are kept with participants."""
        if "token" not in self.fieldmap:
            return {}
        return {f"attribute[{called}]": field for field, called in attributes_of(self.settings).items()}

    def count(self) -> int:
        """Count the interviews on the server, those that were only begun among them.

        Raises
        ------
        DuzhengError
            DZ-L007 if the survey has no table of answers.
        """
        told = self.connection.call("get_summary", self.sid, "all", repeat=True)
        if "full_responses" not in told:
            raise DuzhengError(
                Fault("DZ-L007", found=f"the survey {self.sid}, which has no answers: it is not active",
                      expected="an active survey", hint="what was collected before is untouched")
            )  # fmt: skip
        return int(told["full_responses"])

    def rows(self, first: int, last: int = LAST) -> list[dict[str, Any]]:
        """Give the interviews of a range of numbers, under our names."""
        names = dict(self.names)
        if self.addresses:
            names["ipaddr"] = "ipaddr"
        # The server names columns its own way; the order of fields is ours.
        return [dict(zip(names.values(), row.values(), strict=True)) for row in self._export(first, last, [*names])]

    def stamps(self, first: int, last: int = LAST, *, finished: bool = True) -> dict[str, str]:
        """Give of interviews when they were last changed, by number; of those that are not finished, or of all."""
        fields = ["id", *(field for field in STAMP if field in self.fieldmap)]
        found = self._export(first, last, fields, "all" if finished else "incomplete")
        return {str(row["id"]): stamp_of(row) for row in found}

    def _export(self, first: int, last: int, fields: list[str], which: str = "all") -> Iterator[dict[str, Any]]:
        packed = self.connection.call(
            "export_responses", self.sid, "json", None, which, "code", "short", first, last, fields, repeat=True
        )
        told = json.loads(base64.b64decode(packed))["responses"] if packed else []
        # Some versions answer a range without interviews with one that is empty.
        rows = [row for row in told if row.get("id")]
        # An interview that was not finished has no moment at which it was: a server that tells an empty one tells an
        # empty answer, too, where a question was not reached, and nobody can know which were left blank.
        if any(row.get("submitdate") == "" for row in rows):
            raise DuzhengError(
                Fault("DZ-L004", found="a server that tells no difference between what was left blank and not reached",
                      expected="LimeSurvey 6.4.7 or newer, or one before 6.3.8", hint="update the server; nothing was "
                      "written")
            )  # fmt: skip
        return iter(rows)


def stamp_of(row: Mapping[str, Any]) -> str:
    """Say of an interview whether it was finished, and when it was last changed."""
    return "|".join(str(row.get(name) or "") for name in STAMP)
