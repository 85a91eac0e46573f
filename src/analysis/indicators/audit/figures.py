"""What is audited: figures of units and totals of schools as one long frame, checked before it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.indicators.audit.columns import codes, missing, no_frame, not_below, numbers, rows_in, years
from analysis.messages import DuzhengError, Fault
from analysis.stats.anomalies.digits import last_place
from analysis.workspace.schools import PEOPLE, SIMULATED, held, unit_hint

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from analysis.workspace import Workspace

#: Totals of schools that count; the others measure.
COUNTED = (
    "students", "teachers", "staff", "teachers_above_qualification", "teachers_intermediate_title",
    "backbone_teachers", "pe_arts_teachers", "multimedia_classrooms", "computers", "books", "classes", "largest_class",
)  # fmt: skip
MEASURED = ("teaching_area", "sports_area", "equipment_value")
#: Stages of what several stages share, and the stages whose students add up to theirs.
SHARED = {
    "nine_year": ("primary", "junior"),
    "twelve_year": ("primary", "junior", "senior"),
    "secondary": ("junior", "senior"),
}
_NEEDED = {
    "figures": ("unit", "year", "indicator", "value"),
    "schools": ("school", "unit", "stage", "year", "students"),
}
_PERCENT = "%"
#: Of schools: what cannot exceed what. Backbone teachers may be heads who do not teach, and exceed full-time teachers.
CEILINGS = (
    ("teachers", "staff"),
    ("teachers_above_qualification", "teachers"),
    ("teachers_intermediate_title", "teachers"),
    ("pe_arts_teachers", "teachers"),
    ("largest_class", "students"),
)


@dataclass(frozen=True, eq=False)
class Audited:
    """What is audited.

    ``frame`` has one row a value: unit (id), school and stage ("" for figures of units), year, indicator, value,
    file, row; and as whole numbers ``entity`` (a unit, or a school), ``item`` (an indicator, of a stage), ``series``
    (of an entity, an item, and a stretch between breaks), ``peers`` (the kind that it is compared with); and as truths
    ``of_school``, ``counted`` (a whole number that counts), ``added`` (counts or measures, so that its last digits are
    even), ``coarse`` (published rounded), ``sum`` (made of others),
    ``moves`` (changes may be taken as ratios); ``step``, the place value of its last digit.
    """

    frame: pd.DataFrame
    schools: pd.DataFrame  #: the school table with all columns of the contract, and ids for codes of units
    simulated: bool


def audited(workspace: Workspace, figures: pd.DataFrame | None, schools: pd.DataFrame | None) -> Audited:
    """Make one frame of figures and school tables.

    Raises
    ------
    DuzhengError
        DZ-S002 for what is no frame; DZ-T002 for columns that are missing; DZ-T003 and DZ-T004 for cells; DZ-U001,
        DZ-U002 and DZ-I001 for units and indicators that are not known; DZ-T005 for a figure that stands twice; DZ-B001
        for simulated and real rows in one table: every fault of both tables.
    """
    import pandas as pd

    faults: list[Fault] = []
    parts, table, simulated = [], pd.DataFrame(), False
    if figures is not None and _readable(figures, "figures", faults) and len(figures):
        parts.append(_of_units(workspace, figures, faults))
        simulated |= _simulated(figures, "figures", faults)
    if schools is not None and _readable(schools, "schools", faults) and len(schools):
        table = _held(workspace, schools, faults)
        simulated |= _simulated(schools, "schools", faults)
        parts.append(_of_schools(table) if len(table) else table)
    if faults:
        raise DuzhengError.of(faults)
    return Audited(_coded(parts), table, simulated)


def _readable(given: Any, what: str, faults: list[Fault]) -> bool:
    found = no_frame(given, what) or missing(given, _NEEDED[what], what)
    faults += found
    return not found


def _simulated(frame: pd.DataFrame, what: str, faults: list[Fault]) -> bool:
    if "source" not in frame:
        return False
    marked = frame["source"].astype("object").eq(SIMULATED)
    if marked.any() and not marked.all():
        faults.append(Fault("DZ-B001", found=f"{int(marked.sum())} simulated rows among {len(frame)} of the {what}",
                            expected="simulated rows only, or none", hint="audit them apart"))  # fmt: skip
    return bool(marked.any())


def _of_units(workspace: Workspace, figures: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    import pandas as pd

    frame = figures.reset_index(drop=True)
    frame.attrs = {}
    units, catalogue = workspace.units.frame, workspace.catalogue
    before = len(faults)
    value, year = numbers(frame, "value", "figures", faults), years(frame, "figures", faults)
    # Codes that a spreadsheet took for numbers are codes all the same.
    frame = frame.assign(unit=codes(frame["unit"]), indicator=codes(frame["indicator"]), row=rows_in(frame))
    for column, known, dz, what in (("unit", set(units.index), "DZ-U001", "an id of data/units.csv"),
                                    ("indicator", set(catalogue), "DZ-I001", "a code of data/indicators")):  # fmt: skip
        strange = sorted(set(frame[column].unique()) - known)
        faults += [Fault(dz, found=repr(each) if each else "nothing", expected=what, column=column,
                         hint=unit_hint(workspace.units, each) if column == "unit" else "")
                   for each in strange]  # fmt: skip
    amounts = [each.code for each in catalogue.of(kinds=("count", "amount"))]
    faults += not_below(frame, "value", "figures", value, frame["indicator"].isin(amounts).to_numpy(bool))
    twice = frame.duplicated(["unit", "year", "indicator"], keep=False) & (frame["unit"] != "") & (year > 0)
    if twice.any():
        first = frame[twice].iloc[0]
        where = f"{first['unit']}, {first['year']}, {first['indicator']}"
        faults.append(Fault("DZ-T005", found=f"{int(twice.sum())} figures that stand twice, such as {where}",
                            expected="one figure of a unit, a year and an indicator"))  # fmt: skip
    if len(faults) > before:
        return pd.DataFrame()
    frame = frame.assign(value=value, year=year)
    frame = frame[frame["value"].notna()].reset_index(drop=True)
    code, names = pd.factorize(frame["indicator"])
    of = [catalogue[name] for name in names]
    year, value = frame["year"].to_numpy(np.int64), frame["value"].to_numpy(float)
    stretch = np.zeros(len(frame), dtype=np.int64)
    for at, each in enumerate(of):
        if each.breaks:
            here = code == at
            stretch[here] = sum((year[here] >= found.year).astype(np.int64) for found in each.breaks)
    whole = np.array([bool(each.parts) for each in of], dtype=bool)
    kind = np.array([each.kind for each in of], dtype=object)
    percent = np.array([each.measure["zh-Hans"] == _PERCENT for each in of], dtype=bool)
    status = frame["status"] if "status" in frame else pd.Series("reported", index=frame.index)
    coarse = status.eq("rounded").to_numpy(bool, copy=True)
    if "as_published" in frame:
        coarse |= frame["as_published"].fillna("").astype(str).ne("").to_numpy(bool)
    return pd.DataFrame({
        "unit": frame["unit"], "school": "", "stage": "", "year": year, "indicator": frame["indicator"],
        "value": value, "file": _text(frame, "file"), "row": frame["row"], "stretch": stretch, "of_school": False,
        "counted": (kind == "count")[code], "added": np.isin(kind, ["count", "amount"])[code],
        "coarse": coarse, "sum": whole[code],
        "moves": (np.isin(kind, ["count", "amount", "rate"]) & ~percent)[code],
        "step": last_place(value, coarse), "of": frame["unit"].map(units["kind"]),
        "boundaries": frame["boundaries"].to_numpy(np.int64) if "boundaries" in frame else year,
    })  # fmt: skip


def _held(workspace: Workspace, schools: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    """Hold a school table to its contract, but for what is audited; with ids for codes of units."""
    import pandas as pd

    frame = schools.reset_index(drop=True)
    # What a caller hung on the frame would be copied with every step.
    frame.attrs = {}
    units = workspace.units
    code = codes(frame["unit"])
    frame = frame.assign(unit=code.where(~code.isin(units.frame.index), code.map(units.frame["code"])))
    values = {name: pd.to_numeric(frame[name], errors="coerce").astype("float64")
              for name in dict.fromkeys(name for pair in CEILINGS for name in pair) if name in frame}  # fmt: skip
    aside: dict[str, pd.Series[float]] = {}
    for name, most in CEILINGS:
        if name in values and most in values:
            mine = values[name]
            # What the contract refuses of it for another reason stays, to be refused.
            over = (mine > values[most]) & (mine < np.inf) & (values[most] >= 0) & ((mine % 1 == 0) | (name in PEOPLE))
            aside[name] = mine[over]
    given = {name: frame[name].mask(frame.index.isin(each.index)) for name, each in aside.items() if len(each)}
    try:
        typed = held(frame.assign(**given), units)
    except DuzhengError as error:
        faults += error.faults
        return pd.DataFrame()
    for name, each in aside.items():
        typed.loc[each.index, name] = each
    # An earlier territory of a code has an id of its own.
    ids = units.resolved(typed["unit"], typed["year"])
    return typed.assign(unit=ids.astype("str"), file=_text(typed, "file"), row=rows_in(frame))


def _of_schools(schools: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    names = [name for name in (*COUNTED, *MEASURED) if name in schools]
    base = pd.DataFrame({
        "unit": schools["unit"], "school": schools["school"].astype(str), "stage": schools["stage"].astype(str),
        "year": schools["year"].to_numpy(np.int64), "file": schools["file"], "row": schools["row"],
    })  # fmt: skip
    parts = []
    for name in names:
        value = pd.to_numeric(schools[name]).to_numpy(float, na_value=np.nan)
        there = ~np.isnan(value)
        part = base[there].assign(indicator=name, value=value[there], counted=name in COUNTED)
        part["sum"] = (part["stage"].isin(list(SHARED)) & (name == "students")).to_numpy(bool)
        parts.append(part)
    long: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return long.assign(stretch=0, of_school=True, coarse=False, added=True, moves=True, step=last_place(long["value"]),
                       of=long["stage"], boundaries=long["year"])  # fmt: skip


def _text(frame: pd.DataFrame, name: str) -> pd.Series[str]:
    import pandas as pd

    if name not in frame:
        return pd.Series("", index=frame.index)
    return frame[name].fillna("").astype(str)


def _coded(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Give numbers to entities, items, series and kinds over both tables."""
    import pandas as pd

    names = ["unit", "school", "stage", "year", "indicator", "value", "file", "row", "stretch", "of_school", "counted",
             "added", "coarse", "sum", "moves", "step", "of", "boundaries"]  # fmt: skip
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
    if frame.empty:
        types: dict[str, type] = dict.fromkeys(("of_school", "counted", "added", "coarse", "sum", "moves"), bool)
        types |= dict.fromkeys(("year", "stretch", "boundaries"), np.int64) | {"value": float, "step": float}
        frame = frame.astype(types)
    kinds = [("entity", ["of_school", "unit", "school"]), ("item", ["of_school", "stage", "indicator"]),
             ("peers", ["of_school", "of"])]  # fmt: skip
    # A school that changes its unit remains the same school.
    frame["unit_key"] = frame["unit"].where(~frame["of_school"], "")
    for name, columns in kinds:
        frame[name] = number(frame, [column if column != "unit" else "unit_key" for column in columns])
    frame["series"] = number(frame, ["entity", "item", "stretch"])
    return frame.drop(columns=["stretch", "of", "unit_key"])


def number(frame: pd.DataFrame, columns: list[str]) -> NDArray[np.int64]:
    """Give numbers to the combinations of columns, from 0 in the order in which they come."""
    import pandas as pd

    code = np.zeros(len(frame), dtype=np.int64)
    for column in columns:
        each, names = pd.factorize(frame[column])
        code = code * max(len(names), 1) + each
    return pd.factorize(code)[0].astype(np.int64)


def changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Put beside each value that of the year before in its series.

    Only rows that have one are given, with ``before`` and ``base_year``. A series ends at a break,
    and with a unit whose territory changed, which has another id.
    """
    order = np.lexsort((frame["year"].to_numpy(), frame["series"].to_numpy()))
    series, value = frame["series"].to_numpy()[order], frame["value"].to_numpy()[order]
    year = frame["year"].to_numpy()[order]
    follows = np.r_[False, series[1:] == series[:-1]] if len(series) else np.zeros(0, dtype=bool)
    at = np.flatnonzero(follows)
    return frame.iloc[order[at]].assign(before=value[at - 1], base_year=year[at - 1])
