"""Signs of doubt against simulated answers, of which it is known how each was given; results with and without."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.conftest import ROOT, questionnaires

from analysis.messages import DuzhengError
from analysis.satisfaction.quality.carelessness import _distances
from analysis.satisfaction.quality.doubts import SIGNS, doubts
from analysis.satisfaction.quality.duplicates import duplicates
from analysis.satisfaction.quality.exclusion import with_and_without
from analysis.satisfaction.quality.pairs import contradictions, name_of
from analysis.satisfaction.quality.ratings import correlations
from analysis.satisfaction.quality.rule import USUAL, ResponseQuality
from analysis.surveys import read_bank, read_survey
from analysis.surveys.collected import Collected
from analysis.surveys.design import design_of
from analysis.surveys.example import example_design
from analysis.surveys.questionnaire import Pair
from analysis.surveys.simulate import read_truth, simulate

SURVEYS = {survey.name: survey for survey in questionnaires()}


def truth_of(name):
    return read_truth(ROOT / f"data/demo/{name}.truth.yaml", [*SURVEYS.values()], root=ROOT)


def design_with(wave):
    collected = Collected(wave.survey, synthetic=True, responses=wave.responses, log=wave.log, margins=wave.margins)
    return design_of(collected)


@pytest.fixture(scope="module")
def students():
    wave = simulate(SURVEYS["students-2025"], truth_of("students"))
    return wave, doubts(design_with(wave))


@pytest.fixture(scope="module")
def public():
    wave = simulate(SURVEYS["public-2025"], truth_of("public"))
    return wave, doubts(design_with(wave))


@pytest.mark.parametrize("name", ["students", "public"])
def test_careless_answers_are_doubtful_and_careful_ones_are_not(name, request):
    # Measured over twelve waves, 57,043 careful answers: doubtful are 98 % of the straight, 86 % of the random, 97 % of
    # the mobilised (76 % in open waves, where places are small), and 0.02 % of the careful.
    wave, found = request.getfixturevalue(name)
    shares = found.answers.groupby(wave.behaviour["behaviour"].to_numpy())[[*SIGNS, "doubtful"]].mean()
    assert shares.loc["straight", "doubtful"] > 0.95
    assert shares.loc["random", "doubtful"] > 0.8
    careful = shares.loc["careful"]
    assert careful["doubtful"] < 0.005
    assert careful["speeder"] < 0.02
    assert careful[["straight", "long", "erratic", "inconsistent"]].max() < 0.01
    assert careful[["duplicate", "mobilised"]].max() == 0


def test_a_school_told_to_tick_the_top_box_is_found(students):
    wave, found = students
    told = wave.behaviour["behaviour"].to_numpy() == "mobilised"
    assert set(found.answers.loc[told, "school"]) == set(found.places.loc[found.places["mobilised"], "school"])
    assert told.sum() > 100
    assert found.answers.loc[told, "mobilised"].all()
    assert found.answers.loc[told, "doubtful"].all()
    assert not found.answers.loc[~told, "mobilised"].any()


def test_honest_schools_that_are_satisfied_are_not_found():
    truth = truth_of("students")
    happy = sorted(truth.frame.units)[:2]
    units = {factor: dict.fromkeys(happy, 4.0) for factor in truth.factors}
    plain = {"manner": truth.manner.model_copy(update={"mobilised": 0.0, "careless": 0.0}),
             "waves": {2025: truth.waves[2025].model_copy(update={"manner": None, "units": units})}}  # fmt: skip
    wave = simulate(SURVEYS["students-2025"], truth.model_copy(update=plain))
    found = doubts(design_with(wave))
    there = wave.responses["district"].isin(happy).to_numpy()
    # Four in ten gave nothing but the best, and seven in ten have a long string: of the others nearly nobody.
    assert found.answers.loc[there, "best"].mean() > 0.12
    assert found.answers.loc[~there, "best"].mean() < 0.01
    assert not found.places["mobilised"].any()
    assert found.answers.loc[there, "long"].mean() > 0.6
    assert found.answers.loc[there, "doubtful"].mean() < 0.02
    assert found.answers["doubtful"].mean() < 0.01


def test_nothing_is_deleted_and_every_answer_has_its_row(students):
    wave, found = students
    assert found.answers["id"].tolist() == wave.responses["id"].tolist()
    assert len(found.designs[0].data) == len(wave.responses)
    assert any("保留" in each for each in found.remarks("zh-Hans"))


def test_the_summary_is_the_weighted_share_of_each_sign(students):
    _, found = students
    design = found.designs[0]
    weight = design.sample.plan.weight
    here = found.table[(found.table["sign"] == "speeder")].set_index("district")
    one = here.index.dropna()[3]
    inside = (design.data["district"] == one).to_numpy()
    flag = found.answers["speeder"].to_numpy()
    assert here.loc[one, "estimate"] == pytest.approx(100 * weight[inside & flag].sum() / weight[inside].sum())
    assert here.loc[one, "flagged"] == (inside & flag).sum()
    assert (found.table["lower"] <= found.table["estimate"]).all()
    nobody = found.table[(found.table["flagged"] == 0) & (found.table["estimate"] == 0)]
    assert (nobody["upper"] > 0).all()  # Korn and Graubard: nobody seen is not nobody there


def test_the_rule_of_doubt_is_what_its_settings_say(students):
    _, found = students
    answers = found.answers
    kinds = answers[["speeder", "erratic", "inconsistent", "duplicate", "mobilised"]].sum(axis=1)
    kinds += answers["straight"] | answers["long"]
    assert answers["signs"].tolist() == kinds.tolist()
    assert (answers["doubtful"] == ((kinds >= 2) | answers["duplicate"] | answers["mobilised"])).all()
    strict = doubts(found.designs[0], by=(), signs=1, alone=())
    assert (strict.doubtful == (kinds >= 1)).all()
    assert strict.settings["signs"] == 1


def test_settings_that_fit_nothing_are_all_named_at_once():
    with pytest.raises(DuzhengError) as caught:
        doubts(example_design(), by="distrct", run=0.0, signs=0)
    assert [fault.code for fault in caught.value.faults] == ["DZ-S002"] * 3
    with pytest.raises(DuzhengError, match="alone='fast'"):
        doubts(example_design(), alone=["fast"])
    for wrong, said in ((None, "a NoneType"), ([example_design(), example_design(wave=2024)], "2 designs")):
        with pytest.raises(DuzhengError, match=said):
            doubts(wrong)


def test_bounds_are_those_of_the_rule_set_unless_they_are_said(shanghai):
    rule = shanghai.rules["response_quality"]
    assert rule.read(ResponseQuality) == USUAL
    strict = rule.model_copy(update={"parameters": {**rule.parameters, "signs": 1, "run": 0.9}})
    design = replace(example_design(), rules={"response_quality": strict})
    found = doubts(design, run=0.6)
    assert (found.settings["signs"], found.settings["run"]) == (1, 0.6)
    assert found.rule is strict
    assert "答卷质量的存疑标准" in str(found.explain("zh-Hans"))
    with pytest.raises(DuzhengError, match=r"DZ-W003.*response_quality"):
        doubts(replace(design, rules={"response_quality": rule.model_copy(update={"parameters": {"sings": 1}})}))


def test_distance_over_what_was_answered_is_that_of_the_part_of_the_covariance():
    chance = np.random.default_rng(5)
    points = chance.normal(size=(400, 9)) @ chance.normal(size=(9, 9))
    points[chance.random(points.shape) < 0.3] = np.nan
    points[0] = np.nan
    points[1, 2:] = np.nan
    of = correlations(points)
    frame = pd.DataFrame(points)
    raw = frame.corr().to_numpy()
    values, vectors = np.linalg.eigh(raw)
    whole = (vectors * np.maximum(values, 0.01)) @ vectors.T
    assert of.matrix == pytest.approx(whole)
    z = ((frame - frame.mean()) / frame.std()).to_numpy()
    found, p = _distances(points)
    for row in range(2, 400):
        there = ~np.isnan(z[row])
        if there.sum() >= 3:
            part = np.linalg.solve(whole[np.ix_(there, there)], z[row, there])
            assert found[row] == pytest.approx(z[row, there] @ part)
    assert np.isnan(found[:2]).all()
    assert np.isnan(p[:2]).all()


# Copies


@pytest.fixture(scope="module")
def classes():
    """Forty honest answers in each of twelve places."""
    truth = truth_of("students")
    plain = {"manner": truth.manner.model_copy(update={"mobilised": 0.0, "careless": 0.0}),
             "waves": {2025: truth.waves[2025].model_copy(update={"manner": None})}}  # fmt: skip
    wave = simulate(SURVEYS["students-2025"], truth.model_copy(update=plain), n=900)
    came = wave.responses.head(480).copy()
    return wave.survey, came.assign(school=np.repeat([f"s{n:02}" for n in range(12)], 40))


def answered(came, rows, point):
    """Let some rows tick one point of everything, and say the same of themselves."""
    came = came.copy()
    ratings = [name for name in came if str(came[name].dtype) == "Int16"]
    own = [name for name in came.columns[came.columns.get_loc("seconds") + 1 :]
           if not name.startswith("seconds") and name not in ratings]  # fmt: skip
    for name in own:
        came.loc[rows, name] = came[name].iloc[0]
    for name in ratings:
        came.loc[rows, name] = min(point, int(came[name].max()))
    return came


def test_honest_answers_are_no_copies(classes):
    survey, came = classes
    assert not duplicates(survey, came, place="school")["duplicate"].any()


def test_a_copied_answer_is_found_with_its_original(classes):
    survey, came = classes
    copied = came.copy()
    kept = ["id", "school", "started", "seconds"]
    copied.loc[7, copied.columns.difference(kept)] = came.loc[3, came.columns.difference(kept)]
    found = duplicates(survey, copied, place="school")
    assert np.flatnonzero(found["duplicate"]).tolist() == [3, 7]
    assert found.loc[3, "coincidence"] < 1e-8


def test_many_copies_do_not_make_themselves_likely(classes):
    survey, came = classes
    copied = came.copy()
    kept = ["id", "school", "started", "seconds"]
    for row in range(1, 30):
        copied.loc[row, copied.columns.difference(kept)] = came.loc[0, came.columns.difference(kept)]
    found = duplicates(survey, copied, place="school")
    assert np.flatnonzero(found["duplicate"]).tolist() == [*range(30)]


@pytest.mark.parametrize("point", [4, 7])
def test_a_pattern_that_is_merely_common_is_no_copy(classes, point):
    survey, came = classes
    same = answered(came, [*range(6), *range(80, 84), *range(200, 205)], point)
    found = duplicates(survey, same, place="school")
    assert (found["same"] > 0).sum() == 15
    assert not found["duplicate"].any()


def test_a_pattern_that_other_places_know_is_no_copy(classes):
    survey, came = classes
    copied = came.copy()
    kept = ["id", "school", "started", "seconds"]
    for row in (1, 45, 90, 130):  # once in its own place, and once in three others
        copied.loc[row, copied.columns.difference(kept)] = came.loc[0, came.columns.difference(kept)]
    found = duplicates(survey, copied, place="school")
    assert found.loc[[0, 1], "same"].tolist() == [1, 1]
    assert found.loc[0, "coincidence"] == pytest.approx(39 * 3 / 440)
    assert not found["duplicate"].any()


def test_who_answered_twice_is_found_wherever(classes):
    survey, came = classes
    twice = came.assign(person=[f"p{n}" for n in range(len(came))])
    twice.loc[400, "person"] = "p2"
    twice.loc[[5, 6], "person"] = None
    found = duplicates(survey, twice, place="school")
    assert np.flatnonzero(found["twice"]).tolist() == [2, 400]
    assert found.loc[[2, 400], "duplicate"].all()


# Pairs


def changed(tmp_path, pairs):
    """Read the students' questionnaire with other pairs."""
    text = (ROOT / "surveys/students-2025.yaml").read_text(encoding="utf-8")
    head, _, rest = text.partition("  pairs:\n")
    tail = rest[rest.index("allow:") :]
    path = tmp_path / "students-2025.yaml"
    path.write_text(f"{head}  pairs:\n" + "".join(f"    - {pair}\n" for pair in pairs) + tail, encoding="utf-8")
    return path, head.count("\n") + 2


def test_faults_of_pairs_are_named_at_their_lines_all_at_once(tmp_path):
    path, first = changed(tmp_path, [
        "{items: [satSchol, recommend], most: 3, reason: misspelt}",
        "{items: [satSchool, bullied], most: 3, reason: other scales}",
        "{items: [satSchool, recommend], most: 6, reason: as long as the scale}",
        "{items: [satSchool, improve], most: 3, reason: no numbers}",
        "{never: 'safe >= 6 and bulied == 5', reason: misspelt}",
    ])  # fmt: skip
    with pytest.raises(DuzhengError) as caught:
        read_survey(path, read_bank(ROOT))
    faults = caught.value.faults
    assert sorted(fault.line for fault in faults) == [first + n for n in range(5)]
    assert {fault.code for fault in faults} == {"DZ-Q002", "DZ-Q003"}
    said = "\n".join(str(fault) for fault in faults)
    for words in ("Did you mean satSchool?", "scales of 7 and of 5 points", "Nobody would be found", "'improve'",
                  "Did you mean bullied?"):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("pair", [
    {"items": ("a",), "most": 3}, {"items": ("a", "a"), "most": 3}, {"items": ("a", "b")}, {},
    {"items": ("a", "b"), "most": 3, "never": "a == 1"}, {"items": ("a", "b"), "most": -1},
])  # fmt: skip
def test_a_pair_is_two_items_or_a_condition(pair):
    with pytest.raises(ValueError, match=r"two different items|either items|greater than or equal"):
        Pair(**pair, reason="any reason")


def test_contradictions_are_reckoned_by_hand():
    survey = SURVEYS["students-2025"]
    came = pd.DataFrame({
        "satSchool": pd.array([7, 7, 2, None, 7], "Int16"), "recommend": pd.array([2, 3, 7, 1, None], "Int16"),
        "fairTeacher": pd.array([4] * 5, "Int16"), "fairPraise": pd.array([4] * 5, "Int16"),
        "safe": pd.array([6, 7, 6, None, 5], "Int16"), "bullied": pd.array([5, 5, 4, 5, 5], "Int16"),
    })  # fmt: skip
    found = contradictions(survey, came)
    assert found["|satSchool − recommend| > 4"].tolist() == [True, False, True, False, False]
    assert found["safe >= 6 and bullied == 5"].tolist() == [True, True, False, False, False]
    assert [*found] == [name_of(pair) for pair in survey.questionnaire.analyses.pairs]


def test_a_questionnaire_without_pairs_says_so():
    found = doubts(example_design())
    assert not found.answers["inconsistent"].any()
    assert any("analyses.pairs" in each for each in found.remarks("en"))


# With and without


def test_both_results_stand_side_by_side_and_the_difference_is_theirs(students):
    _, found = students
    design = found.designs[0]
    both = with_and_without(design, found, of="ixOverall", by="district", threshold=70).table
    rest = design.only(~found.doubtful)
    assert both["n"].iloc[0] - both["n_without"].iloc[0] == (found.doubtful & design.data["satSchool"].notna()).sum()
    score = (design.data["satSchool"].to_numpy(float, na_value=np.nan) - 1) / 6 * 100
    for of, kept, column in ((design, np.ones(len(score), bool), "estimate"), (rest, ~found.doubtful, "without")):
        y, w = score[np.asarray(kept)], of.sample.plan.weight
        valid = ~np.isnan(y)
        assert both[column].iloc[0] == pytest.approx((w[valid] * y[valid]).sum() / w[valid].sum())
    assert both["difference"].to_numpy() == pytest.approx((both["without"] - both["estimate"]).to_numpy())
    moved = both[both["changes"].str.contains("threshold")]
    assert ((moved["estimate"] >= 70) != (moved["without"] >= 70)).all()
    ranked = both[both["district"].notna()]
    assert sorted(ranked["rank"]) == [*range(1, 17)]
    assert (ranked["changes"].str.contains("order") == (ranked["rank"] != ranked["rank_without"])).all()


def test_the_error_of_nested_estimates_is_the_jackknifes_and_not_that_of_two_samples():
    design = example_design("open", districts=4, schools=8).reweighted("none")
    flags = design.data["whole"].ge(5) & (np.arange(len(design.data)) % 2 == 0)
    linear = with_and_without(design, flags, of="ixWhole").table.iloc[0]
    # The delete-one jackknife (Wolter 2007, Introduction to Variance Estimation, 4.2), each place left out in turn.
    place, y = design.data["place"].to_numpy(), (design.data["whole"].to_numpy(float) - 1) / 6 * 100
    keep = ~flags.to_numpy(bool)
    each = [y[keep & (place != p)].mean() - y[place != p].mean() for p in np.unique(place)]
    count = len(each)
    jackknife = np.sqrt((count - 1) / count * ((np.array(each) - np.mean(each)) ** 2).sum())
    assert linear["se"] == pytest.approx(jackknife, rel=0.05)
    assert flags.sum() > 50
    assert 0.1 < linear["se"] < 0.5 * design.with_columns(y=y).mean("y")["se"].iloc[0]


def test_verbs_that_are_no_means_have_a_jackknife_on_demand(monkeypatch):
    design = example_design("open", districts=4, schools=3).reweighted("none")
    flags = design.data["whole"] >= 6
    linear = with_and_without(design, flags, of="ixWhole").table
    monkeypatch.setattr("analysis.satisfaction.quality.exclusion._linearised", lambda *_: None)
    without = with_and_without(design, flags, of="ixWhole")
    assert without.table["se"].isna().all()
    assert any("replicates=" in each for each in without.remarks("en"))
    found = with_and_without(design, flags, of="ixWhole", replicates=12).table
    assert found["se"].to_numpy() == pytest.approx(linear["se"].to_numpy(), rel=0.05)
    assert found["df"].iloc[0] == 11


def test_without_any_doubt_nothing_differs_and_the_error_is_none():
    design = example_design(districts=3)
    table = with_and_without(design, pd.Series(np.zeros(len(design.data), bool)), by="district").table
    assert (table["difference"] == 0).all()
    assert table["se"].to_numpy() == pytest.approx(0)
    assert (table["changes"] == "").all()


def test_both_means_and_their_difference_have_scripts(tmp_path):
    design = example_design()
    found = with_and_without(design, design.data["whole"] >= 6, of="ixWhole", by="district")
    folder = found.as_r(tmp_path / "means")
    texts = {path.parent.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.R")}
    assert set(texts) == {"all", "without", "difference"}
    for name in ("all", "without"):
        assert "svyby(~ixWhole, ~district, design, svymean" in texts[name]
    assert "svytotal(~difference_1_ixWhole, design" in texts["difference"]
    assert "share most answers" in texts["difference"]
    rows = [pd.read_csv(folder / name / "data.csv") for name in ("all", "without")]
    assert [len(each) for each in rows] == [len(design.data), (~(design.data["whole"] >= 6)).sum()]
    total = pd.read_csv(folder / "difference" / "estimate-1.csv").iloc[0]
    assert total["estimate"] == pytest.approx(0, abs=1e-9)
    assert total["se"] == pytest.approx(found.table["se"].iloc[0])


def test_ranks_are_shown_where_there_are_groups():
    design = example_design()
    flags = design.data["whole"] >= 6
    assert "rank" not in with_and_without(design, flags, of="ixWhole").shown
    assert "rank" in with_and_without(design, flags, of="ixWhole", by="district").shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"doubts": None}, "doubts=None"),
        ({"doubts": "speeder"}, "doubts='speeder'"),
        ({"verb": "index"}, "verb='index'"),
        ({"level": 2, "replicates": 1}, "level=2"),
        ({"replicates": 1}, "replicates=1"),
        ({"design": None}, "a NoneType"),
    ],
)
def test_what_cannot_be_compared_is_said(arguments, said):
    design = example_design()
    with pytest.raises(DuzhengError, match=said):
        with_and_without(**{"design": design, "doubts": design.data["whole"] >= 6, **arguments})


def test_doubts_of_other_answers_and_doubts_of_all_are_refused():
    design = example_design()
    with pytest.raises(DuzhengError, match=r"DZ-S002.*doubts of 3 answers"):
        with_and_without(design, pd.Series([True, False, True]))
    with pytest.raises(DuzhengError, match=r"DZ-S002.*every answer doubtful"):
        with_and_without(design, pd.Series(np.ones(len(design.data), bool)))


def test_nothing_said_of_open_samples_is_a_test(public):
    _, found = public
    both = with_and_without(found.designs[0], found, of="ixOverall", by="rDistrict")
    for result in (found, both):
        assert "p" not in result.table
        for language in ("zh-Hans", "en"):
            text = str(result.explain(language)) + result.readers(language).as_raw_html()
            assert "signific" not in text
            assert "显著" not in text


# Charts


@cache
def doubted(districts):
    """Make doubts of an invented wave in which some answers are flat, a school was told, and a district is small."""
    design = example_design(districts=districts, schools=4, persons=24)
    came, ratings = design.wave.responses.copy(), ["clear", "lively", "rooms", "meals", "fair", "whole"]
    order = np.arange(len(came))
    flat = (order * 7) % 31 == 0
    came.loc[flat, ratings] = 4
    came.loc[flat, [name for name in came if name.startswith("seconds")]] = 4.0
    told = (came["school"] == "a02") & (order % 24 < 20)
    came.loc[told, ratings] = 7
    came.loc[told, "started"] = pd.Timestamp("2025-10-14 10:00") + pd.to_timedelta(order[told] % 12, unit="min")
    last = came["district"].max()
    few = (came["district"] == last) & (order % 16 > 0) if districts > 1 else pd.Series(data=False, index=came.index)
    wave = replace(design.wave, responses=came[~few].reset_index(drop=True))
    return doubts(design_of(wave, labels=design.labels))


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize(("districts", "name"), [(1, "one"), (16, "many")])
def test_the_charts_are_as_they_were_found_right(stored_svg, districts, name, language):
    found, short = doubted(districts), language[:2]
    stored_svg(f"doubts_{short}_{name}", found.chart(language).spec, language)
    if districts == 1 and language == "zh-Hans":
        stored_svg("doubts_mobilised_zh", found.mobilised_chart(language).spec, language)
    elif districts > 1 and language == "en":
        stored_svg("doubts_signs_en", found.signs_chart(language, district="a").spec, language)


def test_small_districts_are_left_out_of_charts_and_named():
    found = doubted(16)
    small = found.table.loc[found.table["precision"] == "suppress", "district"].unique().tolist()
    assert small == ["p"]
    spec = str(found.chart("en").spec)
    assert "District P" in spec
    assert "'name': 'District P'" not in spec


def test_there_is_no_picture_of_mobilised_places_where_none_is():
    with pytest.raises(DuzhengError, match="None was found"):
        doubts(example_design()).mobilised_chart()
