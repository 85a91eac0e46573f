"""The chart of a funnel: units by size, the target, and the limits of chance."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import SMALL, WIDTH, rows_of, titled
from analysis.documents.charts import FAINT, OTHER, PICKED, REFERENCE
from analysis.documents.tables import display_width
from analysis.indicators.charts.neighbours import MOST_NAMED
from analysis.messages import Language, listed, pick, write_number

if TYPE_CHECKING:
    from analysis.indicators.peer_comparison.funnel import Funnel

_WIDTH, _HEIGHT = WIDTH - 60, 300
Box = tuple[float, float, float, float]
#: Where a name can stand: its alignment, and how far from the dot.
SIDES: dict[str, tuple[Any, float, float]] = {
    "above": ("center", 0, -11), "below": ("center", 0, 12), "right": ("left", 8, 0), "left": ("right", -8, 0),
    "upper right": ("left", 5, -9), "upper left": ("right", -5, -9), "lower right": ("left", 5, 10),
    "lower left": ("right", -5, 10),
}  # fmt: skip
#: Sizes in pixels: of half a dot, of a half-width letter, of a line of names, and of what is free beside the plot.
_DOT, _LETTER, _LINE, _MARGIN = 5.0, 6.0, 13.0, 24.0


def draw_funnel(result: Funnel, language: Language) -> dict[str, Any]:
    """Draw units by the size of their denominator; those outside the limits are dark, and all that fit are named."""
    import altair as alt

    table, settings = result.table, result.settings
    indicator = result.workspace.catalogue[str(settings["indicator"])] if result.workspace else None
    formula = indicator.formula if indicator else None
    decimals = indicator.decimals if indicator else 1
    size = result.workspace.catalogue[formula.denominator].label(language) if formula and result.workspace else "size"
    rows = [
        {"name": result.code("unit", row["unit"], language), "size": row["denominator"], "value": row["value"],
         "out": row["position"] != "inside", "shown": write_number(row["value"], decimals),
         "where": result.code("position", row["position"], language)}
        for row in rows_of(table)
    ]  # fmt: skip
    lines = rows_of(result.lines)
    target = float(table["target"].iloc[0])
    ends = [row["value"] for row in rows] + [row[f"{side}_outer"] for row in lines for side in ("lower", "upper")]
    room = 0.06 * (max(ends) - min(ends) or 1.0)
    bounds = [max(0.0, min(ends) - room), max(ends) + room]
    x_ends = [lines[0]["size"], lines[-1]["size"]]
    named = _label(rows, x_ends, bounds, target)
    x = alt.X("size:Q", title=result.said("size", language, name=size),
              axis=alt.Axis(tickCount=6, format=",", labelSeparation=12),
              scale=alt.Scale(type="log", nice=False, domain=x_ends))  # fmt: skip
    y_scale = alt.Scale(domain=bounds, nice=False, zero=False)
    axis = alt.Axis(titleY=-14)
    title = indicator.label(language) if indicator else ""
    limits = alt.Chart(alt.InlineData(values=lines)).encode(x=x)
    band = limits.mark_area(color=FAINT, opacity=0.45).encode(
        y=alt.Y("lower_outer:Q", title=title, scale=y_scale, axis=axis), y2="upper_outer:Q"
    )
    edges = [
        limits.mark_line(color=OTHER, strokeWidth=width).encode(y=alt.Y(f"{side}_{name}:Q", scale=y_scale))
        for name, width in (("inner", 1), ("outer", 1.6)) for side in ("lower", "upper")
    ]  # fmt: skip
    line = alt.Chart(alt.InlineData(values=[{"value": target}])).mark_rule(color=REFERENCE, strokeDash=[5, 3])
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=alt.Y("value:Q", scale=y_scale))
    color = alt.condition("datum.out", alt.value(PICKED), alt.value(SMALL))
    points = base.mark_circle(opacity=1, size=62).encode(
        color=color,
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("shown:N", title=" "),
            alt.Tooltip("where:N", title=" "),
        ],
    )
    labels = [
        base.transform_filter(alt.datum.side == side)
        .mark_text(align=align, dx=dx, dy=dy, fontSize=11, baseline="middle")
        .encode(text="name:N", color=color)
        for side, (align, dx, dy) in SIDES.items()
    ]
    layers = [band, *edges, line.encode(y="value:Q"), points, *labels]
    chart = alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT)
    inner, outer = (f"{100 * each:g}" for each in settings["limits"])
    under = [
        result.said("lines", language, target=write_number(target, decimals), inner=inner, outer=outer),
        result.said("unwidened" if settings["overdispersion"] == "none" else "widened", language),
    ]
    if result.gone:
        names = listed((result.code("unit", unit, language) for unit in result.gone[:MOST_NAMED]), language)
        key = "gone" if len(result.gone) <= MOST_NAMED else "gone.more"
        under.append(result.said(key, language, units=names, n=len(result.gone)))
    under += [] if named else [result.said("unnamed", language)]
    name = pick(indicator.name, language) if indicator else ""
    return titled(chart, result, language, title=result.said("title.of", language, name=name), under=under)


def _label(rows: list[dict[str, Any]], x_ends: list[float], bounds: list[float], target: float) -> bool:
    """Choose the side of each dot on which its name hits no other, and tell whether all names have room.

    Units outside come first; a name crosses the line of the target only if need be.
    """
    wide, high = log(x_ends[1] / x_ends[0]), bounds[1] - bounds[0]

    def down(value: float) -> float:
        return (bounds[1] - value) / high * _HEIGHT

    at = [(log(row["size"] / x_ends[0]) / wide * _WIDTH, down(row["value"])) for row in rows]
    taken = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in at]
    line = (0.0, down(target) - 1, float(_WIDTH), down(target) + 1)
    boxes = [_boxes(*at[number], display_width(row["name"]) * _LETTER) for number, row in enumerate(rows)]

    def free(number: int) -> list[str]:
        others = [each for place, each in enumerate(taken) if place != number]
        return [side for side, box in boxes[number].items() if not any(_meet(box, each) for each in others)]

    # Those with the least room choose first.
    for number in sorted(range(len(rows)), key=lambda each: (not rows[each]["out"], len(free(each)), at[each])):
        sides = free(number)
        apart = [side for side in sides if not _meet(boxes[number][side], line)]
        rows[number]["side"] = (apart or sides or [""])[0]
        if sides:
            taken.append(boxes[number][rows[number]["side"]])
    return all(row["side"] for row in rows)


def _boxes(x: float, y: float, width: float) -> dict[str, Box]:
    """Give the room that a name takes on each side of its dot, as far as it is within the plot."""
    found = {}
    for side, (align, dx, dy) in SIDES.items():
        left = x + dx - {"left": 0.0, "right": width, "center": width / 2}[align]
        box = (left, y + dy - _LINE / 2, left + width, y + dy + _LINE / 2)
        if box[0] >= 0 and box[2] <= _WIDTH + _MARGIN and box[1] >= 0 and box[3] <= _HEIGHT:
            found[side] = box
    return found


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
