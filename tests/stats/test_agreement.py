"""Kappa and its intervals: against the test of fit that they invert, in repeated samples, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.stats.agreement import kappa_interval, kappa_of_rows


@pytest.mark.parametrize(("both", "one", "n"), [(20, 15, 50), (6, 3, 160), (1, 1, 10)])
def test_kappas_interval_is_what_a_test_of_fit_does_not_reject(both, one, n):
    """Donner and Eliasziw (1992): at both ends the goodness of fit is 3.841, the 95th percentile of χ² with 1 df."""
    p = (2 * both + one) / (2 * n)
    q = p * (1 - p)
    for kappa in kappa_interval(both, one, n):
        share = np.array([p * p + q * kappa, 2 * q * (1 - kappa), (1 - p) ** 2 + q * kappa])
        seen = np.array([both, one, n - both - one])
        assert (((seen - n * share) ** 2) / (n * share)).sum() == pytest.approx(3.841, abs=1e-3)


def test_kappas_interval_holds_the_truth_in_about_95_of_100_samples():
    chance, p, kappa, n = np.random.default_rng(7), 0.1, 0.8, 160
    cells = [p * p + p * (1 - p) * kappa, 2 * p * (1 - p) * (1 - kappa), (1 - p) ** 2 + p * (1 - p) * kappa]
    held = [low <= kappa <= high for low, high in
            (kappa_interval(a, b, n) for a, b, _ in chance.multinomial(n, cells, size=400))]  # fmt: skip
    assert 0.92 < np.mean(held) < 0.98


def test_where_all_agree_on_few_the_interval_still_has_a_width():
    assert kappa_interval(3, 0, 80)[0] < 0.6
    assert kappa_interval(3, 0, 80)[1] == 1


def test_kappa_of_many_answers_is_that_of_all_of_them_together():
    """The usual worked example: of 50, 20 and 15 alike, 5 and 10 not: kappa 0.40, whether in one column or five."""
    first = np.repeat([True, True, False, False], [20, 5, 10, 15])
    second = np.repeat([True, False, True, False], [20, 5, 10, 15])
    for width in (1, 5):
        kappa, lower, upper = kappa_of_rows(first.reshape(-1, width), second.reshape(-1, width))
        assert kappa == pytest.approx(0.40)
        assert -1 <= lower < kappa < upper <= 1


def test_raters_who_always_say_the_same_have_no_kappa():
    never = np.zeros((4, 2), dtype=bool)
    assert np.isnan(kappa_of_rows(never, never)[0])
