"""Codebooks and outlines: what a questionnaire's answers will look like, and what respondents read."""

from __future__ import annotations

import pytest
from tests.conftest import ROOT
from tests.surveys.test_lint import surveys_of

import analysis
from analysis.surveys import codebook, outline

ITEMS = """
items:
  way:
    - version: 1
      type: single
      text: {zh-Hans: 怎样上学？, en: How do you get to school?}
      options:
        - {code: walk, text: {zh-Hans: 步行, en: On foot}}
        - {code: oth, text: {zh-Hans: 其他, en: Other}, open: true}
  clubs:
    - version: 1
      type: multiple
      text: {zh-Hans: 参加什么？, en: Which clubs?}
      options: [{code: art, text: {zh-Hans: 艺术}}, {code: none, text: {zh-Hans: 没有}, exclusive: true}]
  rank:
    - version: 1
      type: ranking
      most: 1
      text: {zh-Hans: 最需要什么？}
      options: [{code: a, text: {zh-Hans: 书}}, {code: b, text: {zh-Hans: 操场}}]
  care:
    - version: 1
      type: matrix
      text: {zh-Hans: 您满意吗？}
      options: [{code: 1, text: {zh-Hans: 不满意}}, {code: 2, text: {zh-Hans: 满意}}]
      rows: [{code: food, text: {zh-Hans: 午餐}}, {code: bus, text: {zh-Hans: 校车}}]
  thanks:
    - {version: 1, type: information, text: {zh-Hans: 谢谢。}}
survey:
  sections:
    - id: s
      title: {zh-Hans: 问题, en: Questions}
      show_if: ''
      items: [{item: way}, {item: clubs, show_if: 'way == "walk"'}, {item: rank}, {item: care}, {item: thanks}]
  analyses: {indices: [{id: ix, name: {zh-Hans: 指数}, items: [care.food]}], items: [way]}
"""


def test_a_codebook_has_a_row_for_each_column_of_the_answers(tmp_path):
    (survey,) = surveys_of(ITEMS, tmp_path)
    book = codebook(survey).set_index("column")
    assert list(book.index) == [
        "way", "wayOth", "clubs[art]", "clubs[none]", "rank[1]", "care.food", "care.bus",
    ]  # fmt: skip
    assert book.loc["care.food", "text"] == "您满意吗？ 午餐"
    assert book.loc["care.food", "labels"] == {1: "不满意", 2: "满意"}
    assert book.loc["clubs[art]", "show_if"] == 'way == "walk"'
    assert book.loc["care.food", "indices"] == ("ix",)
    assert book.loc["care.bus", "indices"] == ()


def test_texts_without_a_translation_are_shown_in_chinese(tmp_path):
    (survey,) = surveys_of(ITEMS, tmp_path)
    lines = list(outline(survey, "en"))
    assert "1. How do you get to school?  [way, single]" in lines
    assert any("您满意吗？" in line for line in lines)


@pytest.mark.parametrize("name", ["students-2025", "staff-2024"])
def test_questionnaires_are_verbs_of_an_open_workspace(name):
    sheets = analysis.open(ROOT).questionnaires()
    assert len(sheets) == 8
    assert codebook(sheets[name])["column"].is_unique
