"""Scores: conversions have names, missing answers a declared treatment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.messages import DuzhengError
from analysis.surveys.example import example_survey
from analysis.surveys.questionnaire import Index
from analysis.surveys.scores import CONVERSIONS, item_score, measure_of, score

SURVEY = example_survey()
TEACH = SURVEY.questionnaire.analyses.indices[0]


def answers(clear, lively, **more):
    frame = {"clear": pd.array(clear, "Int16"), "lively": pd.array(lively, "Int16")}
    return pd.DataFrame(frame | {name: pd.Series(values, dtype="str") for name, values in more.items()})


def test_the_three_conversions_of_seven_points_are_the_published_ones():
    """(x − 1) / 6 · 100 is Fornell et al. (1996) for one item from 1 to 7; the others are arithmetic."""
    rows = answers([1, 4, 6, 7], [1, 4, 6, 7])
    assert score(SURVEY, TEACH, rows).tolist() == pytest.approx([0, 50, 100 * 5 / 6, 100])
    assert score(SURVEY, TEACH, rows, conversion="points_20_100").tolist() == pytest.approx(
        [100 / 7, 400 / 7, 600 / 7, 100]
    )
    assert score(SURVEY, TEACH, rows, conversion="top2").tolist() == [0, 0, 100, 100]
    assert score(SURVEY, TEACH, rows, conversion="mean").tolist() == [1, 4, 6, 7]


def test_five_points_by_the_other_convention_are_20_to_100():
    """The convention of the survey of 2005 cited as S58 in Chinese reports: five levels count 20, 40, 60, 80, 100."""
    from analysis.surveys.scores import converted

    found = converted(np.array([1.0, 2, 3, 4, 5]), [1, 2, 3, 4, 5], "points_20_100")
    assert found.tolist() == [20, 40, 60, 80, 100]


def test_a_measure_names_the_length_of_its_scale_where_that_matters():
    assert measure_of(SURVEY, TEACH) == "linear_0_100"
    assert measure_of(SURVEY, TEACH, "top2") == "top2_of_7"


def test_declared_weights_weigh():
    index = TEACH.model_copy(update={"weights": (3.0, 1.0)})
    assert score(SURVEY, index, answers([7], [1])).tolist() == [75]


def test_who_left_an_item_out_has_no_value_unless_fewer_are_declared_enough():
    rows = answers([7, None], [None, None])
    assert score(SURVEY, TEACH, rows).isna().all()
    assert score(SURVEY, TEACH, rows, least=0.5).tolist() == pytest.approx([100, np.nan], nan_ok=True)


def test_dont_know_is_worth_what_is_declared_and_nothing_else_is_touched():
    rows = answers([None, None], [7, 7], **{"clear[missing]": ["DK", None]})
    assert score(SURVEY, TEACH, rows).isna().all()
    assert score(SURVEY, TEACH, rows, dont_know="middle").tolist() == pytest.approx([75, np.nan], nan_ok=True)
    assert score(SURVEY, TEACH, rows, dont_know="lowest").tolist() == pytest.approx([50, np.nan], nan_ok=True)
    assert score(SURVEY, TEACH, rows, refused="lowest").isna().all()


def test_the_middle_of_an_even_scale_lies_between_two_points():
    index = TEACH.model_copy(update={"dont_know": "middle"})
    rows = answers([None], [4], **{"clear[missing]": ["DK"]})
    assert score(SURVEY, index, rows, conversion="top2").tolist() == [0]
    assert score(SURVEY, index, rows, conversion="mean").tolist() == [4]


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=1, max_size=20), st.sampled_from(CONVERSIONS))
def test_better_answers_never_score_less(points, conversion):
    low = answers([a for a, _ in points], [b for _, b in points])
    high = answers([min(a + 1, 7) for a, _ in points], [b for _, b in points])
    of = {"conversion": conversion}
    assert (score(SURVEY, TEACH, high, **of) >= score(SURVEY, TEACH, low, **of)).all()


def test_an_item_is_an_index_of_itself():
    rows = answers([1, 7, None], [4, 4, 4])
    one = Index(id="one", name={"zh-Hans": "一"}, items=("clear",))
    pd.testing.assert_series_equal(item_score(SURVEY, "clear", rows), score(SURVEY, one, rows), check_names=False)


def test_unknown_choices_are_refused():
    for wrong in ({"conversion": "per_cent"}, {"dont_know": "highest"}):
        with pytest.raises(DuzhengError, match="DZ-S002"):
            score(SURVEY, TEACH, answers([1], [1]), **wrong)
