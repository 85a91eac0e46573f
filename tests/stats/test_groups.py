"""Groups of a column at once: against R's survey 4.1.1, and against the design's own verbs, which are slower."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.stats.reference import CALIBRATED, DESIGNS, ENTRIES, design

from analysis.stats import SurveyDesign
from analysis.stats.design.groups import Wanted, compared, differences
from analysis.stats.design.tallies import lay_out, tally, tally_numbers
from analysis.stats.multiplicity import METHODS, adjust, adjust_rows

CLOSE = {"rtol": 1e-9, "atol": 1e-12}
ONE = np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])


def _groups(frame, by):
    if not by:
        return np.zeros(len(frame), dtype=np.intp), 1
    codes, values = pd.factorize(frame[by], sort=True)
    return codes, len(values)


def _means(plan, name, by, **options):
    lattice = lay_out(plan.plan, [_groups(plan.data, by)])
    wanted = Wanted(*ONE, np.zeros(1, dtype=bool))
    options = {"level": 0.95, "df": "domain", "method": "beta", "between": True, **options}
    return compared(lattice, tally_numbers(lattice, plan.numbers(name)), lattice.columns[0], wanted, **options)


def _shares(plan, name, by, **options):
    codes, values = pd.factorize(plan.data[name], sort=True)
    lattice = lay_out(plan.plan, [_groups(plan.data, by)])
    size = len(values)
    wanted = Wanted(np.eye(size), np.ones((size, size)), np.ones(size, dtype=bool))
    options = {"level": 0.95, "df": "domain", "method": "beta", "between": True, **options}
    return compared(lattice, tally(lattice, codes, size), lattice.columns[0], wanted, **options)


def _by(key):
    names = {"schwide": "sch.wide", "county": "cname"}
    return names.get(key.split("_")[1], key.split("_")[1])


@pytest.mark.parametrize("key", [k for k in ENTRIES if k.startswith("by_") and "_mean_api00_" in k])
def test_means_of_groups_are_those_of_r(key):
    entry = ENTRIES[key]
    found = _means(design(entry["design"]), "api00", _by(key))
    np.testing.assert_allclose(found.value[:, 0], list(entry["value"].values()), **CLOSE)
    known = ~np.isnan(found.variance[:, 0])  # R gives groups of one PSU an error, we do not
    np.testing.assert_allclose(np.sqrt(found.variance[known, 0]), np.array(list(entry["se"].values()))[known], **CLOSE)
    assert known.any()
    if "vcov" in entry["extra"]:
        np.testing.assert_allclose(found.covariance[0], entry["extra"]["vcov"], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("key", [k for k in ENTRIES if k.startswith("prop_stype_")])
def test_shares_are_those_of_r(key):
    entry = ENTRIES[key]
    found = _shares(design(entry["design"]), "stype", "", df=math.inf, method="mean")
    np.testing.assert_allclose(found.value[0], list(entry["value"].values()), **CLOSE)
    np.testing.assert_allclose(np.sqrt(found.variance[0]), list(entry["se"].values()), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["dstrat", "dclus2"])
def test_the_difference_of_two_groups_is_that_of_r(name):
    entry = ENTRIES[f"contrast_E_minus_H_{name}"]
    found = _means(design(name), "api00", "stype")
    first, second, t, _ = differences(found)
    pair = list(zip(first, second, strict=True)).index((0, 1))
    assert t[0, pair] == pytest.approx(entry["value"] / entry["se"], rel=1e-9)


def _agree(plan, name, number, by):
    """Compare everything with the design's verbs."""
    for found, theirs, covariance in (
        (_shares(plan, name, by), plan.proportion(name, by=by or (), df="domain", method="beta"),
         plan.covariance(name, statistic="proportion", by=by or ())),
        (_means(plan, number, by), plan.mean(number, by=by or (), df="domain"), plan.covariance(number, by=by or ())),
    ):  # fmt: skip
        groups = len(found.value)
        mine = {
            "estimate": found.value,
            "se": np.sqrt(found.variance),
            "df": found.df,
            "n": found.n,
            "psus": found.psus,
        }
        for column, values in mine.items():
            np.testing.assert_allclose(values.T.ravel(), theirs[column], rtol=1e-8, atol=1e-9, err_msg=column)
        # Of a share that is calibrated to the margin itself there is no interval but rounding.
        spread = theirs["se"].to_numpy() > 1e-9
        for column, values in (("lower", found.lower), ("upper", found.upper)):
            np.testing.assert_allclose(values.T.ravel()[spread], theirs[column][spread], rtol=1e-7, atol=1e-9)
        notes = np.array(["; ".join(said) for said in found.notes], dtype=object).reshape(found.value.shape)
        assert notes.T.ravel().tolist() == theirs["note"].tolist()
        for k, matrix in enumerate(found.covariance):
            part = slice(k * groups, (k + 1) * groups)
            np.testing.assert_allclose(matrix, covariance.to_numpy()[part, part], rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", [*DESIGNS, *CALIBRATED])
def test_every_design_of_the_reference_gives_what_its_verbs_give(name):
    _agree(design(name), "awards", "api00", "stype")


@pytest.mark.parametrize("by", ["", "cname"])
def test_groups_in_one_place_and_all_as_one_group_agree(by):
    for name in ("dstrat", "dclus2", "rclus1"):
        _agree(design(name), "awards", "api00", by)


def _frame(rows=260, seed=3):
    g = np.random.default_rng(seed)
    psu = g.integers(0, 14, rows)
    class_ = psu * 3 + g.integers(0, 3, rows)
    frame = pd.DataFrame({
        "h": psu % 4, "psu": psu, "class": class_, "w": g.uniform(1, 4, rows), "by": g.integers(0, 5, rows),
        "x": g.choice(list("abc"), rows), "y": g.normal(50, 9, rows), "places": 9.0, "classes": 6.0,
    })  # fmt: skip
    frame.loc[g.random(rows) < 0.05, "x"] = None
    frame.loc[g.random(rows) < 0.05, "y"] = np.nan
    frame.loc[g.random(rows) < 0.05, "w"] = 0.0
    frame["id"] = np.arange(rows)
    frame["persons"] = frame.groupby("psu")["id"].transform("size") * 2.5
    return frame


PLANS = {
    "rows of psus": {"psu": "psu", "strata": "h"},
    "classes of several rows": {"psu": "psu", "strata": "h", "ssu": "class", "fpc": ("places", "classes")},
    "persons": {"psu": "psu", "strata": "h", "ssu": "id", "fpc": ("places", "persons")},
    "rows alone": {"strata": "h"},
}


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("weights", ["of the draw", "raked", "to a number"])
def test_stages_of_any_unit_and_weights_of_zero_agree(plan, weights):
    made = SurveyDesign(_frame(), weights="w", **PLANS[plan])
    if weights == "raked":
        used = made.data[made.data["w"] > 0]
        totals = [used.groupby(name)["w"].sum().mul(factor).rename("total").reset_index() for name, factor in
                  (("by", np.array([1.1, 0.9, 1, 1.2, 0.8])), ("h", 1.0))]  # fmt: skip
        totals[0]["total"] *= totals[1]["total"].sum() / totals[0]["total"].sum()
        made = made.rake(totals)
    if weights == "to a number":
        made = made.calibrate([pd.DataFrame({"total": [700.0]}), pd.DataFrame({"variable": ["id"], "total": [9e4]})])
    for by in ("", "by"):
        _agree(made, "x", "y", by)


@pytest.mark.parametrize("rule", ["remove", "certainty", "adjust", "average"])
def test_lonely_strata_are_treated_as_they_are_elsewhere(rule):
    frame = _frame()
    frame.loc[frame["psu"] == 3, "h"] = 9
    _agree(SurveyDesign(frame, weights="w", psu="psu", strata="h", lonely_psu=rule), "x", "y", "by")


def test_the_blocks_that_units_are_looked_at_in_change_nothing(monkeypatch):
    made = SurveyDesign(_frame(), weights="w", psu="psu", strata="h")
    whole = _shares(made, "x", "by")
    monkeypatch.setattr("analysis.stats.design.groups.BLOCK", 40)
    parts = _shares(made, "x", "by")
    np.testing.assert_allclose(whole.variance, parts.variance, rtol=1e-12)
    np.testing.assert_allclose(whole.covariance, parts.covariance, rtol=1e-9, atol=1e-15)


def test_the_same_rows_give_the_same_bits():
    made = SurveyDesign(_frame(), weights="w", psu="psu", strata="h")
    one, two = (_shares(made, "x", "by") for _ in range(2))
    assert (one.variance.tobytes(), one.covariance.tobytes()) == (two.variance.tobytes(), two.covariance.tobytes())


def test_a_share_that_is_calibrated_to_has_no_interval_of_rounding():
    frame = _frame()
    frame = frame[frame["w"] > 0].reset_index(drop=True)
    made = SurveyDesign(frame, weights="w", psu="psu", strata="h")
    totals = pd.DataFrame({"by": range(5), "total": [100.0, 200, 300, 250, 150]})
    found = _shares(made.poststratify(totals), "by", "")
    assert found.value[0].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.25, 0.15])
    assert found.lower[0].tolist() == found.upper[0].tolist() == found.value[0].tolist()


def test_kishs_effective_size_of_unequal_weights():
    # By hand: weights 1, 1, 2 give (1 + 1 + 2)² / (1 + 1 + 4) = 16 / 6.
    made = SurveyDesign(pd.DataFrame({"w": [1.0, 1, 2], "x": list("aab")}), weights="w")
    assert _shares(made, "x", "").effective[0, 0] == pytest.approx(16 / 6)


@given(
    arrays(float, (2, 9), elements=st.one_of(st.floats(0, 1), st.just(float("nan")))), st.sampled_from(list(METHODS))
)
@settings(deadline=None, max_examples=8)
def test_families_are_adjusted_together_as_they_are_one_by_one(p, method):
    family = np.repeat(np.arange(2), 9)
    one_by_one = adjust(p.ravel(), method=method, family=family).to_numpy().reshape(p.shape)
    np.testing.assert_allclose(adjust_rows(p, method), one_by_one, rtol=1e-10, atol=1e-300)
