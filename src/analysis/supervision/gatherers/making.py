"""Tables in the making: rows and the cells of their numbers, gathered for memos of an evaluator's year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.findings.gathered import Gathered, cells_of
from analysis.findings.ledger.counts import row_of, table_of
from analysis.findings.measures import NO_MEASURE
from analysis.findings.wording import Number
from analysis.messages import Texts

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace


@dataclass
class Making:
    """The tables in the making."""

    workspace: Workspace
    evaluator: str
    year: int
    synthetic: bool
    cells: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    subjects: list[dict[str, str]] = field(default_factory=list)

    @property
    def day(self) -> dt.date:
        """The day that is spoken of."""
        return self.workspace.settings.released

    @property
    def about(self) -> dict[str, Any]:
        """What every row says: whose it is, of which year, and whether it is invented."""
        return {"unit": self.evaluator, "year": self.year, "synthetic": self.synthetic}

    @property
    def asked(self) -> dict[str, Any]:
        """What verbs are asked with."""
        return {"year": self.year, "evaluator": self.evaluator, "synthetic": self.synthetic}

    def cell(
        self, name: str, value: float, measure: Texts = NO_MEASURE, *, decimals: int = 0, unit: str = "",
        **more: Any,
    ) -> str:  # fmt: skip
        """Keep a cell, and give its id."""
        number = Number(name, value, decimals, measure)
        topic, statistic = name.split("/", maxsplit=1)[0], name.rsplit("/", maxsplit=1)[-1]
        self.cells.append(row_of(number, unit=unit or self.evaluator, indicator=topic, year=self.year,
                                 statistic=statistic, **more))  # fmt: skip
        return name

    def put(self, name: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *flags: str) -> None:
        """Keep a table; columns that a row leaves out are empty."""
        self.tables[name] = table_of([{**dict.fromkeys(columns, ""), **row} for row in rows], columns, flags=flags)

    @property
    def gathered(self) -> Gathered:
        """What was made: the tables that have rows, and their cells."""
        there = {name: each for name, each in self.tables.items() if len(each)}
        return Gathered(cells=cells_of(self.cells), tables=there, subjects=tuple(self.subjects))


def kept(row: Mapping[Any, Any], columns: Sequence[str]) -> dict[str, Any]:
    """Give the values of a row that a table keeps, empty for what is not there."""
    return {str(name): "" if value is None or value != value else value  # noqa: PLR0124  NaN
            for name, value in row.items() if name in columns}  # fmt: skip


def there(value: Any) -> bool:
    """Tell whether a value of a frame is there.

    >>> [there(each) for each in (0, "", None, float("nan"))]
    [True, True, False, False]
    """
    import pandas as pd

    return bool(pd.notna(value))


def decimals(value: float) -> int:
    """Give how many decimals a number is written with, four at most.

    >>> [decimals(each) for each in (12.0, 0.25, 1 / 3)]
    [0, 2, 4]
    """
    return len(f"{value:.4f}".rstrip("0").split(".")[1])
