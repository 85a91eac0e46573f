"""What a brief says follows from the figures: numbers, words of direction, doubts, in both languages."""

from __future__ import annotations

import pytest

from analysis.documents import Blocks, Sentence, Table, runs_in
from analysis.findings import Brief, Evidence, brief, run_tables
from analysis.messages import LANGUAGES, DuzhengError
from analysis.workspace import Workspace

SECTIONS = ("title", "summary", "profile", "change", "comparison", "balance", "funding", "notes", "sources")


@pytest.fixture(scope="module")
def told(shanghai):
    """Give briefs of the real workspace; stage one is computed once."""
    run = run_tables(shanghai)

    def tell(unit: str, language: str = "zh-Hans") -> Brief:
        return Brief(Evidence(run.slice(unit), unit), language)

    return tell


def said(blocks: Blocks) -> str:
    return " ".join("".join(run.text for run in block.text) for block in blocks.blocks if isinstance(block, Sentence))


def test_directions_in_words_follow_the_sign(told):
    it = told("310106")
    text = said(it.summary)
    assert "2020年，静安区常住人口（普查）为975,707人，占上海市的3.9%，比2010年减少101,577人，下降9.4%。" in text
    assert "小学在校学生数为34,808人，占上海市的4.4%，比2012年增加4,221人，增长13.8%。" in text
    english = said(told("310106", "en").summary)
    assert (
        "stood at 975,707 persons in 2020, 3.9% of the figure for Shanghai, down 101,577 (9.4%) from 2010." in english
    )


def test_the_change_of_the_variation_is_called_doubtful_wherever_it_is_said(told):
    for language, words in (
        ("zh-Hans", "这一变化存疑：2012年普陀、宝山、浦东、松江和奉贤"),
        ("en", "This change is doubtful: in 2012"),
    ):
        text = said(told("310104", language).summary)
        assert text.count(words) == 1
        assert text.index("0.189") < text.index(words)


def test_a_change_that_rests_on_a_doubtful_figure_is_not_said_of_a_size(told):
    text = said(told("310115", "en").profile)
    assert "Full-time primary teachers in Pudong New Area stood at 12,608 persons in 2017, 23.1% of the figure" in text
    assert "up 1,853" not in text


def test_the_title_says_which_year_the_newest_figures_are_from(told):
    (title,) = told("310104", "en").title.blocks
    lines = ["".join(run.text for run in line) for line in title.lines]
    assert lines[0].startswith("Newest figure of this unit: 2023")
    assert lines[1] == "Newest school figures for all districts: 2017"
    assert lines[2] == "Released 23 November 2026"


def test_a_merged_district_says_how_its_early_figures_were_made(told):
    text = said(told("310106").notes)
    assert "静安区2012年的总量由原静安区和闸北区合计得出" in text
    assert "合计得出" not in said(told("310104").notes)
    assert "以崇明县之名公布" in said(told("310151").notes)


def test_a_district_that_broke_the_identity_is_told_its_own_figures(told):
    assert "其中宝山区为4,124人，大于3,912人" in said(told("310113").notes)


def test_no_sentence_stands_twice_in_a_memo(told):
    for unit in ("310106", "310113", "310151"):
        for language in LANGUAGES:
            it = told(unit, language)
            sentences = [
                "".join(run.text for run in block.text)
                for section in SECTIONS
                for block in getattr(it, section).blocks
                if isinstance(block, Sentence)
            ]
            assert len(sentences) == len(set(sentences))


def test_sections_without_figures_are_left_out(invented):
    told = brief(Workspace(invented), "V")
    assert told.balance == Blocks()
    assert told.funding == Blocks()
    assert told.summary.blocks


def test_sources_are_those_of_the_figures_shown(told):
    it = told("310104")
    (table,) = [block for block in it.sources.blocks if isinstance(block, Table)]
    shown = "".join(run.text for run in runs_in(table))
    assert "上海统计年鉴" in shown
    assert "虹口区教育概况" not in shown


def test_figures_after_the_year_of_the_memo_are_not_used(shanghai):
    told = brief(shanghai, "310104", year=2015)
    years = {cell.year for section in SECTIONS for cell in getattr(told, section).cells}
    assert max(years) == 2012


def test_a_unit_that_is_not_on_the_boundaries_is_refused(told):
    with pytest.raises(DuzhengError, match="its territory lies in 310106"):
        told("310108")
