"""Digits, bunching, coincidence, steadiness: exact numbers, bounds that hold, even p where nothing is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.stats.anomalies.bunching import bunching
from analysis.stats.anomalies.coincidence import chance_of, cumulants, information
from analysis.stats.anomalies.digits import benford, benford_shares, digit_counts, first_digit, last_digits, last_place
from analysis.stats.anomalies.steadiness import chance_of_outlier, chance_of_steadiness, tails


def even(p):
    """Tell whether p-values are even, as they should be where nothing is wrong (Kolmogorov and Smirnov)."""
    return stats.kstest(p, "uniform").pvalue > 0.001


@given(st.integers(1, 10**7), st.integers(0, 4))
def test_the_last_place_is_that_of_the_last_digit_that_is_not_a_nought(whole, places):
    value = whole / 10**places
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    expected = 10.0 ** -(len(text.partition(".")[2]))
    assert last_place([value])[0] == pytest.approx(expected)


def test_noughts_of_a_rounded_number_are_no_digits():
    assert last_place([255800, 255800, 10, 0], [True, False, True, True]).tolist() == [100, 1, 10, 1]


def test_heaping_is_tested_exactly():
    counts = np.array([[12, 3, 4, 3, 2, 9, 3, 4, 5, 5]])
    (row,) = last_digits(counts).to_dict("records")
    # Exact: scipy.stats.binomtest, and scipy.stats.chisquare.
    assert row["p"] == pytest.approx(stats.binomtest(21, 50, 0.2, alternative="greater").pvalue)
    assert row["p_even"] == pytest.approx(stats.chisquare(counts[0]).pvalue)


def test_few_numbers_get_no_chi_square():
    assert np.isnan(last_digits(np.array([[4] * 9 + [5]]))["p_even"][0])


def test_p_of_even_digits_is_never_too_small():
    rng = np.random.default_rng(5)
    digits, groups = rng.integers(0, 10, 400 * 200), np.repeat(np.arange(400), 200)
    found = last_digits(digit_counts(digits, groups, 400))
    # The binomial p is discrete, and so at or above an even one.
    assert (found["p"] <= 0.05).mean() <= 0.07
    assert even(found["p_even"])


@given(st.floats(1e-6, 1e9))
def test_the_first_digit_is_the_first_one_written(value):
    assert first_digit([value])[0] == int(f"{value:.12e}"[0])


def test_benford_holds_where_its_preconditions_do():
    rng = np.random.default_rng(2)
    p = [benford(10 ** rng.normal(3, 0.7, 800))["p"] for _ in range(200)]
    assert even(p)
    assert benford_shares().sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (np.arange(1, 200), "few"),
        (np.r_[np.zeros(20), 10 ** np.linspace(0, 4, 400)], "zeros"),
        (np.linspace(100, 999, 400), "narrow"),
        (np.r_[10 ** np.linspace(0, 4, 150), np.full(600, 9e3)], "skew"),
        (np.r_[np.full(60, 1.0), 10 ** np.linspace(0, 4, 400)], "cut"),
    ],
)
def test_benford_is_not_applied_where_a_precondition_fails(values, why):
    found = benford(values)
    assert found["why"] == why
    assert np.isnan(found["p"])


def test_narrow_honest_numbers_differ_from_benford_which_is_why_the_span_is_asked_for():
    values = 10 ** np.random.default_rng(3).normal(3, 0.25, 3000)
    assert benford(values)["why"] == "narrow"
    assert benford(values, span=0.5)["p"] < 1e-6


def test_a_smooth_slope_through_the_threshold_is_no_bunching():
    rng = np.random.default_rng(4)
    p = [bunching(rng.triangular(0.5, 1.5, 1.5, 3000), 1.0)["p"] for _ in range(100)]
    assert np.mean(np.array(p) <= 0.05) <= 0.08


HONEST = {
    # The tail of normal numbers that reached nearly all: a straight line gave p ≤ 0.01 in two of three of such.
    "normal 1.3": (lambda rng, n: rng.normal(1.3, 0.12, n), 8000),
    "normal 1.35": (lambda rng, n: rng.normal(1.35, 0.15, n), 28000),
    "normal 1": (lambda rng, n: rng.normal(1, 0.2, n), 500),
    "log-normal": (lambda rng, n: 1.2 * np.exp(rng.normal(0, 0.3, n)), 8000),
    "heavy tails": (lambda rng, n: 1.2 + 0.12 * rng.standard_t(3, n), 28000),
    "gamma": (lambda rng, n: rng.gamma(12, 0.12, n), 8000),
    "shares of hundreds": (lambda rng, n: rng.poisson(108, n) / 100, 500),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_values_of_any_smooth_shape_are_no_bunching(name):
    draw, n = HONEST[name]
    rng = np.random.default_rng(4)
    found = [bunching(draw(rng, n), 1.0, fewest=20) for _ in range(40)]
    p = np.array([each["p"] for each in found if not each["why"]])
    # Of 40 at 1 %, more than 3 have a chance of 0.07 %.
    assert len(p) >= 25
    assert (p <= 0.01).sum() <= 3


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (np.linspace(0.5, 1.5, 100), "few"),
        (np.arange(20, 80).repeat(9) / 45, "coarse"),
        (np.r_[np.random.default_rng(1).uniform(1, 1.2, 200), 0.99], "slope"),
        (np.r_[np.linspace(0.8, 1.3, 400), np.full(60, 0.9), np.full(60, 1.1)], "shape"),
    ],
)
def test_where_the_run_of_values_cannot_be_told_bunching_is_not_tested(values, why):
    found = bunching(values, 1.0, fewest=20)
    assert found["why"] == why
    assert np.isnan(found["p"])


def test_a_standard_below_which_hardly_any_lie_is_found():
    rng = np.random.default_rng(4)
    found = bunching(np.r_[rng.uniform(0.8, 1, 20), rng.uniform(1, 1.5, 700)], 1.0, fewest=20)
    assert found["expected"] > 0.6
    assert found["p"] < 0.01


def test_values_moved_over_the_threshold_are_found():
    values = np.random.default_rng(4).uniform(0.5, 1.5, 1000)
    moved = np.where((values >= 0.95) & (values < 1), 1.001, values)
    found = bunching(moved, 1.0)
    assert found["below"] == 0
    assert found["p"] < 1e-9


def test_a_value_at_the_threshold_meets_it():
    assert bunching([0.1 * 3 / 0.3], 1.0)["above"] == 1


@settings(max_examples=60)
@given(st.lists(st.floats(0.001, 0.6), min_size=2, max_size=8), st.data())
def test_the_bound_of_coincidence_holds(chances, data):
    q = np.array(chances)
    agreed = np.array(data.draw(st.lists(st.booleans(), min_size=len(q), max_size=len(q))))
    weights = information(q)
    t = (weights * agreed).sum()
    # Exact: all 2^m ways in which items may agree.
    ways = np.array([[way >> i & 1 for i in range(len(q))] for way in range(2 ** len(q))], dtype=bool)
    exact = np.where(ways, q, 1 - q).prod(axis=1)[(ways * weights).sum(axis=1) >= t - 1e-9].sum()
    bound = chance_of([t], cumulants(q, np.zeros(len(q), dtype=np.int64), 1))[0]
    assert bound >= exact * (1 - 1e-9)
    assert bound <= 1


def test_p_of_steadiness_is_even_where_series_differ_by_nature():
    rng = np.random.default_rng(6)
    n, df, d0 = 2000, 8.0, 6.0
    own = d0 / rng.chisquare(d0, n)
    sizes = rng.normal(0, 1, n)
    s2 = own * np.exp(-0.5 * sizes) * rng.chisquare(df, n) / df
    p = chance_of_steadiness(s2, np.full(n, df), sizes)
    assert (p <= 0.01).mean() <= 0.02
    assert np.quantile(p, 0.5) == pytest.approx(0.5, abs=0.06)


def test_series_whose_volatility_differs_widely_are_not_called_steady():
    rng = np.random.default_rng(8)
    kinds = np.repeat(np.arange(20), 16)
    flagged = 0
    for _ in range(40):
        own = np.exp(1.6 * rng.normal(size=320))
        p = chance_of_steadiness(own * rng.chisquare(8, 320) / 8, np.full(320, 8.0), rng.normal(size=320), kinds)
        flagged += p.min() <= 0.05 / 320
    # Sixteen of a hundred batches were, before the excess was told from all kinds, with a long lower tail.
    assert flagged <= 4


def test_one_series_that_hardly_changes_is_found_beside_few():
    rng = np.random.default_rng(9)
    kinds = np.repeat(np.arange(20), 16)
    s2 = np.exp(0.6 * rng.normal(size=320)) * rng.chisquare(8, 320) / 8
    s2[5] = 1e-4
    p = chance_of_steadiness(s2, np.full(320, 8.0), rng.normal(size=320), kinds)
    assert p.argmin() == 5
    assert p[5] < 1e-6


def test_heavy_tails_are_seen_and_make_outliers_less_surprising():
    rng = np.random.default_rng(7)
    group = np.zeros(5000, dtype=np.int64)
    heavy, normal = tails(rng.standard_t(3, 5000), group)[0], tails(rng.normal(size=5000), group)[0]
    assert heavy < 5
    assert normal >= 15
    z, n = np.array([8.0]), np.array([5000])
    assert chance_of_outlier(z, np.array([heavy]), n)[0] > 100 * chance_of_outlier(z, np.array([normal]), n)[0]


def test_few_peers_tell_a_scale_badly():
    p = chance_of_outlier(np.array([5.0, 5.0]), np.array([1000.0, 1000.0]), np.array([9, 5000]))
    assert p[0] > 0.01
    assert p[1] < 1e-5
