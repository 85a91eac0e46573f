"""Matrices: units by indicators, a coloured cell with a number each, for what every unit has of every indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.documents.chart_parts import ROW, WIDTH, wrapped
from analysis.documents.charts import TEXT

#: Cells that say nothing.
NOTHING = "#F1F2F4"
#: Half-width characters of a line of a column's head, and its height.
_LINE, _HEIGHT = 11, 13
#: Of a column, in pixels.
_WIDEST = 110
#: Of a half-width character of a head, in pixels.
_LETTER = 6.4


def matrix(
    cells: Sequence[Mapping[str, Any]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    panels: Sequence[str],
    width: float = WIDTH - 92,
) -> Any:
    """Draw panels side by side of coloured cells, each with its number.

    Parameters
    ----------
    cells
        ``row``, ``column``, ``panel``, ``text`` and ``colour`` each, with ``ink`` (of the text).
    rows, columns, panels
        Their names, in their order.
    width
        Of all panels together.

    Returns
    -------
    altair.VConcatChart
        One panel above the other, so that numbers are read at the memo's width.
    """
    import altair as alt

    across = min(width, _WIDEST * len(columns)) / len(columns)
    lines = {name: wrapped(name, max(_LINE, int(across / _LETTER))) for name in columns}
    deep = max(map(len, lines.values()), default=1)
    # Lines run downwards from where the label stands: all heads get as many, and stand that much higher.
    heads = {name: " / ".join([""] * (deep - len(each)) + each) for name, each in lines.items()}
    named = [{**cell, "column": heads[cell["column"]]} for cell in cells]
    base = alt.Chart().encode(
        x=alt.X(
            "column:N",
            sort=[heads[name] for name in columns],
            title=None,
            axis=alt.Axis(
                orient="top",
                domain=False,
                ticks=False,
                labelExpr="split(datum.label, ' / ')",
                labelFontSize=11,
                labelOverlap=False,
                labelLimit=0,
                labelBaseline="bottom",
                labelLineHeight=_HEIGHT,
                labelPadding=5 + _HEIGHT * (deep - 1),
            ),
        ),
        y=alt.Y("row:N", sort=list(rows), title=None, axis=alt.Axis(domain=False, ticks=False)),
    )
    boxes = base.mark_rect(stroke="white", strokeWidth=1.5).encode(color=alt.Color("colour:N", scale=None))
    text = base.mark_text(fontSize=11).encode(text="text:N", color=alt.Color("ink:N", scale=None))
    drawn = []
    for panel in panels:
        here = [cell for cell in named if cell["panel"] == panel]
        one = alt.layer(boxes, text, data=alt.InlineData(values=here)).properties(
            width=across * len(columns),
            height={"step": ROW + 1},
            title=alt.TitleParams(panel, fontSize=13, anchor="start", offset=4),
        )
        drawn.append(one)
    return alt.vconcat(*drawn, spacing=14)


def ink(colour: str) -> str:
    """Give a colour of text that is read on a colour."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    return "#FFFFFF" if light < 140 else TEXT  # noqa: PLR2004  of 255
