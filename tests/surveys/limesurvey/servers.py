"""A server of answers that lives in memory: it answers as LimeSurvey 6.2.1 was seen to, and fails when told to."""

from __future__ import annotations

import base64
import json

from analysis.messages import DuzhengError, Fault
from analysis.surveys.limesurvey.answers import server_columns
from analysis.surveys.survey import Survey


class Answering:
    """Interviews of one survey, behind the calls that collecting makes."""

    version = (6, 2, 1)

    def __init__(self, survey: Survey, sid: int = 400_100, *, attributes=(), addresses=False) -> None:
        self.survey, self.sid, self.attributes = survey, sid, attributes
        self.rows: dict[int, dict] = {}
        self.calls: list[tuple] = []
        self.active, self.fails = True, lambda _: False
        sections = {section.id: str(170 + n) for n, section in enumerate(survey.questionnaire.sections)}
        head = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp",
                *(["token"] if attributes else []), *(["ipaddr"] if addresses else [])]  # fmt: skip
        self.fieldmap = {name: {"title": name, "gid": "", "qid": ""} for name in head}
        first = survey.questionnaire.sections[0].id
        for n, (name, each) in enumerate(server_columns(survey).items()):
            title, _, part = name.rstrip("]").partition("[")
            gid = sections[each.section.id if each else first]
            self.fieldmap[f"{sid}X{gid}X{n}"] = {"title": title, "aid": part, "gid": gid, "qid": str(n)}
        self.headings = {f"{sid}X{gid}time": f"groupTime{gid}" for gid in sections.values()}

    def add(self, rows, **more) -> None:
        """Answer: rows with the names of exports; what they do not say of an interview is as usual."""
        for row in rows:
            number = int(row.get("id") or max(self.rows, default=0) + 1)
            self.rows[number] = {"token": f"tk{number:014d}", "ipaddr": "203.0.113.9", "seed": "1",
                                 "datestamp": row.get("submitdate"), **row, "id": number, **more}  # fmt: skip

    def call(self, method, *args, repeat=False):
        assert repeat, "what only reads can be repeated"
        self.calls.append((method, *args))
        if self.fails(self.calls[-1]):
            raise DuzhengError(Fault("DZ-L001", found="no connection", expected="a server that answers"))
        return getattr(self, f"_{method}")(*args)

    def _get_fieldmap(self, _sid):
        return self.fieldmap

    def _get_survey_properties(self, _sid, _names):
        told = {f"attribute_{n}": {"description": name} for n, name in enumerate(self.attributes, 1)}
        return {"active": "Y", "savetimings": "Y", "ipaddr": "Y", "attributedescriptions": json.dumps(told)}

    def _get_summary(self, _sid, _what):
        return {"full_responses": len(self.rows), "token_count": 0} if self.active else {"token_count": 0}

    def _export_responses(self, _sid, form, _language, which, headings, answers, first, last, fields):
        assert (form, headings, answers) == ("json", "code", "short")
        assert not {"token", "refurl", "lastpage", "seed"} & set(fields)
        named = [self._heading(field) for field in fields]
        rows = [row for number, row in sorted(self.rows.items()) if first <= number <= last]
        rows = [row for row in rows if which == "all" or not row.get("submitdate")]
        told = [{name: row.get(name) for name in named} for row in rows]
        return base64.b64encode(json.dumps({"responses": told}).encode()).decode()

    def _heading(self, field):
        told = self.fieldmap.get(field)
        if told is None:
            return self.headings.get(field, field)
        return f"{told['title']}[{told['aid']}]" if told.get("aid") else told["title"]
