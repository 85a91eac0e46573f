"""Identities: figures that cannot both hold. They need no chance to be judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.indicators.audit.batch import Seen, findings
from analysis.indicators.audit.figures import CEILINGS, SHARED
from analysis.indicators.warnings import Figures, broken

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.rule import AuditRule
    from analysis.workspace import Workspace

_NOISE = 1e-9
_KEYS = ["unit", "year"]


def identities(
    workspace: Workspace, frame: pd.DataFrame, schools: pd.DataFrame, reference: pd.DataFrame, rule: AuditRule
) -> tuple[Seen, int]:
    """Hold figures to the identities of the catalogue and to their totals, and school tables to theirs.

    Parameters
    ----------
    workspace
        Its catalogue and its units.
    frame
        The figures of units among what is audited.
    schools
        The school table, with ids of units.
    reference
        Figures of units that the totals of schools are held to.
    rule
        Which totals of schools add up to which indicators.

    Returns
    -------
    seen, rounding
        ``rounding`` counts the differences that rounding explains.
    """
    import pandas as pd

    found, held, rounding = [], [], 0
    units = frame[~frame["of_school"]]
    for rows, compared, explained in (_of_catalogue(workspace, units), _growth(workspace, units)):
        found.append(rows)
        held.append(("figures", compared))
        rounding += explained
    if len(schools):
        for rows, compared in (_ceilings(schools), _classes(schools), stages(schools), _sums(schools, reference, rule)):
            found.append(rows)
            held.append(("schools", compared))
    seen = pd.concat(found, ignore_index=True).assign(check="identities")
    return Seen("identities", seen, held=held), rounding


def _split(rows: pd.DataFrame, other: np.ndarray, tolerance: np.ndarray) -> tuple[np.ndarray, int]:
    """Tell which differences rounding does not explain, and how many it does."""
    difference = np.abs(rows["value"].to_numpy() - other)
    noise = _NOISE * np.abs(other)
    beyond = difference > tolerance + noise
    return beyond, int(((difference > noise) & ~beyond).sum())


def _rows(rows: pd.DataFrame, reason: str | np.ndarray, other: np.ndarray, against: object) -> pd.DataFrame:
    columns = {name: rows[name] for name in ("unit", "school", "stage", "indicator", "year", "value", "file", "row")
               if name in rows}  # fmt: skip
    told = against if isinstance(against, np.ndarray) else [str(against)] * len(rows)
    reasons = reason if isinstance(reason, np.ndarray) else [reason] * len(rows)
    return findings(reason=reasons, expected=np.round(other, 6), against=told, **columns)


def _of_catalogue(workspace: Workspace, units: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    """Hold figures to what cannot be above what, to their parts and their totals, as the warnings of memos do."""
    figures = units[["unit", "year", "indicator", "value", "boundaries"]].assign(rounded=units["coarse"])
    differ, compared = broken(workspace, Figures(workspace, figures))
    rows = differ[~differ["rounding"].astype(bool)]
    rows = rows.merge(units[["indicator", *_KEYS, "file", "row"]], on=["indicator", *_KEYS], how="left")
    found = _rows(rows, rows["kind"].to_numpy(str), rows["other"].to_numpy(float), rows["against"].to_numpy(str))
    return found, compared, len(differ) - len(rows)


def _growth(workspace: Workspace, units: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    """Hold published growth over the year before to the published levels, but across breaks and on the same scope."""
    catalogue = workspace.catalogue
    of = {code: each.growth_of for code, each in catalogue.items() if each.growth_of is not None}
    apart = {(code, year) for code in of for year in catalogue[code].same_scope}
    apart |= {(code, found.year) for code, level in of.items() for found in catalogue[level].breaks}
    both = units[units["indicator"].isin(list(of))]
    held = [pair not in apart for pair in zip(both["indicator"], both["year"], strict=True)]
    both = both[np.array(held, dtype=bool)]
    both = both.assign(level=both["indicator"].map(of).astype("str"))
    levels = units.loc[units["indicator"].isin(set(of.values())), ["indicator", *_KEYS, "value", "step"]]
    levels = levels.rename(columns={"indicator": "level"})
    both = both.merge(levels, on=["level", *_KEYS], suffixes=("", "_now"))
    both = both.merge(levels.assign(year=levels["year"] + 1), on=["level", *_KEYS], suffixes=("", "_before"))
    now, then = both["value_now"].to_numpy(float), both["value_before"].to_numpy(float)
    other = 100 * (now / then - 1)
    # Half of the last printed digit of the growth, and what that of both levels can make of it.
    moved = 50 * (both["step_now"].to_numpy() / then + now * both["step_before"].to_numpy() / then**2)
    beyond, explained = _split(both, other, both["step"].to_numpy() / 2 + moved)
    return _rows(both[beyond], "growth", other[beyond], both["level"].to_numpy(str)[beyond]), len(both), explained


def _number(schools: pd.DataFrame, name: str) -> np.ndarray:
    import pandas as pd

    if name not in schools:
        return np.full(len(schools), np.nan)
    return pd.to_numeric(schools[name]).to_numpy(float, na_value=np.nan)


def _ceilings(schools: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    import pandas as pd

    parts, compared = [findings()], 0
    for name, ceiling in CEILINGS:
        value, most = _number(schools, name), _number(schools, ceiling)
        compared += int((~np.isnan(value) & ~np.isnan(most)).sum())
        over = value > most
        rows = schools[over].assign(indicator=name, value=value[over])
        parts.append(_rows(rows, "above", most[over], ceiling))
    return pd.concat(parts, ignore_index=True), compared


def _classes(schools: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Hold students to what classes of the largest size hold."""
    students, classes, largest = (_number(schools, name) for name in ("students", "classes", "largest_class"))
    most = classes * largest
    over = students > most
    rows = schools[over].assign(indicator="students", value=students[over])
    return _rows(rows, "classes", most[over], "classes"), int((~np.isnan(students) & ~np.isnan(most)).sum())


def stages(schools: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Hold the students of what stages share to those of the stages."""
    import pandas as pd

    parts, compared = [findings()], 0
    by = schools.assign(students=_number(schools, "students")).set_index(["school", "year", "stage"])["students"]
    for stage, stages in SHARED.items():
        shared = schools[schools["stage"] == stage]
        if shared.empty:
            continue
        value, other = _number(shared, "students"), np.zeros(len(shared))
        for each in stages:
            keys = pd.MultiIndex.from_arrays([shared["school"], shared["year"], [each] * len(shared)])
            other = other + by.reindex(keys).to_numpy()
        compared += int((~np.isnan(value) & ~np.isnan(other)).sum())
        off = np.abs(value - other) > _NOISE
        rows = shared[off].assign(indicator="students", value=value[off])
        parts.append(_rows(rows, "stages", other[off], "+".join(stages)))
    return pd.concat(parts, ignore_index=True), compared


def _sums(schools: pd.DataFrame, reference: pd.DataFrame, rule: AuditRule) -> tuple[pd.DataFrame, int]:
    """Hold the totals of a unit's schools to those that the unit reports."""
    import pandas as pd

    parts, compared = [findings()], 0
    for each in rule.sums:
        here = schools[schools["stage"] == each.stage]
        if each.total not in here or here.empty:
            continue
        total = here.assign(total=_number(here, each.total)).groupby(["unit", "year"])["total"]
        # One school that is not known makes the sum unknown.
        sums = total.sum().where(total.count() == total.size()).dropna().rename("value").reset_index()
        mine = reference[reference["indicator"] == each.indicator][[*_KEYS, "value", "file", "row"]]
        both = sums.merge(mine.rename(columns={"value": "other"}), on=_KEYS)
        compared += len(both)
        other = both["other"].to_numpy()
        off = np.abs(both["value"].to_numpy() - other) > _NOISE * np.maximum(np.abs(other), 1)
        rows = both[off].assign(stage=each.stage, indicator=each.total)
        parts.append(_rows(rows, "sum", other[off], each.indicator))
    return pd.concat(parts, ignore_index=True), compared
