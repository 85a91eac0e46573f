"""Charts of margins: of one unit each coefficient beside its limit and the year before, of many a table of colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, rows_of, titled
from analysis.documents.charts import ANSWERS, OTHER, PICKED, REFERENCE
from analysis.indicators.charts.matrices import NOTHING, ink, matrix
from analysis.messages import NO_VALUE, Language, Texts, pick, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.result import FigureResult

#: Bounds of the room to a limit in per cent of it, and the colour below each.
_STEPS = ((-20.0, ANSWERS[0]), (0.0, ANSWERS[1]), (20.0, ANSWERS[2]), (50.0, ANSWERS[3]), (float("inf"), ANSWERS[4]))


def draw_margins(result: FigureResult, language: Language, shorts: Mapping[str, Texts]) -> dict[str, Any]:
    """Draw the newest year of each unit: one unit as dots, several as a table of colours."""
    table = result.table
    newest = table[table["year"] == table.groupby("unit")["year"].transform("max")]
    if len(set(newest["unit"])) > 1:
        return _many(result, newest, language, shorts)
    return _one(result, newest, language, shorts)


def _many(
    result: FigureResult, newest: pd.DataFrame, language: Language, shorts: Mapping[str, Texts]
) -> dict[str, Any]:
    cells = []
    for row in rows_of(newest):
        colour = NOTHING if row["margin"] is None else next(c for bound, c in _STEPS if row["room"] < bound)
        sign = "" if row["turned"] is None else " ▲" if row["turned"] == "met" else " ▼"
        cells.append(
            {
                "row": result.code("unit", row["unit"], language),
                "column": pick(shorts[row["indicator"]], language),
                "panel": result.code("stage", row["stage"], language),
                "colour": colour,
                "ink": ink(colour),
                "text": f"{write_number(row['margin'], 3, signed=True)}{sign}",
            }
        )
    units = [result.code("unit", each, language) for each in dict.fromkeys(newest["unit"])]
    stages = [result.code("stage", each, language) for each in dict.fromkeys(newest["stage"])]
    columns = [pick(shorts[each], language) for each in dict.fromkeys(newest["indicator"])]
    chart = matrix(cells, rows=units, columns=columns, panels=stages)
    turned = newest["turned"].notna().any()
    under = [result.said("cells", language), result.said("turned", language) if turned else ""]
    return titled(chart, result, language, under=under)


def _one(result: FigureResult, newest: pd.DataFrame, language: Language, shorts: Mapping[str, Texts]) -> dict[str, Any]:
    import altair as alt

    rows = []
    for row in rows_of(newest):
        before = None if row["cv_change"] is None or row["cv"] is None else row["cv"] - row["cv_change"]
        change = "" if row["cv_change"] is None else f" ({write_number(row['cv_change'], 3, signed=True)})"
        text = NO_VALUE if row["cv"] is None else f"{write_number(row['margin'], 3, signed=True)}{change}"
        rows.append(
            {
                "name": pick(shorts[row["indicator"]], language),
                "panel": result.code("stage", row["stage"], language),
                "cv": row["cv"],
                "before": before,
                "limit": row["limit"],
                "text": text,
            }
        )
    order = list(dict.fromkeys(row["name"] for row in rows))
    stages = list(dict.fromkeys(row["panel"] for row in rows))
    known = [row[name] for row in rows for name in ("cv", "before", "limit") if row[name] is not None]
    domain, across = [0.0, round(1.08 * max(known), 2)], 112
    x = alt.X(
        "cv:Q",
        title=result.said("axis", language),
        scale=alt.Scale(domain=domain),
        axis=alt.Axis(tickCount=3, labelFlush=False),
    )
    base = alt.Chart().encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, domain=False, ticks=False))
    )
    there = base.transform_filter("isValid(datum.cv)")
    both_years = there.transform_filter("isValid(datum.before)")
    keys = [result.said("key.now", language), result.said("key.before", language)]
    several = any(row["before"] is not None for row in rows)
    scale = alt.Scale(domain=keys, range=[PICKED, OTHER])
    legend = alt.Legend(title=None) if several else None
    chart = (
        alt.layer(
            alt.Chart()
            .mark_rule(color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.4)
            .encode(
                x=alt.X("limit:Q", aggregate="min", title=result.said("axis", language), scale=alt.Scale(domain=domain))
            ),
            both_years.mark_rule(color=OTHER, strokeWidth=1.6, strokeDash=[1, 0]).encode(x=x, x2="before:Q"),
            both_years.transform_calculate(kind=f"'{keys[1]}'")
            .mark_point(filled=True, size=44, opacity=1)
            .encode(
                x=alt.X("before:Q", title=result.said("axis", language), scale=alt.Scale(domain=domain)),
                color=alt.Color("kind:N", scale=scale, legend=legend),
            ),
            there.transform_calculate(kind=f"'{keys[0]}'")
            .mark_point(filled=True, size=64, opacity=1)
            .encode(x=x, color=alt.Color("kind:N", scale=scale, legend=legend)),
            base.mark_text(align="left", dx=6, fontSize=11, color=SMALL).encode(x=alt.value(across), text="text:N"),
            data=alt.InlineData(values=rows),
        )
        .properties(width=across, height={"step": ROW + 2})
        .facet(column=alt.Column("panel:N", sort=stages, title=None, header=alt.Header(labelFontSize=13)), spacing=18)
    )
    unit = result.code("unit", newest["unit"].iloc[0], language)
    years = [int(newest["year"].iloc[0]), *(int(each) for each in newest["base_year"].dropna().unique())]
    under = [result.said("beside.change" if several else "beside", language), result.said("dashed", language)]
    said = result.said("title.one", language, unit=unit, years=" / ".join(map(str, years)))
    return titled(chart, result, language, title=said, under=under)
