"""Repair: the least additional resource by school with which a unit would meet the rule, with its proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from analysis.documents.result import Plot
from analysis.indicators.balance.additions import add
from analysis.indicators.balance.amounts import Amounts, covered, gaps, kept, uncertain
from analysis.indicators.balance.asked import AskedOfBalance
from analysis.indicators.balance.costs import costs_of, read_costs, said_costs
from analysis.indicators.charts.repair import draw_repair, draw_schools
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import DuzhengError, Language, Texts
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.evaluation import Balance
    from analysis.indicators.balance.standard import Standard

#: Columns of the tables.
TABLE = ("unit", "year", "stage", "indicator", "total", "added", "share", "floors", "evening", "schools", "level", "cv",
         "cv_after", "limit", "cost", "bound", "gap", "certified", "whole", "state")  # fmt: skip
SCHOOLS = ("unit", "year", "stage", "school", "indicator", "total", "added", "after", "value", "value_after",
           "threshold", "reason", "spared", "cost")  # fmt: skip
TOGETHER = ("unit", "year", "stage", "cost", "bound", "gap", "certified", "schools", "spared", "open")
UNMET = ("unit", "year", "stage", "school", "reason")
#: How schools are held to thresholds.
HOLD = ("rule", "all", "none")


@dataclass(frozen=True, eq=False, repr=False)
class Repair(FigureResult):
    """The least additions of units, by indicator (``table``), by school, and all indicators together."""

    _: KW_ONLY
    schools: pd.DataFrame = field(repr=False)  #: one row a school and indicator that is added to, or spared
    together: pd.DataFrame = field(repr=False)  #: one row a unit and stage: the proof over all choices
    unmet: pd.DataFrame = field(repr=False)  #: what can't be met by adding to the indicators asked for
    standard: Standard = field(repr=False)

    def schools_chart(self, unit: str, stage: str, indicator: str, language: Language | None = None) -> Plot:
        """Draw what each school that is added to has and would have.

        Raises
        ------
        DuzhengError
            DZ-S002 where no school is added to.
        """
        language = language or self.language
        here = self.schools[(self.schools["unit"] == unit) & (self.schools["stage"] == stage)
                            & (self.schools["indicator"] == indicator) & (self.schools["added"] > 0)]  # fmt: skip
        if here.empty:
            raise DuzhengError(wrong(f"{unit} {stage} {indicator}", "an indicator that is added to", "see .schools"))
        return Plot(draw_schools(self, here, language), self.said("alt.schools", language), language)


def repair(
    balance: Balance, *, unit: str | Sequence[str] | None = None, indicators: Sequence[str] | None = None,
    costs: Mapping[str, float] | pd.DataFrame | None = None, whole: Sequence[str] | None = None,
    schools: Literal["rule", "all", "none"] = "rule", year: int | None = None, language: Language | None = None,
) -> Repair:  # fmt: skip
    """Compute the least that must be added to schools for a unit to meet the limits of coefficients and the thresholds.

    Parameters
    ----------
    balance
        The evaluation.
    unit
        Ids, codes or names of its units; all if not given.
    indicators
        Those that may be added to; all if not given. The others stay as they are, and what can't be met so is in
        ``unmet``. Where a rule judges the mean of the coefficients, the others' coefficients stay in it.
    costs
        Of one more of each indicator's total (yuan for a yuan of equipment is 1): by indicator, or a frame with
        ``indicator``, ``cost`` and some of ``unit``, ``stage``, ``school``. Not given: one student's worth of the
        threshold costs 1. Where a rule judges the mean, schools may not differ.
    whole
        Indicators of which only whole ones are added; those that count people if not given.
    schools
        How schools are held to thresholds: by the ``rule`` (so many of them, the others at its share at least), to
        ``all`` of them, or to ``none`` (coefficients alone).
    year
        The latest of each unit if not given.
    language
        That is shown; the evaluation's if not given.

    Returns
    -------
    Repair
        ``table``: one row a unit, stage and indicator: total (now), added, share (in per cent of the total), floors
        (of it for thresholds) and evening (for the coefficient), schools (added to), level (of the value, to which the
        lowest are raised; none for whole ones), cv, cv_after, limit, cost, bound (no additions cost less, given the
        choices), gap (cost − bound), certified (proved least), whole, state (``met`` before; ``exception``: nothing
        to add, and schools below the threshold as the rule allows; ``added``; ``unmet``; ``none``: nothing to add, and
        no limit of its own; ``unknown``). ``schools``: by school, with reason (``threshold``, ``cv``, ``both``,
        ``spared``). ``together``: cost, bound, gap and certified of all indicators over all choices. ``unmet``: schools
        that can't meet the rule so, with the indicator that they lack, or ``several``, or ``unknown`` figures; and
        ``composite`` where the mean can't be brought down so.

    Raises
    ------
    DuzhengError
        DZ-S002 for units, years, indicators and costs that do not fit, all at once.

    Notes
    -----
    For each unit and stage: min Σ w (y − x) with y ≥ x, CV(y) ≤ c for every indicator, and every school with at least
    so many thresholds reached and the others at a share of them (教督〔2017〕6号: 6 of 7, the other at 85 %). CV ≤ c is
    ‖y / √P‖ ≤ √((1 + c²) / ΣP) Σy, a cone; given which thresholds each school leaves, indicators fall apart and are
    solved exactly, in closed form where a unit's costs are one (the lowest schools are raised to one level). The
    choice of thresholds is made for all schools and indicators together, with a bound over all choices; see
    :func:`analysis.stats.dispersion.least_choices`. A rule that judges the mean of the coefficients is met at least
    cost by :func:`analysis.stats.dispersion.least_mixture`. What results is arithmetic, not a plan: where students
    move, schools merge or a building has no room, other measures are right.
    """
    import pandas as pd

    asked = AskedOfBalance(balance)
    standard = balance.standard
    asked.choice("schools", schools, HOLD)
    wanted = asked.indicators(indicators)
    people = [each.id for each in standard.resources.indicators if each.group == "people"]
    none = isinstance(whole, Sequence) and not whole
    units_whole = people if whole is None else [] if none else asked.indicators(whole, "whole")
    table = asked.take(read_costs, costs, balance, wanted)
    amounts = asked.amounts(unit, year)
    units, years = covered(amounts)
    prices = costs_of(table, amounts, wanted)
    if standard.variation.of == "mean" and any(price.ndim > 1 for price in prices):
        raise DuzhengError(wrong("costs that differ between the schools of a unit", "one cost for each indicator",
                                 "the rule judges the mean of the coefficients, which is solved for one cost only",
                                 "costs"))  # fmt: skip
    parts = [add(each, price, standard, wanted, units_whole, schools)
             for each, price in zip(amounts, prices, strict=True)]  # fmt: skip
    frames = [pd.DataFrame([row for part in parts for row in getattr(part, name)], columns=list(columns))
              for name, columns in (("table", TABLE), ("schools", SCHOOLS), ("together", TOGETHER),
                                    ("unmet", UNMET))]  # fmt: skip
    settings: dict[str, Any] = {
        "unit": units, "indicators": wanted, "year": years, "schools": schools, "costs": said_costs(costs),
        "whole": [name for name in units_whole if name in wanted],
    }  # fmt: skip
    return Repair(
        frames[0], "repair", settings=settings, drawing=draw_repair, schools=frames[1], together=frames[2],
        unmet=frames[3], standard=standard,
        notes=(*_notes(frames, costs=costs is not None), *_unknown(amounts, standard), *uncertain(balance)),
        shown=("unit", "year", "stage", "indicator", "cv", "cv_after", "limit", "total", "added", "share", "schools",
               "cost", "gap", "certified", "state"),
        decimals={"cv": 3, "cv_after": 3, "limit": 2, "total": 0, "added": 0, "share": 1, "cost": 1, "gap": 4,
                  "level": 2, "floors": 0, "evening": 0, "schools": 0},
        **kept(balance, language),
    )  # fmt: skip


def _unknown(amounts: Sequence[Amounts], standard: Standard) -> tuple[Texts, ...]:
    """Say where figures are missing, and what that means for the mean or for the thresholds."""
    found = gaps(amounts)
    if not found:
        return ()
    kind = "mean" if standard.variation.of == "mean" else "exception" if standard.schools is not None else ""
    return (*found, both("repair", f"note.{kind}")) if kind else found


def _notes(frames: Sequence[pd.DataFrame], *, costs: bool) -> list[Texts]:
    table, _, together, unmet = frames
    notes = [both("repair", "note.arithmetic"), both("repair", "note.costs" if costs else "note.worth")]
    of, proved = len(together), int(together["certified"].sum()) if len(together) else 0
    if proved < of:
        open_ones = together[~together["certified"].astype(bool)]
        most = 100 * float((open_ones["gap"] / open_ones["cost"]).max())
        notes.append(both("repair", "note.gap", n=f"{of - proved:,}", of=f"{of:,}", most=f"{most:.2g}"))
    elif proved:
        notes.append(both("repair", "note.proved" if proved > 1 else "note.proved.one", n=f"{proved:,}"))
    schools = unmet[unmet["school"].notna() & (unmet["reason"] != "unknown")]
    if len(schools):
        n = schools[["unit", "stage", "school"]].drop_duplicates().shape[0]
        notes.append(both("repair", "note.unmet", n=f"{n:,}"))
    for reason, key in (("composite", "note.composite"), ("unknown", "note.unsure")):
        if n := int((unmet["reason"] == reason).sum()):
            notes.append(both("repair", key, n=f"{n:,}"))
    if (table["state"] == "exception").any():
        notes.append(both("repair", "note.left"))
    return notes
