"""What schools have: which of them a rule counts, each indicator of each, and whether a school meets the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.indicators.balance.split import hold_together, split
from analysis.indicators.balance.standard import CLOSE, TEACHING_STAGES, Standard
from analysis.workspace.schools import SHARED

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import ArrayLike

KEY = ["unit", "year", "stage", "school"]
#: The columns of a table of measures, and of one of schools.
MEASURES = (*KEY, "indicator", "total", "students", "value", "per", "threshold", "share", "meets", "group")
SCHOOLS = (*KEY, "students", "met", "unknown", "lowest_share", "weakest", "verdict")
LEFT_OUT = ("unit", "year", "school", "stage", "kind", "students", "reason")


def counted(rows: pd.DataFrame, standard: Standard) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide what combined schools share, and leave out the schools that the indicators do not count.

    Parameters
    ----------
    rows
        Of school tables, as :func:`analysis.workspace.schools.held` gives them.
    standard
        The rule.

    Returns
    -------
    tuple
        One row a school and stage of compulsory education that is counted, with the columns of ``rows`` and ``form``;
        and those left out: unit, year, school, stage, kind, students, reason (``special``, ``vocational``,
        ``small_teaching_point``, or ``no_students``: nothing can be divided by them).

    Raises
    ------
    DuzhengError
        DZ-B001 for rows of a school that do not fit together.
    """
    import numpy as np
    import pandas as pd

    hold_together(rows)
    kind = rows["kind"].fillna("ordinary")
    # A special school counts as one whether its rows say so by their kind or by their stage.
    apart = kind.where(kind.isin(["special", "vocational"]), rows["stage"].where(rows["stage"].isin(
        ["special", "vocational"]), kind))  # fmt: skip
    rows = rows.assign(kind=apart)
    of_kind = rows["kind"].isin(standard.left_out.kinds) & rows["stage"].isin(
        [*TEACHING_STAGES, "special", "vocational"])  # fmt: skip
    taught = split(rows, standard.split.weights)
    taught = taught[taught["stage"].isin(TEACHING_STAGES)]
    of_school = taught.groupby(["school", "year"])["students"].transform("sum")
    small = (taught["kind"] == "teaching_point") & (of_school < standard.left_out.points_below)
    reason = pd.Series(np.select([taught["kind"].isin(standard.left_out.kinds), small, taught["students"] == 0],
                                 [taught["kind"], "small_teaching_point", "no_students"], ""),
                       index=taught.index)  # fmt: skip
    out = taught.assign(reason=reason)[reason != ""]
    other = rows[of_kind & ~rows["stage"].isin(TEACHING_STAGES)]
    out = pd.concat([out, other.assign(reason=other["kind"])], ignore_index=True)[list(LEFT_OUT)]
    return (taught[reason == ""].sort_values(KEY, ignore_index=True),
            out.sort_values(["unit", "year", "reason", "school", "stage"], ignore_index=True))  # fmt: skip


def occurring(rows: pd.DataFrame, left_out: pd.DataFrame) -> dict[tuple[str, int], frozenset[str]]:
    """Tell, by unit and year, of which parts of a rule there are schools.

    Parameters
    ----------
    rows
        Of school tables.
    left_out
        As :func:`counted` gives it.

    Returns
    -------
    dict
        Of each unit and year ``split`` where there are combined schools, ``left_out`` where the rule leaves some out.
    """
    of = {"split": rows[rows["stage"].isin(SHARED)], "left_out": left_out[left_out["reason"] != "no_students"]}
    found: dict[tuple[str, int], frozenset[str]] = {}
    for name, there in of.items():
        for unit, year in there[["unit", "year"]].drop_duplicates().itertuples(index=False):
            found[str(unit), int(year)] = found.get((str(unit), int(year)), frozenset()) | {name}
    return found


def measures(schools: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Compute each indicator of each school that a rule counts.

    Parameters
    ----------
    schools
        Rows of school tables, or what :func:`counted` gave of them (then with the column ``form``).
    standard
        The rule.

    Returns
    -------
    pandas.DataFrame
        One row a unit, year, stage, school and indicator: total (x, after the division of shared property; NaN where
        not known), students (P), value (= per · x / P), per, threshold and share (value / threshold; NaN without a
        threshold), meets (false where not known, or without a threshold), group (``property`` or ``people``).

    Raises
    ------
    DuzhengError
        DZ-B001 for rows of a school that do not fit together.
    """
    import numpy as np
    import pandas as pd

    rows = schools if "form" in schools else counted(schools, standard)[0]
    indicators = standard.resources.indicators
    n, k = len(rows), len(indicators)
    total = np.column_stack([rows[each.total].to_numpy(float) for each in indicators]) if n else np.empty((0, k))
    primary = (rows["stage"] == "primary").to_numpy()[:, None]
    thresholds = np.array([[each.thresholds.get(stage, np.nan) for each in indicators] for stage in TEACHING_STAGES])
    threshold = np.where(primary, thresholds[0], thresholds[1])
    per = np.array([each.per for each in indicators])
    students = rows["students"].to_numpy(float)
    value = per * total / students[:, None]
    share = value / threshold
    found = pd.DataFrame({name: rows[name].to_numpy().repeat(k) for name in KEY})
    found["indicator"] = np.tile(np.array([each.id for each in indicators], dtype=object), n)
    found["indicator"] = found["indicator"].astype("str")
    return found.assign(
        total=total.ravel(), students=students.repeat(k), value=value.ravel(), per=np.tile(per, n),
        threshold=threshold.ravel(), share=share.ravel(), meets=reaches(share.ravel(), 1.0),
        group=pd.Series(np.tile(np.array([each.group for each in indicators], dtype=object), n)).astype("str"),
    )[list(MEASURES)]  # fmt: skip


def reaches(values: ArrayLike, bound: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell where values are not below a bound, but for the rounding of floats; not where they are not known."""
    import numpy as np

    return np.asarray(np.asarray(values, dtype=float) >= bound * (1 - CLOSE))


def school_verdicts(found: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Hold each school to the rule on schools.

    Parameters
    ----------
    found
        As :func:`measures` gives it.
    standard
        The rule.

    Returns
    -------
    pandas.DataFrame
        One row a unit, year, stage and school: students, met (indicators that reach their thresholds), unknown
        (indicators without a figure), lowest_share (of the known ones) and weakest (its indicator), verdict: ``meets``;
        ``fails`` as soon as what is known rules it out; else ``unknown``. Nothing where the rule has no thresholds.
    """
    import numpy as np
    import pandas as pd

    k = len(standard.resources.indicators)
    rule = standard.schools
    first = found.iloc[::k].reset_index(drop=True)
    share = found["share"].to_numpy(float).reshape(-1, k)
    unknown = np.isnan(found["total"].to_numpy(float)).reshape(-1, k).sum(axis=1)
    schools = first[[*KEY, "students"]].copy()
    if rule is None:
        return schools.assign(unknown=unknown).reindex(columns=list(SCHOOLS))
    met = found["meets"].to_numpy(bool).reshape(-1, k).sum(axis=1)
    filled = np.where(np.isnan(share), np.inf, share)
    at = filled.argmin(axis=1) if len(filled) else np.empty(0, dtype=int)
    lowest = filled.min(axis=1) if len(filled) else np.empty(0)
    known = np.isfinite(lowest)
    fails = known & ~reaches(lowest, rule.rest) | (met + unknown < rule.at_least)
    names = np.array([each.id for each in standard.resources.indicators], dtype=object)
    return schools.assign(
        met=met, unknown=unknown, lowest_share=np.where(known, lowest, np.nan),
        weakest=pd.Series(names[at], dtype="str").where(known),
        verdict=np.where(fails, "fails", np.where(unknown, "unknown", "meets")),
    )[list(SCHOOLS)]  # fmt: skip
