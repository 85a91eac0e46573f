"""The same means from Parquet through DuckDB: 1e7 rows of synthetic answers that are never in memory.

Run by ``make bench``. The file of 2.5 GB lies in a temporary folder while it runs.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from tests.benchmarks.clock import best, peak, say
from tests.benchmarks.means import NAMES

from analysis.stats import SurveyDesign

ROWS, PART = 10_000_000, 122_880


def write(path: Path) -> None:
    """Write answers that agree within PSUs, a row group at a time."""
    rng = np.random.default_rng(20200101)
    effect, writer = rng.normal(0, 0.3, 1920), None
    for start in range(0, ROWS, PART):
        rows = min(PART, ROWS - start)
        psu = rng.integers(0, 1920, rows)
        columns = {name: rng.normal(3, 1, rows) + effect[psu] for name in NAMES}
        columns |= {"w": rng.uniform(1, 3, rows), "psu": psu, "stratum": psu % 48, "nested": psu % 16,
                    "crossed": rng.integers(0, 16, rows)}  # fmt: skip
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()


def main() -> None:
    """Print one line a case."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        write(path)
        sums = ", ".join(f"sum({name})" for name in [*NAMES, "w"])
        read = best(lambda: duckdb.sql(f"SELECT {sums} FROM '{path}'").fetchall(), times=3)  # noqa: S608  our own names
        plan = SurveyDesign(path, weights="w", strata="stratum", psu="psu")
        for by in ("nested", "crossed"):
            memory = peak(lambda by=by: plan.mean(NAMES, by=by))
            taken = best(lambda by=by: plan.mean(NAMES, by=by), times=3)
            say(f"parquet, {ROWS:,} rows, {by}: {taken:.2f} s, {taken / read:.1f} x reading the columns once "
                f"({read:.2f} s); peak {memory:.0f} MB over what was held before")  # fmt: skip


if __name__ == "__main__":
    main()
