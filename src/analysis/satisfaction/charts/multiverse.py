"""The specification curve: estimates of all combinations in order, and below them the options that each one uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import LINE, WIDTH, rows_of, titled, wrapped
from analysis.documents.charts import CATEGORIES, OTHER, PICKED, REFERENCE
from analysis.messages import Language, together

if TYPE_CHECKING:
    from analysis.satisfaction.robustness.multiverse import Multiverse

_FAILS = CATEGORIES[1]
_CURVE, _ROW, _SIDE = 210, 17, 150


def specification_curve(result: Multiverse, language: Language) -> dict[str, Any]:
    """Draw the estimates of all combinations with intervals, and the grid of their options.

    Parameters
    ----------
    result
        What :func:`analysis.satisfaction.multiverse` gave.
    language
        Of all texts.
    """
    import altair as alt

    rows, standard = _curve(result, language)
    lines, cells = _grid(result, rows, language)
    width = WIDTH - _SIDE
    names = {result.says(f"holds.{key}", language): shade for key, shade in
             (("yes", PICKED), ("no", _FAILS), ("unknown", OTHER))}  # fmt: skip
    for row in rows:  # a colour scale on the bars would make the legend's symbols dashed
        row["shade"] = names[row["told"]]
    used = [name for name in names if any(row["told"] == name for row in rows)]
    color = alt.Color(
        "told:N", title=None, scale=alt.Scale(domain=used, range=[names[name] for name in used]),
        legend=alt.Legend(symbolType="circle", symbolOpacity=1, symbolStrokeWidth=0),
    )  # fmt: skip
    scale = alt.Scale(domain=[0.3, len(rows) + 0.7], nice=False)
    across = alt.X("place:Q", title=None, axis=None, scale=scale)
    side: dict[str, Any] = {"minExtent": _SIDE - 20, "maxExtent": _SIDE - 20}
    lengths = alt.Y("lower:Q", title=result.said("axis.standard" if standard else "axis.plain", language),
                    axis=alt.Axis(**side), scale=alt.Scale(zero=True, nice=True))  # fmt: skip
    bars = alt.Chart(alt.InlineData(values=rows)).encode(
        x=across, stroke=alt.Stroke("shade:N", scale=None, legend=None)
    )
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=across, color=color)
    thick = max(1.0, min(3.0, 110 / max(len(rows), 1)))
    layers = [
        alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        .mark_rule(color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.4)
        .encode(y=alt.Y("zero:Q")),
        bars.mark_rule(strokeWidth=thick, strokeDash=[1, 0], opacity=0.45)
        .encode(y=lengths, y2="upper:Q")
        .transform_filter("isValid(datum.lower) && isValid(datum.upper)"),
        base.mark_point(filled=True, size=26, opacity=1).encode(
            y="value:Q", tooltip=[alt.Tooltip("tip:N", title=" "), alt.Tooltip("told:N", title=" ")]
        ),
        base.transform_filter("datum.main").mark_point(
            filled=False, shape="diamond", size=150, strokeWidth=1.6, opacity=1
        ).encode(y="value:Q"),
    ]  # fmt: skip
    curve = alt.layer(*layers).properties(width=width, height=_CURVE)
    grid = (
        alt.Chart(alt.InlineData(values=cells))
        .mark_square(size=max(9.0, min(70.0, (0.72 * width / max(len(rows), 1)) ** 2)), opacity=1)
        .encode(
            x=alt.X("place:Q", title=result.said("axis.number", language), scale=scale,
                    axis=alt.Axis(labels=False, ticks=False, domain=False, grid=False)),
            y=alt.Y("line:N", sort=lines, title=None,
                    axis=alt.Axis(grid=True, domain=False, ticks=False, labelFontSize=12, **side)),
            color=color,
        )
        .properties(width=width, height=_ROW * len(lines))
    )  # fmt: skip
    chart = alt.vconcat(curve, grid, spacing=8).resolve_scale(color="shared")
    spec = titled(chart, result, language, title=_unbroken(result.headline(language)))
    spec["title"]["subtitle"] = _under(result, language)
    return spec


def _under(result: Multiverse, language: Language) -> list[str]:
    """Say in three lines how it was gathered, by what it holds, and what must not be missed; the rest is remarks."""
    stop = "。."
    untold = result.untold(language).rstrip(stop)
    how = [result.said(f"short.{result.settings['judged']}", language), untold[:1].lower() + untold[1:],
           result.said("main_mark", language)]  # fmt: skip
    most = result.care[language] if result.care else result.crossed(language) or result.shared(language)
    lines = [together(how, language), most.rstrip(stop)]
    return [result.subtitle(language), *(_cut(_unbroken(line)) for line in lines if line)]


def _unbroken(text: str) -> str:
    """Keep a count and what it is of on one line."""
    return re.sub(r"(?<=\d) (?=of \d|distinct )|(?<=\d of) (?=\d)|(?<=distinct) ", "\u00a0", text)


def _cut(text: str) -> str:
    """Give what fits on a line."""
    first, *rest = wrapped(text, LINE + 10)
    return f"{first.rstrip('，；、,;')}…" if rest else first


def _curve(result: Multiverse, language: Language) -> tuple[list[dict[str, Any]], bool]:
    """Give the combinations from the least to the largest estimate, and whether they are standardised."""
    table = result.table
    standard = bool(table["standard"].notna().any())
    names = ("standard", "standard_lower", "standard_upper") if standard else ("estimate", "lower", "upper")
    table = table.assign(value=table[names[0]], low=table[names[1]], high=table[names[2]])
    if not standard:
        table[["value", "low", "high"]] = table[["value", "low", "high"]].sub(table["bound"], axis=0)
    table = table.assign(at=table["value"].round(9))  # the same results lie together, whatever their last digits
    table = table.sort_values(["at", "number"], na_position="last", kind="stable")
    rows: list[dict[str, Any]] = []
    for row in rows_of(table):
        if row["value"] is None:
            continue
        key = "unknown" if row["holds"] is None else "yes" if row["holds"] else "no"
        options = "; ".join(result.option(name, row[name], language) for name in result.choices)
        rows.append({
            "place": len(rows) + 1, "value": row["value"], "lower": row["low"], "upper": row["high"],
            "told": result.says(f"holds.{key}", language), "main": row["number"] == 1,
            "tip": f"#{row['number']} {options}", **{f"of_{name}": row[name] for name in result.choices},
        })  # fmt: skip
    return rows, standard


def _grid(result: Multiverse, rows: list[dict[str, Any]], language: Language) -> tuple[list[str], list[dict[str, Any]]]:
    """Give the lines of the grid, and a square where a combination uses the option of a line."""
    named = {(name, option): result.option(name, option, language)
             for name, options in result.choices.items() for option in options}  # fmt: skip
    cells = [{"place": row["place"], "line": named[name, row.pop(f"of_{name}")], "told": row["told"]}
             for row in rows for name in result.choices]  # fmt: skip
    return list(named.values()), cells
