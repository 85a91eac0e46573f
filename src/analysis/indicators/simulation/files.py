"""The tables of simulated schools of a workspace as files: `data/demo/schools/YEAR.csv`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.indicators.simulation.schools import simulated_schools
from analysis.indicators.simulation.totals import years_of
from analysis.indicators.simulation.truth import FILE, read_truth
from analysis.workspace.files import write_together

if TYPE_CHECKING:
    from analysis.workspace import Workspace

FOLDER = Path(FILE).parent


def write_schools(workspace: Workspace) -> list[Path]:
    """Write the simulated schools of the newest year with figures and of the year before, one file a year.

    Returns
    -------
    list of pathlib.Path
        The files, below ``data/demo/schools``; the same on every machine.
    """
    known = years_of(workspace, read_truth(workspace))
    years = [known[-1]] if len(known) == 1 else [known[-1] - 1, known[-1]]
    frame = simulated_schools(workspace, years=years)
    contents = {
        workspace.root / FOLDER / f"{year}.csv": frame[frame["year"] == year].to_csv(
            index=False, lineterminator="\n", float_format="%.0f"
        ).encode()
        for year in years
    }  # fmt: skip
    return write_together(contents)
