"""The page of fieldwork and its lines: marked, complete without a network, and silent about rates of small places."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from importlib import import_module

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser import chromium
from tests.conftest import ROOT, questionnaires

from analysis.documents.labels import Labels
from analysis.messages import DuzhengError
from analysis.satisfaction import Plan, as_text, monitor, page
from analysis.surveys.simulate import read_truth, simulate

monitoring = import_module("analysis.satisfaction.fieldwork.monitoring")
SURVEYS = {survey.name: survey for survey in questionnaires()}
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
def no_fonts_and_few_runs(monkeypatch):
    """Leave fonts, and most runs of the forecast, out of pages of which words are looked at; not of ``pages``."""
    monkeypatch.setattr("analysis.documents.subset_css", lambda _: "")
    monkeypatch.setattr(monitoring, "forecast", partial(monitoring.forecast, runs=20))


@pytest.fixture(scope="module")
def pages(students):
    of = at(students, 5.6)
    return {language: page(of, language=language, labels=Labels(NAMES, HEADS), refresh=45) for language in LANGUAGES}


#: Refreshing by itself is what this page is for, and what axe refuses: the same page is there without it.
AGAIN = '<meta http-equiv="refresh" content="45">'


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_marked_refreshes_and_asks_for_nothing_else(pages, language):
    text = pages[language]
    assert {"zh-Hans": "本文数据均为模拟", "en": "All figures are simulated"}[language] in text
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
    for text in (pages["zh-Hans"], as_text(of, language="zh-Hans", labels=Labels(NAMES, HEADS))):
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


def rows_of(text, caption):
    """Give the rows of a page's table, by its caption."""
    found = re.search(rf"<caption>{re.escape(caption)}</caption>.*?<tbody>(.*?)</tbody>", text)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in found[1].split("</tr>")[:-1]] if found else []


def test_places_without_answers_are_named_first_and_rates_of_few_answers_are_not_shown(students):
    schools = [*students.log["school"][:4]]
    keep = students.responses.groupby("school").cumcount() < 9
    few = students.responses[keep | ~students.responses["school"].isin(schools)]
    few = few[few["school"] != schools[0]]
    of = at(students, 14, few)
    text = page(of)
    rows = rows_of(text, "落后最多的场所")
    assert rows[0][0] == schools[0]
    assert {row[0] for row in rows[1:4]} == set(schools[1:])
    assert [row[2] for row in rows[:4]] == ["0", "9", "9", "9"]
    for row in rows[:4]:
        assert [row[number] for number in (3, 4, 5, 6, 9)] == ["—"] * 5
        assert "—" not in row[7:9]
    assert not [cell for row in rows[4:] for cell in row if cell == "—"]
    assert "表中有 4 个场所答卷不足 10 份，只列份数，不列比率。" in text
    behind = [float(row[8]) for row in rows]
    assert behind == sorted(behind, reverse=True)
    lines = as_text(of, language="zh-Hans")
    assert "表中有 4 个场所答卷不足 10 份" in lines
    assert schools[0] in lines


def test_only_places_behind_plan_are_listed_and_none_where_none_is(students):
    wave = students
    drawn = wave.log.set_index("school")["persons_drawn"]
    turn = wave.responses.groupby("school").cumcount()
    short = dict(zip(drawn.index, (5, 4, 3, 2, 1), strict=False))
    level = wave.responses[turn < 40 - wave.responses["school"].map(short).fillna(0)]
    plan = Plan(wave.responses["started"].min().date(), 14, float(drawn.sum()), float(40 / drawn.max()))
    of = monitor(wave.survey, level, wave.log, plan, now=dt.datetime.combine(plan.closes, dt.time()))
    assert [row[0] for row in rows_of(page(of), "落后最多的场所")] == [*short]
    assert f"{len(drawn)} 个场所中有 5 个落后于计划。" in page(of)
    done, rest = (frame[~frame["school"].isin([*short])] for frame in (level, wave.log))
    of = monitor(wave.survey, done, rest, plan, now=dt.datetime.combine(plan.closes, dt.time()))
    assert not rows_of(page(of), "落后最多的场所")
    assert "没有场所落后于计划。" in page(of)
    assert "No place is behind plan." in as_text(of)


@pytest.fixture(scope="module")
def public():
    return wave_of("public-2025")


def test_quotas_of_items_are_shown_emptiest_first_under_the_words_of_the_questionnaire(public):
    margins = public.margins
    here = public.responses.assign(rAge=public.responses["rAge"].where(public.responses["rDistrict"] != "d116", 1))
    of = at(public, 20, here, margins=margins)
    (found,) = of.quotas
    assert found["fill"].is_monotonic_increasing
    assert len(found) == 64
    came = here[here["started"] < pd.Timestamp(of.now)].dropna(subset=["rDistrict", "rAge"])
    total = margins[0].set_index(["rDistrict", "rAge"])["total"]
    cell = found[(found["rDistrict"] == "d115") & (found["rAge"] == 2)].iloc[0]
    assert cell["answers"] == ((came["rDistrict"] == "d115") & (came["rAge"] == 2)).sum()
    assert cell["wanted"] == pytest.approx(len(came) * total["d115", 2] / total.sum())
    rows = rows_of(page(of), "最缺的 12 组：您住在哪个区？ × 您的年龄是？")
    assert len(rows) == 12
    assert {row[0] for row in rows[:3]} == {
        "金山区 · 30 岁以上、不到 45 岁", "金山区 · 45 岁以上、不到 60 岁", "金山区 · 60 岁以上"
    }  # fmt: skip
    assert [row[1] for row in rows[:3]] == ["0", "0", "0"]
    assert "按各组已知总数的比例分配" in page(of)
    lines = as_text(of, language="en")
    assert "Jinshan District · 60 or more" in lines
    assert "In which district do you live? × How old are you?" in lines
    assert "in proportion to the known totals" in lines
    beside = len(of.answers) - len(came)
    assert beside > 0
    assert f"which group they are of, and are not counted: {beside}." in lines


def test_a_question_too_long_for_a_heading_gives_its_code(public):
    margin = pd.DataFrame({"rChild": ["yes", "no"], "total": [1.0, 1.0]})
    of = at(public, 20, margins=[margin])
    assert rows_of(page(of, language="en"), "Emptiest groups (1): rChild")[0][0] in {"Yes", "No"}
    assert "最缺的 1 组：您家里有孩子在本区上学吗？" in page(of)
    assert rows_of(page(of), "最缺的 1 组：您家里有孩子在本区上学吗？")[0][0] in {"是", "否"}


def test_no_quota_is_short_where_answers_are_in_proportion(public):
    counts = public.responses["rChild"].value_counts()
    margin = pd.DataFrame({"rChild": counts.index.astype("string"), "total": counts.to_numpy(float) * 7})
    of = at(public, 40, margins=[margin])
    assert "没有哪一组不足。" in page(of)
    assert "最缺的" not in page(of)


def test_what_a_draw_controls_is_no_quota_and_the_page_is_as_without(students):
    with_margins = at(students, 5.6, margins=students.margins)
    assert with_margins.quotas == ()
    assert page(with_margins) == page(at(students, 5.6))
    grades = students.responses["grade"].dropna().unique()
    margin = pd.DataFrame({"grade": grades, "total": 100.0})
    assert len(at(students, 5.6, margins=[margin]).quotas) == 1
    mixed = pd.DataFrame({"district": "310101", "grade": grades, "total": 100.0})
    absent = pd.DataFrame({"nothing": ["a"], "total": [1.0]})
    assert at(students, 5.6, margins=[mixed, absent]).quotas == ()


@pytest.mark.usefixtures("strict")
def test_a_wave_without_times_has_a_page_without_minutes(students):
    times = [name for name in students.responses if name.startswith("seconds")]
    text = as_text(at(students, 5, students.responses.assign(**dict.fromkeys(times, float("nan")))))
    assert "Median minutes: —" in text


@pytest.mark.usefixtures("strict")
def test_the_first_answer_has_a_page(public):
    first = public.responses.nsmallest(1, "started")
    of = at(public, 1, first, margins=public.margins)
    assert "Answers: 1" in as_text(of)
    assert of.quotas[0]["answers"].sum() == 1


def test_an_open_questionnaire_has_no_rate_and_says_why(public):
    of = at(public, 6)
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
def test_a_page_is_accessible_and_fits_a_telephone(pages, tmp_path):
    file = tmp_path / "page.html"
    with chromium() as browser:
        for language in LANGUAGES:
            file.write_text(pages[language].replace(AGAIN, ""), encoding="utf-8")
            shown = browser.new_page(viewport={"width": 390, "height": 800})
            shown.goto(file.as_uri())
            assert shown.evaluate("document.documentElement.scrollWidth") <= 390
            found = Axe().run(shown)
            assert found.violations_count == 0, found.generate_report()
