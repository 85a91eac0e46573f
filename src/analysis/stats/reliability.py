"""How far the items of a scale measure one thing, and raters agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

NEGATIVE = "items that go against the others: "


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """The reliability of a scale.

    Attributes
    ----------
    scale
        The rows ``alpha``, ``alpha_standardised``, ``average_r`` and ``guttman6``: statistic, estimate, lower, upper
        (of alpha), n, note.
    items
        One row an item: item, n, mean, sd, item_rest (its correlation with the sum of the others), alpha_if_dropped.
    """

    scale: pd.DataFrame
    items: pd.DataFrame


def reliability(
    items: pd.DataFrame,
    *,
    weights: ArrayLike | None = None,
    missing: Literal["pairwise", "listwise"] = "pairwise",
    level: float = 0.95,
) -> Reliability:
    """Compute Cronbach's alpha of a scale, and what each item adds to it.

    Parameters
    ----------
    items
        One column an item, scored in one direction, shape (n, k); NaN is missing.
    weights
        Of the rows, zero or more, shape (n,).
    missing
        ``pairwise`` takes each covariance from the rows that have both answers; ``listwise`` only complete rows.

    Returns
    -------
    Reliability
        Two frames, ``scale`` and ``items``.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for fewer than two items, items that are not numbers or weights that do not fit; DZ-S003 if an item or a
        pair has no answers, or an item only one.

    Notes
    -----
    α = k / (k − 1) (1 − Σ s_jj / Σ s_jl) of the covariances (Cronbach 1951); interval 1 − (1 − α) F of n − 1 and
    (n − 1)(k − 1) degrees of freedom (Feldt, Woodruff and Salih 1987), with n the rows that have any answer, or with
    weights Kish's effective number. It takes rows for drawn one by one: of a clustered sample use
    ``design.replicates().estimate(lambda rows, w: cronbach_alpha(rows[items], w))``. λ₆ = 1 − Σ (1 − R²_j) / Σ r_jl
    (Guttman 1945). In R ``psych::alpha`` and ``alpha.ci``; pingouin's alpha, whose interval has three digits.

    Examples
    --------
    >>> import pandas as pd
    >>> items = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 4], "c": [1, 3, 3, 4, 4]})
    >>> found = reliability(items)
    >>> found.scale.round(3)[["statistic", "estimate", "lower", "upper"]].head(1)
      statistic  estimate  lower  upper
    0     alpha     0.938  0.684  0.993
    >>> found.items.round(3)[["item", "item_rest", "alpha_if_dropped"]]
      item  item_rest  alpha_if_dropped
    0    a      0.927             0.877
    1    b      0.840             0.933
    2    c      0.883             0.909
    """
    import pandas as pd
    from scipy import special

    names = [str(name) for name in items.columns]
    w = np.ones(len(items)) if weights is None else np.asarray(weights, dtype=float)
    _hold(items, names, w, missing, level)
    x = items.to_numpy(dtype=float, na_value=np.nan)
    if missing == "listwise":
        kept = ~np.isnan(x).any(axis=1)
        x, w = x[kept], w[kept]
    s, counts = _covariance(x, w)
    if not np.isfinite(s).all() or (np.diag(s) <= 0).any():
        bad = [name for k, name in enumerate(names) if not np.isfinite(s[k]).all() or not s[k, k] > 0]
        raise DuzhengError(
            *(Fault("DZ-S003", found="no two different answers, or none beside another item's", expected="answers",
                    column=name, hint="leave the item out") for name in bad)
        )  # fmt: skip
    k, there = len(names), ~np.isnan(x).all(axis=1) & (w > 0)
    n = int(there.sum())
    size = n if weights is None else float(w[there].sum() ** 2 / np.sum(w[there] ** 2))
    alpha = float(alpha_of(s))
    tail = (1 - level) / 2
    ends = [1 - (1 - alpha) * special.fdtri(size - 1, (size - 1) * (k - 1), share) for share in (1 - tail, tail)]
    r = s / np.sqrt(np.outer(np.diag(s), np.diag(s)))
    average = float((r.sum() - k) / (k * (k - 1)))
    note = _note(x, missing, weights, r, names)
    scale = pd.DataFrame(
        [("alpha", alpha, *ends), ("alpha_standardised", k * average / (1 + (k - 1) * average), np.nan, np.nan),
         ("average_r", average, np.nan, np.nan),
         ("guttman6", 1 - float(np.sum(1 / np.diag(np.linalg.pinv(r))) / r.sum()), np.nan, np.nan)],
        columns=["statistic", "estimate", "lower", "upper"],
    ).assign(n=n, note=note)  # fmt: skip
    item_rest = [float(item_rest_of(s, j)) for j in range(k)]
    dropped = [float(alpha_of(np.delete(np.delete(s, j, 0), j, 1))) if k > 2 else np.nan for j in range(k)]  # noqa: PLR2004  one item is no scale
    frame = pd.DataFrame(
        {"item": names, "n": np.diag(counts), "mean": _means(x, w), "sd": np.sqrt(np.diag(s)), "item_rest": item_rest,
         "alpha_if_dropped": dropped}
    )  # fmt: skip
    return Reliability(scale, frame)


def cronbach_alpha(items: pd.DataFrame, weights: ArrayLike | None = None) -> float:
    """Compute alpha alone, from pairwise covariances; for replicate weights and domains.

    Examples
    --------
    >>> import pandas as pd
    >>> round(cronbach_alpha(pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 2, 3, 5]})), 4)
    0.9524
    """
    w = np.ones(len(items)) if weights is None else np.asarray(weights, dtype=float)
    return float(alpha_of(_covariance(items.to_numpy(dtype=float, na_value=np.nan), w)[0]))


def alpha_of(s: Floats) -> Floats:
    """Compute Cronbach's alpha of covariance matrices, shape (…, k, k) to (…).

    >>> float(alpha_of(np.array([[2.0, 1.0], [1.0, 2.0]])).round(4))
    0.6667
    """
    k = s.shape[-1]
    found: Floats = k / (k - 1) * (1 - np.trace(s, axis1=-2, axis2=-1) / s.sum(axis=(-2, -1)))
    return found


def item_rest_of(s: Floats, item: int) -> Floats:
    """Compute the correlation of an item with the sum of the others, shape (…, k, k) to (…).

    >>> float(item_rest_of(np.array([[2.0, 1.0], [1.0, 2.0]]), 0))
    0.5
    """
    own = s[..., item, item]
    shared = s[..., item, :].sum(axis=-1) - own
    rest = s.sum(axis=(-2, -1)) - 2 * shared - own
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = shared / np.sqrt(own * rest)
    return found


def icc(ratings: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Compute the six intraclass correlations of Shrout and Fleiss.

    Parameters
    ----------
    ratings
        One row a subject, one column a rater, shape (n, k); rows with a missing rating are left out.

    Returns
    -------
    pandas.DataFrame
        The rows ICC1, ICC2, ICC3 (one rater) and ICC1k, ICC2k, ICC3k (the mean of all): statistic, estimate, lower,
        upper, f, df1, df2, p, n, note.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for fewer than two raters; DZ-S003 for fewer than two complete rows.

    Notes
    -----
    Shrout and Fleiss (1979), intervals of McGraw and Wong (1996): ICC1 other raters for each subject, ICC2 the raters a
    sample, ICC3 these raters. In R ``psych::ICC(lmer = FALSE)``; pingouin gives the same, with two digits of
    the interval.

    Examples
    --------
    Table 2 of Shrout and Fleiss (1979), where they are .17, .29, .71, .44, .62 and .91:

    >>> import pandas as pd
    >>> judges = pd.DataFrame([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    >>> icc(judges)["estimate"].round(2).tolist()
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    import pandas as pd
    from scipy import special

    rows = ratings.dropna().to_numpy(dtype=float)
    n, k = len(rows), ratings.shape[1]
    if k < 2 or not 0 < level < 1:  # noqa: PLR2004  agreement is of two
        raise DuzhengError(wrong(f"{k} raters, level={level}", "two or more raters", "one column a rater"))
    if n < 2:  # noqa: PLR2004  a variance
        raise DuzhengError(
            Fault("DZ-S003", found=f"{n} complete rows", expected="two or more", hint="see what is missing")
        )
    mean = rows.mean()
    subjects = k * float(np.sum((rows.mean(axis=1) - mean) ** 2)) / (n - 1)
    raters = n * float(np.sum((rows.mean(axis=0) - mean) ** 2)) / (k - 1)
    within = float(np.sum((rows - rows.mean(axis=1, keepdims=True)) ** 2)) / (n * (k - 1))
    rest = rows - rows.mean(axis=1, keepdims=True) - rows.mean(axis=0) + mean
    error = float(np.sum(rest**2)) / ((n - 1) * (k - 1))
    top = (1 + level) / 2

    def plain(noise: float, df: int) -> tuple[float, float, float]:
        f = subjects / noise
        low, high = f / special.fdtri(n - 1, df, top), f * special.fdtri(df, n - 1, top)
        return (f - 1) / (f + k - 1), (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)

    second = (subjects - error) / (subjects + (k - 1) * error + k * (raters - error) / n)
    between = raters / error
    spread = n * (1 + (k - 1) * second) - k * second
    df = (n - 1) * (k - 1) * (k * second * between + spread) ** 2
    df /= (n - 1) * (k * second * between) ** 2 + spread**2
    above, below = special.fdtri(n - 1, df, top), special.fdtri(df, n - 1, top)
    part = k * raters + (k * n - k - n) * error
    two = (second, n * (subjects - above * error) / (above * part + n * subjects),
           n * (below * subjects - error) / (part + n * below * subjects))  # fmt: skip
    one, three = plain(within, n * (k - 1)), plain(error, (n - 1) * (k - 1))
    note = "" if n == len(ratings) else f"{len(ratings) - n} rows with a missing rating left out"
    result = []
    for name, (found, noise, df2) in {
        "ICC1": (one, within, n * (k - 1)), "ICC2": (two, error, (n - 1) * (k - 1)),
        "ICC3": (three, error, (n - 1) * (k - 1)),
    }.items():  # fmt: skip
        f = subjects / noise
        of_many = [value * k / (1 + value * (k - 1)) for value in found]
        for title, numbers in ((name, found), (f"{name}k", of_many)):
            result.append((title, *numbers, f, n - 1, df2, float(special.fdtrc(n - 1, df2, f)), n, note))
    columns = ["statistic", "estimate", "lower", "upper", "f", "df1", "df2", "p", "n", "note"]
    order = ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]
    return pd.DataFrame(result, columns=columns).set_index("statistic").loc[order].reset_index()


def _covariance(x: Floats, w: Floats) -> tuple[Floats, Any]:
    """Compute covariances of each pair over the rows that have both, and how many those are."""
    there = ~np.isnan(x) & (w > 0)[:, None]
    filled, known = np.where(there, x, 0.0), there.astype(float)
    weighted = known * w[:, None]
    sums = weighted.T @ known
    counts = known.T @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        near = np.where(np.diag(sums) > 0, (weighted * filled).sum(axis=0) / np.diag(sums), 0.0)
        away = np.where(there, filled - near, 0.0)
        products = (away * w[:, None]).T @ away
        means = (away * w[:, None]).T @ known / sums  # of the row's item over the rows that have the column's
        s = (products / sums - means * means.T) * counts / (counts - 1)
    return s, counts.astype(int)


def _means(x: Floats, w: Floats) -> Floats:
    there = ~np.isnan(x)
    found: Floats = np.where(there, x, 0.0).T @ w / (there.T @ w)
    return found


def _note(x: Floats, missing: str, weights: object, r: Floats, names: list[str]) -> str:
    gaps = int(np.isnan(x).any(axis=1).sum())
    parts = []
    if gaps:
        parts.append(f"{gaps} rows with a missing answer, covariances {missing}")
    if weights is not None:
        parts.append("interval by Kish's effective number; clusters are not counted")
    against = [name for name, row in zip(names, r, strict=True) if row.sum() - 1 < 0]
    if against:
        parts.append(NEGATIVE + ", ".join(against))
    return "; ".join(parts)


def _hold(items: pd.DataFrame, names: list[str], w: Floats, missing: str, level: float) -> None:
    """Hold the request to what it must be, all faults at once."""
    from pandas.api import types

    faults = [
        wrong(f"values of type {items[name].dtype}", "numbers", "score the answers first", str(name))
        for name in items.columns if not types.is_numeric_dtype(items[name].dtype)
    ]  # fmt: skip
    if len(names) < 2:  # noqa: PLR2004  a scale
        faults.append(wrong(f"{len(names)} items", "two or more", "one column an item"))
    if missing not in {"pairwise", "listwise"} or not 0 < level < 1:
        faults.append(wrong(f"missing={missing!r}, level={level}", "pairwise or listwise; 0 to 1", "choose them"))
    if w.shape != (len(items),) or not np.isfinite(w).all() or (w < 0).any():
        faults.append(wrong("weights that do not fit", f"{len(items)} numbers, zero or more", "one a row"))
    if faults:
        raise DuzhengError(*faults)
