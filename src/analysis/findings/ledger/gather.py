"""The gatherer of the ledger: self-evaluations and rectification of all units of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.findings.coefficients import coefficients_in
from analysis.findings.gathered import Gathered
from analysis.findings.ledger.claims import gather_claims
from analysis.findings.ledger.monitored import Monitored
from analysis.findings.ledger.rectification import gather_rectification

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace


def gather(
    workspace: Workspace,
    tables: Mapping[str, pd.DataFrame],
    *,
    year: int,
    boundaries: int,
    synthetic: bool,
) -> Gathered:
    """Hold the ledger to what was monitored.

    Parameters
    ----------
    workspace
        The workspace.
    tables
        Of the run: ``facts``, and ``estimates`` if any wave was collected.
    year
        The last year of the figures, and the year of the self-evaluations.
    boundaries
        The year on whose boundaries the figures are.
    synthetic
        Whether the invented ledger of the demonstration is read, or the workspace's own: never both.

    Returns
    -------
    Gathered
        Findings of the topics ``self_evaluation`` and ``rectification``, their cells, and the tables ``claims``,
        ``self_evaluations``, ``rectification`` and ``rectification_counts``. Nothing where the ledger is empty.

    Raises
    ------
    DuzhengError
        With every fault of the ledger (:func:`analysis.workspace.ledger.read_ledger`).
    """
    ledger = workspace.ledger_of(synthetic=synthetic)
    if not ledger:
        return Gathered()
    import pandas as pd

    monitored = Monitored(workspace, tables["facts"], tables.get("estimates"), boundaries, coefficients_in(tables))
    found = [
        gather_claims(workspace, ledger, monitored, year=year, boundaries=boundaries),
        gather_rectification(workspace, ledger, monitored, year=year, boundaries=boundaries),
    ]
    return Gathered(
        tuple(finding for each in found for finding in each.findings),
        pd.concat([each.cells for each in found], ignore_index=True),
        {name: table for each in found for name, table in each.tables.items() if len(table)},
    )
