"""Strange and hostile texts: each is shown as the text it is, or replaced and listed; none runs, none stops a memo."""

import csv
import io
import json
import re
import unicodedata
import zipfile
from xml.etree import ElementTree as ET

import pypdf
import pytest
from pydantic import ValidationError

from analysis.documents import (
    MIME,
    Blocks,
    Cell,
    Chart,
    Column,
    Heading,
    KeyFigure,
    KeyFigures,
    Quote,
    Remark,
    Run,
    Sentence,
    Table,
    Title,
    check_numbers,
    render,
    text_in,
    text_of,
    texts_in,
)
from analysis.documents.pdf_reading import structure_of

FORMATS = ("html", "docx", "pdf")
MARKUP = [
    "<script>alert('x')</script><img src=x onerror=alert()>",
    "</w:t></w:r><w:r><w:t>]]>&amp;<!--",
    "=cmd|' /C calc'!A",
    "#import \"x.typ\": *; #panic() $ x $ @cite <label> [a](b) `raw` *b* _i_ \\ // /* ~ --- ''",
    "%TITLE% ${m} {{ m }} $body$ $if(x)$ ```{=openxml} ::: {.notes}",
    "javascript:alert(document.cookie)",
]
STRANGE = {
    "an emoji": ("晨光小学🌅", "晨光小学〓", ["🌅"]),
    "an emoji of several": ("👩‍🏫", "〓〓", ["👩", "\u200d", "🏫"]),
    "a character of extension B without a glyph": ("𠮷田小学", "〓田小学", ["𠮷"]),
    "a character of extension G": ("𰻝面小学", "〓面小学", ["𰻝"]),
    "a character for private use": ("\ue000校", "〓校", ["\ue000"]),
    "an unassigned one": ("\u0378", "〓", ["\u0378"]),
    "control characters": ("a\x00b\x07c\x1bd\x7fe\x85f", "abcdef", ["\x00", "\x07", "\x1b", "\x7f", "\x85"]),
    "an override of the direction": ("pay\u202efdp.exe\u202c", "payfdp.exe", ["\u202e", "\u202c"]),
    "isolates and marks": (
        "\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c",
        "abc",
        list("\u2066\u2067\u2068\u2069\u200e\u200f\u061c"),
    ),
    "zero width": ("a\u200bb\u200cc\u2060d\ufeffe", "abcde", ["\u200b", "\u200c", "\u2060", "\ufeff"]),
    "right to left": ("שלום", "〓〓〓〓", list("שלום")),
    "half a character": ("x\ud83d", "x〓", ["\N{REPLACEMENT CHARACTER}"]),
    "noncharacters": ("a\uffffb\ufffec", "a〓b〓c", ["\uffff", "\ufffe"]),
    "tags that nobody sees": ("a\U000e0041\U000e0042b", "ab", ["\U000e0041", "\U000e0042"]),
}


def squeezed(text):
    return re.sub(r"[\s\u00ad-]+", "", unicodedata.normalize("NFKC", text))


#: In how many places :func:`everywhere` puts each text, those of the title and the chart among them.
PLACES = 19


def everywhere(*texts, language="en"):
    """A document with each text in every place where a text can stand; all of them together in its title."""
    about = {"unit": "U", "indicator": "a", "year": 2020, "statistic": "s", "measure": "", "decimals": 0, "how": "h"}
    cells = [Cell(id="a/b", value=12, **about)]
    twelve, whole = (Run(text="12", cell="a/b"),), "｜".join(texts)
    head = Title(text=whole, lines=(whole,), language=language, date="2024-05-01", subject=whole, synthetic=whole)
    spec = {
        "data": {"values": [{"name": text, "value": 1, "cell": "none"} for text in texts]},
        "mark": "bar",
        "encoding": {
            "x": {"field": "value", "type": "quantitative", "title": whole},
            "y": {"field": "name", "type": "nominal", "title": None},
            "tooltip": [{"field": "name", "title": whole}],
        },
    }
    parts = [Blocks.of(head)]
    for text in texts:
        run = (Run(text=text, role="label"),)
        columns, figure = (Column(text=run), Column(text="N")), KeyFigure(value=twelve, label=run, note=run)
        table = Table(caption=run, columns=columns, rows=((run, twelve),), notes=(run,), picked=0)
        said = [Heading(level=1, text=run), Sentence(text=run), Sentence(text=run, item=True), table]
        parts.append(Blocks.of(*said, KeyFigures(figures=(figure, figure)), cells=cells))
        parts.append(Blocks.of(Quote(text=run, by=run), Remark(text=run, signed=run)))
    chart = Chart(caption=whole, alt=f"Bars: {whole}", spec=spec, notes=(whole,))
    return [*parts, Blocks.of(chart)]


def text_of_file(path):
    return structure_of(path).text() if path.suffix == ".pdf" else text_in(path)


@pytest.fixture(scope="module")
def markup(tmp_path_factory):
    parts = everywhere(*MARKUP)
    return parts, render(parts, formats=FORMATS, directory=tmp_path_factory.mktemp("markup"), stem="m")


@pytest.fixture(scope="module")
def strange(tmp_path_factory):
    parts = everywhere(*(f"〈{text}〉" for text, _, _ in STRANGE.values()))
    return parts, render(parts, formats=FORMATS, directory=tmp_path_factory.mktemp("strange"), stem="m")


@pytest.fixture(scope="module")
def shown(strange):
    return {kind: squeezed(text_of_file(path)) for kind, path in strange[1].files.items()}


@pytest.mark.parametrize("kind", FORMATS)
def test_markup_is_shown_as_text_in_all_three_formats(kind, markup):
    parts, rendered = markup
    runs = [text_of(runs) for part in parts for block in part.blocks for runs in texts_in(block)]
    assert rendered.replaced == ()
    shown = squeezed(text_of_file(rendered.files[kind]))
    for text in MARKUP:
        assert sum(text in each for each in runs) == PLACES
        assert shown.count(squeezed(text)) >= PLACES


def test_markup_passes_the_check_and_makes_no_element_of_a_page(markup):
    parts, rendered = markup
    check_numbers(parts, rendered)
    page = rendered.files["html"].read_text(encoding="utf-8")
    body = page[page.index("<body>") : page.rindex("</main>")]
    assert len(re.findall(r"<script(?! type=\"application/json\">)", body)) == 0
    assert "<img" not in re.sub(r'"[^"]*"', '""', body)  # an attribute may hold it: there it is a text
    spec = re.search(r'<script type="application/json">(.*?)</script>', body, re.DOTALL)[1]
    assert [row["name"] for row in json.loads(spec)["data"]["values"]] == MARKUP


def test_markup_makes_no_field_of_a_word_document_and_no_action_of_a_pdf(markup):
    _, rendered = markup
    with zipfile.ZipFile(rendered.files["docx"]) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(package.read(name))  # noqa: S314  well-formed
        document = package.read("word/document.xml").decode()
    assert "fldSimple" not in document
    assert "instrText" not in document
    root = pypdf.PdfReader(rendered.files["pdf"]).trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert "/JavaScript" not in root.get("/Names", {})


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_text_in_a_notebook(text):
    for part in everywhere(text):
        for piece in part.pieces():
            shown = piece.mimebundle()
            page = shown.get("text/html", "")
            assert "<script" not in page
            assert "<img" not in page
            assert Blocks.read(json.loads(json.dumps(shown[MIME]))) == piece


@pytest.mark.parametrize("what", STRANGE)
def test_a_strange_text_is_replaced_in_all_three_formats_and_listed(what, strange, shown):
    _, expected, listed = STRANGE[what]
    assert set(listed) <= set(strange[1].replaced)
    for kind, text in shown.items():
        assert text.count(squeezed(f"〈{expected}〉")) >= PLACES, kind
        assert not set(text) & set(listed)


def test_strange_texts_pass_the_check_and_nothing_else_is_listed(strange):
    parts, rendered = strange
    check_numbers(parts, rendered)
    assert set(rendered.replaced) == {each for _, _, listed in STRANGE.values() for each in listed}


@pytest.mark.parametrize("what", STRANGE)
def test_a_strange_text_turns_nothing_around_in_a_notebook_and_travels_in_its_json(what):
    text, _, _ = STRANGE[what]
    for part in everywhere(text):
        for piece in part.pieces():
            shown = piece.mimebundle()
            categories = {unicodedata.category(each) for each in shown.get("text/html", "")} - {"Zs", "Zl"}
            assert not categories & {"Cf", "Cs"}
            stored = json.dumps(shown, ensure_ascii=False).encode()
            assert Blocks.read(json.loads(stored)[MIME]) == piece


def test_a_word_without_end_stays_on_the_page_and_whole(tmp_path):
    word = "Supercalifragilistic" * 12
    rendered = render(everywhere(word), formats=FORMATS, directory=tmp_path, stem="m")
    for path in rendered.files.values():
        assert squeezed(text_of_file(path)).count(squeezed(word)) >= PLACES
    reader = pypdf.PdfReader(rendered.files["pdf"])
    right = []
    for page in reader.pages:
        page.extract_text(visitor_text=lambda text, cm, tm, *_: right.append(cm[4] + tm[4]) if text.strip() else None)
    assert max(right) < 210 / 25.4 * 72


def test_the_longest_memo_word_of_han_characters_needs_no_help(tmp_path):
    rendered = render(everywhere("优质均衡" * 60, language="zh-Hans"), formats=["pdf"], directory=tmp_path, stem="m")
    assert rendered.replaced == ()


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\n"])
def test_an_empty_text_makes_an_empty_paragraph_but_never_an_error(text, tmp_path):
    title = Title(text="Memo", language="en", date="2024-05-01")
    row = ((Run(text=text),), ())
    table = Table(caption="T", columns=({"text": "a"}, {"text": text}), rows=(row,), notes=((Run(text=text),),))
    parts = [Blocks.of(title, Heading(level=1, text="A"), Sentence(text=text), Sentence(text=text, item=True), table)]
    rendered = render(parts, formats=FORMATS, directory=tmp_path, stem="m")
    check_numbers(parts, rendered)
    assert set(rendered.files) == set(FORMATS)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", " http://a b"]
)
def test_an_address_that_is_no_web_address_is_refused(address):
    with pytest.raises(ValidationError, match="no address of the web or of mail"):
        Run(text="here", href=address)


def test_an_address_with_marks_stays_an_address(tmp_path):
    link = Run(text="here", href="https://example.org/?a=\"><script>&b='1')(")
    title = Title(text="Memo", language="en", date="2024-05-01")
    table = Table(caption="T", columns=({"text": "a"},), rows=(((link,),),))
    parts = [Blocks.of(title, Heading(level=1, text="A"), Sentence(text=link), table)]
    rendered = render(parts, formats=FORMATS, directory=tmp_path, stem="m")
    page = rendered.files["html"].read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count(">here</a>") == 2
    with zipfile.ZipFile(rendered.files["docx"]) as package:
        ET.fromstring(package.read("word/document.xml"))  # noqa: S314


@pytest.mark.parametrize("name", ["a\x00b", "a\nb", "a\ud800"])
def test_an_id_that_no_file_can_hold_is_refused(name):
    with pytest.raises(ValidationError):
        Run(text="12", cell=name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        ("−3.2", "−3.2"),
        ("-3.2", "-3.2"),
        ("+12", "+12"),
        ("1,113,078", "1,113,078"),
        ("普通小学", "普通小学"),
        ("", ""),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text, expected):
    from analysis.documents import for_spreadsheet

    assert for_spreadsheet(text) == expected
    written = io.StringIO()
    csv.writer(written).writerow([for_spreadsheet(text)])
    assert next(csv.reader(io.StringIO(written.getvalue(), newline=""))) == [expected]
