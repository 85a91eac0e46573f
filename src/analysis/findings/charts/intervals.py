"""Estimates with their intervals: a row an index or a unit, the whole beside it, hollow where care is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.documents.charts import OTHER, PICKED, REFERENCE
from analysis.findings.charts.parts import ROW, SMALL, WIDTH, finished, names_axis, quantity, wrapped

_LABEL = 118  # what the number and its interval take at the right


def intervals(
    rows: Sequence[Mapping[str, Any]], *, title: str, whole: str, row_title: str, names: int = 20
) -> dict[str, Any]:
    """Draw a dot with its interval for each row, in the order given, and a mark for the whole.

    Parameters
    ----------
    rows
        ``cell``, ``name``, ``estimate``, ``lower``, ``upper`` (None where there is none), ``careful``, ``shown`` (number
        and interval as they are written), ``picked``, and ``total`` of the whole or None: where all rows have one
        whole it is drawn as a line, else as a mark in each row.
    title
        Of the axis.
    whole
        What the line is called; empty for no label.
    row_title
        What a row is, for the table behind the chart.
    names
        Half-width characters of a name on one line.
    """
    data = []
    for row in rows:
        ends = [row[name] for name in ("estimate", "upper", "total") if row.get(name) is not None]
        name = " / ".join(wrapped(str(row["name"]), names))
        data.append({**row, "name": name, "furthest": max(ends)})
    totals = {row.get("total") for row in data}
    one = len(totals) == 1 and None not in totals and len(data) > 1
    if one and data:
        data[0]["line"] = whole
    lines = max((row["name"].count(" / ") + 1 for row in data), default=1)
    y = names_axis([row["name"] for row in data])
    y["axis"] |= {"labelExpr": "split(datum.label, ' / ')", "labelLimit": 0}
    y["title"] = None
    numbers = [row[name] for row in data for name in ("estimate", "lower", "upper", "total") if row.get(name) is not None]
    low, high = (min(numbers), max(numbers)) if numbers else (0, 1)
    margin = max((high - low) * 0.06, 0.5)
    scale = {"domain": [low - margin, high + margin], "nice": False, "padding": 0}

    def x(field: str) -> dict[str, Any]:
        return quantity(field, title, **scale)

    shade = {"condition": {"test": "datum.picked", "value": PICKED}, "value": OTHER}
    there = {"filter": "isValid(datum.lower) && isValid(datum.upper)"}
    tip = [{"field": "name", "title": row_title}, {"field": "shown", "title": title}]
    layers: list[dict[str, Any]] = [
        {
            "transform": [there],
            "mark": {"type": "rule", "strokeWidth": 2.2},
            "encoding": {"x": x("lower"), "x2": {"field": "upper"}, "y": y, "color": shade},
        },
        {
            "transform": [{"filter": "!datum.careful"}],
            "mark": {"type": "point", "filled": True, "size": 58, "opacity": 1},
            "encoding": {"x": x("estimate"), "y": y, "color": shade, "tooltip": tip},
        },
        {
            "transform": [{"filter": "datum.careful"}],
            "mark": {"type": "point", "filled": False, "fill": "white", "size": 50, "opacity": 1, "strokeWidth": 2},
            "encoding": {"x": x("estimate"), "y": y, "color": shade, "tooltip": tip},
        },
        {
            "mark": {"type": "text", "align": "left", "fontSize": 11.5, "color": SMALL},
            "encoding": {"x": {"value": WIDTH - names * 6.6 - _LABEL + 8}, "y": y, "text": {"field": "shown"}},
        },
    ]
    if one:
        layers.insert(
            0,
            {
                "mark": {"type": "rule", "color": REFERENCE, "strokeDash": [5, 3], "strokeWidth": 1.4},
                "encoding": {"x": x("total") | {"aggregate": "min"}},
            },
        )
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.line)"}],
                "mark": {"type": "text", "align": "left", "baseline": "bottom", "dx": 4, "fontSize": 11,
                         "color": REFERENCE},
                "encoding": {"x": x("total"), "y": {"value": -2}, "text": {"field": "line"}},
            }
        )  # fmt: skip
    elif totals != {None}:
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.total)"}],
                "mark": {"type": "tick", "color": REFERENCE, "thickness": 2.4, "size": 15},
                "encoding": {"x": x("total"), "y": y},
            }
        )
    size = {"width": WIDTH - names * 6.6 - _LABEL, "height": {"step": ROW if lines == 1 else 14 * lines + 4}}
    return finished({"data": {"values": data}, "layer": layers, **size})
