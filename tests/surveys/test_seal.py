"""Seals: what was declared when a wave opened is confirmatory, what came later exploratory; and new questionnaires."""

from __future__ import annotations

import pytest
from tests.surveys.test_bank import GOOD, SHEET

from analysis.messages import DuzhengError
from analysis.surveys import check_seal, declared, new_survey, read_bank, read_survey, write_seal
from analysis.surveys.lint import lint
from analysis.surveys.seal import write_demo_seal

ANALYSES = """\
analyses:
  indices: [{id: ix, name: {zh-Hans: 指数}, items: [school]}]
  items: [school]
  comparisons: [{of: ix, between: district}]
"""


def survey_of(folder, sheet=SHEET + ANALYSES, bank=GOOD):
    (folder / "surveys/bank").mkdir(parents=True, exist_ok=True)
    (folder / "surveys/bank/items.yaml").write_text(bank, encoding="utf-8")
    path = folder / "surveys/form.yaml"
    path.write_text(sheet, encoding="utf-8")
    return read_survey(path, read_bank(folder), root=folder)


def test_what_was_sealed_is_confirmatory_and_the_rest_exploratory(tmp_path):
    survey = survey_of(tmp_path)
    assert declared(tmp_path, survey, "ix").why == "the wave was not sealed"
    path = write_seal(tmp_path, survey, "2025-09-15")
    assert path == tmp_path / "surveys/seals/form-2025.yaml"
    assert check_seal(tmp_path, survey)
    kinds = [declared(tmp_path, survey, *each).kind for each in (("ix",), ("school",), ("ix", "district"))]
    assert kinds == ["confirmatory"] * 3
    for later in (("ix", "school"), ("ix", "district", "ranktest"), ("dorm",)):
        found = declared(tmp_path, survey, *later)
        assert (found.kind, found.why) == ("exploratory", "not declared when the wave opened on 2025-09-15")


def test_the_seal_of_a_simulated_wave_speaks_for_no_real_one(tmp_path):
    survey = survey_of(tmp_path)
    path = write_demo_seal(tmp_path, survey, "2025-09-15")
    assert path.relative_to(tmp_path).as_posix() == "data/demo/seals/form-2025.yaml"
    assert path.read_text(encoding="utf-8").startswith("# SYNTHETIC")
    assert declared(tmp_path, survey, "ix", "district", synthetic=True).kind == "confirmatory"
    assert declared(tmp_path, survey, "ix", "district").why == "the wave was not sealed"
    write_demo_seal(tmp_path, survey, "2025-09-16")
    assert declared(tmp_path, survey, "ix", "district", synthetic=True).why.endswith("2025-09-16")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("items: [school]}", "items: [school], weights: [2]}",
         {"the comparison ix between district (difference)", "the index ix"}),
        ("{of: ix, between: district}", "{of: ix, between: stage}",
         {"the comparison ix between district (difference)", "the comparison ix between stage (difference)"}),
        ("  items: [school]\n", "", {"the item school"}),
        ("{kind: open}", "{kind: census, schools: s.csv}", {"groups, pairs, selection or margins"}),
        ("analyses:\n", "analyses:\n  pairs: [{never: 'school >= 9', reason: 不可能的答案}]\n",
         {"groups, pairs, selection or margins"}),
        ("items: [school]}", "items: [school], dont_know: middle}",
         {"the comparison ix between district (difference)", "the index ix"}),
    ],
)  # fmt: skip
def test_what_is_changed_after_the_seal_is_refused(old, new, found, tmp_path):
    write_seal(tmp_path, survey_of(tmp_path), "2025-09-15")
    changed = survey_of(tmp_path, (SHEET + ANALYSES).replace(old, new))
    with pytest.raises(DuzhengError) as caught:
        check_seal(tmp_path, changed)
    assert {fault.code for fault in caught.value.faults} == {"DZ-Q005"}
    assert {fault.found.removesuffix(" changed") for fault in caught.value.faults} == found


def test_an_items_other_words_break_the_seal_of_its_index(tmp_path):
    write_seal(tmp_path, survey_of(tmp_path), "2025-09-15")
    reworded = survey_of(tmp_path, bank=GOOD.replace("您满意吗？", "您非常满意吗？"))
    with pytest.raises(DuzhengError, match="the index ix changed"):
        check_seal(tmp_path, reworded)
    assert declared(tmp_path, reworded, "ix").why == "changed after the wave opened on 2025-09-15"


def test_texts_that_analyses_do_not_rest_on_may_change(tmp_path):
    write_seal(tmp_path, survey_of(tmp_path), "2025-09-15")
    assert check_seal(
        tmp_path, survey_of(tmp_path, (SHEET + ANALYSES).replace("谢谢", "非常感谢").replace("指数", "满意度"))
    )


def test_a_wave_opens_once(tmp_path):
    survey = survey_of(tmp_path)
    path = write_seal(tmp_path, survey, "2025-09-15")
    text = path.read_bytes()
    with pytest.raises(DuzhengError, match="a seal of 2025-09-15"):
        write_seal(tmp_path, survey, "2025-10-01")
    assert path.read_bytes() == text


def test_the_next_wave_begins_as_a_copy_with_its_comments(tmp_path):
    sheet = SHEET.replace(
        "title: {zh-Hans: 问卷, en: Form}", "title: {zh-Hans: 问卷（2025 年）, en: Form 2025}  # a comment"
    )
    sheet = sheet.replace("{item: school}", "{item: school, allow: [{rule: L202, reason: 措辞变化已注明}]}")
    survey_of(tmp_path, sheet)
    path = new_survey(tmp_path, "form", 2026, like=str(tmp_path / "surveys/form.yaml"))
    text = path.read_text(encoding="utf-8")
    assert "title: {zh-Hans: 问卷（2026 年）, en: Form 2026} # a comment" in text.replace("  #", " #")
    assert "L202" not in text
    survey = read_survey(path, read_bank(tmp_path))
    assert (survey.questionnaire.id, survey.questionnaire.wave) == ("form", 2026)
    with pytest.raises(DuzhengError, match="DZ-Q007"):
        new_survey(tmp_path, "form", 2026)


def test_a_first_questionnaire_is_read_and_says_what_is_to_be_written(tmp_path):
    survey_of(tmp_path)
    path = new_survey(tmp_path, "visits", 2026, respondent="parent", item="school")
    survey = read_survey(path, read_bank(tmp_path), root=tmp_path)
    assert {remark.rule for remark in lint([survey])} == {"L115", "L124"}
