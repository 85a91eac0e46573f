"""What a gatherer of stage one hands over: findings, the cells that their numbers name, and tables for sections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.documents import Cell
from analysis.findings.finding import Finding
from analysis.messages import Language, column_of, in_columns

if TYPE_CHECKING:
    import pandas as pd

#: The columns of a frame of cells: those of a cell of a document, with its measure in both languages.
CELLS = ("id", "value", "unit", "indicator", "year", "base_year", "statistic", "measure_zh", "measure_en", "counted_zh",
         "counted_en", "decimals", "how", "sources")  # fmt: skip


@dataclass(frozen=True)
class Gathered:
    """Findings of one kind of evidence, for all units of a run.

    Parameters
    ----------
    findings
        Candidates, with messages and slots, neither judged nor worded.
    cells
        One row a number, columns :data:`CELLS`; ``sources`` are joined by ``;``.
    tables
        More frames that sections show, by name, each with a column ``unit``.
    subjects
        What memos can be made of besides units: kind, subject, name_zh, name_en, and access (``public`` or
        ``internal``) of each.
    """

    findings: tuple[Finding, ...] = ()
    cells: pd.DataFrame | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    subjects: tuple[Mapping[str, str], ...] = ()


def cells_of(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Put cells into a frame, each once.

    Parameters
    ----------
    rows
        By column of :data:`CELLS`; ``measure`` and ``counted`` may stand for both languages as a text in two languages,
        and what is left out is empty.
    """
    import pandas as pd

    written = []
    for row in rows:
        given = {"base_year": None, "how": "", "sources": "", **row}
        for name in ("measure", "counted"):
            given = in_columns(name, given.pop(name, None)) | given
        written.append(given)
    types = dict.fromkeys(CELLS, "str") | {
        "value": "float64",
        "year": "int64",
        "base_year": "Int64",
        "decimals": "int64",
    }
    frame = pd.DataFrame(written, columns=list(CELLS)).astype(types)
    return frame.drop_duplicates("id", ignore_index=True)


def cell_of(row: Mapping[str, Any], language: Language) -> Cell:
    """Give a row of a frame of cells as a cell of a document in a language."""
    import pandas as pd

    return Cell(
        id=row["id"],
        value=None if pd.isna(row["value"]) else row["value"],
        unit=row["unit"],
        indicator=row["indicator"],
        year=row["year"],
        base_year=None if pd.isna(row["base_year"]) else int(row["base_year"]),
        statistic=row["statistic"],
        measure=row[column_of("measure", language)],
        counted=row[column_of("counted", language)],
        decimals=row["decimals"],
        how=row["how"],
        sources=tuple(row["sources"].split(";")) if row["sources"] else (),
    )
