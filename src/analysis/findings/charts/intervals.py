"""Estimates with their intervals: a row an index or a unit, the whole beside it, hollow where care is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.documents.charts import OTHER, PICKED, REFERENCE
from analysis.findings.charts.parts import ROW, SMALL, WIDTH, finished, names_axis, quantity, wrapped

_LABEL = 118  # what the number and its interval take at the right


def intervals(
    rows: Sequence[Mapping[str, Any]], *, title: str, whole: str, row_title: str, names: int = 20,
    panels: Sequence[str] = (), numbers: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Draw a dot with its interval for each row, in the order given, and a mark for the whole.

    Parameters
    ----------
    rows
        ``cell``, ``name``, ``estimate``, ``lower``, ``upper`` (None where there is none), ``careful``, ``shown``
        (number and interval as they are written), ``picked``, ``panel`` where there are several, and ``total`` of the
        whole or None: where all rows of a panel have one whole it is drawn as a line, else as a mark in each row.
    title
        Of the axis.
    whole
        What the line is called; empty for no label.
    row_title
        What a row is, for the table behind the chart.
    names
        Half-width characters of a name on one line.
    panels
        What stands beside each other; several panels leave out the numbers, for which there is no room.
    numbers
        Whether each row's number and interval are written beside it.
    """
    several = len(panels) > 1
    data = []
    for row in rows:
        ends = [row[name] for name in ("estimate", "upper", "total") if row.get(name) is not None]
        name = " / ".join(wrapped(str(row["name"]), names))
        data.append({**row, "name": name, "furthest": max(ends)})
    totals = {(row.get("panel", ""), row.get("total")) for row in data}
    there_is = {total for _, total in totals} != {None}
    one = len(totals) == max(1, len(panels)) and there_is and len(data) > 1
    if one and whole:
        data[0]["line"] = whole
    lines = max((row["name"].count(" / ") + 1 for row in data), default=1)
    y = names_axis(list(dict.fromkeys(row["name"] for row in data)))
    y["axis"] |= {"labelExpr": "split(datum.label, ' / ')", "labelLimit": 0}
    y["title"] = None
    values = [
        row[name] for row in data for name in ("estimate", "lower", "upper", "total") if row.get(name) is not None
    ]
    low, high = (min(values), max(values)) if values else (0, 1)
    margin = max((high - low) * 0.06, 0.5)
    scale: dict[str, Any] = {"domain": [low - margin, high + margin], "nice": False, "padding": 0}

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
    ]
    written = numbers and not several
    wide = WIDTH - names * 6.6 - (_LABEL if written else 0)
    if written:
        layers.append(
            {
                "mark": {"type": "text", "align": "left", "fontSize": 11, "color": SMALL},
                "encoding": {"x": {"value": wide + 8}, "y": y, "text": {"field": "shown"}},
            }
        )
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
    elif there_is:
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.total)"}],
                "mark": {"type": "tick", "color": REFERENCE, "thickness": 2.4, "size": 15},
                "encoding": {"x": x("total"), "y": y},
            }
        )
    step = ROW if lines == 1 else 12 * lines
    if not several:
        size = {"width": wide, "height": {"step": step + 2}}
        return finished({"data": {"values": data}, "layer": layers, **size})
    heads = [" / ".join(wrapped(each, 24)) for each in panels]
    for row in data:
        row["panel"] = " / ".join(wrapped(row["panel"], 24))
    header = {"labelFontSize": 12, "labelExpr": "split(datum.label, ' / ')", "labelLimit": 0}
    size = {"width": (WIDTH - names * 5) / len(panels) - 16, "height": {"step": step}}
    facet = {"field": "panel", "type": "nominal", "title": None, "sort": heads, "header": header}
    return finished(
        {"data": {"values": data}, "facet": {"column": facet}, "spacing": 16, "spec": {"layer": layers, **size}}
    )
