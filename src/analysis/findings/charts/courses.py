"""Courses over the years: a line a series, interrupted where its definition changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.documents.charts import CATEGORIES, REFERENCE
from analysis.findings.charts.parts import WIDTH, finished

_HEIGHT = 230


def courses(
    rows: Sequence[Mapping[str, Any]], *, title: str, breaks: Sequence[int] = (), break_label: str = ""
) -> dict[str, Any]:
    """Draw a line a series, which is interrupted and marked where its definition changes.

    Parameters
    ----------
    rows
        ``cell``, ``label`` (of the series), ``year``, ``value``, ``segment`` (the stretch between breaks), ``shown``.
    title
        Of the axis.
    breaks
        Years in which series start anew.
    break_label
        What stands there.
    """
    data = [dict(row) for row in sorted(rows, key=lambda row: (row["label"], row["year"]))]
    final = {row["label"]: row for row in data}
    for row in data:
        row["last"] = row is final[row["label"]]
    most = max((row["value"] for row in data), default=1)
    _part([row for row in data if row["last"]], most * 15 / _HEIGHT)
    years = sorted({int(row["year"]) for row in data})
    order = list(dict.fromkeys(row["label"] for row in rows))
    axis = {"values": years, "format": "d", "grid": False}
    across = {"field": "year", "type": "quantitative", "title": None, "axis": axis,
              "scale": {"domain": [years[0] - 0.3, years[-1] + 1.8] if years else [0, 1], "nice": False}}  # fmt: skip
    color = {"field": "label", "type": "nominal", "sort": order, "legend": None,
             "scale": {"domain": order, "range": list(CATEGORIES[: len(order)])}}  # fmt: skip
    up = {"field": "value", "type": "quantitative", "title": title, "scale": {"zero": True}}
    shape = {"field": "label", "type": "nominal", "sort": order, "legend": None}
    layers: list[dict[str, Any]] = []
    if breaks:
        marks = {"values": [{"year": year - 0.5, "label": break_label} for year in breaks]}
        layers += [
            {
                "data": marks,
                "mark": {"type": "rule", "color": REFERENCE, "strokeDash": [2, 3]},
                "encoding": {"x": across},
            },
            {
                "data": marks,
                "mark": {"type": "text", "align": "left", "baseline": "top", "dx": 5, "fontSize": 12,
                         "color": REFERENCE},
                "encoding": {"x": across, "y": {"value": 0}, "text": {"field": "label"}},
            },
        ]  # fmt: skip
    detail = [{"field": "segment", "type": "nominal"}, {"field": "label", "type": "nominal"}]
    layers += [
        {
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {"x": across, "y": up, "color": color, "detail": detail},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 42, "opacity": 1},
            "encoding": {"x": across, "y": up, "color": color, "shape": shape},
        },
        {
            "transform": [{"filter": "datum.last"}],
            "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12},
            "encoding": {"x": across, "y": {"field": "label_at", "type": "quantitative"}, "color": color,
                         "text": {"field": "label"}},
        },
    ]  # fmt: skip
    return finished({"data": {"values": data}, "layer": layers, "width": WIDTH - 20, "height": _HEIGHT})


def _part(rows: list[dict[str, Any]], gap: float) -> None:
    """Move the labels at the ends of lines apart, each as little as leaves a gap to the one below."""
    rows.sort(key=lambda row: (row["value"], row["label"]))
    blocks: list[list[float]] = []  # sum of places less their gaps, and how many: pool adjacent violators
    for place, row in enumerate(rows):
        blocks.append([row["value"] - place * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [blocks[-1][0] + last[0], blocks[-1][1] + last[1]]
    moved = [total / count for total, count in blocks for _ in range(int(count))]
    for place, (row, position) in enumerate(zip(rows, moved, strict=True)):
        row["label_at"] = position + place * gap
