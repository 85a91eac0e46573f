"""Coefficients of variation between schools: what the yearly monitoring of balance found, as figures to hold to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from analysis.indicators import rows_of
from analysis.indicators.balance.notes import texts_of
from analysis.indicators.balance.standard import COMPOSITE, is_standard, read_standard
from analysis.indicators.words import both
from analysis.messages import Texts, from_columns, pick

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger.entries import CoefficientOf

#: A coefficient a row: ``cell`` is that of its value, ``limit`` the most that the rule allows, missing for none.
COLUMNS: Final = (
    "unit", "year", "rule", "resource", "stage", "name_zh", "name_en", "value", "limit", "decimals", "cell", "sources",
)  # fmt: skip


def coefficients_in(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Give the coefficients that the tables of a run hold.

    Parameters
    ----------
    tables
        With ``balance`` and ``cells``; without the first there are none.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, those that are known.
    """
    import pandas as pd

    rows = []
    if "balance" in tables:
        cells = tables["cells"].set_index("id")
        for row in rows_of(tables["balance"]):
            if row["cv"] in cells.index:
                name = in_words(from_columns("name", row), from_columns("stage", row))
                rows.append({
                    "unit": row["unit"], "year": row["year"], "rule": row["rule"], "resource": row["indicator"],
                    "stage": row["stage"], "name_zh": name["zh-Hans"], "name_en": name["en"],
                    "value": cells.at[row["cv"], "value"], "decimals": cells.at[row["cv"], "decimals"],
                    "limit": cells.at[row["limit"], "value"] if row["limit"] else None, "cell": row["cv"],
                    "sources": cells.at[row["cv"], "sources"],
                })  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def coefficients(workspace: Workspace, *, until: int, synthetic: bool) -> pd.DataFrame:
    """Compute the coefficients of the newest school tables by the newest rule, as a run does.

    Parameters
    ----------
    workspace
        The workspace.
    until
        The last year of school tables that are used.
    synthetic
        Whether simulated schools are taken where there are no others.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`; no row where there are no school tables, or no rule.
    """
    from analysis.findings.figures.schools import schools
    from analysis.findings.gathered import cells_of

    held = schools(workspace, until=until, synthetic=synthetic)
    if held is None:
        return coefficients_in({})
    tables = held.tables()
    return coefficients_in({**tables, "cells": cells_of(held.cells)})


def limited(workspace: Workspace) -> list[CoefficientOf]:
    """Give the coefficients that the newest rule on balance sets a limit to; none where there is no such rule."""
    from analysis.findings.figures.schools import newest_rule
    from analysis.workspace.ledger import CoefficientOf

    rule = newest_rule(workspace)
    if rule is None:
        return []
    variation, resources = (part := read_standard(workspace, rule)[1]).variation, part.resources.indicators
    ids = [COMPOSITE] if variation.of == "mean" else [each.id for each in resources]
    return [CoefficientOf(rule=rule.id, resource=each, stage=stage) for stage in variation.limits for each in ids]


def name_of(workspace: Workspace, coefficient: CoefficientOf) -> Texts:
    """Give what a coefficient is called; its code where there is no such rule or resource."""
    rule = workspace.rules.get(coefficient.rule)
    if rule is None or not is_standard(rule):
        return {"zh-Hans": coefficient.code, "en": coefficient.code}
    names = {each.id: each.name for each in read_standard(workspace, rule)[1].resources.indicators}
    names[COMPOSITE] = texts_of("composite")
    if coefficient.resource not in names:
        return {"zh-Hans": coefficient.code, "en": coefficient.code}
    return in_words(names[coefficient.resource], both("results", f"stage.{coefficient.stage}"))


def in_words(name: Texts, stage: Texts) -> Texts:
    """Say which coefficient it is.

    >>> name = {"zh-Hans": "生均图书", "en": "Books per student"}
    >>> in_words(name, {"zh-Hans": "小学", "en": "Primary"})["en"]
    'Coefficient of variation between schools: Books per student, primary'
    """
    return {
        "zh-Hans": f"{stage['zh-Hans']}{name['zh-Hans']}校际差异系数",
        "en": f"Coefficient of variation between schools: {pick(name, 'en')}, {pick(stage, 'en').lower()}",
    }
