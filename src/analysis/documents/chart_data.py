"""The rows behind a chart, for readers who cannot see it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from analysis.documents.words import word
from analysis.messages import Language

#: Channels that place or order what other channels show.
_SILENT: Final = frozenset({"text", "detail", "order", "opacity", "size", "xOffset", "yOffset", "key", "href", "url"})
_VALUES: Final = frozenset({"shown", "value", "written"})

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


def _encodings(spec: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for part in _specs(spec):
        channels: dict[str, Any] = dict(part.get("encoding", {}))
        facet = part.get("facet")
        if isinstance(facet, Mapping):
            channels |= {"facet": facet} if "field" in facet else dict(facet)
        for name, channel in channels.items():
            several = channel if isinstance(channel, list) else [channel] if isinstance(channel, Mapping) else []
            yield from ((name, each) for each in several)


def _title(channel: Mapping[str, Any]) -> str:
    title = channel.get("title")
    for inner in ("axis", "legend", "header"):
        options = channel.get(inner)
        title = title or (options.get("title") if isinstance(options, Mapping) else None)
    return " ".join(title) if isinstance(title, list) else str(title or "")


def _fields(spec: Mapping[str, Any], present: Collection[str], language: Language) -> dict[str, str]:
    """Give the fields of a data set that readers see with their heads: those of its tooltips, if it has any."""
    shown: dict[str, Mapping[str, Any]] = {}
    told: dict[str, Mapping[str, Any]] = {}
    for name, channel in _encodings(spec):
        field = str(channel.get("field") or "").replace("\\", "")
        if field not in present or name in _SILENT:
            continue
        into = told if name == "tooltip" else shown
        if field not in into or not _title(into[field]).strip():
            into[field] = channel
    named = told or shown
    return {field: _title(channel).strip() or _word(field, channel, language) for field, channel in named.items()}


def _word(field: str, channel: Mapping[str, Any], language: Language) -> str:
    """Give a head for a field that the chart leaves without one, for a table says what each of its columns is."""
    if "year" in field or channel.get("type") == "temporal":
        return word("data_year", language)
    return word("data_value" if channel.get("type") == "quantitative" or field in _VALUES else "data_name", language)


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


def chart_tables(spec: Mapping[str, Any], language: Language = "zh-Hans") -> list[DataTable]:
    """Give the data of a chart as tables of text, one a data set.

    Columns are what a reader who points at a mark is told, or else the fields that the chart shows, in order of first
    use, under the titles of their axes and legends.

    Parameters
    ----------
    spec
        A Vega-Lite specification; layered, faceted and concatenated ones too.
    language
        Of heads for fields that have none.

    Returns
    -------
    list of DataTable
        At most :data:`MOST_ROWS` rows each.

    Examples
    --------
    >>> table, = chart_tables({"data": {"values": [{"a": "甲", "b": 1.50, "cell": "b/甲"}]}, "encoding": {
    ...     "x": {"field": "b", "title": "人数"}, "y": {"field": "a"}}})
    >>> table.heads, table.rows, table.cells
    (['人数', '名称'], [['1.5', '甲']], ['b/甲'])
    """
    tables = []
    for values in _data(spec):
        present = dict.fromkeys(key for row in values for key in row)
        heads = _fields(spec, present, language)
        if not heads:
            continue
        rows = {tuple(_written(row.get(field)) for field in heads): str(row.get("cell") or "") for row in values}
        few = list(rows.items())[:MOST_ROWS]
        tables.append(DataTable([*heads.values()], [list(row) for row, _ in few], [cell for _, cell in few]))
    return tables
