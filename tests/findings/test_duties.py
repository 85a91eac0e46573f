"""Duties: every section and theme belongs to one, or is said to belong to none."""

from __future__ import annotations

import pytest
from tests.findings.candidates import consistency, gap

from analysis.findings.duties import duties_of, duty_of, with_duty
from analysis.messages import LANGUAGES, DuzhengError
from analysis.surveys.bank import read_bank


@pytest.fixture
def rule(shanghai):
    return duties_of(shanghai.rules["duties"])


def test_there_are_six_areas_and_the_citys_reform(rule):
    # The six areas: 国办发〔2017〕49号; the seventh is read in no source and marked so.
    assert [duty.id for duty in rule.duties] == [
        "policy", "laws", "development", "coordination", "guarantees", "conduct", "reform",
    ]  # fmt: skip
    assert [duty.certainty for duty in rule.duties] == ["A"] * 6 + ["C"]
    assert all(duty.name[language] for duty in rule.duties for language in LANGUAGES)


def test_every_source_is_one_of_the_workspace(shanghai, rule):
    cited = {part.source for part in (*rule.duties, rule.topics, rule.themes)} - {""}
    assert cited
    assert cited <= set(shanghai.sources.index)


def test_every_topic_of_the_catalogue_is_mapped_or_context(shanghai, rule):
    assert {indicator.topic for indicator in shanghai.catalogue.values()} <= set(rule.named_topics())


def test_every_theme_of_the_bank_is_mapped_or_context(shanghai, rule):
    themes = {item.topic for item in read_bank(shanghai.root).items.values()}
    assert len(themes) > 5
    assert themes <= set(rule.named_themes())
    assert set(rule.named_themes()) == set(shanghai.settings.columns["topic"].codes)


def test_population_is_context_and_satisfaction_goes_by_theme(rule):
    assert duty_of("population", "", rule) == ""
    assert duty_of("satisfaction", "burden", rule) == "conduct"
    assert duty_of("satisfaction", "overall", rule) == ""


def test_what_nobody_named_is_an_error_and_no_context(rule):
    with pytest.raises(KeyError, match="libraries"):
        rule.of("libraries")
    with pytest.raises(KeyError, match="lunch"):
        rule.of("satisfaction", "lunch")


def test_a_claim_keeps_the_duty_that_it_says_itself(rule):
    assert with_duty(consistency(duty="reform"), rule).duty == "reform"
    assert with_duty(gap(), rule).duty == "laws"


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("topics", {"of": {"funding": "guarantee"}, "certainty": "own"}, "guarantee"),
        ("topics", {"of": {"funding": "guarantees"}, "context": ["funding"], "certainty": "own"}, "funding"),
        ("themes", {"of": {"burden": "conduct"}, "context": ["burden"], "certainty": "own"}, "burden"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(shanghai, part, content, said):
    given = shanghai.rules["duties"]
    with pytest.raises(DuzhengError, match=f"DZ-W003.*{said}"):
        duties_of(given.model_copy(update={"parameters": {**given.parameters, part: content}}))


def test_all_that_does_not_fit_is_told_at_once(shanghai):
    given = shanghai.rules["duties"]
    topics = {"of": {"funding": "guarantee"}, "context": ["funding"], "certainty": "own"}
    with pytest.raises(DuzhengError, match=r"guarantee: a duty of .*; funding: each topic and theme once"):
        duties_of(given.model_copy(update={"parameters": {**given.parameters, "topics": topics}}))
