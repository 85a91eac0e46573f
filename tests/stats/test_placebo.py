"""The placebo rank of one unit among units of a similar baseline: by hand, against statsmodels, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.messages import DuzhengError
from analysis.stats.placebo import least_others, placebo

#: Others by hand: y = x / 2 + r with r = 1, −1, 0, −1, 1, whose sum is 0 and whose products with x add up to 0. So the
#: slope is 1/2, the residual sum of squares 4, and σ² = 4 / 3 with 3 degrees of freedom.
X, Y = [-2.0, -1.0, 0.0, 1.0, 2.0], [0.0, -1.5, 0.0, -0.5, 2.0]
OTHERS = range(1, 6)


def held(baseline, outcome, **more):
    return placebo([baseline, *X], [outcome, *Y], 0, OTHERS, places=0.2, **more)


def some(seed, n=16):
    """Draw two years of units: stable, with as much noise as there is truth."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n)
    return truth + rng.normal(size=n), truth + rng.normal(size=n)


def test_it_equals_the_example_by_hand():
    found = held(0, 2.53)
    # Leverage 1 / 5: the standard error is √(4 / 3 · 6 / 5) = √1.6.
    assert found.expected == pytest.approx(0, abs=1e-12)
    assert found.t == pytest.approx(2.53 / 1.6**0.5)
    assert found.df == 3
    # Without the unit at 2 the others have slope 0 and mean −1/2, a residual sum of squares of 3/2, and leverage 7/10
    # at 1, the end of their range: t = 2.5 / √(0.75 · 1.7) = 2.214. Without that at −2: slope 1, −1.5 at −1, t = 1.328.
    # The other three are not above what is expected.
    assert (held(0, 2.21 * 1.6**0.5).rank, held(0, 2.22 * 1.6**0.5).rank) == (2, 1)
    assert (held(0, 1.32 * 1.6**0.5).rank, held(0, 1.33 * 1.6**0.5).rank) == (3, 2)
    assert (found.of, found.others) == (6, (3, 2, 4, 1, 5))


def test_beyond_the_others_the_line_is_not_prolonged():
    # At −2 it is at −1, with leverage 1 / 5 + 4 / 10; further out it stays there.
    at_the_end, beyond = held(-2, 0), held(-3, 0)
    assert at_the_end.expected == beyond.expected == pytest.approx(-1)
    assert at_the_end.t == beyond.t == pytest.approx(1 / (4 / 3 * 1.6) ** 0.5)


def test_ties_count_against_the_unit():
    # Both it and the other at 0 are just where they are expected; the two ends are further up.
    assert held(0, 0).rank == 4


def test_it_equals_the_prediction_of_statsmodels():
    import statsmodels.api as sm

    before, after = some(1)
    unit = int(np.argsort(before)[2])
    others = [each for each in range(16) if each != unit]
    fit = sm.OLS(after[others], sm.add_constant(before[others])).fit()
    there = fit.get_prediction([[1.0, before[unit]]])
    found = placebo(before, after, unit, others, nearest=15)
    assert found.expected == pytest.approx(there.predicted_mean[0])
    assert found.t == pytest.approx((after[unit] - there.predicted_mean[0]) / there.se_obs[0])
    lower, upper = there.conf_int(obs=True, alpha=0.1)[0]
    assert (found.lower, found.upper) == pytest.approx((lower, upper))
    # Of the placebos those that lie within the range of the rest; the unit is in none of their fits.
    inside = [each for each in others if before[others].min() < before[each] < before[others].max()]
    t = []
    for each in inside:
        rest = [other for other in others if other != each]
        fit = sm.OLS(after[rest], sm.add_constant(before[rest])).fit()
        there = fit.get_prediction([[1.0, before[each]]])
        t.append((after[each] - there.predicted_mean[0]) / there.se_obs[0])
    most = 1 + sum(each >= found.t for each in t)
    assert most <= found.rank <= most + 2


def test_p_is_the_tail_of_the_side_that_is_asked_for():
    from scipy import stats

    up, down = held(0, 2.53), held(0, 2.53, higher=False)
    assert up.p == pytest.approx(stats.t.sf(2.0001, 3), abs=1e-4)
    assert up.p + down.p == pytest.approx(1)
    assert placebo([0, *X], [-2.53, *(-each for each in Y)], 0, OTHERS, places=0.2, higher=False).p == up.p
    # The end of the interval on that side is where p is the level.
    assert held(0, up.upper).p == pytest.approx(0.05)
    assert held(0, up.lower, higher=False).p == pytest.approx(0.05)


@pytest.mark.parametrize("seed", range(3))
def test_other_units_of_measurement_change_nothing(seed):
    before, after = some(seed)
    plain = placebo(before, after, 3, [each for each in range(16) if each != 3])
    scaled = placebo(1000 + 70 * before, 2000 + 40 * after, 3, [each for each in range(16) if each != 3])
    assert (scaled.rank, scaled.others, scaled.refused) == (plain.rank, plain.others, plain.refused)
    assert scaled.t == pytest.approx(plain.t)


def test_the_nearest_baselines_are_compared():
    before = [10, *range(20)]
    found = placebo(before, np.sin(np.arange(21)), 0, range(1, 21), nearest=9)
    assert sorted(before[each] for each in found.others) == [6, 7, 8, 9, 10, 11, 12, 13, 14]
    assert before[found.others[0]] == 10


def test_errors_that_are_alike_in_all_change_nothing_but_the_least_that_they_leave():
    before, after = some(4)
    others = [each for each in range(16) if each != 5]
    plain = placebo(before, after, 5, others)
    known = placebo(before, after, 5, others, variance_before=0.1, variance_after=0.1)
    assert (known.expected, known.t, known.rank) == pytest.approx((plain.expected, plain.t, plain.rank))
    # Others that agree better than their errors allow are believed to do so by chance.
    lucky = placebo(before, before, 5, others, variance_before=0.0, variance_after=4.0)
    assert plain.refused == lucky.refused == ""
    assert (lucky.upper - lucky.expected) > 2


def test_a_figure_that_is_hardly_known_is_expected_to_come_back_further():
    before, after = some(6)
    unit = int(np.argmin(before))
    others = [each for each in range(16) if each != unit]
    errors = np.full(16, 0.2)
    sure, unsure = errors.copy(), errors.copy()
    sure[unit], unsure[unit] = 0.01, 1.5
    found = [placebo(before, after, unit, others, variance_before=each, variance_after=0.2) for each in (sure, unsure)]
    assert found[0].expected < found[1].expected
    assert (found[1].upper - found[1].lower) > (found[0].upper - found[0].lower)


def test_units_that_are_neither_tell_how_far_baselines_lie_apart_and_nothing_else():
    before, after = some(7)
    others = range(1, 12)
    errors = np.linspace(0.1, 0.6, 16)
    whole = placebo(before, after, 0, others, variance_before=errors)
    changed = after.copy()
    changed[12:] = np.nan
    assert placebo(before, changed, 0, others, variance_before=errors) == whole
    fewer = placebo(before[:12], after[:12], 0, others, variance_before=errors[:12])
    assert fewer.expected != whole.expected


def test_what_cannot_be_told_is_refused():
    before, after = some(8)
    others = [each for each in range(16) if each != 0]
    assert placebo(before, after, 0, others[:8]).refused == "too_few"  # rank 1 of 9 is more than a tenth
    assert placebo(before, after, 0, others[:9]).refused == ""
    far = before.copy()
    far[0] = before[1:].min() - 1.01 * before[1:].std(ddof=1)
    assert placebo(far, after, 0, others).refused == "no_overlap"
    far[0] = before[1:].min() - 0.99 * before[1:].std(ddof=1)
    assert placebo(far, after, 0, others).refused == ""
    alike = np.full(16, 100.0)
    assert placebo(before, alike, 0, others).refused == "no_spread"
    assert placebo(before, 3 * before + 1, 0, others).refused == "no_spread"
    assert np.isnan(placebo(before, alike, 0, others).p)


def test_others_of_one_baseline_are_held_to_their_mean():
    found = placebo([5.0] * 11, [9.0, *range(10)], 0, range(1, 11))
    # Ten others from 0 to 9: mean 4.5, variance 55 / 6, standard error of one more √(55 / 6 · 11 / 10).
    assert found.expected == pytest.approx(4.5)
    assert found.t == pytest.approx(4.5 / (55 / 6 * 1.1) ** 0.5)
    assert found.df == 9


@pytest.mark.parametrize(("places", "others"), [(0.05, 19), (0.1, 9), (0.2, 4), (1 / 16, 15)])
def test_so_many_others_make_rank_1_such_a_share(places, others):
    assert least_others(places) == others


@pytest.mark.parametrize(
    "given",
    [
        {"others": range(16)},
        {"others": [1, 2, 99]},
        {"nearest": 8},
        {"places": 0.0},
        {"level": 1.0},
        {"beyond": -1.0},
        {"variance_before": -1.0},
        {"after": [np.nan] * 16},
        {"after": [1.0] * 3},
    ],
)
def test_what_cannot_be_asked_is_refused(given):
    before, after = some(9)
    asked = {"before": before, "after": after, "unit": 0, "others": range(1, 16)} | given
    with pytest.raises(DuzhengError, match="DZ-S002"):
        placebo(**asked)
