"""Typed blocks: what a notebook's cell says to the document, beside its normal display.

A cell shows a :class:`Blocks`; Jupyter stores it as one output with the MIME type :data:`MIME` (read by
:mod:`analysis.documents.tree`) and as HTML and text (read by people). Every number is a
:class:`~analysis.documents.runs.Run` that names the cell of data it comes from, and those cells travel with the blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from analysis.documents.runs import Cell, Frozen, Role, Run, Runs, Text, text_of, whole
from analysis.messages import Language

__all__ = [
    "MIME", "Block", "Blocks", "Cell", "Chart", "Column", "Heading", "KeyFigure", "KeyFigures", "Quote", "Remark",
    "Role", "Run", "Runs", "Sentence", "Table", "Title", "cells_named", "runs_in", "text_of", "texts_in",
]  # fmt: skip

MIME = "application/vnd.duzheng.blocks+json"

#: The newest Vega-Lite that JupyterLab draws. Ours is version 6, which differs from 5 in its packaging only.
CHART_MIME = "application/vnd.vegalite.v5+json"
CHART_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


class _WithText(Frozen):
    text: Runs


class Title(_WithText):
    """The head of a document: one a document, first of all blocks.

    Parameters
    ----------
    text
        The title.
    lines
        Lines under the title, centred: the newest year of the data, the date of release.
    language
        BCP 47 tag of the document.
    date
        The workspace's release date, ISO 8601; it is embedded in the files, so a clock never is.
    subject
        A sentence for the files' metadata.
    synthetic
        A notice that figures are simulated; printed on every page.
    """

    kind: Literal["title"] = "title"
    lines: tuple[Runs, ...] = ()
    language: Language
    date: str
    subject: Text = ""
    synthetic: Text = ""


class Heading(_WithText):
    """A heading; its numbering (一、（一）1.) is made when the document is, from ``level``."""

    kind: Literal["heading"] = "heading"
    level: int = Field(ge=1, le=3)
    numbered: bool = True


class Sentence(_WithText):
    """One sentence; those of one :class:`Blocks` that follow each other make a paragraph.

    ``opens`` begins a new paragraph with this sentence, ``item`` makes it an entry of a numbered list, ``small`` one of
    a list in small type, such as the notes at the end.
    """

    kind: Literal["sentence"] = "sentence"
    item: bool = False
    opens: bool = False
    small: bool = False


class Column(_WithText):
    """A column of a table: its heading, its alignment, and its relative width (0: as its text needs)."""

    align: Literal["left", "right", "center"] = "right"
    width: float = 0.0


class Table(Frozen):
    """A table with a caption, header row, and a row heading in the first column.

    ``notes`` stand under the table. ``picked`` is the index of the row that is the memo's own unit, or None.
    """

    kind: Literal["table"] = "table"
    caption: Runs
    columns: tuple[Column, ...]
    rows: tuple[tuple[Runs, ...], ...]
    notes: tuple[Runs, ...] = ()
    picked: int | None = None

    @model_validator(mode="after")
    def _rectangular(self) -> Table:
        widths = {len(row) for row in self.rows}
        if widths - {len(self.columns)}:
            raise ValueError(f"rows of {sorted(widths)} cells under {len(self.columns)} columns")
        return self


class Chart(Frozen):
    """A chart: a complete Vega-Lite specification, its caption, its text alternative, and its source line.

    A row of its data that draws a cell names it in the field ``cell``. A numeral in ``alt`` is a year, or a number
    that the document or the chart's data show.
    """

    kind: Literal["chart"] = "chart"
    caption: Runs
    alt: Annotated[Text, Field(min_length=1)]
    spec: Annotated[dict[str, Any], BeforeValidator(whole)]
    notes: tuple[Runs, ...] = ()


class Quote(_WithText):
    """Somebody's own words, set off from the text; ``by`` says whose they are. A numeral in them is a citation."""

    kind: Literal["quote"] = "quote"
    by: Runs = ()


class KeyFigure(Frozen):
    """One of a memo's headline numbers: the number with its unit, what it is, and what it is to be seen beside."""

    value: Runs
    label: Runs
    note: Runs = ()


class KeyFigures(Frozen):
    """Two to five headline numbers side by side, at the head of a memo or a section."""

    kind: Literal["key_figures"] = "key_figures"
    figures: Annotated[tuple[KeyFigure, ...], Field(min_length=2, max_length=5)]


class Remark(_WithText):
    """A paragraph that a person wrote and signs; ``signed`` says who and when, and stands at its foot."""

    kind: Literal["remark"] = "remark"
    signed: Runs = ()


Block = Annotated[Title | Heading | Sentence | Table | Chart | Quote | KeyFigures | Remark, Field(discriminator="kind")]


class Blocks(Frozen):
    r"""Blocks in reading order with the cells that their numbers come from; what a notebook cell displays.

    Examples
    --------
    >>> both = Blocks.of(Heading(level=1, text="Profile"), Sentence(text="All is well."))
    >>> both.plain()
    'Profile\nAll is well.'
    >>> Blocks.read(both.payload()) == both
    True
    """

    blocks: tuple[Block, ...] = ()
    cells: tuple[Cell, ...] = ()
    section: str = ""

    @classmethod
    def of(cls, *blocks: Block, cells: Iterable[Cell] = (), section: str = "") -> Blocks:
        """Make a :class:`Blocks` from blocks and the cells they name; ``section`` says which part of a memo it is."""
        return cls(blocks=blocks, cells=tuple({cell.id: cell for cell in cells}.values()), section=section)

    @classmethod
    def read(cls, payload: Mapping[str, Any]) -> Blocks:
        """Read the JSON payload of an output of type :data:`MIME`."""
        return cls.model_validate(payload)

    def payload(self) -> dict[str, Any]:
        """Give the JSON payload, without fields that stand at their defaults."""
        return self.model_dump(mode="json", exclude_defaults=True) | {
            "blocks": [
                block.model_dump(mode="json", exclude_defaults=True) | {"kind": block.kind} for block in self.blocks
            ],
        }

    def plain(self) -> str:
        """Give the text of the blocks, one block a line."""
        from analysis.documents.display import plain

        return "\n".join(plain(block) for block in self.blocks)

    def pieces(self) -> list[Blocks]:
        """Divide into pieces that a notebook shows one below the other: each chart by itself, the rest together."""
        known = {cell.id: cell for cell in self.cells}
        groups = groupby(enumerate(self.blocks), key=lambda item: item[0] if isinstance(item[1], Chart) else -1)
        divided = [[block for _, block in group] for _, group in groups]
        # A section without anything to say is shown as well, so that it can be told from one that is missing.
        return [
            Blocks.of(
                *blocks,
                cells=[known[cell] for block in blocks for cell in cells_named(block) if cell in known],
                section=self.section,
            )
            for blocks in divided or ([[]] if self.section else [])
        ]

    def mimebundle(self) -> dict[str, Any]:
        """Give what one output of a notebook holds: the blocks for the document, and what a person sees."""
        from analysis.documents.display import page

        bundle: dict[str, Any] = {MIME: self.payload(), "text/plain": self.plain()}
        if len(self.blocks) == 1 and isinstance(self.blocks[0], Chart):
            bundle[CHART_MIME] = {**self.blocks[0].spec, "$schema": CHART_SCHEMA}
        else:
            bundle["text/html"] = "\n".join(page(block) for block in self.blocks)
        return bundle

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for piece in self.pieces():
            display(piece.mimebundle(), raw=True)  # type: ignore[no-untyped-call]


def texts_in(block: Block) -> Iterator[Runs]:
    """Give the texts of a block one by one, in reading order: paragraphs, cells of tables, captions, notes."""
    if isinstance(block, Table):
        yield block.caption
        yield from (column.text for column in block.columns)
        yield from (cell for row in block.rows for cell in row)
        yield from block.notes
    elif isinstance(block, Chart):
        yield block.caption
        yield from block.notes
    elif isinstance(block, KeyFigures):
        yield from (text for each in block.figures for text in (each.value, each.label, each.note))
    else:
        yield block.text
        if isinstance(block, Title):
            yield from block.lines
        elif isinstance(block, Quote):
            yield block.by
        elif isinstance(block, Remark):
            yield block.signed


def runs_in(block: Block) -> list[Run]:
    """Give all runs of a block, in reading order."""
    return [run for runs in texts_in(block) for run in runs]


def cells_named(block: Block) -> list[str]:
    """Give the ids of the cells that a block names, each once: by its runs, and by the rows of a chart's data.

    >>> rows = [{"cell": "pupils/U7/2017", "value": 12}]
    >>> cells_named(Chart(caption=(), alt="Dots", spec={"data": {"values": rows}}))
    ['pupils/U7/2017']
    """
    drawn = _cells_in(block.spec) if isinstance(block, Chart) else ()
    return list(dict.fromkeys([*(run.cell for run in runs_in(block) if run.cell), *drawn]))


def _cells_in(spec: Any) -> Iterator[str]:
    if isinstance(spec, dict):
        if isinstance(spec.get("cell"), str):
            yield spec["cell"]
        for value in spec.values():
            yield from _cells_in(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from _cells_in(value)
