"""One memo with every kind of block, in both languages, in all three formats."""

import json
import os
import re
import subprocess
import sys
import unicodedata
import zipfile

import pypdf
import pytest

from analysis.documents import (
    Blocks,
    Sentence,
    Table,
    Title,
    printable,
    render,
    text_in,
    text_of,
    texts_in,
)
from analysis.documents.blocks import Chart
from analysis.messages import DuzhengError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FORMATS = ("html", "docx", "pdf")


def squeezed(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def visible_texts(parts):
    return [text_of(runs) for part in printable(parts)[0] for block in part.blocks for runs in texts_in(block)]


def text_of_file(path):
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    return text_in(path)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_blocks_give_the_same_bytes(kind, parts, rendered, font_css, tmp_path):
    again = render(parts, formats=[kind], directory=tmp_path / "elsewhere", stem="other", font_css=font_css)
    assert again.files[kind].read_bytes() == rendered.files[kind].read_bytes()


def test_another_process_in_another_place_and_zone_gives_the_same_bytes(parts, rendered, font_css, tmp_path, language):
    if language == "en":
        return  # one language shows it
    (tmp_path / "parts.json").write_text(json.dumps([part.payload() for part in parts]), encoding="utf-8")
    (tmp_path / "fonts.css").write_text(font_css, encoding="utf-8")
    program = """
import json, pathlib
from analysis.documents import Blocks, FORMAT_NAMES, render
parts = [Blocks.read(part) for part in json.loads(pathlib.Path("parts.json").read_text(encoding="utf-8"))]
css = pathlib.Path("fonts.css").read_text(encoding="utf-8")
render(parts, formats=FORMAT_NAMES, directory=pathlib.Path("out"), stem="again", font_css=css)
"""
    zone = os.environ | {"TZ": "Asia/Shanghai", "LANG": "C", "PYTHONUTF8": "1", "SOURCE_DATE_EPOCH": "0"}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=zone, check=True)
    for kind, path in rendered.files.items():
        assert (tmp_path / "out" / f"again.{kind}").read_bytes() == path.read_bytes(), kind


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_holds_the_text_of_all_blocks(kind, parts, rendered):
    shown = squeezed(text_of_file(rendered.files[kind])).replace("-", "")
    missing = [text for text in visible_texts(parts) if squeezed(text).replace("-", "") not in shown]
    assert not missing


def test_what_fonts_lack_is_listed(rendered):
    assert set(rendered.replaced) == {"😀", "\u0007", "\u0378"}


@pytest.mark.parametrize("kind", FORMATS)
def test_simulated_figures_are_marked(kind, parts, rendered, language):
    notice = parts[0].blocks[0].synthetic
    if kind == "pdf":
        pages = [squeezed(page.extract_text()) for page in pypdf.PdfReader(rendered.files[kind]).pages]
        assert all(squeezed(notice) in page for page in pages)
    elif kind == "html":
        assert f">{notice}</aside>" in rendered.files[kind].read_text(encoding="utf-8")
    else:
        with zipfile.ZipFile(rendered.files[kind]) as package:
            headers = [package.read(name).decode() for name in package.namelist() if re.match(r"word/header\d", name)]
        assert len(headers) == 2
        assert all(notice in header for header in headers)


def test_no_path_or_clock_of_this_machine_is_in_a_file(rendered):
    for path in rendered.files.values():
        contents = [path.read_bytes()]
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as package:
                contents = [package.read(name) for name in package.namelist()]
                assert {info.date_time[:3] for info in package.infolist()} == {(1980, 1, 1), (2024, 5, 1)}
        assert not any(b"duzheng-" in content or b"site-packages" in content for content in contents)


def test_nothing_is_written_when_a_format_fails(tmp_path):
    title = Title(text="Memo", language="en", date="2024-05-01")
    chart = Chart(caption=(), alt="alt", spec={"mark": "bear"})
    with pytest.raises(DuzhengError):
        render([Blocks.of(title, chart)], formats=["html", "pdf"], directory=tmp_path, stem="m")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "match"),
    [({"date": "May 2024"}, "a date such as"), ({}, "the formats")],
)
def test_wrong_requests_say_what_to_do(change, match, tmp_path):
    title = Title(**({"text": "Memo", "language": "en", "date": "2024-05-01"} | change))
    formats = ["html"] if change else ["odt"]
    with pytest.raises(DuzhengError, match=match):
        render([Blocks.of(title, Sentence(text="a"))], formats=formats, directory=tmp_path, stem="m")


def test_a_short_document_without_charts_carries_no_script(tmp_path):
    title = Title(text="Memo", language="en", date="2024-05-01")
    done = render([Blocks.of(title, Sentence(text="Well."))], formats=FORMATS, directory=tmp_path, stem="m")
    assert "<script" not in done.files["html"].read_text(encoding="utf-8")
    assert done.files["html"].stat().st_size < 20_000


def test_markup_in_a_text_stays_text(tmp_path):
    nasty = r'*a* #b[c] $d$ <e> &amp; "f" \g @h `i` ~ - + = / // [j](k) _l_ ${m}$'
    title = Title(text=nasty, language="en", date="2024-05-01", subject=nasty, synthetic=nasty)
    row = ((Sentence(text=nasty).text),)
    table = Table(caption=row[0], columns=({"text": nasty},), rows=(row,), notes=row)
    parts = [Blocks.of(title, Sentence(text=nasty), Sentence(text=nasty, item=True), table)]
    done = render(parts, formats=FORMATS, directory=tmp_path, stem="m")
    for path in done.files.values():
        assert squeezed(text_of_file(path)).count(squeezed(nasty)) >= 6


class TestHtml:
    @pytest.fixture
    def page(self, rendered):
        return rendered.files["html"].read_text(encoding="utf-8")

    def test_it_is_one_file_that_fetches_nothing(self, page):
        before_scripts = page[: page.rindex("</main>")]
        assert not re.search(r'(?:src|href)="(?!#)', before_scripts)
        assert not re.search(r"@import|url\((?!data:|#)", before_scripts)
        assert page.count("@font-face") == 2

    def test_it_has_a_language_landmarks_and_a_way_past_the_head(self, page, language):
        assert f'<html lang="{language}">' in page
        assert page.count("<main") == page.count("<h1") == page.count("<header>") == 1
        assert '<a class="skip" href="#text">' in page
        assert 'id="text"' in page

    def test_ids_are_unique(self, page):
        ids = re.findall(r'\sid="([^"]+)"', page[: page.rindex("</main>")])
        assert len(ids) == len(set(ids))

    def test_charts_are_pictures_with_an_alternative_and_their_data(self, page, parts):
        charts = [block for part in parts for block in part.blocks if isinstance(block, Chart)]
        for chart in charts:
            assert f'role="img" aria-label="{chart.alt}"' in page
        assert page.count('<details class="chart-data">') == len(charts)
        assert page.count('<script type="application/json">') == len(charts)

    def test_tables_have_scopes_for_rows_and_columns_and_can_be_scrolled_by_keyboard(self, page):
        assert page.count('<th scope="row"') + page.count('scope="row"') >= 68
        assert page.count('role="region"') == 2
        assert page.count('tabindex="0"') >= 2
        assert len(re.findall(r'<tr class="[^"]*picked', page)) == 2
