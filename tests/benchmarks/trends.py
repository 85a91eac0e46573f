"""Mann–Kendall and Sen of 10,000 series of 10 points, beside pymannkendall. Run by ``make bench``; synthetic data."""

from __future__ import annotations

import numpy as np
from tests.benchmarks.clock import best, peer, say

from analysis.stats.trends import mann_kendall, sen_slope

SERIES, POINTS = 10_000, 10


def main() -> None:
    """Print one line a package."""
    table = np.random.default_rng(20200103).normal(size=(SERIES, POINTS))

    def ours():
        return mann_kendall(table), sen_slope(table)

    taken = best(ours)
    tests, slopes = ours()
    say(f"trends, {SERIES:,} series of {POINTS}: {taken:.3f} s")
    other = peer("pymannkendall")
    if other is None:
        return
    some = table[: SERIES // 10]
    found = []
    theirs = best(lambda: found.extend(other.original_test(row) for row in some), times=1) * SERIES / len(some)
    away = max(
        np.abs(np.array([f.s for f in found]) - tests["s"][: len(some)]).max(),
        np.abs(np.array([f.var_s for f in found]) - tests["var_s"][: len(some)]).max(),
        np.abs(np.array([f.slope for f in found]) - slopes["slope"][: len(some)]).max(),
    )
    say(f"  pymannkendall, a tenth of them: {theirs:.2f} s for all, {theirs / taken:.0f} x ours; "
        f"S, its variance and slopes differ by up to {away:.0e}")  # fmt: skip


if __name__ == "__main__":
    main()
