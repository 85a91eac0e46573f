"""Counts of the ledger: how many there are of each kind, of a unit or of all below one; each has a cell."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from analysis.findings.finding import Finding
from analysis.findings.wording import Number, Slot
from analysis.messages import Texts

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.ledger.naming import Naming


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

    def overview(self, names: Sequence[str], *, synthetic: bool) -> dict[str, Any]:
        """Give the row of a table of counts: the ids of their cells, by name."""
        return {"unit": self.holder, "year": self.year, **{name: self.cell(name) for name in names},
                "synthetic": synthetic}  # fmt: skip

    def finding(self, message: str, slots: Mapping[str, Slot], names: Sequence[str], **more: Any) -> Finding:
        """Make the finding that tells the counts of some names."""
        return Finding(
            id=f"{self.topic}/{self.of}/{self.unit}/{self.year}", unit=self.holder, year=self.year, topic=self.topic,
            subject=self.topic, cells=tuple(self.cell(name) for name in names), message=message, slots=slots, **more,
        )  # fmt: skip


class Counted(Protocol):
    """What has counts: the entries of one unit."""

    @property
    def unit(self) -> str:
        """The unit on the boundaries of the run."""

    @property
    def synthetic(self) -> bool:
        """Whether any of it is invented."""

    @property
    def counts(self) -> Counts:
        """How many there are of each kind."""


Part = TypeVar("Part", bound=Counted)


@dataclass(frozen=True)
class Together(ABC, Generic[Part]):
    """The entries of the units below one, counted together.

    Parameters
    ----------
    unit, year
        The unit above, and of which year.
    parts
        The entries of each unit.
    naming
        What things are called.
    """

    unit: str
    year: int
    parts: tuple[Part, ...]
    naming: Naming

    @property
    @abstractmethod
    def counts(self) -> Counts:
        """How many there are of each kind in all units."""

    @property
    def units(self) -> Number:
        """How many units they are of."""
        return Number(self.counts.cell("units"), len({part.unit for part in self.parts}), 0, self.naming.kinds)

    @property
    def synthetic(self) -> bool:
        """Whether any of it is invented."""
        return any(part.synthetic for part in self.parts)

    def cells(self) -> Iterator[dict[str, Any]]:
        """Give the cells of its counts, and of how many units there are."""
        yield from self.counts.rows()
        yield row_of(self.units, unit=self.unit, indicator=self.counts.topic, year=self.year, statistic="units")


def row_of(number: Number, *, how: str = "counted in the ledger", **row: Any) -> dict[str, Any]:
    """Give the row of a number's cell: what the number says of itself, and what is said of it."""
    return {"id": number.cell, "value": number.value, "measure": number.measure, "decimals": number.decimals,
            "how": how, **row}  # fmt: skip


def table_of(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, years: Sequence[str] = (), flags: Sequence[str] = ()
) -> pd.DataFrame:
    """Put rows into a frame: texts, but for ``year``, ``synthetic``, other years that may be missing, and flags."""
    import pandas as pd

    types = dict.fromkeys(columns, "str") | dict.fromkeys(years, "Int64")
    types |= {"year": "int64"} | dict.fromkeys(("synthetic", *flags), "bool")
    return pd.DataFrame(rows, columns=list(columns)).astype(types)
