"""What charts of composites share: rows of long names, and squares coloured by a number that they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.documents.chart_parts import ROW, WIDTH, wrapped
from analysis.documents.charts import TEXT

#: Half-width characters of a line of a row's name; a name takes two lines at most.
LINE = 34
#: Between the lines of a name.
_BREAK = " / "


def row_name(text: str) -> str:
    """Give the name of a row, divided into lines where it is long."""
    return _BREAK.join(wrapped(text, LINE))


def named_rows(field: str, order: Sequence[str], *, grid: bool = False) -> Any:
    """Give the axis of rows whose names may have two lines, in the middle of the row."""
    import altair as alt

    raised: Any = {"condition": {"test": f"indexof(datum.label, '{_BREAK}') > 0", "value": -7}, "value": 0}
    axis = alt.Axis(grid=grid, domain=False, ticks=False, labelLimit=0, labelOffset=raised,
                    labelExpr=f"split(datum.label, '{_BREAK}')")  # fmt: skip
    return alt.Y(f"{field}:N", sort=list(order), scale=alt.Scale(domain=list(order)), title=None, axis=axis)


def panel(order: Sequence[str]) -> dict[str, Any]:
    """Give the size of a panel beside such rows."""
    return {"width": WIDTH - 220, "height": {"step": ROW + (17 if any(_BREAK in name for name in order) else 4)}}


def coloured(field: str, title: str, ends: tuple[float, float], shades: Sequence[str]) -> Any:
    """Give a colour by amount, with its scale below the chart."""
    import altair as alt

    scale = alt.Scale(domain=list(ends), range=list(shades), interpolate="rgb")
    legend = alt.Legend(orient="bottom", gradientLength=200, titleLimit=0, direction="horizontal")
    return alt.Color(f"{field}:Q", title=title, scale=scale, legend=legend)


def numbers(base: Any, *, dark: str, size: float) -> Any:
    """Write the text ``told`` of each square, in white where it is dark."""
    import altair as alt

    shade = alt.condition(dark, alt.value("white"), alt.value(TEXT))
    return base.mark_text(fontSize=size).encode(text="told:N", color=shade)
