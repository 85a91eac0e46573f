"""Charts of balance: coefficients beside limits, of one unit and of many, and what schools have of one indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import SMALL, WIDTH, rows_of, titled, wrapped
from analysis.documents.charts import AMOUNTS, ANSWERS, OTHER, PICKED, REFERENCE, TEXT
from analysis.documents.tables import display_width
from analysis.indicators.balance.notes import part_name, singles
from analysis.indicators.balance.verdicts import written_apart, written_bound
from analysis.messages import Language, bracketed, listed, pick

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.balance.evaluation import Balance

#: Width of the names at the left.
_NAMES = {"zh-Hans": 86, "en": 128}
#: Height of a row of one unit's chart, of a row of cells, and of a row of schools.
_ROW, _CELL, _SWARM = 24, 20, 34
#: Bounds of a coefficient's share of its limit, and the colours between them.
_BOUNDS = (0.75, 1.0, 1.25)
_SHADES = (AMOUNTS[0], AMOUNTS[1], ANSWERS[1], ANSWERS[0])
#: Parts of a rule that figures of schools rest on.
_OF_SCHOOLS = ("resources", "split", "left_out")
#: Places across which schools are told apart.
_BINS = 90
#: Letters, of which a Han character is two, that a head of a column of cells takes in a line.
_HEAD = 10


def draw_balance(result: Balance, language: Language, *, year: int) -> dict[str, Any]:
    """Draw one unit's coefficients: a dot an indicator beside its limit, a panel a stage."""
    import altair as alt

    table = result.table[result.table["year"] == year]
    unit = str(table["unit"].iloc[0])
    named = _short_names(result, language)
    keys = {name: result.said(f"chart.key.{name}", language) for name in ("above", "within", "unlimited")}
    rows = []
    for row in rows_of(table):
        kind = "unlimited" if row["limit"] is None else "within" if row["met"] else "above"
        rows.append({"name": named[row["indicator"]], "stage": row["stage"], "cv": row["cv"], "limit": row["limit"],
                     "kind": keys[kind], "shown": _apart(row)})  # fmt: skip
    most = max([1.12 * each for row in rows for each in (row["cv"], row["limit"]) if each is not None] or [1.0])
    order = list(named.values())
    used = [keys[name] for name in keys if any(row["kind"] == keys[name] and row["cv"] is not None for row in rows)]
    colours = {keys["above"]: REFERENCE, keys["within"]: PICKED, keys["unlimited"]: OTHER}
    width = (WIDTH - _NAMES[language] - 2 * 46) / 2
    across, shades = result.said("axis.cv", language), [colours[each] for each in used]
    charts = []
    for place, stage in enumerate(dict.fromkeys(row["stage"] for row in rows)):
        here = [row for row in rows if row["stage"] == stage]
        axis = alt.Axis(grid=True, domain=False, ticks=False, labels=place == 0)
        scale = alt.Scale(domain=[0, most], nice=False)
        x = alt.X("cv:Q", title=across, scale=scale, axis=alt.Axis(tickCount=4))
        base = alt.Chart(alt.InlineData(values=here)).encode(y=alt.Y("name:N", sort=order, title=None, axis=axis))
        bounded = base.transform_filter("isValid(datum.limit)")
        limit = bounded.mark_tick(color=REFERENCE, thickness=1.5, size=_ROW).encode(
            x=alt.X("limit:Q", title=across, scale=scale))  # fmt: skip
        known = base.transform_filter("isValid(datum.cv)")
        dots = known.mark_circle(size=90, opacity=1).encode(
            x=x, color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=used, range=shades),
                                 legend=alt.Legend(symbolType="circle") if place == 0 else None))  # fmt: skip
        texts = base.mark_text(align="left", dx=6, fontSize=12).encode(
            x=alt.value(width), text="shown:N", color=alt.value(SMALL))  # fmt: skip
        head = alt.TitleParams([_stage_head(result, stage, language)], fontSize=13, anchor="start", offset=6)
        charts.append(alt.layer(limit, dots, texts).properties(width=width, height={"step": _ROW}, title=head))
    title = result.said("chart.title.one", language, unit=result.code("unit", unit, language), year=year)
    chart = alt.hconcat(*charts, spacing=52)
    return titled(chart, result, language, title=title, under=_under(result, table, rows, language))


def draw_units(result: Balance, language: Language, *, stage: str | None, year: int) -> dict[str, Any]:
    """Draw the coefficients of all units as a table of colours, one a stage: how near each is to its limit."""
    import altair as alt

    table = result.table[result.table["year"] == year]
    table = table[table["stage"] == stage] if stage else table
    named = _heads(_short_names(result, language), language)
    keys = _keys(result, language)
    rows = []
    for row in rows_of(table):
        share = row["cv"] / row["limit"] if row["limit"] and row["cv"] is not None else None
        place = None if share is None else sum(share > bound * (1 + 1e-9) for bound in _BOUNDS)
        rows.append({"unit": result.code("unit", row["unit"], language), "stage": row["stage"],
                     "indicator": named[row["indicator"]], "shown": _apart(row),
                     "kind": None if place is None else keys[place], "dark": place == len(_SHADES) - 1})  # fmt: skip
    units = [result.code("unit", each, language) for each in _in_order(result, table)]
    columns = list(named.values())
    lines = columns[0].count(" / ")
    used = [key for key in keys if any(row["kind"] == key for row in rows)]
    shades = [_SHADES[keys.index(key)] for key in used]
    width = min(72.0, (WIDTH - _NAMES[language] + 20) / len(columns))
    charts = []
    for place, each in enumerate(dict.fromkeys(row["stage"] for row in rows)):
        here = [row for row in rows if row["stage"] == each]
        base = alt.Chart(alt.InlineData(values=here)).encode(
            y=alt.Y("unit:N", sort=units, title=None, axis=alt.Axis(domain=False, ticks=False, grid=False)),
            x=alt.X("indicator:N", sort=columns, title=None, axis=alt.Axis(
                orient="top", domain=False, ticks=False, labelFontSize=11, labelExpr="split(datum.label, ' / ')",
                labelLimit=0, labelOverlap=False, labelPadding=5 + 13 * lines)))  # fmt: skip
        cells = base.transform_filter("isValid(datum.kind)").mark_rect(stroke="white", strokeWidth=1.5).encode(
            color=alt.Color("kind:N", title=None, legend=alt.Legend(symbolType="square") if place == 0 else None,
                            scale=alt.Scale(domain=used, range=shades)))  # fmt: skip
        texts = base.mark_text(fontSize=11).encode(
            text="shown:N", color=alt.condition("datum.dark", alt.value("white"), alt.value(TEXT)))  # fmt: skip
        head = alt.TitleParams([_stage_head(result, each, language)], fontSize=13, anchor="start", offset=8)
        charts.append(alt.layer(cells, texts).properties(width={"step": width}, height={"step": _CELL}, title=head))
    chart = charts[0] if len(charts) == 1 else alt.vconcat(*charts, spacing=22)
    unknown = any(row["shown"] == "—" for row in rows)
    under = [result.said("chart.key.open", language)] if unknown else []
    title = result.said("chart.title.units", language, year=year)
    spec = titled(chart, result, language, title=title, under=[*under, *_beside(result, table, language)])
    spec["config"]["view"]["stroke"] = None
    return spec


def draw_schools(
    result: Balance, language: Language, *, indicator: str, stage: str, year: int, unit: str | None
) -> dict[str, Any]:
    """Draw what each school has of one indicator: a dot a school, a row a unit, and the threshold as a line."""
    import altair as alt

    every = result.measures
    table = every[(every["indicator"] == indicator) & (every["stage"] == stage) & (every["year"] == year)]
    table = table[table["unit"] == unit] if unit else table
    of = result.standard.indicator(indicator)
    threshold = of.thresholds.get(stage)
    bounds = [] if threshold is None else [threshold]
    known = table[table["value"].notna()]
    span = float(known["value"].max() - min(0.0, float(known["value"].min()))) if len(known) else 1.0
    keys = [result.said(f"chart.key.{name}", language) for name in ("below", "reaches", "school")]
    rows = []
    for row in rows_of(_swarm(known, span)):
        key = keys[2] if threshold is None else keys[1] if row["meets"] else keys[0]
        rows.append({"unit": result.code("unit", row["unit"], language), "school": row["school"], "kind": key,
                     "value": row["value"], "offset": row["offset"],
                     "shown": written_apart(row["value"], of.decimals, *bounds)})  # fmt: skip
    units = [result.code("unit", each, language) for each in _in_order(result, table)]
    means = result.table[(result.table["indicator"] == indicator) & (result.table["stage"] == stage)
                         & (result.table["year"] == year) & result.table["unit"].isin(set(table["unit"]))]  # fmt: skip
    ticks = [{"unit": result.code("unit", row["unit"], language), "value": row["mean"]} for row in rows_of(means)
             if row["mean"] is not None]  # fmt: skip
    gone = [{"unit": result.code("unit", row["unit"], language),
             "text": result.said("chart.no_figure", language, n=row["unknown"])}
            for row in rows_of(means) if row["unknown"]]  # fmt: skip
    step = _SWARM if len(units) > 1 else 120
    beside = 92 if gone else 20
    width = WIDTH - _NAMES[language] - beside
    y = alt.Y("unit:N", sort=units, title=None, axis=alt.Axis(grid=False, domain=False, ticks=False),
              scale=alt.Scale(domain=units, paddingInner=0.1, paddingOuter=0.1))  # fmt: skip
    # Fully laid out, as the offsets are places within the row.
    title_x = bracketed(pick(of.name, language), pick(of.measure, language), language)
    x = alt.X("value:Q", title=title_x, scale=alt.Scale(domainMin=0, nice=True))
    used = [key for key in keys if any(row["kind"] == key for row in rows)]
    colours = dict(zip(keys, (REFERENCE, PICKED, PICKED), strict=True))
    dots = alt.Chart(alt.InlineData(values=rows)).mark_circle(size=20 if len(units) > 1 else 44, opacity=0.6).encode(
        x=x, y=y, yOffset=alt.YOffset("offset:Q", scale=alt.Scale(domain=[-1, 1])),
        color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=used, range=[colours[key] for key in used]),
                        legend=alt.Legend(symbolType="circle") if len(used) > 1 else None),
        tooltip=[alt.Tooltip("school:N", title=" "), alt.Tooltip("shown:N", title=" ")])  # fmt: skip
    layers: list[Any] = [dots]
    if ticks:
        layers.append(alt.Chart(alt.InlineData(values=ticks)).mark_tick(
            color=TEXT, thickness=2.4, size=step * 0.6).encode(x=x, y=y))  # fmt: skip
    if threshold is not None:
        said = result.said("chart.threshold", language, value=written_bound(threshold, 0 if of.decimals == 0 else 1))
        line = alt.Chart(alt.InlineData(values=[{"value": threshold, "text": said}])).encode(x=x)
        layers += [line.mark_rule(color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.4),
                   line.mark_text(align="left", baseline="bottom", dx=4, fontSize=12, color=REFERENCE).encode(
                       y=alt.value(-3), text="text:N")]  # fmt: skip
    if gone:
        layers.append(alt.Chart(alt.InlineData(values=gone)).mark_text(align="left", dx=6, fontSize=11).encode(
            x=alt.value(width), y=y, text="text:N", color=alt.value(SMALL)))  # fmt: skip
    chart = alt.layer(*layers).properties(width=width, height={"step": step, "for": "position"})
    title = result.said("chart.title.schools", language, indicator=pick(of.short, language),
                        stage=result.code("stage", stage, language).lower(), year=year)  # fmt: skip
    under = [result.said("chart.mean", language)] if ticks else []
    return titled(chart, result, language, title=title, under=[*under, *_doubted(result, language, _OF_SCHOOLS)])


def _swarm(table: pd.DataFrame, span: float) -> pd.DataFrame:
    """Put schools of nearly the same value beside each other: places from −1 to 1 across the row."""
    import numpy as np

    if table.empty:
        return table.assign(offset=[])
    table = table.sort_values(["unit", "value", "school"])
    bins = np.floor(table["value"].to_numpy(float) / (span or 1.0) * _BINS).astype(int)
    at = table.groupby([table["unit"], bins]).cumcount().to_numpy()
    side = np.where(at % 2, 1, -1) * ((at + 1) // 2)
    widest = max(int(np.abs(side).max()), 6)
    return table.assign(offset=side / widest * 0.85)


def _short_names(result: Balance, language: Language) -> dict[str, str]:
    """Give the short names of the rule's indicators, and of the mean of their coefficients where it is judged."""
    named = {each.id: pick(each.short, language) for each in result.standard.resources.indicators}
    if result.standard.variation.of == "mean":
        named["composite"] = result.said("composite.short", language)
    return named


def _heads(named: dict[str, str], language: Language) -> dict[str, str]:
    """Write names over narrow columns: on several lines where they are long, all of them down to the last line."""
    lines = {code: [name] if display_width(name) <= _HEAD else wrapped(name, _HEAD + 1 if language == "en" else 8)
             for code, name in named.items()}  # fmt: skip
    most = max(map(len, lines.values()))
    return {code: " / ".join([*[""] * (most - len(each)), *each]) for code, each in lines.items()}


def _stage_head(result: Balance, stage: str, language: Language) -> str:
    """Name a stage and its limit."""
    of = result.standard.variation
    limit = written_bound(of.limits[stage], 2)
    said = result.said("chart.limit" if of.of == "each" else "chart.limit.mean", language, limit=limit)
    return bracketed(result.code("stage", stage, language), said, language)


def _keys(result: Balance, language: Language) -> list[str]:
    """Name the shares of a limit that colours stand for."""
    above, within = (result.said(f"chart.key.{name}", language) for name in ("above", "within"))
    low, _, high = (f"{100 * bound:.0f}%" for bound in _BOUNDS)
    if language == "zh-Hans":
        return [f"不超过限值的{low}", f"{within}（{low}以上）", above, f"{above}{100 * (_BOUNDS[2] - 1):.0f}%以上"]
    return [f"up to {low} of the limit", "up to the limit", "above it", f"over {high} of it"]


def _in_order(result: Balance, table: pd.DataFrame) -> list[str]:
    """Give the units of a table in the order of the workspace."""
    there = set(table["unit"])
    known = list(map(str, result.workspace.units.frame.index)) if result.workspace else sorted(there)
    return [each for each in known if each in there]


def _apart(row: Mapping[str, Any]) -> str:
    """Write a coefficient apart from its limit."""
    return written_apart(row["cv"], 3, *([] if row["limit"] is None else [row["limit"]]))


def _under(result: Balance, table: pd.DataFrame, rows: Sequence[dict[str, Any]], language: Language) -> list[str]:
    unknown = [f"{result.code('stage', row['stage'], language)}{row['name']}" if language == "zh-Hans" else
               f"{row['name']} ({result.code('stage', row['stage'], language).lower()})"
               for row in rows if row["cv"] is None]  # fmt: skip
    told = [result.said("chart.not_known", language, names=listed(unknown, language))] if unknown else []
    return [*told, *_beside(result, table, language)]


def _beside(result: Balance, table: pd.DataFrame, language: Language) -> list[str]:
    """Say where one school can't differ, and what the coefficients rest on that no source read says."""
    single = singles(table)
    told = [result.said("chart.single", language, n=single)] if single else []
    return [*told, *_doubted(result, language, ("variation", *_OF_SCHOOLS))]


def _doubted(result: Balance, language: Language, of: Sequence[str]) -> list[str]:
    """Mark the parts of the rule that figures rest on and that no source read says."""
    bases = result.bases()
    names = [pick(part_name(name, result.standard), language) for name in of if bases.get(name) == "C"]
    parts = listed(names, language).lower()
    return [result.said("chart.uncertain", language, parts=parts)] if names else []
