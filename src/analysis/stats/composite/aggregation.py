"""Aggregation: weighted means that let a low value be made good by a high one wholly, less, or least."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Aggregation = Literal["arithmetic", "geometric", "harmonic"]
AGGREGATIONS: tuple[str, ...] = get_args(Aggregation)


def aggregate(values: ArrayLike, weights: ArrayLike, method: str = "arithmetic", *, least: float = 1.0) -> Floats:
    """Compute weighted means of the values of each unit.

    Parameters
    ----------
    values
        Shape (units, parts); NaN where there is none.
    weights
        None negative, shape (parts,); they need not add up to 1.
    method
        ``arithmetic``: a low value is made good by a high one wholly; ``geometric``: in part; ``harmonic``: least.
    least
        Share of the weights that must be there for a mean; of those that are, weights are raised in proportion.

    Returns
    -------
    numpy.ndarray
        Shape (units,).

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for an unknown method, weights that are negative or all 0, values that are not above 0 where a
        geometric or harmonic mean needs them so.

    Notes
    -----
    Σwx/Σw; exp(Σw ln x/Σw); Σw/Σ(w/x). OECD and JRC (2008), step 7. In R ``COINr::a_amean``, ``a_gmean``, ``a_hmean``.

    Examples
    --------
    >>> [float(aggregate([[1, 2, 3]], [2, 1, 1], method)[0].round(4)) for method in AGGREGATIONS]
    [1.75, 1.5651, 1.4118]
    """
    one_of("method", method, AGGREGATIONS)
    x, w = np.array(values, dtype=float, ndmin=2), np.asarray(weights, dtype=float)
    if w.shape != x.shape[1:] or not np.isfinite(w).all() or (w < 0).any() or w.sum() <= 0:
        raise DuzhengError(wrong(f"weights {w.tolist()}", f"{x.shape[1]} weights, none negative, not all 0", ""))
    there = ~np.isnan(x)
    if method != "arithmetic" and (x[there & (w > 0)] <= 0).any():
        low = float(np.nanmin(x))
        raise DuzhengError(wrong(f"a {method} mean of values down to {low:g}", "values above 0",
                                 "normalise to a scale that begins above 0, such as lower=1"))  # fmt: skip
    of = np.where(there, w, 0.0)
    whole = of.sum(axis=1)
    enough = whole >= least * w.sum() - 1e-12
    whole = np.where(enough & (whole > 0), whole, np.nan)
    # What has no weight is not looked at, whatever it is.
    safe = np.where(there & (of > 0), x, 1.0)
    found: Floats
    if method == "arithmetic":
        found = (of * safe).sum(axis=1) / whole
    elif method == "geometric":
        found = np.exp((of * np.log(safe)).sum(axis=1) / whole)
    else:
        found = whole / (of / safe).sum(axis=1)
    return found
