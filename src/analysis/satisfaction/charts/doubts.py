"""Charts of doubts: shares of signs by group, shares of all signs, and when answers of mobilised places began."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, WIDTH, rows_of, titled, wrapped
from analysis.documents.charts import OTHER, REFERENCE, TEXT
from analysis.messages import Language, write_number
from analysis.satisfaction.charts.asides import one_line, values_beside
from analysis.satisfaction.charts.parts import dots_with_intervals, interval_text, suppressed

if TYPE_CHECKING:
    import pandas as pd

    from analysis.satisfaction.quality.doubts import Doubts

#: Places that are drawn at most, the most suspicious first.
_MOST_PLACES = 8
#: Width of a panel with names at the left and values with intervals at the right.
_ACROSS = WIDTH - 240


def draw_doubts(result: Doubts, language: Language) -> dict[str, Any]:
    """Draw the share of doubtful answers by group; where there is one group or none, the share of each sign."""
    groups = [name for name in result.settings["by"] if len(set(result.table[name].dropna())) > 1]
    if not groups:
        return draw_signs(result, language, {})
    group = groups[0]
    table = result.table[result.table["sign"] == "doubtful"]
    here = table[table[group].notna()].sort_values("estimate", ascending=False, kind="stable")
    rows, hidden = [], []
    for row in rows_of(here):
        name = result.code(group, row[group], language)
        if row["precision"] == "suppress":
            hidden.append(name)
        else:
            rows.append(_dot(row, name))
    whole = table[table[list(result.settings["by"])].isna().all(axis=1)].iloc[0]
    for row in rows:
        row["whole"] = float(whole["estimate"])
    chart = dots_with_intervals(rows, order=[row["name"] for row in rows], x_title=result.said("axis", language),
                                domain=_from_zero(rows), label="", reference="whole")  # fmt: skip
    chart = values_beside(chart, _ACROSS).properties(width=_ACROSS, height={"step": ROW})
    under = [
        result.said("overall", language, value=write_number(float(whole["estimate"]), 2)),
        suppressed(hidden, language),
        _careful(result, rows, language),
        result.said("no_verdict", language),
    ]
    return _finished(chart, result, language, result.said("title.groups", language), under)


def draw_signs(result: Doubts, language: Language, group: Mapping[str, Any]) -> dict[str, Any]:
    """Draw the share of each sign, of all answers or of one group."""
    table, by = result.table, list(result.settings["by"])
    keep = table[[name for name in by if name not in group]].isna().all(axis=1)
    for name, value in group.items():
        keep &= table[name].astype("object").eq(value) if name in table else False
    if not keep.any():
        from analysis.messages import DuzhengError
        from analysis.messages.requests import wrong

        expected = f"one group of {', '.join(by) or 'none'}"
        raise DuzhengError(wrong(f"the group {dict(group)}", expected, "see its table"))
    rows = [_dot(row, result.code("sign", row["sign"], language)) for row in rows_of(table[keep])
            if row["precision"] != "suppress"]  # fmt: skip
    chart = dots_with_intervals(rows, order=[row["name"] for row in rows], x_title=result.said("axis", language),
                                domain=_from_zero(rows), label="")  # fmt: skip
    chart = values_beside(chart, _ACROSS).properties(width=_ACROSS, height={"step": ROW + 4})
    named = " · ".join(result.code(name, value, language) for name, value in group.items())
    title = result.said("title.signs_of", language, group=named) if named else result.said("title.signs", language)
    hidden = suppressed([named] if not rows else [], language)
    under = [hidden, _careful(result, rows, language), result.said("no_verdict", language)]
    return _finished(chart, result, language, title, under)


def _finished(chart: Any, result: Doubts, language: Language, title: str, under: list[str]) -> dict[str, Any]:
    spec = titled(chart, result, language, title=title, under=[one_line(under, language)])
    # Points at 0 would touch the names.
    spec["config"].setdefault("axisY", {})["labelPadding"] = 8
    return spec


def draw_mobilised(result: Doubts, language: Language) -> dict[str, Any]:
    """Draw when answers began: one line a mobilised place and one of all others, a disc for each hour."""
    import altair as alt

    design, found = result.designs[0], result.answers
    told = result.places[result.places["mobilised"]].head(_MOST_PLACES)
    hour = design.data["started"].dt.floor("h")
    name = found[design.place].astype("object")
    names = {place: _named(result, place, language) for place in told[design.place]}
    others = result.said("others", language, n=len(result.places) - int(result.places["mobilised"].sum()))
    line = name.map(names)
    rest = name.notna() & ~name.isin(result.places.loc[result.places["mobilised"], design.place])
    line = line.where(~rest, others)
    rows = rows_of(_hourly(line, hour, found["best"]))
    for row in rows:
        row["hour"] = row["hour"].isoformat()
    order = [*names.values(), others]
    minutes = write_number(float(result.settings["minutes"]), 0)
    said = [
        {"name": names[row[design.place]], "text": result.said("top_of", language, minutes=minutes, most=row["most"])}
        for row in rows_of(told)
    ]
    kinds = [result.said("key.all", language), result.said("key.top", language)]
    data = [{"hour": row["hour"], "name": row["name"], "share": row[part], "kind": kind} for row in rows
            for part, kind in (("all", kinds[0]), ("top", kinds[1])) if row[part] > 0]  # fmt: skip
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, domain=False, ticks=False))
    discs = alt.Chart(alt.InlineData(values=data)).mark_circle(opacity=0.75).encode(
        x=alt.X("hour:T", title=result.said("day", language), scale=alt.Scale(padding=22),
                axis=alt.Axis(format="%-m-%-d", tickCount="day")),
        y=y, size=alt.Size("share:Q", legend=None, scale=alt.Scale(domain=[0, 100], range=[0, 1400])),
        color=alt.Color("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[OTHER, REFERENCE])),
    )  # fmt: skip
    words = alt.Chart(alt.InlineData(values=said)).mark_text(align="left", dx=8, fontSize=11, color=TEXT).encode(
        y=y, x=alt.value(WIDTH - 220), text="text:N")  # fmt: skip
    chart = alt.layer(discs, words).properties(width=WIDTH - 220, height={"step": 34})
    spec = titled(chart, result, language, title=result.said("title.mobilised", language))
    # It has no intervals, of which the usual subtitle speaks.
    texts = [result.said("size", language), result.said("no_verdict", language)]
    texts += [result.said("short.synthetic", language)] if result.synthetic else []
    spec["title"]["subtitle"] = wrapped(one_line(texts, language))
    return spec


def _named(result: Doubts, place: Any, language: Language) -> str:
    design = result.designs[0]
    return design.labels.name(design.place, place, language)


def _hourly(line: pd.Series[Any], hour: pd.Series[Any], best: pd.Series[bool]) -> pd.DataFrame:
    """Give the shares of a line's answers that began in each hour, and of those with the best of everything."""
    import pandas as pd

    known = line.notna()
    each = pd.DataFrame({"name": line[known], "hour": hour[known], "top": best[known].astype(int)})
    sums = each.groupby(["name", "hour"], sort=True)["top"].agg(["size", "sum"]).reset_index()
    total = sums.groupby("name")["size"].transform("sum")
    return pd.DataFrame({"name": sums["name"], "hour": sums["hour"], "all": 100 * sums["size"] / total,
                         "top": 100 * sums["sum"] / total})  # fmt: skip


def _dot(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {**row, "name": name, "careful": row["precision"] == "caution", "shown": interval_text(row)}


def _from_zero(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Give an axis from 0 to a tenth beyond the longest interval: shares are read by their distance from 0."""
    ends = [row[name] for row in rows for name in ("estimate", "upper") if row[name] is not None]
    return 0.0, round(1.1 * max([*ends, 1.0]), 1)


def _careful(result: Doubts, rows: list[dict[str, Any]], language: Language) -> str:
    return result.said("caution", language) if any(row["careful"] for row in rows) else ""
