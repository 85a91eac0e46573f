"""What of a structure respondents meet, place by place: what differs between two, and what a server can set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from analysis.surveys.formats.lss.reader import EMBEDDED, EXPRESSION
from analysis.surveys.formats.lss.tables import LOOKS, plain
from analysis.surveys.limesurvey.live import Row, Rows, set_attributes

Kind = Literal["survey", "language", "group", "question"]
#: Where something stands: in what, in which of them, and in which part.
Key = tuple[Kind, str, str]
#: What a structure says of a survey without setting it: whose it is, whether it runs, and its languages, which are one
#: difference of their own.
NO_SETTINGS = frozenset({"sid", "gsid", "owner_id", "admin", "active", "language", "additional_languages"})
NO_WORDS = frozenset({"surveyls_survey_id", "surveyls_language"})
#: Those that are fixed once a survey is active.
FIXED = frozenset({"anonymized", "savetimings", "datestamp", "ipaddr", "refurl"})
#: Looks that a structure of ours sets.
SET_BY_US = frozenset({"display_rows"})
#: Parts of questions and groups that the remote control can set, whether a survey is active or not. A question's code
#: is none of them, although the server would take it: its answers would stand in another column.
SETTABLE: dict[Kind, re.Pattern[str]] = {
    "group": re.compile(r"grelevance|(group_name|description)/.+"),
    "question": re.compile(r"mandatory|relevance|preg"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What stands somewhere: as it is compared, and as it is written."""

    meaning: str
    raw: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What stands otherwise in two structures; None where it does not stand at all."""

    key: Key
    old: Said | None
    new: Said | None

    def settable(self, *, active: bool) -> bool:
        """Tell whether a server can change this without the survey being made anew."""
        kind, _, part = self.key
        if self.old is None or self.new is None:
            return False
        if kind == "survey":
            return part not in {*NO_SETTINGS, "languages"} and not (active and part in FIXED)
        return kind == "language" or bool(SETTABLE[kind].fullmatch(part))


def differences(old: Rows, new: Rows) -> list[Difference]:
    """Compare two structures by what respondents meet; markup that says nothing, and numbers, are no difference.

    Parameters
    ----------
    old, new
        Tables.

    Returns
    -------
    list of Difference
        In the order of the newer one, then what is gone. Classes of items are none: they are notes of ours. Where one
        has more languages, that is one difference.
    """
    shared = set(languages(old)) & set(languages(new))
    whole = said(old)["survey", "", "languages"], said(new)["survey", "", "languages"]
    one, two = ({**said(spoken(each, shared)), ("survey", "", "languages"): all_of}
                for each, all_of in zip((old, new), whole, strict=True))  # fmt: skip
    keys = [*two, *(key for key in one if key not in two)]
    return [
        Difference(key, one.get(key), two.get(key))
        for key in keys
        if _meaning(one.get(key)) != _meaning(two.get(key))
        # A structure of ours says few of a survey's settings and letters: all others may be as they are.
        and (key[0] not in {"survey", "language"} or (key in one and key in two))
    ]  # fmt: skip


def languages(tables: Rows) -> list[str]:
    """Give the languages that a structure has."""
    return [row["surveyls_language"] for row in tables["surveys_languagesettings"]]


def spoken(tables: Rows, kept: set[str]) -> Rows:
    """Give a structure in some of its languages."""
    found = {
        name: [row for row in rows if row.get("surveyls_language", row.get("language")) in {None, "", *kept}]
        for name, rows in tables.items()
        if name != "surveys"
    }
    more = [each for each in tables["surveys"][0].get("additional_languages", "").split() if each in kept]
    return found | {"surveys": [tables["surveys"][0] | {"additional_languages": " ".join(more)}]}


def _meaning(what: Said | None) -> str:
    """Give what is compared: nothing said is the same as said empty, or a condition that always holds."""
    return what.meaning if what else ""


def said(tables: Rows) -> dict[Key, Said]:
    """List what a structure says, by where it stands."""
    found: dict[Key, Said] = {}
    head = tables["surveys"][0]
    found["survey", "", "languages"] = _as_is(" ".join(sorted(languages(tables))))
    found |= {("survey", "", name): _as_is(value) for name, value in head.items() if name not in NO_SETTINGS}
    for row in tables["surveys_languagesettings"]:
        words = {name: _words(value) for name, value in row.items() if name not in NO_WORDS}
        found |= {("language", row["surveyls_language"], name): what for name, what in words.items()}
    for group in tables.get("groups", []):
        found |= _group(tables, group)
    for question in tables.get("questions", []):
        found |= _question(tables, question)
    return found


def _group(tables: Rows, group: Row) -> dict[Key, Said]:
    name = group["group_order"]
    asked = sorted((row for row in tables.get("questions", []) if row["gid"] == group["gid"]),
                   key=lambda row: int(row["question_order"]))  # fmt: skip
    found: dict[Key, Said] = {
        ("group", name, "questions"): _as_is(" ".join(row["title"] for row in asked)),
        ("group", name, "grelevance"): _condition(group.get("grelevance", "")),
        ("group", name, "randomization_group"): _as_is(group.get("randomization_group", "")),
    }
    for row in tables.get("group_l10ns", []):
        if row["gid"] == group["gid"]:
            for column in ("group_name", "description"):
                found["group", name, f"{column}/{row['language']}"] = _words(row.get(column, ""))
    return found


def _question(tables: Rows, question: Row) -> dict[Key, Said]:
    qid, code = question["qid"], question["title"]
    kind, marks = question["type"], _class_of(tables, qid)
    stated = next((mark for mark in ("single", "rating", "yes_no") if f"dz-{mark}" in marks), "")
    found: dict[str, Said] = {
        "type": _as_is(f"{kind} {stated}".strip() if kind == "L" else kind),
        "mandatory": _as_is(question.get("mandatory", "N")),
        "relevance": _condition(question.get("relevance", "")),
        "preg": _as_is(question.get("preg", "")),
        "other": _as_is(question.get("other", "N")),
    }
    texts = {(row["qid"], row["language"]): row for row in tables.get("question_l10ns", [])}
    answers = {(row["aid"], row["language"]): row for row in tables.get("answer_l10ns", [])}
    lines = [row for row in tables.get("subquestions", []) if row["parent_qid"] == qid]
    lines.sort(key=lambda row: (int(row.get("scale_id") or 0), int(row["question_order"])))
    options = [row for row in tables.get("answers", []) if row["qid"] == qid]
    options.sort(key=lambda row: (int(row.get("scale_id") or 0), int(row["sortorder"])))
    found["rows"] = _as_is(" ".join(row["title"] for row in lines))
    found["answers"] = _as_is(" ".join(row["code"] for row in options))
    for language in languages(tables):
        words = texts.get((qid, language), {})
        found[f"question/{language}"] = _words(words.get("question", ""))
        found[f"help/{language}"] = _words(words.get("help", ""))
        for row in lines:
            said_here = texts.get((row["qid"], language), {}).get("question", "")
            found[f"row/{row['title']}/{language}"] = _words(said_here)
        for row in options:
            said_here = answers.get((row["aid"], language), {}).get("answer", "")
            found[f"answer/{row['code']}/{language}"] = _words(said_here)
    for row in lines:
        found[f"row/{row['title']}/relevance"] = _condition(row.get("relevance", ""))
    for row in tables.get("question_attributes", []):
        name = row["attribute"]
        seen = dict(set_attributes({name: row["value"]}))
        if row["qid"] == qid and name in seen and (not LOOKS.fullmatch(name) or name in SET_BY_US):
            of = f"/{row['language']}" if row["language"] else ""
            found[f"attribute/{name}{of}"] = _words(row["value"]) if of else _as_is(row["value"])
    for row in tables.get("defaultvalues", []):
        if row["qid"] == qid:
            found[f"default/{row['language']}"] = _as_is(row["defaultvalue"])
    return {("question", code, part): what for part, what in found.items()}


def _class_of(tables: Rows, qid: str) -> list[str]:
    rows = tables.get("question_attributes", [])
    return [mark for row in rows if row["qid"] == qid and row["attribute"] == "cssclass"
            for mark in row["value"].split()]  # fmt: skip


def _as_is(text: str) -> Said:
    return Said(text, text)


def _condition(text: str) -> Said:
    return Said("" if text in {"", "1"} else text, text or "1")


def _words(text: str) -> Said:
    """Compare words without their markup; what is more than words as it is written."""
    more = EMBEDDED.search(text) or EXPRESSION.search(text)
    return Said(text if more else plain(text), text)
