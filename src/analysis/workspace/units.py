"""Units and their history: `data/units.csv`. A unit is valid in a year if it existed at the end of that year."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts, column_of
from analysis.workspace.contracts import Contract, Field, Rule, check_tables
from analysis.workspace.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

FILE = "data/units.csv"
_BEGINNING, _END = 0, 9999

CONTRACT = Contract(
    name="units",
    fields={
        "id": Field(),
        "code": Field(),
        "name_zh": Field(),
        "name_en": Field(),
        "short_zh": Field(blank=True, required=False),
        "short_en": Field(blank=True, required=False),
        "kind": Field(),
        "parent": Field(blank=True),
        "valid_from": Field("year", blank=True),
        "valid_to": Field("year", blank=True),
        "successor": Field(blank=True),
    },
    rules=(
        Rule(
            "DZ-T004",
            "code",
            lambda rows: rows["code"].str.fullmatch(r"[A-Za-z0-9_-]{1,32}").fillna(value=False).astype(bool),
            "letters, digits, _ and - only (it names files)",
        ),
        Rule(
            "DZ-T004",
            "id",
            lambda rows: (
                (rows["id"] == rows["code"])
                | (rows["id"] == rows["code"] + ":" + rows["valid_to"].astype("string").astype("str"))
            ),
            lambda row: f"{row['code']}, or {row['code']}:<valid_to> for an earlier territory of the same code",
        ),
        Rule(
            "DZ-U003",
            "valid_to",
            lambda rows: ~(rows["valid_to"].fillna(_END) < rows["valid_from"].fillna(_BEGINNING)).astype(bool),
            "a year not before valid_from",
        ),
    ),
    key=("id",),
)


@dataclass(frozen=True)
class Units:
    """The units of a workspace over time.

    Parameters
    ----------
    frame
        Indexed by ``id``: code, name_zh, name_en, short_zh, short_en, kind, parent, valid_from, valid_to, successor.
        The id is the code, but for an earlier territory of the same code (``U7:2014``), so that figures of two
        territories can never be joined.
    """

    frame: pd.DataFrame

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the table."""
        return hashlib.sha256(self.frame.to_csv(lineterminator="\n").encode()).hexdigest()

    @cached_property
    def _spans(self) -> dict[str, tuple[str, int, int]]:
        """Code, first and last year of each id."""
        first = self.frame["valid_from"].fillna(_BEGINNING).astype(int)
        last = self.frame["valid_to"].fillna(_END).astype(int)
        return {
            str(unit): (code, begin, end)
            for unit, code, begin, end in zip(self.frame.index, self.frame["code"], first, last, strict=True)
        }

    @cached_property
    def _by_code(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for unit, (code, _, _) in self._spans.items():
            found.setdefault(code, []).append(unit)
        return found

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        parents = zip(self.frame.index, self.frame["parent"], strict=True)
        return {str(unit): str(parent) if isinstance(parent, str) else None for unit, parent in parents}

    def at(self, year: int, kind: str | None = None) -> pd.DataFrame:
        """Give the units that existed at the end of a year, by id; of one kind if asked."""
        existing = [unit for unit, (_, begin, end) in self._spans.items() if begin <= year <= end]
        frame = self.frame.loc[existing]
        return frame if kind is None else frame[frame["kind"] == kind]

    def known(self, code: str) -> bool:
        """Whether a code stands in the table, for any year."""
        return code in self._by_code

    def exist(self, codes: pd.Series, years: pd.Series) -> pd.Series:
        """Whether each code meant a unit at the end of its year; boolean, on the index of ``codes``."""
        return self.resolved(codes, years).notna()

    def resolved(self, codes: pd.Series, years: pd.Series) -> pd.Series[str]:
        """Give for each code the id of the territory that it meant at the end of its year; missing if there was none.

        Parameters
        ----------
        codes, years
            Of one index; a year may be missing.
        """
        import numpy as np
        import pandas as pd

        asked, unlike = pd.factorize(codes.astype("str"))
        year = years.fillna(_BEGINNING).to_numpy(int)
        chosen = np.full(len(asked), -1)
        spans = [self._by_code.get(str(code), []) for code in unlike]
        places = {unit: place for place, unit in enumerate(self._spans)}
        # A code has one territory, seldom more: one pass over all rows for the first of each code, one for the second …
        for turn in range(max(map(len, spans), default=0)):
            units = [each[turn] if turn < len(each) else None for each in spans]
            place = np.array([-1 if unit is None else places[unit] for unit in units])
            first = np.array([_END + 1 if unit is None else self._spans[unit][1] for unit in units])
            last = np.array([_BEGINNING - 1 if unit is None else self._spans[unit][2] for unit in units])
            fits = (chosen < 0) & (first[asked] <= year) & (year <= last[asked]) & (asked >= 0)
            chosen = np.where(fits, place[asked], chosen)
        ids = pd.array([str(unit) for unit in self._spans], dtype="str")
        return pd.Series(ids.take(chosen, allow_fill=True), index=codes.index)

    def resolve(self, code: str, year: int) -> str | None:
        """Give the id of the territory that a code meant at the end of a year; None if there was none.

        Examples
        --------
        Where a unit took in another in 2015, ``resolve("U7", 2012)`` is ``"U7:2014"``, and ``resolve("U7", 2017)`` is
        ``"U7"``.
        """
        for unit in self._by_code.get(code, ()):
            _, begin, end = self._spans[unit]
            if begin <= year <= end:
                return unit
        return None

    def span(self, unit: str) -> tuple[int, int]:
        """Give the first and the last year of a territory; 0 and 9999 where it has no beginning or no end."""
        _, begin, end = self._spans[unit]
        return begin, end

    def holders(self, unit: str, year: int) -> list[str]:
        """Give the units that held territory of a unit at the end of a year, sorted.

        One id: the territory lay wholly in it. Several: it was, or is now, divided among them. None: nothing is known.
        """
        if (unit, year) not in self._held:
            self._held[unit, year] = self._find_holders(unit, year)
        return list(self._held[unit, year])

    def _find_holders(self, unit: str, year: int) -> list[str]:
        begin, end = self.span(unit)
        if begin <= year <= end:
            return [unit]
        if year > end:
            return sorted({holder for heir in self._heirs.get(unit, ()) for holder in self.holders(heir, year)})
        # What lasted into the unit's own years holds itself then: only what had heirs can have gone into it.
        there = (each for each in self._heirs if self.span(each)[0] <= year <= self.span(each)[1])
        return sorted(each for each in there if unit in self.holders(each, begin))

    @cached_property
    def _held(self) -> dict[tuple[str, int], list[str]]:
        return {}

    @cached_property
    def _heirs(self) -> dict[str, list[str]]:
        """The units that each unit went into; those that went into none are not in it."""
        heirs = zip(self.frame.index, self.frame["successor"], strict=True)
        return {str(unit): each.split(";") for unit, each in heirs if isinstance(each, str)}

    def parent(self, unit: str) -> str | None:
        """Give the id of the unit above, or None at the top."""
        return self._parents[unit]

    def kind(self, unit: str) -> str:
        """Give the kind of a unit, such as ``district``."""
        return str(self.frame.at[unit, "kind"])

    def name(self, unit: str, language: Language, *, short: bool = False) -> str:
        """Give the name of a unit in a language; the short form where it has one."""
        name = self.frame.at[unit, column_of("short", language)] if short else None
        return str(name if isinstance(name, str) else self.frame.at[unit, column_of("name", language)])

    def names(self, unit: str) -> Texts:
        """Give the name of a unit in both languages."""
        return {language: self.name(unit, language) for language in LANGUAGES}

    def explain(self, code: str, year: int) -> str:
        """Say why a code meant no unit in a year, and what to write instead."""
        for unit in self._by_code.get(code, ()):
            _, begin, end = self._spans[unit]
            holders = ", ".join(self.holders(unit, year))
            if year > end:
                return (
                    f"{self.name(unit, 'en')} existed to the end of {end}; its territory lies in {holders or 'no unit'}"
                )
            return f"{self.name(unit, 'en')} exists since {begin}; its territory lay in {holders or 'no unit'}"
        return "no such code"


def read_units(root: Path) -> Units:
    """Read `data/units.csv`.

    Raises
    ------
    DuzhengError
        DZ-T… for the table, DZ-U003 for a history that does not hold: an unknown parent or successor, a successor
        that does not follow, two territories of one code at once.
    """
    frame, _ = check_tables([read_table(root / FILE, FILE)], CONTRACT)
    units = Units(frame.set_index("id"))
    faults = list(_broken_history(units))
    if faults:
        raise DuzhengError.of(faults)
    return Units(units.frame.drop(columns=["file", "row"]))


def _broken_history(units: Units) -> Iterator[Fault]:
    spans = units._spans  # noqa: SLF001  the same module
    for unit, row in units.frame.iterrows():
        code, begin, end = spans[str(unit)]

        def fault(column: str, found: str, expected: str, row: pd.Series = row) -> Fault:
            return Fault("DZ-U003", file=FILE, row=int(row["row"]), column=column, found=found, expected=expected)

        if isinstance(row["parent"], str) and row["parent"] not in spans:
            yield fault("parent", repr(row["parent"]), "an id of this table, or nothing")
        heirs = row["successor"].split(";") if isinstance(row["successor"], str) else []
        if heirs and end == _END:
            yield fault("successor", repr(row["successor"]), "no successor while valid_to is empty")
        for heir in heirs:
            if heir not in spans:
                yield fault("successor", repr(heir), "an id of this table")
            elif not spans[heir][1] <= end + 1 <= spans[heir][2]:
                yield fault("successor", repr(heir), f"a unit that existed at the end of {end + 1}")
        for other in units._by_code[code]:  # noqa: SLF001
            if other > str(unit) and spans[other][1] <= end and begin <= spans[other][2]:
                yield fault(
                    "code",
                    f"{code!r} for {unit} and {other} at once",
                    "territories of one code that follow each other",
                )
