"""A questionnaire to be read by people: as an outline, and as a codebook with one row a column of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.messages import Language, pick
from analysis.surveys.columns import Column, columns
from analysis.surveys.survey import Survey
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
        One row a column, in the order of the questionnaire: ``column`` (:func:`analysis.surveys.columns.columns`),
        ``holds`` (choice, truth, rank, number, date, text or missing), ``item``, ``version``, ``type``,
        ``section``, ``topic``, ``text``, ``labels`` (a mapping of codes to labels; empty where there are none),
        ``missing`` (kinds), ``show_if`` (the section's condition included), ``mandatory``, ``sensitive``, ``personal``,
        ``indices`` (those that the column is part of).
    """
    import pandas as pd

    return pd.DataFrame([_row(survey, column, language) for column in columns(survey)])


def _row(survey: Survey, column: Column, language: Language) -> dict[str, Any]:
    each, item = column.asked, column.asked.item
    named = {column.name, each.code}
    return {
        "column": column.name, "holds": column.holds, "item": each.code, "version": each.use.version,
        "type": item.type, "section": each.section.id, "topic": item.topic, "text": column.text(language),
        "labels": {code: pick(text, language) for code, text in column.labels.items()},
        "missing": item.missing, "show_if": conditions(survey, each), "mandatory": each.use.mandatory,
        "sensitive": item.sensitive, "personal": item.personal,
        "indices": tuple(i.id for i in survey.questionnaire.analyses.indices if named & set(i.items)),
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
