"""Means of 30 items in 16 domains: 1e6 rows, 48 strata, 1,920 PSUs, with errors, intervals and design effects.

Beside: the 30 plain weighted sums, the package svy, and R's ``svyby``. Run by ``make bench``. Data are synthetic.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from tests.benchmarks.clock import best, peak, peer, say

from analysis.stats import SurveyDesign

ROWS, ITEMS = 1_000_000, 30
NAMES = [f"i{k:02}" for k in range(ITEMS)]
R = """\
suppressMessages(library(survey))
d <- read.csv("rows.csv"); d$by <- factor(d$by)
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = d, nest = TRUE)
invisible(svyby(~i00, ~by, design, svymean))
cat(system.time(svyby(~i00, ~by, design, svymean))[["elapsed"]])
"""


def simulate(missing: float, rows: int = ROWS) -> pd.DataFrame:
    """Make answers that agree within PSUs; ``nested`` domains are unions of strata, as districts are."""
    rng = np.random.default_rng(20200101)
    psu = rng.integers(0, 1920, rows)
    frame = {name: rng.normal(3, 1, rows) + rng.normal(0, 0.3, 1920)[psu] for name in NAMES}
    for values in frame.values():
        if missing:
            values[rng.random(rows) < missing] = np.nan
    return pd.DataFrame(frame).assign(
        w=rng.uniform(1, 3, rows), psu=psu, stratum=psu % 48, nested=psu % 16, crossed=rng.integers(0, 16, rows)
    )


def svy_seconds(frame: pd.DataFrame, by: str) -> float | None:
    """Time svy with one item, which it takes one by one."""
    svy = peer("svy")
    if svy is None:
        return None
    import polars as pl

    rows = pl.from_pandas(frame[["i00", "w", "psu", "stratum", by]])
    sample = svy.Sample(rows, svy.Design(stratum="stratum", psu="psu", wgt="w"))
    return best(lambda: sample.estimation.mean("i00", by=by), times=2)


def r_seconds(frame: pd.DataFrame, by: str, rows: int) -> float | None:
    """Time R with one item and a part of the rows."""
    program = shutil.which("Rscript")
    if program is None:
        say("  R is not measured: no Rscript")
        return None
    with tempfile.TemporaryDirectory() as folder:
        part = frame.head(rows)[["i00", "w", "psu", "stratum", by]].rename(columns={by: "by"})
        part.to_csv(Path(folder) / "rows.csv", index=False)
        done = subprocess.run(
            [program, "-e", R], cwd=folder, capture_output=True, text=True, timeout=550, check=False
        )  # fmt: skip
    if done.returncode:
        say(f"  R is not measured: {done.stderr.strip().splitlines()[-1]}")
        return None
    return float(done.stdout.split()[-1])


def main() -> None:
    """Print one line a case."""
    plain_case = {}
    for missing in (0.0, 0.05):
        frame = simulate(missing)
        w = frame["w"].to_numpy()
        columns = [frame[item].to_numpy() for item in NAMES]
        add = np.nansum if missing else np.sum
        sums = best(lambda w=w, columns=columns, add=add: [float(add(w * y)) for y in columns])
        start = time.perf_counter()
        plan = SurveyDesign(frame, weights="w", strata="stratum", psu="psu")
        made = time.perf_counter() - start
        for by in ("nested", "crossed"):
            memory = peak(lambda plan=plan, by=by: plan.mean(NAMES, by=by))
            taken = best(lambda plan=plan, by=by: plan.mean(NAMES, by=by))
            beside = f", {taken / plain_case[by]:.1f} x without missing values" if missing else ""
            plain_case.setdefault(by, taken)
            say(
                f"means, {missing:.0%} missing, {by}: {taken:.3f} s, {taken / sums:.1f} x the plain sums "
                f"({sums:.3f} s){beside}; peak {memory:.0f} MB over the data; design made in {made:.3f} s"
            )
            if missing:
                continue
            one = best(lambda plan=plan, by=by: plan.mean("i00", by=by))
            theirs = svy_seconds(frame, by)
            if theirs is not None:
                say(f"  svy, one item: {theirs:.2f} s, {theirs / one:.0f} x ours of one item ({one:.3f} s), "
                    f"{theirs * ITEMS / taken:.0f} x ours of all, taken {ITEMS} times")  # fmt: skip
            rows = ROWS // 10
            few = SurveyDesign(frame.head(rows), weights="w", strata="stratum", psu="psu")
            ours = best(lambda few=few, by=by: few.mean("i00", by=by))
            r = r_seconds(frame, by, rows)
            if r is not None:
                say(f"  R svyby, one item, {rows:,} rows: {r:.2f} s, {r / ours:.0f} x ours of the same ({ours:.4f} s)")


if __name__ == "__main__":
    main()
