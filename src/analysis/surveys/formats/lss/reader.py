"""LimeSurvey structures read into our text."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from analysis.messages import DuzhengError, Fault
from analysis.surveys import phrases
from analysis.surveys.bank import BankFile
from analysis.surveys.decided import MISSING
from analysis.surveys.formats.imported import TO_WRITE, Imported, said
from analysis.surveys.formats.lss.equations import Name, UnplacedError, condition_of
from analysis.surveys.formats.lss.limits import limit
from analysis.surveys.formats.lss.structure import LANGUAGES, tables
from analysis.surveys.formats.lss.tables import GIVEN, POINTS, Attributes, Tables, listed_tables, plain
from analysis.surveys.formats.placing import Codes, place
from analysis.surveys.formats.source import survey_of
from analysis.surveys.items import WRITTEN_IN
from analysis.surveys.places import PARAMETER
from analysis.surveys.questionnaire import Questionnaire
from analysis.workspace.yaml_files import parse_yaml

OURS = {theirs: ours for ours, theirs in LANGUAGES.items()}
KINDS = {code: kind for kind, code in MISSING.items()}
#: Types of LimeSurvey that are ours; arrays with answers of their own keep them.
SIMPLE = {
    "L": "single", "!": "single", "O": "single", "G": "single", "Y": "yes_no", "M": "multiple", "P": "multiple",
    "F": "matrix", "H": "matrix", "A": "matrix", "B": "matrix", "C": "matrix", "E": "matrix", "R": "ranking",
    "N": "numeric", "S": "text", "T": "text", "U": "text", "D": "date", "X": "information", "5": "rating",
}  # fmt: skip
TAILORED = re.compile(r'^\{if\((?P<when>.*?), "(?P<simple>[^"]*)", "(?P<usual>[^"]*)"\)\}$', re.DOTALL)
#: What a text has that ours have not.
EMBEDDED = re.compile(r"<(img|audio|video|iframe|object|embed|script|input|select|textarea)\b", re.IGNORECASE)
EXPRESSION = re.compile(r"\{[^\s{}][^{}]*\}")
IDS = ("sid", "surveyls_survey_id")


def read_lss(
    data: bytes,
    file: str,
    *,
    wave: int | None = None,
    id: str = "",  # noqa: A002
    respondent: str = "",
) -> Imported:
    """Read a LimeSurvey structure.

    Parameters
    ----------
    data
        The file's bytes.
    file
        Its name, for messages.
    wave, id, respondent
        Of the questionnaire; LimeSurvey knows none of them. A structure that we wrote carries them, also where its
        tables were changed since.

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
    try:
        reader = _Reader(Tables(rows), file, changed=bool(source))
        return reader.imported(known.questionnaire if known else None, wave, id, respondent)
    except KeyError as error:
        fault = Fault("DZ-Q008", file=file, found=f"a row without {error.args[0]}", expected="whole tables")
        raise DuzhengError(fault) from error


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

    def __init__(self, tables: Tables, file: str, *, changed: bool) -> None:
        self.tables, self.file = tables, file
        self.unplaced: list[str] = []
        if changed:
            self.unplaced.append(
                "the text that the structure carries: its tables were changed since, and are read instead"
            )
        names = tables.languages
        self.languages = {name: OURS[name] for name in names if name in OURS}
        for name in names:
            if name not in OURS:
                self.unplaced.append(f"the language {name}: {tables.count(name)} texts in it")
        self.codes = Codes(self.unplaced)
        self.items: dict[str, dict[str, Any]] = {}
        self.where: dict[str, str] = {}
        self.names: dict[str, Name] = {}
        self.renamed: dict[str, dict[str, str]] = {}
        self.simple: dict[str, None] = {}  #: to whom simple words are put

    def imported(
        self,
        carried: Questionnaire | None,
        wave: int | None,
        id: str,  # noqa: A002
        respondent: str,
    ) -> Imported:
        """Put it all together."""
        sections = [self.section(row) for row in self.tables.ordered("groups", "group_order")]
        words = {OURS[language]: row for language, row in self.tables.settings.items() if language in OURS}
        title = next(iter(self.tables.settings.values()), {}).get("surveyls_title", "")
        name = id or (carried.id if carried else re.sub(r"\W", "", title, flags=re.ASCII)) or "imported"
        sheet: dict[str, Any] = said(carried, wave, respondent) | {
            "id": name if re.match(r"[A-Za-z]", name) else f"form{name}",
            "languages": self.spoken(), "title": self.said(words, "surveyls_title"),
            "welcome": self.said(words, "surveyls_welcometext"), "closing": self.said(words, "surveyls_endtext"),
            "consent": self.consent(words), "sections": sections,
            "anonymous": self.tables.anonymous,
        }  # fmt: skip
        for column in ("surveyls_description", "surveyls_policy_error"):
            found = {plain(row.get(column, "")) for row in words.values()} - {""}
            self.unplaced += [f"{column.removeprefix('surveyls_')} of the survey: {text!r}" for text in sorted(found)]
        self.unplaced += listed_tables(self.tables)
        if len(self.simple) == 1:
            sheet["simple_if"] = self.condition(next(iter(self.simple)), "the simple words")
        else:
            self.unplaced += [f"simple words: those if {each!r}" for each in self.simple]
        return place(self.file, sheet, self.items, self.unplaced, self.where, self.renamed)

    def consent(self, words: Mapping[Any, dict[str, str]]) -> dict[str, dict[str, str]]:
        """Give what respondents agree to; the notice of a form of ours has both of its parts, beside our own label."""
        notice = self.said(words, "surveyls_policy_notice")
        label = self.said(words, "surveyls_policy_notice_label")
        if label != {language: phrases.AGREE[language] for language in words}:
            return {"text": label, "privacy": notice}
        parts = {language: text.partition("\n") for language, text in notice.items()}
        return {"text": {language: each[0] for language, each in parts.items()},
                "privacy": {language: each[2] or each[0] for language, each in parts.items()}}  # fmt: skip

    def spoken(self) -> list[str]:
        return ["zh-Hans", *(each for each in self.languages.values() if each != "zh-Hans")]

    def said(self, words: Mapping[Any, dict[str, str]], column: str, what: str = "the survey") -> dict[str, str]:
        """Give a text in our languages; list what stands in it beside words."""
        found = {}
        for language, row in words.items():
            text = row.get(column, "")
            if EMBEDDED.search(text):
                tags = ", ".join(sorted({tag.lower() for tag in EMBEDDED.findall(text)}))
                self.unplaced.append(f"{what}: {tags} in its {column.removeprefix('surveyls_')} in {language}")
            computed = ", ".join(map(html.unescape, EXPRESSION.findall(text)))[:200]
            if computed:
                self.unplaced.append(
                    f"{what}: its {column.removeprefix('surveyls_')} in {language} computes {computed}"
                )
            if plain(text):
                found[language] = plain(text)
        return found if "zh-Hans" in found else TO_WRITE | found

    def words(self, table: str, key: str) -> dict[str, dict[str, str]]:
        return {OURS[name]: row for name, row in self.tables.texts[table, key].items() if name in OURS}

    def section(self, row: dict[str, str]) -> dict[str, Any]:
        gid = row["gid"]
        condition = self.condition(row.get("grelevance", ""), f"the group {gid}")
        words = self.words("groups", gid)
        found: dict[str, Any] = {"id": f"g{gid}", "title": self.said(words, "group_name", f"the group {gid}"),
                                 "show_if": condition, "items": []}  # fmt: skip
        if any(plain(each.get("description", "")) for each in words.values()):
            found["text"] = self.said(words, "description", f"the group {gid}")
        if row.get("randomization_group"):
            self.unplaced.append(f"the group {gid}: in random order with {row['randomization_group']!r}")
        for question in self.tables.ordered("questions", "question_order"):
            use = self.question(question) if question.get("gid") == gid else None
            if use:
                found["items"].append(use)
        return found

    def question(self, row: dict[str, str]) -> dict[str, Any] | None:
        code, kind, qid = row["title"], row.get("type", ""), row["qid"]
        of = code.removesuffix(WRITTEN_IN)
        if code.endswith(WRITTEN_IN) and of in self.items and kind == "S" and self.open(of, row.get("relevance", "")):
            return None
        if code == PARAMETER and qid in self.tables.linked:
            return None  # a poster's place, which every form of ours keeps by itself
        if kind not in SIMPLE:
            self.whole(row, kind)
            return None
        what = f"the question {code}"
        attributes = self.tables.attributes[qid]
        marks = attributes.take("cssclass").split()
        item: dict[str, Any] = {"version": 1, "type": self.type(kind, marks), **self.worded(qid, what)}
        item |= {mark: True for mark in ("sensitive", "personal") if f"dz-{mark}" in marks}
        words = self.words("questions", qid)
        if any(plain(each.get("help", "")) for each in words.values()):
            item["help"] = self.said(words, "help", what)
        found = self.codes.code(code, what)
        self.where[found] = what
        relevance = self.condition(row.get("relevance", ""), what)
        self.fill(item, found, kind, row)
        self.rest(row, kind, what)
        self.items[found] = item
        if kind == "Y":
            self.renamed[found] = {"Y": "yes", "N": "no"}
        mandatory = row.get("mandatory", "")
        if mandatory == "S":
            self.unplaced.append(f"{what}: asked for softly, so not mandatory here")
        return {"item": found, "mandatory": mandatory == "Y", "show_if": relevance}

    def whole(self, row: dict[str, str], kind: str) -> None:
        """List a question that has no place, with all that belongs to it."""
        qid = row["qid"]
        text, hint = self.plainly(row), self.plainly(row, "help")
        lines = [f"{line['title']} {self.plainly(line)}".strip() for line in self.tables.lines[qid]]
        answers = [
            f"{answer['code']} {self.worded_in('answers', answer['aid'], 'answer')}".strip()
            for answer in self.tables.answers[qid]
        ]
        relevance = row.get("relevance", "")
        more = [f"“{text}”"] if text else []
        more += [f"help “{hint}”"] if hint else []
        more += [f"rows {', '.join(lines)}"] if lines else []
        more += [f"answers {', '.join(answers)}"] if answers else []
        more += [f"if {relevance}"] if relevance not in {"", "1"} else []
        self.unplaced.append(f"the question {row['title']}: LimeSurvey's type {kind}")
        self.unplaced += [f"the question {row['title']}: {'; '.join(more)}"] if more else []

    def plainly(self, row: dict[str, str], column: str = "question") -> str:
        """Give the text of a question or row that is listed."""
        return self.worded_in("questions", row["qid"], column)

    def worded_in(self, table: str, key: str, column: str) -> str:
        """Give a text that is listed, in all of our languages."""
        found = [" ".join(plain(each.get(column, "")).split()) for each in self.words(table, key).values()]
        return " / ".join(dict.fromkeys(text for text in found if text))

    def rest(self, row: dict[str, str], kind: str, what: str) -> None:
        """List what a question has beside what was read."""
        qid = row["qid"]
        if self.tables.attributes[qid].take("relevance") not in {"", "1", row.get("relevance", "")}:
            self.unplaced.append(f"{what}: a second condition {self.tables.attributes[qid]['relevance']!r}")
        self.unplaced += [f"{what}: its {name} is {value!r}" for name, value in self.tables.attributes[qid].left()]
        if kind in {"P", "O"}:
            self.unplaced.append(f"{what}: the comments beside its answers")
        if self.tables.lines[qid] and SIMPLE[kind] not in {"multiple", "matrix"}:
            lines = ", ".join(f"{each['title']} {self.plainly(each)}" for each in self.tables.lines[qid])
            self.unplaced.append(f"{what}: its rows {lines}")
        for line in self.tables.lines[qid]:
            if line.get("relevance", "") not in {"", "1"}:
                self.unplaced.append(f"{what}: its row {line['title']} only if {line['relevance']!r}")
        points = [
            answer["code"]
            for answer in self.tables.answers[qid]
            if answer.get("assessment_value", "0") not in {"", "0"}
        ]
        if self.tables.assessed and self.tables.attributes[qid].get("assessment_value", "0") not in {"0", "1"}:
            self.unplaced.append(f"{what}: {self.tables.attributes[qid]['assessment_value']} points for each answer")
        if points and self.tables.assessed:
            self.unplaced.append(f"{what}: the points of its answers {', '.join(points)}")

    def type(self, kind: str, marks: list[str]) -> str:
        known = {"single", "rating", "yes_no"}
        stated = [mark.removeprefix("dz-") for mark in marks if mark.removeprefix("dz-") in known]
        if kind == "L" and stated:
            return stated[0]
        return SIMPLE[kind]

    def worded(self, qid: str, what: str) -> dict[str, Any]:
        """Read a question's text; both wordings where one is tailored to younger children."""
        words = self.words("questions", qid)
        matches = {language: TAILORED.match(row.get("question", "")) for language, row in words.items()}
        if not matches.get("zh-Hans"):
            return {"text": self.said(words, "question", what)}
        usual = {name: {"question": match["usual"]} if match else words[name] for name, match in matches.items()}
        self.simple |= {match["when"]: None for match in matches.values() if match}
        simple = {name: plain(match["simple"]) for name, match in matches.items() if match}
        return {"text": self.said(usual, "question", what), "simple": simple}

    def fill(self, item: dict[str, Any], code: str, kind: str, row: dict[str, str]) -> None:
        """Read options, rows and limits, and what conditions call them."""
        qid, title = row["qid"], row["title"]
        attributes = self.tables.attributes[qid]
        several = item["type"] in {"multiple", "ranking"}
        pairs = [] if kind == "Y" else self.pairs(kind, qid, title)
        kinds = tuple(KINDS[key] for key, text in pairs if self.is_missing(key, text))
        if kinds:
            item["missing"] = kinds
        options = [(key, text) for key, text in pairs if not self.is_missing(key, text)]
        numbers = item["type"] in {"rating", "matrix"} or (
            item["type"] == "single" and all(k.isdigit() for k, _ in options)
        )
        alone = [each for each in re.split(r"[;,]", attributes.take("exclude_all_others")) if each]
        if set(alone) - {key for key, _ in pairs}:
            self.unplaced.append(f"the question {title}: its exclude_all_others is {';'.join(alone)!r}")
        if item["type"] not in {"yes_no", "numeric", "text", "date", "information"}:
            item["options"] = [
                {"code": int(key) if numbers and re.fullmatch(r"0|[1-9]\d*", key) else key, "text": text,
                 "exclusive": key in alone}
                for key, text in options
            ]  # fmt: skip
        called = {name: Name(code, kinds=frozenset(MISSING[each] for each in kinds)) for name in self.called(row)}
        if row.get("other") == "Y" and "options" in item:
            self.other(item, self.attribute(attributes, "other_replace_text"), called)
        if item["type"] == "matrix":
            self.rows(item, qid, called)
        elif several:
            for name, here in list(called.items()):
                for key, _ in pairs:
                    called[f"{name}{self.joint(name)}{key}"] = Name(code, key, kinds=here.kinds)
                for rank in range(1, len(pairs) + 1) if kind == "R" else ():
                    called[f"{name}{self.joint(name)}{rank}"] = Name(code, rank=rank)
        self.names |= called
        unit = self.attribute(attributes, "suffix") if item["type"] == "numeric" else {}
        item |= {"unit": unit} if unit else {}
        limit(item, attributes, row, self.unplaced)

    @staticmethod
    def joint(name: str) -> str:
        """Give what stands between a question's name and a row's: nothing where numbers of tables are the name."""
        return "" if name[:1].isdigit() else "_"

    @staticmethod
    def called(row: dict[str, str]) -> list[str]:
        """Give the names that equations have for a question: its code, and numbers of tables in older ones."""
        return [row["title"], f"{row.get('sid')}X{row.get('gid')}X{row['qid']}"]

    @staticmethod
    def is_missing(key: str, text: dict[str, str]) -> bool:
        """Tell whether an answer says why there is none, in our own words."""
        kind = KINDS.get(key)
        return kind is not None and any(
            text.get(language) == words for language, words in phrases.MISSING[kind].items()
        )

    def attribute(self, attributes: Attributes, name: str) -> dict[str, str]:
        """Give an attribute that is a text, in our languages; empty if there is none."""
        attributes.take(name)
        words = attributes.words.get(name, {})
        others = [f"{language} {text!r}" for language, text in words.items() if language not in OURS]
        self.unplaced += [f"{name} in {each}" for each in others]
        found: dict[str, str] = {OURS[language]: text for language, text in words.items() if language in OURS}
        return found if "zh-Hans" in found or not found else TO_WRITE | found

    def other(self, item: dict[str, Any], label: dict[str, str], called: dict[str, Name]) -> None:
        """Add the option that LimeSurvey adds by itself."""
        code = next(code for code in ("oth", "othr", "other") if code not in {str(o["code"]) for o in item["options"]})
        text = label or phrases.WRITE_IN
        item["options"].append({"code": code, "text": text, "open": True})
        for name, here in list(called.items()):
            called[f"{name}{self.joint(name)}other"] = Name(here.code, code, kinds=frozenset())

    def rows(self, item: dict[str, Any], qid: str, called: dict[str, Name]) -> None:
        """Read the rows of a matrix, each with a code that ours may have."""
        codes = Codes([], "r")
        item["rows"] = []
        for row in self.tables.lines[qid]:
            line = codes.code(row["title"], "")
            words = self.words("questions", row["qid"])
            item["rows"].append({"code": line, "text": self.said(words, "question", f"the row {row['title']}")})
            for name, here in list(called.items()):
                if not here.code.count("."):
                    called[f"{name}{self.joint(name)}{row['title']}"] = Name(f"{here.code}.{line}", kinds=here.kinds)
            if line != row["title"]:
                code = next(iter(called.values())).code
                self.unplaced.append(f"the question {code}: the code of its row {row['title']}, which is {line} here")

    def pairs(self, kind: str, qid: str, title: str) -> list[tuple[str, dict[str, str]]]:
        """Give codes and texts of what can be ticked."""
        if kind in POINTS:
            return [(str(n), {"zh-Hans": str(n)}) for n in range(1, POINTS[kind] + 1)]
        if kind in GIVEN:
            return list(GIVEN[kind].items())
        if kind in {"M", "P"}:
            return [
                (row["title"], self.said(self.words("questions", row["qid"]), "question", f"the question {title}"))
                for row in self.tables.lines[qid]
            ]
        return [
            (row["code"], self.said(self.words("answers", row["aid"]), "answer", f"the question {title}"))
            for row in self.tables.answers[qid]
        ]

    def open(self, code: str, relevance: str) -> bool:
        """Mark the options that a question for words beside them is shown for; tell whether there are any."""
        found = False
        for option in self.items[code].get("options", []):
            name = re.escape(str(option["code"]))
            if re.search(rf"(== [\"']{name}[\"'])|({code}_{name}\.NAOK)", relevance):
                option["open"] = found = True
        return found

    def condition(self, equation: str, where: str) -> str:
        try:
            # An option that LimeSurvey adds has this code in its equations.
            return condition_of(html.unescape(equation).replace("-oth-", "oth"), self.names)
        except UnplacedError as error:
            self.unplaced.append(f"{where}: its condition {equation!r} ({error})")
            return ""
