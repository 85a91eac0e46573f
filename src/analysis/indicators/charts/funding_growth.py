"""Charts of the growth of funding: tiles of verdicts by year or by unit, and growth of two scopes side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, WIDTH, rows_of, titled, wrapped
from analysis.documents.charts import AMOUNTS, ANSWERS, FAINT, PICKED, REFERENCE, TEXT
from analysis.indicators.charts.trend import begun
from analysis.messages import Language, bracketed, listed, write_number

if TYPE_CHECKING:
    from analysis.indicators.funding.verdicts import FundingGrowth

#: What tiles are filled with, by verdict.
FILLS = {"met": AMOUNTS[1], "missed": ANSWERS[1], "refused": "#9AA3AD", "open": "#F1F3F5"}
#: From so many columns on, tiles have one decimal.
_MANY = 8
#: Width of a tile where rows are units, and of all tiles in a line.
_TILE, _LINE = 58, 450
#: Width of the names of measures.
_NAMES = 148


def draw_funding_growth(result: FundingGrowth, language: Language) -> dict[str, Any]:
    """Draw tiles: of one unit by demand and year; of several units by unit and demand, in the last year."""
    return _by_year(result, language) if result.table["unit"].nunique() <= 1 else _by_unit(result, language)


def _by_year(result: FundingGrowth, language: Language) -> dict[str, Any]:
    """Draw one panel a rule, a row a measure, a column a year."""
    import altair as alt

    rows, empty = _tiles(result, language, result.table)
    years = sorted({row["year"] for row in rows})
    few = len(years) < _MANY
    for row in rows:
        row["text"] = _text(row, result, language, 2 if few else 1)
    panels = []
    for rule in dict.fromkeys(row["rule"] for row in rows):
        here = [row for row in rows if row["rule"] == rule]
        last = rule == rows[-1]["rule"]
        order = list(dict.fromkeys(row["name"] for row in here))
        axis = alt.Axis(labels=last, ticks=False, domain=False, labelFontSize=11)
        base = alt.Chart(alt.InlineData(values=here)).encode(
            x=alt.X("year:O", title=None, scale=alt.Scale(domain=years), axis=axis),
            y=alt.Y("name:N", sort=order, title=None,
                    axis=alt.Axis(minExtent=_NAMES, maxExtent=_NAMES, domain=False, ticks=False, labelLimit=0,
                                  labelFontSize=11)),
        )  # fmt: skip
        width = min(46, (WIDTH - _NAMES - 8) / max(len(years), 1)) * len(years)
        panels.append(_filled(base, 10 if few else 9.5, width / max(len(years), 1)).properties(
            width=width, height={"step": ROW + 1},
            title=alt.Title(_head(result, here[0], language), fontSize=12, fontWeight="normal", anchor="start",
                            offset=2, frame="group", dx=-_NAMES)))  # fmt: skip
    return _finished(alt.vconcat(*panels, spacing=6), result, language, result.said("title.chart", language), rows,
                     empty)  # fmt: skip


def _by_unit(result: FundingGrowth, language: Language) -> dict[str, Any]:
    """Draw the last year: a row a unit, a column a measure, rules side by side."""
    import altair as alt

    year = int(result.table["year"].max())
    rows, empty = _tiles(result, language, result.table[result.table["year"] == year])
    for row in rows:
        row["text"] = _text(row, result, language, 2)
        row["panel"] = " / ".join(wrapped(row["name"], 10))
    there = set(result.table["unit"])
    names = {unit: result.code("unit", unit, language) for unit in result.labels.codes("unit") if unit in there}
    units = [name for name in names.values() if name in {row["unit_name"] for row in rows}]
    depth = max((row["panel"].count(" / ") for row in rows), default=0)
    lines: list[list[Any]] = [[]]
    room = 0
    for rule in dict.fromkeys(row["rule"] for row in rows):
        here = [row for row in rows if row["rule"] == rule]
        order = list(dict.fromkeys(row["panel"] for row in here))
        width = max(len(order) * _TILE, 2 * _TILE)
        if lines[-1] and room + width > _LINE:
            lines.append([])
            room = 0
        first, room = not lines[-1], room + width + 14
        base = alt.Chart(alt.InlineData(values=here)).encode(
            x=alt.X("panel:N", sort=order, title=None,
                    axis=alt.Axis(orient="top", labelExpr="split(datum.label, ' / ')", labelLimit=0, domain=False,
                                  ticks=False, labelFontSize=10, labelOverlap=False,
                                  labelPadding=4 + 12 * depth)),
            y=alt.Y("unit_name:N", sort=units, title=None, scale=alt.Scale(domain=units),
                    axis=alt.Axis(labels=first, domain=False, ticks=False)),
        )  # fmt: skip
        lines[-1].append(_filled(base, 10, _TILE).properties(
            width=len(order) * _TILE, height={"step": ROW},
            title=alt.Title(wrapped(_head(result, here[0], language), width // 6),
                            fontSize=11, fontWeight="normal", anchor="start", offset=4)))  # fmt: skip
    chart = alt.vconcat(*(alt.hconcat(*line, spacing=14) for line in lines), spacing=14)
    alone = result.table["year"].nunique() == 1
    title = result.said("title.chart" if alone else "title.year", language, year=year)
    return _finished(chart, result, language, title, rows, empty)


def _tiles(result: FundingGrowth, language: Language, table: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """Give what a tile shows of each row of the table, rules and measures in their order, and rules without figures."""
    rows = rows_of(table)
    order, measures = result.labels.codes("rule"), result.labels.codes("measure")
    rows.sort(key=lambda row: (order.index(row["rule"]), measures.index(row["measure"])))
    keep = ("unit", "year", "rule", "certainty", "dated", "verdict", "growth", "other_growth", "stated", "differs",
            "levels_growth", "published_growth")  # fmt: skip
    there = {row["rule"] for row in rows if row["indicator"]}
    empty = [result.code("rule", rule, language) for rule in dict.fromkeys(row["rule"] for row in rows)
             if rule not in there]  # fmt: skip
    tiles = [{**{name: row[name] for name in keep}, "name": result.code("measure", row["measure"], language),
              "unit_name": result.code("unit", row["unit"], language),
              "said": result.said(f"verdict.{row['verdict']}", language), "opposed": _opposed(row)}
             for row in rows if row["indicator"]]  # fmt: skip
    return tiles, empty


def _text(row: dict[str, Any], result: FundingGrowth, language: Language, decimals: int) -> str:
    """Write the growth that decides, marked where its scope is not stated and levels differ, or why there is none."""
    if row["growth"] is None:
        return result.said("cell.refused" if row["verdict"] == "refused" else "cell.open", language)
    # Two growths have to fit into one tile.
    two = row["other_growth"] is not None
    beside = f" / {write_number(row['other_growth'], 1, signed=True)}" if two else ""
    own = write_number(row["growth"], 1 if two else decimals, signed=True)
    return f"{own}{'*' if _unstated(row) else ''}{beside}"


def _unstated(row: dict[str, Any]) -> bool:
    return bool(row["differs"]) and not row["stated"] and row["growth"] is not None


def _opposed(row: dict[str, Any]) -> bool:
    """Tell whether published growth on the same scope and that of levels have opposite signs."""
    return bool(row["differs"] and row["stated"] and (row["levels_growth"] > 0) != (row["published_growth"] > 0))


def _head(result: FundingGrowth, row: dict[str, Any], language: Language) -> str:
    """Name a rule; what no source says keeps its mark."""
    name = result.code("rule", row["rule"], language)
    key = "mark.rule" if row["certainty"] == "C" else "mark.dated" if row["dated"] == "C" else ""
    return bracketed(name, result.said(key, language) if key else "", language)


def _filled(base: Any, size: float, width: float) -> Any:
    """Draw tiles with their text, and a dot at the right of those whose levels have the other sign."""
    import altair as alt

    kinds = list(FILLS)
    color = alt.Color("verdict:N", legend=None, scale=alt.Scale(domain=kinds, range=[FILLS[kind] for kind in kinds]))
    tiles = base.mark_rect(stroke="white", strokeWidth=2, cornerRadius=3).encode(
        color=color, tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title=" ")])  # fmt: skip
    dots = base.transform_filter("datum.opposed").mark_point(
        filled=True, size=14, color=REFERENCE, opacity=1, xOffset=width / 2 - 5, yOffset=-6)  # fmt: skip
    return alt.layer(tiles, base.mark_text(fontSize=size, color=TEXT).encode(text="text:N"), dots)


def _finished(
    chart: Any, result: FundingGrowth, language: Language, title: str, rows: list[dict[str, Any]], empty: list[str]
) -> dict[str, Any]:
    seen = {row["verdict"] for row in rows}
    under = [result.said(f"legend.{kind}", language) for kind in FILLS if kind in seen]
    under += [result.said("dot", language)] if any(row["opposed"] for row in rows) else []
    under += [result.said("two", language)] if any(row["other_growth"] is not None for row in rows) else []
    under += [result.said("star", language)] if any(_unstated(row) for row in rows) else []
    tiles = {(row["unit"], row["rule"], row["name"], row["year"]) for row in rows}
    full = len({row["unit"] for row in rows}) * len({(row["rule"], row["name"]) for row in rows})
    full *= len({row["year"] for row in rows})
    under += [result.said("blank", language)] if len(tiles) < full else []
    under += [result.said("left_out", language, rules=listed(empty, language))] if empty else []
    certain = list(dict.fromkeys(row["certainty"] for row in rows))
    if len(certain) == 1:
        under.append(result.said("rules_certainty", language, text=result.said(f"certainty.{certain[0]}", language)))
    return titled(chart, result, language, title=title, under=begun(under, language))


def draw_scope(result: FundingGrowth, language: Language) -> dict[str, Any]:
    """Draw growth of levels beside published growth, where they differ: a row a unit, year and measure."""
    import altair as alt

    table = result.table[result.table["differs"]].drop_duplicates(["unit", "year", "indicator"])
    several = table["unit"].nunique() > 1
    rows = []
    for row in rows_of(table.sort_values(["year", "unit"], ascending=[False, True], kind="stable")):
        parts = [result.code("unit", row["unit"], language) if several else "", str(row["year"]),
                 result.code("measure", row["measure"], language)]  # fmt: skip
        two = " → ".join(write_number(row[name], 2, signed=True) for name in ("levels_growth", "published_growth"))
        scope = f" {result.said('same_scope', language)}" if row["stated"] else ""
        rows.append({"name": " ".join(part for part in parts if part), "levels": row["levels_growth"],
                     "published": row["published_growth"], "text": two + scope})  # fmt: skip
    order = [row["name"] for row in rows]
    ends = [row[name] for row in rows for name in ("levels", "published")]
    pad = 0.08 * (max([*ends, 0.0]) - min([*ends, 0.0]) or 1.0)
    scale = alt.Scale(domain=[min([*ends, 0.0]) - pad, max([*ends, 0.0]) + pad], nice=False)
    names = alt.Axis(grid=True, domain=False, ticks=False, labelPadding=8)
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("name:N", sort=order, title=None, axis=names))
    across = result.said("axis", language)
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=REFERENCE, strokeDash=[5, 3])
    chart = alt.layer(
        zero.encode(x=alt.X("zero:Q", title=across, scale=scale)),
        base.mark_rule(color=FAINT, strokeWidth=3).encode(x=alt.X("levels:Q", scale=scale, title=across),
                                                         x2="published:Q"),
        base.mark_point(filled=False, fill="white", size=62, strokeWidth=2, color=PICKED).encode(x="levels:Q"),
        base.mark_point(filled=True, size=70, opacity=1, color=PICKED).encode(x="published:Q"),
        base.mark_text(align="left", dx=8, fontSize=11, color=SMALL).encode(x=alt.value(WIDTH - 320), text="text:N"),
    ).properties(width=WIDTH - 320, height={"step": ROW + 3})  # fmt: skip
    under = [result.said("filled", language), result.said("hollow", language)]
    return titled(chart, result, language, title=result.said("title.scope", language), under=begun(under, language))
