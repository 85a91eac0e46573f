"""The Word document that gives every DOCX its page, styles, header and footer."""

from __future__ import annotations

import io
import subprocess
from functools import lru_cache
from typing import Any, Final, get_args

from analysis.documents.docx_parts import FONTS, add_style, defaults, face, font_table, shape, timeless, word_tag
from analysis.documents.runs import Role
from analysis.messages import Language

_MILLIMETRE = 36000  # English Metric Units
_PITCH = 579  # 28.95 points in twentieths: 22 lines a page
_SIZES: Final[dict[Language, dict[str, float]]] = {
    "zh-Hans": {"body": 16, "title": 22, "line": 14, "h1": 16, "h2": 16, "h3": 16, "caption": 12, "note": 10.5},
    "en": {"body": 11.5, "title": 20, "line": 11, "h1": 14, "h2": 12.5, "h3": 11.5, "caption": 10.5, "note": 9.5},
}
_TABLE_SIZES: Final[dict[Language, dict[str, float]]] = {
    "zh-Hans": {"Roomy": 12, "Close": 10.5, "Tight": 9},
    "en": {"Roomy": 10.5, "Close": 9.5, "Tight": 8.5},
}


@lru_cache(maxsize=8)
def reference_docx(pandoc: str, language: Language, synthetic: str = "") -> bytes:
    """Make the reference document for pandoc's ``--reference-doc``.

    A4 with the margins of GB/T 9704-2012; real heading styles; page numbers "— 1 —", odd pages right, even left;
    on every page the notice that figures are simulated, if they are.

    Parameters
    ----------
    pandoc
        Path of the pandoc program, whose own reference document is the ground.
    language
        The language of the document.
    synthetic
        The notice for the header of every page, or an empty text.
    """
    import docx

    made = subprocess.run(  # noqa: S603  our own program and arguments
        [pandoc, "--print-default-data-file", "reference.docx"], check=True, capture_output=True
    )
    document = docx.Document(io.BytesIO(made.stdout))
    _styles(document, language)
    _page(document, language, synthetic)
    font_table(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return timeless(buffer.getvalue())


def _styles(document: Any, language: Language) -> None:
    size = _SIZES[language]
    chinese = language != "en"
    pitch = _PITCH if chinese else 0
    justify = "both"
    defaults(document, language)
    face(document.styles["Normal"], "body", size["body"])
    gap = 0 if chinese else 6
    for name in ("Body Text", "First Paragraph"):
        face(add_style(document, name), "body", size["body"])
        shape(add_style(document, name), line=pitch, after=gap, indent=chinese, align=justify)
    face(add_style(document, "Compact"), "body", size["body"])
    shape(add_style(document, "Compact"), line=pitch, after=gap / 2, align=justify)
    face(add_style(document, "Small List"), "body", size["caption"])
    shape(add_style(document, "Small List"), after=3, align=justify)
    face(add_style(document, "Title"), "title", size["title"], bold=not chinese)
    shape(add_style(document, "Title"), before=6, after=14, align="center", keep_next=True)
    face(add_style(document, "TitleLine"), "heading2" if chinese else "body", size["line"])
    shape(add_style(document, "TitleLine"), after=6, align="center", keep_next=True)
    for level in (1, 2, 3):
        style = add_style(document, f"Heading {level}")
        colour = "000000" if chinese or level == 3 else "0B4A82"  # noqa: PLR2004
        face(style, f"heading{level}", size[f"h{level}"], bold=not chinese, color=colour)
        above = 0 if chinese else 16 - 3 * level
        shape(style, line=pitch, before=above, after=gap, indent=chinese, keep_next=True, outline=level - 1)
    _set_off(document, size, chinese=chinese, pitch=pitch)
    face(add_style(document, "Table Caption"), "sans" if chinese else "body", size["caption"], bold=not chinese)
    shape(add_style(document, "Table Caption"), before=12, after=4, align="center", keep_next=True)
    face(add_style(document, "Image Caption"), "sans" if chinese else "body", size["caption"], bold=not chinese)
    shape(add_style(document, "Image Caption"), before=4, after=4, align="center")
    shape(add_style(document, "Captioned Figure"), before=12, align="center", keep_next=True)
    face(add_style(document, "Table Note"), "table", size["note"], color="4B5563")
    shape(add_style(document, "Table Note"), before=2, after=2)
    for name, points in _TABLE_SIZES[language].items():
        for kind, role, bold in (("Text", "table", False), ("Head", "sans", True), ("Picked", "sans", True)):
            style = add_style(document, f"Table{kind}{name}")
            face(style, role if chinese else "table", points, bold=bold and not chinese)
            shape(style, before=2, after=2)
    _table_style(document)


def _set_off(document: Any, size: dict[str, float], *, chinese: bool, pitch: int) -> None:
    """Make the styles of quotations, signed paragraphs and headline numbers, and of numerals that are typed."""
    from docx.enum.style import WD_STYLE_TYPE

    face(add_style(document, "Block Text"), "heading2" if chinese else "body", size["body"])
    shape(add_style(document, "Block Text"), line=pitch, before=6, after=2, align="both", keep_next=True)
    document.styles["Block Text"].paragraph_format.left_indent = _MILLIMETRE * 10
    face(add_style(document, "Quote Source"), "table", size["note"], color="4B5563")
    shape(add_style(document, "Quote Source"), before=0, after=8, align="right")
    face(add_style(document, "Signed"), "heading2" if chinese else "body", size["body"])
    shape(add_style(document, "Signed"), line=pitch, after=6, align="right")
    for name, points, color in (("Value", 16.0, "0B4A82"), ("Label", size["caption"], "000000"),
                                ("Note", size["note"], "4B5563")):  # fmt: skip
        face(add_style(document, f"Key{name}"), "sans" if chinese else "table", points, color=color)
        shape(add_style(document, f"Key{name}"), before=2, after=2, keep_next=name != "Note")
    for role in get_args(Role):
        style = document.styles.add_style(f"Typed{role.title()}", WD_STYLE_TYPE.CHARACTER)
        style.hidden = True


def _table_style(document: Any) -> None:
    """Draw pandoc's style ``Table`` as a three-line table: thick above and below, thin under the header."""
    from docx.oxml.ns import qn

    element = document.styles["Table"].element
    for tag in ("w:tblPr", "w:tblStylePr"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    properties = word_tag("tblPr")
    borders = word_tag("tblBorders")
    for side in ("top", "bottom"):
        borders.append(word_tag(side, val="single", sz="9", space="0", color="000000"))
    margins = word_tag("tblCellMar")
    for side, width in (("top", "0"), ("left", "70"), ("bottom", "0"), ("right", "70")):
        margins.append(word_tag(side, w=width, type="dxa"))
    properties.append(word_tag("tblInd", w="0", type="dxa"))
    properties.append(borders)
    properties.append(margins)
    element.append(properties)
    first = word_tag("tblStylePr", type="firstRow")
    cell = word_tag("tcPr")
    lines = word_tag("tcBorders")
    lines.append(word_tag("top", val="single", sz="9", space="0", color="000000"))
    lines.append(word_tag("bottom", val="single", sz="5", space="0", color="000000"))
    cell.append(lines)
    first.append(cell)
    element.append(first)


def _page(document: Any, language: Language, synthetic: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = 210 * _MILLIMETRE, 297 * _MILLIMETRE
    section.top_margin, section.bottom_margin = 37 * _MILLIMETRE, 35 * _MILLIMETRE
    section.left_margin, section.right_margin = 28 * _MILLIMETRE, 26 * _MILLIMETRE
    section.header_distance, section.footer_distance = 20 * _MILLIMETRE, 25 * _MILLIMETRE
    properties = section._sectPr  # noqa: SLF001  python-docx has no public name for the grid
    if language != "en":
        properties.append(word_tag("docGrid", type="lines", linePitch=str(_PITCH)))
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        _page_number(footer.paragraphs[0], side)
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        if synthetic:
            _notice(header.paragraphs[0], synthetic)


def _page_number(paragraph: Any, side: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if side == "right" else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.left_indent = Pt(14 if side == "left" else 0)
    paragraph.paragraph_format.right_indent = Pt(14 if side == "right" else 0)
    pieces = (
        ("text", "— "),
        ("field", "begin"),
        ("code", "PAGE"),
        ("field", "separate"),
        ("text", "1"),
        ("field", "end"),
    )
    for kind, value in (*pieces, ("text", " —")):
        run = paragraph.add_run(value if kind == "text" else "")
        run.font.size = Pt(14)
        fonts = word_tag("rFonts", ascii="宋体", hAnsi="宋体", eastAsia="宋体")
        run._r.get_or_add_rPr().insert(0, fonts)  # noqa: SLF001
        if kind == "field":
            run._r.append(word_tag("fldChar", fldCharType=value))  # noqa: SLF001
        elif kind == "code":
            code = word_tag("instrText")
            code.text = f" {value} "
            run._r.append(code)  # noqa: SLF001


def _notice(paragraph: Any, synthetic: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(synthetic)
    run.font.size = Pt(10.5)
    east, latin = FONTS["sans"]
    run._r.get_or_add_rPr().insert(0, word_tag("rFonts", ascii=latin, hAnsi=latin, eastAsia=east))  # noqa: SLF001
    border = word_tag("pBdr")
    border.append(word_tag("bottom", val="single", sz="6", space="3", color="000000"))
    paragraph._p.get_or_add_pPr().find(qn("w:jc")).addprevious(border)  # noqa: SLF001
