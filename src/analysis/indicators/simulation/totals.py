"""The real totals that simulated schools add up to, unit by unit, in years with figures and in those between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.indicators.series import series
from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.simulation.truth import Truth
    from analysis.workspace import Workspace

REPORTED, INTERPOLATED = "reported", "interpolated"


def codes_of(truth: Truth) -> list[str]:
    """List the codes of the figures that schools add up to."""
    return list(
        dict.fromkeys(
            code
            for block in truth.blocks.values()
            for code in (block.schools, *block.students.values(), block.teachers, block.staff)
            if code
        )
    )


def years_of(workspace: Workspace, truth: Truth) -> list[int]:
    """Give the years in which every unit of the workspace's kind has every figure, in order.

    Raises
    ------
    DuzhengError
        DZ-S003 if there is none.
    """
    wanted = codes_of(truth)
    figures = workspace.observations
    here = figures[figures["indicator"].isin(wanted) & figures["value"].notna()]
    found = []
    for year in sorted(int(each) for each in here["year"].unique()):
        units = _units(workspace, year)
        there = here[(here["year"] == year) & here["unit"].isin(units)]
        pairs = set(zip(there["unit"], there["indicator"], strict=True))
        if units and all((unit, code) in pairs for unit in units for code in wanted):
            found.append(year)
    if not found:
        raise DuzhengError(
            Fault("DZ-S003", found="no year in which every unit has " + ", ".join(wanted),
                  expected="figures of one year for all units", hint="name the figures in data/demo/schools/truth.yaml")
        )  # fmt: skip
    return found


def totals(workspace: Workspace, truth: Truth, years: Sequence[int]) -> dict[int, tuple[pd.DataFrame, str]]:
    """Give the totals of each year, on its own boundaries.

    Parameters
    ----------
    years
        Years with figures, or between two such: there the totals lie on the straight line between them.

    Returns
    -------
    dict
        By year: a frame of whole numbers indexed by unit (id) with a column a code, and ``reported`` or
        ``interpolated``.

    Raises
    ------
    DuzhengError
        DZ-S002 for a year before the first or after the last with figures; DZ-S003 for a year between two for whose
        units the figures of one of them cannot be had.
    """
    known = years_of(workspace, truth)
    outside = [year for year in years if not known[0] <= year <= known[-1]]
    if outside or not years:
        raise DuzhengError.of(
            wrong(f"year {year}", f"a year from {known[0]} to {known[-1]}", "figures of units are not guessed beyond")
            for year in outside or (0,)
        )
    wanted = codes_of(truth)
    found: dict[int, tuple[pd.DataFrame, str]] = {}
    for year in dict.fromkeys(years):
        units = _units(workspace, year)
        levels = series(workspace, wanted, boundaries=year, units=units, until=max(known))
        ends = [year] if year in known else [max(y for y in known if y < year), min(y for y in known if y > year)]
        tables = [
            levels[levels["year"] == end].pivot_table(index="unit", columns="indicator", values="value")
            .reindex(index=units, columns=wanted)
            for end in ends
        ]  # fmt: skip
        if any(table.isna().to_numpy().any() for table in tables):
            raise DuzhengError(
                Fault("DZ-S003", found=f"no figures of {ends} for all units of {year}", expected="figures of both",
                      hint="choose a year with figures")
            )  # fmt: skip
        share = 0.0 if len(ends) == 1 else (year - ends[0]) / (ends[1] - ends[0])
        whole = ((1 - share) * tables[0] + share * tables[-1]).round().astype("int64")
        found[year] = whole, REPORTED if len(ends) == 1 else INTERPOLATED
    return found


def _units(workspace: Workspace, year: int) -> list[str]:
    return [str(unit) for unit in workspace.units.at(year, workspace.settings.unit_kind).index]
