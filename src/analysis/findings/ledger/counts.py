"""Counts of the ledger: how many there are of each kind, as numbers that have cells like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.findings.wording import Number
from analysis.messages import Texts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Counts:
    """Numbers of one kind of entries of a unit.

    Parameters
    ----------
    topic
        ``self_evaluation`` or ``rectification``.
    unit, year
        Whose, and of which year.
    measure
        What they are counted in.
    sizes
        How many, by name.
    of
        Whose entries are counted: ``all`` of the unit, or those of the units ``below`` it.
    held_by
        The unit on the boundaries of the run that holds its territory, if it is another one.
    """

    topic: str
    unit: str
    year: int
    measure: Texts
    sizes: Mapping[str, int]
    of: str = "all"
    held_by: str = ""

    @property
    def holder(self) -> str:
        """The unit that they stand with."""
        return self.held_by or self.unit

    def __getitem__(self, name: str) -> int:
        return self.sizes[name]

    def cell(self, name: str) -> str:
        """Give the id of the cell of a count."""
        return f"{self.topic}/{self.unit}/{self.year}/{self.of}/{name}"

    def number(self, name: str) -> Number:
        """Give a count as a slot."""
        return Number(self.cell(name), self.sizes[name], 0, self.measure)

    def numbers(self, *names: str) -> dict[str, Number]:
        """Give several counts as slots, by name."""
        return {name: self.number(name) for name in names}

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give the rows of its cells."""
        for name in self.sizes:
            yield row_of(self.number(name), unit=self.holder, indicator=self.topic, year=self.year, statistic=name)


def row_of(number: Number, *, how: str = "counted in the ledger", **row: Any) -> dict[str, Any]:
    """Give the row of a number's cell: what the number says of itself, and what is said of it."""
    return {"id": number.cell, "value": number.value, "measure": number.measure, "decimals": number.decimals,
            "how": how, **row}  # fmt: skip


def in_columns(name: str, texts: Texts) -> dict[str, str]:
    """Give a text as two columns, one a language."""
    return {f"{name}_zh": texts["zh-Hans"], f"{name}_en": texts.get("en", texts["zh-Hans"])}


def table_of(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, years: Sequence[str] = (), flags: Sequence[str] = ()
) -> pd.DataFrame:
    """Put rows into a frame: texts, but for ``year``, ``synthetic``, other years that may be missing, and flags."""
    import pandas as pd

    types = dict.fromkeys(columns, "str") | dict.fromkeys(years, "Int64")
    types |= {"year": "int64"} | dict.fromkeys(("synthetic", *flags), "bool")
    return pd.DataFrame(rows, columns=list(columns)).astype(types)
