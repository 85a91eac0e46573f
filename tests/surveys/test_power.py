"""Declared analyses: whether they can be made, and the differences that they will show."""

from __future__ import annotations

import pytest
from tests.conftest import questionnaires
from tests.surveys.test_lint import surveys_of

from analysis.surveys import check_analyses, wave_before
from analysis.surveys.power import as_text, detectable

ITEMS = """
scales:
  satisfied3:
    - {code: 1, text: {zh-Hans: 不满意, en: Dissatisfied}}
    - {code: 2, text: {zh-Hans: 一般, en: Neither}}
    - {code: 3, text: {zh-Hans: 满意, en: Satisfied}}
items:
  kind:
    - {version: 1, type: yes_no, text: {zh-Hans: 住校吗？, en: Does your child board?}}
  school:
    - {version: 1, type: rating, scale: satisfied3, text: {zh-Hans: 您对学校满意吗？, en: How satisfied are you?}}
  dorm:
    - {version: 1, type: rating, scale: satisfied3, text: {zh-Hans: 您对宿舍满意吗？, en: And with the dormitory?}}
survey:
  expected: {total: 1600, rate: 0.8, EXPECTED, groups: {district: 16, kind: {"yes": 0.25, "no": 0.75}}}
  SELECTION
  sections:
    - id: s
      title: {zh-Hans: 问题, en: Questions}
      items: [{item: kind}, {item: school}, {item: dorm, show_if: 'kind == "yes"'}]
  analyses:
    items: [dorm]
    indices: [{id: ix, name: {zh-Hans: 指数, en: Index}, items: [school]}]
    groups: [district, kind]
    comparisons: [{of: OF, between: BETWEEN, test: TEST}]
"""
SAMPLE = "selection: {kind: probability, frame: 学籍, strata: [district], psu: school, log: draw.csv}"


def planned(folder, of="ix", between="district", test="difference", expected="cluster: 1", selection=SAMPLE, before=""):
    text = ITEMS.replace("OF", of).replace("BETWEEN", between).replace("TEST", test)
    text = text.replace("EXPECTED", expected).replace("SELECTION", selection) + before
    *earlier, survey = surveys_of(text, folder)
    return check_analyses(survey, earlier[0] if earlier else None)


@pytest.mark.parametrize(
    ("n", "alpha", "power", "expected"),
    [  # R 4.2.2: power.t.test(n=, sig.level=, power=, strict=TRUE)$delta; its search stops at four digits
        (64, 0.05, 0.8, 0.4990687337),
        (10, 0.05, 0.8, 1.324943563),
        (527, 0.05 / 120, 0.8, 0.2700742774),
        (3, 0.05, 0.9, 3.589208502),
    ],
)
def test_detectable_differences_are_those_of_r(n, alpha, power, expected):
    assert detectable(n, alpha, power) == pytest.approx(expected, rel=1e-4)


def test_the_design_effect_takes_its_part(tmp_path):
    *_, plain = planned(tmp_path)
    assert (plain.groups, plain.n, plain.deff, plain.effective) == (16, 80.0, 1.0, 80.0)
    assert plain.mdd == pytest.approx(20 * detectable(80), abs=0.05)
    assert plain.mdd_all == pytest.approx(20 * detectable(80, 0.05 / 120), abs=0.05)
    *_, clustered = planned(tmp_path, expected="cluster: 21, icc: 0.05, weights_cv: 0.5, sd: 10")
    assert clustered.deff == 2.5  # (1 + 20 * 0.05) * (1 + 0.25)
    assert clustered.effective == 32.0
    assert clustered.mdd == pytest.approx(10 * detectable(32), abs=0.05)


def test_an_items_groups_lie_within_clusters(tmp_path):
    *_, kinds = planned(tmp_path, between="kind", expected="cluster: 21, icc: 0.05")
    assert kinds.n == 320.0  # a quarter of 1280: the smaller group
    assert kinds.deff == 1.21  # 5.25 boarders a school: 1 + 4.25 * 0.05, rounded


def test_items_that_some_are_shown_have_fewer_answers(tmp_path):
    *_, dorm = planned(tmp_path, of="dorm")
    assert dorm.n == 20.0  # a quarter of 80
    *_, one = planned(tmp_path, of="dorm", between="kind")
    assert not one.possible
    assert one.reasons == ("only one group of kind is shown dorm",)


def test_estimates_have_margins(tmp_path):
    first, *_ = planned(tmp_path)
    assert (first.of, first.between, first.test) == ("ix", "district", "estimate")
    assert first.margin == pytest.approx(1.96 * 20 / 80**0.5, abs=0.05)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"selection": "selection: {kind: open}"}, "whoever comes is no sample"),
        ({"test": "chisq"}, "ix is a scale"),
        ({"of": "kind"}, "kind has no numbers: compare shares (chisq)"),
        ({"between": "stage"}, "how many groups stage has is not said"),
        ({"between": "wave"}, "there is no earlier wave"),
    ],
)
def test_what_cant_be_computed_is_said_before_fieldwork(change, reason, tmp_path):
    *_, plan = planned(tmp_path, **change)
    assert not plan.possible
    assert reason in " ".join(plan.reasons)


def test_a_comparison_with_a_wave_needs_its_items(tmp_path):
    before = """before:
  expected: {total: 400, rate: 1}
  sections: [{id: s, title: {zh-Hans: 问题, en: Questions}, items: [{item: kind}, {item: ITEM}]}]
"""
    *_, plan = planned(tmp_path, between="wave", before=before.replace("ITEM", "school"))
    assert (plan.possible, plan.n) == (True, 400.0)  # the smaller wave
    *_, plan = planned(tmp_path, between="wave", before=before.replace("ITEM", "dorm"))
    assert plan.reasons == ("school: not asked in the last wave",)


def test_what_is_too_weak_is_said(tmp_path):
    text = ITEMS.replace("OF", "ix").replace("BETWEEN", "district").replace("TEST", "difference")
    (survey,) = surveys_of(text.replace("EXPECTED", "cluster: 21, matters: 3").replace("SELECTION", SAMPLE), tmp_path)
    written = as_text(survey, check_analyses(survey))
    assert "too weak: ix between district shows" in written
    assert "1600 asked, 80% answer, 3 points matter" in written


def test_the_analyses_of_this_workspace_can_be_made_and_see_what_matters():
    surveys = questionnaires()
    for survey in surveys:
        plan = check_analyses(survey, wave_before(survey, surveys))
        assert all(each.possible for each in plan), as_text(survey, plan)
        assert not [each for each in plan if each.enough is False], as_text(survey, plan)
