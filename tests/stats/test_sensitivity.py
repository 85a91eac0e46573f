"""Shares of variance against functions whose shares are known, and the other numbers that composites rest on."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kurtosis as scipy_kurtosis
from scipy.stats import skew as scipy_skew
from scipy.stats import sobol_indices, uniform

from analysis.messages import DuzhengError
from analysis.stats.composite.aggregation import AGGREGATIONS, aggregate
from analysis.stats.composite.components import component_weights
from analysis.stats.composite.correlation_ratio import correlation_ratio
from analysis.stats.composite.normalisation import NORMALISATIONS, normalise
from analysis.stats.composite.sensitivity import factorial_shares, sobol_shares
from analysis.stats.composite.treatment import kurtosis, skewness, treat

#: Ishigami and Homma (1990) with a = 7, b = 0.1: variances from the formulas of Saltelli and others (2008, p. 179).
A, B = 7.0, 0.1
V1, V2, V13 = 0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, B**2 * np.pi**8 * (1 / 18 - 1 / 50)
WHOLE = V1 + V2 + V13
FIRST, TOTAL = np.array([V1, V2, 0]) / WHOLE, np.array([V1 + V13, V2, V13]) / WHOLE


def ishigami(u):
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_shares_of_the_ishigami_function_are_the_analytic_ones():
    found = sobol_shares(ishigami, 3, n=8192)
    assert found.first[:, 0] == pytest.approx(FIRST, abs=0.02)
    assert found.total[:, 0] == pytest.approx(TOTAL, abs=0.01)
    assert found.variance[0] == pytest.approx(WHOLE, rel=0.01)
    for shares, ends in ((FIRST, found.first_interval), (TOTAL, found.total_interval)):
        assert (ends[0, :, 0] - 0.005 < shares).all()
        assert (shares < ends[1, :, 0] + 0.005).all()


def test_shares_are_those_of_scipy_up_to_sampling():
    theirs = sobol_indices(func=lambda x: ishigami(x.T), n=4096, dists=[uniform()] * 3, rng=np.random.default_rng(3))
    ours = sobol_shares(ishigami, 3, n=4096, resamples=0)
    assert ours.first[:, 0] == pytest.approx(theirs.first_order, abs=0.03)
    assert ours.total[:, 0] == pytest.approx(theirs.total_order, abs=0.03)


def test_inputs_that_vary_together_are_one_input():
    found = sobol_shares(ishigami, [1, 2], n=8192, resamples=0)
    assert found.first[:, 0] == pytest.approx([V1 / WHOLE, V2 / WHOLE], abs=0.03)
    assert found.total[:, 0] == pytest.approx([(V1 + V13) / WHOLE, (V2 + V13) / WHOLE], abs=0.03)


def test_a_sample_of_discrete_options_comes_near_the_exact_shares():
    table = np.random.default_rng(5).normal(size=(2, 3, 4))
    exact = factorial_shares(table, 3)

    def of(u):
        at = (u * np.array(table.shape)).astype(int)
        return table[at[:, 0], at[:, 1], at[:, 2]]

    found = sobol_shares(of, 3, n=8192, resamples=0)
    assert found.first[:, 0] == pytest.approx(exact.first[:, 0], abs=0.02)
    assert found.total[:, 0] == pytest.approx(exact.total[:, 0], abs=0.02)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.lists(st.integers(2, 4), min_size=1, max_size=3))
def test_exact_shares_obey_what_shares_must(seed, sizes):
    y = np.random.default_rng(seed).normal(size=sizes)
    found = factorial_shares(y, len(sizes))
    first, total = found.first[:, 0], found.total[:, 0]
    assert found.exact
    assert found.runs == y.size
    assert (first >= -1e-12).all()
    assert (first <= total + 1e-12).all()
    assert first.sum() <= 1 + 1e-12 <= total.sum() + 2e-12


def test_what_does_not_vary_has_no_shares():
    assert np.isnan(factorial_shares(np.ones((2, 3)), 2).first).all()
    assert np.isnan(sobol_shares(lambda u: np.full(len(u), 0.1), 2, n=16).total).all()


def test_an_output_of_each_combination_is_asked_for():
    with pytest.raises(DuzhengError, match="no gap"):
        factorial_shares([[1.0, np.nan], [2.0, 3.0]], 2)
    with pytest.raises(DuzhengError, match="n=4"):
        sobol_shares(ishigami, 3, n=4)


def test_skewness_and_kurtosis_are_the_adjusted_ones():
    x = np.random.default_rng(2).lognormal(size=40)
    assert skewness(x) == pytest.approx(scipy_skew(x, bias=False))
    assert kurtosis(x) == pytest.approx(scipy_kurtosis(x, bias=False))
    assert np.isnan(skewness([1, 2]))
    assert np.isnan(kurtosis([3.0] * 9))


@given(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=40))
@settings(deadline=None)
def test_drawing_in_keeps_the_order_and_adds_no_figure(x):
    found = treat(x, "winsorise", most=3)
    order = np.argsort(x, kind="stable")
    assert (np.diff(found.values[order]) >= 0).all()
    assert set(found.values) <= set(x)
    assert (found.values[~found.points] == np.array(x)[~found.points]).all()


def test_treatment_lets_go_of_missing_figures_and_tails_below():
    x = [np.nan, *range(1, 21), 200, 300]
    found = treat(x, "winsorise_then_log", most=1)
    assert found.how == "log"
    assert np.isnan(found.values[0])
    below = treat([-value for value in x], "winsorise_then_log", most=1)
    assert below.values[1:] == pytest.approx(-found.values[1:])
    assert treat(x, "winsorise", most=1).how == "untreatable"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-500, 500), min_size=3, max_size=20, unique=True), st.sampled_from(NORMALISATIONS))
def test_normalising_keeps_or_turns_the_order_by_direction(figures, method):
    x = np.array(figures, dtype=float)[:, None]
    options = {"goalposts": [[-600, 600]], "targets": [700]} if method != "distance_to_target" else {"targets": [900]}
    up = normalise(x, method, **options)[:, 0]
    options["targets"] = [-900]
    down = normalise(x, method, higher=[False], **options)[:, 0]
    assert (np.argsort(up) == np.argsort(x[:, 0])).all()
    assert (np.argsort(-down) == np.argsort(x[:, 0])).all()


def test_each_normalisation_is_its_formula():
    x = np.array([[1.0], [2.0], [5.0], [np.nan]])
    assert normalise(x)[:3, 0] == pytest.approx([0, 25, 100])
    assert normalise(x, "zscore")[:3, 0] == pytest.approx(50 + 10 * (x[:3, 0] - 8 / 3) / x[:3, 0].std(ddof=1))
    assert normalise(x, "borda")[:3, 0] == pytest.approx([0, 1, 2])
    assert normalise(x, "rank")[:3, 0] == pytest.approx([0, 50, 100])
    assert normalise(x, "goalposts", goalposts=[[0, 4]])[:3, 0] == pytest.approx([25, 50, 100])
    assert normalise(x, "goalposts", goalposts=[[0, 4]], cap=False)[2, 0] == pytest.approx(125)
    assert normalise(x, "goalposts", goalposts=[[0, 4]], higher=[False])[:3, 0] == pytest.approx([75, 50, 0])
    assert normalise(x, "distance_to_target", targets=[3])[:3, 0] == pytest.approx([0, 50, 100])
    assert np.isnan(normalise(x)[3, 0])


def test_figures_without_variation_have_no_scale_of_their_own():
    for method in ("minmax", "zscore"):
        with pytest.raises(DuzhengError, match="indicator 2 of 2"):
            normalise([[1.0, 0.1 + 0.2], [2.0, 0.3]], method)
    assert normalise([[3.0]], "goalposts", goalposts=[[0, 10]])[0, 0] == 30


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0.5, 100), min_size=1, max_size=6), st.integers(0, 999))
def test_means_lie_in_their_order_and_between_the_ends(values, seed):
    w = np.random.default_rng(seed).random(len(values)) + 0.01
    a, g, h = (float(aggregate([values], w, method)[0]) for method in AGGREGATIONS)
    assert min(values) - 1e-9 <= h <= g + 1e-9 <= a + 2e-9 <= max(values) + 3e-9


def test_missing_values_are_weighed_out_only_as_far_as_was_said():
    # By hand: (2 + 6 + 7) / 3 and (4 + 8) / 2; one of three is less than two thirds.
    x = [[2, 6, 7], [5, np.nan, np.nan], [4, np.nan, 8]]
    found = aggregate(x, [1, 1, 1], least=2 / 3)
    assert found[[0, 2]] == pytest.approx([5.0, 6.0])
    assert np.isnan(found[1])
    assert np.isnan(aggregate(x, [1, 1, 1])[1:]).all()


def test_a_geometric_mean_of_zero_is_refused_and_of_no_weight_is_not():
    with pytest.raises(DuzhengError, match="values above 0"):
        aggregate([[0, 5]], [1, 1], "geometric")
    assert aggregate([[0, 5]], [0, 1], "geometric")[0] == pytest.approx(5)


def test_weights_of_components_are_those_of_independent_code():
    # Two blocks that have nothing to do with one another: varimax finds them, and each block has its share.
    rng = np.random.default_rng(8)
    factors = np.linalg.qr(rng.normal(size=(200, 6)) - 0)[0]
    factors -= factors.mean(axis=0)
    one, two = factors[:, 0], factors[:, 1]
    x = np.column_stack([one + 0.2 * factors[:, 2], one + 0.2 * factors[:, 3], two + 0.2 * factors[:, 4]])
    found = component_weights(x)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights > 0).all()
    assert found.weights[0] == pytest.approx(found.weights[1], rel=0.15)
    # First component of statsmodels, another implementation.
    from statsmodels.multivariate.pca import PCA

    x = rng.normal(size=(60, 1)) + 0.7 * rng.normal(size=(60, 4))
    theirs = PCA(x, ncomp=1).eigenvecs[:, 0]
    assert component_weights(x, rotated=False).weights == pytest.approx(np.abs(theirs))


def test_components_say_where_they_have_no_ground():
    x = np.random.default_rng(4).normal(size=(50, 1))
    with pytest.raises(DuzhengError, match="indicator 3 of 3, which runs against"):
        component_weights(np.column_stack([x, x + 0.1, -x]) + 0.1 * np.random.default_rng(1).normal(size=(50, 3)),
                          rotated=False)  # fmt: skip
    with pytest.raises(DuzhengError, match="2 units with all figures"):
        component_weights([[1, 2], [2, 1], [np.nan, 4]])


def test_a_correlation_ratio_sees_curves_that_a_correlation_does_not():
    x = np.linspace(-1, 1, 60)
    assert correlation_ratio(x, 3 * x - 1) == pytest.approx(1)
    assert np.corrcoef(x, x**2)[0, 1] ** 2 < 0.01
    assert correlation_ratio(x, x**2) > 0.95
    assert np.isnan(correlation_ratio(np.ones(9), np.arange(9)))
    chance = [correlation_ratio(*np.random.default_rng(seed).normal(size=(2, 20))) for seed in range(60)]
    assert 0.03 < np.mean(chance) < 0.15


def test_every_combination_has_its_share_in_exact_shares():
    y = np.zeros((2, 2, 2))
    for a, b, c in product(range(2), repeat=3):
        y[a, b, c] = a + 2 * a * b + c
    found = factorial_shares(y, 3)
    # With a, b, c of ±1/2: y = 2a + b + 2ab + c + …, so variances of a, b, ab, c are 4, 1, 1, 1 quarters.
    assert found.first[:, 0] == pytest.approx([4 / 7, 1 / 7, 1 / 7])
    assert found.total[:, 0] == pytest.approx([5 / 7, 2 / 7, 1 / 7])
