"""The chart of contributions: of one unit bars from the mean, of several squares by unit and indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, WIDTH, rows_of, titled
from analysis.documents.charts import ANSWERS, PICKED, TEXT
from analysis.indicators.charts.composite_parts import coloured, named_rows, numbers, panel, row_name
from analysis.messages import Language, write_number

if TYPE_CHECKING:
    from analysis.indicators.composites.results import CompositeResult

_BAD = ANSWERS[0]


def draw_contributions(result: CompositeResult, language: Language) -> dict[str, Any]:
    """Draw how many points each indicator puts a unit above or below the mean."""
    rows = rows_of(result.table)
    for row in rows:
        row["told"] = write_number(row["against_mean"], 1, signed=True)
        row["name"] = result.code("indicator", row["indicator"], language)
    units = list(dict.fromkeys(row["unit"] for row in rows))
    return _one(result, rows, language) if len(units) == 1 else _several(result, rows, units, language)


def _one(result: CompositeResult, rows: list[dict[str, Any]], language: Language) -> dict[str, Any]:
    import altair as alt

    together = sum(row["against_mean"] for row in rows)
    name = result.said("sum", language)
    rows = [*rows, {"name": name, "against_mean": together, "told": write_number(together, 1, signed=True)}]
    for row in rows:
        row["shade"] = TEXT if row["name"] == name else PICKED if row["against_mean"] >= 0 else _BAD
        row["line"] = row_name(row["name"])
    order = [row["line"] for row in rows]
    far = max(abs(row["against_mean"]) for row in rows) or 1.0
    y = named_rows("line", order)
    scale = alt.Scale(domain=[-1.25 * far, 1.25 * far], nice=False)
    x = alt.X("against_mean:Q", title=result.said("axis", language), scale=scale, axis=alt.Axis(tickCount=5))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    text = base.encode(x=x, text="told:N")
    chart = alt.layer(
        base.mark_bar(height=ROW - 7).encode(x=x, color=alt.Color("shade:N", scale=None)),
        alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color="#6B7280", strokeWidth=1, strokeDash=[1, 0])
        .encode(x=alt.X("zero:Q", scale=scale)),
        text.transform_filter("datum.against_mean >= 0").mark_text(align="left", dx=5, fontSize=11, color=SMALL),
        text.transform_filter("datum.against_mean < 0").mark_text(align="right", dx=-5, fontSize=11, color=SMALL),
    ).properties(**panel(order))  # fmt: skip
    unit = result.code("unit", rows[0]["unit"], language)
    return titled(chart, result, language, title=result.said("title.one", language, unit=unit))


def _several(
    result: CompositeResult, rows: list[dict[str, Any]], units: list[str], language: Language
) -> dict[str, Any]:
    import altair as alt

    codes = list(dict.fromkeys(row["indicator"] for row in rows))
    place = {code: at for at, code in enumerate(result.composite.framework.indicators)}
    codes.sort(key=place.__getitem__)
    for row in rows:
        row["unit_name"] = result.code("unit", row["unit"], language)
        row["number"] = str(codes.index(row["indicator"]) + 1)
    far = max(abs(row["against_mean"]) for row in rows) or 1.0
    names = [result.code("unit", unit, language) for unit in units]
    y = alt.Y("unit_name:N", sort=names, title=None, axis=alt.Axis(domain=False, ticks=False))
    x = alt.X("number:O", sort=[str(at + 1) for at in range(len(codes))], title=None,
              axis=alt.Axis(orient="top", domain=False, ticks=False, labelAngle=0))  # fmt: skip
    color = coloured("against_mean", result.said("legend", language), (-far, far), ANSWERS)
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
    chart = alt.layer(
        base.mark_rect(stroke="white", strokeWidth=1).encode(color=color),
        numbers(base, dark=f"abs(datum.against_mean) > {0.78 * far}", size=10),
    ).properties(width=min(WIDTH - 120, 56 * len(codes)), height={"step": ROW + 1})  # fmt: skip
    entries = [f"{at + 1} {result.code('indicator', code, language)}" for at, code in enumerate(codes)]
    gaps = len(rows) < len(units) * len(codes)
    under = [*entries, *([result.said("empty", language)] if gaps else [])]
    return titled(chart, result, language, title=result.said("title.chart", language), under=under)
