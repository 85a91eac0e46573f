"""LimeSurvey structure (LSS): a questionnaire written as a file that LimeSurvey imports."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from analysis.messages import Language, Texts, pick
from analysis.surveys import phrases
from analysis.surveys.decided import TRUE, Decided
from analysis.surveys.expressions import Answer, Compared, Constant, Joined, Node
from analysis.surveys.formats.conditions import LimeSurvey
from analysis.surveys.formats.lss.rules import RULE, rule_of
from analysis.surveys.formats.parts import choices, hangs_out, written_in
from analysis.surveys.formats.source import source_of
from analysis.surveys.items import Date, Information, Matrix, Multiple, Numeric, OpenText, Ranking
from analysis.surveys.places import PARAMETER
from analysis.surveys.survey import Asked, Survey

#: Of LimeSurvey 6.2; newer servers take it, too.
DB_VERSION = "612"
THEMES = {"L": "listradio", "F": "arrays/array", "M": "multiplechoice", "R": "ranking", "N": "numerical", "D": "date",
          "S": "shortfreetext", "T": "longfreetext", "X": "boilerplate"}  # fmt: skip
#: LimeSurvey numbers its languages' own way.
LANGUAGES: dict[Language, str] = {"zh-Hans": "zh-Hans", "en": "en"}
Row = dict[str, str]
#: LimeSurvey's number of yyyy-mm-dd.
DATE_FORMAT = "6"
#: What its expressions would read: braces, and a backslash before a quote.
_LITERAL = str.maketrans({"{": "&#123;", "}": "&#125;", "\\": "&#92;", "\n": "<br />"})


@dataclass
class Tables:
    """The tables of a structure, in LimeSurvey's order."""

    surveys: list[Row] = field(default_factory=list)
    surveys_languagesettings: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    group_l10ns: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    subquestions: list[Row] = field(default_factory=list)
    question_l10ns: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    answer_l10ns: list[Row] = field(default_factory=list)
    question_attributes: list[Row] = field(default_factory=list)
    survey_url_parameters: list[Row] = field(default_factory=list)


def to_lss(survey: Survey, *, survey_id: int | None = None) -> bytes:
    """Write a questionnaire as a LimeSurvey structure.

    Parameters
    ----------
    survey
        The questionnaire.
    survey_id
        The number that it shall have on the server. Left out, one is made of the questionnaire's name, so that the same
        questionnaire always has the same.

    Returns
    -------
    bytes
        XML. Questions have the items' codes, answers the options'; kinds of missing are answers DK, RF and NA; sections
        are groups; conditions are relevance equations. The questionnaire's own text stands beside the tables, where
        LimeSurvey does not look, so that :func:`analysis.surveys.formats.lss.reader.read_lss` can give back what a
        structure has no place for.
    """
    document = ET.Element("document")
    ET.SubElement(document, "LimeSurveyDocType").text = "Survey"
    ET.SubElement(document, "DBVersion").text = DB_VERSION
    languages = ET.SubElement(document, "languages")
    for language in survey.questionnaire.languages:
        ET.SubElement(languages, "language").text = LANGUAGES[language]
    for name, rows in vars(tables(survey, survey_id)).items():
        if rows:
            _table(document, name, rows)
    ET.SubElement(document, "duzheng").text = source_of(survey)
    written: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return written


def number_of(survey: Survey) -> int:
    """Give the number that a questionnaire has on a server if nobody chooses another."""
    return 100_000 + zlib.crc32(survey.name.encode()) % 899_999


def _table(document: ET.Element, name: str, rows: list[Row]) -> None:
    table = ET.SubElement(document, name)
    fields = ET.SubElement(table, "fields")
    for column in rows[0]:
        ET.SubElement(fields, "fieldname").text = column
    entries = ET.SubElement(table, "rows")
    for row in rows:
        entry = ET.SubElement(entries, "row")
        for column, value in row.items():
            ET.SubElement(entry, column).text = value


def tables(survey: Survey, survey_id: int | None = None) -> Tables:
    """Give the tables of a questionnaire's structure."""
    return _Structure(survey, str(survey_id or number_of(survey))).tables


def text_of(text: str) -> str:
    """Write a text so that LimeSurvey shows it as it is: no markup, and no expression in braces."""
    return html.escape(text, quote=True).translate(_LITERAL)


class _Structure:
    """Fills the tables, one questionnaire."""

    def __init__(self, survey: Survey, sid: str) -> None:
        self.survey, self.sid = survey, sid
        self.decided = Decided(survey)
        self.writer = LimeSurvey(self.decided)
        self.tables = Tables()
        self.numbers = iter(range(1, 10**6))
        self._head()
        for order, section in enumerate(survey.questionnaire.sections, 1):
            self._group(order, section)

    @property
    def languages(self) -> tuple[Language, ...]:
        return self.survey.questionnaire.languages

    def relevance(self, node: Node) -> str:
        return "1" if node == TRUE else self.writer.write(node)

    def _head(self) -> None:
        head = self.survey.questionnaire
        self.tables.surveys.append({
            "sid": self.sid, "gsid": "1", "admin": "", "active": "N", "anonymized": "Y" if head.anonymous else "N",
            "format": "G",
            "savetimings": "Y", "language": LANGUAGES["zh-Hans"],
            "additional_languages": " ".join(LANGUAGES[each] for each in self.languages if each != "zh-Hans"),
            "datestamp": "Y", "allowregister": "N", "usecookie": "N", "allowprev": "Y", "showwelcome": "Y",
            "showsurveypolicynotice": "1", "ipaddr": "N", "refurl": "N", "alloweditaftercompletion": "N",
            "shownoanswer": "N", "showxquestions": "N", "allowsave": "N",
        })  # fmt: skip
        for language in self.languages:
            consent = [head.consent.text, head.consent.privacy]
            accept = head.consent.guardian or phrases.AGREE
            self.tables.surveys_languagesettings.append({
                "surveyls_survey_id": self.sid, "surveyls_language": LANGUAGES[language],
                "surveyls_title": text_of(pick(head.title, language)), "surveyls_description": "",
                "surveyls_welcometext": text_of(pick(head.welcome, language)),
                "surveyls_endtext": text_of(pick(head.closing, language)),
                "surveyls_policy_notice": "<br />".join(text_of(pick(text, language)) for text in consent),
                "surveyls_policy_notice_label": text_of(pick(accept, language)), "surveyls_dateformat": DATE_FORMAT,
            })  # fmt: skip

    def _group(self, order: int, section: Any) -> None:
        gid = str(order)
        self.tables.groups.append({
            "gid": gid, "sid": self.sid, "group_order": gid, "randomization_group": "",
            "grelevance": self.relevance(self.decided.section(section.id)),
        })  # fmt: skip
        for language in self.languages:
            self.tables.group_l10ns.append({
                "id": str(next(self.numbers)), "gid": gid, "group_name": text_of(pick(section.title, language)),
                "description": text_of(pick(section.text, language)) if section.text else "",
                "language": LANGUAGES[language], "sid": self.sid, "group_order": gid,
            })  # fmt: skip
        asked = [each for each in self.survey.asked if each.section.id == section.id]
        place = iter(range(1, 10**4))
        for each in asked:
            self._question(gid, str(next(place)), each)
            opened = written_in(each, self.survey.bank)
            if opened:
                self._write_in(gid, str(next(place)), each, *opened)
        if order == 1 and hangs_out(self.survey):
            self._place(gid, str(next(place)))

    def _place(self, gid: str, order: str) -> None:
        """Keep the place's code of a link as a hidden answer."""
        qid = str(next(self.numbers))
        self._row(qid, gid, order, PARAMETER, "S", "N", TRUE)
        for language in self.languages:
            self._texts(qid, language, text_of(pick(phrases.PLACE, language)), "")
        self.tables.question_attributes.append({"qid": qid, "attribute": "hidden", "value": "1", "language": ""})
        self.tables.survey_url_parameters.append({
            "id": "1", "sid": self.sid, "parameter": PARAMETER, "targetqid": qid,
        })  # fmt: skip

    def _question(self, gid: str, order: str, each: Asked) -> None:
        qid, item = str(next(self.numbers)), each.item
        kind = type_of(item)
        mandatory = "Y" if each.use.mandatory and kind != "X" else "N"
        self._row(
            qid, gid, order, each.code, kind, mandatory, self.decided.item(each.code), getattr(item, "pattern", "")
        )
        for language in self.languages:
            self._texts(qid, language, self._worded(item, language), pick(item.help, language) if item.help else "")
        answers = choices(each, self.survey.bank)
        if kind in {"L", "F", "R"}:
            for place, choice in enumerate(answers, 1):
                self._answer(qid, place, choice.code, choice.text)
        lines = [(row.code, row.text) for row in getattr(item, "rows", ())]
        lines = lines or [(choice.code, choice.text) for choice in answers if kind == "M"]
        for place, (code, text) in enumerate(lines, 1):
            self._subquestion(qid, gid, place, code, text, kind)
        exclusive = [choice.code for choice in answers if choice.exclusive]
        for name, value in self._attributes(each, kind, exclusive):
            attribute = {"qid": qid, "attribute": name, "value": value, "language": ""}
            self.tables.question_attributes.append(attribute)
        worded = {"suffix": item.unit} if getattr(item, "unit", None) else {}
        rule = rule_of(each, answers)
        if rule:
            self.tables.question_attributes.append({
                "qid": qid, "attribute": RULE, "value": rule[0], "language": "",
            })  # fmt: skip
            worded[f"{RULE}_tip"] = rule[1]
        for name, texts in worded.items():
            self.tables.question_attributes += [
                {
                    "qid": qid, "attribute": name, "value": text_of(pick(texts, language)),
                    "language": LANGUAGES[language],
                } for language in self.languages
            ]  # fmt: skip

    def _worded(self, item: Any, language: Language) -> str:
        """Write a question's text; both of its wordings where younger children get simple words."""
        usual = text_of(pick(item.text, language))
        if not item.simple or self.survey.simple is None:
            return usual
        condition = self.writer.write(self.decided.true(self.survey.simple))
        return f'{{if({condition}, "{text_of(pick(item.simple, language))}", "{usual}")}}'

    def _write_in(self, gid: str, order: str, each: Asked, code: str, options: list[str]) -> None:
        qid = str(next(self.numbers))
        several = isinstance(each.item, Multiple)
        chosen: list[Node] = [
            Compared(Constant(o), "in", Answer(each.code))
            if several
            else Compared(Answer(each.code), "==", Constant(o))
            for o in options
        ]
        node = chosen[0] if len(chosen) == 1 else Joined("or", tuple(chosen))
        self._row(qid, gid, order, code, "S", "N", node)
        for language in self.languages:
            self._texts(qid, language, text_of(pick(phrases.WRITE_IN, language)), "")

    def _row(
        self, qid: str, gid: str, order: str, code: str, kind: str, mandatory: str, node: Node, preg: str = ""
    ) -> None:
        self.tables.questions.append({
            "qid": qid, "parent_qid": "0", "sid": self.sid, "gid": gid, "type": kind, "title": code,
            "preg": _delimited(preg) if preg else "", "other": "N", "mandatory": mandatory, "encrypted": "N",
            "question_order": order, "scale_id": "0", "same_default": "0", "relevance": self.relevance(node),
            "question_theme_name": THEMES[kind], "modulename": "",
        })  # fmt: skip

    def _subquestion(self, parent: str, gid: str, place: int, code: str, text: Texts, kind: str) -> None:
        qid = str(next(self.numbers))
        self.tables.subquestions.append({
            "qid": qid, "parent_qid": parent, "sid": self.sid, "gid": gid, "type": kind, "title": code, "preg": "",
            "other": "N", "mandatory": "N", "encrypted": "N", "question_order": str(place), "scale_id": "0",
            "same_default": "0", "relevance": "1", "question_theme_name": THEMES[kind], "modulename": "",
        })  # fmt: skip
        for language in self.languages:
            self._texts(qid, language, text_of(pick(text, language)), "")

    def _texts(self, qid: str, language: Language, question: str, hint: str) -> None:
        self.tables.question_l10ns.append({
            "id": str(next(self.numbers)), "qid": qid, "question": question, "help": text_of(hint), "script": "",
            "language": LANGUAGES[language],
        })  # fmt: skip

    def _answer(self, qid: str, place: int, code: str, text: Texts) -> None:
        aid = str(next(self.numbers))
        self.tables.answers.append({
            "aid": aid, "qid": qid, "code": code, "sortorder": str(place), "assessment_value": "0", "scale_id": "0",
        })  # fmt: skip
        for language in self.languages:
            self.tables.answer_l10ns.append({
                "id": str(next(self.numbers)), "aid": aid, "answer": text_of(pick(text, language)),
                "language": LANGUAGES[language],
            })  # fmt: skip

    def _attributes(self, each: Asked, kind: str, exclusive: list[str]) -> Iterator[tuple[str, str]]:
        item = each.item
        marks = [name for name in ("sensitive", "personal") if getattr(item, name)]
        yield (
            "cssclass",
            " ".join(["dz", f"dz-{item.type}", f"dz-v{each.use.version}", *(f"dz-{mark}" for mark in marks)]),
        )
        if getattr(item, "random", False):
            yield ("random_order", "1") if kind in {"M", "F"} else ("answer_order", "random")
        if kind == "M" and exclusive:
            yield "exclude_all_others", ";".join(exclusive)
        if isinstance(item, Multiple) and item.least > (0 if each.use.mandatory else 1):
            yield "min_answers", self._least(each, exclusive)
        yield from self._limits(item)

    def _least(self, each: Asked, exclusive: list[str]) -> str:
        """Write how many must be ticked: LimeSurvey would hold also nothing, and what excludes all others, to it."""
        written = str(each.item.least)
        if exclusive and each.item.least > 1:
            alone = " or ".join(self.writer.chosen(each.code, code) for code in exclusive)
            written = f"if({alone}, 1, {written})"
        if each.use.mandatory:
            return written
        ticked = ", ".join(f"{each.code}_{choice.code}.NAOK" for choice in choices(each, self.survey.bank))
        return f"if(count({ticked}) == 0, 0, {written})"

    def _limits(self, item: Any) -> Iterator[tuple[str, str]]:
        match item:
            case Multiple() if item.most is not None:
                yield "max_answers", str(item.most)
            case Ranking():
                # Without a number LimeSurvey asks for every rank where one must answer, kinds of missing among them.
                most = str(item.most or len(self.survey.bank.options(item)))
                yield "max_answers", most
                yield "max_subquestions", most
            case Numeric():
                for name, limit in (("min_num_value_n", item.least), ("max_num_value_n", item.most)):
                    if limit is not None:
                        yield name, f"{limit:.15g}"
                yield "num_value_int_only", "0" if item.decimals else "1"
            case Date():
                yield "date_format", "yyyy-mm-dd"
                for name, day in (("date_min", item.earliest), ("date_max", item.latest)):
                    if day is not None:
                        yield name, day.isoformat()
            case OpenText():
                yield "maximum_chars", str(item.longest)
                if item.lines > 1:
                    yield "display_rows", str(item.lines)


def _delimited(pattern: str) -> str:
    r"""Write a pattern as PHP has it: between slashes, so that its own are escaped.

    Its flag for other signs than ASCII is left out where nothing depends on it: pages can't read it, and call right
    answers wrong until they are left.

    >>> _delimited(r"\d+/\d+"), _delimited("[一-龥]+")
    ('/^(?:\\d+\\/\\d+)$/', '/^(?:[一-龥]+)$/u')
    """
    escaped = re.sub(r"(\\.)|/", lambda found: found[1] or r"\/", pattern, flags=re.DOTALL)
    plain = pattern.isascii() and not re.search(r"(?<!\\)\.|\[\^|\\[WDSXpPxu]", pattern)
    return f"/^(?:{escaped})$/{'' if plain else 'u'}"


def type_of(item: Any) -> str:
    """Give LimeSurvey's letter for an item."""
    match item:
        case Matrix():
            return "F"
        case Multiple():
            return "M"
        case Ranking():
            return "R"
        case Numeric():
            return "N"
        case Date():
            return "D"
        case OpenText():
            return "T" if item.lines > 1 else "S"
        case Information():
            return "X"
    return "L"
