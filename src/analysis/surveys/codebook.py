"""A questionnaire to be read by people: as an outline, and as a codebook with one row a column of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.messages import Language, pick
from analysis.surveys.items import WRITTEN_IN, Information, Matrix, Multiple, Ranking
from analysis.surveys.survey import Asked, Survey
from analysis.surveys.waves import conditions

if TYPE_CHECKING:
    import pandas as pd


def codebook(survey: Survey, language: Language = "zh-Hans") -> pd.DataFrame:
    """List the columns that answers to a questionnaire will have.

    Parameters
    ----------
    survey
        The questionnaire.
    language
        Of texts and labels.

    Returns
    -------
    pandas.DataFrame
        One row a column, in the order of the questionnaire: ``column`` (``code``, ``code.row`` of a matrix,
        ``code[option]`` where several may be chosen, ``code[1]`` for the first rank, ``codeOth`` for
        what is written in), ``item``, ``version``, ``type``,
        ``section``, ``topic``, ``text``, ``labels`` (a mapping of codes to labels; empty where there are none),
        ``missing`` (kinds), ``show_if`` (the section's condition included), ``mandatory``, ``sensitive``, ``personal``,
        ``indices`` (those that the column is part of).
    """
    import pandas as pd

    return pd.DataFrame([row for each in survey.asked for row in _rows(survey, each, language)])


def _rows(survey: Survey, each: Asked, language: Language) -> Iterator[dict[str, Any]]:
    item = each.item
    options = survey.bank.options(item)
    labels = {option.code: pick(option.text, language) for option in options}
    text = pick(item.text, language)
    match item:
        case Information():
            return
        case Matrix():
            columns = [(f"{each.code}.{row.code}", f"{text} {pick(row.text, language)}", labels) for row in item.rows]
        case Multiple():
            columns = [(f"{each.code}[{code}]", f"{text} {label}", {}) for code, label in labels.items()]
        case Ranking():
            columns = [(f"{each.code}[{n}]", text, labels) for n in range(1, (item.most or len(options)) + 1)]
        case _:
            columns = [(each.code, text, labels)]
    if any(option.open for option in options):
        columns.append((f"{each.code}{WRITTEN_IN}", text, {}))
    for column, shown, of in columns:
        yield {
            "column": column, "item": each.code, "version": each.use.version, "type": item.type,
            "section": each.section.id, "topic": item.topic, "text": shown, "labels": of, "missing": item.missing,
            "show_if": conditions(survey, each), "mandatory": each.use.mandatory, "sensitive": item.sensitive,
            "personal": item.personal,
            "indices": tuple(i.id for i in survey.questionnaire.analyses.indices if {column, each.code} & set(i.items)),
        }  # fmt: skip


def outline(survey: Survey, language: Language = "zh-Hans") -> Iterator[str]:
    """Write a questionnaire as lines of text: sections, items with their codes, options and conditions."""
    sheet = survey.questionnaire
    yield f"{pick(sheet.title, language)}  [{sheet.id} {sheet.wave}, {sheet.respondent}, {len(survey.asked)} items]"
    section = None
    for number, each in enumerate(survey.asked, 1):
        if each.section is not section:
            section = each.section
            yield ""
            yield f"== {pick(section.title, language)}" + (f"  (if {section.show_if})" if section.show_if else "")
        mark = " *" if each.use.mandatory else ""
        version = f" v{each.use.version}" if each.use.version > 1 else ""
        yield f"{number}. {pick(each.item.text, language)}{mark}  [{each.code}{version}, {each.item.type}]" + (
            f"  (if {each.use.show_if})" if each.use.show_if else ""
        )
        if each.item.simple and sheet.simple_if:
            yield f"     {pick(each.item.simple, language)}  (if {sheet.simple_if})"
        for row in getattr(each.item, "rows", ()):
            yield f"     - {pick(row.text, language)}  [{row.code}]"
        options = survey.bank.options(each.item)
        if options:
            yield "     " + " / ".join(f"{option.code} {pick(option.text, language)}" for option in options)
