"""Facts: one row a number, with the id of its cell, whom and when it is about, and what it rests on.

Every verb of this room returns a frame with the columns :data:`COLUMNS`, so that frames can be stacked and a number in
a sentence can be followed back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: cell: id, as ``indicator[@variant]/unit/years[/statistic]`` · unit: code · year: of the figure ·
#: base_year: of a change · statistic: level, change, growth, share, place, peers, cv, … ·
#: value: full precision, NaN if there is none · status: why there is a value or none (:data:`STATUSES`) ·
#: segment: number of breaks before · doubt: whether a warning of the data touches it ·
#: made_of: cells it was computed from · sources: ids of the workspace's sources ·
#: variant: which of several definitions of the indicator it is by; empty where there is one.
COLUMNS = (
    "cell",
    "unit",
    "indicator",
    "year",
    "base_year",
    "statistic",
    "value",
    "status",
    "segment",
    "doubt",
    "made_of",
    "sources",
    "variant",
)

#: With a value: reported, rounded, summed (over merged units), computed. Without: too_small, missing, suppressed (as
#: observed), incomplete (a part is not there), not_additive (a rate of merged units without its parts), split (the
#: territory did not lie in one unit), break (a change across a break, or a formula that looks back over one).
STATUSES = (
    "reported",
    "rounded",
    "summed",
    "computed",
    "too_small",
    "missing",
    "suppressed",
    "incomplete",
    "not_additive",
    "split",
    "break",
)


def cell_id(
    indicator: str, unit: str, year: int, statistic: str = "level", base_year: int | None = None, variant: str = ""
) -> str:
    """Make the id of a cell.

    >>> cell_id("pupils", "U7", 2017), cell_id("pupils", "U7", 2017, "growth", 2012)
    ('pupils/U7/2017', 'pupils/U7/2012-2017/growth')
    >>> cell_id("kept", "U7", 2017, variant="moves_apart")
    'kept@moves_apart/U7/2017'
    """
    years = str(year) if base_year is None else f"{base_year}-{year}"
    named = f"{indicator}@{variant}" if variant else indicator
    return "/".join([named, unit, years, *([] if statistic == "level" else [statistic])])


_DEFAULTS: dict[str, Any] = {
    "statistic": "level", "base_year": None, "segment": 0, "doubt": False, "made_of": "", "sources": "", "variant": "",
}  # fmt: skip


def facts_of(rows: Iterable[Mapping[str, Any]] | pd.DataFrame) -> pd.DataFrame:
    """Make a frame of facts of rows, or of a frame; what they leave out gets its default, and each row its cell."""
    import pandas as pd

    if isinstance(rows, pd.DataFrame):
        frame = rows.assign(**{name: value for name, value in _DEFAULTS.items() if name not in rows})
    else:
        frame = pd.DataFrame([{**_DEFAULTS, **row} for row in rows], columns=list(COLUMNS))
    frame = typed(frame)
    return frame.assign(cell=_cells(frame))


def _cells(frame: pd.DataFrame) -> pd.Series[str]:
    """Make the ids of the cells of facts, as :func:`cell_id` does."""
    indicator, years = frame["indicator"], frame["year"].astype("str")
    if (frame["variant"] != "").any():
        indicator = indicator.where(frame["variant"] == "", indicator + "@" + frame["variant"])
    if frame["base_year"].notna().any():
        years = years.where(frame["base_year"].isna(), frame["base_year"].astype("str") + "-" + years)
    found: pd.Series[str] = indicator + "/" + frame["unit"] + "/" + years
    level = frame["statistic"] == "level"
    return found if level.all() else found.where(level, found + "/" + frame["statistic"])


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame of facts its column types, in the order of :data:`COLUMNS`."""
    types = dict.fromkeys(COLUMNS, "str") | {
        "year": "int64",
        "base_year": "Int64",
        "value": "float64",
        "segment": "int64",
        "doubt": "bool",
    }
    return frame.reindex(columns=list(COLUMNS)).astype(types)


def stack(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Stack frames of facts; a cell stands once."""
    import pandas as pd

    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True).drop_duplicates("cell", ignore_index=True) if filled else facts_of([])


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a frame as dicts by column."""
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]  # columns are names here
    return rows


def joined(texts: Iterable[str]) -> str:
    """Join the ``;``-lists of several facts into one, each entry once, sorted."""
    return ";".join(sorted({part for text in texts for part in str(text).split(";") if part}))
