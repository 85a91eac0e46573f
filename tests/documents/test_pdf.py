"""The PDF is what it claims to be: PDF/A-2a and PDF/UA-1, in the right language and reading order.

typst refuses what it can see is wrong; `page` (the package page-validation) reads the finished file independently;
the rest is read back here. veraPDF was not run.
"""

import io
import itertools
import re
import unicodedata
from collections import Counter

import page as checker
import pypdf
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.misc.psCharStrings import T2WidthExtractor

from analysis.documents import Blocks, Chart, Heading, Sentence, Table, Title, printable, render, text_of, texts_in
from analysis.documents.pdf_reading import structure_of
from analysis.messages import DuzhengError

#: What `page` says of a font whose glyphs have several private dictionaries; fontTools reads their widths otherwise.
DISPROVED = {"PDFA2A-TRUETYPE-GLYPH-WIDTH-001", "PDFUA1-FONT-GLYPH-WIDTH-001"}


def squeezed(text):
    """Without blanks, and without the hyphen of a divided word."""
    return re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def pdf(rendered):
    return pypdf.PdfReader(rendered.files["pdf"])


@pytest.fixture(scope="module")
def structure(rendered):
    return structure_of(rendered.files["pdf"])


def words(element):
    """The text of an element, without what is drawn in figures."""
    inside = element.inside if element.role != "/Figure" else ()
    return "".join(each if isinstance(each, str) else words(each) for each in inside)


def fonts(pdf):
    found = {}
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            found[font.get_object()["/BaseFont"]] = font.get_object()["/DescendantFonts"][0].get_object()
    return found


@pytest.mark.parametrize("profile", ["PDF_A_2A", "PDF_UA_1"])
def test_a_second_checker_finds_nothing_but_what_is_disproved_here(profile, rendered):
    report = checker.validate_pdf(rendered.files["pdf"], profile=getattr(checker.ValidationProfile, profile))
    assert report.rules.total > 100
    assert {failure.rule_id for failure in report.failures} <= DISPROVED


def test_the_widths_of_embedded_glyphs_are_those_that_the_pdf_says(pdf):
    # ISO 19005-2, 6.2.11.5: the two must agree; a width in CFF is said in the private dictionary of the glyph's font
    compared = 0
    for font in fonts(pdf).values():
        said, place = {}, list(font["/W"])
        while place:
            first, second = int(place[0]), place[1]
            if isinstance(second, list):
                said |= {first + step: float(width) for step, width in enumerate(second)}
                place = place[2:]
            else:
                said |= dict.fromkeys(range(first, int(second) + 1), float(place[2]))
                place = place[3:]
        program = CFFFontSet()
        program.decompile(io.BytesIO(font["/FontDescriptor"]["/FontFile3"].get_data()), None)
        glyphs = program[0].CharStrings
        for name in glyphs.keys():  # noqa: SIM118  no mapping
            private = glyphs[name].private
            reader = T2WidthExtractor(
                getattr(private, "Subrs", []), program.GlobalSubrs, private.nominalWidthX, private.defaultWidthX
            )
            reader.execute(glyphs[name])
            cid = 0 if name == ".notdef" else int(name.removeprefix("cid"))
            assert abs(said[cid] - reader.width) <= 1
            compared += 1
    assert compared > 150


def test_it_claims_pdf_a_2a_and_pdf_ua_1(pdf):
    metadata = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<", metadata)
    assert re.search(r"pdfaid:conformance>A<", metadata)
    assert re.search(r"pdfuaid:part>1<", metadata)


def test_it_says_its_language_title_and_author(pdf, parts, language):
    root, said = pdf.trailer["/Root"], text_of(parts[0].blocks[0].text)
    assert root["/Lang"] == {"zh-Hans": "zh-CN", "en": "en-US"}[language]
    assert pdf.metadata.title == said
    assert f">{said}</rdf:li>" in root["/Metadata"].get_data().decode()
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.author == "Duzheng"
    assert root["/MarkInfo"]["/Marked"]


def test_every_font_is_embedded_and_no_glyph_is_missing(pdf):
    assert all({"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"].get_object()) for font in fonts(pdf).values())
    text = "".join(page.extract_text() for page in pdf.pages)
    assert not set(text) & {"\ufffd", "\u0000", "😀"}


def test_it_is_read_in_the_order_of_its_blocks(parts, structure):
    read = squeezed(words(structure))
    shown, start = printable(parts)[0], 0
    for text in (text_of(runs) for part in shown for block in part.blocks for runs in texts_in(block)):
        found = read.find(squeezed(text), start)
        assert found >= 0, text
        assert found - start < 30, (text, read[start:found])  # a number of a heading, of a figure, of a list
        start = found + len(squeezed(text))
    assert len(read) == start


def test_headings_go_down_one_level_at_a_time_and_are_those_of_the_blocks(parts, structure):
    levels = [int(each.role[2:]) for each in structure.walk() if re.fullmatch(r"/H\d", each.role)]
    assert levels == [block.level for part in parts for block in part.blocks if isinstance(block, Heading)]
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
    assert sum(each.role == "/Title" for each in structure.walk()) == 1


def test_each_kind_of_block_has_its_role(parts, structure):
    roles = Counter(each.role for each in structure.walk())
    tables = [block for part in parts for block in part.blocks if isinstance(block, Table)]
    assert roles["/Table"] == len(tables)
    assert roles["/TR"] == sum(len(table.rows) + 1 for table in tables)
    assert roles["/TH"] == sum(len(table.columns) for table in tables)
    assert roles["/Figure"] == 2
    assert roles["/BlockQuote"] == 1
    assert (roles["/LI"], roles["/Lbl"], roles["/LBody"]) == (3, 3, 3)


def test_a_head_says_what_it_is_the_head_of_and_a_cell_which_heads_it_has(pdf):
    every = [pdf.get_object(number) for number in range(1, pdf.trailer["/Size"])]
    elements = [node for node in every if isinstance(node, dict) and node.get("/S") in {"/TH", "/TD"}]
    about = [{key: value for part in each["/A"] for key, value in part.items()} for each in elements]
    heads = [said["/Scope"] for each, said in zip(elements, about, strict=True) if each["/S"] == "/TH"]
    assert heads
    assert set(heads) == {"/Column"}
    assert all(len(said["/Headers"]) == 1 for each, said in zip(elements, about, strict=True) if each["/S"] == "/TD")


def test_pictures_have_an_alternative_text_that_says_where_their_data_are(parts, structure, language):
    charts = [block for part in parts for block in part.blocks if isinstance(block, Chart)]
    found = [each.alternative for each in structure.walk() if each.role == "/Figure"]
    tail = {"zh-Hans": " 数据见网页版图{}下的表。", "en": " The data are in a table below Figure {} of the web page."}
    assert found == [chart.alt + tail[language].format(n) for n, chart in enumerate(charts, start=1)]


def test_it_is_a4_and_a_long_table_repeats_its_header(pdf, language):
    assert [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]] == [210, 297]
    heading = {"zh-Hans": "学生数（人）", "en": "Teachers"}[language]
    assert all(squeezed(heading) in squeezed(page.extract_text()) for page in pdf.pages[-2:])


def test_a_link_can_be_followed_from_the_text_and_from_a_table(tmp_path):
    from analysis.documents import Run

    link = (Run(text="https://example.org/2020", role="citation", href="https://example.org/2020?a=1"),)
    table = Table(caption="T", columns=({"text": "Address"},), rows=((link,),))
    title = Title(text="Memo", language="en", date="2024-05-01")
    parts = [Blocks.of(title, Heading(level=1, text="A"), Sentence(text=link), table)]
    done = render(parts, formats=["pdf"], directory=tmp_path, stem="m")
    notes = [note.get_object() for note in pypdf.PdfReader(done.files["pdf"]).pages[0]["/Annots"]]
    assert [note["/A"]["/URI"] for note in notes] == ["https://example.org/2020?a=1"] * 2
    assert all(note["/Contents"] for note in notes)


def test_without_a_first_heading_there_is_no_pdf_but_a_fault_that_says_so(tmp_path):
    title = Title(text="", language="en", date="2024-05-01")
    with pytest.raises(DuzhengError, match=r"DZ-D001.*PDF that typst refuses"):
        render([Blocks.of(title, Sentence(text="a"))], formats=["pdf"], directory=tmp_path, stem="m")
