"""Drivers and margins: shares add up, leaving out is evaluating without, changes are of neighbouring years."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.indicators.invented_schools import schools_of, some_unknown, units_of

from analysis.indicators.balance import balance
from analysis.indicators.balance.drivers import balance_drivers
from analysis.indicators.balance.margins import balance_margins
from analysis.messages import DuzhengError


@pytest.fixture(scope="module")
def table(shanghai):
    return schools_of(units_of(shanghai)[:3], years=(2018, 2020))


@pytest.fixture(scope="module")
def evaluated(shanghai, table):
    return balance(shanghai, table)


def test_shares_add_up_and_contributions_to_the_square(evaluated):
    found = balance_drivers(evaluated).table
    groups = found.groupby(["unit", "stage", "indicator"])
    assert groups["share"].sum().to_numpy() == pytest.approx(100)
    assert groups["contribution"].sum().to_numpy() == pytest.approx(groups["cv"].first().to_numpy() ** 2)
    assert set(found["year"]) == {2020}


def test_without_a_school_is_what_an_evaluation_without_it_gives(shanghai, table, evaluated):
    found = balance_drivers(evaluated).table
    for row in found.iloc[[0, 100, 200]].to_dict("records"):
        rest = table[(table["school"] != row["school"]) & (table["year"] == 2020)]
        again = balance(shanghai, rest).table
        same = again[(again["unit"] == row["unit"]) & (again["stage"] == row["stage"])
                     & (again["indicator"] == row["indicator"])]  # fmt: skip
        assert row["without"] == pytest.approx(same["cv"].iloc[0], rel=1e-9)
        assert row["change"] == pytest.approx(row["without"] - row["cv"])


def test_margins_change_from_year_to_year_and_the_first_has_no_change(evaluated):
    found = balance_margins(evaluated).table
    first, last = found[found["year"] == 2018], found[found["year"] == 2020]
    assert first["base_year"].isna().all()
    assert (last["base_year"] == 2018).all()
    key = ["unit", "stage", "indicator"]
    both = last.merge(first, on=key, suffixes=("", "_before"))
    assert (both["cv"] - both["cv_before"]).to_numpy() == pytest.approx(both["cv_change"].to_numpy())
    assert (both["margin"] - both["margin_before"]).to_numpy() == pytest.approx(both["margin_change"].to_numpy())
    turned = both["met"].astype(bool) != both["met_before"].astype(bool)
    assert (both["turned"].notna() == turned).all()


def test_items_with_a_bound_have_a_margin_to_the_side_that_meets_it(shanghai, table):
    def items(year, recognition, between):
        return [{"unit": "310101", "year": year, "rule": "high_quality_balance", "item": item, "value": value,
                 "evidence": None, "source": None, "note": None}
                for item, value in (("recognition", recognition), ("monitoring_between", between))]  # fmt: skip

    given = pd.DataFrame(items(2018, 84.0, 0.12) + items(2020, 88.5, 0.16))
    found = balance_margins(balance(shanghai, table, items=given))
    rows = found.items.set_index(["item", "year"])
    assert rows["margin"].to_dict() == pytest.approx({("recognition", 2018): -1, ("recognition", 2020): 3.5,
        ("monitoring_between", 2018): 0.03, ("monitoring_between", 2020): -0.01})  # fmt: skip
    assert rows.loc[("recognition", 2020), "turned"] == "met"
    assert rows.loc[("monitoring_between", 2020), "turned"] == "missed"
    assert rows.loc[("recognition", 2020), "value_change"] == pytest.approx(4.5)
    for language, name in (("zh-Hans", "社会认可度"), ("en", "Public recognition")):
        written = found.of_items(language).written(language)
        assert name in set(written["item"])
    assert any("was given" in note["en"] for note in balance_margins(balance(shanghai, table)).of_items().notes)


def test_no_trend_is_claimed(evaluated):
    told = str(balance_margins(evaluated).explain("en"))
    assert "no trend" in told
    assert "significant" not in told


def test_one_year_has_margins_and_says_that_there_is_no_change(shanghai, table):
    found = balance_margins(balance(shanghai, table, year=2020))
    assert "cv_change" not in found.shown
    assert any("one year" in note["en"] for note in found.notes)


def test_coefficients_that_are_not_known_are_not_split_and_that_is_said(shanghai, table):
    evaluated = balance(shanghai, some_unknown(table))
    found = balance_drivers(evaluated)
    primary = found.table[found.table["stage"] == "primary"]
    assert "teaching_area" not in set(primary["indicator"])
    assert any("lack of figures" in note["en"] for note in found.notes)
    assert balance_margins(evaluated).table["margin"].isna().any()


def test_places_that_were_not_evaluated_are_refused(evaluated):
    with pytest.raises(DuzhengError, match="unit='nowhere'"):
        balance_drivers(evaluated, unit="nowhere")
    with pytest.raises(DuzhengError) as error:
        balance_drivers(evaluated, unit="q", indicators=["z"], year=1)
    assert len(error.value.faults) == 3
    with pytest.raises(DuzhengError, match="a coefficient of the table"):
        balance_drivers(evaluated).schools_chart("310101", "senior", "equipment")
