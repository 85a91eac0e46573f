"""Columns of frames that are given: numbers that are numbers, and what is told where they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import Fault
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_EARLIEST, _LATEST = 1, 9999


def no_frame(given: Any, what: str) -> list[Fault]:
    """Give the fault of what is no frame."""
    import pandas as pd

    if isinstance(given, pd.DataFrame):
        return []
    return [wrong(f"{what} of type {type(given).__name__}", "a frame (pandas.DataFrame)", "see docs/audit.md")]


def missing(frame: pd.DataFrame, names: tuple[str, ...], what: str) -> list[Fault]:
    """Give a fault for each column that is not there: DZ-T002."""
    return [Fault("DZ-T002", found=f"{what} without {name!r}", expected="that column", column=name)
            for name in names if name not in frame]  # fmt: skip


def numbers(frame: pd.DataFrame, name: str, what: str, faults: list[Fault]) -> NDArray[np.float64]:
    """Give a column as numbers, NaN where it is empty; DZ-T003 for anything else."""
    import pandas as pd

    found = pd.to_numeric(frame[name], errors="coerce").to_numpy(float, na_value=np.nan)
    strange = (frame[name].notna().to_numpy(bool) & np.isnan(found)) | np.isinf(found)
    faults += _told(frame, name, what, strange, "DZ-T003", "a finite number, or nothing")
    return np.where(np.isinf(found), np.nan, found)


def years(frame: pd.DataFrame, what: str, faults: list[Fault]) -> NDArray[np.int64]:
    """Give the years; DZ-T003 for anything else, or nothing."""
    import pandas as pd

    found = pd.to_numeric(frame["year"], errors="coerce").to_numpy(float, na_value=np.nan)
    good = (found % 1 == 0) & (found >= _EARLIEST) & (found <= _LATEST)
    faults += _told(frame, "year", what, ~good, "DZ-T003", "a year")
    return np.where(good, found, 0).astype(np.int64)


def not_below(
    frame: pd.DataFrame, name: str, what: str, values: NDArray[np.float64], counted: NDArray[np.bool_]
) -> list[Fault]:
    """Give the fault of negative numbers of what counts or measures: DZ-T004."""
    return _told(frame, name, what, counted & (values < 0), "DZ-T004", "no negative number: it counts or measures")


def _told(
    frame: pd.DataFrame, name: str, what: str, strange: NDArray[np.bool_], code: str, expected: str
) -> list[Fault]:
    """Tell how many values of a column are strange, and where the first of them stands."""
    import pandas as pd

    if not strange.any():
        return []
    row = frame.iloc[int(np.flatnonzero(strange)[0])]
    file: Any = row.get("file")
    number: Any = row.get("row")
    inside = isinstance(file, str) and bool(file) and not pd.isna(number)
    key = ", ".join(str(row[each]) for each in ("unit", "school", "stage", "year", "indicator")
                    if each in row and each != name)  # fmt: skip
    many = int(strange.sum())
    found = f"{row[name]!s} in {what}" + (f" ({key})" if key else "") + (f", and {many - 1} more" if many > 1 else "")
    return [Fault(code, file=str(file) if inside else "", row=int(number) if inside else None, column=name,
                  found=found, expected=expected)]  # fmt: skip


def codes(column: pd.Series[Any]) -> pd.Series[str]:
    """Give codes as texts, and nothing where there is none."""
    return column.astype("object").where(column.notna(), "").astype(str).astype("str")


def rows_in(frame: pd.DataFrame) -> pd.Series[int]:
    """Give the rows of a file as a spreadsheet counts them, or of the frame itself where it does not say."""
    import pandas as pd

    counted = pd.Series(np.arange(len(frame)) + 2, index=frame.index).astype("Int64")
    if "row" not in frame or frame["row"].isna().all():
        return counted
    return pd.to_numeric(frame["row"], errors="coerce").astype("Int64")
