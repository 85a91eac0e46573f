"""Additions: the least that is added to the schools of a unit and stage, and what can't be met so, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from analysis.indicators.balance.amounts import Amounts
    from analysis.indicators.balance.standard import Standard
    from analysis.stats.arrays import Floats
    from analysis.stats.dispersion import Addition
    from analysis.stats.dispersion.certificates import Certificate

Rows = list[dict[str, Any]]
_CLOSE = 1e-9


@dataclass(slots=True)
class Added:
    """What repairing a unit and stage gives: rows of each table."""

    table: Rows = field(default_factory=list)
    schools: Rows = field(default_factory=list)
    together: Rows = field(default_factory=list)
    unmet: Rows = field(default_factory=list)


@dataclass(frozen=True, eq=False, slots=True)
class _Held:
    """What schools must reach, and what those indicators that stay as they are leave of it."""

    full: Floats  #: floors, shape (n, k)
    partial: Floats  #: the lower ones that a school may leave a few at
    spare: np.ndarray  #: how many each school may still leave, shape (n,)
    short: np.ndarray  #: indicators that stay as they are with schools below their thresholds, shape (k,)
    missed: np.ndarray  #: those of them because of which a school can't meet the rule, shape (k,)
    unmet: Rows


def add(
    each: Amounts, price: Floats, standard: Standard, wanted: Sequence[str], whole: Sequence[str], hold: str
) -> Added:  # fmt: skip
    """Add the least to the schools of a unit and stage.

    Parameters
    ----------
    each
        What the schools have.
    price
        Of one more of each indicator's total, shape (k,) or (n, k).
    standard
        The rule.
    wanted
        Indicators that may be added to.
    whole
        Indicators that come in whole ones.
    hold
        How schools are held to thresholds: ``rule``, ``all`` or ``none``.
    """
    import numpy as np

    asks = _floors(each, standard, hold)
    known = np.isfinite(each.totals).all(axis=0)
    known &= (np.nansum(each.totals, axis=0) > 0) | (asks[0] > 0).all(axis=0)
    free = known & np.array([name in wanted for name in each.indicators])
    held = _held(each, *asks, free)
    of = [int(j) for j in np.flatnonzero(free)]
    found = Added(unmet=held.unmet)
    mean = standard.variation.of == "mean"
    limit = _left_of_mean(each, standard, known, of) if mean else None
    out_of_reach = mean and (limit is None or limit <= 0)
    if out_of_reach and known.all():
        found.unmet.append({**each.key, "school": None, "reason": "composite"})
    whole_ones = np.array([each.indicators[j] in whole for j in of], bool)
    x, w = each.totals[:, of], price[..., of]
    if of and not out_of_reach:
        added, parts, proof, spared = _solve(each, x, w, held, of, whole_ones, limit)
        for at, j in enumerate(of):
            lower = np.maximum(x[:, at], np.where(spared[:, at], held.partial[:, j], held.full[:, j]))
            row, schools = _rows(each, j, added[:, at], parts[at], np.broadcast_to(w, x.shape)[:, at], lower,
                                 spared[:, at], whole=bool(whole_ones[at]), own=not mean)  # fmt: skip
            found.table.append(row)
            found.schools += schools
        found.together.append({
            **each.key, "cost": proof.cost, "bound": proof.bound, "gap": proof.gap, "certified": proof.proved,
            "schools": int((added > 0).any(axis=1).sum()), "spared": int(spared.any(axis=1).sum()),
        })  # fmt: skip
    done = {row["indicator"] for row in found.table}
    state = None if not mean else "unknown" if limit is None else "unmet" if out_of_reach else "none"
    found.table += [_left(each, j, held, known=bool(known[j]), state=state)
                    for j, name in enumerate(each.indicators) if name not in done]  # fmt: skip
    found.table.sort(key=lambda row: each.indicators.index(row["indicator"]))
    still = len(found.unmet) + sum(row["state"] in {"unmet", "unknown"} for row in found.table)
    found.together = [{**row, "open": still} for row in found.together]
    return found


def _floors(each: Amounts, standard: Standard, hold: str) -> tuple[Floats, Floats, int]:
    """Give the floors of thresholds, the lower ones of those that a school may leave, and how many it may."""
    import numpy as np

    none = np.zeros(each.totals.shape)
    if hold == "none" or (standard.schools is None and hold == "rule"):
        return none, none, 0
    full = each.floors()
    if hold == "all" or standard.schools is None:
        return full, full, 0
    spare = len(each.indicators) - standard.schools.at_least
    return full, each.floors(standard.schools.rest) if spare else full, spare


def _held(each: Amounts, full: Floats, partial: Floats, spare: int, free: np.ndarray) -> _Held:
    """Let what stays as it is, or is not known, take up the exceptions that the rule allows."""
    import numpy as np

    n, k = each.totals.shape
    stays = [int(j) for j in np.flatnonzero(~free)]
    used, open_ones = np.zeros(n, int), np.zeros(n, int)
    short, missed, unmet = np.zeros(k, bool), np.zeros(k, bool), []
    lacks = np.zeros((n, k), bool)
    for j in stays:
        x, floor = each.totals[:, j], full[:, j]
        lacks[:, j] = np.isfinite(x) & ~(x >= floor * (1 - _CLOSE))
        gone = np.isnan(x) & (floor > 0)
        used, open_ones = used + lacks[:, j], open_ones + gone
        below = lacks[:, j] & (x < partial[:, j] * (1 - _CLOSE))
        short[j], missed[j] = bool(lacks[:, j].any()), bool(below.any())
        unmet += [{**each.key, "school": each.schools[i], "reason": each.indicators[j]} for i in np.flatnonzero(below)]
    if spare > 0:
        several = used > spare
        missed |= lacks[several].any(axis=0)
        unmet += [{**each.key, "school": each.schools[i], "reason": "several"} for i in np.flatnonzero(several)]
        # One whose figures are not known may or may not be below: nothing is claimed of the school.
        unsure = ~several & (open_ones > 0) & (used + open_ones > spare)
        unmet += [{**each.key, "school": each.schools[i], "reason": "unknown"} for i in np.flatnonzero(unsure)]
    left = np.maximum(spare - used - open_ones, 0)
    return _Held(full, partial, left, short, missed, unmet)


def _left_of_mean(each: Amounts, standard: Standard, known: np.ndarray, of: Sequence[int]) -> float | None:
    """Give the limit of the mean of those that may be added to, given the others; none where one is not known."""
    from analysis.stats.dispersion import coefficient

    k = len(each.indicators)
    others = [j for j in range(k) if j not in of]
    if not known.all() or not all(each.usable(j) for j in others):
        return None
    limit = float(standard.variation.limits[each.stage])
    left = k * limit - sum(coefficient(each.totals[:, j], each.sizes) for j in others)
    return left / max(len(of), 1)


def _solve(
    each: Amounts, x: Floats, w: Floats, held: _Held, of: Sequence[int], whole: np.ndarray, limit: float | None
) -> tuple[Floats, list[Addition | None], Certificate, np.ndarray]:  # fmt: skip
    """Give additions, the proof of each indicator and of all, and which floors schools leave."""
    import numpy as np

    from analysis.stats.dispersion import least_choices, least_mixture

    full, partial = held.full[:, of], held.partial[:, of]
    if limit is not None:
        mixed = least_mixture(x, each.sizes, limit, floors=full, costs=w, whole=whole)
        return mixed.added, [None] * len(of), mixed.certificate, np.zeros(x.shape, bool)
    found = least_choices(x, each.sizes, full=full, partial=partial, limits=each.limits[of], costs=w, whole=whole,
                          spared=held.spare)  # fmt: skip
    return found.added, list(found.parts), found.certificate, found.spared


def _rows(
    each: Amounts, j: int, added: Floats, part: Addition | None, w: Floats, lower: Floats, spared: np.ndarray, *,
    whole: bool, own: bool,
) -> tuple[dict[str, Any], Rows]:  # fmt: skip
    """Give the row of an indicator, and those of the schools that are added to or spared."""
    import numpy as np

    from analysis.stats.dispersion import coefficient

    x, p, per = each.totals[:, j], each.sizes, each.per[j]
    cost = float(w @ added)
    floors = np.minimum(added, np.ceil(lower - x - _CLOSE) if whole else lower - x)
    cv, after = (coefficient(y, p) if y.sum() > 0 else np.nan for y in (x, x + added))
    total = float(x.sum())
    limit = each.limits[j]
    nothing = "exception" if spared.any() else "met" if own else "none"
    row = {
        **each.key, "indicator": each.indicators[j], "total": total, "added": float(added.sum()),
        "share": 100 * float(added.sum()) / total if total > 0 else np.nan, "floors": float(floors.sum()),
        "evening": float((added - floors).sum()), "schools": int((added > 0).sum()),
        "level": part.level * per if part is not None and (added - floors > 0).any() else np.nan,
        "cv": cv, "cv_after": after, "limit": limit if np.isfinite(limit) else np.nan, "cost": cost,
        "bound": part.certificate.bound if part is not None else np.nan,
        "gap": part.certificate.gap if part is not None else np.nan,
        "certified": part.certificate.proved if part is not None else None, "whole": whole,
        "state": "added" if added.any() else nothing,
    }  # fmt: skip
    schools = []
    for i in np.flatnonzero((added > 0) | spared):
        for_floor, for_cv = floors[i] > 0, added[i] - floors[i] > _CLOSE * max(x[i], 1.0)
        reason = "both" if for_floor and for_cv else "threshold" if for_floor else "cv" if for_cv else "spared"
        schools.append({
            **each.key, "school": each.schools[i], "indicator": each.indicators[j], "total": float(x[i]),
            "added": float(added[i]), "after": float(x[i] + added[i]), "value": per * float(x[i] / p[i]),
            "value_after": per * float((x[i] + added[i]) / p[i]), "threshold": per * float(each.need[j]),
            "reason": reason, "spared": bool(spared[i]), "cost": float(w[i] * added[i]),
        })  # fmt: skip
    return row, schools


def _left(each: Amounts, j: int, held: _Held, *, known: bool, state: str | None) -> dict[str, Any]:
    """Give the row of an indicator that is not added to, or can't be for lack of figures.

    ``state`` is that of all indicators of a rule on their mean, which none meets or misses by itself.
    """
    import numpy as np

    from analysis.stats.dispersion import coefficient

    x, limit = each.totals[:, j], each.limits[j]
    cv = coefficient(x, each.sizes) if known and x.sum() > 0 else np.nan
    if not known:
        state = "unknown"
    elif held.missed[j] or cv > limit * (1 + _CLOSE):
        state = "unmet"
    else:
        state = state or ("exception" if held.short[j] else "met")
    return {**each.key, "indicator": each.indicators[j], "total": float(x.sum()), "added": np.nan, "share": np.nan,
            "floors": np.nan, "evening": np.nan, "schools": 0, "level": np.nan, "cv": cv, "cv_after": cv,
            "limit": limit if np.isfinite(limit) else np.nan, "cost": np.nan, "bound": np.nan, "gap": np.nan,
            "certified": None, "whole": False, "state": state}  # fmt: skip
