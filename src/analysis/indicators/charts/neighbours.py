"""Charts of statistical neighbours: one unit's circumstances beside its neighbours', or who is whose neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, panels, rows_of, titled, wrapped
from analysis.documents.charts import AMOUNTS, OTHER, PICKED, TEXT
from analysis.messages import Language, bracketed, listed, write_number

if TYPE_CHECKING:
    from analysis.indicators.peer_comparison.neighbours import Neighbours

#: Units that a chart of all has room for.
MOST = 40
#: Units without figures that a chart names.
MOST_NAMED = 6
_COLUMNS = 3


def draw_neighbours(result: Neighbours, language: Language) -> dict[str, Any]:
    """Draw the circumstances of one unit and its neighbours, or a grid of neighbours where there are several units."""
    return _one(result, language) if result.table["unit"].nunique() == 1 else _grid(result, language)


def _one(result: Neighbours, language: Language) -> dict[str, Any]:
    import altair as alt

    unit = str(result.table["unit"].iloc[0])
    name = result.code("unit", unit, language)
    order = [unit, *result.of(unit)]
    far = dict(zip(result.table["neighbour"], result.table["distance"], strict=True))
    labels = {unit: name} | {
        each: bracketed(result.code("unit", each, language), write_number(far[each], 2), language) for each in order[1:]
    }
    catalogue = result.workspace.catalogue if result.workspace else {}
    rows = []
    own = {row["indicator"]: row["standardised"] for row in rows_of(result.context) if row["unit"] == unit}
    for row in rows_of(result.context[result.context["unit"].isin(order)]):
        indicator = catalogue[row["indicator"]]
        rows.append(
            {"name": labels[row["unit"]], "z": row["standardised"], "own": own[row["indicator"]],
             "picked": row["unit"] == unit, "panel": " / ".join(wrapped(indicator.label(language), 24)),
             "place": order.index(row["unit"]), "shown": write_number(row["value"], indicator.decimals)}
        )  # fmt: skip
    rows.sort(key=lambda row: row["place"])
    titles = list(dict.fromkeys(row["panel"] for row in rows))
    columns = min(len(titles), _COLUMNS)
    y = alt.Y("name:N", sort=[labels[each] for each in order], title=None,
              axis=alt.Axis(grid=True, domain=False, ticks=False))  # fmt: skip
    x = alt.X("z:Q", title=result.said("axis" if columns == 1 else "axis.short", language),
              scale=alt.Scale(zero=False, nice=False, padding=30), axis=alt.Axis(tickCount=4))  # fmt: skip
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y, x=x)
    color = alt.condition("datum.picked", alt.value(PICKED), alt.value(OTHER))
    ink = alt.condition("datum.picked", alt.value(PICKED), alt.value(TEXT))
    line = base.mark_rule(color=PICKED, strokeDash=[2, 3], strokeWidth=1)
    # A white edge keeps the figures readable where the line goes through them.
    edge = base.mark_text(dy=-10, fontSize=11, stroke="white", strokeWidth=4, strokeJoin="round")
    layers = [
        line.encode(x="own:Q", y=alt.value(0), y2=alt.value("height")),
        edge.encode(text="shown:N"),
        base.mark_circle(opacity=1, size=80).encode(color=color, tooltip=[alt.Tooltip("shown:N", title=" ")]),
        base.mark_text(dy=-10, fontSize=11).encode(text="shown:N", color=ink),
    ]
    chart: Any = alt.layer(*layers).properties(width=(WIDTH - 150) / columns - 12, height=alt.Step(ROW + 13))
    # One variable as well: its panel says which it is, and its measure.
    chart = chart.facet(facet=panels(titles), columns=columns, spacing=12)
    under = [
        *gone(result, language),
        result.said("year", language),
        result.said("scale", language),
        result.said("line", language, unit=name),
    ]
    return titled(chart, result, language, title=result.said("title.one", language, unit=name), under=under)


def _grid(result: Neighbours, language: Language) -> dict[str, Any]:
    import altair as alt

    units = list(dict.fromkeys(result.table["unit"]))
    shown = units[:MOST]
    rows = [
        {"name": result.code("unit", row["unit"], language), "rank": row["rank"], "distance": row["distance"],
         "neighbour": result.code("unit", row["neighbour"], language), "shown": write_number(row["distance"], 2)}
        for row in rows_of(result.table[result.table["unit"].isin(shown)])
    ]  # fmt: skip
    order = [result.code("unit", each, language) for each in shown]
    # The nearest are darkest; text on the dark ones is white.
    furthest = max((row["distance"] for row in rows), default=1.0)
    for row in rows:
        row["dark"] = row["distance"] < 0.3 * furthest
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False)),
        x=alt.X("rank:O", title=result.said("axis.rank", language),
                axis=alt.Axis(orient="top", ticks=False, domain=False)),
    )  # fmt: skip
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("distance:Q", title=result.said("legend.distance", language),
                        scale=alt.Scale(range=list(reversed(AMOUNTS)), domainMin=0),
                        legend=alt.Legend(orient="bottom", gradientLength=200, offset=8, tickCount=4, format=".1f")),
        tooltip=[alt.Tooltip("neighbour:N", title=" "), alt.Tooltip("shown:N", title=" ")],
    )  # fmt: skip
    text = base.mark_text(fontSize=12).encode(
        text="neighbour:N", color=alt.condition("datum.dark", alt.value("white"), alt.value(TEXT))
    )
    chart = alt.layer(cells, text).properties(width=WIDTH - 110, height=alt.Step(ROW + 3))
    under = [result.said("year", language), *gone(result, language)]
    if len(units) > MOST:
        under.append(result.said("first", language, n=MOST, all=len(units)))
    return titled(chart, result, language, under=under)


def gone(result: Neighbours, language: Language) -> list[str]:
    """Say which units could not be placed, of those that a chart can name."""
    names = [result.code("unit", unit, language) for unit in dict.fromkeys(result.unplaced["unit"])]
    if not names:
        return []
    text = listed(names[:MOST_NAMED], language)
    return [
        result.said("unplaced" if len(names) <= MOST_NAMED else "unplaced.more", language, units=text, n=len(names))
    ]
