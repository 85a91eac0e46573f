"""Moments in replicates: the same as one replicate after the other, in one pass over the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.messages import DuzhengError
from analysis.stats import SurveyDesign
from analysis.stats.design.moments import GROUPED, KEPT, POOLED, moments
from analysis.stats.reliability import cronbach_alpha

ITEMS = ["a", "b", "c"]


def _rows(seed: int = 1, n: int = 600, gaps: float = 0.08) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, 4, n)
    school = stratum * 100 + rng.integers(0, 5, n)
    common = rng.normal(size=n) + 0.4 * rng.normal(size=500)[school]
    rows = pd.DataFrame({name: np.round(common + rng.normal(size=n), 2) for name in ITEMS})
    rows.loc[rng.random(n) < gaps, "a"] = np.nan
    return rows.assign(
        w=rng.uniform(1, 3, n), stratum=stratum, school=school, sex=rng.integers(0, 2, n), half=stratum // 2
    )


def _alpha(covariance: np.ndarray) -> np.ndarray:
    k = covariance.shape[-1]
    return k / (k - 1) * (1 - np.trace(covariance, axis1=-2, axis2=-1) / covariance.sum(axis=(-2, -1)))


def _raked(rows: pd.DataFrame | None = None) -> SurveyDesign:
    margins = [
        pd.DataFrame({"half": [0, 1], "total": [700.0, 500]}),
        pd.DataFrame({"sex": [0, 1], "total": [650.0, 550]}),
    ]
    return SurveyDesign(_rows() if rows is None else rows, weights="w", strata="stratum", psu="school").rake(margins)


@pytest.mark.parametrize("by", [[], ["half"]])
def test_replicates_of_a_raked_sample_are_raked_anew(by):
    design = _raked(_rows(gaps=0.0))
    found = moments(design, design.data[ITEMS], by=by, count=20)
    # The long way: every row's weight in every replicate, raked over all rows.
    slow = design.replicates("bootstrap", count=20).estimate(
        lambda rows, w: cronbach_alpha(rows[ITEMS], w), by=by, df="domain"
    )
    assert _alpha(found.covariance) == pytest.approx(slow["estimate"].to_numpy(), rel=1e-10)
    assert found.error(_alpha(found.covariances)) == pytest.approx(slow["se"].to_numpy(), rel=1e-8)
    assert found.df.tolist() == slow["df"].tolist()
    assert found.n.tolist() == slow["n"].tolist()
    assert found.psus.tolist() == slow["psus"].tolist()
    assert found.note == ""


def test_covariances_are_those_of_rows():
    rows = _rows()
    found = moments(SurveyDesign(rows.assign(w=1.0), weights="w"), rows[ITEMS], count=5)
    assert found.covariance[0] == pytest.approx(rows[ITEMS].cov().to_numpy(), rel=1e-12)
    assert found.mean[0] == pytest.approx(rows[ITEMS].mean().to_numpy(), rel=1e-12)
    assert found.pairs[0].tolist() == [[len(rows[[x, y]].dropna()) for y in ITEMS] for x in ITEMS]
    whole = moments(SurveyDesign(rows, weights="w"), rows[ITEMS], count=5, missing="listwise")
    left = rows.dropna(subset=ITEMS)
    expected = np.cov(left[ITEMS], rowvar=False, aweights=left["w"], ddof=0) * len(left) / (len(left) - 1)
    assert whole.covariance[0] == pytest.approx(expected, rel=1e-12)
    assert whole.mean[0] == pytest.approx(np.average(left[ITEMS], axis=0, weights=left["w"]), rel=1e-12)
    assert whole.n.tolist() == [len(left)]


def test_a_mean_has_the_error_of_the_replicates_and_near_that_of_linearisation():
    design = _raked()
    found = moments(design, design.data[["b"]], count=400)
    assert found.error(found.means)[0, 0] == pytest.approx(design.mean("b")["se"][0], rel=0.15)


def test_intervals_keep_to_what_can_be():
    found = moments(_raked(), _rows()[ITEMS], by=["half"], count=50)
    alpha = _alpha(found.covariance)
    lower, upper = found.bounds(alpha, _alpha(found.covariances), 0.95, of="rest")
    assert (lower < alpha).all()
    assert (alpha < upper).all()
    assert (upper < 1).all()


def test_trimmed_weights_are_kept_and_that_is_said():
    design = _raked().trim(upper=6)
    assert moments(design, design.data[ITEMS], count=3).note == KEPT


def test_rows_that_do_not_fit_are_refused():
    with pytest.raises(DuzhengError, match="DZ-S002"):
        moments(_raked(), _rows(n=10)[ITEMS])


def test_lonely_strata_are_drawn_from_together():
    rows = _rows(gaps=0.0)
    rows = rows[(rows["stratum"] != 3) | (rows["school"] == 302)]
    design = SurveyDesign(rows, weights="w", strata="stratum", psu="school", lonely_psu="adjust")
    found = moments(design, rows[["b"]], count=300)
    assert found.note == POOLED
    assert found.error(found.means)[0, 0] == pytest.approx(design.mean("b")["se"][0], rel=0.25)


def test_very_many_units_are_drawn_in_groups():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"w": 1.0, "y": rng.normal(size=30_000)})
    found = moments(SurveyDesign(rows, weights="w"), rows[["y"]], count=300)
    assert found.note == GROUPED
    # The error of a mean of 30,000 is the sd over their root: known to some 8 % by 100 groups and 300 draws.
    assert found.error(found.means)[0, 0] == pytest.approx(rows["y"].std() / np.sqrt(30_000), rel=0.25)
