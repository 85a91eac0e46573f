"""A chart block in the tree: the figure, the data behind it, and its notes."""

from __future__ import annotations

from typing import Final

from analysis.documents import nodes
from analysis.documents.blocks import Chart
from analysis.documents.chart_data import chart_tables
from analysis.documents.charts import Picture
from analysis.documents.nodes import Node
from analysis.documents.tables import note_nodes
from analysis.documents.words import word
from analysis.messages import Language

#: The type area of the page, and how tall a figure may be in it, in millimetres.
WIDEST: Final = 156.0
TALLEST: Final = 185.0


def figure_name(number: int) -> str:
    """Give the name of a figure's files, without ending.

    Examples
    --------
    >>> figure_name(3)
    'figure-3'
    """
    return f"figure-{number}"


def figure_width(picture: Picture) -> float:
    """Give the width in millimetres at which a picture is as wide as the page and no taller than it.

    Examples
    --------
    >>> figure_width(Picture("", 100, 100, {}))
    156.0
    >>> figure_width(Picture("", 100, 200, {}))
    92.5
    """
    return round(min(WIDEST, TALLEST * picture.width / picture.height), 2)


def figure_nodes(chart: Chart, picture: Picture, number: int, language: Language) -> list[Node]:
    """Make the nodes of a chart block.

    The picture is named ``figure-1.png``; the filters take the SVG or the PNG beside it as the format needs. The data
    stand in a group of class ``chart-data``, which only HTML keeps; see :func:`without_data`.

    Parameters
    ----------
    chart
        The block.
    picture
        The chart as drawn.
    number
        Its running number in the document.
    language
        The language of the document.
    """
    name = figure_name(number)
    caption = [*nodes.numbering(word("figure", language, number)), *nodes.inlines(chart.caption)]
    shown = nodes.image(f"{name}.png", chart.alt, width=f"{figure_width(picture)}mm")
    drawn = nodes.figure(name, caption, [nodes.plain([shown])], ["chart"])
    parts = [drawn, *note_nodes(chart.notes), *_data_nodes(picture, number, language)]
    return [nodes.div(parts, ["exhibit"], {"whole": "yes"})]


def without_data(tree: Node, language: Language) -> Node:
    """Leave out the data behind the charts, for formats of paper; the text alternative says where they are.

    Parameters
    ----------
    tree
        The tree of a document.
    language
        The language of the document.
    """
    figures = 0
    blocks = []
    for block in tree["blocks"]:
        parts = block["c"][1] if block["t"] == "Div" else []
        kept = [part for part in parts if not _is_data(part)]
        figures += bool(kept) and kept[0]["t"] == "Figure"
        if len(kept) < len(parts):
            where = nodes.text(" " + word("figure_elsewhere", language, figures))
            kept[0] = _told(kept[0], where)
            block = {"t": "Div", "c": [block["c"][0], kept]}  # noqa: PLW2901
        blocks.append(block)
    return tree | {"blocks": blocks}


def _told(figure: Node, where: list[Node]) -> Node:
    """Add to the text alternative of a figure."""
    attrs, caption, (plain,) = figure["c"]
    (image,) = plain["c"]
    own, alternative, target = image["c"]
    told = {"t": "Image", "c": [own, [*alternative, *where], target]}
    return {"t": "Figure", "c": [attrs, caption, [nodes.plain([told])]]}


def _is_data(node: Node) -> bool:
    return bool(node["t"] == "Div" and "chart-data" in node["c"][0][1])


def _data_nodes(picture: Picture, number: int, language: Language) -> list[Node]:
    title = word("figure_data", language, number)
    tables = []
    for heads, rows, cells in chart_tables(picture.spec, language):
        head = nodes.table_row(nodes.table_cell(nodes.text(column), {"scope": "col"}) for column in heads)
        body = [
            nodes.table_row(
                (
                    nodes.table_cell(nodes.text(text), None if position else {"scope": "row"})
                    for position, text in enumerate(row)
                ),
                pairs={"data-cell": cell} if cell else None,
            )
            for row, cell in zip(rows, cells, strict=True)
        ]
        columns = [("left", 1 / len(heads))] * len(heads)
        tables.append(nodes.table(nodes.attributes(), nodes.text(title), columns, head, body))
    return [nodes.div(tables, ["chart-data"], {"title": title})] if tables else []
