"""Quantiles of domains by the rules of Hyndman and Fan, with Woodruff's intervals."""

from __future__ import annotations

import numpy as np

from analysis.stats.arrays import Floats, Ints
from analysis.stats.design.cells import Cells, add_up
from analysis.stats.design.estimates import Estimate, design_df, mean, quantile_of_t

RULES = ("math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9")
#: A share of the weights this near to the probability counts as equal to it.
NEAR = 1e-12


def weighted_quantile(values: Floats, weights: Floats, probs: Floats, rule: str = "math") -> Floats:
    """Compute weighted quantiles of sorted values.

    Parameters
    ----------
    values
        Sorted values, shape (n,).
    weights
        Their weights, positive, shape (n,).
    probs
        Probabilities, any shape.
    rule
        ``math`` (hf1, the inverse of the distribution), ``school`` (hf2, the mean of the two where it is flat), or one
        of ``hf4`` … ``hf9``, which interpolate the points (p_k, x_k) below.

    Returns
    -------
    numpy.ndarray
        Quantiles, in the shape of ``probs``.

    Notes
    -----
    With C_k = w_1 + … + w_k and n the last: hf4 p_k = C_k / C_n; hf5 (C_k − w_k / 2) / C_n; hf6 C_k / (C_n + w_n);
    hf7 C_{k−1} / C_{n−1}; hf8 (C_k − w_k / 3) / (C_n + w_n / 3); hf9 (C_k − 3 w_k / 8) / (C_n + w_n / 4). With equal
    weights these are Hyndman and Fan (1996). In R ``survey::svyquantile(qrule = …)``.

    Examples
    --------
    >>> weighted_quantile(np.array([1.0, 2.0, 4.0]), np.array([1.0, 1.0, 2.0]), np.array([0.5]), "school")
    array([3.])
    """
    if len(values) == 1:
        return np.full(np.shape(probs), values[0])
    sums = np.cumsum(weights)
    whole = sums[-1]
    if rule in {"math", "school"}:
        at = np.minimum(np.searchsorted(sums / whole, probs - NEAR), len(values) - 1)
        found = values[at]
        if rule == "school":
            flat = np.abs(sums[at] / whole - probs) <= NEAR
            found = np.where(flat, (found + values[np.minimum(at + 1, len(values) - 1)]) / 2, found)
        return found
    last = weights[-1]
    points = {
        "hf4": lambda: sums / whole,
        "hf5": lambda: (sums - weights / 2) / whole,
        "hf6": lambda: sums / (whole + last),
        "hf7": lambda: (sums - weights) / sums[-2],
        "hf8": lambda: (sums - weights / 3) / (whole + last / 3),
        "hf9": lambda: (sums - weights * 3 / 8) / (whole + last / 4),
    }[rule]()
    return np.interp(probs, points, values)


def quantiles(
    cells: Cells,
    name: str,
    values: Floats,
    probs: list[float],
    *,
    rule: str,
    level: float,
    df: str | float,
    frame: float,
) -> tuple[list[Estimate], list[tuple[Floats, Floats]], list[Floats]]:
    """Estimate quantiles of each domain.

    Notes
    -----
    Woodruff (1952): the share F of rows at or below the quantile q has a standard error s; the ends are the quantiles
    at F ± t s, kept within 0 and 1, and the standard error is their distance over 2 t. In R
    ``svyquantile(interval.type = "mean")``.
    """
    base = add_up(cells, values, name=name)
    orders = _orders(cells, values, base.missing)
    weight = cells.plan.weight
    estimates: list[Estimate] = []
    bounds: list[tuple[Floats, Floats]] = []
    dfs: list[Floats] = []
    domain = cells.row_domain
    for prob in probs:
        q = np.full(cells.size, np.nan)
        for code, rows in enumerate(orders):
            if len(rows):
                q[code] = weighted_quantile(values[rows], weight[rows], np.array(prob), rule)
        below = (base.rows <= np.append(q, np.nan)[domain]).astype(float)
        if base.missing is not None:
            below[base.missing] = np.nan
        share = mean(cells, name, add_up(cells, below, name=name))
        freedom = design_df(cells, share, df, frame)
        t = quantile_of_t(level, freedom)
        half = t * np.sqrt(share.variance)
        lower, upper = np.full(cells.size, np.nan), np.full(cells.size, np.nan)
        for code, rows in enumerate(orders):
            if len(rows) and not np.isnan(half[code]):
                ends = np.clip(np.array([share.value[code] - half[code], share.value[code] + half[code]]), 0, 1)
                lower[code], upper[code] = weighted_quantile(values[rows], weight[rows], ends, rule)
        estimates.append(
            Estimate(
                name,
                {"prob": prob},
                q,
                share.influence,
                share.slopes,
                share.count,
                share.n,
                share.psus,
                share.strata,
                ((upper - lower) / (2 * t)) ** 2,
                np.full(cells.size, np.nan),
                share.share,
                share.notes,
            )
        )
        bounds.append((lower, upper))
        dfs.append(freedom)
    return estimates, bounds, dfs


def _orders(cells: Cells, values: Floats, missing: np.ndarray | None) -> list[Ints]:
    """Give the valid rows of each domain, sorted by value and then in the order of the data."""
    domain = cells.row_domain
    if missing is not None:
        domain = np.where(missing, -1, domain)
    order = np.argsort(values, kind="stable")
    order = order[np.argsort(domain[order], kind="stable")]
    sizes = np.bincount(domain + 1, minlength=cells.size + 1)
    return np.split(order, np.cumsum(sizes)[:-1])[1:]
