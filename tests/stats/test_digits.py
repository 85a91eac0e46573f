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
    p = [bunching(rng.triangular(0.5, 1.5, 1.5, 3000), 1.0)["p"] for _ in range(200)]
    assert np.mean(np.array(p) <= 0.05) <= 0.08


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
