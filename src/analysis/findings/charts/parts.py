"""What charts of memos share: size, theme, channels, and lines of names that are broken where they are long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from analysis.documents.chart_parts import SMALL, WIDTH, wrapped
from analysis.documents.charts import house_theme

__all__ = ["ROW", "SCHEMA", "SMALL", "WIDTH", "finished", "names_axis", "quantity", "wrapped"]

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
#: Height of a row of names.
ROW: Final = 14


def finished(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Give a specification in the house theme, whole."""
    theme = house_theme()
    # Intervals are drawn as rules as well, and are no lines of reference.
    theme["rule"] |= {"strokeDash": [1, 0]}
    return {"$schema": SCHEMA, "config": theme, **spec}


def names_axis(order: Sequence[str], *, limit: int = 230, sort: Any = None) -> dict[str, Any]:
    """Give the channel of names down the left side, in an order from the top."""
    axis = {"grid": True, "domain": False, "ticks": False, "labelLimit": limit, "labelFontSize": 12}
    return {
        "field": "name",
        "type": "nominal",
        "title": None,
        "sort": list(order) if sort is None else sort,
        "axis": axis,
    }


def quantity(field: str, title: str, *, ticks: int = 5, **scale: Any) -> dict[str, Any]:
    """Give the channel of a quantity along the bottom."""
    given = {"zero": False, "nice": True, "padding": 12, **scale}
    axis = {"tickCount": ticks, "title": None}
    return {"field": field, "type": "quantitative", "title": title, "scale": given, "axis": axis}
