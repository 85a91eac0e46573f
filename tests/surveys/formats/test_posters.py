"""Posters: what a telephone reads from them, and what must not hang anywhere."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import os
import shutil
import subprocess
import time
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pypdf
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import questionnaires

from analysis.messages import DuzhengError
from analysis.surveys.formats.paper.posters import place_link, posters
from analysis.surveys.places import place_code, place_of
from analysis.surveys.questionnaire import Marks

SURVEYS = {survey.name: survey for survey in questionnaires()}
SURVEY = SURVEYS["public-2025"]
KEY = b"a key that only tests know"
LINK = "https://survey.example.org/index.php/123456?lang=zh-Hans"
MARKS = Marks(number="教督1表", approval="国统制〔2025〕1号", valid_until=dt.date(2025, 12, 31))


def places(n, **changes):
    numbers = range(1, n + 1)
    columns = {
        "place": [f"{310100 + number}-N" for number in numbers],
        "name_zh": [f"第{number}中学" for number in numbers],
        "name_en": [f"Secondary School {number}" for number in numbers],
    }
    return pd.DataFrame(columns | changes)


def marked():
    sheet = SURVEY.questionnaire.model_copy(update={"marks": MARKS})
    return dataclasses.replace(SURVEY, questionnaire=sheet)


def pictures(pdf, tmp_path, resolution=110):
    """Draw the pages with poppler; skip without it, but fail where CI is set."""
    if shutil.which("pdftoppm") is None and os.environ.get("CI"):
        pytest.fail("pdftoppm is missing; CI installs Debian's package `poppler-utils`")
    if shutil.which("pdftoppm") is None:
        pytest.skip("no pdftoppm; install Debian's package `poppler-utils`")
    (tmp_path / "posters.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-gray", "-r", str(resolution), "posters.pdf", "page"]
    subprocess.run(command, cwd=tmp_path, check=True)
    for path in sorted(tmp_path.glob("page-*.pgm")):
        kind, size, depth, pixels = path.read_bytes().split(b"\n", 3)
        width, height = map(int, size.split())
        assert (kind, depth) == (b"P5", b"255")
        yield np.frombuffer(pixels, dtype=np.uint8).reshape(height, width)


@pytest.mark.parametrize(("per_page", "n", "pages"), [(1, 2, 2), (4, 5, 2), (8, 9, 2)])
def test_a_telephone_reads_each_place_from_its_poster(per_page, n, pages, tmp_path):
    table = places(n)
    found = []
    drawn = list(pictures(posters(SURVEY, table, LINK, KEY, per_page=per_page), tmp_path))
    for picture in drawn:
        codes = zxingcpp.read_barcodes(picture)
        codes.sort(key=lambda code: (round(code.position.top_left.y / 60), code.position.top_left.x))
        found += [code.text for code in codes]
    assert len(drawn) == pages
    queries = [parse_qs(urlsplit(link).query) for link in found]
    assert all(
        query["lang"] == ["zh-Hans"] and link.startswith(LINK) for query, link in zip(queries, found, strict=True)
    )
    assert [place_of(query["place"][0], SURVEY.name, KEY) for query in queries] == table["place"].tolist()


def test_a_poster_s_code_is_wide_and_corrects_errors(tmp_path):
    (picture,) = pictures(posters(SURVEY, places(1), LINK, KEY), tmp_path)
    (code,) = zxingcpp.read_barcodes(picture)
    corners = code.position
    assert (corners.top_right.x - corners.top_left.x) / 110 * 25.4 >= 79.5
    assert code.ec_level in {"Q", "H"}
    spoiled = picture.copy()
    middle = (corners.top_left.y + corners.bottom_left.y) // 2
    spoiled[middle - 30 : middle + 30, corners.top_left.x + 100 : corners.top_left.x + 160] = 255
    assert zxingcpp.read_barcodes(spoiled)[0].text == code.text


def text_of(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_a_poster_says_what_it_is_about():
    (page,) = text_of(posters(marked(), places(1), LINK, KEY, until=dt.date(2025, 11, 30)))
    shown = page.replace("\u200b", "").replace("\n", "")
    for words in (
        *("社会公众满意度问卷（2025年）", "Public satisfaction questionnaire 2025", "第1中学", "Secondary School 1"),
        *("结果只按区汇总。", "The code names the place, not you.", "2025年11月30日截止", "until 30 November 2025"),
        *("教督1表", "国统制〔2025〕1号", place_code("310101-N", SURVEY.name, KEY)),
    ):
        assert words.replace(" ", "") in shown.replace(" ", ""), words
    assert "人大代表、政协委员也请回答。" in shown
    assert "Deputies" not in shown


@pytest.mark.parametrize("per_page", [1, 8])
def test_the_same_places_give_the_same_bytes_and_an_accessible_file(per_page):
    first, again = (posters(SURVEY, places(3), LINK, KEY, per_page=per_page) for _ in range(2))
    assert first == again
    assert "pdfuaid:part" in pypdf.PdfReader(io.BytesIO(first)).xmp_metadata.rdf_root.toxml()


HOSTILE = ["<script>alert(1)</script>", '#set page(paper: "a9")', '*x* $y$ \\ "z" `c` {0} #{panic()}', "];#panic()"]


def test_names_stay_texts():
    table = places(4, name_zh=HOSTILE, name_en=[None, *HOSTILE[:3]])
    pages = text_of(posters(SURVEY, table, LINK, KEY))
    for name, page in zip(HOSTILE, pages, strict=True):
        assert name.replace(" ", "") in page.replace(" ", "").replace("\n", "").replace("“", '"').replace("”", '"')


def test_names_of_the_longest_stay_on_their_page():
    table = places(9, name_zh=["某某市某某新区" * 8] * 9, name_en=["a long name " * 5] * 9)
    assert [len(text_of(posters(SURVEY, table, LINK, KEY, per_page=per))) for per in (1, 4, 8)] == [9, 3, 2]


@pytest.mark.slow
def test_four_hundred_posters_take_seconds():
    start = time.perf_counter()
    made = posters(SURVEY, places(400), LINK, KEY)
    assert time.perf_counter() - start < 60
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 400


@pytest.mark.parametrize(
    "link",
    ["ftp://example.org/x", "javascript:alert(1)", "example.org/x", "https:///x", "https://a b.org", "https://例子.cn/x",
     "https://me:secret@example.org", "https://example.org/?place=1", "https://example.org/?a=1&place=", "http://[::1",
     "https://example.org:port/", "https://example.org/" + "x" * 900, ""],
)  # fmt: skip
def test_links_that_are_none_are_refused(link):
    with pytest.raises(DuzhengError, match="DZ-Q013") as caught:
        posters(SURVEY, places(1), link, KEY)
    assert all("link" in fault.found for fault in caught.value.faults)


@given(
    st.sampled_from(["", "?a=1", "?a=1&b=%20&b=", "#x", "?q=%E5%8C%BA#/route?place=2"]),
    st.from_regex(r"\A[A-Z0-9-]{5,20}\Z"),
)
def test_a_link_keeps_what_it_had(rest, code):
    link = place_link(f"https://example.org/p/{rest}", code)
    assert parse_qs(urlsplit(link).query)["place"] == [code]
    before, after = urlsplit(f"https://example.org/p/{rest}"), urlsplit(link)
    assert after.query.startswith(before.query)
    assert (after.scheme, after.netloc, after.path, after.fragment) == (
        before.scheme, before.netloc, before.path, before.fragment
    )  # fmt: skip


def test_every_fault_is_told_at_once():
    survey = dataclasses.replace(marked(), questionnaire=marked().questionnaire)
    with pytest.raises(DuzhengError) as caught:
        posters(survey, places(2, name_zh=["😀中学", "好"]), "x", KEY, per_page=3, until=dt.date(2026, 1, 1))
    told = " ".join(fault.found for fault in caught.value.faults)
    assert len(caught.value.faults) == 4
    for words in ("the link 'x'", "3 codes a page", "open until 2026-01-01", "😀"):
        assert words in told
    with pytest.raises(DuzhengError, match="no place"):
        posters(SURVEY, places(0), LINK, KEY)
    with pytest.raises(DuzhengError, match="a day of the wave 2025"):
        posters(SURVEY, places(1), LINK, KEY, until=dt.date(2024, 12, 31))


def test_who_is_drawn_by_chance_gets_no_poster_but_an_invitation():
    with pytest.raises(DuzhengError, match=r"drawn by chance.*invitation"):
        posters(SURVEYS["students-2025"], places(1), LINK, KEY)
