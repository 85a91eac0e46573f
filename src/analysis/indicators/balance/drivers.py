"""Drivers: how much of a unit's coefficient of variation each school makes up, and what it would be without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.documents.result import Plot
from analysis.indicators.balance.amounts import covered, gaps, kept, uncertain
from analysis.indicators.balance.asked import AskedOfBalance
from analysis.indicators.charts.balance_drivers import draw_drivers, draw_schools
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import DuzhengError, Language
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    from analysis.indicators.balance.evaluation import Balance
    from analysis.indicators.balance.standard import Standard

#: Column types and order of the table.
COLUMNS = ("unit", "year", "stage", "indicator", "school", "students", "value", "mean", "ratio", "share_of_students",
           "contribution", "share", "cv", "without", "change", "limit", "rank")  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Drivers(FigureResult):
    """What drives coefficients of variation, school by school."""

    standard: Standard

    def schools_chart(self, unit: str, stage: str, indicator: str, language: Language | None = None) -> Plot:
        """Draw the schools that make up most of one coefficient.

        Raises
        ------
        DuzhengError
            DZ-S002 for a coefficient that is not in the table.
        """
        language = language or self.language
        table = self.table
        here = table[(table["unit"] == unit) & (table["stage"] == stage) & (table["indicator"] == indicator)]
        if here.empty:
            raise DuzhengError(wrong(f"{unit} {stage} {indicator}", "a coefficient of the table", "see its columns"))
        return Plot(draw_schools(self, here, language), self.said("alt.schools", language), language)


def balance_drivers(
    balance: Balance, *, unit: str | Sequence[str] | None = None, indicators: Sequence[str] | None = None,
    year: int | None = None, language: Language | None = None,
) -> Drivers:  # fmt: skip
    """Split the coefficients of variation of units among their schools.

    Parameters
    ----------
    balance
        The evaluation.
    unit
        One or several of its units; all if not given.
    indicators
        Ids of the rule's indicators; all if not given.
    year
        The latest of each unit if not given.
    language
        That is shown; the evaluation's if not given.

    Returns
    -------
    Drivers
        ``table``: one row a unit, stage, indicator and school: value and mean (per 1 or 100 students), ratio (value /
        mean), share_of_students, contribution (to CV²) and share of CV² in per cent, cv, without (the coefficient
        without the school), change (without − cv), limit, rank (1 contributes most). Shares of a coefficient add up to
        100.

    Raises
    ------
    DuzhengError
        DZ-S002 for units, years and indicators that are not in the evaluation.

    Notes
    -----
    CV² = Σ (P / ΣP) (X / X̄ − 1)² is a sum over schools, so that the split is exact and has no remainder
    (:func:`analysis.stats.dispersion.contributions`); without a school, the coefficient is that of the others about
    their own mean (:func:`analysis.stats.dispersion.leave_one_out`). A school far from the mean is no fault of the
    school. Where a figure is not known there is no coefficient, and nothing to split.
    """
    import numpy as np
    import pandas as pd

    from analysis.stats.dispersion import coefficient, contributions, leave_one_out

    asked = AskedOfBalance(balance)
    wanted = asked.indicators(indicators)
    amounts = asked.amounts(unit, year)
    units, years = covered(amounts)
    frames: list[pd.DataFrame] = []
    for each in amounts:
        limit = balance.standard.variation.limits[each.stage]
        for k, indicator in enumerate(each.indicators):
            if indicator not in wanted or not each.usable(k):
                continue
            x, p = each.totals[:, k], each.sizes
            part, cv, mean = contributions(x, p), coefficient(x, p), float(x.sum() / p.sum())
            without = leave_one_out(x, p)
            rows = pd.DataFrame({
                **each.key, "indicator": indicator, "school": each.schools, "students": p,
                "value": each.per[k] * x / p, "mean": each.per[k] * mean, "ratio": x / p / mean,
                "share_of_students": 100 * p / p.sum(), "contribution": part,
                "share": 100 * part / part.sum() if part.sum() > 0 else np.zeros(len(p)), "cv": cv,
                "without": without, "change": without - cv,
                "limit": limit if np.isfinite(each.limits[k]) else np.nan,
            })  # fmt: skip
            rows = rows.sort_values("contribution", ascending=False, kind="stable", ignore_index=True)
            frames.append(rows.assign(rank=np.arange(1, len(rows) + 1)))
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))
    return Drivers(
        table[list(COLUMNS)], "balance_drivers", drawing=draw_drivers,
        settings={"unit": units, "indicators": wanted, "year": years},
        notes=(both("balance_drivers", "note.no_fault"), *gaps(amounts), *uncertain(balance)),
        shown=("unit", "year", "stage", "indicator", "rank", "school", "ratio", "share_of_students", "share", "cv",
               "without"),
        decimals={"ratio": 2, "cv": 3, "without": 3, "change": 3, "limit": 2, "contribution": 4, "value": 2,
                  "mean": 2, "students": 0, "rank": 0},
        standard=balance.standard, **kept(balance, language),
    )  # fmt: skip
