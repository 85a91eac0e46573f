"""What is asked of figures: every fault at once, and no guess where a name is that of two territories."""

from __future__ import annotations

import numpy as np
import pytest
from tests.indicators.invented_schools import schools_of

from analysis.indicators.asked import Asked, called, faults_in, several, some_of, units_called
from analysis.indicators.balance import balance, balance_drivers
from analysis.messages import DuzhengError
from analysis.messages.requests import hold_level, one_of

#: Two territories of one name and code: before and after it took in another.
TWO = ["310106", "310106:2014"]


def test_faults_are_gathered_and_raised_together():
    asked = Asked()
    asked.choice("keep", "all", ("threshold", "nothing"))
    for wrong in (True, "1", float("nan"), float("inf"), -1):
        asked.number("limit", wrong, least=0)
    asked.number("cost", 0, least=0, above=True)
    asked.yes_or_no("whole", 1)
    assert asked.take(one_of, "a", "b", ("c",)) is None
    with pytest.raises(DuzhengError) as caught:
        asked.done()
    assert len(caught.value.faults) == 9


def test_what_fits_has_no_fault():
    asked = Asked()
    asked.choice("keep", "nothing", ("threshold", "nothing"))
    asked.number("limit", np.float64(0.5), least=0)
    asked.yes_or_no("whole", None)
    assert asked.take(int, "3") == 3
    asked.done()
    assert not faults_in(lambda: hold_level(0.9))


def test_one_or_several_are_a_list_with_plain_whole_numbers():
    found = several(np.array([2016, 2017]))
    assert [type(each) for each in found] == [int, int]
    assert several((True, "U1")) == [True, "U1"]


def test_some_of_those_there_are_come_in_the_order_asked():
    there = ("a", "b", "c")
    assert some_of("parts", None, there, one="part", hint="") == ["a", "b", "c"]
    assert some_of("parts", ("c", "a", "c"), there, one="part", hint="") == ["c", "a"]
    with pytest.raises(DuzhengError, match="some of a, b, c"):
        some_of("parts", [], there, one="part", hint="")
    with pytest.raises(DuzhengError) as caught:
        some_of("parts", ["x", "a", 3], there, one="part", hint="")
    assert {fault.found for fault in caught.value.faults} == {"part 'x'", "part 3"}


def test_a_name_of_two_territories_is_no_unit_and_an_id_is_its_own(shanghai):
    names = called(shanghai.units, TWO)
    assert names["静安区"] == TWO
    assert [names[each] for each in TWO] == [[each] for each in TWO]
    with pytest.raises(DuzhengError) as caught:
        units_called(shanghai.units, TWO, ["静安区", "nowhere", 310106], "a unit of the table")
    assert len(caught.value.faults) == 3
    assert "310106:2014" in str(caught.value)
    assert units_called(shanghai.units, ["310113"], ["宝山", "Baoshan"], "a unit") == ["310113"] * 2


def test_units_need_no_workspace():
    assert units_called(None, ["U1", "U2"], ["U2"], "a unit") == ["U2"]


def test_an_evaluation_does_not_choose_between_two_territories_of_one_name(shanghai):
    table = schools_of(["310106"], years=(2014, 2017), n=3)
    with pytest.raises(DuzhengError, match="everal territories have that name"):
        balance(shanghai, table, unit="静安区")
    evaluated = balance(shanghai, table)
    assert sorted(set(evaluated.table["unit"])) == TWO
    with pytest.raises(DuzhengError, match="everal territories have that name"):
        balance_drivers(evaluated, unit="静安区")
    assert set(balance_drivers(evaluated, unit="310106").table["year"]) == {2017}
