"""Charts of what drives coefficients of variation: the largest shares of each unit, and the schools of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, WIDTH, rows_of, titled
from analysis.documents.charts import AMOUNTS, CATEGORIES, PICKED
from analysis.messages import Language, pick, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.drivers import Drivers

#: Schools of one coefficient that are drawn, and units from which each has one row.
MOST_SCHOOLS, FEW = 12, 1
_SHADES = (AMOUNTS[4], AMOUNTS[2], "#E1E4E8")


def draw_drivers(result: Drivers, language: Language) -> dict[str, Any]:
    """Draw the coefficient nearest to its limit of each unit; of one unit, all of them: who makes it up."""
    import altair as alt

    table = result.table
    if table.empty:
        return titled(alt.Chart(alt.InlineData(values=[])).mark_bar(), result, language)
    units = list(dict.fromkeys(table["unit"]))
    heads = table[table["rank"] == 1].assign(room=lambda frame: (frame["cv"] / frame["limit"]).fillna(frame["cv"]))
    if len(units) > FEW:
        # Of each unit and stage the coefficient that is nearest to its limit, or farthest above it.
        heads = heads.sort_values("room", ascending=False, kind="stable").drop_duplicates(["unit", "stage"])
    parts = [result.said(f"part.{name}", language) for name in ("first", "next", "rest")]
    rows: list[dict[str, Any]] = []
    for head in rows_of(heads.sort_values(["cv"], ascending=False, kind="stable")):
        here = table[
            (table["unit"] == head["unit"])
            & (table["stage"] == head["stage"])
            & (table["indicator"] == head["indicator"])
        ]
        share = here.sort_values("rank")["share"].to_numpy()
        values = (share[:1].sum(), share[1:5].sum(), share[5:].sum())
        short = pick(result.standard.indicator(head["indicator"]).short, language)
        name = short if len(units) <= FEW else result.code("unit", head["unit"], language)
        beside = f"{'' if len(units) <= FEW else short + ' '}{write_number(head['cv'], 3)}"
        rows += [
            {
                "panel": result.code("stage", head["stage"], language),
                "name": name,
                "part": part,
                "share": value,
                "order": at,
                "beside": beside if at == 0 else "",
            }
            for at, (part, value) in enumerate(zip(parts, values, strict=True))
        ]
    single = len(units) <= FEW
    if single:
        order = [pick(each.short, language) for each in result.standard.resources.indicators]
    else:
        order = [result.code("unit", unit, language) for unit in units]
    panels = [result.code("stage", stage, language) for stage in ("primary", "junior") if stage in set(table["stage"])]
    # Names at the left, and at the right which coefficient it is: room is what they leave.
    across = 150 if single else 84
    base = alt.Chart().encode(y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False)))
    bars = base.mark_bar(height={"band": 0.72}).encode(
        x=alt.X(
            "share:Q",
            stack="zero",
            title=result.said("axis", language),
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 50, 100]),
        ),
        color=alt.Color("part:N", sort=parts, scale=alt.Scale(domain=parts, range=list(_SHADES)), title=None),
        order=alt.Order("order:Q"),
    )
    beside = base.mark_text(align="left", fontSize=11, dx=6, color=SMALL).encode(x=alt.value(across), text="beside:N")
    one = alt.layer(bars, beside, data=alt.InlineData(values=rows)).properties(width=across, height={"step": ROW})
    chart = one.facet(
        column=alt.Column("panel:N", sort=panels, title=None, header=alt.Header(labelFontSize=13)),
        spacing=24 if single else 16,
    )
    chart = chart.resolve_scale(y="shared")
    title = result.said("title.one", language, unit=result.code("unit", units[0], language)) if single else ""
    under = [result.said("beside.one" if single else "beside.many", language)]
    return titled(chart, result, language, title=title, under=under)


def draw_schools(result: Drivers, here: pd.DataFrame, language: Language) -> dict[str, Any]:
    """Draw the schools that make up most of one coefficient, with what it would be without each."""
    import altair as alt

    first = here.iloc[0]
    above, below = result.said("side.above", language), result.said("side.below", language)
    rows = [
        {
            "name": row["school"],
            "share": row["share"],
            "side": above if row["ratio"] > 1 else below,
            "text": f"{write_number(row['share'], 1)}%  →  {write_number(row['without'], 3)}",
        }
        for row in rows_of(here.sort_values("rank").head(MOST_SCHOOLS))
    ]
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None, axis=alt.Axis(domain=False, ticks=False))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("share:Q", title=result.said("axis", language)),
        color=alt.Color(
            "side:N",
            sort=[above, below],
            title=None,
            scale=alt.Scale(domain=[above, below], range=[PICKED, CATEGORIES[1]]),
        ),
    )
    text = base.mark_text(align="left", dx=5, fontSize=11, color=SMALL).encode(x="share:Q", text="text:N")
    chart = (bars + text).properties(width=WIDTH - 250, height={"step": ROW + 2})
    title = result.said(
        "title.schools",
        language,
        unit=result.code("unit", first["unit"], language),
        stage=result.code("stage", first["stage"], language),
        indicator=pick(result.standard.indicator(str(first["indicator"])).short, language),
        cv=write_number(float(first["cv"]), 3),
    )
    others = len(here) - len(rows)
    left = 100 - sum(row["share"] for row in rows)
    under = [result.said("beside.schools", language)]
    if others:
        under.append(result.said("others", language, n=others, share=write_number(left, 1)))
    return titled(chart, result, language, title=title, under=under)
