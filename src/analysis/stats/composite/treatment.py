"""Treatment of outliers: skewness and kurtosis, figures drawn in to their neighbours, logarithms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.messages.requests import one_of
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: Beyond both of these, an indicator has outliers.
SKEWNESS, KURTOSIS = 2.0, 3.5
TREATMENTS = ("winsorise", "log", "winsorise_then_log")
#: Of this many figures no kurtosis can be computed.
_TOO_FEW = 4


class Treated(NamedTuple):
    """An indicator after treatment."""

    values: Floats
    how: str  #: "", winsorised, log, or untreatable: outliers are left
    points: np.ndarray  #: whether each figure was drawn in


def skewness(values: ArrayLike) -> float:
    """Compute the adjusted skewness G₁ of what is there; NaN of fewer than three figures.

    >>> round(skewness([*range(1, 11), 30, 100]), 6)
    3.063241
    """
    x = _there(values)
    n = len(x)
    if n < _TOO_FEW - 1 or not x.any():
        return float("nan")
    g = np.sqrt(n) * (x**3).sum() / (x**2).sum() ** 1.5
    return float(g * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(values: ArrayLike) -> float:
    """Compute the adjusted excess kurtosis G₂ of what is there; NaN of fewer than four figures.

    >>> round(kurtosis([*range(1, 11), 30, 100]), 6)
    9.741391
    """
    x = _there(values)
    n = len(x)
    if n < _TOO_FEW or not x.any():
        return float("nan")
    g = n * (x**4).sum() / (x**2).sum() ** 2 - 3
    return float(((n + 1) * g + 6) * (n - 1) / ((n - 2) * (n - 3)))


def _there(values: ArrayLike) -> Floats:
    x = np.asarray(values, dtype=float)
    x = x[~np.isnan(x)]
    if not len(x) or np.ptp(x) <= 1e-12 * np.abs(x).max():
        return np.zeros_like(x)
    # Both measures are free of scale; powers of very large or small figures are not.
    centred = x - x.mean()
    scaled: Floats = centred / np.abs(centred).max()
    return scaled


def has_outliers(values: ArrayLike, *, skew: float = SKEWNESS, kurt: float = KURTOSIS) -> bool:
    """Tell whether skewness and kurtosis are both beyond their bounds.

    >>> has_outliers([*range(1, 11), 30, 100]), has_outliers(range(12))
    (True, False)
    """
    return abs(skewness(values)) >= skew and kurtosis(values) >= kurt


def treat(
    values: ArrayLike, method: str = "winsorise", *, most: int = 5, skew: float = SKEWNESS, kurt: float = KURTOSIS
) -> Treated:
    """Draw in the outliers of one indicator, where it has any.

    Parameters
    ----------
    values
        Shape (units,); NaN where there is none.
    method
        ``winsorise``: the outermost figure is set to its neighbour's, one after the other, until skewness or kurtosis
        is within bounds or ``most`` figures were drawn in. ``log``: the logarithm of all figures.
        ``winsorise_then_log``: the logarithm of the figures as they were, where drawing in was not enough.
    most
        Figures that are drawn in at most; figures that are alike are drawn in together.
    skew, kurt
        Bounds of the size of the skewness and of the excess kurtosis; outliers are where both are reached.

    Returns
    -------
    Treated
        Figures, how they were treated, which were drawn in.

    Notes
    -----
    The logarithm is ln(x − min + 0.01 (max − min)), which takes zeros and negative figures; of figures with a long tail
    below, −ln(max − x + 0.01 (max − min)). In R ``COINr::Treat`` with ``winsorise`` and ``log_CT_plus``; its ``log_CT``
    is the same but for a tail below.

    Examples
    --------
    >>> found = treat([*range(1, 11), 30, 100], most=2)
    >>> found.values[-2:], found.how, round(skewness(found.values), 6)
    (array([30., 30.]), 'winsorised', 1.712038)
    """
    one_of("method", method, TREATMENTS)
    x = np.array(values, dtype=float)
    points = np.zeros(len(x), bool)
    if not has_outliers(x, skew=skew, kurt=kurt):
        return Treated(x, "", points)
    drawn = x.copy()
    if method != "log":
        while has_outliers(drawn, skew=skew, kurt=kurt) and points.sum() < most:
            high = skewness(drawn) >= 0
            outermost = drawn == (np.nanmax(drawn) if high else np.nanmin(drawn))
            rest = drawn[~outermost & ~np.isnan(drawn)]
            drawn[outermost] = rest.max() if high else rest.min()
            points |= outermost
        fine = not has_outliers(drawn, skew=skew, kurt=kurt)
        if fine or method == "winsorise":
            return Treated(drawn, "winsorised" if fine else "untreatable", points)
    low, high_end = np.nanmin(x), np.nanmax(x)
    room = 0.01 * (high_end - low)
    logged = np.log(x - low + room) if skewness(x) >= 0 else -np.log(high_end - x + room)
    fine = not has_outliers(logged, skew=skew, kurt=kurt)
    return Treated(logged, "log" if fine else "untreatable", np.zeros(len(x), bool))
