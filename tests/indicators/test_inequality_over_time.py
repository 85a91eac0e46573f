"""Inequality between and within districts over the years: exact parts, one set of boundaries, levels only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.indicators.places import counties, without

from analysis.indicators import spread
from analysis.indicators.balance import balance
from analysis.indicators.inequality import decomposed, inequality
from analysis.indicators.simulation import simulated_schools
from analysis.messages import LANGUAGES, DuzhengError
from analysis.workspace.schools import PEOPLE, SIMULATED

PRIMARY, SECONDARY = "primary_teachers_per_100", "secondary_teachers_per_100"


@pytest.fixture(scope="module")
def schools(shanghai):
    return simulated_schools(shanghai, years=(2012, 2017))


def cv(found, year, source="figures", component="between"):
    rows = found.table
    chosen = rows[(rows["measure"] == "cv") & (rows["year"] == year) & (rows["source"] == source)
                  & (rows["component"] == component)]  # fmt: skip
    return float(chosen["value"].iloc[0]), int(chosen["units"].iloc[0])


def test_teachers_of_primary_pupils_are_shared_more_evenly_between_districts_than_in_2012(shanghai):
    """Derived from the yearbooks of 2012 and 2017, tables 20.13 and 20.15: 0.189 (17 units) to 0.136 (16), and for
    secondary schools 0.101 to 0.111.
    """
    on_2012 = inequality(shanghai, PRIMARY, boundaries=2012)
    on_2020 = inequality(shanghai, PRIMARY)
    assert cv(on_2012, 2012) == (pytest.approx(0.189, abs=5e-4), 17)
    assert cv(on_2020, 2017) == (pytest.approx(0.136, abs=5e-4), 16)
    assert cv(inequality(shanghai, SECONDARY, boundaries=2012), 2012)[0] == pytest.approx(0.101, abs=5e-4)
    assert cv(inequality(shanghai, SECONDARY), 2017)[0] == pytest.approx(0.111, abs=5e-4)


def test_on_one_set_of_boundaries_2012_has_sixteen_districts_and_another_figure(shanghai):
    found = inequality(shanghai, PRIMARY)
    value, units = cv(found, 2012)
    assert units == 16
    assert value != pytest.approx(cv(inequality(shanghai, PRIMARY, boundaries=2012), 2012)[0], abs=1e-5)
    assert any("合并" in note["zh-Hans"] for note in found.notes)


def test_the_coefficient_of_variation_is_that_of_spread(shanghai):
    facts = spread(shanghai, PRIMARY)
    expected = facts.loc[(facts["statistic"] == "cv") & (facts["year"] == 2017), "value"].iloc[0]
    assert cv(inequality(shanghai, PRIMARY), 2017)[0] == pytest.approx(expected)


def test_parts_add_up_to_the_whole(shanghai, schools):
    found = inequality(shanghai, PRIMARY, schools=schools, resource="teachers")
    rows = found.table[found.table["source"] == "schools"]
    for measure in ("cv2", "theil_t", "theil_l"):
        wide = rows[rows["measure"] == measure].pivot_table(index="year", columns="component", values="value")
        assert np.allclose(wide["between"] + wide["within"], wide["total"], rtol=1e-12)
        shares = found.units[found.units["measure"] == measure].groupby("year")["contribution"].sum()
        assert np.allclose(shares, wide["within"], rtol=1e-9)
    whole = rows[(rows["measure"] == "cv") & (rows["component"] == "total")].set_index("year")["value"]
    total = rows[(rows["measure"] == "cv2") & (rows["component"] == "total")].set_index("year")["value"]
    assert np.allclose(whole**2, total)


def test_between_by_schools_is_between_by_figures_where_their_sums_agree(shanghai, schools):
    found = inequality(shanghai, PRIMARY, schools=schools, resource="teachers")
    for year in (2012, 2017):
        assert cv(found, year, "schools")[0] == pytest.approx(cv(found, year)[0], rel=1e-12)
    assert sum("一致" in note["zh-Hans"] for note in found.notes) == 2
    wrong = inequality(shanghai, SECONDARY, schools=schools, resource="teachers", stages="junior")
    assert any("不同" in note["zh-Hans"] and "学校加总" in note["zh-Hans"] for note in wrong.notes)


def test_stages_of_a_combined_school_count_together(shanghai, schools):
    found = inequality(shanghai, SECONDARY, schools=schools, resource="teachers", years=[2017])
    mine = schools[(schools["year"] == 2017) & schools["stage"].isin(["junior", "senior"])]
    assert found.table.loc[found.table["source"] == "schools", "schools"].max() == mine["school"].nunique()
    assert found.settings["stages"] == ("junior", "senior")


def test_simulated_schools_are_marked_and_not_mixed_with_real_ones(shanghai, schools):
    found = inequality(shanghai, PRIMARY, schools=schools, resource="teachers")
    assert found.simulated
    assert "模拟" in found.subtitle("zh-Hans")
    assert not inequality(shanghai, PRIMARY).simulated
    mixed = schools.assign(source=[SIMULATED if number % 2 else "survey" for number in range(len(schools))])
    with pytest.raises(DuzhengError, match="simulated rows"):
        inequality(shanghai, PRIMARY, schools=mixed, resource="teachers")


def test_of_a_balance_shared_property_is_divided_and_the_mark_stays(shanghai, schools):
    rated = balance(shanghai, schools[schools["year"] == 2017])
    found = inequality(shanghai, schools=rated, resource="sports_area", stages="primary")
    of = found.table[found.table["source"] == "schools"].set_index(["measure", "component"])
    mine = rated.measures[(rated.measures["stage"] == "primary") & (rated.measures["indicator"] == "sports_area")]
    assert of.loc[("cv", "total"), "schools"] == mine["school"].nunique()
    assert found.simulated
    alone = rated.table[(rated.table["stage"] == "primary") & (rated.table["indicator"] == "sports_area")]
    within = found.units[found.units["measure"] == "cv"].set_index("unit")["own"]
    assert np.allclose(within[alone["unit"]], alone["cv"])
    assert "生均体育运动场馆面积" in found.chart("zh-Hans").spec["title"]["text"][0]
    assert set(found.table["source"]) == {"schools"}
    with pytest.raises(DuzhengError, match="an indicator of the balance"):
        inequality(shanghai, PRIMARY, schools=rated, resource="teachers")


def test_a_year_in_which_a_district_has_no_figure_is_left_out_and_named(shanghai):
    found = inequality(without(shanghai, ("310151", "primary_teachers", 2017)), PRIMARY)
    assert set(found.table["year"]) == {2012}
    assert any("2017" in note["zh-Hans"] and "崇明" in note["zh-Hans"] for note in found.notes)


def test_doubtful_figures_are_said_to_be_so(shanghai):
    assert any("2012" in note["en"] and "warning" in note["en"] for note in inequality(shanghai, PRIMARY).notes)


def test_what_does_not_fit_is_refused(shanghai, schools):
    with pytest.raises(DuzhengError, match="DZ-I001"):
        inequality(shanghai, "primary_teachers")
    with pytest.raises(DuzhengError, match="resource=None"):
        inequality(shanghai, PRIMARY, schools=schools)
    with pytest.raises(DuzhengError, match="DZ-T002 column students"):
        inequality(shanghai, PRIMARY, schools=schools.drop(columns="students"), resource="teachers")
    with pytest.raises(DuzhengError, match="no schools of the stages"):
        inequality(shanghai, PRIMARY, schools=schools, resource="teachers", stages="preschool")
    with pytest.raises(DuzhengError, match="DZ-U001"):
        inequality(shanghai, PRIMARY, schools=schools.head(9).assign(unit="nowhere"), resource="teachers")
    with pytest.raises(DuzhengError, match="DZ-S003"):
        inequality(shanghai, PRIMARY, years=[1999])
    with pytest.raises(DuzhengError, match="no indicator"):
        inequality(shanghai)
    with pytest.raises(DuzhengError, match="without stages"):
        inequality(shanghai, schools=schools, resource="teachers")
    with pytest.raises(DuzhengError, match="picture"):
        inequality(shanghai, PRIMARY).units_chart()


def test_a_table_of_schools_is_held_to_its_contract(shanghai, schools):
    twice = pd.concat([schools, schools.head(1)])
    with pytest.raises(DuzhengError, match="DZ-T005"):
        inequality(shanghai, PRIMARY, schools=twice, resource="teachers")
    words = schools.astype({"teachers": object})
    words.loc[words.index[0], "teachers"] = "many"
    with pytest.raises(DuzhengError, match="DZ-T003 column teachers"):
        inequality(shanghai, PRIMARY, schools=words, resource="teachers")
    with pytest.raises(DuzhengError, match="Write the code 310104"):
        inequality(shanghai, PRIMARY, schools=schools.head(1).assign(unit="徐汇区"), resource="teachers")


@pytest.mark.parametrize("resource", ["stage", "largest_class", "classes", "students", "zz"])
def test_only_people_and_property_are_measured_for_each_student(shanghai, schools, resource):
    with pytest.raises(DuzhengError, match=r"people or property.*There are teachers, staff,") as refused:
        inequality(shanghai, PRIMARY, schools=schools, resource=resource)
    (fault,) = refused.value.faults
    assert "largest_class" not in fault.hint


def test_one_year_may_be_asked_for_by_itself(shanghai):
    assert set(inequality(shanghai, PRIMARY, years=2017).table["year"]) == {2017}
    found = inequality(shanghai, PRIMARY, years=[1999, 2017])
    assert any("1999" in note["en"] for note in found.notes)
    with pytest.raises(DuzhengError, match="years='x'"):
        inequality(shanghai, PRIMARY, years="x")


def test_what_is_asked_for_wrongly_is_said_at_once_and_by_its_cause(shanghai):
    with pytest.raises(DuzhengError) as refused:
        inequality(shanghai, "zz", units="徐汇区", resource="teachers")
    told = str(refused.value)
    assert all(part in told for part in ("'zz'", "Write the code 310104", "without schools", "1 unit and no schools"))
    with pytest.raises(DuzhengError, match="1 unit and no schools; expected two units or more, or schools"):
        inequality(shanghai, PRIMARY, units="310104")


def test_where_there_is_none_of_it_at_all_that_is_said(tmp_path, shanghai, schools):
    place = counties(tmp_path, {"staff": [0, 0], "pupils": [10, 20], "staff_per_pupils": [1]})
    with pytest.raises(DuzhengError, match="none of it at all in 2017"):
        inequality(place, "staff_per_pupils")
    none = schools.copy()
    none.loc[none["year"] == 2012, "books"] = 0.0
    found = inequality(shanghai, schools=none, resource="books", stages="primary")
    assert set(found.table["year"]) == {2017}
    assert any("2012" in note["zh-Hans"] and "为零" in note["zh-Hans"] for note in found.notes)


def test_axes_say_that_measures_have_no_unit(shanghai, schools):
    found = inequality(shanghai, PRIMARY, schools=schools, resource="teachers")
    assert "无量纲" in "".join(found.chart("zh-Hans").spec["title"]["subtitle"])
    assert "差异系数（无量纲）" in str(found.units_chart("zh-Hans").spec)


def test_theil_is_left_out_where_a_school_has_nothing(shanghai, schools):
    none = schools.copy()
    none.loc[none.index[none["stage"] == "primary"][0], list(PEOPLE)] = 0
    found = inequality(shanghai, PRIMARY, schools=none, resource="teachers")
    first = found.table[(found.table["source"] == "schools") & (found.table["year"] == none["year"].min())]
    assert "theil_t" not in set(first["measure"])
    assert "cv2" in set(first["measure"])


def test_rows_without_the_figure_are_counted(shanghai, schools):
    gaps = schools.copy()
    gaps.loc[gaps.index[gaps["stage"] == "primary"][:3], "teachers"] = np.nan
    found = inequality(shanghai, PRIMARY, schools=gaps, resource="teachers")
    assert any(note["en"].startswith("3 rows") for note in found.notes)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.01, 1e4), st.floats(1, 1e4)), min_size=2, max_size=40),
    st.floats(0.01, 100),
)
def test_inequality_does_not_change_with_the_unit_of_measure_and_its_parts_are_not_negative(rows, factor):
    frame = pd.DataFrame(rows, columns=["unit", "total", "students"])
    found, _ = decomposed(frame)
    again, _ = decomposed(frame.assign(total=frame["total"] * factor))
    assert np.allclose(found["value"], again["value"], rtol=1e-6, atol=1e-9)
    split = found[found["measure"].isin(["cv2", "theil_t", "theil_l"])]
    assert (split["value"] > -1e-9).all()


def test_equal_means_leave_nothing_between_and_equal_schools_nothing_within():
    frame = pd.DataFrame({"unit": list("aabb"), "total": [1.0, 3, 1, 3], "students": [1.0] * 4})
    found, _ = decomposed(frame)
    of = found.set_index(["measure", "component"])["value"]
    assert of["cv2", "between"] == pytest.approx(0)
    assert of["cv2", "within"] == pytest.approx(0.25)  # mean 2, variance 1
    found, _ = decomposed(frame.assign(total=[1.0, 1, 3, 3]))
    of = found.set_index(["measure", "component"])["value"]
    assert of["theil_t", "within"] == pytest.approx(0, abs=1e-12)
    assert of["theil_t", "between"] == pytest.approx((0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 2)


@pytest.mark.parametrize(
    "districts",
    [pytest.param("one", marks=pytest.mark.slow), "sixteen", pytest.param("missing", marks=pytest.mark.slow)],
)
def test_charts_are_those_that_were_looked_at(shanghai, schools, stored_svg, districts):
    units = "310104" if districts == "one" else None
    rows = schools
    if districts == "missing":  # no schools of one district in the earlier year, and none of their teachers elsewhere
        rows = schools[~((schools["unit"] == "310115") & (schools["year"] == 2012))].copy()
        rows.loc[rows["unit"] == "310101", "teachers"] = np.nan
    found = inequality(shanghai, PRIMARY, schools=rows, resource="teachers", units=units)
    for language in LANGUAGES:
        short = language.partition("-")[0]
        stored_svg(f"inequality_{districts}_{short}", found.chart(language).spec, language)
        stored_svg(f"inequality_units_{districts}_{short}", found.units_chart(language).spec, language)


def test_the_chart_between_districts_is_the_one_that_was_looked_at(shanghai, stored_svg):
    found = inequality(shanghai, PRIMARY)
    for language in LANGUAGES:
        stored_svg(f"inequality_between_{language.partition('-')[0]}", found.chart(language).spec, language)
