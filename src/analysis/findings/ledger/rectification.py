"""Rectification: where each item stands on a day, what is overdue, and its figures then and now, without a cause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.finding import Finding
from analysis.findings.gathered import Gathered, cells_of
from analysis.findings.ledger.book import COUNTED, ITEMS, TOPIC, Book, overview
from analysis.findings.ledger.counts import Counts, row_of, table_of
from analysis.findings.ledger.monitored import Monitored
from analysis.findings.ledger.naming import Naming, few
from analysis.findings.wording import Message, Number

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
    mean), so a figure then and one now say nothing of what was done, and no sentence here does.
    """
    day, naming = workspace.settings.released, Naming(workspace)
    books: list[Book] = []
    for unit, items in sorted(ledger.rectification.items()):
        holders = workspace.units.holders(unit, boundaries)
        there = tuple(item for item in items if item.opened <= day)
        if len(holders) == 1 and there:
            same = workspace.units.holders(holders[0], max(item.opened.year for item in there)) == [unit]
            books.append(Book(holders[0], unit, year, day, there, monitored, naming, ledger.synthetic, same))
    wholes: dict[str, list[Book]] = {}
    for book in books:
        wholes.setdefault(workspace.units.parent(book.unit) or "", []).append(book)
    together = [_Together(whole, year, day, tuple(some), naming) for whole, some in wholes.items() if whole]
    parts: list[Book | _Together] = [*books, *together]
    return Gathered(
        tuple(finding for part in parts for finding in part.findings()),
        cells_of(cell for part in parts for cell in part.cells()),
        {
            "rectification": table_of([row for book in books for row in book.rows()], COLUMNS,
                                      years=("evidence", "then_year", "now_year"), flags=("overdue",)),
            "rectification_counts": table_of([part.overview() for part in parts], OVERVIEW),
        },
    )  # fmt: skip


@dataclass(frozen=True)
class _Together:
    """The items of all units below one."""

    unit: str
    year: int
    day: dt.date
    books: tuple[Book, ...]
    naming: Naming

    @cached_property
    def counts(self) -> Counts:
        sizes = {name: sum(book.counts[name] for book in self.books) for name in COUNTED}
        return Counts(TOPIC, self.unit, self.year, ITEMS, sizes, "below")

    @property
    def units(self) -> Number:
        return Number(self.counts.cell("units"), len({book.unit for book in self.books}), 0, self.naming.kinds)

    @property
    def synthetic(self) -> bool:
        return any(book.synthetic for book in self.books)

    def findings(self) -> Iterator[Finding]:
        found = overview(self.counts, "rectification_together", self.day, synthetic=self.synthetic,
                          whole=self.naming.unit(self.unit), units=self.units)  # fmt: skip
        yield found.model_copy(update={"cells": (*found.cells, self.units.cell)})
        late = sorted((book for book in self.books if book.overdue), key=lambda book: (-len(book.overdue), book.unit))
        if not late:
            return
        where = [
            Message("unit_overdue", {"unit": self.naming.unit(each.unit), "overdue": each.number("overdue")})
            for each in (book.counts for book in late)
        ]
        yield Finding(
            id=f"{TOPIC}/below_overdue/{self.unit}/{self.year}", unit=self.unit, year=self.year, topic=TOPIC,
            kind="threshold", reference="target", verdict="missed", tone="bad", subject=TOPIC, group="below_overdue",
            estimate=float(self.counts["overdue"]), synthetic=self.synthetic, message="rectification_overdue_in",
            cells=(self.counts.cell("overdue"), *(book.counts.cell("overdue") for book in late)),
            slots={"whole": self.naming.unit(self.unit), "kind": self.naming.kind, "where": few(where),
                   "overdue": self.counts.number("overdue")},
        )  # fmt: skip

    def cells(self) -> Iterator[dict[str, Any]]:
        yield from self.counts.rows()
        yield row_of(self.units, unit=self.unit, indicator=TOPIC, year=self.year, statistic="units")

    def overview(self) -> dict[str, Any]:
        return {"unit": self.unit, "year": self.year, **{name: self.counts.cell(name) for name in COUNTED},
                "synthetic": self.synthetic}  # fmt: skip
