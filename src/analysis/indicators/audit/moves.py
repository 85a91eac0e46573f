"""Changes beside those of others: the usual change of a kind, and the chance that a figure stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.indicators.audit.figures import changes, number
from analysis.stats.anomalies.steadiness import centre_and_scale

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.rule import AuditRule

#: Scales below this say that nearly all changes were the same: a figure that does likewise is no surprise.
_SMALLEST = 1e-3


def moves(frame: pd.DataFrame, rule: AuditRule) -> tuple[pd.DataFrame, dict[str, int]]:
    """Give every change between two years that can be held against those of others of the kind.

    Returns
    -------
    changes, left
        ``changes``: rows of :func:`~analysis.indicators.audit.figures.changes` with positive values, and ``log`` (of
        the ratio), ``kind`` (changes of one item between the same years, among units or schools of a kind), ``centre``
        and ``scale`` (median and MAD of the kind), ``n`` (of it), ``same`` (whether the value is that of the year
        before), ``chance`` (that it would be). ``left``: how many changes have too few peers, by table.
    """
    from scipy import stats

    moving = changes(frame[frame["moves"]])
    moving = moving[(moving["value"] > 0) & (moving["before"] > 0)]
    moving = moving.assign(kind=number(moving, ["item", "peers", "base_year", "year"]))
    log = np.log(moving["value"].to_numpy() / moving["before"].to_numpy())
    centre, scale, n = centre_and_scale(log, moving["kind"].to_numpy())
    moving = moving.assign(log=log, centre=centre, scale=scale, n=n, same=moving["value"] == moving["before"])
    few = moving["n"] < rule.peers
    left = moving.loc[few, "of_school"].value_counts()
    moving = moving[~few]
    # A figure stays the same if its change is lost in its last digit, or as often as with the others of the kind.
    half = (moving["step"] / (2 * moving["before"])).to_numpy()
    wide = np.maximum(moving["scale"].to_numpy(), _SMALLEST)
    middle = moving["centre"].to_numpy()
    density = stats.norm.cdf((half - middle) / wide) - stats.norm.cdf((-half - middle) / wide)
    own = moving["same"].to_numpy()
    kinds = moving["kind"].to_numpy()
    others = (np.bincount(kinds, weights=own)[kinds] - own) / (moving["n"].to_numpy() - 1) if len(kinds) else density
    return moving.assign(chance=np.maximum(density, others)), {
        "figures": int(left.get(False, 0)),
        "schools": int(left.get(True, 0)),
    }
