"""Heaping: figures that end in 0 or 5, or in any digit, more often than counting and measuring make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.indicators.audit.batch import Seen, findings, table_of, tested
from analysis.indicators.audit.figures import changes, number
from analysis.stats.anomalies.digits import digit_counts, last_digits

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.rule import AuditRule

#: The last place is that from which on one in ten figures is printed.
_MOST = 0.1
#: By what counts are taken together: who reported them, and what they are of.
GROUPS = {False: (("unit",), ("indicator",)), True: (("unit", "indicator"), ("indicator",))}


def countable(frame: pd.DataFrame, rule: AuditRule) -> pd.DataFrame:
    """Give the figures whose last digits may be looked at, with ``digit``.

    What counts or measures, not published rounded, not the sum of others, at least ``count_from`` times its last place,
    and once where the same number stands in two years running. The last place is that of the indicator (of schools:
    of the indicator in a unit), so that a measure with two decimals has its last digit there; figures with a finer one
    than nine in ten have are left out.
    """
    held = frame[frame["added"] & ~frame["coarse"] & ~frame["sum"] & (frame["value"] > 0)]
    unit = held["unit"].where(held["of_school"], "")
    key = number(held.assign(unit_key=unit), ["item", "unit_key"])
    place = held.groupby(key)["step"].quantile(_MOST, interpolation="lower").to_numpy()[key]
    tens = np.rint(held["value"].to_numpy() / place)
    usable = (tens >= rule.count_from) & (held["step"].to_numpy() >= place * (1 - 1e-9))
    held = held.assign(digit=(tens % 10).astype(np.int64))[usable]
    again = changes(held)
    again = again[again["value"] == again["before"]]
    found: pd.DataFrame = held.drop(index=again.index)
    return found


def heaping(frame: pd.DataFrame, rule: AuditRule) -> Seen:
    """Test the last digits of each unit and each indicator."""
    import pandas as pd

    held = countable(frame, rule)
    digit = held["digit"].to_numpy()
    rows, left = [], []
    for of_school, groups in GROUPS.items():
        for names in groups:
            here = (held["of_school"] == of_school).to_numpy()
            part = held[here]
            if part.empty:
                continue
            code = number(part, list(names))
            counts = digit_counts(digit[here], code, int(code.max()) + 1)
            found = last_digits(counts)
            first = part.assign(code=code).drop_duplicates("code").set_index("code").sort_index()
            enough = (found["n"] >= rule.digits).to_numpy()
            left.append((table_of(of_school), "digits", int((~enough).sum())))
            keys = {name: first[name].to_numpy()[enough] for name in names}
            last = part.groupby(code)["year"].agg(["min", "max"]).sort_index().to_numpy()[enough]
            most = counts[enough].argmax(axis=1)
            found, tallies = found[enough], counts[enough]
            place = {**keys, "base_year": last[:, 0], "year": last[:, 1], "of": found["n"],
                     "file": _one_file(part, code)[enough]}  # fmt: skip
            rows.append(findings(reason=["heaped"] * len(found), value=100 * found["share"], n=found["heaped"],
                                 expected=np.full(len(found), 20.0), p=found["p"], **place))  # fmt: skip
            uneven = findings(reason=["uneven"] * len(found), value=100 * tallies.max(axis=1) / found["n"].to_numpy(),
                              expected=np.full(len(found), 10.0), n=tallies.max(axis=1), p=found["p_even"],
                              against=[str(each) for each in most], **place)  # fmt: skip
            rows.append(uneven[uneven["p"].notna()])
    together = pd.concat(rows, ignore_index=True) if rows else findings()
    return tested("heaping", together, rule.level, left=left)


def _one_file(part: pd.DataFrame, code: np.ndarray) -> np.ndarray:
    """Give the file of each group, and nothing where there are several."""
    by = part.groupby(code)["file"]
    return np.where(by.nunique().sort_index() == 1, by.first().sort_index(), "")
