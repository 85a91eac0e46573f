"""Warnings of the real figures: what breaks an identity, what does not add up, and what only looks so."""

from __future__ import annotations

import sys

import pandas as pd
from tests.conftest import INVENTED, write

from analysis.indicators import series, warnings
from analysis.workspace import Workspace


def test_teachers_exceed_staff_in_five_districts_of_2012(shanghai):
    found = warnings(shanghai).query("kind == 'above'")
    # 普陀, 宝山, 浦东, 松江 and 奉贤.
    assert found["unit"].tolist() == ["310107", "310113", "310115", "310117", "310120"]
    assert set(found["year"]) == {2012}
    assert set(zip(found["indicator"], found["against"], strict=True)) == {("primary_teachers", "primary_staff")}


def test_doubt_reaches_both_figures_their_ratios_and_the_units_above(shanghai):
    levels = series(shanghai, ["primary_teachers", "primary_staff", "primary_teachers_per_100", "primary_pupils"])
    doubt = levels[levels["doubt"]].groupby("indicator")["unit"].agg(set)
    doubted = {"310107", "310113", "310115", "310117", "310120", "310000"}
    assert doubt.to_dict() == dict.fromkeys(["primary_staff", "primary_teachers", "primary_teachers_per_100"], doubted)
    assert set(levels[levels["doubt"]]["year"]) == {2012}


def test_totals_differ_only_by_rounding(shanghai):
    totals = warnings(shanghai).query("kind == 'total'").set_index(["indicator", "year"])
    assert totals.index.tolist() == [("area", 2017), ("population_migrant", 2017)]
    assert totals["rounding"].all()
    assert round(totals.loc[("area", 2017), "difference"], 6) == 0.02


def test_no_whole_differs_from_its_parts(shanghai):
    assert warnings(shanghai).query("kind == 'parts'").empty


def test_a_total_that_its_units_miss_by_more_than_rounding_is_found(tmp_path):
    files = {
        **INVENTED,
        "data/observations/all.csv": INVENTED["data/observations/all.csv"].replace(
            "P,2017,pupils,4200", "P,2017,pupils,4210"
        ),
    }
    (row,) = warnings(Workspace(write(tmp_path, files))).to_dict("records")
    assert (row["kind"], row["unit"], row["year"], row["difference"], row["rounding"]) == (
        "total",
        "P",
        2017,
        10,
        False,
    )


def test_a_total_is_not_held_against_some_of_its_units(tmp_path):
    files = {
        **INVENTED,
        "data/observations/all.csv": INVENTED["data/observations/all.csv"].replace(
            "L,2012,pupils,2100,人,made-up\n", ""
        ),
    }
    assert warnings(Workspace(write(tmp_path, files))).empty


def test_sums_in_whole_numbers_are_those_of_decimal_digits(tmp_path, monkeypatch):
    rows = "".join(f"{unit},{year},money,{value},元,made-up\n" for unit, year, value in [
        ("U", 2016, 0.1), ("V", 2016, 0.2), ("P", 2016, 0.3),  # equal, though 0.1 + 0.2 is not 0.3 in binary
        ("U", 2017, 0.1), ("V", 2017, 0.2), ("P", 2017, 0.31),
        ("U", 2018, 123456789.123456), ("V", 2018, 1), ("P", 2018, 123456790.123457),
        ("U", 2019, 9e15), ("V", 2019, 1), ("P", 2019, 9e15),
    ])  # fmt: skip
    files = {
        **INVENTED,
        "data/indicators/money.yaml": """
            - code: money
              name: {zh-Hans: 钱, en: Money}
              definition: {zh-Hans: 虚构。}
              topic: funding
              kind: amount
              measure: {zh-Hans: 元}
            """,
        "data/observations/money.csv": "unit,year,indicator,value,measure,source\n" + rows,
    }
    place = Workspace(write(tmp_path, files))
    found = warnings(place)
    assert found["year"].tolist() == [2017, 2018, 2019]
    monkeypatch.setattr(sys.modules["analysis.indicators.warnings"], "_scaled", lambda _values: None)
    pd.testing.assert_frame_equal(warnings(place), found)


def test_warnings_of_the_real_figures_are_those_of_decimal_digits(shanghai, monkeypatch):
    found = warnings(shanghai)
    monkeypatch.setattr(sys.modules["analysis.indicators.warnings"], "_scaled", lambda _values: None)
    pd.testing.assert_frame_equal(warnings(shanghai), found)
