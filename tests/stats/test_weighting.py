"""Calibration, trimming and nonresponse: totals are met, errors are residuals', and what can't be is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stats.reference import API99, STYPE, WIDE, data, design

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign
from analysis.stats.design.variance import score_covariance


def _rows(seed: int, n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    psu = rng.integers(0, 40, n)
    return pd.DataFrame(
        {
            "w": rng.uniform(1, 5, n), "psu": psu, "h": psu % 4, "sex": rng.choice(list("fm"), n),
            "grade": rng.integers(3, 7, n), "size": rng.gamma(4.0, 10.0, n), "d": rng.integers(0, 3, n),
            "y": rng.normal(3, 1, n) + rng.normal(0, 0.4, 40)[psu],
        }
    )  # fmt: skip


def _margin(frame: pd.DataFrame, name: str, total: float, seed: int) -> pd.DataFrame:
    values = np.sort(frame[name].unique())
    share = np.random.default_rng(seed).dirichlet(np.full(len(values), 20.0))
    return pd.DataFrame({name: values, "total": share * total})


def test_the_design_and_the_data_are_left_as_they_were():
    before = design("dclus1").current_weights().copy()
    design("dclus1").rake([STYPE, WIDE])
    pd.testing.assert_series_equal(design("dclus1").current_weights(), before)
    assert design("dclus1").steps == ()


def test_raking_is_calibration_by_raking():
    raked, calibrated = design("rclus1"), design("gclus1r")
    np.testing.assert_allclose(raked.current_weights(), calibrated.current_weights(), rtol=1e-12)
    pd.testing.assert_frame_equal(raked.mean("api00"), calibrated.mean("api00"), rtol=1e-11)


def test_poststrata_of_one_variable_are_its_calibration():
    calibrated = design("dclus1").calibrate(STYPE)
    np.testing.assert_allclose(design("dclus1p").current_weights(), calibrated.current_weights(), rtol=1e-12)
    pd.testing.assert_frame_equal(design("dclus1p").mean("api00"), calibrated.mean("api00"), rtol=1e-11)


def test_a_variable_that_was_calibrated_to_has_no_error():
    known = design("gclus1").total(["api99", "stypeE"])
    assert list(known["estimate"]) == pytest.approx([3914069, 4421], rel=1e-12)
    assert known["se"].max() < 1e-6


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_raked_weights_meet_every_margin_and_scale_with_it(seed):
    frame = _rows(seed)
    margins = [_margin(frame, name, 9000.0, seed) for name in ("sex", "grade", "h")]
    raked = SurveyDesign(frame, weights="w", strata="h", psu="psu").rake(margins)
    report = raked.margin_report()
    np.testing.assert_allclose(report["now"], report["target"], rtol=1e-11)
    larger = SurveyDesign(frame, weights="w").rake([m.assign(total=m["total"] * 10) for m in margins])
    np.testing.assert_allclose(larger.current_weights(), raked.current_weights() * 10, rtol=1e-11)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["linear", "raking", "logit"]))
def test_calibration_meets_totals_within_its_bounds(seed, method):
    frame = _rows(seed)
    base = SurveyDesign(frame, weights="w", strata="h", psu="psu")
    size = float((frame["w"] * frame["size"]).sum())
    totals = [
        _margin(frame, "grade", frame["w"].sum() * 1.05, seed),
        pd.DataFrame({"variable": ["size"], "total": [size * 1.08]}),
    ]
    made = base.calibrate(totals, method=method, bounds=(0.2, 4))
    report = made.margin_report()
    np.testing.assert_allclose(report["now"], report["target"], rtol=1e-11)
    factor = made.current_weights() / frame["w"]
    assert factor.between(0.2, 4).all()


def test_scores_of_rows_and_cells_give_one_covariance():
    """A regression's errors and a mean's must take calibration into account in the same way."""
    frame = _rows(3).assign(f1=80.0, f2=50.0)
    frame["ssu"] = np.arange(len(frame))
    frame["f1"] = frame["h"].map({0: 30, 1: 25, 2: 40, 3: 60}).astype(float)
    base = SurveyDesign(frame, weights="w", strata="h", psu="psu", ssu="ssu", fpc=("f1", "f2"))
    made = base.rake([_margin(frame, "sex", 5000.0, 1), _margin(frame, "grade", 5000.0, 2)]).poststratify(
        _margin(frame, "sex", 5000.0, 5)
    )
    here = (frame["d"] == 1).to_numpy()
    w = made.current_weights().to_numpy()
    scores = np.column_stack([w * here * (frame[c] - np.average(frame.loc[here, c], weights=w[here])) for c in "y"])
    matrix = score_covariance(made.plan, scores / w[here].sum(), here)
    means = made.mean("y", by="d").set_index("d")
    assert means.loc[1, "se"] ** 2 == pytest.approx(matrix[0, 0], rel=1e-10)
    both = made.covariance("y", by="d")
    assert np.diag(both) == pytest.approx(means["se"].to_numpy() ** 2, rel=1e-10)


def test_domains_of_a_calibrated_design_add_up():
    made = SurveyDesign(_rows(8), weights="w", strata="h", psu="psu").rake([_margin(_rows(8), "sex", 700.0, 1)])
    parts = made.total("y", by="d")
    matrix = made.covariance("y", statistic="total", by="d").to_numpy()
    whole = made.total("y").iloc[0]
    assert parts["estimate"].sum() == pytest.approx(whole["estimate"], rel=1e-12)
    assert matrix.sum() == pytest.approx(whole["se"] ** 2, rel=1e-9)


def test_an_unequal_start_keeps_its_ratios_within_a_combination():
    frame = _rows(11)
    made = SurveyDesign(frame, weights="w").rake([_margin(frame, "sex", 900.0, 1), _margin(frame, "grade", 900.0, 2)])
    factor = (made.current_weights() / frame["w"]).groupby([frame["sex"], frame["grade"]])
    assert (factor.max() / factor.min()).max() == pytest.approx(1, abs=1e-12)


def test_numeric_totals_alone_need_no_size_of_the_population():
    made = design("dclus1").calibrate(API99)
    assert (made.current_weights() * data("apiclus1")["api99"]).sum() == pytest.approx(3914069, rel=1e-12)


def test_every_fault_of_margins_is_named_at_once():
    frame = _rows(1)
    frame.loc[frame.index[0], "sex"] = None
    margins = [
        pd.DataFrame({"sex": ["f", "m", "m"], "total": [1.0, -2.0, 3.0]}),
        pd.DataFrame({"sex": ["f", "x"], "total": [10.0, 10.0]}),
        pd.DataFrame({"grade": [3, 4, 5, 6], "total": [1.0, 2, 3, 0]}),
        pd.DataFrame({"form": ["a"], "total": [1.0]}),
        pd.DataFrame({"grade": [3]}),
    ]
    with pytest.raises(DuzhengError) as caught:
        SurveyDesign(frame, weights="w").rake(margins)
    text = str(caught.value)
    for part in (
        "sex=m: total -2.0", "sex=m twice", "rows with sex=m, which has no total", "1 rows with sex=nan",
        "no row with sex=x, whose total is 10", "rows with grade=6, whose total is 0", "margin 4: form",
        "margin 5: DataFrame of 1 rows with the columns grade",
    ):  # fmt: skip
        assert part in text
    assert {fault.code for fault in caught.value.faults} == {"DZ-S004"}


def test_margins_of_different_populations_are_refused():
    with pytest.raises(DuzhengError, match=r"different populations: stype 6,194, sch\.wide 6,000"):
        design("dclus1").rake([STYPE, pd.DataFrame({"sch.wide": ["No", "Yes"], "total": [1000, 5000]})])


def test_margins_that_contradict_an_empty_cell_are_named():
    rows = pd.DataFrame({"w": [1.0] * 4, "x": list("aabb"), "z": list("ccdd")})
    margins = [pd.DataFrame({"x": ["a", "b"], "total": [60, 40]}), pd.DataFrame({"z": ["c", "d"], "total": [50, 50]})]
    with pytest.raises(DuzhengError, match=r"at best.*expected 60|x a: .* at best") as caught:
        SurveyDesign(rows, weights="w").rake(margins)
    assert "merge categories" in str(caught.value)


def test_bounds_too_tight_and_negative_factors_say_what_to_do():
    with pytest.raises(DuzhengError, match=r"with g from 0\.99 to 1\.01"):
        design("dclus1").calibrate([STYPE, WIDE], method="logit", bounds=(0.99, 1.01))
    rows = pd.DataFrame({"w": [1.0] * 5, "size": [1.0, 2, 3, 4, 50]})
    far = [pd.DataFrame({"total": [5]}), pd.DataFrame({"variable": ["size"], "total": [5.5]})]
    with pytest.raises(DuzhengError, match=r"negative weights.*bounds=\(0, inf\)"):
        SurveyDesign(rows, weights="w").calibrate(far)
    with pytest.raises(DuzhengError, match="one below and one above 1"):
        design("dclus1").calibrate(STYPE, method="logit")


def test_trimming_keeps_the_sum_and_refuses_the_impossible():
    trimmed = design("dclus1").poststratify(STYPE).trim(upper=50)
    assert trimmed.current_weights().max() <= 50
    assert trimmed.current_weights().sum() == pytest.approx(6194, rel=1e-12)
    with pytest.raises(DuzhengError, match=r"The mean weight is 33\.8"):
        design("dclus1").trim(upper=30)


def test_respondents_stand_for_their_class():
    frame = _rows(21)
    frame["answered"] = np.random.default_rng(5).random(len(frame)) < 0.6
    base = SurveyDesign(frame, weights="w", strata="h", psu="psu")
    made = base.nonresponse("answered", by=["grade", "sex"])
    sums = made.current_weights().groupby([frame["grade"], frame["sex"]]).sum()
    pd.testing.assert_series_equal(sums, frame.groupby(["grade", "sex"])["w"].sum(), check_names=False, rtol=1e-12)
    assert (made.current_weights()[~frame["answered"]] == 0).all()
    assert made.mean("y").loc[0, "n"] == frame["answered"].sum()
    frame.loc[frame["grade"] == 3, "answered"] = False
    frame["answered"] = frame["answered"].astype(object)
    frame.loc[frame.index[-1], "answered"] = None
    with pytest.raises(DuzhengError) as caught:
        base.nonresponse("answered", by=["grade", "sex"], smallest=5)
    assert "0 respondents in grade=3, sex=f" in str(caught.value)
    assert "1 rows without True or False" in str(caught.value)


def test_the_report_of_weights_is_kishs():
    w = data("weights_apiclus1")["rclus1"]
    now = design("rclus1").weight_report()
    assert list(now["step"]) == ["given", "rake"]
    assert now["kish_deff"].iloc[1] == pytest.approx(len(w) * (w**2).sum() / w.sum() ** 2, rel=1e-11)
    assert now["effective_n"].iloc[1] == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-11)
