"""What became of weights, and of the totals that they were to meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.stats.design.sample import Sample

if TYPE_CHECKING:
    import pandas as pd


def weights(design: Sample) -> pd.DataFrame:
    """Describe the weights as given and after each step."""
    import pandas as pd

    first = design.steps[0].before if design.steps else design.plan.weight
    stages = [("given", first), *((step.verb, step.after) for step in design.steps)]
    rows = []
    for name, every in stages:
        weight = every[every > 0]
        n, total = len(weight), float(weight.sum())
        kish = n * float(np.sum(weight**2)) / total**2
        rows.append(
            {
                "step": name, "n": n, "sum": total, "least": weight.min(), "mean": total / n,
                "largest": weight.max(), "ratio": weight.max() / weight.min(),
                "cv": float(np.sqrt(max(kish - 1, 0.0))), "kish_deff": kish, "effective_n": n / kish,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def margins(design: Sample) -> pd.DataFrame:
    """Show every known total beside what the weights add up to."""
    import pandas as pd

    frames = []
    for step in design.steps:
        for margin in step.margins:
            before, after = margin.sums(step.before), margin.sums(step.after)
            count = margin.sums((step.before > 0).astype(float)) if margin.code is not None else [
                float((step.before > 0).sum())
            ]  # fmt: skip
            with np.errstate(divide="ignore", invalid="ignore"):
                factor = after / before
            frames.append(
                pd.DataFrame(
                    {
                        "step": step.verb,
                        "margin": margin.title,
                        "category": [", ".join(map(str, label)) for label in margin.labels],
                        "n": np.asarray(count).astype(int),
                        "target": margin.totals,
                        "before": before,
                        "after": after,
                        "now": margin.sums(design.plan.weight),
                        "factor": factor,
                    }
                )
            )
    columns = ["step", "margin", "category", "n", "target", "before", "after", "now", "factor"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
