"""Weights that add up to known totals and stay near those they were made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.stats.arrays import Floats, Ints
from analysis.stats.design.cells import weighted_count
from analysis.stats.design.margins import Margin, unmet
from analysis.stats.design.plan import compact

METHODS = ("linear", "raking", "logit")
#: Totals are met when none is off by more than this share of it.
TOLERANCE = 1e-13
#: What can't be met better than this share has no solution.
UNMET = 1e-9
STEPS = 200
#: Directions in which no total moves are left out of a step.
FLAT = 1e-12

Distance = Callable[[Floats], tuple[Floats, Floats]]


def distance(method: str, bounds: tuple[float, float]) -> Distance:
    """Give g(u) and its slope of a method, u = x′λ.

    Notes
    -----
    ``linear``: g = 1 + u; ``raking``: g = exp u; both cut off at the bounds. ``logit``, L and U being the bounds and
    A = (U − L) / ((1 − L) (U − 1)): g = (L (U − 1) + U (1 − L) exp Au) / (U − 1 + (1 − L) exp Au).
    Source: Deville and Särndal (1992), cases 1, 2 and 6. In R ``survey::cal.linear``, ``cal.raking``, ``cal.logit``.
    """
    low, high = bounds

    def logit(u: Floats) -> tuple[Floats, Floats]:
        from scipy import special

        a = (high - low) / ((1 - low) * (high - 1))
        g = low + (high - low) * special.expit(a * u + np.log((1 - low) / (high - 1)))
        return g, a * (g - low) * (high - g) / (high - low)

    def cut(g: Floats, slope: Floats) -> tuple[Floats, Floats]:
        inside = (g >= low) & (g <= high)
        return np.clip(g, low, high), np.where(inside, slope, 0.0)

    def linear(u: Floats) -> tuple[Floats, Floats]:
        return cut(1 + u, np.ones_like(u))

    def raking(u: Floats) -> tuple[Floats, Floats]:
        with np.errstate(over="ignore"):
            g = np.exp(u)
        return cut(g, g)

    return {"linear": linear, "raking": raking, "logit": logit}[method]


def patterns(margins: list[Margin], weight: Floats) -> tuple[Ints, list[Ints]]:
    """Give a number to the combinations of categories that occur: rows of one combination get one g.

    Returns
    -------
    tuple
        The pattern of each row, shape (N,), and for each margin the category of each pattern.
    """
    rows: Ints = np.zeros(len(weight), dtype=np.intp)
    held: list[Ints] = []
    for margin in margins:
        if margin.code is None:
            old, rows = rows, np.arange(len(weight), dtype=np.intp)
            held = [codes[old] for codes in held]
            held.append(np.zeros(0, dtype=np.intp))
            continue
        wide = len(margin.totals) + 1
        size = wide * (int(rows.max()) + 1)
        rows, old = compact(rows * wide + margin.code + 1, size)
        held = [codes[old // wide] for codes in held]
        held.append(old % wide - 1)
    return rows, held


def auxiliary(margins: list[Margin], rows: int) -> Any:
    """Lay the margins out as columns of a sparse matrix: indicators of categories, and numeric variables."""
    from scipy import sparse

    parts = []
    for margin in margins:
        if margin.code is None:
            parts.append(sparse.csr_array(np.asarray(margin.values)[:, None]))
        else:
            inside = np.flatnonzero(margin.code >= 0)
            shape = (rows, len(margin.totals))
            parts.append(sparse.csr_array((np.ones(len(inside)), (inside, margin.code[inside])), shape=shape))
    return sparse.hstack(parts, format="csr")


def solve(margins: list[Margin], weight: Floats, method: str, bounds: tuple[float, float]) -> Floats:
    """Find g such that Σ g d x are the totals.

    Returns
    -------
    numpy.ndarray
        g of each row, shape (N,); 1 for rows of weight 0.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S004, naming the totals that are furthest from being met, if there is no solution within the bounds.

    Notes
    -----
    Newton's method on λ with halved steps, over the combinations of categories rather than the rows where no variable
    is numeric; margins that overlap (all sum to the population) leave directions free, in which no step is taken.
    """
    plain = all(margin.code is not None for margin in margins)
    pattern: Ints
    if plain:
        pattern, held = patterns(margins, weight)
        d = weighted_count(pattern, weight, int(pattern.max()) + 1)
        small = [Margin(m.names, m.labels, m.totals, codes, None) for m, codes in zip(margins, held, strict=True)]
        columns = auxiliary(small, len(d))
    else:
        pattern, d = np.arange(len(weight)), weight
        columns = auxiliary(margins, len(d))
    totals = np.concatenate([margin.totals for margin in margins])
    size = np.maximum(np.abs(totals), np.abs(columns.T @ d))
    columns = columns.multiply(1 / size[None, :]).tocsr()
    wanted = totals / size
    find = distance(method, bounds)
    steps = np.zeros(len(d))
    g, slope = find(steps)
    off = wanted - columns.T @ (d * g)
    for _ in range(STEPS):
        if np.abs(off).max() <= TOLERANCE:
            break
        hessian = (columns.T @ columns.multiply((d * slope)[:, None])).toarray()
        values, vectors = np.linalg.eigh(hessian)
        kept = values > FLAT * max(float(values.max()), np.finfo(float).tiny)
        move = columns @ ((vectors[:, kept] / values[kept]) @ (vectors[:, kept].T @ off))
        share = 1.0
        best = np.linalg.norm(off)
        for _ in range(40):
            trial = find(steps + share * move)
            left = wanted - columns.T @ (d * trial[0])
            if np.linalg.norm(left) < best:
                break
            share /= 2
        else:
            break
        steps, (g, slope), off = steps + share * move, trial, left
    if not np.abs(off).max() <= UNMET:
        raise DuzhengError(*_furthest(margins, off * size, bounds))
    return np.where(weight > 0, g[pattern], 1.0)


def _furthest(margins: list[Margin], off: Floats, bounds: tuple[float, float]) -> list[Any]:
    """Name the totals that are furthest from being met."""
    cells = [
        (margin.title, label, float(total)) for margin in margins
        for label, total in zip(margin.labels, margin.totals, strict=True)
    ]  # fmt: skip
    worst = np.argsort(-np.abs(off) / np.maximum([abs(total) for _, _, total in cells], 1.0), kind="stable")[:5]
    within = "" if bounds == (-np.inf, np.inf) else f" with g from {bounds[0]:g} to {bounds[1]:g}"
    return [
        unmet(
            f"{title} {', '.join(map(str, label))}: {total - off[place]:,.6g} at best{within}",
            f"{total:,.10g}",
            "some combination of categories has no respondents, or the bounds are too tight: merge categories, "
            "leave a margin out, or widen the bounds",
            title,
        )
        for place in worst
        for title, label, total in [cells[place]]
    ]
