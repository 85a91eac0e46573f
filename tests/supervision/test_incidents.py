"""Safety incidents: none of a day that is still to come, none closed twice, nothing else changes."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.supervision.afterwards import run
from tests.supervision.handing_in import refused
from tests.supervision.invented import SPRING, place

from analysis.supervision.incidents import COLUMNS, close, enter, incidents

FILE = "data/ledger/incidents/incidents.csv"
JANUARY = dt.date(2020, 1, 20)


@pytest.fixture
def office(tmp_path):
    return place(tmp_path)


def report(ws, kind="food", **more):
    given = {"unit": "U", "date": JANUARY, "on": SPRING, "grade": "ordinary", "reliability": "A",
             "statement": {"zh-Hans": "某校多名学生不适"}, "source": {"zh-Hans": "县卫健部门"}}  # fmt: skip
    return enter(ws, kind, **given | more)


def test_an_incident_is_open_until_it_is_closed_and_a_day_looks_back(office):
    name = report(office, injured=12)
    assert name == "2020-001"
    close(office, name, on=dt.date(2020, 3, 10), deaths=0)
    rows = [incidents(office, day=day).iloc[0] for day in (SPRING, dt.date(2020, 3, 10))]
    assert [(row["state"], row["since"]) for row in rows] == [("open", "2020-01-20"), ("closed", "2020-03-10")]
    assert [(row["kind"], row["deaths"], row["injured"]) for row in rows] == [("food", 0, 12)] * 2
    assert incidents(office, day=dt.date(2020, 1, 19)).empty


def test_an_incident_of_a_day_that_is_still_to_come_is_refused(office, tmp_path):
    (fault,) = refused(tmp_path, lambda: report(office, date=dt.date(2020, 3, 6)))
    assert (fault.code, fault.column) == ("DZ-O002", "date")
    report(office, date=SPRING)


def test_what_cannot_be_is_refused(office, tmp_path):
    asked = [
        ({"unit": "X"}, ("DZ-U001", "unit")), ({"injured": -1}, ("DZ-T004", "injured")),
        ({"kind": "sport"}, ("DZ-T004", "kind")), ({"grade": "small"}, ("DZ-T004", "grade")),
        ({"statement": {}}, ("DZ-T003", "statement_zh")), ({"reliability": ""}, ("DZ-T003", "reliability")),
        ({"unit": "V", "evaluator": "U"}, ("DZ-U001", "unit")),
    ]  # fmt: skip
    for given, said in asked:
        (fault,) = refused(tmp_path, lambda given=given: report(office, **given))
        assert (fault.code, fault.column) == said, given


def test_an_incident_is_entered_once(office, tmp_path):
    report(office)
    (fault,) = refused(tmp_path, lambda: report(office, grade="large", note="又一次"))
    assert (fault.code, fault.file, fault.row, fault.column) == ("DZ-O001", FILE, 2, "statement_zh")
    assert fault.found.startswith("2020-001, ")
    for other in ({"unit": "V"}, {"date": SPRING}, {"kind": "health"}, {"statement": {"zh-Hans": "某校又有学生不适"}}):
        report(office, **other)


def test_nothing_is_closed_twice_before_it_happened_or_that_there_is_not(office, tmp_path):
    name = report(office)
    (fault,) = refused(tmp_path, lambda: close(office, "2020-009", on=SPRING))
    assert (fault.code, fault.column) == ("DZ-O001", "id")
    (fault,) = refused(tmp_path, lambda: close(office, name, on=SPRING, evaluator="V"))
    assert (fault.code, fault.column) == ("DZ-O001", "id")
    (fault,) = refused(tmp_path, lambda: close(office, name, on=dt.date(2020, 1, 19)))
    assert (fault.code, fault.column, fault.row) == ("DZ-O002", "closed", 2)
    close(office, name, on=SPRING)
    (fault,) = refused(tmp_path, lambda: close(office, name, on=SPRING))
    assert (fault.code, fault.found) == ("DZ-O002", f"{name}, closed on 2020-03-05")


def test_closing_one_leaves_every_other_byte(office, tmp_path):
    report(office, statement={"zh-Hans": "一句，\n两行", "en": "one, \ntwo"})
    name = report(office, "mass", unit="V", note="转办")
    before = (tmp_path / FILE).read_bytes()
    close(office, name, on=SPRING)
    assert (tmp_path / FILE).read_bytes() == before.replace(*(
        f",internal,{closed},转办".encode() for closed in ("", "2020-03-05")
    ))  # fmt: skip


def test_what_is_not_public_is_not_given_to_the_public(office):
    for access in ("public", "internal", "restricted"):
        report(office, access=access, statement={"zh-Hans": f"某校多名学生不适（{access}）"})
    found = incidents(office, day=SPRING)
    assert list(found.columns) == list(COLUMNS)
    assert found["access"].to_list() == ["public", "internal"]
    assert incidents(office, day=SPRING, public=True)["access"].to_list() == ["public"]
    assert len(incidents(office, day=SPRING, restricted=True)) == 3
    assert incidents(office, day=SPRING, units=["V"]).empty
    assert incidents(office, day=SPRING, year=2019).empty
    # What is not known yet is missing, and no zero.
    assert found["deaths"].isna().all()


def test_the_commands_enter_close_and_list(office, tmp_path):
    asked = ("incident", "enter", "food", "--unit", "U", "--date", "2020-01-20", "--grade", "ordinary",
             "--statement", "多名学生不适", "--source", "县卫健部门", "--reliability", "A",
             "--injured", "12")  # fmt: skip
    assert run(tmp_path, *asked, "--on", "2020-01-21").stdout == "2020-001\n"
    assert run(tmp_path, "incident", "close", "2020-001", "--on", "2020-02-01", "--deaths", "0").exit_code == 0
    head, row = run(tmp_path, "incident", "list", "--on", "2020-03-05").stdout.splitlines()
    assert dict(zip(head.split(), row.split(), strict=True)) == {
        "id": "2020-001", "date": "2020-01-20", "unit": "U", "name": "上县", "kind": "food", "grade": "ordinary",
        "deaths": "0", "injured": "12", "state": "closed", "reliability": "A", "access": "internal",
        "statement": "多名学生不适",
    }  # fmt: skip
    assert run(tmp_path, *asked, "--deaths", "-1").exit_code == 2
