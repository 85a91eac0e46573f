"""The ledger of a workspace: all its books."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.workspace.ledger.inspections import Inspection
from analysis.workspace.ledger.opinions import Opinion
from analysis.workspace.ledger.plans import Plan, SelfReport
from analysis.workspace.ledger.rectification import Item
from analysis.workspace.ledger.rounds import Round
from analysis.workspace.ledger.self_evaluations import SelfEvaluation

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Ledger:
    """The ledgers of a workspace.

    Parameters
    ----------
    self_evaluations
        By unit and year.
    rectification
        The items by unit, in the order of their files.
    plans, self_reports
        By evaluator, or unit, and year.
    inspections, rounds
        By id.
    opinions
        By inspection and unit.
    registers
        The tables by their folder: evidence of others (``evidence/poll``, …), ``deliveries``, ``decisions``,
        ``measures``, ``incidents``, ``exports``; those without rows are not there.
    synthetic
        Whether all of it is invented.
    """

    self_evaluations: Mapping[tuple[str, int], SelfEvaluation] = field(default_factory=dict)
    rectification: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    plans: Mapping[tuple[str, int], Plan] = field(default_factory=dict)
    self_reports: Mapping[tuple[str, int], SelfReport] = field(default_factory=dict)
    inspections: Mapping[str, Inspection] = field(default_factory=dict)
    opinions: Mapping[tuple[str, str], Opinion] = field(default_factory=dict)
    rounds: Mapping[str, Round] = field(default_factory=dict)
    registers: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    synthetic: bool = False

    def __bool__(self) -> bool:
        """Whether anything stands in it."""
        books = (self.self_evaluations, self.rectification, self.plans, self.self_reports, self.inspections,
                 self.opinions, self.rounds, self.registers)  # fmt: skip
        return any(books)

    def of_year(self, year: int) -> Iterator[SelfEvaluation]:
        """Give the self-evaluations of a year, by unit."""
        yield from (each for (_, of), each in sorted(self.self_evaluations.items()) if of == year)

    @property
    def evidence(self) -> pd.DataFrame:
        """What others found, of all kinds, with what all kinds say; the columns of its contract and ``kind``."""
        import pandas as pd

        parts = [frame for name, frame in self.registers.items() if name.startswith("evidence/")]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
