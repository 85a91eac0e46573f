"""Charts of flips: of one unit the verdicts that the least change would turn, of many how many or how near they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, rows_of, titled
from analysis.documents.charts import AMOUNTS, CATEGORIES, PICKED, REFERENCE
from analysis.indicators.charts.matrices import NOTHING, ink, matrix
from analysis.messages import NO_VALUE, Language, pick, write_number

if TYPE_CHECKING:
    from analysis.indicators.balance.flips import Flips

#: Verdicts of one unit that are drawn.
MOST = 15
#: Bounds of the smallest change in per cent, and the colour below each: the nearer, the darker.
_NEAR = ((1.0, AMOUNTS[4]), (3.0, AMOUNTS[3]), (10.0, AMOUNTS[2]), (30.0, AMOUNTS[1]), (float("inf"), AMOUNTS[0]))
#: The same of the share of verdicts that errors could turn, in per cent.
_MANY = ((1e-9, NOTHING), (2.0, AMOUNTS[1]), (10.0, AMOUNTS[2]), (30.0, AMOUNTS[3]), (float("inf"), AMOUNTS[4]))


def draw_flips(result: Flips, language: Language) -> dict[str, Any]:
    """Draw one unit's most fragile verdicts, or a table of colours of several units."""
    return (_many if len(set(result.table["unit"])) > 1 else _one)(result, language)


def _many(result: Flips, language: Language) -> dict[str, Any]:
    table = result.table
    declared = bool(result.settings["errors"])
    units = result.settings["unit"]
    parts = [part for part in result.settings["parts"] if part in set(table["part"])]
    cells = []
    for stage in (stage for stage in ("primary", "junior") if stage in set(table["stage"])):
        for unit in units:
            for part in parts:
                here = table[(table["unit"] == unit) & (table["stage"] == stage) & (table["part"] == part)]
                if declared:
                    could = int(here["possible"].eq(True).sum())  # noqa: FBT003
                    share = 100 * could / len(here) if len(here) else 0.0
                    colour = next(c for bound, c in _MANY if share < bound)
                    text = f"{could:,} / {len(here):,}" if len(here) else NO_VALUE
                else:
                    nearest = here["relative"].min()
                    known = nearest == nearest  # noqa: PLR0124  NaN
                    colour = next(c for bound, c in _NEAR if nearest < bound) if known else NOTHING
                    text = f"{write_number(nearest, 2 if nearest < 1 else 1)}%" if known else NO_VALUE
                cells.append(
                    {
                        "row": result.code("unit", unit, language),
                        "panel": result.code("stage", stage, language),
                        "column": result.said(f"part.{part}", language),
                        "text": text,
                        "colour": colour,
                        "ink": ink(colour),
                    }
                )
    chart = matrix(
        cells,
        rows=[result.code("unit", unit, language) for unit in units],
        columns=[result.said(f"part.{part}", language) for part in parts],
        panels=list(dict.fromkeys(cell["panel"] for cell in cells)),
    )
    under = [result.said("cells.errors" if declared else "cells", language), result.said("no_claim", language)]
    return titled(chart, result, language, under=under)


def _one(result: Flips, language: Language) -> dict[str, Any]:
    import altair as alt

    declared = bool(result.settings["errors"])
    field = "ratio" if declared else "relative"
    table = result.table[result.table[field].notna()].head(MOST)
    verdicts = [result.said(f"verdict.{name}", language) for name in ("met", "missed")]
    # A school that teaches both stages stands in each of them.
    staged = set(table.loc[table.groupby("school")["stage"].transform("nunique") > 1, "school"])
    rows: list[dict[str, Any]] = [
        {
            "name": _name(result, row, language, staged=row["school"] in staged),
            "value": row[field],
            "text": _change(result, row, language),
            "verdict": verdicts[row["verdict"] == "missed"],
        }
        for row in rows_of(table)
    ]
    y = alt.Y(
        "name:N",
        sort=[row["name"] for row in rows],
        title=None,
        axis=alt.Axis(grid=True, domain=False, ticks=False, labelLimit=0, labelFontSize=11),
    )
    across = 130
    most = max([row["value"] for row in rows] + ([1.0] if declared else [0.01]))
    scale = alt.Scale(domain=[0, 1.06 * most])
    title = result.said("axis.ratio" if declared else "axis.relative", language)
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    x = alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(tickCount=3))
    points = base.mark_point(filled=True, size=58, opacity=1).encode(
        x=x,
        color=alt.Color(
            "verdict:N", title=None, sort=verdicts, scale=alt.Scale(domain=verdicts, range=[PICKED, CATEGORIES[1]])
        ),
    )
    text = base.mark_text(align="left", dx=6, fontSize=11, color=SMALL).encode(x=alt.value(across), text="text:N")
    layers = [points, text]
    if declared:
        line = alt.Chart(alt.InlineData(values=[{"x": 1}])).mark_rule(
            color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.4
        )
        layers.insert(0, line.encode(x=alt.X("x:Q", title=title, scale=scale)))
    chart = alt.layer(*layers).properties(width=across, height={"step": ROW})
    unit = result.code("unit", result.table["unit"].iloc[0], language) if len(result.table) else ""
    said = result.said("title.one", language, unit=unit, n=len(rows))
    under = [
        result.said("dashed", language) if declared else "",
        result.said("beside", language),
        result.said("no_claim", language),
    ]
    return titled(chart, result, language, title=said, under=under)


def _name(result: Flips, row: dict[str, Any], language: Language, *, staged: bool) -> str:
    stage = result.said(f"short.{row['stage']}", language)
    indicator = row["indicator"]
    known = {each.id: each.short for each in result.standard.resources.indicators}
    named = pick(known[indicator], language) if indicator in known else ""
    part = result.said(f"short.{row['part']}", language)
    words = (
        row["school"],
        stage if staged or not row["school"] else "",
        named,
        "" if row["school"] and named else part,
    )
    return " ".join(each for each in words if each)


def _change(result: Flips, row: dict[str, Any], language: Language) -> str:
    """Say which figure of which school changes by how much."""
    known = {each.id: each for each in result.standard.resources.indicators}
    size = abs(row["change"])
    whole = row["change"] == round(row["change"])
    places = 0 if whole or size >= 100 else 1 if size >= 1 else 2  # noqa: PLR2004  digits that say something
    amount = write_number(row["change"], places, signed=True)
    what = (
        result.said("students", language) if row["input"] == "students" else pick(known[row["input"]].short, language)
    )
    school = "" if row["input_school"] == row["school"] else f"{row['input_school']} "
    more = result.said("several", language, n=row["inputs"]) if row["inputs"] > 1 else ""
    return f"{school}{what} {amount}{more}"
