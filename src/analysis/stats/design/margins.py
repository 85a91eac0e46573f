"""Known totals of a population, and the rows of a sample that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import Fault
from analysis.stats.arrays import Bools, Floats, Ints
from analysis.stats.design.cells import domains_of

if TYPE_CHECKING:
    import pandas as pd

#: The column of a margin that holds the totals, and that which names numeric variables.
TOTAL, VARIABLE = "total", "variable"
#: Margins that differ by less than this share add up to the same population.
SAME = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """Known totals of the categories of some columns, or of one numeric variable. K totals, N rows."""

    names: tuple[str, ...]  #: the columns, none for the size of the population
    labels: tuple[tuple[Any, ...], ...]  #: the categories of each total
    totals: Floats  #: (K,)
    code: Ints | None  #: the category of each row, −1 for rows of weight 0; None for a numeric variable
    values: Floats | None  #: the numeric variable, (N,)

    @property
    def title(self) -> str:
        """Name it in a message."""
        return " × ".join(self.names) or "population"

    def sums(self, weight: Floats) -> Floats:
        """Sum weights over its categories, or weight times value."""
        if self.code is None or self.values is not None:
            return np.array([float(np.sum(weight * np.asarray(self.values)))])
        inside = self.code >= 0
        return np.bincount(self.code[inside], weights=weight[inside], minlength=len(self.totals)).astype(float)


def read_margins(
    data: pd.DataFrame, weight: Floats, frames: pd.DataFrame | Sequence[pd.DataFrame]
) -> tuple[list[Margin], list[Fault]]:
    """Read margins and find every fault: unknown columns, categories without total or row, sums that differ.

    Parameters
    ----------
    data
        The rows of the sample.
    weight
        Their weights; rows of weight 0 need no category.
    frames
        Frames with a column ``total`` and one column a variable whose categories (combined, where there are several)
        have these totals; or with the columns ``variable`` and ``total`` for numeric variables; or with ``total``
        alone, the size of the population.
    """
    import pandas as pd

    found: list[Margin] = []
    faults: list[Fault] = []
    given = [frames] if isinstance(frames, pd.DataFrame) else list(frames)
    if not given:
        faults.append(unmet("no margins", "at least one frame of known totals", "name what the weights must add up to"))
    used = weight > 0
    for number, frame in enumerate(given, 1):
        if not isinstance(frame, pd.DataFrame) or TOTAL not in frame.columns or not len(frame):
            what = f"margin {number}: {type(frame).__name__}"
            if isinstance(frame, pd.DataFrame):
                what += f" of {len(frame)} rows with the columns {', '.join(map(str, frame.columns))}"
            faults.append(unmet(what, "a frame with rows and a column 'total'", "one row a category"))
            continue
        totals = pd.to_numeric(frame[TOTAL], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        keys = [str(name) for name in frame.columns if name != TOTAL]
        numeric = keys == [VARIABLE] and VARIABLE not in data.columns
        columns = list(map(str, frame[VARIABLE])) if numeric else keys
        unknown = [name for name in columns if name not in data.columns]
        if unknown:
            some = ", ".join(map(str, data.columns[:20]))
            hint = "the columns of a margin are those of the data, and 'total'"
            faults.append(unmet(f"margin {number}: {', '.join(unknown)}", f"columns of the data ({some})", hint))
            continue
        if numeric:
            found += _numeric(data, used, columns, totals, faults)
        else:
            found += _categories(data, used, frame, keys, totals, faults)
    counts = [(m.title, float(m.totals.sum())) for m in found if m.code is not None]
    if counts and max(total for _, total in counts) - min(total for _, total in counts) > SAME * counts[0][1]:
        what = ", ".join(f"{title} {total:,.10g}" for title, total in counts)
        faults.append(unmet(f"margins of different populations: {what}", "the same sum in each", "take one source"))
    return found, faults


def unmet(found: str, expected: str, hint: str, column: str = "") -> Fault:
    """Make the fault of totals that no weights can meet."""
    return Fault("DZ-S004", found=found, expected=expected, hint=hint, column=column)


def _numeric(data: pd.DataFrame, used: Bools, columns: list[str], totals: Floats, faults: list[Fault]) -> list[Margin]:
    from pandas.api import types

    found = []
    for name, total in zip(columns, totals, strict=True):
        if not types.is_numeric_dtype(data[name].dtype):
            faults.append(unmet(f"{name} of type {data[name].dtype}", "numbers", "give its categories a margin", name))
            continue
        values = data[name].to_numpy(dtype=float, na_value=np.nan)
        bad = int((~np.isfinite(values[used])).sum())
        if bad or not np.isfinite(total):
            what = f"{bad} rows without a number" if bad else f"the total {total}"
            faults.append(
                unmet(f"{name}: {what}", "numbers throughout", "fill them in, or leave the variable out", name)
            )
            continue
        found.append(Margin((name,), ((name,),), np.array([total]), None, np.where(used, values, 0.0)))
    return found


def _categories(
    data: pd.DataFrame, used: Bools, frame: pd.DataFrame, keys: list[str], totals: Floats, faults: list[Fault]
) -> list[Margin]:
    import pandas as pd

    title, before = " × ".join(keys) or "population", len(faults)
    labels = tuple(frame[keys].itertuples(index=False, name=None)) if keys else ((),)
    wrong = _totals(frame, keys, labels, totals)
    if wrong:
        faults += wrong
        return []
    code: Ints
    if not keys:
        code = np.where(used, 0, -1)
    else:
        row, seen = domains_of(data, keys)
        wanted = pd.MultiIndex.from_frame(frame[keys].astype(object))
        place = wanted.get_indexer(pd.MultiIndex.from_frame(seen.astype(object)))
        code = np.where(used, np.append(place, -1)[row], -1)
        lost = used & (code < 0)
        if lost.any():
            counts = data.loc[lost, keys].astype(object).value_counts(dropna=False)
            for label, count in list(counts.items())[:20]:
                cell = _cell(keys, tuple(label) if isinstance(label, tuple) else (label,))
                hint = "add its total, merge it with another, or fill in what is missing"
                faults.append(unmet(f"{count} rows with {cell}, which has no total", "a total for each", hint, title))
    sizes: Ints = np.bincount(code[code >= 0], minlength=len(labels))
    for place in np.flatnonzero((sizes == 0) & (totals > 0))[:20]:
        hint = "nobody can stand for them: merge the category with another in the margin and in the data"
        what = f"no row with {_cell(keys, labels[place])}, whose total is {totals[place]:,.10g}"
        faults.append(unmet(what, "at least one respondent", hint, title))
    for place in np.flatnonzero((sizes > 0) & (totals == 0))[:20]:
        hint = "leave the rows out, or mend the total"
        what = f"{sizes[place]} rows with {_cell(keys, labels[place])}, whose total is 0"
        faults.append(unmet(what, "a positive total", hint, title))
    if len(faults) > before:
        return []
    return [Margin(tuple(keys), labels, totals, code.astype(np.intp), None)]


def _totals(frame: pd.DataFrame, keys: list[str], labels: tuple[tuple[Any, ...], ...], totals: Floats) -> list[Fault]:
    """Hold the totals to numbers, one a category."""
    title = " × ".join(keys) or "population"
    faults = [
        unmet(f"{_cell(keys, label)}: total {total}", "a number, zero or more", "mend it", title)
        for label, total in zip(labels, totals, strict=False) if not total >= 0 or np.isinf(total)
    ]  # fmt: skip
    if not keys and len(frame) > 1:
        faults.append(unmet(f"{len(frame)} sizes of the population", "one", "name the column of the categories", title))
    double = frame[keys].duplicated().to_numpy() if keys else np.zeros(0, dtype=bool)
    faults += [
        unmet(f"{_cell(keys, labels[place])} twice", "one total each", "leave one out", title)
        for place in np.flatnonzero(double)
    ]
    return faults


def _cell(keys: Sequence[str], label: tuple[Any, ...]) -> str:
    return ", ".join(f"{key}={value}" for key, value in zip(keys, label, strict=True)) or "the population"
