"""The rows behind a chart, for readers who cannot see it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

#: More rows than this are no help to a reader; the table says how many it leaves out.
MOST_ROWS: Final = 400


class DataTable(NamedTuple):
    """One data set of a chart as text: heads, rows, and the cell that each row draws, or an empty text."""

    heads: list[str]
    rows: list[list[str]]
    cells: list[str]


def _specs(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield spec
    for key in ("layer", "hconcat", "vconcat", "concat"):
        for part in spec.get(key, ()):
            yield from _specs(part)
    if isinstance(spec.get("spec"), Mapping):
        yield from _specs(spec["spec"])


def _encodings(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in _specs(spec):
        channels: dict[str, Any] = dict(part.get("encoding", {}))
        facet = part.get("facet")
        if isinstance(facet, Mapping):
            channels |= {"facet": facet} if "field" in facet else dict(facet)
        for channel in channels.values():
            yield from channel if isinstance(channel, list) else [channel] if isinstance(channel, Mapping) else []


def _titles(spec: Mapping[str, Any]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for channel in _encodings(spec):
        field = channel.get("field")
        if not isinstance(field, str):
            continue
        label = field.replace("\\", "")
        title = channel.get("title")
        for inner in ("axis", "legend", "header"):
            options = channel.get(inner)
            title = title or (options.get("title") if isinstance(options, Mapping) else None)
        title = " ".join(title) if isinstance(title, list) else title
        if title or label not in titles:
            titles[label] = str(title) if title else titles.get(label, label)
    return titles


def _written(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124  NaN is the only number that differs from itself
        return "—"
    if isinstance(value, float):
        short = f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) >= 0.001 or value == 0 else f"{value:.3g}"  # noqa: PLR2004
        return short.replace("-", "\N{MINUS SIGN}")
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False).replace("-", "\N{MINUS SIGN}")


def _data(spec: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    named = spec.get("datasets", {})
    seen: set[str] = set()
    for part in _specs(spec):
        data = part.get("data")
        if not isinstance(data, Mapping):
            continue
        values = data.get("values", named.get(data.get("name")))
        if not isinstance(values, list) or not all(isinstance(row, Mapping) for row in values):
            continue
        key = json.dumps(values, sort_keys=True, ensure_ascii=False)
        if key not in seen:
            seen.add(key)
            yield values


def chart_tables(spec: Mapping[str, Any]) -> list[DataTable]:
    """Give the data of a chart as tables of text, one a data set.

    Columns are the fields that the chart shows, in order of first use, under the titles of their axes and legends;
    a data set of which the chart shows no field by name is given whole.

    Parameters
    ----------
    spec
        A Vega-Lite specification; layered, faceted and concatenated ones too.

    Returns
    -------
    list of DataTable
        At most :data:`MOST_ROWS` rows each.

    Examples
    --------
    >>> table, = chart_tables({"data": {"values": [{"a": "甲", "b": 1.50, "cell": "b/甲"}]}, "encoding": {
    ...     "x": {"field": "b", "title": "人数"}, "y": {"field": "a"}}})
    >>> table.heads, table.rows, table.cells
    (['人数', 'a'], [['1.5', '甲']], ['b/甲'])
    """
    titles = _titles(spec)
    tables = []
    for values in _data(spec):
        present = dict.fromkeys(key for row in values for key in row)
        fields = [field for field in titles if field in present] or [key for key in present if key != "cell"]
        if not fields:
            continue
        rows = {tuple(_written(row.get(field)) for field in fields): str(row.get("cell") or "") for row in values}
        few = list(rows.items())[:MOST_ROWS]
        heads = [titles.get(field, field) for field in fields]
        tables.append(DataTable(heads, [list(row) for row, _ in few], [cell for _, cell in few]))
    return tables
