"""The tables of a LimeSurvey structure, old and new: texts by language, attributes that know whether they were read."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator

from analysis.surveys.places import PARAMETER

Rows = list[dict[str, str]]
#: Where texts stand: by table the key of their row, and the table that newer versions keep them in.
TEXTS = {
    "groups": ("gid", "group_l10ns"),
    "questions": ("qid", "question_l10ns"),
    "subquestions": ("qid", "question_l10ns"),
    "answers": ("aid", "answer_l10ns"),
}
POINTS = {"5": 5, "A": 5, "B": 10}
#: Answers that a type has without saying them.
GIVEN: dict[str, dict[str, dict[str, str]]] = {
    "G": {"F": {"zh-Hans": "女", "en": "Female"}, "M": {"zh-Hans": "男", "en": "Male"}},
    "C": {"Y": {"zh-Hans": "是", "en": "Yes"}, "U": {"zh-Hans": "不确定", "en": "Uncertain"},
          "N": {"zh-Hans": "否", "en": "No"}},
    "E": {"I": {"zh-Hans": "增加", "en": "Increase"}, "S": {"zh-Hans": "不变", "en": "Same"},
          "D": {"zh-Hans": "减少", "en": "Decrease"}},
}  # fmt: skip
#: Attributes that say how something looks, is reported or is kept, and nothing of what is asked.
LOOKS = re.compile(
    r"hide_tip|page_break|public_statistics|scale_export|statistics_\w+|display_columns|display_type|text_input_width"
    r"|text_input_columns|answer_width(_bycolumn)?|label_input_columns|use_dropdown|dropdown_\w+|save_as_default|cssclass"
    r"|question_template|other_position(_code)?|show_(title|comment|grand_total|totals|search|tick|handle|number)"
    r"|array_filter_style|repeat_headings|time_limit_(action|disable_next|disable_prev|message\w*|warning\w*|countdown\w*)"
    r"|samechoiceheight|samelistheight|showpopups|visualize|only_pull|slider_(layout|middlestart|showminmax|rating)"
    r"|location_\w+|keep_aspect|fix_(width|height)|crop_or_resize|horizontal_scroll|button_size|width_entry"
    r"|addlineicon|autoaddnewline|display_rows|category_separator|add_platform_info|printable_help|value_range_allows_missing"
    r"|clear_default|input_size|placeholder|same_\w+|slider_reset|assessment_value"
)


class Attributes(dict[str, str]):
    """The attributes of one question."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: set[str] = set()
        self.words: dict[str, dict[str, str]] = defaultdict(dict)  #: by name and language

    def take(self, name: str) -> str:
        """Give an attribute, which is read by that; empty if there is none."""
        self.taken.add(name)
        return self.get(name, "")

    def left(self) -> Iterator[tuple[str, str]]:
        """Give those that were not read, and change what is asked: none that is off, and none of looks."""
        for name, value in self.items():
            if name not in self.taken and not LOOKS.fullmatch(name) and value not in {"", "0", "N", "off", "none"}:
                yield name, value


class Tables:
    """The tables of one structure."""

    def __init__(self, rows: dict[str, Rows]) -> None:
        self.rows = rows
        head = (rows.get("surveys") or [{}])[0]
        self.settings = {row.get("surveyls_language", ""): row for row in rows.get("surveys_languagesettings", [])}
        names = [head.get("language", ""), *head.get("additional_languages", "").split(), *self.settings]
        self.languages = list(dict.fromkeys(name for name in names if name))
        self.anonymous = head.get("anonymized") != "N"
        self.assessed = head.get("assessments") == "Y" or bool(rows.get("assessments"))
        #: Questions that a parameter of a link answers.
        self.linked = {row.get("targetqid") for row in rows.get("survey_url_parameters", [])}
        self.texts: dict[tuple[str, str], dict[str, dict[str, str]]] = defaultdict(dict)
        for table in TEXTS:
            self.gather(table)
        self.attributes: dict[str, Attributes] = defaultdict(Attributes)
        for row in rows.get("question_attributes", []):
            self.attribute(row)
        self.answers: dict[str, Rows] = defaultdict(list)
        for row in self.ordered("answers", "sortorder"):
            self.answers[row.get("qid", "")].append(row)
        self.lines: dict[str, Rows] = defaultdict(list)
        for row in self.ordered("subquestions", "question_order"):
            self.lines[row.get("parent_qid", "")].append(row)

    def gather(self, table: str) -> None:
        """Gather a table's texts by language, from where this version of LimeSurvey keeps them."""
        key, texts = TEXTS[table]
        kind = "questions" if table == "subquestions" else table
        for row in self.rows.get(texts, []):
            self.texts[kind, row.get(key, "")][row.get("language", "")] = row
        for row in self.rows.get(table, []):
            # Until version 4 each language has a row of its own, and answers no number.
            if key == "aid":
                row.setdefault("aid", f"{row.get('qid')}/{row.get('scale_id')}/{row.get('code')}")
            if "language" in row:
                self.texts[kind, row.get(key, "")].setdefault(row["language"], row)

    def attribute(self, row: dict[str, str]) -> None:
        """Keep an attribute: of several languages that of the first counts where it is no text."""
        name, value, language = row.get("attribute", ""), row.get("value", ""), row.get("language", "")
        found = self.attributes[row.get("qid", "")]
        if value and (language in {"", *self.languages[:1]} or name not in found):
            found[name] = value
        if value:
            found.words[name][language or next(iter(self.languages), "")] = value

    def ordered(self, table: str, column: str) -> Rows:
        """Give a table's rows in their order, each once whatever languages it has."""
        key = TEXTS[table][0]
        rows: dict[str, dict[str, str]] = {}
        for row in self.rows.get(table, []):
            rows.setdefault(row.get(key, ""), row)
        return sorted(rows.values(), key=lambda row: _number(row.get(column, "")))

    def count(self, language: str) -> int:
        """Count the texts in a language."""
        found = 0
        for words in self.texts.values():
            row = words.get(language, {})
            found += sum(
                bool(plain(row.get(name, ""))) for name in ("question", "help", "answer", "group_name", "description")
            )
        return found


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else 0


def listed_tables(tables: Tables) -> Iterator[str]:
    """List what a structure has beside groups, questions and answers."""
    titles = {row["qid"]: row.get("title", row["qid"]) for row in tables.ordered("questions", "question_order")}
    relevance = {row["qid"]: row.get("relevance", "") for row in tables.ordered("questions", "question_order")}
    for row in tables.rows.get("conditions", []):
        # Versions that have equations write the conditions into them; where there is none, only the table says it.
        if relevance.get(row.get("qid", "")) in {"", "1", None}:
            said = f"{row.get('cfieldname')} {row.get('method')} {row.get('value')}"
            yield f"the question {titles.get(row.get('qid', ''), row.get('qid'))}: the condition {said!r} of a table"
    values = {row.get("dvid"): row.get("defaultvalue", "") for row in tables.rows.get("defaultvalue_l10ns", [])}
    for row in tables.rows.get("defaultvalues", []):
        value = row.get("defaultvalue") or values.get(row.get("dvid"), "")
        if value:
            yield f"the question {titles.get(row.get('qid', ''), row.get('qid'))}: its default {plain(value)!r}"
    yield from _bounds(tables, titles)
    asked = {row.get("gid") for row in tables.rows.get("groups", [])}
    for row in tables.ordered("questions", "question_order"):
        if row.get("gid") not in asked:
            yield f"the question {row.get('title')}: in no group"


def _bounds(tables: Tables, titles: dict[str, str]) -> Iterator[str]:
    """List quotas, assessments and what links hand over."""
    for row in tables.rows.get("survey_url_parameters", []):
        if row.get("parameter") != PARAMETER:
            yield f"the parameter {row.get('parameter')} of a link"
    members: dict[str, list[str]] = defaultdict(list)
    for row in tables.rows.get("quota_members", []):
        members[row.get("quota_id", "")].append(f"{titles.get(row.get('qid', ''), '')} {row.get('code', '')}".strip())
    for row in tables.rows.get("quota", []):
        who = ", ".join(members[row.get("id", "")]) or "all"
        yield f"the quota {row.get('name')}: at most {row.get('qlimit')} of {who}"
    for row in tables.rows.get("assessments", []):
        yield f"the assessment {row.get('name')}: {row.get('minimum')} to {row.get('maximum')} points"


def plain(text: str) -> str:
    """Read a text of LimeSurvey's: no markup, and what was written as entities."""
    for tag in ("script", "style"):
        text = _without(text, tag)
    found = re.sub(r"<br\s*/?>|</p>\s*<p[^<>]*>", "\n", text)
    return html.unescape(re.sub(r"<[^<>]*>", "", found)).strip()


def _without(text: str, tag: str) -> str:
    """Leave out a tag with all that stands in it."""
    lower, kept, end = text.lower(), [], 0
    while (start := lower.find(f"<{tag}", end)) >= 0 and (close := lower.find(f"</{tag}", start)) >= 0:
        kept.append(text[end:start])
        end = close
    return "".join([*kept, text[end:]])
