"""Charts of facts, as complete Vega-Lite specifications in the house theme; each row of data carries its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

from analysis.documents.charts import OTHER, PICKED, REFERENCE, TEXT, house_theme
from analysis.indicators.facts import rows_of
from analysis.messages import Language, pick, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Indicator

_WIDTH = 560
_HEIGHT = 270


def dot_plot(
    levels: pd.DataFrame,
    indicator: Indicator,
    names: Mapping[str, str],
    *,
    picked: str,
    reference: tuple[str, float] | None,
    language: Language,
) -> dict[str, Any]:
    """Draw one dot a unit, from the highest value down, with one unit picked out and a line for a reference.

    Parameters
    ----------
    levels
        Facts of one indicator and year, one a unit.
    indicator
        Its catalogue entry.
    names
        Short names of the units by id.
    picked
        Id of the unit picked out.
    reference
        Label and value of the reference line, such as the city's figure.
    language
        Language of axis and labels.
    """
    import altair as alt

    rows = [
        {
            "cell": row["cell"],
            "name": names[row["unit"]],
            "value": row["value"],
            "shown": write_number(row["value"], indicator.decimals),
            "picked": row["unit"] == picked,
        }
        for row in rows_of(levels.sort_values(["value", "unit"], ascending=[False, True]))
        if row["unit"] in names and not isnan(row["value"])
    ]
    order = [row["name"] for row in rows]
    color = alt.condition("datum.picked", alt.value(PICKED), alt.value(OTHER))
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, domain=False, ticks=False)),
        x=alt.X("value:Q", title=indicator.label(language), scale=alt.Scale(zero=False, padding=24, nice=True)),
    )
    dots = base.mark_circle(opacity=1).encode(
        color=color,
        size=alt.condition("datum.picked", alt.value(130), alt.value(70)),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=indicator.label(language))],
    )
    labels = [
        base.mark_text(align="left", dx=9, fontSize=12, fontWeight=700 if bold else 400)
        .encode(text="shown:N", color=alt.value(shade))
        .transform_filter(chosen)
        for bold, shade, chosen in ((True, PICKED, "datum.picked"), (False, TEXT, "!datum.picked"))
    ]
    layers: list[alt.Chart] = [dots, *labels]
    if reference is not None:
        line = [
            {
                "name": order[-1] if order else "",
                "value": reference[1],
                "label": f"{reference[0]} {write_number(reference[1], indicator.decimals)}",
            }
        ]
        rule = alt.Chart(alt.InlineData(values=line)).encode(x="value:Q")
        layers = [
            rule.mark_rule(color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.5),
            rule.mark_text(align="left", baseline="bottom", dx=4, color=REFERENCE, fontSize=12).encode(
                y=alt.value(-3), text="label:N"
            ),
            *layers,
        ]
    chart = alt.layer(*layers).properties(width=_WIDTH, height=alt.Step(17))
    return _finished(chart)


def small_multiples(
    levels: pd.DataFrame,
    indicator: Indicator,
    names: Mapping[str, str],
    *,
    picked: str,
    base_year: int,
    language: Language,
    index_title: str,
    columns: int = 4,
) -> dict[str, Any]:
    """Draw one small panel a unit: the level in each year as an index, 100 in the base year, all on one scale.

    ``levels`` are facts of one indicator; a unit's panel has a line for each stretch without a break.
    """
    import altair as alt

    chosen = levels[levels["unit"].isin(list(names)) & levels["value"].notna()]
    base = chosen[chosen["year"] == base_year].set_index("unit")["value"]
    rows = [
        {
            "cell": row["cell"],
            "name": names[row["unit"]],
            "year": row["year"],
            "index": 100 * row["value"] / base[row["unit"]],
            "shown": write_number(row["value"], indicator.decimals),
            "segment": row["segment"],
            "picked": row["unit"] == picked,
        }
        for row in rows_of(chosen.sort_values(["unit", "year"]))
        if row["unit"] in base.index and base[row["unit"]] > 0 and row["segment"] == indicator.segment(base_year)
    ]
    for row in rows:
        row["label"] = write_number(row["index"], 0)
    last = {row["name"]: row["year"] for row in rows}
    for row in rows:
        row["last"] = row["year"] == last[row["name"]]
    years = sorted({row["year"] for row in rows})
    color = alt.condition("datum.picked", alt.value(PICKED), alt.value(OTHER))
    plot = alt.Chart().encode(
        x=alt.X(
            "year:Q",
            title=None,
            axis=alt.Axis(values=years, format="d", grid=False, labelFontSize=9),
            scale=alt.Scale(domain=[years[0], years[-1]] if years else [0, 1], padding=14, nice=False),
        ),
        y=alt.Y("index:Q", title=None, axis=alt.Axis(tickCount=3), scale=alt.Scale(zero=False, padding=8)),
        detail="segment:N",
    )
    chart = (
        alt.layer(
            plot.mark_line(strokeWidth=1.6).encode(color=color),
            plot.mark_circle(size=26, opacity=1).encode(
                color=color,
                tooltip=[
                    alt.Tooltip("name:N", title=" "),
                    alt.Tooltip("year:O", title=" "),
                    alt.Tooltip("shown:N", title=indicator.label(language)),
                ],
            ),
            plot.mark_text(dy=-9, fontSize=11)
            .encode(text="label:N", color=alt.value(TEXT))
            .transform_filter("datum.last"),
            data=alt.InlineData(values=rows),
        )
        .properties(width=_WIDTH / columns - 32, height=72)
        .facet(
            facet=alt.Facet(
                "name:N",
                title=index_title,
                sort=list(names.values()),
                header=alt.Header(labelFontSize=11, labelPadding=2, titleFontSize=11),
            ),
            columns=columns,
            spacing=10,
        )
    )
    return _finished(chart)


def lines(
    levels: pd.DataFrame,
    indicators: Sequence[Indicator],
    labels: Mapping[str, str],
    *,
    language: Language,
    break_label: str,
) -> dict[str, Any]:
    """Draw the series of several indicators of one unit; a break starts a new line and is marked.

    Parameters
    ----------
    levels
        Facts of statistic ``level`` of one unit.
    indicators
        The catalogue's entries, of one unit of measure.
    labels
        Short labels of the indicators by code, written at the end of each line.
    language
        Language of axis and labels.
    break_label
        What stands at a break.
    """
    import altair as alt

    codes = [indicator.code for indicator in indicators]
    chosen = levels[levels["indicator"].isin(codes) & levels["value"].notna()].sort_values(["indicator", "year"])
    decimals = {indicator.code: indicator.decimals for indicator in indicators}
    final = chosen.groupby("indicator")["year"].max().to_dict()
    rows = [
        {
            "cell": row["cell"],
            "label": labels[row["indicator"]],
            "year": row["year"],
            "value": row["value"],
            "segment": row["segment"],
            "shown": write_number(row["value"], decimals[row["indicator"]]),
            "last": row["year"] == final[row["indicator"]],
        }
        for row in rows_of(chosen)
    ]
    _part_labels([row for row in rows if row["last"]], max((row["value"] for row in rows), default=0) * 15 / _HEIGHT)
    years = sorted({row["year"] for row in rows})
    breaks = sorted(
        {
            each.year
            for indicator in indicators
            for each in indicator.breaks
            if years and years[0] < each.year <= years[-1]
        }
    )
    order = [labels[code] for code in codes if labels[code] in {row["label"] for row in rows}]
    axis = alt.Axis(values=years, format="d", grid=False)
    scale = alt.Scale(domain=[years[0] - 0.3, years[-1] + 1.6] if years else [0, 1], nice=False)
    color = alt.Color("label:N", sort=order, legend=None)
    across = alt.X("year:Q", title=None, axis=axis, scale=scale)
    plot = alt.Chart(alt.InlineData(values=rows)).encode(
        x=across,
        y=alt.Y("value:Q", title=pick(indicators[0].measure, language), scale=alt.Scale(zero=True)),
        color=color,
        detail=["segment:N", "label:N"],
    )
    marks = [{"year": year - 0.5, "label": break_label} for year in breaks]
    rule = alt.Chart(alt.InlineData(values=marks)).encode(x=across)
    layers = [
        rule.mark_rule(color=REFERENCE, strokeDash=[2, 3]),
        rule.mark_text(align="left", baseline="top", dx=5, color=REFERENCE, fontSize=12).encode(
            y=alt.value(0), text="label:N"
        ),
        plot.mark_line(strokeWidth=2),
        plot.mark_point(filled=True, size=42, opacity=1).encode(
            shape=alt.Shape("label:N", sort=order, legend=None),
            tooltip=[
                alt.Tooltip("label:N", title=" "),
                alt.Tooltip("year:O", title=" "),
                alt.Tooltip("shown:N", title=" "),
            ],
        ),
        plot.mark_text(align="left", dx=8, fontSize=12)
        .encode(y="label_at:Q", text="label:N")
        .transform_filter("datum.last"),
    ]
    return _finished(alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT))


def _part_labels(rows: list[dict[str, Any]], gap: float) -> None:
    """Move the labels at the ends of lines apart by the least squares that leave a gap between neighbours."""
    from scipy.optimize import isotonic_regression

    rows.sort(key=lambda row: (row["value"], row["label"]))
    moved = isotonic_regression([row["value"] - place * gap for place, row in enumerate(rows)]).x if rows else []
    for place, (row, position) in enumerate(zip(rows, moved, strict=True)):
        row["label_at"] = float(position) + place * gap


def _finished(chart: Any) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    spec["config"] = house_theme()
    return spec
