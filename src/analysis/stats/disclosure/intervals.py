"""Intervals: the narrowest that an outsider can infer for each hidden cell, and the cells that these expose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.disclosure.outsider import Outsider
from analysis.stats.disclosure.sensitivity import SENSITIVE
from analysis.stats.disclosure.system import TOLERANCE, System, hold, system_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.stats.arrays import Bools, Floats, Ints

#: Why a sensitive cell is exposed, the plainest first.
WHY = ("shown", "published_before", "pinned", "narrow")
#: Width below which a value that is no whole number is known, as a share of it.
_LEAST = 1e-4


def intervals(
    cells: pd.DataFrame, relations: pd.DataFrame, suppressed: Iterable[Any], *, known: Iterable[Any] = (),
    whole: bool = True, rounding: float = 0.0,
) -> pd.DataFrame:  # fmt: skip
    """Find the narrowest interval that an outsider can infer for each suppressed cell.

    Parameters
    ----------
    cells, relations
        As :func:`~analysis.stats.disclosure.system.system_of` reads them. ``value`` is the true value of what is
        hidden; of what is published it is the printed one where rounding is given.
    suppressed
        Cells that are not printed; latent ones never are.
    known
        Cells that this outsider knows besides, such as a school its own.
    whole
        Whether values are whole numbers, for cells without that column.
    rounding
        Half of the last place printed, for cells without that column: a published value is known up to it.

    Returns
    -------
    pandas.DataFrame
        One row a suppressed or latent cell, by name: ``cell``, ``value``, ``lower``, ``upper``, ``width``; ``exact``,
        whether it is known; ``whole``, whether only whole numbers made the interval as narrow.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 for frames that are wrong.

    Notes
    -----
    Minimum and maximum of x_i subject to Σ coefficient × x = 0, published cells at their values (within their
    rounding) and hidden ones within ``lower`` and ``upper``, by HiGHS: Fischetti and Salazar-González (2001), Solving
    the cell suppression problem on tabular data with linear constraints, Management Science 47(7), 1008-1027;
    Hundepool et al. (2012), 4.3. Hidden cells that no relation joins are solved apart. If the solution of the linear
    program of a whole cell has fractions where there can be none, it is solved again for whole numbers, so that the
    interval is exact for counts. That of a sum is that of fractions: as wide as the exact one or wider, where sums
    hang together with counts.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"cell": list("abct"), "value": [3, 4, 50, 57], "n": [3, 4, 50, 57]})
    >>> relations = pd.DataFrame({"relation": "t", "cell": list("abct"), "coefficient": [1, 1, 1, -1]})
    >>> intervals(cells, relations, ["a", "b"])
      cell  value  lower  upper  width  exact  whole
    0    a    3.0    0.0    7.0    7.0  False  False
    1    b    4.0    0.0    7.0    7.0  False  False
    """
    system = system_of(cells, relations, whole=whole, rounding=rounding)
    hidden = system.hidden(suppressed)
    return framed(system, hidden, insider=system.places(known, "known"))


def framed(system: System, hidden: Bools, *, insider: Ints | None = None) -> pd.DataFrame:
    """Make the frame of :func:`intervals` of a system that was read."""
    import pandas as pd

    outsider = Outsider(system, rounded=True)
    at = np.flatnonzero(hidden)
    lower, upper, narrowed = reach(outsider, hidden, at, insider=insider)
    width = upper - lower
    return pd.DataFrame({
        "cell": system.cells[at], "value": system.value[at], "lower": lower, "upper": upper, "width": width,
        "exact": width <= TOLERANCE, "whole": narrowed,
    })  # fmt: skip


def reach(outsider: Outsider, hidden: Bools, at: Ints, *, insider: Ints | None = None) -> tuple[Floats, Floats, Bools]:
    """Give lower and upper ends of some hidden cells, and whether whole numbers narrowed them.

    Parameters
    ----------
    outsider
        Who infers.
    hidden
        Which cells are not printed, shape (cells,).
    at
        Places of the cells asked for; what is not hidden or published before is known.
    insider
        Places of cells that are known besides.
    """
    pieces = outsider.pieces(hidden, at, insider=insider)
    value, around = outsider.system.value[at], outsider.rounding[at]
    lower, upper, narrowed = value - around, value + around, np.zeros(len(at), dtype=bool)
    for i, cell in enumerate(at):
        if int(cell) not in pieces:
            continue
        piece, place = pieces[int(cell)]
        lower[i], upper[i] = piece.furthest(place, -1) + 0.0, piece.furthest(place, 1) + 0.0  # no −0
        narrowed[i] = any(
            abs(piece.found[place, sign].value - end) > TOLERANCE * max(1.0, abs(end))
            for sign, end in ((-1, lower[i]), (1, upper[i]))
            if (place, sign) in piece.found and np.isfinite(end)
        )
    return lower, upper, narrowed


def exposed(
    cells: pd.DataFrame, relations: pd.DataFrame, suppressed: Iterable[Any], sensitive: pd.DataFrame, *,
    insiders: bool = False, whole: bool = True, rounding: float = 0.0,
) -> pd.DataFrame:  # fmt: skip
    """Find the sensitive cells that an outsider can infer too narrowly.

    Parameters
    ----------
    cells, relations, suppressed, whole, rounding
        As :func:`intervals` takes them.
    sensitive
        As :func:`~analysis.stats.disclosure.sensitivity.primary` gives it: ``cell``, ``reason``, ``low``, ``high`` and
        ``width``.
    insiders
        Whether whoever stands alone in a cell (``clusters`` of 1) is an outsider too, who knows that cell.

    Returns
    -------
    pandas.DataFrame
        One row an exposed cell, by name: ``cell``, ``reason``, ``value``, ``lower``, ``upper``; ``low``, ``high`` and
        ``width``, which it should reach; ``why``, of ``shown`` (it is not suppressed), ``published_before``, ``pinned``
        (known) and ``narrow``; ``insider``, the cell that is known besides, missing for anybody. None if all is well.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.stats.disclosure.sensitivity import primary
    >>> cells = pd.DataFrame({"cell": list("abct"), "value": [3, 4, 50, 57], "n": [3, 4, 50, 57]})
    >>> relations = pd.DataFrame({"relation": "t", "cell": list("abct"), "coefficient": [1, 1, 1, -1]})
    >>> exposed(cells, relations, ["a", "b"], primary(cells))[["cell", "lower", "upper", "high", "why"]]
      cell  lower  upper  high     why
    0    a    0.0    7.0  10.0  narrow
    1    b    0.0    7.0  10.0  narrow
    >>> len(exposed(cells, relations, ["a", "b", "c"], primary(cells)))
    0
    """
    import pandas as pd

    system = system_of(cells, relations, whole=whole, rounding=rounding)
    hidden = system.hidden(suppressed)
    needs = needed(system, sensitive)
    at = needs["at"].to_numpy(dtype=np.intp)
    outsider = Outsider(system, rounded=True)
    rows = []
    for insider in (None, *alone(system, hidden, insiders=insiders)):
        lower, upper, _ = reach(outsider, hidden, at, insider=insider)
        found = needs.assign(value=system.value[at], lower=lower, upper=upper)
        # What is shown is exposed, however roughly it is printed.
        bad = narrow(found) | ~hidden[at] | system.known[at]
        if insider is not None:
            bad &= ~np.isin(at, insider)
        found["why"] = np.select(
            [~hidden[at], system.known[at], upper - lower <= TOLERANCE], list(WHY[:3]), WHY[3]
        )  # fmt: skip
        found["insider"] = None if insider is None else system.cells[insider[0]]
        rows.append(found[bad])
    # What anybody can infer an insider can as well: it is said once.
    table: pd.DataFrame = pd.concat(rows).sort_values("at", kind="stable").drop_duplicates("cell")
    columns = ["cell", "reason", "value", "lower", "upper", "low", "high", "width", "why", "insider"]
    named: pd.DataFrame = table[columns].reset_index(drop=True)
    return named


def needed(system: System, sensitive: pd.DataFrame) -> pd.DataFrame:
    """Place sensitive cells in a system, ``at``, by name; the interval of none may be a point."""
    hold(sensitive, set(SENSITIVE), "sensitive")
    at = system.places(sensitive["cell"], "sensitive")
    least = np.where(system.whole[at], 1.0, _LEAST * np.maximum(1.0, np.abs(system.value[at])))
    width = np.maximum(sensitive["width"].to_numpy(dtype=float), least)
    found: pd.DataFrame = sensitive.assign(at=at, width=width).sort_values("at", kind="stable")
    return found


def narrow(found: pd.DataFrame) -> Bools:
    """Tell which intervals do not reach ``low`` or ``high``, or are less than ``width`` wide."""
    lower, upper, low, high, width = (
        found[name].to_numpy(dtype=float) for name in ("lower", "upper", "low", "high", "width")
    )
    short = (upper < high - slack(high)) | (lower > low + slack(low)) | (upper - lower < width - slack(width))
    return np.asarray(short, dtype=bool)


def slack(level: Floats) -> Floats:
    """Give how far a computed end may be from a level and still reach it."""
    return TOLERANCE * np.maximum(1.0, np.abs(level))


def alone(system: System, hidden: Bools, *, insiders: bool) -> list[Ints]:
    """List what each insider knows: the hidden cells, and all of one pattern, of a single cluster."""
    single = np.flatnonzero(hidden & (system.clusters == 1) & ~system.known) if insiders else np.zeros(0, dtype=np.intp)
    first = np.unique(system.pattern[single])
    return [np.flatnonzero((system.pattern == pattern) & hidden) for pattern in first]
