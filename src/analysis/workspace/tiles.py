"""Where units stand on a map of tiles: `data/tiles.csv`, a row a unit with its place in a grid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from analysis.messages import DuzhengError, Fault
from analysis.workspace.settings import Settings
from analysis.workspace.tables import RawTable, read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace.units import Units

FILE = "data/tiles.csv"
COLUMNS: Final = ("unit", "row", "column")
#: A row or column: whole, from 1. A map of more would fit no page.
_PLACE = re.compile(r"[1-9]\d?")


def read_tiles(root: Path, units: Units, settings: Settings) -> pd.DataFrame | None:
    """Read where units stand on the map of tiles; None where the workspace has no such file.

    Parameters
    ----------
    root
        The workspace's folder.
    units, settings
        Who gets a tile: units of the settings' kind, on the settings' boundaries.

    Returns
    -------
    pandas.DataFrame or None
        ``unit`` (its id), and ``row`` and ``column``, counted from 1 at the top left.

    Raises
    ------
    DuzhengError
        With every fault of the file: DZ-T002 for columns, DZ-T003 and DZ-T004 for places, DZ-T005 for a unit or a place
        that stands twice, DZ-U001 and DZ-U002 for units that get no tile.
    """
    if not (root / FILE).is_file():
        return None
    table = read_table(root / FILE, FILE)
    faults = [*table.faults, *_columns(table)]
    if all(name in table.frame for name in COLUMNS):
        faults += [*_unknown(table, units, settings), *_places(table), *_doubles(table)]
    if faults:
        raise DuzhengError.of(faults)
    frame = table.frame[[*COLUMNS]].reset_index(drop=True)
    return frame.astype({"row": "int64", "column": "int64"})


def _columns(table: RawTable) -> Iterator[Fault]:
    for name in COLUMNS:
        if name not in table.frame:
            yield Fault("DZ-T002", file=table.file, row=1, column=name, found="no such column",
                        expected=f"columns {', '.join(COLUMNS)}")  # fmt: skip
    for name in map(str, table.frame):
        if name not in COLUMNS:
            yield Fault("DZ-T002", file=table.file, row=1, column=name, found=f"an unknown column {name!r}",
                        expected=f"one of {', '.join(COLUMNS)}", hint="remove it")  # fmt: skip


def _unknown(table: RawTable, units: Units, settings: Settings) -> Iterator[Fault]:
    """Find units that are not known, and those that get no memo and so no tile."""
    here = set(units.at(settings.boundaries, settings.unit_kind).index.astype(str))
    for row, unit in table.frame["unit"].items():
        if unit in here:
            continue
        if units.known(unit) or unit in units.frame.index:
            expected = f"a {settings.unit_kind} on the boundaries of {settings.boundaries}"
            hint = units.explain(unit, settings.boundaries) if units.known(unit) else ""
            yield Fault("DZ-U002", file=table.file, row=int(str(row)), column="unit", found=repr(unit),
                        expected=expected, hint="" if hint == "no such code" else hint)  # fmt: skip
        else:
            yield Fault("DZ-U001", file=table.file, row=int(str(row)), column="unit",
                        found=repr(unit) if unit else "an empty cell",
                        expected="an id of data/units.csv")  # fmt: skip


def _places(table: RawTable) -> Iterator[Fault]:
    for name in ("row", "column"):
        for row, text in table.frame[name].items():
            if not _PLACE.fullmatch(text):
                number = re.fullmatch(r"[+-]?\d+(\.\d*)?", text)
                yield Fault("DZ-T004" if number else "DZ-T003", file=table.file, row=int(str(row)), column=name,
                            found=repr(text) if text else "an empty cell",
                            expected="a whole number from 1 to 99")  # fmt: skip


def _doubles(table: RawTable) -> Iterator[Fault]:
    """Find units, and places, that stand in more than one row."""
    for names in (("unit",), ("row", "column")):
        first: dict[tuple[str, ...], int] = {}
        for row, *values in table.frame[[*names]].itertuples():
            key = tuple(map(str, values))
            if not all(key):
                continue
            if key in first:
                yield Fault("DZ-T005", file=table.file, row=int(row), column=", ".join(names),
                            found=f"{'/'.join(key)}, which is in row {first[key]}",
                            expected="one tile a unit, and one unit a place")  # fmt: skip
            first.setdefault(key, int(row))
