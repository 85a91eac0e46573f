"""Charts of flips: of one unit the verdicts that the least change would turn, of many how many or how near they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, rows_of, titled
from analysis.documents.charts import AMOUNTS, CATEGORIES, PICKED, REFERENCE
from analysis.documents.tables import display_width
from analysis.indicators.charts.matrices import NOTHING, ink, matrix
from analysis.messages import NO_VALUE, Language, pick, write_number

if TYPE_CHECKING:
    from analysis.indicators.balance.flips import Flips

#: Parts that a unit has once, whatever the stage.
OF_UNIT = ("items", "whole")

#: Verdicts of one unit that are drawn, and half-width characters of the name of an item.
MOST, _NAME = 15, 22
#: Bounds of the smallest change in per cent, and the colour below each: the nearer, the darker.
_NEAR = ((1.0, AMOUNTS[4]), (3.0, AMOUNTS[3]), (10.0, AMOUNTS[2]), (30.0, AMOUNTS[1]), (float("inf"), AMOUNTS[0]))
#: The same of the share of verdicts that errors could turn, in per cent.
_MANY = ((1e-9, NOTHING), (2.0, AMOUNTS[1]), (10.0, AMOUNTS[2]), (30.0, AMOUNTS[3]), (float("inf"), AMOUNTS[4]))


def draw_flips(result: Flips, language: Language) -> dict[str, Any]:
    """Draw one unit's most fragile verdicts, or a table of colours of several units."""
    return (_many if len(set(result.table["unit"])) > 1 else _one)(result, language)


def _many(result: Flips, language: Language) -> dict[str, Any]:
    import altair as alt

    table = result.table
    declared = bool(result.settings["errors"])
    units = result.settings["unit"]
    parts = [part for part in result.settings["parts"] if part in set(table["part"])]
    cells = []
    stages: list[str | None] = [stage for stage in ("primary", "junior") if stage in set(table["stage"])]
    sized = table[table["part"].isin(OF_UNIT) & table["relative"].notna()]
    of_unit = [part for part in parts if part in set(sized["part"])]
    of_stage = [part for part in parts if part not in OF_UNIT]
    for stage in [*stages, None]:
        for unit in units:
            for part in of_stage if stage else of_unit:
                of = table["stage"] == stage if stage else table["stage"].isna()
                here = table[(table["unit"] == unit) & of & (table["part"] == part)]
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
                        "panel": _panel(result, stage, language),
                        "column": result.said(f"part.{part}", language),
                        "text": text,
                        "colour": colour,
                        "ink": ink(colour),
                    }
                )
    drawn = []
    for columns, there in ((of_stage, stages), (of_unit, [None])):
        panels = [_panel(result, each, language) for each in there]
        if columns and panels:
            drawn.append(matrix([cell for cell in cells if cell["panel"] in panels], panels=panels,
                                rows=[result.code("unit", unit, language) for unit in units],
                                columns=[result.said(f"part.{part}", language) for part in columns]))  # fmt: skip
    chart = alt.vconcat(*drawn, spacing=14)
    under = [result.said("cells.errors" if declared else "cells", language)]
    return titled(chart, result, language, under=[*under, result.said("no_claim", language) if declared else ""])


def _panel(result: Flips, stage: str | None, language: Language) -> str:
    return result.code("stage", stage, language) if stage else result.said("panel.unit", language)


def _one(result: Flips, language: Language) -> dict[str, Any]:
    import altair as alt

    declared = bool(result.settings["errors"])
    field = "ratio" if declared else "relative"
    # An item that another decides turns with it, and is drawn once.
    twice = [item.id for _, item in result.standard.every_item() if item.same_as]
    table = result.table[result.table[field].notna() & ~result.table["item"].isin(twice)].head(MOST)
    verdicts = [result.said(f"verdict.{name}", language) for name in ("met", "missed")]
    # A school that teaches both stages stands in each of them.
    staged = set(table.loc[table.groupby("school")["stage"].transform("nunique") > 1, "school"])
    rows: list[dict[str, Any]] = [
        {
            "name": _name(result, row, language, staged=row["school"] in staged),
            "value": row[field],
            "text": _change(result, row, language, declared=declared),
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
    x = alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(tickCount=3, labelFlush=False))
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
        result.said("beside.error" if declared else "beside", language),
        result.said("no_claim", language) if declared else "",
    ]
    return titled(chart, result, language, title=said, under=under)


def _name(result: Flips, row: dict[str, Any], language: Language, *, staged: bool) -> str:
    stage = result.said(f"short.{row['stage']}", language) if row["stage"] is not None else ""
    indicator = row["indicator"]
    known = {each.id: each.short for each in result.standard.resources.indicators}
    named = pick(known[indicator], language) if indicator in known else ""
    if row["item"] is not None:
        return _short(pick(result.standard.item(row["item"]).name, language))
    part = result.said(f"short.{row['part']}", language)
    words = (
        row["school"],
        stage if row["stage"] is not None and (staged or not row["school"]) else "",
        named,
        "" if row["school"] and named else part,
    )
    return " ".join(each for each in words if each)


def _short(name: str) -> str:
    """Cut the name of an item to what a row of the chart takes."""
    cut = name
    while display_width(cut) > _NAME:
        cut = cut[:-1]
    return name if cut == name else f"{cut.rstrip()}…"


def _change(result: Flips, row: dict[str, Any], language: Language, *, declared: bool) -> str:
    """Say which figure of which school changes by how much: the one nearest to its error, where errors are declared."""
    of, school_of, change, many = (
        ("error_input", "error_school", "error_change", "error_inputs")
        if declared
        else ("input", "input_school", "change", "inputs")
    )
    known = {each.id: each.short for each in result.standard.resources.indicators}
    size = abs(row[change])
    whole = row[change] == round(row[change])
    places = 0 if whole or size >= 100 else 1 if size >= 1 else 2  # noqa: PLR2004  digits that say something
    amount = write_number(row[change], places, signed=True)
    name = row[of]
    # The change of an item is its own, which stands at the left.
    what = pick(known[name], language) if name in known else ""
    what = result.said("students", language) if name == "students" else what
    school = "" if row[school_of] in {row["school"], None} else f"{row[school_of]} "
    more = result.said("several", language, n=f"{int(row[many]):,}") if row[many] > 1 else ""
    unit = result.standard.item(row["item"]).unit if row["item"] is not None else None
    measure = f" {pick(unit, language)}".replace(" %", "%") if unit else ""
    return f"{school}{what} {amount}{measure}{more}".strip()
