"""Two sources beside each other: what agrees, what rounding explains, what differs, and what must not be compared."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.indicators.audit import reconcile
from analysis.messages import LANGUAGES, DuzhengError


def test_totals_of_the_city_are_the_sums_of_its_districts_but_for_rounding(shanghai):
    pupils = reconcile(shanghai, "primary_pupils")
    assert pupils.counts() == {"agrees": 2}
    # data/README.md, "Totals": 6,340.50 against 6,340.48 km² in 2017.
    area = reconcile(shanghai, "area").table.set_index("year")
    assert area["verdict"].to_dict() == {2017: "rounding", 2012: "agrees"}
    assert area.loc[2017, "difference"] == pytest.approx(0.02)
    assert area.loc[2017, "tolerance"] == pytest.approx(17 * 0.005)


def test_express_figures_and_the_yearly_report_are_of_another_scope_and_not_compared(shanghai):
    result = reconcile(shanghai, "primary_total_per_student", "primary_budget_per_student")
    both = result.table[result.table["verdict"] == "scope"].set_index("year")
    # data/README.md, "Express figures": 15,240 and 12,791.64 yuan in 2022.
    assert both.loc[2022, ["value_a", "value_b"]].tolist() == [15240, 12791.64]
    assert both[["difference", "percent", "tolerance"]].isna().all().all()
    assert "differs" not in result.counts()
    (note,) = result.notes
    assert "another scope" in note["en"]
    assert "口径不同" in note["zh-Hans"]


def frames():
    a = pd.DataFrame({"unit": ["A", "B", "C", "D"], "year": 2017, "value": [7.6, 7.62, 120.0, 5.0],
                      "status": "reported"})  # fmt: skip
    b = pd.DataFrame({"unit": ["A", "B", "C", "E"], "year": 2017, "value": [7.62, 7.62, 121.0, 5.0]})
    return a, b


def test_rounding_is_half_of_the_last_printed_digit_of_each(shanghai):
    table = reconcile(shanghai, *frames()).table.set_index("unit")
    assert table["verdict"].to_dict() == {"C": "differs", "A": "rounding", "B": "agrees", "D": "only_a", "E": "only_b"}
    assert table.loc["A", "tolerance"] == pytest.approx(0.055)
    # A count that was not published rounded has none.
    assert table.loc["C", "tolerance"] == 0


def test_a_tolerance_that_is_said_counts_in_place_of_the_printed_digits(shanghai):
    assert reconcile(shanghai, *frames(), tolerance=1).counts() == {
        "rounding": 2,
        "agrees": 1,
        "only_a": 1,
        "only_b": 1,
    }


def test_rows_belong_together_by_any_columns(shanghai):
    a = pd.DataFrame(
        {"school": ["S1", "S2"], "stage": "primary", "value": [10.0, 20.0], "file": "a.csv", "row": [2, 3]}
    )
    result = reconcile(shanghai, a, a.assign(value=[10.0, 25.0]), on=("school", "stage"))
    first = result.table.iloc[0]
    assert (first["school"], first["verdict"], first["difference"], first["percent"]) == ("S2", "differs", -5, -20)
    assert (first["file_a"], first["row_a"]) == ("a.csv", 3)


def test_faults_come_at_once(shanghai):
    a, b = frames()
    with pytest.raises(DuzhengError) as caught:
        reconcile(shanghai, "no_such_code", b.drop(columns="value"), tolerance=-1)
    assert sorted(fault.code for fault in caught.value.faults) == ["DZ-I001", "DZ-S002", "DZ-T002"]
    with pytest.raises(DuzhengError) as caught:
        reconcile(shanghai, 3, b.assign(value="x"), tolerance="x", rule="none")
    assert sorted(fault.code for fault in caught.value.faults) == ["DZ-S002", "DZ-S002", "DZ-S002", "DZ-T003"]
    with pytest.raises(DuzhengError, match="DZ-T005"):
        reconcile(shanghai, pd.concat([a, a]), b)
    with pytest.raises(DuzhengError, match="DZ-I002"):
        reconcile(shanghai, "primary_pupils", "area")
    with pytest.raises(DuzhengError, match="DZ-S002"):
        reconcile(shanghai, "primary_budget_per_student")


def test_codes_that_were_read_as_numbers_are_codes(shanghai):
    a = pd.DataFrame({"unit": [310101, 310104], "year": 2017, "value": [1.0, 2.0]})
    assert reconcile(shanghai, a, a.assign(unit=["310101", "310104"])).counts() == {"agrees": 2}
    assert reconcile(shanghai, a, a).table["row_a"].tolist() == [2, 3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_difference_asks_both_to_verify(shanghai, language):
    result = reconcile(shanghai, *frames())
    said = " ".join([*result.written(language)["verdict"], *result.remarks(language)])
    assert ("请核实" if language == "zh-Hans" else "please verify") in said
    assert "{" not in said
