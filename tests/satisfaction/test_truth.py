"""The truth of simulated respondents lies in the intervals of indices as often as they say."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.conftest import ROOT, questionnaires

from analysis.satisfaction import index
from analysis.surveys.collected import Collected
from analysis.surveys.design import design_of
from analysis.surveys.simulate import read_truth, simulate, true_indices
from analysis.surveys.simulate.recovered import fair

SURVEYS = {survey.name: survey for survey in questionnaires()}
REPLICATIONS = 200


def replicated():
    """Draw and estimate 200 waves of students of one truth: indices of the city and of its districts, 95 %."""
    survey = SURVEYS["students-2025"]
    truth = fair(read_truth(ROOT / "data/demo/students.truth.yaml", list(SURVEYS.values())), survey)
    true = true_indices(truth, survey).rename(columns={"mean": "truth"})[["index", "unit", "truth"]]
    found = []
    for seed in range(REPLICATIONS):
        made = simulate(survey, truth, seed=1000 + seed)
        wave = Collected(survey, synthetic=True, responses=made.responses, log=made.log, margins=made.margins)
        table = index(design_of(wave), by="district").table.rename(columns={"district": "unit"})
        found.append(table.merge(true, on=["index", "unit"]).assign(seed=seed))
    rows = pd.concat(found, ignore_index=True)
    return rows.assign(inside=rows["truth"].between(rows["lower"], rows["upper"]))


def the_truth_of_districts_comes_back_at_the_stated_rate(replicated):
    """19,200 intervals of about 5 degrees of freedom; a linearised variance of few places is a little low."""
    rows = replicated[replicated["unit"].notna()]
    assert len(rows) == REPLICATIONS * 16 * 6
    assert 0.93 <= rows["inside"].mean() <= 0.965


def the_truth_of_the_city_comes_back_at_the_stated_rate(replicated):
    """1,200 intervals, six of a wave: for 200 independent waves the standard error of the rate is 1.5 points."""
    rows = replicated[replicated["unit"].isna()]
    assert len(rows) == REPLICATIONS * 6
    assert 0.92 <= rows["inside"].mean() <= 0.98


def estimates_are_not_biased(replicated):
    rows = replicated[replicated["unit"].isna()]
    away = ((rows["estimate"] - rows["truth"]) / rows["se"]).groupby(rows["index"]).mean()
    assert away.abs().max() < 3.5 / REPLICATIONS**0.5 * 1.15


@pytest.mark.slow
def test_the_truth_comes_back_at_the_stated_rates_and_without_bias():
    """One test, so that no two workers draw the waves."""
    found = replicated()
    the_truth_of_districts_comes_back_at_the_stated_rate(found)
    the_truth_of_the_city_comes_back_at_the_stated_rate(found)
    estimates_are_not_biased(found)
