"""Claims of self-evaluations beside what was monitored, over all units of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.finding import Finding
from analysis.findings.gathered import Gathered, cells_of
from analysis.findings.ledger.counts import Counts, Together, table_of
from analysis.findings.ledger.monitored import Monitored
from analysis.findings.ledger.naming import Naming, few
from analysis.findings.ledger.report import CLAIMS, COUNTED, TOPIC, Report, counted, overview
from analysis.findings.ledger.verdicts import beyond_chance, verdict
from analysis.findings.wording import Message, Slot
from analysis.messages import in_columns

if TYPE_CHECKING:
    from analysis.workspace import Units, Workspace
    from analysis.workspace.ledger import Ledger, SelfEvaluation

#: A claim a row. ``year`` is the self-evaluation's, ``claim_year`` and ``base_year`` the claim's; ``form`` is value,
#: change, growth, direction, flag, index or coefficient; ``claimed``, ``monitored``, ``lower`` and ``upper`` are ids
#: of cells, or empty; ``claimed_word`` and ``monitored_word`` say up, down, steady, yes or no in place of a number;
#: ``rests_on`` are the cells behind, joined by ``;``; ``newest`` is the year of the newest figure where the claim's
#: year has none; ``verdict`` is agrees, within (the error of a survey), differs or open.
COLUMNS: Final = (
    "unit", "year", "claim", "form", "subject", "survey", "duty", "name_zh", "name_en", "text_zh", "text_en",
    "claim_year", "base_year", "claimed", "claimed_word", "monitored", "monitored_word", "lower", "upper", "rests_on",
    "verdict", "reason", "newest", "evidence", "point", "access", "cells_under", "synthetic",
)  # fmt: skip
#: A self-evaluation a row, and one for the unit above all, with the ids of the cells of its counts. What is not
#: approved yet has the access ``internal``: no public memo reads it, nor its cells, which begin with ``cells_under``.
OVERVIEW: Final = (
    "unit",
    "year",
    "source_zh",
    "source_en",
    "submitted",
    *COUNTED,
    "access",
    "cells_under",
    "synthetic",
)


def gather_claims(
    workspace: Workspace, ledger: Ledger, monitored: Monitored, *, year: int, boundaries: int
) -> Gathered:
    """Hold the self-evaluations of a year to what was monitored.

    Parameters
    ----------
    workspace
        The workspace.
    ledger
        Its ledger, or that of the demonstration.
    monitored
        The figures of the run.
    year
        Whose self-evaluations.
    boundaries
        The year on whose boundaries the figures are. A unit that is not on them stands with the one that holds its
        territory, and its claims cannot be verified unless the territory is the same; one that was divided is left out.

    Returns
    -------
    Gathered
        Findings, cells, and the tables ``claims`` (:data:`COLUMNS`) and ``self_evaluations`` (:data:`OVERVIEW`).
    """
    day = workspace.settings.released
    evaluations = [each.as_of(day) for each in ledger.of_year(year) if each.handed_in_by(day)]
    placed = [(each, held) for each in evaluations if (held := _held_by(workspace.units, each, boundaries))]
    verdicts = iter(beyond_chance(
        verdict(claim, claim.of or unit, monitored, same_territory=same or bool(claim.of))
        for each, (unit, same) in placed for claim in each.claims
    ))  # fmt: skip
    naming = Naming(workspace)
    reports = [Report(each, unit, tuple(next(verdicts) for _ in each.claims), naming, ledger.synthetic,
                      approved=each.public_on(day)) for each, (unit, _) in placed]  # fmt: skip
    counted = [each for each in reports if each.approved and _is_counted(workspace, each)]
    together = [_Together(whole, year, tuple(some), naming) for whole, some in _by_whole(workspace.units, counted)]
    parts: list[Report | _Together] = [*reports, *together]
    return Gathered(
        tuple(finding for part in parts for finding in part.findings()),
        cells_of(cell for part in parts for cell in part.cells()),
        {
            "claims": table_of([row for each in reports for row in each.rows()], COLUMNS,
                               years=("claim_year", "base_year", "newest")),
            "self_evaluations": table_of([part.overview() for part in parts], OVERVIEW),
        },
    )  # fmt: skip


def _held_by(units: Units, evaluation: SelfEvaluation, boundaries: int) -> tuple[str, bool] | None:
    """Give the unit on the boundaries that holds a unit, and whether it had the same territory; None if divided."""
    holders = units.holders(evaluation.unit, boundaries)
    if len(holders) != 1:
        return None
    return holders[0], units.holders(holders[0], evaluation.year) == [evaluation.unit]


def _is_counted(workspace: Workspace, report: Report) -> bool:
    """Tell whether a unit is of the kind that gets memos: the claims of departments are not counted with those."""
    return workspace.units.kind(report.unit) == workspace.settings.unit_kind


def _by_whole(units: Units, reports: Sequence[Report]) -> Iterator[tuple[str, list[Report]]]:
    found: dict[str, list[Report]] = {}
    for report in reports:
        found.setdefault(units.parent(report.unit) or "", []).append(report)
    yield from ((whole, some) for whole, some in found.items() if whole)


@dataclass(frozen=True)
class _Together(Together[Report]):
    """The self-evaluations of the units below one."""

    @cached_property
    def counts(self) -> Counts:
        sizes = counted([each for report in self.parts for each in report.verdicts])
        return Counts(TOPIC, self.unit, self.year, CLAIMS, sizes, "below")

    def findings(self) -> Iterator[Finding]:
        if not self.counts["claims"]:
            return
        where = [report for report in self.parts if report.counts["differ"]]
        where.sort(key=lambda report: (-report.counts["differ"], report.unit))
        named = [
            Message("unit_differs", {"unit": self.naming.unit(each.unit), "differ": each.number("differ")})
            for each in (report.counts for report in where)
        ]
        slots: dict[str, Slot] = {"whole": self.naming.unit(self.unit), "units": self.units, "where": few(named),
                                  "kind": self.naming.kind}  # fmt: skip
        found = overview(self.counts, "claims_together", synthetic=self.synthetic, **slots)
        cells = (*found.cells, self.units.cell, *(report.counts.cell("differ") for report in where))
        yield found.model_copy(update={"cells": cells})

    def overview(self) -> dict[str, Any]:
        return self.counts.overview(COUNTED, synthetic=self.synthetic) | {
            "submitted": "", "access": "public", "cells_under": "", **in_columns("source", None),
        }  # fmt: skip
