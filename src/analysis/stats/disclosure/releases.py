"""Releases: what a release gives away beside an earlier one of the same period."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.disclosure.system import TOLERANCE, hold

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.arrays import Bools, Floats

#: What is added to the name of a cell for the difference to its earlier value.
CHANGE = "~change"


def differencing(
    before: pd.DataFrame, now: pd.DataFrame, *, hidden_before: Iterable[Any] = (), hidden_now: Iterable[Any] = (),
    threshold: int = 10,
) -> pd.DataFrame:  # fmt: skip
    """Find what the difference of two releases of one period gives away, cell by cell.

    Parameters
    ----------
    before, now
        Cells of the earlier and of this release: ``cell``, ``value``, ``n``; in ``now`` as it is known ``moved``, how
        many contributors were added, taken away or changed.
    hidden_before, hidden_now
        Cells that were, and are, not printed.
    threshold
        Contributors below which a difference is one of a few.

    Returns
    -------
    pandas.DataFrame
        One row a finding, in the order of ``now`` and then ``before``: ``cell``; ``before``, ``now``, ``difference``
        of the values; ``moved``; ``why``: ``few`` (both values are printed, and fewer than the threshold make the
        difference), ``still_known`` (hidden now, printed before, and not changed), ``withdrawn`` (printed before, and
        no cell now).

    Notes
    -----
    Where ``moved`` is missing it is the difference of n, and 1 where n is the same and the value is not: somebody
    left and another came, or an answer was corrected, and nobody says how many. A cell that is ``few`` is protected by
    leaving the earlier value as it is until more corrections have come together, or by hiding the new one:
    :func:`combined` lays out what hiding it asks for.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"cell": ["a", "b", "t"], "value": [40, 60, 100], "n": [40, 60, 100]})
    >>> now = pd.DataFrame({"cell": ["a", "b", "t"], "value": [42, 60, 102], "n": [42, 60, 102]})
    >>> differencing(before, now)
      cell  before  now  difference  moved  why
    0    a      40   42           2    2.0  few
    1    t     100  102           2    2.0  few
    """
    import pandas as pd

    both = _paired(before, now)
    old, new = both["cell"].isin(list(hidden_before)), both["cell"].isin(list(hidden_now))
    there, gone = both["value_before"].notna(), both["value"].isna()
    moved = both["moved"]
    changed = _changed(both)
    found = pd.DataFrame({
        "cell": both["cell"], "before": both["value_before"], "now": both["value"],
        "difference": both["value"] - both["value_before"], "moved": moved,
        "why": np.select(
            [there & ~gone & ~old & ~new & changed & (moved < threshold), there & ~gone & ~old & new & ~changed,
             there & gone & ~old],
            ["few", "still_known", "withdrawn"], ""),
    })  # fmt: skip
    return found[found["why"] != ""].reset_index(drop=True)


def combined(
    before: pd.DataFrame, now: pd.DataFrame, relations_before: pd.DataFrame, relations_now: pd.DataFrame, *,
    hidden_before: Iterable[Any] = (), threshold: int = 10, label: str = "before",
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Join this release with an earlier one of the same period, as somebody sees them who has both.

    Parameters
    ----------
    before, now
        Cells of the two releases, as :func:`differencing` takes them, and with all that
        :func:`~analysis.stats.disclosure.system.system_of` reads.
    relations_before, relations_now
        Their relations.
    hidden_before
        Cells of the earlier release that were not printed.
    threshold
        How wide the interval of a change must be that rests on few contributors. A cell with a ``width`` of its own has
        changes of that width for each contributor.
    label
        What the earlier release is called.

    Returns
    -------
    tuple
        Cells and relations for :func:`~analysis.stats.disclosure.sensitivity.primary`,
        :func:`~analysis.stats.disclosure.suppression.suppress` and
        :func:`~analysis.stats.disclosure.intervals.exposed`. A cell that did not change is one cell,
        ``published_before`` if it was printed. Of one that changed there are three: the new one, the earlier one
        (``~before``, published or latent) and the latent ``~before~change``, whose ``n`` is how many moved: few of
        them make it sensitive. A cell that there is no longer is an earlier one under its own name.

    Notes
    -----
    It is assumed that anybody knows which cells did not change, as the note of a correction mostly says: the worst
    case. A change that touches a few is in every total above them: to hide it, all of those must be hidden, or none
    be printed anew. Of more than two releases join the first two, and the result as ``before`` with the next, with
    another label.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"cell": ["a", "b", "t"], "value": [40, 60, 100], "n": [40, 60, 100]})
    >>> now = pd.DataFrame({"cell": ["a", "b", "t"], "value": [42, 60, 102], "n": [42, 60, 102]})
    >>> relations = pd.DataFrame({"relation": "t", "cell": ["a", "b", "t"], "coefficient": [1, 1, -1]})
    >>> cells, _ = combined(before, now, relations, relations)
    >>> cells[["cell", "value", "n", "published_before", "latent"]]
                  cell  value      n  published_before  latent
    0                a   42.0   42.0             False   False
    1                b   60.0   60.0              True   False
    2                t  102.0  102.0             False   False
    3         a~before   40.0   40.0              True   False
    4         t~before  100.0  100.0              True   False
    5  a~before~change    2.0    2.0             False    True
    6  t~before~change    2.0    2.0             False    True
    """
    import pandas as pd

    both = _paired(before, now)
    changed = _changed(both) | both["value"].isna()
    hidden = set(hidden_before)
    earlier = set(both.loc[changed & both["value_before"].notna(), "cell"])
    names = {name: f"{name}~{label}" if name in set(now["cell"]) else name for name in earlier}
    printed = set(before.loc[~_marked(before, "latent"), "cell"]) - hidden

    fresh = now.drop(columns="moved", errors="ignore")
    fresh = fresh.assign(
        published_before=_marked(fresh, "published_before") | fresh["cell"].isin(list(printed - earlier)),
        latent=_marked(fresh, "latent"),
    )
    old = before[before["cell"].isin(list(earlier))].drop(columns=["moved", "pattern"], errors="ignore")
    # What was not printed then never will be: it is latent, and no cell to choose.
    seen = old["cell"].isin(list(printed))
    old = old.assign(cell=old["cell"].map(names), published_before=seen, latent=~seen)
    at = both[both["cell"].isin(list(earlier)) & both["value"].notna()]
    change = pd.DataFrame({
        "cell": at["cell"].map(names) + CHANGE, "value": at["value"] - at["value_before"], "n": at["moved"],
        "lower": -np.inf, "published_before": False, "latent": True, "width": float(threshold),
    })  # fmt: skip
    here = now.set_index("cell").reindex(at["cell"])
    if "whole" in now:
        change["whole"] = here["whole"].to_numpy()
    if "width" in now:
        each = (here["width"] / here["n"]).to_numpy(dtype=float) * at["moved"].to_numpy(dtype=float)
        change["width"] = np.where(np.isnan(each), float(threshold), each)
    cells = pd.concat([frame for frame in (fresh, old, change) if len(frame)], ignore_index=True)
    cells = cells.astype({"value": float, "n": float, "published_before": bool, "latent": bool})

    past = relations_before.assign(
        relation=f"{label}/" + relations_before["relation"].astype(str),
        cell=relations_before["cell"].map(lambda name: names.get(name, name)),
    )
    steps = pd.concat([
        pd.DataFrame({"relation": f"change/{label}/" + at["cell"], "cell": cell, "coefficient": size})
        for cell, size in ((at["cell"], 1.0), (at["cell"].map(names), -1.0), (at["cell"].map(names) + CHANGE, -1.0))
    ], ignore_index=True)  # fmt: skip
    relations = pd.concat([each for each in (relations_now, past, steps) if len(each)], ignore_index=True)
    return cells, relations


def _paired(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Put both releases side by side, with ``moved``: how many make the difference."""
    hold(before, {"cell", "value", "n"}, "before")
    hold(now, {"cell", "value", "n"}, "now")
    columns = ["cell", "value", "n"] + (["moved"] if "moved" in now else [])
    both = now[columns].merge(before[["cell", "value", "n"]], on="cell", how="outer", suffixes=("", "_before"),
                              sort=False)  # fmt: skip
    order = {name: i for i, name in enumerate([*now["cell"], *before["cell"]][::-1])}
    both = both.sort_values("cell", key=lambda names: -names.map(order), kind="stable", ignore_index=True)
    old, new = both["n_before"].to_numpy(dtype=float), both["n"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        by_n: Floats = np.where(np.isinf(old) & np.isinf(new), np.inf, np.abs(new - old))
    by_n = np.where((by_n == 0) & _differ(both), 1.0, by_n)
    if "moved" in both:
        told = both["moved"].to_numpy(dtype=float, na_value=np.nan)
        by_n = np.where(np.isnan(told), by_n, told)
    return both.assign(moved=by_n)


def _differ(both: pd.DataFrame) -> Bools:
    size = TOLERANCE * np.maximum(1.0, np.abs(both["value_before"].to_numpy(dtype=float)))
    return np.asarray(np.abs((both["value"] - both["value_before"]).to_numpy(dtype=float)) > size)


def _changed(both: pd.DataFrame) -> Bools:
    return _differ(both) | (both["moved"].to_numpy(dtype=float) > 0)


def _marked(frame: pd.DataFrame, column: str) -> Any:
    import pandas as pd

    given = frame[column] if column in frame else pd.Series(data=False, index=frame.index)
    return given.fillna(value=False).astype(bool)
