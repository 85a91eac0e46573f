"""Charts of yearly series: one large, or small ones side by side, broken where figures cannot be compared."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import SMALL, WIDTH, rows_of, titled, wrapped
from analysis.documents.charts import CATEGORIES, OTHER, PICKED, REFERENCE, TEXT
from analysis.messages import Language, pick, write_number

if TYPE_CHECKING:
    from analysis.indicators.trends.trend import Trend

#: Panels that are drawn at most, and those in a line.
MOST, COLUMNS = 40, 4
#: Up to this ratio of the largest value to the least, panels of one indicator share a scale.
APART = 3
#: Height of one large panel and of a small one.
HEIGHT, SMALL_HEIGHT = 260, 74
#: Characters of a panel's title in a line, of which a Han character is two.
_LINE = 22


def draw_trend(result: Trend, language: Language) -> dict[str, Any]:
    """Draw the levels of each series, with first and last value of its last stretch over it."""
    from analysis.indicators.trends.trend import ENOUGH

    now = result.table[result.table["current"]].reset_index(drop=True)
    shown = rows_of(now.head(MOST))
    alone = len(shown) == 1
    units, codes = {row["unit"] for row in shown}, {row["indicator"] for row in shown}
    panels, colours = {}, {"rising": PICKED, "falling": CATEGORIES[1]}
    for row in shown:
        name = panel_name(result, row, units, codes, language)
        colour = colours.get(row["direction"], OTHER if row["direction"] else PICKED)
        panels[row["indicator"], row["unit"]] = (name, _outcome(result, row, language), colour)
    # Titles of a line are as high as the highest: names are wrapped to as many lines.
    parts = {key: [*wrapped(name, _LINE), *panel_measure(result, key[0], language)]
             for key, (name, _, _) in panels.items()}  # fmt: skip
    deep = max((len(each) for each in parts.values()), default=1)
    titles = {key: " / ".join([*[" "] * (deep - len(parts[key])), *parts[key], *panels[key][1]]) for key in panels}
    rows = []
    for row in rows_of(result.points.sort_values(["indicator", "unit", "year"])):
        key = row["indicator"], row["unit"]
        if key in panels:
            rows.append({"panel": titles[key], "year": row["year"], "value": row["value"], "segment": row["segment"],
                         "hollow": row["doubt"],
                         "color": panels[key][2], "label": _value(result, row, "value")})  # fmt: skip
    breaks = [{"panel": titles[code, unit], "break": each.year - 0.5}
              for code, unit in panels for each in _breaks(result, code)
              if _within(result.points, code, unit, each.year)]  # fmt: skip
    measures = result.measures(language)
    values = [row["value"] for row in rows]
    together = len(codes) == 1 and bool(values) and min(values) > 0 and max(values) <= APART * min(values)
    chart = lines(rows, list(titles.values()), measure=measures[0] if len(measures) == 1 else "",
                  together=together, breaks=breaks, alone=alone)  # fmt: skip
    few = int((now["n"] < ENOUGH).sum())
    under = [
        result.said("few", language, n=few, least=ENOUGH) if few else "",
        result.said("broken", language) if breaks else "",
        result.said("doubtful", language) if any(row["hollow"] for row in rows) else "",
        result.said("colours", language) if result.model else "",
        "" if alone or together else result.said("scales", language),
        result.said("not_drawn", language, n=len(now) - len(shown)) if len(now) > len(shown) else "",
    ]
    title = result.said("title", language)
    family = _family(result, codes, language)
    if family:
        under.insert(0, family)
    if alone and shown[0]["n"] > 1:
        span, change = next(iter(panels.values()))[1]
        under.insert(0, f"{span}{'：' if language == 'zh-Hans' else ': '}{change}")
    return titled(chart, result, language, title=title, under=begun(under, language))


def begun(remarks: Sequence[str], language: Language) -> list[str]:
    """Leave out empty remarks, and let an English line begin with a capital.

    >>> begun(["", "dashed: a break", "hollow: in doubt"], "en")
    ['Dashed: a break', 'hollow: in doubt']
    """
    said = [each for each in remarks if each]
    return [said[0][:1].upper() + said[0][1:], *said[1:]] if said and language == "en" else said


def panel_name(result: Any, row: dict[str, Any], units: set[str], codes: set[str], language: Language) -> str:
    """Name a series by what tells it from the others: unit, indicator or both."""
    unit = result.code("unit", row["unit"], language)
    # Indicators of one family are told apart by their short names.
    of = [result.workspace.catalogue[code] for code in codes] if result.workspace else []
    family = {each.family if each.short else "" for each in of}
    short = result.workspace.catalogue[row["indicator"]].short if len(family) == 1 and family != {""} else None
    # What stands in brackets at the end of a name is a remark, for which a panel has no room.
    full = result.labels.name("indicator", row["indicator"], language)
    indicator = pick(short, language) if short else full.partition("（" if language == "zh-Hans" else " (")[0]
    if len(codes) <= 1:
        return str(unit)
    return str(indicator) if len(units) == 1 else f"{unit} · {indicator}"


def panel_measure(result: Any, code: str, language: Language) -> list[str]:
    """Say what a panel is in, in a line of its own, where panels differ in it."""
    if len(result.measures(language)) < 2:  # noqa: PLR2004
        return []
    return [result.said("measured", language, measure=result.measure(code, language))]


def lines(
    rows: list[dict[str, Any]], order: list[str], *, measure: str, together: bool, breaks: list[dict[str, Any]],
    alone: bool, marks: Any = None, years: tuple[int, int] | None = None,
) -> Any:  # fmt: skip
    """Draw one line a panel and stretch, with points, and dashed lines where the scope changes.

    Parameters
    ----------
    rows
        ``panel``, ``year``, ``value``, ``segment``, ``hollow``, ``color``, ``label``.
    order
        Titles of the panels in their order; ``/`` parts lines.
    measure
        Title of the value axis where all panels have one measure.
    together
        Whether all panels share one scale of values.
    breaks
        ``panel``, ``break`` (between two years).
    alone
        Whether there is one panel, which is drawn large.
    marks
        A function that makes further layers, given one that makes a channel of years of a field's name; their data are
        among ``breaks``.
    years
        First and last year of the axis.

    Returns
    -------
    altair.Chart
        Layers, or a facet of them.
    """
    import altair as alt

    first = years[0] if years else min((row["year"] for row in rows), default=0)
    last = years[1] if years else max((row["year"] for row in rows), default=1)
    span = last - first
    ticks = _ticks(sorted({row["year"] for row in rows} | {first, last}), first, last, 8 if alone else 3)
    axis = alt.Axis(values=ticks, format="d", grid=False, labelFontSize=12 if alone else 10, labelOverlap=False)
    room = max(0.06 * span, 0.3)
    scale = alt.Scale(domain=[first - room, last + room], nice=False, zero=False)

    def at(name: str) -> Any:
        return alt.X(f"{name}:Q", title=None, axis=axis, scale=scale)

    extent = 6 + 6 * max((len(row["label"] or "") for row in rows), default=4)
    y = alt.Y("value:Q", title=(measure or None) if alone else None,
              axis=alt.Axis(tickCount=5, labelFontSize=12) if alone else
              alt.Axis(tickCount=3, labelFontSize=10, minExtent=extent, maxExtent=extent),
              scale=alt.Scale(zero=False, nice=alone, padding=12))  # fmt: skip
    color = alt.Color("color:N", scale=None)
    base = alt.Chart().transform_filter("isValid(datum.value)").encode(x=at("year"), y=y, color=color)
    size = 56 if alone else 24
    layers = [
        alt.Chart().transform_filter("isValid(datum.break)").mark_rule(color=REFERENCE, strokeDash=[2, 3],
                                                                       strokeWidth=1).encode(x=at("break")),
        base.mark_line(strokeWidth=2.2 if alone else 1.6).encode(detail="segment:N"),
        base.transform_filter("!datum.hollow").mark_point(filled=True, size=size, opacity=1),
        base.transform_filter("datum.hollow").mark_point(filled=False, fill="white", size=size, strokeWidth=1.6),
        *(marks(at) if marks else ()),
    ]  # fmt: skip
    if alone:
        # Values stand over the points, on the side that the line does not go to.
        _aside(rows)
        label = base.transform_filter("isValid(datum.label)").encode(text="label:N", color=alt.value(TEXT))
        layers += [label.transform_filter(f"datum.side == {side}").mark_text(dy=-11, dx=8 * side, fontSize=11)
                   for side in (-1, 0, 1)]  # fmt: skip
    data = alt.InlineData(values=[*rows, *breaks])
    chart: Any = alt.layer(*layers, data=data)
    if alone:
        return chart.properties(width=WIDTH - 70, height=HEIGHT)
    most = COLUMNS if together else COLUMNS - 1
    columns = 2 if len(order) in {2, 4} else min(most, len(order))
    height = SMALL_HEIGHT if columns > 2 else 110  # noqa: PLR2004
    return side_by_side(chart, order, columns=columns, aside=extent, height=height, together=together)


def side_by_side(
    chart: Any, order: Sequence[str], *, columns: int, aside: float, height: float, together: bool = False
) -> Any:
    """Put panels side by side, all plots of a line at one height and each with its own axis of time.

    Parameters
    ----------
    chart
        Layers with their data, which have a ``panel``.
    order
        Titles of the panels; ``/`` parts lines.
    columns
        Panels in a line.
    aside
        What labels of the values take at the left.
    height
        Of a plot.
    together
        Whether all panels share one scale of values.
    """
    import altair as alt

    # Flush bounds keep plots in line whatever their labels are; so titles and axes need room of their own.
    deep = max((title.count(" / ") + 1 for title in order), default=1)
    header = alt.Header(labelFontSize=11, labelExpr="split(datum.label, ' / ')", labelLimit=0, labelAnchor="start",
                        labelPadding=4, labelColor=SMALL)  # fmt: skip
    facet = alt.Facet("panel:N", title=None, sort=list(order), header=header)
    across = aside + 16
    chart = chart.properties(width=WIDTH / columns - across, height=height)
    spacing = {"row": 34 + 14 * deep, "column": across}
    chart = chart.facet(facet=facet, columns=columns, bounds="flush", spacing=spacing)
    chart = chart.resolve_axis(x="independent", y="independent")
    return chart if together else chart.resolve_scale(y="independent")


def _aside(rows: list[dict[str, Any]]) -> None:
    """Say on which side of a point its value stands free of the line: left of a climb, right of a fall."""
    for at, row in enumerate(rows):
        near = [each for each in rows[max(at - 1, 0) : at + 2] if each["segment"] == row["segment"]]
        inner = 0 < at < len(rows) - 1 and len(near) == 3  # noqa: PLR2004
        row["side"] = 0 if not inner else -1 if near[2]["value"] >= near[0]["value"] else 1


def _ticks(years: list[int], first: int, last: int, most: int) -> list[int]:
    """Give whole years for an axis: those of the figures where they are few and apart, else evenly from the last."""
    near = min((late - early for early, late in itertools.pairwise(years)), default=1)
    if len(years) <= most and near * (most + 1) >= last - first:
        return years
    for step in (1, 2, 3, 4, 5, 10, 20, 25, 50):
        if (last - first) / step < most:
            return list(range(last, first - 1, -step))[::-1]
    return [first, last]


def _outcome(result: Trend, row: dict[str, Any], language: Language) -> list[str]:
    """Say what a series' last stretch comes to: two lines."""
    first, last = (_value(result, row, which) for which in ("first_value", "last_value"))
    if row["n"] == 1:
        return [str(row["last"]), last]
    span = result.said("span", language, first=row["first"], last=row["last"])
    grown = "" if row["growth"] is None else f" {write_number(row['growth'], 1, signed=True)}%"
    return [f"{span}{grown}", f"{first} → {last}"]


def _value(result: Trend, row: dict[str, Any], which: str) -> str:
    decimals = result.workspace.catalogue[row["indicator"]].decimals if result.workspace else 2
    # Hundredths of thousands say nothing in a small panel.
    return write_number(row[which], 0 if abs(row[which]) >= 1000 else decimals)  # noqa: PLR2004


def _family(result: Trend, codes: set[str], language: Language) -> str:
    """Give the name of the family that several indicators are of."""
    of = [result.workspace.catalogue[code] for code in codes] if result.workspace else []
    names = {(each.family, pick(each.family_name, language)) for each in of
             if each.short and each.family and each.family_name}  # fmt: skip
    if len(of) < 2 or len(names) != 1 or not all(each.family for each in of):  # noqa: PLR2004
        return ""
    return names.pop()[1]


def _breaks(result: Trend, code: str) -> Any:
    return result.workspace.catalogue[code].breaks if result.workspace else ()


def _within(points: Any, code: str, unit: str, year: int) -> bool:
    mine = points.loc[(points["indicator"] == code) & (points["unit"] == unit), "year"]
    return bool(len(mine) and mine.min() < year <= mine.max())
