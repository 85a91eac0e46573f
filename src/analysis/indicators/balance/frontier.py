"""Frontier: what every limit of a coefficient of variation would cost, from the schools as they are to all alike."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.indicators.balance.amounts import kept, uncertain
from analysis.indicators.balance.asked import AskedOfBalance
from analysis.indicators.charts.frontier import draw_frontier
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import DuzhengError, Language, Texts
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.evaluation import Balance
    from analysis.indicators.balance.standard import Standard
    from analysis.stats.arrays import Floats

COLUMNS = ("curve", "kind", "limit", "added", "share", "cost", "level", "schools", "slope")
STAGES = ("primary", "junior")
#: Coefficients that are 0 but for the rounding of floats.
_ALIKE = 1e-9
#: Points of a curve, and how far it goes below the lower of coefficient and limit.
POINTS, DEEP = 81, 0.5


@dataclass(frozen=True, eq=False, repr=False)
class Costs(FigureResult):
    """The least cost of every limit: a curve for the coefficient alone, and one with all thresholds."""

    _: KW_ONLY
    standard: Standard = field(repr=False)
    place: tuple[str, int, str, str]  #: unit, year, stage, indicator


def frontier(
    balance: Balance, unit: str, stage: str, indicator: str, *, cost: float = 1.0, year: int | None = None,
    language: Language | None = None,
) -> Costs:  # fmt: skip
    """Compute the least addition for every limit of a coefficient of variation.

    Parameters
    ----------
    balance
        The evaluation.
    unit, stage, indicator
        Whose coefficient.
    cost
        Of one more of the indicator's total, above 0.
    year
        The latest of the unit if not given.
    language
        That is shown; the evaluation's if not given.

    Returns
    -------
    Costs
        ``table``: curve (``coefficient`` alone, or with all ``thresholds`` of the indicator), kind (``now``: the
        schools as they are; ``rule``: the rule's limit; ``floors``: where thresholds alone bring the coefficient;
        ``joins``: where another school begins to be raised; ``curve``: between), limit (of the coefficient,
        descending), added, share (of the total, in per cent), cost, level (of the value, to which the lowest are
        raised), schools (added to), slope (what the next hundredth of the coefficient costs, at that point).

    Raises
    ------
    DuzhengError
        DZ-S002 for what is not in the evaluation; where a figure is not known or all are 0.

    Notes
    -----
    Raising all schools below a level τ to it is the least addition for the coefficient c that it brings, so that τ runs
    through the whole frontier; −d cost / dc = w ΣP X̄² c / ((1 + c²) X̄ − τ), which grows as c falls: the curve is
    convex. With thresholds it is flat down to the coefficient that these bring by themselves: a kink. Where another
    school joins, the slope has none. Additions are taken as divisible.
    """
    import numpy as np
    import pandas as pd

    asked = AskedOfBalance(balance)
    standard = balance.standard
    if not isinstance(unit, str):
        asked.faults.append(wrong(f"unit={unit!r}", "one unit", "a frontier is of one coefficient", "unit"))
    asked.choice("stage", stage, STAGES)
    name = asked.indicator(indicator)
    asked.number("cost", cost, least=0, above=True)
    found = [each for each in asked.amounts(unit, year) if each.stage == stage]
    if not found:
        raise DuzhengError(
            wrong(f"{unit} {stage}", "a unit with schools of the stage", "see .schools of the evaluation")
        )
    each = found[0]
    k = each.indicators.index(name)
    if not each.usable(k):
        raise DuzhengError(wrong(f"{name} with figures missing or 0 throughout", "every school's figure", "fill it in"))
    x, p, per = each.totals[:, k], each.sizes, float(each.per[k])
    limit = float(each.limits[k])
    curves = {"coefficient": x}
    floors = each.floors()[:, k]
    if (floors > x).any():
        curves["thresholds"] = np.maximum(x, floors)
    frames = [_curve(curve, x, lower, p, per, cost, limit) for curve, lower in curves.items()]
    table = pd.concat(frames, ignore_index=True)[list(COLUMNS)]
    settings: dict[str, Any] = {"unit": each.unit, "year": each.year, "stage": stage, "indicator": name, "cost": cost}
    return Costs(
        table, "frontier", settings=settings, drawing=draw_frontier,
        notes=(*_notes(curves, alike=_alike(x, p)), *uncertain(balance)),
        shown=("curve", "kind", "limit", "added", "share", "cost", "level", "schools", "slope"),
        decimals={"limit": 3, "added": 0, "share": 1, "cost": 0, "level": 2, "slope": 0, "schools": 0},
        standard=standard, place=(each.unit, each.year, stage, name), **kept(balance, language),
    )  # fmt: skip


def _curve(
    curve: str, x: Floats, lower: Floats, p: Floats, per: float, cost: float, limit: float
) -> pd.DataFrame:  # fmt: skip
    """Follow one curve down from the schools as they are, with the points that mean something."""
    import numpy as np
    import pandas as pd

    from analysis.stats.dispersion import coefficient, frontier_at, least_level

    now, base = coefficient(x, p), float((lower - x).sum())
    start = coefficient(lower, p)
    if start <= _ALIKE:
        return _flat(curve, x, lower, p, per, cost, limit)
    end = DEEP * min(start, limit if np.isfinite(limit) else start)
    corners = {"floors" if base else "now": start}
    if limit < start:
        corners["rule"] = limit
    wanted = np.unique(np.concatenate([np.linspace(end, start, POINTS), list(corners.values())]))[::-1]
    levels = [least_level(lower, p, float(c)) for c in wanted]
    joins = np.unique(lower / p)
    joins = joins[(joins > levels[0]) & (joins < levels[-1])]
    at = frontier_at(lower, p, np.concatenate([levels, joins]))
    kind = [next((name for name, c in corners.items() if c == value), "curve") for value in wanted]
    rows = pd.DataFrame({
        "curve": curve, "kind": [*kind, *["joins"] * len(joins)],
        "limit": np.concatenate([wanted, at.cv[len(levels):]]),
        "added": base + at.added, "level": at.level * per,
        "schools": [int(((lower - x > 0) | (level * p > lower * (1 + 1e-12))).sum()) for level in at.level],
    })  # fmt: skip
    mean = (lower.sum() + at.added) / p.sum()
    rows["slope"] = cost * p.sum() * mean**2 * at.cv / ((1 + at.cv**2) * mean - at.level) / 100
    if base:
        # Thresholds cost the same for every limit above the coefficient that they bring by themselves.
        flat = {"now": max(now, start)} | ({"rule": limit} if start <= limit < now else {})
        before = [rows.iloc[[0]].assign(kind=name, limit=at, level=np.nan, slope=0.0) for name, at in flat.items()]
        rows = pd.concat([*before, rows], ignore_index=True)
    rows = rows.sort_values(["limit", "added"], ascending=[False, True], kind="stable", ignore_index=True)
    return rows.assign(cost=cost * rows["added"], share=100 * rows["added"] / x.sum())


def _alike(x: Floats, p: Floats) -> bool:
    from analysis.stats.dispersion import coefficient

    return coefficient(x, p) <= _ALIKE


def _flat(
    curve: str, x: Floats, lower: Floats, p: Floats, per: float, cost: float, limit: float
) -> pd.DataFrame:  # fmt: skip
    """Give the curve of schools that are alike, as they are or with thresholds: no limit costs more than another."""
    import pandas as pd

    from analysis.stats.dispersion import coefficient

    added, now = float((lower - x).sum()), coefficient(x, p)
    kinds = {"floors" if added else "now": 0.0}
    if added:
        kinds["now"] = now if now > _ALIKE else 0.0
        kinds |= {"rule": limit} if limit < now else {}
    rows = pd.DataFrame({"curve": curve, "kind": list(kinds), "limit": list(kinds.values()), "added": added,
                         "slope": 0.0, "level": per * lower.sum() / p.sum(),
                         "schools": int((lower > x).sum())})  # fmt: skip
    rows = rows.sort_values("limit", ascending=False, kind="stable", ignore_index=True)
    return rows.assign(cost=cost * rows["added"], share=100 * rows["added"] / x.sum())


def _notes(curves: dict[str, Floats], *, alike: bool) -> list[Texts]:
    notes = [both("frontier", "note.arithmetic")]
    if alike:
        notes.append(both("frontier", "note.alike"))
    if "thresholds" in curves:
        notes.append(both("frontier", "note.thresholds"))
    return notes
