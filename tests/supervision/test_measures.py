"""Measures: on a unit, with grounds, day and decider; no state of an item changes by one."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib

import pytest
from tests.supervision.afterwards import ITEMS_FILE, place, run
from tests.supervision.handing_in import refused

from analysis.messages import DuzhengError
from analysis.supervision.measures import COLUMNS, measures, take
from analysis.workspace import Workspace

FILE = "data/ledger/measures/measures.csv"
MAY = dt.date(2020, 5, 20)
GROUNDS = {"zh-Hans": "整改事项逾期", "en": "Items are overdue"}


@pytest.fixture
def office(tmp_path):
    return place(tmp_path)


def talk(ws, **more):
    return take(ws, "interview", **{"unit": "U", "on": MAY, "by": "张某", "grounds": GROUNDS} | more)


def test_a_measure_is_kept_with_grounds_items_decider_and_the_hash_of_its_paper(office, tmp_path):
    (tmp_path / "record.pdf").write_bytes(b"what was said")
    name = talk(office, items=["teachers", "money"], situation="weak", paper=tmp_path / "record.pdf", note="首次")
    assert name == "2020-001"
    with (tmp_path / FILE).open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row == {
        "id": "2020-001", "evaluator": "P", "unit": "U", "date": "2020-05-20", "measure": "interview",
        "grounds_zh": "整改事项逾期", "grounds_en": "Items are overdue", "items": "U/teachers;U/money",
        "situation": "weak", "by": "张某", "document": "", "paper": "record.pdf",
        "sha256": hashlib.sha256(b"what was said").hexdigest(), "access": "internal", "note": "首次", "synthetic": "",
    }  # fmt: skip
    assert not list((tmp_path / "data/ledger").rglob("*.pdf"))  # the file stays with the office


def test_no_state_of_an_item_changes_by_a_measure(office, tmp_path):
    before = (tmp_path / ITEMS_FILE).read_bytes()
    talk(office, items=["teachers"])
    assert (tmp_path / ITEMS_FILE).read_bytes() == before


def test_items_that_a_unit_does_not_have_or_that_came_later_are_refused(office, tmp_path):
    asked = [
        ({"items": ["nothing"]}, ("DZ-O001", "items")),
        ({"items": ["teachers"], "unit": "V"}, ("DZ-O001", "items")),
        ({"items": ["teachers"], "on": dt.date(2020, 2, 2)}, ("DZ-O002", "date")),
        ({"situation": "strong"}, ("DZ-O001", "situation")),
        ({"unit": "P"}, ("DZ-U001", "unit")),
        ({"unit": "X"}, ("DZ-U001", "unit")),
        ({"grounds": {}}, ("DZ-T003", "grounds_zh")),
        ({"access": "all"}, ("DZ-T004", "access")),
    ]
    for given, said in asked:
        (fault,) = refused(tmp_path, lambda given=given: talk(office, **given))
        assert (fault.code, fault.column, fault.file, fault.row) == (*said, FILE, 2), given
    talk(office, items=["teachers"], on=dt.date(2020, 2, 3))  # on the day that it was opened


def test_a_measure_is_entered_once(office, tmp_path):
    talk(office, items=["teachers", "money"])
    (fault,) = refused(tmp_path, lambda: talk(office, items=["teachers", "money"], note="又一次"))
    assert (fault.code, fault.file, fault.row) == ("DZ-O001", FILE, 2)
    assert fault.found.startswith("2020-001, ")
    assert "note" in fault.hint
    for other in ({"items": ["teachers"]}, {"unit": "V"}, {"on": dt.date(2020, 5, 21)},
                  {"grounds": {"zh-Hans": "整改不力"}}):  # fmt: skip
        talk(office, **other)
    take(office, "notice", unit="U", on=MAY, by="张某", grounds=GROUNDS, items=["teachers", "money"])


def test_nobody_is_held_to_account_without_a_document(office, tmp_path):
    given = {"unit": "U", "on": MAY, "by": "张某", "grounds": GROUNDS}
    (fault,) = refused(tmp_path, lambda: take(office, "accountability", **given))
    assert (fault.code, fault.column) == ("DZ-T004", "document")
    take(office, "accountability", document="州督〔2020〕9号", **given)
    assert measures(office, day=MAY)["document"].to_list() == ["州督〔2020〕9号"]


def test_a_paper_that_is_not_there_is_refused(office, tmp_path):
    (fault,) = refused(tmp_path, lambda: talk(office, paper=tmp_path / "gone.pdf"))
    assert (fault.code, fault.file) == ("DZ-T001", "gone.pdf")


def test_what_was_written_by_hand_is_held_to_items_and_evaluator_too(office, tmp_path):
    talk(office, items=["teachers"])
    path = tmp_path / FILE
    text = path.read_text(encoding="utf-8")
    row = text.splitlines()[1]
    path.write_text(text + row.replace("2020-001,P", "2020-002,V") + "\n"
                    + row.replace("2020-001", "2020-003").replace("U/teachers", "V/teachers") + "\n",
                    encoding="utf-8")  # fmt: skip
    with pytest.raises(DuzhengError) as caught:
        Workspace(tmp_path).check()
    assert {(each.code, each.column, each.row) for each in caught.value.faults} == {
        ("DZ-U001", "unit", 3), ("DZ-O001", "items", 4)
    }  # fmt: skip


def test_a_list_looks_back_and_keeps_apart_who_may_read_what(office):
    talk(office, access="public", on=dt.date(2020, 4, 1))
    talk(office, unit="V", access="restricted")
    talk(office, on=dt.date(2019, 12, 30))
    found = measures(office, day=MAY)
    assert list(found.columns) == list(COLUMNS)
    assert found[["id", "unit", "name_zh"]].to_numpy().tolist() == [
        ["2020-001", "U", "上县"], ["2019-001", "U", "上县"]
    ]  # fmt: skip
    assert measures(office, day=MAY, restricted=True)["id"].to_list() == ["2020-001", "2020-002", "2019-001"]
    assert measures(office, day=MAY, restricted=True, units=["V"])["id"].to_list() == ["2020-002"]
    assert measures(office, day=MAY, public=True)["id"].to_list() == ["2020-001"]
    assert measures(office, day=dt.date(2020, 3, 31))["id"].to_list() == ["2019-001"]
    assert measures(office, day=MAY, year=2019)["id"].to_list() == ["2019-001"]
    assert measures(office, day=MAY, evaluator="V").empty


def test_what_is_invented_stands_in_the_demonstration_alone(office):
    talk(office, synthetic=True)
    assert measures(office, day=MAY).empty
    assert measures(office, day=MAY, synthetic=True)["unit"].to_list() == ["U"]


def test_the_command_enters_a_measure_and_lists_it(office, tmp_path):
    (tmp_path / "record.pdf").write_bytes(b"what was said")
    done = run(tmp_path, "measure", "take", "interview", "--unit", "U", "--grounds", "整改逾期",
               "--grounds-en", "Overdue", "--items", "teachers, money", "--situation", "weak",
               "--paper", str(tmp_path / "record.pdf"), "--on", "2020-05-20")  # fmt: skip
    assert done.stdout == "2020-001\n"
    head, row = run(tmp_path, "measure", "list", "--on", "2020-05-20").stdout.splitlines()
    assert head.split()[:4] == ["id", "date", "measure", "unit"]
    assert row.split()[4:8] == ["上县", "U/teachers;U/money", "weak", "张某"]
    with pytest.raises(DuzhengError, match=r"DZ-T004 .*measures\.csv, row 3, column document"):
        run(tmp_path, "measure", "take", "accountability", "--unit", "U", "--grounds", "依据", "--on", "2020-05-21")
    assert run(tmp_path, "measure", "take", "praise", "--unit", "U", "--grounds", "依据").exit_code == 2
