"""Digits of numbers: the last ones, which are even where nobody rounded, and the first ones after Benford."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

#: Decimal places that are looked at, and trailing zeros.
_FINEST, _COARSEST = 6, 12
#: The share of 0 and 5 among last digits where all ten are alike.
HEAPED = 0.2
#: Below so many in every cell, the chi-square distribution is no longer close.
_FEWEST_EXPECTED = 5
#: So many numbers at the lowest one are a sign of a bound.
_CUT = 0.1

Why = Literal["", "few", "zeros", "narrow", "skew", "cut"]


def last_place(values: ArrayLike, coarse: ArrayLike = 0) -> NDArray[np.float64]:
    """Give the place value of the last digit that was printed.

    Parameters
    ----------
    values
        Numbers, shape (n,).
    coarse
        Where trailing zeros are no digits, because a number was published in a coarser unit; else whole numbers are
        printed to 1. Shape (n,) or one for all.

    Returns
    -------
    numpy.ndarray
        0.01 for 7.62, 1 for 120, 10 for a coarse 120; shape (n,). NaN where there is no number.

    Examples
    --------
    >>> last_place([7.62, 120, 120, 1300], [False, False, True, True]).tolist()
    [0.01, 1.0, 10.0, 100.0]
    """
    x = np.abs(np.asarray(values, dtype=float))
    wide = np.broadcast_to(np.asarray(coarse, dtype=bool), x.shape)
    place = np.where(np.isnan(x), np.nan, 1.0)
    open_ = ~np.isnan(x) & (x % 1 != 0)
    for digits in range(1, _FINEST + 1):
        if not open_.any():
            break
        here = np.flatnonzero(open_)
        place[here] = 10.0**-digits
        # What is left is noise of binary fractions once the printed digits are reached.
        scaled = x[here] * 10.0**digits
        done = np.abs(scaled - np.rint(scaled)) <= 1e-9 * np.maximum(scaled, 1)
        open_[here[done]] = False
    tens = wide & (x > 0) & (x % 1 == 0)
    for zeros in range(1, _COARSEST + 1):
        tens &= x % 10.0**zeros == 0
        if not tens.any():
            break
        place[tens] = 10.0**zeros
    return place


def digit_counts(digits: NDArray[np.int64], groups: NDArray[np.int64], n_groups: int) -> NDArray[np.int64]:
    """Count the digits 0 to 9 in each group; shape (G, 10)."""
    return np.bincount(groups * 10 + digits, minlength=10 * n_groups).reshape(n_groups, 10)


def last_digits(counts: NDArray[np.int64]) -> pd.DataFrame:
    """Test last digits for more of 0 and 5 than there should be, and for evenness.

    Parameters
    ----------
    counts
        How often each digit 0 to 9 is the last one, a row a group; shape (G, 10).

    Returns
    -------
    pandas.DataFrame
        One row a group: n, heaped (numbers that end in 0 or 5), share, p (exact, that so many or more do), chi2 and
        p_even (of all ten digits; NaN where fewer than 50 numbers are there).

    Notes
    -----
    ``p = P(B ≥ heaped)`` with B binomial of n and 1/5; ``χ² = Σ (n_d − n/10)² / (n/10)`` on 9 degrees of freedom. Both
    need numbers that spread over many tens, and that are independent: a number that stands in two years is one. In R
    ``binom.test(alternative = "greater")`` and ``chisq.test``.

    Examples
    --------
    >>> last_digits(np.array([[20, 1, 1, 1, 1, 12, 1, 1, 1, 1]])).round(4).to_dict("records")[0]["heaped"]
    32
    """
    import pandas as pd
    from scipy import stats

    n = counts.sum(axis=1)
    heaped = counts[:, 0] + counts[:, 5]
    expected = np.maximum(n, 1)[:, None] / 10
    chi2 = ((counts - expected) ** 2 / expected).sum(axis=1)
    enough = n >= 10 * _FEWEST_EXPECTED
    return pd.DataFrame({
        "n": n, "heaped": heaped, "share": heaped / np.maximum(n, 1),
        "p": np.where(n > 0, stats.binom.sf(heaped - 1, n, HEAPED), np.nan),
        "chi2": np.where(enough, chi2, np.nan),
        "p_even": np.where(enough, stats.chi2.sf(chi2, 9), np.nan),
    })  # fmt: skip


def first_digit(values: ArrayLike) -> NDArray[np.int64]:
    """Give the first digit that is not zero; 0 where there is none.

    >>> first_digit([0.037, 9, 1200, 0]).tolist()
    [3, 9, 1, 0]
    """
    x = np.abs(np.asarray(values, dtype=float))
    there = np.isfinite(x) & (x > 0)
    power = np.floor(np.log10(np.where(there, x, 1.0)) + 1e-12)
    found = np.where(there, np.floor(np.where(there, x, 1.0) / 10.0**power + 1e-9), 0)
    return np.asarray(found, dtype=np.int64)


def benford_shares() -> NDArray[np.float64]:
    """Give the shares of the first digits 1 to 9 after Benford: log10(1 + 1/d).

    >>> benford_shares().round(3).tolist()
    [0.301, 0.176, 0.125, 0.097, 0.079, 0.067, 0.058, 0.051, 0.046]
    """
    return np.asarray(np.log10(1 + 1 / np.arange(1, 10)))


def benford(values: Any, *, fewest: int = 300, span: float = 2.5) -> dict[str, Any]:
    """Hold first digits to Benford's law where its preconditions hold, and else say which does not.

    Parameters
    ----------
    values
        Numbers that count or measure, shape (n,); not assigned, not shares, each an independent case.
    fewest
        Numbers that must be there.
    span
        Orders of magnitude between the 1st and the 99th percentile that they must span.

    Returns
    -------
    dict
        n, span, why (``""`` if the law applies; ``few``; ``zeros``: more than 1 % are not positive; ``narrow``: fewer
        orders of magnitude; ``skew``: the mean is not above the median; ``cut``: a tenth or more stands at the lowest
        number, as if cut off there), counts (of 1 to 9), chi2, p, mad (mean absolute deviation of the shares).

    Notes
    -----
    Nigrini (2012, Benford's Law, chapter 1) names the preconditions. With a span of 2.5 orders between those
    percentiles, log-normal numbers (σ of log10 = 0.54) differ from the law by less than 1 % of each share: the
    amplitude of the first harmonic of the mantissa is 2 exp(−2π²σ²) = 0.006. ``χ²`` has 8 degrees of freedom.

    Examples
    --------
    >>> benford(10 ** np.linspace(0, 4, 1000))["why"], benford(np.arange(100))["why"]
    ('', 'few')
    """
    from scipy import stats

    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    positive = x[x > 0]
    n = len(positive)
    found: dict[str, Any] = {"n": n, "span": np.nan, "why": "", "counts": np.zeros(9, dtype=np.int64),
                             "chi2": np.nan, "p": np.nan, "mad": np.nan}  # fmt: skip
    if n < fewest:
        return {**found, "why": "few"}
    low, high = np.quantile(positive, [0.01, 0.99])
    found["span"] = float(np.log10(high / low))
    why: Why = ""
    if len(x) - n > 0.01 * len(x):
        why = "zeros"
    elif found["span"] < span:
        why = "narrow"
    elif not positive.mean() > np.median(positive):
        why = "skew"
    elif np.mean(positive == positive.min()) >= _CUT:
        why = "cut"
    if why:
        return {**found, "why": why}
    counts = np.bincount(first_digit(positive), minlength=10)[1:]
    expected = n * benford_shares()
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    return {**found, "counts": counts, "chi2": chi2, "p": float(stats.chi2.sf(chi2, 8)),
            "mad": float(np.mean(np.abs(counts / n - benford_shares())))}  # fmt: skip
