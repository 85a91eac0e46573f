"""Charts of open answers: shares of topics, key terms of groups, agreement of a code frame with a coder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, panels, rows_of, titled, wrapped
from analysis.documents.charts import PICKED
from analysis.messages import Language, listed, write_number
from analysis.satisfaction.charts.asides import one_line
from analysis.satisfaction.charts.parts import dots_with_intervals, interval_text, suppressed

if TYPE_CHECKING:
    from analysis.satisfaction.result import SurveyResult

#: Topics that have panels of their own, and terms of a group where there are several.
MOST_TOPICS, MOST_TERMS = 6, 5
#: Room for names at the left, and for values at the right of a chart and of bars.
_NAMES, _VALUES = 150, 105
#: Width of a half-width character of a name.
_CHARACTER = 6.9


def draw_topics(result: SurveyResult, language: Language) -> dict[str, Any]:
    """Draw shares of topics: one row a topic where there are no groups, else a panel a topic and a row a group."""
    by = list(result.settings["by"])
    table = result.table
    rows, hidden, order = [], [], _topics(result)
    for row in rows_of(table):
        group = " · ".join(result.code(name, row[name], language) for name in by if row[name] is not None)
        if row["precision"] == "suppress":
            hidden.append(group or result.code("topic", row["topic"], language))
        elif bool(by) == bool(group) and row["estimate"] is not None and row["topic"] in order:
            topic = result.code("topic", row["topic"], language)
            rows.append({**row, "name": group or topic, "panel": " / ".join(wrapped(topic, 24)),
                         "shown": interval_text(row), "careful": row["precision"] == "caution"})  # fmt: skip
    if by:
        return _panels(result, rows, hidden, order, language)
    names = [result.code("topic", topic, language) for topic in order]
    chart = dots_with_intervals(rows, order=names, x_title=result.said("axis", language), domain=_domain(rows))
    chart = chart.properties(width=WIDTH - _names(names) - _VALUES, height=_step(ROW))
    return titled(chart, result, language, under=[one_line(_under(result, rows, hidden, language), language)])


def _topics(result: SurveyResult) -> list[str]:
    """Give the topics that anybody spoke of, the commonest first."""
    by = list(result.settings["by"])
    table = result.table
    whole = table[table[by].isna().all(axis=1)] if by else table
    spoken = whole[whole["count"] > 0]
    return [str(topic) for topic in spoken.sort_values("estimate", ascending=False, kind="stable")["topic"]]


def _panels(
    result: SurveyResult, rows: list[dict[str, Any]], hidden: list[str], order: list[str], language: Language
) -> dict[str, Any]:
    whole = {row["topic"]: row["estimate"] for row in rows_of(result.table)
             if all(row[name] is None for name in result.settings["by"])}  # fmt: skip
    kept, left = order[:MOST_TOPICS], order[MOST_TOPICS:]
    rows = [{**row, "whole": whole.get(row["topic"])} for topic in kept for row in rows if row["topic"] == topic]
    titles = list(dict.fromkeys(row["panel"] for row in rows))
    columns = min(len(titles), 2 if len(titles) in {2, 4} else 3)
    chart = dots_with_intervals(
        rows, order=list(dict.fromkeys(row["name"] for row in rows)), x_title="", label="", reference="whole",
        domain=_domain(rows),
    )  # fmt: skip
    chart = chart.properties(width=(WIDTH - _NAMES) / max(columns, 1) - 18, height=_step(ROW * 0.9))
    if len(titles) > 1:
        chart = chart.facet(facet=panels(titles), columns=columns, spacing=22)
    under = [result.said("axis", language) + result.said("reference", language)]
    if left:
        names = listed((result.code("topic", topic, language) for topic in left), language)
        under.append(result.said("left", language, n=len(kept), topics=names))
    title = f"{result.said('title', language)}：{titles[0]}" if len(titles) == 1 else ""
    under += _under(result, rows, hidden, language)
    spec = titled(chart, result, language, title=title, under=[one_line(under, language)])
    spec["config"]["axisX"] |= {"labelFlush": False}
    return spec


def _domain(rows: list[dict[str, Any]]) -> list[float]:
    """Give an axis of percent from 0 to the next ten above all intervals."""
    highest = max((row["upper"] or row["estimate"] for row in rows), default=90.0)
    return [0, min(100, 10 * (1 + int(highest / 10)))]


def _under(result: SurveyResult, rows: list[dict[str, Any]], hidden: list[str], language: Language) -> list[str]:
    n = max((int(row["n"]) for row in rows_of(result.table)), default=0)
    found = [result.said("subtitle.n", language, n=write_number(n, 0)), suppressed(hidden, language)]
    return [*found, *([result.said("caution", language)] if any(row["careful"] for row in rows) else [])]


def draw_terms(result: SurveyResult, language: Language) -> dict[str, Any]:
    """Draw key terms: bars of z with the persons who use the term, one panel a group."""
    import altair as alt

    by = str(result.settings["by"])
    table = result.table
    groups = list(dict.fromkeys(table[by]))
    several = len(groups) > 1
    if several:
        table = table.groupby(by, sort=False, observed=True).head(MOST_TERMS)
    rows = [{**row, "group": result.code(by, row[by], language),
             "shown": result.said("label", language, persons=write_number(row["persons"], 0))}
            for row in rows_of(table)]  # fmt: skip
    highest = max((row["z"] for row in rows), default=1.0)
    columns = 2 if several else 1
    room = min(_names([row["term"] for row in rows]), 130)
    width = WIDTH / columns - room - 20
    scale = alt.Scale(domain=[0, highest * width / (width - 66)], nice=False)
    parts = []
    for place, group in enumerate(groups):
        name = result.code(by, group, language)
        mine = [row for row in rows if row["group"] == name]
        last = place >= len(groups) - columns
        base = alt.Chart(alt.InlineData(values=mine)).encode(
            y=alt.Y("term:N", sort=[row["term"] for row in mine], title=None,
                    axis=alt.Axis(labelLimit=room, minExtent=room, maxExtent=room)),
            x=alt.X("z:Q", title=None if several else result.said("axis", language), scale=scale,
                    axis=alt.Axis(tickCount=4, labels=last, ticks=last, domain=last)),
        )  # fmt: skip
        panel = alt.layer(
            base.mark_bar(color=PICKED, height={"band": 0.62}),
            base.mark_text(align="left", dx=5, fontSize=11, color="#57606a").encode(text="shown:N"),
        ).properties(width=width, height=_step(ROW))
        head = alt.TitleParams(name, fontSize=13, offset=4, frame="group")
        parts.append(panel.properties(title=head) if several else panel)
    chart: Any = alt.concat(*parts, columns=columns, spacing=12) if several else parts[0] if parts else _nothing()
    one = result.code(by, groups[0], language) if len(groups) == 1 else ""
    under = [result.said("axis", language)] if several else []
    said = one_line([*under, *_ends(result.remarks(language)[1:], language)], language)
    title = result.said("one", language, group=one) if one else ""
    spec = titled(chart, result, language, title=title, under=[said])
    spec["config"]["axisX"] |= {"labelFlush": False}
    return spec


def _ends(sentences: list[str], language: Language) -> list[str]:
    """Take the full stops from sentences that stand in one line with others."""
    return [text.removesuffix("。" if language == "zh-Hans" else ".") for text in sentences]


def _nothing() -> Any:
    import altair as alt

    return alt.Chart(alt.InlineData(values=[{}])).mark_point(opacity=0).properties(width=WIDTH - _NAMES, height=ROW)


def draw_agreement(result: SurveyResult, language: Language) -> dict[str, Any]:
    """Draw kappa of every topic with its interval, the surest first, and all of them together below."""
    rows = []
    for row in rows_of(result.table):
        if row["kappa"] is not None:
            row |= {"estimate": row["kappa"], "name": result.code("topic", row["topic"], language), "careful": False}
            rows.append({**row, "shown": interval_text(row, 2)})
    last = [row["name"] for row in rows if row["topic"] in {"any", "overall"}]
    order = [row["name"] for row in sorted(rows, key=lambda row: -row["kappa"]) if row["name"] not in last]
    lowest = min([0.0, *(row["lower"] for row in rows)])
    chart = dots_with_intervals(rows, order=[*order, *last], x_title=result.said("axis", language), domain=[lowest, 1])
    chart = chart.properties(width=WIDTH - _names([*order, *last]) - _VALUES, height=_step(ROW))
    return titled(chart, result, language)


def _names(names: list[str]) -> float:
    """Give the room that names take at the left of an axis."""
    from analysis.documents.tables import display_width

    return 14 + _CHARACTER * max((display_width(name) for name in names), default=0)


def _step(height: float) -> Any:
    import altair as alt

    return alt.Step(height, **{"for": "position"})
