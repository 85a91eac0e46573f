"""Stage one of a run: everything that depends on all units, computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.findings.figures.cells import cells_of_facts
from analysis.findings.figures.facts import facts
from analysis.findings.reference import Reference
from analysis.findings.run_tables import RunTables

if TYPE_CHECKING:
    from analysis.workspace import Workspace


def run_tables(
    workspace: Workspace, *, year: int | None = None, boundaries: int | None = None, synthetic: bool = False
) -> RunTables:
    """Compute the tables of a run.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The last year of the figures used; by default the workspace's year of evaluation.
    boundaries
        The year on whose boundaries series are put; by default the workspace's.
    synthetic
        Whether the simulated waves, schools and ledgers are used, beside the published figures.

    Returns
    -------
    RunTables
        For all units.
    """
    settings = workspace.settings
    last = settings.year if year is None else year
    drawn = settings.boundaries if boundaries is None else boundaries
    tables = facts(workspace, year=last, boundaries=drawn)
    tables["cells"] = cells_of_facts(tables["facts"], workspace.catalogue)
    reference = Reference.of(workspace, year=last, boundaries=drawn, synthetic=synthetic)
    return RunTables(reference, tables)
