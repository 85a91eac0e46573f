"""Bunching: more values just at or above the threshold of a rule than just below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.indicators.audit.batch import Seen, findings, tested
from analysis.stats.anomalies.bunching import bunching as jump

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.rule import AuditRule

#: Values beside the threshold they are held to: of units, and of schools as a balance measures them.
HELD = ("unit", "school", "stage", "indicator", "year", "value", "threshold")


def held_to(frame: pd.DataFrame, thresholds: Mapping[str, float]) -> pd.DataFrame:
    """Give the figures that thresholds are given for, with the columns of :data:`HELD`."""
    held = frame[frame["indicator"].isin(list(thresholds))]
    return held.assign(threshold=held["indicator"].map(dict(thresholds)).astype(float))[list(HELD)]


def bunching(held: pd.DataFrame, rule: AuditRule) -> Seen:
    """Test each indicator of a year over all units together, and within each unit that has enough schools."""
    import pandas as pd

    parts: list[dict[str, object]] = []
    left: dict[str, int] = {}
    held = held[held["value"].notna() & (held["threshold"] > 0)]
    for names in (["indicator", "stage", "year"], ["indicator", "stage", "year", "unit"]):
        of = held if "unit" not in names else held[held["school"] != ""]
        for key, group in of.groupby(names, sort=True):
            threshold = float(group["threshold"].iloc[0])
            found = jump(group["value"] / group["threshold"] * threshold, threshold, width=rule.window,
                         fewest=rule.window_values)  # fmt: skip
            if found["why"]:
                left[found["why"]] = left.get(found["why"], 0) + 1
                continue
            n = found["below"] + found["above"]
            place = dict(zip(names, key, strict=True))
            parts.append({**place, "base_year": place["year"], "reason": "bunched", "value": found["above"], "n": n,
                          "of": len(group), "expected": found["expected"] * n, "p": found["p"],
                          "against": f"{threshold:g}"})  # fmt: skip
    frame = pd.DataFrame(parts)
    rows = findings(**{str(name): frame[name] for name in frame}) if parts else findings()
    if "unit" in frame:
        rows["unit"] = rows["unit"].fillna("").replace("nan", "")
    table = "schools" if (held["school"] != "").any() else "figures"
    return tested("bunching", rows, rule.level, left=[(table, f"window_{why}", many) for why, many in left.items()])
