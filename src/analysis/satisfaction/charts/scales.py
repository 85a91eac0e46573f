"""Charts of the scale check: alpha and omega of indices with their intervals, of groups, of waves."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, panels, rows_of, titled, wrapped
from analysis.documents.charts import CATEGORIES, OTHER, PICKED
from analysis.messages import Language, listed, write_number
from analysis.satisfaction.charts.asides import one_line, values_beside
from analysis.satisfaction.charts.parts import dots_with_intervals, interval_text

if TYPE_CHECKING:
    from analysis.satisfaction.result import SurveyResult

#: What is customarily asked of a scale in research (Nunnally 1978).
CONVENTION = 0.7
#: Degrees of freedom below which an interval is shown with caution.
FEW = 8


def draw(result: SurveyResult, language: Language) -> dict[str, Any]:
    """Draw the reliability of indices: alpha and omega beside each other, or the waves; a panel an index for groups."""
    import altair as alt

    by, table = list(result.settings["by"]), result.table
    several = len(set(table["wave"])) > 1
    whole = table[by].isna().all(axis=1) if by else table["wave"].notna()
    grouped = bool(by) and bool((~whole).any())
    statistics = ["alpha"] if grouped and several else ["alpha", "omega"]
    chosen = table[table["statistic"].isin(statistics) & (~whole if grouped else True)]
    rows, few, two = [], [], False
    for row in rows_of(chosen):
        group = " · ".join(result.code(name, row[name], language) for name in by if row[name] is not None)
        index = result.code("index", row["index"], language)
        if row["estimate"] is None:
            two = two or row["note"].startswith("two items")
            few += [group or index] if row["note"].startswith("too few") else []
            continue
        statistic = result.said(f"statistic.{row['statistic']}", language)
        panel = index if grouped else statistic if several else ""
        rows.append({**row, "name": group if grouped else index, "panel": " / ".join(wrapped(panel, 22)),
                     "of": str(row["wave"]) if several else statistic, "careful": row["df"] < FEW,
                     "shown": interval_text(row, 2), "convention": CONVENTION})  # fmt: skip
    kinds = list(dict.fromkeys(row["of"] for row in rows))
    for row in rows:
        row["at"] = kinds.index(row["of"])
    shades = [OTHER, PICKED] if several and len(kinds) == 2 else list(CATEGORIES[: len(kinds)])  # noqa: PLR2004  before and now
    color = alt.Color("of:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=shades))
    titles = list(dict.fromkeys(row["panel"] for row in rows))
    lowest = min([CONVENTION, *(row["lower"] if row["lower"] is not None else row["estimate"] for row in rows)])
    chart: Any = dots_with_intervals(
        rows, order=list(dict.fromkeys(row["name"] for row in rows)), x_title=result.said("axis", language),
        color=color, offset="at" if len(kinds) > 1 else "", label="", reference="convention",
        domain=[max(floor(10 * lowest) / 10, -1), 1],
    )  # fmt: skip
    height = alt.Step(ROW * ((0.35 if len(titles) > 1 else 0.75) * len(kinds) + 0.5), **{"for": "position"})
    if len(titles) > 1:
        columns = 2 if len(titles) in {2, 4} else 3
        chart = chart.properties(width=(WIDTH - (136 if grouped else 220)) / columns - 16, height=height)
        chart = chart.facet(facet=panels(titles), columns=columns, spacing=14).resolve_axis(x="independent")
    else:
        chart = values_beside(chart, WIDTH - 260, offset="at" if len(kinds) > 1 else "")
        chart = chart.properties(width=WIDTH - 260, height=height)
    said = [result.said("convention", language, value=write_number(CONVENTION, 1))]
    said += [result.said("alpha_only", language)] if statistics == ["alpha"] else []
    said += [result.said("two", language)] if two and statistics != ["alpha"] else []
    said += [result.said("careful", language)] if any(row["careful"] for row in rows) else []
    said += [result.said("few", language, groups=listed(dict.fromkeys(few), language))] if few else []
    spec = titled(chart, result, language, under=[one_line(said, language)])
    # Symbols of the legend would have the dashes of rules.
    spec["config"]["axisX"] |= {"labelFlush": False, "labelSeparation": 4}
    return spec
