"""The chart of a reconciliation: how far two sources differ, row by row, beside what rounding explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import WIDTH, rows_of, titled
from analysis.documents.charts import FAINT, OTHER, PICKED, REFERENCE, TEXT
from analysis.messages import Language, bracketed, pick, write_number

if TYPE_CHECKING:
    from analysis.indicators.audit.reconciliation import Reconciliation

_MOST = 24
_COLOURS = {"differs": REFERENCE, "rounding": PICKED, "agrees": OTHER}
_TOGETHER = tuple(_COLOURS)


def draw_reconcile(result: Reconciliation, language: Language) -> dict[str, Any]:
    """Draw the difference in per cent of each row that stands in both; of two scopes both values, uncompared."""
    table = result.table
    alone = int(table["verdict"].isin(["only_a", "only_b"]).sum())
    held = table[table["verdict"].isin([*_TOGETHER, "scope"])]
    under = [result.said("only", language, n=alone)] if alone else []
    if held.empty:
        return _nothing(result, language, under)
    if (held["verdict"] == "scope").any():
        return _beside(result, held, language, under)
    if len(held) > _MOST:
        under.append(result.said("more", language, n=len(held) - _MOST))
    return _differences(result, held.head(_MOST), language, under)


def _name(result: Reconciliation, row: dict[str, Any], language: Language) -> str:
    return " ".join(str(result.code(name, row[name], language)) for name in result.on)


def _differences(result: Reconciliation, held: Any, language: Language, under: list[str]) -> dict[str, Any]:
    import altair as alt

    rows: list[dict[str, Any]] = []
    for row in rows_of(held):
        band = 100 * row["tolerance"] / abs(row["value_b"]) if row["value_b"] else 0.0
        rows.append({"name": _name(result, row, language), "percent": row["percent"] or 0.0, "low": -band, "high": band,
                     "verdict": result.said(f"verdict.{row['verdict']}", language),
                     "text": write_number(row["difference"], result.decimals["difference"], signed=True)})  # fmt: skip
    colours = {result.said(f"verdict.{key}", language): colour for key, colour in _COLOURS.items()
               if key in set(held["verdict"])}  # fmt: skip
    far = max([*(abs(row["percent"]) for row in rows), *(row["high"] for row in rows), 0.01]) * 1.15
    order = [row["name"] for row in rows]
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, gridColor=FAINT, domain=False, ticks=False))
    scale = alt.Scale(domain=[-far, far], nice=False)
    x = alt.X("percent:Q", title=result.said("axis.percent", language), scale=scale, axis=alt.Axis(tickCount=5))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    ends = alt.X("low:Q", scale=scale, title=result.said("axis.percent", language))
    bands = base.mark_bar(color=FAINT, height=12).encode(x=ends, x2="high:Q")
    zero = (
        alt.Chart(alt.InlineData(values=[{"at": 0}]))
        .mark_rule(strokeDash=[1, 0], color=OTHER, strokeWidth=1)
        .encode(x=alt.X("at:Q", scale=scale))
    )
    dots = base.mark_circle(size=70, opacity=1).encode(
        x=x, color=alt.Color("verdict:N", title=None, sort=list(colours),
                             scale=alt.Scale(domain=list(colours), range=list(colours.values()))))  # fmt: skip
    words = base.mark_text(align="left", fontSize=12).encode(x=alt.value(WIDTH - 250), text="text:N")
    chart = alt.layer(bands, zero, dots, words).properties(width=WIDTH - 260, height={"step": 21})
    if any(row["high"] > 0 for row in rows):
        under = [result.said("band", language), *under]
    return titled(chart, result, language, under=under)


def _beside(result: Reconciliation, held: Any, language: Language, under: list[str]) -> dict[str, Any]:
    import altair as alt

    colours = dict(zip((result.said("a", language), result.said("b", language)), (PICKED, "#E1751B"), strict=True))
    rows: list[dict[str, Any]] = []
    for row in rows_of(held.head(_MOST)):
        for key, which in (("value_a", 0), ("value_b", 1)):
            rows.append({"name": _name(result, row, language), "value": row[key], "which": list(colours)[which]})
    order = list(dict.fromkeys(row["name"] for row in rows))
    named = bracketed(result.said("axis.value", language), pick(result.measure, language), language)
    chart = alt.Chart(alt.InlineData(values=rows)).mark_circle(size=80, opacity=1).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, gridColor=FAINT, domain=False, ticks=False)),
        x=alt.X("value:Q", title=named,
                scale=alt.Scale(zero=False, padding=20), axis=alt.Axis(tickCount=4)),
        color=alt.Color("which:N", title=None, sort=list(colours),
                        scale=alt.Scale(domain=list(colours), range=list(colours.values()))),
    ).properties(width=WIDTH - 180, height={"step": 26})  # fmt: skip
    return titled(chart, result, language, under=[result.said("verdict.scope", language), *under])


def _nothing(result: Reconciliation, language: Language, under: list[str]) -> dict[str, Any]:
    import altair as alt

    text = [{"text": result.said("nothing", language)}]
    chart = alt.Chart(alt.InlineData(values=text)).mark_text(align="left", fontSize=14, color=TEXT).encode(
        text="text:N", x=alt.value(4), y=alt.value(20)).properties(width=WIDTH - 40, height=40)  # fmt: skip
    return titled(chart, result, language, under=under)
