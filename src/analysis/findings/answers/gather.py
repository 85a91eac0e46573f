"""The gatherer of answers: everything that the waves of a run say, of all units at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.findings.answers import cells as of_cells
from analysis.findings.answers import drivers, notes, quotes, recognition
from analysis.findings.answers.comparisons import Compared, between_groups, declared_otherwise, gaps, over_time
from analysis.findings.answers.differences import differences
from analysis.findings.answers.estimates import Row, means, table_of
from analysis.findings.answers.families import FAMILIES, adjusted, held
from analysis.findings.answers.levels import levels
from analysis.findings.answers.waves import Wave, waves
from analysis.findings.gathered import Gathered, cells_of
from analysis.messages import Texts
from analysis.satisfaction.robustness.combinations import Choices
from analysis.satisfaction.robustness.multiverse import CHOICES

if TYPE_CHECKING:
    from analysis.findings.finding import Finding
    from analysis.workspace import Workspace


def gather(
    workspace: Workspace, *, year: int, boundaries: int, synthetic: bool, rate: float = 0.05, level: float = 0.95
) -> Gathered:
    """Gather what the waves of a run say: estimates, comparisons, findings, quotations and notes, for all units.

    Parameters
    ----------
    workspace
        The workspace.
    year
        The last year of waves; of each questionnaire the newest wave is taken, and the one before it.
    boundaries
        The year on whose boundaries units are.
    synthetic
        Whether the simulated waves are taken, and only they; otherwise those that were collected, and only they.
    rate
        The rate of false discoveries, of each family.
    level
        Of intervals.

    Returns
    -------
    Gathered
        Nothing where no wave was collected. Tables: ``estimates``
        (:data:`analysis.findings.answers.estimates.COLUMNS`), ``quotes``
        (:data:`analysis.findings.answers.quotes.COLUMNS`), ``waves`` (one row a wave and unit: how many answered),
        ``reliability`` (columns of estimates), ``answer_notes`` (what must be said beside them), ``families`` (how many
        tests were adjusted together).

    Raises
    ------
    DuzhengError
        As :func:`analysis.surveys.design.design`, for a wave of which a part is missing or wrong.

    Notes
    -----
    Nothing is tested of a census or an open sample. What the seals declare is one family over all waves of a run and
    all units, everything else another; intervals are those of single estimates. A comparison that is not clear at the
    rate is a finding with the verdict ``unclear``, which makes no statement.
    """
    return gathered(waves(workspace, year=year, boundaries=boundaries, synthetic=synthetic), workspace,
                    rate=rate, level=level)  # fmt: skip


def gathered(
    found: list[Wave], workspace: Workspace | None, *, rate: float = 0.05, level: float = 0.95,
    choices: Choices | None = CHOICES, replicates: int = 200,
) -> Gathered:  # fmt: skip
    """Gather what given waves say; without a workspace no quotations and no recognition.

    ``choices`` are those by which differences are reckoned anew; with None they are not. ``replicates`` are those of
    the bootstrap of drivers and reliabilities.
    """
    if not found:
        return Gathered()
    of: dict[str, dict[str, Row]] = {
        wave.name: {row["cell"]: row for row in means(wave, level=level)} for wave in found
    }
    compared, others, told = _compared(found, of, level)
    compared = adjusted(compared, others)
    named = {wave.name: wave for wave in found}
    if choices is not None:
        compared = held(named, compared, choices, rate=rate, level=level)
    counts = {name: sum(each.row["family"] == name for each in compared) for name in FAMILIES}
    counts[FAMILIES[0]] += len(others)
    shares = {wave.name: drivers.shares(wave, level=level, replicates=replicates) for wave in found}
    alphas = [row for wave in found for row in notes.reliability(wave, level=level, replicates=replicates)]
    quoted = [] if workspace is None else [row for wave in found for row in quotes.quotes(wave, workspace.root)]
    percentages = [] if workspace is None else recognition.percentages(workspace, found, level=level)

    findings: list[Finding] = []
    for wave in found:
        findings += levels(wave, of[wave.name], compared, rate=rate, level=level)
        findings += differences(wave, of[wave.name], compared, rate=rate, level=level)
        findings += drivers.associations(wave, shares[wave.name], level)
        findings += quotes.spoken(wave, quoted)
    findings += recognition.thresholds(percentages, found)

    rows = [*(row for each in of.values() for row in each.values()), *(each.row for each in compared),
            *(row for each in shares.values() for row in each), *percentages]  # fmt: skip
    table = notes.table_of_waves(found)
    cells: list[dict[str, Any]] = [
        *of_cells.cells(found, rows, level), *recognition.cells(percentages, found[0].whole), *notes.cells(table),
        *notes.alpha_cells(alphas), *quotes.cells(found, quoted),
        *notes.family_cells(counts, found[0].whole, max(wave.year for wave in found), rate),
    ]  # fmt: skip
    tables = {
        "estimates": table_of(rows), "quotes": quotes.table_of(quoted), "waves": table,
        "reliability": table_of(alphas),
        "answer_notes": notes.notes(found, compared, alphas, told, counts, rate=rate, level=level),
        "families": _families(counts, found[0].whole, rate),
    }  # fmt: skip
    return Gathered(tuple(findings), cells_of(cells), tables)


def _compared(
    found: list[Wave], of: dict[str, dict[str, Row]], level: float
) -> tuple[list[Compared], list[float], dict[str, tuple[Texts, ...]]]:
    """Give all comparisons, the p of what else was declared, and what must be said of changes, by wave."""
    compared, others, told = list[Compared](), list[float](), dict[str, tuple[Texts, ...]]()
    for wave in found:
        mine = of[wave.name]
        compared += gaps(wave, mine, level=level)
        changed, told[wave.name] = over_time(wave, mine, level=level)
        compared += changed
        groups = between_groups(wave, mine, level=level)
        for each in groups:
            mine |= {part["cell"]: part for part in each.parts}
        compared += groups
        others += declared_otherwise(wave)
    return compared, others, told


def _families(counts: dict[str, int], whole: str, rate: float) -> Any:
    import pandas as pd

    rows = [{"unit": whole, "family": name, "declared": name == FAMILIES[0], "tests": n, "rate": rate}
            for name, n in counts.items()]  # fmt: skip
    return pd.DataFrame(rows)
