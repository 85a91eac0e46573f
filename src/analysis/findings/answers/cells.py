"""Cells of answers: which numbers of estimates a sentence may name, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analysis.findings.answers.estimates import Row
from analysis.findings.answers.waves import Wave
from analysis.findings.measures import PERCENT, of_index
from analysis.findings.wording import Number
from analysis.messages import Texts

NOTHING: Texts = {"zh-Hans": "", "en": ""}
#: Decimals of an index and of a percentage.
ONE = 1
#: What of a row is a number of its own, by what follows its cell's name; the estimate has the name alone.
PARTS = {"": "estimate", "lower": "lower", "upper": "upper", "n": "n", "n_before": "n_before", "psus": "psus",
         "against": "against"}  # fmt: skip
_COUNTS = ("n", "n_before", "psus")


def named(row: Mapping[str, Any], part: str = "") -> str:
    """Name the cell of a part of a row."""
    return f"{row['cell']}/{part}" if part else str(row["cell"])


def number(row: Mapping[str, Any], part: str = "", *, signed: bool = False, absolute: bool = False) -> Number:
    """Give a part of a row as a slot."""
    count = part in _COUNTS
    return Number(named(row, part), float(row[PARTS[part]]), 0 if count else ONE,
                  None if count else of_index(row["measure"]), signed=signed, absolute=absolute)  # fmt: skip


def confidence(wave: Wave, level: float) -> Number:
    """Give the level of a wave's intervals as a slot."""
    return Number(f"{wave.name}/level", 100 * level, 0, PERCENT)


def cells(waves: Iterable[Wave], rows: Iterable[Row], level: float) -> Iterator[dict[str, Any]]:
    """Give the cells of estimates, by column of :data:`analysis.findings.gathered.CELLS`.

    What is suppressed has none: no document can name it.
    """
    files = dict[str, str]()
    for wave in waves:
        files[wave.name] = wave.file
        yield {"id": f"{wave.name}/level", "value": 100 * level, "unit": wave.whole, "indicator": wave.name,
               "year": wave.year, "statistic": "level", "measure": PERCENT, "decimals": 0,
               "how": "confidence of all intervals"}  # fmt: skip
    for row in rows:
        if row["precision"] == "suppress":
            continue
        for part, name in PARTS.items():
            value = row.get(name)
            if value is None or value != value:  # noqa: PLR0124  missing
                continue
            count = part in _COUNTS
            file = files.get(row["survey"], "of several waves")
            yield {
                "id": named(row, part), "value": float(value), "unit": row["unit"], "indicator": row["index"],
                "year": row["wave"], "base_year": row.get("base_wave"), "statistic": part or row["statistic"],
                "measure": NOTHING if count else of_index(row["measure"]), "decimals": 0 if count else ONE,
                "how": f"{row['statistic']} of {row['index']}, {row['selection']} sample; {file}",
            }  # fmt: skip
