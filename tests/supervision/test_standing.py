"""Standing: who was late stays on record, and departments have a time limit as units have."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from tests.supervision.handing_in import ASKED, CHECKED, HANDED_IN, asked, claim, handed, refused

from analysis.supervision.audits import answer, ask
from analysis.supervision.evaluations import Decided, move, submit
from analysis.supervision.standing import audits_standing, standing


def enter(ws, unit, on, *claims):
    claims = claims or (claim("pupils", value=3300),)
    submit(ws, handed(*claims), unit=unit, year=2020, on=on, by="李某")


@pytest.fixture
def office(tmp_path):
    """Two counties whose claims were sent to the departments of education and of finance."""
    ws = asked(tmp_path, "U", "V")
    for unit in "UV":
        enter(ws, unit, HANDED_IN, claim("pupils", value=3300), claim("money", indicator="funds", value=1, year=2018))
    move(ws, [Decided(unit, "checked") for unit in "UV"], year=2020, on=CHECKED, by="张某")
    ask(ws, units=["U"], year=2020, on=ASKED)
    ask(ws, units=["V"], year=2020, on=ASKED, due=dt.date(2020, 3, 20))
    return ws


def test_who_was_late_is_on_record_after_it_handed_in(tmp_path):
    ws = asked(tmp_path, "U", "V", "fin")  # by 31 March, as the rule set of the invented office says
    enter(ws, "U", dt.date(2020, 4, 5))
    enter(ws, "V", dt.date(2020, 3, 31))

    def late(day):
        found = standing(ws, year=2020, day=day).set_index("unit")["late"]
        return [None if pd.isna(each) else each for each in found[["U", "V", "fin"]]]

    assert late(dt.date(2020, 4, 4)) == [None, 0, None]
    assert late(dt.date(2020, 12, 1)) == [5, 0, None]
    back = Decided("U", "returned", note={"zh-Hans": "补正"}, due=dt.date(2020, 4, 10))
    move(ws, [back], year=2020, on=dt.date(2020, 4, 6), by="张某")
    assert late(dt.date(2020, 4, 8)) == [5, 0, None]
    enter(ws, "U", dt.date(2020, 4, 12))
    assert late(dt.date(2020, 12, 1)) == [2, 0, None]  # of the limit that held then


def test_departments_have_a_time_limit_and_are_overdue_until_they_answer(office):
    def row(day, unit="edu"):
        return audits_standing(office, year=2020, day=day).set_index("unit").loc[unit]

    # Seven days for an audit, as the rule set says: to 9 March; of Valley County the office set 20 March.
    assert row(ASKED)[["asked", "answered", "unanswered", "due", "days"]].to_list() == [2, 0, 2, "2020-03-09", 7]
    assert [row(dt.date(2020, 3, day))["overdue"] for day in (9, 10)] == [False, True]
    days = [dt.date(2020, 3, day) for day in range(1, 31)]
    reminded = [each.day for each in days[1:] if row(each)["reminded"]]
    # Three days before either limit, and every seven after it.
    assert reminded == [6, 16, 17, 23, 27, 30]
    said = {"department": "edu", "claim": "pupils", "flag": "confirmed", "by": "王某"}
    answer(office, [{**said, "unit": "U"}], year=2020, on=dt.date(2020, 3, 12))
    assert row(dt.date(2020, 3, 12))[["answered", "due", "overdue"]].to_list() == [1, "2020-03-20", False]
    assert row(dt.date(2020, 3, 11))["overdue"]  # a day looks back
    answer(office, [{**said, "unit": "V"}], year=2020, on=dt.date(2020, 3, 13))
    assert row(dt.date(2020, 3, 30))[["unanswered", "due", "overdue", "reminded"]].to_list() == [0, "", False, False]
    assert row(dt.date(2020, 3, 30), "fin")["unanswered"] == 2
    assert audits_standing(office, year=2020, day=CHECKED).empty


def test_an_audit_is_not_due_before_it_is_asked_for(tmp_path):
    ws = asked(tmp_path, "U")
    enter(ws, "U", HANDED_IN)
    move(ws, [Decided("U", "checked")], year=2020, on=CHECKED, by="张某")
    (fault,) = refused(tmp_path, lambda: ask(ws, units=["U"], year=2020, on=ASKED, due=CHECKED))
    assert (fault.code, fault.column, fault.found) == ("DZ-O002", "audits.0.due", "2020-03-01")
    assert fault.file == "data/ledger/self_evaluations/U-2020.yaml"
    assert fault.line
