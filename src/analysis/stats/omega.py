"""McDonald's omega: the share of a sum's variance that common factors make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.stats.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
#: A unique variance below this share of its item's is none (a Heywood case).
HEYWOOD = 1e-6
NOT_CONVERGED = "the factor model did not converge"
HEYWOOD_NOTE = "an item without variance of its own (Heywood case): omega is too large"


def omega(
    items: pd.DataFrame,
    *,
    method: Literal["ml", "minres"] = "ml",
    matrix: Literal["covariance", "correlation"] = "covariance",
    groups: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Estimate how much of the variance of a sum of items is common to them.

    Parameters
    ----------
    items
        One column an item, scored in one direction, shape (n, k); rows with a missing answer are left out.
    method
        How the factor is fitted: maximum likelihood, or ``minres`` (least squares of the correlations off the
        diagonal).
    matrix
        ``covariance`` for the sum of answers as given, ``correlation`` for the sum of standardised answers.
    groups
        For ω_h: the items of each group (facet), each item in one; three or more groups of three or more items.

    Returns
    -------
    pandas.DataFrame
        The rows ``omega_total`` (over the variance that the model gives), ``omega_total_observed`` (over the sum's
        variance as observed) and, with groups, ``omega_hierarchical``: statistic, estimate, n, note.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for fewer than three items, groups that do not fit, or items that are not numbers; DZ-S003 for constant
        items or too few complete rows.

    Notes
    -----
    ω_t = ((Σ λ)² + Σ_g (Σ β_g)²) / 1′ Σ 1, without groups of one factor (McDonald 1999, 6.20). ω_h = (Σ λ)² / 1′ Σ 1 of
    the general factor λ of a bifactor model whose group factors β are those declared and uncorrelated (Zinbarg,
    Revelle, Yovel and Li 2005). ``psych::omega`` finds groups by itself (Schmid–Leiman) and differs. Of one factor in R
    ``lavaan::cfa`` with (Σ λ)² / ((Σ λ)² + Σ θ), and ``psych::fa(nfactors = 1)``.

    Examples
    --------
    >>> import pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> true = rng.normal(size=500)
    >>> items = pd.DataFrame({f"i{k}": true + rng.normal(size=500) for k in range(4)})
    >>> omega(items).round(2)[["statistic", "estimate", "n"]]
                  statistic  estimate    n
    0           omega_total      0.81  500
    1  omega_total_observed      0.81  500
    """
    import pandas as pd

    names = [str(name) for name in items.columns]
    faults = _faults(items, names, groups or {})
    if method not in {"ml", "minres"} or matrix not in {"covariance", "correlation"} or (groups and method != "ml"):
        faults.append(wrong(f"method={method!r}, matrix={matrix!r}", "ml or minres (groups need ml)", "choose them"))
    if faults:
        raise DuzhengError(*faults)
    rows = items.dropna().to_numpy(dtype=float)
    n = len(rows)
    if n <= len(names) or (rows.std(axis=0) == 0).any():
        raise DuzhengError(
            Fault("DZ-S003", found=f"{n} complete rows, or an item with one answer", expected=f"over {len(names)} rows",
                  hint="leave out items that nobody answers differently")
        )  # fmt: skip
    s = np.cov(rows, rowvar=False) if matrix == "covariance" else np.corrcoef(rows, rowvar=False)
    pattern = np.ones((len(names), 1), dtype=bool)
    if groups:
        pattern = np.column_stack([pattern[:, 0], *([name in set(held) for name in names] for held in groups.values())])
    loadings, unique, note = factor(s, pattern, method)
    general = float(loadings[:, 0].sum()) ** 2
    common = float(np.sum(loadings.sum(axis=0) ** 2))
    whole = common + float(unique.sum())
    rows_out = [("omega_total", common / whole), ("omega_total_observed", common / float(s.sum()))]
    if groups:
        rows_out.append(("omega_hierarchical", general / whole))
    return pd.DataFrame([{"statistic": name, "estimate": value, "n": n, "note": note} for name, value in rows_out])


def factor(s: Floats, pattern: Any, method: str = "ml") -> tuple[Floats, Floats, str]:
    """Fit loadings where the pattern allows them, of uncorrelated factors, and unique variances.

    Parameters
    ----------
    s
        A covariance or correlation matrix, shape (k, k).
    pattern
        Which loadings are free, shape (k, factors).
    method
        ``ml``: least log|Σ| + tr(S Σ⁻¹); ``minres``: least squares off the diagonal.

    Returns
    -------
    tuple
        Loadings (k, factors), unique variances (k,), and a note. Gradients fall below about 1e-9, so that loadings are
        right to about 1e-8.
    """
    from scipy import optimize

    scale: Floats = np.sqrt(np.diag(s))
    r = s / np.outer(scale, scale)
    free = np.asarray(pattern, dtype=bool)
    k = len(r)
    vector = np.linalg.eigh(r)[1][:, -1]
    start = np.zeros(free.shape)
    start[:, 0] = 0.7 * np.sign(vector.sum() or 1.0) * np.where(vector < 0, -1.0, 1.0)
    start[:, 1:] = 0.3 * free[:, 1:]

    def unpack(at: Floats) -> tuple[Floats, Floats]:
        loadings = np.zeros(free.shape)
        loadings[free] = at[: free.sum()]
        return loadings, np.exp(at[free.sum() :])

    def likelihood(at: Floats) -> tuple[float, Floats]:
        loadings, unique = unpack(at)
        implied = loadings @ loadings.T + np.diag(unique)
        inverse = np.linalg.inv(implied)
        loss = float(np.linalg.slogdet(implied)[1] + np.sum(inverse * r))
        slope = inverse - inverse @ r @ inverse
        return loss, np.concatenate([(2 * slope @ loadings)[free], np.diag(slope) * unique])

    def squares(at: Floats) -> tuple[float, Floats]:
        loadings = np.zeros(free.shape)
        loadings[free] = at
        rest = loadings @ loadings.T - r
        np.fill_diagonal(rest, 0.0)
        return float(np.sum(rest**2)) / 2, (2 * rest @ loadings)[free]

    options = {"gtol": 1e-10, "maxiter": 5000}
    if method == "minres":
        found = optimize.minimize(squares, start[free], jac=True, method="BFGS", options=options)
        loadings, _ = unpack(np.concatenate([found.x, np.zeros(k)]))
        unique = np.ones(k) - np.sum(loadings**2, axis=1)
    else:
        first = np.concatenate([start[free], np.log(np.full(k, 0.5))])
        found = optimize.minimize(likelihood, first, jac=True, method="BFGS", options=options)
        loadings, unique = unpack(found.x)
    note = HEYWOOD_NOTE if (unique < HEYWOOD).any() else "" if np.abs(found.jac).max() < 1e-5 else NOT_CONVERGED  # noqa: PLR2004
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return loadings * scale[:, None], unique * scale**2, note


def _faults(items: pd.DataFrame, names: list[str], groups: Mapping[str, Sequence[str]]) -> list[Fault]:
    from pandas.api import types

    least = 3
    faults = [
        wrong(f"values of type {items[name].dtype}", "numbers", "score the answers first", name)
        for name in names if not types.is_numeric_dtype(items[name].dtype)
    ]  # fmt: skip
    if len(names) < least:
        faults.append(wrong(f"{len(names)} items", "three or more", "two items have no factor of their own"))
    held = [name for part in groups.values() for name in part]
    if groups and (sorted(held) != sorted(names) or len(groups) < least or min(map(len, groups.values())) < least):
        what = f"groups {', '.join(f'{name} ({len(part)})' for name, part in groups.items())} of {len(names)} items"
        faults.append(wrong(what, "each item once, in three or more groups of three or more", "otherwise the general "
                             "factor is not determined"))  # fmt: skip
    return faults
