"""Charts of drivers: what each topic has of R² beside its odds ratio; or the shares in groups."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, panels, rows_of, titled, wrapped
from analysis.documents.charts import PICKED, REFERENCE, TEXT
from analysis.messages import Language, listed, write_number
from analysis.satisfaction.charts.asides import one_line
from analysis.satisfaction.charts.parts import dots_with_intervals, interval_text
from analysis.satisfaction.charts.scales import FEW

if TYPE_CHECKING:
    from analysis.satisfaction.result import SurveyResult

#: Width of the names of topics, in half-width characters, before they go on in a second line.
NAME = 26
#: Half the height of a line of a name.
HALF_LINE = 7.5
#: Widths of the two panels, and where ticks of odds ratios may be.
LEFT, RIGHT = 190, 150
TICKS = (0.1, 0.2, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50)


def draw(result: SurveyResult, language: Language) -> dict[str, Any]:
    """Draw the topics, those with the largest share first; in groups a panel a topic."""
    by, table = list(result.settings["by"]), result.table
    whole = table[by].isna().all(axis=1) if by else table["variable"].notna()
    title = result.said("title.of", language, outcome=result.code("variable", result.settings["outcome"], language))
    if by and (~whole).any():
        return _groups(result, language, by, title)
    return _topics(result, language, title)


def _topics(result: SurveyResult, language: Language, title: str) -> dict[str, Any]:
    """Draw bars of the shares at the left, odds ratios at the right, in the same rows."""
    import altair as alt

    rows = [
        {**row, "name": " / ".join(wrapped(result.code("variable", row["variable"], language), NAME)),
         "careful": row["df"] < FEW, "shown": interval_text(row, 1 if row["statistic"] == "share" else 2)}
        for row in rows_of(result.table)
    ]  # fmt: skip
    shares = [row for row in rows if row["statistic"] == "share" and row["estimate"] is not None]
    odds = [row for row in rows if row["statistic"] == "odds_ratio" and row["estimate"] is not None]
    order = [row["name"] for row in shares] or [row["name"] for row in odds]
    lines = max((name.count(" / ") + 1 for name in order), default=1)
    height = alt.Step(max(ROW * lines, 34))
    middle = {"condition": [{"test": f"length(split(datum.label, ' / ')) == {k}", "value": -HALF_LINE * (k - 1)}
                            for k in range(2, lines + 1)], "value": 0}  # fmt: skip
    names = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(
        grid=False, domain=False, ticks=False, labelExpr="split(datum.label, ' / ')", labelLimit=0,
        labelOffset=middle if lines > 1 else alt.Undefined))  # fmt: skip
    bare = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, labels=False, domain=False, ticks=False))
    left = _bars(shares, names, result.said("axis.share", language))
    right = _odds(odds, bare, result.said("axis.odds_ratio", language))
    chart = alt.hconcat(
        left.properties(width=190, height=height), right.properties(width=150, height=height), spacing=18
    )
    r2 = next((row for row in rows if row["statistic"] == "r2" and row["estimate"] is not None), None)
    said = [result.said("r2", language, value=interval_text(r2, 2))] if r2 else []
    said += [result.said("no_cause", language), result.said("none", language)]
    spec = titled(chart, result, language, title=title, under=[one_line(said, language)])
    spec["config"]["axisX"] |= {"labelFlush": False, "labelSeparation": 4}
    return spec


def _bars(rows: list[dict[str, Any]], names: Any, x_title: str) -> Any:
    """Draw the shares as bars from 0 with their intervals, and a line where all shares are equal."""
    import altair as alt

    equal = 100 / max(len(rows), 1)
    top = max([equal, *(row["upper"] or row["estimate"] for row in rows)])
    x = partial(alt.X, title=x_title, scale=alt.Scale(domain=[0, top * 1.06], nice=False), axis=alt.Axis(tickCount=4))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=names)
    beside: dict[str, Any] = {"align": "left", "dx": 4, "dy": -15, "fontSize": 11}
    return alt.layer(
        base.mark_bar(size=15, color=PICKED, opacity=0.45).encode(x=x("estimate:Q")),
        _intervals(base, x),
        _line(equal, x),
        # A rim of white keeps the line of equal shares out of the figures.
        base.mark_text(**beside, stroke="white", strokeWidth=4).encode(x=alt.value(0), text="shown:N"),
        base.mark_text(**beside, color=TEXT).encode(x=alt.value(0), text="shown:N"),
    )


def _odds(rows: list[dict[str, Any]], names: Any, x_title: str) -> Any:
    """Draw odds ratios on a logarithmic axis, and a line at 1."""
    import altair as alt

    ends = [1.0, *(row[name] for row in rows for name in ("estimate", "lower", "upper") if row[name] is not None)]
    low, high = min(ends) / 1.08, max(ends) * 1.08
    values = [value for value in TICKS if low <= value <= high]
    x = partial(alt.X, title=x_title, scale=alt.Scale(type="log", domain=[low, high], nice=False),
                axis=alt.Axis(values=values, format="~g"))  # fmt: skip
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=names)
    return alt.layer(
        _line(1, x),
        _intervals(base, x),
        base.mark_point(size=56, opacity=1, filled=True, color=PICKED).encode(x=x("estimate:Q")),
        base.mark_text(align="left", dx=8, fontSize=11, color=TEXT).encode(x=alt.value(RIGHT), text="shown:N"),
    )


def _intervals(base: Any, x: Any) -> Any:
    there = base.transform_filter("isValid(datum.lower) && isValid(datum.upper)")
    return there.mark_rule(strokeWidth=2, strokeDash=[1, 0], color=PICKED).encode(x=x("lower:Q"), x2="upper:Q")


def _line(at: float, x: Any) -> Any:
    import altair as alt

    line = alt.Chart(alt.InlineData(values=[{"at": at}]))
    return line.mark_rule(color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.4).encode(x=x("at:Q"))


def _groups(result: SurveyResult, language: Language, by: list[str], title: str) -> dict[str, Any]:
    """Draw the shares of groups, a panel a topic, with a line at the share in all."""
    import altair as alt

    table = result.table[result.table["statistic"] == "share"]
    whole = {row["variable"]: row["estimate"] for row in rows_of(table) if all(row[name] is None for name in by)}
    rows, few = [], []
    for row in rows_of(table):
        group = " · ".join(result.code(name, row[name], language) for name in by if row[name] is not None)
        if group and row["estimate"] is None:
            few.append(group)
        elif group:
            panel = " / ".join(wrapped(result.code("variable", row["variable"], language), 20))
            rows.append({**row, "name": group, "panel": panel, "careful": row["df"] < FEW,
                         "shown": write_number(row["estimate"], 0), "total": whole.get(row["variable"])})  # fmt: skip
    titles = list(dict.fromkeys(row["panel"] for row in rows))
    order = list(dict.fromkeys(row["name"] for row in rows))
    columns = 2 if len(titles) in {2, 4} else 3
    top = max((row["upper"] or row["estimate"] for row in rows), default=100.0)
    chart: Any = dots_with_intervals(rows, order=order, x_title=result.said("axis.share", language), label="",
                                     reference="total", domain=[0, min(10 * (top // 10 + 1), 100)])  # fmt: skip
    chart = chart.properties(width=(WIDTH - 136) / columns - 16, height=alt.Step(ROW))
    chart = chart.facet(facet=panels(titles), columns=columns, spacing=14).resolve_axis(x="independent")
    said = [result.said("all_together", language), result.said("no_cause", language)]
    said += [result.said("careful", language)] if any(row["careful"] for row in rows) else []
    said += [result.said("few", language, groups=listed(dict.fromkeys(few), language))] if few else []
    spec = titled(chart, result, language, title=title, under=[one_line(said, language)])
    spec["config"]["axisX"] |= {"labelFlush": False, "labelSeparation": 4}
    return spec
