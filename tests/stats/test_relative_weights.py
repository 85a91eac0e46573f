"""Relative weights: relaimpo's numbers, what can be worked out by hand, and what must hold for all."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.messages import DuzhengError
from analysis.stats.relative_weights import explained, johnson, shapley

#: R's ``cor(swiss)``, upper triangle: Fertility, Agriculture, Examination, Education, Catholic, Infant.Mortality.
_UPPER = np.array(
    [[1, 0.35307918, -0.64588270, -0.66378886, 0.46368470, 0.41655603],
     [0, 1, -0.68654221, -0.63952252, 0.40109505, -0.06085861],
     [0, 0, 1, 0.69841530, -0.57274180, -0.11402160],
     [0, 0, 0, 1, -0.15385892, -0.09932185],
     [0, 0, 0, 0, 1, 0.17549591],
     [0, 0, 0, 0, 0, 1]]
)  # fmt: skip
SWISS = np.triu(_UPPER) + np.triu(_UPPER, 1).T


def _correlations(seed: int, p: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(3 * p + 5, p + 1)) + rng.uniform(0, 2) * rng.normal(size=(3 * p + 5, 1))
    r = np.corrcoef(rows, rowvar=False)
    return r[1:, 1:], r[0, 1:]


def _r2(r_xx: np.ndarray, r_xy: np.ndarray, chosen: list[int]) -> float:
    part = r_xy[chosen]
    return float(part @ np.linalg.solve(r_xx[np.ix_(chosen, chosen)], part)) if chosen else 0.0


def test_shares_of_the_swiss_data_are_relaimpo_s():
    # R 4, relaimpo 2.2: calc.relimp(Fertility ~ ., swiss, type = "lmg")$lmg, as its vignette (Grömping 2006) has them.
    expected = [0.05709122, 0.17117302, 0.26013468, 0.10557015, 0.11276592]
    assert shapley(SWISS[1:, 1:], SWISS[0, 1:]) == pytest.approx(expected, abs=1e-7)
    assert explained(SWISS[1:, 1:], SWISS[0, 1:]) == pytest.approx(0.706735, abs=1e-6)  # summary(lm(…))$r.squared


def test_two_variables_by_hand():
    r, one, two = 0.5, 0.6, 0.4
    r2 = (one**2 + two**2 - 2 * r * one * two) / (1 - r**2)
    # Entering first it explains its r², entering last R² less that of the other.
    expected = [(one**2 + r2 - two**2) / 2, (two**2 + r2 - one**2) / 2]
    assert shapley([[1, r], [r, 1]], [one, two]) == pytest.approx(expected, abs=1e-12)
    # The root of [[1, r], [r, 1]] has a = (√(1+r) + √(1−r)) / 2 on its diagonal, b = (√(1+r) − √(1−r)) / 2 off it.
    a, b = (np.sqrt(1 + r) + np.sqrt(1 - r)) / 2, (np.sqrt(1 + r) - np.sqrt(1 - r)) / 2
    beta = np.linalg.solve([[a, b], [b, a]], [one, two])
    assert johnson([[1, r], [r, 1]], [one, two]) == pytest.approx(
        [a**2 * beta[0] ** 2 + b**2 * beta[1] ** 2, b**2 * beta[0] ** 2 + a**2 * beta[1] ** 2], abs=1e-12
    )


def test_alike_variables_share_alike():
    # Three variables that correlate 0.5 with each other and 0.4 with the outcome: R² = 3 · 0.16 / (1 + 2 · 0.5) = 0.24.
    r = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    for weights in (shapley(r, [0.4] * 3), johnson(r, [0.4] * 3)):
        assert weights == pytest.approx([0.08] * 3, abs=1e-12)


def test_a_variable_twice_has_half_each():
    # a and a again, b uncorrelated: the limit of ever more alike variables.
    r = np.array([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]])
    for weights in (shapley(r, [0.6, 0.6, 0.3]), johnson(r, [0.6, 0.6, 0.3])):
        assert weights == pytest.approx([0.18, 0.18, 0.09], abs=1e-9)


@given(st.integers(0, 10**6), st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_weights_are_shares_of_r2(seed, p):
    r_xx, r_xy = _correlations(seed, p)
    order = np.random.default_rng(seed).permutation(p)
    whole = _r2(r_xx, r_xy, list(range(p)))
    for weigh in (shapley, johnson):
        weights = weigh(r_xx, r_xy)
        assert weights.sum() == pytest.approx(whole, abs=1e-9)
        assert weights.sum() == pytest.approx(explained(r_xx, r_xy), abs=1e-9)
        assert (weights >= -1e-12).all()
        assert weigh(r_xx[np.ix_(order, order)], r_xy[order]) == pytest.approx(weights[order], abs=1e-9)
        # The direction of a variable is a matter of how it was coded.
        sign = np.where(order % 2, -1.0, 1.0)
        assert weigh(r_xx * np.outer(sign, sign), r_xy * sign) == pytest.approx(weights, abs=1e-9)
        free = 0.9 * r_xy / np.linalg.norm(r_xy)
        assert weigh(np.eye(p), free) == pytest.approx(free**2, abs=1e-12)
    if p == 2:
        assert shapley(r_xx, r_xy) == pytest.approx(johnson(r_xx, r_xy), abs=1e-9)


@pytest.mark.parametrize("p", [3, 5])
def test_shapley_is_the_mean_over_all_orders(p):
    r_xx, r_xy = _correlations(p, p)
    orders = list(permutations(range(p)))
    added = np.zeros(p)
    for order in orders:
        for place, j in enumerate(order):
            added[j] += _r2(r_xx, r_xy, [*order[: place + 1]]) - _r2(r_xx, r_xy, [*order[:place]])
    assert shapley(r_xx, r_xy) == pytest.approx(added / len(orders), abs=1e-10)


def test_many_matrices_at_once_are_each_alone():
    several = [_correlations(seed, 12) for seed in range(3)]
    r_xx, r_xy = np.stack([a for a, _ in several]), np.stack([b for _, b in several])
    for weigh in (shapley, johnson):
        together = weigh(r_xx.reshape(3, 1, 12, 12), r_xy.reshape(3, 1, 12))
        assert together.shape == (3, 1, 12)
        for k, (a, b) in enumerate(several):
            assert together[k, 0] == pytest.approx(weigh(a, b), abs=1e-12)


def test_what_cannot_be_weighed_is_said():
    with pytest.raises(DuzhengError, match="13 variables; expected at most 12"):
        shapley(np.eye(13), np.zeros(13))
    with pytest.raises(DuzhengError, match="DZ-S002"):
        johnson(np.eye(3), [0.1, 0.2])
