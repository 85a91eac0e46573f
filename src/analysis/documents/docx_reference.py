"""The Word document that gives every DOCX its page, styles, header and footer."""

from __future__ import annotations

import io
import subprocess
import zipfile
from functools import lru_cache
from typing import Any, Final

from analysis.documents.words import TYPST_LANGUAGE, WORD_LANGUAGE
from analysis.messages import Language

#: Fonts of official documents by role: East Asian, Latin. Word takes what the reader's machine has; the font table
#: names the nearest face that every Windows and WPS has.
FONTS: Final[dict[str, tuple[str, str]]] = {
    "title": ("方正小标宋简体", "Times New Roman"),
    "body": ("仿宋", "Times New Roman"),
    "heading1": ("黑体", "Times New Roman"),
    "heading2": ("楷体", "Times New Roman"),
    "heading3": ("仿宋", "Times New Roman"),
    "table": ("宋体", "Times New Roman"),
    "sans": ("黑体", "Arial"),
}
_INSTEAD: Final = {"方正小标宋简体": "宋体", "仿宋": "FangSong", "楷体": "KaiTi", "黑体": "SimHei", "宋体": "SimSun"}

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
    _font_table(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return _timeless(buffer.getvalue())


def _timeless(package: bytes) -> bytes:
    """Write a package again without a clock and without compression, for pandoc copies its members as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist()):
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name))
    return buffer.getvalue()


def _element(tag: str, **values: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{tag}")
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _face(style: Any, role: str, size: float, *, bold: bool = False, color: str = "000000") -> None:
    """Set the characters of a style: both fonts, size, weight, colour, and nothing inherited from pandoc's."""
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    east, latin = FONTS[role]
    fonts = _element("rFonts", ascii=latin, hAnsi=latin, eastAsia=east, cs=latin)
    half_points = str(round(size * 2))
    weight = [_element("b"), _element("bCs")] if bold else [_element("b", val="0"), _element("bCs", val="0")]
    slant = [_element("i", val="0"), _element("iCs", val="0")]
    rest = [_element("color", val=color), _element("sz", val=half_points), _element("szCs", val=half_points)]
    for element in [fonts, *weight, *slant, *rest]:
        properties.append(element)


def _shape(
    style: Any,
    *,
    line: int = 0,
    before: float = 0,
    after: float = 0,
    indent: bool = False,
    align: str = "",
    keep_next: bool = False,
    outline: int | None = None,
) -> None:
    """Set the paragraph of a style. ``line`` in twentieths of a point is exact; 0 is single, so that pictures fit."""
    properties = style.element.get_or_add_pPr()
    for child in list(properties):
        properties.remove(child)
    if keep_next:
        properties.append(_element("keepNext"))
        properties.append(_element("keepLines"))
    properties.append(_element("widowControl"))
    if not line:
        properties.append(_element("snapToGrid", val="0"))
    gaps = {"before": str(round(before * 20)), "after": str(round(after * 20))}
    rule = {"line": str(line), "lineRule": "exact"} if line else {"line": "240", "lineRule": "auto"}
    properties.append(_element("spacing", **gaps, **rule))
    properties.append(_element("ind", firstLineChars="200" if indent else "0", firstLine="640" if indent else "0"))
    if align:
        properties.append(_element("jc", val=align))
    if outline is not None:
        properties.append(_element("outlineLvl", val=str(outline)))


def _style(document: Any, name: str, *, based_on: str = "Normal") -> Any:
    from docx.enum.style import WD_STYLE_TYPE

    if name in document.styles:
        return document.styles[name]
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles[based_on]
    style.quick_style = True
    return style


def _styles(document: Any, language: Language) -> None:
    size = _SIZES[language]
    chinese = language != "en"
    pitch = _PITCH if chinese else 0
    justify = "both"
    _defaults(document, language)
    _face(document.styles["Normal"], "body", size["body"])
    gap = 0 if chinese else 6
    for name in ("Body Text", "First Paragraph"):
        _face(_style(document, name), "body", size["body"])
        _shape(_style(document, name), line=pitch, after=gap, indent=chinese, align=justify)
    _face(_style(document, "Compact"), "body", size["body"])
    _shape(_style(document, "Compact"), line=pitch, after=gap / 2, align=justify)
    _face(_style(document, "Title"), "title", size["title"], bold=not chinese)
    _shape(_style(document, "Title"), before=6, after=14, align="center", keep_next=True)
    _face(_style(document, "TitleLine"), "heading2" if chinese else "body", size["line"])
    _shape(_style(document, "TitleLine"), after=6, align="center", keep_next=True)
    for level in (1, 2, 3):
        style = _style(document, f"Heading {level}")
        colour = "000000" if chinese or level == 3 else "0B4A82"  # noqa: PLR2004
        _face(style, f"heading{level}", size[f"h{level}"], bold=not chinese, color=colour)
        above = 0 if chinese else 16 - 3 * level
        _shape(style, line=pitch, before=above, after=gap, indent=chinese, keep_next=True, outline=level - 1)
    _face(_style(document, "Table Caption"), "sans" if chinese else "body", size["caption"], bold=not chinese)
    _shape(_style(document, "Table Caption"), before=12, after=4, align="center", keep_next=True)
    _face(_style(document, "Image Caption"), "sans" if chinese else "body", size["caption"], bold=not chinese)
    _shape(_style(document, "Image Caption"), before=4, after=4, align="center")
    _shape(_style(document, "Captioned Figure"), before=12, align="center", keep_next=True)
    _face(_style(document, "Table Note"), "table", size["note"], color="4B5563")
    _shape(_style(document, "Table Note"), before=2, after=2)
    for name, points in _TABLE_SIZES[language].items():
        for kind, role, bold in (("Text", "table", False), ("Head", "sans", True), ("Picked", "sans", True)):
            style = _style(document, f"Table{kind}{name}")
            _face(style, role if chinese else "table", points, bold=bold and not chinese)
            _shape(style, before=2, after=2)
    _table_style(document)


def _defaults(document: Any, language: Language) -> None:
    from docx.oxml.ns import qn

    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for tag in ("w:rFonts", "w:lang"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    east, latin = FONTS["body"]
    properties.insert(0, _element("rFonts", ascii=latin, hAnsi=latin, eastAsia=east, cs=latin))
    latin_language = "en-US"
    properties.append(_element("lang", val=latin_language, eastAsia="zh-CN", bidi="ar-SA"))
    spacing = defaults.find(qn("w:pPrDefault")).find(qn("w:pPr")).find(qn("w:spacing"))
    spacing.set(qn("w:after"), "0")
    theme = document.settings.element.find(qn("w:themeFontLang"))
    theme.set(qn("w:val"), WORD_LANGUAGE["en"])
    if TYPST_LANGUAGE[language][0] == "zh":
        theme.set(qn("w:eastAsia"), WORD_LANGUAGE[language])


def _table_style(document: Any) -> None:
    """Draw pandoc's style ``Table`` as a three-line table: thick above and below, thin under the header."""
    from docx.oxml.ns import qn

    element = document.styles["Table"].element
    for tag in ("w:tblPr", "w:tblStylePr"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    properties = _element("tblPr")
    borders = _element("tblBorders")
    for side in ("top", "bottom"):
        borders.append(_element(side, val="single", sz="9", space="0", color="000000"))
    margins = _element("tblCellMar")
    for side, width in (("top", "0"), ("left", "70"), ("bottom", "0"), ("right", "70")):
        margins.append(_element(side, w=width, type="dxa"))
    properties.append(_element("tblInd", w="0", type="dxa"))
    properties.append(borders)
    properties.append(margins)
    element.append(properties)
    first = _element("tblStylePr", type="firstRow")
    cell = _element("tcPr")
    lines = _element("tcBorders")
    lines.append(_element("top", val="single", sz="9", space="0", color="000000"))
    lines.append(_element("bottom", val="single", sz="5", space="0", color="000000"))
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
        properties.append(_element("docGrid", type="lines", linePitch=str(_PITCH)))
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
        fonts = _element("rFonts", ascii="宋体", hAnsi="宋体", eastAsia="宋体")
        run._r.get_or_add_rPr().insert(0, fonts)  # noqa: SLF001
        if kind == "field":
            run._r.append(_element("fldChar", fldCharType=value))  # noqa: SLF001
        elif kind == "code":
            code = _element("instrText")
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
    run._r.get_or_add_rPr().insert(0, _element("rFonts", ascii=latin, hAnsi=latin, eastAsia=east))  # noqa: SLF001
    border = _element("pBdr")
    border.append(_element("bottom", val="single", sz="6", space="3", color="000000"))
    paragraph._p.get_or_add_pPr().find(qn("w:jc")).addprevious(border)  # noqa: SLF001


def _font_table(document: Any) -> None:
    """Name a face to fall back on for every Chinese font that a machine may lack."""
    from docx.opc.oxml import serialize_part_xml
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    for part in document.part.package.iter_parts():
        if part.partname != "/word/fontTable.xml":
            continue
        table = parse_xml(part.blob)
        for name, instead in _INSTEAD.items():
            table.append(
                parse_xml(
                    f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{instead}"/>'
                    '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
                )
            )
        part._blob = serialize_part_xml(table)  # noqa: SLF001  python-docx has no public way to change such a part
