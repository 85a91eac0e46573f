"""The site of a release: whole without a network or a script, honest about what failed, and usable by everybody."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import strategies as st
from tests.browser import chromium
from tests.conftest import invent, write

from analysis.findings import RunTables
from analysis.findings.stage_one import run_tables
from analysis.memos.site import write_site
from analysis.memos.site.classes import MOST, even_classes
from analysis.memos.site.figures import indicators_shown
from analysis.messages.numbers import rounded
from analysis.workspace import Workspace

LANGUAGES = ("zh-Hans", "en")
PAGES = ("index", "methods", "changes")
NAMES = [f"{page}{mark}.html" for page in PAGES for mark in ("", ".en")]
#: Names that a page or a spreadsheet could run.
UPPER = {"zh-Hans": "上县<script>alert(1)</script>", "en": "Upper 'County' <script>alert(1)</script>"}
FILES = {
    "data/units.csv": """
        id,code,name_zh,name_en,short_zh,short_en,kind,parent,valid_from,valid_to,successor
        P,P,虚构州,Invented Prefecture,全州,Prefecture,prefecture,,,,
        U,U,上县<script>alert(1)</script>,Upper 'County' <script>alert(1)</script>,上,Upper,county,P,,,
        V,V,=1+谷县,=1+Valley County,谷,Valley,county,P,,,
        W,W,林县,Wood County,林,Wood,county,P,,,
        X,X,河县,River County,河,River,county,P,,,
        Y,Y,海县,Sea County,海,Sea,county,P,,,
        """,
    "data/indicators/all.yaml": """
        - code: pupils
          name: {zh-Hans: 学生数, en: Pupils}
          definition: {zh-Hans: 在校学生数。, en: Pupils enrolled.}
          topic: schooling
          kind: count
          measure: {zh-Hans: 人, en: persons}
          headline: true
        - code: teachers
          name: {zh-Hans: 教师数, en: Teachers}
          definition: {zh-Hans: 专任教师数。, en: Full-time teachers.}
          topic: staffing
          kind: count
          measure: {zh-Hans: 人, en: persons}
        - code: teachers_per_100
          name: {zh-Hans: 每百名学生教师数, en: Teachers per 100 pupils}
          definition: {zh-Hans: 教师数除以学生数，乘以100。, en: "Teachers by pupils, times 100."}
          topic: staffing
          kind: ratio
          measure: {zh-Hans: 人, en: ""}
          decimals: 2
          direction: higher
          headline: true
          formula: {numerator: teachers, denominator: pupils, scale: 100}
        """,
    "data/observations/all.csv": """
        unit,year,indicator,value,measure,source
        P,2012,pupils,8200,人,made-up
        U,2012,pupils,3000,人,made-up
        V,2012,pupils,1000,人,made-up
        W,2012,pupils,4000,人,made-up
        X,2012,pupils,200,人,made-up
        U,2017,pupils,3300,人,made-up
        V,2017,pupils,900,人,made-up
        W,2017,pupils,4000,人,made-up
        U,2019,pupils,3500,人,made-up
        P,2017,teachers,600,人,made-up
        U,2017,teachers,260,人,made-up
        V,2017,teachers,90,人,made-up
        W,2017,teachers,250,人,made-up
        """,
}  # fmt: skip
UNITS = {
    "U": UPPER, "V": {"zh-Hans": "=1+谷县", "en": "=1+Valley County"}, "W": {"zh-Hans": "林县", "en": "Wood County"},
    "X": {"zh-Hans": "河县", "en": "River County"}, "Y": {"zh-Hans": "海县", "en": "Sea County"},
}  # fmt: skip
TILES = pd.DataFrame({"unit": ["V", "U", "W", "X"], "row": [3, 2, 2, 4], "column": [2, 3, 4, 3]})  # Y has no place
NOW, EARLIER = "a" * 64, "b" * 64


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return run_tables(Workspace(write(invent(tmp_path_factory.mktemp("place") / "place"), FILES)))


def memo(template, subject, language, state=NOW, **more):
    files = {f"{subject}.{language}.{suffix}": "0" * 64 for suffix in ("html", "pdf", "docx", "cells.csv", "ipynb")}
    return {"state": state, "key": "", "outcome": "built", "files": files, "numbers": 3, "parameters": {}} | more


def manifest_of(audience="public"):
    memos = {unit: {each: memo("district_memo", unit, each) for each in LANGUAGES} for unit in "UVWX"}
    memos["V"]["en"] |= {"outcome": "failed", "fault": "DZ-M003: <b>a cell failed</b>", "files": {}}
    for language in LANGUAGES:
        memos["W"][language]["state"] = EARLIER
    state = {
        "released": "2021-01-31", "inputs": {"data/units.csv": "1" * 64}, "code": {}, "lock": "2" * 64,
        "versions": {"pandas": "3.0", "typst": "0.15"}, "fonts": {"sans.otf": "3" * 64}, "rules": [],
        "questionnaires": [{"survey": "pupils-2020", "meaning": "x", "commit": "c0ffee", "commit_changed": True}],
    }  # fmt: skip
    whole = {"P": {"zh-Hans": "虚构州", "en": "Invented Prefecture"}}
    topics = {"staffing": {"zh-Hans": "师资", "en": "Teachers"}, "funding": {"zh-Hans": "经费", "en": "Funding"}}
    return {
        "year": 2020, "audience": audience, "synthetic": False, "state": NOW,
        "states": {NOW: state, EARLIER: state | {"released": "2020-12-01"}},
        "of": {"district_memo": "unit", "city_summary": "whole", "topic_memo": "topic"},
        "subjects": {"district_memo": UNITS, "city_summary": whole, "topic_memo": topics},
        "memos": {
            "district_memo": memos,
            "city_summary": {"P": {each: memo("city_summary", "P", each) for each in LANGUAGES}},
            "topic_memo": {"staffing": {each: memo("topic_memo", "staffing", each) for each in LANGUAGES}},
        },
    }  # fmt: skip


def changes_of():
    texts = {f"text_{when}_{each}": f"{when} <i>{each}</i>" for when in ("before", "after") for each in LANGUAGES}
    row = {"unit": "U", "verdict_before": "above", "verdict_after": "below", "cause": "data", **texts}
    number = {"unit": "U", "cell": "pupils/U/2017", "indicator": "pupils", "year": 2017, "statistic": "growth",
              "before": 3200.4, "after": 3300.0, "decimals": 1, "measure_zh": "%", "measure_en": "%",
              "change": "changed", "shown": True, "cause": "data;code"}  # fmt: skip
    findings = [row | {"id": "a", "change": "renumbered"}, row | {"id": "b", "change": "reversed"},
                row | {"id": "c", "change": "reasons"},
                row | {"id": "d", "change": "appeared", "unit": "P"}]  # fmt: skip
    numbers = [number, number | {"cell": "pupils/U/2012", "before": 7.25, "after": 7.251, "shown": False}]
    return {"against": "reports/2019", "released": "2020-01-31", "summary": {"zh-Hans": "有反转。", "en": "Reversed."},
            "numbers": pd.DataFrame(numbers), "findings": pd.DataFrame(findings)}  # fmt: skip


def release(folder, tables, *, manifest=None, tiles=TILES, changes=None):
    """Make a folder of a release with empty memos, and its site."""
    manifest = manifest or manifest_of()
    for template, subjects in manifest["memos"].items():
        for subject, languages in subjects.items():
            for entry in languages.values():
                for name in entry["files"]:
                    path = folder / template / subject / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(f"<!DOCTYPE html><title>{name}</title>", encoding="utf-8")
    tables.write(folder / "tables")
    for name in ("manifest.json", "tables/state.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    return write_site(folder, manifest, tables, tiles, changes)


@pytest.fixture(scope="module")
def site(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    return folder, release(folder, tables.public(), changes=changes_of())


@pytest.fixture
def bare(monkeypatch):
    """Leave out the fonts of pages of which only the words are looked at."""
    monkeypatch.setattr("analysis.memos.site.pages.subset_css", lambda _: "")


def text(folder, name):
    return (folder / name).read_text(encoding="utf-8")


class _Links(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found, self.ids = [], []
        self.feed(page)

    def handle_starttag(self, _, attributes):
        given = dict(attributes)
        self.found += [given[name] for name in ("href", "src") if given.get(name)]
        self.ids += [given["id"]] if "id" in given else []


def test_every_file_is_named_with_its_hash_and_every_link_leads_to_a_file(site):
    folder, written = site
    assert {*NAMES, "site.css", "site.js", "numbers.csv", "statements.csv"} == {*written}
    for name, digest in written.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert text(folder, "site.css").count("@font-face") == 2
    for name in NAMES:
        page = _Links(text(folder, name))
        assert len(page.ids) == len({*page.ids})
        for link in page.found:
            path, _, part = unquote(link).partition("#")
            assert (folder / path).is_file() if path else part in page.ids, (name, link)
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.usefixtures("bare")
def test_the_same_release_has_the_same_bytes(tables, tmp_path):
    one, two = (release(tmp_path / name, tables.public(), changes=changes_of()) for name in ("one", "two"))
    assert one == two


def test_names_of_the_data_are_shown_and_never_run(site):
    folder, _ = site
    for name in NAMES:
        page = text(folder, name)
        assert "<script>alert" not in page
        assert "<b>a cell" not in page
        assert "<i>" not in page
    assert "上县&lt;script&gt;alert(1)&lt;/script&gt;" in text(folder, "index.html")
    data = re.search(r'<script type="application/json" id="map-data">(.*?)</script>', text(folder, "index.en.html"))[1]
    assert json.loads(data)[0]["code"] == "teachers_per_100"


def test_spreadsheets_run_nothing_and_hold_every_number_and_statement(site, tables):
    folder, _ = site
    for name, table in (("numbers.csv", "cells"), ("statements.csv", "findings")):
        raw = (folder / name).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")  # else a spreadsheet takes Chinese for something else
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
        assert {row["id"] for row in rows} == {*tables.public()[table]["id"]}
        assert {row["unit_name_zh"] for row in rows if row["unit"] == "V"} == {"'=1+谷县"}
    values = {row["id"]: row["value"] for row in csv.DictReader(io.StringIO(text(folder, "numbers.csv")[1:]))}
    assert float(values["pupils/U/2017"]) == 3300


def test_what_failed_and_what_is_from_earlier_inputs_is_said_at_the_top_and_in_its_row(site):
    folder, _ = site
    page = text(folder, "index.html")
    top = page[: page.index("whole-1")]
    assert "编制失败（1项）：=1+谷县（英文）" in top
    assert "据较早的数据编制，尚未更新（1项）：林县" in top
    assert "尚未编制（2项）：海县、经费" in top
    row = re.search(r'<tr data-unit="V">.*?</tr>', page, re.DOTALL)[0]
    assert "district_memo/V/V.zh-Hans.html" in row
    assert "&lt;b&gt;a cell failed" in row
    english = text(folder, "index.en.html")
    tile = re.search(r'<a class="tile[^>]*data-unit="V">', english)[0]
    assert 'href="district_memo/V/V.zh-Hans.html"' in tile  # rather in the other language than nowhere
    assert re.search(r'<span class="tile none absent" data-unit="Y">', english)


def test_units_stand_in_their_order_and_no_place_is_shown(site):
    folder, _ = site
    for name in ("index.html", "index.en.html"):
        page = text(folder, name)
        assert re.findall(r'<tr data-unit="(\w)">', page) == list("UVWXY") * 2
        assert re.search("不作排名|are not ranked", page)
        assert not re.search(r"第\s*\d+\s*名|\brank(ed)? \d", page)


def test_an_indicator_is_shown_in_the_newest_year_that_most_units_have(tables):
    ratio, pupils = indicators_shown(tables.public(), list("UVWXY"), ["P"])
    assert (ratio.indicator.code, ratio.year) == ("teachers_per_100", 2017)
    assert (pupils.indicator.code, pupils.year) == ("pupils", 2017)  # 2019 has one of five
    assert ratio.figure("V", "en").text == "10.00"
    assert ratio.figure("X", "zh-Hans").text == "无数据"
    assert ratio.legend("en", list("UVWXY"))[-1] == ("none", "No figure")
    assert indicators_shown(tables.public(), list("UVWXY"))[0].classes == ratio.classes  # of units, not of the whole


@pytest.mark.usefixtures("bare")
def test_a_doubtful_figure_is_marked_and_a_figure_that_is_not_published_says_so(tables, tmp_path):
    facts = tables["facts"].copy()
    facts.loc[facts["cell"] == "teachers_per_100/V/2017", "doubt"] = True
    facts.loc[facts["cell"] == "teachers_per_100/W/2017", ["value", "status"]] = [float("nan"), "suppressed"]
    facts = pd.concat([facts, facts[facts["cell"] == "teachers_per_100/V/2017"].assign(unit="X", doubt=False)])
    release(tmp_path, RunTables(tables.reference, {**tables.tables, "facts": facts}).public())
    page = text(tmp_path, "index.en.html")
    assert re.search(r'data-cell="teachers_per_100/V/2017">10\.00\*<', page)
    assert "Rests on doubtful figures" in page
    assert re.search(r'<td class="number none">Withheld</td>', page)


@pytest.mark.usefixtures("bare")
def test_simulated_and_internal_releases_are_marked_and_withheld_statements_stay_out(tables, tmp_path):
    reference = dataclasses.replace(tables.reference, synthetic=True)
    findings = tables["findings"].copy()
    findings.loc[findings["unit"] == "U", "withheld"] = '["noise"]'
    inside = RunTables(reference, {**tables.tables, "findings": findings})
    release(tmp_path, inside, manifest=manifest_of("internal"))
    for name in NAMES:
        page = text(tmp_path, name)
        assert re.search("均为模拟|are simulated", page)
        assert re.search("不得外传|not to be passed on", page)
    rows = list(csv.DictReader(io.StringIO(text(tmp_path, "statements.csv")[1:])))
    assert not [row for row in rows if row["unit"] == "U"]
    assert {row["run_with_simulated_data"] for row in rows} == {"yes"}


@pytest.mark.usefixtures("bare")
def test_without_tiles_there_is_no_map_and_the_first_release_has_no_changes(tables, tmp_path):
    release(tmp_path, tables.public(), tiles=None)
    page = text(tmp_path, "index.html")
    assert "map-data" not in page
    assert "每百名学生教师数" in page
    assert "本期为首次发布" in text(tmp_path, "changes.html")
    assert "This is the first release" in text(tmp_path, "changes.en.html")


def test_changes_stand_by_unit_reversals_first_with_a_link_to_the_memo(site):
    folder, _ = site
    page = text(folder, "changes.en.html")
    assert "Compared with reports/2019 (31 January 2020)" in page
    assert page.index(">Invented Prefecture</h2>") < page.index("</h2>", page.index("unit-2"))
    assert re.findall(r'<li class="(\w+)"><p class="how">', page) == ["appeared", "reversed", "renumbered"]
    assert 'href="district_memo/U/U.en.html">Open the memo' in page
    assert "before &lt;i&gt;en" in page
    assert re.search(r"Pupils, Growth, %</th><td>2017</td><td class=\"number\">3,200.4</td>", page)
    assert "Data or code" in page or "data or code" in page
    assert "1 changes by less than is shown" in page
    assert "pupils/U/2012" not in page


def test_methods_name_rules_sources_questionnaires_versions_and_how_to_verify(site):
    folder, _ = site
    page = text(folder, "methods.html")
    for wanted in ("结论的写入标准", "2026年1月1日起", "虚构年鉴", "c0ffee", "未提交的改动", "pandas 3.0", "2" * 64,
                   "3" * 64, NOW, EARLIER, "duzheng memo verify", "作答不足10份"):  # fmt: skip
        assert wanted in page, wanted


@given(st.lists(st.floats(-1e7, 1e7, allow_nan=False), min_size=1, max_size=30), st.integers(0, 3))
def test_every_value_lies_in_the_class_that_it_is_coloured_by(values, decimals):
    classes = even_classes(values, decimals)
    assert 1 <= classes.count <= MOST
    assert len({high - low for low, high in zip(classes.bounds, classes.bounds[1:], strict=False)}) == 1
    for value in values:
        place = classes.of(value, decimals)
        assert classes.bounds[place] <= rounded(value, decimals) < classes.bounds[place + 1]
    shades = [classes.shade(place) for place in range(classes.count)]
    assert shades == sorted({*shades})
    assert {*shades} <= {*range(MOST)}


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def opened(browser, site):
    """Open a page of the site, and keep what it asks for and complains of."""
    contexts = []

    def open_page(name, width=1280, *, folder=site[0], **more):
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **more)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda asked: page.asked.append(unquote(asked.url)))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.goto((folder / name).resolve().as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_accessible_fits_its_window_and_asks_for_nothing_else(opened, site, name, width):
    page = opened(name, width)
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []
    inside = site[0].resolve().as_uri() + "/"
    assert [url for url in page.asked if not url.startswith((inside, "data:"))] == []
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []


@pytest.mark.browser
def test_by_keyboard_a_tile_leads_to_its_memo(opened):
    page = opened("index.html")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('tile')"):
            break
    assert page.evaluate("document.activeElement.dataset.unit") == "U"  # reading order: the upper row from the left
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/district_memo/U/U.zh-Hans.html")


@pytest.mark.browser
def test_by_keyboard_a_column_is_sorted_both_ways_and_back(opened):
    page = opened("index.en.html")
    head = page.locator("table.figures th[data-sort=number]").first
    order = lambda: page.locator("table.figures tbody tr").evaluate_all("all => all.map(row => row.dataset.unit)")  # noqa: E731
    first = order()
    head.locator("button").focus()
    seen = []
    for _ in range(3):
        page.keyboard.press("Enter")
        seen.append((head.get_attribute("aria-sort"), "".join(order())))
    assert first == list("UVWXY")
    # Teachers per 100 pupils: U 7.88, V 10.00, W 6.25; what has none stays at the end.
    assert seen == [("ascending", "WUVXY"), ("descending", "VUWXY"), ("none", "UVWXY")]
    assert page.locator("table.figures tfoot tr").count() == 1


@pytest.mark.browser
def test_another_indicator_colours_the_map_and_says_so(opened):
    page = opened("index.en.html")
    page.locator("#indicator").select_option("pupils")
    tile = page.locator(".tile[data-unit=W]")
    assert tile.locator(".value").inner_text() == "4,000"
    assert tile.locator(".value").get_attribute("data-cell") == "pupils/W/2017"
    assert page.locator("#map-caption").inner_text() == "Pupils (persons, 2017)"
    assert page.locator("#map-status").inner_text() == "Pupils (persons, 2017)"
    assert page.locator(".tile[data-unit=X]").inner_text().split() == ["River", "No", "figure"]
    colour = "each => getComputedStyle(each).backgroundColor"
    assert tile.evaluate(colour) == page.locator(".legend .swatch").nth(-2).evaluate(colour)


@pytest.mark.browser
def test_without_scripts_all_is_there_and_nothing_pretends_to_work(opened):
    page = opened("index.html", java_script_enabled=False)
    assert page.locator(".tile").count() == 5
    assert page.locator("a.tile[data-unit=U] .value").inner_text() == "7.88"
    for gone in (".choose", "th button"):
        assert not page.locator(gone).first.is_visible()
    assert page.locator("table.figures tbody tr").count() == 5
    tops = page.locator(".tile").evaluate_all("all => all.map(each => [each.dataset.unit, each.offsetTop])")
    assert [unit for unit, _ in sorted(tops, key=lambda each: each[1])][-1] == "Y"  # without a place: below all


@pytest.mark.browser
@pytest.mark.usefixtures("bare")
def test_many_units_can_be_filtered_by_name(opened, tables, tmp_path):
    manifest = manifest_of()
    names = {f"n{number}": {"zh-Hans": f"第{number}县", "en": f"County {number}"} for number in range(20)}
    manifest["subjects"]["district_memo"] = UNITS | names
    release(tmp_path, tables.public(), manifest=manifest)
    page = opened("index.en.html", folder=tmp_path)
    page.locator("#filter").fill("sea")
    assert page.locator("table.memos tbody tr:visible").count() == 1
    assert page.locator("#filter-status").inner_text() == "1 of 25 shown"
