"""Simulated schools: their sums are the real figures, everything else is declared, and every row says so."""

from __future__ import annotations

import io
import time
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import INVENTED, write

from analysis.indicators import series
from analysis.indicators.simulation import simulated_schools
from analysis.indicators.simulation.apportionment import apportioned
from analysis.indicators.simulation.truth import FILE, TEACHES, read_truth
from analysis.messages import DuzhengError
from analysis.workspace import Workspace
from analysis.workspace.schools import PROPERTY, SIMULATED, held

SHARED = [kind for kind, stages in TEACHES.items() if len(stages) > 1]


@cache
def made_of(workspace, **asked):
    """The same request is made once: tests only look."""
    return simulated_schools(workspace, **asked)


@pytest.fixture(scope="module")
def schools(shanghai):
    return made_of(shanghai)


@cache
def figures(workspace, year, boundaries=None):
    """The real figures that the truth names, by territory's code and indicator."""
    truth = read_truth(workspace)
    codes = [code for block in truth.blocks.values()
             for code in (block.schools, *block.students.values(), block.teachers, block.staff)]  # fmt: skip
    levels = series(workspace, codes, boundaries=boundaries or year)
    levels = levels[(levels["year"] == year)]
    wide = levels.pivot_table(index="unit", columns="indicator", values="value")
    wide.index = [workspace.units.frame.at[unit, "code"] for unit in wide.index]
    return wide


@pytest.mark.parametrize("year", [2012, 2017])
def test_sums_are_the_yearbook_s_figures_of_every_district(shanghai, year):
    made = made_of(shanghai, years=(2012, 2017))
    made = made[made["year"] == year]
    real = figures(shanghai, year)
    for block in read_truth(shanghai).blocks.values():
        taught = made[made["stage"].isin(list(block.students))]
        for stage, code in block.students.items():
            sums = taught[taught["stage"] == stage].groupby("unit")["students"].sum()
            assert (sums == real.loc[sums.index, code]).all()
        sums = taught.groupby("unit")["teachers"].sum()
        assert (sums == real.loc[sums.index, block.teachers]).all()
        staff = taught[taught["staff"].notna()].groupby("unit")["staff"].sum()
        assert (staff == real.loc[staff.index, block.staff]).all()
        # Of combined schools the shared row counts, of others the row of their stage.
        ordinary = made[made["kind"] == "ordinary"]
        combined = set(ordinary.loc[ordinary["stage"].isin(SHARED), "school"])
        kinds = ordinary[ordinary["stage"].isin(list(block.kinds))]
        kinds = kinds[kinds["stage"].isin(SHARED) | ~kinds["school"].isin(combined)]
        assert (kinds.groupby("unit")["school"].nunique() == real.loc[sums.index, block.schools]).all()


def test_the_city_s_sums_are_those_of_the_yearbook_of_2017(schools):
    """Figures: ../data/observations/schools.csv, yearbook 2017, tables 20.13 and 20.15."""
    primary = schools[schools["stage"] == "primary"]
    assert primary["students"].sum() == 784_896
    assert primary["teachers"].sum() == 54_697
    assert schools.loc[schools["stage"] == "junior", "students"].sum() == 411_712
    assert schools.loc[schools["stage"].isin(["junior", "senior"]), "teachers"].sum() == 57_213


def test_every_row_says_that_it_is_simulated(schools):
    assert set(schools["source"]) == {SIMULATED}
    assert schools["school"].str.startswith("SYN-").all()


def test_tables_meet_the_contract(shanghai):
    for years in ((2012, 2017), (2016, 2017)):
        made = made_of(shanghai, years=years)
        assert len(held(made, shanghai.units)) == len(made)


def test_the_same_seed_gives_the_same_schools_and_another_seed_others(shanghai, schools):
    again = simulated_schools(shanghai)
    pd.testing.assert_frame_equal(schools, again)
    other = simulated_schools(shanghai, seed=5)
    assert (other["sports_area"].fillna(0).to_numpy()[:100] != schools["sports_area"].fillna(0).to_numpy()[:100]).any()
    assert other["students"].sum() != 0


def test_one_year_is_the_same_whatever_other_years_are_asked_for(shanghai, schools):
    several = made_of(shanghai, years=(2016, 2017))
    mine = several[several["year"] == 2017].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, schools, check_like=False)


def test_schools_stay_what_they_are_from_year_to_year(shanghai):
    made = made_of(shanghai, years=(2016, 2017))
    assert made.attrs["totals"] == {2016: "interpolated", 2017: "reported"}
    wide = made[made["stage"] == "primary"].pivot_table(index="school", columns="year", values=["students", "teachers"])
    assert wide["students"].corr().iloc[0, 1] > 0.97
    assert wide["teachers"].corr().iloc[0, 1] > 0.95
    both = wide["students"].dropna()
    assert len(both) > 0.97 * len(wide)


def test_a_year_between_two_lies_on_the_straight_line(shanghai):
    made = made_of(shanghai, years=(2016, 2017))
    made = made[made["year"] == 2016]
    first, last = (figures(shanghai, year, boundaries=2016)["primary_pupils"] for year in (2012, 2017))
    line = first + 0.8 * (last - first)
    sums = made[made["stage"] == "primary"].groupby("unit")["students"].sum()
    assert (sums - line.loc[sums.index]).abs().max() <= 0.5


def test_units_of_earlier_boundaries_share_the_ids_of_their_successor(shanghai):
    made = made_of(shanghai, years=(2012, 2017))
    before = made[made["year"] == 2012]
    assert before["unit"].nunique() == 17  # 2012 had 17 units (data/README.md)
    merged = [before.loc[before["unit"] == code, "school"] for code in ("310106", "310108")]
    assert not set(merged[0]) & set(merged[1])
    assert all(ids.str.startswith("SYN-310106-").all() for ids in merged)


def test_where_a_district_has_more_teachers_than_staff_its_schools_have_no_staff(shanghai):
    """In 2012 primary teachers exceed staff in five districts (data/README.md, traps)."""
    made = made_of(shanghai, years=(2012, 2017))
    primary = made[(made["stage"] == "primary") & (made["year"] == 2012)]
    without = set(primary.loc[primary["staff"].isna(), "unit"])
    assert without == {"310107", "310113", "310115", "310117", "310120"}


def test_combined_schools_have_property_in_the_shared_row_and_people_in_those_of_stages(schools):
    shared = schools[schools["stage"].isin(SHARED)]
    assert shared["teachers"].isna().all()
    assert shared[list(PROPERTY)].notna().all().all()
    parts = schools[schools["school"].isin(shared["school"]) & ~schools["stage"].isin(SHARED)]
    assert parts[list(PROPERTY)].isna().all().all()
    sums = parts.groupby("school")["students"].sum()
    assert (sums == shared.set_index("school")["students"].loc[sums.index]).all()


def test_there_are_schools_that_the_rules_leave_out(schools):
    points = schools[schools["kind"] == "teaching_point"]
    assert len(points) == 11  # data/demo/schools/truth.yaml
    assert (points["students"] < 50).all()
    assert (schools["kind"] == "special").sum() == (schools["kind"] == "vocational").sum() == 16


def test_some_districts_meet_the_floors_and_some_do_not(shanghai, schools):
    truth = read_truth(shanghai)
    alone = schools[(schools["stage"] == "primary") & schools["sports_area"].notna() & (schools["kind"] == "ordinary")]
    met = alone["sports_area"] / alone["students"] >= truth.property["sports_area"].floor["primary"]
    share = met.groupby(alone["unit"]).mean()
    floored = [unit for unit, each in truth.units.items() if each.floored == 1]
    assert (share[floored] == 1).all()
    assert (share < 1).sum() >= 5


def test_errors_of_reporting_touch_property_alone(shanghai, schools):
    off = simulated_schools(shanghai, error=0.05)
    for name in ("students", "teachers", "backbone_teachers"):
        pd.testing.assert_series_equal(off[name], schools[name])
    ratio = np.log(off["sports_area"] / schools["sports_area"]).dropna()
    assert abs(ratio.std() - 0.05) < 0.005


def test_planted_defects_are_listed_each_and_nothing_else_changed(shanghai):
    clean = made_of(shanghai, years=(2016, 2017))
    bad = simulated_schools(shanghai, years=(2016, 2017), defects=True)
    listed = pd.DataFrame(bad.attrs["defects"])
    assert set(listed["defect"]) == {"heaped", "copied", "carried", "bunched", "jumped", "above_staff"}
    differs = {
        (school, stage, year, column)
        for column in ("staff", *PROPERTY)
        for school, stage, year in clean.loc[clean[column].fillna(-1) != bad[column].fillna(-1),
                                             ["school", "stage", "year"]].itertuples(index=False)
    }  # fmt: skip
    said = set(listed[["school", "stage", "year", "column"]].itertuples(index=False, name=None))
    assert differs <= said
    last = listed.groupby(["school", "stage", "year", "column"]).tail(1)
    at = bad.set_index(["school", "stage", "year"])
    assert all(at.loc[(row.school, row.stage, row.year), row.column] == row.value for row in last.itertuples())
    with pytest.raises(DuzhengError, match="no more than the staff"):
        held(bad, shanghai.units)


def test_years_without_figures_and_wrong_errors_are_refused_together(shanghai):
    with pytest.raises(DuzhengError) as refused:
        simulated_schools(shanghai, years=(2011, 2020))
    assert [fault.code for fault in refused.value.faults] == ["DZ-S002", "DZ-S002"]
    with pytest.raises(DuzhengError) as refused:
        simulated_schools(shanghai, year=2017, years=(2016,), error=-1)
    assert len(refused.value.faults) == 2


def test_one_year_may_be_asked_for_by_itself_and_what_is_no_number_is_refused(shanghai, schools):
    pd.testing.assert_frame_equal(simulated_schools(shanghai, years=2017), schools)
    with pytest.raises(DuzhengError, match="year 1990; expected a year from 2012 to 2017"):
        simulated_schools(shanghai, years=1990)
    with pytest.raises(DuzhengError) as refused:
        simulated_schools(shanghai, years=["x"], seed="x", error="x")
    assert [fault.found for fault in refused.value.faults] == ["year 'x'", "seed='x'", "error='x'"]


@pytest.mark.slow
def test_two_thousand_schools_take_under_two_seconds(shanghai):
    shanghai.observations  # noqa: B018  read before the clock runs
    begun = time.perf_counter()
    made = simulated_schools(shanghai)
    assert made["school"].nunique() > 1600
    assert time.perf_counter() - begun < 2


TRUTH = """
    synthetic: true
    seed: 3
    blocks:
      primary: {schools: schools, students: {primary: pupils}, teachers: teachers, kinds: {primary: 1}}
    sizes: {primary: {primary: 1}}
    split: {primary: 1}
    teachers: {spread: 0.1}
    class_size: {primary: 30}
    property: {books: {median: {primary: 20}, spread: 0.3, between: 0}}
    """
COUNTS = "".join(
    f"""
    - code: {code}
      name: {{zh-Hans: {code}, en: {code}}}
      definition: {{zh-Hans: 虚构。, en: Invented.}}
      topic: schooling
      kind: count
      measure: {{zh-Hans: 人, en: persons}}"""
    for code in ("pupils", "schools", "teachers")
)
ROWS = [("U", "schools", 3), ("U", "pupils", 1000), ("U", "teachers", 61), ("V", "schools", 1), ("V", "pupils", 90),
        ("V", "teachers", 7)]  # fmt: skip
FIGURES = "\n".join(
    ["unit,year,indicator,value,measure,source", *(f"{u},2017,{code},{value},人,made-up" for u, code, value in ROWS)]
)
PLACE = INVENTED | {"data/indicators/all.yaml": COUNTS, "data/observations/all.csv": FIGURES + "\n"}


def test_any_workspace_that_names_its_figures_has_schools(tmp_path):
    made = simulated_schools(Workspace(write(tmp_path, PLACE | {FILE: TRUTH})))
    assert made.groupby("unit")["students"].sum().to_dict() == {"U": 1000, "V": 90}
    assert made.groupby("unit")["teachers"].sum().to_dict() == {"U": 61, "V": 7}
    assert made.groupby("unit")["school"].nunique().to_dict() == {"U": 3, "V": 1}
    assert made["staff"].isna().all()
    assert made["books"].notna().all()


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (("synthetic: true", "synthetic: false"), "DZ-W003", "synthetic"),
        (("schools: schools", "schools: scholars"), "DZ-I001", "'scholars'"),
        (("property: {books", "property: {boats"), "DZ-W003", "books"),
        (("kinds: {primary: 1}", "kinds: {nine_year: 1}"), "DZ-W003", "junior"),
        (("class_size", "units: {Z: {}}\n    class_size"), "DZ-U001", "'Z'"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, change, code, told):
    root = write(tmp_path, PLACE | {FILE: TRUTH.replace(*change)})
    with pytest.raises(DuzhengError) as refused:
        simulated_schools(Workspace(root))
    assert refused.value.faults[0].code == code
    assert told in str(refused.value)


def test_a_workspace_without_the_file_or_the_figures_is_told_so(tmp_path):
    root = write(tmp_path, PLACE)
    with pytest.raises(DuzhengError, match="DZ-W002"):
        simulated_schools(Workspace(root))
    write(root, {FILE: TRUTH, "data/observations/all.csv": FIGURES.replace("V,2017,teachers,7,人,made-up", "")})
    with pytest.raises(DuzhengError, match="DZ-S003"):
        simulated_schools(Workspace(root))


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_apportioned_parts_are_whole_add_up_and_keep_what_each_gets_at_least(data):
    group = np.array(data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=30)))
    weights = np.array(data.draw(st.lists(st.floats(0, 100), min_size=len(group), max_size=len(group))))
    least = np.array(data.draw(st.lists(st.integers(0, 5), min_size=len(group), max_size=len(group))))
    more = np.array(data.draw(st.lists(st.integers(0, 10_000), min_size=4, max_size=4)))
    totals = np.bincount(group, weights=least, minlength=4) + more
    parts = apportioned(totals, group, weights, least)
    there = np.bincount(group, minlength=4) > 0
    assert (np.bincount(group, weights=parts, minlength=4)[there] == totals[there]).all()
    assert (parts >= least).all()


def test_largest_remainders_as_in_the_textbook_case():
    """Hamilton's method on the 26 seats by which Balinski and Young (Fair Representation) compare methods."""
    votes = [9061, 7179, 5259, 3319, 1182]  # of 26,000: quotas 9.061, 7.179, 5.259, 3.319, 1.182
    assert apportioned([26], [0] * 5, votes).tolist() == [9, 7, 5, 4, 1]


def test_more_at_least_than_there_is_is_refused():
    with pytest.raises(ValueError, match="more at least"):
        apportioned([3], [0, 0], [1, 1], [2, 2])


def test_a_table_survives_csv(schools):
    text = schools.to_csv(index=False, float_format="%.0f")
    again = pd.read_csv(io.StringIO(text), dtype={"unit": str})
    assert again["equipment_value"].sum() == schools["equipment_value"].sum()
