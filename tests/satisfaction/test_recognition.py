"""Recognition by society: the sample, the percentage, the verdict and what would turn it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis
from analysis.messages import DuzhengError
from analysis.satisfaction.social_recognition.forms import form_share
from analysis.satisfaction.social_recognition.recognition import recognition
from analysis.satisfaction.social_recognition.rule import read_rule
from analysis.satisfaction.social_recognition.sample_size import (
    apportioned,
    asked,
    half_width,
    quotas,
    recognition_sample,
)
from analysis.surveys.design import design_of
from analysis.surveys.example import example_design
from analysis.workspace.rules import RuleSet
from analysis.workspace.units import Units

SURVEYS = ("parents", "public", "staff", "pupils")
KINDS = ("probability", "open", "probability", "probability")
GROUPS = [
    {"id": "parents", "form": "social", "at_least": 0.5},
    {"id": "deputies", "form": "social"},
    {"id": "teachers", "form": "staff"},
    {"id": "pupils", "form": "pupils"},
]


def texts(name):
    return {"zh-Hans": f"甲{name}", "en": name}


def own(**of):
    return {**of, "certainty": "own"}


def parameters(**settings):
    said = {"items": "one", "numerator": "above_middle", "dont_know": "excluded", "form_weights": "quotas"}
    return {
        "pass_mark": own(value=85), "sample": own(share=0.0015), "population": own(indicator="residents", year=2020),
        "planning": own(deff=2, level=0.95),
        "forms": own(entries=[{"id": name, "name": texts(name)} for name in ("social", "staff", "pupils")]),
        "groups": own(entries=[{**group, "name": texts(group["id"])} for group in GROUPS]),
        "surveys": own(entries={
            "parents": {"place": "district", "groups": ["parents"]},
            "public": {"place": "district", "groups": ["deputies"]},
            "staff": {"place": "district", "groups": ["teachers"]},
            "pupils": {"place": "district", "groups": ["pupils"]},
        }),
        "items": own(entries={
            "one": {"name": texts("one"), "of": dict.fromkeys(SURVEYS, ("whole",))},
            "two": {"name": texts("two"), "of": dict.fromkeys(SURVEYS, ("whole", "fair"))},
        }),
        "settings": own(**{**said, **settings}),
    }  # fmt: skip


def rule(**changed):
    return RuleSet(id="recognised", title=texts("rule"), certainty="own", parameters={**parameters(), **changed})


@pytest.fixture
def place():
    """Give an invented workspace whose districts are called as the options of a question are."""
    frame = pd.DataFrame({
        "id": [f"u{n}" for n in range(1, 17)], "code": [f"u{n}" for n in range(1, 17)],
        "name_zh": [f"{chr(64 + n)}区" for n in range(1, 17)],
        "name_en": [f"District {chr(64 + n)}" for n in range(1, 17)],
        "short_zh": [f"{chr(64 + n)}区" for n in range(1, 17)], "short_en": [f"{chr(64 + n)}" for n in range(1, 17)],
        "kind": "district", "parent": None, "valid_from": None, "valid_to": None, "successor": None,
    }).set_index("id")  # fmt: skip
    known = pd.DataFrame({"indicator": "residents", "year": 2020, "unit": ["u1", "u2"], "value": [200_000.0, 1e6]})
    settings = SimpleNamespace(year=2025, unit_kind="district", unit_name={"zh-Hans": "区", "en": "district"},
                               languages=("zh-Hans", "en"))  # fmt: skip
    return SimpleNamespace(units=Units(frame), settings=settings, observations=known, rules={"recognised": rule()},
                           sources=pd.DataFrame(index=[]))  # fmt: skip


@cache
def example(kind, wave, persons, districts):
    """Make an invented wave once: forms change copies of its answers."""
    return example_design(kind, wave, persons=persons, districts=districts)


def form(name, kind="probability", points=None, *, fair=None, wave=2025, persons=20, districts=2, weighting="none"):
    """Make a wave of one questionnaire; ``points`` are the answers to one item, repeated over all persons."""
    made = example(kind, wave, persons, districts)
    sheet = made.survey.questionnaire.model_copy(update={"id": name})
    answers = made.wave.responses.copy()
    for code, given_points in (("whole", points), ("fair", fair)):
        if given_points is not None:
            row = np.resize(np.array([np.nan if each is None else each for each in given_points]), len(answers))
            answers[code] = pd.array(row, "Int16")
            answers[f"{code}[missing]"] = pd.Series("DK", range(len(answers)), dtype="str").where(np.isnan(row))
    collected = replace(made.wave, survey=replace(made.survey, questionnaire=sheet), responses=answers)
    return design_of(collected, weighting=weighting, labels=made.labels)


def four(parents, public, staff, pupils, *, public_kind="open"):
    return [form("parents", points=parents), form("public", public_kind, public), form("staff", points=staff),
            form("pupils", points=pupils)]  # fmt: skip


# The sample


def test_pudong_is_to_ask_8523_and_no_float_adds_one():
    # ⌈0.0015 · 5,681,512⌉ = ⌈8,522.268⌉; 0.0015 · 2,000,000 is 3,000 exactly, and more in binary
    assert asked(5_681_512, 0.0015) == 8523
    assert asked(2_000_000, 0.0015) == 3000
    plan = recognition_sample(analysis.open().workspace, "浦东新区")
    by_group = plan.quotas.set_index("code")["persons"]
    assert by_group["total"] == 8523
    assert by_group["parents"] == 4262  # half, rounded up
    assert sorted(by_group.drop(["total", "parents"])) == [710, 710, 710, 710, 710, 711]


@given(st.integers(1, 30_000_000))
def test_quotas_add_up_parents_are_half_or_more_and_the_others_are_alike(residents):
    rules = rule().read(type(read_rule(SimpleNamespace(rules={}, sources=pd.DataFrame()), rule())[1]))
    total = asked(residents, 0.0015)
    shared = quotas(total, rules)
    others = [n for name, n in shared.items() if name != "parents"]
    assert sum(shared.values()) == total
    assert 2 * shared["parents"] >= total
    assert max(others) - min(others) <= 1


@given(st.integers(0, 100_000), st.lists(st.floats(0.01, 1e6), min_size=1, max_size=6))
def test_apportioned_persons_add_up_and_are_within_one_of_their_share(total, shares):
    parts = apportioned(total, {str(place): share for place, share in enumerate(shares)})
    exact = [total * share / sum(shares) for share in shares]
    assert sum(parts.values()) == total
    assert all(abs(n - share) < 1 + 1e-6 for n, share in zip(parts.values(), exact, strict=True))


def test_half_widths_are_those_of_a_drawn_sample_and_say_so():
    # 1.959964 · √(85 · 15 / 8523) = 0.7581 points; a design effect of 4 doubles it
    assert half_width(8523, 85) == pytest.approx(0.7581, abs=5e-5)
    assert half_width(8523, 85, deff=4) == pytest.approx(2 * half_width(8523, 85))
    remark = recognition_sample(analysis.open().workspace, "浦东新区").remarks("zh-Hans")[0]
    assert "扫码自愿填答不是抽样" in remark


def test_all_districts_stand_in_rows_and_bands_and_places_are_shared_out():
    workspace = analysis.open().workspace
    plan = recognition_sample(workspace)
    assert len(plan.table) == 16
    assert (plan.table[["parents", "teachers", "principals", "deputies", "cppcc", "students", "others"]].sum(axis=1)
            == plan.table["total"]).all()  # fmt: skip
    one = recognition_sample(workspace, "310151", bands=["1-3", "4-6", "7-9"], places={"city": 0.5, "village": 0.5})
    parts = one.quotas.groupby("of")["persons"].sum()
    assert parts["place"] == parts["total"] == 957
    assert parts["band"] == one.quotas.set_index("code").loc[["parents", "students"], "persons"].sum()
    assert one.readers("en").as_raw_html().count("Students") == 1


def test_what_a_sample_cannot_be_reckoned_from_is_said():
    workspace = analysis.open().workspace
    with pytest.raises(DuzhengError, match="Atlantis"):
        recognition_sample(workspace, "Atlantis", population=3)
    with pytest.raises(DuzhengError, match="no unit"):
        recognition_sample(workspace, population=3)
    with pytest.raises(DuzhengError) as error:
        recognition_sample(workspace, "310151", deff=0.5, level=2, places={"city": -1})
    assert len(error.value.faults) == 3
    with pytest.raises(DuzhengError, match="1999"):
        recognition_sample(workspace, year=1999)


# The rule set of this workspace


def test_the_rule_set_names_questions_that_both_waves_ask_and_sources_that_exist():
    workspace = analysis.open()
    of, read = read_rule(workspace.workspace, "social_recognition")
    surveys = workspace.questionnaires()
    for entry in read.items.entries.values():
        for name, codes in entry.of.items():
            for wave in (2024, 2025):
                there = {each.code for each in surveys[f"{name}-{wave}"].asked}
                assert set(codes) <= there, (name, wave)
    assert of.on(dt.date(2025, 9, 1))
    assert not of.on(dt.date(2024, 1, 1))
    assert read.pass_mark.certainty == "B"
    assert read.settings.certainty == "own"  # how forms become one percentage is in no source
    assert sum(read.shares().values()) == pytest.approx(1)


def test_all_faults_of_a_rule_set_are_told_at_once():
    wrong = parameters(numerator="best") | {"pass_mark": {"value": 850, "certainty": "own"}, "colour": 1}
    broken = RuleSet(id="broken", title=texts("x"), certainty="own", parameters=wrong)
    with pytest.raises(DuzhengError) as error:
        read_rule(SimpleNamespace(rules={"broken": broken}, sources=pd.DataFrame()), "broken")
    assert {fault.column for fault in error.value.faults} == {"pass_mark.value", "settings.numerator", "colour"}
    strange = parameters()
    strange["surveys"]["entries"]["parents"]["groups"] = ["aunts"]
    with pytest.raises(DuzhengError, match="group aunts of survey parents"):
        read_rule(SimpleNamespace(rules={}, sources=pd.DataFrame()), rule(**strange))


# The percentage


def by_settings(found, unit="u1"):
    """Give the percentages of a district by every setting."""
    mine = found.specifications[(found.specifications["unit"] == unit) & (found.specifications["items"] == "one")]
    return mine.set_index(["numerator", "dont_know", "form_weights"])["estimate"].sort_index()


def test_the_percentage_is_that_of_counting_by_hand(place):
    designs = four([7, 6, 5, 5, 4], [5, 3], [6], [7, 4, 2, 1])
    found = recognition(place, designs, rule="recognised")
    by = by_settings(found).loc["above_middle", "excluded"]
    # above the middle: parents 4/5, public 1/2, staff 1, pupils 1/4; 100 persons of each in the district
    assert by["persons"] == pytest.approx((80 + 50 + 100 + 25) / 4)
    # forms alike; in the social form its two surveys by persons
    assert by["equal"] == pytest.approx(((80 + 50) / 2 + 100 + 25) / 3)
    # quotas: parents 1/2, the three other groups 1/6 each
    assert by["quotas"] == pytest.approx(80 / 2 + (50 + 100 + 25) / 6)
    assert found.table["estimate"].tolist() == [by["quotas"], by["quotas"]]
    assert found.table["n"].tolist() == [400, 400]


def test_numerators_and_dont_know_are_those_that_are_said(place):
    by = by_settings(recognition(place, four(*[[7, 6, 5, None]] * 4), rule="recognised"))
    # 7, 6, 5 of seven points are 100, 83.3, 66.7 on 0–100; who does not know is 0, and 50 on 0–100
    expected = {
        ("above_middle", "excluded"): 100, ("above_middle", "in_base"): 75, ("top2", "excluded"): 200 / 3,
        ("top2", "in_base"): 50, ("index", "excluded"): 250 / 3, ("index", "in_base"): 75,
    }  # fmt: skip
    assert by.xs("equal", level="form_weights").to_dict() == pytest.approx(expected)


def test_the_error_is_that_of_surveys_gathered_apart(place):
    designs = [form(name, kind, weighting="calibrated") for name, kind in zip(SURVEYS, KINDS, strict=True)]
    found = recognition(place, designs, rule="recognised", form_weights="quotas")
    quota = dict(zip(SURVEYS, (1 / 2, 1 / 6, 1 / 6, 1 / 6), strict=True))
    value = variance = small = 0.0
    for each in designs:
        satisfied = np.where(each.wave.responses["whole"].isna(), np.nan, 100.0 * (each.wave.responses["whole"] > 4))
        row = each.with_columns(good=satisfied).mean("good", by="district", df="domain").iloc[0]
        share = quota[each.survey.questionnaire.id]
        value, variance = value + share * row["estimate"], variance + (share * row["se"]) ** 2
        small += (share * row["se"]) ** 4 / row["df"]
    row = found.table.iloc[0]
    assert (row["estimate"], row["se"], row["df"]) == pytest.approx((value, variance**0.5, variance**2 / small))


def test_the_verdict_goes_by_the_point_value_even_where_the_interval_crosses(place):
    by_school = [point for top in (20, 20, 17, 15, 13) for point in [7] * top + [1] * (20 - top)]  # 85 of 100
    found = recognition(place, four(*[by_school] * 4, public_kind="probability"), rule="recognised").table
    assert found["estimate"].to_numpy() == pytest.approx([85, 85])
    assert found["verdict"].tolist() == ["reached", "reached"]
    assert found["against"].tolist() == ["across", "across"]
    one_less = [1, *by_school[1:]]
    missed = recognition(place, four(one_less, *[by_school] * 3, public_kind="probability"), rule="recognised").table
    assert missed["estimate"].to_numpy() == pytest.approx([84.5, 84.5])
    assert missed["verdict"].tolist() == ["missed", "missed"]


def test_settings_that_turn_the_verdict_are_named(place):
    points = [5] * 9 + [
        None
    ]  # all who know are satisfied, none of them in the two best points, one in ten does not know
    found = recognition(place, four(points, points, points, points), rule="recognised")
    row = found.table.iloc[0]
    assert row["verdict"] == "reached"
    assert row["others"] == 35  # 2 sets of items × 3 numerators × 2 treatments × 3 weights, less the one chosen
    assert {"numerator=top2", "numerator=index"} <= set(row["turned_by"].split("; "))
    assert "dont_know=in_base" not in row["turned_by"]  # 90 %
    assert "最高两档" in found.written("zh-Hans")["turned_by"].iloc[0]
    others = found.specifications[(found.specifications["unit"] == "u1") & ~found.specifications["declared"]]
    assert row["turned"] == (others["verdict"] == "missed").sum()


def test_two_best_of_five_and_of_seven_points_are_never_put_together(place):
    designs = four([7], [7], [7], [7])
    bank = designs[0].survey.bank
    five = replace(bank, scales={**bank.scales, "points": bank.scales["points"][:5]})
    shorter = replace(designs[2].wave, survey=replace(designs[2].survey, bank=five))
    designs[2] = replace(designs[2], wave=shorter)
    found = recognition(place, designs, rule="recognised")
    assert set(found.specifications["numerator"]) == {"above_middle", "index"}


def test_what_cannot_be_put_together_is_refused_all_at_once(place):
    with pytest.raises(DuzhengError) as error:
        recognition(place, [form("parents"), form("parents"), form("strangers"), form("staff", wave=2024)],
                    rule="recognised")  # fmt: skip
    said = str(error.value)
    assert len(error.value.faults) == 4
    assert all(part in said for part in ("2 designs of parents", "strangers", "form pupils", "2024, 2025"))
    real = replace(form("pupils"), wave=replace(form("pupils").wave, synthetic=False))
    with pytest.raises(DuzhengError, match="Never mix"):
        recognition(place, [form("parents"), form("staff"), real], rule="recognised")


def test_districts_are_known_by_their_codes_or_by_what_the_option_says(place):
    read = rule().read(type(read_rule(place, "recognised")[1]))
    chosen = {"items": "one", "numerator": "index", "dont_know": "excluded", "form_weights": "quotas"}
    design = form("parents")
    assert form_share(design, read, place, chosen, level=0.95).units == {"u1", "u2"}
    place.units.frame.loc["u2", ["name_zh", "short_zh"]] = "丙区"
    with pytest.raises(DuzhengError, match=r"b \(B区\)"):
        form_share(design, read, place, chosen, level=0.95)
    with pytest.raises(DuzhengError, match="kreis"):
        form_share(design, read, place, chosen, level=0.95, place="kreis")


def test_answers_that_do_not_count_leave_the_base_and_not_the_design(place):
    surveys = parameters()["surveys"]["entries"]
    only = own(entries={**surveys, "staff": {**surveys["staff"], "only": {"stay": ["yes"]}}})
    designs = four([7], [7], [7, 1, 1, 1], [7])  # those who board are every fourth, and satisfied
    found = recognition(place, designs, rule=rule(surveys=only))
    assert found.table["staff"].tolist() == [100, 100]
    assert found.table["n"].tolist() == [325, 325]


def test_too_few_answers_to_a_form_give_no_verdict(place):
    designs = four([7], [7], [7], [7])
    few = form("staff", points=[7], persons=1)  # five persons a district
    designs[2] = few
    found = recognition(place, designs, rule="recognised")
    assert found.table["estimate"].isna().all()
    assert found.table[["social", "staff", "pupils"]].isna().all(axis=None)
    assert set(found.table["verdict"]) == {""}
    assert found.forms.loc[found.forms["code"] == "staff", "estimate"].isna().all()


def test_a_small_group_takes_a_second_one_with_it(place):
    surveys = parameters()["surveys"]["entries"]
    both = [{**group, "name": texts(group["id"])} for group in
            [*GROUPS, {"id": "heads", "form": "staff"}, {"id": "cooks", "form": "staff"}]]  # fmt: skip
    staff = {"place": "district", "groups": ["teachers", "heads", "cooks"], "role": "post",
             "roles": {"t": "teachers", "h": "heads", "c": "cooks"}}  # fmt: skip
    by_role = own(entries={**surveys, "staff": staff})
    designs = four([7], [7], [7, 1], [7])
    posts = np.resize(["t"] * 14 + ["h"] * 5 + ["c"], len(designs[2].data))  # 70, 25 and 5 of 100
    wave = replace(designs[2].wave, responses=designs[2].wave.responses.assign(post=posts))
    designs[2] = design_of(wave, weighting="none", labels=designs[2].labels)
    forms = recognition(place, designs, rule=rule(surveys=by_role, groups=own(entries=both))).forms
    staff = forms[(forms["part"] == "group") & (forms["form"] == "staff") & (forms["unit"] == "u1")].set_index("code")
    assert staff["n"].to_dict() == {"teachers": 70, "heads": 25, "cooks": 5}
    assert staff["estimate"].notna().to_dict() == {"teachers": True, "heads": False, "cooks": False}


def test_volunteers_get_an_interval_of_a_model_and_no_sentence_of_significance(place):
    found = recognition(place, four([7, 6], [7, 4], [6, 5], [7, 3]), rule="recognised")
    assert set(found.table["interval"]) == {"model"}
    for language, claimed in (("zh-Hans", "不计抽样误差"), ("en", "no sampling error")):
        said = " ".join([found.subtitle(language), *found.remarks(language), str(found.explain(language)),
                         found.readers(language).as_raw_html()])  # fmt: skip
        assert claimed in said
        assert "显著" not in said
        assert "significan" not in said
    drawn = recognition(place, four([7, 6], [7, 4], [6, 5], [7, 3], public_kind="probability"), rule="recognised")
    assert set(drawn.table["interval"]) == {"sampling"}


def test_every_setting_stands_beside_the_figure(place):
    found = recognition(place, four([7], [7], [7], [7]), rule="recognised", numerator="top2", form_weights="equal")
    for language in ("zh-Hans", "en"):
        line = found.subtitle(language)
        assert all(found.setting(name, found.settings[name], language) in line
                   for name in ("items", "numerator", "dont_know", "form_weights"))  # fmt: skip
    assert found.table[["items", "numerator", "dont_know", "form_weights"]].iloc[0].tolist() == [
        "one", "top2", "excluded", "equal"
    ]  # fmt: skip
    mine = recognition(place, four([7], [7], [7], [7]), rule="recognised",
                       items=dict.fromkeys(SURVEYS, ("clear",)))  # fmt: skip
    assert mine.settings["items"] == "given"


def test_fewer_answers_than_the_rule_asks_for_are_said(place):
    found = recognition(place, four([7], [7], [7], [7]), rule="recognised")
    assert found.table["required"].tolist() == [300, 1500]  # 0.0015 of 200,000 and of 1,000,000
    assert any("In 1 of 2 districts" in remark for remark in found.remarks("en"))


def test_r_gets_every_survey_and_how_they_are_put_together(place, tmp_path):
    found = recognition(place, four([7, 4], [7, 3], [6, 5], [7]), rule="recognised")
    script = found.as_r(tmp_path)
    assert {path.parent.name for path in tmp_path.glob("*/replicate.R")} == {
        "parents-2025", "public-2025", "staff-2025", "pupils-2025"
    }  # fmt: skip
    assert "weight * estimate" in script.read_text(encoding="utf-8")


def test_the_charts_are_as_they_were_looked_at(place, stored_svg):
    designs = [form(name, kind, districts=16, persons=8, weighting="calibrated")
               for name, kind in zip(SURVEYS, KINDS, strict=True)]  # fmt: skip
    answers = designs[2].wave.responses
    wave = replace(designs[2].wave, responses=answers[answers["district"] != "c"].reset_index(drop=True))
    designs[2] = design_of(wave, labels=designs[2].labels)  # no staff in C
    marked = rule(pass_mark=own(value=30))
    many = recognition(place, designs, rule=marked)
    assert many.table["estimate"].isna().sum() == 1
    one = recognition(place, designs, unit="u2", rule=marked)
    for language in ("zh-Hans", "en"):
        stored_svg(f"recognition_{language[:2]}_many", many.chart(language).spec, language)
        stored_svg(f"recognition_{language[:2]}_one", one.chart(language).spec, language)
