"""Pieces of the Word documents that give every DOCX its page and styles: elements, faces, paragraphs, fields."""

from __future__ import annotations

import io
import zipfile
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


def timeless(package: bytes) -> bytes:
    """Write a package again without a clock and without compression, for pandoc copies its members as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist()):
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name))
    return buffer.getvalue()


def word_tag(tag: str, **values: str) -> Any:
    """Make an element of Word's main namespace with its attributes."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{tag}")
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    return element


def face(style: Any, role: str, size: float, *, bold: bool = False, color: str = "000000") -> None:
    """Set the characters of a style: both fonts, size, weight, colour, and nothing inherited from pandoc's."""
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    east, latin = FONTS[role]
    fonts = word_tag("rFonts", ascii=latin, hAnsi=latin, eastAsia=east, cs=latin)
    half_points = str(round(size * 2))
    weight = [word_tag("b"), word_tag("bCs")] if bold else [word_tag("b", val="0"), word_tag("bCs", val="0")]
    slant = [word_tag("i", val="0"), word_tag("iCs", val="0")]
    rest = [word_tag("color", val=color), word_tag("sz", val=half_points), word_tag("szCs", val=half_points)]
    for element in [fonts, *weight, *slant, *rest]:
        properties.append(element)


def shape(
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
        properties.append(word_tag("keepNext"))
        properties.append(word_tag("keepLines"))
    properties.append(word_tag("widowControl"))
    if not line:
        properties.append(word_tag("snapToGrid", val="0"))
    gaps = {"before": str(round(before * 20)), "after": str(round(after * 20))}
    rule = {"line": str(line), "lineRule": "exact"} if line else {"line": "240", "lineRule": "auto"}
    properties.append(word_tag("spacing", **gaps, **rule))
    properties.append(word_tag("ind", firstLineChars="200" if indent else "0", firstLine="640" if indent else "0"))
    if align:
        properties.append(word_tag("jc", val=align))
    if outline is not None:
        properties.append(word_tag("outlineLvl", val=str(outline)))


def add_style(document: Any, name: str, *, based_on: str = "Normal") -> Any:
    """Give a paragraph style by its name; it is made if there is none."""
    from docx.enum.style import WD_STYLE_TYPE

    if name in document.styles:
        return document.styles[name]
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles[based_on]
    style.quick_style = True
    return style


def defaults(document: Any, language: Language) -> None:
    """Set fonts, languages and gaps that every style begins with."""
    from docx.oxml.ns import qn

    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for tag in ("w:rFonts", "w:lang"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    east, latin = FONTS["body"]
    properties.insert(0, word_tag("rFonts", ascii=latin, hAnsi=latin, eastAsia=east, cs=latin))
    latin_language = "en-US"
    properties.append(word_tag("lang", val=latin_language, eastAsia="zh-CN", bidi="ar-SA"))
    spacing = defaults.find(qn("w:pPrDefault")).find(qn("w:pPr")).find(qn("w:spacing"))
    spacing.set(qn("w:after"), "0")
    theme = document.settings.element.find(qn("w:themeFontLang"))
    theme.set(qn("w:val"), WORD_LANGUAGE["en"])
    if TYPST_LANGUAGE[language][0] == "zh":
        theme.set(qn("w:eastAsia"), WORD_LANGUAGE[language])


def font_table(document: Any) -> None:
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
