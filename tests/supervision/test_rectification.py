"""Rectification by verbs: no state is jumped over, papers by hash, whose turn it is, and what is proposed when late."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys

import pytest
from tests.supervision.afterwards import ITEMS, ITEMS_FILE, place

from analysis.messages import DuzhengError
from analysis.supervision.rectification import open_items, standing, step
from analysis.workspace.ledger import Evidence, Item

DAY = dt.date(2020, 6, 1)


def one(ws, item):
    return next(each for each in ws.ledger.rectification["U"] if each.id == item)


def row(ws, item, day=DAY):
    return standing(ws, day=day).set_index("item").loc[item]


def refused(call, *args, **more):
    with pytest.raises(DuzhengError) as error:
        call(*args, **more)
    return error.value.faults


def test_an_item_goes_step_by_step_with_papers_kept_by_hash(tmp_path):
    ws, paper = place(tmp_path), tmp_path / "report.pdf"
    paper.write_bytes(b"done")
    step(ws, "in_work", unit="U", item="teachers", on=dt.date(2020, 5, 4), by="李某")
    (fault,) = refused(step, ws, "reported", unit="U", item="teachers", on=DAY, by="李某")
    assert (fault.code, fault.column) == ("DZ-O001", "teachers.papers")
    step(ws, "reported", unit="U", item="teachers", on=DAY, by="李某", papers=[paper])
    (kept,) = one(ws, "teachers").steps[-1].papers
    assert (kept.file, kept.sha256) == ("report.pdf", hashlib.sha256(b"done").hexdigest())


def test_no_state_is_jumped_over(tmp_path):
    ws = place(tmp_path)
    (fault,) = refused(step, ws, "closed", unit="U", item="teachers", on=DAY, by="张某", note={"zh-Hans": "见"})
    assert (fault.code, fault.file, fault.found) == ("DZ-O002", ITEMS_FILE, "closed after plan_accepted")
    assert fault.line is not None


def test_a_step_before_the_last_one_and_an_unknown_item_are_refused(tmp_path):
    ws = place(tmp_path)
    (fault,) = refused(step, ws, "in_work", unit="U", item="teachers", on=dt.date(2020, 2, 12), by="李某")
    assert (fault.code, fault.found) == ("DZ-O002", "2020-02-12")
    (fault,) = refused(step, ws, "in_work", unit="U", item="none", on=DAY, by="李某")
    assert (fault.code, fault.expected) == ("DZ-O003", "one of teachers, money, places")
    (fault,) = refused(step, ws, "in_work", unit="nowhere", item="teachers", on=DAY, by="李某")
    assert fault.code == "DZ-U001"


def test_who_closes_or_returns_says_what_was_seen(tmp_path):
    ws, paper = place(tmp_path), tmp_path / "visit.txt"
    paper.write_text("seen", encoding="utf-8")
    step(ws, "re_inspected", unit="U", item="places", on=dt.date(2020, 5, 4), by="张某", papers=[paper])
    (fault,) = refused(step, ws, "closed", unit="U", item="places", on=DAY, by="张某")
    assert fault.column == "places.note"
    step(ws, "closed", unit="U", item="places", on=DAY, by="张某", note={"zh-Hans": "已增加学位"})
    assert row(ws, "places")[["state", "turn", "next_due"]].tolist() == ["closed", "", ""]


@pytest.mark.parametrize("by", ["上县", "Upper County", "U"])
def test_nobody_verifies_themselves(tmp_path, by):
    ws, paper = place(tmp_path), tmp_path / "visit.txt"
    paper.write_text("seen", encoding="utf-8")
    (fault,) = refused(step, ws, "re_inspected", unit="U", item="places", on=DAY, by=by, papers=[paper])
    assert (fault.code, fault.column) == ("DZ-O001", "places.by")


@pytest.mark.parametrize(
    ("day", "proposed"),
    [("2020-05-01", ""), ("2020-05-02", "reminder"), ("2020-05-30", "reminder"), ("2020-05-31", "notice"),
     ("2020-06-30", "interview"), ("2020-08-29", "accountability")],
)  # fmt: skip
def test_what_is_overdue_escalates_by_the_days_of_the_rule(tmp_path, day, proposed):
    # Due on 1 May; 1, 30, 60 and 120 days, as data/rules/inspections.yaml sets them.
    found = row(place(tmp_path), "teachers", dt.date.fromisoformat(day))
    assert (found["proposed"], found["overdue"]) == (proposed, bool(proposed))


def test_what_was_reported_waits_for_the_office_and_is_never_the_unit_s_delay(tmp_path):
    found = row(place(tmp_path), "places", dt.date(2020, 12, 1))
    # Reported on 20 April; the office looks within thirty days.
    assert found[["turn", "next_due", "overdue", "proposed"]].tolist() == ["office", "2020-05-20", False, ""]
    assert found["days"] == (dt.date(2020, 5, 20) - dt.date(2020, 12, 1)).days


def test_a_plan_is_asked_for_before_the_item_is_due(tmp_path):
    ws = place(tmp_path)
    # Fed back on 10 February: the plan is due thirty days later, before the item's own time limit.
    assert row(ws, "teachers", dt.date(2020, 2, 12))[["state", "next_due"]].tolist() == ["fed_back", "2020-03-11"]
    assert row(ws, "teachers", dt.date(2020, 2, 21))["next_due"] == "2020-05-01"


def test_a_plan_that_nobody_handed_in_is_overdue_and_escalates(tmp_path):
    ws = place(tmp_path, {ITEMS_FILE: ITEMS.replace(", {state: plan_accepted, date: 2020-02-20, by: 张某}]", "]")})
    found = row(ws, "teachers", dt.date(2020, 4, 11))  # 31 days after 11 March, long before it is due itself
    assert found[["overdue", "days", "proposed"]].tolist() == [True, -31, "notice"]


def test_returns_are_counted_and_set_a_new_time_limit(tmp_path):
    assert row(place(tmp_path), "money")[["state", "returns", "due"]].tolist() == ["returned", 2, "2020-06-30"]


def item(name):
    return Item(id=name, opened=dt.date(2020, 4, 1), problem={"zh-Hans": "问题"}, owner={"zh-Hans": "县"},
                due=dt.date(2020, 9, 1), evidence=(Evidence(indicator="pupils", year=2017, value=3300),))  # fmt: skip


def test_an_item_without_evidence_or_due_before_its_cause_is_refused(tmp_path):
    ws = place(tmp_path)
    (fault,) = refused(open_items, ws, [item("new").model_copy(update={"evidence": ()})], unit="U")
    assert fault.found == "a problem without evidence"
    (fault,) = refused(open_items, ws, [item("new").model_copy(update={"due": dt.date(2020, 3, 1)})], unit="U")
    assert (fault.code, fault.column) == ("DZ-O002", "items.3.due")
    assert [each.id for each in ws.ledger.rectification["U"]] == ["teachers", "money", "places"]
    assert open_items(ws, [item("new")], unit="U") == ["new"]


TEN = """
import datetime as dt, sys
from tests.supervision.test_rectification import item
from analysis.supervision.rectification import open_items
from analysis.workspace import Workspace
ws = Workspace(__import__("pathlib").Path(sys.argv[1]))
for number in range(10):
    open_items(ws, [item(f"{sys.argv[2]}-{number}")], unit="U")
"""


def test_two_who_write_at_once_lose_nothing(tmp_path):
    ws = place(tmp_path)
    both = [subprocess.Popen([sys.executable, "-c", TEN, str(tmp_path), who]) for who in ("a", "b")]
    assert [each.wait(timeout=120) for each in both] == [0, 0]
    names = {each.id for each in ws.ledger.rectification["U"]}
    assert names == {"teachers", "money", "places", *(f"{who}-{number}" for who in "ab" for number in range(10))}
