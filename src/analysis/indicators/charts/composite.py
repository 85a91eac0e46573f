"""The chart of composite scores: bars of what parts add, or dots where scores are no sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, WIDTH, rows_of, titled
from analysis.documents.charts import CATEGORIES, PICKED, REFERENCE
from analysis.messages import Language, listed, write_number

if TYPE_CHECKING:
    from analysis.indicators.composites.results import Scores

#: Parts that can be told apart by colour.
MOST_PARTS = 6
_SIDE = 150


def draw_scores(result: Scores, language: Language) -> dict[str, Any]:
    """Draw the score of each unit: stacked by its parts where it is their sum."""
    import altair as alt

    rows = [row for row in rows_of(result.table) if row["score"] is not None]
    for row in rows:
        star = "*" if row["imputed"] else ""
        row["name"] = result.code("unit", row["unit"], language) + star
        row["shown"] = write_number(row["score"], 1)
    order = [row["name"] for row in rows]
    stacked = _pieces(result, rows, language)
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=not stacked, domain=False, ticks=False))
    if stacked:
        names = list(dict.fromkeys(piece["part"] for piece in stacked))
        scale = alt.Scale(domain=[0, _end(result)], nice=False)
        x = alt.X("points:Q", title=result.said("axis.stacked", language), stack="zero", scale=scale,
                  axis=alt.Axis(tickCount=6))  # fmt: skip
        color = alt.Color("part:N", sort=names, title=None, scale=alt.Scale(domain=names, range=list(CATEGORIES)),
                          legend=alt.Legend(columns=_columns(names), symbolType="square", labelLimit=0,
                                            offset=8))  # fmt: skip
        marks = alt.Chart(alt.InlineData(values=stacked)).mark_bar(height=ROW - 7).encode(
            y=y, x=x, color=color, order=alt.Order("at:Q"),
            tooltip=[alt.Tooltip("part:N", title=" "), alt.Tooltip("told:N", title=" ")],
        )  # fmt: skip
    else:
        x = alt.X(
            "score:Q", title=result.said("axis.dots", language), scale=alt.Scale(zero=False, padding=14, nice=True)
        )
        marks = alt.Chart(alt.InlineData(values=rows)).mark_circle(size=80, color=PICKED, opacity=1).encode(y=y, x=x)
    # Beside the axis, where no bar and no line of reference crosses them.
    labels = alt.Chart(alt.InlineData(values=rows)).mark_text(align="left", dx=8, fontSize=11, color=SMALL).encode(
        y=y, x=alt.value(WIDTH - _SIDE), text="shown:N")  # fmt: skip
    # The mean is of all units with a score, shown or not.
    line = alt.Chart(alt.InlineData(values=[{"mean": result.mean}])).mark_rule(color=REFERENCE, strokeDash=[5, 3],
                                                                               strokeWidth=1.4)  # fmt: skip
    chart = alt.layer(marks, line.encode(x=alt.X("mean:Q")), labels).properties(
        width=WIDTH - _SIDE, height={"step": ROW + 2}
    )
    year = result.settings.get("year")
    title = result.said("title.of_year", language, year=year) if year else ""
    return titled(chart, result, language, title=title, under=under(result, rows, language))


def under(result: Scores, rows: Sequence[dict[str, Any]], language: Language) -> list[str]:
    """Say what must be seen with the scores: order, figures filled in, units without a score."""
    without = result.table.loc[result.table["score"].isna(), "unit"]
    said = [] if result.ranked or len(rows) < 2 else [result.said("ordered.code", language)]  # noqa: PLR2004
    said.append(result.said("mean", language, mean=write_number(result.mean, 1)))
    said += [result.said("imputed", language)] if any(row["imputed"] for row in rows) else []
    if len(without):
        names = listed((result.code("unit", unit, language) for unit in without), language)
        said.append(result.said("missing", language, names=names))
    return said


def _pieces(result: Scores, rows: Sequence[dict[str, Any]], language: Language) -> list[dict[str, Any]]:
    """Give what each part adds, or nothing where scores are no sums of few parts of one sign."""
    framework = result.composite.framework
    if len(framework.top) > MOST_PARTS:
        return []
    found = result.composite.contributions().table
    if found["points"].isna().any() or (found["points"] < 0).any():
        return []
    sums = found.groupby(["unit", "part"])["points"].sum()
    pieces = []
    for row in rows:
        for at, part in enumerate(framework.top):
            if (row["unit"], part) in sums.index:
                points = float(sums[row["unit"], part])
                name = result.code("part", part, language)
                pieces.append({"name": row["name"], "part": name, "points": points, "at": at,
                               "told": write_number(points, 1)})  # fmt: skip
    return pieces


def _end(result: Scores) -> float:
    """Give the end of the axis: of the scale, where it has one."""
    options = next(step.options for step in result.composite.steps if step.name == "normalise")
    most = float(result.composite.built.score[~result.composite.unscored].max())
    return most * 1.02 if options["method"] in {"zscore", "borda"} else max(most, float(options["upper"]))


def _columns(names: Sequence[str]) -> int:
    """Give how many names of a legend fit beside one another."""
    from analysis.documents.tables import display_width

    longest = max(display_width(name) for name in names)
    return max(1, min(len(names), int(WIDTH / (longest * 6.8 + 44))))
