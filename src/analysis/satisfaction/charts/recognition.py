"""The chart of recognition by society: percentages against the pass mark, and what other settings would give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, rows_of, titled
from analysis.documents.charts import CATEGORIES, OTHER, PICKED, REFERENCE
from analysis.messages import Language, listed, write_number

if TYPE_CHECKING:
    from analysis.satisfaction.social_recognition.recognition import Recognized

_MISSED = CATEGORIES[1]
_TICK = "#B8BFC7"


def recognition_chart(result: Recognized, language: Language) -> dict[str, Any]:
    """Draw the percentage of each district, or of one district and its forms, with the pass mark.

    Parameters
    ----------
    result
        What :func:`analysis.satisfaction.recognition` gave.
    language
        Of all texts.
    """
    import altair as alt

    rows, ticks, missing = _rows(result, language)
    mark = float(result.settings["pass_mark"])
    values = [row[name] for row in rows for name in ("lower", "upper", "estimate") if row[name] is not None]
    values += [mark, *(tick["value"] for tick in ticks)]
    low, high = max(0.0, min(values) - 2), min(100.0, max(values) + 2)
    scale = alt.Scale(domain=[low, high], nice=False)
    across = alt.X("estimate:Q", title=result.said("axis", language), scale=scale)
    down = alt.Y("name:N", sort=[row["name"] for row in rows], title=None,
                 axis=alt.Axis(grid=True, domain=False, ticks=False))  # fmt: skip
    verdicts = {result.said(f"verdict.{each}", language): shade for each, shade in
                (("reached", PICKED), ("missed", _MISSED), ("none", OTHER))}  # fmt: skip
    for row in rows:  # a colour scale on the bars would make the legend's symbols dashed
        row["shade"] = verdicts[row["verdict"]]
    used = [each for each in verdicts if any(row["verdict"] == each for row in rows)]
    color = alt.Color("verdict:N", title=None, scale=alt.Scale(domain=used, range=[verdicts[each] for each in used]),
                      legend=alt.Legend(symbolStrokeWidth=0, symbolType="circle"))  # fmt: skip
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=down)
    line = [{"mark": mark, "label": result.said("mark", language, mark=f"{mark:g}")}]
    rule = alt.Chart(alt.InlineData(values=line)).encode(x=alt.X("mark:Q", scale=scale))
    layers = [
        alt.Chart(alt.InlineData(values=ticks))
        .mark_tick(color=_TICK, thickness=1.4, size=7, yOffset=7, aria=False)
        .encode(y=down, x=alt.X("value:Q", scale=scale), tooltip=[alt.Tooltip("by:N", title=" ")]),
        rule.mark_rule(color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.5),
        rule.mark_text(align="left", baseline="bottom", dx=4, color=REFERENCE, fontSize=12).encode(
            y=alt.value(-3), text="label:N"
        ),
        base.mark_rule(strokeWidth=2, strokeDash=[1, 0])
        .encode(x=alt.X("lower:Q", scale=scale), x2="upper:Q", stroke=alt.Stroke("shade:N", scale=None, legend=None))
        .transform_filter("isValid(datum.lower) && isValid(datum.upper)"),
        base.mark_point(filled=False, size=62, opacity=1, strokeWidth=2).encode(
            x=across, color=color, fill=alt.condition("datum.careful", alt.value("white"), color),
            tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=result.said("axis", language))],
        ),
        base.mark_text(align="left", fontSize=12).encode(x=alt.value(WIDTH - 96), text="shown:N"),
    ]  # fmt: skip
    chart = alt.layer(*layers).properties(width=WIDTH - 100, height=alt.Step(ROW + 5))
    others = len(ticks) // max(len({tick["name"] for tick in ticks}), 1)
    under = [result.said("ticks", language, others=others)] if ticks else []
    under += [result.said("missing", language, names=_joined(missing, language))] if missing else []
    under += [result.said("caution", language)] if any(row["careful"] for row in rows) else []
    title = result.said("title", language)
    if len(result.table) == 1:
        unit = result.labels.name("unit", result.table["unit"].iloc[0], language)
        title = result.said("title_of", language, unit=unit)
    return titled(chart, result, language, title=title, under=under)


def _rows(result: Recognized, language: Language) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    """Give the dots, the ticks of other settings, and the names of districts without a percentage."""
    table = result.table.sort_values(["estimate", "unit"], ascending=[False, True], na_position="last")
    one = len(table) == 1
    names = {row["unit"]: result.said("whole", language) if one else result.labels.name("unit", row["unit"], language)
             for row in rows_of(table)}  # fmt: skip
    there = [{**row, "name": names[row["unit"]]} for row in rows_of(table) if row["estimate"] is not None]
    missing = [result.labels.name("unit", row["unit"], language) for row in rows_of(table) if row["estimate"] is None]
    if one and there:
        forms = rows_of(result.forms[result.forms["part"] == "form"])
        there += [{**row, "name": result.labels.name("form", row["code"], language)} for row in forms
                  if row["estimate"] is not None]  # fmt: skip
    dots = [
        {"name": row["name"], "estimate": row["estimate"], "lower": row["lower"], "upper": row["upper"],
         "careful": row["precision"] != "publish", "shown": write_number(row["estimate"], 2),
         "verdict": result.said(f"verdict.{row.get('verdict', 'none')}", language)}
        for row in there
    ]  # fmt: skip
    shown = {unit for unit, name in names.items() if any(dot["name"] == name for dot in dots)}
    others = result.specifications[~result.specifications["declared"]]
    ticks = [
        {"name": names[row["unit"]], "value": row["estimate"],
         "by": "; ".join(result.setting(each, row[each], language)
                         for each in ("items", "numerator", "dont_know", "form_weights"))}
        for row in rows_of(others) if row["unit"] in shown and row["estimate"] is not None
    ]  # fmt: skip
    return dots, ticks, missing


def _joined(names: list[str], language: Language) -> str:
    return listed(names, language)
