"""Funnel limits: how far units of their size may lie from a target by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import is_number, wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

FEW = "fewer than 10 units: overdispersion is hardly known"


def funnel_limits(
    values: Any,
    sizes: ArrayLike,
    *,
    kind: Literal["proportion", "rate", "mean"] = "proportion",
    target: float | None = None,
    overdispersion: Literal["none", "multiplicative", "additive"] = "none",
    winsorised: float = 0.1,
    limits: tuple[float, float] = (0.95, 0.998),
) -> pd.DataFrame:
    """Place units in a funnel around a target.

    Parameters
    ----------
    values
        Of each unit, shape (K,): the number of cases (``proportion`` and ``rate``), or the mean. The index of a Series
        names the units.
    sizes
        Persons (``proportion``), exposure or expected cases (``rate``), or the standard error (``mean``), shape (K,).
    target
        What units are held to; the sum of cases over the sum of sizes, or the mean weighted by 1 / se², if not given.
    overdispersion
        ``none``; ``multiplicative``: limits widened by √φ; ``additive``: by a variance τ² between units.
    winsorised
        The share of the z at each end that are drawn in before φ is found, so that the odd ones don't hide themselves.
    limits
        The chances of the inner and the outer limits.

    Returns
    -------
    pandas.DataFrame
        One row a unit: unit, value, size, target, z (adjusted), lower_inner, upper_inner, lower_outer, upper_outer,
        position (``below_outer``, ``below_inner``, ``inside``, ``above_inner``, ``above_outer``), note.
        ``attrs`` has phi and tau2.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for shapes, cases beyond the persons, sizes that are not positive, or choices that can't be.

    Notes
    -----
    Spiegelhalter (2005). Without overdispersion the limits of proportions and rates are those of the binomial and the
    Poisson distribution, interpolated between whole cases (his A.1.1); else θ₀ ± z √(φ v) or θ₀ ± z √(v + τ²), with the
    variance v of a unit at the target, φ = Σ z² / K of the winsorised z (not below 1), and τ² = (K φ − (K − 1)) /
    (Σ w − Σ w² / Σ w), w = 1 / v, not below 0. In R ``FunnelPlotR`` (``method = "SHMI"`` is additive, on other scales).

    Examples
    --------
    >>> funnel_limits([10, 40, 5], [100, 200, 100], target=0.12)[["value", "position"]]
       value     position
    0   0.10       inside
    1   0.20  above_outer
    2   0.05  below_inner
    """
    import pandas as pd
    from scipy import special

    names = list(values.index) if isinstance(values, pd.Series) else list(range(len(values)))
    y, n = np.asarray(values, dtype=float), np.asarray(sizes, dtype=float)
    _hold(y, n, kind, target, overdispersion, winsorised, limits)
    share = y if kind == "mean" else y / n
    weight = 1 / n**2 if kind == "mean" else n
    centre = float(np.sum(weight * share) / weight.sum()) if target is None else float(target)
    v = {"mean": n**2, "rate": centre / n, "proportion": centre * (1 - centre) / n}[kind]
    z = (share - centre) / np.sqrt(v)
    ends = np.quantile(z, [winsorised, 1 - winsorised])
    held, k = np.clip(z, *ends), len(z)
    phi = float(np.sum(held**2) / k)
    tau2 = 0.0
    if overdispersion == "multiplicative":
        v = v * max(phi, 1.0)
    elif overdispersion == "additive":
        w = 1 / v
        spread = float(w.sum() - np.sum(w**2) / w.sum())
        tau2 = max((k * phi - (k - 1)) / spread, 0.0) if spread > 0 else 0.0
        v = v + tau2
    bounds = []
    for chance in limits:
        tails = ((1 - chance) / 2, (1 + chance) / 2)
        if overdispersion == "none" and kind != "mean":
            bounds += [_exact(tail, n, centre, kind) for tail in tails]
        else:
            bounds += [centre + special.ndtri(tail) * np.sqrt(v) for tail in tails]
    position = np.select(
        [share < bounds[2], share > bounds[3], share < bounds[0], share > bounds[1]],
        ["below_outer", "above_outer", "below_inner", "above_inner"], "inside",
    )  # fmt: skip
    columns = ["lower_inner", "upper_inner", "lower_outer", "upper_outer"]
    few = 10
    result = pd.DataFrame(
        {"unit": names, "value": share, "size": n, "target": centre, "z": (share - centre) / np.sqrt(v),
         **dict(zip(columns, bounds, strict=True)), "position": position,
         "note": FEW if overdispersion != "none" and k < few else ""}
    )  # fmt: skip
    result.attrs |= {"phi": phi, "tau2": tau2}
    return result


def _exact(tail: float, n: Floats, centre: float, kind: str) -> Floats:
    """Give the quantile of the share of cases, interpolated between whole cases."""
    from scipy import stats

    law = stats.binom(n, centre) if kind == "proportion" else stats.poisson(n * centre)
    cases = law.ppf(tail)
    at, below = law.cdf(cases), law.cdf(cases - 1)
    found: Floats = np.maximum(cases - (at - tail) / (at - below), 0.0) / n
    return found


def _hold(
    y: Floats,
    n: Floats,
    kind: str,
    target: float | None,
    overdispersion: str,
    winsorised: float,
    limits: tuple[float, float],
) -> None:
    """Hold the request to what it must be, all faults at once."""
    faults = wrong_choices(kind, target, overdispersion, winsorised, limits)
    if y.ndim != 1 or y.shape != n.shape or len(y) < 2:  # noqa: PLR2004  a funnel
        faults.append(
            wrong(f"values of shape {y.shape}, sizes of {n.shape}", "two or more units", "one of each a unit")
        )
    elif not np.isfinite(y).all() or not np.isfinite(n).all() or (n <= 0).any():
        faults.append(wrong("missing values, or sizes that are not positive", "both of each unit", "leave units out"))
    elif kind != "mean" and ((y < 0).any() or (kind == "proportion" and (y > n).any())):
        faults.append(
            wrong("cases below 0 or beyond the persons", "cases among the persons", "give numbers, not shares")
        )
    if faults:
        raise DuzhengError(*faults)


def wrong_choices(
    kind: str, target: float | None, overdispersion: str, winsorised: float, limits: tuple[float, float]
) -> list[Fault]:
    """Say which choices can't be."""
    faults = []
    if kind not in {"proportion", "rate", "mean"} or overdispersion not in {"none", "multiplicative", "additive"}:
        faults.append(wrong(f"kind={kind!r}, overdispersion={overdispersion!r}", "those of the docs", "choose them"))
    if not is_number(winsorised) or not 0 <= winsorised < 0.5:  # noqa: PLR2004  both ends
        faults.append(wrong(f"winsorised={winsorised!r}", "a share from 0 up to 0.5", "0.1 is usual"))
    pair = 2
    if (not isinstance(limits, Sequence) or len(limits) != pair or not all(map(is_number, limits))
            or not 0 < limits[0] < limits[1] < 1):  # fmt: skip
        faults.append(wrong(f"limits={limits!r}", "two chances between 0 and 1, the inner one first",
                            "(0.95, 0.998) is usual: 0.95, not 95"))  # fmt: skip
    if target is not None and not is_number(target):
        faults.append(wrong(f"target={target!r}", "a number", "in the measure of the values"))
    elif target is not None and kind == "proportion" and not 0 < target < 1:
        faults.append(wrong(f"target={target}", "a share above 0 and below 1", "0.12 is twelve per cent"))
    elif target is not None and kind == "rate" and not target > 0:
        faults.append(wrong(f"target={target}", "a rate above 0", "cases by size"))
    return faults
