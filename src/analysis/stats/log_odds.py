"""Log odds of categories: what one group counts more often than all others, with a prior that tames what is rare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def log_odds(counts: ArrayLike, prior: float) -> tuple[Floats, Floats]:
    """Give δ and z of every category in every group against all other groups.

    Parameters
    ----------
    counts
        How often each is counted, shape (groups, categories).
    prior
        α₀ > 0, in counts; categories that no group has get none of it and are 0.

    Returns
    -------
    tuple
        δ and z, shape (groups, categories). With one group there are no others, and both are 0.

    Notes
    -----
    Monroe, Colaresi and Quinn (2008), Fightin' Words, Political Analysis 16, eq. 15, 18, 21–23: with y counts of a
    category, n of all, i the group and j the others, α of the category and α₀ of all,
    δ = log((yᵢ + α) / (nᵢ + α₀ − yᵢ − α)) − log((yⱼ + α) / (nⱼ + α₀ − yⱼ − α)) and
    z = δ / √(1 / (yᵢ + α) + 1 / (yⱼ + α)). The prior is informative: α is α₀ times the category's share in all groups.

    Examples
    --------
    >>> delta, z = log_odds([[30, 10, 60], [10, 30, 60]], 10)
    >>> z.round(2).tolist()
    [[3.57, -3.57, 0.0], [-3.57, 3.57, 0.0]]
    """
    y = np.asarray(counts, dtype=float)
    if len(y) < 2 or y.sum() == 0:  # noqa: PLR2004  a group and others
        return np.zeros_like(y), np.zeros_like(y)
    category, group = y.sum(axis=0), y.sum(axis=1, keepdims=True)
    alpha = prior * category / category.sum()
    others = category - y
    used = category > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        here = np.log((y + alpha) / (group + prior - y - alpha))
        there = np.log((others + alpha) / (y.sum() - group + prior - others - alpha))
        delta = np.where(used, here - there, 0.0)
        z = np.where(used, delta / np.sqrt(1 / (y + alpha) + 1 / (others + alpha)), 0.0)
    return np.nan_to_num(delta), np.nan_to_num(z)
