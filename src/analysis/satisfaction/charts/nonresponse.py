"""Charts of nonresponse: rates by group, respondents beside known totals, and an index as answers came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, rows_of, titled, wrapped
from analysis.documents.charts import OTHER, PICKED
from analysis.messages import Language, write_number
from analysis.satisfaction.charts.asides import one_line, values_beside
from analysis.satisfaction.charts.parts import dots_with_intervals, interval_text, suppressed

if TYPE_CHECKING:
    import pandas as pd

    from analysis.satisfaction.fieldwork.nonresponse import Nonresponse

#: Width of a panel with names at the left and values with intervals at the right.
_ACROSS = WIDTH - 240


def draw_rates(result: Nonresponse, language: Language) -> dict[str, Any]:
    """Draw rates of response with their intervals, a panel a column that is known of everybody."""
    import altair as alt

    table, groups = result.table, list(result.settings["by"])
    whole = table.iloc[0]
    panels, hidden, careful = [], [], False
    ends = [float(each) for each in (*table["lower"].dropna(), *table["upper"].dropna())] or [0.0, 100.0]
    domain = (max(0.0, 5 * (min(ends) // 5)), min(100.0, 5 * (max(ends) // 5 + 1)))
    for name in groups:
        rows = []
        for row in rows_of(table[table[name].notna()].sort_values("estimate", ascending=False, kind="stable")):
            label = result.code(name, row[name], language)
            if row["precision"] == "suppress":
                hidden.append(label)
                continue
            doubtful = row["precision"] == "caution"
            careful |= doubtful
            rows.append({**row, "name": label, "careful": doubtful, "whole": float(whole["estimate"]),
                         "shown": interval_text(row)})  # fmt: skip
        chart = dots_with_intervals(rows, order=[row["name"] for row in rows], reference="whole", domain=domain,
                                    label="", x_title=result.said("axis.rate", language))  # fmt: skip
        head = alt.Title(result.labels.head(name, language), fontSize=13)
        panels.append(values_beside(chart, _ACROSS).properties(width=_ACROSS, height={"step": ROW}, title=head))
    if not panels:
        rows = [{**rows_of(table.head(1))[0], "name": result.said("all", language), "careful": False,
                 "shown": ""}]  # fmt: skip
        rows[0]["shown"] = interval_text(rows[0])
        chart = dots_with_intervals(rows, order=[rows[0]["name"]], x_title=result.said("axis.rate", language), label="",
                                    domain=domain)  # fmt: skip
        panels = [values_beside(chart, _ACROSS).properties(width=_ACROSS, height={"step": ROW})]
    under = [result.said("overall", language, value=write_number(float(whole["estimate"]), 1))] if groups else []
    if len(result.evenness):
        r = {name: write_number(float(result.evenness.iloc[0][name]), 2) for name in ("value", "lower", "upper")}
        under.append(result.said("evenness", language, **r))
    under += [suppressed(hidden, language), result.said("caution", language) if careful else ""]
    chart = panels[0] if len(panels) == 1 else alt.vconcat(*panels, spacing=14)
    return titled(chart, result, language, title=result.said("title.rates", language),
                  under=[one_line(under, language)])  # fmt: skip


def draw_coverage(result: Nonresponse, language: Language) -> dict[str, Any]:
    """Draw the shares of respondents beside those of known totals, a panel a column of the margins."""
    import altair as alt

    kinds = [result.said("key.answers", language), result.said("key.population", language)]
    panels = []
    for name in result.settings["by"]:
        part = result.table[result.table[name].notna()]
        codes = {code: place for place, code in enumerate(result.labels.codes(name))}
        rows = sorted(rows_of(part), key=lambda row: codes.get(str(row[name]), len(codes)))
        order = [result.code(name, row[name], language) for row in rows]
        data = [{"name": label, "kind": kind, "share": row[of]} for row, label in zip(rows, order, strict=True)
                for kind, of in zip(kinds, ("estimate", "population"), strict=True)]  # fmt: skip
        base = alt.Chart(alt.InlineData(values=data)).encode(
            y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, domain=False, ticks=False)),
            x=alt.X("share:Q", title=result.said("axis.share", language), scale=alt.Scale(zero=True, nice=True)),
        )  # fmt: skip
        gap = base.mark_line(strokeWidth=2, color=OTHER).encode(detail="name:N")
        dots = base.mark_point(size=56, filled=True, opacity=1).encode(
            color=alt.Color("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[PICKED, OTHER]))
        )
        head = alt.Title(result.labels.head(name, language), fontSize=13)
        panels.append(alt.layer(gap, dots).properties(width=WIDTH - 150, height={"step": ROW}, title=head))
    if not panels:
        from analysis.messages import DuzhengError
        from analysis.messages.requests import wrong

        raise DuzhengError(wrong("a chart of margins", "a questionnaire with margins", "declare known totals"))
    chart = panels[0] if len(panels) == 1 else alt.vconcat(*panels, spacing=14)
    spec = titled(chart, result, language, title=result.said("title.coverage", language))
    # It has no intervals, of which the usual subtitle speaks.
    texts = [result.said("no_rate", language)]
    texts += [result.said("short.synthetic", language)] if result.synthetic else []
    spec["title"]["subtitle"] = wrapped(one_line(texts, language))
    return spec


def draw_order(result: Nonresponse, language: Language) -> dict[str, Any]:
    """Draw the index over the share of answers that were in, and that of those who came early, in the middle, late."""
    import altair as alt

    order: pd.DataFrame = result.order
    line = rows_of(order[(order["part"] == "cumulative") & order["estimate"].notna()])
    contact = order[order["part"] == "contact"].copy()
    contact["middle"] = contact["share"].cumsum() - contact["share"] / 2
    dots = [{**row, "name": _step(result, row["step"], language)} for row in rows_of(contact)]
    index = result.labels.head(str(result.settings["of"]), language)
    x = alt.X("share:Q", title=result.said("axis.in", language), scale=alt.Scale(domain=[0, 100]))
    y = alt.Y("estimate:Q", title=index, scale=alt.Scale(zero=False, nice=True, padding=8))
    base = alt.Chart(alt.InlineData(values=line))
    band = base.mark_area(opacity=0.18, color=PICKED).encode(x=x, y=alt.Y("lower:Q", title=index), y2="upper:Q")
    curve = base.mark_line(color=PICKED, point={"size": 26, "filled": True, "color": PICKED}).encode(x=x, y=y)
    late = alt.Chart(alt.InlineData(values=dots))
    at = alt.X("middle:Q", title=result.said("axis.in", language))
    layers = [band, curve, late.mark_rule(strokeWidth=2, strokeDash=[1, 0], color="#E1751B").encode(
                  x=at, y=alt.Y("lower:Q", title=index), y2="upper:Q"),
              late.mark_point(size=64, filled=True, opacity=1, color="#E1751B").encode(x=at, y=y),
              late.mark_text(baseline="top", dy=5, fontSize=11).encode(x=at, y=alt.Y("lower:Q", title=index),
                                                                       text="name:N")]  # fmt: skip
    moved = order[order["part"] == "difference"]
    under = [result.said("lines", language)]
    if len(moved) and moved["se"].notna().all():
        value, low, high = (float(moved.iloc[0][name]) for name in ("estimate", "lower", "upper"))
        under.append(result.said("difference", language, value=write_number(value, 1, signed=True),
                                 low=write_number(low, 1), high=write_number(high, 1)))  # fmt: skip
    chart = alt.layer(*layers).properties(width=WIDTH - 60, height=260)
    return titled(chart, result, language, title=result.said("title.order", language, index=index),
                  under=[one_line(under, language)])  # fmt: skip


def _step(result: Nonresponse, step: str, language: Language) -> str:
    known = {"early", "middle", "late"}
    return result.said(step, language) if step in known else result.said("contact", language, number=step)
