"""How unequal a set of ratios is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    import numpy as np

    amounts, heads = np.asarray(totals, dtype=float), np.asarray(sizes, dtype=float)
    if amounts.shape != heads.shape or amounts.ndim != 1:
        raise ValueError(
            f"totals of shape {amounts.shape} with sizes of shape {heads.shape}: expected two of one length"
        )
    if (heads <= 0).any():
        raise ValueError(f"sizes must be positive; {int((heads <= 0).sum())} are not")
    if not heads.size or amounts.sum() == 0:
        return float("nan")
    mean = amounts.sum() / heads.sum()
    variance = (heads / heads.sum() * (amounts / heads - mean) ** 2).sum()
    return float(np.sqrt(variance) / mean)
