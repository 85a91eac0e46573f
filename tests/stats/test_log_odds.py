"""Log odds of categories: by hand after the paper, and what must hold of any counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.stats.log_odds import log_odds


def test_z_is_the_formula_of_fightin_words():
    """Monroe, Colaresi and Quinn (2008), eq. 16 and 22, by hand: α = 2, 2, 6 of α₀ = 10; δ = log(32/78) − log(12/98),
    σ² = 1/32 + 1/12.
    """
    delta, z = log_odds(np.array([[30.0, 10, 60], [10, 30, 60]]), 10)
    assert delta[0, 0] == pytest.approx(np.log(32 / 78) - np.log(12 / 98))
    assert z[0, 0] == pytest.approx((np.log(32 / 78) - np.log(12 / 98)) / np.sqrt(1 / 32 + 1 / 12))


@given(st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=2, max_size=2), st.floats(0.5, 500))
def test_of_two_groups_what_one_says_more_the_other_says_less(counts, prior):
    delta, z = log_odds(np.array(counts, dtype=float), prior)
    assert np.allclose(z[0], -z[1])
    assert np.allclose(delta[0], -delta[1])
    assert np.isfinite(z).all()


def test_a_prior_keeps_a_rare_word_below_a_common_one():
    """6 uses against none is a greater ratio than 60 against 30, and less to go by."""
    delta, z = log_odds(np.array([[6.0, 60, 34], [0, 30, 70]]), 20)
    assert delta[0, 0] > delta[0, 1]
    assert z[0, 0] < z[0, 1]


def test_one_group_has_no_others_to_differ_from():
    assert not np.any(log_odds([[3, 4]], 10))
