"""McDonald's omega: the share of a sum's variance that common factors make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

#: A unique variance below this share of its item's is none (a Heywood case).
HEYWOOD = 1e-6
#: The slope below which many fits at once have converged.
ENOUGH = 1e-8
#: What is added to the diagonal of their information, so that a direction without any takes no step.
FLAT = 1e-12
NOT_CONVERGED = "the factor model did not converge"
HEYWOOD_NOTE = "an item without variance of its own (Heywood case): omega is too large"


def omega(
    items: pd.DataFrame,
    *,
    method: Literal["ml", "minres"] = "ml",
    matrix: Literal["covariance", "correlation"] = "covariance",
    groups: Mapping[str, Sequence[str]] | None = None,
    weights: ArrayLike | None = None,
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
    weights
        Of the rows, zero or more, shape (n,).

    Returns
    -------
    pandas.DataFrame
        The rows ``omega_total`` (over the variance that the model gives), ``omega_total_observed`` (over the sum's
        variance as observed) and, with groups, ``omega_hierarchical``: statistic, estimate, n, note.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for fewer than three items, groups that do not fit, items that are not numbers, or weights that do not
        fit; DZ-S003 for constant items or too few complete rows.

    Notes
    -----
    ω_t = ((Σ λ)² + Σ_g (Σ β_g)²) / 1′ Σ 1, without groups of one factor (McDonald 1999, 6.20). ω_h = (Σ λ)² / 1′ Σ 1 of
    the general factor λ of a bifactor model whose group factors β are those declared and uncorrelated (Zinbarg,
    Revelle, Yovel and Li 2005). ``psych::omega`` finds groups by itself (Schmid–Leiman) and differs. Of one factor in R
    ``lavaan::cfa`` with (Σ λ)² / ((Σ λ)² + Σ θ), and ``psych::fa(nfactors = 1)``. With weights w the covariances are
    Σ w (x − x̄) (y − ȳ) / Σ w, in R ``cov.wt(x, w, method = "ML")``; of many matrices at once see :func:`one_factor`.

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
    w = np.ones(len(items)) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != (len(items),) or not np.isfinite(w).all() or (w < 0).any():
        faults.append(wrong("weights that do not fit", f"{len(items)} numbers, zero or more", "one a row"))
    if faults:
        raise DuzhengError(*faults)
    whole_rows = items.notna().all(axis=1).to_numpy() & (w > 0)
    rows, w = items[whole_rows].to_numpy(dtype=float), w[whole_rows]
    n = len(rows)
    if n <= len(names) or (rows.std(axis=0) == 0).any():
        raise DuzhengError(
            Fault("DZ-S003", found=f"{n} complete rows, or an item with one answer", expected=f"over {len(names)} rows",
                  hint="leave out items that nobody answers differently")
        )  # fmt: skip
    s = np.cov(rows, rowvar=False, aweights=w)
    s = s if matrix == "covariance" else s / np.sqrt(np.outer(np.diag(s), np.diag(s)))
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


def one_factor(s: ArrayLike, *, steps: int = 200) -> Floats:
    """Compute ω_t of one factor by maximum likelihood, of many covariance matrices at once, as of replicates.

    Parameters
    ----------
    s
        Covariance matrices of three or more items, shape (…, k, k).
    steps
        After how many a matrix is left to :func:`factor`.

    Returns
    -------
    numpy.ndarray
        ω_t over the variance that the model gives, shape (…); NaN for a matrix that is not positive definite or does
        not converge.

    Notes
    -----
    Fisher's scoring of loadings and the logarithms of unique variances, side by side for all matrices, from the mean of
    their correlations on.

    Examples
    --------
    Three items whose correlations 0.56, 0.48 and 0.42 have the loadings 0.8, 0.7 and 0.6: 2.1² / (2.1² + 1.51).

    >>> one_factor([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]]).round(4).item()
    0.7449
    """
    given = np.asarray(s, dtype=float)
    k = given.shape[-1]
    flat = given.reshape(-1, k, k)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.sqrt(np.einsum("ijj->ij", flat))
        r = flat / (scale[:, :, None] * scale[:, None, :])
    good = np.isfinite(r).all(axis=(1, 2))
    good[good] = np.linalg.eigvalsh(r[good])[:, 0] > 0
    loadings, unique = np.full((len(r), k), np.nan), np.full((len(r), k), np.nan)
    if good.any():
        first, rest, _ = factor(r[good].mean(axis=0), np.ones((k, 1), dtype=bool))
        loadings[good], unique[good] = first[:, 0], np.maximum(rest, HEYWOOD)
    open_ = np.flatnonzero(good)
    for _ in range(steps):
        if not len(open_):
            break
        slope, move = _scoring(r[open_], loadings[open_], unique[open_])
        near = slope < ENOUGH
        # A step of at most 1 in the logarithm of a unique variance keeps it from running away.
        move *= (1 / np.maximum(1, np.abs(move).max(axis=1)))[:, None]
        loadings[open_] += np.where(near[:, None], 0.0, move[:, :k])
        unique[open_] *= np.exp(np.where(near[:, None], 0.0, move[:, k:]))
        lost = ~np.isfinite(loadings[open_]).all(axis=1) | (unique[open_] < HEYWOOD).any(axis=1)
        good[open_[lost]] = False
        open_ = open_[~near & ~lost]
    good[open_] = False
    with np.errstate(invalid="ignore"):
        common = (loadings * scale).sum(axis=1) ** 2
        found: Floats = common / (common + (unique * scale**2).sum(axis=1))
    for place in np.flatnonzero(~good):
        found[place] = _alone(flat[place])
    return found.reshape(given.shape[:-2])


def _scoring(r: Floats, loadings: Floats, unique: Floats) -> tuple[Floats, Floats]:
    """Give the largest slope of log|Σ| + tr(R Σ⁻¹) of each matrix, and the step of Fisher's scoring."""
    k = loadings.shape[1]
    inverse = np.linalg.inv(loadings[:, :, None] * loadings[:, None, :] + unique[:, :, None] * np.eye(k))
    rest = inverse - inverse @ r @ inverse
    slope = np.concatenate([2 * np.einsum("ijk,ik->ij", rest, loadings), np.einsum("ijj->ij", rest) * unique], axis=1)
    turned = np.einsum("ijk,ik->ij", inverse, loadings)
    information = np.empty((len(r), 2 * k, 2 * k))
    information[:, :k, :k] = 2 * (
        inverse * np.einsum("ij,ij->i", turned, loadings)[:, None, None] + turned[:, :, None] * turned[:, None, :]
    )
    information[:, :k, k:] = 2 * inverse * (turned * unique)[:, None, :]
    information[:, k:, :k] = np.swapaxes(information[:, :k, k:], 1, 2)
    information[:, k:, k:] = inverse**2 * unique[:, :, None] * unique[:, None, :]
    information[:, range(2 * k), range(2 * k)] += FLAT
    step = np.linalg.solve(information, -slope[:, :, None])[:, :, 0]
    return np.abs(slope).max(axis=1), step


def _alone(s: Floats) -> float:
    """Fit one matrix by itself."""
    if not np.isfinite(s).all() or (np.linalg.eigvalsh(s)[0] <= 0):
        return float("nan")
    loadings, unique, note = factor(s, np.ones((len(s), 1), dtype=bool))
    common = float(loadings.sum()) ** 2
    return float("nan") if note == NOT_CONVERGED else common / (common + float(unique.sum()))


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
