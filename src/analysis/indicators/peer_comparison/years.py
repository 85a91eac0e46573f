"""Which year is compared where none is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def newest(counts: pd.Series, units: int) -> int | None:
    """Give the newest year in which more than half of the units have figures; else the newest of those with most.

    Parameters
    ----------
    counts
        How many units have figures, indexed by year.
    units
        How many there are.

    Examples
    --------
    One missing unit does not take the comparison back by years, and one early unit does not take it forward:

    >>> import pandas as pd
    >>> newest(pd.Series({2012: 16, 2017: 15, 2020: 1}), 16), newest(pd.Series({2012: 2, 2017: 2}), 16)
    (2017, 2017)
    """
    if not len(counts):
        return None
    most = counts.index[2 * counts > units]
    return int((most if len(most) else counts.index[counts == counts.max()]).max())
