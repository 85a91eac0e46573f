"""Units beside each other in one figure or several: a dot a unit, the memo's own picked out, the whole as a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.documents.charts import OTHER, PICKED, REFERENCE, TEXT
from analysis.findings.charts.parts import ROW, WIDTH, finished, names_axis, quantity, wrapped

_PADDING = 30  # what the labels of the outermost dots take


def dots(
    rows: Sequence[Mapping[str, Any]], *, title: str, whole: str, unit: str, panels: Sequence[str] = ()
) -> dict[str, Any]:
    """Draw a dot a unit from the highest value down, in one panel a figure.

    Parameters
    ----------
    rows
        ``cell``, ``name`` of the unit, ``value``, ``shown`` (as it is written), ``picked``, ``panel`` (name of the
        figure), and ``total`` with ``total_shown`` of the whole in the same figure, or None.
    title
        Of the axis.
    whole
        What the line is called.
    unit
        What a row is, for the table behind the chart.
    panels
        Names of the figures in order; at most two fit beside each other.

    Returns
    -------
    dict
        A complete specification; no panels if there is one figure.
    """
    named = list(panels) or list(dict.fromkeys(str(row["panel"]) for row in rows))
    several = len(named) > 1
    data = []
    for row in rows:
        label = f"{whole} {row['total_shown']}" if row.get("total") is not None else ""
        data.append({**row, "panel": " / ".join(wrapped(str(row["panel"]), 30)), "line": label})
    firsts = {row["panel"]: place for place, row in reversed(list(enumerate(data)))}
    for place, row in enumerate(data):
        row["first"] = firsts[row["panel"]] == place
    width = (WIDTH - 84) / 2 - 24 if several else WIDTH - 90
    order = sorted(data, key=lambda row: (-row["value"], row["name"]))
    sort = {"field": "value", "op": "max", "order": "descending"} if several else None
    y = names_axis(list(dict.fromkeys(row["name"] for row in order)), sort=sort) | {"title": None}
    x = quantity("value", title, ticks=4, padding=_PADDING)
    shade = {"condition": {"test": "datum.picked", "value": PICKED}, "value": OTHER}
    line = quantity("total", title, ticks=4, padding=_PADDING) | {"aggregate": "min"}
    layers = [
        {
            "mark": {"type": "rule", "color": REFERENCE, "strokeDash": [5, 3], "strokeWidth": 1.4},
            "encoding": {"x": line},
        },
        {
            "transform": [{"filter": "datum.first && datum.line !== ''"}],
            "mark": {"type": "text", "align": "left", "baseline": "bottom", "dx": 4, "fontSize": 11,
                     "color": REFERENCE},
            "encoding": {"x": quantity("total", title, ticks=4, padding=_PADDING), "y": {"value": -2},
                         "text": {"field": "line"}},
        },
        {
            "mark": {"type": "circle", "opacity": 1},
            "encoding": {"x": x, "y": y, "color": shade,
                         "size": {"condition": {"test": "datum.picked", "value": 120}, "value": 62},
                         "tooltip": [{"field": "name", "title": unit}, {"field": "shown", "title": title}]},
        },
        {
            # A white rim keeps numbers legible across the line.
            "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 10.5, "stroke": "white", "strokeWidth": 3},
            "encoding": {"x": x, "y": y, "text": {"field": "shown"}},
        },
        *(
            {
                "transform": [{"filter": chosen}],
                "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 10.5, "fontWeight": weight,
                         "color": color},
                "encoding": {"x": x, "y": y, "text": {"field": "shown"}},
            }
            for chosen, weight, color in (("datum.picked", 700, PICKED), ("!datum.picked", 400, TEXT))
        ),
    ]  # fmt: skip
    size = {"width": width, "height": {"step": ROW}}
    if not several:
        return finished({"data": {"values": data}, "layer": layers, **size})
    heads = [" / ".join(wrapped(each, 30)) for each in named]
    header = {"labelFontSize": 12, "labelExpr": "split(datum.label, ' / ')", "labelLimit": 0, "labelPadding": 14}
    return finished(
        {
            "data": {"values": data},
            "facet": {"field": "panel", "type": "nominal", "title": None, "sort": heads, "header": header},
            "columns": 2,
            "spacing": 24,
            "resolve": {"scale": {"x": "independent", "y": "independent"}},
            "spec": {"layer": layers, **size},
        }
    )
