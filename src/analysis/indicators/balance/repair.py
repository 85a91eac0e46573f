"""Repair: the least additional resource by school with which a unit would meet the rule, with its proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from analysis.documents.result import Plot
from analysis.indicators.balance.amounts import Amounts, amounts_of, gaps, ids_of, kept, uncertain
from analysis.indicators.balance.costs import costs_of
from analysis.indicators.charts.repair import draw_repair, draw_schools
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import DuzhengError, Language, Texts
from analysis.messages.requests import one_of, wrong

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.indicators.balance.amounts import Floats
    from analysis.indicators.balance.evaluation import Balance
    from analysis.indicators.balance.standard import Standard
    from analysis.stats.dispersion import Addition

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
        ``unmet``.
    costs
        Of one more of each indicator's total (yuan for a yuan of equipment is 1): by indicator, or a frame with
        ``indicator``, ``cost`` and some of ``unit``, ``stage``, ``school``. Not given: one student's worth of the
        threshold costs 1.
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
        choices), gap (cost − bound), certified (proved least), whole, state (``met`` before, ``added``, ``unmet``,
        ``unknown``). ``schools``: by school, with reason (``threshold``, ``cv``, ``both``, ``spared``). ``together``:
        cost, bound, gap and certified of all indicators over all choices. ``unmet``.

    Raises
    ------
    DuzhengError
        DZ-S002 for units, years, indicators and costs that do not fit.

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

    one_of("schools", schools, HOLD)
    standard = balance.standard
    wanted = ids_of(standard, indicators)
    people = [each.id for each in standard.resources.indicators if each.group == "people"]
    units_whole = people if whole is None else ids_of(standard, tuple(whole)) if len(whole) else []
    amounts = amounts_of(balance, unit=unit, year=year)
    prices = costs_of(costs, amounts, wanted)
    parts = [_one(each, price, standard, wanted, units_whole, schools)
             for each, price in zip(amounts, prices, strict=True)]  # fmt: skip
    frames = [pd.DataFrame([row for part in parts for row in part[at]], columns=list(columns))
              for at, columns in enumerate((TABLE, SCHOOLS, TOGETHER, UNMET))]  # fmt: skip
    settings: dict[str, Any] = {
        "unit": list(dict.fromkeys(each.unit for each in amounts)), "indicators": wanted,
        "year": sorted({each.year for each in amounts}), "schools": schools,
        "costs": "standard" if costs is None else dict(costs) if isinstance(costs, Mapping) else "table",
        "whole": [name for name in units_whole if name in wanted],
    }  # fmt: skip
    return Repair(
        frames[0], "repair", settings=settings, drawing=draw_repair, schools=frames[1], together=frames[2],
        unmet=frames[3], standard=standard,
        notes=(*_notes(frames[2], frames[3], costs=costs is not None), *_unknown(amounts), *uncertain(balance)),
        shown=("unit", "year", "stage", "indicator", "cv", "cv_after", "limit", "total", "added", "share", "schools",
               "cost", "gap", "certified", "state"),
        decimals={"cv": 3, "cv_after": 3, "limit": 2, "total": 0, "added": 0, "share": 1, "cost": 1, "gap": 4,
                  "level": 2, "floors": 0, "evening": 0, "schools": 0},
        **kept(balance, language),
    )  # fmt: skip


def _unknown(amounts: Sequence[Amounts]) -> tuple[Texts, ...]:
    """Say where figures are missing, and what that means for the thresholds."""
    found = gaps(amounts)
    return (*found, both("repair", "note.exception")) if found else ()


Rows = list[dict[str, Any]]


def _one(
    each: Amounts, price: Floats, standard: Standard, wanted: Sequence[str], whole: Sequence[str], hold: str
) -> tuple[Rows, Rows, Rows, Rows]:  # fmt: skip
    """Repair one unit and stage: rows of the table, of schools, of all together and of what is not met."""
    import numpy as np

    n, k = each.totals.shape
    full, partial, spare = _floors(each, standard, hold)
    known = np.isfinite(each.totals).all(axis=0) & ((np.nansum(each.totals, axis=0) > 0) | (full > 0).all(axis=0))
    free = known & np.array([name in wanted for name in each.indicators])
    of = [int(j) for j in np.flatnonzero(free)]
    unmet: Rows = []
    if hold == "rule" and spare is not None:
        # What is left as it is, or not known, takes up the exceptions that the rule allows.
        used = np.zeros(n, int)
        for j in map(int, np.flatnonzero(~free)):
            x = each.totals[:, j]
            short = ~(x >= full[:, j] * (1 - 1e-9))
            used += short
            below = np.isfinite(x) & (x < partial[:, j] * (1 - 1e-9))
            unmet += [
                {**each.key, "school": each.schools[i], "reason": each.indicators[j]} for i in np.flatnonzero(below)
            ]
        unmet += [{**each.key, "school": each.schools[i], "reason": "several"} for i in np.flatnonzero(used > spare)]
        partial = np.where((used > 0)[:, None], full, partial)
    x = each.totals[:, of]
    w = price[..., of]
    is_whole = np.array([each.indicators[j] in whole for j in of], bool)
    added, parts, together, spared = _solve(each, standard, x, w, full[:, of], partial[:, of], is_whole, spare or 0, of)
    rows, by_school = [], []
    place = {j: at for at, j in enumerate(of)}
    for j in range(k):
        if j in place:
            at = place[j]
            row, more = _rows(each, j, added[:, at], parts[at], np.broadcast_to(w, x.shape)[:, at],
                              np.maximum(x[:, at], np.where(spared[:, at], partial[:, j], full[:, j])), spared[:, at],
                              whole=bool(is_whole[at]))  # fmt: skip
            rows.append(row)
            by_school += more
        else:
            rows.append(_left(each, j, known=bool(known[j])))
    together_row = {**each.key, **together, "schools": int((added > 0).any(axis=1).sum()),
                    "spared": int(spared.any(axis=1).sum()),
                    "open": len(unmet) + sum(row["state"] in {"unmet", "unknown"} for row in rows)}  # fmt: skip
    return rows, by_school, [together_row] if of else [], unmet


def _floors(each: Amounts, standard: Standard, hold: str) -> tuple[Floats, Floats, int | None]:
    """Give the floors of thresholds, the lower ones of those that a school may leave, and how many it may."""
    import numpy as np

    none = np.zeros(each.totals.shape)
    if hold == "none" or (standard.schools is None and hold == "rule"):
        return none, none, None
    full = each.floors()
    if hold == "all" or standard.schools is None:
        return full, full, None
    return full, each.floors(standard.schools.rest), len(each.indicators) - standard.schools.at_least


def _solve(
    each: Amounts, standard: Standard, x: Floats, w: Floats, full: Floats, partial: Floats, whole: np.ndarray,
    spare: int, of: Sequence[int],
) -> tuple[Floats, list[Addition | None], dict[str, Any], np.ndarray]:  # fmt: skip
    """Give additions, the proof of each indicator and of all, and which floors schools leave."""
    import numpy as np

    from analysis.stats.dispersion import least_choices, least_mixture

    none = np.zeros(x.shape, bool)
    if not x.shape[1]:
        return x, [], {}, none
    if standard.variation.of == "mean":
        if len(of) < len(each.indicators) or w.ndim > 1:
            # A mean of all coefficients can't be brought down where one of them is not known.
            return np.zeros(x.shape), [None] * len(of), {"cost": np.nan, "bound": np.nan, "gap": np.nan,
                                                         "certified": False}, none  # fmt: skip
        mixed = least_mixture(x, each.sizes, float(standard.variation.limits[each.stage]), floors=full, costs=w,
                              whole=whole)  # fmt: skip
        proof = mixed.certificate
        return mixed.added, [None] * len(of), {"cost": proof.cost, "bound": proof.bound, "gap": proof.gap,
                                               "certified": proof.proved}, none  # fmt: skip
    found = least_choices(x, each.sizes, full=full, partial=partial, limits=each.limits[of], costs=w, whole=whole,
                          spared=max(spare, 1))  # fmt: skip
    proof = found.certificate
    return found.added, list(found.parts), {"cost": proof.cost, "bound": proof.bound, "gap": proof.gap,
                                            "certified": proof.proved}, found.spared  # fmt: skip


def _rows(
    each: Amounts, j: int, added: Floats, part: Addition | None, w: Floats, lower: Floats, spared: np.ndarray, *,
    whole: bool,
) -> tuple[dict[str, Any], Rows]:  # fmt: skip
    """Give the row of an indicator, and those of the schools that are added to or spared."""
    import numpy as np

    from analysis.stats.dispersion import coefficient

    x, p, per = each.totals[:, j], each.sizes, each.per[j]
    cost = float(w @ added)
    floors = np.minimum(added, np.ceil(lower - x - 1e-9) if whole else lower - x)
    cv, after = (coefficient(y, p) if y.sum() > 0 else np.nan for y in (x, x + added))
    total = float(x.sum())
    limit = each.limits[j]
    row = {
        **each.key, "indicator": each.indicators[j], "total": total, "added": float(added.sum()),
        "share": 100 * float(added.sum()) / total if total > 0 else np.nan, "floors": float(floors.sum()),
        "evening": float((added - floors).sum()), "schools": int((added > 0).sum()),
        "level": part.level * per if part is not None and (added - floors > 0).any() else np.nan,
        "cv": cv, "cv_after": after, "limit": limit if np.isfinite(limit) else np.nan, "cost": cost,
        "bound": part.certificate.bound if part is not None else np.nan,
        "gap": part.certificate.gap if part is not None else np.nan,
        "certified": part.certificate.proved if part is not None else None, "whole": whole,
        "state": "added" if added.any() else "met",
    }  # fmt: skip
    schools = []
    for i in np.flatnonzero((added > 0) | spared):
        for_floor, for_cv = floors[i] > 0, added[i] - floors[i] > 1e-9 * max(x[i], 1.0)
        reason = "both" if for_floor and for_cv else "threshold" if for_floor else "cv" if for_cv else "spared"
        schools.append({
            **each.key, "school": each.schools[i], "indicator": each.indicators[j], "total": float(x[i]),
            "added": float(added[i]), "after": float(x[i] + added[i]), "value": per * float(x[i] / p[i]),
            "value_after": per * float((x[i] + added[i]) / p[i]), "threshold": per * float(each.need[j]),
            "reason": reason, "spared": bool(spared[i]), "cost": float(w[i] * added[i]),
        })  # fmt: skip
    return row, schools


def _left(each: Amounts, j: int, *, known: bool) -> dict[str, Any]:
    """Give the row of an indicator that is not added to, or can't be for lack of figures."""
    import numpy as np

    from analysis.stats.dispersion import coefficient

    x, limit = each.totals[:, j], each.limits[j]
    cv = coefficient(x, each.sizes) if known and x.sum() > 0 else np.nan
    state = "unknown" if not known else "unmet" if cv > limit * (1 + 1e-9) else "met"
    return {**each.key, "indicator": each.indicators[j], "total": float(x.sum()), "added": np.nan, "share": np.nan,
            "floors": np.nan, "evening": np.nan, "schools": 0, "level": np.nan, "cv": cv, "cv_after": cv,
            "limit": limit if np.isfinite(limit) else np.nan, "cost": np.nan, "bound": np.nan, "gap": np.nan,
            "certified": None, "whole": False, "state": state}  # fmt: skip


def _notes(together: pd.DataFrame, unmet: pd.DataFrame, *, costs: bool) -> list[Texts]:
    notes = [both("repair", "note.arithmetic"), both("repair", "note.costs" if costs else "note.worth")]
    proved = int(together["certified"].sum()) if len(together) else 0
    if proved < len(together):
        most = float((together["gap"] / together["cost"]).max())
        notes.append(both("repair", "note.gap", n=len(together) - proved, of=len(together), most=f"{100 * most:.2g}"))
    elif proved:
        notes.append(both("repair", "note.proved", n=proved))
    if len(unmet):
        notes.append(both("repair", "note.unmet", n=unmet[["unit", "stage", "school"]].drop_duplicates().shape[0]))
    return notes
