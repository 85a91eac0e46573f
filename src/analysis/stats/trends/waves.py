"""Waves of a survey: differences and a line through estimates that have a covariance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import hold_level, wrong
from analysis.stats.design.chisqsum import tail_of_f
from analysis.stats.trends.series import read_times

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

#: Directions of the covariance below this share of the largest have no information of their own.
SINGULAR = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """What changed from wave to wave.

    Attributes
    ----------
    differences
        One row a pair (each wave less the one before, and less the first): from, to, difference, se, lower, upper,
        statistic, p.
    slope
        One row: estimate (per unit of time), se, lower, upper, statistic, p, the level at the first wave.
    tests
        The rows ``change`` (all waves are equal) and ``linearity`` (they lie on a line): statistic (Wald's F), ndf,
        ddf, p.
    """

    differences: pd.DataFrame
    slope: pd.DataFrame
    tests: pd.DataFrame


def compare_waves(
    estimates: Any, covariance: Any, times: ArrayLike | None = None, *, df: float = np.inf, level: float = 0.95
) -> Waves:
    """Compare estimates of the same thing at several times by generalised least squares.

    Parameters
    ----------
    estimates
        One a wave, in the order of time, shape (W,); the index of a Series names the waves.
    covariance
        Of the estimates, shape (W, W), as :meth:`analysis.stats.SurveyDesign.covariance` gives it with
        ``by="wave"``: waves that share PSUs are correlated, waves drawn apart are not.
    times
        Of the waves, increasing; 0, 1, 2, … if not given.
    df
        Degrees of freedom of the errors, such as the design's.

    Returns
    -------
    Waves
        Differences, slope and tests.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for shapes that do not fit, fewer than two waves, missing estimates or a covariance that is none.

    Notes
    -----
    β = (X′ V⁻¹ X)⁻¹ X′ V⁻¹ y with X = (1, t), Var β = (X′ V⁻¹ X)⁻¹; linearity: the residual y′ V⁻¹ (y − X β) over
    W − 2, change: Wald's statistic of the differences over W − 1, against F with ``df``. A rank test of a few waves
    would throw away what is known of their errors. In R ``survey::svycontrast`` of the same weights.

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.Series([4.0, 4.2, 4.5], index=[2021, 2022, 2023])
    >>> waves = compare_waves(y, np.diag([0.01, 0.01, 0.01]), times=y.index)
    >>> waves.slope.round(3)[["estimate", "se", "p"]]
       estimate     se    p
    0      0.25  0.071  0.0
    >>> waves.differences.round(3)[["from", "to", "difference", "se"]]
       from    to  difference     se
    0  2021  2022         0.2  0.141
    1  2022  2023         0.3  0.141
    2  2021  2023         0.5  0.141
    """
    import pandas as pd
    from scipy import special

    hold_level(level)
    names = list(estimates.index) if isinstance(estimates, pd.Series) else list(range(len(estimates)))
    y, v = np.asarray(estimates, dtype=float), np.asarray(covariance, dtype=float)
    _hold(y, v)
    at = read_times(times, len(y))
    size = len(y)

    def tested(weights: Any) -> dict[str, Any]:
        value, se = float(weights @ y), float(np.sqrt(max(weights @ v @ weights, 0.0)))
        t = float(special.stdtrit(df, (1 + level) / 2)) if np.isfinite(df) else float(special.ndtri((1 + level) / 2))
        z = value / se if se > 0 else np.nan
        p = 2 * float(special.stdtr(df, -abs(z)) if np.isfinite(df) else special.ndtr(-abs(z)))
        return {"se": se, "lower": value - t * se, "upper": value + t * se, "statistic": z, "p": p}

    rows = []
    for first, last in [*((k - 1, k) for k in range(1, size)), *((0, k) for k in range(2, size))]:
        weights = np.zeros(size)
        weights[last], weights[first] = 1.0, -1.0
        rows.append({"from": names[first], "to": names[last], "difference": y[last] - y[first], **tested(weights)})
    inverse = np.linalg.inv(v)
    x = np.column_stack([np.ones(size), at - at[0]])
    solve = np.linalg.inv(x.T @ inverse @ x) @ x.T @ inverse
    level_now, slope = solve @ y
    rest = y - x @ (solve @ y)
    away = np.hstack([-np.ones((size - 1, 1)), np.eye(size - 1)])
    change = float((away @ y) @ np.linalg.solve(away @ v @ away.T, away @ y))
    tests = pd.DataFrame(
        [_wald(change, size - 1, df), _wald(float(rest @ inverse @ rest), size - 2, df)], index=["change", "linearity"]
    )
    slopes = pd.DataFrame([{"estimate": slope, **tested(solve[1]), "level": level_now}])
    return Waves(pd.DataFrame(rows), slopes, tests)


def _wald(statistic: float, q: int, df: float) -> dict[str, float]:
    if q < 1:
        return {"statistic": np.nan, "ndf": q, "ddf": df, "p": np.nan}
    return {"statistic": statistic / q, "ndf": q, "ddf": df, "p": tail_of_f(statistic / q, q, df)}


def _hold(y: Any, v: Any) -> None:
    """Hold estimates and covariance to what they must be, all faults at once."""
    faults = []
    if y.ndim != 1 or len(y) < 2:  # noqa: PLR2004  a comparison is of two
        faults.append(wrong(f"estimates of shape {y.shape}", "two or more waves", "one estimate a wave"))
    elif v.shape != (len(y), len(y)):
        faults.append(wrong(f"a covariance of shape {v.shape}", f"({len(y)}, {len(y)})", "one row and column a wave"))
    elif not np.isfinite(y).all() or not np.isfinite(v).all():
        faults.append(wrong("missing estimates or covariances", "one of each wave", "leave the wave out"))
    elif not np.allclose(v, v.T, rtol=1e-8, atol=0) or np.linalg.eigvalsh(v).min() < SINGULAR * np.linalg.norm(v):
        faults.append(wrong("a covariance that is not positive definite", "that of the estimates", "see covariance()"))
    if faults:
        raise DuzhengError(*faults)
