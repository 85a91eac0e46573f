"""The gatherer of the office's year: what the ledger holds of it, as tables and cells for memos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.findings.coefficients import coefficients_in
from analysis.findings.gathered import Gathered
from analysis.findings.ledger.monitored import Monitored
from analysis.messages import DuzhengError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

#: The rule sets without which there is no year of an office.
NEEDED = ("duties", "office_year", "evaluation_points", "responsibilities")


def gather(
    workspace: Workspace, tables: Mapping[str, pd.DataFrame], *, year: int, boundaries: int, synthetic: bool
) -> Gathered:
    """Gather what the ledger holds of the office's year.

    Parameters
    ----------
    workspace
        The workspace.
    tables
        Of the run: ``facts``, and ``estimates`` if any wave was collected.
    year
        The year of evaluation.
    boundaries
        The year on whose boundaries the figures are.
    synthetic
        Whether the invented ledger of the demonstration is read, or the workspace's own: never both.

    Returns
    -------
    Gathered
        The tables of :mod:`analysis.supervision.gatherers` and their cells; nothing in a workspace that lacks one of
        the rule sets (:data:`NEEDED`), or where several units stand above those that memos are about.

    Raises
    ------
    DuzhengError
        With the faults of the ledger and of the rule sets.
    """
    if any(name not in workspace.rules for name in NEEDED):
        return Gathered()
    from analysis.supervision.evaluations import evaluated, evaluator_of
    from analysis.supervision.gatherers.board import gather_board
    from analysis.supervision.gatherers.evaluations import gather_evaluations
    from analysis.supervision.gatherers.inspections import gather_inspections
    from analysis.supervision.gatherers.rounds import gather_rounds
    from analysis.supervision.gatherers.terms import gather_terms
    from analysis.supervision.gatherers.training import gather_training
    from analysis.supervision.gatherers.whole import gather_whole

    try:
        evaluator = evaluator_of(workspace)
    except DuzhengError:  # the provinces of a nation: each has a year of its own
        return Gathered()
    monitored = Monitored(workspace, tables["facts"], tables.get("estimates"), boundaries, coefficients_in(tables))
    held = (gather_evaluations, gather_whole, gather_rounds, gather_inspections, gather_board)
    parts = [each(workspace, monitored, evaluator=evaluator, year=year, synthetic=synthetic) for each in held]
    asked = workspace.ledger_of(synthetic=synthetic).of_year(year)
    below, day = {*evaluated(workspace, evaluator)}, workspace.settings.released
    parts.append(
        gather_terms(
            workspace, monitored, [each.as_of(day) for each in asked if each.unit in below], synthetic=synthetic
        )
    )
    parts.append(gather_training(workspace, evaluator=evaluator, year=year, synthetic=synthetic))
    import pandas as pd

    cells = [each.cells for each in parts if each.cells is not None]
    return Gathered(
        cells=pd.concat(cells, ignore_index=True) if cells else None,
        tables={name: table for each in parts for name, table in each.tables.items()},
        subjects=tuple(subject for each in parts for subject in each.subjects),
    )
