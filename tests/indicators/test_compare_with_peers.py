"""A unit beside its neighbours, the whole and a target: levels and differences, nothing that looks like a test."""

from __future__ import annotations

import numpy as np
import pytest
from tests.indicators.places import without

from analysis.indicators import series
from analysis.indicators.peer_comparison import compare_with_peers, neighbours
from analysis.messages import LANGUAGES, DuzhengError

STAFFING = ("primary_teachers_per_100", "secondary_teachers_per_100", "primary_pupils_per_school")
GONE = (("310104", "primary_teachers", 2017), ("310151", "population_year_end", 2017))


def test_the_median_and_the_range_are_of_the_neighbours_without_the_unit(shanghai):
    found = compare_with_peers(shanghai, "310104", "primary_teachers_per_100").table.iloc[0]
    near = neighbours(shanghai, "310104").of("310104")
    levels = series(shanghai, "primary_teachers_per_100", units=near)
    values = levels.loc[levels["year"] == 2017, "value"]
    assert found["year"] == 2017
    assert found["median"] == pytest.approx(np.median(values))
    assert (found["lowest"], found["highest"]) == (values.min(), values.max())
    assert found["neighbours"] == 5


def test_the_whole_is_the_city_s_ratio_and_no_mean_of_districts(shanghai):
    """54,697 teachers and 784,896 pupils in 2017 (yearbook 2017, table 20.15)."""
    found = compare_with_peers(shanghai, "310104", "primary_teachers_per_100").table.iloc[0]
    assert found["whole"] == pytest.approx(100 * 54_697 / 784_896)
    assert found["to_whole"] == pytest.approx(100 * 2644 / 42_470 - 100 * 54_697 / 784_896)


def test_totals_are_not_compared_with_the_whole(shanghai):
    found = compare_with_peers(shanghai, "310104", "primary_pupils")
    assert np.isnan(found.table["whole"].iloc[0])
    assert any("总量" in note["zh-Hans"] for note in found.notes)


def test_differences_add_up_and_targets_stand_beside(shanghai):
    found = compare_with_peers(shanghai, None, STAFFING, targets={"primary_teachers_per_100": 6.5}).table
    assert np.allclose(found["value"] - found["to_median"], found["median"])
    mine = found[found["indicator"] == "primary_teachers_per_100"]
    assert np.allclose(mine["to_target"], mine["value"] - 6.5)
    assert found.loc[found["indicator"] != "primary_teachers_per_100", "target"].isna().all()
    assert set(found["position"]) == {"below", "within", "above"}


def test_a_missing_figure_is_named_and_no_difference_is_made_of_it(shanghai):
    found = compare_with_peers(without(shanghai, *GONE), ["310104", "310151"], STAFFING)
    row = found.table.set_index(["unit", "indicator"]).loc[("310104", "primary_teachers_per_100")]
    assert np.isnan(row["value"])
    assert np.isnan(row["to_median"])
    assert not isinstance(row["position"], str)
    assert row["neighbours"] == 5
    unplaced = found.table[found.table["unit"] == "310151"]
    assert (unplaced["neighbours"] == 0).all()
    assert unplaced["value"].notna().all()
    assert any("徐汇" in note["zh-Hans"] and "每百名小学生" in note["zh-Hans"] for note in found.notes)


def test_nothing_is_called_significant(shanghai):
    found = compare_with_peers(shanghai, "310104", STAFFING)
    assert not {"p", "se", "lower", "upper"} & set(found.table)
    told = str(found.explain("en")) + found.readers("en").as_raw_html()
    assert "no test of significance" in told
    assert told.count("ignifican") == 1


def test_targets_of_what_is_not_compared_are_refused(shanghai):
    with pytest.raises(DuzhengError, match="area"):
        compare_with_peers(shanghai, "310104", STAFFING, targets={"area": 3})
    with pytest.raises(DuzhengError, match="no indicators"):
        compare_with_peers(shanghai, "310104", [])


@pytest.mark.parametrize("districts", ["one", "sixteen", pytest.param("missing", marks=pytest.mark.slow)])
def test_charts_are_those_that_were_looked_at(shanghai, stored_svg, districts):
    place = without(shanghai, *GONE) if districts == "missing" else shanghai
    unit, indicators = ("310104", STAFFING) if districts == "one" else (None, STAFFING[:2])
    targets = {"primary_teachers_per_100": 6.5} if districts == "one" else None
    found = compare_with_peers(place, unit, indicators, targets=targets)
    for language in LANGUAGES:
        name = f"compare_with_peers_{districts}_{language.partition('-')[0]}"
        stored_svg(name, found.chart(language).spec, language)


def test_one_figure_of_one_unit_is_drawn_with_its_indicator_year_and_measure(shanghai):
    spec = compare_with_peers(shanghai, "310104", "primary_teachers_per_100").chart("zh-Hans").spec
    (part,) = spec["vconcat"]
    assert part["title"]["text"] == "每百名小学生专任教师数 2017年"
    assert {layer["encoding"]["x"].get("title") for layer in part["layer"]} == {"人"}
    assert "徐汇" in spec["title"]["text"][0]


def test_a_year_without_any_figure_is_a_fault_and_no_row_of_blanks(shanghai):
    with pytest.raises(
        DuzhengError, match=r"DZ-S003: found no figure of primary_teachers_per_100 in 1990, .*a year of 2012, 2017"
    ):
        compare_with_peers(shanghai, "310104", STAFFING, year=1990)
    with pytest.raises(DuzhengError) as refused:
        compare_with_peers(shanghai, "310104", STAFFING, year=1990)
    assert len(refused.value.faults) == 3


def test_all_that_is_asked_for_wrongly_is_said_at_once(shanghai):
    with pytest.raises(DuzhengError) as refused:
        compare_with_peers(shanghai, "q", ["zz", STAFFING[0]], targets={"area": 3, STAFFING[0]: "x"}, k=0)
    told = str(refused.value)
    assert all(part in told for part in ("'q'", "'zz'", "a target of 'area'", "target 'x'", "k=0"))
    with pytest.raises(DuzhengError, match="Write the code 310104"):
        compare_with_peers(shanghai, "徐汇区", STAFFING)


def test_the_words_name_no_kind_of_place(shanghai):
    assert "上级地区" in compare_with_peers(shanghai, "310104", STAFFING).chart("zh-Hans").alt


def test_readers_see_each_figure_with_the_decimals_of_its_indicator(shanghai):
    written = compare_with_peers(shanghai, "310104", STAFFING).written("en")
    assert written["value"].tolist() == ["6.23", "9.66", "988"]
    assert written["to_median"].tolist()[0].startswith("−")
