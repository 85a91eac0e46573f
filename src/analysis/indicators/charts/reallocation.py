"""Charts of reallocation: what would have to move in each unit, and which schools of one give and receive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, WIDTH, rows_of, titled
from analysis.documents.charts import CATEGORIES, OTHER, PICKED, REFERENCE
from analysis.messages import NO_VALUE, Language, pick, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.reallocation import Reallocation

#: Schools that are drawn, those with the largest changes.
MOST_SCHOOLS = 20


def draw_reallocation(result: Reallocation, language: Language) -> dict[str, Any]:
    """Draw each unit's coefficient now, after the moves, and the lowest that moves could reach."""
    import altair as alt

    rows = []
    for row in rows_of(result.table):
        text = {
            "met": result.said("beside.met", language),
            "unknown": NO_VALUE,
            "impossible": result.said("beside.impossible", language),
        }.get(row["state"])
        if text is None:
            text = result.said(
                "beside.moved",
                language,
                moved=_amount(row["moved"], whole=row["whole"]),
                share=write_number(row["share"], 1),
            )
        rows.append(
            {
                "name": result.code("unit", row["unit"], language),
                "panel": result.code("stage", row["stage"], language),
                "cv": row["cv"],
                "after": row["cv_after"],
                "least": row["least_cv"],
                "limit": row["limit"],
                "text": text,
            }
        )
    order = list(dict.fromkeys(row["name"] for row in rows))
    stages = list(dict.fromkeys(row["panel"] for row in rows))
    known = [row[name] for row in rows for name in ("cv", "limit") if row[name] is not None]
    across, title = 108, result.said("axis", language)
    scale = alt.Scale(domain=[0, round(1.08 * max(known), 2)])
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, domain=False, ticks=False))
    base = alt.Chart().encode(y=y)
    there = base.transform_filter("isValid(datum.cv)")
    keys = [result.said(f"key.{name}", language) for name in ("now", "after", "least")]
    color = alt.Scale(domain=keys, range=[OTHER, PICKED, CATEGORIES[1]])

    def points(field: str, key: str, size: int, shape: str = "circle") -> Any:
        return (
            there.transform_calculate(kind=f"'{key}'")
            .mark_point(filled=True, size=size, opacity=1, shape=shape)
            .encode(
                x=alt.X(f"{field}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=3, labelFlush=False)),
                color=alt.Color("kind:N", title=None, sort=keys, scale=color),
            )
        )

    chart = (
        alt.layer(
            alt.Chart()
            .mark_rule(color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.4)
            .encode(x=alt.X("limit:Q", aggregate="min", title=title, scale=scale)),
            there.mark_rule(color=OTHER, strokeWidth=1.4, strokeDash=[1, 0]).encode(
                x=alt.X("cv:Q", title=title, scale=scale), x2="least:Q"
            ),
            points("least", keys[2], 34, "diamond"),
            points("cv", keys[0], 56),
            points("after", keys[1], 40),
            base.mark_text(align="left", dx=6, fontSize=11, color=SMALL).encode(x=alt.value(across), text="text:N"),
            data=alt.InlineData(values=rows),
        )
        .properties(width=across, height={"step": ROW + 2})
        .facet(column=alt.Column("panel:N", sort=stages, title=None, header=alt.Header(labelFontSize=13)), spacing=16)
    )
    indicator = result.standard.indicator(result.settings["indicator"])
    said = result.said("title.of", language, indicator=pick(indicator.short, language))
    under = [
        result.said("beside", language, measure=pick(indicator.measure, language)),
        result.said("dashed", language),
        result.said("arithmetic", language),
    ]
    return titled(chart, result, language, title=said, under=under)


def _amount(value: float, *, whole: bool) -> str:
    return write_number(value, 0 if whole or value >= 100 else 1)  # noqa: PLR2004  digits that say something


def draw_moves(result: Reallocation, here: pd.DataFrame, language: Language) -> dict[str, Any]:
    """Draw what schools of a unit and stage give and receive."""
    import altair as alt

    first = here.iloc[0]
    indicator = result.standard.indicator(str(first["indicator"]))
    measure = pick(indicator.measure, language)
    kinds = [result.said(f"kind.{name}", language) for name in ("gives", "receives")]
    largest = (
        here.assign(size=here["change"].abs()).sort_values("size", ascending=False, kind="stable").head(MOST_SCHOOLS)
    )
    whole = bool(result.settings["whole"])
    rows = [
        {
            "name": row["school"],
            "change": row["change"],
            "kind": kinds[row["change"] > 0],
            "text": f"{write_number(row['change'], 0 if whole else 1, signed=True)}",
        }
        for row in rows_of(largest.sort_values("change", kind="stable"))
    ]
    ends = max(abs(row["change"]) for row in rows) * 1.25
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=alt.Axis(domain=False, ticks=False))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    x = alt.X(
        "change:Q",
        title=result.said("axis.change", language, measure=measure),
        scale=alt.Scale(domain=[-ends, ends]),
        axis=alt.Axis(tickCount=5, tickMinStep=1),
    )
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=x,
        color=alt.Color("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[CATEGORIES[1], PICKED])),
    )
    left = base.transform_filter("datum.change < 0").mark_text(align="right", dx=-4, fontSize=11, color=SMALL)
    right = base.transform_filter("datum.change > 0").mark_text(align="left", dx=4, fontSize=11, color=SMALL)
    chart = alt.layer(bars, left.encode(x=x, text="text:N"), right.encode(x=x, text="text:N")).properties(
        width=WIDTH - 190, height={"step": ROW + 2}
    )
    said = result.said(
        "title.moves",
        language,
        unit=result.code("unit", first["unit"], language),
        stage=result.code("stage", first["stage"], language),
        indicator=pick(indicator.short, language),
    )
    under = [result.said("arithmetic", language)]
    if len(here) > len(rows):
        under.insert(0, result.said("others", language, n=len(here) - len(rows)))
    return titled(chart, result, language, title=said, under=under)
