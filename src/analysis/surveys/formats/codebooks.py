"""Codebooks as files: CSV for programs, Markdown for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from analysis.documents.spreadsheets import for_spreadsheet
from analysis.messages import Texts, pick
from analysis.surveys.columns import Column, columns
from analysis.surveys.formats.parts import Choice, choices
from analysis.surveys.survey import Survey
from analysis.surveys.waves import conditions

#: What Markdown would take for its own: a text stands as it is.
PLAIN = str.maketrans({"|": "\\|", "<": "&lt;", "\n": " ", "[": "\\[", "]": "\\]", "*": "\\*", "_": "\\_", "`": "\\`"})
COLUMNS = ("column", "holds", "item", "version", "type", "section", "code", "text", "label", "missing", "show_if")


def to_csv(survey: Survey, *, synthetic: bool = False) -> str:
    """Write a codebook as CSV: one row an answer's code, in every language of the questionnaire.

    Returns
    -------
    str
        Columns ``column`` (as answers are kept, :func:`analysis.surveys.columns.columns`), ``holds``, ``item``,
        ``version``, ``type``, ``section``, ``text`` and ``label`` once a language, ``code`` of the answer (empty where
        an answer is filled in), ``missing`` (1 where the code says why there is no answer) and ``show_if``. Cells that
        a spreadsheet would take for a formula begin with an apostrophe. With ``synthetic``, that column says so.
    """
    stream = io.StringIO()
    names = [f"{name}_{each}" if name in {"text", "label"} else name for name in COLUMNS
             for each in (survey.questionnaire.languages if name in {"text", "label"} else ("",))]  # fmt: skip
    mark = {"synthetic": True} if synthetic else {}
    writer = csv.DictWriter(stream, [*names, *mark], lineterminator="\n")
    writer.writeheader()
    for column in columns(survey):
        writer.writerows(row | mark for row in _rows(survey, column))
    return stream.getvalue()


def to_markdown(survey: Survey) -> str:
    """Write a codebook as Markdown: one section a question, in the questionnaire's languages."""
    head = survey.questionnaire
    parts = [f"# {' / '.join(head.title[each] for each in head.languages if each in head.title)}", ""]
    parts += [f"{head.id} {head.wave}, {head.respondent}; selection: {head.selection.kind}.", ""]
    kept: dict[str, list[Column]] = {}
    for column in columns(survey):
        kept.setdefault(column.asked.code, []).append(column)
    for each in survey.asked:
        parts += [f"## {each.code}", "", _said(each.item.text, survey), ""]
        marks = [f"type {each.item.type}", f"version {each.use.version}", f"section {each.section.id}"]
        shown = conditions(survey, each)
        marks += [f"shown if `{shown}`"] if shown else []
        marks += [name for name in ("sensitive", "personal") if getattr(each.item, name)]
        parts += ["; ".join(marks) + ".", ""]
        of = kept.get(each.code, [])
        parts += [
            *(f"- `{column.name}`" + (f" {_said(column.part, survey)}" if column.part else "") for column in of),
            "",
        ]
        answers = choices(each, survey.bank)
        if answers:
            parts += ["| code | label |", "|---|---|"]
            parts += [f"| {choice.code} | {_label(choice, survey)} |" for choice in answers]
            parts.append("")
    return "\n".join(parts)


def _rows(survey: Survey, column: Column) -> Iterator[dict[str, Any]]:
    languages = survey.questionnaire.languages
    each = column.asked
    shared = {"column": column.name, "holds": column.holds, "item": each.code, "version": each.use.version,
              "type": each.item.type, "section": each.section.id, "show_if": conditions(survey, each),
              **{f"text_{language}": for_spreadsheet(column.text(language)) for language in languages}}  # fmt: skip
    if not column.labels:
        yield shared
    for code, text in column.labels.items():
        labels = {f"label_{language}": for_spreadsheet(pick(text, language)) for language in languages}
        yield shared | {"code": code, "missing": int(column.holds == "missing")} | labels


def _said(texts: Texts, survey: Survey) -> str:
    said = (texts[each] for each in survey.questionnaire.languages if each in texts)
    return " / ".join(said).translate(PLAIN)


def _label(choice: Choice, survey: Survey) -> str:
    return _said(choice.text, survey) + (" (no answer)" if choice.missing else "")
