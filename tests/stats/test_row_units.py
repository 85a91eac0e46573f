"""Means and shares from sums of places are those of the general way, row by row, to rounding."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.stats import SurveyDesign
from analysis.stats.design import row_units

COLUMNS = ["estimate", "se", "lower", "upper", "df", "n", "psus", "deff"]


def made(seed, *, places=12, lonely=False, empty=False):
    """Two strata of places with some persons each; a number with gaps, a group, and something to calibrate to."""
    chance = np.random.default_rng(seed)
    sizes = chance.integers(1 if lonely else 2, 9, places)
    place = np.repeat(np.arange(places), sizes)
    rows = pd.DataFrame({"place": place, "stratum": place % 2, "id": np.arange(len(place))})
    rows["w"] = 1 + chance.integers(1, 5, places)[place] + (chance.random(len(place)) if seed % 2 else 0)
    rows["y"] = np.round(chance.normal(50, 10, len(rows)) + 4 * chance.normal(size=places)[place], 1)
    rows["z"] = chance.integers(1, 8, len(rows)).astype(float)
    rows.loc[chance.random(len(rows)) < 0.1, "y"] = np.nan
    rows["group"] = chance.choice(["a", "b", "c"], len(rows), p=[0.6, 0.35, 0.05])
    rows["kind"] = chance.choice(["k", "l"], len(rows))
    rows["n"], rows["m"] = 9.0 + rows["stratum"], sizes[place] + 5.0
    if empty:
        rows.loc[rows["group"] == "c", "w"] = 0.0
    design = SurveyDesign(
        rows, weights="w", strata="stratum", psu="place", ssu="id", fpc=("n", "m"), lonely_psu="adjust"
    )
    if seed % 3 == 1:
        design = design.poststratify(pd.DataFrame({"stratum": [0, 1], "total": [500, 700]}))
    if seed % 3 == 2:
        design = design.rake([pd.DataFrame({"stratum": [0, 1], "total": [500, 700]}),
                              pd.DataFrame({"kind": ["k", "l"], "total": [650, 550]})])  # fmt: skip
    return design


def short(design, statistic, names, by=(), *, level=0.95, df="design", deff="wr", method="logit"):
    groups = [by] if isinstance(by, str) else list(by)
    return row_units.estimates(design, statistic, names, groups, level=level, df=df, deff=deff, method=method)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.booleans(), st.sampled_from(["domain", "design", 7.0]),
       st.sampled_from([(), "group", ("group", "kind")]))  # fmt: skip
def test_both_ways_give_the_same_numbers_and_notes(seed, lonely, empty, df, by):
    design = made(seed, lonely=lonely, empty=empty)
    general = design.mean(["y", "z"], by=by, df=df)
    ours = short(design, "mean", ["y", "z"], by, df=df)
    pd.testing.assert_frame_equal(ours[COLUMNS], general[COLUMNS], rtol=1e-8, atol=1e-9, check_dtype=False)
    assert ours["note"].tolist() == general["note"].tolist()
    names = ["variable", *([by] if isinstance(by, str) else by)]
    pd.testing.assert_frame_equal(ours[names], general[names], check_dtype=False)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.sampled_from(["logit", "beta", "wilson"]),
       st.sampled_from([(), "group"]))  # fmt: skip
def test_shares_are_the_same_too(seed, empty, method, by):
    design = made(seed, empty=empty)
    design = design.with_columns(
        {"z": design.data["z"].astype("Int16"), "kind": design.data["kind"].astype("category")}
    )
    general = design.proportion(["z", "kind"], by=by, method=method, df="domain")
    ours = short(design, "proportion", ["z", "kind"], by, df="domain", method=method)
    # Shares that were calibrated to have no error, and an interval of rounding in the general way.
    known = (general["se"] < 1e-9) & (general["estimate"] > 0) & (general["estimate"] < 1)
    pd.testing.assert_frame_equal(ours.loc[~known, COLUMNS], general.loc[~known, COLUMNS], rtol=1e-7, atol=1e-9,
                                  check_dtype=False)  # fmt: skip
    assert ours.loc[known, "se"].max() < 1e-9 or not known.any()
    names = ["variable", "category", *([by] if by else [])]
    pd.testing.assert_frame_equal(ours[names], general[names], check_dtype=False)


def test_many_rows_go_the_short_way_and_say_what_was_asked(monkeypatch):
    design = made(5)
    general = design.mean("y", by="group")
    monkeypatch.setattr(row_units, "MANY", 0)
    short = design.mean("y", by="group")
    pd.testing.assert_frame_equal(short[COLUMNS], general[COLUMNS], rtol=1e-8, check_dtype=False)
    assert short.attrs == general.attrs


@pytest.mark.parametrize("deff", ["wr", "wor"])
def test_design_effects_have_the_same_denominator(deff):
    design = made(8)
    ours = short(design, "mean", ["y"], "group", level=0.9, df="domain", deff=deff)
    assert ours["deff"].to_numpy() == pytest.approx(design.mean("y", by="group", deff=deff)["deff"], nan_ok=True)
