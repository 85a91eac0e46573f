"""Charts of targets: the figures, the straight way that is needed, the target, and a projection where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import rows_of, titled, wrapped
from analysis.documents.charts import CATEGORIES, OTHER, PICKED, REFERENCE
from analysis.indicators.charts.trend import begun, lines, panel_measure, panel_name
from analysis.messages import Language, listed, write_number

if TYPE_CHECKING:
    from analysis.indicators.targets.targets import Targets

#: Panels that are drawn at most.
MOST = 40
#: Colours of what is reached or on course, what is behind, and what cannot be told.
COLOURS = {"reached": PICKED, "on_course": PICKED, "behind": CATEGORIES[1], "missed": CATEGORIES[1], "unknown": OTHER}
#: Characters of a panel's title in a line.
_LINE = 24


def draw_targets(result: Targets, language: Language) -> dict[str, Any]:
    """Draw one panel a target; one alone is large."""
    import altair as alt

    shown = rows_of(result.table.head(MOST))
    if not shown:
        empty = alt.Chart(alt.InlineData(values=[{}])).mark_text().encode(
            text=alt.value(result.said("no_target", language))).properties(width=400, height=60)  # fmt: skip
        return titled(empty, result, language)
    alone = len(shown) == 1
    units, codes = {row["unit"] for row in shown}, {row["indicator"] for row in shown}
    pairs = [(row["unit"], row["indicator"]) for row in shown]
    heads = [[*wrapped(_name(result, row, units, codes, pairs.count(pair) > 1, language), _LINE),
              *panel_measure(result, row["indicator"], language)]
             for row, pair in zip(shown, pairs, strict=True)]  # fmt: skip
    deep = max(map(len, heads))
    titles = []
    for row, head in zip(shown, heads, strict=True):
        said = [result.said(f"verdict.{row['verdict']}", language), *_beneath(result, row, language)]
        titles.append(" / ".join([*[" "] * (deep - len(head)), *head, *said]))
    rows = _points(result, shown, titles)
    marks = [_mark(row, title) for row, title in zip(shown, titles, strict=True)]
    breaks = [{"panel": title, "break": year - 0.5} for row, title in zip(shown, titles, strict=True)
              for year in _breaks(result, row)]  # fmt: skip
    years = min(row["year"] for row in rows) if rows else min(row["by"] for row in shown) - 1
    last = max([row["by"] for row in shown] + [row["year"] for row in rows])

    def more(at: Any) -> list[Any]:
        base = alt.Chart().transform_filter("isValid(datum.target)")
        color = alt.Color("color:N", scale=None)
        way = base.transform_filter("isValid(datum.base)").mark_rule(
            strokeDash=[4, 3], color=REFERENCE, strokeWidth=1.2
        )
        bar = base.transform_filter("isValid(datum.lower)").mark_rule(strokeWidth=5, opacity=0.55)
        layers = [
            way.encode(x=at("base_year"), x2="by:Q", y="base:Q", y2="target:Q"),
            bar.encode(x=at("by"), y="lower:Q", y2="upper:Q", color=color),
            base.mark_point(filled=True, shape="diamond", size=110 if alone else 60, color=REFERENCE,
                            opacity=1).encode(x=at("by"), y="target:Q"),
        ]  # fmt: skip
        text = base.encode(x=at("by"), y="target:Q", text="text:N")
        sides = [text.transform_filter(side).mark_text(dy=dy, fontSize=11, color=REFERENCE)
                 for side, dy in (("datum.above", -14), ("!datum.above", 16))]  # fmt: skip
        return [*layers, *sides] if alone else layers

    measures = result.measures(language)
    chart = lines([*rows], titles, measure=measures[0] if len(measures) == 1 else "", together=False,
                  breaks=[*breaks, *marks], alone=alone, marks=more, years=(years, last))  # fmt: skip
    under = [
        listed((part.strip() for part in titles[0].split(" / ")[deep:]), language) if alone else "",
        result.said("diamond", language),
        result.said("straight", language) if any(mark["base"] is not None for mark in marks) else "",
        result.said("bar", language) if any(mark["lower"] is not None for mark in marks) else "",
        result.said("broken", language) if breaks else "",
        "" if alone else result.said("scales", language),
        result.said("not_drawn", language, n=len(result.table) - MOST) if len(result.table) > MOST else "",
    ]
    return titled(chart, result, language, under=begun(under, language))


def _name(
    result: Targets, row: dict[str, Any], units: set[str], codes: set[str], several: bool, language: Language  # noqa: FBT001
) -> str:  # fmt: skip
    name = panel_name(result, row, units, codes, language)
    return f"{name} · {result.code('term', row['term'], language)}" if several else name


def _beneath(result: Targets, row: dict[str, Any], language: Language) -> list[str]:
    """Say why nothing can be told, or what is needed beside what was."""
    if row["verdict"] == "unknown" and row["reason"]:
        return [result.said(f"reason.{row['reason']}", language)]
    if row["needed"] is None:
        return [" "]
    needed, observed = (write_number(row[name], _decimals(row[name]), signed=True) for name in ("needed", "observed"))
    return [result.said("needed", language, needed=needed, observed=observed)]


def _decimals(value: float | None) -> int:
    """Three digits tell changes apart."""
    return 0 if value is None or abs(value) >= 100 else 1 if abs(value) >= 10 else 2  # noqa: PLR2004


def _points(result: Targets, shown: list[dict[str, Any]], titles: list[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for point in rows_of(result.points.sort_values(["row", "year"])):
        if point["row"] >= len(shown):
            continue
        row, title = shown[point["row"]], titles[point["row"]]
        decimals = result.workspace.catalogue[row["indicator"]].decimals if result.workspace else 2
        label = write_number(point["value"], 0 if abs(point["value"]) >= 1000 else decimals)  # noqa: PLR2004
        rows.append({"panel": title, "year": point["year"], "value": point["value"],
                     "segment": point["segment"], "hollow": point["doubt"], "color": COLOURS[row["verdict"]],
                     "label": label})  # fmt: skip
    return rows


def _mark(row: dict[str, Any], title: str) -> dict[str, Any]:
    """Give the target with the way to it: none across a break."""
    way = row["base"] is not None and row["reason"] != "break"
    decimals = 0 if float(row["target"]).is_integer() else 2
    return {"panel": title, "by": row["by"], "target": row["target"], "base_year": row["base_year"] if way else None,
            "base": row["base"] if way else None, "lower": row["lower"], "upper": row["upper"],
            "color": COLOURS[row["verdict"]], "text": write_number(row["target"], decimals),
            "above": not (row["gap"] is not None and row["gap"] <= 0 and row["way"] == "at_least")}  # fmt: skip


def _breaks(result: Targets, row: dict[str, Any]) -> list[int]:
    mine = result.points.loc[result.points["row"] == result.table.index[
        (result.table["term"] == row["term"]) & (result.table["unit"] == row["unit"]) &
        (result.table["indicator"] == row["indicator"])][0], "year"]  # fmt: skip
    if result.workspace is None or mine.empty:
        return []
    return [each.year for each in result.workspace.catalogue[row["indicator"]].breaks
            if mine.min() < each.year <= max(mine.max(), row["by"])]  # fmt: skip
