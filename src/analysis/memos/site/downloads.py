"""Downloads: the numbers and the statements of all memos as tables that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from analysis.documents import for_spreadsheet, text_of
from analysis.findings import RunTables
from analysis.findings.finding import read_runs
from analysis.indicators import rows_of
from analysis.messages import LANGUAGES, in_columns

NUMBERS, STATEMENTS = "numbers.csv", "statements.csv"
_NUMBERS: Final = ("id", "unit", "unit_name_zh", "unit_name_en", "indicator", "indicator_name_zh", "indicator_name_en",
                   "year", "base_year", "statistic", "value", "measure_zh", "measure_en", "decimals", "how",
                   "sources")  # fmt: skip
_STATEMENTS: Final = ("id", "unit", "unit_name_zh", "unit_name_en", "year", "base_year", "topic", "theme", "survey",
                      "kind", "reference", "verdict", "tone", "strength", "text_zh", "text_en", "cells")  # fmt: skip


def numbers_csv(tables: RunTables) -> bytes:
    """Give every number that memos may show as CSV: a row a cell, at full precision, with its names."""
    reference = tables.reference
    rows = []
    for row in rows_of(tables["cells"]) if tables.has("cells") else ():
        indicator = reference.catalogue.get(row["indicator"])
        named = in_columns("indicator_name", indicator.name if indicator else None)
        rows.append({**row, **named, **_unit_names(tables, row["unit"])})
    return _csv(_NUMBERS, rows, synthetic=reference.synthetic)


def statements_csv(tables: RunTables) -> bytes:
    """Give every statement that memos may hold as CSV, in both languages, with the cells it rests on."""
    rows = []
    for row in rows_of(said(tables)) if tables.has("findings") else ():
        texts = {language: text_of(read_runs(row[language])) for language in LANGUAGES}
        cells = ";".join(json.loads(row["cells"]))
        rows.append({**row, **in_columns("text", texts), **_unit_names(tables, row["unit"]), "cells": cells})
    return _csv(_STATEMENTS, rows, synthetic=tables.reference.synthetic)


def said(tables: RunTables) -> Any:
    """Give the findings that may be said: in tables of the office those too that may not are left out."""
    findings = tables["findings"]
    return findings[findings["withheld"] == "[]"]


def _unit_names(tables: RunTables, unit: str) -> dict[str, str]:
    units = tables.reference.units
    if unit not in units.frame.index:
        return in_columns("unit_name", None)
    return in_columns("unit_name", {language: units.name(unit, language) for language in LANGUAGES})


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, synthetic: bool) -> bytes:
    """Write rows sorted by id; with the mark of UTF-8, without which a spreadsheet takes Chinese for something else."""
    import pandas as pd

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    marked = ("run_with_simulated_data",) if synthetic else ()
    writer.writerow([*columns, *marked])
    for row in sorted(rows, key=lambda each: each["id"]):
        values = [row.get(name) for name in columns]
        cells = ["" if each is None or pd.isna(each) else each for each in values]
        writer.writerow([for_spreadsheet(each) if isinstance(each, str) else each for each in cells]
                        + ["yes"] * len(marked))  # fmt: skip
    return text.getvalue().encode("utf-8-sig")
