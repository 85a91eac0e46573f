"""The multiverse: claims by every combination of choices, and in how many they hold."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from analysis.messages import DuzhengError, Fault
from analysis.satisfaction.indices.index import indices_of, scored
from analysis.satisfaction.robustness.claims import Above, Changed, Higher, Measured, Reaches
from analysis.satisfaction.robustness.multiverse import CHOICES, EVERY, multiverse
from analysis.surveys.example import example_design

TWO = {"a": ("x", "y"), "b": (1, 2, 3)}


@pytest.fixture(scope="module")
def design():
    return example_design(schools=8, persons=12)


@pytest.fixture(scope="module")
def volunteers():
    return example_design("open", schools=8, persons=12)


def measured(value, *, holds=True, scale=2.0):
    return Measured(value, 0.1, value - 0.2, value + 0.2, 9.0, 50, holds, scale=scale, measure="invented")


# Claims


def test_above_is_the_difference_of_the_means_with_the_error_of_its_linearised_scores(design):
    found = Above("ixPlace", column="district", code="b")((design,))
    sample = scored(design, indices_of(design, "ixPlace"))
    y, w = sample.data["ixPlace"].to_numpy(float), sample.current_weights()
    inside, there = (sample.data["district"] == "b").to_numpy(), ~np.isnan(y)
    means = [np.average(y[rows & there], weights=w[rows & there]) for rows in (inside, np.ones(len(y), bool))]
    assert found.estimate == pytest.approx(means[0] - means[1])
    # Woodruff's (1971) linearised variable of a difference of two ratios: its total has the error of the difference.
    score = np.where(inside, (y - means[0]) / w[inside & there].sum(), 0) - (y - means[1]) / w[there].sum()
    whole = sample.with_columns({"score": np.where(there, score, 0.0)}).total("score")
    assert found.se == pytest.approx(whole["se"].iloc[0])
    assert found.df == 7  # eight schools of one stratum


def test_higher_is_the_contrast_of_the_design(design):
    found = Higher("ixTeach", column="district", code="a", than="b")((design,), conversion="top2")
    sample = scored(design, indices_of(design, "ixTeach"), conversion="top2")
    row = sample.contrast(
        "ixTeach", {"d": {("ixTeach", "a"): 1, ("ixTeach", "b"): -1}}, by="district", df="domain"
    ).iloc[0]
    assert (found.estimate, found.se, found.lower) == pytest.approx((row["estimate"], row["se"], row["lower"]))
    assert found.measure == "top2_of_7"


def test_a_change_of_waves_that_were_drawn_apart_adds_their_variances_and_down_is_up_turned_over():
    before, now = example_design(wave=2024, schools=8, persons=12), example_design(schools=6, persons=12, shift=0.6)
    up, down = (Changed("whole", direction=way)((before, now)) for way in ("up", "down"))
    rows = [scored(each, indices_of(each, "whole")).mean("whole", df="domain").iloc[0] for each in (before, now)]
    assert up.estimate == pytest.approx(rows[1]["estimate"] - rows[0]["estimate"])
    assert up.se == pytest.approx(np.hypot(rows[0]["se"], rows[1]["se"]))
    assert up.holds
    assert not down.holds
    assert (down.estimate, down.lower, down.upper) == pytest.approx((-up.estimate, -up.upper, -up.lower))


def test_places_that_were_asked_twice_keep_what_they_have_in_common():
    waves = example_design(wave=2024, schools=8, persons=12), example_design(schools=8, persons=12, shift=0.3)
    apart = Changed("whole", same_places=False)(waves)
    together = Changed("whole")(waves)  # the logs name the same schools
    assert together.estimate == pytest.approx(apart.estimate)
    assert together.se < 0.8 * apart.se
    group = Changed("whole", column="district", code="b")(waves)
    assert group.n == 2 * 96
    assert np.isfinite(group.se)


def test_a_threshold_is_the_same_point_of_the_scale_in_every_conversion(design):
    claims = [
        Reaches("whole", threshold=60)((design,), conversion=each) for each in ("linear_0_100", "points_20_100", "mean")
    ]
    assert [round(each.bound, 4) for each in claims] == [60, round(100 * 4.6 / 7, 4), 4.6]  # 1 + 6 · 0.6 of seven
    assert len({each.holds for each in claims}) == 1
    assert len({round((each.estimate - each.bound) / each.scale, 9) for each in claims}) == 1
    with pytest.raises(DuzhengError, match="top2"):
        Reaches("whole", threshold=60)((design,), conversion="top2")
    share = Reaches("whole", threshold={"top2": 20}, column="district", code="a")((design,), conversion="top2")
    assert share.bound == 20


def test_a_threshold_is_reached_by_the_point_value_unless_the_interval_is_asked_for(design):
    value = Reaches("whole", threshold=0)((design,)).estimate
    assert Reaches("whole", threshold=value)((design,)).holds
    assert not Reaches("whole", threshold=value, judged="interval")((design,)).holds


def test_groups_that_are_not_there_are_refused(design):
    with pytest.raises(DuzhengError, match="'z'"):
        Above("whole", column="district", code="z")((design,))
    with pytest.raises(DuzhengError, match="'land'"):
        Higher("whole", column="land", code="a", than="b")((design,))
    with pytest.raises(DuzhengError, match="1 designs"):
        multiverse(design, Changed("whole"))


# The multiverse


def test_every_combination_is_reckoned_and_the_main_one_stands_first(design):
    seen = []

    def finding(designs, **spec):
        seen.append(spec)
        return measured(1.0 + spec["b"] + 10 * (spec["a"] == "y"))

    found = multiverse(design, finding, TWO)
    assert seen == [{"a": a, "b": b} for a, b in product(*TWO.values())]
    assert (len(found.table), found.held) == (6, 6)
    assert found.table.loc[0, ["a", "b"]].tolist() == ["x", 1]
    assert np.prod([len(options) for options in CHOICES.values()]) == 48


def test_it_says_in_how_many_it_holds_and_in_which_not(design):
    def finding(designs, *, dont_know, conversion, freedom):
        fails = conversion == "top2" and dont_know == "lowest"
        return measured(len(dont_know) + len(conversion) + len(freedom) / 7, holds=not fails)

    choices = {name: CHOICES[name] for name in ("dont_know", "conversion", "freedom")}
    found = multiverse(design, finding, choices)
    said = found.told("zh-Hans")
    assert said[0] == "12 种组合中 10 种成立。"
    assert said[1] == "不成立的组合都采用：“不清楚”计最低档、最高两档占比。"
    both = "“不清楚”计最低档、最高两档占比"
    assert said[2] == f"不成立的（与主设定不同之处）：#11 {both}；#12 {both}、设计自由度。"
    assert found.told("en")[0] == "It holds in 10 of 12 combinations."
    assert found.failing["number"].tolist() == [11, 12]


def test_where_it_often_fails_the_options_are_counted(design):
    found = multiverse(design, lambda _, a, b: measured(b + (a == "x"), holds=a == "x" or b == 3),
                       {"a": ("x", "y"), "b": tuple(range(10))})  # fmt: skip
    assert found.held == 11
    assert any("a = x 0 of 10; a = y 9 of 10" in text for text in found.told("en"))


def test_choices_that_make_no_difference_are_counted_and_said(design):
    # nobody said "don't know" to this item; linear 0–100 and 100 x / max are a linear map apart
    choices = {"dont_know": EVERY["dont_know"], "conversion": ("linear_0_100", "points_20_100", "top2")}
    found = multiverse(design, Above("ixWhole", column="district", code="b"), choices)
    assert len(found.table) == 9
    assert found.table["same_as"].notna().sum() == 7
    assert "7 have the same values as another; 2 differ." in found.told("en")
    standard = found.table.set_index("conversion")["standard"]
    assert standard["linear_0_100"].to_numpy() == pytest.approx(standard["points_20_100"].to_numpy())
    own = found.table.set_index("conversion")["estimate"]
    assert own["points_20_100"].to_numpy() == pytest.approx(own["linear_0_100"].to_numpy() * 6 / 7)


def test_weights_and_exclusions_are_those_of_the_design(design):
    claim = Higher("ixTeach", column="district", code="a", than="b")
    out = pd.Series(np.arange(len(design.data)) % 5 == 0)
    found = multiverse(design, claim, {"weighting": ("calibrated", "none"), "exclusion": ("none", "fifth")},
                       exclusions={"fifth": lambda _: out})  # fmt: skip
    by = found.table.set_index(["weighting", "exclusion"])
    assert by.loc[("calibrated", "none"), "estimate"] == pytest.approx(claim((design,)).estimate)
    assert by.loc[("none", "fifth"), "estimate"] == pytest.approx(
        claim((design.only(~out).reweighted("none"),)).estimate
    )
    assert by.loc[("none", "fifth"), "n"] < 0.85 * by.loc[("none", "none"), "n"]


def test_doubtful_answers_are_found_once_and_left_out(design):
    found = multiverse(design, Above("whole", column="district", code="a"), {"exclusion": ("none", "speeders", "all")})
    n = found.table.set_index("exclusion")["n"]
    assert n["none"] >= n["speeders"]
    assert found.table["holds"].notna().all()


def test_volunteers_are_judged_by_the_sign_and_nothing_is_called_significant(volunteers):
    code = max(("a", "b"), key=lambda each: Above("whole", column="district", code=each)((volunteers,)).estimate)
    found = multiverse(volunteers, Above("whole", column="district", code=code, judged="interval"),
                       {"conversion": ("linear_0_100", "top2")})  # fmt: skip
    assert (found.table["holds"] == (found.table["estimate"] > 0)).all()
    assert (found.table["lower"] < 0).any()  # an interval that crosses 0 does not stop it
    for language in ("zh-Hans", "en"):
        said = " ".join([*found.remarks(language), str(found.explain(language)), str(found.chart(language).spec)])
        assert "显著" not in said
        assert "significan" not in said
    assert any("nothing is tested" in remark for remark in found.remarks("en"))


def test_a_combination_that_cannot_be_reckoned_is_neither_held_nor_failed(design):
    def finding(_, a, b):
        if b == 2:
            raise DuzhengError(Fault("DZ-S003", found="no answers", expected="one or more"))
        return measured(float(b))

    found = multiverse(design, finding, TWO)
    assert found.held == 4
    assert found.table["holds"].isna().sum() == 2
    assert "In 2 it could not be told." in found.told("en")
    assert len(found.chart("en").spec["vconcat"][0]["layer"]) == 4


def test_a_wrong_claim_stops_all(design):
    with pytest.raises(DuzhengError, match="nothing like it"):
        multiverse(design, Above("nothing like it", column="district", code="a"))


def test_choices_that_cannot_be_made_are_told_all_at_once(design):
    wrong = {"conversion": ("log",), "weighting": (), "exclusion": ("none", "none"), "mood": ("good",)}
    with pytest.raises(DuzhengError) as error:
        multiverse(design, Above("whole", column="district", code="a"), wrong)
    assert len(error.value.faults) == 5  # unknown, none, twice, unknown to a claim, and no combination is left
    with pytest.raises(DuzhengError, match="1100 combinations"):
        multiverse(design, lambda _, a: measured(a), {"a": tuple(range(1100))})


def test_r_gets_the_means_of_the_main_choice(design, tmp_path):
    found = multiverse(
        design, Higher("ixTeach", column="district", code="a", than="b"), {"freedom": ("domain", "design")}
    )
    assert "svymean" in found.as_r(tmp_path).read_text(encoding="utf-8")


def test_the_charts_are_as_they_were_looked_at(stored_svg):
    design = example_design(districts=16, schools=3, persons=8)
    claim = Above("ixPlace", column="district", code="d", judged="point")
    many = multiverse(design, claim, {**CHOICES, "exclusion": ("none", "some")},
                      exclusions={"some": lambda each: pd.Series(np.arange(len(each.data)) % 3 == 0)})  # fmt: skip

    def gap(designs, **spec):
        if spec == {"a": "y", "b": 2}:
            raise DuzhengError(Fault("DZ-S003", found="no answers", expected="one or more"))
        return measured(spec["b"] - 2.0 + (spec["a"] == "x"), holds=spec["b"] > 1, scale=float("nan"))

    one = multiverse(example_design("open"), gap, TWO)
    for language in ("zh-Hans", "en"):
        stored_svg(f"multiverse_{language[:2]}_many", many.chart(language).spec, language)
        stored_svg(f"multiverse_{language[:2]}_one", one.chart(language).spec, language)
