"""Deviations of groups from all: what the contrast of totals gives, group by group, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign
from analysis.stats.design.deviations import ALONE
from analysis.stats.design.estimates import ONE_PSU


def sample(seed=4, rows=600, *, calibrated=False):
    g = np.random.default_rng(seed)
    school = g.integers(0, 24, rows)
    data = pd.DataFrame({
        "w": 1 + g.random(rows), "school": school, "stratum": school // 6, "person": np.arange(rows), "schools": 30,
        "persons": 200, "district": np.array(list("abcd"))[school // 6], "half": np.where(school % 2, "x", "y"),
        "y": np.where(g.random(rows) < 0.1, np.nan, school % 5 + g.normal(0, 2, rows)),
    })  # fmt: skip
    data.loc[g.random(rows) < 0.05, "half"] = None
    made = SurveyDesign(data, weights="w", strata="stratum", psu="school", ssu="person", fpc=("schools", "persons"))
    totals = pd.DataFrame({"district": list("abcd"), "total": [300.0, 200.0, 250.0, 260.0]})
    return made.poststratify(totals) if calibrated else made


@pytest.mark.parametrize("by", ["district", "half"])
@pytest.mark.parametrize("calibrated", [False, True])
def test_a_deviation_is_the_contrast_of_totals_of_the_group_and_of_all_others(by, calibrated):
    """In R svycontrast of the totals of group and rest, which `contrast` is held to in its own tests."""
    design = sample(calibrated=calibrated)
    found = design.deviation("y", by, df="domain")
    for row in found.to_dict("records"):
        y = design.data["y"].to_numpy(float)
        inside = np.where(design.data[by] == row[by], "in", "out")
        made = design.with_columns({"one": np.where(np.isnan(y), np.nan, 1.0), "where": inside})
        whole = {"d": lambda e: e["y", "in"] / e["one", "in"]
                 - (e["y", "in"] + e["y", "out"]) / (e["one", "in"] + e["one", "out"])}  # fmt: skip
        other = made.contrast(["y", "one"], whole, statistic="total", by="where", df="domain").iloc[0]
        names = ["estimate", "se", "lower", "upper", "df"]
        assert_allclose([row[name] for name in names], [other[name] for name in names], rtol=1e-9)


def test_deviations_of_all_groups_add_up_to_nothing_by_their_weights():
    found = sample().deviation("y", "district")
    data = sample().data.dropna(subset="y")
    weights = data.groupby("district")["w"].sum()
    assert_allclose((found.set_index("district")["estimate"] * weights).sum(), 0, atol=1e-9)


def test_p_is_that_of_t_on_the_fewer_degrees_of_freedom():
    """Ten schools of a district in one stratum have 5; the others more."""
    from scipy import stats

    row = sample().deviation("y", "district", df="domain").iloc[0]
    assert row["df"] == 5
    assert_allclose(row["p"], 2 * stats.t.sf(abs(row["estimate"] / row["se"]), 5))


def test_a_group_in_one_place_has_no_error_and_one_that_is_all_deviates_from_nobody():
    design = sample()
    alone = design.with_columns({"g": np.where(design.data["school"] == 3, "one", "rest"), "all": "same"})
    one = alone.deviation("y", "g").set_index("g").loc["one"]
    assert np.isnan([one["se"], one["p"]]).all()
    assert one["note"] == ONE_PSU
    same = alone.deviation("y", "all").iloc[0]
    assert (same["note"], np.isnan(same["p"])) == (ALONE, True)


def test_groups_without_values_and_columns_of_the_result_are_refused_or_empty():
    design = sample()
    gone = design.with_columns({"y": design.data["y"].where(design.data["district"] != "a")})
    assert gone.deviation("y", "district").set_index("district").loc["a", ["n", "note"]].tolist() == [
        0,
        "no valid rows",
    ]
    with pytest.raises(DuzhengError, match="columns of groups"):
        design.with_columns({"whole": design.data["half"]}).deviation("y", "whole")
    with pytest.raises(DuzhengError):
        design.deviation("y", [])


def test_pairs_are_the_contrasts_of_means():
    """In R svycontrast of svyby(…, covmat = TRUE), which `contrast` is held to in its own tests."""
    design = sample(calibrated=True)
    found = design.pairwise("y", "district", df="domain")
    assert len(found) == 6
    for row in found.to_dict("records"):
        wanted = {"d": {("y", row["first"]): 1.0, ("y", row["second"]): -1.0}}
        other = design.contrast("y", wanted, by="district", df="domain").iloc[0]
        names = ["estimate", "se", "lower", "upper", "df"]
        assert_allclose([row[name] for name in names], [other[name] for name in names], rtol=1e-9)


def test_pairs_within_domains_leave_the_others_out():
    design = sample()
    found = design.pairwise("y", "half", by="district")
    assert found.groupby("district").size().tolist() == [1] * 4
    means = design.mean("y", by=["district", "half"]).set_index(["district", "half"])["estimate"]
    assert_allclose(found["estimate"], [means[each, "x"] - means[each, "y"] for each in "abcd"])


def test_effective_freedom_is_satterthwaites_of_what_each_stratum_adds():
    """(Σ v)² / Σ v² / ν, here of strata whose variances are reckoned one by one."""
    g = np.random.default_rng(1)
    rows = pd.DataFrame({"h": np.repeat(list("abc"), [3, 4, 12]), "w": np.repeat([9.0, 3.0, 1.0], [3, 4, 12])})
    rows["y"] = g.normal(size=19)
    design = SurveyDesign(rows, weights="w", strata="h")
    score = rows["w"] * (rows["y"] - np.average(rows["y"], weights=rows["w"])) / rows["w"].sum()
    adds = score.groupby(rows["h"]).agg(lambda of: len(of) * of.var(ddof=1))
    nu = rows.groupby("h").size() - 1
    assert_allclose(design.freedom("y")["df"], adds.sum() ** 2 / (adds**2 / nu).sum())
    assert_allclose(design.mean("y")["se"] ** 2, adds.sum())


def test_of_few_places_it_is_welchs():
    """(Σ v)² / Σ v² / (ν + 2) − 2, as what the strata add is estimated of three places each."""
    g = np.random.default_rng(3)
    rows = pd.DataFrame({"h": np.repeat(list("abc"), 3), "w": np.repeat([9.0, 5.0, 4.0], 3), "y": g.normal(size=9)})
    design = SurveyDesign(rows, weights="w", strata="h")
    score = rows["w"] * (rows["y"] - np.average(rows["y"], weights=rows["w"])) / rows["w"].sum()
    adds = score.groupby(rows["h"]).agg(lambda of: len(of) * of.var(ddof=1))
    welch = adds.sum() ** 2 / (adds**2 / 4).sum() - 2
    assert_allclose(design.freedom("y")["df"], np.clip(welch, 1, 6))


def test_effective_freedom_is_one_or_more_and_at_most_that_of_the_domain():
    found = sample().freedom("y", "district").merge(sample().mean("y", by="district", df="domain"), on="district")
    assert found["df_x"].between(1, found["df_y"]).all()
    assert 1 < sample().freedom("y")["df"].item() < sample().df


def test_strata_that_add_unlike_parts_are_not_taken_for_too_sure():
    """One stratum of two PSUs adds half of the variance: at 0.1 % t on PSUs less strata errs five times as often."""
    from scipy import stats

    g = np.random.default_rng(2)
    weights, size = np.array([20.0] + [4.0] * 24), 2
    x = weights[:, None] * g.normal(size=(40_000, 25, size))
    parts = size * x.var(axis=2, ddof=1)
    t = x.sum(axis=(1, 2)) / np.sqrt(parts.sum(axis=1))
    effective = parts.sum(axis=1) ** 2 / (parts**2).sum(axis=1)
    naive, held = (2 * stats.t.sf(abs(t), df) for df in (25, effective))
    assert (naive < 0.001).mean() > 0.004
    assert (held < 0.001).mean() < 0.0015
