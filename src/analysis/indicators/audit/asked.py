"""What an audit is asked for: thresholds and schools, and what is told of those that can't be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.indicators.asked import faults_in
from analysis.indicators.audit.bunching import HELD
from analysis.indicators.audit.columns import missing, numbers, years
from analysis.indicators.audit.identities import stages
from analysis.messages import Fault
from analysis.messages.requests import is_number, wrong

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 20


def wrong_thresholds(thresholds: Any, known: set[str] | None) -> list[Fault]:
    """Tell what is wrong with thresholds; ``known`` has the indicators of what is audited, if it could be read."""
    import pandas as pd

    if thresholds is None:
        return []
    if isinstance(thresholds, Mapping):
        return _of_indicators(thresholds, known)
    if not isinstance(thresholds, pd.DataFrame):
        found = f"thresholds of type {type(thresholds).__name__}"
        return [wrong(found, "numbers by indicator, or a frame with value and threshold", "see docs/audit.md")]
    faults = missing(thresholds, tuple(name for name in HELD if name not in {"school", "stage"}), "thresholds")
    if faults:
        return faults
    years(thresholds, "thresholds", faults)
    numbers(thresholds, "value", "thresholds", faults)
    bounds = numbers(thresholds, "threshold", "thresholds", faults)
    if (bounds <= 0).any():
        faults.append(wrong(f"{int((bounds <= 0).sum())} thresholds that are not above 0", "positive numbers", "",
                            "threshold"))  # fmt: skip
    return faults


def _of_indicators(thresholds: Mapping[Any, Any], known: set[str] | None) -> list[Fault]:
    faults = []
    for name, value in thresholds.items():
        if known is not None and name not in known:
            shown = ", ".join(sorted(known)[:_SHOWN]) or "none"
            faults.append(wrong(f"a threshold of {name!r}", f"an indicator of what is audited: {shown}", ""))
        if not (is_number(value) and value > 0):
            faults.append(wrong(f"the threshold {value!r} of {name!r}", "a number above 0", ""))
    return faults


def fitting(schools: pd.DataFrame) -> pd.DataFrame:
    """Leave out schools whose stages do not add up: that is a finding of its own, and they give no ratios."""
    odd = set(stages(schools)[0]["school"])
    return schools[~schools["school"].isin(odd)]


def wrong_schools(schools: pd.DataFrame) -> list[Fault]:
    """Tell which rows of schools do not belong together, but for sums of stages, which are audited: DZ-B001."""
    from analysis.indicators.balance.split import hold_together

    return [] if schools.empty else faults_in(lambda: hold_together(fitting(schools)))
