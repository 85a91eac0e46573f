"""The chart of sensitivity: the share of each choice, alone and with what it does together with others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import WIDTH, rows_of, titled
from analysis.documents.charts import OTHER, PICKED, TEXT
from analysis.messages import Language

if TYPE_CHECKING:
    from analysis.indicators.composites.sensitivity import Sensitivity

_SIDE = 190


def draw_sensitivity(result: Sensitivity, language: Language) -> dict[str, Any]:
    """Draw the shares of the shift of ranks by choice, the largest first."""
    import altair as alt

    table = result.table[result.table["output"] == "shift"].sort_values("total", ascending=False, kind="stable")
    kinds = [result.said(f"kind.{kind}", language) for kind in ("first", "total")]
    bars = []
    for row in rows_of(table):
        for name, kind in zip(("first", "total"), kinds, strict=True):
            bars.append({
                "choice": result.code("choice", row["choice"], language), "kind": kind, "share": row[name],
                "lower": row.get(f"{name}_lower"), "upper": row.get(f"{name}_upper"),
            })  # fmt: skip
    order = list(dict.fromkeys(bar["choice"] for bar in bars))
    ends = [value for bar in bars for value in (bar["share"], bar["lower"], bar["upper"]) if value is not None]
    scale = alt.Scale(domain=[min(0.0, *ends, 0.0), max(100.0, *ends, 100.0)], nice=False)
    x = alt.X("share:Q", title=result.said("axis", language), scale=scale, axis=alt.Axis(tickCount=6))
    y = alt.Y("choice:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False))
    base = alt.Chart(alt.InlineData(values=bars)).encode(y=y, yOffset=alt.YOffset("kind:N", sort=kinds))
    shown = base.transform_filter("isValid(datum.lower)")
    color = alt.Color("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[OTHER, PICKED]),
                      legend=alt.Legend(offset=8))  # fmt: skip
    chart = alt.layer(
        base.mark_bar(height=11).encode(x=x, color=color),
        shown.mark_rule(color=TEXT, strokeWidth=1.4, strokeDash=[1, 0]).encode(
            x=alt.X("lower:Q", scale=scale), x2="upper:Q"),
    ).properties(width=WIDTH - _SIDE, height=alt.Step(14, **{"for": "offset"}))  # fmt: skip
    still = [result.said("still", language)] if table["total"].isna().all() else []
    return titled(chart, result, language, title=result.said("title.chart", language), under=still)
