"""Labels: what the codes of a draw stand for, as far as a workspace knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.messages import LANGUAGES, Texts

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace


def labels(workspace: Workspace, log: pd.DataFrame) -> tuple[dict[str, dict[str, Texts]], dict[str, Texts]]:
    """Name the columns of a draw, and their codes: of units, and as the workspace's settings say.

    Parameters
    ----------
    workspace
        Whose units are known by code in its year.
    log
        One row a place that was drawn.

    Returns
    -------
    names
        By column what its codes stand for: short names where all of them are codes of units.
    heads
        What columns are called; one of units as the workspace calls those of memos.
    """
    units, year, settings = workspace.units, workspace.settings.year, workspace.settings
    names = {column: dict(said.codes) for column, said in settings.columns.items() if column in log}
    heads = {column: said.name for column, said in settings.columns.items() if column in log}
    for column in log.select_dtypes(include=["object", "string"]):
        found = {str(code): units.resolve(str(code), year) for code in log[column].dropna().unique()}
        if not found or None in found.values():
            continue
        ids = {code: unit for code, unit in found.items() if unit is not None}
        names[str(column)] = {
            code: {language: units.name(unit, language, short=True) for language in LANGUAGES}
            for code, unit in ids.items()
        }
        if {units.kind(unit) for unit in ids.values()} == {settings.unit_kind}:
            heads[str(column)] = settings.unit_name
    return names, heads
