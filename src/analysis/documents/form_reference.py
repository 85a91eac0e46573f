"""The Word document that gives forms to be filled in by hand their page, styles and footer."""

from __future__ import annotations

import io
import subprocess
from functools import lru_cache
from typing import Any, Final

from analysis.documents.docx_parts import FONTS, add_style, defaults, face, font_table, shape, timeless, word_tag
from analysis.messages import Language

_MILLIMETRE = 36000  # English Metric Units
_TWENTIETHS = 56.69  # twentieths of a point in a millimetre
_WIDTH = 180  # of a line, in millimetres
_HANG = 7.5  # of what stands under a question's words, in millimetres
MOST_COLUMNS: Final = 8
_GREY, _BLUE, _RED = "4B5563", "0B4A82", "B91C1C"
_FOOT: Final[dict[Language, tuple[str, str, str]]] = {
    "zh-Hans": ("第 ", " 页　共 ", " 页"),
    "en": ("Page ", " of ", ""),
}


@lru_cache(maxsize=8)
def form_reference(pandoc: str, language: Language, footer: str, *, sheet: bool) -> bytes:
    """Make the reference document of a form.

    A4 with narrow margins; the footer names the form and counts its pages.

    Parameters
    ----------
    pandoc
        Path of the pandoc program, whose own reference document is the ground.
    language
        The language of the form.
    footer
        What stands left in the footer.
    sheet
        Whether a page that is kept apart comes before the form, which then begins on the front of the next sheet.
    """
    import docx

    made = subprocess.run(  # noqa: S603  our own program and arguments
        [pandoc, "--print-default-data-file", "reference.docx"], check=True, capture_output=True
    )
    document = docx.Document(io.BytesIO(made.stdout))
    defaults(document, language)
    _paragraphs(document, chinese=language != "en")
    _characters(document, chinese=language != "en")
    _ruled(document)
    _page(document, language, footer, sheet=sheet)
    font_table(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return timeless(buffer.getvalue())


def _paragraphs(document: Any, *, chinese: bool) -> None:
    sans = "sans" if chinese else "body"

    def style(name: str, role: str, size: float, *, bold: bool = False, color: str = "000000", **how: Any) -> Any:
        made = add_style(document, name)
        face(made, role, size, bold=bold and not chinese, color=color)
        shape(made, **how)
        return made

    style("Normal", "table", 10.5)
    for name in ("Body Text", "First Paragraph", "Compact"):
        style(name, "table", 10.5, after=3)
    style("Title", "title" if chinese else "body", 18, bold=True, before=6, after=12, align="center", keep_next=True)
    heading = style("Heading 1", "heading1" if chinese else "body", 12, bold=True, before=14, after=5, keep_next=True,
                    outline=0)  # fmt: skip
    _before_gaps(heading, word_tag("shd", val="clear", color="auto", fill="E8EDF3"))
    style("Greeting", "table", 10.5, after=4, align="both")
    _indent(style("Form Marks", sans, 9, after=2), left=124)
    _tabs(style("Office", sans, 9, color=_GREY, before=4, after=4), [65, 113, 144])
    style("Guide Head", sans, 10.5, bold=True, before=8, after=3, keep_next=True)
    _indent(style("Guide", "table", 10, after=2), left=6, hanging=6)
    style("Section Text", "table", 10.5, after=4, keep_next=True)
    for end in ("", " End"):
        question = style(f"Question{end}", "table", 10.5, before=8, after=3, keep_next=not end)
        _indent(question, left=_HANG, hanging=_HANG)
        for name, color in (("Simple", "000000"), ("Help", _GREY)):
            _indent(style(f"{name}{end}", "table", 10, color=color, after=3, keep_next=not end), left=_HANG)
        _indent(style(f"Entry{end}", "table", 10.5, before=6, after=6, keep_next=not end), left=_HANG)
        _border(
            _indent(style(f"Writing{end}", "table", 10.5, line=480, keep_next=not end), left=_HANG),
            bottom=("4", "1", "374151"),
            between=("4", "1", "374151"),
        )
        for columns in range(1, MOST_COLUMNS + 1):
            options = _indent(style(f"Options {columns}{end}", "table", 10.5, after=3, keep_next=not end), left=_HANG)
            _tabs(options, [_HANG + (_WIDTH - _HANG) / columns * n for n in range(1, columns)])
    style("Signature", "table", 10.5, before=16, after=10)
    _border(style("Reading", "table", 10.5, before=6, after=6), left=("18", "4", "9CA3AF"))
    style("Closing", sans, 11, bold=True, before=16, align="center")
    style("Apart", sans, 9, color=_GREY, before=20)
    for name, align in (("Row Head", "center"), ("Row Lead", "left")):
        style(name, sans, 8.5 if chinese else 7.5, before=2, after=2, align=align, keep_next=True)
    _indent(style("Row Text", "table", 10, before=3, after=2), left=_HANG, hanging=_HANG)
    _indent(style("Row Note", "table", 9.5, after=2), left=_HANG)
    style("Row Point", "table", 10, before=2, after=2, align="center")
    style("After Table", "table", 2, line=120)
    for name, lines in (("Office", "dashed"), ("Form Marks", "single")):
        sides = dict.fromkeys(("top", "left", "bottom", "right"), ("4", "4", "374151"))
        _border(document.styles[name], kind=lines, **sides)


def _characters(document: Any, *, chinese: bool) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    sans = "sans" if chinese else "body"
    for name, role, size, color in (
        ("Question Number", sans, 10.5, "000000"), ("Item Code", "sans", 7, _GREY), ("Option Code", "sans", 8, _GREY),
        ("Must", sans, 10.5, _RED), ("Direction", sans, 9.5, _BLUE), ("Question Note", sans, 9.5, _GREY),
        ("Small Label", sans, 9.5, _GREY), ("Box", "table", 12, "000000"), ("Digits", "table", 18, "000000"),
        ("Blank", "table", 10.5, "000000"),
    ):  # fmt: skip
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        face(style, role, size, bold=name == "Question Number" and not chinese, color=color)
        if name == "Blank":
            style.element.rPr.append(word_tag("u", val="single"))


def _indent(style: Any, *, left: float, hanging: float = 0) -> Any:
    """Set a paragraph in from the left, by millimetres; what hangs before it ends at a tab."""
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_pPr()
    properties.find(qn("w:ind")).getparent().replace(
        properties.find(qn("w:ind")),
        word_tag("ind", left=str(round(left * _TWENTIETHS)), hanging=str(round(hanging * _TWENTIETHS))),
    )
    if hanging:
        _tabs(style, [left])
    return style


def _tabs(style: Any, stops: list[float]) -> None:
    tabs = word_tag("tabs")
    for stop in stops:
        tabs.append(word_tag("tab", val="left", pos=str(round(stop * _TWENTIETHS))))
    if stops:
        _before_gaps(style, tabs)


def _before_gaps(style: Any, element: Any) -> None:
    """Put an element of a paragraph where the schema has it: before tabs and gaps."""
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_pPr()
    names = ("w:shd", "w:tabs", "w:snapToGrid", "w:spacing")
    places = (properties.find(qn(name)) for name in names if element.tag != qn(name))
    next(found for found in places if found is not None).addprevious(element)


def _border(style: Any, *, kind: str = "single", **sides: tuple[str, str, str]) -> None:
    """Draw lines beside a paragraph: size in eighths of a point, space in points, and colour of each."""
    border = word_tag("pBdr")
    for side in ("top", "left", "bottom", "right", "between"):
        if side in sides:
            size, space, color = sides[side]
            border.append(word_tag(side, val=kind, sz=size, space=space, color=color))
    _before_gaps(style, border)


def _ruled(document: Any) -> None:
    """Draw pandoc's style ``Table`` with lines around every cell."""
    from docx.oxml.ns import qn

    element = document.styles["Table"].element
    for tag in ("w:tblPr", "w:tblStylePr"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    properties, borders, margins = word_tag("tblPr"), word_tag("tblBorders"), word_tag("tblCellMar")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(word_tag(side, val="single", sz="4", space="0", color="6B7280"))
    for side in ("left", "right"):
        margins.append(word_tag(side, w="60", type="dxa"))
    for each in (word_tag("tblInd", w="0", type="dxa"), borders, margins):
        properties.append(each)
    element.append(properties)
    first, cell = word_tag("tblStylePr", type="firstRow"), word_tag("tcPr")
    cell.append(word_tag("shd", val="clear", color="auto", fill="F1F4F8"))
    first.append(cell)
    element.append(first)


def _page(document: Any, language: Language, footer: str, *, sheet: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = 210 * _MILLIMETRE, 297 * _MILLIMETRE
    section.top_margin = section.bottom_margin = 20 * _MILLIMETRE
    section.left_margin = section.right_margin = 15 * _MILLIMETRE
    section.header_distance = section.footer_distance = 10 * _MILLIMETRE
    properties = section._sectPr  # noqa: SLF001  python-docx has no public name for where pages begin to be counted
    if sheet:
        from docx.enum.section import WD_SECTION

        section.start_type = WD_SECTION.ODD_PAGE
    from docx.oxml.ns import qn

    properties.find(qn("w:pgMar")).addnext(word_tag("pgNumType", start="1"))
    section.footer.is_linked_to_previous = False
    paragraph = section.footer.paragraphs[0]
    _tabs_of(paragraph)
    before, between, after = _FOOT[language]
    _run(paragraph, f"{footer}\t{before}")
    _field(paragraph, "PAGE")
    _run(paragraph, between)
    _field(paragraph, "SECTIONPAGES" if sheet else "NUMPAGES")
    _run(paragraph, after)


def _tabs_of(paragraph: Any) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT

    paragraph.style.paragraph_format.tab_stops.add_tab_stop(_WIDTH * _MILLIMETRE, WD_TAB_ALIGNMENT.RIGHT)


def _run(paragraph: Any, text: str) -> Any:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8), RGBColor.from_string(_GREY)
    east, latin = FONTS["sans"]
    run._r.get_or_add_rPr().insert(0, word_tag("rFonts", ascii=latin, hAnsi=latin, eastAsia=east))  # noqa: SLF001
    return run


def _field(paragraph: Any, code: str) -> None:
    for kind in ("begin", "", "separate", "shown", "end"):
        run = _run(paragraph, "1" if kind == "shown" else "")
        if not kind:
            text = word_tag("instrText")
            text.text = f" {code} "
            run._r.append(text)  # noqa: SLF001
        elif kind != "shown":
            run._r.append(word_tag("fldChar", fldCharType=kind))  # noqa: SLF001
