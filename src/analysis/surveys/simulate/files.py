"""Simulated waves as files: the demonstration waves of a workspace, and a rehearsal's tables in a folder."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError, Fault
from analysis.surveys.collected import DEMO, Collected, csv_of, files_of, parquet_of, stacked, write_collected
from analysis.surveys.seal import write_demo_seal
from analysis.surveys.simulate.fit import read_truth
from analysis.surveys.simulate.truth import Truth
from analysis.surveys.simulate.wave import Simulated, simulate
from analysis.surveys.survey import Survey, questionnaires
from analysis.workspace.files import write_together

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

#: The files of truth of a workspace's demonstration waves.
TRUTHS = f"{DEMO}/*.truth.yaml"


def demonstration(workspace: Workspace) -> list[Simulated]:
    """Simulate the demonstration waves of a workspace: every wave of every file of truth.

    Raises
    ------
    DuzhengError
        With every fault of every file; DZ-Q007 if there is none.
    """
    surveys, units = questionnaires(workspace), set(workspace.units.frame["code"])
    found: list[tuple[Survey, Truth]] = []
    faults: list[Fault] = []
    for path in sorted(workspace.root.glob(TRUTHS)):
        try:
            truth = read_truth(path, list(surveys.values()), root=workspace.root, units=units)
        except DuzhengError as error:
            faults += error.faults
            continue
        found += [(surveys[f"{truth.survey}-{wave}"], truth) for wave in truth.waves]
    if faults:
        raise DuzhengError.of(faults)
    if not found:
        raise DuzhengError(Fault("DZ-Q007", found="no file of truth", expected=TRUTHS, hint="see docs/simulation.md"))
    return [simulate(survey, truth) for survey, truth in found]


def as_collected(wave: Simulated) -> Collected:
    """Give a simulated wave as one that was collected, marked synthetic."""
    about = {"seed": wave.seed, "made_by": "duzheng survey simulate", "truth": wave.truth.survey}
    return Collected(wave.survey, True, wave.responses, wave.log, wave.margins, about)  # noqa: FBT003


def write_demonstration(workspace: Workspace, waves: list[Simulated]) -> Iterator[tuple[Simulated, list[Path]]]:
    """Write simulated waves below ``data/demo``: with what is true of them beside their answers, and with a seal."""
    for wave in waves:
        files = write_collected(workspace.root, as_collected(wave))
        opened = wave.responses["started"].min().date().isoformat()
        files.append(write_demo_seal(workspace.root, wave.survey, opened))
        folder = files_of(workspace.root, wave.survey, synthetic=True)["responses"].parent
        for name, table in _truths(wave).items():
            files += write_together({folder / f"{name}.csv": csv_of(table)})
        yield wave, files


def _truths(wave: Simulated) -> dict[str, pd.DataFrame]:
    """Give the tables that no real wave has: how each respondent answered, and the indices of the population."""
    return {"behaviour": wave.behaviour, "true_indices": wave.indices}


def write_rehearsal(wave: Simulated, folder: Path) -> list[Path]:
    """Write a simulated wave's tables into a folder, as ``NAME.synthetic.TABLE.csv``; answers as Parquet, too."""
    tables = {"responses": wave.responses, "log": wave.log, "margins": stacked(wave.margins), **_truths(wave)}
    stem = f"{wave.survey.name}.synthetic"
    contents = {folder / f"{stem}.{name}.csv": BOM_UTF8 + csv_of(table) for name, table in tables.items()}
    return write_together({**contents, folder / f"{stem}.responses.parquet": parquet_of(as_collected(wave))})
