"""Precision: whether an estimate may be published, is shown with caution, or is held back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace.rules import RuleSet

CLASSES = ("publish", "caution", "suppress")
#: What of an estimate is not shown where it is suppressed: every figure but the group's name.
FIGURES = ("estimate", "se", "lower", "upper", "df", "psus", "deff", "weighted", "effective", "p")


class Precision(BaseModel):
    """Bounds of precision.

    Parameters
    ----------
    suppress_below
        Answers below which nothing is shown.
    caution_below
        Answers below which an estimate is shown with caution.
    caution_df
        Degrees of freedom of the domain below which it is.
    caution_half_width
        Half the width of the interval, in points of 100, above which it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    suppress_below: Annotated[int, Field(ge=1)] = 10
    caution_below: Annotated[int, Field(ge=1)] = 30
    caution_df: Annotated[float, Field(ge=0)] = 8
    caution_half_width: Annotated[float, Field(gt=0)] = 10


def classified(
    table: pd.DataFrame, rule: RuleSet | Precision | None = None, *, points: bool = True, hide: bool = True
) -> pd.DataFrame:
    """Class estimates by how precise they are.

    Parameters
    ----------
    table
        One row an estimate: ``n``, and where they are known ``lower``, ``upper`` and ``df``.
    rule
        The bounds: the workspace's rule set ``precision``; the defaults of :class:`Precision` if not given.
    points
        Whether estimates are in points of 100, so that the width of intervals can be judged.
    hide
        Whether the figures of suppressed rows are taken out.

    Returns
    -------
    pandas.DataFrame
        With the column ``precision``: ``publish``, ``caution`` or ``suppress``, ordered.

    Notes
    -----
    ``suppress`` where n is below its bound. ``caution`` where n, the degrees of freedom or the interval are beyond
    theirs, or there is no interval. Fewer than 8 degrees of freedom as in Parker et al. (2017), National Center for
    Health Statistics Data Presentation Standards for Proportions, Vital and Health Statistics 2(175).

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"n": [9, 40, 40, 400], "df": [3.0, 7, 12, 12], "lower": [60.0, 60, 60, 60],
    ...                       "upper": [70.0, 70, 82, 70]})
    >>> classified(table)["precision"].tolist(), classified(table)["lower"].isna().tolist()
    (['suppress', 'caution', 'caution', 'publish'], [True, False, False, False])
    """
    import numpy as np
    import pandas as pd

    bounds = bounds_of(rule)
    n = table["n"].to_numpy(float)
    doubtful = n < bounds.caution_below
    if "df" in table:
        doubtful |= ~(table["df"].to_numpy(float) >= bounds.caution_df)
    if {"lower", "upper"} <= set(table):
        half = (table["upper"].to_numpy(float) - table["lower"].to_numpy(float)) / 2
        doubtful |= np.isnan(half) | (points & (half > bounds.caution_half_width))
    held = n < bounds.suppress_below
    named = np.select([held, doubtful], ["suppress", "caution"], "publish")
    found = table.assign(precision=pd.Categorical(named, list(CLASSES), ordered=True))
    if hide and held.any():
        hidden = [name for name in found if name in FIGURES]
        found[hidden] = found[hidden].astype("float64").mask(pd.Series(held, index=found.index), axis=0)
    return found


def complementary(table: pd.DataFrame, within: Sequence[str], n: str = "n", *, among: Any = None) -> pd.DataFrame:
    """Hold a second group back where one of a set alone is: the total less the others would give it away.

    Parameters
    ----------
    table
        One row an estimate, with ``precision`` as :func:`classified` gives it.
    within
        The columns that say which set a row belongs to: the groups of one set add up to a total that is shown. None
        of them for one set of all rows.
    n
        The column of how many answered. Groups of nobody give nothing away, and hide nothing.
    among
        Which rows are groups, shape (n,); the others, such as the totals themselves, are left alone. All if not given.

    Returns
    -------
    pandas.DataFrame
        The same rows in the same order. In each set where exactly one group is suppressed, the smallest of the others
        is too: ``precision`` is ``suppress`` and its :data:`FIGURES` are missing. Of equal ones it is the first. ``n``
        stays.

    Notes
    -----
    Complementary (secondary) suppression in one table with one margin, as in Hundepool et al. (2012), Statistical
    Disclosure Control, 4.4. Where the smallest others are large it hides more than need be; that is the price of
    a total that is shown. A set of a single group has no other: its total is as small, and suppressed by itself.

    Examples
    --------
    >>> import pandas as pd
    >>> table = classified(pd.DataFrame({"item": ["a"] * 3 + ["b"] * 2, "n": [7, 300, 40, 50, 60], "estimate": 60.0}))
    >>> complementary(table, ["item"])["precision"].tolist()
    ['suppress', 'publish', 'suppress', 'publish', 'publish']
    """
    import numpy as np
    import pandas as pd

    there = (table[n].fillna(0) > 0).to_numpy(copy=True)
    if among is not None:
        there &= np.asarray(among, dtype=bool)
    held = there & np.asarray(table["precision"] == "suppress")
    of = table.groupby(list(within), dropna=False, observed=True, sort=False).ngroup().to_numpy() if len(within) else (
        np.zeros(len(table), dtype=np.intp))  # fmt: skip
    alone = np.bincount(of[held], minlength=len(table) + 1)[of] == 1
    others = pd.DataFrame({"of": of, "n": table[n].to_numpy(float, na_value=np.nan)})[there & alone & ~held]
    second = others.sort_values("n", kind="stable").drop_duplicates("of").index.to_numpy()
    if not len(second):
        return table
    hidden = np.zeros(len(table), dtype=bool)
    hidden[second] = True
    found = table.copy()
    found.loc[hidden, "precision"] = "suppress"
    figures = [name for name in found if name in FIGURES]
    found[figures] = found[figures].astype("float64").mask(pd.Series(hidden, index=found.index), axis=0)
    return found


def bounds_of(rule: RuleSet | Precision | None) -> Precision:
    """Read the bounds of a rule set."""
    if rule is None or isinstance(rule, Precision):
        return rule or Precision()
    if rule.id != "precision":
        from analysis.messages import DuzhengError

        raise DuzhengError(wrong(f"the rule set {rule.id}", "precision", "give ws.rules['precision']"))
    return rule.read(Precision)
