"""Changes between waves: only of what may be compared, with the covariance of places asked twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.messages import DuzhengError
from analysis.satisfaction import changes, index
from analysis.satisfaction.indices.stacked import stacked
from analysis.stats import SurveyDesign
from analysis.surveys.example import example_design, example_survey
from analysis.surveys.waves import compare_indices

THEN, NOW = example_design(wave=2024, schools=12), example_design(wave=2025, schools=12, shift=0.5)


def test_waves_drawn_apart_add_their_variances():
    found = changes(THEN, NOW, "whole", by="district", same_places=False).table
    parts = [index(each, "whole", by="district").table for each in (THEN, NOW)]
    assert found["estimate"].to_numpy() == pytest.approx((parts[1]["estimate"] - parts[0]["estimate"]).to_numpy())
    assert found["se"].to_numpy() == pytest.approx(np.hypot(parts[0]["se"], parts[1]["se"]).to_numpy())


def test_the_same_places_twice_are_a_paired_comparison_of_places():
    """By hand: with equal weights the change of a mean is the mean of the schools' changes."""
    plain = [each.reweighted("none") for each in (THEN, NOW)]
    found = changes(*plain, "whole", same_places=True).table.iloc[0]
    scores = [(each.data["whole"].astype(float) - 1) / 6 * 100 for each in plain]
    means = [y.groupby(each.data["cluster"], observed=True).mean() for y, each in zip(scores, plain, strict=True)]
    difference = means[1] - means[0]
    stratum = difference.index.str[0]
    within = difference - difference.groupby(stratum).transform("mean")
    by_hand = np.sqrt(12 / 11 * (within**2).sum()) / 24
    assert found["estimate"] == pytest.approx(difference.mean())
    assert found["se"] == pytest.approx(by_hand)


def test_a_panel_of_places_is_surer_than_two_draws():
    apart, same = (changes(THEN, NOW, "whole", same_places=each).table["se"].iloc[0] for each in (False, True))
    assert same < apart / 2


def test_stacked_waves_meet_the_totals_of_each():
    both = stacked(THEN, NOW, ["district"])
    sums = both.current_weights().groupby([both.data["wave"], both.data["district"].astype("str")]).sum()
    assert sums.to_dict() == pytest.approx({(2024, "a"): 1000, (2024, "b"): 1100, (2025, "a"): 1000, (2025, "b"): 1100})


def test_whether_places_are_the_same_is_read_from_the_logs():
    assert changes(THEN, NOW, "whole").settings["same_places"]
    other = replace(NOW.wave, log=NOW.wave.log.assign(school=NOW.wave.log["school"] + "x"),
                    responses=NOW.wave.responses.assign(school=NOW.wave.responses["school"] + "x"))  # fmt: skip
    from analysis.surveys.design import design_of

    assert not changes(THEN, design_of(other), "whole").settings["same_places"]


def reworded(relation):
    survey = example_survey(wave=2025)
    second = survey.bank.items["clear", 1].model_copy(update={"version": 2, "relation": relation})
    survey.bank.items["clear", 2] = second
    asked = tuple(
        replace(each, use=each.use.model_copy(update={"version": 2}), item=second) if each.code == "clear" else each
        for each in survey.asked
    )
    return replace(survey, asked=asked)


@pytest.mark.parametrize(("relation", "verdict"), [("reworded", "with_care"), ("rescaled", "no"), ("recoded", "no")])
def test_an_index_may_be_compared_as_its_weakest_item_may(relation, verdict):
    verdicts = {each.code: each for each in compare_indices(example_survey(wave=2024), reworded(relation))}
    assert verdicts["ixTeach"].comparable == verdict
    assert verdicts["ixPlace"].comparable == "yes"
    assert "clear" in verdicts["ixTeach"].reasons[0]


def test_what_cannot_be_compared_has_no_change_but_both_levels():
    now = replace(NOW, wave=replace(NOW.wave, survey=reworded("rescaled")))
    found = changes(THEN, now).table.set_index("index")
    assert np.isnan(found.loc["ixTeach", "estimate"])
    assert found.loc["ixTeach", "direction"] == "not_compared"
    assert found.loc["ixTeach", "now"] > 0
    assert found.loc["ixPlace", "direction"] == "up"


def test_an_index_that_was_made_otherwise_is_another_index():
    survey = example_survey(wave=2025)
    analyses = survey.questionnaire.analyses
    indices = [
        each.model_copy(update={"conversion": "top2"}) if each.id == "ixTeach" else each for each in analyses.indices
    ]
    sheet = survey.questionnaire.model_copy(
        update={"analyses": analyses.model_copy(update={"indices": tuple(indices)})}
    )
    verdicts = {each.code: each.comparable for each in
                compare_indices(example_survey(wave=2024), replace(survey, questionnaire=sheet))}  # fmt: skip
    assert verdicts == {"ixTeach": "no", "ixPlace": "yes", "ixWhole": "yes"}


def declaring(*comparisons):
    """Give both waves with comparisons that the newer questionnaire declares."""
    from analysis.surveys.questionnaire import Comparison

    sheet = NOW.survey.questionnaire
    analyses = sheet.analyses.model_copy(update={"comparisons": tuple(Comparison(**each) for each in comparisons)})
    survey = replace(NOW.survey, questionnaire=sheet.model_copy(update={"analyses": analyses}))
    return THEN, replace(NOW, wave=replace(NOW.wave, survey=survey))


WHOLE, TEACH = {"of": "ixWhole", "between": "wave"}, {"of": "ixTeach", "between": "wave"}


def test_the_declared_family_is_the_same_whatever_is_asked_for():
    from analysis.stats.multiplicity import adjust

    waves = declaring(WHOLE, TEACH, {**TEACH, "by": ["district"]})
    full = changes(*waves, same_places=False).table.set_index("index")
    one = changes(*waves, "ixWhole", same_places=False).table.set_index("index")
    assert one.loc["ixWhole", "p_adjusted"] == full.loc["ixWhole", "p_adjusted"] > full.loc["ixWhole", "p"]
    by = changes(*waves, "ixTeach", by="district", same_places=False).table
    four = [full.loc["ixWhole", "p"], full.loc["ixTeach", "p"], *by["p"].iloc[1:]]
    assert full.loc["ixWhole", "p_adjusted"] == pytest.approx(adjust(four, method="bh").iloc[0])


def test_groups_that_were_not_declared_are_exploratory():
    found = changes(*declaring(WHOLE), by="district", same_places=False).table
    family = found.set_index(["index", found["district"].fillna("")])["family"]
    assert family["ixWhole", ""] == "declared"
    assert family["ixWhole", "a"] == family["ixTeach", ""] == "exploratory"
    declared_by = changes(*declaring({**WHOLE, "by": ["district"]}), "ixWhole", by="district").table
    assert declared_by["family"].tolist() == ["exploratory", "declared", "declared"]


def test_what_was_measured_otherwise_is_shown_and_not_compared():
    """Top-2 of seven points and of five are different measures."""
    survey = reworded("rescaled")
    five = survey.bank.scales["points"][:5]
    survey.bank.scales["five"] = five
    second = survey.bank.items["clear", 2].model_copy(update={"scale": "five"})
    survey.bank.items["clear", 2] = second
    asked = tuple(replace(each, item=second) if each.code == "clear" else each for each in survey.asked)
    answers = NOW.wave.responses.assign(clear=NOW.wave.responses["clear"].clip(upper=5))
    now = replace(NOW, wave=replace(NOW.wave, survey=replace(survey, asked=asked), responses=answers))
    measures = index([THEN, now], "clear", conversion="top2").table["measure"].tolist()
    assert measures == ["top2_of_7", "top2_of_5"]
    found = changes(THEN, now, "clear").table.iloc[0]
    assert found["direction"] == "not_compared"
    assert np.isnan(found["estimate"])


def test_a_few_places_in_both_draws_are_chance_and_most_are_meant():
    def with_others(n):
        log = NOW.wave.log.copy()
        old = log["school"].iloc[:n].tolist()
        names = {name: f"{name}x" for name in old}
        answers = NOW.wave.responses.assign(school=NOW.wave.responses["school"].replace(names))
        return design_of(replace(NOW.wave, log=log.assign(school=log["school"].replace(names)), responses=answers))

    from analysis.surveys.design import design_of

    nearly, hardly = (changes(THEN, with_others(n), "whole") for n in (2, 20))
    assert nearly.settings["same_places"]
    assert "22 are in both" in str(nearly.explain("en"))
    assert not hardly.settings["same_places"]
    assert "4 places are in both by chance" in str(hardly.explain("en"))


def test_a_census_is_said_to_have_drawn_nobody():
    said = changes(example_design("census", 2024), example_design("census", 2025)).remarks("en")
    assert said[0].startswith("Nobody was drawn")


def test_a_change_is_as_sure_as_the_wave_with_fewer_answers():
    few = THEN.only((THEN.wave.responses["district"] == "b") | (THEN.wave.responses.index % 10 == 0))
    found = changes(few, NOW, "whole", by="district", same_places=False).table.set_index("district")
    assert found.loc["a", "n_before"] == 24
    assert found.loc["a", "precision"] == "caution"


def test_topics_and_single_items_can_be_compared_and_questions_have_verdicts():
    from analysis.satisfaction import comparability

    assert changes(THEN, NOW, "topics").table["index"].tolist() == ["lessons", "place", "fairness", "whole"]
    now = replace(NOW, wave=replace(NOW.wave, survey=reworded("reworded")))
    found = comparability(THEN, now)
    assert found.table.iloc[0][["item", "comparable", "relation"]].tolist() == ["clear", "with_care", "reworded"]
    assert found.written("zh-Hans").iloc[0].tolist()[:3] == ["题目 clear", "谨慎比较", "措辞有改动"]
    said = str(changes(THEN, now).explain("zh-Hans"))
    assert "谨慎比较：教学指数（“题目 clear”措辞有改动）" in said


def test_an_open_sample_is_never_tested():
    found = changes(example_design("open", 2024), example_design("open", 2025, shift=1))
    assert found.table["p"].isna().all()
    assert set(found.table["direction"]) == {"not_tested"}
    assert "p_adjusted" not in found.written("en")


def test_changes_of_a_simple_sample_are_welchs_t():
    """Welch (1947): against scipy's ttest_ind(equal_var=False) on two simple random samples."""
    from scipy import stats

    from analysis.satisfaction.indices.changes import _joined

    rng = np.random.default_rng(3)
    samples = [pd.DataFrame({"y": rng.normal(m, s, n), "w": 1.0}) for m, s, n in ((0, 1, 20), (0.4, 2, 35))]
    tables = [SurveyDesign(each, weights="w").mean("y", df="domain").assign(wave=year, survey="s", index="y",
              measure="m", precision="publish") for each, year in zip(samples, (2024, 2025), strict=True)]  # fmt: skip
    waves = [example_design(wave=year) for year in (2024, 2025)]
    found = _joined(pd.concat(tables, ignore_index=True), [], *waves, 0.95).iloc[0]
    theirs = stats.ttest_ind(samples[1]["y"], samples[0]["y"], equal_var=False)
    assert found["estimate"] / found["se"] == pytest.approx(theirs.statistic)
    assert found["df"] == pytest.approx(theirs.df)


def test_two_questionnaires_and_waves_in_the_wrong_order_are_refused():
    with pytest.raises(DuzhengError, match="an earlier and a later wave"):
        changes(NOW, THEN)


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("districts", [1, 16])
def test_the_chart_is_as_it_was_found_right(stored_svg, districts, language):
    waves = [example_design(wave=year, districts=districts, shift=shift, language=language)
             for year, shift in ((2024, 0), (2025, 0.4))]  # fmt: skip
    if districts > 1:
        waves[1] = waves[1].only(waves[1].wave.responses["district"] != "c")
    stored_svg(
        f"changes_{language}_{districts}", changes(*waves, by="district", same_places=False).chart().spec, language
    )
