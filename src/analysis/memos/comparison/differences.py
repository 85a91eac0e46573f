"""Differences between the tables of two runs: numbers by their cells, findings by their ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from analysis.indicators import rows_of
from analysis.memos.comparison.causes import Causes, written
from analysis.memos.comparison.narrowing import Narrowing
from analysis.messages import LANGUAGES, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings import RunTables

#: change: ``changed``, ``added``, ``removed`` · shown: whether the difference shows at the decimals of documents ·
#: cause: all that are possible, by semicolons.
NUMBERS: Final = (
    "unit", "cell", "indicator", "year", "statistic", "before", "after", "decimals", "measure_zh", "measure_en",
    "change", "shown", "cause",
)  # fmt: skip
#: change: :data:`CHANGES` · withheld: why it was not said, in an internal comparison · memos: those that say it, as
#: ``template/subject``, by semicolons.
FINDINGS: Final = (
    "unit", "id", "change", "verdict_before", "verdict_after",
    *(f"text_{when}_{language}" for language in LANGUAGES for when in ("before", "after")),
    "withheld_before", "withheld_after", "memos", "cause",
)  # fmt: skip
#: What becomes of a finding, the weightiest first. ``reversed``: the verdict or the tone is the opposite; ``verdict``:
#: another; ``withdrawn``: it is said no more; ``appeared``: it is said now; ``reworded``: other words, the same
#: verdict; ``renumbered``: other numbers alone; ``reasons``: it was not said and is not, for other reasons.
CHANGES: Final = ("reversed", "verdict", "withdrawn", "appeared", "reworded", "renumbered", "reasons")

_OPPOSITES: Final = frozenset(
    frozenset(pair) for pair in (("above", "below"), ("up", "down"), ("met", "missed"), ("agrees", "differs"),
                                 ("good", "bad"))
)  # fmt: skip
_NOTHING_WITHHELD = "[]"
_Row = Mapping[str, Any]


def differences(before: RunTables, after: RunTables, causes: Causes) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare numbers and findings.

    Parameters
    ----------
    before, after
        The tables, as far as the reader of the comparison may see them.
    causes
        What differs between the states of the runs.

    Returns
    -------
    tuple of pandas.DataFrame
        Numbers with the columns :data:`NUMBERS`, findings with :data:`FINDINGS` (``memos`` empty); what is the same
        in both has no row.
    """
    import pandas as pd

    cells = (_rows(before, "cells"), _rows(after, "cells"))
    changes = dict(_changes(*cells))
    told = Narrowing(causes, cells, (before.reference, after.reference), changes)
    numbers = pd.DataFrame(
        [_number(cells[0].get(cell), cells[1].get(cell), change) | {"cause": written(told.number(cell))}
         for cell, change in changes.items()],
        columns=list(NUMBERS),
    ).astype(dict.fromkeys(NUMBERS, "str") | {"year": "int64", "before": "float64", "after": "float64",
                                              "decimals": "int64", "shown": "bool"})  # fmt: skip
    findings = pd.DataFrame(
        list(_findings(_rows(before, "findings"), _rows(after, "findings"), told)), columns=list(FINDINGS)
    ).astype("str")
    weight = findings["change"].map(list(CHANGES).index)
    ranked = findings.assign(weight=weight).sort_values(["unit", "weight", "id"]).drop(columns="weight")
    return (
        numbers.sort_values(["unit", "indicator", "cell"], ignore_index=True),
        ranked.reset_index(drop=True),
    )


def _rows(tables: RunTables, name: str) -> dict[str, _Row]:
    return {str(row["id"]): row for row in rows_of(tables[name])} if name in tables.tables else {}


def _changes(before: Mapping[str, _Row], after: Mapping[str, _Row]) -> Iterator[tuple[str, str]]:
    for cell in {**before, **after}:
        if cell not in after:
            yield cell, "removed"
        elif cell not in before:
            yield cell, "added"
        elif _other_number(before[cell], after[cell]):
            yield cell, "changed"


def _other_number(before: _Row, after: _Row) -> bool:
    one, two = before["value"], after["value"]
    same = one == two or (one != one and two != two)  # noqa: PLR0124  both missing
    return not same or any(before[name] != after[name] for name in ("decimals", "measure_zh", "measure_en"))


def _number(before: _Row | None, after: _Row | None, change: str) -> dict[str, Any]:
    row = after if after is not None else before
    assert row is not None  # noqa: S101  a cell is there in one of the two
    return {name: row[name] for name in NUMBERS if name in row} | {
        "cell": row["id"], "change": change, "shown": _printed(before) != _printed(after),
        "before": None if before is None else before["value"], "after": None if after is None else after["value"],
    }  # fmt: skip


def _printed(row: _Row | None) -> tuple[str, ...] | None:
    if row is None:
        return None
    return write_number(row["value"], int(row["decimals"])), str(row["measure_zh"]), str(row["measure_en"])


def _findings(before: Mapping[str, _Row], after: Mapping[str, _Row], told: Narrowing) -> Iterator[dict[str, str]]:
    for name in {**before, **after}:
        one, two = before.get(name), after.get(name)
        change = change_of(one, two)
        if not change:
            continue
        row = two if two is not None else one
        assert row is not None  # noqa: S101  a finding is there in one of the two
        cells = dict.fromkeys(cell for each in (one, two) if each is not None for cell in json.loads(each["cells"]))
        texts = {
            f"text_{when}_{language}": _text(each, language)
            for when, each in (("before", one), ("after", two))
            for language in LANGUAGES
        }
        yield {
            "unit": row["unit"], "id": name, "change": change,
            "verdict_before": "" if one is None else one["verdict"],
            "verdict_after": "" if two is None else two["verdict"],
            "withheld_before": _reasons(one), "withheld_after": _reasons(two), "memos": "",
            "cause": written(told.finding(change, one, two, cells)), **texts,
        }  # fmt: skip


def change_of(before: _Row | None, after: _Row | None) -> str:
    """Tell what became of a finding, of which one or both rows are there; empty if nothing (:data:`CHANGES`)."""
    if _said(before) != _said(after):
        return "withdrawn" if _said(before) else "appeared"
    if before is None or after is None:
        return ""  # it was not said where it was, and is not there
    verdicts, tones = ((str(before[name]), str(after[name])) for name in ("verdict", "tone"))
    texts = [[of(row, language) for language in LANGUAGES] for of in (_words, _text) for row in (before, after)]
    differ = {
        "reversed": frozenset(verdicts) in _OPPOSITES or frozenset(tones) in _OPPOSITES,
        "verdict": verdicts[0] != verdicts[1],
        "reworded": texts[0] != texts[1],
        "renumbered": texts[2] != texts[3],
        "reasons": before["withheld"] != after["withheld"],
    }
    return next((change for change, is_so in differ.items() if is_so), "")


def _said(row: _Row | None) -> bool:
    return row is not None and row["withheld"] == _NOTHING_WITHHELD


def _reasons(row: _Row | None) -> str:
    return "" if row is None else ";".join(json.loads(row["withheld"]))


def _runs(row: _Row | None, language: str) -> list[dict[str, str]]:
    """Give the runs of a text; what is withheld for disclosure has none."""
    written_text = None if row is None else row.get(language)
    found: list[dict[str, str]] = json.loads(written_text) if isinstance(written_text, str) and written_text else []
    return found


def _text(row: _Row | None, language: str) -> str:
    return "".join(run["text"] for run in _runs(row, language))


def _words(row: _Row, language: str) -> list[str]:
    """Give the words of a text around its numbers."""
    pieces = "".join("\0" if run.get("cell") else run["text"] for run in _runs(row, language))
    return pieces.split("\0")
