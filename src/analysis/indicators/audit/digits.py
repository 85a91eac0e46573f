"""First digits: Benford's law where its preconditions hold, and why not where they don't."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.indicators.audit.batch import Seen, findings, table_of, tested
from analysis.indicators.audit.figures import number
from analysis.stats.anomalies.digits import benford

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.rule import AuditRule

#: table, stage, indicator, year · n: figures of units (or schools) of one kind · span: orders of magnitude · why: the
#: precondition that does not hold, none if the law was applied · mad: mean absolute deviation of the shares · p.
APPLIED = ("table", "stage", "indicator", "year", "n", "span", "why", "mad", "p")


def first_digits(frame: pd.DataFrame, rule: AuditRule) -> tuple[Seen, pd.DataFrame]:
    """Hold each indicator of a year to Benford's law, over all units or schools of a kind.

    One year at a time: the first digits of two years of one unit are no two cases.

    Returns
    -------
    seen, applied
        ``applied`` has one row an indicator and year, with the columns :data:`APPLIED`.
    """
    import pandas as pd

    # Percentages, flags and shares span no orders of magnitude; numbers made of others are no cases of their own.
    held = frame[frame["moves"] & ~frame["sum"]]
    held = held.assign(group=number(held, ["item", "peers", "year"])).sort_values("group", kind="stable")
    starts = np.flatnonzero(np.diff(held["group"].to_numpy(), prepend=-1))
    value = held["value"].to_numpy()
    results = [benford(each, fewest=rule.benford, span=rule.benford_span) for each in np.split(value, starts[1:])]
    if held.empty:
        return Seen("benford", findings()), pd.DataFrame(columns=list(APPLIED))
    one = held.iloc[starts].reset_index(drop=True)
    applied = pd.DataFrame({
        "table": [table_of(each) for each in one["of_school"]], "stage": one["stage"], "indicator": one["indicator"],
        "year": one["year"], **{name: [each[name] for each in results] for name in ("n", "span", "why", "mad", "p")},
    })  # fmt: skip
    did = (applied["why"] == "").to_numpy()
    reasons = applied[~did].groupby(["table", "why"]).size().reset_index(name="many")
    left = list(zip(reasons["table"], reasons["why"], reasons["many"], strict=True))
    rows = findings(reason=["benford"] * int(did.sum()), stage=one["stage"][did], indicator=one["indicator"][did],
                    year=one["year"][did], base_year=one["year"][did], of=applied["n"][did],
                    value=100 * applied["mad"][did], p=applied["p"][did])  # fmt: skip
    return tested("benford", rows, rule.level, left=left), applied.sort_values(
        ["table", "indicator", "stage", "year"], ignore_index=True
    )
