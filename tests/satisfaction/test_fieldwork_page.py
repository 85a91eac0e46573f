"""The page of fieldwork and its lines: marked, complete without a network, and silent about small places."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser import chromium
from tests.conftest import ROOT

from analysis.messages import DuzhengError
from analysis.satisfaction import Plan, as_text, monitor, page
from analysis.surveys import read_bank, read_surveys
from analysis.surveys.simulate import read_truth, simulate

SURVEYS = {survey.name: survey for survey in read_surveys(ROOT, read_bank(ROOT))}
LANGUAGES = ("zh-Hans", "en")
HEADS = {"district": {"zh-Hans": "区", "en": "district"}, "stage": {"zh-Hans": "学段", "en": "stage"},
         "school": {"zh-Hans": "学校", "en": "school"}}  # fmt: skip
NAMES = {"stage": {"junior": {"zh-Hans": "初中", "en": "Junior <secondary>"}}}


def wave_of(name):
    file = ROOT / f"data/demo/{name.partition('-')[0]}.truth.yaml"
    return simulate(SURVEYS[name], read_truth(file, [*SURVEYS.values()], root=ROOT))


@pytest.fixture(scope="module")
def students():
    return wave_of("students-2025")


def at(wave, days, responses=None, **more):
    came = wave.responses if responses is None else responses
    opened = wave.responses["started"].min().date()
    drawn = float(wave.log["persons_drawn"].sum()) or 4000.0
    now = dt.datetime.combine(opened, dt.time()) + dt.timedelta(days=days)
    return monitor(wave.survey, came, wave.log, Plan(opened, 14, drawn, 0.9), now=now, **more)


@pytest.fixture(autouse=True)
def no_fonts(monkeypatch):
    """Leave the fonts out of pages of which only the words are looked at; ``pages`` are made before, with them."""
    monkeypatch.setattr("analysis.documents.subset_css", lambda _: "")


@pytest.fixture(scope="module")
def pages(students):
    of = at(students, 5.6)
    return {language: page(of, language=language, names=NAMES, heads=HEADS, refresh=45) for language in LANGUAGES}


#: Refreshing by itself is what this page is for, and what axe refuses: the same page is there without it.
AGAIN = '<meta http-equiv="refresh" content="45">'


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_marked_refreshes_and_asks_for_nothing_else(pages, language):
    text = pages[language]
    assert {"zh-Hans": "本页数据均为模拟", "en": "All figures are simulated"}[language] in text
    assert AGAIN in text
    assert text.count("@font-face") == 2
    assert f'<html lang="{language}">' in text
    assert set(re.findall(r"\w+://[^\s\"')]+", text)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<script" not in text
    assert "Junior <secondary>" not in text  # names are escaped
    assert {"zh-Hans": "提醒得到回应的可能为假定值", "en": "a reminder is answered is assumed"}[language] in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_a_page_and_the_lines_say_the_same(students, pages):
    of = at(students, 5.6)
    answers = f"{int(of.total.iloc[0]['answers']):,}"
    for text in (pages["zh-Hans"], as_text(of, language="zh-Hans", names=NAMES, heads=HEADS)):
        assert answers in text
        assert "初中" in text
        assert f"{100 * of.total.iloc[0]['rr2']:.1f}" in text
    assert as_text(of).splitlines()[0] == "All figures are simulated, for demonstration only"


def test_only_answers_that_came_before_the_moment_count(students):
    of = at(students, 3.0)
    text = page(of, refresh=0)
    assert "refresh" not in text
    assert "刷新" not in text
    assert "满 4 个整天才作预计" in text
    assert len(of.answers) == (students.responses["started"] < pd.Timestamp(of.now)).sum()
    assert of.ahead is None  # three days are no ground for a forecast


def test_places_with_fewer_than_ten_answers_are_counted_and_not_named(students):
    schools = students.responses["school"].unique()
    keep = students.responses.groupby("school").cumcount() < 9
    few = students.responses[keep | ~students.responses["school"].isin(schools[:5])]
    text = page(at(students, 14, few))
    assert "答卷不足 10 份的场所有 5 个" in text
    assert not [school for school in schools[:5] if school in text]
    lines = as_text(at(students, 14, few))
    assert not [school for school in schools[:5] if school in lines]


def test_an_open_questionnaire_has_no_rate_and_says_why():
    of = at(wave_of("public-2025"), 6)
    assert of.total is None is of.even
    text = page(of)
    assert "开放问卷没有抽取人数，不计算应答率和代表性。" in text
    assert "AAPOR" not in text


def test_chances_of_reminders_are_said_to_be_assumed_unless_they_were_measured(students):
    assert at(students, 5).assumed
    cells = students.log[["district", "stage"]].drop_duplicates().assign(chance=0.3)
    of = at(students, 5, chance=cells, budget=200)
    assert of.remind["remind"].sum() == 200
    assert "提醒得到回应的可能按已发提醒估计" in page(of)


def test_answers_that_are_not_marked_carry_no_notice(students):
    real = students.responses.assign(synthetic=False)
    assert "模拟" not in as_text(at(students, 5, real), language="zh-Hans")


def test_nothing_is_reckoned_of_no_answers(students):
    with pytest.raises(DuzhengError, match="DZ-S003"):
        at(students, 0)


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_accessible_and_fits_a_telephone(pages, tmp_path, language):
    file = tmp_path / "page.html"
    file.write_text(pages[language].replace(AGAIN, ""), encoding="utf-8")
    with chromium() as browser:
        shown = browser.new_page(viewport={"width": 390, "height": 800})
        shown.goto(file.as_uri())
        assert shown.evaluate("document.documentElement.scrollWidth") <= 390
        found = Axe().run(shown)
        assert found.violations_count == 0, found.generate_report()
