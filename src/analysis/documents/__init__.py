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
    runs_in,
    text_of,
)
from analysis.documents.charts import Picture, draw, house_theme
from analysis.documents.check import check_numbers, numbers_in, text_in
from analysis.documents.fonts import replace_uncovered, subset_css
from analysis.documents.render import FORMAT_NAMES, Format, Rendered, characters_of, printable, render
from analysis.documents.tree import document_tree

__all__ = [
    "FORMAT_NAMES",
    "MIME",
    "Block",
    "Blocks",
    "Cell",
    "Chart",
    "Column",
    "Format",
    "Heading",
    "Picture",
    "Rendered",
    "Run",
    "Runs",
    "Sentence",
    "Table",
    "Title",
    "characters_of",
    "check_numbers",
    "document_tree",
    "draw",
    "house_theme",
    "numbers_in",
    "printable",
    "render",
    "replace_uncovered",
    "runs_in",
    "subset_css",
    "text_in",
    "text_of",
]
