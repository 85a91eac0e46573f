"""What a brief says follows from the figures: numbers, words of direction, doubts, in both languages."""

from __future__ import annotations

import shutil

import pytest
from tests.conftest import ROOT

from analysis.documents import Blocks, Sentence, Title
from analysis.findings import Brief, Evidence
from analysis.findings.brief import brief
from analysis.messages import LANGUAGES, DuzhengError
from analysis.workspace import Workspace


@pytest.fixture(scope="module")
def told(shanghai_run):
    """Give briefs of the real workspace; stage one is computed once."""

    def tell(unit: str, language: str = "zh-Hans") -> Brief:
        return Brief(Evidence(shanghai_run.slice(unit).public(), unit), language)

    return tell


def sentences(it: Brief) -> list[str]:
    """Give all sentences of a memo, in order."""
    blocks = [block for name in it.layout.names for block in it.section(name).blocks]
    return ["".join(run.text for run in block.text) for block in blocks if isinstance(block, Sentence)]


def said(it: Brief) -> str:
    return " ".join(sentences(it))


def test_directions_in_words_follow_the_sign(told):
    text = said(told("310106"))
    assert "2020年，静安区普查常住人口975,707人，占全市3.9%，比2010年减少101,577人，下降9.4%，而全市增长8.0%。" in text
    assert "小学在校学生34,808人，占全市4.4%，比2012年增加4,221人，增长13.8%，同期全市增长3.2%。" in text
    assert (
        "Jing'an District had 975,707 residents at the census in 2020, 3.9% of Shanghai's and 101,577 fewer "
        "than in 2010, a fall of 9.4%, while Shanghai's rose by 8.0%."
    ) in said(told("310106", "en"))


def test_the_variation_of_a_doubtful_year_is_said_to_have_changed_nowhere(told):
    # 0.189 in 2012, when five districts report more teachers than staff; 0.136 in 2017.
    for unit in ("310104", "310000"):
        text = said(told(unit))
        assert "0.189" not in text
        assert "差距有所缩小" not in text


def test_a_change_that_rests_on_a_doubtful_figure_is_not_said(told):
    for language in LANGUAGES:
        text = said(told("310115", language))
        assert "1,853" not in text  # 12,608 teachers in 2017 less 10,755 in 2012, which exceed the staff
        assert "17.2%" not in text


def test_the_title_says_which_year_the_newest_figures_are_from(told):
    (title,) = [block for block in told("310104", "en").section("title").blocks if isinstance(block, Title)]
    lines = ["".join(run.text for run in line) for line in title.lines]
    assert lines[0] == (
        "Newest published figures of this district: 2023 (funding), 2020 (population), "
        "2017 (schools and students, teachers)"
    )
    assert lines[1] == "Newest school figures for all districts: 2017"
    assert lines[2] == "Released 23 November 2026"


def test_a_merged_district_says_how_its_early_figures_were_made(told):
    assert "静安区2012年的总量由原静安区和闸北区合计得出" in said(told("310106"))
    assert "合计得出" not in said(told("310104"))
    assert "以崇明县之名公布" in said(told("310151"))


def test_a_district_that_broke_the_identity_is_told_its_own_figures(told):
    text = said(told("310113"))
    assert "4,124人" in text
    assert "3,912人" in text


def test_no_sentence_stands_twice_in_a_memo(told):
    for unit in ("310106", "310113", "310151", "310000"):
        for language in LANGUAGES:
            found = sentences(told(unit, language))
            assert len(found) == len(set(found))


def invented_with_rules(invented) -> Workspace:
    (invented / "data/rules").mkdir(exist_ok=True)
    shutil.copy(ROOT / "data/rules/statements.yaml", invented / "data/rules")
    return Workspace(invented)


def test_sections_without_figures_are_left_out(invented):
    told = brief(invented_with_rules(invented), "V")
    assert told.section("balance") == Blocks(section="balance")
    assert told.section("satisfaction") == Blocks(section="satisfaction")
    assert "2017年，谷县学生数为900人" in said(told)


def test_sources_are_those_of_the_figures_shown(told):
    it = told("310104")
    shown = it.section("sources").plain()
    assert "上海统计年鉴" in shown
    assert "虹口区教育概况" not in shown


def test_figures_after_the_year_of_the_memo_are_not_used(invented):
    told = brief(invented_with_rules(invented), "V", year=2015)
    years = {cell.year for name in told.layout.names for cell in told.section(name).cells}
    assert years == {2012}


def test_a_unit_that_is_not_on_the_boundaries_is_refused(told):
    with pytest.raises(DuzhengError, match="its territory lies in 310106"):
        told("310108")
