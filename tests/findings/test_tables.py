"""Tables of a memo: what they leave out, and which notes stand under them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conftest import invent
from tests.findings.sections.by_hand import mean, run_of

from analysis.documents import Heading, Run, text_of
from analysis.findings import Brief, Evidence, tables
from analysis.findings.notes import notes
from analysis.findings.tables import Sheet
from analysis.messages import LANGUAGES


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return invent(tmp_path_factory.mktemp("tables") / "place")


@pytest.fixture
def brief(root):
    rows = [mean(unit, "ixAll", 64.0, precision="caution") for unit in ("U", "V")] + [mean("P", "ixAll", 66.0)]
    return Brief(Evidence(run_of(root, [], rows), "U"), "en")


def row(brief, unit):
    return next(each for each in brief.estimates.rows if each["unit"] == unit)


def label(text):
    return (Run(text=text, role="label"),)


def finished(sheet):
    table = sheet.table(label("Caption"), label("Head"), [label("One"), label("Two")])
    cells = [[text_of(cell) for cell in each] for each in table.rows]
    return [text_of(column.text) for column in table.columns], cells, [text_of(note) for note in table.notes]


def test_a_column_of_dashes_is_left_out_and_a_dash_among_figures_is_explained(brief):
    fact = brief.evidence.facts["cell"].iloc[0]
    sheet = Sheet(brief)
    sheet.add(label("a"), sheet.number(None), sheet.number(fact))
    sheet.add(label("b"), sheet.number(None), sheet.number(None))
    heads, cells, notes_ = finished(sheet)
    assert heads == ["Head", "Two"]
    assert cells[1] == ["b", "—"]
    assert "— No figure available." in notes_


def test_a_column_of_what_was_held_back_stays(brief):
    sheet = Sheet(brief)
    sheet.add(label("a"), sheet.estimate(None), sheet.estimate(row(brief, "P")))
    heads, _, notes_ = finished(sheet)
    assert heads == ["Head", "One", "Two"]
    assert notes_[-1].startswith("— Not asked, or too few answers")


def test_care_for_all_units_is_said_once_though_the_whole_needs_none(brief):
    sheet = Sheet(brief)
    for unit in ("U", "V"):
        sheet.add(label(unit), sheet.estimate(row(brief, unit)), sheet.estimate(row(brief, unit)))
    sheet.add(label("P"), sheet.estimate(row(brief, "P")), sheet.estimate(row(brief, "P")), picked=True)
    _, cells, notes_ = finished(sheet)
    assert [each[1] for each in cells] == ["64.0", "64.0", "66.0"]
    assert notes_[-1] == "Answers or places of each county are few: read the intervals."


def test_care_for_some_is_marked(brief):
    sheet = Sheet(brief)
    sheet.add(label("a"), sheet.estimate(row(brief, "U")), sheet.estimate(row(brief, "P")))
    _, cells, notes_ = finished(sheet)
    assert cells == [["a", "64.0†", "66.0"]]
    assert notes_[-1].startswith("†")


@pytest.fixture(scope="module")
def preschool(shanghai_run):
    """The brief of a district of which two single figures of preschools are published (data/observations)."""
    return Brief(Evidence(shanghai_run.slice("310109").public(), "310109"), "zh-Hans")


def test_two_single_figures_need_no_table_only_if_sentences_give_both(preschool):
    table = tables.sizes(preschool, "preschool")
    figures = [run.cell for each in table.rows for cell in each for run in cell if run.cell]
    assert len(figures) == 2
    assert tables.sizes(preschool, "preschool", figures) is None
    assert tables.sizes(preschool, "preschool", figures[:1]) is not None


def test_single_figures_of_a_section_stand_in_one_sentence(preschool):
    said = [each.said("zh-Hans") for each in preschool.said if each.topic == "preschool"]
    assert said == ["2020年，虹口区幼儿园53所和在园幼儿12,851人。"]  # data/observations: education data of Hongkou


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_duty_of_which_no_text_was_seen_is_noted_where_its_heading_stands(preschool, language):
    told = Brief(preschool.evidence, language)
    heads = [text_of(each.text) for each in told.section("duties").blocks if isinstance(each, Heading)]
    assert not any("“" + heads[1] in text_of(each.text) for each in notes(told))
    run = preschool.evidence.tables
    rule = run.reference.rules["duties"]
    unseen = [{**each, "certainty": "C"} for each in rule.parameters["duties"]]
    given = rule.model_copy(update={"parameters": {**rule.parameters, "duties": unseen}})
    reference = replace(run.reference, rules={**run.reference.rules, "duties": given})
    other = Brief(Evidence(replace(run, reference=reference), "310109"), language)
    assert any("“" + heads[1] in text_of(each.text) for each in notes(other))
