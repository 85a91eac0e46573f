"""Charts of comparisons with neighbours: one unit, a strip an indicator; or several units, a panel an indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, rows_of, titled, wrapped
from analysis.documents.charts import FAINT, OTHER, PICKED, REFERENCE, TEXT
from analysis.indicators.charts.neighbours import gone
from analysis.messages import Language, listed, pick, write_number

if TYPE_CHECKING:
    from analysis.indicators.peer_comparison.comparison import PeerComparison

#: Units that a chart of several has room for, and indicators.
MOST, MOST_PANELS = 40, 3
#: What a mark stands for, in the order of the legend, with its colour and shape.
MARKS = {"unit": (PICKED, "circle"), "neighbours": (OTHER, "circle"), "median": (TEXT, "stroke"),
         "whole": (REFERENCE, "diamond"), "target": (REFERENCE, "stroke")}  # fmt: skip


def draw_peers(result: PeerComparison, language: Language) -> dict[str, Any]:
    """Draw one unit's figures, a strip for each indicator; or several units' in rows, a panel for each indicator."""
    import altair as alt

    table = result.table
    units = list(dict.fromkeys(table["unit"]))
    one = len(units) == 1
    codes = list(dict.fromkeys(table["indicator"]))
    drawn = codes if one else codes[:MOST_PANELS]
    shown = units[:MOST]
    parts = [_part(result, code, shown, language, one=one, among=len(drawn), first=not at)
             for at, code in enumerate(drawn)]  # fmt: skip
    # One part as well: it keeps its head, which says indicator and year.
    chart = (alt.vconcat if one else alt.hconcat)(*parts, spacing=10)
    chart = chart.resolve_scale(color="shared", shape="shared")
    under = [result.said("range", language)]
    if not one and table["whole"].nunique() and result.workspace:
        whole = result.workspace.units.name(str(result.workspace.units.parent(units[0])), language, short=True)
        under.append(result.said("line", language, unit=whole))
    lacking = [row for row in rows_of(table[table["unit"].isin(shown)]) if row["value"] is None]
    if lacking:
        names = (result.code("indicator" if one else "unit", row["indicator" if one else "unit"], language)
                 for row in lacking)  # fmt: skip
        under.append(result.said("missing", language, names=listed(dict.fromkeys(names), language)))
    under += gone(result.likeness, language)
    if len(units) > MOST:
        under.append(result.said("first", language, n=MOST, all=len(units)))
    title = result.said("title.one", language, unit=result.code("unit", units[0], language)) if one else ""
    return titled(chart, result, language, title=title, under=under)


def _part(
    result: PeerComparison, code: str, units: list[str], language: Language, *, one: bool, among: int, first: bool
) -> Any:
    """Draw one indicator: the range of the neighbours, their figures, and the unit's beside whole and target."""
    import altair as alt

    indicator = result.workspace.catalogue[code] if result.workspace else None
    decimals = indicator.decimals if indicator else 1
    table = result.table[(result.table["indicator"] == code) & result.table["unit"].isin(units)]
    names = {each: result.code("unit", each, language) for each in units}
    legend = _legend(result, language)
    years = table["year"].dropna()
    label = result.code("indicator", code, language)
    measure = (pick(indicator.measure, language) if indicator else "") or None
    head = result.said("head", language, indicator=label, year=int(years.iloc[0])) if len(years) else label
    spans = [{"name": names[row["unit"]], "lowest": row["lowest"], "highest": row["highest"]}
             for row in rows_of(table) if row["lowest"] is not None]  # fmt: skip
    # One whole of many units is a line, not a mark in every row.
    lines = [] if one or table["whole"].nunique() != 1 else [{"value": float(table["whole"].dropna().iloc[0])}]
    marks = [
        {"name": names[row["unit"]], "value": row["value"], "of": legend["neighbours"],
         "who": result.code("neighbour", row["neighbour"], language), "shown": write_number(row["value"], decimals)}
        for row in rows_of(result.beside[(result.beside["indicator"] == code) & result.beside["unit"].isin(units)])
        if one
    ]  # fmt: skip
    for row in rows_of(table):
        for what, column in (("median", "median"), ("whole", "whole"), ("target", "target"), ("unit", "value")):
            if row[column] is not None and what in legend and not (what == "whole" and lines):
                marks.append({"name": names[row["unit"]], "value": row[column], "of": legend[what],
                              "who": legend[what] if what != "unit" else names[row["unit"]],
                              "shown": write_number(row[column], decimals)})  # fmt: skip
    order = [names[each] for each in units]
    axis = alt.Axis(grid=True, domain=False, ticks=False, labels=first) if not one else None
    y = alt.Y("name:N", sort=order, title=None, axis=axis, scale=alt.Scale(domain=order))
    scale = alt.Scale(zero=False, padding=18, nice=True)
    bars = alt.Chart(alt.InlineData(values=spans)).mark_bar(color=FAINT, height=9).encode(
        y=y, x=alt.X("lowest:Q", title=measure, scale=scale, axis=alt.Axis(tickCount=5)), x2="highest:Q"
    )  # fmt: skip
    kinds = [
        what for what in MARKS if what in legend and (one or what != "neighbours") and not (what == "whole" and lines)
    ]
    domain = [legend[what] for what in kinds]
    color = alt.Color("of:N", title=None, scale=alt.Scale(domain=domain, range=[MARKS[what][0] for what in kinds]),
                      legend=alt.Legend(orient="bottom", offset=12, symbolOpacity=1, columns=5))  # fmt: skip
    base = alt.Chart(alt.InlineData(values=marks)).encode(y=y, x=alt.X("value:Q", title=measure, scale=scale))
    tips = [alt.Tooltip("who:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    shapes = alt.Shape("of:N", title=None, legend=alt.Legend(orient="bottom"), scale=alt.Scale(
        domain=domain, range=[_shape(what) for what in kinds]))  # fmt: skip
    points = base.mark_point(filled=True, opacity=1, size=75, strokeWidth=2).encode(
        color=color, shape=shapes, tooltip=tips
    )
    own = base.transform_filter(alt.datum.of == legend["unit"])
    line = alt.Chart(alt.InlineData(values=lines)).mark_rule(color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.4)
    layers = [bars, *([line.encode(x=alt.X("value:Q", title=measure, scale=scale))] if lines else []), points]
    if one:
        layers.append(own.mark_text(dy=-13, fontSize=12, fontWeight=700, color=PICKED).encode(text="shown:N"))
        return alt.layer(*layers).properties(
            width=WIDTH - 20, height=34, title=alt.TitleParams(head, fontSize=13, anchor="start", offset=12)
        )
    width = (WIDTH - 100) / among - 10
    return alt.layer(*layers).properties(
        width=width, height=alt.Step(ROW),
        title=alt.TitleParams(wrapped(head, int(width / 6.6)), fontSize=13, anchor="start", offset=8),
    )  # fmt: skip


def _shape(what: str) -> str:
    """Give the shape of a mark; those of median and target are strokes across."""
    upright = "M-0.14,-1.1L0.14,-1.1L0.14,1.1L-0.14,1.1Z"
    return upright if MARKS[what][1] == "stroke" else MARKS[what][1]


def _legend(result: PeerComparison, language: Language) -> dict[str, str]:
    """Give the words of the legend, of what there is."""
    table = result.table
    units = list(dict.fromkeys(table["unit"]))
    one = len(units) == 1
    found = {"unit": result.code("unit", units[0], language) if one else result.said("legend.unit", language)}
    if len(result.beside):
        found |= {"neighbours": result.said("legend.neighbours", language),
                  "median": result.said("legend.median", language)}  # fmt: skip
    if table["whole"].notna().any() and result.workspace:
        whole = result.workspace.units.parent(units[0])
        found["whole"] = result.workspace.units.name(str(whole), language, short=True)
    if table["target"].notna().any():
        found["target"] = result.said("legend.target", language)
    return found
