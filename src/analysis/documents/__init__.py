"""Documents: typed blocks → one pandoc tree → HTML, DOCX and PDF; fonts, house theme, charts as pictures."""

from analysis.documents.blocks import (
    MIME,
    Block,
    Blocks,
    Cell,
    Chart,
    Column,
    Heading,
    Run,
    Runs,
    Sentence,
    Table,
    Title,
    text_of,
)

__all__ = [
    "MIME",
    "Block",
    "Blocks",
    "Cell",
    "Chart",
    "Column",
    "Heading",
    "Run",
    "Runs",
    "Sentence",
    "Table",
    "Title",
    "text_of",
]
