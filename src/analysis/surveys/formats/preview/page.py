"""A web preview: a questionnaire as one page that routes and validates as the real one, and needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from importlib import resources
from string import Template
from typing import Any

from analysis.surveys import phrases
from analysis.surveys.decided import Decided
from analysis.surveys.expressions import Node
from analysis.surveys.formats.conditions import JavaScript
from analysis.surveys.formats.parts import Choice, choices, hangs_out, written_in
from analysis.surveys.questionnaire import Section
from analysis.surveys.survey import Asked, Survey

#: In the order in which they run: what the page says, what is answered, one question, the pages.
SCRIPTS = ("words.js", "answers.js", "questions.js", "page.js")
#: What only some types of items have.
LIMITS = ("least", "most", "decimals", "unit", "earliest", "latest", "longest", "lines", "pattern")


def to_preview(survey: Survey) -> str:
    """Write a questionnaire as a web page that can be tried from a file, without a server or network.

    Parameters
    ----------
    survey
        The questionnaire.

    Returns
    -------
    str
        HTML, with style and scripts in it. A content security policy lets nothing run but these scripts, by their
        hashes, and lets nothing be fetched or sent. Texts stand in a block of JSON, and are only ever shown as texts.

    Notes
    -----
    One page a section. What is not shown counts as unanswered (:func:`analysis.surveys.is_shown`), a kind of missing
    does, too, and a question with several options that is shown is answered, if only with none. Whether an answer may
    be given is said on "next": ``mandatory`` (of a ranking: the first rank), limits, patterns. A pattern that
    JavaScript can't read is passed over. The link may say ``?place=CODE``, kept as the answer ``place`` where nobody
    was drawn by chance, and ``#fixed``, which leaves options in the order of the text.
    """
    style = _text("page.css")
    scripts = [conditions_of(survey), *(_text(name) for name in SCRIPTS)]
    head = survey.questionnaire
    return Template(_text("page.html")).substitute(
        policy=_policy(style, scripts),
        title=html.escape(head.title["zh-Hans"]),
        style=style,
        model=json.dumps(model_of(survey), ensure_ascii=False).replace("<", r"\u003c"),
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def model_of(survey: Survey) -> dict[str, Any]:
    """Give what the page is made of, as plain data: texts by language, sections, items with their choices."""
    head = survey.questionnaire
    return {
        "name": survey.name,
        "languages": list(head.languages),
        "title": dict(head.title),
        "welcome": dict(head.welcome),
        "closing": dict(head.closing),
        "consent": head.consent.model_dump(mode="json"),
        "minutes": head.minutes,
        "marks": head.marks.model_dump(mode="json") if head.marks else None,
        "open": hangs_out(survey),
        "simple_if": head.simple_if,
        "write_in": dict(phrases.WRITE_IN),
        "sections": [_section(survey, section) for section in head.sections],
    }


def conditions_of(survey: Survey) -> str:
    """Write every condition as a function of the answers so far, as a script."""
    decided = Decided(survey)
    writer = JavaScript(decided)

    def written(nodes: dict[str, Node]) -> str:
        return ",\n".join(f"      {json.dumps(code)}: a => {writer.write(node)}" for code, node in nodes.items())

    sections = written({section.id: decided.section(section.id) for section in survey.questionnaire.sections})
    items = written({each.code: decided.item(each.code) for each in survey.asked})
    simple = "false" if survey.simple is None else writer.write(decided.true(survey.simple))
    return f"""
"use strict";
(() => {{
  const has = x => x !== null && x !== undefined;
  window.duzheng = {{ conditions: {{
    sections: {{\n{sections}\n    }},
    items: {{\n{items}\n    }},
    simple: a => {simple},
  }} }};
}})();
"""


def _section(survey: Survey, section: Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": dict(section.title),
        "text": dict(section.text) if section.text else None,
        "show_if": section.show_if,
        "items": [_item(survey, each) for each in survey.asked if each.section.id == section.id],
    }


def _item(survey: Survey, each: Asked) -> dict[str, Any]:
    item = each.item
    whole = item.model_dump(mode="json")
    opened = written_in(each, survey.bank)
    # Codes that are numbers are compared as numbers in conditions.
    kept = {str(option.code): option.code for option in survey.bank.options(item)}
    return {
        "code": each.code,
        "type": item.type,
        "version": each.use.version,
        "mandatory": each.use.mandatory,
        "show_if": each.use.show_if,
        "text": whole["text"],
        "simple": whole["simple"] if survey.simple is not None else None,
        "help": whole["help"],
        "random": whole.get("random", False),
        "choices": [_choice(choice, kept) for choice in choices(each, survey.bank)],
        "rows": whole.get("rows", []),
        "write_in": {"code": opened[0], "options": opened[1]} if opened else None,
    } | {name: whole.get(name) for name in LIMITS}


def _choice(choice: Choice, kept: dict[str, int | str]) -> dict[str, Any]:
    value = choice.code if choice.missing else kept.get(choice.code, choice.code)
    return {**choice._asdict(), "text": dict(choice.text), "value": value}


def _text(name: str) -> str:
    return (resources.files(__package__) / "pages" / name).read_text(encoding="utf-8")


def _policy(style: str, scripts: list[str]) -> str:
    allowed = {"script-src": " ".join(map(_hash, scripts)), "style-src": _hash(style), "img-src": "data:"}
    rules = ["default-src 'none'", *(f"{name} {what}" for name, what in allowed.items())]
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
