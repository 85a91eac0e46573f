"""Pettitt's test of one change point."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages.requests import one_of
from analysis.stats.arrays import Floats
from analysis.stats.trends.series import read_series

if TYPE_CHECKING:
    import pandas as pd

#: Below this many points a change point is not looked for.
LEAST = 10
FEW = f"fewer than {LEAST} points: a change point has no ground"
GAPS = "missing points: left out, places count the others"
#: Random orders that p is counted among, and where their numbers start.
ORDERS, SEED = 20_000, 19_790_101


def pettitt(values: Any, *, method: Literal["permutation", "approximate"] = "permutation") -> pd.DataFrame:
    """Look for one change of level in series.

    Parameters
    ----------
    values
        One series, shape (points,), or many, shape (series, points), in the order of time; NaN is missing.
    method
        How p is found: among 20,000 random orders of the values, ties as they are (the same ones in every run), or by
        Pettitt's formula, which is too large at few points.

    Returns
    -------
    pandas.DataFrame
        One row a series: n, k (the largest |U|), place (points before the change, counted among those not missing), p,
        before, after (the medians on both sides), note. Under 10 points nothing but a note.

    Notes
    -----
    U_t = Σ_{i≤t} Σ_{j>t} sign(x_i − x_j), K = max |U_t|; p ≈ 2 exp(−6 K² / (n³ + n²)) (Pettitt 1979). A trend is a
    change as well to this test: it tells where a series changes most, not that it changed at once. In R
    ``trend::pettitt.test``.

    Examples
    --------
    >>> pettitt([1, 2, 1, 3, 2, 1, 8, 9, 7, 9, 8, 9])[["k", "place", "before", "after"]]
          k  place  before  after
    0  36.0      6     1.5    8.5
    """
    import pandas as pd

    one_of("method", method, ("permutation", "approximate"))
    table, index = read_series(values)
    rows = []
    for series in table:
        x = series[np.isfinite(series)]
        n = len(x)
        if n < LEAST:
            rows.append({"n": n, "k": np.nan, "place": -1, "p": np.nan, "before": np.nan, "after": np.nan, "note": FEW})
            continue
        u = _u(x[None, :])[0]
        place = int(np.argmax(np.abs(u)))
        k = float(np.abs(u[place]))
        if method == "approximate":
            p = min(1.0, 2 * float(np.exp(-6 * k**2 / (n**3 + n**2))))
        else:
            _, ranks = np.unique(x, return_inverse=True)
            null = _null(tuple(sorted(ranks.tolist())))
            p = float((1 + np.sum(null >= k - 1e-9)) / (1 + len(null)))
        rows.append({"n": n, "k": k, "place": place + 1, "p": p, "before": float(np.median(x[: place + 1])),
                     "after": float(np.median(x[place + 1 :])), "note": GAPS if n < len(series) else ""})  # fmt: skip
    return pd.DataFrame(rows, index=index)


def _u(table: Floats) -> Floats:
    """Compute U_t of each row for t = 1 … n − 1, from mid-ranks: U_t = t (n + 1) − 2 Σ_{i≤t} r_i, negated."""
    from scipy import stats

    n = table.shape[1]
    ranks = stats.rankdata(table, axis=1)
    result: Floats = 2 * np.cumsum(ranks, axis=1)[:, :-1] - np.arange(1, n) * (n + 1)
    return result


@functools.cache
def _null(ranks: tuple[int, ...]) -> Floats:
    """Give K of random orders of values with these ties."""
    rng = np.random.default_rng(SEED)
    orders = rng.permuted(np.tile(np.array(ranks, dtype=float), (ORDERS, 1)), axis=1)
    largest: Floats = np.abs(_u(orders)).max(axis=1)
    return largest
