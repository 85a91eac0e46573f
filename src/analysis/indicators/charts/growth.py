"""Chart of growth: a row a year with the growth of levels and what was published, one panel or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, WIDTH, rows_of, titled, wrapped
from analysis.documents.charts import CATEGORIES, OTHER, PICKED, REFERENCE
from analysis.indicators.charts.trend import panel_name
from analysis.messages import Language, write_number

if TYPE_CHECKING:
    from analysis.indicators.growth import Growth

#: Panels drawn at most, those in a line, and characters in a line of their titles.
MOST, COLUMNS, _LINE = 24, 3, 24
#: What differs beyond rounding.
_APART = ("same_scope", "differs")


def draw_growth(result: Growth, language: Language) -> dict[str, Any]:
    """Draw both growths of each year, joined by a line where they differ by more than rounding."""
    import altair as alt

    table = result.table
    keys = list(dict.fromkeys(zip(table["indicator"], table["unit"], strict=True)))
    units, codes = set(table["unit"]), set(table["indicator"])
    names = {key: panel_name(result, {"indicator": key[0], "unit": key[1]}, units, codes, language) for key in keys}
    parts = {key: wrapped(names[key], _LINE) for key in keys[:MOST]}
    deep = max((len(each) for each in parts.values()), default=1)
    titles = {key: " / ".join([*[" "] * (deep - len(each)), *each]) for key, each in parts.items()}
    rows: list[dict[str, Any]] = []
    for row in rows_of(table):
        key = row["indicator"], row["unit"]
        if key in titles:
            apart = row["reading"] in _APART
            rows.append({
                "panel": titles[key], "year": str(row["year"]), "growth": row["growth"], "published": row["published"],
                "apart": apart, "label": write_number(row["difference"], 2, signed=True) if apart else "",
                "broken": result.said("status.break", language) if row["reading"] == "not_compared" else "",
            })  # fmt: skip
    several = len(titles) > 1
    chart = _layers(rows, "%" if several else result.said("axis", language), several=several)
    if several:
        columns = min(COLUMNS, len(titles))
        header = alt.Header(labelFontSize=12, labelExpr="split(datum.label, ' / ')", labelLimit=0)
        chart = chart.properties(width=(WIDTH - 30) / columns - 44, height=alt.Step(15))
        chart = chart.facet(facet=alt.Facet("panel:N", title=None, sort=list(titles.values()), header=header),
                            columns=columns, spacing=14)  # fmt: skip
    else:
        chart = chart.properties(width=WIDTH - 110, height=alt.Step(ROW + 3))
    under = [
        result.said("axis", language) if several else "",
        result.said("marks", language) if rows else "",
        result.said("apart", language) if any(row["apart"] for row in rows) else "",
        result.said("alone", language)
        if any(row["growth"] is None or row["published"] is None for row in rows)
        else "",
        result.said("not_drawn", language, n=len(keys) - len(titles)) if len(keys) > len(titles) else "",
        result.said("nothing", language) if not rows else "",
    ]
    return titled(chart, result, language, under=under)


def _layers(rows: list[dict[str, Any]], axis: str, *, several: bool) -> Any:
    import altair as alt

    y = alt.Y("year:N", title=None, sort="ascending", axis=alt.Axis(grid=True, domain=False, ticks=False))
    values = [row[name] for row in rows for name in ("growth", "published") if row[name] is not None]
    low, high = min([0, *values]), max([0, *values]) or 1
    # At the right there is room for the number beside a mark.
    scale = alt.Scale(domain=[low - (high - low) / 12, high + (high - low) / (2.5 if several else 8)], nice=False)
    base = alt.Chart().encode(y=y)
    across = alt.X("growth:Q", title=axis, scale=scale, axis=alt.Axis(tickCount=4 if several else 6))
    line = base.transform_filter("isValid(datum.growth) && isValid(datum.published)").mark_rule(
        strokeWidth=2, strokeDash=[1, 0]
    )
    apart = alt.condition("datum.apart", alt.value(REFERENCE), alt.value(OTHER))
    layers = [
        alt.Chart().transform_aggregate(n="count()", groupby=[]).mark_rule(color=OTHER, strokeWidth=1)
        .encode(x=alt.datum(0, title=axis, scale=scale)),
        line.encode(x=across, x2="published:Q", color=apart),
        # A diamond fits into the ring: where both are the same, both are seen.
        base.transform_filter("isValid(datum.growth)")
        .mark_point(shape="circle", size=95, strokeWidth=2, opacity=1, fill="white", stroke=PICKED).encode(x=across),
        base.transform_filter("isValid(datum.published)")
        .mark_point(shape="diamond", filled=True, size=42, opacity=1, color=CATEGORIES[1])
        .encode(x=alt.X("published:Q", title=axis, scale=scale)),
        base.transform_filter("datum.apart")
        .transform_calculate(right="max(datum.growth, datum.published)")
        .mark_text(align="left", dx=8, fontSize=11, color=REFERENCE)
        .encode(x=alt.X("right:Q", title=axis, scale=scale), text="label:N"),
        base.transform_filter("datum.broken != ''")
        .mark_text(align="left", dx=4, fontSize=11, color=SMALL)
        .encode(x=alt.datum(0), text="broken:N"),
    ]  # fmt: skip
    return alt.layer(*layers, data=alt.InlineData(values=rows))
