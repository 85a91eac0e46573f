"""False alarms of control charts, measured: how often a stable series has a signal, and after how many points."""

from __future__ import annotations

import functools
from typing import Any, Literal

import numpy as np

from analysis.stats.arrays import Floats
from analysis.stats.control.limits import distances, individuals, spread_of
from analysis.stats.control.rules import signals

#: Where simulations begin to count.
SEED = 19_240_516
#: Series that are simulated at a time.
_BATCH = 1000
#: Counts expected of fewer than this are far from normal.
_NORMAL = 5


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
        As of :func:`~analysis.stats.control.rules.runs`.
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
        As of :func:`~analysis.stats.control.limits.individuals`.
    overdispersed
        As of :func:`~analysis.stats.control.limits.shares`: then shares and rates are independent and normal with the
        sigma of their totals, as the adjustment takes them to be.
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
            middle, sigma = spread_of(kind, x, below, keep, overdispersed=overdispersed)
            x = x / below
            z = distances(x, middle, sigma)
        found += int(signals(z, rules, values=x).any(axis=1).sum())
    return found / repeats


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
