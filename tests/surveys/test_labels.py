"""Labels: columns and codes get the names that the workspace and the questionnaire know, and no others."""

from __future__ import annotations

import pandas as pd

from analysis.documents.labels import Labels
from analysis.surveys.labels import draw_labels, item_labels


def test_units_and_named_strata_are_named_and_other_codes_stand_for_themselves(shanghai):
    log = pd.DataFrame({
        "district": ["310101", "310115"], "stage": ["primary", "junior"], "school": ["s1", "s2"],
        "kind": ["a", "310101"], "persons": [310101, 310115],
    })  # fmt: skip
    labels = draw_labels(shanghai, log)
    assert labels.names["district"]["310115"] == {"zh-Hans": "浦东", "en": "Pudong"}
    assert labels.name("stage", "junior", "zh-Hans") == "初中"
    assert labels.name("school", "s1", "zh-Hans") == "s1"
    assert labels.heads["district"] == {"zh-Hans": "区", "en": "district"}
    assert labels.heads["stage"] == {"zh-Hans": "学段", "en": "stage"}
    assert not labels.names["school"]
    assert not {"kind", "persons"} & set(labels.names)


def test_what_is_put_over_labels_goes_first():
    below = Labels({"a": {"1": {"zh-Hans": "一"}}, "b": {"1": {"zh-Hans": "乙"}}}, {"a": {"zh-Hans": "甲"}})
    found = below.under(Labels({"a": {"1": {"zh-Hans": "壹"}}}))
    assert [found.name(column, 1, "en") for column in "abc"] == ["壹", "乙", "1"]
    assert found.head("a", "en") == "甲"


def test_indices_are_called_by_their_names(shanghai):
    survey = shanghai_survey(shanghai)
    labels = item_labels(survey)
    for index in survey.questionnaire.analyses.indices:
        assert labels.head(index.id, "zh-Hans") == index.name["zh-Hans"]


def shanghai_survey(workspace):
    from analysis.surveys import questionnaires

    return questionnaires(workspace)["students-2025"]
