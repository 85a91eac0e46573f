"""What charts of answers share: marks of intervals, and what is not shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.documents.chart_parts import SMALL
from analysis.documents.charts import PICKED, REFERENCE
from analysis.messages import Language, listed, write_number
from analysis.satisfaction.words import said


def interval_text(row: Mapping[str, Any], decimals: int = 1) -> str:
    """Write an estimate with its interval: ``66.2（64.9—67.5）`` without the words."""
    value = write_number(row["estimate"], decimals)
    if row.get("lower") is None or row.get("upper") is None:
        return value
    return f"{value} [{write_number(row['lower'], decimals)}, {write_number(row['upper'], decimals)}]"


def suppressed(names: Sequence[str], language: Language) -> str:
    """Say which groups are not shown; nothing where all are."""
    return said("results", "suppressed", language, groups=listed(dict.fromkeys(names), language)) if names else ""


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
