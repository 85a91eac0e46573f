"""Charts of indices: dots with intervals, of indices or of groups, of one wave or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, panels, rows_of, titled, wrapped
from analysis.documents.charts import CATEGORIES, OTHER, PICKED
from analysis.messages import Language, write_number
from analysis.satisfaction.charts.parts import dots_with_intervals, suppressed

if TYPE_CHECKING:
    from analysis.satisfaction.result import SurveyResult

_MORE = 3  #: waves that need colours of their own; of two the earlier is grey


def draw(result: SurveyResult, language: Language) -> dict[str, Any]:
    """Draw indices: one row an index where there are no groups, else one row a group and a panel an index."""
    import altair as alt

    by = list(result.settings["by"])
    table = result.table
    several = table["wave"].nunique() > 1 or table["survey"].nunique() > 1
    several_measures = len(set(table["measure"])) > 1
    rows, hidden = [], []
    for row in rows_of(table):
        group = " · ".join(result.code(name, row[name], language) for name in by if row[name] is not None)
        index = result.code("index", row["index"], language)
        if several_measures:  # values of different measures are not to be looked at side by side
            index = f"{index} · {result.code('measure', row['measure'], language)}"
        if row["precision"] == "suppress":
            hidden.append(group or index)
            continue
        if by and not group and len(table) > 1:
            continue
        rows.append({**row, "name": group if by else index, "panel": " / ".join(wrapped(index, 22)),
                     "of": f"{row['survey']} {row['wave']}" if table["survey"].nunique() > 1 else str(row["wave"]),
                     "careful": row["precision"] == "caution", "shown": write_number(row["estimate"], 1)})  # fmt: skip
    whole = {(row["index"], row["survey"], row["wave"]): row["estimate"] for row in rows_of(table)
             if all(row[name] is None for name in by)}  # fmt: skip
    for row in rows:
        row["total"] = whole.get((row["index"], row["survey"], row["wave"]))
    titles = list(dict.fromkeys(row["panel"] for row in rows))
    order = list(dict.fromkeys(row["name"] for row in rows))
    if len(titles) == 1 and by and not several:
        order = [row["name"] for row in sorted(rows, key=lambda row: -(row["estimate"] or 0))]
    waves = list(dict.fromkeys(row["of"] for row in rows))
    color = None
    if several:
        shades = [OTHER, PICKED] if len(waves) < _MORE else list(CATEGORIES[: len(waves)])
        color = alt.Color("of:N", title=None, sort=waves, scale=alt.Scale(domain=waves, range=shades))
    columns = min(len(titles), 2 if len(titles) in {2, 4} else 3) if by else 1
    height = alt.Step(ROW * (0.5 * len(waves) + 0.5) if several else ROW, **{"for": "position"})
    chart: Any = dots_with_intervals(
        rows, order=order, x_title=result.said("axis", language), color=color, offset="of" if several else "",
        label="" if several or columns > 1 else "shown", reference="total" if by and not several else "",
    )  # fmt: skip
    if by and len(titles) > 1:
        chart = chart.properties(width=(WIDTH - 110) / columns - 16, height=height)
        chart = chart.facet(facet=panels(titles), columns=columns, spacing=14)
    else:
        chart = chart.properties(width=WIDTH - 150, height=height)
    title = result.code("index", table["index"].iloc[0], language) if by and len(titles) == 1 else ""
    under = [suppressed(hidden, language)]
    under += [result.said("reference", language)] if by and not several else []
    under += [result.said("caution", language)] if any(row["careful"] for row in rows) else []
    return titled(chart, result, language, title=title, under=under)
