"""Quotas of a wave: which margins its answers can be held to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.satisfaction.fieldwork import cells_of, quota
from analysis.surveys.columns import columns

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.survey import Survey


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
        by = cells_of(margin)
        there = margin[margin["total"] > 0] if "total" in margin else margin.iloc[:0]
        if by and usable.issuperset(by) and len(there):
            cells = quota(responses, there)
            found.append(cells.sort_values(["fill", "open"], ascending=[True, False], ignore_index=True))
    return tuple(found)
