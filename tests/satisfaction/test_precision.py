"""Precision: what may be published, what is shown with caution, and what is held back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.messages import DuzhengError
from analysis.satisfaction import classified
from analysis.satisfaction.precision import Precision
from analysis.workspace.rules import RuleSet


def rows(**columns):
    return pd.DataFrame({"n": 100, "df": 20.0, "estimate": 60.0, "lower": 55.0, "upper": 65.0} | columns, index=[0])


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, "publish"), ({"n": 29}, "caution"), ({"n": 9}, "suppress"), ({"df": 7.9}, "caution"),
     ({"df": 8.0}, "publish"),
     ({"upper": 75.1}, "caution"), ({"upper": 75.0}, "publish"), ({"lower": np.nan}, "caution")],
)  # fmt: skip
def test_each_bound_counts(given, expected):
    assert classified(rows(**given))["precision"].tolist() == [expected]


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
