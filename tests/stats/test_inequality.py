"""The coefficient of variation against published figures and against what it must not be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.stats import weighted_cv

# The worked example of 教督〔2012〕3号 as published: five schools.
PUPILS = [45, 37, 89, 76, 55]
BOOKS = [279, 137, 935, 160, 402]


def test_cv_equals_the_published_worked_example():
    assert weighted_cv(BOOKS, PUPILS) == pytest.approx(0.515257, abs=5e-7)  # published as 0.52


def test_cv_is_neither_the_unweighted_nor_the_sample_form():
    # The two mistakes found in practice give 0.4888 (unweighted, population) and 0.5465 (unweighted, n − 1).
    assert weighted_cv(BOOKS, PUPILS) != pytest.approx(0.4888, abs=1e-3)
    assert weighted_cv(BOOKS, PUPILS) != pytest.approx(0.5465, abs=1e-3)


def test_equal_ratios_have_no_variation():
    assert weighted_cv([10, 20, 30], [1, 2, 3]) == pytest.approx(0, abs=1e-15)


@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.integers(1, 10**6)), min_size=2, max_size=20).filter(
        lambda pairs: sum(x for x, _ in pairs) > 1
    ),
    st.floats(0.01, 100),
)
def test_units_of_measure_do_not_change_it(pairs, scale):
    totals, sizes = zip(*pairs, strict=True)
    assert weighted_cv([scale * x for x in totals], sizes) == pytest.approx(
        weighted_cv(totals, sizes), rel=1e-6, abs=1e-9
    )


@given(st.lists(st.tuples(st.integers(1, 10**4), st.integers(1, 10**4)), min_size=2, max_size=10))
def test_splitting_a_unit_into_equal_halves_changes_nothing(pairs):
    totals, sizes = zip(*pairs, strict=True)
    halves = ([*totals[1:], totals[0] / 2, totals[0] / 2], [*sizes[1:], sizes[0] / 2, sizes[0] / 2])
    assert weighted_cv(*halves) == pytest.approx(weighted_cv(totals, sizes), rel=1e-9, abs=1e-9)


def test_bad_shapes_and_sizes_are_refused_and_a_missing_figure_is_missing():
    with pytest.raises(ValueError, match="shape"):
        weighted_cv([1, 2], [1])
    with pytest.raises(ValueError, match="positive"):
        weighted_cv([1, 2], [1, 0])
    assert str(weighted_cv([1, float("nan")], [1, 1])) == "nan"
    assert str(weighted_cv([0, 0], [1, 1])) == "nan"
