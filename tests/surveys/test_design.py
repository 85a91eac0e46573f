"""The design of a wave: weights, units and finite populations come from the log, never from what is typed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign
from analysis.surveys.design import design_of
from analysis.surveys.example import example_design


def test_weights_are_the_inverse_of_both_chances_times_who_answered():
    """By hand: 15 places in a stratum, 5 drawn and all answered, 60 to 120 persons, 20 answers each."""
    made = example_design()
    plain = made.reweighted("design")
    log = made.wave.log.set_index("school")
    expected = 15 / 5 * made.data["school"].astype("str").map(log["persons"]) / 20
    assert plain.data["weight"].to_numpy() == pytest.approx(expected.to_numpy())


def test_calibrated_weights_add_up_to_the_margin_and_design_weights_need_not():
    made = example_design()
    totals = made.wave.margins[0].set_index("district")["total"]
    sums = made.sample.current_weights().groupby(made.data["district"].astype("str")).sum()
    assert sums.to_dict() == pytest.approx(totals.to_dict())
    assert made.reweighted("none").sample.current_weights().eq(1).all()


def test_the_same_design_written_by_hand_gives_the_same_error():
    made = example_design().reweighted("design")
    log = made.wave.log.set_index("school")
    rows = made.wave.responses.assign(n=15.0)
    school = rows["school"]
    rows["m"] = school.map(log["persons"]).astype(float)
    rows["w"] = 3 * rows["m"] / 20
    by_hand = SurveyDesign(rows, weights="w", strata="district", psu="school", ssu="id", fpc=("n", "m"))
    ours, theirs = (each.mean("whole", df="domain")[["estimate", "se", "df"]] for each in (made.sample, by_hand))
    pd.testing.assert_frame_equal(ours, theirs)


def test_a_place_without_answers_is_stood_for_by_its_stratum_and_that_is_said():
    made = example_design()
    silent = made.only(made.wave.responses["school"] != "a01")
    assert silent.reweighted("design").sample.plan.weight.sum() > 0
    by_district = silent.reweighted("design").data.groupby("district", observed=True)["weight"].sum()
    log = made.wave.log
    reached = log[(log["district"] == "a") & (log["school"] != "a01")]["persons"].sum()
    assert by_district["a"] == pytest.approx(15 / 4 * reached)
    assert any("1 of 10 places" in note["en"] for note in silent.notes)


def test_a_census_without_nonresponse_has_no_error_and_with_it_one_of_a_model():
    part = example_design("census")
    log = part.wave.log.assign(persons=20)
    whole = design_of(replace(part.wave, log=log))
    assert whole.sample.mean("whole")["se"].tolist() == pytest.approx([0], abs=1e-12)
    assert part.sample.mean("whole")["se"].iloc[0] > 0
    assert not part.tested


def test_an_open_sample_has_places_for_clusters_and_whoever_came_without_one_alone():
    made = example_design("open", persons=4)
    answers = made.wave.responses.copy()
    answers.loc[[0, 1], "place"] = None
    again = design_of(replace(made.wave, responses=answers), weighting="design")
    assert again.data["weight"].eq(1).all()
    assert again.data["cluster"].nunique() == answers["place"].nunique() + 2
    assert not again.tested


def test_answers_without_a_margin_keep_their_share_and_the_rest_is_weighted():
    made = example_design("open")
    answers = made.wave.responses.copy()
    answers.loc[answers.index[:20], "district"] = None
    again = design_of(replace(made.wave, responses=answers))
    sums = again.sample.current_weights().groupby(again.data["district"].astype("object").fillna("none")).sum()
    whole = made.wave.margins[0]["total"].sum()
    assert sums["none"] == pytest.approx(whole * 20 / 200)
    assert sums["a"] / sums["b"] == pytest.approx(1000 / 1100)
    assert any("20 answers lack" in note["en"] for note in again.notes)


def test_categories_that_nobody_answered_for_are_left_out_and_said():
    made = example_design()
    only = made.only(made.wave.responses["district"] == "a")
    assert only.sample.plan.weight.sum() == pytest.approx(1000)
    assert any("52 % of the total" in note["en"] for note in only.notes)


def test_places_drawn_with_unequal_chances_have_no_finite_population_and_certain_ones_are_strata():
    made = example_design()
    log = made.wave.log.assign(method="pps", certainty=False, probability_place=0.4)
    log.loc[log["school"] == "a01", ["certainty", "probability_place"]] = [True, 1.0]
    again = design_of(replace(made.wave, log=log), weighting="design").sample
    of_certain = again.data[again.data["school"] == "a01"]
    assert of_certain["cluster"].nunique() == len(of_certain) == 20
    assert of_certain["stratum"].unique().tolist() == ["a01"]
    assert np.isinf(again.data.loc[again.data["school"] != "a01", "fpc_places"]).all()
    assert of_certain["fpc_places"].eq(of_certain["fpc_persons"].iloc[0] if "fpc_persons" in of_certain else 60).all()


def test_answers_from_places_that_were_not_drawn_are_refused():
    made = example_design()
    answers = made.wave.responses.copy()
    answers.loc[3, "school"] = "z99"
    with pytest.raises(DuzhengError, match="1 answers from 1 places such as 'z99'"):
        design_of(replace(made.wave, responses=answers))


def test_a_wave_without_answers_is_refused():
    made = example_design()
    with pytest.raises(DuzhengError, match="DZ-S003"):
        design_of(replace(made.wave, responses=made.wave.responses.iloc[:0]))


def test_codes_are_in_the_order_of_the_questionnaire():
    assert example_design().data["stay"].cat.categories.tolist() == ["yes", "no"]
