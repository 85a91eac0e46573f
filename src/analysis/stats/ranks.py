"""Ranks with their uncertainty: which places a unit may have, and which units can't be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

#: Differences that are held in memory at once.
HELD = 4_000_000


def rank_sets(
    estimates: Any,
    covariance: Any,
    *,
    level: float = 0.95,
    simultaneous: bool = True,
    highest_first: bool = True,
    draws: int = 5000,
    seed: int = 1,
) -> pd.DataFrame:
    """Compute confidence sets for the ranks of units, and tiers.

    Parameters
    ----------
    estimates
        One a unit, shape (J,); the index of a Series names the units.
    covariance
        Of the estimates, shape (J, J), as :meth:`analysis.stats.SurveyDesign.covariance` gives it; or their standard
        errors, shape (J,), where they are independent.
    level
        Of the sets.
    simultaneous
        Whether all sets hold the true ranks at once with this chance, or each for itself.
    highest_first
        Whether rank 1 is the highest.
    draws, seed
        Of the normal draws that give the critical value. The same seed gives the same sets.

    Returns
    -------
    pandas.DataFrame
        One row a unit, as given: unit, estimate, rank (its place among the estimates, ties share the best), best and
        worst (the ends of its set), tier. Tiers run from the best: a unit opens a new one where it is surely behind the
        first unit of the tier. Units of one tier can't be told from its first; they may differ from one another.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for shapes that do not fit, missing numbers, or fewer than two units.

    Notes
    -----
    Mogstad, Romano, Shaikh and Wilhelm (2024): unit j is surely behind k where (θ_k − θ_j) / se_jk exceeds the quantile
    of the largest |difference| / se over all pairs (of j's pairs alone for marginal sets); pairs that are settled
    are taken out and the quantile is found again (Romano and Wolf 2005) until nothing changes. The best rank of j is
    1 + the units it is surely behind. In R ``csranks::csranks``, whose bootstrap is the same up to the draws.

    Examples
    --------
    >>> import pandas as pd
    >>> found = rank_sets(pd.Series({"a": 3.0, "b": 1.0, "c": 1.1}), [0.1, 0.1, 0.1])
    >>> found[["unit", "rank", "best", "worst", "tier"]]
      unit  rank  best  worst  tier
    0    a     1     1      1     1
    1    b     3     2      3     2
    2    c     2     2      3     2
    """
    import pandas as pd

    names = list(estimates.index) if isinstance(estimates, pd.Series) else list(range(len(estimates)))
    y, v = np.asarray(estimates, dtype=float), np.asarray(covariance, dtype=float)
    v = np.diag(v**2) if v.ndim == 1 else v
    _hold(y, v, level, draws)
    sign = 1.0 if highest_first else -1.0
    ahead = sign * (y[:, None] - y[None, :])
    variance = np.diag(v)[:, None] + np.diag(v)[None, :] - 2 * v
    size = np.diag(v).max(initial=0.0)
    se = np.sqrt(np.where(variance > 1e-14 * size, variance, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        studentised = np.where(se > 0, ahead / se, np.where(ahead == 0, 0.0, np.sign(ahead) * np.inf))
    normals = _normals(v, draws, seed)
    if simultaneous:
        won = _settled(studentised, se, normals, level)
        lost = won.T
    else:
        each = [_settled(studentised, se, normals, level, only=j) for j in range(len(y))]
        won, lost = (np.array([part[j] for j, part in enumerate(each)]),
                     np.array([part[:, j] for j, part in enumerate(each)]))  # fmt: skip
    best, worst = 1 + lost.sum(axis=1), len(y) - won.sum(axis=1)
    rank = 1 + (ahead < 0).sum(axis=1)
    return pd.DataFrame(
        {"unit": names, "estimate": y, "rank": rank, "best": best, "worst": worst, "tier": _tiers(rank, lost)}
    )


def _settled(studentised: Floats, se: Floats, normals: Floats, level: float, only: int | None = None) -> Any:
    """Find the pairs (j, k) where j is surely ahead of k, stepping down."""
    pairs = np.triu(np.ones_like(se, dtype=bool), 1)
    if only is not None:
        pairs = np.zeros_like(pairs)
        pairs[only, :] = True
        pairs[only, only] = False
    open_pairs = pairs & (se > 0)
    surely = np.isposinf(studentised)
    while open_pairs.any():
        critical = float(np.quantile(np.concatenate(list(_largest(normals, se, open_pairs))), level))
        found = open_pairs & (np.abs(studentised) > critical)
        if not found.any():
            break
        surely |= (found & (studentised > 0)) | (found & (studentised < 0)).T
        open_pairs &= ~found
    return surely


def _largest(normals: Floats, se: Floats, pairs: Any) -> Iterator[Floats]:
    """Give the largest studentised difference of the pairs in each draw."""
    j, k = np.nonzero(pairs)
    step = max(HELD // len(j), 1)
    for start in range(0, len(normals), step):
        part = normals[start : start + step]
        yield (np.abs(part[:, j] - part[:, k]) / se[j, k]).max(axis=1)


def _normals(v: Floats, draws: int, seed: int) -> Floats:
    values, vectors = np.linalg.eigh(v)
    rng = np.random.default_rng(seed)
    found: Floats = rng.standard_normal((draws, len(v))) @ (vectors * np.sqrt(np.maximum(values, 0))).T
    return found


def _tiers(rank: Any, lost: Any) -> Any:
    """Give each unit the number of its tier, the best being 1."""
    tier = np.zeros(len(rank), dtype=int)
    first, number = -1, 0
    for unit in np.argsort(rank, kind="stable"):
        if first < 0 or lost[unit, first]:
            first, number = int(unit), number + 1
        tier[unit] = number
    return tier


def _hold(y: Floats, v: Floats, level: float, draws: int) -> None:
    """Hold the request to what it must be, all faults at once."""
    faults = []
    if y.ndim != 1 or len(y) < 2:  # noqa: PLR2004  a rank is among others
        faults.append(wrong(f"estimates of shape {y.shape}", "two or more units", "one estimate a unit"))
    elif v.shape != (len(y), len(y)):
        faults.append(wrong(f"a covariance of shape {v.shape}", f"({len(y)}, {len(y)})", "one row and column a unit"))
    elif not np.isfinite(y).all() or not np.isfinite(v).all() or (np.diag(v) < 0).any():
        bad = int((~np.isfinite(y) | ~np.isfinite(np.diag(v))).sum())
        faults.append(
            wrong(f"{bad} units without estimate or error", "both of each", "leave the units out, and say so")
        )
    if not 0 < level < 1 or draws < 100:  # noqa: PLR2004  quantiles of the tail
        faults.append(wrong(f"level={level}, draws={draws}", "0 to 1; 100 or more", "0.95 and 5000 are usual"))
    if faults:
        raise DuzhengError(*faults)
