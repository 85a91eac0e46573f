"""Ranks, several tests at once, and funnels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.messages import DuzhengError
from analysis.stats.funnel import funnel_limits
from analysis.stats.multiplicity import adjust
from analysis.stats.ranks import rank_sets


def test_far_apart_and_all_the_same():
    far = rank_sets(np.arange(8.0), np.full(8, 0.01))
    assert list(far["rank"]) == list(range(8, 0, -1))
    assert (far["best"] == far["rank"]).all()
    assert (far["worst"] == far["rank"]).all()
    assert list(far["tier"]) == list(range(8, 0, -1))
    same = rank_sets(np.ones(5), np.ones(5))
    assert set(same["rank"]) == {1}
    assert (list(same["best"]), list(same["worst"]), set(same["tier"])) == ([1] * 5, [5] * 5, {1})
    low = rank_sets(np.arange(3.0), np.full(3, 0.01), highest_first=False)
    assert list(low["rank"]) == [1, 2, 3]


def test_two_units_are_a_plain_z_test():
    for gap in (1.9, 2.05):  # 1.96 of the normal; the draws give it to about 0.03
        found = rank_sets([0.0, gap], [np.sqrt(0.5), np.sqrt(0.5)], draws=20_000)
        assert (found["best"].iloc[0] == 2) == (gap > 1.96)
        marginal = rank_sets([0.0, gap], [np.sqrt(0.5), np.sqrt(0.5)], draws=20_000, simultaneous=False)
        assert list(marginal["best"]) == list(found["best"])
        assert list(marginal["worst"]) == list(found["worst"])


def test_the_covariance_counts():
    y = [0.0, 1.0, 2.0]
    apart = rank_sets(y, np.eye(3))
    together = rank_sets(y, 0.99 * np.ones((3, 3)) + 0.01 * np.eye(3))
    assert (apart["worst"] - apart["best"]).sum() > (together["worst"] - together["best"]).sum()
    exact = rank_sets([1.0, 1.0, 2.0], np.zeros((3, 3)))
    assert list(exact["best"]) == [2, 2, 1]
    assert list(exact["worst"]) == [3, 3, 1]


def test_marginal_sets_lie_within_simultaneous_ones():
    rng = np.random.default_rng(5)
    y, se = rng.normal(size=12), rng.uniform(0.1, 0.5, 12)
    every, each = rank_sets(y, se), rank_sets(y, se, simultaneous=False)
    assert (each["best"] >= every["best"]).all()
    assert (each["worst"] <= every["worst"]).all()
    assert ((every["best"] <= every["rank"]) & (every["rank"] <= every["worst"])).all()
    assert every.equals(rank_sets(y, se))


@pytest.mark.slow
@pytest.mark.parametrize("simultaneous", [True, False])
def test_sets_hold_the_true_ranks_as_often_as_they_say(simultaneous):
    rng = np.random.default_rng(8)
    true = np.array([0.0, 0.2, 0.5, 0.6, 1.5, 3.0])
    rank, se = stats.rankdata(-true), np.full(6, 0.4)
    held = []
    for seed in range(600):
        found = rank_sets(true + rng.normal(size=6) * se, se, draws=1000, seed=seed, simultaneous=simultaneous)
        inside = (found["best"] <= rank) & (rank <= found["worst"])
        held.append(inside.all() if simultaneous else inside[2])
    # 0.95 less three standard errors of 600 draws.
    assert np.mean(held) > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 600)


def test_adjusted_p_are_r_s():
    p = pd.Series([0.01, 0.02, 0.03, 0.04, 0.05], index=list("abcde"))
    assert list(adjust(p, method="holm")) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert list(adjust(p, method="bh")) == pytest.approx([0.05] * 5)
    assert list(adjust(p, method="bonferroni")) == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.25])
    assert list(adjust(p, method="by")) == pytest.approx([0.05 * (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5)] * 5)
    assert list(adjust(p).index) == list("abcde")


def test_families_and_missing_tests():
    p = [0.01, np.nan, 0.02, 0.01]
    found = adjust(p, family=["x", "x", "x", "y"])
    assert list(found) == pytest.approx([0.02, np.nan, 0.02, 0.01], nan_ok=True)
    with pytest.raises(DuzhengError, match="1 numbers that are no p"):
        adjust([0.1, 1.2])
    with pytest.raises(DuzhengError, match="method='x'"):
        adjust([0.1], method="x")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.sampled_from(["holm", "bh", "by", "bonferroni"]))
def test_adjusting_never_helps(p, method):
    assert (adjust(p, method=method) >= np.array(p) - 1e-12).all()


def test_exact_limits_are_those_of_the_distribution():
    found = funnel_limits([30, 25, 20], [100, 100, 80], target=0.25)
    law = stats.binom(100, 0.25)
    # Interpolated between whole cases: the distribution jumps over the tail between them.
    for column, tail in (
        ("lower_inner", 0.025),
        ("upper_inner", 0.975),
        ("lower_outer", 0.001),
        ("upper_outer", 0.999),
    ):
        cases = found[column][0] * 100
        assert law.cdf(np.floor(cases)) <= tail + 1e-12 or cases == pytest.approx(np.floor(cases))
        assert law.cdf(np.ceil(cases)) >= tail
    assert found["target"][0] == 0.25
    assert funnel_limits([30, 25, 20], [100, 100, 80])["target"][0] == pytest.approx(75 / 280)
    rate = funnel_limits([3, 9], [5.0, 5.0], kind="rate", target=1.0)
    assert stats.poisson(5).cdf(np.ceil(rate["upper_inner"][0] * 5)) >= 0.975


def test_overdispersion_by_hand():
    y, se = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]), np.full(10, 1.0)
    plain = funnel_limits(y, se, kind="mean")
    assert plain["target"][0] == pytest.approx(5.5)
    assert plain["upper_inner"][0] == pytest.approx(5.5 + stats.norm.ppf(0.975))
    z = y - 5.5
    low, high = np.quantile(z, [0.1, 0.9])
    phi = np.mean(np.clip(z, low, high) ** 2)
    wide = funnel_limits(y, se, kind="mean", overdispersion="multiplicative")
    assert wide.attrs["phi"] == pytest.approx(phi)
    assert wide["upper_inner"][0] == pytest.approx(5.5 + stats.norm.ppf(0.975) * np.sqrt(phi))
    added = funnel_limits(y, se, kind="mean", overdispersion="additive")
    tau2 = (10 * phi - 9) / (10 - 1)
    assert added.attrs["tau2"] == pytest.approx(tau2)
    assert added["lower_outer"][0] == pytest.approx(5.5 - stats.norm.ppf(0.999) * np.sqrt(1 + tau2))
    assert set(plain["position"]) >= {"inside", "above_outer", "below_outer"}
    assert set(added["position"]) == {"inside"}


def test_what_is_no_funnel_is_said():
    with pytest.raises(DuzhengError, match="cases below 0 or beyond the persons"):
        funnel_limits([5, 11], [10, 10])
    with pytest.raises(DuzhengError, match="sizes that are not positive"):
        funnel_limits([5, 1], [10, 0])
    with pytest.raises(DuzhengError, match="kind='x'"):
        funnel_limits([5, 1], [10, 10], kind="x")
    with pytest.raises(DuzhengError) as caught:
        funnel_limits([5, 1], [10, 10], limits=(95, 99.8), winsorised=0.6, target=-1)
    told = [(fault.found, fault.hint) for fault in caught.value.faults]
    assert told == [
        ("winsorised=0.6", "0.1 is usual"), ("limits=(95, 99.8)", "(0.95, 0.998) is usual: 0.95, not 95"),
        ("target=-1", "0.12 is twelve per cent"),
    ]  # fmt: skip
    with pytest.raises(DuzhengError, match=r"limits=0\.95(?s:.*)target='x'"):
        funnel_limits([5, 1], [10, 10], kind="rate", limits=0.95, target="x")
    with pytest.raises(DuzhengError, match="units without estimate or error"):
        rank_sets([1.0, np.nan], [0.1, 0.1])
