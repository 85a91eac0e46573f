"""The arithmetic of drawing by chance: streams of random numbers, allocation, probabilities, and what is taken."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Method = Literal["srs", "systematic", "pps"]
METHODS = ("srs", "systematic", "pps")


def stream(seed: int, *names: object) -> np.random.Generator:
    """Give a source of random numbers of its own for each purpose, so that a new one changes no other's numbers.

    Examples
    --------
    >>> bool(stream(1, "a").random() == stream(1, "a").random() != stream(1, "b").random())
    True
    """
    import numpy as np

    digest = hashlib.sha256("/".join(map(str, (seed, *names))).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def allocate(
    sizes: pd.Series,
    total: int,
    how: Literal["equal", "proportional", "neyman"] = "proportional",
    *,
    sds: Mapping[Any, float] | None = None,
    most: pd.Series | None = None,
    least: int = 2,
) -> dict[Any, int]:
    """Share out a sample among strata.

    Parameters
    ----------
    sizes
        How many places or persons each stratum has, by stratum.
    total
        Places of the whole sample.
    how
        ``equal``; ``proportional`` to sizes; ``neyman``: proportional to size times standard deviation, which gives the
        smallest variance of a total at a given sample size [1]_.
    sds
        For ``neyman``: the standard deviation in each stratum, from an earlier wave or a pilot.
    most
        How many each stratum can give; its size if left out.
    least
        How many each stratum gets in any case (or all that it has): with fewer than two there is no variance.

    Returns
    -------
    dict
        The number of each stratum. They add up to the total; remainders go to the largest fractions. A stratum that
        would get more than it has is taken completely, and what is left is shared out among the others.

    Raises
    ------
    DuzhengError
        DZ-L011 if the total cannot be met, or a standard deviation is missing or negative.

    References
    ----------
    .. [1] Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed. Wiley. Sections 5.5 and 5.8.

    Examples
    --------
    >>> import pandas as pd
    >>> sizes = pd.Series({"a": 100, "b": 60, "c": 3})
    >>> allocate(sizes, 20), allocate(sizes, 20, "equal"), allocate(sizes, 20, "neyman", sds={"a": 1, "b": 4, "c": 9})
    ({'a': 11, 'b': 7, 'c': 2}, {'a': 9, 'b': 8, 'c': 3}, {'a': 5, 'b': 13, 'c': 2})
    """
    import numpy as np

    cap = (sizes if most is None else most.reindex(sizes.index)).to_numpy(dtype=float)
    floor = np.minimum(least, cap)
    share = np.ones(len(sizes)) if how == "equal" else sizes.to_numpy(dtype=float)
    faults = []
    if how == "neyman":
        given = [float((sds or {}).get(key, float("nan"))) for key in sizes.index]
        faults = [
            Fault("DZ-L011", found=f"the standard deviation {sd:g} of stratum {key}", expected="a number, 0 or more",
                  hint="take it from an earlier wave or a pilot")
            for key, sd in zip(sizes.index, given, strict=True) if not 0 <= sd < float("inf")
        ]  # fmt: skip
        share = share * np.array(given)
    if not floor.sum() <= total <= cap.sum():
        faults.append(Fault("DZ-L011", found=f"{total} to share out among {len(sizes)} strata",
                            expected=f"between {floor.sum():.0f} ({least} in each) and {cap.sum():.0f} (all there are)",
                            hint="draw more or fewer places, or merge strata"))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    wanted = _filled(share, floor, cap, total)
    whole = np.floor(wanted + 1e-9)
    rest = round(total - whole.sum())
    whole[np.argsort(whole - wanted, kind="stable")[:rest]] += 1
    return dict(zip(sizes.index, whole.astype(int).tolist(), strict=True))


def _filled(share: np.ndarray, floor: np.ndarray, cap: np.ndarray, total: float) -> np.ndarray:
    """Find the multiple of the shares that, held between floor and cap, adds up to the total."""
    import numpy as np

    # Strata of share 0 give more than their floor only when all others are full.
    share = np.maximum(share / share.max(), 1e-12) if share.max() > 0 else np.ones(len(share))
    low, high = 0.0, float((cap / share).max())
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.clip(middle * share, floor, cap).sum() < total else (low, middle)
    found: np.ndarray = np.clip(high * share, floor, cap)
    return found


def inclusion_probabilities(sizes: Sequence[int] | np.ndarray, n: int) -> np.ndarray:
    """Give the probability of each place when n are drawn in proportion to size.

    A place as large as the interval (n·size ≥ sum of sizes) is taken for sure; the interval is reckoned anew without
    it, until no other is. In R ``sampling::inclusionprobabilities``; Särndal et al. (1992), section 3.6.1.

    Examples
    --------
    >>> inclusion_probabilities([90, 30, 30, 30], 2)
    array([1.        , 0.33333333, 0.33333333, 0.33333333])
    """
    import numpy as np

    whole = np.asarray(sizes, dtype=np.int64)
    sure = np.zeros(len(whole), dtype=bool)
    while True:
        rest, left = n - int(sure.sum()), int(whole[~sure].sum())
        more = ~sure & (rest * whole >= left)
        if not more.any():
            return np.where(sure, 1.0, rest * whole / left if left else 1.0)
        sure |= more


def pick(
    method: Method, sizes: np.ndarray, n: int, order: np.ndarray | None, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw n places of a stratum.

    Parameters
    ----------
    method
        ``srs``, ``systematic`` or ``pps``.
    sizes
        How many persons each place has.
    n
        How many are drawn; no more than there are.
    order
        The positions of places as they are sorted, which ``systematic`` needs; ``pps`` without it takes a random order.
    chance
        The stratum's own random numbers.

    Returns
    -------
    tuple of numpy.ndarray
        The inclusion probability of each place, and the positions of those that were drawn, ascending.
    """
    import numpy as np

    there = len(sizes)
    equal = np.full(there, n / there)
    if n == there:
        return equal, np.arange(there)
    if method == "srs":
        return equal, np.sort(chance.choice(there, n, replace=False))
    lie = chance.permutation(there) if order is None else order
    if method == "systematic":
        return equal, np.sort(lie[_every(np.ones(there), n, chance)])
    probability = inclusion_probabilities(sizes, n)
    sure = np.flatnonzero(probability >= 1)
    if len(sure) == n:
        return probability, sure
    lie = lie[probability[lie] < 1]
    return probability, np.sort(np.concatenate([sure, lie[_every(sizes[lie], n - len(sure), chance)]]))


def _every(sizes: np.ndarray, n: int, chance: np.random.Generator) -> np.ndarray:
    """Lay the sizes end to end and take what lies under n points at equal distances from a random start."""
    import numpy as np

    ends = np.cumsum(sizes)
    points = (chance.random() + np.arange(n)) * (ends[-1] / n)
    found: np.ndarray = np.minimum(np.searchsorted(ends, points, side="right"), len(sizes) - 1)
    return found
