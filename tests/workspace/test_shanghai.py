"""The real workspace holds its contracts, and its units their history."""

from __future__ import annotations

import pytest

from analysis.messages import DuzhengError
from analysis.workspace import Workspace, read_observations


def test_all_files_hold_their_contracts(shanghai):
    shanghai.check()
    assert shanghai.notices == ()


def test_the_yearbook_of_2012_has_17_units_and_that_of_2017_sixteen(shanghai):
    assert len(shanghai.units.at(2012, "district")) == 17
    assert len(shanghai.units.at(2017, "district")) == 16


def test_a_code_means_another_territory_before_the_merger(shanghai):
    assert shanghai.units.resolve("310106", 2012) == "310106:2014"
    assert shanghai.units.resolve("310106", 2017) == "310106"
    assert shanghai.units.resolve("310108", 2017) is None
    assert shanghai.units.holders("310108", 2020) == ["310106"]
    assert shanghai.units.holders("310106", 2012) == ["310106:2014", "310108"]
    assert shanghai.units.holders("310230", 2020) == ["310151"]


def test_the_county_that_became_a_district_keeps_its_territory(shanghai):
    assert shanghai.units.holders("310151", 2012) == ["310230"]
    assert shanghai.units.resolve("310230", 2016) is None


def test_no_frame_of_figures_holds_a_name_to_join_by(shanghai):
    pupils = shanghai.observations.query("indicator == 'primary_pupils'")
    assert not {"name", "name_zh", "name_en"} & set(pupils.columns)
    early = set(pupils.query("year == 2012")["unit"])
    late = set(pupils.query("year == 2017")["unit"])
    # Whoever joins by `unit` all the same loses what was merged instead of seeing it jump.
    assert "310106" not in early
    assert "310106" in late
    assert early & late == late - {"310106", "310151"}


def test_every_figure_of_the_handed_over_tables_is_there_once(shanghai):
    # 961 figures of the city's districts, 82 national ones and their 56 published growth rates.
    assert len(shanghai.observations) == 961 + 82 + 56


@pytest.mark.parametrize(
    ("unit", "year", "indicator", "value", "published"),
    [
        ("310104", 2020, "population_census", 1113078, None),
        ("310108", 2012, "primary_pupils", 21520, None),
        ("310106:2014", 2012, "primary_pupils", 9067, None),
        ("310106:2014", 2012, "population_year_end", 255800, "25.58万人"),
        ("310000", 2021, "primary_pupils", 892800, "89.28万人"),
        ("310000", 2023, "appropriation", 804.82, None),
        ("100000", 2021, "primary_budget_per_student", 12380.73, None),
    ],
)
def test_figures_stand_as_they_were_published(shanghai, unit, year, indicator, value, published):
    rows = shanghai.observations.query("unit == @unit and year == @year and indicator == @indicator")
    assert rows["value"].tolist() == [value]
    assert rows["as_published"].fillna("").tolist() == [published or ""]
    assert rows["status"].tolist() == ["rounded" if published else "reported"]


def test_every_figure_names_a_source_and_sources_have_an_address_or_say_why_not(shanghai):
    assert shanghai.observations["source"].isin(shanghai.sources.index).all()
    nowhere = shanghai.sources[shanghai.sources["url"].isna()]
    assert nowhere["note"].notna().all()


def test_a_blocked_source_cannot_be_cited(shanghai, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text(
        "unit,year,indicator,value,measure,source\n310000,2016,primary_pupils,945000,人,content-farm-2016\n",
        encoding="utf-8",
    )
    with pytest.raises(DuzhengError, match=r"DZ-I003.*Blocked: contradicts"):
        read_observations(shanghai.root, shanghai.units, shanghai.catalogue, shanghai.sources, [path])


def test_the_yearbooks_dots_and_a_merged_district_in_the_wrong_year(shanghai, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text(
        "unit,year,indicator,value,measure,source\n"
        "310151,2016,area,…,平方公里,yearbook-2017-2.2\n"
        "310108,2016,area,29.26,平方公里,yearbook-2017-2.2\n",
        encoding="utf-8",
    )
    with pytest.raises(DuzhengError, match="Zhabei District existed to the end of 2014; its territory lies in 310106"):
        read_observations(shanghai.root, shanghai.units, shanghai.catalogue, shanghai.sources, [path])


def test_inputs_are_hashed_by_content(shanghai):
    hashes = shanghai.inputs()
    assert "data/observations/schools.csv" in hashes
    assert hashes == Workspace(shanghai.root).inputs()
