"""Charts of uncertainty: intervals of ranks, and how often each unit leads each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import ROW, SMALL, WIDTH, rows_of, titled
from analysis.documents.charts import AMOUNTS, PICKED, REFERENCE
from analysis.indicators.charts.composite_parts import coloured, numbers
from analysis.messages import Language, listed, write_number

if TYPE_CHECKING:
    from analysis.indicators.composites.uncertainty import Uncertainty

#: Cells narrower than this hold no number.
_NARROW = 17
#: Above this share a number is written in white.
_DARK = 72


def draw_intervals(result: Uncertainty, language: Language) -> dict[str, Any]:
    """Draw median and interval of each unit's rank, and its rank as built."""
    import altair as alt

    rows = [row for row in rows_of(result.table) if row["median"] is not None]
    without = result.table.loc[result.table["median"].isna(), "unit"]
    for row in rows:
        row["name"] = result.code("unit", row["unit"], language)
        row["told"] = f"{write_number(row['lower'], 0)}–{write_number(row['upper'], 0)}"
    kinds = [result.said("kind.median", language), result.said("kind.rank", language)]
    dots = [{"name": row["name"], "place": row[name], "kind": kind} for row in rows
            for name, kind in zip(("median", "rank"), kinds, strict=True) if row[name] is not None]  # fmt: skip
    order = [row["name"] for row in rows]
    level = write_number(100 * float(result.settings["level"]), 0)
    last = max(len(rows), 2)
    scale = alt.Scale(domain=[0.5, last + 0.5], nice=False)
    x = alt.X("place:Q", title=result.said("axis", language, level=level), scale=scale,
              axis=alt.Axis(values=_ticks(last), format="d", grid=False))  # fmt: skip
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(grid=True, domain=False, ticks=False))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=y)
    color = alt.Color("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=[PICKED, REFERENCE]),
                      legend=alt.Legend(offset=8))  # fmt: skip
    shape = alt.Shape("kind:N", title=None, sort=kinds, scale=alt.Scale(domain=kinds, range=["circle", "diamond"]))
    points = alt.Chart(alt.InlineData(values=dots)).encode(y=y, x=x, color=color, shape=shape)
    chart = alt.layer(
        base.mark_rule(color=PICKED, strokeWidth=3, opacity=0.45, strokeDash=[1, 0]).encode(
            x=alt.X("lower:Q", scale=scale), x2="upper:Q"),
        points.transform_filter(alt.datum.kind == kinds[0]).mark_point(filled=True, size=62, opacity=1),
        points.transform_filter(alt.datum.kind == kinds[1]).mark_point(filled=False, size=85, strokeWidth=1.6,
                                                                       opacity=1),
        base.mark_text(align="left", dx=8, fontSize=11, color=SMALL).encode(x=alt.value(WIDTH - 190), text="told:N"),
    ).properties(width=WIDTH - 190, height={"step": ROW + 1})  # fmt: skip
    under = [result.said("missing", language, names=listed((result.code("unit", unit, language) for unit in without),
                                                           language))] if len(without) else []  # fmt: skip
    return titled(chart, result, language, under=under)


def _ticks(last: int) -> list[int]:
    """Give whole ranks for an axis, the first and about eight more."""
    step = max(1, round(last / 8))
    return [1, *range(step if step > 1 else 2, last + 1, step)]


def draw_leads(result: Uncertainty, language: Language) -> dict[str, Any]:
    """Draw how often the unit of each row leads that of each column."""
    import altair as alt

    order = list(result.table.loc[result.table["median"].notna(), "unit"])
    names = {unit: result.code("unit", unit, language) for unit in order}
    leads = result.leads
    cell = min(34.0, max(6.0, (WIDTH - 110) / max(len(order), 1)))
    rows = [{"row": names[one], "column": names[two], "share": float(leads.loc[one, two]),
             "told": write_number(float(leads.loc[one, two]), 0)}
            for one in order for two in order if one != two and result.together.loc[one, two]]  # fmt: skip
    sort = list(names.values())
    y = alt.Y("row:N", sort=sort, title=None, axis=alt.Axis(domain=False, ticks=False))
    upright: dict[str, Any] = {"labelAngle": -90, "labelAlign": "left", "labelBaseline": "middle"}
    x = alt.X("column:N", sort=sort, title=None, axis=alt.Axis(orient="top", domain=False, ticks=False, **upright))
    color = coloured("share", result.said("legend", language), (0, 100), AMOUNTS)
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
    layers = [base.mark_rect(stroke="white", strokeWidth=1).encode(color=color)]
    if cell >= _NARROW:
        layers.append(numbers(base, dark=f"datum.share > {_DARK}", size=9.5))
    chart = alt.layer(*layers).properties(width={"step": cell}, height={"step": min(cell, ROW + 4)})
    return titled(chart, result, language, title=result.said("title.leads", language),
                  under=_counted(result, order, language))  # fmt: skip


def _counted(result: Uncertainty, order: list[str], language: Language) -> list[str]:
    """Say of which combinations shares are, and how many these are where they differ by pair."""
    counts = result.together.loc[order, order].to_numpy().tolist()
    together = [count for row, line in enumerate(counts) for column, count in enumerate(line) if row != column]
    runs = len(result.scores)
    if all(count == runs for count in together):
        return [result.said("rows", language)]
    there = [count for count in together if count]
    said = [result.said("rows.together", language, least=min(there, default=0), most=max(there, default=0), n=runs)]
    return said + ([result.said("rows.never", language)] if len(there) < len(together) else [])
