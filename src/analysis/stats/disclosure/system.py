"""System: cells and the additive relations between them, read from plain frames and held to what they must be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from analysis.stats.arrays import Bools, Floats, Ints

#: Relative error of a sum of floats, well above it; how far values of LPs may be off.
ROUNDING, TOLERANCE = 1e-9, 1e-6
#: Names that one message lists.
_NAMED = 8
_CELLS, _RELATIONS = {"cell", "value", "n"}, {"relation", "cell", "coefficient"}


@dataclass(frozen=True, eq=False, slots=True)
class System:
    """Cells as arrays of one length, in the order of their names, and Σ coefficient × value = 0 as a matrix.

    Parameters
    ----------
    cells
        Names, ascending as text.
    value, n, clusters
        What a cell holds, how many contribute, and in how many clusters (NaN where it is not known).
    lower, upper
        What anybody knows of the value without the release.
    rounding
        How far a published value may be from what is printed.
    weight
        What hiding a cell loses; infinite where it must not be hidden for the sake of others.
    whole
        Whether the value is a whole number by its nature.
    known
        Whether it was published before.
    latent
        Whether it is never printed.
    pattern
        Cells of one number are hidden together.
    matrix
        Shape (relations, cells).
    """

    cells: NDArray[np.object_]
    value: Floats
    n: Floats
    clusters: Floats
    lower: Floats
    upper: Floats
    rounding: Floats
    weight: Floats
    whole: Bools
    known: Bools
    latent: Bools
    pattern: Ints
    matrix: csr_array

    def __len__(self) -> int:
        return len(self.cells)

    def places(self, names: Iterable[Any], what: str) -> Ints:
        """Give where cells stand; names that there are not are one fault."""
        at = {name: i for i, name in enumerate(self.cells)}
        given = list(names)
        gone = [name for name in given if name not in at]
        if gone:
            raise DuzhengError(wrong(f"{what}: {listed(gone)}", "cells of the frame cells", "mend the names"))
        return np.array([at[name] for name in given], dtype=np.intp)

    def hidden(self, suppressed: Iterable[Any]) -> Bools:
        """Tell which cells nobody reads: those suppressed and those never printed."""
        found = self.latent.copy()
        found[self.places(suppressed, "suppressed")] = True
        return found

    def blocks(self) -> list[Ints]:
        """Split the cells into sets that no relation and no pattern joins."""
        from scipy.sparse import block_array, csr_array
        from scipy.sparse.csgraph import connected_components

        ones = np.ones(len(self))
        together = csr_array((ones, (self.pattern, np.arange(len(self)))), shape=(len(self), len(self)))
        links = abs(self.matrix)
        rows = links.shape[0] + len(self)
        upper = block_array([[links], [together]], format="csr")
        joined = block_array([[csr_array((rows, rows)), upper], [upper.T, csr_array((len(self), len(self)))]])
        label = connected_components(joined, directed=False)[1][rows:]
        order = np.argsort(label, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)

    def part(self, at: Ints) -> System:
        """Take some cells, and the relations that touch them."""
        matrix = self.matrix[:, at]
        matrix = matrix[np.diff(matrix.indptr) > 0]
        patterns = np.unique(self.pattern[at], return_inverse=True)[1]
        return System(self.cells[at], self.value[at], self.n[at], self.clusters[at], self.lower[at], self.upper[at],
                      self.rounding[at], self.weight[at], self.whole[at], self.known[at], self.latent[at],
                      patterns, matrix)  # fmt: skip


def system_of(
    cells: pd.DataFrame, relations: pd.DataFrame, *, whole: bool = True, rounding: float = 0.0
) -> System:  # fmt: skip
    """Read cells and relations.

    Parameters
    ----------
    cells
        One row a cell: ``cell`` (a name), ``value`` and ``n`` (contributors). As they are known ``clusters``, ``lower``
        and ``upper`` (what anybody knows beforehand; 0 and infinity if not given), ``rounding``, ``whole``, ``weight``
        (what hiding loses, infinite for never; n and 1 at least if not given), ``published_before``, ``latent`` (never
        printed, though it can be reckoned: a rest, a difference) and ``pattern`` (cells of one pattern are hidden
        together).
    relations
        One row a cell of a relation: ``relation``, ``cell``, ``coefficient``; Σ coefficient × value is 0.
    whole, rounding
        For cells without those columns.

    Returns
    -------
    System
        In the order of the cells' names, so that the order of rows changes nothing.

    Raises
    ------
    analysis.messages.DuzhengError
        DZ-S002 with everything that is wrong: columns, names that stand twice or nowhere, values that are missing or
        outside their bounds, relations that do not add up.
    """
    hold(cells, _CELLS, "cells")
    hold(relations, _RELATIONS, "relations")
    names = cells["cell"].to_numpy(dtype=object)
    order = np.argsort(names.astype(str), kind="stable")
    frame = cells.iloc[order]
    names = names[order]

    def numbers(column: str, otherwise: Any) -> Floats:
        if column not in frame:
            return np.broadcast_to(np.asarray(otherwise, dtype=float), len(frame)).copy()
        given = frame[column].to_numpy(dtype=float, na_value=np.nan).copy()
        return np.where(np.isnan(given), otherwise, given)

    def marks(column: str, otherwise: bool) -> Bools:  # noqa: FBT001  private
        if column not in frame:
            return np.full(len(frame), otherwise)
        return frame[column].fillna(otherwise).to_numpy(dtype=bool).copy()

    value, n = numbers("value", np.nan), numbers("n", np.nan)
    found = System(
        cells=names,
        value=value,
        n=n,
        clusters=numbers("clusters", np.nan),
        lower=numbers("lower", 0.0),
        upper=numbers("upper", np.inf),
        rounding=numbers("rounding", rounding),
        weight=numbers("weight", np.maximum(np.nan_to_num(n), 1.0)),
        whole=marks("whole", whole),
        known=marks("published_before", otherwise=False),
        latent=marks("latent", otherwise=False),
        pattern=_patterns(frame, names),
        matrix=_matrix(names, relations),
    )
    faults = [*_names(cells, relations), *_values(found), *_sums(found, relations)]
    if faults:
        raise DuzhengError(*faults)
    return found


def hold(frame: pd.DataFrame, names: set[str], what: str) -> None:
    """Hold a frame to the columns that are needed."""
    gone = sorted(names - set(frame.columns))
    if gone:
        raise DuzhengError(*(wrong(f"{what} without {name!r}", "that column", "see docs/disclosure.md", name)
                             for name in gone))  # fmt: skip


def listed(names: Sequence[Any] | NDArray[Any]) -> str:
    """Name some cells, and count the rest."""
    some = ", ".join(str(name) for name in names[:_NAMED])
    return some if len(names) <= _NAMED else f"{some} and {len(names) - _NAMED} more"


def _patterns(frame: pd.DataFrame, names: NDArray[np.object_]) -> Ints:
    import pandas as pd

    if "pattern" not in frame:
        return np.arange(len(names))
    given = frame["pattern"].to_numpy(dtype=object)
    alone = pd.isna(given)
    # A cell without a pattern is one of its own, whatever the others are called.
    keys = [("cell", str(name)) if lone else ("pattern", str(key))
            for name, key, lone in zip(names, given, alone, strict=True)]  # fmt: skip
    return np.asarray(pd.factorize(pd.Series(keys, dtype=object))[0], dtype=np.intp)


def _matrix(names: NDArray[np.object_], relations: pd.DataFrame) -> csr_array:
    import pandas as pd
    from scipy.sparse import csr_array

    at = pd.Series(np.arange(len(names)), index=names)
    column = relations["cell"].map(at[~at.index.duplicated()]).to_numpy(dtype=float, na_value=np.nan)
    row = pd.factorize(relations["relation"], sort=True)[0]
    size = relations["coefficient"].to_numpy(dtype=float, na_value=np.nan)
    kept = ~np.isnan(column) & (row >= 0)
    shape = (int(row.max()) + 1 if len(row) else 0, len(names))
    return csr_array((size[kept], (row[kept], column[kept].astype(np.intp))), shape=shape)


def _names(cells: pd.DataFrame, relations: pd.DataFrame) -> list[Fault]:
    doubled = cells.loc[cells["cell"].duplicated(), "cell"].unique()
    unknown = relations.loc[~relations["cell"].isin(cells["cell"]), "cell"].unique()
    twice = relations.loc[relations.duplicated(["relation", "cell"]), "relation"].unique()
    bad = relations.loc[relations["coefficient"].isna() | (relations["coefficient"] == 0), "relation"].unique()
    return [
        wrong(f"{what}: {listed(names)}", expected, hint, column)
        for names, what, expected, hint, column in (
            (doubled, "cells that stand twice", "one row a cell", "tables that share a cell share its row", "cell"),
            (unknown, "relations of cells that there are not", "cells of the frame cells", "add them", "cell"),
            (twice, "relations with a cell twice", "a cell once in a relation", "add its coefficients", "relation"),
            (bad, "relations with a coefficient of 0 or none", "a number", "leave the cell out", "coefficient"),
        )
        if len(names)
    ]


def _values(system: System) -> list[Fault]:
    value, n = system.value, system.n
    outside = (value < system.lower) | (value > system.upper)
    broken = system.whole & np.isfinite(value) & (np.abs(value - np.round(value)) > TOLERANCE)
    return [
        wrong(f"{what}: {listed(system.cells[which])}", expected, hint, column)
        for which, what, expected, hint, column in (
            (~np.isfinite(value), "cells without a value", "the true value, also of what is hidden",
             "leave cells out that nobody reckons", "value"),
            (~(n >= 0), "cells without contributors", "how many contribute, 0 or more", "give n", "n"),
            (outside, "values outside lower and upper", "bounds that the value meets", "mend the bounds", "value"),
            (broken, "values that are not whole", "whole numbers", "say whole=False, or mark the cells", "value"),
            (~(system.weight > 0), "weights of 0 or less", "more than 0", "infinite is for never hidden", "weight"),
            (~(system.rounding >= 0), "rounding below 0", "0 or more", "half of the last place printed", "rounding"),
        )
        if which.any()
    ]  # fmt: skip


def _sums(system: System, relations: pd.DataFrame) -> list[Fault]:
    import pandas as pd

    if not np.isfinite(system.value).all():
        return []
    size = abs(system.matrix)
    off = np.abs(system.matrix @ system.value)
    allowed = size @ system.rounding + ROUNDING * (size @ np.abs(system.value)) + ROUNDING
    names = pd.factorize(relations["relation"], sort=True)[1]
    which = np.flatnonzero(off > allowed)
    if not len(which):
        return []
    shown = [f"{names[int(i)]} (off by {off[i]:.6g})" for i in which]
    return [wrong(f"relations that do not add up: {listed(shown)}", "Σ coefficient × value = 0",
                  "a part may be missing: with_rests adds it as a cell that is never printed",
                  "relation")]  # fmt: skip
