"""Quotas: how far they are filled, and which margins of a wave its answers can be held to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError
from analysis.messages.requests import hold_columns, wrong
from analysis.surveys.collected import columns_of_margin
from analysis.surveys.columns import columns

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.survey import Survey


def quota(responses: pd.DataFrame, wanted: pd.DataFrame) -> pd.DataFrame:
    """Give how far quotas are filled.

    Parameters
    ----------
    responses
        One row an answer, with the columns of the quotas.
    wanted
        One row a quota: its columns, and ``wanted`` answers; or, of a margin, ``total`` persons: of the answers that
        fall into any of its rows, as many are wanted of each as are in proportion to its total.

    Returns
    -------
    pandas.DataFrame
        Columns of the quotas, ``answers``, ``wanted``, ``fill`` = answers / wanted (missing where none are wanted),
        ``open`` (answers still missing).

    Examples
    --------
    >>> import pandas as pd
    >>> quota(pd.DataFrame({"sex": ["f", "f", "m"]}), pd.DataFrame({"sex": ["f", "m"], "wanted": [2, 4]}))
      sex  answers  wanted  fill  open
    0   f        2       2  1.00     0
    1   m        1       4  0.25     3
    """
    by = columns_of_margin(wanted)
    hold_columns(responses, set(by), "the answers")
    if not {"wanted", "total"} & set(wanted.columns) or not by:
        raise DuzhengError(
            wrong("a table of quotas without `wanted` or columns", "columns, and `wanted` or `total`", "")
        )
    keys = responses[by].astype("string")
    counts = keys.groupby(by).size().rename("answers")
    found = wanted[by].astype("string").join(counts, on=by)
    result = wanted[by].assign(answers=found["answers"].fillna(0).astype(int).to_numpy())
    result["wanted"] = (
        wanted["wanted"] if "wanted" in wanted else wanted["total"] / wanted["total"].sum() * result["answers"].sum()
    )
    result["fill"] = result["answers"] / result["wanted"].where(result["wanted"] > 0)
    result["open"] = (result["wanted"] - result["answers"]).clip(lower=0)
    return result


def quotas(
    survey: Survey, responses: pd.DataFrame, margins: Sequence[pd.DataFrame], *, drawn: bool
) -> tuple[pd.DataFrame, ...]:
    """Give how far the cells of known totals are filled, emptiest first, one frame a margin.

    Parameters
    ----------
    survey, responses
        A wave.
    margins
        Known totals, as :class:`analysis.surveys.collected.Collected` has them.
    drawn
        Whether persons were drawn. The draw decides then how many of its own columns are asked, often not in
        proportion, and only margins that respondents answered themselves are quotas.

    Returns
    -------
    tuple of pandas.DataFrame
        As :func:`analysis.satisfaction.quota`, of margins whose columns all are in the answers and of which anybody is
        known to be.
    """
    answered = {column.name for column in columns(survey)}
    usable = answered & set(responses.columns) if drawn else set(responses.columns)
    found = []
    for margin in margins:
        by = columns_of_margin(margin)
        there = margin[margin["total"] > 0] if "total" in margin else margin.iloc[:0]
        if by and usable.issuperset(by) and len(there):
            cells = quota(responses, there)
            found.append(cells.sort_values(["fill", "open"], ascending=[True, False], ignore_index=True))
    return tuple(found)
