"""Chart of a frontier: cost against the coefficient's limit, with where the schools are and where the rule is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import SMALL, WIDTH, rows_of, titled
from analysis.documents.charts import CATEGORIES, PICKED, REFERENCE, TEXT
from analysis.messages import Language, pick, write_number

if TYPE_CHECKING:
    from analysis.indicators.balance.frontier import Costs

#: From which cost the axis counts in ten thousands or in thousands.
_LARGE = 100_000


def draw_frontier(result: Costs, language: Language) -> dict[str, Any]:
    """Draw the curves, the points that mean something, and ticks where another school joins."""
    import altair as alt

    table = result.table
    if (table["limit"] <= 0).all():
        return _alike(result, language)
    _, _, stage, name = result.place
    indicator = result.standard.indicator(name)
    large = float(table["cost"].max()) >= _LARGE
    by = (10_000 if language == "zh-Hans" else 1000) if large else 1
    measure = pick(indicator.measure, language) if result.settings["cost"] == 1 else result.said("cost", language)
    of = result.said("scaled", language, measure=measure) if large else measure
    y_title = result.said("axis.added" if result.settings["cost"] == 1 else "axis.cost", language, measure=of)
    names = {curve: result.said(f"curve.{curve}", language) for curve in dict.fromkeys(table["curve"])}
    rows = [
        {
            "curve": names[row["curve"]],
            "kind": row["kind"],
            "x": row["limit"],
            "y": row["cost"] / by,
            "text": _text(result, row, by, language),
        }
        for row in rows_of(table)
    ]
    limit = result.standard.variation.limits[stage] if result.standard.variation.of == "each" else None
    ends = [row["x"] for row in rows] + ([limit] if limit else [])
    scale = alt.Scale(domain=[round(max(min(ends) - 0.02, 0.0), 2), round(max(ends) + 0.03, 2)], nice=False)
    x = alt.X("x:Q", title=result.said("axis", language), scale=scale, axis=alt.Axis(tickCount=6))
    y = alt.Y("y:Q", title=y_title, scale=alt.Scale(domainMin=0))
    colors = [PICKED, CATEGORIES[1]][: len(names)]
    color = alt.Color(
        "curve:N",
        title=None,
        sort=list(names.values()),
        scale=alt.Scale(domain=list(names.values()), range=colors),
        legend=alt.Legend() if len(names) > 1 else None,
    )
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
    marked = base.transform_filter("datum.kind == 'now' || datum.kind == 'rule' || datum.kind == 'floors'")
    layers = [
        # Where the level is above all thresholds the curves are one: the second is drawn broad below the first.
        *(
            base.transform_filter(f"datum.curve == '{name}'")
            .mark_line(strokeWidth=width, opacity=opacity)
            .encode(color=color, order=alt.Order("x:Q"))
            for name, width, opacity in reversed(list(zip(names.values(), (2, 6), (1, 0.45), strict=False)))
        ),
        base.transform_filter("datum.kind == 'joins'").mark_tick(thickness=1, size=11, orient="vertical", color=TEXT),
        marked.mark_point(filled=True, size=64, opacity=1).encode(color=color),
        marked.transform_filter("datum.kind == 'rule'")
        .mark_text(align="left", dx=9, dy=-8, fontSize=11, color=SMALL)
        .encode(text="text:N"),
    ]
    if limit is not None:
        rule = alt.Chart(alt.InlineData(values=[{"x": limit}])).mark_rule(
            color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.4
        )
        layers.insert(0, rule.encode(x=x))
    chart = alt.layer(*layers).properties(width=WIDTH - 110, height=270)
    said = _title(result, language)
    told = {row["kind"]: row["text"] for row in rows if row["text"] and row["kind"] != "rule"}
    under = [
        *told.values(),
        result.said("dashed", language) if limit is not None else "",
        result.said("ticks", language),
        result.said("arithmetic", language),
    ]
    return titled(chart, result, language, title=said, under=under)


def _title(result: Costs, language: Language) -> str:
    unit, year, stage, name = result.place
    return result.said(
        "title.of",
        language,
        unit=result.code("unit", unit, language),
        stage=result.code("stage", stage, language),
        indicator=pick(result.standard.indicator(name).short, language),
        year=year,
    )


def _alike(result: Costs, language: Language) -> dict[str, Any]:
    """Say that all schools have the same, where there is no curve to draw."""
    import altair as alt

    said = result.said("alike" if result.table["added"].max() <= 0 else "alike.floors", language)
    chart = (
        alt.Chart(alt.InlineData(values=[{"text": said}]))
        .mark_text(fontSize=14, color=SMALL)
        .encode(text="text:N")
        .properties(width=WIDTH - 110, height=90)
    )
    return titled(chart, result, language, title=_title(result, language), under=[result.said("arithmetic", language)])


def _text(result: Costs, row: dict[str, Any], by: int, language: Language) -> str:
    """Say what a point means; the one where thresholds begin says nothing of its own."""
    if row["kind"] not in {"now", "rule", "floors"}:
        return ""
    if row["kind"] == "now" and row["curve"] == "thresholds":
        return ""
    value = row["cost"] / by
    amount = write_number(value, 0 if value >= 100 or value == 0 else 1)  # noqa: PLR2004
    return result.said(f"point.{row['kind']}", language, cv=write_number(row["limit"], 3), amount=amount)
