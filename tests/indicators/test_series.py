"""Series on the boundaries of one year: counts are added, ratios recomputed, breaks split, nothing joined by name."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.conftest import INVENTED, write

from analysis.indicators import COLUMNS, cell_id, change, facts_of, rows_of, series
from analysis.indicators.series import _Placing, _put_together
from analysis.indicators.warnings import doubtful
from analysis.messages import DuzhengError
from analysis.workspace import Workspace


def value(frame, unit, year, indicator=None):
    rows = frame[(frame["unit"] == unit) & (frame["year"] == year)]
    if indicator:
        rows = rows[rows["indicator"] == indicator]
    (row,) = rows.to_dict("records")
    return row


def test_the_merged_districts_pupils_are_added_where_a_join_by_name_would_jump(shanghai):
    pupils = series(shanghai, "primary_pupils", boundaries=2020)
    early = value(pupils, "310106", 2012)
    assert (early["value"], early["status"]) == (9067 + 21520, "summed")
    assert early["made_of"] == "primary_pupils/310106:2014/2012;primary_pupils/310108/2012"
    assert value(pupils, "310106", 2017)["value"] == 34808
    assert "310108" not in set(pupils["unit"])


def test_a_ratio_is_recomputed_from_its_added_parts(shanghai):
    ratio = value(series(shanghai, "primary_teachers_per_100"), "310106", 2012)
    # (717 + 1,547) teachers over (9,067 + 21,520) pupils; the mean of the two districts' ratios would be 7.548.
    assert ratio["value"] == pytest.approx(100 * (717 + 1547) / (9067 + 21520))
    assert ratio["value"] != pytest.approx((100 * 717 / 9067 + 100 * 1547 / 21520) / 2, abs=1e-3)
    assert ratio["status"] == "computed"


def test_the_county_that_changed_its_name_is_one_series(shanghai):
    pupils = series(shanghai, "primary_pupils", units=["310151"])
    assert pupils[["year", "value", "status"]].to_numpy().tolist() == [
        [2012, 19141, "reported"],
        [2017, 15799, "reported"],
    ]


def test_the_censuses_are_already_on_the_boundaries_of_2020(shanghai):
    census = series(shanghai, "population_census", units=["310106"], boundaries=2020)
    assert census["value"].tolist() == [1103949, 1077284, 975707]
    assert set(census["status"]) == {"reported"}


def test_a_figure_cannot_be_divided_back_to_the_boundaries_of_before(shanghai):
    pupils = series(shanghai, "primary_pupils", boundaries=2012)
    assert value(pupils, "310108", 2012)["value"] == 21520
    later = value(pupils, "310108", 2017)
    assert later["value"] != later["value"]
    assert later["status"] == "split"


def test_sums_on_todays_boundaries_equal_the_citys_total(shanghai):
    for code in ("primary_pupils", "secondary_teachers", "primary_schools"):
        levels = series(shanghai, code, boundaries=2020)
        for year in (2012, 2017):
            rows = levels[levels["year"] == year].set_index("unit")["value"]
            assert rows.drop("310000").sum() == rows["310000"]


def test_a_rate_of_merged_units_is_refused_unless_its_parts_are_given(tmp_path):
    files = {
        **INVENTED,
        "data/indicators/rates.yaml": """
            - code: passed
              name: {zh-Hans: 合格率, en: Pass rate}
              definition: {zh-Hans: 虚构。, en: Invented.}
              topic: schooling
              kind: rate
              measure: {zh-Hans: "%", en: "%"}
              scale: 100
            """,
        "data/observations/rates.csv": """
            unit,year,indicator,value,measure,numerator,denominator,source
            U,2012,passed,50,%,,,made-up
            L,2012,passed,80,%,,,made-up
            U,2013,passed,50,%,10,20,made-up
            L,2013,passed,80,%,64,80,made-up
            U,2014,passed,50,%,10,20,made-up
            """,
    }
    place = Workspace(write(tmp_path, files))
    passed = series(place, "passed", units=["U"])
    assert passed["status"].tolist() == ["not_additive", "computed", "incomplete"]
    assert passed["value"].tolist()[1] == pytest.approx(100 * 74 / 100)


def test_a_missing_part_makes_the_sum_missing_and_never_smaller(tmp_path):
    files = {
        **INVENTED,
        "data/observations/all.csv": INVENTED["data/observations/all.csv"].replace(
            "L,2012,pupils,2100", "L,2012,pupils,…"
        ),
    }
    place = Workspace(write(tmp_path, files))
    row = value(series(place, "pupils"), "U", 2012)
    assert row["value"] != row["value"]
    assert row["status"] == "incomplete"


def test_a_break_splits_the_series_and_is_not_crossed(shanghai):
    code = "primary_budget_per_student"
    levels = series(shanghai, code, units=["100000"])
    assert levels.groupby("segment")["year"].agg(["min", "max"]).to_numpy().tolist() == [[2010, 2016], [2017, 2022]]
    across = change(levels, shanghai.catalogue[code], 2016, 2017)
    assert across["value"].isna().all()
    assert set(across["status"]) == {"break"}
    within = change(levels, shanghai.catalogue[code], 2020, 2021)
    # 12,380.73 − 12,330.58: +0.41 % in levels where +2.22 % was reported on the same scope.
    assert within["value"].tolist() == pytest.approx([50.15])
    growth = series(shanghai, code + "_growth", units=["100000"]).set_index("year")["value"]
    assert growth[2021] == 2.22


def test_an_unknown_indicator_or_unit_is_named(shanghai):
    with pytest.raises(DuzhengError) as caught:
        series(shanghai, ["primary_pupils", "pupils"], units=["310108"], boundaries=2020)
    assert [fault.code for fault in caught.value.faults] == ["DZ-I001", "DZ-U002"]
    assert "its territory lies in 310106" in str(caught.value)


@pytest.mark.parametrize("boundaries", [2012, 2014, 2017, 2020])
def test_figures_put_on_boundaries_all_at_once_are_those_put_there_one_by_one(shanghai, boundaries):
    placing = _Placing(shanghai, boundaries, doubtful(shanghai))
    for code in ("primary_pupils", "population_census", "primary_budget_per_student", "primary_teachers"):
        indicator = shanghai.catalogue[code]
        rows = _put_together(placing, indicator, rows_of(shanghai.figures(code)), placing.doubts.get(code, set()))
        expected = pd.DataFrame(rows).sort_values(["unit", "year"], ignore_index=True)
        found = placing.observed(indicator)
        pd.testing.assert_frame_equal(found, expected.astype(found.dtypes)[list(found)])


def test_a_cell_of_a_frame_is_that_of_its_row():
    rows = [
        {"unit": "U1", "indicator": "pupils", "year": 2017, "value": 1.0, "status": "reported"},
        {"unit": "U1", "indicator": "pupils", "year": 2017, "value": 1.0, "status": "computed", "base_year": 2012,
         "statistic": "growth"},
        {"unit": "U1", "indicator": "kept", "year": 2017, "value": 1.0, "status": "computed", "variant": "by_moves"},
    ]  # fmt: skip
    found = facts_of(rows)
    assert list(found) == list(COLUMNS)
    assert found["cell"].tolist() == [
        cell_id(row["indicator"], row["unit"], row["year"], row.get("statistic", "level"), row.get("base_year"),
                row.get("variant", "")) for row in rows
    ]  # fmt: skip
    assert facts_of(pd.DataFrame(rows[:1])).equals(facts_of(rows[:1]))
    assert facts_of([]).dtypes.equals(found.dtypes)
