"""Copies: the same values in two units or schools of a year, or in two years of one, beyond coincidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.indicators.audit.batch import Seen, findings, tested
from analysis.indicators.audit.figures import number
from analysis.stats.anomalies.coincidence import chance_of, cumulants, information

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.rule import AuditRule

#: Of so many equal values or more, pairs are not made: a value that many have is a usual one.
_MOST_ALIKE = 40


def copies(frame: pd.DataFrame, moving: pd.DataFrame, rule: AuditRule) -> Seen:
    """Test pairs of units and of schools in each year, and each of them beside its own year before."""
    import pandas as pd

    rows = [_pairs(frame, rule), _last_year(moving, rule), _last_year(moving, rule, schools=True)]
    rows = [each for each in rows if len(each)] or rows[:1]
    return tested("copies", pd.concat(rows, ignore_index=True), rule.level)


def _pairs(frame: pd.DataFrame, rule: AuditRule) -> pd.DataFrame:
    """Find units (or schools) that have the same values in many indicators of a year.

    Two of like size are taken to lie evenly within ``alike`` of each other, so that a value v printed to a step s is
    the same by chance with s / (2 · alike · v): for two of different size it is less. All pairs of the year count.
    """
    held = frame[frame["moves"] & ~frame["sum"] & (frame["value"] >= rule.count_from * frame["step"])]
    # A school is beside all schools of the year, a unit beside those of its kind.
    kind = np.where(held["of_school"], -1, held["peers"])
    held = held.assign(among=number(held.assign(kind=kind), ["of_school", "kind", "year"]))
    held = held.assign(here=number(held, ["among", "entity"]),
                       chance=np.minimum(held["step"] / (2 * rule.alike * held["value"]), 1.0))  # fmt: skip
    if held.empty:
        return findings()
    many = held.drop_duplicates("here").groupby("among").size()
    all_pairs = (many * (many - 1) / 2).to_dict()
    pairs = _equal(held)
    # One value that stands in two indicators of both is one coincidence.
    pairs = pairs.drop_duplicates(["a", "b", "value"])
    both = pairs.groupby(["a", "b"], sort=True)["surprise"].agg(["size", "sum"]).reset_index()
    both = both[both["size"] >= rule.same]
    if both.empty:
        return findings()
    items = cumulants(held["chance"], held["here"].to_numpy(), int(held["here"].max()) + 1)
    a, b = both["a"].to_numpy(), both["b"].to_numpy()
    p = chance_of(both["sum"], np.maximum(items[a], items[b]))
    one = held.drop_duplicates("here").set_index("here")
    has = held.groupby("here").size()
    first, second = one.loc[a], one.loc[b]
    p = np.minimum(p * first["among"].map(all_pairs).to_numpy(float), 1.0)
    other = np.where(second["of_school"], second["school"], second["unit"])
    compared = np.minimum(has.loc[a].to_numpy(), has.loc[b].to_numpy())
    reason = np.where(first["of_school"], "same_school", "same_unit")
    return findings(reason=reason, unit=first["unit"], school=first["school"], year=first["year"], against=other,
                    n=both["size"], of=compared, p=p, file=first["file"], row=first["row"])  # fmt: skip


def _equal(held: pd.DataFrame) -> pd.DataFrame:
    """Give the pairs of units or schools that have the same value of an item in a year."""
    import pandas as pd

    key = number(held, ["among", "item", "value"])
    order = np.argsort(key, kind="stable")
    key, here = key[order], held["here"].to_numpy()[order]
    size = np.bincount(key)[key]
    keep = (size > 1) & (size <= _MOST_ALIKE)
    key, here, row = key[keep], here[keep], order[keep]
    parts = []
    for ahead in range(1, _MOST_ALIKE):
        at = np.flatnonzero(key[ahead:] == key[:-ahead]) if len(key) > ahead else np.zeros(0, dtype=np.int64)
        if not len(at):
            break
        parts.append((here[at], here[at + ahead], row[at]))
    if not parts:
        return pd.DataFrame({"a": [], "b": [], "value": [], "surprise": []}, dtype=float)
    a, b, at = (np.concatenate(each) for each in zip(*parts, strict=True))
    return pd.DataFrame({"a": np.minimum(a, b), "b": np.maximum(a, b), "value": held["value"].to_numpy()[at],
                         "surprise": information(held["chance"].to_numpy()[at])})  # fmt: skip


def _last_year(moving: pd.DataFrame, rule: AuditRule, *, schools: bool = False) -> pd.DataFrame:
    """Hold each unit and school of a year beside its year before: how many values are the same.

    With ``schools``: all schools of a unit taken together.
    """
    held = moving[(moving["value"] >= rule.count_from * moving["step"]) & ~moving["sum"]]
    held = held[held["of_school"]] if schools else held
    if held.empty:
        return findings()
    held = held.assign(here=number(held, ["unit" if schools else "entity", "base_year", "year"]))
    many = int(held["here"].max()) + 1
    here = held["here"].to_numpy()
    has = np.bincount(here, minlength=many)
    # One number that stays in two indicators of one place is one coincidence.
    same = held[held["same"]].drop_duplicates(["here", "entity", "value"])
    surprise = np.bincount(same["here"], weights=information(same["chance"]), minlength=many)
    times = np.bincount(same["here"], minlength=many)
    p = np.where(times >= rule.same, chance_of(surprise, cumulants(held["chance"], here, many)), 1.0)
    enough = has >= rule.same
    one = held.drop_duplicates("here").set_index("here").sort_index()[enough]
    usual = np.bincount(here, weights=held["chance"], minlength=many)
    more = {} if schools else {"school": one["school"], "row": one["row"]}
    return findings(reason=["same_year"] * len(one), unit=one["unit"], year=one["year"], base_year=one["base_year"],
                    n=times[enough], of=has[enough], expected=usual[enough], p=p[enough], file=one["file"],
                    **more)  # fmt: skip
