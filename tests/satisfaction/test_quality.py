"""Pace and carelessness against simulated answers, of which it is known how each was given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.conftest import ROOT, questionnaires

from analysis.satisfaction import mobilised, pace
from analysis.satisfaction.quality.carelessness import _distances
from analysis.satisfaction.quality.ratings import runs
from analysis.surveys.simulate import read_truth, simulate
from analysis.surveys.simulate.files import TRUTHS

SURVEYS = {survey.name: survey for survey in questionnaires()}


@pytest.fixture(scope="module")
def waves():
    truths = [read_truth(path, [*SURVEYS.values()], root=ROOT) for path in sorted(ROOT.glob(TRUTHS))]
    return {truth.survey: simulate(SURVEYS[f"{truth.survey}-2025"], truth) for truth in truths}


def judged(wave):
    """Give the signs of every answer beside how it was truly given."""
    found = pace(wave.survey, wave.responses)
    return found.assign(behaviour=wave.behaviour.set_index("id")["behaviour"].reindex(found["id"]).to_numpy())


@pytest.mark.parametrize("name", ["students", "parents", "staff", "public"])
def test_simulated_carelessness_is_found_and_careful_answers_seldom_accused(waves, name):
    # Measured over the eight demonstration waves: straight 98-100 %, erratic 89-98 % of the random, speeders 97-100 %
    # and 89-97 % of them, and of the careful 0.0, 0.0-0.7 and 0.9-1.4 %. Their times come from the same reading speeds
    # that the sign of haste looks at: real people will be told apart less well.
    shares = judged(waves[name]).groupby("behaviour")[["speeder", "straight", "erratic"]].mean()
    assert shares.loc["straight", "straight"] > 0.95
    assert shares.loc["straight", "speeder"] > 0.95
    assert shares.loc["random", "erratic"] > 0.85
    assert shares.loc["random", "speeder"] > 0.8
    careful = shares.loc["careful"]
    assert careful["speeder"] < 0.02
    assert careful["straight"] < 0.003
    assert careful["erratic"] < 0.01


def test_all_places_with_enough_answers_that_were_told_are_found_and_no_other(waves):
    hits = told_ = wrong = others = 0
    for wave in waves.values():
        place = next(name for name in ("school", "place") if name in wave.responses)
        found = mobilised(wave.survey, wave.responses, place=place)
        how = wave.behaviour.set_index("id")["behaviour"].reindex(wave.responses["id"]).to_numpy()
        told = set(wave.responses.loc[how == "mobilised", place].dropna()) & set(found[place])
        named = set(found.loc[found["mobilised"], place])
        hits, told_ = hits + len(named & told), told_ + len(told)
        wrong, others = wrong + len(named - told), others + len(found) - len(told)
    assert (hits, wrong) == (told_, 0)
    assert told_ >= 10
    assert others > 450


def test_a_class_that_answers_in_one_lesson_is_not_accused_of_being_told():
    truth = read_truth(ROOT / "data/demo/students.truth.yaml", list(SURVEYS.values()), root=ROOT)
    plain = {"manner": truth.manner.model_copy(update={"mobilised": 0.0}),
             "waves": {2025: truth.waves[2025].model_copy(update={"manner": None})}}  # fmt: skip
    wave = simulate(SURVEYS["students-2025"], truth.model_copy(update=plain))
    came = wave.responses.copy()
    lesson = came["school"] == came["school"].iloc[0]
    came.loc[lesson, "started"] = pd.Timestamp("2025-10-14 10:00").as_unit("ms")
    found = mobilised(wave.survey, came, place="school").set_index("school")
    assert found.loc[came["school"].iloc[0], "p_scan"] < 1e-10
    assert not found["mobilised"].any()


def test_no_more_places_than_the_level_says_are_found_by_the_scan_where_all_come_by_chance(waves):
    wave, chance = waves["students"], np.random.default_rng(3)
    false = 0
    for _ in range(12):
        came = wave.responses.assign(school=chance.permutation(wave.responses["school"].to_numpy()))
        false += bool((mobilised(wave.survey, came, place="school")["p_scan"] <= 0.05).any())
    assert false <= 2


def test_whoever_stops_is_not_fast_in_the_section_where_they_stopped(waves):
    wave = waves["students"]
    came = wave.responses.head(200).copy()
    first = came.index[0]
    sections = [name for name in came if name.startswith("seconds[")]
    came.loc[first, sections] = [came[sections[0]].median(), 1.0, *[0.0] * (len(sections) - 2)]
    came.loc[first, "completed"] = False
    assert pace(wave.survey, came).loc[first, "fast"] == 0
    came.loc[first, "completed"] = True
    assert pace(wave.survey, came).loc[first, "fast"] == 0.5


def test_runs_pass_what_is_missing_and_end_where_a_point_changes():
    points = np.array([[1, 1, np.nan, 1, 0.5], [0.5, 1, 0.5, 1, 0.5], [np.nan] * 5, [1, 1, 1, 1, 1]])
    longest, same = runs(points)
    assert longest.tolist() == [3, 1, 0, 5]
    assert same.tolist() == [False, False, True, True]


def test_distance_is_mahalanobis_with_the_covariance_of_the_sample():
    chance = np.random.default_rng(1)
    points = chance.normal(size=(300, 4)) @ chance.normal(size=(4, 4))
    away = points - points.mean(axis=0)
    expected = np.einsum("ij,jk,ik->i", away, np.linalg.inv(np.cov(points.T)), away)
    assert np.linalg.eigvalsh(np.corrcoef(points.T))[0] > 0.01  # no eigenvalue is lifted
    assert _distances(points)[0] == pytest.approx(expected)


@pytest.mark.usefixtures("strict")
def test_a_wave_without_times_is_judged_by_its_ratings_alone(waves):
    wave = waves["staff"]
    times = [name for name in wave.responses if name.startswith("seconds")]
    found = pace(wave.survey, wave.responses.assign(**dict.fromkeys(times, np.nan)))
    assert found[["minutes", "haste", "fast"]].isna().all(axis=None)
    assert not found["speeder"].any()
    pd.testing.assert_series_equal(found["straight"], pace(wave.survey, wave.responses)["straight"])


@pytest.mark.usefixtures("strict")
def test_one_section_without_times_leaves_the_judgement_of_the_others(waves):
    wave = waves["staff"]
    first = next(name for name in wave.responses if name.startswith("seconds["))
    without = pace(wave.survey, wave.responses.assign(**{first: np.nan}))
    dropped = pace(wave.survey, wave.responses.drop(columns=first))
    pd.testing.assert_frame_equal(without, dropped)


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("many", [0, 1, 2])
def test_the_first_answers_are_looked_at_without_a_word(waves, many):
    wave = waves["public"]
    came = wave.responses.head(many)
    assert len(pace(wave.survey, came)) == many
    assert mobilised(wave.survey, came, place="place").empty


def test_a_respondent_without_ratings_or_times_is_not_judged():
    truth = read_truth(ROOT / "data/demo/staff.truth.yaml", [*SURVEYS.values()], root=ROOT)
    wave = simulate(SURVEYS["staff-2025"], truth, n=60, seed=2)
    came = wave.responses.copy()
    for name in came.columns[came.columns.get_loc("seconds") + 1 :]:
        came.loc[came.index[0], name] = 0.0 if name.startswith("seconds") else pd.NA
    found = pace(wave.survey, came).iloc[0]
    assert found[["speeder", "straight", "erratic"]].tolist() == [False] * 3
    assert np.isnan(found["flat"])
    assert np.isnan(found["distance"])
