"""Normalisation: figures of different measures on one scale, on which higher is better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Normalisation = Literal["minmax", "zscore", "rank", "borda", "goalposts", "distance_to_target"]
NORMALISATIONS: tuple[str, ...] = get_args(Normalisation)


def normalise(
    values: ArrayLike, method: str = "minmax", *, higher: ArrayLike | None = None, lower: float = 0.0,
    upper: float = 100.0, centre: float = 50.0, spread: float = 10.0, goalposts: ArrayLike | None = None,
    targets: ArrayLike | None = None, cap: bool = True,
) -> Floats:  # fmt: skip
    """Put figures of several indicators on one scale, on which higher is better.

    Parameters
    ----------
    values
        Shape (units, indicators); NaN where there is none, and it stays so.
    method
        ``minmax``: from the worst to the best figure seen. ``zscore``: in standard deviations from the mean. ``rank``:
        the share of the other units that are behind, ties half. ``borda``: points, one for each unit behind, half for
        a tie. ``goalposts``: between two declared figures. ``distance_to_target``: from the worst figure seen to a
        declared target.
    higher
        Whether higher figures are better, shape (indicators,); all if not given.
    lower, upper
        Ends of the scale of all but ``zscore`` and ``borda``.
    centre, spread
        Mean and standard deviation of the scale of ``zscore``.
    goalposts
        Worst and best figure of each indicator, shape (indicators, 2), as numbers from low to high; which is the best
        says the direction.
    targets
        Shape (indicators,).
    cap
        Whether figures beyond goalposts and targets count no more than these.

    Returns
    -------
    numpy.ndarray
        Shape (units, indicators).

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for an unknown method, an indicator whose figures are all alike (or of one unit) where the method takes
        its scale from them, goalposts and targets that are missing or do not fit.

    Notes
    -----
    With s = +1 or −1 by direction: minmax l + (u − l)(s x − min s x)/(max s x − min s x); zscore c + d (s x − mean)/sd
    with n − 1; goalposts and targets are minmax with declared ends. OECD and JRC (2008), Handbook on constructing
    composite indicators, step 5. In R ``COINr::n_minmax``, ``n_zscore``, ``n_borda``, ``n_goalposts``,
    ``n_dist2targ``.

    Examples
    --------
    >>> normalise([[1.0, 30], [2, 20], [5, 10]], higher=[True, False])
    array([[  0.,   0.],
           [ 25.,  50.],
           [100., 100.]])
    """
    one_of("method", method, NORMALISATIONS)
    x = np.array(values, dtype=float, ndmin=2)
    sign = np.where(np.ones(x.shape[1], bool) if higher is None else np.asarray(higher, bool), 1.0, -1.0)
    x = x * sign
    if method in {"rank", "borda"}:
        behind: Floats = _behind(x)
        others = (~np.isnan(x)).sum(axis=0) - 1
        _hold_seen(others >= 1, "figures of two units", "give more units, or leave the indicator out")
        return behind if method == "borda" else np.asarray(lower + (upper - lower) * behind / others)
    if method == "zscore":
        _hold_variation(x)
        found: Floats = centre + spread * (x - np.nanmean(x, axis=0)) / np.nanstd(x, axis=0, ddof=1)
        return found
    if method == "minmax":
        _hold_variation(x)
        worst, best = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    elif method == "goalposts":
        posts = _declared(goalposts, (x.shape[1], 2), "goalposts") * sign[:, None]
        worst, best = posts.min(axis=1), posts.max(axis=1)
    else:
        best = _declared(targets, (x.shape[1],), "targets") * sign
        worst = np.nanmin(x, axis=0)
    _hold_seen(best > worst, "a worst figure below the best", "look at goalposts and targets")
    share = (x - worst) / (best - worst)
    if cap and method in {"goalposts", "distance_to_target"}:
        share = np.clip(share, 0.0, 1.0)
    scaled: Floats = lower + (upper - lower) * share
    return scaled


def _behind(x: Floats) -> Floats:
    """Count the units behind each one, ties half."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(x, axis=0, nan_policy="omit"), dtype=float) - 1.0


def _declared(given: ArrayLike | None, shape: tuple[int, ...], what: str) -> Floats:
    try:
        found: Floats = np.full(shape, np.nan) if given is None else np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise DuzhengError(wrong(f"{what} that are no numbers", f"{what} of every indicator, as numbers",
                                 "low and high of each" if len(shape) > 1 else "one of each")) from error  # fmt: skip
    if found.shape != shape or np.isnan(found).any():
        raise DuzhengError(wrong(f"{what} of shape {found.shape}" if given is not None else f"no {what}",
                                 f"{what} of every indicator", f"give {what}=…"))  # fmt: skip
    return found


def _hold_variation(x: Floats) -> None:
    """Hold indicators to figures that differ, by more than rounding."""
    there = (~np.isnan(x)).sum(axis=0) > 1
    safe = np.where(there, x, 0.0)
    high, low = np.nanmax(safe, axis=0), np.nanmin(safe, axis=0)
    _hold_seen(
        there & (high - low > 1e-12 * np.maximum(np.abs(high), np.abs(low))),
        "figures that differ", "leave the indicator out, or normalise by goalposts",
    )  # fmt: skip


def _hold_seen(fine: np.ndarray, expected: str, hint: str) -> None:
    bad: Sequence[int] = np.flatnonzero(~fine).tolist()
    if bad:
        raise DuzhengError.of(wrong(f"indicator {at + 1} of {len(fine)}", expected, hint) for at in bad)
