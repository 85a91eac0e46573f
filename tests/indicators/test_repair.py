"""Repairs: what is repaired meets the rule when evaluated anew, nothing less does, the rest is said."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pandas as pd
import pytest
from tests.indicators.invented_schools import schools_of, some_unknown, units_of

from analysis.indicators.balance import balance
from analysis.indicators.balance.amounts import amounts_of
from analysis.indicators.balance.repair import repair
from analysis.messages import DuzhengError
from analysis.stats.dispersion import least_addition

COLUMNS = {"above_qualification": "teachers_above_qualification", "backbone": "backbone_teachers",
           "pe_arts": "pe_arts_teachers", "teaching_area": "teaching_area", "sports_area": "sports_area",
           "equipment": "equipment_value", "multimedia": "multimedia_classrooms"}  # fmt: skip


@pytest.fixture(scope="module")
def table(shanghai):
    return schools_of(units_of(shanghai)[:8])


@pytest.fixture(scope="module")
def evaluated(shanghai, table):
    return balance(shanghai, table)


@pytest.fixture(scope="module")
def repaired(evaluated):
    return repair(evaluated)


def added_to(table, schools):
    """Put additions on the school table that was evaluated."""
    table = table.set_index(["school", "stage"]).sort_index()
    for row in schools.to_dict("records"):
        table.loc[(row["school"], row["stage"]), COLUMNS[row["indicator"]]] += row["added"]
    return table.reset_index()


def test_after_the_additions_the_rule_is_met_everywhere(shanghai, table, evaluated, repaired):
    assert (evaluated.schools["verdict"] == "fails").any()
    assert not evaluated.table["met"].all()
    again = balance(shanghai, added_to(table, repaired.schools))
    assert set(again.schools["verdict"]) == {"meets"}
    assert again.table["met"].all()
    both = repaired.table.merge(again.table, on=["unit", "stage", "indicator"], suffixes=("", "_again"))
    assert both["cv_after"].to_numpy(float) == pytest.approx(both["cv_again"].to_numpy(float), rel=1e-9)


def test_every_repair_of_real_size_is_proved_least(repaired):
    assert repaired.together["certified"].all()
    assert (repaired.together["gap"] <= 1e-6 * repaired.together["cost"].clip(lower=1)).all()
    added = repaired.table[repaired.table["state"] == "added"]
    assert added["certified"].all()
    assert (added["bound"] <= added["cost"] * (1 + 1e-12)).all()


def test_people_are_added_whole_and_areas_are_not(repaired):
    people = repaired.schools[repaired.schools["indicator"].isin(["above_qualification", "backbone", "pe_arts"])]
    assert len(people)
    assert (people["added"] % 1 == 0).all()
    assert (repaired.schools.loc[repaired.schools["indicator"] == "sports_area", "added"] % 1 != 0).any()


def test_costs_and_additions_add_up(repaired):
    by_school = repaired.schools.groupby(["unit", "stage", "indicator"])[["added", "cost"]].sum()
    by_indicator = repaired.table.set_index(["unit", "stage", "indicator"])[["added", "cost"]]
    assert by_school["added"].to_numpy() == pytest.approx(by_indicator.loc[by_school.index, "added"].to_numpy())
    whole = repaired.table.groupby(["unit", "stage"])["cost"].sum()
    joint = repaired.together.set_index(["unit", "stage"])["cost"]
    assert whole.loc[joint.index].to_numpy() == pytest.approx(joint.to_numpy())
    split = repaired.table["floors"] + repaired.table["evening"]
    assert split.to_numpy() == pytest.approx(repaired.table["added"].to_numpy())


def test_the_exception_is_left_where_it_saves_most(shanghai):
    # One school of 100 pupils with two indicators short: 400 of 450 m², and 160,000 of 200,000 yuan. To leave the area
    # (400 ≥ 85 % of 450) costs 40,000 yuan or 20 pupils' worth; to leave the equipment (85 %: 170,000) costs 50 m² and
    # 10,000 yuan, 11.1 + 5 pupils' worth.
    row = {"school": "a", "unit": "310101", "stage": "primary", "year": 2020, "students": 100,
           "teachers_above_qualification": 5, "backbone_teachers": 1, "pe_arts_teachers": 1, "teaching_area": 400,
           "sports_area": 800, "equipment_value": 160_000, "multimedia_classrooms": 3}  # fmt: skip
    short = balance(shanghai, pd.DataFrame([row]))
    found = repair(short)
    assert found.together["cost"].iloc[0] == pytest.approx(50 / 4.5 + 10_000 / 2000)
    assert found.schools.set_index("indicator")["added"].to_dict() == pytest.approx(
        {"teaching_area": 50, "equipment": 10_000}
    )
    assert found.schools.loc[found.schools["spared"], "indicator"].tolist() == ["equipment"]
    # With money it is the other way: 3,000 yuan a square metre.
    money = dict.fromkeys(COLUMNS, 1000.0) | {"teaching_area": 3000.0, "equipment": 1.0}
    dear = repair(short, costs=money)
    assert dear.together["cost"].iloc[0] == pytest.approx(40_000)
    assert dear.schools.loc[dear.schools["spared"], "indicator"].tolist() == ["teaching_area"]


@pytest.mark.slow
def test_choices_of_schools_are_the_best_of_all(shanghai):
    small = balance(shanghai, schools_of(["310101"], n=3)[lambda frame: frame["stage"] == "primary"])
    found = repair(small, whole=())
    (each,) = amounts_of(small)
    full, partial = each.floors(), each.floors(0.85)
    best = np.inf
    for choice in itertools.product(range(7), repeat=len(each.schools)):
        floors = full.copy()
        for i, k in enumerate(choice):
            floors[i, k] = partial[i, k]
        cost = 0.0
        for k in range(7):
            cost += least_addition(each.totals[:, k], each.sizes, 0.5, floors=floors[:, k],
                                   costs=1 / each.need[k]).certificate.cost  # fmt: skip
            if cost > best:
                break
        best = min(best, cost)
    assert found.together["cost"].iloc[0] == pytest.approx(best, rel=1e-9)


@pytest.mark.slow
def test_all_thresholds_cost_more_than_the_rule_and_coefficients_alone_less(evaluated, repaired):
    rule = repaired.together["cost"].sum()
    assert repair(evaluated, schools="none").together["cost"].sum() < rule
    assert repair(evaluated, schools="all").together["cost"].sum() > rule


def test_what_other_indicators_lack_is_unmet_and_not_hidden(evaluated):
    found = repair(evaluated, indicators=["equipment"])
    left = found.table[found.table["indicator"] != "equipment"]
    assert set(left["state"]) <= {"met", "exception", "unmet"}
    assert (left["state"] == "unmet").any()
    assert left["added"].isna().all()
    assert len(found.unmet)
    assert any("unmet" in note["en"] for note in found.notes)


def test_a_figure_that_is_not_known_is_not_repaired_and_takes_the_exception(shanghai):
    table = some_unknown(schools_of(units_of(shanghai)[:2]))
    evaluated = balance(shanghai, table)
    found = repair(evaluated)
    unknown = found.table[found.table["state"] == "unknown"]
    assert sorted(set(unknown["indicator"])) == ["equipment", "teaching_area"]
    assert any("lack of figures" in note["en"] for note in found.notes)
    # The school without an area must reach all its other thresholds.
    again = balance(shanghai, added_to(table, found.schools))
    of = again.measures[again.measures["school"].str.endswith("P02") & (again.measures["indicator"] != "teaching_area")]
    assert of["meets"].all()


def test_costs_may_differ_by_school_and_are_held_to_what_is_asked(evaluated, shanghai):
    unit = evaluated.table.loc[~evaluated.table["met"].astype(bool), "unit"].iloc[0]
    names = list(evaluated.measures.loc[evaluated.measures["unit"] == unit, "school"].unique())
    costs = pd.DataFrame(
        [{"indicator": k, "school": s, "cost": 1 + 0.5 * (i % 3)} for k in COLUMNS for i, s in enumerate(names)]
    )
    found = repair(evaluated, unit=unit, costs=costs)
    gap = found.together["gap"] / found.together["cost"]
    assert (gap <= 0.01).all()
    uniform = repair(evaluated, unit=unit, costs=dict.fromkeys(COLUMNS, 1.0))
    assert found.together["cost"].sum() >= uniform.together["cost"].sum()
    with pytest.raises(DuzhengError, match="no cost of sports_area") as error:
        repair(evaluated, costs={"teaching_area": 1.0, "equipment": -1.0})
    assert len(error.value.faults) == 6
    with pytest.raises(DuzhengError, match="cost for all its schools"):
        repair(evaluated, costs=costs)


def test_a_rule_on_the_mean_is_met_at_least_cost(shanghai):
    rows = schools_of(units_of(shanghai)[:1]).assign(
        computers=lambda frame: 1.0 + frame["students"] % 7, books=lambda frame: 20.0 * (frame["students"] % 11 + 1),
        teachers=lambda frame: frame["teachers_above_qualification"] + 30, staff=500.0,
        teachers_intermediate_title=lambda frame: (frame["students"] % 5) + 1.0,
        equipment_value=lambda frame: frame["equipment_value"] * (1 + 8 * (frame["students"] % 4 == 0)),
        sports_area=lambda frame: frame["sports_area"] * (1 + 5 * (frame["students"] % 5 == 0)),
    )  # fmt: skip
    evaluated = balance(shanghai, rows, rule="basic_balance")
    composite = evaluated.table[evaluated.table["indicator"] == "composite"]
    assert not composite["met"].all()
    found = repair(evaluated, whole=())
    after = found.table.groupby("stage")["cv_after"].mean()
    limits = composite.set_index("stage")["limit"]
    assert (after <= limits[after.index] + 1e-9).all()
    assert found.together["certified"].all()
    # The limits of 教督〔2012〕3号 are in no source read, and the result says so.
    assert any("no source read" in note["en"] for note in found.notes)


def test_requests_that_can_not_be_met_name_all_that_is_wrong(evaluated):
    with pytest.raises(DuzhengError, match="DZ-S002"):
        repair(evaluated, unit=["nowhere", "310101"])
    with pytest.raises(DuzhengError, match="indicator 'pupils'"):
        repair(evaluated, indicators=["pupils"])
    with pytest.raises(DuzhengError, match="year=1999"):
        repair(evaluated, year=1999)
    with pytest.raises(DuzhengError, match="schools='some'"):
        repair(evaluated, schools="some")
    with pytest.raises(DuzhengError) as error:
        repair(evaluated, schools="x", unit=["zz", 310101], indicators=["q"], whole="w", year=1900, costs={"z": 1})
    told = [fault.found for fault in error.value.faults]
    for part in ("schools='x'", "unit='zz'", "unit=310101", "indicator 'q'", "indicator 'w'", "year=1900", "of 'z'"):
        assert any(part in each for each in told), part
    for wrong in ({"indicators": []}, {"unit": []}, {"unit": 310101}, {"year": True}, {"whole": "yes"}):
        with pytest.raises(DuzhengError, match="DZ-S002"):
            repair(evaluated, **wrong)
    with pytest.raises(DuzhengError, match="what balance"):
        repair("x")


@pytest.mark.parametrize(
    "costs",
    [
        {"backbone": "x"}, {"backbone": None}, {"backbone": True}, {"backbone": 0}, {"backbone": np.inf},
        {"backbone": 1, "zz": 2}, [1], "x", pd.DataFrame({"indicator": ["backbone"], "cost": ["x"]}),
        pd.DataFrame({"indicator": ["backbone"] * 2, "schol": ["a", "b"], "cost": [1.0, 2.0]}),
        pd.DataFrame({"indicator": ["backbone"]}), pd.DataFrame({"indicator": ["backbone"] * 2, "cost": [1.0, 2.0]}),
    ],
)  # fmt: skip
def test_costs_that_make_no_sense_are_refused(evaluated, costs):
    with pytest.raises(DuzhengError, match="DZ-S002"):
        repair(evaluated, indicators=["backbone"], costs=costs)


def test_costs_of_units_may_name_them(evaluated, shanghai):
    ids = list(dict.fromkeys(evaluated.table["unit"]))[:2]
    for named in (ids, [shanghai.units.name(each, "zh-Hans") for each in ids]):
        costs = pd.DataFrame({"indicator": ["equipment"] * 2, "unit": named, "cost": [1.0, 2.0]})
        found = repair(evaluated, unit=ids, indicators=["equipment"], costs=costs).table
        of = found[found["indicator"] == "equipment"].groupby("unit")[["added", "cost"]].sum()
        assert (of["cost"] == of["added"] * [1.0, 2.0]).all()


@pytest.mark.slow
def test_words_say_that_it_is_arithmetic_and_no_plan(evaluated):
    repaired = repair(evaluated, unit="310101")
    for language, word in (("zh-Hans", "测算"), ("en", "arithmetic")):
        told = str(repaired.explain(language)) + repaired.readers(language).as_raw_html()
        assert word in told
    assert "significant" not in str(repaired.explain("en"))


def test_units_are_named_by_code_or_name(evaluated, shanghai):
    name = shanghai.units.name("310101", "en", short=True)
    assert set(repair(evaluated, unit=name).table["unit"]) == {"310101"}


# --- Rules on the mean: an indicator without a limit of its own is never met


def uneven(part):
    """Four schools of which hardly two have the same of anything; one indicator may be the same of all."""
    rows = []
    for i in range(4):
        s = 100 + 50 * i
        rows.append({"school": f"s{i}", "unit": "310101", "stage": "primary", "year": 2020, "students": s,
                     "teaching_area": s * 5 + part * (i == 0), "sports_area": s * [1, 9, 30, 2][i],
                     "equipment_value": s * [100, 9000, 200, 4000][i],
                     "computers": round(s * [0.01, 0.5, 0.02, 0.3][i]),
                     "books": s * [1, 60, 5, 20][i], "teachers": round(s * [0.03, 0.15, 0.05, 0.1][i]),
                     "teachers_above_qualification": round(s * [0.01, 0.14, 0.02, 0.05][i]),
                     "teachers_intermediate_title": round(s * [0.01, 0.12, 0.02, 0.05][i])})  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def on_mean(shanghai):
    return balance(shanghai, uneven(0), rule="basic_balance")


def no_nan_in(notes):
    return not any(word in note[language] for note in notes for language in note for word in ("nan", "inf %", "inf%"))


def test_an_indicator_that_all_schools_have_alike_costs_a_mixture_nothing(shanghai, on_mean):
    # 7106 was once given here and 361 with a single square metre more: both are about 360.
    found, almost = (repair(of).together["cost"].iloc[0] for of in (
        on_mean, balance(shanghai, uneven(1), rule="basic_balance")))  # fmt: skip
    assert found == pytest.approx(almost, rel=0.01)
    result = repair(on_mean)
    assert np.isfinite(result.together["bound"]).all()
    assert no_nan_in(result.notes)
    assert result.table.set_index("indicator").loc["teaching_area", "state"] == "none"
    after = result.table.groupby("stage")["cv_after"].mean()
    assert (after <= 0.65 * (1 + 1e-9)).all()


def test_some_indicators_bring_a_mean_down_alone_or_it_is_unmet(shanghai, on_mean):
    some = ["sports_area", "equipment", "books"]
    found = repair(on_mean, indicators=some, whole=())
    table = found.table.set_index("indicator")
    assert found.table["cv_after"].mean() <= 0.65 + 1e-9
    assert set(table.loc[~table.index.isin(some), "state"]) == {"none"}
    assert found.together["certified"].all()
    assert found.together["cost"].iloc[0] > repair(on_mean, whole=()).together["cost"].iloc[0]
    others = on_mean.table.loc[~on_mean.table["indicator"].isin(["teaching_area", "composite"]), "cv"]
    assert others.sum() > 8 * 0.65  # so that this one alone can't do it
    one = repair(on_mean, indicators=["teaching_area"])
    assert set(one.table["state"]) == {"unmet"}
    assert one.unmet["reason"].tolist() == ["composite"]
    assert any("can't be brought" in note["en"] for note in one.notes)
    assert no_nan_in(one.notes)


def test_a_mean_without_one_of_its_figures_is_unknown_and_nothing_of_it_is_met(shanghai):
    rows = uneven(0)
    rows.loc[1, "books"] = None
    found = repair(balance(shanghai, rows, rule="basic_balance"))
    assert set(found.table["state"]) == {"unknown"}
    assert found.table["added"].isna().all()
    assert any("there is no mean" in note["en"] for note in found.notes)
    assert no_nan_in(found.notes)


def test_a_mean_is_not_solved_for_costs_that_differ_by_school(on_mean):
    ids = [each.id for each in on_mean.standard.resources.indicators]
    costs = pd.DataFrame([{"indicator": k, "school": f"s{i}", "cost": 1.0 + i} for k in ids for i in range(4)])
    with pytest.raises(DuzhengError, match="differ between the schools"):
        repair(on_mean, costs=costs)
    same = repair(on_mean, costs=costs.assign(cost=2.0)).together["cost"]
    assert same.iloc[0] == pytest.approx(repair(on_mean, costs=dict.fromkeys(ids, 2.0)).together["cost"].iloc[0])


# --- What is left out hides nothing


def below(evaluated, share=1.0):
    m = evaluated.measures
    return m[m["value"] < m["threshold"] * share * (1 - 1e-9)]


def test_thresholds_that_others_miss_are_unmet_where_all_are_asked_for(shanghai):
    evaluated = balance(shanghai, schools_of(units_of(shanghai)[:1]))
    lacking = below(evaluated)
    lacking = lacking[lacking["indicator"] != "backbone"]
    assert len(lacking)
    found = repair(evaluated, schools="all", indicators=["backbone"])
    named = set(zip(found.unmet["stage"], found.unmet["school"], found.unmet["reason"], strict=True))
    assert named == set(zip(lacking["stage"], lacking["school"], lacking["indicator"], strict=True))
    states = found.table.set_index(["stage", "indicator"])["state"]
    for key in set(zip(lacking["stage"], lacking["indicator"], strict=True)):
        assert states[key] == "unmet"
    assert found.together["open"].sum() >= len(found.unmet)


def test_thresholds_that_others_miss_are_no_met_ones_under_the_rule(shanghai):
    evaluated = balance(shanghai, schools_of(units_of(shanghai)[:1]))
    found = repair(evaluated, indicators=["backbone"])
    states = found.table.set_index(["stage", "indicator"])["state"]
    for stage, indicator in set(zip(below(evaluated)["stage"], below(evaluated)["indicator"], strict=True)):
        if indicator != "backbone":
            assert states[stage, indicator] in {"unmet", "exception"}
    for stage, indicator in set(zip(below(evaluated, 0.85)["stage"], below(evaluated, 0.85)["indicator"], strict=True)):
        if indicator != "backbone":
            assert states[stage, indicator] == "unmet"


def test_where_nothing_is_added_schools_that_are_spared_are_an_exception(evaluated):
    found = repair(evaluated)
    nothing = found.table[(found.table["added"] == 0)]
    spared = set(map(tuple, found.schools.loc[found.schools["spared"], ["unit", "stage", "indicator"]].to_numpy()))
    for row in nothing.to_dict("records"):
        key = (row["unit"], row["stage"], row["indicator"])
        assert row["state"] == ("exception" if key in spared else "met")
    assert any("that does not say that they reach it" in note["en"] for note in found.notes)


def test_counts_in_notes_have_no_wrong_plural(shanghai):
    one = repair(balance(shanghai, schools_of(["310101"])[lambda frame: frame["stage"] == "primary"]))
    assert any(note["en"].startswith("The result is proved least") for note in one.notes)
    assert not any("All 1 " in note["en"] or " 1 are " in note["en"] for note in one.notes)


@pytest.mark.slow
def test_two_thousand_schools_of_sixteen_units_take_seconds(shanghai):
    units = units_of(shanghai)
    evaluated = balance(shanghai, schools_of(units, n=64))
    assert len(evaluated.schools) >= 2000
    start = time.perf_counter()
    found = repair(evaluated, whole=())
    assert time.perf_counter() - start < 20
    assert (found.together["gap"] <= 1e-3 * found.together["cost"].clip(lower=1)).all()
