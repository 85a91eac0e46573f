"""Differences, ratios and other functions of estimates, with the covariance of the estimates."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.stats.arrays import Floats
from analysis.stats.design.cells import Cells
from analysis.stats.design.estimates import NO_DF, Estimate, design_df, quantile_of_t
from analysis.stats.design.variance import covariance

if TYPE_CHECKING:
    import pandas as pd

#: Weights by the label of an estimate, or a function of all of them.
Contrast = Mapping[Any, float] | Callable[[Mapping[Any, Any]], Any]
#: The step into the complex plane, far below the rounding of any estimate.
STEP = 1e-100


def labels(cells: Cells, estimates: list[Estimate]) -> list[tuple[Hashable, ...]]:
    """Name each estimate of each domain: variable, category if it has one, values of ``by``."""
    rows = list(cells.domains.itertuples(index=False, name=None)) or [()]
    return [(e.variable, *e.extra.values(), *row) for e in estimates for row in rows]


def matrix(cells: Cells, estimates: list[Estimate], wanted: list[int] | None = None) -> Floats:
    """Compute the covariance of estimates; a row and column without a standard error is NaN."""
    places = range(len(estimates) * cells.size) if wanted is None else wanted
    parts = [(estimates[place // cells.size], place % cells.size) for place in places]
    result = covariance(cells, parts)
    refused = np.array([bool(np.isnan(e.variance[d])) for e, d in parts], dtype=bool)
    result[refused, :] = np.nan
    result[:, refused] = np.nan
    return result


def contrasts(
    cells: Cells,
    estimates: list[Estimate],
    wanted: Mapping[str, Contrast],
    *,
    level: float,
    df: str | float,
    frame: float,
) -> pd.DataFrame:
    """Compute functions of estimates and their errors by the delta method, v = g′ V g."""
    import pandas as pd

    names = labels(cells, estimates)
    values = dict(zip(names, np.concatenate([e.value for e in estimates]).tolist(), strict=True))
    rows = []
    for title, contrast in wanted.items():
        value, gradient = _gradient(title, contrast, values)
        places = [place for place, name in enumerate(names) if name in gradient]
        slope = np.array([gradient[names[place]] for place in places])
        parts = [(estimates[place // cells.size], place % cells.size) for place in places]
        notes = {f"{'/'.join(map(str, names[p]))}: {note}" for p, (e, d) in zip(places, parts, strict=True)
                 for note in e.notes[d]}  # fmt: skip
        spread = float(np.einsum("i,ij,j->", slope, matrix(cells, estimates, places), slope))
        freedom = min(float(design_df(cells, e, df, frame)[d]) for e, d in parts)
        half = float(quantile_of_t(level, np.array([freedom]))[0]) * np.sqrt(max(spread, 0.0))
        if freedom <= 0:
            notes.add(NO_DF)
        joint = _joint_psus(cells, parts)
        rows.append(
            {
                "variable": title,
                "estimate": value,
                "se": np.sqrt(spread) if not spread < 0 else 0.0,
                "lower": value - half,
                "upper": value + half,
                "df": freedom,
                "n": _joint_rows(parts),
                "psus": joint,
                "deff": np.nan,
                "note": "; ".join(sorted(notes)),
            }
        )
    return pd.DataFrame(rows)


def _gradient(title: str, contrast: Contrast, values: Mapping[Any, float]) -> tuple[float, dict[Any, float]]:
    """Give the value of a contrast and its slope in each estimate that it uses."""
    if not callable(contrast):
        keys = {key: _key(title, key, values) for key in contrast}
        slope: dict[Any, float] = {}
        for key, weight in contrast.items():
            slope[keys[key]] = slope.get(keys[key], 0.0) + float(weight)
        if not slope:
            raise DuzhengError(wrong(f"contrast {title!r} without estimates", "at least one", "name what is compared"))
        return sum(weight * values[key] for key, weight in slope.items()), slope
    used = _Used(title, values)
    value = contrast(used)
    slope = {}
    for key in used.seen:
        moved = contrast(_Used(title, {**values, key: complex(values[key], STEP)}))
        slope[key] = float(np.imag(moved)) / STEP
        step = 1e-6 * max(abs(values[key]), 1e-6)
        sides = [float(np.real(contrast(_Used(title, {**values, key: values[key] + s})))) for s in (step, -step)]
        plain = (sides[0] - sides[1]) / (2 * step)
        if not np.isclose(slope[key], plain, rtol=1e-3, atol=1e-6 * max(abs(value), 1e-300) / step):
            hint = "use arithmetic and NumPy functions of complex numbers; not abs, min, max or comparisons"
            raise DuzhengError(
                wrong(f"contrast {title!r} with a slope that cannot be found", "a smooth function", hint)
            )
    if not slope:
        raise DuzhengError(wrong(f"contrast {title!r} that uses no estimate", "a function of estimates", "index it"))
    return float(np.real(value)), slope


class _Used(Mapping[Any, Any]):
    """Estimates by label, which remembers those that were asked for."""

    def __init__(self, title: str, values: Mapping[Any, Any]) -> None:
        self.title, self.values_by, self.seen = title, values, dict[Any, None]()

    def __getitem__(self, key: Any) -> Any:
        name = _key(self.title, key, self.values_by)
        self.seen[name] = None
        return self.values_by[name]

    def __iter__(self) -> Any:
        return iter(self.values_by)

    def __len__(self) -> int:
        return len(self.values_by)


def _key(title: str, key: Any, values: Mapping[Any, Any]) -> tuple[Any, ...]:
    name = key if isinstance(key, tuple) else (key,)
    if name not in values:
        some = ", ".join(map(str, list(values)[:8]))
        raise DuzhengError(wrong(f"{key!r} in the contrast {title!r}", f"a label such as {some}", "check the spelling"))
    return name


def _joint_psus(cells: Cells, parts: list[tuple[Estimate, int]]) -> int:
    """Count the PSUs in which any of the estimates has valid rows."""
    first = cells.levels[0]
    seen = np.zeros(cells.plan.stages[0].units, dtype=bool)
    for estimate, domain in parts:
        mine = (first.domain == domain) & (first.gather(estimate.count.astype(float)) > 0)
        seen[first.unit[mine]] = True
    return int(seen.sum())


def _joint_rows(parts: list[tuple[Estimate, int]]) -> int:
    """Count the rows of the domains once each, by the variable with most of them."""
    most: dict[int, int] = {}
    for estimate, domain in parts:
        most[domain] = max(most.get(domain, 0), int(estimate.n[domain]))
    return sum(most.values())
