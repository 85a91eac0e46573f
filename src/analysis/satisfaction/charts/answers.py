"""Charts of answers: stacked bars of a scale in the groups of a column or over several items, or dots of options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.documents.chart_parts import WIDTH, titled, wrapped
from analysis.documents.charts import AMOUNTS, ANSWERS, CATEGORIES, FAINT, PICKED, TEXT
from analysis.documents.tables import display_width
from analysis.messages import NO_VALUE, DuzhengError, Language, pick, write_number
from analysis.messages.requests import wrong
from analysis.satisfaction.charts.parts import dots_with_intervals, interval_text, suppressed
from analysis.satisfaction.tabulation.layout import CAREFUL, HIDDEN, Cell, Layout, layout
from analysis.satisfaction.tabulation.tabulations import ALL, MEAN, SHARE, Tabulation
from analysis.surveys.items import Matrix, Multiple, Ranking, Rating, YesNo

if TYPE_CHECKING:
    from analysis.satisfaction.tabulation.crosstab import Crosstab

#: Percent below which a part of a bar has no number in it: there is no room.
LEAST = 6
#: Answers that are none: beside the scale, and no colour of it.
NONES = ("#B9BEC4", "#9AA1A9", "#C9CDD2")
_STEP = 24
#: Height of a line of small type.
_LINE = 13
#: Where the words of an item go on in a line of their own.
_BREAK = " / "
#: Half-width characters of an item's words that stand on one line.
_NAME = 34
#: Lightness below which a part's number is white.
_DARK = 0.45


def draw(result: Crosstab, language: Language) -> dict[str, Any]:
    """Draw what ``settings["drawn"]`` names: items, and a banner column or none."""
    drawn = result.settings["drawn"]
    tables = result.only(drawn["items"])
    if isinstance(tables[0].asked.item, Multiple | Ranking) or SHARE not in {row.measure for row in tables[0].rows}:
        return _dots(result, tables[0], drawn["column"], language)
    return _bars(result, tables, drawn["column"], language)


def _bars(result: Crosstab, tables: list[Tabulation], column: str | None, language: Language) -> dict[str, Any]:
    """Draw a bar a group or item, divided by answers; at its right what its interval is told of."""
    import altair as alt

    found = [layout(result, table, language) for table in tables]
    answers = [_answers(each, table) for each, table in zip(found, tables, strict=True)]
    if any(each[0] != answers[0][0] for each in answers):
        raise DuzhengError(wrong("items on several scales in one chart", "items with the same answers",
                                 "draw them apart"))  # fmt: skip
    beside = _Beside(result, tables[0], language)
    bars: list[dict[str, Any]] = []
    ends: list[dict[str, Any]] = []
    hidden: list[str] = []
    for each in found:
        parts = [line for line in each.lines if line.plain]
        for at, heading in enumerate(each.headings):
            if heading.column not in {"total", column} or (len(found) > 1 and heading.column != "total"):
                continue
            name = _BREAK.join(wrapped(each.title, _NAME)) if len(found) > 1 else heading.name
            if all(line.cells[at].estimate is None for line in parts):
                hidden += [name] if parts[0].cells[at].instead == HIDDEN else []
                continue
            place = 0.0
            for line in parts:
                share = line.cells[at].estimate or 0.0
                bars.append({"name": name, "answer": line.text, "share": share, "start": place, "end": place + share,
                             "middle": place + share / 2,
                             "shown": write_number(share, 0) if share >= LEAST else ""})  # fmt: skip
                place += share
            ends.append({"name": name, "text": beside.text([line.cells[at] for line in each.lines])})
    order = list(dict.fromkeys(bar["name"] for bar in bars))
    lines = [name.split(_BREAK) for name in order]
    left = max((display_width(part) for name in lines for part in name), default=0) * 6.6 + 16
    kinds = list(dict.fromkeys(text for _, said in answers for text in said))
    legend = [*answers[0][0], *kinds]
    colors = [*_colors(tables[0], len(answers[0][0])), *between(NONES, len(kinds))]
    axis = alt.Axis(ticks=False, domain=False, labelExpr=f"split(datum.label, '{_BREAK}')", labelLimit=0)
    down = alt.Y("name:N", sort=order, title=None, axis=axis)
    base = alt.Chart(alt.InlineData(values=bars)).encode(y=down)
    dark = [text for text, color in zip(legend, colors, strict=True) if _lightness(color) < _DARK]
    across = alt.X("start:Q", title=result.said("chart.axis", language), scale=alt.Scale(domain=[0, 100], nice=False),
                   axis=alt.Axis(values=[0, 25, 50, 75, 100]))  # fmt: skip
    color = alt.Color("answer:N", title=None, sort=legend, scale=alt.Scale(domain=legend, range=colors),
                      legend=_legend(legend, WIDTH - left))  # fmt: skip
    small = alt.Chart(alt.InlineData(values=[{"text": lines} for lines in [beside.head.split("\n")]])).mark_text(
        align="left", baseline="bottom", lineHeight=_LINE, fontSize=11, dx=6, color="#57606a")  # fmt: skip
    chart: Any = alt.layer(
        base.mark_bar(size=17, stroke="white", strokeWidth=0.8).encode(
            x=across, x2="end:Q", color=color,
            tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("answer:N", title=" "),
                     alt.Tooltip("share:Q", title="%", format=".1f")]),
        base.mark_text(fontSize=11).encode(
            x=alt.X("middle:Q"), text="shown:N",
            color=alt.condition(alt.FieldOneOfPredicate("answer", dark), alt.value("white"), alt.value(TEXT))),
        alt.Chart(alt.InlineData(values=ends)).mark_text(align="left", fontSize=11, dx=6).encode(
            y=down, x=alt.value("width"), text="text:N"),
        small.encode(x=alt.value("width"), y=alt.value(-4 - _LINE * beside.head.count("\n")), text="text:N"),
    )  # fmt: skip
    chart = chart.properties(width=max(WIDTH - left - beside.width, 220),
                             height=alt.Step(max(_STEP, 15 * max(map(len, lines), default=1) + 8)))  # fmt: skip
    under = [suppressed(hidden, language)]
    under += [result.said("chart.small", language, least=LEAST)] if any(not bar["shown"] for bar in bars) else []
    under += [result.said("chart.careful", language)] if any(CAREFUL in end["text"] for end in ends) else []
    title = found[0].title if len(found) == 1 else result.said("chart.title", language)
    return titled(chart, result, language, title=title, under=under)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands at the right of bars: the best points or "yes" with their interval, or the widest interval."""

    result: Crosstab
    table: Tabulation
    language: Language

    @property
    def _at(self) -> int | None:
        """The line that is told of."""
        measures = [row.measure for row in self.table.rows]
        best = [at for at, measure in enumerate(measures) if measure.startswith("top")]
        return best[0] if best else 0 if isinstance(self.table.asked.item, YesNo) else None

    @property
    def head(self) -> str:
        """What it is."""
        level = write_number(100 * self.result.settings["level"], 0)
        if self._at is None:
            return self.result.said("chart.widest", self.language, level=level)
        if isinstance(self.table.asked.item, YesNo):
            answer = layout(self.result, self.table, self.language).lines[0].text
            return self.result.said("chart.share", self.language, answer=answer, level=level)
        top = self.table.rows[self._at].measure.removeprefix("top").partition("_")[0]
        rated = self.table.rows[0].base == ALL and self.table.apart
        return self.result.said("chart.rated" if rated else "chart.top", self.language, top=top, level=level)

    @property
    def width(self) -> float:
        """The room that it takes."""
        return max(150.0 if self._at is not None else 60.0, max(map(display_width, self.head.split("\n"))) * 6.2 + 10)

    def text(self, cells: Sequence[Cell]) -> str:
        """Write it for the lines of one bar."""
        if self._at is None:
            halves = [(cell.upper - cell.lower) / 2 for cell in cells
                      if cell.upper is not None and cell.lower is not None]  # fmt: skip
            careful = any(cell.precision == "caution" for cell in cells)
            return ("±" + write_number(max(halves), 1) if halves else NO_VALUE) + (CAREFUL if careful else "")
        cell = cells[self._at]
        if cell.estimate is None:
            return cell.instead
        row = {"estimate": cell.estimate, "lower": cell.lower, "upper": cell.upper}
        return interval_text(row) + (CAREFUL if cell.precision == "caution" else "")


def _dots(result: Crosstab, table: Tabulation, column: str | None, language: Language) -> dict[str, Any]:
    """Draw the shares of options among everybody with their intervals, or a mean in the groups of a column."""
    import altair as alt

    found = layout(result, table, language)
    rows: list[dict[str, Any]] = []
    hidden: list[str] = []
    mean = found.lines[0].measure == MEAN
    ranked = isinstance(table.asked.item, Ranking)
    options = {str(option.code): pick(option.text, language) for option in result.designs[0].survey.bank.options(
        table.asked.item)} if ranked else {}  # fmt: skip
    for line, row in zip(found.lines, table.rows, strict=True):
        if ranked and row.variable not in {table.item, f"{table.item}[missing]"}:
            continue
        for heading, cell in zip(found.headings, line.cells, strict=True):
            if heading.column not in ({"total", column} if mean else {"total"}):
                continue
            name = heading.name if mean else options.get(row.category, line.text)
            if cell.estimate is None:
                hidden += [name] if cell.instead == HIDDEN else []
                continue
            rows.append({"name": name, "estimate": cell.estimate, "lower": cell.lower, "upper": cell.upper,
                         "careful": cell.precision == "caution", "shown": write_number(cell.estimate, 1)})  # fmt: skip
    first, rest = (rows[:1], rows[1:]) if mean else ([], rows)
    order = [row["name"] for row in [*first, *sorted(rest, key=lambda row: -row["estimate"])]]
    title = found.lines[0].text if mean else result.said("chart.any" if ranked else "chart.axis", language)
    furthest = max((row["upper"] or row["estimate"] for row in rows), default=100)
    domain = None if mean else [0, min(100, 10 * -(-(furthest + 8) // 10))]
    left = min(max((display_width(name) for name in order), default=0) * 6.6, 260)
    chart: Any = dots_with_intervals(rows, order=order, x_title=title, domain=domain)
    chart = chart.properties(width=WIDTH - left - 40, height=alt.Step(21))
    under = [suppressed(hidden, language)]
    under += [result.said("caution", language)] if any(row["careful"] for row in rows) else []
    return titled(chart, result, language, title=found.title, under=under)


def _answers(each: Layout, table: Tabulation) -> tuple[list[str], list[str]]:
    """Give the answers of substance of a table, and those that are none."""
    plain = [(line.text, row.variable.endswith("[missing]")) for line, row in zip(each.lines, table.rows, strict=True)
             if line.plain]  # fmt: skip
    return [text for text, none in plain if not none], [text for text, none in plain if none]


def _colors(table: Tabulation, places: int) -> list[str]:
    """Give the colours of answers: of a scale from bad to good around a pale middle; of amounts; of others apart."""
    if isinstance(table.asked.item, Rating | Matrix):
        return between(ANSWERS, places)
    if isinstance(table.asked.item, YesNo):
        return [PICKED, FAINT]
    if places > len(CATEGORIES) or all(row.category.isdigit() for row in table.rows[:places]):
        return between(AMOUNTS, places)
    return list(CATEGORIES[:places])


def between(colors: Sequence[str], number: int) -> list[str]:
    """Spread colours over so many places, mixing neighbours.

    >>> between(("#000000", "#FFFFFF"), 3)
    ['#000000', '#808080', '#FFFFFF']
    """
    if number < 2:  # noqa: PLR2004  nothing to spread
        return list(colors[:number])
    found = []
    for place in range(number):
        at = place * (len(colors) - 1) / (number - 1)
        low = min(int(at), len(colors) - 2)
        share = at - low
        mixed = (round(int(a, 16) + share * (int(b, 16) - int(a, 16)))
                 for a, b in zip(_parts(colors[low]), _parts(colors[low + 1]), strict=True))  # fmt: skip
        found.append("#" + "".join(f"{part:02X}" for part in mixed))
    return found


def _parts(color: str) -> tuple[str, str, str]:
    return color[1:3], color[3:5], color[5:7]


def _lightness(color: str) -> float:
    red, green, blue = (int(part, 16) / 255 for part in _parts(color))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _legend(texts: Sequence[str], room: float) -> Any:
    import altair as alt

    # As many to a line as there is room for, in the order of the scale.
    widest = max(display_width(text) for text in texts) * 6.8 + 34
    return alt.Legend(columns=max(int(room // widest), 1), symbolType="square", labelLimit=0, offset=22,
                      columnPadding=10, rowPadding=3)  # fmt: skip
