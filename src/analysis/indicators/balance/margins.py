"""Margins: how far each coefficient of variation is from its limit, and how that changed from year to year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.indicators.balance.amounts import kept, name_of, uncertain
from analysis.indicators.balance.asked import AskedOfBalance
from analysis.indicators.charts.balance_margins import draw_margins
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import Language, Texts

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.evaluation import Balance

#: Columns of the tables.
COLUMNS = ("unit", "year", "stage", "indicator", "cv", "limit", "met", "margin", "room", "base_year", "cv_change",
           "margin_change", "turned")  # fmt: skip
ITEMS = ("unit", "year", "part", "item", "value", "sign", "bound", "met", "margin", "room", "base_year", "value_change",
         "margin_change", "turned")  # fmt: skip
_SINCE = ("base_year", "cv_change", "value_change", "margin_change", "turned")


@dataclass(frozen=True, eq=False, repr=False)
class Margins(FigureResult):
    """The margins of coefficients (``table``) and of the items that have a bound (``items``)."""

    _: KW_ONLY
    items: pd.DataFrame = field(repr=False)  #: one row a unit, year and item with a bound and a value
    doubts: tuple[Texts, ...] = field(default=(), repr=False)  #: what the rule rests on that no source read says

    def of_items(self, language: Language | None = None) -> FigureResult:
        """Give the margins of items as a result of its own, with a table for readers."""
        several = bool(self.items["base_year"].notna().any())
        shown = tuple(name for name in ITEMS if several or name not in _SINCE)
        note = "note.items" if len(self.items) else "note.no_items"
        return FigureResult(
            self.items, "balance_item_margins", shown=shown, spoken=language or self.spoken, settings=self.settings,
            rule=self.rule, notes=(both("balance_item_margins", note), *self.doubts), workspace=self.workspace,
            simulated=self.simulated, read=self.read, named=self.named,
            decimals={"value": 2, "bound": 2, "margin": 2, "room": 0, "value_change": 2, "margin_change": 2},
        )  # fmt: skip


def balance_margins(
    balance: Balance, *, unit: str | Sequence[str] | None = None, language: Language | None = None
) -> Margins:
    """Give the margin of every coefficient to its limit, and of every item to its bound, with the change since.

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
    Margins
        ``table``: one row a unit, year, stage and indicator that has a limit (of a rule that judges the mean, the
        composite): cv, limit, met, margin (limit − cv), room (margin in per cent of the limit), base_year (the year
        before of the evaluation, missing for the first), cv_change, margin_change, turned (``met`` or ``missed`` where
        the verdict changed since then, else missing). ``items``: one row a unit, year and item that has a bound and a
        value: part, value, sign and bound, met, margin (to the side of the bound that meets it), room, and the same
        changes; ``of_items()`` shows them.

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

    asked = AskedOfBalance(balance)
    names = asked.units(unit)
    asked.done()
    table = balance.table[balance.table["unit"].isin(names) & balance.table["limit"].notna()]
    place = {each: at for at, each in enumerate(names)}
    table = table.assign(_unit=table["unit"].map(place), _row=np.arange(len(table)))
    table = table.sort_values(["_unit", "year", "_row"], ignore_index=True)
    table = _since(table.assign(bound=table["limit"]), ["unit", "stage", "indicator"], "cv")[list(COLUMNS)]
    several = bool(table["base_year"].notna().any())
    shown = [name for name in COLUMNS if several or name not in _SINCE]
    doubts = uncertain(balance)
    return Margins(
        table, "balance_margins", settings={"unit": names, "year": sorted({int(each) for each in table["year"]})},
        notes=(*_notes(table, several=several), *doubts), items=_items(balance, names), doubts=doubts,
        drawing=lambda result, spoken: draw_margins(result, spoken, _shorts(balance, table)), shown=tuple(shown),
        decimals={"cv": 3, "limit": 2, "margin": 3, "room": 0, "cv_change": 3, "margin_change": 3},
        **kept(balance, language),
    )  # fmt: skip


def _since(table: pd.DataFrame, key: list[str], value: str) -> pd.DataFrame:
    """Add what became of a value, its margin and its verdict since the year before; rows are in order of years."""
    import numpy as np
    import pandas as pd

    before = table.groupby(key, sort=False)[["year", value, "margin", "met"]].shift(1)
    now, then = (each["met"].astype("boolean") for each in (table, before))
    is_met, was_met = (each.fillna(value=False).to_numpy(bool) for each in (now, then))
    changed = (now.notna() & then.notna()).to_numpy(bool) & (is_met != was_met)
    turned = pd.Series(np.where(is_met, "met", "missed"), index=table.index, dtype="object")
    # Truths as Python has them, which are written as yes and no.
    met: list[Any] = [each if there else None for each, there in zip(is_met.tolist(), now.notna(), strict=True)]
    return table.assign(
        met=pd.Series(met, index=table.index, dtype="object"), room=100 * table["margin"] / table["bound"],
        base_year=before["year"].astype("Int64"), margin_change=table["margin"] - before["margin"],
        turned=turned.where(changed, None), **{f"{value}_change": table[value] - before[value]},
    )  # fmt: skip


def _items(balance: Balance, units: Sequence[str]) -> pd.DataFrame:
    """Give the margins of items that have a bound and a value; those that another item decides are that item's."""
    import numpy as np

    table = balance.items
    there = table["unit"].isin(units) & table["value"].notna() & table["bound"].notna() & (table["basis"] != "same")
    table = table[there].sort_values(["unit", "year"], kind="stable", ignore_index=True)
    side = np.where(table["sign"] == ">=", 1.0, -1.0)
    table = table.assign(margin=side * (table["value"] - table["bound"]), met=table["verdict"] == "met")
    return _since(table, ["unit", "item"], "value")[list(ITEMS)]


def _shorts(balance: Balance, table: pd.DataFrame) -> dict[str, Texts]:
    return {str(each): name_of(balance, str(each)) for each in dict.fromkeys(table["indicator"])}


def _notes(table: pd.DataFrame, *, several: bool) -> list[Any]:
    notes = [both("balance_margins", "note.levels" if several else "note.one_year")]
    gone = int(table["cv"].isna().sum())
    if gone:
        notes.append(both("balance_margins", "note.gone", n=f"{gone:,}", of=f"{len(table):,}"))
    return notes
