"""DDI-Codebook 2.5: a questionnaire and the columns of its answers, as data archives and catalogues read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from typing import Any
from xml.etree import ElementTree as ET

from analysis.messages import LANGUAGES, Language, Texts, pick
from analysis.surveys import phrases
from analysis.surveys.columns import Column, Holds, columns
from analysis.surveys.decided import MISSING
from analysis.surveys.expressions import to_text
from analysis.surveys.formats.ddi.words import CONVERSIONS, WORDS
from analysis.surveys.items import Information, Matrix, Multiple
from analysis.surveys.phrases import RESPONDENTS
from analysis.surveys.questionnaire import Index, Section
from analysis.surveys.survey import Asked, Survey
from analysis.surveys.waves import conditions

NAMESPACE = "ddi:codebook:2_5"
SCHEMA = "http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PLACE = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
#: What XML 1.0 has no place for, however it is written.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: By what a column holds: ``nature``, ``representationType`` and ``responseDomainType``.
_KINDS: dict[Holds, tuple[str, str, str]] = {
    "choice": ("nominal", "code", "code"),
    "truth": ("nominal", "code", "code"),
    "rank": ("nominal", "code", "code"),
    "number": ("interval", "numeric", "numeric"),
    "date": ("interval", "datetime", "datetime"),
    "text": ("other", "text", "text"),
    "missing": ("nominal", "code", "code"),
}
#: ``type`` of the group of a question with several columns.
_GROUPS = {"matrix": "grid", "multiple": "multipleResp", "ranking": "other"}
_WHY: dict[str | int, str] = {code: kind for kind, code in MISSING.items()}
_TRUTHS: dict[str | int, Texts] = {"true": WORDS["chosen"], "false": WORDS["not chosen"]}


def to_ddi(survey: Survey) -> bytes:
    """Write a questionnaire as a DDI-Codebook 2.5 document.

    Parameters
    ----------
    survey
        The questionnaire.

    Returns
    -------
    bytes
        XML, the same for the same questionnaire. The columns of the answers
        (:func:`analysis.surveys.columns.columns`) are ``var`` with their question, codes, limits and conditions;
        sections, matrices, questions with several options, rankings and declared indices are ``varGrp``. Texts stand
        in every language of the questionnaire, Chinese first. A column of truths has the categories ``true`` and
        ``false``. What XML has no sign for becomes U+FFFD.

    Notes
    -----
    Nothing is known yet of files, dates of collection and response: there are no ``fileDscr``, ``collDate`` and
    ``respRate``. Source: DDI Alliance, DDI-Codebook 2.5.1 (2014).
    """
    root = _Document(survey).root()
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _listed(parts: Iterable[str]) -> Texts:
    kept = list(parts)
    return {"zh-Hans": "、".join(kept), "en": ", ".join(kept)}


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """Add an element; attributes without a value are left out."""
    element = ET.SubElement(parent, tag, {name: _clean(value) for name, value in attributes.items() if value})
    element.text = _clean(text) or None
    return element


@dataclass
class _Document:
    """Writes one questionnaire."""

    survey: Survey

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        return tuple(each for each in LANGUAGES if each in self.survey.questionnaire.languages)

    @cached_property
    def named(self) -> list[tuple[str, Column]]:
        """The columns by their IDs. Brackets can't stand in an ID; hyphens stand in no code."""
        found: dict[str, Column] = {}
        for column in columns(self.survey):
            name = f"V-{column.name.replace('[', '-').replace(']', '')}"
            found[name if name not in found else f"{name}-{len(found)}-again"] = column
        return list(found.items())

    @cached_property
    def questions(self) -> dict[str, list[str]]:
        """The columns' IDs by item."""
        found: dict[str, list[str]] = {}
        for name, column in self.named:
            found.setdefault(column.asked.code, []).append(name)
        return found

    def say(self, parent: ET.Element, tag: str, texts: Texts | None, **attributes: str) -> None:
        """Add a text once a language that has it."""
        for language in self.languages if texts else ():
            if texts and texts.get(language, "").strip():
                _add(parent, tag, texts[language], **attributes).set(_LANG, language)

    def word(self, key: str, **values: Any) -> Texts:
        """Give one of our own sentences; values that are texts are put in by language."""
        return {
            language: WORDS[key][language].format_map(
                {name: pick(value, language) if isinstance(value, Mapping) else value for name, value in values.items()}
            )
            for language in self.languages
        }

    def joined(self, parts: Iterable[Texts]) -> Texts:
        """Put sentences after each other."""
        kept = list(parts)
        return {each: ("" if each == "zh-Hans" else " ").join(part[each] for part in kept) for each in self.languages}

    def root(self) -> ET.Element:
        place = f"{NAMESPACE} {SCHEMA}"
        root = ET.Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", _LANG: "zh-Hans", _PLACE: place})
        self._document(_add(root, "docDscr"))
        self._study(_add(root, "stdyDscr"))
        data = _add(root, "dataDscr")
        self._groups(data)
        literal: set[str] = set()
        for name, column in self.named:
            self._variable(data, name, column, first=column.asked.code not in literal)
            literal.add(column.asked.code)
        return root

    def _document(self, parent: ET.Element) -> None:
        citation = _add(parent, "citation")
        self._title(citation, self.word("codebook", title=self.survey.questionnaire.title))
        _add(_add(citation, "prodStmt"), "software", "Duzheng", version=metadata.version("duzheng"))

    def _title(self, citation: ET.Element, texts: Texts) -> None:
        statement = _add(citation, "titlStmt")
        _add(statement, "titl", texts["zh-Hans"]).set(_LANG, "zh-Hans")
        for language in self.languages[1:]:
            if texts.get(language, "").strip():
                _add(statement, "parTitl", texts[language]).set(_LANG, language)
        _add(statement, "IDNo", self.survey.name)

    def _study(self, parent: ET.Element) -> None:
        head = self.survey.questionnaire
        citation = _add(parent, "citation")
        self._title(citation, head.title)
        _add(_add(citation, "serStmt"), "serName", head.id)
        _add(_add(citation, "verStmt"), "version", str(head.wave), type="wave")
        if head.marks:
            self.say(_add(parent, "studyAuthorization"), "authorizationStatement", self.word("marks", marks=head.marks))
        information = _add(parent, "stdyInfo")
        topics = list(dict.fromkeys(each.item.topic for each in self.survey.asked if each.item.topic.strip()))
        if topics:
            subject = _add(information, "subject")
            for topic in topics:
                _add(subject, "keyword", topic)
        self.say(information, "abstract", head.welcome)
        summary = _add(information, "sumDscr")
        _add(summary, "timePrd", str(head.wave), date=str(head.wave), cycle=str(head.wave))
        respondents = RESPONDENTS[head.respondent]
        self.say(summary, "anlyUnit", respondents, unit=head.respondent)
        self.say(summary, "universe", respondents, level="study", clusion="I")
        self.say(summary, "dataKind", WORDS["kind"])
        self._method(_add(parent, "method"))
        self._access(_add(parent, "dataAccs"))
        self.say(parent, "notes", head.closing, type="closing")

    def _method(self, parent: ET.Element) -> None:
        head, selection = self.survey.questionnaire, self.survey.questionnaire.selection
        collection = _add(parent, "dataColl")
        self.say(collection, "timeMeth", self.word("wave", wave=head.wave))
        parts = [self.word(selection.kind)]
        for key, value in selection:
            if value and key != "kind":
                parts.append(self.word(f"selection {key}", value=_listed(value) if isinstance(value, tuple) else value))
        self.say(collection, "sampProc", self.joined(parts))
        if selection.kind == "probability" and selection.frame.strip():
            _add(_add(collection, "sampleFrame"), "sampleFrameName", selection.frame)
        if selection.kind != "open":
            _add(_add(collection, "targetSampleSize"), "sampleSize", str(head.expected.total))
        self.say(collection, "collMode", WORDS["mode"])
        asked = sum(not isinstance(each.item, Information) for each in self.survey.asked)
        instrument = self.word("instrument", sections=len(head.sections), asked=asked, minutes=head.minutes)
        self.say(collection, "resInstru", instrument, type="structured")
        for margin in head.margins:
            self.say(collection, "weight", self.word("margin", of=_listed(margin.columns), source=margin.source))
        if head.simple_if:
            self.say(parent, "notes", self.word("simple if", condition=head.simple_if), type="simple-words")
        for comparison in head.analyses.comparisons:
            self.say(parent, "notes", self.word("comparison", comparison=comparison), type="comparison")

    def _access(self, parent: ET.Element) -> None:
        consent = self.survey.questionnaire.consent
        statement = _add(parent, "useStmt")
        self.say(statement, "confDec", consent.privacy, required="no")
        personal = [column.name for _, column in self.named if column.asked.item.personal]
        if personal:
            self.say(statement, "restrctn", self.word("restricted", columns=_listed(personal)))
        self.say(parent, "notes", consent.text, type="consent", subject="respondent")
        self.say(parent, "notes", consent.guardian, type="consent", subject="guardian")

    def _groups(self, parent: ET.Element) -> None:
        for section in self.survey.questionnaire.sections:
            self._section(parent, section)
        for each in self.survey.asked:
            kind = _GROUPS.get(each.item.type, "")
            if kind:
                group = _add(
                    parent, "varGrp", ID=f"G-{each.code}", type=kind, otherType="ranking" if kind == "other" else "",
                    var=" ".join(self.questions[each.code]), name=each.code,
                )  # fmt: skip
                self.say(group, "labl", each.item.text)
                self._universe(group, conditions(self.survey, each), "variable group")
                self._limits(group, each)
        for number, index in enumerate(self.survey.questionnaire.analyses.indices, 1):
            self._index(parent, f"I-{number}-{index.id}", index)

    def _section(self, parent: ET.Element, section: Section) -> None:
        asked = [each for each in self.survey.asked if each.section.id == section.id]
        names = [name for each in asked for name in self.questions.get(each.code, ())]
        group = _add(parent, "varGrp", ID=f"S-{section.id}", type="section", var=" ".join(names), name=section.id)
        self.say(group, "labl", section.title)
        self.say(group, "txt", section.text)
        for each in asked:
            if isinstance(each.item, Information):
                self.say(group, "txt", each.item.text)
        node = self.survey.sections[section.id]
        self._universe(group, to_text(node) if node is not None else "", "variable group")

    def _index(self, parent: ET.Element, name: str, index: Index) -> None:
        names = [
            name
            for name, column in self.named
            if column.holds == "choice" and {column.name, column.asked.code} & set(index.items)
        ]
        group = _add(parent, "varGrp", ID=name, type="other", otherType="index", var=" ".join(names), name=index.id)
        self.say(group, "labl", index.name)
        self.say(group, "notes", CONVERSIONS[index.conversion], type="conversion", subject=index.conversion)
        weights = index.weights or (1.0,) * len(index.items)
        of = _listed(f"{item} {weight:.15g}" for item, weight in zip(index.items, weights, strict=True))
        self.say(group, "notes", self.word("weights", of=of), type="weights")

    def _variable(self, parent: ET.Element, name: str, column: Column, *, first: bool) -> None:
        each, item = column.asked, column.asked.item
        codes = {} if column.holds == "number" else column.labels
        numeric = column.holds == "number" or (bool(codes) and all(isinstance(code, int) for code in codes))
        nature, representation, _ = _KINDS[column.holds]
        decimals = item.decimals if column.holds == "number" else 0
        unit = getattr(item, "unit", None) if column.holds == "number" else None
        variable = _add(
            parent, "var", ID=name, name=column.name, dcml=str(decimals) if column.holds == "number" else "",
            intrvl="contin" if decimals else "discrete", measUnit=unit["zh-Hans"] if unit else "",
            nature="ordinal" if column.number else nature, representationType=representation,
        )  # fmt: skip
        self.say(variable, "labl", self._label(column))
        if item.personal:
            self.say(variable, "security", WORDS["personal"])
        self._question(variable, name, column, first=first)
        self._range(variable, column)
        self._universe(variable, conditions(self.survey, each), "variable")
        for code, texts in (_TRUTHS if column.holds == "truth" else column.labels).items():
            why = _WHY[code] if column.holds == "missing" else ""
            category = _add(variable, "catgry", missing="Y" if why else "", missType=why)
            _add(category, "catValu", str(code))
            self.say(category, "labl", texts)
        version = _add(variable, "verStmt")
        _add(version, "version", str(each.use.version), type="item")
        self.say(version, "notes", WORDS[item.relation], type="relation", subject=item.relation)
        self.say(version, "notes", item.why, type="why")
        if item.topic.strip():
            _add(variable, "concept", item.topic)
        day = column.holds == "date"
        _add(
            variable, "varFormat", type="numeric" if numeric else "character", category="date" if day else "",
            formatname="YYYY-MM-DD" if day else "",
        )  # fmt: skip
        for mark, holds in (("mandatory", each.use.mandatory), ("sensitive", item.sensitive)):
            if holds:
                self.say(variable, "notes", WORDS[mark], type=mark)
        if column.holds != "missing" and not isinstance(item, Multiple):
            self._limits(variable, each)

    def _label(self, column: Column) -> Texts:
        """Name a column: what was asked, and which part of it the column has."""
        spoken = [text for text in (column.asked.item.text, column.part) if text]
        asked = {each: column.text(each) for each in self.languages if all(each in text for text in spoken)}
        match column.holds:
            case "rank":
                key, values = "rank", {"rank": column.name.rpartition("[")[2].rstrip("]")}
            case "missing":
                key, values = "why", {}
            case "text" if column.name != column.asked.code:
                key, values = "written", {}
            case _:
                return asked
        said = self.word(key, asked=asked, **values)
        return {language: said[language] for language in asked}

    def _question(self, variable: ET.Element, name: str, column: Column, *, first: bool) -> None:
        """Write the question once with its ID, and then the same question with a reference to it."""
        each, item = column.asked, column.asked.item
        place = sum(not isinstance(other.item, Information) for other in self.survey.asked[: self._at(each) + 1])
        question = _add(
            variable, "qstn", ID=f"Q-{each.code}" if first else "", qstn="" if first else f"Q-{each.code}",
            var=" ".join(self.questions[each.code]) if first else name, seqNo=str(place),
            responseDomainType=_KINDS[column.holds][2],
        )  # fmt: skip
        self.say(question, "preQTxt", each.section.text)
        if isinstance(item, Matrix) and column.part:
            asked = {language: column.text(language) for language in self.languages if language in column.part}
            self.say(question, "qstnLit", asked)
        else:
            self.say(question, "qstnLit", item.text)
        if column.holds == "text" and column.name != each.code:
            self.say(question, "postQTxt", phrases.WRITE_IN)
        self.say(question, "ivuInstr", item.help)
        if item.simple and self.survey.questionnaire.simple_if:
            simple = _add(variable, "qstn", seqNo=str(place), responseDomainType=_KINDS[column.holds][2])
            self.say(simple, "preQTxt", self.word("simple if", condition=self.survey.questionnaire.simple_if))
            self.say(simple, "qstnLit", item.simple)

    def _at(self, each: Asked) -> int:
        return self.survey.asked.index(each)

    def _range(self, variable: ET.Element, column: Column) -> None:
        item = column.asked.item
        match column.holds:
            case "number":
                ends = [f"{end:.15g}" if end is not None else "" for end in (item.least, item.most)]
                units = "REAL" if item.decimals else "INT"
            case "date":
                ends, units = [str(end or "") for end in (item.earliest, item.latest)], ""
            case _:
                return
        if any(ends):
            _add(_add(variable, "valrng"), "range", UNITS=units, min=ends[0], max=ends[1])

    def _universe(self, parent: ET.Element, condition: str, level: str) -> None:
        """Say to whom something is put; nothing where to everybody."""
        if condition:
            self.say(parent, "universe", self.word("shown if", condition=condition), level=level, clusion="I")

    def _limits(self, parent: ET.Element, each: Asked) -> None:
        """Note what an answer is held to that DDI has no element for."""
        item = each.item
        if isinstance(item, Multiple) and (item.least or item.most):
            most = item.most or len(self.survey.bank.options(item))
            self.say(parent, "notes", self.word("chosen limits", least=item.least, most=most), type="limits")
        if item.type == "text":
            self.say(parent, "notes", self.word("longest", longest=item.longest), type="limits")
            if item.pattern:
                self.say(parent, "notes", self.word("pattern", pattern=item.pattern), type="pattern")
