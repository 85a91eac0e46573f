"""Control charts: limits of single values, shares and rates, and the rules that look for runs."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Truths = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

#: The mean range of two values of a normal distribution, in standard deviations (d₂ of two), and the factor of the
#: upper limit of ranges (D₄ of two).
RANGE = 2 / np.sqrt(np.pi)
RANGE_LIMIT = 1 + 3 * np.sqrt(np.pi / 2 - 1)
#: Where simulations begin to count.
SEED = 19_240_516
#: Series that are simulated at a time.
_BATCH = 1000
#: Differences within this share of a value are rounding.
_ROUNDING = 1e-12
#: Counts expected of fewer than this are far from normal.
_NORMAL = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that is rare in a stable series.

    Parameters
    ----------
    kind
        ``beyond`` (further from the centre than ``sigmas``, on one side), ``inside_limits`` (so, but not beyond 3, with
        the whole window on that side), ``side`` (on one side of the centre), ``trend`` (each above, or each below, the
        one before), ``alternating`` (up and down in turn), ``within`` (nearer than ``sigmas``), ``outside`` (further,
        on either side).
    count, window
        So many of so many points in a row.
    sigmas
        Distance in standard deviations.
    """

    kind: Literal["beyond", "inside_limits", "side", "trend", "alternating", "within", "outside"]
    count: int
    window: int
    sigmas: float = 0.0


RULES: Mapping[str, Rule] = {
    "beyond_limits": Rule("beyond", 1, 1, 3),
    "two_of_three": Rule("beyond", 2, 3, 2),
    "four_of_five": Rule("beyond", 4, 5, 1),
    "seven_one_side": Rule("side", 7, 7),
    "eight_one_side": Rule("side", 8, 8),
    "nine_one_side": Rule("side", 9, 9),
    "six_in_trend": Rule("trend", 6, 6),
    "seven_in_trend": Rule("trend", 7, 7),
    "fourteen_alternating": Rule("alternating", 14, 14),
    "fifteen_within": Rule("within", 15, 15, 1),
    "eight_outside": Rule("outside", 8, 8, 1),
    "two_of_three_inside": Rule("inside_limits", 2, 3, 2),
}

#: Sets of rules: Shewhart (1931); Western Electric (1956); Nelson (1984, J. Quality Technology 16); and those of NHS
#: England's "Making data count", as the R package NHSRplotthedots has them.
RULE_SETS: Mapping[str, tuple[str, ...]] = {
    "shewhart": ("beyond_limits",),
    "western_electric": ("beyond_limits", "two_of_three", "four_of_five", "eight_one_side"),
    "nelson": ("beyond_limits", "nine_one_side", "six_in_trend", "fourteen_alternating", "two_of_three",
               "four_of_five", "fifteen_within", "eight_outside"),
    "nhs": ("beyond_limits", "seven_one_side", "seven_in_trend", "two_of_three_inside"),
}  # fmt: skip


def rules_of(rules: str | Sequence[str]) -> tuple[str, ...]:
    """Give the rules of a set, or those named.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for a set or rule that there is not.
    """
    if isinstance(rules, str):
        one_of("rules", rules, tuple(RULE_SETS))
        return RULE_SETS[rules]
    unknown = [name for name in rules if name not in RULES]
    if unknown or not rules:
        found = f"the rules {', '.join(unknown) or 'none'}"
        raise DuzhengError(wrong(found, ", ".join(RULES), "or a set: " + ", ".join(RULE_SETS)))
    return tuple(dict.fromkeys(rules))


def individuals(values: ArrayLike, *, baseline: ArrayLike | None = None, screened: bool = False) -> tuple[Any, Any]:
    """Give centre and standard deviation of single values, from their mean and their moving ranges.

    Parameters
    ----------
    values
        Of one series or many, shape (…, points), in the order of time; NaN is missing, and has no range.
    baseline
        Which points count, shape (points,); all if not given.
    screened
        Whether ranges above their own upper limit are left out of the mean range, once, as NHSRplotthedots does.

    Returns
    -------
    tuple
        Centre and sigma, shape (…). NaN where nothing is there.

    Notes
    -----
    sigma = mean of |xᵢ − xᵢ₋₁| / d₂, d₂ = 2 / √π = 1.128; the limits of ± 3 sigma are ± 2.66 mean ranges (Shewhart
    1931; Montgomery, *Introduction to Statistical Quality Control*, 6.4). In R ``qcc::qcc(type = "xbar.one")``.

    Examples
    --------
    >>> centre, sigma = individuals([10.0, 12.0, 11.0, 13.0, 9.0])
    >>> float(centre), round(float(sigma), 4)
    (11.0, 1.994)
    """
    x = np.asarray(values, dtype=float)
    keep = np.ones(x.shape[-1], bool) if baseline is None else np.asarray(baseline, dtype=bool)
    counted = np.where(keep, x, np.nan)
    ranges = np.abs(np.diff(counted, axis=-1))
    mean = _mean(ranges)
    if screened:
        # Where nothing varies all ranges are at their limit, which is 0: they stay.
        mean = _mean(np.where(ranges <= RANGE_LIMIT * mean[..., None], ranges, np.nan))
    return _mean(counted), mean / RANGE


def shares(
    counts: ArrayLike, totals: ArrayLike, *, baseline: ArrayLike | None = None, overdispersed: bool = False
) -> tuple[float, Floats]:
    """Give centre and standard deviations of shares (p chart).

    Parameters
    ----------
    counts, totals
        How many of how many, shape (points,).
    baseline
        Which points count for the centre; all if not given.
    overdispersed
        Whether sigma is widened, or narrowed, to what neighbours differ (Laney's p′).

    Returns
    -------
    tuple
        The centre Σx / Σn, and a sigma for each point.

    Notes
    -----
    sigma = √(p̄ (1 − p̄) / nᵢ). Where n is large, shares differ by more than that although nothing happened: Laney (2002,
    Quality Engineering 14) multiplies with the sigma of z = (pᵢ − p̄) / sigmaᵢ by its moving ranges. In R
    ``qcc::qcc(type = "p")``.

    Examples
    --------
    >>> centre, sigma = shares([12, 15, 8], [50, 50, 100])
    >>> centre, sigma.round(4).tolist()
    (0.175, [0.0537, 0.0537, 0.038])
    """
    centre, sigma = _spread("p", *_counted(counts, totals, baseline), overdispersed=overdispersed)
    return float(centre), sigma


def rates(
    counts: ArrayLike, totals: ArrayLike, *, baseline: ArrayLike | None = None, overdispersed: bool = False
) -> tuple[float, Floats]:
    """Give centre and standard deviations of events per unit (u chart); with totals of 1, of counts (c chart).

    Parameters and result are those of :func:`shares`; sigma = √(ū / nᵢ).

    >>> centre, sigma = rates([4, 6], [1, 1])
    >>> centre, sigma.round(4).tolist()
    (5.0, [2.2361, 2.2361])
    """
    centre, sigma = _spread("u", *_counted(counts, totals, baseline), overdispersed=overdispersed)
    return float(centre), sigma


def distances(values: ArrayLike, centre: ArrayLike, sigma: ArrayLike) -> Floats:
    """Give how far values are from the centre, in standard deviations.

    Parameters
    ----------
    values, sigma
        Shape (…, points).
    centre
        Shape (…).

    Returns
    -------
    numpy.ndarray
        Shape (…, points). Where sigma is 0 every distance is without bound: ±∞ off the centre; on it NaN, which is in
        no pattern. NaN where the value, the centre or sigma is missing.

    Examples
    --------
    >>> distances([5.0, 5.0, 9.0], 5.0, 0.0).tolist()
    [nan, nan, inf]
    """
    x, spread = np.asarray(values, dtype=float), np.asarray(sigma, dtype=float)
    middle = np.asarray(centre, dtype=float)[..., None]
    apart = x - middle
    # A mean of equal values differs from them by rounding.
    near = _ROUNDING * np.maximum(np.abs(middle), np.abs(x))
    off = np.where(np.abs(apart) <= near, np.nan, np.copysign(np.inf, apart))
    with np.errstate(invalid="ignore", divide="ignore"):
        usual: Floats = apart / spread
        return np.where(np.isnan(apart) | np.isnan(spread), np.nan, np.where(spread <= near, off, usual))


def runs(
    z: ArrayLike, rules: str | Sequence[str] = "western_electric", *, values: ArrayLike | None = None
) -> dict[str, tuple[Truths, Truths]]:
    """Look for the patterns of rules.

    Parameters
    ----------
    z
        Distances from the centre in standard deviations, shape (…, points); NaN belongs to no pattern.
    rules
        A set of :data:`RULE_SETS`, or names of :data:`RULES`.
    values
        What trends are looked for in, where standard deviations differ from point to point; ``z`` if not given.

    Returns
    -------
    dict
        For each rule two arrays of the shape of ``z``: where the pattern is complete, and which points make it up.

    Notes
    -----
    Points on the centre are on neither side. A pattern is complete at its last point. With known centre and sigma of a
    normal distribution the Western Electric rules give a false signal about every 92nd point, the limits alone every
    370th (Champ and Woodall 1987, Technometrics 29).

    Examples
    --------
    >>> found = runs([0.5, 2.2, 1.9, 2.4, 0.1], ["two_of_three"])["two_of_three"]
    >>> found[0].tolist(), found[1].tolist()
    ([False, False, False, True, False], [False, True, False, True, False])
    """
    distance = np.asarray(z, dtype=float)
    plotted = distance if values is None else np.asarray(values, dtype=float)
    return {name: _found(RULES[name], distance, plotted) for name in rules_of(rules)}


def signals(z: ArrayLike, rules: str | Sequence[str] = "western_electric") -> Truths:
    """Tell at which points any of the rules is complete; shape as of ``z``."""
    found: Truths = np.logical_or.reduce([done for done, _ in runs(z, rules).values()])
    return found


@functools.cache
def false_alarms(
    rules: str | tuple[str, ...], points: int, *, baseline: int | None = None, missing: tuple[int, ...] = (),
    kind: Literal["individuals", "p", "u"] = "individuals", centre: float | None = None,
    totals: tuple[float, ...] = (), estimated: bool = True, screened: bool = False, overdispersed: bool = False,
    repeats: int = 10_000, seed: int = SEED,
) -> float:  # fmt: skip
    """Measure how often a stable series of so many points gets at least one signal.

    Parameters
    ----------
    rules
        As of :func:`runs`.
    points
        Of a series, those that are missing among them.
    baseline
        How many of the points that are there, the first ones, give centre and sigma; all if not given.
    missing
        Places of points that are missing, from 0.
    kind, centre, totals
        ``individuals`` are independent normal values; ``p`` and ``u`` binomial and Poisson counts with this share or
        rate, of these totals, shape (points,).
    estimated
        Whether centre and sigma come from the series itself, as they do in practice, or are known (single values only).
    screened
        As of :func:`individuals`.
    overdispersed
        As of :func:`shares`: then shares and rates are independent and normal with the sigma of their totals, as the
        adjustment takes them to be.
    repeats, seed
        Of the simulation.

    Returns
    -------
    float
        The share of series with a signal; NaN where it is not known: for totals that are no whole numbers (``p``), for
        a centre without variation, and for adjusted limits of small counts.

    Examples
    --------
    >>> round(false_alarms("shewhart", 20, estimated=False, repeats=4000), 2)  # 1 − 0.9973²⁰ = 0.05
    0.05
    >>> few, all_of_them = (false_alarms("shewhart", 36, baseline=n, repeats=2000) for n in (8, 36))
    >>> few > all_of_them  # limits of few points are off more often
    True
    """
    there = np.ones(points, bool)
    there[list(missing)] = False
    keep = there & (np.cumsum(there) <= (points if baseline is None else baseline))
    n = np.asarray(totals, dtype=float)
    if kind != "individuals" and not _known(kind, centre, n[there], overdispersed):
        return float("nan")
    rng = np.random.default_rng(seed)
    found = 0
    for start in range(0, repeats, _BATCH):
        shape = (min(_BATCH, repeats - start), points)
        if kind == "individuals":
            x = np.where(there, rng.standard_normal(shape), np.nan)
            middle, sigma = individuals(x, baseline=keep, screened=screened) if estimated else (0.0, 1.0)
            z = distances(x, np.broadcast_to(middle, shape[:1]), np.broadcast_to(sigma, shape[::-1]).T)
        else:
            x = _drawn(rng, kind, float(centre or 0), np.where(there, n, 1.0), shape, overdispersed)
            x, below = np.where(there, x, np.nan), np.where(there, n, np.nan)
            middle, sigma = _spread(kind, x, below, keep, overdispersed=overdispersed)
            x = x / below
            z = distances(x, middle, sigma)
        signal = np.logical_or.reduce([done for done, _ in runs(z, rules, values=x).values()])
        found += int(signal.any(axis=1).sum())
    return found / repeats


def _known(kind: str, centre: float | None, totals: Floats, overdispersed: bool) -> bool:  # noqa: FBT001
    """Tell whether counts of a stable series can be drawn."""
    if centre is None or not centre > 0 or (kind == "p" and not centre < 1):
        return False
    if overdispersed:
        least = centre * totals if kind == "u" else np.minimum(centre, 1 - centre) * totals
        return bool((least >= _NORMAL).all())
    return kind == "u" or bool((totals == np.rint(totals)).all())


def _drawn(
    rng: np.random.Generator, kind: str, centre: float, totals: Floats, shape: tuple[int, int],
    overdispersed: bool,  # noqa: FBT001
) -> Floats:  # fmt: skip
    """Draw counts of stable series."""
    if overdispersed:
        sigma = np.sqrt(centre * ((1 - centre) if kind == "p" else 1.0) / totals)
        return totals * (centre + sigma * rng.standard_normal(shape))
    if kind == "p":
        return rng.binomial(totals.astype(np.int64), centre, size=shape).astype(float)
    return rng.poisson(centre * totals, size=shape).astype(float)


def run_length(
    rules: str | tuple[str, ...], *, repeats: int = 2000, points: int = 4000, seed: int = SEED
) -> tuple[float, float]:
    """Measure how many points of a stable series come to the first signal, on average, with centre and sigma known.

    Returns
    -------
    tuple
        The mean and its standard error. Series without a signal in ``points`` count with those.
    """
    rng = np.random.default_rng(seed)
    lengths: list[Any] = []
    for start in range(0, repeats, 250):
        found = signals(rng.standard_normal((min(250, repeats - start), points)), rules)
        lengths.append(np.where(found.any(axis=1), found.argmax(axis=1) + 1, points))
    length = np.concatenate(lengths)
    return float(length.mean()), float(length.std(ddof=1) / np.sqrt(len(length)))


def _found(rule: Rule, z: Floats, values: Floats) -> tuple[Truths, Truths]:
    """Give where a rule's pattern is complete, and the points that make it up."""
    with np.errstate(invalid="ignore"):
        if rule.kind in {"trend", "alternating"}:
            step = np.sign(np.diff(values, axis=-1, prepend=np.nan))
            if rule.kind == "trend":
                rising = [_last(step == way, rule.count - 1) == rule.count - 1 for way in (1, -1)]
            else:
                turn = step * np.concatenate([np.full((*step.shape[:-1], 1), np.nan), step[..., :-1]], axis=-1) < 0
                rising = [_last(turn, rule.count - 2) == rule.count - 2]
            done = np.logical_or.reduce(rising)
            return done, _ahead(done, rule.window)
        groups: list[tuple[Truths, Truths | None]]
        if rule.kind == "within":
            groups = [(np.abs(z) < rule.sigmas, None)]
        elif rule.kind == "outside":
            groups = [(np.abs(z) > rule.sigmas, None)]
        elif rule.kind == "inside_limits":
            groups = [((way * z > rule.sigmas) & (way * z <= 3), way * z > 0) for way in (1, -1)]  # noqa: PLR2004
        else:
            groups = [(way * z > rule.sigmas, None) for way in (1, -1)]
    complete, members = np.zeros(z.shape, bool), np.zeros(z.shape, bool)
    for flags, around in groups:
        done = _last(flags, rule.window) >= rule.count
        if around is None:
            done &= flags
        else:
            done &= _last(around, rule.window) == rule.window
        complete |= done
        members |= flags & _ahead(done, rule.window)
    return complete, members


def _last(flags: Truths, width: int) -> Any:
    """Count how many of the last points, each itself among them, are flagged."""
    total = np.cumsum(flags, axis=-1)
    before = np.zeros_like(total)
    before[..., width:] = total[..., :-width]
    return total - before


def _ahead(done: Truths, width: int) -> Truths:
    """Tell which points are among the last ones of a pattern that is complete at or after them."""
    found: Truths = _last(done[..., ::-1], width)[..., ::-1] > 0
    return found


def _mean(values: Floats) -> Floats:
    known = np.isfinite(values)
    count = known.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(count > 0, np.where(known, values, 0.0).sum(axis=-1) / count, np.nan)
    return found


def _counted(counts: ArrayLike, totals: ArrayLike, baseline: ArrayLike | None) -> tuple[Floats, Floats, Truths]:
    x, n = np.asarray(counts, dtype=float), np.asarray(totals, dtype=float)
    known = np.isfinite(x) & np.isfinite(n) & (n > 0)
    x, n = np.where(known, x, np.nan), np.where(known, n, np.nan)
    keep = known if baseline is None else known & np.asarray(baseline, dtype=bool)
    return x, n, keep


def _spread(kind: str, x: Floats, n: Floats, keep: Truths, *, overdispersed: bool) -> tuple[Any, Floats]:
    """Give centre and standard deviations of shares or rates, of one series or many, shape (…, points)."""
    kept = np.where(keep, x, np.nan)
    below = np.nansum(np.where(np.isfinite(kept), n, 0.0), axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.where(below > 0, np.nansum(kept, axis=-1) / below, np.nan)
        middle = centre[..., None]
        sigma: Floats = np.sqrt(middle * (1 - middle if kind == "p" else 1.0) / n)
        if overdispersed:
            apart = np.where(sigma > 0, (x / n - middle) / sigma, np.nan)
            wider = individuals(apart, baseline=keep)[1][..., None]
            # Without variation there is none to widen.
            sigma = np.where(sigma > 0, sigma * wider, sigma)
    return centre, sigma
