"""Sampling frames: what their columns mean, and every fault that keeps a sample from being drawn of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.selection import METHODS

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, ...]  #: a stratum: its codes in the order of the columns
#: What a log says of each place, after the columns of strata and place.
LOG = (
    "places", "places_drawn", "persons", "persons_drawn", "probability_place", "probability_person", "certainty",
    "method", "seed", "drawn_on", "frame_sha256",
)  # fmt: skip
#: Names that a frame's own columns cannot have: those of logs, of sampled persons and of collected waves.
RESERVED = frozenset({*LOG, "person", "answers", "synthetic", "total"})


@dataclass(frozen=True)
class Frame:
    """A frame of persons or of places; its columns are named as in :func:`analysis.surveys.sampling.draw_sample`."""

    rows: pd.DataFrame = field(repr=False)
    strata: tuple[str, ...]
    psu: str
    person: str = ""
    size: str = ""
    order: tuple[str, ...] = ()
    file: str = ""

    @property
    def columns(self) -> list[str]:
        """The columns that are used, each once."""
        named = (*self.strata, self.psu, self.person, self.size, *self.order)
        return list(dict.fromkeys(name for name in named if name))

    @property
    def keys(self) -> list[str]:
        """The columns of strata and place."""
        return list(dict.fromkeys([*self.strata, self.psu]))

    @cached_property
    def places(self) -> pd.DataFrame:
        """One row a place with its ``persons``, sorted by strata and place: the rows' own order decides nothing."""
        rows = self.rows.assign(**{name: self.rows[name].astype(str) for name in self.keys})
        groups = rows.groupby(self.keys, sort=True)
        persons = groups.size() if self.person else groups[self.size].first().astype(float).astype(int)
        named = [name for name in self.order if name not in self.keys]
        sorted_by = groups[named].first().apply(_as_numbers)
        return sorted_by.assign(persons=persons).reset_index()

    def strata_of(self, table: pd.DataFrame) -> list[Key]:
        """Give the stratum of every row."""
        if not self.strata:
            return [()] * len(table)
        return list(zip(*(table[name].astype(str) for name in self.strata), strict=True))

    def numbers(self, asked: int | Mapping[Any, int]) -> dict[Key, int]:
        """Give the number that is asked for in each stratum."""
        if isinstance(asked, Mapping):
            return {tuple(map(str, key)) if isinstance(key, tuple) else (str(key),): n for key, n in asked.items()}
        return dict.fromkeys(self.strata_of(self.places), asked)

    def hash(self) -> str:
        """Give the SHA-256 of the columns that are used, whatever the order of rows."""
        text = self.rows[self.columns].astype(str).sort_values(self.columns).to_csv(index=False, lineterminator="\n")
        return hashlib.sha256(text.encode()).hexdigest()

    def hold(self, method: str, places: Any, persons: Any = None) -> Frame:
        """Hold a frame, and what is asked of it, to what can be drawn.

        Raises
        ------
        DuzhengError
            DZ-L011 with every fault: of the columns; if there is none, of the rows; then, of the numbers.
        """
        faults = self._of_columns(method) or self._of_rows()
        if not faults:
            faults = [*self._of_numbers(places, "places"), *self._of_numbers(persons, "persons")]
        if faults:
            raise DuzhengError.of(faults)
        return self

    def _fault(self, found: str, expected: str, hint: str = "", row: Any = None, column: str = "") -> Fault:
        at = None if row is None else int(row)
        return Fault("DZ-L011", found=found, expected=expected, hint=hint, file=self.file, row=at, column=column)

    def _of_columns(self, method: str) -> list[Fault]:
        there = [str(name) for name in self.rows.columns]
        faults = [
            self._fault(f"no column {name!r}", "one of " + ", ".join(there), column=name)
            for name in self.columns
            if name not in there
        ]
        faults += [
            self._fault(f"a column {name!r}", "another name", "logs have a column of this name", column=name)
            for name in dict.fromkeys([*self.keys, *self.order])
            if name in RESERVED and name not in {self.person, self.size}
        ]
        if bool(self.person) == bool(self.size):
            faults.append(self._fault("ids of persons and sizes of places" if self.person else "neither ids of persons "
                                      "nor sizes of places", "one row a person with its id, or one a place with its "
                                      "size"))  # fmt: skip
        if method not in METHODS:
            faults.append(self._fault(f"method={method!r}", " or ".join(METHODS)))
        if method == "systematic" and not self.order:
            faults.append(self._fault("a systematic draw without an order", "the columns that places are sorted by",
                                      "without an order, draw by srs"))  # fmt: skip
        if self.rows.empty:
            faults.append(self._fault("an empty frame", "at least one row"))
        return faults

    def _of_rows(self) -> list[Fault]:
        import numpy as np

        rows = self.rows[self.columns]
        at = rows.index.to_numpy() if rows.index.name == "row" else np.arange(len(rows)) + 2
        faults = []
        for name in self.columns:
            empty = (rows[name].isna() | (rows[name].astype(str).str.strip() == "")).to_numpy()
            faults += [self._fault("nothing", "a value", row=row, column=name) for row in at[empty]]
        unit = self.person or self.psu
        twice = rows[unit].notna().to_numpy() & rows[unit].astype(str).duplicated().to_numpy()
        faults += [
            self._fault(f"{value!r} again", "each once", "who stands twice has twice the chance", row, unit)
            for value, row in zip(rows[unit].to_numpy()[twice], at[twice], strict=True)
        ]
        return faults + (self._of_sizes(rows, at) if self.size else self._of_places(rows))

    def _of_places(self, rows: pd.DataFrame) -> list[Fault]:
        """Find places whose persons disagree about them."""
        faults = []
        for name in dict.fromkeys([*self.strata, *self.order]):
            pairs = rows[list(dict.fromkeys([self.psu, name]))].dropna().astype(str).drop_duplicates()
            torn = pairs.loc[pairs[self.psu].duplicated(), self.psu].unique()
            faults += [
                self._fault(f"place {place!r} with two values", "one value a place",
                            "give all persons of a place the same", column=name)
                for place in torn
            ]  # fmt: skip
        return faults

    def _of_sizes(self, rows: pd.DataFrame, at: Any) -> list[Fault]:
        import numpy as np
        import pandas as pd

        counts = pd.to_numeric(rows[self.size], errors="coerce").to_numpy(dtype=float)
        given = rows[self.size].notna() & (rows[self.size].astype(str).str.strip() != "")
        wrong = given.to_numpy() & ~((counts >= 1) & (counts == np.floor(counts)))
        return [
            self._fault(f"a size of {value!r}", "a whole number, 1 or more", "leave places without persons out",
                        row, self.size)
            for value, row in zip(rows[self.size].to_numpy()[wrong], at[wrong], strict=True)
        ]  # fmt: skip

    def _of_numbers(self, asked: Any, what: str) -> list[Fault]:
        """Hold the numbers of places or persons to the strata."""
        if asked is None:
            return []
        there, numbers = Counter(self.strata_of(self.places)), self.numbers(asked)
        faults = [
            self._fault(f"no number of {what} for stratum {_said(key)}", "one for each stratum of the frame")
            for key in there
            if key not in numbers
        ]
        for key, number in numbers.items():
            found = f"{number} {what} for stratum {_said(key)}"
            if key not in there:
                faults.append(self._fault(found, "a stratum of the frame"))
            elif int(number) != number or number < 1:
                faults.append(self._fault(found, "a whole number, 1 or more", "leave strata out of the frame instead"))
            elif what == "places" and number > there[key]:
                faults.append(self._fault(found, f"{there[key]} at most, which is all that it has",
                                          "draw fewer, or merge it with another stratum"))  # fmt: skip
        return faults


def _as_numbers(column: pd.Series) -> pd.Series:
    """Read a column of numbers as such, so that 9 comes before 10."""
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce")
    return column.astype(str) if numbers.isna().any() else numbers


def _said(key: Key) -> str:
    return "/".join(key) or "all"
