"""What is tabulated of an item: the columns that are counted, and the rows made of their categories."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from analysis.messages import DuzhengError, Texts
from analysis.messages.requests import wrong
from analysis.surveys.columns import Column, columns
from analysis.surveys.decided import MISSING
from analysis.surveys.items import Matrix, Multiple, Numeric, Ranking, Rating, Single, YesNo

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.items import Missing as Kind
    from analysis.surveys.survey import Asked, Survey

#: Whether answers such as "don't know" are categories of the base, or left out of it. What does not apply always is.
Missing = Literal["shown", "excluded"]
MISSINGS = ("shown", "excluded")
SHARE, POINTS, MEAN = "share", "linear_0_100", "mean"
#: The base of a row: all who answered, "don't know" and "refused" among them; or those who gave an answer of substance.
ALL, ANSWERS = "all", "answers"
#: Categories of who did not choose an option, and of who ranked, but gave nothing at a rank.
NO, NOT_AT_RANK = "not chosen", "-"
#: The kind of missing that is in no base: who it does not apply to has nothing to say to the question.
OUTSIDE = MISSING["not_applicable"]
_TABULATED = (Single, YesNo, Rating, Matrix, Multiple, Ranking, Numeric)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: Σ above · t / Σ below · t of the category sums t of a counted column."""

    variable: str  #: the column of the answers, or the item
    category: str  #: a code; nothing for means and shares of several codes
    measure: str
    base: str
    above: tuple[float, ...]
    below: tuple[float, ...]

    @property
    def share(self) -> bool:
        """Whether it is a share of its base."""
        return self.measure not in {POINTS, MEAN}


@dataclass(frozen=True, slots=True)
class Counted:
    """A column that is counted: categories by code, or a number where there are none."""

    name: str  #: of the column that the same is computed of in R
    codes: tuple[str, ...]
    read: Callable[[pd.DataFrame], np.ndarray]  #: the place of each row's category, −1 for none; or the numbers
    rows: tuple[Row, ...]
    outside: int | None = None  #: the place of who it does not apply to, if that could be said


@dataclass(frozen=True, slots=True)
class Tabulation:
    """An item, or a row of a matrix."""

    item: str
    asked: Asked
    part: Texts | None
    counted: tuple[Counted, ...]

    @property
    def rows(self) -> list[Row]:
        """All rows of its table, in their order."""
        return [row for each in self.counted for row in each.rows]

    @property
    def apart(self) -> tuple[Kind, ...]:
        """The kinds of missing that the base of all holds, and the base of answers of substance does not."""
        return tuple(kind for kind in self.asked.item.missing if MISSING[kind] != OUTSIDE)


def tabulations(
    survey: Survey, items: Sequence[str] | None, data: pd.DataFrame, *, missing: Missing, mean: bool, top: int
) -> list[Tabulation]:
    """Lay out the tables of items.

    Parameters
    ----------
    survey
        The questionnaire.
    items
        Codes, or ``code.row`` of a matrix; all that have options or are numbers if not given.
    data
        The answers.
    missing
        Whether "don't know" and "refused" are rows of the table and count in the base of its shares.
    mean, top
        Whether ratings have a row of their mean, 0 to 100, and how many of the best points are added up; 0 for none.

    Raises
    ------
    DuzhengError
        DZ-S002 for items that are not asked or can't be tabulated.
    """
    known = {t.item: t for t in _all(survey, data, missing=missing, mean=mean, top=top)}
    if items is None:
        return list(known.values())
    by_item: dict[str, list[Tabulation]] = {}
    for each in known.values():
        by_item.setdefault(each.asked.code, []).append(each)
    faults = []
    for code in items:
        if code not in known and code not in by_item:
            near = get_close_matches(code, [*known, *by_item], n=1)
            hint = f"did you mean {near[0]}?" if near else "see the questionnaire"
            faults.append(wrong(f"the item {code!r}", "an item with options, or a number", hint))
    if faults:
        raise DuzhengError(*faults)
    return list({t.item: t for code in items for t in ([known[code]] if code in known else by_item[code])}.values())


def _all(survey: Survey, data: pd.DataFrame, *, missing: Missing, mean: bool, top: int) -> Iterator[Tabulation]:
    of: dict[str, list[Column]] = {}
    for column in columns(survey):
        if column.name in data:
            of.setdefault(column.name.partition("[")[0], []).append(column)
    for stem, parts in of.items():
        asked = parts[0].asked
        given = [column for column in parts if column.holds != "missing" and column.name != f"{asked.code}Oth"]
        if not given or not isinstance(asked.item, _TABULATED):
            continue
        why = next((column for column in parts if column.holds == "missing"), None)
        kinds = _Kinds(why.name if why else "", tuple(MISSING[kind] for kind in asked.item.missing) if why else (),
                       missing == "shown")  # fmt: skip
        row = given[0].part if isinstance(asked.item, Matrix) else None
        if isinstance(asked.item, Numeric):
            counted = [_number(stem)]
        elif isinstance(asked.item, Multiple):
            counted = _options(given, kinds)
        elif isinstance(asked.item, Ranking):
            counted = _ranks(stem, given, kinds)
        else:
            scored = isinstance(asked.item, Rating | Matrix) and given[0].number
            counted = [_choice(stem, given[0], kinds, mean=mean and scored, top=top if scored else 0)]
        yield Tabulation(stem, asked, row, tuple(counted))


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The kinds of missing of a question, and whether they are shown."""

    column: str
    codes: tuple[str, ...]
    shown: bool

    @property
    def counts(self) -> tuple[float, ...]:
        """Which of them count in the base of all: 1 or 0."""
        return tuple(float(self.shown and code != OUTSIDE) for code in self.codes)

    def outside(self, places: int) -> int | None:
        """Give the place of who it does not apply to, of a column with so many categories before the kinds."""
        return places + self.codes.index(OUTSIDE) if OUTSIDE in self.codes else None

    def rows(self, places: int) -> Iterator[Row]:
        """Give a row a kind that counts, of a column with so many categories before them."""
        for number, (code, counts) in enumerate(zip(self.codes, self.counts, strict=True)):
            if counts:
                yield _row(self.column, code, SHARE, [places + number], places, self)


def _row(variable: str, code: str, measure: str, chosen: Sequence[int], places: int, kinds: _Kinds) -> Row:
    """Make the row of the share of some categories: of one, among all; of several, among answers of substance."""
    whole = places + len(kinds.codes)
    above = tuple(1.0 if place in chosen else 0.0 for place in range(whole))
    every = kinds.shown and measure == SHARE
    below = (1.0,) * places + (kinds.counts if every else (0.0,) * len(kinds.codes))
    return Row(variable, code, measure, ALL if every else ANSWERS, above, below)


def _choice(stem: str, column: Column, kinds: _Kinds, *, mean: bool, top: int) -> Counted:
    codes = list(column.labels)
    places = len(codes)
    rows = [_row(stem, str(code), SHARE, [place], places, kinds) for place, code in enumerate(codes)]
    rows += kinds.rows(places)
    points = sorted(int(code) for code in codes) if mean or top else []
    if 0 < top < places:
        best = [codes.index(point) for point in points[-top:]]
        rows.append(_row(stem, "", f"top{top}_of_{places}", best, places, kinds))
    if mean and points[-1] > points[0]:
        none = (0.0,) * len(kinds.codes)
        above = tuple((int(code) - points[0]) / (points[-1] - points[0]) for code in codes) + none
        rows.append(Row(stem, "", POINTS, ANSWERS, above, (1.0,) * places + none))
    read = partial(_coded, name=stem, codes=codes, kinds=kinds)
    return Counted(f"{stem}[answer]", (*map(str, codes), *kinds.codes), read, tuple(rows), kinds.outside(places))


def _options(given: list[Column], kinds: _Kinds) -> list[Counted]:
    found = []
    for number, column in enumerate(given):
        code = str(next(iter(column.labels)))
        rows = [_row(column.name, code, SHARE, [1], 2, kinds), *(kinds.rows(2) if number == len(given) - 1 else ())]
        found.append(Counted(f"{column.name}[answer]", (NO, "yes", *kinds.codes),
                             partial(_coded, name=column.name, codes=[False, True], kinds=kinds),
                             tuple(rows), kinds.outside(2)))  # fmt: skip
    return found


def _ranks(stem: str, given: list[Column], kinds: _Kinds) -> list[Counted]:
    names, codes = [column.name for column in given], list(given[0].labels)
    found = []
    for code in codes:
        read = partial(_ranked, names=names, codes=[code], kinds=kinds)
        found.append(Counted(f"{stem}[{code}][answer]", (NO, "yes", *kinds.codes), read,
                             (_row(stem, str(code), SHARE, [1], 2, kinds),), kinds.outside(2)))  # fmt: skip
    places = len(codes) + 1
    for name in names:
        rows = [_row(name, str(code), SHARE, [place + 1], places, kinds) for place, code in enumerate(codes)]
        if name == names[-1]:
            rows += kinds.rows(places)
        read = partial(_placed, name=name, names=names, codes=codes, kinds=kinds)
        every = (NOT_AT_RANK, *map(str, codes), *kinds.codes)
        found.append(Counted(f"{name}[answer]", every, read, tuple(rows), kinds.outside(places)))
    return found


def _number(stem: str) -> Counted:
    row = Row(stem, "", MEAN, ANSWERS, (0.0, 1.0), (1.0, 0.0))
    return Counted(stem, (), partial(_numbers, name=stem), (row,))


def _numbers(data: pd.DataFrame, *, name: str) -> np.ndarray:
    return data[name].to_numpy(dtype=float, na_value=float("nan"))


def _coded(data: pd.DataFrame, *, name: str, codes: Sequence[Any], kinds: _Kinds) -> np.ndarray:
    """Give the place of each answer among codes, and of each kind of missing after them."""
    return _with_kinds(data, places(data[name], codes), len(codes), kinds)


def _ranked(data: pd.DataFrame, *, names: list[str], codes: Sequence[Any], kinds: _Kinds) -> np.ndarray:
    """Tell who gave one of the codes any rank: 1, 0 for others who ranked."""
    import numpy as np

    any_rank = data[names].notna().any(axis=1).to_numpy()
    chosen = np.any([places(data[name], codes) >= 0 for name in names], axis=0)
    return _with_kinds(data, np.where(chosen, 1, np.where(any_rank, 0, -1)).astype(np.int8), 2, kinds)


def _placed(data: pd.DataFrame, *, name: str, names: list[str], codes: Sequence[Any], kinds: _Kinds) -> np.ndarray:
    """Give the place of the code at a rank, counted from 1; 0 for who ranked, but gave nothing at it."""
    import numpy as np

    any_rank = data[names].notna().any(axis=1).to_numpy()
    at = places(data[name], codes) + 1
    return _with_kinds(data, np.where(any_rank, at, -1).astype(np.int16), len(codes) + 1, kinds)


def _with_kinds(data: pd.DataFrame, found: np.ndarray, number: int, kinds: _Kinds) -> np.ndarray:
    import numpy as np

    if not kinds.codes:
        return found
    why = places(data[kinds.column], kinds.codes)
    return np.where((found < 0) & (why >= 0), why + number, found)


def places(column: pd.Series[Any], codes: Sequence[Any]) -> np.ndarray:
    """Give the place of each value among codes, −1 for none.

    >>> import pandas as pd
    >>> places(pd.Series(["b", None, "a", "c"]), ["a", "b"]).tolist(), places(pd.Series([2, 7]), [1, 2]).tolist()
    ([1, -1, 0, -1], [1, -1])
    """
    import numpy as np
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        of = pd.Index([str(code) for code in codes]).get_indexer(column.cat.categories.astype("str"))
        return np.append(of, -1).astype(np.int16)[column.cat.codes.to_numpy()]
    if pd.api.types.is_bool_dtype(column.dtype):
        given = column.to_numpy(dtype="int8", na_value=-1) if column.hasnans else column.to_numpy(dtype="int8")
        names = [str(code) for code in codes]
        truths = [names.index(truth) if truth in names else -1 for truth in ("False", "True")]
        return np.array([*truths, -1], dtype=np.int16).take(given)
    if pd.api.types.is_numeric_dtype(column.dtype):
        # Codes that are no numbers match nothing.
        known = {int(code): place for place, code in enumerate(codes) if str(code).lstrip("-").isdigit()}
        low, high = min(known, default=0), max(known, default=0)
        number = column.to_numpy(dtype=float, na_value=np.nan)
        inside = (number >= low) & (number <= high) & (number == np.floor(number))
        at = np.where(inside, number - low, high - low + 1).astype(np.intp)
        return np.array([*(known.get(code, -1) for code in range(low, high + 1)), -1], dtype=np.int16)[at]
    texts = pd.Index(column.astype("object").map(str, na_action="ignore"))
    return pd.Index([str(code) for code in codes], dtype="object").get_indexer(texts).astype(np.int16)
