"""Typed blocks: what a notebook's cell says to the document, beside its normal display.

A cell shows a :class:`Blocks`; Jupyter stores it as one output with the MIME type :data:`MIME` (read by
:mod:`analysis.documents.tree`) and as HTML and text (read by people). Every number is a :class:`Run` that names
the cell of data it comes from, and those cells travel with the blocks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from analysis.messages import Language

MIME = "application/vnd.duzheng.blocks+json"

#: The newest Vega-Lite that JupyterLab draws. Ours is version 6, which differs from 5 in its packaging only.
CHART_MIME = "application/vnd.vegalite.v5+json"
CHART_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

Role = Literal["year", "date", "label", "citation", "numbering"]
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"\d{4}([–-]\d{4})?")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(_Frozen):
    """A stretch of text: a number with the id of its cell, a typed numeral, or words without a digit.

    Parameters
    ----------
    text
        What the reader sees, already in the memo's language and rounded.
    cell
        The id of the cell of data that ``text`` shows, such as ``pupils/U7/2017``.
    role
        Why a numeral without a cell may stand: a year, a date, a label (a name that holds digits), a citation,
        a numbering.
    href
        Where the text leads, where a reader can follow it.

    Raises
    ------
    ValueError
        If the text holds a digit and has neither cell nor role, or a role ``year`` is not a year or a span of years.

    Examples
    --------
    >>> Run(text="1,113,078", cell="population/U7/2020").cell
    'population/U7/2020'
    """

    text: str
    cell: str | None = None
    role: Role | None = None
    href: str | None = None

    @model_validator(mode="after")
    def _numerals_are_accounted_for(self) -> Run:
        if self.cell is None and self.role is None and _DIGIT.search(self.text):
            raise ValueError(f"the numeral in {self.text!r} has neither a cell nor a role")
        if self.role == "year" and not _YEAR.fullmatch(self.text):
            raise ValueError(f"{self.text!r} is not a year or a span of years")
        return self


def _as_runs(value: Any) -> Any:
    if isinstance(value, str):
        return (Run(text=value),) if value else ()
    if isinstance(value, Run):
        return (value,)
    return value


#: Runs in reading order; a block may be given a plain text or one run instead.
Runs = Annotated[tuple[Run, ...], BeforeValidator(_as_runs)]


class _WithText(_Frozen):
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
    subject: str = ""
    synthetic: str = ""


class Heading(_WithText):
    """A heading; its numbering (一、（一）1.) is made when the document is, from ``level``."""

    kind: Literal["heading"] = "heading"
    level: int = Field(ge=1, le=3)
    numbered: bool = True


class Sentence(_WithText):
    """One sentence; those of one :class:`Blocks` that follow each other make a paragraph.

    ``opens`` begins a new paragraph with this sentence, ``item`` makes it an entry of a numbered list.
    """

    kind: Literal["sentence"] = "sentence"
    item: bool = False
    opens: bool = False


class Column(_WithText):
    """A column of a table: its heading, its alignment, and its relative width (0: as its text needs)."""

    align: Literal["left", "right", "center"] = "right"
    width: float = 0.0


class Table(_Frozen):
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


class Chart(_Frozen):
    """A chart: a complete Vega-Lite specification, its caption, its text alternative, and its source line."""

    kind: Literal["chart"] = "chart"
    caption: Runs
    alt: str = Field(min_length=1)
    spec: dict[str, Any]
    notes: tuple[Runs, ...] = ()


Block = Annotated[Title | Heading | Sentence | Table | Chart, Field(discriminator="kind")]


class Cell(_Frozen):
    """A cell of data: the full-precision value behind a number that a reader sees.

    ``value`` is in ``measure`` and None for a missing figure; ``decimals`` is how many are shown; ``how`` says how
    it was computed; ``sources`` are ids of the workspace's sources.
    """

    id: str
    value: float | None
    unit: str
    indicator: str
    year: int
    base_year: int | None = None
    statistic: str
    measure: str
    decimals: int
    how: str
    sources: tuple[str, ...] = ()


class Blocks(_Frozen):
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

    @classmethod
    def of(cls, *blocks: Block, cells: Iterable[Cell] = ()) -> Blocks:
        """Make a :class:`Blocks` from blocks and the cells they name."""
        return cls(blocks=blocks, cells=tuple({cell.id: cell for cell in cells}.values()))

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
        return "\n".join(_plain(block) for block in self.blocks)

    def pieces(self) -> list[Blocks]:
        """Divide into pieces that a notebook shows one below the other: each chart by itself, the rest together."""
        known = {cell.id: cell for cell in self.cells}
        groups = groupby(enumerate(self.blocks), key=lambda item: item[0] if isinstance(item[1], Chart) else -1)
        divided = [[block for _, block in group] for _, group in groups]
        return [
            Blocks.of(*blocks, cells=[known[run.cell] for block in blocks for run in runs_in(block) if run.cell])
            for blocks in divided
        ]

    def mimebundle(self) -> dict[str, Any]:
        """Give what one output of a notebook holds: the blocks for the document, and what a person sees."""
        bundle: dict[str, Any] = {MIME: self.payload(), "text/plain": self.plain()}
        if len(self.blocks) == 1 and isinstance(self.blocks[0], Chart):
            bundle[CHART_MIME] = {**self.blocks[0].spec, "$schema": CHART_SCHEMA}
        else:
            bundle["text/html"] = "\n".join(_html(block) for block in self.blocks)
        return bundle

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for piece in self.pieces():
            display(piece.mimebundle(), raw=True)  # type: ignore[no-untyped-call]


def runs_in(block: Block) -> list[Run]:
    """Give all runs of a block, in reading order."""
    if isinstance(block, Table):
        columns = [run for column in block.columns for run in column.text]
        cells = [run for row in block.rows for cell in row for run in cell]
        return [*block.caption, *columns, *cells, *(run for note in block.notes for run in note)]
    if isinstance(block, Chart):
        return [*block.caption, *(run for note in block.notes for run in note)]
    if isinstance(block, Title):
        return [*block.text, *(run for line in block.lines for run in line)]
    return list(block.text)


def text_of(runs: Iterable[Run]) -> str:
    """Join the text of runs.

    >>> text_of((Run(text="in "), Run(text="2017", role="year")))
    'in 2017'
    """
    return "".join(run.text for run in runs)


def _plain(block: Block) -> str:
    if isinstance(block, Table):
        header = "\t".join(text_of(column.text) for column in block.columns)
        rows = ["\t".join(text_of(cell) for cell in row) for row in block.rows]
        return "\n".join([text_of(block.caption), header, *rows])
    if isinstance(block, Chart):
        return f"[{text_of(block.caption)}] {block.alt}"
    return text_of(block.text)


def _html(block: Block) -> str:
    if isinstance(block, Title):
        return f"<h1>{html.escape(text_of(block.text))}</h1>"
    if isinstance(block, Heading):
        return f"<h{block.level + 1}>{html.escape(text_of(block.text))}</h{block.level + 1}>"
    if isinstance(block, Table):
        head = "".join(f"<th>{html.escape(text_of(column.text))}</th>" for column in block.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(text_of(cell))}</td>" for cell in row) + "</tr>" for row in block.rows
        )
        caption = html.escape(text_of(block.caption))
        return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<p>{html.escape(_plain(block))}</p>"
