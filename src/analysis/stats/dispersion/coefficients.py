"""Coefficients of variation: of amounts, of per-head amounts weighted by heads, and of many groups at once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np

from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike


def plain_cv(amounts: ArrayLike, *, form: Literal["sample", "population"] = "sample") -> float:
    """Compute the coefficient of variation of amounts that count alike: sd / mean, with n − 1 or n.

    Examples
    --------
    >>> round(plain_cv([1.0, 2, 3]), 4), round(plain_cv([1.0, 2, 3], form="population"), 4)
    (0.5, 0.4082)
    """
    x = np.asarray(amounts, dtype=float)
    x = x[~np.isnan(x)]
    if len(x) < 2 or x.mean() == 0:  # noqa: PLR2004  a spread
        return float("nan")
    return float(x.std(ddof=form == "sample") / x.mean())


def weighted_cv(totals: ArrayLike, sizes: ArrayLike) -> float:
    """Compute the coefficient of variation of per-head amounts, weighted by heads, in the population form.

    Parameters
    ----------
    totals
        Amounts x of each unit, shape (n,), such as teachers.
    sizes
        Heads P of each unit, shape (n,), positive, such as pupils.

    Returns
    -------
    float
        The coefficient of variation, without unit; NaN if a figure is missing, no unit is given, or the mean is zero.

    Raises
    ------
    ValueError
        If the shapes differ or a size is not positive.

    Notes
    -----
    With X = x / P and the mean X̄ = Σx / ΣP, CV = √(Σ (P / ΣP) (X − X̄)²) / X̄. The denominator is the whole
    population: there is no n − 1. Source: 教督〔2012〕3号, annex, and its worked example. Equal in R to
    ``with(d, sqrt(weighted.mean((x/p - sum(x)/sum(p))^2, p)) / (sum(x)/sum(p)))``.

    Examples
    --------
    The rule's worked example, published as 0.52 (five schools, books and pupils):

    >>> books, pupils = [279, 137, 935, 160, 402], [45, 37, 89, 76, 55]
    >>> round(weighted_cv(books, pupils), 6)
    0.515257
    """
    amounts, heads = np.asarray(totals, dtype=float), np.asarray(sizes, dtype=float)
    if amounts.shape != heads.shape or amounts.ndim != 1:
        raise ValueError(
            f"totals of shape {amounts.shape} with sizes of shape {heads.shape}: expected two of one length"
        )
    if (heads <= 0).any():
        raise ValueError(f"sizes must be positive; {int((heads <= 0).sum())} are not")
    if not heads.size or amounts.sum() == 0:
        return float("nan")
    return coefficient(amounts, heads)


def coefficient(totals: Floats, sizes: Floats) -> float:
    """Give the coefficient of arrays that have been read, as :func:`weighted_cv` does."""
    n = sizes.sum()
    mean = totals.sum() / n
    return float(np.sqrt((sizes / n * (totals / sizes - mean) ** 2).sum()) / mean)


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
    :func:`weighted_cv`. Equal in R to
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


def holds_exactly(totals: ArrayLike, sizes: ArrayLike, limit: float) -> bool:
    """Tell whether a coefficient of variation is within a limit, in rational numbers and without rounding.

    Parameters
    ----------
    totals, sizes
        As of :func:`weighted_cv`.
    limit
        The limit c as a decimal number, such as 0.45, which is taken as written.

    Notes
    -----
    CV ≤ c if and only if ΣP · Σ x² / P ≤ (1 + c²) (Σx)².

    Examples
    --------
    >>> holds_exactly([1, 3], [1, 1], 0.5), holds_exactly([1, 3.0000001], [1, 1], 0.5)
    (True, False)
    """
    x, p = read(totals, sizes)
    amounts, heads = [Fraction(float(each)) for each in x], [Fraction(float(each)) for each in p]
    square = sum((a * a / b for a, b in zip(amounts, heads, strict=True)), Fraction(0))
    return sum(heads, Fraction(0)) * square <= (1 + Fraction(repr(float(limit))) ** 2) * sum(amounts, Fraction(0)) ** 2


def read(totals: ArrayLike, sizes: ArrayLike) -> tuple[Floats, Floats]:
    """Read amounts and heads.

    Raises
    ------
    ValueError
        If shapes differ, a size is not positive, an amount is negative or not known, or there is nothing at all.
    """
    x, p = np.asarray(totals, dtype=float), np.asarray(sizes, dtype=float)
    if x.ndim != 1 or x.shape != p.shape or not x.size:
        raise ValueError(f"totals of shape {x.shape} with sizes of shape {p.shape}: expected two of one length, not 0")
    if not (p > 0).all() or not np.isfinite(p).all():
        raise ValueError(f"sizes must be positive; {int((~(p > 0)).sum())} are not")
    if not (x >= 0).all() or not np.isfinite(x).all():
        raise ValueError(f"totals must be known and 0 or more; {int((~(x >= 0)).sum())} are not")
    if not x.sum() > 0:
        raise ValueError("all totals are 0: there is no coefficient of variation")
    return x, p
