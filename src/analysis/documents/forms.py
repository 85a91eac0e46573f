"""Forms that are filled in by hand: one tree → DOCX or PDF; and the nodes that such a tree is made of.

Beside the nodes of every document a form has boxes to tick, blanks, lines to write on, and tables whose points are
ticked. In the tree these are groups and spans with a class, which ``formats/form.lua`` knows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from analysis.documents import nodes
from analysis.documents.fonts import replace_uncovered
from analysis.documents.form_reference import MOST_COLUMNS, form_reference
from analysis.documents.nodes import Node
from analysis.documents.pandoc import FORMATS, midnight, pandoc_program, run_pandoc
from analysis.documents.pdf import typst_pdf
from analysis.documents.words import AUTHOR, TYPST_LANGUAGE, WORD_LANGUAGE
from analysis.messages import Language

FormFormat = Literal["docx", "pdf"]
_FILTER = ("form.lua",)


@dataclass(frozen=True, slots=True)
class Written:
    """A form's file, and what was replaced in it by 〓 because no packaged font has it."""

    content: bytes
    replaced: tuple[str, ...]


def write_form(
    blocks: Sequence[Node], form: FormFormat, *, title: str, footer: str, language: Language, date: str
) -> Written:
    """Write a form.

    Parameters
    ----------
    blocks
        Its nodes; headings have level 1.
    form
        ``docx`` or ``pdf`` (PDF/A-2a and PDF/UA-1).
    title
        The title that the file has.
    footer
        What stands left at the foot of every page, beside the page's number.
    language
        Its language.
    date
        The day that the file says it was made; a clock never is asked, so that the same form is the same bytes.

    Raises
    ------
    DuzhengError
        DZ-D001 if it cannot be made.
    """
    listed: dict[str, None] = {}
    meta = {"lang": language, "title": title, "plain-title": title, "author": AUTHOR, "footer": footer}
    shown = {key: _clean(value, listed) for key, value in meta.items()}
    tree = {
        "pandoc-api-version": list(nodes.API_VERSION),
        "meta": {key: {"t": "MetaString", "c": value} for key, value in shown.items()},
        "blocks": _clean(list(blocks), listed),
    }
    with tempfile.TemporaryDirectory(prefix="duzheng-") as name:
        folder = Path(name)
        if form == "pdf":
            source = run_pandoc(
                tree, to="typst", folder=folder, date=date, options=_typst_options(language, date), filters=_FILTER
            )
            return Written(typst_pdf(source, date), tuple(listed))
        sheet = any(node["t"] == "Div" and "sheet" in node["c"][0][1] for node in blocks)
        reference = folder / "reference.docx"
        reference.write_bytes(form_reference(pandoc_program(), language, shown["footer"], sheet=sheet))
        options = [
            f"--reference-doc={reference}",
            f"--template={FORMATS / 'form.openxml'}",
            f"--metadata=lang={WORD_LANGUAGE[language]}",
        ]
        content = run_pandoc(tree, to="docx", folder=folder, date=date, options=options, filters=_FILTER)
        return Written(content, tuple(listed))


def _typst_options(language: Language, date: str) -> list[str]:
    name, region = TYPST_LANGUAGE[language]
    day = midnight(date)
    return [
        f"--template={FORMATS / 'form.typ'}",
        f"--variable=typst-lang={name}",
        f"--variable=typst-region={region}",
        f"--variable=release-date=year: {day.year}, month: {day.month}, day: {day.day}",
    ]


def _clean(value: Any, listed: dict[str, None]) -> Any:
    """Replace what no packaged font has, in every text of a tree."""
    if isinstance(value, str):
        text, replaced = replace_uncovered(value)
        listed.update(dict.fromkeys(replaced))
        return text
    if isinstance(value, dict):
        return {key: item if key == "t" else _clean(item, listed) for key, item in value.items()}
    return [_clean(item, listed) for item in value] if isinstance(value, list) else value


def span(kind: str, text: str = "", **values: float) -> Node:
    """Make a span: ``number``, ``code``, ``must``, ``direction``, ``note``, ``label``; ``gap`` fills the line."""
    pairs = {key: f"{value:g}" for key, value in values.items()}
    return {"t": "Span", "c": [nodes.attributes("", [kind], pairs), nodes.text(text)]}


def tick(code: str) -> Node:
    """Make a box to tick, with the code of its answer beside it."""
    return span("tick", code)


def pick(code: str) -> Node:
    """Make the code of an answer that is written down, not ticked."""
    return span("pick", code)


def blank(millimetres: float) -> Node:
    """Make a blank to write on."""
    return span("blank", mm=millimetres)


def digits(n: int) -> Node:
    """Make boxes for digits."""
    return span("digits", n=n)


def group(kind: str, *paragraphs: list[Node]) -> Node:
    """Make paragraphs of a kind: ``title``, ``marks``, ``office``, ``greeting``, ``guide``, ``ask`` and more."""
    return nodes.div([nodes.para(content) for content in paragraphs], [kind])


def question(*blocks: Node, whole: bool = True) -> Node:
    """Make a question, which stays on one page if it is ``whole``; Word is told where it ends."""
    if blocks and blocks[-1]["t"] == "Div":
        blocks[-1]["c"][0][2].append(["last", "yes"])
    return nodes.div(list(blocks), ["question"], {"whole": "yes" if whole else "no"})


def sheet(*blocks: Node) -> Node:
    """Make a page that is kept apart from the form, and comes before it."""
    return nodes.div(list(blocks), ["sheet"])


def options(items: Iterable[list[Node]], columns: int = 1) -> Node:
    """Make answers to be ticked, in so many columns."""
    content = [nodes.para(item) for item in items]
    return nodes.div(content, ["options"], {"columns": str(max(1, min(columns, MOST_COLUMNS)))})


def lines(n: int) -> Node:
    """Make ruled lines to write on."""
    return nodes.div([], ["lines"], {"n": str(max(1, n))})


def scale(shares: Sequence[float], head: Sequence[list[Node]], rows: Iterable[tuple[list[Node], list[str]]]) -> Node:
    """Make a table whose points are ticked.

    Parameters
    ----------
    shares
        The columns' shares of the width: that of the rows' words, then the points'.
    head
        The inlines over each column.
    rows
        Of each row the blocks of its words, and the codes of its points; no code, no box.
    """

    def cell(blocks: list[Node]) -> list[Any]:
        return [nodes.attributes(), {"t": "AlignDefault"}, 1, 1, blocks]

    top = nodes.table_row(cell([group("head" if place else "lead", each)]) for place, each in enumerate(head))
    body = [
        nodes.table_row([cell(words), *(cell([group("point", [tick(code)])] if code else []) for code in codes)])
        for words, codes in rows
    ]
    return nodes.table(nodes.attributes(), [], [("left", share) for share in shares], top, body)
