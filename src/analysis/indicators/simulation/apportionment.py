"""Whole numbers that add up: totals divided by weights, what is left going to the largest remainders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.stats.arrays import Floats, Ints


def apportioned(totals: ArrayLike, group: ArrayLike, weights: ArrayLike, least: ArrayLike = 0) -> Ints:
    """Divide whole totals among the members of groups, in proportion to weights.

    Parameters
    ----------
    totals
        Of each group, whole numbers, shape (G,).
    group
        The group of each member, 0 to G − 1, shape (n,).
    weights
        Of each member, positive, shape (n,).
    least
        What each member gets at least, shape (n,) or one number.

    Returns
    -------
    numpy.ndarray
        Whole numbers, shape (n,), which add up to the total of each group that has members.

    Raises
    ------
    ValueError
        If the least of a group's members is more than its total, or totals are not whole.

    Notes
    -----
    Largest remainders (Hamilton): whole parts of ``total · weight / Σ weight`` first, then one more to those with the
    largest fractions, the earlier member where two are equal. With ``least``, what is above it is divided so.

    Examples
    --------
    >>> apportioned([10, 3], [0, 0, 0, 1, 1], [1, 1, 1, 5, 1]).tolist()
    [4, 3, 3, 3, 0]
    """
    amounts, of = np.asarray(totals, dtype=float), np.asarray(group, dtype=np.intp)
    w = np.asarray(weights, dtype=float)
    floor = np.broadcast_to(np.asarray(least, dtype=np.int64), w.shape)
    if (amounts % 1 != 0).any() or (w < 0).any():
        raise ValueError("totals must be whole and weights not negative")
    count = len(amounts)
    members = np.bincount(of, minlength=count)
    taken = np.bincount(of, weights=floor, minlength=count)
    if (taken > amounts)[members > 0].any():
        raise ValueError("members get more at least than their group has")
    share = _shares(w, of, count) * amounts[of]
    if taken.any():
        above = np.maximum(share - floor, 0.0)
        # Where nobody is above the least, what is left is divided as the whole would be.
        none = np.bincount(of, weights=above, minlength=count) == 0
        share = _shares(np.where(none[of], w, above), of, count) * (amounts - taken)[of]
    whole = np.floor(share + 1e-9).astype(np.int64)
    left = np.where(members > 0, amounts - taken, 0) - np.bincount(of, weights=whole, minlength=count)
    order = np.lexsort((np.arange(len(w)), -(share - whole), of))
    starts = np.concatenate([[0], np.cumsum(members)[:-1]])
    place = np.empty(len(w), dtype=np.int64)
    place[order] = np.arange(len(w)) - starts[of[order]]
    found: Ints = floor + whole + (place < left[of])
    return found


def _shares(w: Floats, of: Ints, count: int) -> Floats:
    sums = np.bincount(of, weights=w, minlength=count)
    equal = np.bincount(of, minlength=count)
    found: Floats = np.where(sums[of] > 0, w / np.where(sums[of] > 0, sums[of], 1), 1 / equal[of])
    return found
