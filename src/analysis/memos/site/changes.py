"""Changes: what differs from the release before, unit by unit, statements that turned round first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.findings import RunTables
from analysis.indicators import rows_of
from analysis.memos.comparison.comparison import WORDS, noted, said_cause
from analysis.memos.site.words import known, say
from analysis.messages import Language, column_of, listed, pick, together, write_number

if TYPE_CHECKING:
    import pandas as pd

#: How a statement can change, the gravest first.
STATEMENTS: Final = ("reversed", "verdict", "withdrawn", "appeared", "reworded", "renumbered")
NUMBERS: Final = ("changed", "removed", "added")
_FRAMES: Final = {"findings": STATEMENTS, "numbers": NUMBERS}
#: So many numbers of a unit are listed.
MOST: Final = 100


@dataclass(frozen=True)
class Statement:
    """A statement that changed: how, what it said and says (empty for nothing), and why."""

    change: str
    label: str
    before: str
    after: str
    cause: str


@dataclass(frozen=True)
class Number:
    """A number that changed: of what, and in which year; what it was and is, and why."""

    label: str
    year: str
    before: str
    after: str
    cell: str
    cause: str


@dataclass(frozen=True)
class Changed:
    """What changed of a unit.

    Parameters
    ----------
    name, href
        Its name, and the address of its memo; empty if it has none.
    statements, numbers
        Statements, the gravest change first, and the numbers that are listed.
    more
        What is said of the numbers that are not listed; empty if all are.
    counts
        How many there are of each kind.
    """

    name: str
    href: str
    statements: Sequence[Statement]
    numbers: Sequence[Number]
    more: str
    counts: Mapping[str, int]


def changed(
    changes: Mapping[str, Any], tables: RunTables, language: Language, memos: Mapping[str, str]
) -> list[Changed]:
    """Give what changed, by unit.

    Parameters
    ----------
    changes
        ``numbers`` and ``findings``, frames as of :func:`analysis.memos.compare.compare`.
    tables
        Of this release, for names.
    language
        In which it is told.
    memos
        The address of the memo of each unit, in the order of the site; a unit that has none comes last.
    """
    findings, numbers = (_by_unit(changes[name], kinds) for name, kinds in _FRAMES.items())
    units = [*memos, *sorted({*findings, *numbers} - {*memos})]
    return [
        _of_unit(unit, memos.get(unit, ""), findings.get(unit, []), numbers.get(unit, []), tables, language)
        for unit in units
        if unit in findings or unit in numbers
    ]


def head(kind: str, language: Language) -> str:
    """Name a kind of change, as the head of a column.

    >>> head("reversed", "en"), head("added", "en")
    ('Reversed', 'Numbers added')
    """
    if kind in NUMBERS:
        return say(language, f"numbers_{kind}")
    text = WORDS.said("compare", f"change.{kind}", language)
    return text[:1].upper() + text[1:]


def _by_unit(frame: pd.DataFrame, kinds: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of each unit, the gravest kind of change first, in the order of the frame within a kind."""
    found: dict[str, list[dict[str, Any]]] = {}
    rows = [dict(row) for row in rows_of(frame) if row["change"] in kinds]
    for row in sorted(rows, key=lambda row: kinds.index(row["change"])):
        found.setdefault(str(row["unit"]), []).append(row)
    return found


def _of_unit(
    unit: str, href: str, findings: Sequence[Mapping[str, Any]], numbers: Sequence[Mapping[str, Any]],
    tables: RunTables, language: Language,
) -> Changed:  # fmt: skip
    units = tables.reference.units
    name = units.name(unit, language) if unit in units.frame.index else unit
    seen = [row for row in numbers if row.get("shown", True)]
    told = (say(language, "numbers_more", n=write_number(len(seen) - MOST, 0)) if len(seen) > MOST else "",
            noted("beyond", language, len(numbers) - len(seen)))  # fmt: skip
    counts = {kind: sum(row["change"] == kind for row in findings) for kind in STATEMENTS}
    counts |= {kind: sum(row["change"] == kind for row in seen) for kind in NUMBERS}
    statements = [_statement(row, language) for row in findings]
    listed_numbers = [_number(row, tables, language) for row in seen[:MOST]]
    return Changed(name, href, statements, listed_numbers, together(told, language), counts)


def _statement(row: Mapping[str, Any], language: Language) -> Statement:
    before, after = (_text(row.get(f"text_{when}_{language}")) for when in ("before", "after"))
    return Statement(row["change"], head(row["change"], language), before, after, _cause(row, language))


def _number(row: Mapping[str, Any], tables: RunTables, language: Language) -> Number:
    indicator = tables.reference.catalogue.get(row["indicator"])
    name = pick(indicator.name, language) if indicator else str(row["indicator"])
    parts = [name, _statistic(_text(row["statistic"]), language), _text(row.get(column_of("measure", language)))]
    before, after = (write_number(row[side], int(row["decimals"])) for side in ("before", "after"))
    return Number(listed(parts, language), str(row["year"]), before, after,
                  str(row["cell"]) if row["change"] != "removed" else "", _cause(row, language))  # fmt: skip


def _statistic(code: str, language: Language) -> str:
    """Name a statistic; a level is what the name of the indicator says already."""
    if code == "level":
        return ""
    key = f"statistic_{code}"
    return say(language, key) if known(key) else code


def _cause(row: Mapping[str, Any], language: Language) -> str:
    cause = _text(row.get("cause"))
    return WORDS.said("compare", "cause", language, causes=said_cause(cause, language)).rstrip("。.") if cause else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
