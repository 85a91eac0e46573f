"""What charts of results share: titles with what must be said, marks of intervals, rows as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents.charts import PICKED, REFERENCE, house_theme
from analysis.messages import Language, write_number
from analysis.satisfaction.words import said

if TYPE_CHECKING:
    import pandas as pd

    from analysis.satisfaction.result import Result

WIDTH = 560
#: Of what is said in small type.
SMALL = "#57606A"
#: Height of a row of names.
ROW = 19
#: Characters, of which a Han character is two, that a line of a title or subtitle takes.
LINE = 84


def titled(
    chart: Any, result: Result, language: Language, *, title: str = "", under: Sequence[str] = ()
) -> dict[str, Any]:
    """Finish a chart: the house theme, its title, and below it how the answers were gathered.

    Parameters
    ----------
    chart
        An Altair chart.
    result
        Whose chart it is; synthetic waves are marked.
    language
        Of the title.
    title
        The result's own if not given.
    under
        More lines below the title, such as which groups are not shown.
    """
    between = "；" if language == "zh-Hans" else "; "
    lines = wrapped(result.subtitle(language)) + wrapped(between.join(filter(None, under)))
    spec: dict[str, Any] = chart.to_dict()
    spec["title"] = {"text": wrapped(title or result.said("title", language)), "subtitle": lines,
                     "subtitleFontSize": 12, "subtitleColor": SMALL}  # fmt: skip
    spec["config"] = house_theme()
    # Symbols of legends take the dashes that the house gives to lines of reference.
    spec["config"]["rule"] |= {"strokeDash": [1, 0]}
    return spec


def panels(titles: Sequence[str], *, of: str = "panel") -> Any:
    """Give the panels of a chart: one a value of a field, whose titles go over several lines where they are long."""
    import altair as alt

    header = alt.Header(labelFontSize=12, labelExpr="split(datum.label, ' / ')", labelLimit=0)
    return alt.Facet(f"{of}:N", title=None, sort=list(titles), header=header)


def wrapped(text: str, line: int = LINE) -> list[str]:
    """Divide a text into lines of about so many half-width characters.

    >>> wrapped("one two three", 8)
    ['one two', 'three']
    """
    from analysis.documents.tables import display_width

    lines, now = [], ""
    for piece in _pieces(text):
        if now and display_width((now + piece).rstrip()) > line:
            lines.append(now.rstrip())
            now = piece.lstrip()
        else:
            now += piece
    return [*lines, now.rstrip()] if now.strip() else lines


def _pieces(text: str) -> Iterable[str]:
    """Divide where a line may break: after blanks, and between Han characters but not before a mark."""
    now = ""
    for character in text:
        if now and (now[-1] == " " or (_han(character) and not _mark(character))):
            yield now
            now = ""
        now += character
    if now:
        yield now


def _han(character: str) -> bool:
    return "⺀" <= character <= "鿿" or character in "（“《"


def _mark(character: str) -> bool:
    return character in "，。；：、！？）”》%"


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a table as rows of plain values, missing ones as None, for a chart's data."""
    import pandas as pd

    frame = table.copy()
    for name in frame:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].astype("object")
    frame = frame.astype(object).where(frame.notna(), None)
    found: list[dict[str, Any]] = [
        {str(name): (value.item() if hasattr(value, "item") else value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]
    return found


def interval_text(row: Mapping[str, Any], decimals: int = 1) -> str:
    """Write an estimate with its interval: ``66.2（64.9—67.5）`` without the words."""
    value = write_number(row["estimate"], decimals)
    if row.get("lower") is None or row.get("upper") is None:
        return value
    return f"{value} [{write_number(row['lower'], decimals)}, {write_number(row['upper'], decimals)}]"


def suppressed(names: Sequence[str], language: Language) -> str:
    """Say which groups are not shown; nothing where all are."""
    listed = ("、" if language == "zh-Hans" else ", ").join(dict.fromkeys(names))
    return said("results", "suppressed", language, groups=listed) if names else ""


def dots_with_intervals(
    rows: list[dict[str, Any]], *, order: Sequence[str], x_title: str, color: Any = None, offset: str = "",
    label: str = "shown", reference: str = "", domain: Sequence[float] | None = None,
) -> Any:  # fmt: skip
    """Draw a dot and a bar of its interval for each row, from top to bottom in an order; hollow where with caution.

    Parameters
    ----------
    rows
        ``name``, ``estimate``, ``lower``, ``upper`` (None where there is none), ``careful``, and the text ``label``.
    order
        Names from the top.
    x_title
        Of the axis.
    color
        An Altair colour; the house's blue if not given.
    offset
        A field whose values stand beside each other in a row, such as waves.
    label
        The field of the text at the right of the interval; none for "".
    reference
        A field with the place of a vertical line, the same in all rows of a panel.
    domain
        Of the axis, if it is fixed.

    Returns
    -------
    altair.LayerChart
        With its data at the top, so that it can be faceted.
    """
    import altair as alt

    color = alt.value(PICKED) if color is None else color
    scale = alt.Scale(zero=False, nice=True, padding=10) if domain is None else alt.Scale(domain=list(domain))
    x = alt.X("estimate:Q", title=x_title, scale=scale, axis=alt.Axis(tickCount=5))
    base = alt.Chart().encode(
        y=alt.Y("name:N", sort=list(order), title=None, axis=alt.Axis(grid=True, domain=False, ticks=False)),
        color=color,
    )
    if offset:
        base = base.encode(yOffset=alt.YOffset(f"{offset}:N"))
    there = base.transform_filter("isValid(datum.lower) && isValid(datum.upper)")
    layers = [
        there.mark_rule(strokeWidth=2, strokeDash=[1, 0]).encode(x=alt.X("lower:Q", title=x_title, scale=scale),
                                                                 x2="upper:Q"),
        base.transform_filter("!datum.careful").mark_point(size=56, opacity=1, filled=True).encode(x=x),
        base.transform_filter("datum.careful").mark_point(size=48, opacity=1, filled=False, fill="white",
                                                          strokeWidth=2).encode(x=x),
    ]  # fmt: skip
    if reference:
        line = alt.Chart().mark_rule(color=REFERENCE, strokeDash=[5, 3], strokeWidth=1.4)
        layers.insert(0, line.encode(x=alt.X(f"{reference}:Q", aggregate="min", title=x_title, scale=scale)))
    if label:
        layers.append(base.mark_text(align="left", dx=8, fontSize=11).encode(
            x=alt.X("furthest:Q", title=x_title, scale=scale), text=f"{label}:N", color=alt.value(SMALL)))  # fmt: skip
    for row in rows:
        ends = [row[name] for name in ("estimate", "upper") if row.get(name) is not None]
        row["furthest"] = max(ends) if ends else None
    return alt.layer(*layers, data=alt.InlineData(values=rows))
