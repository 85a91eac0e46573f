"""Charts of repairs: of one unit what is added by indicator, of many a table of colours, and the schools of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, WIDTH, rows_of, titled
from analysis.documents.charts import AMOUNTS, CATEGORIES, OTHER, PICKED, REFERENCE
from analysis.indicators.charts.matrices import NOTHING, ink, matrix
from analysis.messages import NO_VALUE, Language, pick, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.repair import Repair

#: Schools of one indicator that are drawn, those with most added first.
MOST_SCHOOLS = 15
#: Shares below this are written as being below a tenth.
_SMALLEST = 0.05
#: Values below this are written with two decimals.
_FINE = 20
#: Bounds of what is added in per cent of what there is, and the colour below each.
_STEPS = ((0.5, AMOUNTS[0]), (2.0, AMOUNTS[1]), (5.0, AMOUNTS[2]), (15.0, AMOUNTS[3]), (float("inf"), AMOUNTS[4]))


def draw_repair(result: Repair, language: Language) -> dict[str, Any]:
    """Draw what is added, in per cent of what there is: bars of one unit, a table of colours of several."""
    return (_many if len(set(result.table["unit"])) > 1 else _one)(result, language)


def _many(result: Repair, language: Language) -> dict[str, Any]:
    cells = []
    for row in rows_of(result.table):
        nothing = row["state"] != "added" or not row["added"]
        share = row["share"]
        colour = NOTHING if nothing or share is None else next(c for bound, c in _STEPS if share < bound)
        text = {"added": "", "unknown": NO_VALUE, "unmet": result.said("cell.unmet", language)}.get(row["state"], "0")
        if not text:
            text = f"+{write_number(share, 1)}%" if share is not None else f"+{write_number(row['added'], 0)}"
            text = "<0.1%" if share is not None and share < _SMALLEST else text
        cells.append(
            {
                "row": result.code("unit", row["unit"], language),
                "panel": result.code("stage", row["stage"], language),
                "column": pick(result.standard.indicator(row["indicator"]).short, language),
                "text": text,
                "colour": colour,
                "ink": SMALL if nothing else ink(colour),
            }
        )
    table = result.table
    units = [result.code("unit", each, language) for each in dict.fromkeys(table["unit"])]
    stages = [result.code("stage", each, language) for each in dict.fromkeys(table["stage"])]
    columns = [pick(result.standard.indicator(each).short, language) for each in dict.fromkeys(table["indicator"])]
    chart = matrix(cells, rows=units, columns=columns, panels=stages)
    return titled(chart, result, language, under=[result.said("cells", language), result.said("arithmetic", language)])


def _one(result: Repair, language: Language) -> dict[str, Any]:
    import altair as alt

    kinds = [result.said(f"kind.{name}", language) for name in ("floors", "evening")]
    rows, texts = [], []
    for row in rows_of(result.table):
        named = {
            "name": pick(result.standard.indicator(row["indicator"]).short, language),
            "panel": result.code("stage", row["stage"], language),
        }
        texts.append({**named, "text": _beside(result, row, language)})
        if row["state"] == "added" and row["total"]:
            rows += [
                {**named, "kind": kind, "share": 100 * row[part] / row["total"], "order": at}
                for at, (kind, part) in enumerate(zip(kinds, ("floors", "evening"), strict=True))
            ]
    order = list(dict.fromkeys(each["name"] for each in texts))
    stages = list(dict.fromkeys(each["panel"] for each in texts))
    # Names with nothing added keep their rows.
    rows = rows or [{"name": order[0], "panel": stages[0], "kind": kinds[0], "share": 0, "order": 0}]
    top = max(
        [
            sum(row["share"] for row in rows if row["name"] == name and row["panel"] == panel)
            for name in order
            for panel in stages
        ]
        + [0.1]
    )
    across = 150
    drawn = []
    for stage in stages:
        here = [row for row in rows if row["panel"] == stage]
        y = alt.Y(
            "name:N", sort=order, title=None, scale=alt.Scale(domain=order), axis=alt.Axis(domain=False, ticks=False)
        )
        scale = alt.Scale(domain=[0, 1.05 * top])
        bars = (
            alt.Chart(alt.InlineData(values=here))
            .mark_bar(height={"band": 0.66})
            .encode(
                y=y,
                x=alt.X(
                    "share:Q",
                    stack="zero",
                    title=result.said("axis", language),
                    scale=scale,
                    axis=alt.Axis(tickCount=3, labelFlush=False),
                ),
                color=alt.Color(
                    "kind:N", sort=kinds, title=None, scale=alt.Scale(domain=kinds, range=[CATEGORIES[1], PICKED])
                ),
                order=alt.Order("order:Q"),
            )
        )
        text = (
            alt.Chart(alt.InlineData(values=[each for each in texts if each["panel"] == stage]))
            .mark_text(align="left", dx=6, fontSize=11, color=SMALL)
            .encode(y=y, x=alt.value(across), text="text:N")
        )
        drawn.append(
            alt.layer(bars, text).properties(
                width=across,
                height={"step": ROW + 2},
                title=alt.TitleParams(stage, fontSize=13, anchor="start", offset=6),
            )
        )
    unit = result.code("unit", result.table["unit"].iloc[0], language)
    under = [result.said("beside", language), result.said("arithmetic", language)]
    return titled(
        alt.vconcat(*drawn, spacing=10),
        result,
        language,
        under=under,
        title=result.said("title.one", language, unit=unit),
    )


def _beside(result: Repair, row: dict[str, Any], language: Language) -> str:
    """Say what is added, to how many schools, and what becomes of the coefficient."""
    cv, after = write_number(row["cv"], 3), write_number(row["cv_after"], 3)
    if row["state"] != "added":
        return result.said(f"beside.{row['state']}", language, cv=cv)
    measure = pick(result.standard.indicator(row["indicator"]).measure, language)
    added = write_number(row["added"], 0)
    return result.said(
        "beside.added", language, added=added, measure=measure, schools=row["schools"], cv=cv, after=after
    )


def draw_schools(result: Repair, here: pd.DataFrame, language: Language) -> dict[str, Any]:
    """Draw what schools have and would have of one indicator."""
    import altair as alt

    keys = [result.said(f"key.{name}", language) for name in ("now", "after")]
    first = here.iloc[0]
    indicator = result.standard.indicator(str(first["indicator"]))
    places = 0 if indicator.decimals == 0 else 2
    rows = [
        {
            "name": row["school"],
            "now": row["value"],
            "after": row["value_after"],
            "threshold": row["threshold"],
            "text": f"+{write_number(row['added'], 0)}",
        }
        for row in rows_of(here.sort_values("added", ascending=False, kind="stable").head(MOST_SCHOOLS))
    ]
    order = [row["name"] for row in rows]
    title = result.said(
        "axis.value", language, name=pick(indicator.name, language), measure=pick(indicator.measure, language)
    )
    ends = [row[name] for row in rows for name in ("now", "after", "threshold") if row[name] is not None]
    scale, across = alt.Scale(domain=[0, 1.06 * max(ends)]), WIDTH - 230
    x = alt.X(
        "now:Q", title=title, scale=scale, axis=alt.Axis(format=f",.{places if max(ends) < _FINE else 0}f", tickCount=5)
    )
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, domain=False, ticks=False))
    color = alt.Scale(domain=keys, range=[OTHER, PICKED])
    base = alt.Chart().encode(y=y)
    layers = [
        base.mark_rule(color=PICKED, strokeWidth=1.8, strokeDash=[1, 0]).encode(x=x, x2="after:Q"),
        base.transform_calculate(kind=f"'{keys[0]}'")
        .mark_point(filled=True, size=52, opacity=1)
        .encode(x=x, color=alt.Color("kind:N", scale=color, title=None)),
        base.transform_calculate(kind=f"'{keys[1]}'")
        .mark_point(filled=True, size=52, opacity=1)
        .encode(x=alt.X("after:Q", title=title, scale=scale), color=alt.Color("kind:N", scale=color, title=None)),
        base.mark_text(align="left", dx=8, fontSize=11, color=SMALL).encode(x=alt.value(across), text="text:N"),
    ]
    if rows[0]["threshold"] is not None:
        layers.insert(
            0,
            alt.Chart()
            .mark_rule(color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.4)
            .encode(x=alt.X("threshold:Q", aggregate="min", title=title, scale=scale)),
        )
    chart = alt.layer(*layers, data=alt.InlineData(values=rows)).properties(width=across, height={"step": ROW + 2})
    said = result.said(
        "title.schools",
        language,
        unit=result.code("unit", first["unit"], language),
        stage=result.code("stage", first["stage"], language),
        indicator=pick(indicator.short, language),
    )
    under = [result.said("beside.schools", language, measure=pick(indicator.measure, language))]
    if rows[0]["threshold"] is not None:
        under.append(result.said("dashed", language))
    if len(here) > len(rows):
        under.append(result.said("others", language, n=len(here) - len(rows)))
    return titled(chart, result, language, title=said, under=[*under, result.said("arithmetic", language)])
