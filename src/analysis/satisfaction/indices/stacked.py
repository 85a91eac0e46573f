"""Two waves of the same places below each other, so that the covariance of their estimates is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.surveys.design import CLUSTER, STRATUM, WEIGHT, Design

if TYPE_CHECKING:
    from analysis.stats import SurveyDesign


def stacked(before: Design, now: Design, columns: Sequence[str] = ()) -> SurveyDesign:
    """Put two waves of the same places below each other, with the column ``wave``; weights meet the totals of each.

    Parameters
    ----------
    before, now
        The waves.
    columns
        Of the answers, that the stacked sample shall have beside its own.
    """
    from analysis.stats import SurveyDesign

    waves = (before, now)
    titles = sorted({margin.title for each in waves for step in each.sample.steps for margin in step.margins})
    bases = [each.sample.steps[0].before if each.sample.steps else each.sample.plan.weight for each in waves]
    kept = {name: _below([each.data[name] for each in waves]) for name in dict.fromkeys([*columns, CLUSTER])}
    strata = [each.data[STRATUM] if STRATUM in each.data else _alike("all", len(each.data)) for each in waves]
    data = pd.DataFrame({**kept, STRATUM: _below(strata), WEIGHT: [*bases[0], *bases[1]]})
    data["wave"] = [before.year] * len(before.data) + [now.year] * len(now.data)
    margins = []
    for title in titles:
        parts, totals = [], []
        for each, base in zip(waves, bases, strict=True):
            known = {margin.title: margin for step in each.sample.steps for margin in step.margins}
            cells = each.data[title] if title in known else _alike("", len(each.data))
            names = {cell: f"{each.year} {cell}" for cell in cells.cat.categories}
            parts.append(cells.cat.rename_categories(names))
            sums = known[title].totals.tolist() if title in known else [float(base.sum())]
            labels = [label[0] for label in known[title].labels] if title in known else [""]
            totals.append(pd.DataFrame({title: [names[label] for label in labels], "total": sums}))
        data[title] = _below(parts)
        margins.append(pd.concat(totals, ignore_index=True))
    sample = SurveyDesign(data, weights=WEIGHT, strata=STRATUM, psu=CLUSTER, lonely_psu="adjust")
    if not titles:
        return sample
    return sample.poststratify(margins[0]) if len(margins) == 1 else sample.rake(margins)


def _alike(value: str, n: int) -> pd.Series[Any]:
    return pd.Series(pd.Categorical.from_codes(np.zeros(n, dtype=np.int8), pd.Index([value])))


def _below(parts: Sequence[pd.Series[Any]]) -> Any:
    """Put columns below each other; categories stay categories."""
    from pandas.api.types import union_categoricals

    if all(isinstance(part.dtype, pd.CategoricalDtype) for part in parts):
        return union_categoricals(list(parts), ignore_order=True)
    return pd.concat(parts, ignore_index=True).array
