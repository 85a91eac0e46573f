"""XLSForm: a questionnaire written as a workbook for KoboToolbox, ODK and other tools of that family."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analysis.documents.spreadsheets import saved
from analysis.messages import Language, Texts, pick
from analysis.surveys import phrases
from analysis.surveys.decided import TRUE, Decided
from analysis.surveys.expressions import Answer, Compared, Constant, Joined, Node
from analysis.surveys.formats.conditions import XPath
from analysis.surveys.formats.parts import Choice, choices, hangs_out, written_in
from analysis.surveys.formats.source import digest, source_of
from analysis.surveys.items import Date, Information, Matrix, Multiple, Numeric, OpenText, Ranking
from analysis.surveys.places import PARAMETER
from analysis.surveys.survey import Asked, Survey

#: How XLSForm names languages: a name, and a code of IANA's registry in brackets.
LANGUAGES: dict[Language, str] = {"zh-Hans": "中文 (zh)", "en": "English (en)"}
SURVEY = ("type", "name", "label", "hint", "required", "relevant", "constraint", "appearance", "parameters")
TRANSLATED = ("label", "hint")
#: The most characters of a workbook's cell.
CELL = 32_000
Row = dict[str, Any]


def to_xlsform(survey: Survey) -> bytes:
    """Write a questionnaire as an XLSForm.

    Parameters
    ----------
    survey
        The questionnaire.

    Returns
    -------
    bytes
        A workbook with the sheets ``survey``, ``choices`` and ``settings``, and ``duzheng`` with the questionnaire's
        own text, which the tools pass over. Questions have the
        items' codes (``code_row`` for rows of a matrix), choices the options'; sections are groups. An item's simple
        words stand as its hint: XLSForm can't word a question by an answer in two languages.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheets = sheets_of(survey) | {"duzheng": [{"text": part} for part in _cut(source_of(survey))]}
    for name, rows in sheets.items():
        sheet = book.active if name == "survey" else book.create_sheet()
        sheet.title = name
        columns = list(dict.fromkeys(column for row in rows for column in row))
        for place, values in enumerate([columns, *([row.get(column, "") for column in columns] for row in rows)], 1):
            for column, value in enumerate(values, 1):
                if value != "":
                    cell = sheet.cell(place, column, value)
                    cell.data_type = "n" if isinstance(value, int) else "s"  # a text that begins with = is no formula
    return saved(book)


def sheets_of(survey: Survey) -> dict[str, list[Row]]:
    """Give the rows of a questionnaire's sheets."""
    return {
        "survey": list(_Form(survey).rows()),
        "choices": list(_choices(survey)),
        "settings": [_settings(survey)],
    }


def _cut(text: str) -> list[str]:
    return [text[place : place + CELL] for place in range(0, len(text), CELL)]


def _settings(survey: Survey) -> Row:
    head = survey.questionnaire
    return {
        "form_title": head.title["zh-Hans"], "form_id": survey.name, "version": f"{head.wave}-{digest(survey)}",
        "default_language": LANGUAGES["zh-Hans"],
    }  # fmt: skip


def list_of(each: Asked) -> str:
    """Name the list that an item's choices stand in: one each, so that codes never mix."""
    return f"{each.code}_list"


def _choices(survey: Survey) -> Iterator[Row]:
    for each in survey.asked:
        for choice in choices(each, survey.bank):
            yield {"list_name": list_of(each), "name": choice.code, **_worded(survey, "label", choice.text)}


def _worded(survey: Survey, column: str, texts: Texts | None) -> Row:
    """Write a text in every language; ``${`` would be read as a question's name."""
    return {
        f"{column}::{LANGUAGES[language]}": pick(texts, language).replace("${", "$ {") if texts else ""
        for language in survey.questionnaire.languages
    }


def _quoted(text: str) -> str:
    r"""Write a text as XPath has it, which knows no escapes: in the quotes that it lacks, or in pieces.

    >>> print(_quoted("it's"), _quoted("'\""))
    "it's" concat("'", '"')
    """
    for quote in ("'", '"'):
        if quote not in text:
            return f"{quote}{text}{quote}"
    pieces = [f'"{piece}"' if "'" in piece else f"'{piece}'" for piece in re.findall(r"[^']+|'+", text)]
    return f"concat({', '.join(pieces)})"


class _Form:
    """Makes the rows of the sheet ``survey``."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.decided = Decided(survey)
        self.writer = XPath(self.decided)

    def relevant(self, node: Node) -> str:
        return "" if node == TRUE else self.writer.write(node)

    def rows(self) -> Iterator[Row]:
        head = self.survey.questionnaire
        before = {"welcome": head.welcome, "privacy": head.consent.privacy, "consent": head.consent.text}
        yield from (self.note(f"_{name}", text) for name, text in before.items())
        if head.consent.guardian:
            yield self.row("acknowledge", "_guardian", head.consent.guardian, required="yes")
        if hangs_out(self.survey):
            yield self.row("hidden", PARAMETER, phrases.PLACE)
        for section in head.sections:
            yield self.row("begin_group", section.id, section.title, appearance="field-list",
                           relevant=self.relevant(self.decided.section(section.id)))  # fmt: skip
            if section.text:
                yield self.note(f"_{section.id}", section.text)
            for each in self.survey.asked:
                if each.section.id == section.id:
                    yield from self.item(each)
            yield {"type": "end_group"}
        yield self.note("_closing", head.closing)

    def row(self, kind: str, name: str, text: Texts, hint: Texts | None = None, **columns: str) -> Row:
        blank = dict.fromkeys(column for column in SURVEY if column not in TRANSLATED)
        worded = _worded(self.survey, "label", text) | _worded(self.survey, "hint", hint)
        return {key: value or "" for key, value in (blank | {"type": kind, "name": name} | worded | columns).items()}

    def note(self, name: str, text: Texts) -> Row:
        return self.row("note", name, text)

    def item(self, each: Asked) -> Iterator[Row]:
        item = each.item
        relevant = self.relevant(self.decided.item(each.code))
        required = "yes" if each.use.mandatory and not isinstance(item, Information) else ""
        hint = item.help or (item.simple if self.survey.simple is not None else None)
        shared = {"relevant": relevant, "required": required}
        if isinstance(item, Matrix):
            yield self.row("begin_group", f"{each.code}", item.text, hint, relevant=relevant, appearance="table-list")
            for row in item.rows:
                yield self.row(f"select_one {list_of(each)}", f"{each.code}_{row.code}", row.text, required=required)
            yield {"type": "end_group"}
        else:
            parameters = "randomize=true" if getattr(item, "random", False) else ""
            appearance = "multiline" if isinstance(item, OpenText) and item.lines > 1 else ""
            yield self.row(self.kind(each), each.code, item.text, hint, **shared, parameters=parameters,
                           appearance=appearance, constraint=self.constraint(each))  # fmt: skip
        opened = written_in(each, self.survey.bank)
        if opened:
            several = isinstance(item, Multiple)
            here = Answer(each.code)
            nodes: list[Node] = [
                Compared(Constant(option), "in", here) if several else Compared(here, "==", Constant(option))
                for option in opened[1]
            ]
            node = nodes[0] if len(nodes) == 1 else Joined("or", tuple(nodes))
            yield self.row("text", opened[0], phrases.WRITE_IN, relevant=self.writer.write(node))

    def kind(self, each: Asked) -> str:
        match each.item:
            case Multiple():
                return f"select_multiple {list_of(each)}"
            case Ranking():
                return f"rank {list_of(each)}"
            case Numeric():
                return "decimal" if each.item.decimals else "integer"
            case Date():
                return "date"
            case OpenText():
                return "text"
            case Information():
                return "note"
        return f"select_one {list_of(each)}"

    def constraint(self, each: Asked) -> str:
        """Write what an answer may be."""
        return " and ".join(f"({part})" for part in self.limits(each.item, choices(each, self.survey.bank)))

    def limits(self, item: Any, given: list[Choice]) -> Iterator[str]:
        match item:
            case Numeric():
                yield from (
                    f". {sign} {limit:.15g}"
                    for sign, limit in ((">=", item.least), ("<=", item.most))
                    if limit is not None
                )
            case Date():
                yield from (
                    f". {sign} date('{day}')" for sign, day in ((">=", item.earliest), ("<=", item.latest)) if day
                )
            case OpenText():
                yield f"string-length(.) <= {item.longest}"
                if item.pattern:
                    yield f"regex(., {_quoted(f'^(?:{item.pattern})$')})"
            case Multiple():
                alone = [choice for choice in given if choice.exclusive]
                yield from (f"not(selected(., '{choice.code}') and count-selected(.) > 1)" for choice in alone)
                missing = [f"selected(., '{choice.code}')" for choice in given if choice.missing]
                if item.least:
                    yield " or ".join([f"count-selected(.) >= {item.least}", *missing])
                if item.most is not None:
                    yield f"count-selected(.) <= {item.most}"
