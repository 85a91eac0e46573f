"""Figures: `data/observations/*.csv`, tidy, each with its source."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.workspace.catalogue import Catalogue
from analysis.workspace.contracts import Contract, Field, Rule, check_tables
from analysis.workspace.tables import RawTable, read_table, relative_name, table_files
from analysis.workspace.units import Units

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "data/observations"

#: What yearbooks print for a figure that is too small to print.
TOO_SMALL = ("…", "...", "……", "⋯")
#: Why there is a value, or none. ``rounded``: published in a coarser unit, see ``as_published``; ``too_small``: too
#: small to print, not zero.
PRESENT = ("reported", "rounded")
ABSENT = ("too_small", "missing", "suppressed")


def observation_contract(units: Units, catalogue: Catalogue, sources: pd.DataFrame) -> Contract:
    """Make the contract of observations for a workspace's units, catalogue and sources.

    Columns: unit (a code), year, indicator, value, measure (as the catalogue has it in Chinese), source; and if
    needed numerator and denominator (of a rate), boundaries (the year whose boundaries the figure is on, if not its
    own), status, as_published, note.
    """
    ok_sources = set(sources.index[sources["status"] == "ok"])
    names = {
        str(name): str(code)
        for column in ("name_zh", "name_en", "short_zh", "short_en")
        for name, code in zip(units.frame[column], units.frame["code"], strict=True)
    }

    def boundaries(rows: pd.DataFrame) -> pd.Series:
        return rows["boundaries"].fillna(rows["year"])

    def known_unit(rows: pd.DataFrame) -> pd.Series:
        return each(rows["unit"], lambda code: units.known(str(code))).astype(bool)

    def existing_unit(rows: pd.DataFrame) -> pd.Series:
        resolved = units.exist(rows["unit"], boundaries(rows))
        return ~known_unit(rows) | rows["year"].isna() | resolved

    def kind(rows: pd.DataFrame) -> pd.Series:
        return each(rows["indicator"], lambda code: catalogue[code].kind if code in catalogue else "")

    def measure_is_right(rows: pd.DataFrame) -> pd.Series:
        wanted = each(rows["indicator"], lambda code: catalogue[code].measure["zh-Hans"] if code in catalogue else None)
        return wanted.isna() | (rows["measure"].fillna("") == wanted)

    def parts_agree(rows: pd.DataFrame) -> pd.Series:
        scale = each(rows["indicator"], lambda code: catalogue[code].scale if code in catalogue else 1.0).astype(float)
        computed = scale * rows["numerator"] / rows["denominator"]
        return rows["value"].isna() | computed.isna() | ((computed - rows["value"]).abs() <= 0.01 * computed.abs())

    value = "value"
    return Contract(
        name="observations",
        fields={
            "unit": Field(),
            "year": Field("year"),
            "indicator": Field(),
            value: Field("number", blank=True),
            "measure": Field(blank=True),
            "numerator": Field("number", required=False, blank=True),
            "denominator": Field("number", required=False, blank=True),
            "boundaries": Field("year", required=False, blank=True),
            "source": Field(),
            "status": Field(required=False, blank=True),
            "as_published": Field(required=False, blank=True),
            "note": Field(required=False, blank=True),
        },
        key=("unit", "year", "indicator"),
        rules=(
            Rule(
                "DZ-U001",
                "unit",
                known_unit,
                "a code of data/units.csv",
                lambda row: f"write the code {names[str(row['unit'])]}" if str(row["unit"]) in names else "",
            ),
            Rule(
                "DZ-U002",
                "unit",
                existing_unit,
                lambda row: f"a unit that existed at the end of {_boundaries_of(row)}",
                lambda row: units.explain(str(row["unit"]), _boundaries_of(row)),
            ),
            Rule(
                "DZ-I001",
                "indicator",
                lambda rows: rows["indicator"].isin(set(catalogue)),
                "a code of data/indicators",
                lambda row: _suggest(str(row["indicator"]), list(catalogue)),
            ),
            Rule(
                "DZ-I001",
                "indicator",
                lambda rows: kind(rows) != "ratio",
                "an indicator that is observed",
                "this one is computed from its parts; give those",
            ),
            Rule(
                "DZ-I002",
                "measure",
                measure_is_right,
                lambda row: repr(catalogue[row["indicator"]].measure["zh-Hans"]),
                lambda row: _convert(str(row["measure"]), catalogue[row["indicator"]].measure["zh-Hans"]),
            ),
            Rule(
                "DZ-I003",
                "source",
                lambda rows: rows["source"].isin(ok_sources),
                "a source of data/sources.csv that is not blocked",
                lambda row: (
                    "blocked: " + str(sources.at[row["source"], "note"])
                    if row["source"] in sources.index
                    else _suggest(str(row["source"]), sorted(ok_sources))
                ),
            ),
            Rule(
                "DZ-T004",
                value,
                lambda rows: ~(kind(rows).isin(["count", "amount"]) & (rows["value"] < 0)),
                "no negative number: this indicator counts or measures",
            ),
            Rule(
                "DZ-T004",
                value,
                lambda rows: ~((kind(rows) == "count") & (rows["value"] % 1 > 0)),
                "a whole number: this indicator counts",
            ),
            Rule(
                "DZ-T004",
                value,
                lambda rows: ~((kind(rows) == "flag") & rows["value"].notna() & ~rows["value"].isin([0, 1])),
                "0 or 1",
            ),
            Rule(
                "DZ-T004",
                "status",
                lambda rows: rows["status"].isna() | rows["status"].isin([*PRESENT, *ABSENT]),
                "one of " + ", ".join([*PRESENT, *ABSENT]),
                allowed=(*PRESENT, *ABSENT),
            ),
            Rule(
                "DZ-T004",
                value,
                lambda rows: ~(rows["value"].isna() & rows["status"].fillna("reported").isin(PRESENT)),
                "a number, or a status that says why there is none",
                f"write one of {', '.join(ABSENT)} into `status`",
            ),
            Rule(
                "DZ-T004",
                value,
                lambda rows: ~(rows["value"].notna() & rows["status"].isin(ABSENT)),
                lambda row: f"no number beside the status {row['status']}",
            ),
            Rule(
                "DZ-T004",
                "denominator",
                lambda rows: rows["numerator"].isna() == rows["denominator"].isna(),
                "numerator and denominator together",
            ),
            Rule(
                "DZ-T004",
                "denominator",
                lambda rows: rows["denominator"].isna() | (rows["denominator"] > 0),
                "a positive number",
            ),
            Rule(
                "DZ-T004",
                value,
                parts_agree,
                lambda row: f"{row['numerator']:g} / {row['denominator']:g} times the scale",
            ),
        ),
    )


def each(column: pd.Series, of: Callable[[Any], Any]) -> pd.Series:
    """Apply a function to what stands in a column, once to each that stands in it often."""
    return column.map({found: of(found) for found in column.unique()})


def _boundaries_of(row: pd.Series) -> int:
    import pandas as pd

    return int(row["year"] if pd.isna(row["boundaries"]) else row["boundaries"])


def _suggest(found: str, known: list[str]) -> str:
    close = difflib.get_close_matches(found, known, n=2)
    return f"did you mean {' or '.join(close)}?" if close else ""


def _convert(found: str, wanted: str) -> str:
    if found == f"万{wanted}":
        return f"multiply by 10,000 and write {wanted}; keep the printed figure in `as_published` with status rounded"
    if wanted == f"万{found}":
        return f"divide by 10,000 and write {wanted}"
    return f"convert the value to {wanted}"


def read_observations(
    root: Path, units: Units, catalogue: Catalogue, sources: pd.DataFrame, files: Sequence[Path] | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read figures, all of them or none.

    Parameters
    ----------
    root
        The workspace.
    units, catalogue, sources
        What the figures must name.
    files
        CSV or Excel files; by default all of `data/observations`.

    Returns
    -------
    tuple
        A frame, sorted by indicator, year and unit: unit (id of the territory, see
        :class:`~analysis.workspace.units.Units`), year, indicator, value, numerator, denominator, boundaries, source,
        status, as_published, note, file, row; and notices.

    Raises
    ------
    DuzhengError
        With every fault of every file.
    """
    paths = table_files(root / FOLDER) if files is None else list(files)
    tables: list[RawTable] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            tables.append(_too_small_to_status(read_table(path, relative_name(path, root))))
        except DuzhengError as error:
            faults += error.faults
    try:
        frame, notices = check_tables(tables, observation_contract(units, catalogue, sources))
    except DuzhengError as error:
        faults += error.faults
    if faults:
        raise DuzhengError.of(faults)
    return _completed(frame, units).sort_values(["indicator", "year", "unit"], ignore_index=True), notices


def _too_small_to_status(table: RawTable) -> RawTable:
    """Write the yearbook's "…" (too small to print) as a missing value with its status, unless another is given."""
    frame = table.frame
    if "value" not in frame:
        return table
    dots = frame["value"].isin(TOO_SMALL)
    given = frame["status"] if "status" in frame else frame["value"].mask(dots, "").where(dots, "")
    taken = dots & given.isin(["", "too_small"])
    if not taken.any():
        return table
    return replace(
        table, frame=frame.assign(value=frame["value"].mask(taken, ""), status=given.mask(taken, "too_small"))
    )


def _completed(frame: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Put the territory for the code, the boundaries where they are the year's own, the status where it is plain."""
    boundaries = frame["boundaries"].fillna(frame["year"]).astype(int)
    return frame.assign(
        unit=units.resolved(frame["unit"], boundaries),
        boundaries=boundaries,
        year=frame["year"].astype(int),
        status=frame["status"].fillna("reported"),
    ).drop(columns="measure")
