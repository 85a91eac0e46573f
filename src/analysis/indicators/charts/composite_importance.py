"""The chart of effective weights: the weight of each indicator beside its importance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import rows_of, titled
from analysis.documents.charts import OTHER, PICKED
from analysis.indicators.charts.composite_parts import named_rows, panel, row_name
from analysis.messages import Language

if TYPE_CHECKING:
    from analysis.indicators.composites.results import CompositeResult


def draw_importance(result: CompositeResult, language: Language) -> dict[str, Any]:
    """Draw weight and importance of each indicator, per cent, joined by a line."""
    import altair as alt

    kinds = [result.said(f"kind.{kind}", language) for kind in ("weight", "importance")]
    rows = rows_of(result.table)
    for row in rows:
        row["line"] = row_name(result.code("indicator", row["indicator"], language))
    shapes = ["diamond", "circle"]
    order = [row["line"] for row in rows]
    dots = [{"line": row["line"], "share": row[name], "kind": kind} for row in rows
            for name, kind in zip(("weight", "importance"), kinds, strict=True)]  # fmt: skip
    y = named_rows("line", order, grid=True)
    x = alt.X("share:Q", title=result.said("axis", language), scale=alt.Scale(zero=True, nice=True),
              axis=alt.Axis(tickCount=6))  # fmt: skip
    chart = alt.layer(
        alt.Chart(alt.InlineData(values=rows)).mark_rule(color=OTHER, strokeWidth=2, strokeDash=[1, 0]).encode(
            y=y, x=alt.X("weight:Q"), x2="importance:Q"),
        alt.Chart(alt.InlineData(values=dots)).mark_point(filled=True, size=80, opacity=1).encode(
            y=y, x=x,
            color=alt.Color("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[OTHER, PICKED]),
                            legend=alt.Legend(offset=8)),
            shape=alt.Shape("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=shapes)),
        ),
    ).properties(**panel(order))  # fmt: skip
    return titled(chart, result, language, title=result.said("title.chart", language))
