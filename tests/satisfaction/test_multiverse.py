"""The multiverse: claims by every combination of choices, and in how many they hold."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from analysis.messages import DuzhengError, Fault
from analysis.satisfaction.indices.index import indices_of, scored
from analysis.satisfaction.robustness.claim import Measured
from analysis.satisfaction.robustness.claims import Above, Changed, Higher, Reaches
from analysis.satisfaction.robustness.combinations import idle
from analysis.satisfaction.robustness.multiverse import CHOICES, EVERY, multiverse
from analysis.surveys.design import design_of
from analysis.surveys.example import example_design
from analysis.surveys.waves import Verdict

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
    up, down = (Changed("whole", direction=way, same_places=False)((before, now)) for way in ("up", "down"))
    rows = [scored(each, indices_of(each, "whole")).mean("whole", df="domain").iloc[0] for each in (before, now)]
    assert up.estimate == pytest.approx(rows[1]["estimate"] - rows[0]["estimate"])
    assert up.se == pytest.approx(np.hypot(rows[0]["se"], rows[1]["se"]))
    assert up.holds
    assert not down.holds
    assert (down.estimate, down.lower, down.upper) == pytest.approx((-up.estimate, -up.upper, -up.lower))


def other_wave(relation, *, points=7):
    """The later wave, in which one question has a second version, asked on so many points."""
    made = example_design(schools=8, persons=12, shift=0.3)
    survey = made.survey
    bank = survey.bank
    bank.scales["fewer"] = bank.scales["points"][:points]
    second = bank.items["whole", 1].model_copy(update={"version": 2, "relation": relation, "scale": "fewer"})
    bank.items["whole", 2] = second
    asked = tuple(
        replace(each, use=each.use.model_copy(update={"version": 2}), item=second) if each.code == "whole" else each
        for each in survey.asked
    )
    responses = made.wave.responses.assign(whole=made.wave.responses["whole"].clip(upper=points))
    return design_of(replace(made.wave, survey=replace(survey, asked=asked), responses=responses), labels=made.labels)


def declared_as_top2(design):
    """The same with an index that is declared as the share of the best points."""
    sheet = design.survey.questionnaire
    indices = tuple(each.model_copy(update={"conversion": "top2"}) for each in sheet.analyses.indices)
    analyses = sheet.analyses.model_copy(update={"indices": indices})
    survey = replace(design.survey, questionnaire=sheet.model_copy(update={"analyses": analyses}))
    return replace(design, wave=replace(design.wave, survey=survey))


@pytest.mark.parametrize("of", ["whole", "ixWhole"])
def test_the_best_two_of_seven_and_of_five_are_never_compared(of):
    waves = [declared_as_top2(each) for each in (example_design(wave=2024, schools=8, persons=12),
                                                 other_wave("rescaled", points=5))]  # fmt: skip
    for found in (lambda: multiverse(waves, Changed(of)), lambda: Changed(of, same_places=True)(waves)):
        with pytest.raises(DuzhengError, match=r"[Rr]escaled") as error:
            found()
        assert [fault.code for fault in error.value.faults] == ["DZ-S002"]


@pytest.mark.parametrize("verdict", [None, "dropped", "no"])
def test_a_change_without_a_good_verdict_is_refused(monkeypatch, verdict):
    waves = example_design(wave=2024, schools=8, persons=12), example_design(schools=8, persons=12)
    found = [] if verdict is None else [Verdict("whole", verdict, None, ("for a reason",))]
    monkeypatch.setattr("analysis.satisfaction.robustness.claims.compare_indices", lambda *_, **__: found)
    with pytest.raises(DuzhengError, match="DZ-S002"):
        multiverse(waves, Changed("whole"))


def test_measures_that_differ_are_refused_even_if_the_questions_may_be_compared(monkeypatch):
    waves = example_design(wave=2024, schools=8, persons=12), other_wave("reworded", points=5)
    assert Changed("whole").verdict(waves).comparable == "with_care"
    with pytest.raises(DuzhengError, match="top2_of_7 and top2_of_5"):
        multiverse(waves, Changed("whole"))
    with pytest.raises(DuzhengError, match="top2_of_7 and top2_of_5"):
        Changed("whole", same_places=True)(waves, conversion="top2")
    assert len(multiverse(waves, Changed("whole"), {"conversion": ("linear_0_100",)}).table) == 1


def test_a_change_of_reworded_questions_is_told_to_be_read_with_care():
    waves = example_design(wave=2024, schools=8, persons=12), other_wave("reworded")
    found = multiverse(waves, Changed("whole"), {"freedom": ("domain", "design")})
    for language, start, item in (("zh-Hans", "谨慎比较", "题目 whole"), ("en", "Compare with care", "Item whole")):
        for said in (found.told(language)[-1], str(found.explain(language)),
                     " ".join(found.chart(language).spec["title"]["subtitle"])):  # fmt: skip
            assert start in said
            assert item in said
    assert Changed("whole").care((waves[0], example_design(schools=8, persons=12))) is None


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


def test_what_cannot_be_asked_is_refused_with_a_hint(design):
    """Each wrong request, and what its fault says."""
    now, plain = design, lambda *_, **__: measured(1.0)
    wrong = [
        (design, Above("whole", column="district", code="z"), "'z' in example-2025"),
        (design, Above("whole", column="district", code="B区"), "Did you mean b?"),
        (design, Higher("whole", column="land", code="a", than="b"), "'land'"),
        (design, Higher("whole", column="district", code="a", than="a"), "two groups"),
        (design, Above("whole", column="district", code="a", level=2), "level=2"),
        (design, Above("whole", column="district", code="a", judged="mood"), "interval or point"),
        (design, Above("ixPlaces", column="district", code="a"), "Did you mean ixPlace"),
        (design, Changed("whole"), "1 designs for Changed"),
        ([design, example_design(wave=2024)], Above("whole", column="district", code="a"), "2 designs for Above"),
        ([design, example_design(wave=2024)], Changed("whole"), "earlier and a later wave"),
        ([example_design(wave=2024), design], Changed("whole", direction="sideways"), "up or down"),
        (design, Reaches("whole", threshold="70"), "a number"),
        (design, Reaches("whole", threshold={"log": 1.0}), "threshold of log"),
        (design, "ixWhole", "a claim or a function"),
        (design, Above, "the finding Above"),
        ("students-2025", plain, "a design"),
        ([], plain, "no design"),
        ([now, now], plain, "example-2025 twice"),
        (design, lambda _: measured(1.0), "does not take designs and dont_know"),
        (design, lambda _, **__: 1.0, "a finding that gives a float"),
    ]
    for designs, finding, said in wrong:
        with pytest.raises(DuzhengError, match="DZ-S002") as error:
            multiverse(designs, finding)
        assert said in str(error.value), said
    one = multiverse([design], Above("whole", column="district", code="a"), {"freedom": ["domain"]})
    assert one.held == 0


def test_choices_that_are_none_are_refused(design):
    claim = Above("whole", column="district", code="a")
    for choices, said in ((["top2"], "options by name"), ({"conversion": "top2"}, "a list of options"), ({}, "0 comb")):
        with pytest.raises(DuzhengError, match=said):
            multiverse(design, claim, choices)
    with pytest.raises(DuzhengError, match="no functions"):
        multiverse(design, claim, exclusions={"some": [True]})
    with pytest.raises(DuzhengError, match="a text in"):
        multiverse(design, claim, claim="so")


def test_a_threshold_on_a_hundred_points_leaves_shares_out_by_itself_and_is_refused_before_anything_is_reckoned(
    design, monkeypatch
):
    found = multiverse(design, Reaches("whole", threshold=40), exclusions={"all": lambda each: each.data["whole"] > 6})
    assert set(found.table["conversion"]) == {"linear_0_100"}
    assert len(found.table) == 24
    share = multiverse(design, Reaches("whole", threshold={"top2": 20}), {"conversion": ("top2",)})
    assert share.table["bound"].tolist() == [20]
    monkeypatch.setattr("analysis.satisfaction.robustness.claim.scored", None)
    with pytest.raises(DuzhengError, match="top2"):
        multiverse(design, Reaches("whole", threshold=40), {"conversion": ("linear_0_100", "top2")})


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
        places = (CHOICES[name].index(option) for name, option in
                  (("dont_know", dont_know), ("conversion", conversion), ("freedom", freedom)))  # fmt: skip
        return measured(sum(place / 3**at for at, place in enumerate(places)), holds=not fails)

    choices = {name: CHOICES[name] for name in ("dont_know", "conversion", "freedom")}
    found = multiverse(design, finding, choices)
    said = found.told("zh-Hans")
    assert said[0] == "12 种组合中 10 种成立。"
    assert said[1] == "不成立的组合都采用：“不知道”计最低档、最高两档占比。"
    both = "“不知道”计最低档、最高两档占比"
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
    assert "It holds in 0 of 9 combinations (2 distinct results)." in found.told("en")
    assert "Choices that change nothing here: “Don't know”." in found.told("en")
    assert found.headline("zh-Hans").endswith("：9 种组合（2 种不同结果）中 0 种成立")
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


def test_volunteers_are_judged_by_the_sign_and_all_words_are_of_their_point_value(volunteers):
    code = max(("a", "b"), key=lambda each: Above("whole", column="district", code=each)((volunteers,)).estimate)
    found = multiverse(volunteers, Above("whole", column="district", code=code, judged="interval"),
                       {"conversion": ("linear_0_100", "top2"), "freedom": ("domain", "design")})  # fmt: skip
    assert (found.table["holds"] == (found.table["estimate"] > 0)).all()
    assert found.crossing == (found.table["lower"] < 0).sum() > 0  # an interval that crosses 0 does not stop it
    for language, point, bare in (("zh-Hans", "点值", "成立"), ("en", "point value", "holds")):
        said = " ".join([*found.remarks(language), str(found.explain(language)), str(found.chart(language).spec)])
        assert "显著" not in said
        assert "significan" not in said
        headline, told = found.headline(language), found.told(language)
        assert point in headline
        assert point in told[0]
        assert bare not in headline + " ".join(told) + str(found.chart(language).spec)
    assert found.told("zh-Hans")[1] == f"其中 {found.crossing} 种组合的区间（基于模型）包含 0，方向不能确定。"
    assert any("nothing is tested" in remark for remark in found.remarks("en"))
    given = multiverse(volunteers, lambda *_, b, **__: measured(b), TWO, claim={"zh-Hans": "这样", "en": "It is so"})
    assert given.headline("zh-Hans").startswith("这样（作答者的点值），6 种组合（3 种不同结果）中 6 种如此")


def test_degrees_of_freedom_make_no_other_result_where_the_point_value_counts(design, volunteers):
    choices = {"freedom": ("domain", "design"), "weighting": ("calibrated", "none")}
    claim = Above("ixPlace", column="district", code="b")
    by_interval, by_point = multiverse(design, claim, choices), multiverse(volunteers, claim, choices)
    assert "freedom" not in idle(by_interval.table, choices)
    assert "freedom" in idle(by_point.table, choices)
    assert len(by_point.distinct) < len(by_interval.distinct) == 4
    assert len(by_point.table) == 4  # what was declared stays there
    assert "自由度" in by_point.told("zh-Hans")[-1]


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


def script(found, folder):
    path = found.as_r(folder)
    return path, path.read_text(encoding="utf-8")


def test_r_gets_the_means_and_the_contrast_of_the_main_choice(design, tmp_path):
    choices = {"freedom": ("domain", "design")}
    found = multiverse(design, Higher("ixTeach", column="district", code="a", than="b"), choices)
    path, text = script(found, tmp_path)
    assert "svyby(~ixTeach, ~district, design, svymean, na.rm = TRUE)" in text
    assert "svycontrast(totals, quote(claim_y1/claim_n1 - claim_y2/claim_n2))" in text
    assert f"{found.table['se'].iloc[0]:.17g}" in text
    assert {"ixTeach", "district"} <= set(pd.read_csv(path.parent / "data.csv"))
    # what R is asked, asked of our own design: the same from totals in the whole design
    sample = scored(design, indices_of(design, "ixTeach"))
    y, group = sample.data["ixTeach"], sample.data["district"].astype("str")
    columns = {f"claim_{what}{k}": values.where((group == code) & y.notna(), 0.0)
               for k, code in ((1, "a"), (2, "b")) for what, values in (("y", y), ("n", y * 0 + 1))}  # fmt: skip
    row = sample.with_columns(columns).contrast(list(columns), {"claim": lambda e: (
        e["claim_y1"] / e["claim_n1"] - e["claim_y2"] / e["claim_n2"])}, statistic="total").iloc[0]  # fmt: skip
    assert (row["estimate"], row["se"]) == pytest.approx(tuple(found.table[["estimate", "se"]].iloc[0]))


def test_r_gets_both_waves_of_a_change(tmp_path):
    waves = example_design(wave=2024, schools=8, persons=12), example_design(schools=8, persons=12, shift=0.3)
    choices = {"freedom": ("domain",)}
    path, text = script(multiverse(waves, Changed("whole", column="district", code="b"), choices), tmp_path / "same")
    assert "# group 2: `wave` == 2024 & !is.na(`district`)" in text
    assert set(pd.read_csv(path.parent / "data.csv")["wave"]) == {2024, 2025}
    claim = Changed("whole", column="district", code="b", direction="down", same_places=False)
    path, text = script(multiverse(waves, claim, choices), tmp_path / "apart")
    assert 'combine("whole_claim", c(1, -1))' in text
    assert 'folders <- c("example-2024", "example-2025")' in text
    data = pd.read_csv(path.parent / "example-2025" / "data.csv")
    assert data["whole_claim"].notna().sum() == 96  # only who is of the group has a score
    _, text = script(multiverse(waves[1], Reaches("whole", threshold=40), choices), tmp_path / "reaches")
    assert "quote(claim_y1/claim_n1 - 40)" in text


def test_the_charts_are_as_they_were_looked_at(stored_svg):
    design = example_design(districts=16, schools=3, persons=8)
    claim = Above("ixPlace", column="district", code="d", judged="point")
    choices = {**CHOICES, "dont_know": ("excluded", "lowest"), "exclusion": ("none", "some"), "freedom": ("domain",)}
    many = multiverse(design, claim, choices,
                      exclusions={"some": lambda each: pd.Series(np.arange(len(each.data)) % 3 == 0)})  # fmt: skip

    def gap(designs, **spec):
        if spec == {"a": "y", "b": 2}:
            raise DuzhengError(Fault("DZ-S003", found="no answers", expected="one or more"))
        return measured(spec["b"] - 2.0 + (spec["a"] == "x"), holds=spec["b"] > 1, scale=float("nan"))

    one = multiverse(example_design("open"), gap, TWO)
    for language in ("zh-Hans", "en"):
        spec = many.chart(language).spec
        assert len(spec["title"]["subtitle"]) <= 3
        stored_svg(f"multiverse_{language[:2]}_many", spec, language)
        stored_svg(f"multiverse_{language[:2]}_one", one.chart(language).spec, language)
