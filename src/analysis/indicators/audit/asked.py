"""What an audit is asked for: checks, thresholds and units that there are, and what is told of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.indicators.audit.bunching import HELD
from analysis.indicators.audit.columns import missing, numbers, years
from analysis.indicators.audit.identities import stages
from analysis.messages import LANGUAGES, DuzhengError, Fault
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.audit import Audit

_SHOWN = 20


def chosen(checks: Any, known: Sequence[str], faults: list[Fault]) -> tuple[str, ...]:
    """Give the checks asked for; all where none is said."""
    if checks is None:
        return tuple(known)
    if not isinstance(checks, str | Sequence | set | frozenset) or not len(checks):
        faults.append(wrong(f"checks={checks!r}", "some of " + ", ".join(known), "leave it out for all"))
        return ()
    asked = (checks,) if isinstance(checks, str) else tuple(checks)
    faults += [wrong(f"the check {each!r}", " or ".join(known), "choose of them")
               for each in asked if each not in known]  # fmt: skip
    return tuple(dict.fromkeys(each for each in asked if each in known))


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
        number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        if not number or not 0 < value < float("inf"):
            faults.append(wrong(f"the threshold {value!r} of {name!r}", "a number above 0", ""))
    return faults


def fitting(schools: pd.DataFrame) -> pd.DataFrame:
    """Leave out schools whose stages do not add up: that is a finding of its own, and they give no ratios."""
    odd = set(stages(schools)[0]["school"])
    return schools[~schools["school"].isin(odd)]


def together(schools: pd.DataFrame) -> list[Fault]:
    """Tell which rows of schools do not belong together, but for sums of stages, which are audited: DZ-B001."""
    from analysis.indicators.balance.split import hold_together

    if schools.empty:
        return []
    try:
        hold_together(fitting(schools))
    except DuzhengError as error:
        return list(error.faults)
    return []


def unit_of(result: Audit, asked: Any) -> str:
    """Give the id of a unit of what was audited, by id, code or name.

    Raises
    ------
    DuzhengError
        DZ-S002 for a unit that has no figures here, or a name that several territories have.
    """
    there = [str(each) for each in dict.fromkeys(result.frame["unit"])]
    if str(asked) in there:
        return str(asked)
    units = result.workspace.units if result.workspace else None
    named = [each for each in there if units is not None and each in units.frame.index and str(asked) in {
        str(units.frame.at[each, "code"]),
        *(units.name(each, language, short=short) for language in LANGUAGES for short in (False, True)),
    }]  # fmt: skip
    if len(named) == 1:
        return named[0]
    if named:
        raise DuzhengError(wrong(f"unit={asked!r}", f"one of {', '.join(named)}",
                                 "several territories have that name: give the id"))  # fmt: skip
    shown = ", ".join(there[:_SHOWN]) + (" …" if len(there) > _SHOWN else "")
    raise DuzhengError(wrong(f"unit={asked!r}", f"a unit of what was audited: {shown}", "give its id, code or name"))
