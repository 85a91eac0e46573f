"""Rectification: where each item stands on a day, what is overdue, and its figures then and now, without a cause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.finding import Finding
from analysis.findings.gathered import Gathered, cells_of
from analysis.findings.ledger.counts import Counts, Together, table_of
from analysis.findings.ledger.items import COUNTED, ITEMS, TOPIC, Rectification, overview
from analysis.findings.ledger.monitored import Monitored
from analysis.findings.ledger.naming import Naming, few
from analysis.findings.wording import Message

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Ledger

#: An item and one of its figures a row. Dates are ISO; ``since`` is that of the last step; ``then``, ``now``,
#: ``threshold``, ``lower`` and ``upper`` are ids of cells, or empty; ``reason`` is why there is no ``now``.
COLUMNS: Final = (
    "unit", "year", "item", "evidence", "problem_zh", "problem_en", "owner_zh", "owner_en", "duty", "opened", "due",
    "state", "since", "overdue", "name_zh", "name_en", "then_year", "now_year", "then", "now", "lower", "upper",
    "threshold", "direction", "rests_on", "reason", "synthetic",
)  # fmt: skip
#: A unit a row, and one for the unit above all, with the ids of the cells of its counts.
OVERVIEW: Final = ("unit", "year", *COUNTED, "synthetic")


def gather_rectification(
    workspace: Workspace, ledger: Ledger, monitored: Monitored, *, year: int, boundaries: int
) -> Gathered:
    """Say where the items of rectification stand on the day that the workspace is released.

    Parameters
    ----------
    workspace
        The workspace; its ``released`` is the day.
    ledger
        Its ledger, or that of the demonstration.
    monitored
        The figures of the run.
    year
        The last year of the figures.
    boundaries
        The year on whose boundaries the figures are.

    Returns
    -------
    Gathered
        Findings, cells, and the tables ``rectification`` (:data:`COLUMNS`) and ``rectification_counts``
        (:data:`OVERVIEW`).

    Notes
    -----
    An item is there because a figure was bad. Figures that were chosen so drift back by themselves (regression to the
    mean), so a figure then and one now say nothing of what was done, and no sentence here does. Items that not
    everybody may read are told of on the office's board, and in no memo.
    """
    day, naming = workspace.settings.released, Naming(workspace)
    found: list[Rectification] = []
    for unit, items in sorted(ledger.rectification.items()):
        holders = workspace.units.holders(unit, boundaries)
        there = tuple(item for item in items if item.opened <= day and item.access == "public")
        if len(holders) == 1 and there:
            same = workspace.units.holders(holders[0], max(item.opened.year for item in there)) == [unit]
            found.append(Rectification(holders[0], unit, year, day, there, monitored, naming, ledger.synthetic, same))
    wholes: dict[str, list[Rectification]] = {}
    for each in found:
        wholes.setdefault(workspace.units.parent(each.unit) or "", []).append(each)
    together = [_Together(whole, year, tuple(some), naming, day) for whole, some in wholes.items() if whole]
    parts: list[Rectification | _Together] = [*found, *together]
    return Gathered(
        tuple(finding for part in parts for finding in part.findings()),
        cells_of(cell for part in parts for cell in part.cells()),
        {
            "rectification": table_of([row for each in found for row in each.rows()], COLUMNS,
                                      years=("evidence", "then_year", "now_year"), flags=("overdue",)),
            "rectification_counts": table_of([part.overview() for part in parts], OVERVIEW),
        },
    )  # fmt: skip


@dataclass(frozen=True)
class _Together(Together[Rectification]):
    """The items of all units below one."""

    day: dt.date

    @cached_property
    def counts(self) -> Counts:
        sizes = {name: sum(each.counts[name] for each in self.parts) for name in COUNTED}
        return Counts(TOPIC, self.unit, self.year, ITEMS, sizes, "below")

    def findings(self) -> Iterator[Finding]:
        found = overview(self.counts, "rectification_together", self.day, synthetic=self.synthetic,
                          whole=self.naming.unit(self.unit), units=self.units)  # fmt: skip
        yield found.model_copy(update={"cells": (*found.cells, self.units.cell)})
        late = sorted((each for each in self.parts if each.overdue), key=lambda each: (-len(each.overdue), each.unit))
        if not late:
            return
        where = [
            Message("unit_overdue", {"unit": self.naming.unit(each.unit), "overdue": each.number("overdue")})
            for each in (part.counts for part in late)
        ]
        yield Finding(
            id=f"{TOPIC}/below_overdue/{self.unit}/{self.year}", unit=self.unit, year=self.year, topic=TOPIC,
            kind="threshold", reference="target", verdict="missed", tone="bad", subject=TOPIC, group="below_overdue",
            estimate=float(self.counts["overdue"]), synthetic=self.synthetic, message="rectification_overdue_in",
            cells=(self.counts.cell("overdue"), *(each.counts.cell("overdue") for each in late)),
            slots={"whole": self.naming.unit(self.unit), "kind": self.naming.kind, "where": few(where),
                   "overdue": self.counts.number("overdue")},
        )  # fmt: skip

    def overview(self) -> dict[str, Any]:
        return self.counts.overview(COUNTED, synthetic=self.synthetic)
