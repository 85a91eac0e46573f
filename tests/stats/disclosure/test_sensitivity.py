"""Sensitivity: which cells are, why, and how uncertain they must stay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.messages import DuzhengError
from analysis.stats.disclosure import Rule, primary


def cells_of(**columns):
    return pd.DataFrame({"cell": [chr(97 + i) for i in range(len(next(iter(columns.values()))))], **columns})


def test_from_one_contributor_to_one_below_the_threshold():
    cells = cells_of(value=[0, 1, 9, 10], n=[0, 1, 9, 10])
    assert primary(cells)["cell"].tolist() == ["b", "c"]
    assert primary(cells, Rule(zeros=True))["cell"].tolist() == ["a", "b", "c"]


def test_the_interval_must_reach_the_threshold_and_be_as_wide():
    found = primary(cells_of(value=[3], n=[3])).iloc[0]
    assert (found["low"], found["high"], found["width"]) == (3, 10, 10)
    assert primary(cells_of(value=[3], n=[3]), Rule(width=4)).loc[0, "width"] == 4


def test_clusters_count_where_there_are_some():
    cells = cells_of(value=[200, 200, 200, 5], n=[200, 200, 200, 5], clusters=[1, 3, np.nan, 1])
    found = primary(cells, Rule(clusters=3))
    assert found[["cell", "reason", "width"]].to_numpy().tolist() == [["a", "clusters", 20], ["d", "few", 10]]


def test_the_p_percent_rule_by_hand():
    # The rest of a is 5, below 10 % of 80: it must be uncertain by 3 to each side. That of b is 20.
    cells = cells_of(value=[100.0, 100], n=[50, 50], largest=[80, 60], second=[15, 20])
    found = primary(cells, Rule(dominance=10))
    assert found[["cell", "reason", "low", "high"]].to_numpy().tolist() == [["a", "dominance", 97, 103]]


def test_a_sum_is_sensitive_by_its_contributors_and_protected_by_its_width():
    cells = cells_of(value=[300.0, 300], n=[4, 4], width=[40, np.nan])
    found = primary(cells)
    assert found[["high", "width"]].to_numpy().tolist() == [[300, 40], [300, 30]]


def test_all_faults_of_a_rule_are_told():
    with pytest.raises(DuzhengError) as error:
        Rule(threshold=0, clusters=-1, dominance=200, width=-1, share=-1)
    assert len(error.value.faults) == 5
    with pytest.raises(DuzhengError, match="without 'clusters'"):
        primary(cells_of(value=[1], n=[1]), Rule(clusters=3))
