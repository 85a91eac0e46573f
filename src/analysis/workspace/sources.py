"""Where figures come from: `data/sources.csv`. A source is a part of a work, such as a table of a yearbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.workspace.contracts import Contract, Field, Rule, check_tables
from analysis.workspace.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

FILE = "data/sources.csv"

#: A source is read as A (the official text or an official copy), B (a secondary copy), C (general knowledge).
CONTRACT = Contract(
    name="sources",
    fields={
        "source": Field(),
        "work_zh": Field(),
        "work_en": Field(),
        "part_zh": Field(blank=True),
        "part_en": Field(blank=True),
        "publisher": Field(blank=True),
        "url": Field(blank=True),
        "read_as": Field(),
        "status": Field(),
        "note": Field(blank=True, required=False),
    },
    rules=(
        Rule("DZ-T004", "read_as", lambda rows: rows["read_as"].isin(["A", "B", "C"]), "A, B or C"),
        Rule("DZ-T004", "status", lambda rows: rows["status"].isin(["ok", "blocked"]), "ok or blocked"),
        Rule(
            "DZ-T004",
            "note",
            lambda rows: rows["note"].notna() | (rows["status"] != "blocked"),
            "the reason why the source is blocked",
        ),
    ),
    key=("source",),
)


def read_sources(root: Path) -> pd.DataFrame:
    """Read `data/sources.csv`; the index is the source's id."""
    frame, _ = check_tables([read_table(root / FILE, FILE)], CONTRACT)
    return frame.drop(columns=["file", "row"]).set_index("source")
