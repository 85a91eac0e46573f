"""Coincidence: how likely it is that so many numbers are the same by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: Exponents of the bound; each gives a bound that holds, and the least of them does.
TILTS = (0.3, 0.5, 0.65, 0.8, 0.9, 0.95, 1.0)


def cumulants(chances: ArrayLike, groups: NDArray[np.int64], n_groups: int) -> NDArray[np.float64]:
    """Give what :func:`chance_of` needs of all items of each group, agreed or not; shape (G, len(TILTS))."""
    q = np.clip(np.asarray(chances, dtype=float), 1e-300, 1.0)
    found = np.empty((n_groups, len(TILTS)))
    for at, tilt in enumerate(TILTS):
        found[:, at] = np.bincount(groups, weights=np.log1p(-q + q ** (1 - tilt)), minlength=n_groups)
    return found


def information(chances: ArrayLike) -> NDArray[np.float64]:
    """Give the surprise of an agreement: −log of its chance."""
    return np.asarray(-np.log(np.clip(np.asarray(chances, dtype=float), 1e-300, 1.0)))


def chance_of(surprise: ArrayLike, cumulants: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bound the chance that independent items agree as surprisingly as they do, or more so.

    Parameters
    ----------
    surprise
        The sum of :func:`information` over the items that agree, shape (G,).
    cumulants
        As :func:`cumulants` gives them of all items, shape (G, len(TILTS)).

    Returns
    -------
    numpy.ndarray
        An upper bound of the chance, at most 1; shape (G,).

    Notes
    -----
    Items agree independently with chances qᵢ, and T = −Σ log qᵢ over those that agree. By Markov's inequality
    P(T ≥ t) ≤ exp(−θt) Π (1 − qᵢ + qᵢ^(1−θ)) for every θ > 0 (Chernoff 1952): the least over a few θ is taken. One
    agreement that is unlikely counts for more than many that are not.

    Examples
    --------
    >>> q, group = np.full(20, 0.01), np.zeros(20, dtype=np.int64)
    >>> bound = chance_of([information(q[:3]).sum()], cumulants(q, group, 1))
    >>> bool(0.001 < bound[0] < 0.01)  # exactly: 0.0010
    True
    """
    t = np.asarray(surprise, dtype=float)[:, None]
    bound = np.exp(np.minimum((cumulants - t * np.asarray(TILTS)).min(axis=1), 0.0))
    return np.asarray(np.where(t[:, 0] > 0, bound, 1.0))
