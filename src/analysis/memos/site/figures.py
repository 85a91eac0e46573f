"""Figures: the indicators that the site shows of each unit, each in the newest year that most units have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.findings import RunTables
from analysis.indicators import rows_of
from analysis.memos.site.classes import Classes, even_classes
from analysis.memos.site.words import known, say
from analysis.messages import Language, bracketed, pick, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Indicator


@dataclass(frozen=True)
class Figure:
    """The figure of a unit as a reader sees it: text, value to sort by, cell, shade, and whether it is doubted."""

    text: str
    value: float | None = None
    cell: str = ""
    shade: int | None = None
    doubt: bool = False


@dataclass(frozen=True)
class Shown:
    """An indicator in one year.

    Parameters
    ----------
    indicator
        As in the catalogue.
    year
        The newest in which more than half of the units have a figure.
    rows
        The facts of that year by unit.
    classes
        What values are coloured by.
    """

    indicator: Indicator
    year: int
    rows: Mapping[str, Mapping[str, Any]]
    classes: Classes

    def figure(self, unit: str, language: Language) -> Figure:
        """Give the figure of a unit, or why there is none."""
        row = self.rows.get(unit)
        if row is None or row["value"] != row["value"]:
            key = f"status_{'' if row is None else row['status']}"
            return Figure(say(language, key if known(key) else "status_missing"))
        value, decimals = float(row["value"]), self.indicator.decimals
        text = write_number(value, decimals) + ("*" if row["doubt"] else "")
        shade = self.classes.shade(self.classes.of(value, decimals))
        return Figure(text, value, str(row["cell"]), shade, bool(row["doubt"]))

    def name(self, language: Language) -> str:
        """Give the name of the indicator."""
        return pick(self.indicator.name, language)

    def measured(self, language: Language) -> str:
        """Give its measure and year."""
        parts = [pick(self.indicator.measure, language), say(language, "in_year", year=self.year)]
        return ("，" if language == "zh-Hans" else ", ").join(part for part in parts if part)

    def label(self, language: Language) -> str:
        """Give its name with its measure and year."""
        return bracketed(self.name(language), self.measured(language), language)

    def legend(self, language: Language, units: Sequence[str]) -> list[tuple[str, str]]:
        """Give the classes as pairs of a style and a text; of units without a figure too, where there are any."""
        entries = [(f"c{self.classes.shade(place)}", text) for place, text in enumerate(self.classes.labels())]
        without = any(self.figure(unit, language).value is None for unit in units)
        return [*entries, *([("none", say(language, "legend_none"))] if without else [])]

    def doubted(self, units: Sequence[str], language: Language) -> bool:
        """Tell whether a figure of one of the units is doubted."""
        return any(self.figure(unit, language).doubt for unit in units)


def indicators_shown(tables: RunTables, units: Sequence[str], wholes: Sequence[str] = ()) -> list[Shown]:
    """Choose what the site shows of each unit: headlines and ratios of which most units have a figure of one year.

    Parameters
    ----------
    tables
        Of the run; of ``facts`` the levels.
    units
        The ids of the units that get memos.
    wholes
        Those of the units above them, which are shown beside them.

    Returns
    -------
    list of Shown
        Headline ratios first, which compare units of unlike size; then other headlines, then other ratios; each in the
        order of the catalogue.
    """
    if not tables.has("facts"):
        return []
    facts = tables["facts"]
    levels = facts[(facts["statistic"] == "level") & facts["unit"].isin([*units, *wholes])]
    found = []
    for indicator in tables.reference.catalogue.values():
        if indicator.kind == "ratio" or (indicator.headline and indicator.kind != "flag"):
            shown = _shown(indicator, levels[levels["indicator"] == indicator.code], units)
            found += [shown] if shown else []
    return sorted(found, key=lambda each: _place(each.indicator))


def _place(indicator: Indicator) -> int:
    if indicator.headline:
        return 0 if indicator.kind == "ratio" else 1
    return 2


def _shown(indicator: Indicator, levels: pd.DataFrame, units: Sequence[str]) -> Shown | None:
    held = levels[levels["value"].notna() & levels["unit"].isin([*units])].groupby("year")["unit"].nunique()
    years = [int(str(year)) for year, number in held.items() if 2 * number > len(units)]
    if not years:
        return None
    rows = {str(row["unit"]): row for row in rows_of(levels[levels["year"] == max(years)])}
    values = [float(row["value"]) for unit, row in rows.items() if unit in units and row["value"] == row["value"]]
    return Shown(indicator, max(years), rows, even_classes(values, indicator.decimals))
