"""Margins: how far each coefficient of variation is from its limit, and how that changed from year to year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.indicators.balance.amounts import kept, name_of, uncertain, units_of
from analysis.indicators.charts.balance_margins import draw_margins
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import Language, Texts

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.evaluation import Balance

#: Columns of the table.
COLUMNS = ("unit", "year", "stage", "indicator", "cv", "limit", "met", "margin", "room", "base_year", "cv_change",
           "margin_change", "turned")  # fmt: skip


def balance_margins(
    balance: Balance, *, unit: str | Sequence[str] | None = None, language: Language | None = None
) -> FigureResult:
    """Give the margin of every coefficient to its limit, with its change since the year before.

    Parameters
    ----------
    balance
        The evaluation, of one year or several.
    unit
        Ids, codes or names of its units; all if not given.
    language
        That is shown; the evaluation's if not given.

    Returns
    -------
    FigureResult
        ``table``: one row a unit, year, stage and indicator that has a limit (of a rule that judges the mean, the
        composite): cv, limit, met, margin (limit − cv), room (margin in per cent of the limit), base_year (the year
        before of the evaluation, missing for the first), cv_change, margin_change, turned (``met`` or ``missed`` where
        the verdict changed since then, else missing).

    Raises
    ------
    DuzhengError
        DZ-S002 for units that are not in the evaluation.

    Notes
    -----
    The figures are counts of everybody: levels and changes are given, and no trend is claimed of a few years. Changes
    stand between neighbouring years of the evaluation, which may be several years apart: ``base_year`` says which.
    """
    import numpy as np
    import pandas as pd

    names = units_of(balance, unit)
    table = balance.table[balance.table["unit"].isin(names) & balance.table["limit"].notna()]
    place = {each: at for at, each in enumerate(names)}
    table = table.assign(_unit=table["unit"].map(place), _row=np.arange(len(table)))
    table = table.sort_values(["_unit", "year", "_row"], ignore_index=True)
    key = ["unit", "stage", "indicator"]
    before = table.groupby(key, sort=False)[["year", "cv", "margin", "met"]].shift(1)
    now, then = (each["met"].astype("boolean") for each in (table, before))
    is_met, was_met = (each.fillna(value=False).to_numpy(bool) for each in (now, then))
    changed = (now.notna() & then.notna()).to_numpy(bool) & (is_met != was_met)
    turned = pd.Series(np.where(is_met, "met", "missed"), index=table.index, dtype="object")
    # Truths as Python has them, which are written as yes and no.
    met: list[Any] = [each if there else None for each, there in zip(is_met.tolist(), now.notna(), strict=True)]
    table = table.assign(
        met=pd.Series(met, index=table.index, dtype="object"),
        room=100 * table["margin"] / table["limit"], base_year=before["year"].astype("Int64"),
        cv_change=table["cv"] - before["cv"], margin_change=table["margin"] - before["margin"],
        turned=turned.where(changed, None),
    )[list(COLUMNS)]  # fmt: skip
    several = bool(table["base_year"].notna().any())
    shown = [name for name in COLUMNS if several or name not in {"base_year", "cv_change", "margin_change", "turned"}]
    return FigureResult(
        table, "balance_margins", settings={"unit": names, "year": sorted({int(each) for each in table["year"]})},
        notes=(*_notes(table, several=several), *uncertain(balance)),
        drawing=lambda result, spoken: draw_margins(result, spoken, _shorts(balance, table)), shown=tuple(shown),
        decimals={"cv": 3, "limit": 2, "margin": 3, "room": 0, "cv_change": 3, "margin_change": 3},
        **kept(balance, language),
    )  # fmt: skip


def _shorts(balance: Balance, table: pd.DataFrame) -> dict[str, Texts]:
    return {str(each): name_of(balance, str(each)) for each in dict.fromkeys(table["indicator"])}


def _notes(table: pd.DataFrame, *, several: bool) -> list[Any]:
    notes = [both("balance_margins", "note.levels" if several else "note.one_year")]
    gone = int(table["cv"].isna().sum())
    if gone:
        notes.append(both("balance_margins", "note.gone", n=gone, of=len(table)))
    return notes
