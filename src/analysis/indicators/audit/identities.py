"""Identities: figures that cannot both hold. They need no chance to be judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.indicators.audit.batch import Seen, findings
from analysis.indicators.audit.figures import SHARED

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.rule import AuditRule
    from analysis.workspace import Workspace

#: Of schools: what cannot exceed what.
CEILINGS = (
    ("teachers", "staff"),
    ("teachers_above_qualification", "teachers"),
    ("teachers_intermediate_title", "teachers"),
    ("backbone_teachers", "teachers"),
    ("pe_arts_teachers", "teachers"),
    ("largest_class", "students"),
)
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
    for rows, compared, explained in (
        _above(workspace, units), _parts(workspace, units), _totals(workspace, units), _growth(workspace, units)
    ):  # fmt: skip
        found.append(rows)
        held.append(("figures", compared))
        rounding += explained
    if len(schools):
        for rows, compared in (_ceilings(schools), _classes(schools), stages(schools), _sums(schools, reference, rule)):
            found.append(rows)
            held.append(("schools", compared))
    seen = pd.concat(found, ignore_index=True).assign(check="identities")
    return Seen("identities", seen, held=held), rounding


def _tolerance(steps: pd.DataFrame) -> np.ndarray:
    """Give what rounding explains where all figures were printed to the finest digit of any: a half of it each.

    ``steps``: a column a figure; NaN where a figure is whole and was not rounded, which has nothing to explain.
    """
    return np.nan_to_num(steps.min(axis=1).to_numpy(float) / 2 * steps.shape[1])


def _inexact(rows: pd.DataFrame) -> pd.Series[float]:
    """Give the step of figures that were rounded, NaN of whole numbers that were not."""
    return rows["step"].where((rows["value"] % 1 != 0) | rows["coarse"])


def _split(rows: pd.DataFrame, other: np.ndarray, tolerance: np.ndarray) -> tuple[np.ndarray, int]:
    """Tell which differences rounding does not explain, and how many it does."""
    difference = np.abs(rows["value"].to_numpy() - other)
    noise = _NOISE * np.abs(other)
    beyond = difference > tolerance + noise
    return beyond, int(((difference > noise) & ~beyond).sum())


def _rows(rows: pd.DataFrame, reason: str, other: np.ndarray, against: object) -> pd.DataFrame:
    columns = {name: rows[name] for name in ("unit", "school", "stage", "indicator", "year", "value", "file", "row")
               if name in rows}  # fmt: skip
    told = against if isinstance(against, np.ndarray) else [str(against)] * len(rows)
    return findings(reason=[reason] * len(rows), expected=np.round(other, 6), against=told, **columns)


def _above(workspace: Workspace, units: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    import pandas as pd

    parts, compared, explained = [findings()], 0, 0
    for each in workspace.catalogue.values():
        if each.not_above is None:
            continue
        mine, ceiling = units[units["indicator"] == each.code], units[units["indicator"] == each.not_above]
        both = mine.merge(ceiling[[*_KEYS, "value", "step", "coarse"]], on=_KEYS, suffixes=("", "_other"))
        compared += len(both)
        steps = pd.concat([_inexact(both), _inexact(_other(both))], axis=1)
        other = both["value_other"].to_numpy()
        over = both["value"].to_numpy() > other
        beyond, less = _split(both[over], other[over], _tolerance(steps)[over])
        explained += less
        parts.append(_rows(both[over][beyond], "above", other[over][beyond], each.not_above))
    return pd.concat(parts, ignore_index=True), compared, explained


def _other(both: pd.DataFrame) -> pd.DataFrame:
    return both[["value_other", "step_other", "coarse_other"]].set_axis(["value", "step", "coarse"], axis=1)


def _parts(workspace: Workspace, units: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    import pandas as pd

    parts, compared, explained = [findings()], 0, 0
    for each in workspace.catalogue.values():
        if not each.parts:
            continue
        both = units[units["indicator"] == each.code]
        other, steps = np.zeros(len(both)), [_inexact(both).reset_index(drop=True)]
        for code in each.parts:
            part = units[units["indicator"] == code].set_index(_KEYS)
            beside = part[["value", "step", "coarse"]].reindex(pd.MultiIndex.from_frame(both[_KEYS]))
            other = other + beside["value"].to_numpy()
            held = (beside["value"] % 1 != 0) | beside["coarse"].eq(other=True)
            steps.append(beside["step"].where(held).reset_index(drop=True))
        whole = ~np.isnan(other)
        compared += int(whole.sum())
        tolerance = _tolerance(pd.concat(steps, axis=1))[whole]
        beyond, less = _split(both[whole], other[whole], tolerance)
        explained += less
        parts.append(_rows(both[whole][beyond], "parts", other[whole][beyond], "+".join(each.parts)))
    return pd.concat(parts, ignore_index=True), compared, explained


def _totals(workspace: Workspace, units: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    """Hold the figure of a unit to the sum over the units below it, where all of a kind have one."""
    import pandas as pd

    codes = [each.code for each in workspace.catalogue.of(kinds=("count", "amount"))]
    additive = units[units["indicator"].isin(codes)]
    inexact = _inexact(additive)
    additive = additive.assign(inexact=inexact)
    parts, compared, explained = [findings()], 0, 0
    for drawn, above in additive.groupby("boundaries", sort=True):
        below = workspace.units.at(int(str(drawn)))[["parent", "kind"]]
        below = below[below["parent"].isin(above["unit"].unique())]
        if below.empty:
            continue
        many = below.groupby(["parent", "kind"]).size().rename("many").reset_index()
        given = additive[additive["unit"].isin(below.index) & additive["year"].isin(above["year"].unique())]
        given = given.join(below, on="unit")
        sums = given.groupby(["parent", "kind", "indicator", "year"], sort=False).agg(
            other=("value", "sum"), given=("value", "size"), finest=("inexact", "min")
        )
        sums = sums.reset_index().merge(many, on=["parent", "kind"]).rename(columns={"parent": "unit"})
        both = above.merge(sums[sums["given"] == sums["many"]], on=["unit", "indicator", "year"])
        compared += len(both)
        finest = both[["inexact", "finest"]].min(axis=1).to_numpy(float)
        other = both["other"].to_numpy()
        beyond, less = _split(both, other, np.nan_to_num(finest / 2 * (both["given"].to_numpy() + 1)))
        explained += less
        parts.append(_rows(both[beyond], "total", other[beyond], both["kind"].to_numpy(str)[beyond]))
    return pd.concat(parts, ignore_index=True), compared, explained


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
