"""A batch of tests: what each check found, the p of every test it made, and what it could not test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from analysis.indicators.audit.rule import AuditRule

#: check, reason: what was looked for, and what was seen · unit, school, stage, indicator, year, base_year: where ·
#: value, expected: the figure, and what it is held against · against: whose figure that is · n, of: how many, of how
#: many · z: of a jump · p: of the test, NaN for what is certain · file, row: where the figure stands.
FINDING = (
    "check", "reason", "unit", "school", "stage", "indicator", "year", "base_year", "value", "expected", "against",
    "n", "of", "z", "p", "file", "row",
)  # fmt: skip
_TEXTS = ("check", "reason", "unit", "school", "stage", "indicator", "against", "file")
_WHOLE = ("year", "base_year", "n", "of", "row")
CERTAIN = "identity"
#: Without p, and still no contradiction: published growth may be on another scope than the published levels.
_OPEN = ("growth",)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check saw.

    ``found`` has what may be put forward, with the columns of :data:`FINDING`; ``p`` is of all tests, the found ones
    first and in their order, if the check has any; ``left`` says what was not tested: (table, why, how many).
    """

    check: str
    found: pd.DataFrame
    p: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    left: Sequence[tuple[str, str, int]] = ()
    held: Sequence[tuple[str, int]] = ()  #: (table, comparisons) of a check without p


def findings(**columns: Any) -> pd.DataFrame:
    """Make a frame of findings; columns that are left out are empty."""
    import pandas as pd

    n = max((len(each) for each in columns.values() if isinstance(each, pd.Series | np.ndarray | list)), default=0)
    return _made(columns, n) if n else _nothing().copy()


@cache
def _nothing() -> pd.DataFrame:
    return _made({}, 0)


def _made(columns: Mapping[str, Any], n: int) -> pd.DataFrame:
    import pandas as pd

    made = {}
    for name in FINDING:
        given = columns.get(name)
        if given is None:
            given = [""] * n if name in _TEXTS else np.full(n, np.nan)
        kind: Any = "str" if name in _TEXTS else "Int64" if name in _WHOLE else "float64"
        values = given.to_numpy() if isinstance(given, pd.Series) else given
        made[name] = pd.Series(values, index=range(n)).astype(kind)
    return pd.DataFrame(made)


def tested(check: str, rows: pd.DataFrame, level: float, **more: Any) -> Seen:
    """Keep the tests that may be found (an adjusted p is never below its own), and the p of all."""
    p = rows["p"].to_numpy(float)
    may = p <= level
    return Seen(check, rows[may].assign(check=check), np.r_[p[may], p[~may]], **more)


def judged(seen: Sequence[Seen], rule: AuditRule) -> pd.DataFrame:
    """Adjust the p of all checks as one batch, and keep what is found, worst first."""
    import pandas as pd

    from analysis.stats.multiplicity import adjust

    p = np.concatenate([each.p for each in seen]) if seen else np.zeros(0)
    q = adjust(p, method=rule.method).to_numpy() if len(p) else p
    parts, start = [], 0
    for each in seen:
        many = len(each.found) if len(each.p) else 0
        adjusted = q[start : start + many] if many else np.full(len(each.found), np.nan)
        start += len(each.p)
        if len(each.found):
            parts.append(each.found.assign(p_adjusted=adjusted))
    empty = findings().assign(p_adjusted=np.zeros(0), severity=np.zeros(0, dtype=str))
    if not parts:
        return empty
    frame = pd.concat(parts, ignore_index=True)
    certain = frame["p"].isna()
    # First digits differ from Benford's law for many good reasons, and thresholds are there to be met.
    strict = (frame["p_adjusted"] <= rule.improbable) & ~frame["check"].isin(["benford", "bunching"])
    frame["severity"] = np.where(
        certain & ~frame["reason"].isin(_OPEN), CERTAIN, np.where(strict, "improbable", "notable")
    )
    frame = frame[certain | (frame["p_adjusted"] <= rule.level)]
    # Last digits that are heaped are uneven, too: one finding.
    digits = frame["check"] == "heaping"
    group = frame[["unit", "indicator"]].apply(tuple, axis=1) if digits.any() else frame["unit"]
    heaped = set(group[digits & (frame["reason"] == "heaped")])
    frame = frame[~(digits & (frame["reason"] == "uneven") & group.isin(heaped))]
    turn = frame["severity"].map({CERTAIN: 0, "improbable": 1, "notable": 2})
    order = frame.assign(turn=turn).sort_values(
        ["turn", "p_adjusted", "p", "check", "indicator", "year", "unit", "school"], kind="stable"
    )
    return order.drop(columns="turn").reset_index(drop=True)


def table_of(of_school: object) -> str:
    """Name the table."""
    return "schools" if of_school else "figures"
