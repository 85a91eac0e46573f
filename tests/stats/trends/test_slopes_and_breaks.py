"""Slopes, change points, waves and verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.stats.reference import ENTRIES, FOLDER, data

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign
from analysis.stats.trends import compare_waves, mann_kendall, ols_hac, pettitt, project, sen_slope, verdict

TREND = pd.read_csv(FOLDER / "trend20.csv")


@pytest.mark.parametrize("lag", [0, 1, 2, 3])
def test_least_squares_with_r_s_errors(lag):
    entry = ENTRIES[f"hac_trend20_lag{lag}"]
    for small, name in [(False, "no_adjust"), (True, "adjust_n_over_nk")]:
        found = ols_hac(TREND["y"], TREND["t"], lags=lag, small=small)
        assert list(found["estimate"]) == pytest.approx(list(entry["value"].values()), rel=1e-9)
        assert list(found["se"]) == pytest.approx(list(entry["se"][name].values()), rel=1e-9)
    short = ols_hac(TREND["y"][:19], TREND["t"][:19])
    assert short["se"].isna().all()
    assert "fewer than 20 points" in short["note"].iloc[0]


def test_years_lose_no_digits():
    near, far = (ols_hac(TREND["y"], TREND["t"] + shift, lags=1) for shift in (0, 2000))
    assert near.loc["slope", "se"] == pytest.approx(far.loc["slope", "se"], rel=1e-12)


def test_uneven_times_against_scipy():
    times = np.array([1.0, 2, 4, 5, 9, 12, 13])
    values = np.array([3.0, 2.5, 4, 6, 5, 9, 8])
    ours, theirs = sen_slope(values, times).iloc[0], stats.theilslopes(values, times)
    assert [ours["slope"], ours["intercept"]] == pytest.approx([theirs.slope, theirs.intercept], rel=1e-12)


def test_the_interval_of_a_slope_has_the_coverage_that_it_says():
    rng = np.random.default_rng(20)
    for n in (5, 6, 8, 10, 15):
        found = sen_slope(rng.normal(size=(4000, n)))
        held = ((found["lower"] <= 0) & (found["upper"] >= 0)).mean()
        stated = found["coverage"][0]
        assert 0.95 <= stated < 1
        # Four standard errors of 4,000 draws.
        assert held == pytest.approx(stated, abs=4 * np.sqrt(stated * (1 - stated) / 4000))
    four = sen_slope([1, 2, 3, 4]).iloc[0]
    assert np.isnan(four["lower"])
    assert "too few" in four["note"]


def test_the_interval_holds_zero_where_the_test_sees_nothing():
    table = np.random.default_rng(1).normal(size=(300, 9)) + np.linspace(0, 2, 9)
    p, slope = mann_kendall(table)["p"], sen_slope(table)
    seen = (slope["lower"] > 0) | (slope["upper"] < 0)
    assert (seen == (p <= 1 - slope["coverage"] + 1e-12)).all()


@given(st.lists(st.floats(-100, 100), min_size=5, max_size=12), st.floats(-5, 5), st.floats(0.1, 10))
def test_slopes_follow_what_is_done_to_the_series(values, trend, scale):
    series = np.array(values)
    plain = sen_slope(series).iloc[0]
    moved = sen_slope(series * scale + trend * np.arange(len(series)) + 3).iloc[0]
    assert moved["slope"] == pytest.approx(plain["slope"] * scale + trend, rel=1e-7, abs=1e-7)
    assert moved["lower"] == pytest.approx(plain["lower"] * scale + trend, rel=1e-7, abs=1e-7)
    turned = sen_slope(-series).iloc[0]
    assert turned["slope"] == pytest.approx(-plain["slope"])
    assert turned["upper"] == pytest.approx(-plain["lower"])


def test_a_projection_stays_on_the_line_and_widens():
    shown = project([1, 2, 3, 4, 5, 6.5, 7], at=[7, 10], times=range(7))
    row = sen_slope([1, 2, 3, 4, 5, 6.5, 7]).iloc[0]
    assert list(shown["estimate"]) == pytest.approx([row["intercept"] + row["slope"] * t for t in (7, 10)])
    width = shown["upper"] - shown["lower"]
    assert width[1] > width[0] > 0
    assert "not of a value to come" in shown["note"][0]


def test_pettitt_against_its_definition_and_all_series_alike():
    rng = np.random.default_rng(6)
    table = np.round(rng.normal(size=(30, 14)), 1)
    table[:, 8:] += 1
    found = pettitt(table)
    for row, series in zip(found.to_dict("records"), table, strict=True):
        u = [np.sign(series[:t, None] - series[None, t:]).sum() for t in range(1, 14)]
        assert row["k"] == np.abs(u).max()
        assert row["place"] == np.argmax(np.abs(u)) + 1
    # The size of the test: without a change p is uniform, but for its steps.
    p = pettitt(rng.normal(size=(400, 12)))["p"]
    assert np.mean(p <= 0.1) == pytest.approx(0.1, abs=0.045)
    rough = pettitt(rng.normal(size=(400, 12)), method="approximate")["p"]
    assert np.mean(rough <= 0.1) < 0.08  # the formula is cautious at so few points
    assert "fewer than 10 points" in pettitt(range(9))["note"][0]


def test_waves_that_share_psus_are_compared_with_their_covariance():
    rows = data("apiclus1")[["dnum", "pw", "api99", "api00"]]
    stacked = pd.concat([rows.assign(wave=1999, y=rows["api99"]), rows.assign(wave=2000, y=rows["api00"])])
    plan = SurveyDesign(stacked, weights="pw", psu="dnum")
    estimates = plan.mean("y", by="wave")["estimate"].set_axis([1999, 2000])
    waves = compare_waves(estimates, plan.covariance("y", by="wave"), [1999, 2000], df=plan.df)
    contrast = plan.contrast("y", {"c": {("y", 2000): 1, ("y", 1999): -1}}, by="wave").iloc[0]
    row = waves.differences.iloc[0]
    assert [row["difference"], row["se"], row["lower"], row["upper"]] == pytest.approx(
        [contrast["estimate"], contrast["se"], contrast["lower"], contrast["upper"]], rel=1e-9
    )
    # Two waves lie on a line: its slope is the difference, and nothing is left to test.
    assert waves.slope["estimate"][0] == pytest.approx(row["difference"])
    assert waves.slope["se"][0] == pytest.approx(row["se"])
    assert waves.tests.loc["change", "p"] == pytest.approx(row["p"], rel=1e-9)
    assert np.isnan(waves.tests.loc["linearity", "p"])


def test_waves_against_statsmodels_gls():
    import statsmodels.api as sm

    rng = np.random.default_rng(9)
    root = rng.normal(size=(5, 5))
    v = root @ root.T + np.eye(5)
    y, times = rng.normal(size=5), np.array([2016.0, 2017, 2019, 2021, 2022])
    ours = compare_waves(y, v, times)
    theirs = sm.GLS(y, sm.add_constant(times - 2016), sigma=v).fit(cov_type="fixed scale")
    assert ours.slope["estimate"][0] == pytest.approx(theirs.params[1], rel=1e-9)
    assert ours.slope["level"][0] == pytest.approx(theirs.params[0], rel=1e-9)
    expected = np.linalg.inv(theirs.model.exog.T @ np.linalg.inv(v) @ theirs.model.exog)[1, 1] ** 0.5
    assert ours.slope["se"][0] == pytest.approx(expected, rel=1e-9)
    with pytest.raises(DuzhengError, match="not positive definite"):
        compare_waves([1.0, 2], [[1, 2], [2, 1]])
    with pytest.raises(DuzhengError, match="a covariance of shape"):
        compare_waves([1.0, 2], [[1.0]])
    with pytest.raises(DuzhengError, match="two or more waves"):
        compare_waves([1.0], [[1.0]])


def test_verdicts():
    assert verdict([5, 4, 3, 2, 1.5, 1]).direction == "falling"
    flat = verdict([3, 1, 2, 3, 1, 2, 3])
    assert flat.direction == "none"
    assert flat.words == ""
    assert verdict([1, 2, 3, 4]).reasons == ("too_few",)
    # Ties take orders away: five points of two values can't be unlikely enough.
    assert verdict([1, 1, 1, 2, 2]).reasons == ("too_few",)
    assert verdict([2, 2, 2, 2, 2, 2]).reasons == ("all_tied",)
    assert verdict(range(6), breaks=[False, False, True, False, False, False]).reasons == ("break",)
    assert verdict(range(6), breaks=[True, *[False] * 5]).direction == "rising"
    three = verdict(range(6), starts=range(6), ends=range(3, 9))
    assert three.reasons == ("overlap",)
    assert verdict(range(6), starts=range(6), ends=range(1, 7)).direction == "rising"
    both = verdict([1, np.nan, 3], definitions=["a", "b", "c"])
    assert both.reasons == ("too_few", "definition")
    assert both.n == 2
    assert "the definition changed" in both.words
    empty = verdict([np.nan, np.nan])
    assert empty.direction == "refused"
    assert empty.n == 0


def test_points_on_a_line_have_no_error():
    found = ols_hac(np.arange(24.0) * 2 + 1)
    assert found.loc["slope", "estimate"] == pytest.approx(2)
    assert found["se"].isna().all()
    assert set(found["note"]) == {"the points lie on a line: no error"}
