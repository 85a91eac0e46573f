"""The course of one series to a target: the way that is needed beside the way that was gone."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from typing import Any, Literal

from analysis.indicators.targets.projection import least, project_line

Way = Literal["at_least", "at_most"]
#: Numbers that may be missing.
FIGURES = ("base", "latest", "gap", "path", "needed", "observed", "last_change", "projection", "lower", "upper",
           "coverage")  # fmt: skip


def course(  # noqa: PLR0911  one way out for each reason
    years: Sequence[int], values: Sequence[float], segments: Sequence[int], *, value: float, by: int, way: Way,
    start: int, base_year: int | None = None, at_start: int | None = None, at_end: int | None = None,
    projected: bool = False, level: float = 0.95,
) -> dict[str, Any]:  # fmt: skip
    """Say where a series is on its way to a target.

    Parameters
    ----------
    years, values, segments
        Of the figures, by year; figures of one segment can be compared.
    value, by, way
        The target, the year it is for, and the side on which it is met.
    start
        The first year of the term.
    base_year
        What the way is counted from; by default the last figure before ``start``, or else the first from then on.
    at_start, at_end
        The segments of the year in which the target was set, and of ``by``; by default the last figure's.
    projected
        Whether an error model is declared, and the line of Theil and Sen may be carried on with an interval, as far as
        there are figures enough for one (:func:`analysis.indicators.targets.projection.least`).
    level
        Of the interval.

    Returns
    -------
    dict
        ``base_year``, ``base``, ``year``, ``latest``, ``n`` (comparable figures), ``gap`` (what is missing to the
        target; negative beyond it), ``path`` (what a straight way from the base would be at now), ``needed`` (a year
        from now), ``observed`` (a year from the base), ``last_change`` (a year, between the last two figures),
        ``projection`` with ``lower``, ``upper`` and ``coverage`` (the level that the interval of the line has at
        least), ``verdict`` (``reached``, ``missed``, ``on_course``,
        ``behind``, ``unknown``), ``basis`` (``figure``, ``projection``, ``path``), ``reason``.

    Notes
    -----
    Nothing is drawn through a break. The projection decides where it is there: ``on_course`` if its whole interval
    meets the target, ``behind`` if none of it does, ``unknown`` between. Otherwise the straight way from the base to
    the target does, which is plain comparison of levels and carries no error.

    Examples
    --------
    >>> found = course([2020, 2022], [100.0, 108.0], [0, 0], value=120, by=2025, way="at_least", start=2021)
    >>> found["verdict"], found["path"], found["needed"], found["observed"]
    ('on_course', 108.0, 4.0, 4.0)
    """
    points = [(year, number, part) for year, number, part in zip(years, values, segments, strict=True)
              if not isnan(number)]  # fmt: skip
    until = [point for point in points if point[0] <= by]
    found: dict[str, Any] = dict.fromkeys(FIGURES, nan)
    found |= {"base_year": None, "year": None, "n": 0, "verdict": "unknown", "basis": "", "reason": "no_figures"}
    if not until:
        return found
    year, latest, segment = until[-1]
    same = [point for point in until if point[2] == segment]
    begun, broken = _base(until, same, start, base_year)
    sign = 1 if way == "at_least" else -1
    found |= {"year": year, "latest": latest, "n": len(same), "gap": sign * (value - latest), "reason": ""}
    found |= _changes(same, begun, year, latest)
    if broken or any(each is not None and each != segment for each in (at_start, at_end)):
        return found | {"reason": "break"}
    if begun is not None and year >= start:
        found["path"] = _path(begun, year, value, by, sign)
    met = sign * (latest - value) >= -_rounding(value)
    if year == by:
        return found | {"verdict": "reached" if met else "missed", "basis": "figure"}
    if points[-1][0] > by:
        return found | {"reason": "no_figure_of_year"}
    if met and year >= start:
        return found | {"verdict": "reached", "basis": "figure"}
    found["needed"] = (value - latest) / (by - year)
    if projected and len(same) >= least(level):
        return found | _projection(same, value, by, sign, level)
    return found | _on_path(begun, year, latest, found["path"], sign, start, len(same))


def _changes(
    same: Sequence[tuple[int, float, int]], begun: tuple[int, float] | None, year: int, latest: float
) -> dict[str, Any]:
    """Give yearly changes: between the last two comparable figures, and from the base."""
    found: dict[str, Any] = {}
    if len(same) > 1:
        found["last_change"] = (same[-1][1] - same[-2][1]) / (same[-1][0] - same[-2][0])
    if begun is not None and begun[0] < year:
        found |= {"base_year": begun[0], "base": begun[1], "observed": (latest - begun[1]) / (year - begun[0])}
    return found


def _base(
    until: Sequence[tuple[int, float, int]], same: Sequence[tuple[int, float, int]], start: int, base_year: int | None
) -> tuple[tuple[int, float] | None, bool]:
    """Give what the way is counted from, and whether a break lies between it and the last figure."""
    wanted = [point for point in until if point[0] == base_year] if base_year is not None else \
             [point for point in until if point[0] < start][-1:]  # fmt: skip
    if wanted:
        return (wanted[0][:2], False) if wanted[0] in same else (None, True)
    if base_year is not None or not same:
        return None, False
    # The first of the term: what lies before a break within it cannot be compared.
    first = next(point for point in until if point[0] >= start)
    return (first[:2], False) if first in same else (None, True)


def _projection(
    same: Sequence[tuple[int, float, int]], value: float, by: int, sign: int, level: float
) -> dict[str, Any]:
    """Carry the line of the comparable figures on to the year, with its interval."""
    times, numbers = [point[0] for point in same], [point[1] for point in same]
    estimate, lower, upper, coverage = project_line(times, numbers, by, level=level)
    # What is sure is on the side of the interval's end that is furthest from the target.
    sure, best = (lower, upper) if sign > 0 else (-upper, -lower)
    verdict = "on_course" if sure >= sign * value else "behind" if best < sign * value else "unknown"
    reason = "interval" if verdict == "unknown" else ""
    return {"projection": estimate, "lower": lower, "upper": upper, "coverage": coverage,
            "verdict": verdict, "basis": "projection", "reason": reason}  # fmt: skip


def _path(begun: tuple[int, float], year: int, value: float, by: int, sign: int) -> float:
    """Give what the straight way from the base to the target would be at; the target, where it was met at the base."""
    if sign * (begun[1] - value) > 0:
        return value
    return begun[1] + (value - begun[1]) * (year - begun[0]) / (by - begun[0])


def _on_path(
    begun: tuple[int, float] | None, year: int, latest: float, path: float, sign: int, start: int, n: int
) -> dict[str, Any]:
    """Hold the last figure to the straight way from the base to the target."""
    if year < start:
        return {"reason": "before_term"}
    if n == 1:
        return {"reason": "one_point"}
    if begun is None or begun[0] >= year:
        return {"reason": "no_base"}
    return {"verdict": "on_course" if sign * (latest - path) >= -_rounding(path) else "behind", "basis": "path"}


def _rounding(value: float) -> float:
    """Give what binary fractions may add to a figure of this size."""
    return 1e-9 * max(abs(value), 1.0)
