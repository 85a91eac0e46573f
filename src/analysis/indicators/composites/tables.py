"""Tables that a composite begins with: a row a unit, a column an indicator, numbers or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from analysis.indicators.composites.framework import WHOLE
from analysis.messages import DuzhengError
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd


def numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Hold a table to one row a unit and numbers."""
    from pandas.api import types

    units = [str(unit) for unit in frame.index]
    codes = [str(name) for name in frame]
    faults = [wrong(f"{what} {name!r} twice", "one row a unit and one column an indicator", "")
              for what, given in (("unit", units), ("indicator", codes)) for name in dict.fromkeys(given)
              if given.count(name) > 1]  # fmt: skip
    faults += [wrong(f"column {str(name)!r} of {frame[name].dtype}", "numbers", "read the table anew", str(name))
               for name in frame
               if codes.count(str(name)) == 1 and not types.is_numeric_dtype(frame[name].dtype)]  # fmt: skip
    if not faults:
        faults += [wrong(f"column {str(name)!r} without a figure", "one figure or more", "leave it out", str(name))
                   for name in frame if frame[name].isna().all()]  # fmt: skip
        infinite = (frame.to_numpy(float, na_value=float("nan")) ** 2 == float("inf")).any()
        faults += [wrong("an infinite figure", "numbers or NaN", "")] if infinite else []
    if not units or WHOLE in codes:
        faults.append(wrong(f"{len(units)} units, columns {codes}", f"a unit or more, no column {WHOLE!r}", ""))
    if faults:
        raise DuzhengError.of(faults)
    held = frame.astype(float).set_axis(units, axis=0).set_axis(codes, axis=1)
    held.index.name = "unit"
    return held


def peers_of(
    held: pd.DataFrame, given: Mapping[str, str] | None, known: Collection[str] | None = None
) -> dict[str, str]:
    """Hold groups of peers to one of every unit, or none at all; more units may be ``known`` than have figures."""
    peers = {str(unit): of for unit, of in (given or {}).items()}
    units = [str(unit) for unit in held.index]
    faults = [wrong(f"{unit!r} in no group of peers", "a group of every unit", "say peers={unit: group, …}")
              for unit in units if peers and unit not in peers]  # fmt: skip
    faults += [wrong(f"peers of {unit!r}", "units of the composite", "leave it out")
               for unit in peers if unit not in (known or units)]  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)
    return peers


def like(held: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Give a table of another year the rows and columns of this one."""
    found = earlier.set_axis([str(unit) for unit in earlier.index], axis=0)
    found = found.set_axis([str(name) for name in found], axis=1)
    return found.reindex(index=held.index, columns=held.columns).astype(float)
