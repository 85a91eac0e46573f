"""Precision: what may be published, what is shown with caution, and what is held back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.messages import DuzhengError
from analysis.satisfaction import classified
from analysis.satisfaction.precision import FIGURES, Precision, complementary
from analysis.workspace.rules import RuleSet


def rows(**columns):
    return pd.DataFrame({"n": 100, "df": 20.0, "estimate": 60.0, "lower": 55.0, "upper": 65.0} | columns, index=[0])


@pytest.mark.parametrize(
    ("columns", "expected"),
    [({}, "publish"), ({"n": 29}, "caution"), ({"n": 9}, "suppress"), ({"df": 7.9}, "caution"),
     ({"df": 8.0}, "publish"),
     ({"upper": 75.1}, "caution"), ({"upper": 75.0}, "publish"), ({"lower": np.nan}, "caution")],
)  # fmt: skip
def test_each_bound_counts(columns, expected):
    assert classified(rows(**columns))["precision"].tolist() == [expected]


def test_the_weakest_bound_decides():
    assert classified(rows(n=5, df=2.0))["precision"].tolist() == ["suppress"]


def test_figures_of_suppressed_rows_are_gone_but_for_how_many_answered():
    found = classified(rows(n=9))
    assert found[["estimate", "lower", "upper", "df"]].isna().all(axis=None)
    assert found["n"].tolist() == [9]
    assert classified(rows(n=9), hide=False)["estimate"].tolist() == [60]


def test_widths_say_nothing_of_what_is_not_in_points():
    assert classified(rows(upper=500.0), points=False)["precision"].tolist() == ["publish"]


def test_bounds_come_from_a_rule_set_of_that_name():
    rule = RuleSet(id="precision", title={"zh-Hans": "甲"}, certainty="own", parameters={"suppress_below": 200})
    assert classified(rows(), rule)["precision"].tolist() == ["suppress"]
    assert classified(rows(), Precision(caution_below=200))["precision"].tolist() == ["caution"]
    with pytest.raises(DuzhengError, match="DZ-S002"):
        classified(rows(), rule.model_copy(update={"id": "other"}))


def groups(counts, sets=None):
    table = pd.DataFrame({"set": sets or ["one"] * len(counts), "group": range(len(counts)), "n": counts})
    return classified(table.assign(estimate=60.0, se=1.0, lower=55.0, upper=65.0, df=20.0, psus=9))


def test_a_group_alone_takes_the_smallest_other_with_it_and_only_its_figures_go():
    found = complementary(groups([300, 7, 40, 41]), ["set"])
    assert found["precision"].tolist() == ["publish", "suppress", "suppress", "publish"]
    assert found.loc[2, ["estimate", "se", "lower", "upper", "df", "psus"]].isna().all()
    assert found["n"].tolist() == [300, 7, 40, 41]


def test_groups_of_nobody_hide_nothing_and_two_small_ones_hide_each_other():
    assert complementary(groups([0, 7, 40]), ["set"])["precision"].tolist() == ["suppress"] * 3
    assert complementary(groups([0, 50, 40]), ["set"])["precision"].tolist() == ["suppress", "publish", "publish"]
    assert complementary(groups([3, 7, 40]), ["set"])["precision"].tolist() == ["suppress", "suppress", "publish"]


def test_totals_that_stand_in_the_table_are_left_alone():
    table = groups([30, 7, 40])
    found = complementary(table, ["set"], among=table["group"] > 0)
    assert found["precision"].tolist() == ["publish", "suppress", "suppress"]


def test_what_was_given_is_not_changed():
    table = groups([300, 7, 40])
    before = table.copy()
    complementary(table, ["set"])
    pd.testing.assert_frame_equal(table, before)


@given(st.lists(st.tuples(st.sampled_from(["x", "y", None]), st.integers(0, 60)), min_size=1, max_size=24))
@settings(deadline=None, max_examples=60)
def test_no_set_ever_has_exactly_one_group_held_back_beside_shown_ones(drawn):
    before = groups([n for _, n in drawn], [name for name, _ in drawn])
    found = complementary(before, ["set"])
    there = found[found["n"] > 0]
    for _, mine in there.groupby("set", dropna=False):
        held = (mine["precision"] == "suppress").sum()
        assert held != 1 or len(mine) == 1
    # No more than one is added to a set, nothing is shown that was not, and what is held back has no figure.
    added = (found["precision"] == "suppress") & (before["precision"] != "suppress")
    assert added.groupby(found["set"], dropna=False).sum().max() <= 1
    assert ((found["precision"] == before["precision"]) | added).all()
    figures = [name for name in found if name in FIGURES]
    assert found.loc[found["precision"] == "suppress", figures].isna().all(axis=None)
    pd.testing.assert_series_equal(complementary(found, ["set"])["precision"], found["precision"])
