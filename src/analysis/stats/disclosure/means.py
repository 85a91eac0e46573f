"""Means: a published mean and its count give a sum, and sums add up as counts do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.disclosure.outsider import Outsider, Piece
from analysis.stats.disclosure.sensitivity import Rule, primary
from analysis.stats.disclosure.system import TOLERANCE, hold, listed, system_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.arrays import Floats

#: What is added to the name of a cell for its count, its sum of weights, its weighted sum, and rooms of that.
COUNT, WEIGHT, SUM, ABOVE, BELOW, UP, DOWN = "~n", "~weight", "~sum", "~above", "~below", "~up", "~down"


def means(
    cells: pd.DataFrame, relations: pd.DataFrame, rule: Rule | None = None, *, low: float = 0.0, high: float = 100.0,
    points: float = 10.0, rounding: float = 0.0, weights_known: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Lay out a table of means as cells of counts and of sums that are hidden together.

    Parameters
    ----------
    cells
        One row a group: ``cell``, ``n`` and ``mean``; ``total``, the sum of weights, where the mean is weighted; as
        they are known ``published_before``, ``latent``, ``clusters`` and ``weight``. A group of nobody has no mean.
    relations
        How groups add up, of ``cell``.
    rule
        Which groups are sensitive.
    low, high
        Between which each contributor's score lies.
    points
        How uncertain the mean of a sensitive group must stay, in points.
    rounding
        Half of the last place that means are printed with.
    weights_known
        Whether anybody knows the sums of weights, such as populations; otherwise they are hidden with the means.

    Returns
    -------
    tuple
        Cells, relations and sensitive cells for the other functions. For a group ``g``: the count ``g~n``; the sum
        ``g~sum``, mean × n, or mean × total; where it is weighted ``g~weight``; and, never printed, ``g~above`` and
        ``g~below``, the room between the sum and what it can be, and of a sensitive group ``g~up`` and ``g~down``, what
        the sum lacks to a mean some points higher, and has beyond one some points lower. All that is printed of a group
        is of the pattern ``g``.

    Notes
    -----
    The relations hold for n, for Σw and for Σwy alike, so that what gives a count away gives the mean away. Scores
    lie within bounds: where all of a total have the highest score, so has every group in it, whatever is hidden; the
    rooms Σwy − low Σw ≥ 0 and high Σw − Σwy ≥ 0 tell the outsider so. A mean m can be up to δ higher if and only if
    Σwy − (m + δ) Σw can be 0 or more, with somebody in the group: linear, though a mean is not. The δ to both sides
    add up to ``points``, half of them each unless the scale ends before.

    Examples
    --------
    >>> import pandas as pd
    >>> groups = pd.DataFrame({"cell": ["a", "t"], "n": [4, 40], "mean": [75.0, 60.0]})
    >>> relations = pd.DataFrame({"relation": "t", "cell": ["a", "t"], "coefficient": [1, -1]})
    >>> cells, _, sensitive = means(groups, relations.iloc[:0])
    >>> cells.loc[cells["pattern"] == "a", ["cell", "value", "n"]]
        cell  value    n
    0    a~n    4.0  4.0
    2  a~sum  300.0  4.0
    >>> sensitive[["cell", "low", "high", "width"]]
         cell    low   high  width
    0     a~n    4.0   10.0   10.0
    1   a~sum  300.0  300.0    0.0
    2    a~up  -20.0    0.0    0.0
    3  a~down    0.0   20.0    0.0
    """
    import pandas as pd

    hold(cells, {"cell", "n", "mean"}, "cells")
    n = cells["n"].to_numpy(dtype=float, na_value=np.nan)
    weighted = "total" in cells
    total = cells["total"].to_numpy(dtype=float, na_value=np.nan) if weighted else n
    mean = np.where(n > 0, cells["mean"].to_numpy(dtype=float, na_value=np.nan), low)
    if not low < high:
        raise DuzhengError(wrong(f"low={low!r}, high={high!r}", "low below high", "the ends of the scale"))
    outside = ~((mean >= low - rounding) & (mean <= high + rounding))
    if outside.any():
        which = listed(cells["cell"].to_numpy(dtype=object)[outside])
        raise DuzhengError(wrong(f"means that are missing or outside {low:g} to {high:g}: {which}",
                                 "the mean of each group", "say low and high", "mean"))  # fmt: skip
    mean = np.clip(mean, low, high)
    plain = cells[[name for name in ("published_before", "latent", "clusters") if name in cells]]
    given = cells["weight"].to_numpy(dtype=float, na_value=np.nan) if "weight" in cells else np.full(len(cells), np.nan)
    loss = np.where(np.isnan(given), np.maximum(n, 1.0), given) / (3 if weighted else 2)
    names: Any = cells["cell"].astype(str)

    def part(end: str, value: Floats, at: Any = slice(None), **more: Any) -> pd.DataFrame:
        # A cell of infinitely many is never sensitive by itself.
        given: dict[str, Any] = {"cell": names + end, "value": value, "n": np.inf, "whole": False, "rounding": 0.0}
        made: pd.DataFrame = plain.assign(**(given | {"weight": loss} | more))[at]
        return made

    own = cells["cell"].to_numpy()
    # That somebody is in a hidden group anybody knows: groups of nobody are not hidden.
    parts = [
        part(COUNT, n, n=n, whole=True, pattern=own, lower=np.minimum(n, 1.0)),
        part(SUM, mean * total, n=n, rounding=rounding * total, pattern=own, width=points * total, lower=-np.inf),
    ]
    if weighted:
        known = {"published_before": True} if weights_known else {}
        parts.append(part(WEIGHT, total, pattern=own, **known))
    printed = pd.concat(parts, ignore_index=True)
    sensitive = primary(printed, rule)
    # How uncertain the sum is matters no longer where that is said of the mean.
    sensitive.loc[sensitive["cell"].isin(names + SUM), "width"] = 0.0
    few = np.isin(names + COUNT, sensitive["cell"])
    upper = np.minimum(points / 2, high - mean)
    under = np.minimum(points - upper, mean - low)
    upper = np.minimum(points - under, high - mean)
    room = {"latent": True, "published_before": False, "clusters": np.nan}
    base = WEIGHT if weighted else COUNT
    links = [_moved(relations, end) for end in (COUNT, SUM, *([WEIGHT] if weighted else []))]
    for end, sign, level, at in (
        (ABOVE, 1.0, np.full(len(cells), low), np.full(len(cells), fill_value=True)),
        (BELOW, -1.0, np.full(len(cells), high), np.full(len(cells), fill_value=True)),
        (UP, 1.0, mean + upper, few & (upper > 0)),
        (DOWN, 1.0, mean - under, few & (under > 0)),
    ):
        value = sign * (mean - level) * total
        parts.append(part(end, value, at, lower=0.0 if end in {ABOVE, BELOW} else -np.inf, **room))
        for name, size in ((SUM, np.full(len(cells), sign)), (base, -sign * level), (end, np.full(len(cells), -1.0))):
            link = pd.DataFrame({"relation": "room/" + names + end, "cell": names + name, "coefficient": size})
            links.append(link[at & (size != 0)])
        if end in {UP, DOWN}:
            reason = (names + COUNT)[at].map(sensitive.set_index("cell")["reason"]).to_numpy()
            sensitive = pd.concat([sensitive, pd.DataFrame({
                "cell": (names + end)[at], "reason": reason, "low": np.minimum(value[at], 0.0),
                "high": np.maximum(value[at], 0.0), "width": 0.0,
            })], ignore_index=True)  # fmt: skip
    found = pd.concat(parts, ignore_index=True)
    return found, pd.concat([each for each in links if len(each)], ignore_index=True), sensitive


def _moved(relations: pd.DataFrame, end: str) -> pd.DataFrame:
    return relations.assign(relation=relations["relation"].astype(str) + end, cell=relations["cell"].astype(str) + end)


def mean_intervals(
    cells: pd.DataFrame, relations: pd.DataFrame, suppressed: Iterable[Any], groups: Iterable[Any]
) -> pd.DataFrame:  # fmt: skip
    """Find the narrowest interval that an outsider can infer for the mean of each hidden group.

    Parameters
    ----------
    cells, relations
        As :func:`means` gives them.
    suppressed
        Cells that are not printed.
    groups
        The groups asked for, by their names before :func:`means`.

    Returns
    -------
    pandas.DataFrame
        One row a group: ``group``, ``mean``, ``lower``, ``upper``, ``width``.

    Notes
    -----
    Minimum and maximum of Σwy / Σw, both of them hidden, as a linear program in x / Σw and 1 / Σw (Charnes and Cooper
    1962, Programming with linear fractional functionals, Naval Research Logistics Quarterly 9, 181-186). Counts may
    be fractions here, one person at least: an interval for whole counts is as wide or narrower.

    Examples
    --------
    >>> import pandas as pd
    >>> groups = pd.DataFrame({"cell": ["a", "b", "t"], "n": [4, 36, 40], "mean": [75.0, 60, 61.5]})
    >>> relations = pd.DataFrame({"relation": "t", "cell": ["a", "b", "t"], "coefficient": [1, 1, -1]})
    >>> cells, relations, _ = means(groups, relations)
    >>> found = mean_intervals(cells, relations, ["a~n", "a~sum", "b~n", "b~sum"], ["a"])
    >>> found[["group", "mean", "lower", "upper"]]
      group  mean  lower  upper
    0     a  75.0    0.0  100.0
    """
    import pandas as pd

    system = system_of(cells, relations)
    outsider, hidden = Outsider(system, rounded=True), system.hidden(suppressed)
    groups = list(groups)
    at = {str(name): i for i, name in enumerate(system.cells)}
    weighted = any(f"{group}{WEIGHT}" in at for group in groups)
    sums = system.places([f"{group}{SUM}" for group in groups], "groups")
    bases = system.places([f"{group}{WEIGHT if weighted else COUNT}" for group in groups], "groups")
    pieces = outsider.pieces(hidden, np.concatenate([sums, bases]))
    rows = []
    for group, top, base in zip(groups, sums, bases, strict=True):
        value, size = float(system.value[top]), float(system.value[base])
        ends = [value / size] * 2 if size else [np.nan] * 2
        if int(top) in pieces and size:
            piece, place = pieces[int(top)]
            below, under = pieces.get(int(base), (None, 0))
            if below is None:
                ends = [piece.furthest(place, sign) / size for sign in (-1, 1)]
            else:
                ends = [_ratio(piece, place, under, sign) for sign in (-1, 1)]
        rows.append((group, value / size if size else np.nan, *ends))
    found = pd.DataFrame(rows, columns=["group", "mean", "lower", "upper"])
    return found.assign(width=found["upper"] - found["lower"])


def _ratio(piece: Piece, top: int, base: int, sign: int) -> float:
    """Move x_top / x_base as far as possible: with y = x t and t = 1 / x_base, A y = b t and y_base = 1."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    n = len(piece.at)
    goal = np.zeros(n + 1)
    goal[top] = -sign
    equal = hstack([piece.matrix, csr_array(-piece.right[:, None])])
    low, high = np.isfinite(piece.lower), np.isfinite(piece.upper)
    eye = eye_array(n, format="csr")
    bounded = vstack([hstack([-eye[low], csr_array(piece.lower[low][:, None])]),
                      hstack([eye[high], csr_array(-piece.upper[high][:, None])])])  # fmt: skip
    free = np.column_stack([np.full(n + 1, -np.inf), np.full(n + 1, np.inf)])
    free[base] = 1.0
    # A hidden group has somebody in it: t = 1 / x_base is at most 1 for counts.
    free[n] = (0.0, 1.0 if piece.whole[base] else np.inf)
    found = linprog(goal, A_eq=equal, b_eq=np.zeros(equal.shape[0]), A_ub=bounded, b_ub=np.zeros(bounded.shape[0]),
                    bounds=free, method="highs")  # fmt: skip
    if found.x is None:
        return sign * np.inf
    end = float(found.x[top])
    return float(np.round(end, 9)) + 0.0 if abs(end) > TOLERANCE else 0.0
