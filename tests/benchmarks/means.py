"""Time and memory of 30 items in 16 domains: 1e6 rows, 48 strata, 1,920 PSUs, beside the 30 plain weighted sums.

Run from the root: ``PYTHONPATH=src python tests/benchmarks/means.py``.
"""

from __future__ import annotations

import sys
import threading
import time

import numpy as np
import pandas as pd
import psutil

from analysis.stats import SurveyDesign

ROWS, ITEMS = 1_000_000, 30


def simulate(missing: float) -> pd.DataFrame:
    """Make answers that agree within PSUs; domains are unions of strata, as districts are."""
    rng = np.random.default_rng(20200101)
    psu = rng.integers(0, 1920, ROWS)
    frame = {f"i{k:02}": rng.normal(3, 1, ROWS) + rng.normal(0, 0.3, 1920)[psu] for k in range(ITEMS)}
    for values in frame.values():
        if missing:
            values[rng.random(ROWS) < missing] = np.nan
    return pd.DataFrame(frame).assign(
        w=rng.uniform(1, 3, ROWS), psu=psu, stratum=psu % 48, nested=psu % 16, crossed=rng.integers(0, 16, ROWS)
    )


def best(call, times: int = 5) -> float:
    """Give the shortest of several times, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def peak(call) -> float:
    """Give the highest memory during a call over that before it, in MB."""
    process, highest, done = psutil.Process(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.001):
            highest[0] = max(highest[0], process.memory_info().rss)

    before = process.memory_info().rss
    watcher = threading.Thread(target=watch)
    watcher.start()
    call()
    done.set()
    watcher.join()
    return (highest[0] - before) / 1e6


def main() -> None:
    """Print one line a case."""
    items = [f"i{k:02}" for k in range(ITEMS)]
    for missing in (0.0, 0.05):
        frame = simulate(missing)
        w = frame["w"].to_numpy()
        columns = [frame[item].to_numpy() for item in items]
        add = np.nansum if missing else np.sum
        plain = best(lambda w=w, columns=columns, add=add: [float(add(w * y)) for y in columns])
        start = time.perf_counter()
        plan = SurveyDesign(frame, weights="w", strata="stratum", psu="psu")
        made = time.perf_counter() - start
        for by in ("nested", "crossed"):
            memory = peak(lambda plan=plan, by=by: plan.mean(items, by=by))
            taken = best(lambda plan=plan, by=by: plan.mean(items, by=by))
            sys.stdout.write(
                f"missing {missing:.0%} {by}: {taken:.3f} s, {taken / plain:.1f} x the plain sums ({plain:.3f} s), "
                f"peak {memory:.0f} MB over the data; design made in {made:.3f} s\n"
            )


if __name__ == "__main__":
    main()
