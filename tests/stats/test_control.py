"""Control charts against textbook examples, published run lengths, and the plain formulas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.messages import DuzhengError
from analysis.stats.control import (
    RULE_SETS,
    RULES,
    distances,
    false_alarms,
    individuals,
    rates,
    run_length,
    runs,
    shares,
    signals,
)

#: Montgomery, Introduction to Statistical Quality Control, 6th edition: viscosity of paint primer (single values),
#: cans of orange juice (30 samples of 50), printed circuit boards (26 units). The sums, means and limits are those that
#: the book prints; it rounds on the way, by which a limit may differ in its last digit.
VISCOSITY = [33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84]
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
BOARDS = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15]


def test_single_values_have_the_limits_of_the_textbook():
    centre, sigma = individuals(VISCOSITY)
    assert round(float(centre), 2) == 33.52
    assert round(float(sigma) * 1.128, 2) == 0.48  # the mean moving range
    assert float(centre + 3 * sigma) == pytest.approx(34.80, abs=0.01)
    assert float(centre - 3 * sigma) == pytest.approx(32.24, abs=0.01)


def test_shares_have_the_limits_of_the_textbook():
    centre, sigma = shares(CANS, [50] * 30)
    assert sum(CANS) == 347
    assert round(centre, 4) == 0.2313
    assert round(centre + 3 * sigma[0], 4) == 0.4102
    assert round(centre - 3 * sigma[0], 4) == 0.0524
    assert np.flatnonzero(signals((np.array(CANS) / 50 - centre) / sigma, "shewhart")).tolist() == [14, 22]  # 15 and 23


def test_counts_have_the_limits_of_the_textbook():
    centre, sigma = rates(BOARDS, np.ones(26))
    assert sum(BOARDS) == 516
    assert round(centre, 2) == 19.85
    assert centre + 3 * sigma[0] == pytest.approx(33.22, abs=0.011)
    assert centre - 3 * sigma[0] == pytest.approx(6.48, abs=0.011)
    assert np.flatnonzero(signals((np.array(BOARDS) - centre) / sigma, "shewhart")).tolist() == [5, 19]  # 6 and 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rules", "published"),
    # Champ and Woodall (1987, Technometrics 29), exact by Markov chains; NIST's handbook repeats 91.75.
    [(("beyond_limits",), 370.40), (("beyond_limits", "two_of_three"), 225.44),
     (("beyond_limits", "four_of_five"), 166.05), (("beyond_limits", "eight_one_side"), 152.73),
     ("western_electric", 91.75)],
)  # fmt: skip
def test_stable_series_run_as_long_as_published(rules, published):
    mean, error = run_length(rules, repeats=8000)
    assert abs(mean - published) < 3.5 * error


def test_the_limits_alone_give_the_false_alarms_of_the_normal_distribution():
    # 1 − 0.9973002ⁿ
    for points in (12, 24):
        assert false_alarms("shewhart", points, estimated=False) == pytest.approx(1 - 0.9973002**points, abs=0.006)


def test_more_rules_give_more_false_alarms():
    found = [
        false_alarms(RULE_SETS[name][:k], 24, repeats=2000) for name in RULE_SETS for k in (1, len(RULE_SETS[name]))
    ]
    assert all(few <= many for few, many in zip(found[::2], found[1::2], strict=True))


#: For each rule a series that just shows the pattern at its last point, and one that just misses it.
CASES = {
    "beyond_limits": ([0, 3.1], [0, 3.0]),
    "two_of_three": ([2.1, 0, 2.1], [2.1, 0, -2.1]),
    "four_of_five": ([1.1, 1.1, 0, 1.1, 1.1], [1.1, 1.1, 0, -1.1, 1.1]),
    "seven_one_side": ([0.1] * 7, [0.1] * 6),
    "eight_one_side": ([-0.1] * 8, [-0.1] * 4 + [0] + [-0.1] * 4),
    "nine_one_side": ([0.1] * 9, [0.1] * 8),
    "six_in_trend": ([0, 0.1, 0.2, 0.3, 0.4, 0.5], [0, 0.1, 0.2, 0.3, 0.3, 0.5]),
    "seven_in_trend": ([6, 5, 4, 3, 2, 1, 0.5], [6, 5, 4, 3, 2, 1]),
    "fourteen_alternating": ([0, 1] * 7, [0, 1] * 6 + [2, 3]),
    "fifteen_within": ([0.9, -0.9, 0.1] * 5, [0.9, -0.9, 0.1] * 4 + [0.1, 1.1, 0.1]),
    "eight_outside": ([1.1, -1.1] * 4, [1.1, -1.1] * 3 + [0.9, 1.1]),
    "two_of_three_inside": ([2.1, 0.1, 2.1], [2.1, -0.1, 2.1]),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_sees_its_pattern_and_nothing_less(name):
    shown, missed = CASES[name]
    done, members = runs(shown, [name])[name]
    assert done[-1]
    assert members[-1]
    assert not runs(missed, [name])[name][0].any()


@settings(max_examples=60)
@given(arrays(float, 40, elements=st.floats(-4, 4, width=32)))
def test_rules_do_not_tell_up_from_down_and_missing_points_give_none(z):
    for name in RULES:
        there, mirrored = runs(z, [name])[name], runs(-z, [name])[name]
        assert (there[0] == mirrored[0]).all()
        assert (there[1] == mirrored[1]).all()
        assert (there[1] | ~there[0] | (name == "two_of_three_inside")).all()
    assert not signals(np.full(40, np.nan), list(RULES)).any()


@given(arrays(float, 30, elements=st.floats(-100, 100)), st.floats(0.1, 50), st.floats(-1000, 1000))
def test_limits_move_with_the_values(x, scale, shift):
    centre, sigma = individuals(x)
    moved, wider = individuals(scale * x + shift)
    assert moved == pytest.approx(scale * centre + shift, abs=1e-6)
    assert wider == pytest.approx(scale * sigma, abs=1e-6)


@pytest.mark.parametrize("kind", ["p", "u"])
def test_false_alarms_of_counts_are_those_of_series_that_are_drawn(kind):
    rng, totals, rate = np.random.default_rng(7), np.arange(30, 54.0), 0.1
    of, found = (shares if kind == "p" else rates), []
    for _ in range(400):
        x = rng.binomial(totals.astype(int), rate) if kind == "p" else rng.poisson(rate * totals)
        centre, sigma = of(x, totals, baseline=np.arange(24) < 10)
        found.append(signals(distances(x / totals, centre, sigma), "nelson").any())
    measured = false_alarms("nelson", 24, baseline=10, kind=kind, centre=rate, totals=tuple(totals))
    assert measured == pytest.approx(np.mean(found), abs=0.08)


def test_false_alarms_without_ground_are_not_known():
    assert np.isnan(false_alarms("nelson", 24, kind="p", centre=0.0, totals=(20.0,) * 24))
    assert np.isnan(false_alarms("nelson", 24, kind="p", centre=0.1, totals=(20.5,) * 24))
    assert np.isnan(false_alarms("nelson", 24, kind="u", centre=0.1, totals=(20.0,) * 24, overdispersed=True))
    assert 0 < false_alarms("nelson", 24, kind="u", centre=0.1, totals=(20.5,) * 24) < 1


def test_off_a_centre_without_variation_is_beyond_every_bound():
    z = distances([5, 5, 9, 1, np.nan], 5.0, 0.0)
    assert np.isnan(z[[0, 1, 4]]).all()
    assert z[[2, 3]].tolist() == [np.inf, -np.inf]
    assert signals(z, "shewhart").tolist() == [False, False, True, True, False]
    assert individuals([2.0] * 9, screened=True) == (2.0, 0.0)
    assert distances([6.0], 5.0, 0.5).tolist() == [2.0]


def test_a_gap_has_no_range_and_ends_a_run():
    assert individuals([1.0, np.nan, 3.0, 5.0])[1] == pytest.approx(2 / 1.128379, rel=1e-6)
    assert not signals([0.1] * 5 + [np.nan] + [0.1] * 5, "western_electric").any()


def test_screening_leaves_out_ranges_beyond_their_limit():
    jump = [1.0, 2, 1, 2, 1, 2, 1, 2, 1, 60, 1, 2, 1, 2]
    assert individuals(jump, screened=True)[1] == pytest.approx(1 / 1.128379, rel=1e-6)
    assert individuals(jump)[1] > 5


def test_overdispersed_limits_follow_what_neighbours_differ():
    rng = np.random.default_rng(5)
    n = np.full(200, 20_000)
    p = 0.1 + rng.normal(0, 0.01, 200)
    _, plain = shares(rng.binomial(n, p), n)
    _, wide = shares(rng.binomial(n, p), n, overdispersed=True)
    # Binomial noise is 0.0021, what happens from time to time 0.01: together 0.0102.
    assert wide[0] == pytest.approx(0.0102, rel=0.12)
    assert plain[0] == pytest.approx(0.0021, rel=0.02)


def test_unknown_rules_are_refused():
    with pytest.raises(DuzhengError, match="nelson"):
        runs([0.0], "nonsense")
    with pytest.raises(DuzhengError, match="three_of_four"):
        runs([0.0], ["three_of_four"])
