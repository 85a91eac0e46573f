"""Control charts: points around a centre with limits, and moving ranges; one large, or small ones side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import SMALL, WIDTH, rows_of, titled
from analysis.documents.charts import OTHER, PICKED, REFERENCE
from analysis.indicators.charts.trend import begun, panel_measure, panel_name, side_by_side
from analysis.messages import Language, listed, pick, write_number

if TYPE_CHECKING:
    from analysis.indicators.trends.control import ControlChart

#: Panels in a line, and heights of a large and of a small one.
_COLUMNS, _HEIGHT, _LOW = 3, 250, 84
#: Labels of times that a large and a small panel have room for.
_TIMES = (9, 2)


def draw_control_chart(result: ControlChart, language: Language) -> dict[str, Any]:
    """Draw each series with centre and limits; signals are orange diamonds, other points of their runs rings."""
    rows, alone = _rows(result, language)
    last = _ends(rows)
    decimals = result.decimals["value"]
    for row in rows:
        row["mark"] = "signal" if row["signal"] else "pattern" if row["in_pattern"] else "plain"
        for name in ("upper", "centre", "lower"):
            there = alone and row["at"] == last[row["panel"]] and row[name] is not None
            # Limits without variation are the centre, whose name is enough.
            there = there and (name == "centre" or row[name] != row["centre"])
            row[f"{name}_text"] = (
                result.said(name, language, value=write_number(row[name], decimals)) if there else None
            )
    chart = _panels(result, rows, "value", ("upper", "centre", "lower"), language, alone)
    seen = {row["mark"] for row in rows}
    limits = [row for row in rows if row["centre"] is not None]
    flat = {(row["unit"], row["indicator"], row["phase"]) for row in rows_of(result.phases) if row["flat"]}
    still = [row for row in limits if (row["unit"], row["indicator"], row["phase"]) in flat]
    told = "signals" if "signal" in seen else "unjudged" if len(still) == len(limits) else "no_signal"
    kinds = result.settings.get("rule_set")
    ruled = result.code("rule_set", kinds, language) if kinds else listed(
        (result.code("rules", name, language) for name in result.settings["rules"]), language)  # fmt: skip
    under = [
        result.said("ruled", language, rules=ruled),
        result.said(told, language) if limits else "",
        result.said("flat", language) if still and told != "unjudged" else "",
        result.said("provisional", language) if any(row["provisional"] for row in limits) else "",
        result.said("no_limits", language) if len(limits) < len(rows) else "",
        result.said("stepped", language) if any(row["phase"] > 1 for row in rows) else "",
        "" if alone else _vertical(result, "value", language),
    ]
    return titled(chart, result, language, under=begun(under, language))


def draw_ranges(result: ControlChart, language: Language) -> dict[str, Any]:
    """Draw the moving ranges of each series with their upper limit."""
    rows, alone = _rows(result, language)
    last = _ends(rows)
    limit = {(row["unit"], row["indicator"], row["phase"]): row["range_limit"] for row in rows_of(result.phases)}
    for row in rows:
        row["upper"] = limit[row["unit"], row["indicator"], row["phase"]]
        beyond = row["range"] is not None and row["upper"] is not None and row["range"] > row["upper"]
        row["mark"] = "signal" if beyond else "plain"
        there = alone and row["at"] == last[row["panel"]] and row["upper"] is not None
        value = write_number(row["upper"], result.decimals["value"])
        row["upper_text"] = result.said("range_limit", language, value=value) if there else None
    chart = _panels(result, rows, "range", ("upper",), language, alone)
    under = [] if alone else [_vertical(result, "range", language)]
    return titled(chart, result, language, title=result.said("title.ranges", language), under=begun(under, language))


def _rows(result: ControlChart, language: Language) -> tuple[list[dict[str, Any]], bool]:
    """Give the points with their place in time and their panel."""
    rows = rows_of(result.table)
    for row in rows:
        row.setdefault("unit", "")
        row.setdefault("indicator", "")
        row.setdefault("range", None)
    units, codes = ({row[name] for row in rows} for name in ("unit", "indicator"))
    times = {time: at for at, time in enumerate(sorted({row["time"] for row in rows}))}
    for row in rows:
        name = panel_name(result, row, units, codes - {""}, language)
        row["at"], row["panel"] = (
            times[row["time"]],
            " / ".join([name, *panel_measure(result, row["indicator"], language)]),
        )
        row["time"] = str(row["time"])[:10]
    return rows, len(units) * len(codes) == 1


def _ends(rows: list[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row["panel"]] = max(row["at"], found.get(row["panel"], 0))
    return found


def _panels(
    result: ControlChart, rows: list[dict[str, Any]], shown: str, limits: tuple[str, ...], language: Language,
    alone: bool,  # noqa: FBT001
) -> Any:  # fmt: skip
    """Draw points with lines of limits, one panel a series."""
    import altair as alt

    # Lines begin anew where a phase does, and values where one is missing.
    stretch = 0
    for row in rows:
        stretch += row[shown] is None
        row["stretch"] = stretch
    names = {row["at"]: row["time"] for row in rows}
    every = max(1, -(-len(names) // _TIMES[0 if alone else 1]))
    ticks = [at for at in sorted(names) if at % every == 0]
    words = ", ".join(f"'{at}': '{names[at]}'" for at in ticks)
    room = 0.6
    x = alt.X("at:Q", title=None, scale=alt.Scale(domain=[-room, max(names) + room], nice=False),
              axis=alt.Axis(values=ticks, labelExpr=f"({{{words}}})[datum.value]", grid=False, labelOverlap=False,
                            labelFontSize=12 if alone else 10))  # fmt: skip
    title = _measure(result, shown, language) if alone else None
    scale = alt.Scale(zero=True, nice=alone) if shown == "range" else alt.Scale(zero=False, nice=alone, padding=10)
    extent = 10 + 6 * max((len(write_number(row[shown], 0)) for row in rows if row[shown] is not None), default=4)
    y = alt.Y(f"{shown}:Q", title=title, scale=scale,
              axis=alt.Axis(grid=False, tickCount=5, labelFontSize=12) if alone else
              alt.Axis(grid=False, tickCount=3, labelFontSize=10, minExtent=extent, maxExtent=extent))  # fmt: skip
    base = alt.Chart().encode(x=x)
    layers = []
    for name in limits:
        dash = [1, 0] if name == "centre" else [6, 3]
        line = base.transform_filter(f"isValid(datum.{name})").encode(
            y=alt.Y(f"{name}:Q", title=title), detail="phase:N")  # fmt: skip
        colour = OTHER if name == "centre" else REFERENCE
        for provisional in (False, True):
            part = line.transform_filter("datum.provisional" if provisional else "!datum.provisional")
            layers.append(part.mark_line(color=colour, strokeWidth=1.3, interpolate="step",
                                         strokeDash=[2, 4] if provisional else dash))  # fmt: skip
        if alone:
            label = base.transform_filter(f"isValid(datum.{name}_text)").encode(y=f"{name}:Q", text=f"{name}_text:N")
            layers.append(label.mark_text(align="left", dx=10, fontSize=11, color=SMALL))
    points = base.transform_filter(f"isValid(datum.{shown})").encode(y=y)
    size = 1.0 if alone else 0.45
    layers += [
        points.mark_line(strokeWidth=1.6 if alone else 1.1, color=PICKED).encode(detail=["phase:N", "stretch:N"]),
        points.transform_filter("datum.mark == 'plain'").mark_point(
            filled=True, size=44 * size, color=PICKED, opacity=1),
        points.transform_filter("datum.mark == 'pattern'").mark_point(
            filled=False, fill="white", size=44 * size, color=REFERENCE, strokeWidth=1.8, opacity=1),
        points.transform_filter("datum.mark == 'signal'").mark_point(
            filled=True, shape="diamond", size=110 * size, color=REFERENCE, opacity=1),
    ]  # fmt: skip
    chart: Any = alt.layer(*layers, data=alt.InlineData(values=rows))
    if alone:
        return chart.properties(width=WIDTH - 140, height=_HEIGHT)
    order = list(dict.fromkeys(row["panel"] for row in rows))
    columns = 2 if len(order) in {2, 4} else min(_COLUMNS, len(order))
    return side_by_side(chart, order, columns=columns, aside=extent, height=_LOW)


def _vertical(result: ControlChart, shown: str, language: Language) -> str:
    """Say once what the panels measure, where the subtitle does not."""
    measure = "" if result.measures(language) else _measure(result, shown, language)
    return result.said("vertical", language, measure=measure) if measure else ""


def _measure(result: ControlChart, shown: str, language: Language) -> str:
    """Say what is measured; nothing where indicators differ in it, whose names then say it."""
    named = result.labels.heads.get("value")
    if shown == "range":
        of = result.said("range_axis.of", language, measure=pick(named, language)) if named else ""
        return of or result.said("range_axis", language)
    if named:
        return pick(named, language)
    if "indicator" in result.table and result.workspace is not None:
        return ""
    kind, per = result.settings["kind"], result.settings.get("per")
    if kind == "individuals":
        return result.said("column.value", language)
    if kind == "p":
        return result.said("share", language) if per == 100 else result.said("share.per", language, of=f"{per:g}")  # noqa: PLR2004
    return result.said("rate", language) if per == 1 else result.said("rate.per", language, of=f"{per:g}")
