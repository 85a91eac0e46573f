"""Inequality: published figures, R's numbers, influences as slopes, and what a figure must not be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stats.reference import ENTRIES, data

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign, weighted_cv
from analysis.stats.dispersion import plain_cv
from analysis.stats.inequality import MEASURE, inequality, theil_decomposition

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


def test_r_s_numbers():
    frame = data("apistrat")
    x, w = frame["enroll"], frame["pw"]
    weighted, plain = (inequality(x, weights).set_index("measure")["estimate"] for weights in (w, None))
    value = {key: ENTRIES[key]["value"] for key in ENTRIES if key.startswith(("gini_", "theil", "cv_"))}
    assert weighted["gini"] * 100 == pytest.approx(value["gini_laeken_enroll_w"], rel=1e-9)
    assert plain["gini"] * 100 == pytest.approx(value["gini_laeken_enroll"], rel=1e-9)
    assert weighted["theil_t"] == pytest.approx(value["theilT_enroll_w"], rel=1e-9)
    assert weighted["theil_l"] == pytest.approx(value["theilL_enroll_w"], rel=1e-9)
    assert plain["theil_t"] == pytest.approx(value["theilT_enroll"], rel=1e-9)
    assert plain_cv(x) == pytest.approx(value["cv_enroll"], rel=1e-9)
    assert plain["cv"] == pytest.approx(plain_cv(x, form="population"), rel=1e-12)
    assert weighted["cv"] == pytest.approx(weighted_cv(x * w, w), rel=1e-12)


@pytest.mark.parametrize("measure", list(MEASURE))
def test_influences_are_the_slopes_of_the_weights(measure):
    rng = np.random.default_rng(2)
    x, w = np.round(rng.lognormal(size=23), 1), rng.uniform(1, 3, 23)
    value, influence = MEASURE[measure](x, w)
    for unit in range(23):
        sides = []
        for step in (1e-5, -1e-5):
            moved = w.copy()
            moved[unit] += step
            sides.append(MEASURE[measure](x, moved)[0])
        assert influence[unit] == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-5, abs=1e-8)
    assert np.sum(w * influence) == pytest.approx(0, abs=1e-12)  # scaling all weights changes nothing
    assert MEASURE[measure](x * 7, w)[0] == pytest.approx(value, rel=1e-12)


def test_a_design_s_errors_and_the_bootstrap_s():
    frame = data("apiclus1")
    one = SurveyDesign(frame, weights="pw")
    alone = inequality(frame["enroll"], frame["pw"])
    assert list(inequality(frame["enroll"], design=one)["se"]) == pytest.approx(list(alone["se"]), rel=1e-9)
    clustered = inequality(frame["enroll"], design=SurveyDesign(frame, weights="pw", psu="dnum"))
    assert clustered["se"][0] != pytest.approx(alone["se"][0], rel=0.05)
    drawn = inequality(frame["enroll"], frame["pw"], method="bootstrap", draws=400)
    assert list(drawn["se"]) == pytest.approx(list(alone["se"]), rel=0.2)
    assert drawn.equals(inequality(frame["enroll"], frame["pw"], method="bootstrap", draws=400))


@given(st.lists(st.tuples(st.floats(0.1, 100), st.sampled_from("abc"), st.floats(0.5, 4)), min_size=2, max_size=20))
def test_theil_s_parts_add_up(units):
    x, groups, w = (np.array(part) for part in zip(*units, strict=True))
    for form in ("t", "l"):
        found = theil_decomposition(x, groups, w, form=form)
        parts, total = found["contribution"][:-1].sum(), found["contribution"].iloc[-1]
        assert parts == pytest.approx(total, abs=1e-10)
        assert (found["theil"].dropna() >= -1e-12).all()


def test_equal_amounts_and_wrong_ones():
    same = inequality([3.0, 3, 3, 3]).set_index("measure")
    assert same.loc["gini", "estimate"] == pytest.approx(0, abs=1e-12)
    assert same.loc["quintile_ratio", "estimate"] == pytest.approx(1)
    assert set(same["note"]) == {"all amounts are the same"}
    with pytest.raises(DuzhengError, match="1 amounts of zero or less"):
        inequality([0.0, 1, 2])
    with pytest.raises(DuzhengError, match="1 negative amounts"):
        inequality([-1.0, 2, 3], measures=["gini"])
    with pytest.raises(DuzhengError, match="measures atkinson"):
        inequality([1.0, 2], measures=["atkinson"])
    with pytest.raises(DuzhengError, match="weights that are not positive"):
        inequality([1.0, 2], [1, 0])
