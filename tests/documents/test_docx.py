"""The Word document is one that a person would have made: real styles, header rows, alternatives, free to be edited."""

import re
import shutil
import zipfile
from xml.etree import ElementTree as ET

import docx
import pytest

from analysis.documents import Blocks, Chart, Sentence, Table, Title, numbers_in, render, text_of
from analysis.documents.check import numbers_of, tag_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def root(rendered):
    with zipfile.ZipFile(rendered.files["docx"]) as package:
        return ET.fromstring(package.read("word/document.xml"))  # noqa: S314


def test_each_table_has_a_header_row_that_repeats_and_rows_that_do_not_break(root):
    tables = [table for table in root.iter(f"{W}tbl") if table.find(f"{W}tblPr/{W}tblCaption") is not None]
    assert len(tables) == 2
    for table in tables:
        rows = table.findall(f"{W}tr")
        assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * (len(rows) - 1)
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        assert table.find(f"{W}tblPr/{W}tblLook").get(f"{W}firstColumn") == "1"


def test_pictures_have_an_alternative_text(root, parts):
    drawn = [node.get("descr") for node in root.iter() if node.tag.endswith("}docPr")]
    charts = [block for part in parts for block in part.blocks if isinstance(block, Chart)]
    assert len(drawn) == len(charts)
    assert all(found.startswith(chart.alt) for found, chart in zip(drawn, charts, strict=True))


def test_headings_have_heading_styles_and_the_title_its_own(root):
    styles = [node.get(f"{W}val") for node in root.iter(f"{W}pStyle")]
    assert styles[0] == "Title"
    assert {"Heading1", "Heading2", "Heading3", "TitleLine", "TableCaption", "ImageCaption"} <= set(styles)


def test_every_style_in_use_is_defined(rendered, root):
    with zipfile.ZipFile(rendered.files["docx"]) as package:
        styles = ET.fromstring(package.read("word/styles.xml"))  # noqa: S314
    defined = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    assert {node.get(f"{W}val") for node in root.iter(f"{W}pStyle")} <= defined


def test_the_page_is_that_of_the_standard_with_numbers_outside(root, rendered):
    # GB/T 9704-2012: A4, top 37, left 28, type area 156 x 225 millimetres
    margins = root.find(f".//{W}sectPr/{W}pgMar")
    assert [round(int(margins.get(f"{W}{side}")) / 1440 * 25.4) for side in ("top", "left", "right", "bottom")] == [
        37,
        28,
        26,
        35,
    ]
    with zipfile.ZipFile(rendered.files["docx"]) as package:
        settings = package.read("word/settings.xml").decode()
        footers = [package.read(name).decode() for name in package.namelist() if re.match(r"word/footer\d", name)]
    assert "evenAndOddHeaders" in settings
    assert sorted(re.findall(r'w:jc w:val="(\w+)"', "".join(footers))) == ["left", "right"]


def test_a_long_cell_id_becomes_a_tag_that_word_accepts(root):
    tags = [tag.get(f"{W}val") for tag in root.iter(f"{W}tag")]
    assert max(map(len, tags)) == 64


def test_it_says_its_language_title_and_author(rendered, parts, language):
    with zipfile.ZipFile(rendered.files["docx"]) as package:
        core = package.read("docProps/core.xml").decode()
    assert text_of(parts[0].blocks[0].text) in core
    assert "Duzheng" in core
    assert {"zh-Hans": "zh-CN", "en": "en-US"}[language] in core


def test_python_docx_opens_it_and_what_a_person_edits_stays_traceable(parts, rendered, tmp_path):
    path = tmp_path / "edited.docx"
    shutil.copy(rendered.files["docx"], path)
    document = docx.Document(path)
    document.add_paragraph("Added by hand.")
    document.paragraphs[5].add_run(" And here.")
    document.save(path)
    assert "Added by hand." in [paragraph.text for paragraph in docx.Document(path).paragraphs]
    assert numbers_in(path) == [(tag_of(cell), text) for cell, text in numbers_of(parts)]


def test_nothing_is_locked(rendered, root):
    with zipfile.ZipFile(rendered.files["docx"]) as package:
        assert b"documentProtection" not in package.read("word/settings.xml")
    assert not list(root.iter(f"{W}lock"))
    assert len(list(root.iter(f"{W}sdt"))) > 250


def test_headings_are_real_and_those_of_the_blocks(parts, rendered):
    said = [block for part in parts for block in part.blocks if block.kind == "heading"]
    found = [each for each in docx.Document(rendered.files["docx"]).paragraphs if each.style.name.startswith("Heading")]
    assert [int(each.style.name[-1]) for each in found] == [block.level for block in said]
    assert all(paragraph.text.endswith(text_of(block.text)) for paragraph, block in zip(found, said, strict=True))


def test_the_picked_row_is_shaded_and_has_a_style_of_its_own(parts, root):
    picked = [block.rows[block.picked] for part in parts for block in part.blocks if isinstance(block, Table)]
    shaded = [row for row in root.iter(f"{W}tr") if row.find(f"{W}tc/{W}tcPr/{W}shd") is not None]
    assert ["".join(t.text for t in row.iter(f"{W}t")) for row in shaded] == [
        "".join(map(text_of, row)) for row in picked
    ]
    assert all(style.get(f"{W}val").startswith("TablePicked") for row in shaded for style in row.iter(f"{W}pStyle"))


def test_headline_numbers_quotations_and_signatures_have_styles(root):
    styles = [node.get(f"{W}val") for node in root.iter(f"{W}pStyle")]
    assert [styles.count(name) for name in ("KeyValue", "KeyLabel", "KeyNote")] == [3, 3, 1]
    assert [styles.count(name) for name in ("BlockText", "QuoteSource", "Signed")] == [1, 1, 1]


def test_chinese_is_marked_as_chinese_for_the_spelling_checker(rendered, language):
    with zipfile.ZipFile(rendered.files["docx"]) as package:
        styles, settings = package.read("word/styles.xml").decode(), package.read("word/settings.xml").decode()
    assert re.search(r'<w:lang [^>]*w:eastAsia="zh-CN"', styles)
    assert ('w:eastAsia="zh-CN"' in settings) is (language == "zh-Hans")


def test_pictures_are_png_in_the_file(rendered):
    with zipfile.ZipFile(rendered.files["docx"]) as package:
        pictures = [package.read(name) for name in package.namelist() if name.startswith("word/media/")]
    assert [picture[:4] for picture in pictures] == [b"\x89PNG"] * 2


def test_a_list_in_small_type_is_a_list_of_its_own_style(tmp_path):
    items = [Sentence(text=text, item=True, small=small) for text, small in (("a", True), ("b", True), ("c", False))]
    title = Title(text="Memo", language="en", date="2024-05-01")
    done = render([Blocks.of(title, *items)], formats=["docx"], directory=tmp_path, stem="m")
    paragraphs = docx.Document(done.files["docx"]).paragraphs[1:]
    assert [paragraph.style.name for paragraph in paragraphs] == ["Small List", "Small List", "Compact"]
    numbered = [paragraph._p.pPr.numPr.numId.val for paragraph in paragraphs]
    assert numbered[0] == numbered[1] != numbered[2]
