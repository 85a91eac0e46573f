"""LimeSurvey structures read into our text."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from typing import Any
from xml.etree import ElementTree as ET

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from analysis.messages import DuzhengError, Fault
from analysis.surveys.bank import BankFile
from analysis.surveys.decided import MISSING
from analysis.surveys.formats import phrases
from analysis.surveys.formats.em import Name, UnplacedError, condition_of
from analysis.surveys.formats.imported import TO_WRITE, UNKNOWN, Imported, imported
from analysis.surveys.formats.lss import LANGUAGES, tables
from analysis.surveys.formats.source import survey_of
from analysis.surveys.items import WRITTEN_IN
from analysis.workspace.yaml_files import parse_yaml

OURS = {theirs: ours for ours, theirs in LANGUAGES.items()}
KINDS = {code: kind for kind, code in MISSING.items()}
#: Types of LimeSurvey that are ours; arrays with answers of their own keep them.
SIMPLE = {"L": "single", "!": "single", "O": "single", "Y": "yes_no", "M": "multiple", "P": "multiple", "F": "matrix",
          "H": "matrix", "A": "matrix", "B": "matrix", "R": "ranking", "N": "numeric", "S": "text", "T": "text",
          "U": "text", "D": "date", "X": "information", "5": "rating"}  # fmt: skip
POINTS = {"5": 5, "A": 5, "B": 10}
TAILORED = re.compile(r'^\{if\(.*?, "(?P<simple>[^"]*)", "(?P<usual>[^"]*)"\)\}$', re.DOTALL)
IDS = ("sid", "surveyls_survey_id")
LONGEST_YEAR = 4


def read_lss(data: bytes, file: str, *, wave: int = 2000, id: str = "") -> Imported:  # noqa: A002
    """Read a LimeSurvey structure.

    Parameters
    ----------
    data
        The file's bytes.
    file
        Its name, for messages.
    wave, id
        Of the questionnaire; LimeSurvey knows neither. A structure that we wrote carries both.

    Returns
    -------
    Imported
        ``exact`` where the structure carries the text that it was written from, and its tables are still what that text
        compiles to. Else everything is read from the tables, and what has no place is listed.

    Raises
    ------
    DuzhengError
        DZ-Q008 if it is no structure, or holds entities.
    """
    try:
        document = fromstring(data, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError) as error:
        found = f"{type(error).__name__}: {error}".splitlines()[0][:120]
        raise DuzhengError(
            Fault("DZ-Q008", file=file, found=found, expected="a LimeSurvey structure (.lss)")
        ) from error
    if document.tag != "document" or document.findtext("LimeSurveyDocType") != "Survey":
        found = f"a document of {document.findtext('LimeSurveyDocType') or document.tag}"
        raise DuzhengError(Fault("DZ-Q008", file=file, found=found, expected="a LimeSurvey structure of a survey"))
    rows = {
        table.tag: [{cell.tag: cell.text or "" for cell in row} for row in table.iterfind("rows/row")]
        for table in document if table.find("rows") is not None
    }  # fmt: skip
    source = document.findtext("duzheng") or ""
    known = survey_of(source) if source else None
    if known is not None and _same(vars(tables(known)), rows):
        bank = parse_yaml(source, file)["bank"]
        return Imported(known.questionnaire, BankFile.model_validate(bank), exact=True)
    return _Reader(rows, file, wave, id).imported(changed=bool(source))


def _same(ours: dict[str, list[dict[str, str]]], theirs: dict[str, list[dict[str, str]]]) -> bool:
    """Tell whether a structure's tables are what we would write, but for its number."""

    def plain(tables: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
        return {
            name: [{k: v for k, v in row.items() if k not in IDS} for row in rows]
            for name, rows in tables.items()
            if rows
        }

    return plain(ours) == plain(theirs)


class _Reader:
    """Reads the tables of one structure."""

    def __init__(self, rows: dict[str, list[dict[str, str]]], file: str, wave: int, id: str) -> None:  # noqa: A002
        self.rows, self.file, self.wave, self.id = rows, file, wave, id
        self.unplaced: list[str] = []
        head = (rows.get("surveys") or [{}])[0]
        names = [head.get("language", ""), *head.get("additional_languages", "").split()]
        self.languages = {name: OURS[name] for name in names if name in OURS}
        for name in names:
            if name and name not in OURS:
                self.unplaced.append(f"the language {name}: texts in it")
        self.texts: dict[tuple[str, str], dict[str, dict[str, str]]] = defaultdict(dict)
        for table, key in (("question_l10ns", "qid"), ("answer_l10ns", "aid"), ("group_l10ns", "gid")):
            for row in rows.get(table, []):
                language = self.languages.get(row.get("language", ""))
                if language:
                    self.texts[table, row.get(key, "")][language] = row
        self.attributes: dict[str, dict[str, str]] = defaultdict(dict)
        for row in rows.get("question_attributes", []):
            if row.get("value"):
                self.attributes[row["qid"]][row["attribute"]] = row["value"]
        self.answers: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in rows.get("answers", []):
            self.answers[row["qid"]].append(row)
        self.lines: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in sorted(rows.get("subquestions", []), key=lambda row: int(row.get("question_order") or 0)):
            self.lines[row["parent_qid"]].append(row)
        self.items: dict[str, dict[str, Any]] = {}
        self.names: dict[str, Name] = {}

    def imported(self, *, changed: bool) -> Imported:
        """Put it all together."""
        if changed:
            self.unplaced.append(
                "the text that the structure carries: its tables were changed since, and are read instead"
            )
        sections = [self.section(row) for row in sorted(self.rows.get("groups", []), key=_order)]
        sections = [section for section in sections if section["items"]]
        head = (self.rows.get("surveys_languagesettings") or [{}])[0]
        words: dict[str, dict[str, str]] = {}
        for row in self.rows.get("surveys_languagesettings", []):
            if row.get("surveyls_language") in self.languages:
                words[OURS[row["surveyls_language"]]] = row
        sheet: dict[str, Any] = UNKNOWN | {
            "id": self.id or re.sub(r"\W", "", head.get("surveyls_title", ""), flags=re.ASCII) or "imported",
            "wave": self.wave, "languages": self.spoken(), "title": self.said(words, "surveyls_title"),
            "welcome": self.said(words, "surveyls_welcometext"), "closing": self.said(words, "surveyls_endtext"),
            "consent": {"text": self.said(words, "surveyls_policy_notice_label"),
                        "privacy": self.said(words, "surveyls_policy_notice")},
            "sections": sections,
        }  # fmt: skip
        if not re.match(r"[A-Za-z]", sheet["id"]):
            sheet["id"] = f"form{sheet['id']}"
        return imported(self.file, sheet, self.items, self.unplaced)

    def spoken(self) -> list[str]:
        return ["zh-Hans", *(each for each in self.languages.values() if each != "zh-Hans")]

    def said(self, words: dict[str, dict[str, str]], column: str) -> dict[str, str]:
        found = {language: plain(row.get(column, "")) for language, row in words.items() if plain(row.get(column, ""))}
        return found if "zh-Hans" in found else TO_WRITE | found

    def text(self, table: str, key: str, column: str) -> dict[str, str]:
        return self.said(self.texts[table, key], column)

    def section(self, row: dict[str, str]) -> dict[str, Any]:
        gid = row["gid"]
        questions = sorted((q for q in self.rows.get("questions", []) if q["gid"] == gid), key=_order)
        condition = self.condition(row.get("grelevance", ""), f"the group {gid}")
        found: dict[str, Any] = {
            "id": f"g{gid}", "title": self.text("group_l10ns", gid, "group_name"), "show_if": condition, "items": [],
        }  # fmt: skip
        if any(plain(each.get("description", "")) for each in self.texts["group_l10ns", gid].values()):
            found["text"] = self.text("group_l10ns", gid, "description")
        for question in questions:
            use = self.question(question)
            if use:
                found["items"].append(use)
        return found

    def question(self, row: dict[str, str]) -> dict[str, Any] | None:
        code, kind, qid = row["title"], row["type"], row["qid"]
        if code.endswith(WRITTEN_IN) and code.removesuffix(WRITTEN_IN) in self.items and kind == "S":
            self.open(code.removesuffix(WRITTEN_IN), row.get("relevance", ""))
            return None
        if kind not in SIMPLE:
            self.unplaced.append(f"the question {code}: LimeSurvey's type {kind}")
            return None
        marks = self.attributes[qid].get("cssclass", "").split()
        item: dict[str, Any] = {"version": 1, "type": self.type(kind, marks), **self.worded(qid)}
        item |= {mark: True for mark in ("sensitive", "personal") if f"dz-{mark}" in marks}
        if any(plain(each.get("help", "")) for each in self.texts["question_l10ns", qid].values()):
            item["help"] = self.text("question_l10ns", qid, "help")
        self.fill(item, code, kind, qid, row)
        self.items[code] = item
        relevance = self.condition(row.get("relevance", ""), f"the question {code}")
        return {"item": code, "mandatory": row.get("mandatory") == "Y", "show_if": relevance}

    def type(self, kind: str, marks: list[str]) -> str:
        known = {"single", "rating", "yes_no"}
        stated = [mark.removeprefix("dz-") for mark in marks if mark.removeprefix("dz-") in known]
        if kind == "L" and stated:
            return stated[0]
        return SIMPLE[kind]

    def worded(self, qid: str) -> dict[str, Any]:
        """Read a question's text; both wordings where one is tailored to younger children."""
        simple: dict[str, str] = {}
        usual: dict[str, str] = {}
        for language, row in self.texts["question_l10ns", qid].items():
            match = TAILORED.match(row.get("question", ""))
            usual[language] = plain(match["usual"] if match else row.get("question", ""))
            if match:
                simple[language] = plain(match["simple"])
        usual = {language: text for language, text in usual.items() if text}
        found: dict[str, Any] = {"text": usual if "zh-Hans" in usual else TO_WRITE | usual}
        if "zh-Hans" in simple:
            found["simple"] = simple
        return found

    def fill(self, item: dict[str, Any], code: str, kind: str, qid: str, row: dict[str, str]) -> None:
        """Read options, rows and limits, and what conditions call them."""
        attributes = self.attributes[qid]
        several = item["type"] in {"multiple", "ranking"}
        pairs = self.pairs(kind, qid)
        if kind == "Y":
            pairs = []
        item_kinds = tuple(KINDS[key] for key, _ in pairs if key in KINDS)
        if item_kinds:
            item["missing"] = item_kinds
        options = [(key, text) for key, text in pairs if key not in KINDS]
        numbers = item["type"] in {"rating", "matrix"} or (
            item["type"] == "single" and all(k.isdigit() for k, _ in options)
        )
        alone = attributes.get("exclude_all_others", "").split(";")
        if item["type"] not in {"yes_no", "numeric", "text", "date", "information"}:
            item["options"] = [
                {"code": int(key) if numbers and key.isdigit() else key, "text": text, "exclusive": key in alone}
                for key, text in options
            ]
        if row.get("other") == "Y" and "options" in item:
            item["options"].append({"code": "oth", "text": phrases.WRITE_IN, "open": True})
        if item["type"] == "matrix":
            lines = self.lines[qid]
            item["rows"] = [
                {"code": r["title"], "text": self.text("question_l10ns", r["qid"], "question")} for r in lines
            ]
            self.names |= {f"{code}_{r['title']}": Name(f"{code}.{r['title']}") for r in lines}
        elif several:
            self.names |= {f"{code}_{key}": Name(code, key) for key, _ in pairs}
            self.names |= (
                {f"{code}_{rank}": Name(code, rank=rank) for rank in range(1, len(pairs) + 1)} if kind == "R" else {}
            )
        self.names[code] = Name(code)
        self.limits(item, attributes, row)

    def pairs(self, kind: str, qid: str) -> list[tuple[str, dict[str, str]]]:
        """Give codes and texts of what can be ticked."""
        if kind in POINTS:
            return [(str(n), {"zh-Hans": str(n)}) for n in range(1, POINTS[kind] + 1)]
        if kind in {"M", "P"}:
            return [(row["title"], self.text("question_l10ns", row["qid"], "question")) for row in self.lines[qid]]
        rows = sorted(self.answers[qid], key=lambda row: int(row.get("sortorder") or 0))
        return [(row["code"], self.text("answer_l10ns", row["aid"], "answer")) for row in rows]

    def limits(self, item: dict[str, Any], attributes: dict[str, str], row: dict[str, str]) -> None:
        """Read what an answer may be."""
        names = {"min_num_value_n": "least", "max_num_value_n": "most"} if item["type"] == "numeric" else {}
        names |= {"date_min": "earliest", "date_max": "latest"} if item["type"] == "date" else {}
        names |= {"min_answers": "least", "max_answers": "most"} if item["type"] in {"multiple", "ranking"} else {}
        names |= {"maximum_chars": "longest", "display_rows": "lines"} if item["type"] == "text" else {}
        for theirs, ours in names.items():
            value = attributes.get(theirs, "")
            if re.fullmatch(r"-?[\d.]+|\d{4}-\d\d-\d\d", value):
                item[ours] = (
                    value if "-" in value[1:] else float(value) if item["type"] == "numeric" else int(float(value))
                )
            elif value:
                self.unplaced.append(f"{row['title']}: {theirs} is {value!r}")
        if item["type"] == "numeric" and attributes.get("num_value_int_only") == "0":
            item["decimals"] = 1
        if attributes.get("random_order") == "1" or attributes.get("answer_order") == "random":
            item |= {"random": True} if "options" in item else {}
        preg = re.fullmatch(r"/\^\(\?:(.*)\)\$/u", row.get("preg", ""), re.DOTALL)
        if preg and item["type"] == "text":
            item["pattern"] = preg[1]
        elif row.get("preg"):
            self.unplaced.append(f"{row['title']}: the pattern {row['preg']}")

    def open(self, code: str, relevance: str) -> None:
        """Mark the options that a question for words beside them is shown for."""
        for option in self.items[code].get("options", []):
            if re.search(
                rf"(== [\"']{re.escape(str(option['code']))}[\"'])|({code}_{re.escape(str(option['code']))}\.NAOK)",
                relevance,
            ):
                option["open"] = True

    def condition(self, equation: str, where: str) -> str:
        try:
            return condition_of(html.unescape(equation), self.names)
        except UnplacedError as error:
            self.unplaced.append(f"{where}: its condition {equation!r} ({error})")
            return ""


def _order(row: dict[str, str]) -> int:
    return int(row.get("question_order") or row.get("group_order") or 0)


def plain(text: str) -> str:
    """Read a text of LimeSurvey's: no markup, and what was written as entities."""
    found = re.sub(r"<br\s*/?>|</p>\s*<p[^>]*>", "\n", text)
    found = re.sub(r"<script.*?</script>|<style.*?</style>", "", found, flags=re.DOTALL | re.IGNORECASE)
    return html.unescape(re.sub(r"<[^>]*>", "", found)).strip()
