"""Inequality of what there is for each student, split exactly into what lies between units and what lies within."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.stats.inequality import inequality as measured
from analysis.stats.inequality import theil_decomposition

if TYPE_CHECKING:
    import pandas as pd

#: Measures that split exactly, and those that don't.
SPLIT = ("cv2", "theil_t", "theil_l")
WHOLE = ("cv", "gini")


def decomposed(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split the inequality of schools into between and within units.

    Parameters
    ----------
    rows
        One row a school: unit, total (such as teachers), students (above 0).

    Returns
    -------
    tuple
        Of all: measure, component (``between``, ``within``, ``total``), value, share (of the total). Of units: measure,
        unit, weight (share of students), mean (for each student), own (the measure within the unit; ``cv`` beside
        ``cv2``), contribution (to the total). ``cv`` and ``gini`` have no parts that add up: they are given of all, and
        ``cv`` and ``gini`` of the units' means as ``between``.

    Notes
    -----
    With shares p of the students, means m of all and m_u of units, and X of a school: CV² = Σ_u p_u (m_u − m)² / m² +
    Σ_u p_u s_u² / m², s_u² = Σ_i p_{i|u} (X_i − m_u)². Theil's T and L: :func:`analysis.stats.theil_decomposition`
    (Shorrocks 1980), for amounts above 0.

    Examples
    --------
    >>> import pandas as pd
    >>> schools = pd.DataFrame({"unit": ["a", "a", "b"], "total": [4.0, 8, 12], "students": [100.0, 100, 100]})
    >>> found, _ = decomposed(schools)
    >>> found[found["measure"] == "cv2"].round(4)[["component", "value", "share"]].to_dict("list")
    {'component': ['between', 'within', 'total'], 'value': [0.125, 0.0417, 0.1667], 'share': [0.75, 0.25, 1.0]}
    """
    import pandas as pd

    heads, total = rows["students"].to_numpy(float), rows["total"].to_numpy(float)
    x = total / heads
    codes, names = pd.factorize(rows["unit"], sort=True)
    n = np.bincount(codes, weights=heads)
    means = np.bincount(codes, weights=total) / n
    p, whole = n / n.sum(), total.sum() / heads.sum()
    spread = np.bincount(codes, weights=heads * (x - means[codes]) ** 2) / n
    found: list[dict[str, Any]] = []
    of_units: list[pd.DataFrame] = []

    def put(measure: str, between: float, within: float) -> None:
        both = between + within
        for component, value in (("between", between), ("within", within), ("total", both)):
            share = value / both if both > 0 else float("nan")
            found.append({"measure": measure, "component": component, "value": value, "share": share})

    def of_unit(measure: str, own: Any, contribution: Any) -> None:
        of_units.append(pd.DataFrame({"measure": measure, "unit": list(names), "weight": p, "mean": means, "own": own,
                                      "contribution": contribution}))  # fmt: skip

    contributions = p * spread / whole**2
    put("cv2", float(np.sum(p * (means - whole) ** 2) / whole**2), float(contributions.sum()))
    of_unit("cv2", spread / means**2, contributions)
    if (x > 0).all():
        for form in ("t", "l"):
            parts = theil_decomposition(x, rows["unit"].to_numpy(), heads, form=form)
            by = parts.set_index("component")["contribution"]
            within = parts[parts["component"] == "within"].set_index("group").loc[list(names)]
            put(f"theil_{form}", float(by["between"]), float(within["contribution"].sum()))
            of_unit(f"theil_{form}", within["theil"].to_numpy(), within["contribution"].to_numpy())
    found += [*_whole(x, heads, "total"), *_whole(means, n, "between")]
    of_unit("cv", np.sqrt(spread) / means, np.nan)
    return pd.DataFrame(found), pd.concat(of_units, ignore_index=True)


def between_units(total: Any, students: Any) -> pd.DataFrame:
    """Measure how units differ in what there is for each student: measure, component (``between``), value.

    Examples
    --------
    >>> between_units([4.0, 12], [100, 100]).round(3)["value"].tolist()
    [0.5, 0.25, 0.25, 0.131, 0.144]
    """
    import pandas as pd

    n = np.asarray(students, dtype=float)
    x = np.asarray(total, dtype=float) / n
    rows = _whole(x, n, "between")
    cv2 = {**rows[0], "measure": "cv2", "value": rows[0]["value"] ** 2}
    theil = _of(x, n, ("theil_t", "theil_l"), "between") if (x > 0).all() else []
    return pd.DataFrame([*rows, cv2, *theil])


def _whole(x: Any, weights: Any, component: str) -> list[dict[str, Any]]:
    return _of(x, weights, WHOLE, component)


def _of(x: Any, weights: Any, measures: tuple[str, ...], component: str) -> list[dict[str, Any]]:
    found = measured(x, weights, measures=measures)
    return [{"measure": name, "component": component, "value": float(value)}
            for name, value in zip(found["measure"], found["estimate"], strict=True)]  # fmt: skip
