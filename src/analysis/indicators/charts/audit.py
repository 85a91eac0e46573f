"""Charts of an audit: findings by unit and check, one unit along the years, last digits, values around a threshold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.documents.chart_parts import WIDTH, rows_of, titled, wrapped
from analysis.documents.charts import FAINT, OTHER, PICKED, REFERENCE, TEXT
from analysis.messages import DuzhengError, Language, listed, write_number
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.audit.audit import Audit

#: Units, and items of one unit, that are drawn at most.
_MOST = 20
#: Dark means certain.
_COLOURS = {"identity": REFERENCE, "improbable": PICKED, "notable": "#7FAFD3"}
_SHAPES = {"identities": "diamond", "copies": "square", "heaping": "triangle-up", "jumps": "circle",
           "stability": "triangle-right", "bunching": "triangle-down", "benford": "cross"}  # fmt: skip
#: Half-width characters of a line of a name, and where it breaks.
_LONGEST, _BREAK = 34, "¶"
#: Pixels between marks that stand side by side, and years that are written below them.
_BESIDE, _YEARS = 13, 8


def draw_audit(result: Audit, language: Language) -> dict[str, Any]:
    """Draw how many findings each unit has by check; of one unit its findings along the years."""
    units = list(dict.fromkeys(result.frame["unit"])) if len(result.frame) else []
    if result.table.empty:
        return _nothing(result, language)
    if len(units) == 1:
        return draw_unit(result, language, units[0])
    return _by_unit(result, language, units)


def _by_unit(result: Audit, language: Language, units: list[str]) -> dict[str, Any]:
    import altair as alt
    import pandas as pd

    table = result.table
    # Figures that are the same in two units are for both to verify.
    other = table[table["reason"] == "same_unit"]
    table = pd.concat([table, other.assign(unit=other["against"])], ignore_index=True)
    checks = [each for each in result.settings["checks"] if each in set(result.tests["check"])]
    counts = table.groupby(["unit", "check"], sort=False).agg(n=("reason", "size"), severity=("severity", "first"))
    total = table.groupby("unit").size()
    order = sorted(
        total.index, key=lambda unit: (unit != "", -int(total[unit]), units.index(unit) if unit in units else 0)
    )
    rest = [unit for unit in units if unit not in set(order)]
    drawn = [*order, *rest][:_MOST]
    hidden = len([unit for unit in order if unit not in drawn])
    made = result.tests.groupby("check")["tests"].sum()
    names = {each: _check(result, each, language, done=bool(made.get(each, 0))) for each in checks}
    called = {unit: result.place(unit, language) for unit in drawn}
    rows = [
        {"unit": called[row["unit"]], "check": names[row["check"]], "n": row["n"],
         "ink": TEXT if row["severity"] == "notable" else "white",
         "severity": result.said(f"short_severity.{row['severity']}", language)}
        for row in rows_of(counts.reset_index()) if row["unit"] in called
    ]  # fmt: skip
    lines = max(name.count(" / ") for name in names.values())
    severities = {result.said(f"short_severity.{key}", language): colour for key, colour in _COLOURS.items()}
    y = alt.Y("unit:N", sort=list(called.values()), title=None, scale=alt.Scale(domain=list(called.values())),
              axis=alt.Axis(grid=True, gridColor=FAINT, domain=False, ticks=False))  # fmt: skip
    x = alt.X("check:N", sort=list(names.values()), title=None, scale=alt.Scale(domain=list(names.values())),
              axis=alt.Axis(orient="top", labelAngle=0, labelExpr="split(datum.label, ' / ')", domain=False,
                            ticks=False, labelFontSize=11, labelOverlap=False, labelLimit=120,
                            labelPadding=8 + 14 * lines))  # fmt: skip
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
    discs = base.mark_circle(size=360, opacity=1).encode(
        color=alt.Color("severity:N", title=None, sort=list(severities),
                        scale=alt.Scale(domain=list(severities), range=list(severities.values()))))  # fmt: skip
    numbers = base.mark_text(fontSize=11).encode(text="n:Q", color=alt.Color("ink:N", scale=None))
    chart = (
        alt.layer(discs, numbers).resolve_scale(color="independent").properties(width=WIDTH - 100, height={"step": 25})
    )
    more = [result.said("more_units", language, n=hidden)] if hidden else []
    return titled(chart, result, language, under=_capital([result.said("size", language), *more]))


def _check(result: Audit, check: str, language: Language, *, done: bool) -> str:
    name = result.said(f"check.{check}", language)
    # Two lines: a column is narrow.
    name = name.replace(" ", " / ", 1) if language == "en" else name
    return name if done else f"{name} / ({result.said('undone', language)})"


def draw_unit(result: Audit, language: Language, unit: str = "") -> dict[str, Any]:
    """Draw the findings of one unit and its schools along the years."""
    import altair as alt

    unit = unit or str(result.settings["unit"])
    table = result.table[result.table["unit"].isin([unit, ""])] if "unit" not in result.settings else result.table
    title = result.said("title.unit", language, unit=result.code("unit", unit, language))
    if table.empty:
        return _nothing(result, language, title)
    mine = result.frame[result.frame["unit"] == unit]
    years = sorted({*mine["year"].tolist(), *table["year"].dropna().astype(int).tolist()})
    items = _items(result, table, language)
    drawn = list(dict.fromkeys(items))[:_MOST]
    # Of one kind in one place, one mark with how many there are.
    counted: dict[tuple[str, ...], int] = {}
    for row, item in zip(rows_of(table), items, strict=True):
        if item in drawn:
            key = (item, str(row["year"]), result.said(f"check.{row['check']}", language),
                   result.said(f"short_severity.{row['severity']}", language))  # fmt: skip
            counted[key] = counted.get(key, 0) + 1
    hidden = len(set(items)) - len(drawn)
    values = [dict(zip(("item", "year", "check", "severity"), key, strict=True)) | {"n": str(n) if n > 1 else ""}
              for key, n in counted.items()]  # fmt: skip
    # Marks of one place and year stand side by side, the number of findings at the right of its mark.
    width = WIDTH - 250
    pixel = (years[-1] - years[0] + 1) / width
    side: dict[tuple[str, str], float] = {}
    for value in values:
        place = (value["item"], value["year"])
        value["x"] = int(value["year"]) + side.get(place, 0.0) * pixel
        value["beside"] = value["x"] + _BESIDE * 0.6 * pixel
        side[place] = side.get(place, 0.0) + _BESIDE + 7 * len(value["n"])
    severities = {result.said(f"short_severity.{key}", language): colour for key, colour in _COLOURS.items()
                  if key in set(table["severity"])}  # fmt: skip
    checks = {result.said(f"check.{key}", language): shape for key, shape in _SHAPES.items()
              if key in set(table["check"])}  # fmt: skip
    ticks = years if len(years) <= _YEARS else years[:: -(-len(years) // _YEARS)]
    legend = alt.Legend(orient="bottom", columns=4, offset=10)
    lines = max(item.count(_BREAK) for item in drawn) + 1
    scale = alt.Scale(domain=[years[0] - 0.5, years[-1] + 0.5], nice=False)
    named = alt.Axis(grid=True, gridColor=FAINT, domain=False, ticks=False, labelLimit=0,
                     labelExpr=f"split(datum.label, '{_BREAK}')", labelBaseline="middle",
                     labelOffset=_centred(lines))  # fmt: skip
    base = alt.Chart(alt.InlineData(values=values)).encode(y=alt.Y("item:N", sort=drawn, title=None, axis=named))
    marks = base.mark_point(filled=True, size=95, opacity=1).encode(
        x=alt.X("x:Q", title=result.said("axis.year", language), scale=scale,
                axis=alt.Axis(values=ticks, format="d")),
        color=alt.Color("severity:N", title=None, sort=list(severities),
                        scale=alt.Scale(domain=list(severities), range=list(severities.values()))),
        shape=alt.Shape("check:N", title=None, sort=list(checks), legend=legend,
                        scale=alt.Scale(domain=list(checks), range=list(checks.values()))),
    )  # fmt: skip
    several = base.mark_text(align="left", fontSize=11, color=TEXT).encode(x=alt.X("beside:Q", scale=scale), text="n:N")
    chart = alt.layer(marks, several).properties(width=width, height={"step": 10 + 14 * max(lines, 1)})
    more = [result.said("more_items", language, n=hidden)] if hidden else []
    told = [result.said("beside", language)] if any(value["n"] for value in values) else []
    return titled(chart, result, language, title=title, under=_capital([*told, *more]))


def _centred(lines: int) -> Any:
    """Give what moves labels of several lines up, so that their middle stands at their row."""
    several = [{"test": f"length(split(datum.label, '{_BREAK}')) == {n}", "value": -7.0 * (n - 1)}
               for n in range(2, lines + 1)]  # fmt: skip
    return {"condition": several, "value": 0} if several else 0


def _items(result: Audit, table: pd.DataFrame, language: Language) -> list[str]:
    """Name what each finding is about, over several lines where it is long."""
    from analysis.documents.tables import display_width
    from analysis.indicators.audit.sentences import inside

    found = []
    for row in rows_of(table):
        parts = [result.code("school", row["school"], language) if row["school"] else "",
                 result.code("stage", row["stage"], language) if row["stage"] else "",
                 result.code("indicator", row["indicator"], language) if row["indicator"] else ""]  # fmt: skip
        parts = [part for part in parts if part]
        parts[1:] = [inside(part, language) for part in parts[1:]]
        # The school stands in a line of its own.
        name = listed(parts, language)
        own = bool(row["school"]) and display_width(name) > _LONGEST
        whole = [parts[0], listed(parts[1:], language)] if own else [name]
        lines = [line for part in whole for line in wrapped(part, _LONGEST)]
        found.append(_BREAK.join(lines) or result.said("several", language))
    return found


def _capital(lines: list[str]) -> list[str]:
    """Let the first of the lines begin as a sentence does."""
    return [line[:1].upper() + line[1:] if not at else line for at, line in enumerate(lines)]


def _nothing(result: Audit, language: Language, title: str = "") -> dict[str, Any]:
    """Draw that nothing was found, with how many tests were made of each check."""
    import altair as alt

    text = [{"text": result.said("nothing", language)}]
    chart = alt.Chart(alt.InlineData(values=text)).mark_text(align="left", fontSize=14, color=TEXT).encode(
        text="text:N", x=alt.value(4), y=alt.value(20)).properties(width=WIDTH - 40, height=40)  # fmt: skip
    return titled(chart, result, language, title=title)


def draw_digits(result: Audit, language: Language, group: Mapping[str, str]) -> dict[str, Any]:
    """Draw how often each last digit stands in the counts of a group."""
    import altair as alt

    from analysis.indicators.audit.heaping import countable
    from analysis.indicators.audit.sentences import about, inside

    held = countable(result.frame, result.bounds)
    for name, value in group.items():
        held = held[held[name] == value] if name in held else held.head(0)
    if held.empty:
        known = "counts that can be tested: unit, school, stage or indicator of what was audited"
        raise DuzhengError(wrong(f"the group {dict(group)}", known, "see its table"))
    counts = np.bincount(held["digit"].to_numpy(), minlength=10)
    kinds = {result.said("heap", language): PICKED, result.said("other_digits", language): OTHER}
    rows = [{"digit": str(digit), "n": int(n), "kind": list(kinds)[0 if digit in {0, 5} else 1]}
            for digit, n in enumerate(counts)]  # fmt: skip
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("digit:O", title=result.said("axis.digit", language)),
        y=alt.Y("n:Q", title=result.said("axis.counts", language),
                axis=alt.Axis(format=",d", tickMinStep=1), scale=alt.Scale(domain=[0, 1.05 * int(counts.max())])),
    )  # fmt: skip
    bars = base.mark_bar().encode(color=alt.Color("kind:N", title=None, sort=list(kinds), legend=alt.Legend(offset=34),
                                  scale=alt.Scale(domain=list(kinds), range=list(kinds.values()))))  # fmt: skip
    even = [{"even": float(counts.sum()) / 10}]
    line = alt.Chart(alt.InlineData(values=even)).mark_rule(strokeDash=[5, 3]).encode(y="even:Q")
    chart = alt.layer(bars, line).properties(width=WIDTH - 100, height=230)
    named = listed((inside(str(result.code(name, value, language)), language) for name, value in group.items()),
                   language)  # fmt: skip
    told = result.said("even", language, value=about(float(counts.sum()) / 10),
                       n=write_number(int(counts.sum()), 0), least=result.bounds.count_from,
                       share=write_number(100 * float(counts[0] + counts[5]) / float(counts.sum()), 1))  # fmt: skip
    title = result.said("title.digits", language, group=named[:1].upper() + named[1:] or result.said("all", language))
    return titled(chart, result, language, title=title, under=_capital([told]))


def draw_bunching(result: Audit, language: Language, group: Mapping[str, Any]) -> dict[str, Any]:
    """Draw the values of an indicator around its threshold, in per cent of it."""
    import altair as alt

    from analysis.indicators.audit.sentences import about, inside
    from analysis.stats.anomalies.bunching import bunching

    held = result.held
    for name, value in group.items():
        held = held[held[name] == value] if name in held else held.head(0)
    if held.empty:
        raise DuzhengError(
            wrong(f"the group {dict(group)}", "an indicator with a threshold", "give thresholds to audit")
        )
    wide = 100 * result.bounds.window
    share = (100 * held["value"] / held["threshold"]).to_numpy(float)
    share = np.where(np.isclose(share, 100, rtol=0, atol=1e-9), 100.0, share)
    edges = 100 + wide / 2 * np.arange(-14, 15)
    counts = np.histogram(share, edges)[0]
    kinds = {result.said("inside.below", language): "#E1751B", result.said("inside.above", language): PICKED,
             result.said("inside.out", language): OTHER}  # fmt: skip
    rows = []
    for at, n in enumerate(counts):
        low, high = float(edges[at]), float(edges[at + 1])
        kind = 0 if 100 - wide <= low + 1e-9 < 100 - 1e-9 else 1 if 100 - 1e-9 <= low < 100 + wide - 1e-9 else 2
        # The last bin of a histogram is closed; a value on its edge lies beyond the picture.
        rows.append({"low": low, "high": high, "n": int(n), "kind": list(kinds)[kind]})
    bars = alt.Chart(alt.InlineData(values=rows)).mark_bar(stroke="white", strokeWidth=0.6).encode(
        x=alt.X("low:Q", title=result.said("axis.share", language), bin="binned",
                scale=alt.Scale(domain=[float(edges[0]), float(edges[-1])], nice=False), axis=alt.Axis(tickCount=8)),
        x2="high:Q", y=alt.Y("n:Q", title=result.said("axis.values", language), axis=alt.Axis(tickMinStep=1)),
        color=alt.Color("kind:N", title=None, sort=list(kinds), legend=alt.Legend(offset=34),
                        scale=alt.Scale(domain=list(kinds), range=list(kinds.values()))),
    )  # fmt: skip
    line = alt.Chart(alt.InlineData(values=[{"at": 100}])).mark_rule(strokeDash=[5, 3]).encode(x="at:Q")
    chart = alt.layer(bars, line).properties(width=WIDTH - 80, height=230)
    found = bunching(share, 100.0, width=result.bounds.window, fewest=result.bounds.window_values)
    n = found["below"] + found["above"]
    under = [result.said("counted", language, below=found["below"], above=found["above"],
                         expected=about(found["expected"] * n)) if not found["why"] else
             result.said("counted_only", language, below=found["below"], above=found["above"],
                         why=result.said(f"untested.{found['why']}", language))]  # fmt: skip
    beyond = int(len(share) - counts.sum())
    if beyond:
        under.append(result.said("beyond", language, n=write_number(beyond, 0)))
    standard = group["indicator"] in result.labels.codes("standard")
    names = {name: "standard" if standard and name == "indicator" else name for name in group}
    named = listed((inside(str(result.code(names[name], value, language)), language)
                    for name, value in group.items()), language)  # fmt: skip
    title = result.said("title.bunching", language, group=named[:1].upper() + named[1:])
    return titled(chart, result, language, title=title, under=_capital(under))
