"""Sensitivity: which cells must not be known, and how uncertain they have to stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong
from analysis.stats.disclosure.system import hold

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.arrays import Floats

#: What a frame of sensitive cells has.
SENSITIVE = ("cell", "reason", "low", "high", "width")


@dataclass(frozen=True, slots=True)
class Rule:
    """When a cell is sensitive, and how well it must be protected.

    Parameters
    ----------
    threshold
        Contributors below which a cell is sensitive.
    clusters
        Clusters (such as schools) below which a cell is; 0 for no such rule.
    dominance
        p of the p% rule, in percent; None for no such rule.
    zeros
        Whether a cell without contributors is sensitive. If not, that nobody is there may be read.
    width
        How wide the interval that an outsider can infer must be, of a cell that is sensitive for its few contributors;
        the threshold if not given.
    share
        The same of a cell that is sensitive for its clusters, as a share of its value.

    Examples
    --------
    >>> Rule(threshold=10, clusters=3).width is None
    True
    """

    threshold: int = 10
    clusters: int = 0
    dominance: float | None = None
    zeros: bool = False
    width: float | None = None
    share: float = 0.1

    def __post_init__(self) -> None:
        faults: list[Fault] = []
        if self.threshold < 1:
            faults.append(wrong(f"threshold={self.threshold!r}", "1 or more", "3 to 10 are usual"))
        if self.clusters < 0:
            faults.append(wrong(f"clusters={self.clusters!r}", "0 or more", "0 is for no such rule"))
        if self.dominance is not None and not 0 < self.dominance <= 100:  # noqa: PLR2004  percent
            faults.append(wrong(f"dominance={self.dominance!r}", "more than 0, 100 at most", "10 to 20 are usual"))
        if self.width is not None and not self.width >= 0:
            faults.append(wrong(f"width={self.width!r}", "0 or more", "the threshold is usual"))
        if not self.share >= 0:
            faults.append(wrong(f"share={self.share!r}", "0 or more", "0.1 is usual"))
        if faults:
            raise DuzhengError(*faults)


def primary(cells: pd.DataFrame, rule: Rule | None = None) -> pd.DataFrame:
    """Find the cells that are sensitive by themselves.

    Parameters
    ----------
    cells
        One row a cell: ``cell``, ``value``, ``n``; ``clusters`` for a rule of clusters, and for the p% rule
        ``largest`` and ``second``, what the two largest contributors contribute. Where one of these is missing, the
        rule says nothing of the cell. ``width``, where it is known, takes the place of the rule's.
    rule
        The rule; that of ten contributors if not given.

    Returns
    -------
    pandas.DataFrame
        One row a sensitive cell, in the order of ``cells``: ``cell``; ``reason``, of ``few``, ``clusters`` and
        ``dominance`` the first that holds; and what protects it: an outsider's interval must reach down to ``low`` and
        up to ``high``, and be at least as wide as ``width``.

    Notes
    -----
    ``few``: 0 < n < threshold (0 ≤ n with ``zeros``). The interval must allow a value of the threshold, so that
    nobody can say that the cell is small, and be ``width`` wide. ``clusters``: 0 < clusters < least; the interval
    must be ``share`` × value wide. ``dominance``: the rest of the cell without its two largest, X − x₁ − x₂, is below
    p % of the largest; low and high are X ∓ (p/100 x₁ − (X − x₁ − x₂)). Hundepool et al. (2012), Statistical
    Disclosure Control, 4.2; in R ``sdcTable::primarySuppression``. A cell whose value is not n, such as a sum, is
    ``few`` by its n, and protected by ``share`` or its own ``width``.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"cell": list("abc"), "value": [3, 0, 40], "n": [3, 0, 40], "clusters": [1, 0, 2]})
    >>> primary(cells, Rule(threshold=10, clusters=3))
      cell    reason   low  high  width
    0    a       few   3.0  10.0   10.0
    1    c  clusters  40.0  40.0    4.0
    """
    import pandas as pd

    rule = rule or Rule()
    needed = {"cell", "value", "n"} | ({"clusters"} if rule.clusters else set())
    hold(cells, needed | ({"largest", "second"} if rule.dominance is not None else set()), "cells")

    def numbers(column: str) -> Floats:
        found: Any = cells[column].to_numpy(dtype=float, na_value=np.nan)
        return np.asarray(found, dtype=float)

    value, n = numbers("value"), numbers("n")
    few = (n < rule.threshold) & ((n > 0) | rule.zeros)
    thin = np.zeros(len(cells), dtype=bool)
    if rule.clusters:
        clusters = numbers("clusters")
        thin = (clusters > 0) & (clusters < rule.clusters)
    level = np.full(len(cells), np.nan)
    if rule.dominance is not None:
        first = numbers("largest")
        level = rule.dominance / 100 * first - (value - first - numbers("second"))
    dominated = level > 0
    counts = value == n
    share = rule.share * np.abs(value)
    wide = float(rule.threshold) if rule.width is None else float(rule.width)
    width = np.fmax(np.where(few & counts, wide, 0.0), np.where(thin | (few & ~counts), share, 0.0))
    if "width" in cells:
        own = numbers("width")
        width = np.where(np.isnan(own), width, own)
    level = np.where(dominated, level, 0.0)
    found = pd.DataFrame(
        {
            "cell": cells["cell"].to_numpy(),
            "reason": np.select([few, thin, dominated], ["few", "clusters", "dominance"], ""),
            "low": value - level,
            "high": np.maximum(np.where(few & counts, float(rule.threshold), value), value + level),
            "width": width,
        }
    )
    return found[found["reason"] != ""].reset_index(drop=True)
