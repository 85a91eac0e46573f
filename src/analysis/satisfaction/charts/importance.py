"""Charts of importance and performance: points with crosses of their intervals, lines, and labels that keep apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import product
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import rows_of, titled, wrapped
from analysis.documents.charts import OTHER, PICKED, REFERENCE, TEXT
from analysis.messages import Language
from analysis.satisfaction.charts.asides import one_line

if TYPE_CHECKING:
    from analysis.satisfaction.result import SurveyResult

#: Of the panel, in pixels.
ACROSS, DOWN = 480, 360
#: A Latin and a Han character, a line of a label, and half of a point, in pixels.
LATIN, HAN, LINE_HEIGHT, POINT = 6.5, 12.0, 14.0, 6.0
#: Half-width characters of a line of a label, from wide to narrow.
LABELS = (24, 14, 8)
#: Between lines of a label: a control character would not be printed.
BREAK = " / "
#: More topics, or names of more than two lines, are numbered and listed below.
MOST = 8
#: How often every label may move.
ROUNDS = 6
#: From how far a label has a line to its point, in pixels.
FAR = 26.0
#: Left, top, right, bottom in pixels.
Box = tuple[float, float, float, float]


def draw(result: SurveyResult, language: Language) -> dict[str, Any]:
    """Draw topics by performance (across) and importance (up)."""
    import altair as alt

    rows = [row for row in rows_of(result.table) if row["importance"] is not None and row["performance"] is not None]
    lines = [float(each) for each in result.settings["lines"]]
    for row in rows:
        row["careful"] = row["quadrant"] == "undecided"
        topic = result.code("variable", row["variable"], language)
        row["labels"] = _broken(topic)
        row["entry"] = f"{rows.index(row) + 1}  {topic}"
        # What decides is the distance from a line: its interval is drawn around the point.
        for name, line in zip(("importance", "performance"), lines, strict=True):
            for end in ("lower", "upper"):
                away = row[f"{name}_away_{end}"]
                row[f"{name}_{end}"] = None if away is None else line + away
    x_ends, y_ends = _ends(rows, "performance", lines[1]), _ends(rows, "importance", lines[0])
    numbered = len(rows) > MOST or any(row["labels"][0].count(BREAK) > 1 for row in rows)
    for number, row in enumerate(rows, 1):
        row["number"], row["labels"] = number, [str(number)] if numbered else row["labels"]
    corners = _corners(result, language, lines, x_ends, y_ends)
    _place(rows, corners, lines, x_ends, y_ends)
    x = alt.X("performance:Q", title=result.said("axis.performance", language),
              scale=alt.Scale(domain=list(x_ends), nice=False), axis=alt.Axis(tickCount=6))  # fmt: skip
    y = alt.Y("importance:Q", title=result.said("axis.importance", language),
              scale=alt.Scale(domain=list(y_ends), nice=False), axis=alt.Axis(tickCount=5, grid=False))  # fmt: skip
    base = alt.Chart(alt.InlineData(values=rows))
    color = alt.condition("datum.careful", alt.value(OTHER), alt.value(PICKED))
    rule: dict[str, Any] = {"strokeWidth": 1.6, "strokeDash": [1, 0]}
    dashed: dict[str, Any] = {"color": REFERENCE, "strokeWidth": 1.4, "strokeDash": [5, 3]}
    chart = alt.layer(
        alt.Chart(alt.InlineData(values=[{"performance": lines[1]}])).mark_rule(**dashed).encode(x=x),
        alt.Chart(alt.InlineData(values=[{"importance": lines[0]}])).mark_rule(**dashed).encode(y=y),
        alt.Chart(alt.InlineData(values=corners)).mark_text(fontSize=12, color="#6B7280").encode(
            x=alt.X("x:Q"), y=alt.Y("y:Q"), text="text:N"),
        base.transform_filter("isValid(datum.performance_lower)").mark_rule(**rule).encode(
            x=alt.X("performance_lower:Q"), x2="performance_upper:Q", y=y, color=color),
        base.transform_filter("isValid(datum.importance_lower)").mark_rule(**rule).encode(
            x=x, y=alt.Y("importance_lower:Q"), y2="importance_upper:Q", color=color),
        base.transform_filter("datum.far").mark_rule(strokeWidth=0.8, strokeDash=[1, 0], color="#9AA1A9").encode(
            x=x, y=y, x2="near_x:Q", y2="near_y:Q"),
        base.transform_filter("datum.careful").mark_point(
            size=62, opacity=1, filled=False, fill="white", stroke=OTHER, strokeWidth=2).encode(x=x, y=y),
        base.transform_filter("!datum.careful").mark_point(
            size=74, opacity=1, filled=True, color=PICKED).encode(x=x, y=y),
        base.mark_text(fontSize=12, lineBreak=BREAK, lineHeight=LINE_HEIGHT, color=TEXT, baseline="middle").encode(
            x=alt.X("label_x:Q"), y=alt.Y("label_y:Q"), text="label:N"),
    )  # fmt: skip
    title = result.said("title.of", language, outcome=result.code("variable", result.settings["outcome"], language))
    under = [result.said("no_cause", language)]
    under += [result.said("crosses", language)]
    under += [result.said("hollow", language)] if any(row["careful"] for row in rows) else []
    finished: Any = chart.properties(width=ACROSS, height=DOWN)
    if numbered:
        listed = base.mark_text(align="left", fontSize=12, color=TEXT).encode(
            x=alt.value(0), y=alt.Y("number:O", axis=None), text="entry:N"
        )
        finished = alt.vconcat(finished, listed.properties(width=ACROSS, height=alt.Step(17)), spacing=14)
    return titled(finished, result, language, title=title, under=[one_line(under, language)])


def _broken(topic: str) -> list[str]:
    """Give a name in lines of each width; a last line of one character is no line."""
    found = [wrapped(topic, line) for line in LABELS]
    return list(dict.fromkeys(BREAK.join(lines) for lines in found if len(lines) == 1 or len(lines[-1]) > 1))


def _ends(rows: list[dict[str, Any]], name: str, line: float) -> tuple[float, float]:
    """Give the ends of an axis that holds the intervals and the line, with some room."""
    held = [
        line,
        *(row[each] for row in rows for each in (name, f"{name}_lower", f"{name}_upper") if row[each] is not None),
    ]
    room = 0.12 * (max(held) - min(held)) or 1.0
    return max(min(held) - room, 0.0), min(max(held) + room, 100.0)


def _pixels(x: float, y: float, x_ends: tuple[float, float], y_ends: tuple[float, float]) -> tuple[float, float]:
    return (x - x_ends[0]) / (x_ends[1] - x_ends[0]) * ACROSS, (y_ends[1] - y) / (y_ends[1] - y_ends[0]) * DOWN


def _data(x: float, y: float, x_ends: tuple[float, float], y_ends: tuple[float, float]) -> tuple[float, float]:
    return x_ends[0] + x / ACROSS * (x_ends[1] - x_ends[0]), y_ends[1] - y / DOWN * (y_ends[1] - y_ends[0])


def _size(text: str) -> tuple[float, float]:
    """Give how wide and high a label is, in pixels."""
    from analysis.documents.tables import display_width

    lines = text.split(BREAK)
    wide = [HAN * (display_width(line) - len(line)) + LATIN * (2 * len(line) - display_width(line)) for line in lines]
    return max(wide), LINE_HEIGHT * len(lines)


def _around(x: float, y: float, size: tuple[float, float]) -> Box:
    return x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2


def _corners(
    result: SurveyResult,
    language: Language,
    lines: Sequence[float],
    x_ends: tuple[float, float],
    y_ends: tuple[float, float],
) -> list[dict[str, Any]]:
    """Name the quadrants in their outer corners, where there is room for the name."""
    across, down = _pixels(lines[1], lines[0], x_ends, y_ends)
    found = []
    for name, right, top in (("strength", True, True), ("improve", False, True), ("watch", False, False),
                             ("maintain", True, False)):  # fmt: skip
        text = result.said(f"quadrant.{name}", language)
        wide, high = _size(text)
        room = (ACROSS - across if right else across, down if top else DOWN - down)
        if room[0] < wide + 10 or room[1] < high + 6:
            continue
        at = (ACROSS - wide / 2 - 4 if right else wide / 2 + 4, high / 2 + 2 if top else DOWN - high / 2 - 4)
        x, y = _data(*at, x_ends, y_ends)
        found.append({"text": text, "x": x, "y": y, "box": list(_around(*at, (wide, high)))})
    return found


def _place(
    rows: list[dict[str, Any]], corners: list[dict[str, Any]], lines: Sequence[float], x_ends: tuple[float, float],
    y_ends: tuple[float, float],
) -> None:  # fmt: skip
    """Find a place for every label: near its point, off other labels, points and intervals, within the panel.

    Labels move in turn to where they are in least way, given the others; after some rounds none moves any more.
    """
    points = [_pixels(row["performance"], row["importance"], x_ends, y_ends) for row in rows]
    fixed: list[tuple[Box, float]] = [(_around(*point, (2 * POINT, 2 * POINT)), 12.0) for point in points]
    fixed += [(tuple(corner.pop("box")), 12.0) for corner in corners]
    for row in rows:
        x, y = _pixels(row["performance"], row["importance"], x_ends, y_ends)
        (left, bottom), (right, top) = (
            _pixels(_given(row, "performance", end), _given(row, "importance", end), x_ends, y_ends)
            for end in ("lower", "upper")
        )
        fixed += [((left - 2, y - 3, right + 2, y + 3), 9.0), ((x - 3, top - 2, x + 3, bottom + 2), 9.0)]
    across, down = _pixels(lines[1], lines[0], x_ends, y_ends)
    fixed += [((across - 1, 0.0, across + 1, DOWN), 7.0), ((0.0, down - 1, ACROSS, down + 1), 7.0)]
    choices = [_candidates(point, row.pop("labels")) for point, row in zip(points, rows, strict=True)]
    places: list[tuple[Box, str] | None] = [None] * len(rows)
    for _ in range(ROUNDS):
        before = list(places)
        for k, point in enumerate(points):
            others = [(place[0], 20.0) for j, place in enumerate(places) if j != k and place is not None]
            places[k] = min(choices[k], key=partial(_cost, point=point, others=fixed + others))
        if places == before:
            break
    for row, point, place in zip(rows, points, places, strict=True):
        if place is None:
            continue
        box, row["label"] = place
        # The first of several lines stands at the height that is given.
        up = LINE_HEIGHT / 2 * row["label"].count(BREAK)
        row["label_x"], row["label_y"] = _data((box[0] + box[2]) / 2, (box[1] + box[3]) / 2 - up, x_ends, y_ends)
        near = _nearest(box, point)
        row["far"] = abs(near[0] - point[0]) + abs(near[1] - point[1]) > FAR
        row["near_x"], row["near_y"] = _data(*near, x_ends, y_ends)


def _nearest(box: Box, point: tuple[float, float]) -> tuple[float, float]:
    return min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3])


def _given(row: dict[str, Any], name: str, end: str) -> float:
    """Give the end of an interval, or the point where there is none."""
    found = row[f"{name}_{end}"]
    return float(row[name] if found is None else found)


def _candidates(point: tuple[float, float], labels: Sequence[str]) -> list[tuple[Box, str]]:
    """List places around a point, of the label in one line or in more, nearest first."""
    found = []
    for label, far, step in product(labels, (9.0, 16.0, 26.0, 40.0, 58.0, 80.0), range(16)):
        angle, size = step * pi / 8, _size(label)
        x = point[0] + cos(angle) * (far + size[0] / 2)
        y = point[1] + sin(angle) * (far + size[1] / 2)
        found.append((_around(x, y, size), label))
    return found


def _cost(place: tuple[Box, str], point: tuple[float, float], others: Sequence[tuple[Box, float]]) -> float:
    """Weigh what a label would cover, how far it is, its lines, and how much of it is outside."""
    box, label = place
    cost = sum(weight * (4 + 0.2 * area) for other, weight in others if (area := _shared(box, other)) > 0)
    out = max(0.0, 2 - box[0]) + max(0.0, box[2] - ACROSS + 2) + max(0.0, 2 - box[1]) + max(0.0, box[3] - DOWN + 2)
    near = _nearest(box, point)
    away = abs(near[0] - point[0]) + abs(near[1] - point[1])
    return cost + 50 * out + 0.8 * away + 14 * label.count(BREAK)


def _shared(one: Box, two: Box) -> float:
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    return wide * high if wide > 0 and high > 0 else 0.0
