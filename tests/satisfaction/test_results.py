"""What holds of the results of all verbs: each explains itself, draws itself, and claims no more than was drawn."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
from tests.conftest import ROOT

import analysis
from analysis import satisfaction
from analysis.messages import DuzhengError
from analysis.satisfaction import Above, SurveyResult
from analysis.surveys.example import example_design

LANGUAGES = ("zh-Hans", "en")
FRAME = satisfaction.read_code_frame(ROOT, "education")
COMMENTS = (
    "希望操场再大一点，跑步的时候不挤。",
    "The canteen food is cold and there is too little of it.",
    "作业太多，睡得太晚。",
    "老师讲得很清楚，我很喜欢上课。",
    "厕所有味道，希望经常打扫。",
)
#: What says that something is more than chance: no word of it is said of who was not drawn.
CHANCE = re.compile(r"significan|显著|\bp\s*[<=＜]|p 值|\*\*", re.IGNORECASE)


@cache
def waves(kind):
    """Two waves of an invented questionnaire, with comments."""
    made = [example_design(kind, year, schools=12, shift=shift) for year, shift in ((2024, 0.0), (2025, 0.3))]
    for each in made:
        each.wave.responses["words"] = [COMMENTS[k % 5] if k % 3 else None for k in range(len(each.data))]
    return tuple(each.only(each.wave.responses["id"].notna()) for each in made)


VERBS = {
    "index": lambda _, now: satisfaction.index(now, by="district"),
    "pool": lambda _, now: satisfaction.pool(satisfaction.index(now), {"example": 1.0}),
    "changes": lambda before, now: satisfaction.changes(before, now, by="district"),
    "comparability": satisfaction.comparability,
    "scales": lambda before, now: satisfaction.scales([before, now], by="district"),
    "drivers": lambda _, now: satisfaction.drivers(now, replicates=50),
    "importance": lambda _, now: satisfaction.importance(now, replicates=50),
    "crosstab": lambda _, now: satisfaction.crosstab(now),
    "doubts": lambda _, now: satisfaction.doubts(now),
    "nonresponse": lambda _, now: satisfaction.nonresponse(now),
    "comments": lambda _, now: satisfaction.comments(now, FRAME, by="district"),
    "key_terms": lambda _, now: satisfaction.key_terms(now, by="district"),
    "quotations": lambda _, now: satisfaction.quotations(now, FRAME),
    "multiverse": lambda _, now: satisfaction.multiverse(
        now, Above("ixWhole", column="district", code="a"), {"conversion": ["linear_0_100", "top2"]}
    ),
    "with_and_without": lambda _, now: satisfaction.with_and_without(now, satisfaction.doubts(now)),
}
#: Verbs without a chart, and those of which R has nothing to compute.
NO_CHART = {"comparability", "quotations", "with_and_without"}


@cache
def found(verb, kind):
    return VERBS[verb](*waves(kind))


@cache
def drawn(verb, kind, language):
    """Give the specification of a chart as text; none of verbs without one."""
    return "" if verb in NO_CHART else json.dumps(found(verb, kind).chart(language).spec, ensure_ascii=False)


def test_every_verb_on_an_open_workspace_is_tried_here():
    assert set(analysis.ANALYSES) == set(VERBS)


@pytest.mark.parametrize("kind", ["probability", "census", "open"])
@pytest.mark.parametrize("verb", VERBS)
def test_a_result_explains_itself_in_both_languages_and_is_marked(verb, kind):
    result = found(verb, kind)
    assert isinstance(result, SurveyResult)
    for language, notice in (("zh-Hans", "模拟"), ("en", "simulated")):
        said = str(result.explain(language))
        assert "example-2025" in said
        assert notice in said
        table = result.readers(language).as_raw_html()
        assert notice in table
        if language == "en":
            assert not re.search("[\u4e00-\u9fff]", re.sub(r"「[^」]*」", "", said)), said
        if verb not in NO_CHART:
            assert notice in drawn(verb, kind, language)


@pytest.mark.parametrize("kind", ["census", "open"])
@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_said_to_be_more_than_chance_where_nobody_was_drawn(verb, kind):
    result = found(verb, kind)
    for name in ("p", "p_adjusted"):
        assert name not in result.table or result.table[name].isna().all()
    for language in LANGUAGES:
        said = str(result.explain(language)) + result.readers(language).as_raw_html() + drawn(verb, kind, language)
        assert not CHANCE.search(re.sub(r"<style>.*?</style>", "", said, flags=re.DOTALL)), CHANCE.search(said)


@pytest.mark.parametrize("verb", VERBS)
def test_a_result_writes_a_script_or_says_that_there_is_none(verb, tmp_path):
    try:
        path = found(verb, "probability").as_r(tmp_path)
    except DuzhengError as error:
        assert error.faults[0].code == "DZ-S002"  # noqa: PT017  one of two outcomes
        assert not list(tmp_path.iterdir())
    else:
        assert path.exists()
        assert list(tmp_path.rglob("*.R"))
