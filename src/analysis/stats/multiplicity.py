"""Several tests at once: p-values adjusted for how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import one_of, wrong

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

#: Names here, and in statsmodels.
METHODS = {"bh": "fdr_bh", "by": "fdr_by", "holm": "holm", "bonferroni": "bonferroni"}


def adjust(
    p: Any, *, method: Literal["bh", "by", "holm", "bonferroni"] = "holm", family: ArrayLike | None = None
) -> pd.Series[float]:
    """Adjust p-values for the number of tests of their family.

    Parameters
    ----------
    p
        P-values, shape (n,); NaN is no test, and stays.
    method
        ``holm`` and ``bonferroni`` hold the chance of any false finding; ``bh`` (Benjamini and Hochberg) and ``by``
        (any dependence) the expected share of false ones among the findings.
    family
        Which tests belong together, shape (n,); all if not given.

    Returns
    -------
    pandas.Series
        Adjusted p-values in the index of ``p``: a finding is what is at or below the level.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for an unknown method, p outside 0 to 1, or families that do not fit.

    Notes
    -----
    Holm (1979), Benjamini and Hochberg (1995), Benjamini and Yekutieli (2001); by statsmodels. In R ``p.adjust``.

    Examples
    --------
    >>> adjust([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    import pandas as pd
    from statsmodels.stats.multitest import multipletests

    index = p.index if isinstance(p, pd.Series) else None
    values = pd.Series(np.asarray(p, dtype=float), index=index, name="p_adjusted")
    held = pd.Series(0 if family is None else np.asarray(family), index=values.index)
    faults = []
    if method not in METHODS:
        faults.append(wrong(f"method={method!r}", " or ".join(METHODS), "choose one of them"))
    if len(held) != len(values):
        faults.append(wrong(f"{len(held)} families", f"{len(values)}, one a test", "name the family of each test"))
    if ((values < 0) | (values > 1)).any():
        faults.append(wrong(f"{int(((values < 0) | (values > 1)).sum())} numbers that are no p", "0 to 1", "mend them"))
    if faults:
        raise DuzhengError(*faults)
    result = values.copy()
    codes, _ = pd.factorize(held)
    for code in np.unique(codes):
        here = np.flatnonzero((codes == code) & values.notna().to_numpy())
        if len(here):
            result.iloc[here] = multipletests(values.iloc[here], method=METHODS[method])[1]
    return result


def adjust_rows(p: NDArray[np.float64], method: str) -> NDArray[np.float64]:
    """Adjust the p-values of many families at once.

    Parameters
    ----------
    p
        One row a family, shape (R, K); NaN is no test, and stays.
    method
        As :func:`adjust` takes it.

    Returns
    -------
    numpy.ndarray
        What :func:`adjust` gives for each row, shape (R, K), without a call a row.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for an unknown method.

    Examples
    --------
    >>> adjust_rows(np.array([[0.01, 0.04, 0.03], [0.2, np.nan, 0.02]]), "holm").round(3).tolist()
    [[0.03, 0.06, 0.06], [0.2, nan, 0.04]]
    """
    one_of("method", method, tuple(METHODS))
    many = (~np.isnan(p)).sum(axis=1, keepdims=True)
    if method == "bonferroni":
        return np.asarray(np.minimum(p * many, 1.0))
    order = np.argsort(p, axis=1, kind="stable")  # NaN last
    ranked, rank = np.take_along_axis(p, order, axis=1), np.arange(1, p.shape[1] + 1)
    if method == "holm":
        found = np.fmax.accumulate(ranked * np.maximum(many - rank + 1, 1), axis=1)
    else:
        more = np.cumsum(1 / rank)[np.maximum(many, 1) - 1] if method == "by" else 1.0
        found = np.fmin.accumulate((ranked * many * more / rank)[:, ::-1], axis=1)[:, ::-1]
    result = np.empty_like(p)
    np.put_along_axis(result, order, np.where(np.isnan(ranked), np.nan, np.minimum(found, 1.0)), axis=1)
    return result
