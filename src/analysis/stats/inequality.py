"""How unequal a set of amounts is: coefficients of variation, Gini, Theil, quintile ratio, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from analysis.stats.design.survey_design import SurveyDesign

#: What can be measured, and which need positive amounts.
MEASURES = ("cv", "gini", "theil_t", "theil_l", "quintile_ratio")
FEW = "fewer than 3 units: no interval"
EQUAL = "all amounts are the same"


def inequality(
    amounts: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    measures: Sequence[str] = MEASURES,
    method: Literal["linearisation", "bootstrap"] = "linearisation",
    design: SurveyDesign | None = None,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 1,
) -> pd.DataFrame:
    """Measure how unequal amounts are, with intervals.

    Parameters
    ----------
    amounts
        Of each unit, such as spending a pupil, shape (n,); NaN is left out.
    weights
        How much each unit counts (pupils, or a sampling weight), positive, shape (n,); 1 if not given.
    measures
        ``cv`` (population form), ``gini``, ``theil_t``, ``theil_l``, ``quintile_ratio``.
    method
        ``linearisation``: influence functions, units as drawn one by one, or as the design was; ``bootstrap``: units
        drawn with replacement, percentiles.
    design
        A design of the same rows, whose weights and variance are taken; linearisation only.
    draws, seed
        Of the bootstrap; the same seed gives the same interval.

    Returns
    -------
    pandas.DataFrame
        One row a measure: measure, estimate, se, lower, upper, n, note. Where the units are all there are, the interval
        says how the measure would move if they were drawn anew from many such: a matter of judgement.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for unknown measures, shapes that differ, weights that are not positive, amounts that a measure can't
        take (Theil needs positive ones, Gini and the quintile ratio none below zero).

    Notes
    -----
    With shares p = w / Σ w and mean μ: CV = √(Σ p (x − μ)²) / μ; Gini = Σ Σ p p |x − x′| / (2 μ); Theil T =
    Σ p (x / μ) ln(x / μ), L = Σ p ln(μ / x) (Cowell 2011); quintile ratio = what the upper fifth of the weight holds
    over what the lower fifth holds, units at the bounds split. Influences: Deville (1999), Osier (2009). In R
    ``laeken::gini`` (in per cent, the same), ``ineq::Theil``; ``laeken::qsr`` does not split.

    Examples
    --------
    >>> inequality([1.0, 2, 3, 4, 10]).round(3)[["measure", "estimate", "se"]]
              measure  estimate     se
    0              cv     0.791  0.164
    1            gini     0.400  0.082
    2         theil_t     0.276  0.107
    3         theil_l     0.290  0.135
    4  quintile_ratio    10.000  6.000
    """
    import pandas as pd

    x, w = _read(amounts, weights, measures, method, design, level)
    rows = []
    for name in measures:
        value, influence = MEASURE[name](x, w)
        se, lower, upper, note = np.nan, np.nan, np.nan, FEW if len(x) < 3 else EQUAL if np.ptp(x) == 0 else ""  # noqa: PLR2004  a spread
        if not note and method == "bootstrap":
            se, lower, upper = _bootstrap(MEASURE[name], x, w, level, draws, seed)
        elif not note:
            se, t = _linearised(influence, w, amounts, design, level)
            lower, upper = value - t * se, value + t * se
        rows.append({"measure": name, "estimate": value, "se": se, "lower": lower, "upper": upper, "n": len(x),
                     "note": note})  # fmt: skip
    return pd.DataFrame(rows)


def theil_decomposition(
    amounts: ArrayLike, groups: ArrayLike, weights: ArrayLike | None = None, *, form: Literal["t", "l"] = "t"
) -> pd.DataFrame:
    """Split a Theil index into what lies between groups and what lies within each.

    Parameters
    ----------
    amounts, weights
        As of :func:`inequality`, positive amounts.
    groups
        Of each unit, shape (n,).

    Returns
    -------
    pandas.DataFrame
        The rows ``between``, ``within`` (one a group) and ``total``: component, group, share (of the weight),
        share_of_amount, theil (within the group), contribution, share_of_total. Contributions add up to the total.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 as :func:`inequality`.

    Notes
    -----
    T = Σ_g s_g ln(μ_g / μ) + Σ_g s_g T_g with the groups' shares s of the amount; L = Σ_g p_g ln(μ / μ_g) + Σ_g p_g L_g
    with their shares p of the weight (Shorrocks 1980).

    Examples
    --------
    >>> found = theil_decomposition([1.0, 3, 4, 8], ["b", "b", "a", "a"])
    >>> found.round(4)[["component", "group", "contribution"]]
      component group  contribution
    0   between              0.1308
    1    within     a        0.0425
    2    within     b        0.0327
    3     total              0.2060
    """
    import pandas as pd

    measure = f"theil_{form}"
    x, w = _read(amounts, weights, [measure], "linearisation", None, 0.95)
    held = np.asarray(groups)
    kept = ~np.isnan(np.asarray(amounts, dtype=float))
    if held.shape != kept.shape:
        raise DuzhengError(wrong(f"groups of shape {held.shape}", f"{kept.shape}", "one a unit"))
    codes, names = pd.factorize(held[kept], sort=True)
    if (codes < 0).any():
        raise DuzhengError(wrong(f"{int((codes < 0).sum())} units without a group", "one each", "fill it in"))
    whole, _ = MEASURE[measure](x, w)
    rows: list[dict[str, Any]] = []
    between = 0.0
    for code, name in enumerate(names):
        here = codes == code
        value, _ = MEASURE[measure](x[here], w[here])
        of_weight = float(w[here].sum() / w.sum())
        of_amount = float(np.sum((w * x)[here]) / np.sum(w * x))
        share = of_amount if form == "t" else of_weight
        between += share * np.log(of_amount / of_weight) * (1 if form == "t" else -1)
        rows.append({"component": "within", "group": name, "share": of_weight, "share_of_amount": of_amount,
                     "theil": value, "contribution": share * value})  # fmt: skip
    ends = {"group": "", "share": 1.0, "share_of_amount": 1.0}
    rows = [{"component": "between", **ends, "theil": np.nan, "contribution": between}, *rows,
            {"component": "total", **ends, "theil": whole, "contribution": whole}]  # fmt: skip
    frame = pd.DataFrame(rows)
    return frame.assign(share_of_total=frame["contribution"] / whole if whole > 0 else np.nan)


def _cv(x: Floats, w: Floats) -> tuple[float, Floats]:
    n = w.sum()
    mean = np.sum(w * x) / n
    sd = np.sqrt(np.sum(w * (x - mean) ** 2) / n)
    influence = ((x - mean) ** 2 - sd**2) / (2 * sd * mean) - sd * (x - mean) / mean**2 if sd > 0 else 0 * x
    return float(sd / mean), influence / n


def _gini(x: Floats, w: Floats) -> tuple[float, Floats]:
    n, order = w.sum(), np.argsort(x, kind="stable")
    mean = np.sum(w * x) / n
    _, value = np.unique(x[order], return_inverse=True)
    held = np.bincount(value, weights=w[order])
    amount = np.bincount(value, weights=(w * x)[order])
    below, below_amount = (np.cumsum(part) - part / 2 for part in (held, amount))
    place = np.empty(len(x), dtype=np.intp)
    place[order] = value
    # The mean distance of each unit from all: x (2 F − 1) + μ − 2 M, F and M the weight and amount below it.
    distance = x * (2 * below[place] / n - 1) + mean - 2 * below_amount[place] / n
    gap = np.sum(w * distance) / n
    gini = gap / (2 * mean)
    return float(gini), ((distance - gap) / mean - gini * (x - mean) / mean) / n


def _theil_t(x: Floats, w: Floats) -> tuple[float, Floats]:
    n = w.sum()
    mean = np.sum(w * x) / n
    logs = x * np.log(x)
    inner = np.sum(w * logs) / n
    # Σ p r ln r with r = x / μ keeps its digits where all are nearly equal.
    value = float(np.sum(w * (x / mean) * np.log(x / mean)) / n)
    return value, ((logs - inner) / mean - (inner / mean**2 + 1 / mean) * (x - mean)) / n


def _theil_l(x: Floats, w: Floats) -> tuple[float, Floats]:
    n = w.sum()
    mean = np.sum(w * x) / n
    logs = np.log(x / mean)
    return float(-np.sum(w * logs) / n), ((x - mean) / mean - (logs - np.sum(w * logs) / n)) / n


def _quintile_ratio(x: Floats, w: Floats) -> tuple[float, Floats]:
    n, order = w.sum(), np.argsort(x, kind="stable")
    sums = np.append(0.0, np.cumsum(w[order])) / n
    amounts = np.append(0.0, np.cumsum((w * x)[order])) / n
    ends = {}
    for share in (0.2, 0.8):
        q = x[order][min(int(np.searchsorted(sums[1:], share * (1 - 1e-12))), len(x) - 1)]
        ends[share] = (float(np.interp(share, sums, amounts)), np.where(x <= q, x - q, 0.0) + share * q)
    (low, of_low), (below, of_below) = ends[0.2], ends[0.8]
    high = amounts[-1] - below
    if low <= 0:
        return float("nan"), np.full(len(x), np.nan)
    of_high = (x - amounts[-1]) - (of_below - below)
    return float(high / low), (of_high / low - high / low**2 * (of_low - low)) / n


MEASURE: dict[str, Callable[[Floats, Floats], tuple[float, Floats]]] = {
    "cv": _cv, "gini": _gini, "theil_t": _theil_t, "theil_l": _theil_l, "quintile_ratio": _quintile_ratio,
}  # fmt: skip


def _linearised(
    influence: Floats, w: Floats, amounts: ArrayLike, design: SurveyDesign | None, level: float
) -> tuple[float, float]:
    """Give the standard error of Σ w u, and the quantile that its interval has."""
    from scipy import special

    if design is None:
        u = w * influence
        n = len(u)
        return float(np.sqrt(n / (n - 1) * np.sum((u - u.mean()) ** 2))), float(special.stdtrit(n - 1, (1 + level) / 2))
    from analysis.stats.design.variance import score_covariance

    plan = design.plan
    known = ~np.isnan(np.asarray(amounts, dtype=float)) & (plan.weight > 0)
    scores = np.zeros((len(plan.weight), 1))
    scores[known, 0] = w * influence
    return float(np.sqrt(score_covariance(plan, scores, known)[0, 0])), float(
        special.stdtrit(design.df, (1 + level) / 2)
    )


def _bootstrap(
    measure: Callable[[Floats, Floats], tuple[float, Floats]], x: Floats, w: Floats, level: float, draws: int, seed: int
) -> tuple[float, float, float]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        rows = rng.integers(0, len(x), len(x))
        found.append(measure(x[rows], w[rows])[0])
    values = np.array(found)
    lower, upper = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(np.nanstd(values, ddof=1)), float(lower), float(upper)


def _read(
    amounts: ArrayLike,
    weights: ArrayLike | None,
    measures: Sequence[str],
    method: str,
    design: SurveyDesign | None,
    level: float,
) -> tuple[Floats, Floats]:
    """Hold what is measured to what the measures can take, all faults at once."""
    x = np.asarray(amounts, dtype=float)
    given = design.plan.weight if design is not None else weights
    w = np.ones(x.shape) if given is None else np.asarray(given, dtype=float)
    faults = []
    unknown = [name for name in measures if name not in MEASURE]
    if unknown or not measures:
        faults.append(wrong(f"measures {', '.join(unknown) or 'none'}", f"some of {', '.join(MEASURES)}", "choose"))
    if method not in {"linearisation", "bootstrap"} or not 0 < level < 1:
        faults.append(wrong(f"method={method!r}, level={level}", "linearisation or bootstrap; 0 to 1", "choose"))
    if design is not None and (weights is not None or method == "bootstrap"):
        faults.append(wrong("a design with weights or bootstrap", "a design alone", "it has its weights and variance"))
    if x.ndim != 1 or w.shape != x.shape:
        faults.append(wrong(f"amounts of shape {x.shape}, weights of {w.shape}", "two of one length", "one a unit"))
        raise DuzhengError(*faults)
    known = ~np.isnan(x) & ((w > 0) if design is not None else True)
    x, w = x[known], w[known]
    if not np.isfinite(x).all() or not np.isfinite(w).all() or (w <= 0).any():
        faults.append(wrong(f"{int((~(w > 0)).sum())} weights that are not positive, or infinite numbers",
                             "positive weights, finite amounts", "leave the units out"))  # fmt: skip
    elif not len(x) or x.sum() <= 0:
        faults.append(wrong("no amounts, or a mean that is not positive", "positive amounts", "mend them"))
    if any(name.startswith("theil") for name in measures) and (x <= 0).any():
        faults.append(wrong(f"{int((x <= 0).sum())} amounts of zero or less", "positive ones", "Theil's are of logs"))
    elif {"gini", "quintile_ratio"} & set(measures) and (x < 0).any():
        faults.append(wrong(f"{int((x < 0).sum())} negative amounts", "zero or more", "use cv, or mend them"))
    if faults:
        raise DuzhengError(*faults)
    return x, w
