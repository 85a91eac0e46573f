"""Labels of answers and of draws: what columns are called, and what their codes stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.documents.labels import Labels
from analysis.messages import LANGUAGES, Texts
from analysis.surveys.columns import Column, columns

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.survey import Survey
    from analysis.workspace import Workspace

#: Width, in Latin letters, up to which a question heads a column in its own words.
LONGEST_HEAD = 40


def item_labels(survey: Survey) -> Labels:
    """Name what was asked and its codes, and the indices; questions too long for a heading are called by code."""
    chosen = [column for column in columns(survey) if column.holds in {"choice", "rank"}]
    names = {column.name: {str(code): text for code, text in column.labels.items()} for column in chosen}
    heads: dict[str, Texts] = {column.name: _head(column) for column in chosen}
    heads |= {index.id: index.name for index in survey.questionnaire.analyses.indices}
    return Labels(names, heads)


def draw_labels(workspace: Workspace, log: pd.DataFrame) -> Labels:
    """Name columns and codes as the workspace's settings do, and those of a draw that are codes of units.

    Parameters
    ----------
    workspace
        Whose units are known by code in its year.
    log
        One row a place that was drawn.

    Returns
    -------
    Labels
        Short names where all codes of a column are codes of units; its head as the workspace calls units of memos.
    """
    units, year, settings = workspace.units, workspace.settings.year, workspace.settings
    names: dict[str, Mapping[str, Texts]] = {column: dict(said.codes) for column, said in settings.columns.items()}
    heads = {column: said.name for column, said in settings.columns.items()}
    for column in log.select_dtypes(include=["object", "string"]):
        found = {str(code): units.resolve(str(code), year) for code in log[column].dropna().unique()}
        if not found or None in found.values():
            continue
        ids = {code: unit for code, unit in found.items() if unit is not None}
        names[str(column)] = {
            code: {language: units.name(unit, language, short=True) for language in LANGUAGES}
            for code, unit in sorted(ids.items())
        }
        if {units.kind(unit) for unit in ids.values()} == {settings.unit_kind}:
            heads[str(column)] = settings.unit_name
    return Labels(names, heads)


def _head(column: Column) -> Texts:
    from analysis.documents.tables import display_width

    said = {language: column.text(language) for language in LANGUAGES}
    return {language: text if display_width(text) <= LONGEST_HEAD else column.name for language, text in said.items()}
