"""Stage one of a run: everything that depends on all units, computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.findings.figures.facts import facts
from analysis.findings.gathered import cells_of
from analysis.findings.reference import Reference
from analysis.findings.run_tables import RunTables
from analysis.messages import pick

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Catalogue, Workspace

#: Decimals of what is derived; levels and changes have their indicator's.
DECIMALS = {"growth": 1, "share": 1, "cv": 3, "place": 0, "peers": 0}
#: The measure of what is derived, where it is not its indicator's.
MEASURES = {"growth": "%", "share": "%", "cv": "", "place": "", "peers": ""}


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


def cells_of_facts(found: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Give facts as cells: with measure, decimals, and how they were computed."""
    return cells_of(
        {
            "id": row["cell"],
            "value": row["value"],
            "unit": row["unit"],
            "indicator": row["indicator"],
            "year": row["year"],
            "base_year": row["base_year"],
            "statistic": row["statistic"],
            "measure": _measure(row["statistic"], catalogue, row["indicator"]),
            "decimals": DECIMALS.get(row["statistic"], catalogue[row["indicator"]].decimals),
            "how": row["status"] + (f" from {row['made_of'].replace(';', ', ')}" if row["made_of"] else ""),
            "sources": row["sources"],
        }
        for row in found.to_dict("records")
    )


def _measure(statistic: str, catalogue: Catalogue, indicator: str) -> dict[str, str]:
    given = catalogue[indicator].measure
    return {language: MEASURES.get(statistic, pick(given, language)) for language in ("zh-Hans", "en")}
