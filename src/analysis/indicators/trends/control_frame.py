"""What a control chart is made of: one frame of series, held to what limits and runs need of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from analysis.indicators.asked import faults_in, several, several_names
from analysis.indicators.series import held_series
from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import is_number, is_whole, one_of, wrong
from analysis.stats.control import rules_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace

KINDS = ("individuals", "p", "u")
#: Below this many points of the baseline there are no limits.
LEAST = 5


def wrong_choices(kind: Any, rules: Any, baseline: Any, per: Any, measure: Any) -> list[Fault]:
    """Find what is wrong of the choices that do not hang on the data."""
    found = faults_in(lambda: one_of("kind", kind, KINDS)) + faults_in(lambda: rules_of(rules))
    if baseline is not None and not (is_whole(baseline) and baseline >= LEAST):
        found.append(wrong(f"baseline={baseline!r}", f"a whole number of {LEAST} points or more, or None for all", ""))
    if per is not None and not (is_number(per) and per > 0):
        found.append(wrong(f"per={per!r}", "a number above 0", "100 for per cent"))
    if measure is not None and not (hasattr(measure, "keys") and "zh-Hans" in measure):
        found.append(wrong(f"measure={measure!r}", "a text by language", '{"zh-Hans": "件", "en": "letters"}'))
    return found


def frame_of(
    workspace: Workspace, data: Any, faults: Sequence[Fault], *, units: Any, boundaries: int | None, kind: Any,
    steps: Sequence[Any],
) -> tuple[pd.DataFrame, list[str]]:  # fmt: skip
    """Give the series as one frame, and the codes they were asked by.

    Raises
    ------
    DuzhengError
        What was found wrong before, and what is wrong of the data.
    """
    import pandas as pd

    found = list(faults)
    if isinstance(data, pd.DataFrame):
        needed = {"time", "value"} | ({"denominator"} if kind in {"p", "u"} else set())
        gone = sorted(needed - set(data.columns))
        found += [wrong(f"a series without {name!r}", "that column", "one row a point of time", name) for name in gone]
        if not gone and data.empty:
            found.append(wrong("a series without points", "one row a point of time", ""))
        frame = data.assign(indicator="", segment=0)
        frame = frame if "unit" in frame else frame.assign(unit="")
        if not gone and len(data):
            found += _wrong(frame, kind, steps)
        if found:
            raise DuzhengError.of(found)
        return frame.assign(value=pd.to_numeric(frame["value"])), []
    if kind in {"p", "u"}:
        found.append(wrong(f"kind={kind!r} of indicators", "single values, or a frame with denominators",
                           "give a frame with time, value and denominator"))  # fmt: skip
    codes = several_names(data) or []
    facts = held_series(workspace, codes, found, units=several_names(units), boundaries=boundaries)
    frame = facts.rename(columns={"year": "time"}).sort_values(["indicator", "unit", "time"])
    found = list(_unknown_steps(frame, steps))
    if found:
        raise DuzhengError(*found)
    return frame, codes


def _wrong(frame: pd.DataFrame, kind: Any, steps: Sequence[Any]) -> Iterator[Fault]:
    """Find what is wrong of a frame that has its columns."""
    import numpy as np
    import pandas as pd

    for name, what in (("time", "a time"), ("unit", "a unit")):
        gone = int(frame[name].isna().sum())
        if gone:
            hint = "leave the column out where there is one series" if name == "unit" else "write months as 2024-09"
            yield wrong(f"{gone} rows without {what}" if gone > 1 else f"a row without {what}", "one a row", hint, name)
    timed = frame[frame["time"].notna() & frame["unit"].notna()]
    twice = timed.loc[timed.duplicated(["unit", "indicator", "time"]), "time"]
    if len(twice):
        yield wrong(f"the time {twice.iloc[0]!s} twice in one series", "each time once", "", "time")
    for (unit, _), group in timed.groupby(["unit", "indicator"], sort=False):
        if not group["time"].is_monotonic_increasing:
            yield _out_of_order(str(unit), group["time"].tolist())
    value = pd.to_numeric(frame["value"], errors="coerce")
    if (value.isna() & frame["value"].notna()).any() or np.isinf(value).any():
        yield wrong("values that are no numbers", "numbers, NaN where missing", "", "value")
    if kind in {"p", "u"}:
        yield from _miscounted(frame, kind)
    yield from _unknown_steps(frame, steps)


def _out_of_order(unit: str, times: list[Any]) -> Fault:
    """Say which two times are out of order; texts are compared letter by letter, which not everybody expects."""
    of = f" of {unit}" if unit else ""
    kinds = {type(each).__name__ for each in times}
    if len(kinds) > 1 and not kinds <= {"int", "float"}:
        return wrong(f"times{of} of several kinds: {', '.join(sorted(kinds))}", "one kind", "all as text, or all as "
                     "numbers or dates", "time")  # fmt: skip
    early, late = next(((one, two) for one, two in itertools.pairwise(times) if two < one), (times[0], times[-1]))
    if isinstance(late, str):
        return wrong(f"times{of} out of order as text: {late!r} after {early!r}", "the order of texts, which are "
                     "compared letter by letter", "sort by time, and write months with two digits: 2024-09",
                     "time")  # fmt: skip
    return wrong(f"times{of} out of order: {late!s} after {early!s}", "the order of time", "sort by time", "time")


def _miscounted(frame: pd.DataFrame, kind: str) -> Iterator[Fault]:
    """Find counts that cannot be, and those of nothing."""
    import numpy as np
    import pandas as pd

    value, below = (pd.to_numeric(frame[name], errors="coerce") for name in ("value", "denominator"))
    bad = value.notna() & (~(below > 0) | np.isinf(below))
    over = (value < 0) | ((value > below) if kind == "p" else False)
    if bad.any():
        yield wrong(f"{int(bad.sum())} values without a denominator above 0", "one a value", "", "denominator")
    if over.any():
        expected = "counts from 0 to the denominator" if kind == "p" else "counts of 0 or more"
        found = f"{int(over.sum())} values outside what can be"
        yield wrong(found, expected, "value is the count, not the share", "value")


def _unknown_steps(frame: pd.DataFrame, steps: Sequence[Any]) -> Iterator[Fault]:
    known = list(frame["time"])
    for step in several(steps) or ():
        if step not in known:
            yield wrong(f"the step {step!r}", "a time of the series", f"from {known[0]!s} on")
