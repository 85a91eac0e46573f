"""Replicate weights: R's numbers, and agreement with linearisation where both hold."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from tests.stats.reference import ENTRIES, STYPE, data, design

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign

DESIGNS = {
    "j1": ("dclus1_nofpc", "JK1"),
    "jn": ("dstrat_nofpc", "JKn"),
    "jf": ("dclus1", "JK1"),
    "jnf": ("dstrat", "JKn"),
}


def mean(rows: pd.DataFrame, weights: np.ndarray) -> float:
    return float(np.average(rows["api00"], weights=weights))


@pytest.mark.parametrize("key", [key for key in ENTRIES if key.startswith("mean_api00_rep_")])
def test_jackknife_is_r_s(key):
    entry = ENTRIES[key]
    name, method = DESIGNS[entry["design"]]
    made = design(name).replicates(method)
    row = made.estimate(mean, df=math.inf).iloc[0]
    assert [row["estimate"], row["se"]] == pytest.approx([entry["value"], entry["se"]], rel=1e-9)
    assert [row["lower"], row["upper"]] == pytest.approx(entry["ci"], rel=1e-9)
    by = made.estimate(mean, by="stype").set_index("stype")
    for column, r in (("estimate", "by_stype"), ("se", "by_stype_se")):
        assert by[column].to_dict() == pytest.approx(entry["extra"][r], rel=1e-9)


@pytest.mark.parametrize("name", ["dstrat", "dclus1", "dclus1_nofpc"])
def test_totals_by_jackknife_are_the_linearised_ones(name):
    # For a statistic that is linear in the weights the two are the same number.
    method = "JKn" if name == "dstrat" else "JK1"
    row = design(name).replicates(method).estimate(lambda d, w: float(np.sum(w * d["enroll"]))).iloc[0]
    assert row["se"] == pytest.approx(design(name).total("enroll")["se"][0], rel=1e-10)


@pytest.mark.parametrize("name", ["dstrat", "dclus1"])
def test_bootstrap_nears_the_linearised_error(name):
    row = design(name).replicates("bootstrap", count=1000, seed=3).estimate(mean).iloc[0]
    # The error of a standard error from 1,000 replicates is 1 / √2000 = 2.2 %; clusters add the curvature of a ratio.
    assert row["se"] == pytest.approx(design(name).mean("api00")["se"][0], rel=0.09)
    again = design(name).replicates("bootstrap", count=1000, seed=3).estimate(mean).iloc[0]
    assert row["se"] == again["se"]


def test_calibrated_weights_are_calibrated_anew():
    plan = design("dclus1p")
    made = plan.replicates("JK1")
    frame = data("apiclus1")
    for r in (0, 7):
        held = pd.Series(made.weights(r)).groupby(frame["stype"]).sum()
        assert list(held) == pytest.approx(list(STYPE["total"]))
    row = made.estimate(mean).iloc[0]
    assert row["estimate"] == pytest.approx(plan.mean("api00")["estimate"][0])
    assert row["se"] == pytest.approx(plan.mean("api00")["se"][0], rel=0.2)


def test_several_statistics_of_one_function_and_domains_of_one_psu():
    made = design("dclus1").replicates("JK1")

    def both(rows, weights):
        return {"mean": mean(rows, weights), "gap": float(rows["api00"].max() - rows["api00"].min())}

    found = made.estimate(both, by="cname")
    assert list(found["variable"].unique()) == ["mean", "gap"]
    one = found[found["psus"] == 1]
    assert one["se"].isna().all()
    assert one["note"].str.contains("one PSU").all()
    two = made.estimate(both, by="stype", centre="estimate")
    assert (two["se"].to_numpy() >= made.estimate(both, by="stype")["se"].to_numpy() * (1 - 1e-12)).all()


def test_what_can_t_be_replicated_is_said():
    with pytest.raises(DuzhengError, match="JK1 with 3 strata"):
        design("dstrat").replicates("JK1")
    with pytest.raises(DuzhengError, match="lonely_psu='average'"):
        SurveyDesign(data("apistrat_lonely"), weights="pw", strata="str2", lonely_psu="average").replicates()
    with pytest.raises(DuzhengError, match="a statistic that gives str"):
        design("dclus1").replicates("JK1").estimate(lambda *_: "much")
    assert "second-stage" in design("dclus2").replicates("JK1").estimate(mean)["note"][0]
