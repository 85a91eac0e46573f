"""Reminders: letters in both languages, kept in the ledger, and nobody is reminded of one thing twice on a day."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.supervision.handing_in import ASKED, CHECKED, HANDED_IN, asked, claim, handed, lies, refused

from analysis.messages import DuzhengError
from analysis.supervision.audits import ask
from analysis.supervision.evaluations import Decided, move, request, submit
from analysis.supervision.reminders import remind
from analysis.supervision.standing import audits_standing, standing
from analysis.workspace import Workspace

BEFORE, AFTER = dt.date(2020, 3, 28), dt.date(2020, 4, 7)  # three days before 31 March, and seven after it


def reminded(ws, on, *units, **more):
    found = remind(ws, year=2020, on=on, by="张某", units=units, **more)
    return found, [tuple(row) for row in found[["unit", "kind", "due", "days"]].to_numpy().tolist()]


def test_those_whose_day_it_is_get_a_letter_once_and_the_ledger_says_so(tmp_path):
    ws = asked(tmp_path, "U", "V")
    submit(ws, handed(claim("pupils", value=3300)), unit="V", year=2020, on=HANDED_IN, by="李某")
    before = lies(tmp_path)
    assert reminded(ws, BEFORE - dt.timedelta(days=1))[1] == []
    assert lies(tmp_path) == before
    letters, rows = reminded(ws, BEFORE)
    assert rows == [("U", "hand_in", "2020-03-31", 3)]
    assert letters.at[0, "text_zh"] == (
        "上县：\n\n我办2020年1月15日通知报送的《上县2020年度自评公报》尚未收到，请报送。期限为2020年3月31日，还有3天。"
        "\n\n虚构州教育督导部门\n2020年3月28日"
    )
    assert "we asked for on 15 January 2020: Yearly bulletin of Upper County, 2020." in letters.at[0, "text_en"]
    assert "The time limit is 31 March 2020 (days left: 3)." in letters.at[0, "text_en"]
    before = lies(tmp_path)
    assert reminded(ws, BEFORE)[1] == reminded(ws, BEFORE, "U")[1] == []  # not twice on one day
    assert lies(tmp_path) == before
    letters, rows = reminded(ws, AFTER)
    assert rows == [("U", "hand_in", "2020-03-31", -7)]
    assert "已逾期7天" in letters.at[0, "text_zh"]
    (first, second) = ws.ledger.self_evaluations["U", 2020].reminders
    assert (first.date, first.by, first.to, first.kind, first.due) == (BEFORE, "张某", "U", "hand_in",
                                                                      dt.date(2020, 3, 31))  # fmt: skip
    assert second.date == AFTER
    assert standing(ws, year=2020, day=AFTER).set_index("unit")["reminders"].to_dict() == {"U": 2, "V": 0, "fin": 0,
                                                                                          "edu": 0}  # fmt: skip


def test_a_department_gets_one_letter_for_all_that_it_has_not_answered(tmp_path):
    ws = asked(tmp_path, "U", "V")
    for unit, claims in (("U", ("a", "b")), ("V", ("c",))):
        submit(ws, handed(*(claim(each, value=3300) for each in claims)), unit=unit, year=2020, on=HANDED_IN, by="李某")
    move(ws, [Decided(unit, "checked") for unit in "UV"], year=2020, on=CHECKED, by="张某")
    ask(ws, units="UV", year=2020, on=ASKED)
    three_before = dt.date(2020, 3, 6)
    letters, rows = reminded(ws, three_before)
    assert rows == [("edu", "audit", "2020-03-09", 3)]
    assert "还有3项陈述没有答复：上县（2项）、谷县（1项）" in letters.at[0, "text_zh"]
    assert [[each.to for each in ws.ledger.self_evaluations[unit, 2020].reminders] for unit in "UV"] == [["edu"]] * 2
    assert audits_standing(ws, year=2020, day=three_before)["reminders"].to_list() == [1]
    assert reminded(ws, three_before)[1] == []


def test_those_who_are_named_are_reminded_on_any_day_if_anything_is_asked_of_them(tmp_path):
    ws = asked(tmp_path, "U", "V")
    assert [row[0] for row in reminded(ws, CHECKED, "V")[1]] == ["V"]
    submit(ws, handed(claim("pupils", value=3300)), unit="U", year=2020, on=CHECKED, by="李某")
    faults = refused(tmp_path, lambda: reminded(ws, ASKED, "V", "U", "X", "fin"))
    assert [(each.code, each.file) for each in faults] == [
        ("DZ-U001", ""), ("DZ-O002", "data/ledger/self_evaluations/U-2020.yaml"),
        ("DZ-O002", "data/ledger/self_evaluations/fin-2020.yaml"),
    ]  # fmt: skip
    move(ws, [Decided("U", "returned", note={"zh-Hans": "补正"})], year=2020, on=ASKED, by="张某")
    letters, _ = reminded(ws, ASKED, "U")
    assert "已于2020年3月2日退回补正" in letters.at[0, "text_zh"]


def test_letters_of_the_demonstration_say_that_they_are_simulated(tmp_path):
    ws = asked(tmp_path)
    request(ws, year=2020, on=dt.date(2020, 1, 15), by="张某", units=["U"], synthetic=True)
    letters, _ = reminded(ws, BEFORE, "U", synthetic=True)
    assert letters.at[0, "text_zh"].startswith("（模拟）")
    assert letters.at[0, "text_en"].startswith("(Simulated)")


def test_what_is_written_by_hand_is_held_to_one_a_day_and_to_whom_it_can_be(tmp_path):
    ws = asked(tmp_path, "U")
    reminded(ws, BEFORE)
    file = tmp_path / "data/ledger/self_evaluations/U-2020.yaml"
    text = file.read_text(encoding="utf-8")
    wrong = "{date: 2020-03-28, by: 张某, to: U, kind: hand_in, due: 2020-03-31}"
    other = "{date: 2020-01-01, by: 张某, to: V, kind: hand_in, due: 2020-03-31}"
    file.write_text(f"{text}  - {wrong}\n  - {other}\n", encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        Workspace(tmp_path).check()
    assert {(each.code, each.column) for each in caught.value.faults} == {
        ("DZ-O001", "reminders.1"), ("DZ-O001", "reminders.2.to"), ("DZ-O002", "reminders.2.date")
    }  # fmt: skip
    assert all(each.line for each in caught.value.faults)
