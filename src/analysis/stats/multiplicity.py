"""Several tests at once: p-values adjusted for how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

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
