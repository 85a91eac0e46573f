"""Blocks as a person in front of a notebook sees them: as text, and as HTML in which nothing of a text is markup."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable

from analysis.documents.blocks import Block, Chart, Heading, KeyFigure, KeyFigures, Quote, Remark, Run, Table, Title
from analysis.documents.runs import text_of


def plain(block: Block) -> str:
    """Give the text of a block: one line, or a line a row.

    >>> plain(Heading(level=1, text="Profile"))
    'Profile'
    """
    if isinstance(block, Table):
        header = "\t".join(text_of(column.text) for column in block.columns)
        rows = ["\t".join(text_of(cell) for cell in row) for row in block.rows]
        return "\n".join([text_of(block.caption), header, *rows])
    if isinstance(block, Chart):
        return f"[{text_of(block.caption)}] {block.alt}"
    if isinstance(block, KeyFigures):
        return "\n".join(
            "\t".join(text_of(text) for text in (each.label, each.value, each.note)) for each in block.figures
        )
    below = block.by if isinstance(block, Quote) else block.signed if isinstance(block, Remark) else ()
    return text_of(block.text) + (f"\n— {text_of(below)}" if below else "")


def page(block: Block) -> str:
    """Give a block as HTML.

    >>> page(Heading(level=1, text="<b>"))
    '<h2>&lt;b&gt;</h2>'
    """
    if isinstance(block, Title | Heading):
        level = 1 if isinstance(block, Title) else block.level + 1
        return f"<h{level}>{_escaped(block.text)}</h{level}>"
    if isinstance(block, Table):
        head = "".join(f"<th>{_escaped(column.text)}</th>" for column in block.columns)
        body = "".join("<tr>" + "".join(f"<td>{_escaped(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
        caption = _escaped(block.caption)
        return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    if isinstance(block, KeyFigures):
        return f"<ul>{''.join(map(_item, block.figures))}</ul>"
    if isinstance(block, Quote):
        return f"<blockquote><p>{_escaped(block.text)}</p><footer>{_escaped(block.by)}</footer></blockquote>"
    if isinstance(block, Remark):
        return f"<p>{_escaped(block.text)}</p><p><em>{_escaped(block.signed)}</em></p>"
    return f"<p>{html.escape(_visible(plain(block)))}</p>"


def _item(figure: KeyFigure) -> str:
    value, label, note = map(_escaped, (figure.value, figure.label, figure.note))
    return f"<li><strong>{value}</strong> {label} <small>{note}</small></li>"


def _escaped(runs: Iterable[Run]) -> str:
    return html.escape(_visible(text_of(runs)))


def _visible(value: str) -> str:
    """Take out control characters, among them those that turn the direction of a text."""
    return "".join(each for each in value if unicodedata.category(each) not in {"Cc", "Cf"} or each in "\n\t")
