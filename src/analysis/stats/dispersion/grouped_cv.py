"""Coefficients of variation of many groups at once: per-head amounts weighted by heads, in the population form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def grouped_cv(totals: ArrayLike, sizes: ArrayLike, groups: ArrayLike, n_groups: int | None = None) -> pd.DataFrame:
    r"""Compute the coefficient of variation of per-head amounts within each group, weighted by heads.

    Parameters
    ----------
    totals
        Amounts x of each unit, shape (n,), such as books; NaN where not known.
    sizes
        Heads P of each unit, shape (n,), positive, such as pupils.
    groups
        The group of each unit: whole numbers from 0, shape (n,).
    n_groups
        How many groups there are; as many as are named if not given.

    Returns
    -------
    pandas.DataFrame
        One row a group, by its number: ``cv``, ``mean`` (X̄), ``lowest`` and ``highest`` (of the known X), ``n``
        (units), ``unknown`` (units without an amount). A group with an unknown amount has no ``cv`` and no
        ``mean``; one whose mean is zero has no ``cv``.

    Raises
    ------
    ValueError
        If the shapes differ or a size is not positive.

    Notes
    -----
    With X = x / P and X̄ = Σx / ΣP in each group, CV = √(Σ (P / ΣP) (X − X̄)²) / X̄, as
    :func:`analysis.stats.inequality.weighted_cv`. Equal in R to
    ``by(d, d$g, \(d) with(d, sqrt(weighted.mean((x/p - sum(x)/sum(p))^2, p)) / (sum(x)/sum(p))))``.

    Examples
    --------
    >>> found = grouped_cv([279, 137, 935, 160, 402, 10], [45, 37, 89, 76, 55, 5], [0, 0, 0, 0, 0, 1])
    >>> found[["cv", "mean", "n"]].round(6)
             cv      mean  n
    0  0.515257  6.334437  5
    1  0.000000  2.000000  1
    """
    import pandas as pd

    amounts, heads = np.asarray(totals, dtype=float), np.asarray(sizes, dtype=float)
    of = np.asarray(groups, dtype=np.intp)
    if amounts.shape != heads.shape or amounts.shape != of.shape or amounts.ndim != 1:
        raise ValueError(f"totals, sizes and groups of shape {amounts.shape}, {heads.shape}, {of.shape}: expected one")
    if (heads <= 0).any():
        raise ValueError(f"sizes must be positive; {int((heads <= 0).sum())} are not")
    k = int(of.max(initial=-1)) + 1 if n_groups is None else n_groups
    each = amounts / heads
    lowest, highest = np.full(k, np.inf), np.full(k, -np.inf)
    known = ~np.isnan(each)
    np.minimum.at(lowest, of[known], each[known])
    np.maximum.at(highest, of[known], each[known])
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(of, amounts, k) / np.bincount(of, heads, k)
        variance = np.bincount(of, heads * (each - mean[of]) ** 2, k) / np.bincount(of, heads, k)
        cv = np.sqrt(variance) / mean
    return pd.DataFrame({
        "cv": np.where(mean > 0, cv, np.nan), "mean": mean,
        "lowest": np.where(np.isinf(lowest), np.nan, lowest), "highest": np.where(np.isinf(highest), np.nan, highest),
        "n": np.bincount(of, minlength=k), "unknown": np.bincount(of, ~known, k).astype(int),
    })  # fmt: skip
