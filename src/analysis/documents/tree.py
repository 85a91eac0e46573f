"""Typed blocks → one pandoc tree, the only thing that the formats are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.documents import nodes
from analysis.documents.blocks import (
    Block,
    Blocks,
    Chart,
    Heading,
    KeyFigures,
    Quote,
    Remark,
    Run,
    Sentence,
    Table,
    Title,
    text_of,
)
from analysis.documents.charts import Picture
from analysis.documents.figures import figure_nodes
from analysis.documents.nodes import Node
from analysis.documents.tables import table_nodes
from analysis.documents.words import AUTHOR, heading_number, word
from analysis.messages import DuzhengError, Fault, Language


def title_of(parts: Sequence[Blocks]) -> Title:
    """Give the one title of a document.

    Raises
    ------
    DuzhengError
        DZ-D001 if the first block is not a title, or a second title follows.
    """
    blocks = [block for part in parts for block in part.blocks]
    titles = [block for block in blocks if isinstance(block, Title)]
    if len(titles) != 1 or not isinstance(blocks[0], Title):
        raise DuzhengError(
            Fault(
                "DZ-D001",
                found=f"{len(titles)} titles"
                + (" and another block first" if titles and blocks[0] is not titles[0] else ""),
                expected="one Title, first of all blocks",
                hint="show the Title in the first cell of the notebook",
            )
        )
    return titles[0]


class _Writer:
    """Walks through the blocks once, counting headings, tables and figures."""

    def __init__(self, title: Title, pictures: Mapping[int, Picture]) -> None:
        self.language: Language = title.language
        self.pictures = pictures
        self.nodes: list[Node] = []
        self.counts = [0, 0, 0]
        self.seen = [0, 0, 0]
        self.headings = 0
        self.tables = 0
        self.figures = 0
        self.items: list[list[Node]] = []
        self.small = False
        self.paragraph: list[Sentence] = []

    def part(self, part: Blocks) -> None:
        for block in part.blocks:
            self.block(block)
        self.end_paragraph()

    def block(self, block: Block) -> None:
        if isinstance(block, Sentence) and not block.item:
            self.end_list()
            if block.opens:
                self.end_paragraph()
            self.paragraph.append(block)
            return
        self.end_paragraph()
        if isinstance(block, Sentence):
            if block.small != self.small:
                self.end_list()
            self.items.append(nodes.inlines(block.text))
            self.small = block.small
            return
        self.end_list()
        if isinstance(block, Heading):
            self.heading(block)
        elif isinstance(block, Table):
            self.tables += 1
            self.nodes.extend(table_nodes(block, self.tables, self.language))
        elif isinstance(block, Chart):
            self.figures += 1
            self.nodes.extend(figure_nodes(block, self.pictures[self.figures], self.figures, self.language))
        elif isinstance(block, KeyFigures | Quote | Remark):
            self.nodes.append(_set_off(block, self.language))

    def heading(self, heading: Heading) -> None:
        level = heading.level
        if level > 1 and not self.seen[level - 2]:
            raise DuzhengError(
                Fault(
                    "DZ-D001",
                    found=f"{text_of(heading.text)!r}, of level {level}, without one of level {level - 1} above it",
                    expected="headings that go down one level at a time, from level 1",
                    hint="give the section its heading, or lift this one",
                )
            )
        if heading.numbered:
            self.counts[level - 1] += 1
        self.counts[level:] = [0] * (3 - level)
        self.seen[level:] = [0] * (3 - level)
        self.seen[level - 1] += 1
        self.headings += 1
        number = heading_number(tuple(self.counts[:level]), self.language) if heading.numbered else ""
        content = [*nodes.numbering(number), *nodes.inlines(heading.text)]
        self.nodes.append(nodes.header(level, f"section-{self.headings}", content))

    def end_paragraph(self) -> None:
        if not self.paragraph:
            return
        gap = (Run(text=" "),) if self.language == "en" else ()
        runs: list[Run] = []
        for sentence in self.paragraph:
            runs.extend((*gap, *sentence.text) if runs else sentence.text)
        self.nodes.append(nodes.para(nodes.inlines(runs)))
        self.paragraph = []

    def end_list(self) -> None:
        if self.items:
            made = nodes.ordered_list(self.items, parentheses=self.language != "en")
            self.nodes.append(nodes.div([made], ["small-list"]) if self.small else made)
            self.items = []


def _set_off(block: KeyFigures | Quote | Remark, language: Language) -> Node:
    """Make the node of a block that stands apart from the text, as a group that formats know by its class."""
    if isinstance(block, KeyFigures):
        texts = ([each.value, each.label, each.note] for each in block.figures)
        items = [[nodes.para(nodes.inlines(runs)) for runs in each if runs] for each in texts]
        return nodes.div([nodes.bullets(items)], ["key-figures"])
    said, below = nodes.para(nodes.inlines(block.text)), block.by if isinstance(block, Quote) else block.signed
    dash = nodes.text(word("dash", language)) if isinstance(block, Quote) else []
    foot = [nodes.div([nodes.para([*dash, *nodes.inlines(below)])], ["foot"])] if below else []
    if isinstance(block, Quote):
        return nodes.div([nodes.quote([said, *foot])], ["quote"])
    return nodes.div([said, *foot], ["remark"])


def document_tree(parts: Sequence[Blocks], pictures: Mapping[int, Picture]) -> Node:
    """Make the pandoc tree of a document.

    Headings are numbered by level and language. Successive sentences of one :class:`Blocks` make a paragraph;
    successive items make one numbered list, over the border of two :class:`Blocks` too, and a list after anything
    else starts again at 1. Every number with a cell is a ``Span`` with the attribute ``cell``, every typed numeral and
    every number that the document gives one with ``data-role``.

    Parameters
    ----------
    parts
        The blocks in reading order; the first block is the title.
    pictures
        The picture of each chart by its running number, from 1.

    Returns
    -------
    dict
        The tree, as pandoc reads it with ``--from=json``.

    Raises
    ------
    DuzhengError
        DZ-D001 without exactly one title at the head, or if a heading skips a level.

    Examples
    --------
    >>> title = Title(text="Memo", language="en", date="2024-05-01")
    >>> tree = document_tree([Blocks.of(title, Heading(level=1, text="Pupils"), Sentence(text="Well."))], {})
    >>> [node["t"] for node in tree["blocks"]], tree["meta"]["lang"]["c"]
    (['Header', 'Para'], 'en')
    """
    title = title_of(parts)
    writer = _Writer(title, pictures)
    for part in parts:
        writer.part(part)
    writer.end_list()
    return {"pandoc-api-version": list(nodes.API_VERSION), "meta": _meta(title), "blocks": writer.nodes}


def _meta(title: Title) -> Node:
    plain = {
        "lang": title.language,
        "plain-title": text_of(title.text),
        "author": AUTHOR,
        "release": title.date,
        "subject": title.subject,
        "synthetic": title.synthetic,
    }
    meta: Node = {key: {"t": "MetaString", "c": value} for key, value in plain.items() if value}
    meta["title"] = {"t": "MetaInlines", "c": nodes.inlines(title.text)}
    lines = [{"t": "MetaInlines", "c": nodes.inlines(line)} for line in title.lines]
    return meta | {"lines": {"t": "MetaList", "c": lines}}
