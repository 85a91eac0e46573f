"""Charts of changes between waves: differences with intervals around no change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, panels, rows_of, titled, wrapped
from analysis.documents.charts import CATEGORIES, OTHER, PICKED
from analysis.messages import Language, listed, write_number
from analysis.satisfaction.charts.parts import dots_with_intervals, suppressed

if TYPE_CHECKING:
    from analysis.satisfaction.result import SurveyResult


def draw(result: SurveyResult, language: Language) -> dict[str, Any]:
    """Draw changes: blue up, orange down, grey where nothing is clear; one panel an index where there are groups."""
    import altair as alt

    by = list(result.settings["by"])
    rows, hidden, refused = [], [], []
    for row in rows_of(result.table):
        group = " · ".join(result.code(name, row[name], language) for name in by if row[name] is not None)
        name = result.code("index", row["index"], language)
        if row["precision"] == "suppress":
            hidden.append(group or name)
        if row["comparable"] == "no":
            refused.append(name)
        if row["estimate"] is None or (by and not group):
            continue
        name += " †" if row["comparable"] == "with_care" else ""
        change = write_number(row["estimate"], 1, signed=True)
        span = f"({write_number(row['before'], 1)} → {write_number(row['now'], 1)})"
        rows.append({**row, "name": group or name, "panel": " / ".join(wrapped(name, 22)), "zero": 0,
                     "careful": row["precision"] == "caution",
                     "shown": f"{change}  {span}"})  # fmt: skip
    titles = list(dict.fromkeys(row["panel"] for row in rows))
    order = list(dict.fromkeys(row["name"] for row in rows))
    if not by or len(titles) == 1:
        order = [row["name"] for row in sorted(rows, key=lambda row: -row["estimate"])]
    many = bool(by) and len(titles) > 1
    # Four kinds of evidence, and three colours: what was not tested looks like what is not clear.
    kinds = ["up", "down", "unclear", "not_tested"]
    color = alt.Color("direction:N", legend=None,
                      scale=alt.Scale(domain=kinds, range=[PICKED, CATEGORIES[1], OTHER, OTHER]))  # fmt: skip
    chart: Any = dots_with_intervals(rows, order=order, x_title=result.said("axis", language), color=color,
                                     label="" if many else "shown", reference="zero")  # fmt: skip
    columns = min(len(titles), 2 if len(titles) in {2, 4} else 3)
    if many:
        chart = chart.properties(width=(WIDTH - 110) / columns - 16, height=alt.Step(ROW))
        chart = chart.facet(facet=panels(titles), columns=columns, spacing=14)
    else:
        chart = chart.properties(width=WIDTH - 220, height=alt.Step(ROW))
    title = result.said("title", language)
    if by and len(titles) == 1:
        title = f"{result.code('index', rows[0]['index'], language)} · {title}"
    seen = {row["direction"] for row in rows}
    legend = [f"{word}{result.said(f'direction.{kind}', language)}" for kind, word in _colours(language).items()
              if kind in seen]  # fmt: skip
    under = [suppressed(hidden, language), result.said("zero", language), *legend]
    if refused:
        under.append(result.said("left_out", language, indices=listed(dict.fromkeys(refused), language)))
    under += [result.said("careful", language)] if any(row["comparable"] == "with_care" for row in rows) else []
    under += [result.said("caution", language)] if any(row["careful"] for row in rows) else []
    return titled(chart, result, language, title=title, under=under)


def _colours(language: Language) -> dict[str, str]:
    names = {"zh-Hans": ("蓝色：", "橙色：", "灰色：", "灰色："), "en": ("Blue: ", "Orange: ", "Grey: ", "Grey: ")}[
        language
    ]
    return dict(zip(("up", "down", "unclear", "not_tested"), names, strict=True))
