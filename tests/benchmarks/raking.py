"""Raking 1e6 rows to 4 margins, to 1e-10 of their totals, beside weightipy. Run by ``make bench``; synthetic data."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tests.benchmarks.clock import best, peer, say

from analysis.stats import SurveyDesign

ROWS, SIZES = 1_000_000, {"a": 2, "b": 4, "c": 6, "d": 16}


def simulate() -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Make rows and margins of another population."""
    rng = np.random.default_rng(20200102)
    frame = pd.DataFrame({name: rng.integers(1, size + 1, ROWS) for name, size in SIZES.items()}).assign(w=1.0)
    margins = []
    for name, size in SIZES.items():
        share = frame[name].value_counts(normalize=True).sort_index().to_numpy() * rng.uniform(0.7, 1.3, size)
        margins.append(pd.DataFrame({name: range(1, size + 1), "total": share / share.sum() * ROWS}))
    return frame, margins


def main() -> None:
    """Print one line a package."""
    frame, margins = simulate()
    plan = SurveyDesign(frame, weights="w")
    ours = best(lambda: plan.rake(margins), times=3)
    weights = plan.rake(margins).current_weights()
    off = max(
        (weights.groupby(frame[name]).sum().to_numpy() / m["total"].to_numpy() - 1).__abs__().max()
        for name, m in zip(SIZES, margins, strict=True)
    )
    say(f"raking, {ROWS:,} rows, {len(SIZES)} margins: {ours:.3f} s, margins met to {off:.0e}")
    weightipy = peer("weightipy")
    if weightipy is None:
        return
    targets = {name: dict(zip(m[name].tolist(), (m["total"] / ROWS * 100).tolist(), strict=True))
               for name, m in zip(SIZES, margins, strict=True)}  # fmt: skip
    scheme = weightipy.scheme_from_dict(targets)
    engines = []

    def theirs() -> None:
        rows = frame.drop(columns="w").assign(identity=np.arange(ROWS))
        engines.append(weightipy.weight_dataframe(rows, scheme, "weight", verbose=False))

    taken = best(theirs, times=1)
    away = np.abs(engines[-1]["weight"].to_numpy() / weights.to_numpy() - 1).max()
    say(f"  weightipy: {taken:.2f} s, {taken / ours:.0f} x ours; its weights differ by up to {away:.0e}")


if __name__ == "__main__":
    main()
