"""Agreement of two raters beyond chance: Cohen's kappa of yes and no, and its intervals."""

from __future__ import annotations

import numpy as np

from analysis.stats.arrays import Bools, Floats


def kappa_interval(both: int, one: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Give the interval of the kappa of two raters who say yes or no of each thing.

    Parameters
    ----------
    both, one
        Things of which both, and only one of them, said yes.
    n
        All things.
    level
        Of the interval.

    Returns
    -------
    tuple
        Lower and upper end.

    Notes
    -----
    Donner and Eliasziw (1992, Statistics in Medicine 11), for raters who say yes equally often: with
    π = (2 both + one) / 2n, the κ for which Σ (nₖ − n Pₖ)² / (n Pₖ) is at most the quantile of χ² with 1 degree of
    freedom, where P = π² + π(1 − π)κ, 2π(1 − π)(1 − κ), (1 − π)² + π(1 − π)κ.

    Examples
    --------
    >>> [round(end, 2) for end in kappa_interval(6, 0, 80)]
    [0.71, 1.0]
    """
    from scipy.optimize import brentq
    from scipy.special import chdtri

    share = (2 * both + one) / (2 * n)
    spread = share * (1 - share)
    bound, seen = float(chdtri(1, 1 - level)), np.array([both, one, n - both - one], dtype=float)

    def beyond(kappa: float) -> float:
        fitted = n * np.array([share**2 + spread * kappa, 2 * spread * (1 - kappa), (1 - share) ** 2 + spread * kappa])
        return float(((seen - fitted) ** 2 / np.maximum(fitted, 1e-300)).sum()) - bound

    middle = 1 - one / (2 * n * spread)
    least, near = max(-share / (1 - share), -(1 - share) / share) + 1e-9, 1e-9
    lower = brentq(beyond, least, middle - near) if beyond(least) > 0 and middle - near > least else least
    upper = brentq(beyond, middle + near, 1 - near) if one and beyond(1 - near) > 0 else 1.0
    return float(lower), float(upper)


def kappa_of_rows(first: Bools, second: Bools, level: float = 0.95) -> tuple[float, float, float]:
    """Give the kappa of all answers of two raters to several questions, and its interval.

    Parameters
    ----------
    first, second
        What each of them said, shape (things, questions).
    level
        Of the interval.

    Returns
    -------
    tuple
        Kappa, lower and upper end; NaN where both always say the same.

    Notes
    -----
    κ = (pₒ − pₑ) / (1 − pₑ), of all answers together. What is said of one thing hangs together: the interval is of
    Student's t with the error of a jackknife over things, and ends at −1 and 1.

    Examples
    --------
    >>> first = np.array([[True, False], [True, True], [False, False], [False, True]])
    >>> second = np.array([[True, False], [True, False], [False, False], [False, True]])
    >>> [round(each, 2) for each in kappa_of_rows(first, second)]
    [0.75, -0.05, 1.0]
    """
    from scipy import special

    cells = np.stack([(first & second).sum(axis=1), first.sum(axis=1), second.sum(axis=1)], axis=1).astype(float)
    n, width = first.shape
    total = cells.sum(axis=0)
    kappa = float(_kappa(total[None], n * width)[0])
    without = _kappa(total - cells, (n - 1) * width) if n > 1 else np.array([np.nan])
    se = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    half = special.stdtrit(max(n - 1, 1), (1 + level) / 2) * se
    return kappa, float(max(kappa - half, -1.0)), float(min(kappa + half, 1.0))


def _kappa(cells: Floats, answers: int) -> Floats:
    """Give κ of rows of how often both, the first and the second say yes."""
    both, first, second = cells.T / max(answers, 1)
    chance = first * second + (1 - first) * (1 - second)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (1 - first - second + 2 * both - chance) / (1 - chance)
    return found
