"""Charts of inequality: its parts year by year, and the schools of each unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, rows_of, titled
from analysis.documents.charts import CATEGORIES, OTHER, PICKED, REFERENCE, TEXT
from analysis.indicators.inequality.decomposition import SPLIT
from analysis.messages import Language, write_number

if TYPE_CHECKING:
    from analysis.indicators.inequality.over_time import Inequality

#: Units that a chart of units has room for.
MOST = 40
_BETWEEN = ("cv", "gini", "theil_t")
_HEIGHT = 190
_TICKS = 5
_AXIS = 56  #: room for the labels of an axis
_SMALL = 0.02  #: below this a figure is written with one digit more
_WITHIN = "#B5D0E6"


def draw_inequality(result: Inequality, language: Language) -> dict[str, Any]:
    """Draw a panel for each measure: parts stacked by year where there are schools, else bars of what lies between."""
    import altair as alt

    split = len(result.units) > 0
    source, measures = ("schools", SPLIT) if split else ("figures", _BETWEEN)
    table = result.table[(result.table["source"] == source) & result.table["measure"].isin(measures)]
    there = [name for name in measures if name in set(table["measure"])]
    parts = [_panel(result, name, rows_of(table[table["measure"] == name]), language, among=len(there), split=split)
             for name in there]  # fmt: skip
    # Panels are put side by side by their plots, whatever room the labels of their axes take.
    chart = parts[0] if len(parts) == 1 else alt.hconcat(*parts, spacing=_AXIS, bounds="flush")
    several = split and result.table["units"].max() > 1
    under = [result.said("no_unit", language), *([result.said("shares", language)] if several else [])]
    under += _lacking(result, language)
    key = "title.of" if several else "title.within" if split else "title.between"
    unit = result.code("unit", result.units["unit"].iloc[0], language) if split else ""
    title = result.said(key, language, name=_name(result, language), unit=unit)
    return titled(chart, result, language, title=title, under=under)


def _panel(
    result: Inequality, measure: str, rows: list[dict[str, Any]], language: Language, *, among: int, split: bool
) -> Any:
    import altair as alt

    words = {part: result.code("component", part, language) for part in ("between", "within")}
    bars = [{"year": str(row["year"]), "value": row["value"], "part": words[row["component"]],
             "order": 0 if row["component"] == "between" else 1, "shown": write_number(row["value"], 4)}
            for row in rows if row["component"] in words]  # fmt: skip
    years = sorted({row["year"] for row in bars})
    several = result.table["units"].max() > 1
    tops = []
    for year in years:
        mine = {row["component"]: row for row in rows if str(row["year"]) == year}
        total = sum(mine[part]["value"] for part in words if part in mine)
        share = mine["between"]["share"] if split and several else None
        text = write_number(total, 3 if total >= _SMALL else 4) if share is None else f"{write_number(100 * share, 0)}%"
        tops.append({"year": year, "value": total, "label": text})
    most = max((row["value"] for row in tops), default=0.0) * 1.12 or 1.0
    x = alt.X("year:O", title=None, axis=alt.Axis(ticks=False),
              scale=alt.Scale(domain=years, paddingInner=0.45, paddingOuter=0.3))  # fmt: skip
    y = alt.Y("value:Q", title=None, stack="zero", scale=alt.Scale(domain=[0, most], nice=_TICKS),
              axis=alt.Axis(tickCount=_TICKS))  # fmt: skip
    color = alt.Color("part:N", title=None, scale=alt.Scale(domain=list(words.values()), range=[PICKED, _WITHIN]),
                      legend=alt.Legend(orient="bottom", offset=8) if split and several else None)  # fmt: skip
    tips = [alt.Tooltip("part:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    body = (
        alt.Chart(alt.InlineData(values=bars)).mark_bar().encode(x=x, y=y, color=color, order="order:Q", tooltip=tips)
    )
    ends = alt.Chart(alt.InlineData(values=tops)).mark_text(dy=-8, fontSize=12, color=TEXT)
    title = alt.TitleParams(result.code("measure", measure, language), fontSize=13, anchor="start", offset=10)
    width = (WIDTH - _AXIS) / among - _AXIS if among > 1 else WIDTH - 2 * _AXIS
    return alt.layer(body, ends.encode(x=x, y="value:Q", text="label:N")).properties(
        width=width, height=_HEIGHT, title=title
    )


def draw_units(result: Inequality, language: Language) -> dict[str, Any]:
    """Draw the coefficient of variation among the schools of each unit, a dot a year, beside that of all schools."""
    import altair as alt

    mine = result.units[result.units["measure"] == "cv"]
    units = sorted(set(mine["unit"]))
    shown = units[:MOST]
    years = sorted({int(each) for each in mine["year"]})
    rows = [
        {"name": result.code("unit", row["unit"], language), "value": row["own"], "year": str(row["year"]),
         "newest": row["year"] == years[-1], "shown": write_number(row["own"], 3)}
        for row in rows_of(mine[mine["unit"].isin(shown)])
    ]  # fmt: skip
    rows.sort(key=lambda row: row["year"])
    ends = [{"name": name, "value": max(row["value"] for row in rows if row["name"] == name),
             "shown": next(row["shown"] for row in reversed(rows) if row["name"] == name)}
            for name in dict.fromkeys(row["name"] for row in rows)]  # fmt: skip
    totals = result.table[(result.table["source"] == "schools") & (result.table["measure"] == "cv")
                          & (result.table["component"] == "total") & (result.table["year"] == years[-1])]  # fmt: skip
    order = [result.code("unit", each, language) for each in shown]
    two = 2
    shades = [PICKED] if len(years) == 1 else [OTHER, PICKED] if len(years) == two else list(CATEGORIES[: len(years)])
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, domain=False, ticks=False))
    total = float(totals["value"].iloc[0])
    most = max([row["value"] for row in rows] + ([total] if len(shown) > 1 else []), default=0.0)
    x = alt.X("value:Q", title=result.said("axis.cv", language), axis=alt.Axis(tickCount=6),
              scale=alt.Scale(domain=[0, 1.12 * most or 1.0], nice=True))  # fmt: skip
    color = alt.Color("year:N", title=None, scale=alt.Scale(domain=[str(each) for each in years], range=shades),
                      legend=alt.Legend(orient="top", offset=6) if len(years) > 1 else None)  # fmt: skip
    dots = alt.Chart(alt.InlineData(values=rows)).mark_circle(opacity=1, size=75)
    text = alt.Chart(alt.InlineData(values=ends)).encode(x=x, y=y, text="shown:N")
    layers: list[Any] = [
        dots.encode(x=x, y=y, color=color, tooltip=[alt.Tooltip("shown:N", title=" ")]),
        text.mark_text(dx=9, align="left", fontSize=12, stroke="white", strokeWidth=4, strokeJoin="round"),
        text.mark_text(dx=9, align="left", fontSize=12),
    ]
    if len(shown) > 1:
        line = alt.Chart(alt.InlineData(values=[{"value": total}])).mark_rule(color=REFERENCE, strokeDash=[5, 3])
        layers.insert(0, line.encode(x=x))
    chart = alt.layer(*layers).properties(width=WIDTH - 110, height=alt.Step(ROW))
    under = [result.said("all_schools", language)] if len(shown) > 1 else []
    under += _lacking(result, language)
    if len(units) > MOST:
        under.append(result.said("first", language, n=MOST, all=len(units)))
    title = result.said("title.units", language, name=_name(result, language))
    return titled(chart, result, language, title=title, under=under)


def _lacking(result: Inequality, language: Language) -> list[str]:
    """Say in which years only some of the units have schools."""
    rows = result.table[result.table["source"] == "schools"]
    units = rows.groupby("year")["units"].max()
    most = int(result.table["units"].max())
    return [result.said("lacking", language, year=year, n=n) for year, n in units.items() if n < most]


def _name(result: Inequality, language: Language) -> str:
    """Give what is measured: the indicator, or the resource of schools where none was asked for."""
    name = "resource" if result.settings["indicator"] is None else "indicator"
    return result.code(name, result.settings[name], language)
