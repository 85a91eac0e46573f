"""Changes by meaning: what is safe, what breaks comparability, what loses answers; and two waves compared."""

from __future__ import annotations

import pytest
from tests.conftest import questionnaires
from tests.surveys.test_lint import surveys_of

from analysis.surveys import compare_waves, diff, wave_before
from analysis.surveys.change_report import as_html, as_markdown, as_text

ITEMS = """
scales:
  satisfied3:
    - {code: 1, text: {zh-Hans: 不满意, en: Dissatisfied}}
    - {code: 2, text: {zh-Hans: 一般, en: Neither}}
    - {code: 3, text: {zh-Hans: 满意, en: Satisfied}}
items:
  q1:
    - {version: 1, type: rating, scale: satisfied3, text: {zh-Hans: 您满意吗？, en: How satisfied are you?}}
    - version: 2
      type: rating
      scale: satisfied3
      relation: reworded
      text: {zh-Hans: 您对学校满意吗？, en: And with school?}
  q2:
    - {version: 1, type: yes_no, text: {zh-Hans: 住校吗？, en: Do you board?}}
    - {version: 2, type: numeric, relation: recoded, least: 0, most: 5, text: {zh-Hans: 住校吗？, en: Do you board?}}
  q3:
    - version: 1
      type: single
      text: {zh-Hans: 住哪里？, en: Where do you live?}
      options: [{code: a, text: {zh-Hans: 家, en: Home}}, {code: b, text: {zh-Hans: 学校, en: School}}]
    - version: 2
      relation: recoded
      type: single
      text: {zh-Hans: 住哪里？, en: Where do you live?}
      options: [{code: a, text: {zh-Hans: 家, en: Home}}, {code: c, text: {zh-Hans: 别处, en: Elsewhere}}]
"""
SECTION = "  sections: [{{id: s, title: {{zh-Hans: 问题, en: Questions}}, items: [{items}]}}]\n"
BEFORE = "before:\n" + SECTION.format(items="{item: q1}, {item: q2}, {item: q3}")


def pair(folder, items="{item: q1}, {item: q2}, {item: q3}", rest=""):
    return surveys_of(ITEMS + BEFORE + "survey:\n" + SECTION.format(items=items) + rest, folder)


def changes_of(folder, items="{item: q1}, {item: q2}, {item: q3}", rest=""):
    found = diff(*pair(folder, items, rest))
    return [change for change in found if change.part not in {"wave", "reported item"}]


@pytest.mark.parametrize(
    ("items", "rest", "effect", "of", "part"),
    [
        ("{item: q1, version: 2}, {item: q2}, {item: q3}", "", "breaks", "q1", "text"),
        ("{item: q1}, {item: q2, version: 2}, {item: q3}", "", "loses", "q2", "type"),
        ("{item: q1}, {item: q2}, {item: q3, version: 2}", "", "loses", "q3", "option b"),
        ("{item: q1}, {item: q2}, {item: q3, version: 2}", "", "breaks", "q3", "option c"),
        ("{item: q1}, {item: q2}", "", "loses", "q3", "item"),
        ("{item: q1}, {item: q3}, {item: q2}", "", "breaks", "q3", "place"),
        ("{item: q1}, {item: q2}, {item: q3, show_if: q1 == 1}", "", "breaks", "q3", "show_if"),
        ("{item: q1, mandatory: true}, {item: q2}, {item: q3}", "", "safe", "q1", "mandatory"),
        ("{item: q1}, {item: q2}, {item: q3}", "  minutes: 7\n", "safe", "", "minutes"),
        ("{item: q1}, {item: q2}, {item: q3}", "  languages: [zh-Hans]\n", "breaks", "", "languages"),
        ("{item: q1}, {item: q2}, {item: q3}", "  respondent: teacher\n", "breaks", "", "respondent"),
        ("{item: q1}, {item: q2}, {item: q3}", "  selection: {kind: open}\n", "breaks", "", "selection"),
        ("{item: q1}, {item: q2}, {item: q3}", "  margins: []\n", "breaks", "", "margins"),
        ("{item: q1}, {item: q2}, {item: q3}", "  closing: {zh-Hans: 再见。, en: Bye.}\n", "safe", "", "closing"),
    ],
)
def test_each_change_has_its_effect(items, rest, effect, of, part, tmp_path):
    found = changes_of(tmp_path, items, rest)
    assert (effect, of, part) in {(change.effect, change.of, change.part) for change in found}


def test_order_of_keys_and_comments_is_no_change(tmp_path):
    assert changes_of(tmp_path) == []
    _, new = pair(tmp_path)
    assert as_text(diff(new, new)) == "no changes"


def test_an_index_under_the_same_id_breaks_its_series(tmp_path):
    index = "  analyses: {{indices: [{{id: ix, name: {{zh-Hans: 指数, en: Index}}, items: [{items}]}}]}}\n"
    text = ITEMS + BEFORE + index.format(items="q1") + "survey:\n" + SECTION.format(items="{item: q1}")
    old, new = surveys_of(text + index.format(items="q1").replace("name:", "weights: [2], name:"), tmp_path)
    found = {(change.effect, change.of, change.part) for change in diff(old, new)}
    assert ("breaks", "ix", "weights") in found


def test_reports_hold_every_change(tmp_path):
    old, new = pair(tmp_path, "{item: q1, version: 2}, {item: q2, version: 2}")
    found = diff(old, new)
    text, table, page = as_text(found), as_markdown(found, old, new), as_html([(old, new)])
    for change in found:
        assert change.part in text
        assert f"| {change.of} {change.part}".replace("|  ", "| ") in table
        assert f"<span>{change.part}</span>" in page
    assert text.index("loses answers:\n") < text.index("breaks comparability:\n") < text.index("safe:\n")
    assert "<ins>对</ins><ins>学" in page or "<ins>对学校</ins>" in page
    assert "<script" not in page


def test_a_page_writes_signs_of_html_out(tmp_path):
    old, new = pair(tmp_path, rest="  closing: {zh-Hans: '<b>谢谢', en: Thanks & bye}\n")
    page = as_html([(old, new)])
    assert "<b>谢谢" not in page
    assert "&lt;" in page


def test_whether_answers_are_anonymous_breaks_comparability(tmp_path):
    old, new = pair(tmp_path, rest="  anonymous: false\n")
    (change,) = [change for change in diff(old, new) if change.part == "anonymous"]
    assert (change.effect, change.old, change.new) == ("breaks", "True", "False")


def test_waves_are_compared_item_by_item(tmp_path):
    old, new = pair(tmp_path, "{item: q1, version: 2}, {item: q2, version: 2}, {item: q3, show_if: q1 == 1}")
    found = {verdict.code: (verdict.comparable, verdict.relation) for verdict in compare_waves(old, new)}
    assert found == {"q1": ("with_care", "reworded"), "q2": ("no", "recoded"), "q3": ("with_care", "same")}
    (shown,) = (verdict.reasons for verdict in compare_waves(old, new) if verdict.code == "q3")
    assert shown == ("shown if q1 == 1, before if always",)


#: The verdicts of this workspace's questionnaires: what is not comparable from 2024 to 2025, and what only with care.
VERDICTS = {
    "students": {"meals": "with_care", "sleep": "no", "recommend": "added", "desks": "dropped"},
    "parents": {"pSafety": "with_care", "pInfo": "added"},
    "staff": {"sHours": "no", "sCheck": "added"},
    "public": {"rBurden": "with_care", "rYears": "added"},
}


@pytest.mark.parametrize("name", VERDICTS)
def test_the_questionnaires_of_this_workspace_keep_their_verdicts(name):
    surveys = questionnaires()
    new = next(survey for survey in surveys if survey.name == f"{name}-2025")
    old = wave_before(new, surveys)
    assert old is not None
    found = {verdict.code: verdict.comparable for verdict in compare_waves(old, new) if verdict.comparable != "yes"}
    assert found == VERDICTS[name]
