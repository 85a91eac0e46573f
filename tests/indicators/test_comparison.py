"""Change, share, place and spread of the real figures."""

from __future__ import annotations

import pytest

from analysis.indicators import change, complete_years, peers, place, series, share, spread
from analysis.messages import DuzhengError


@pytest.mark.parametrize(
    ("indicator", "boundaries", "expected"),
    [
        # Worked out by hand from the yearbook tables: 0.189 on the 17 units of 2012 (0.1888 on today's boundaries) and
        # 0.136 in 2017; secondary schools 0.101 (0.1007) and 0.111. The fourth digit is this package's own.
        ("primary_teachers_per_100", 2012, {2012: 0.1891}),
        ("primary_teachers_per_100", 2020, {2012: 0.1888, 2017: 0.1363}),
        ("secondary_teachers_per_100", 2012, {2012: 0.1007}),
        ("secondary_teachers_per_100", 2020, {2012: 0.1007, 2017: 0.1108}),
    ],
)
def test_between_district_variation_is_as_computed_independently(shanghai, indicator, boundaries, expected):
    found = spread(shanghai, indicator, boundaries=boundaries)
    cv = found[found["statistic"] == "cv"].set_index("year")["value"]
    for year, value in expected.items():
        assert cv[year] == pytest.approx(value, abs=0.00005)
    assert sorted(cv.index) == sorted(expected)


def test_the_variation_of_2012_is_doubtful_and_that_of_2017_is_not(shanghai):
    found = spread(shanghai, "primary_teachers_per_100")
    doubt = found[found["statistic"] == "cv"].set_index("year")["doubt"]
    assert doubt.to_dict() == {2012: True, 2017: False}
    assert not spread(shanghai, "secondary_teachers_per_100")["doubt"].any()


def test_a_spread_needs_a_ratio(shanghai):
    with pytest.raises(DuzhengError, match="DZ-I001"):
        spread(shanghai, "primary_pupils")


def test_peers_are_the_units_of_one_kind_under_one_parent(shanghai):
    assert len(peers(shanghai, "310104")) == 16
    assert len(peers(shanghai, "310108", boundaries=2012)) == 17


def test_a_year_is_complete_when_all_peers_have_a_figure(shanghai):
    pupils = series(shanghai, "primary_pupils")
    assert complete_years(pupils, peers(shanghai, "310104")) == [2012, 2017]
    assert complete_years(pupils, ["310109"]) == [2012, 2017, 2020]


def test_change_and_growth_of_a_merged_district(shanghai):
    indicator = shanghai.catalogue["primary_pupils"]
    found = change(series(shanghai, "primary_pupils"), indicator, 2012, 2017)
    own = found[found["unit"] == "310106"].set_index("statistic")
    assert own.loc["change", "value"] == 34808 - 30587
    assert own.loc["growth", "value"] == pytest.approx(100 * (34808 / 30587 - 1))
    assert own.loc["growth", "cell"] == "primary_pupils/310106/2012-2017/growth"


def test_shares_of_the_districts_add_up_to_the_city(shanghai):
    census = series(shanghai, "population_census")
    found = share(census, shanghai.catalogue["population_census"], "310000")
    assert found[found["year"] == 2020]["value"].sum() == pytest.approx(100)


def test_ratios_have_no_shares(shanghai):
    levels = series(shanghai, "primary_teachers_per_100")
    assert share(levels, shanghai.catalogue["primary_teachers_per_100"], "310000").empty


def test_places_count_from_the_highest_and_equal_values_share_one(shanghai):
    units = peers(shanghai, "310104")
    levels = series(shanghai, "primary_teachers_per_100", units=units)
    found = place(levels, shanghai.catalogue["primary_teachers_per_100"], units, 2017)
    places = found[found["statistic"] == "place"].set_index("unit")["value"]
    assert sorted(places) == list(range(1, 17))
    values = levels[levels["year"] == 2017].set_index("unit")["value"]
    assert places[values.idxmax()] == 1
    tied = levels.assign(value=levels["value"].mask(levels["unit"].isin(units[:3]), 99.0))
    found = place(tied, shanghai.catalogue["primary_teachers_per_100"], units, 2017)
    assert found[found["statistic"] == "place"].set_index("unit")["value"].loc[units[:3]].tolist() == [1, 1, 1]
