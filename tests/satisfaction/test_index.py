"""Indices: a named conversion beside every value, groups apart unless weights are declared, and honest intervals."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from analysis.messages import DuzhengError
from analysis.satisfaction import index, pool
from analysis.satisfaction.indices.index import indices_of, scored
from analysis.surveys.example import example_design

DESIGN = example_design(schools=8)


def test_an_index_is_the_designs_mean_of_scores_in_all_and_by_group():
    found = index(DESIGN, "ixTeach", by="district").table
    sample = scored(DESIGN, indices_of(DESIGN, "ixTeach"))
    whole, parts = sample.mean("ixTeach", df="domain"), sample.mean("ixTeach", by="district", df="domain")
    columns = ["estimate", "se", "lower", "upper", "df"]
    pd.testing.assert_frame_equal(found[columns], pd.concat([whole, parts], ignore_index=True)[columns])
    assert found["district"].tolist()[1:] == ["a", "b"]
    assert found["district"].isna().iloc[0]


def test_every_value_carries_its_measure():
    assert set(index(DESIGN).table["measure"]) == {"linear_0_100"}
    assert set(index(DESIGN, conversion="top2").table["measure"]) == {"top2_of_7"}


def test_degrees_of_freedom_are_the_groups_and_few_ask_for_caution():
    """The rule's bound of 8 (NCHS 2017): five schools in one district leave 4 degrees of freedom."""
    found = index(example_design(), "whole", by="district").table
    assert found["df"].tolist() == [8, 4, 4]
    assert found["precision"].tolist() == ["publish", "caution", "caution"]


def test_small_groups_are_there_without_figures():
    few = DESIGN.only(
        (DESIGN.wave.responses["district"] == "a") | (DESIGN.wave.responses["id"].isin(["EX-200", "EX-201"]))
    )
    found = index(few, "whole", by="district").table.set_index("district")
    assert found.loc["b", "precision"] == "suppress"
    assert np.isnan(found.loc["b", ["estimate", "se", "lower", "upper"]].astype(float)).all()
    assert found.loc["b", "n"] == 2


def test_topics_make_an_index_each():
    found = index(DESIGN, "topics").table
    assert found["index"].tolist() == ["lessons", "place", "fairness", "whole"]


def test_respondent_groups_stand_beside_each_other_until_weights_are_declared():
    from dataclasses import replace

    sheet = DESIGN.survey.questionnaire.model_copy(update={"id": "others"})
    others = replace(DESIGN.wave, survey=replace(DESIGN.survey, questionnaire=sheet))
    second = replace(DESIGN, wave=others)
    both = index([DESIGN, second], "whole")
    assert both.table["survey"].tolist() == ["example", "others"]
    whole = pool(both, {"example": 0.25, "others": 0.75}).table.iloc[0]
    one = both.table.iloc[0]
    assert whole["estimate"] == pytest.approx(one["estimate"])
    assert whole["se"] == pytest.approx(one["se"] * np.sqrt(0.25**2 + 0.75**2))
    assert "25% example" in whole["survey"]
    with pytest.raises(DuzhengError, match="2 faults"):
        pool(both, {"example": 0.5})


def test_an_open_sample_says_that_it_speaks_of_respondents_only():
    found = index(example_design("open"))
    said = str(found.explain("en")) + found.subtitle("en") + found.readers("en").as_raw_html()
    assert "No sampling error is claimed" in said
    assert "respondents only" in said
    assert not re.search("significan|显著", said + str(found.explain("zh-Hans")))


def test_a_result_says_where_it_came_from(shanghai_design):
    found = str(index(shanghai_design, by="district").explain("en"))
    for part in (
        "students-2025: a probability sample",
        "sha256:",
        "linearised",
        "simulated",
        "calibrated",
        "own choice",
    ):
        assert part in found
    assert "data/demo/responses/students/2025/responses.parquet" in found


def test_the_replication_script_computes_what_was_shown(tmp_path):
    script = index(DESIGN, ["ixTeach", "whole"], by="district").as_r(tmp_path).read_text(encoding="utf-8")
    assert "svyby(~`ixTeach`" in script or "svyby(~ixTeach" in script
    assert "postStratify" in script
    assert len(pd.read_csv(tmp_path / "data.csv")) == len(DESIGN.data)


def test_what_is_not_there_is_told_with_what_is_near():
    with pytest.raises(DuzhengError, match="Did you mean ixTeach"):
        index(DESIGN, "ixTech")
    with pytest.raises(DuzhengError, match="Did you mean district"):
        index(DESIGN, by="distrct")


@pytest.mark.parametrize("by", ["words", "id", "seconds", "school", ["district", "district"]])
def test_words_ids_numbers_and_places_make_no_groups(by):
    with pytest.raises(DuzhengError, match="DZ-S002"):
        index(DESIGN, by=by)


def test_two_groups_are_held_back_where_one_would_be_found_from_the_total():
    wide = example_design(districts=4, schools=3)
    rows = wide.wave.responses
    few = wide.only((rows["district"] != "c") | (rows.index % 15 == 0))
    found = index(few, "whole", by="district").table.set_index("district")
    assert (found["precision"] == "suppress").sum() == 2
    assert found.loc["c", "precision"] == "suppress"


def test_an_index_that_nobody_answered_stops_no_other():
    from dataclasses import replace

    from analysis.surveys.design import design_of

    none = DESIGN.wave.responses.assign(whole=DESIGN.wave.responses["whole"].where(DESIGN.wave.responses.index < 0))
    found = index(design_of(replace(DESIGN.wave, responses=none))).table.set_index("index")
    assert found.loc["ixWhole", ["n", "note"]].tolist() == [0, "nobody has a value"]
    assert found.loc["ixTeach", "n"] > 0


def test_intervals_end_where_the_scale_does():
    best = DESIGN.wave.responses.assign(whole=(DESIGN.wave.responses.index % 40 > 0) * 6 + 1)
    from dataclasses import replace

    from analysis.surveys.design import design_of

    few = design_of(replace(DESIGN.wave, responses=best.astype({"whole": "Int16"})))
    found = index(few, "whole", by="district").table
    assert found["upper"].max() <= 100


def test_answers_without_a_group_are_counted():
    from dataclasses import replace

    from analysis.surveys.design import design_of

    rows = DESIGN.wave.responses
    some = design_of(replace(DESIGN.wave, responses=rows.assign(stay=rows["stay"].where(rows.index % 4 > 0))))
    assert "80 answers of example-2025 have no value of Boarding" in str(index(some, by="stay").explain("en"))


def test_what_is_given_is_held_to_what_a_verb_takes():
    for wrong in ([], None, "students", [DESIGN, DESIGN]):
        with pytest.raises(DuzhengError, match="DZ-S002"):
            index(wrong)
    for more in ({"level": 2}, {"least": 2}, {"least": -1}):
        with pytest.raises(DuzhengError, match="DZ-S002"):
            index(DESIGN, **more)
    with pytest.raises(DuzhengError, match="a result of index"):
        pool(index(DESIGN), [0.5, 0.5])


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("districts", [1, 16])
def test_the_chart_is_as_it_was_found_right(stored_svg, districts, language):
    design = example_design(districts=districts, language=language)
    if districts > 1:  # a district without answers, and one with too few
        rows = design.wave.responses
        design = design.only((rows["district"] != "c") & ((rows["district"] != "d") | (rows.index % 25 == 0)))
    stored_svg(f"index_{language}_{districts}", index(design, by="district").chart().spec, language)


def test_waves_stand_beside_each_other(stored_svg):
    waves = [example_design(wave=2024), example_design(wave=2025, shift=0.5)]
    stored_svg("index_waves", index(waves).chart().spec)
