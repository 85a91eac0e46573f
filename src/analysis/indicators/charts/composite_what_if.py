"""The chart of what if: the score of one unit at several figures of one indicator, a row a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, WIDTH, rows_of, titled
from analysis.documents.charts import PICKED, REFERENCE
from analysis.messages import Language, bracketed, write_number

if TYPE_CHECKING:
    from analysis.indicators.composites.results import CompositeResult


def draw_what_if(result: CompositeResult, language: Language) -> dict[str, Any]:
    """Draw the score at each figure; the present one is marked, and ranks are written where they are shown."""
    import altair as alt

    ranked, places = "rank" in result.shown, result.decimals["figure"]
    every = rows_of(result.table)
    rows = [row for row in every if row["score"] is not None and row["figure"] is not None]
    # The present figure may be asked for again: it is drawn once.
    rows = list({row["figure"]: row for row in sorted(rows, key=lambda row: row["change"] == 0)}.values())
    rows.sort(key=lambda row: -row["figure"])
    for row in rows:
        row["now"] = row["change"] == 0
        change = "" if row["change"] is None else write_number(row["change"], places, signed=True)
        change = result.said("now", language) if row["now"] else change
        row["line"] = bracketed(write_number(row["figure"], places), change, language)
        told = [write_number(row["score"], 1)]
        told += [result.said("place", language, rank=row["rank"])] if ranked and row["rank"] is not None else []
        row["told"] = ("，" if language == "zh-Hans" else ", ").join(told)
    settings = result.settings
    y = alt.Y("line:N", sort=[row["line"] for row in rows], title=_axis(result, language),
              axis=alt.Axis(grid=True, domain=False, ticks=False, titleX=-100, titleY=-10))  # fmt: skip
    x = alt.X("score:Q", title=result.said("axis.score", language), scale=alt.Scale(zero=False, padding=24),
              axis=alt.Axis(tickCount=6))  # fmt: skip
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
    shade = alt.condition("datum.now", alt.value(REFERENCE), alt.value(PICKED))
    chart = alt.layer(
        base.mark_point(filled=True, size=80, opacity=1).encode(color=shade),
        base.mark_text(align="left", dx=9, fontSize=11, color=SMALL).encode(text="told:N"),
    ).properties(width=WIDTH - 190, height={"step": ROW + 3})  # fmt: skip
    unit = result.code("unit", settings["unit"], language)
    indicator = result.code("indicator", settings["indicator"], language)
    title = result.said("title.chart", language, unit=unit, indicator=indicator)
    return titled(chart, result, language, title=title, under=_under(result, every, language))


def _under(result: CompositeResult, rows: list[dict[str, Any]], language: Language) -> list[str]:
    """Say what cannot be drawn: a present figure that is missing, figures without a score."""
    now = rows[0]
    said = []
    if now["figure"] is None and now["score"] is not None:
        said.append(result.said("now_filled", language, score=write_number(now["score"], 1)))
    elif now["figure"] is None:
        said.append(result.said("now_missing", language))
    if any(row["score"] is None for row in rows[1:]):
        said.append(result.said("no_score", language))
    return said


def _axis(result: CompositeResult, language: Language) -> str:
    """Give the indicator with its unit of measure, where the catalogue has it."""
    code, workspace = result.settings["indicator"], result.workspace
    if workspace and code in workspace.catalogue:
        return workspace.catalogue[code].label(language)
    return result.code("indicator", code, language)
