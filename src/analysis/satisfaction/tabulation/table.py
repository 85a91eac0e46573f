"""The table of a crosstab: estimates of every item in every group, what is held back, and letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong
from analysis.satisfaction.precision import bounds_of, classified, complementary
from analysis.satisfaction.tabulation.tabulations import MEAN, Row, Tabulation, places

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.stats.design.groups import Compared
    from analysis.stats.design.tallies import Lattice
    from analysis.surveys.design import Design
    from analysis.workspace.rules import RuleSet

#: How letters are adjusted for the number of comparisons; not at all; or no letters.
LETTERS = ("holm", "bonferroni", "bh", "by", "unadjusted", "none")
Letters = Literal["holm", "bonferroni", "bh", "by", "unadjusted", "none"]
#: The column of everybody.
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen of intervals, tests, and what is held back; see ``crosstab``."""

    level: float
    interval: str
    letters: Letters
    complementary: bool


def letter_of(number: int) -> str:
    """Name a column by letters, as spreadsheets do, from 0.

    >>> letter_of(0), letter_of(25), letter_of(26), letter_of(701), letter_of(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    found, rest = "", number + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        found = chr(ord("A") + place) + found
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What every table of a crosstab needs."""

    design: Design
    lattice: Lattice
    columns: list[str]
    heads: list[tuple[str, str, str]]  #: column, group and letter of each place of a row
    chosen: Chosen

    @property
    def tested(self) -> bool:
        """Whether there are letters."""
        return self.chosen.letters != "none"

    @property
    def rule(self) -> RuleSet | None:
        """The bounds of precision."""
        return self.design.rules.get("precision")

    def own(self, table: Tabulation) -> list[int]:
        """Give the numbers of the banner's columns for a table, the total first, without the item itself."""
        return [0, *(k for k, name in enumerate(self.columns, 1) if name != table.item)]

    def places(self, column: int) -> range:
        """Give the places of a column's groups in a row of every group."""
        start = sum(each.size for each in self.lattice.columns[:column])
        return range(start, start + self.lattice.columns[column].size)


def _groups(design: Design, name: str) -> tuple[list[str], np.ndarray]:
    """Give the codes of the groups of a column that occur, in their order, and the group of each answer."""
    import numpy as np
    import pandas as pd

    column = design.data[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        known = [str(code) for code in column.cat.categories]
    else:
        there = sorted(column.dropna().unique())
        codes = [f"{value:g}" if isinstance(value, float) else str(value) for value in there]
        known = [code for code in design.labels.codes(name) if code in codes]
        known += [code for code in codes if code not in known]
    at = places(column, known)
    used = (at >= 0) & (design.sample.plan.weight > 0)
    seen = np.flatnonzero(np.bincount(at[used], minlength=len(known)))
    if not len(seen):
        raise DuzhengError(wrong(f"no group of {name!r}", "one or more", "nobody answered it in this wave", name))
    new = np.full(len(known) + 1, -1, dtype=np.intp)
    new[seen] = np.arange(len(seen))
    return [known[place] for place in seen], new[at]


def tabulated(design: Design, tables: list[Tabulation], columns: list[str], chosen: Chosen) -> pd.DataFrame:
    """Estimate every table in every column, and put them below each other; see :func:`.crosstab.crosstab`."""
    import numpy as np
    import pandas as pd

    from analysis.stats.design.tallies import lay_out

    groups = {name: _groups(design, name) for name in columns}
    of = [(np.zeros(len(design.data), dtype=np.intp), 1), *((at, len(codes)) for codes, at in groups.values())]
    every = [(TOTAL, "all", "")]
    every += [(name, code, letter_of(number)) for name, (codes, _) in groups.items()
                        for number, code in enumerate(codes)]  # fmt: skip
    work = _Work(design, lay_out(design.sample.plan, of), columns, every, chosen)
    keys: dict[str, list[Any]] = {name: [] for name in ("item", "version", "variable", "category", "measure", "base")}
    heads: list[tuple[str, str, str]] = []
    parts: dict[str, list[np.ndarray]] = {}
    tests: list[_Test] = []
    for table in tables:
        for rows, found, apart in _estimated(work, table):
            own = [work.heads[place] for k in work.own(table) for place in work.places(k)]
            if work.tested:
                tests += _tested(found, np.array([row.share for row in rows]), len(heads), len(own))
            for row in rows:
                said = (table.item, table.asked.use.version, row.variable, row.category, row.measure, row.base)
                for name, value in zip(keys, said, strict=True):
                    keys[name] += [value] * len(own)
                heads += own
            for name, values in (_figures(found, rows) | {"not_applicable": np.tile(apart, len(rows))}).items():
                parts.setdefault(name, []).append(values)
    figures = {name: np.concatenate(values) for name, values in parts.items()}
    column, group, letter = zip(*heads, strict=True)
    frame = pd.DataFrame({**keys, "column": column, "group": group, "letter": letter, **figures})
    frame = _classed(work, frame)
    frame["higher_than"] = _letters(frame, tests, chosen.letters, 1 - chosen.level) if work.tested else ""
    frame["letter"] = frame["letter"] if work.tested else ""
    order = [*keys, "column", "group", "letter", "estimate", "se", "lower", "upper", "df", "n", "not_applicable",
             "weighted", "effective", "psus", "higher_than", "note", "precision"]  # fmt: skip
    if not (frame["n"].fillna(1) > 0).any():
        raise DuzhengError(Fault("DZ-S003", found="no answer to any of the items", expected="at least one",
                                 hint="look whether they were asked in this wave"))  # fmt: skip
    return frame[order]


def _estimated(work: _Work, table: Tabulation) -> Iterator[tuple[tuple[Row, ...], list[Compared], np.ndarray]]:
    """Estimate the rows of each counted column of a table in every column of the banner, and count who is in no base.

    The last is NaN where "does not apply" could not be answered.
    """
    import numpy as np

    from analysis.stats.design.groups import Wanted, compared
    from analysis.stats.design.tallies import summed, tally, tally_numbers

    for counted in table.counted:
        values = counted.read(work.design.data)
        tallied = tally(work.lattice, values, len(counted.codes)) if counted.codes else (
            tally_numbers(work.lattice, values))  # fmt: skip
        rows = counted.rows
        wanted = Wanted(np.array([row.above for row in rows]), np.array([row.below for row in rows]),
                        np.array([row.share for row in rows]))  # fmt: skip
        own = [work.lattice.columns[k] for k in work.own(table)]
        apart = [
            np.full(each.size, np.nan)
            if counted.outside is None
            else summed(each.group, tallied.rows[:, [counted.outside]], each.size)[:, 0]
            for each in own
        ]
        yield rows, [
            compared(work.lattice, tallied, each, wanted, level=work.chosen.level, df="domain",
                     method=work.chosen.interval, between=work.tested and each is not own[0])
            for each in own
        ], np.concatenate(apart)  # fmt: skip


def _figures(found: list[Compared], rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """Lay estimates out: row by row, and in each the total and the groups."""
    import numpy as np

    scale = np.array([1.0 if row.measure == MEAN else 100.0 for row in rows])
    notes = [
        np.array(["; ".join(said) for said in each.notes], dtype=object).reshape(each.value.shape) for each in found
    ]
    given = {
        "estimate": [each.value * scale for each in found],
        "se": [np.sqrt(each.variance) * scale for each in found],
        "lower": [each.lower * scale for each in found],
        "upper": [each.upper * scale for each in found],
        "df": [each.df for each in found],
        "n": [each.n for each in found],
        "weighted": [each.weight for each in found],
        "effective": [each.effective for each in found],
        "psus": [each.psus for each in found],
        "note": notes,
    }
    return {name: np.concatenate(parts).T.ravel() for name, parts in given.items()}


def _classed(work: _Work, frame: pd.DataFrame) -> pd.DataFrame:
    """Class every estimate by its precision, and take out what is held back."""
    import pandas as pd

    numbers, least = frame["measure"] == MEAN, bounds_of(work.rule).suppress_below
    parts = [classified(part, work.rule, points=points) for part, points in
             ((frame[~numbers], True), (frame[numbers], False)) if len(part)]  # fmt: skip
    found: pd.DataFrame = pd.concat(parts).sort_index()
    few = found["precision"] == "suppress"
    if work.chosen.complementary:
        row = ["item", "variable", "category", "measure", "column"]
        found = complementary(found, row, among=found["column"] != TOTAL)
    # That a group was not asked at all tells of nobody.
    hidden = (found["precision"] == "suppress") & (found["n"] > 0)
    note = pd.Series("suppressed beside another", index=found.index).mask(few, "suppressed")
    found["note"] = found["note"].where(~hidden, note)
    small = (found["n"] + found["not_applicable"]).between(1, least - 1)
    found["not_applicable"] = found["not_applicable"].astype("Int64").mask(hidden | small)
    for name in ("n", "psus"):
        found[name] = found[name].astype("Int64").mask(hidden)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Test:
    """The tests of all pairs of groups of a column, (R, K): each row is a family."""

    first: np.ndarray  #: rows of the frame
    second: np.ndarray
    p: np.ndarray


def _tested(found: list[Compared], share: np.ndarray, start: int, wide: int) -> Iterator[_Test]:
    """Test the groups of every column: rows of the frame from ``start``, each row of the table with ``wide`` places."""
    import numpy as np

    from analysis.stats.design.groups import differences

    offset = 1
    for each in found[1:]:
        one, two, _, p = differences(each)
        whole = ((each.value <= 0) | (each.value >= 1)) & share
        at = start + wide * np.arange(len(share))[:, None] + offset
        yield _Test(at + one, at + two, np.where((whole[one] | whole[two]).T, np.nan, p))
        offset += len(each.value)


def _letters(frame: pd.DataFrame, tests: list[_Test], letters: Letters, alpha: float) -> list[str]:
    """Give for each row of the frame the letters of the groups that it is higher than."""
    import numpy as np

    from analysis.stats.multiplicity import adjust_rows

    found: list[list[str]] = [[] for _ in range(len(frame))]
    hidden = (frame["precision"] == "suppress").to_numpy()
    estimate, names = frame["estimate"].to_numpy(float), frame["letter"].tolist()
    for test in tests:
        p = np.where(hidden[test.first] | hidden[test.second], np.nan, test.p)
        p = p if letters == "unadjusted" else adjust_rows(p, letters)
        here = p <= alpha
        for one, two in zip(test.first[here].tolist(), test.second[here].tolist(), strict=True):
            high, low = (one, two) if estimate[one] > estimate[two] else (two, one)
            found[high].append(names[low])
    return [" ".join(sorted(each, key=lambda name: (len(name), name))) for each in found]
