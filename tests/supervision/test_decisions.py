"""The log of decisions: nothing is lost, nothing else changes, nothing impossible is entered."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from tests.supervision.invented import SPRING, place

from analysis.messages import DuzhengError
from analysis.supervision.decisions import decide, decisions, done

FILE = "data/ledger/decisions/decisions.csv"
MEETING = {"zh-Hans": "委员会第一次会议", "en": "First meeting"}
HEAD = "id,evaluator,date,meeting_zh,meeting_en,decision_zh,decision_en,unit,duty,owner_zh,owner_en,due,done,access\n"


def enter(ws, text, **more):
    return decide(ws, on=SPRING, meeting=MEETING, decision={"zh-Hans": text}, **more)


#: Twenty decisions, as another process enters them.
TWENTY = """
import datetime as dt, sys
from pathlib import Path
from analysis.supervision.decisions import decide
from analysis.workspace import Workspace
ws = Workspace(Path(sys.argv[1]))
for number in range(20):
    text = {"zh-Hans": f"{sys.argv[2]}-{number}"}
    decide(ws, on=dt.date(2020, 3, 5), meeting={"zh-Hans": "会议"}, decision=text)
"""


def test_two_offices_that_write_at_once_lose_nothing(tmp_path):
    ws = place(tmp_path)
    both = [subprocess.Popen([sys.executable, "-c", TWENTY, str(tmp_path), who]) for who in ("a", "b")]
    assert [each.wait(60) for each in both] == [0, 0]
    found = decisions(ws, day=SPRING)
    assert set(found["decision_zh"]) == {f"{who}-{number}" for who in "ab" for number in range(20)}
    assert sorted(found["id"]) == [f"2020-{number:03d}" for number in range(1, 41)]


def test_a_decision_is_open_then_overdue_then_done(tmp_path):
    ws = place(tmp_path)
    name = enter(ws, "督办经费", unit="U", duty="means", owner={"zh-Hans": "财政部门"}, due=dt.date(2020, 4, 1))
    states = {day: decisions(ws, day=day).iloc[0] for day in (SPRING, dt.date(2020, 4, 2))}
    assert [(row["state"], row["days"]) for row in states.values()] == [("open", 27), ("overdue", -1)]
    done(ws, name, on=dt.date(2020, 4, 3))
    assert decisions(ws, day=dt.date(2020, 4, 3)).iloc[0]["state"] == "done"
    # A day looks back: on the second of April it was not done.
    assert decisions(ws, day=dt.date(2020, 4, 2)).iloc[0]["state"] == "overdue"


def test_marking_one_done_leaves_every_other_byte(tmp_path):
    rows = ['a,P,2020-01-02,会议,,"一句，\n两行",,,,,,,,public\r\n', "b,P,2020-01-03,会议,,决定,,,,,,,,internal\r\n",
            'c,P,2020-01-04,会议,,"决定",,,,,,,,public']  # fmt: skip
    ws = place(tmp_path)
    path = tmp_path / FILE
    path.parent.mkdir(parents=True)
    before = b"\xef\xbb\xbf" + (HEAD.replace("\n", "\r\n") + "".join(rows)).encode()
    path.write_bytes(before)
    done(ws, "b", on=SPRING)
    assert path.read_bytes() == before.replace(b",,internal", b",2020-03-05,internal")
    enter(ws, "又一项")
    assert path.read_bytes().startswith(before.replace(b",,internal", b",2020-03-05,internal"))
    assert len(decisions(ws, day=SPRING)) == 4


def test_what_is_not_public_is_not_given_to_the_public(tmp_path):
    ws = place(tmp_path)
    enter(ws, "内部")
    enter(ws, "公开", access="public")
    assert list(decisions(ws, day=SPRING, public=True)["decision_zh"]) == ["公开"]
    assert list(decisions(ws, day=SPRING)["decision_zh"]) == ["内部", "公开"]


@pytest.mark.parametrize(
    ("given", "code", "column"),
    [
        ({"unit": "Q"}, "DZ-U001", "unit"),
        ({"duty": "none"}, "DZ-O001", "duty"),
        ({"due": dt.date(2020, 1, 1)}, "DZ-O002", "due"),  # before the meeting
    ],
)
def test_what_cannot_be_is_refused_with_file_and_row(tmp_path, given, code, column):
    ws = place(tmp_path)
    with pytest.raises(DuzhengError) as caught:
        enter(ws, "决定", **given)
    (fault,) = caught.value.faults
    assert (fault.code, fault.file, fault.row, fault.column) == (code, FILE, 2, column)
    assert not (tmp_path / FILE).exists()


def test_an_evaluator_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(DuzhengError, match="DZ-U001"):
        enter(place(tmp_path), "决定", evaluator="Q")


def test_nothing_is_done_twice_before_it_was_decided_or_that_nobody_decided(tmp_path):
    ws = place(tmp_path)
    name = enter(ws, "决定")
    for wrong, on, code in ((name, dt.date(2020, 3, 4), "DZ-O002"), ("2020-099", SPRING, "DZ-O001")):
        with pytest.raises(DuzhengError, match=code):
            done(ws, wrong, on=on)
    with pytest.raises(DuzhengError, match=r"DZ-O001 .*expected the id of a decision of V"):
        done(ws, name, on=SPRING, evaluator="V")  # another committee's
    done(ws, name, on=SPRING)
    with pytest.raises(DuzhengError, match=r"DZ-O002 .*row 2.*done on 2020-03-05"):
        done(ws, name, on=SPRING)


@pytest.mark.parametrize("content", [HEAD.replace(",", ";").encode(), "会议,id\n".encode("gb18030")])
def test_a_register_that_was_saved_otherwise_is_refused_and_kept(tmp_path, content):
    ws = place(tmp_path)
    path = tmp_path / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(DuzhengError):
        enter(ws, "决定")
    assert path.read_bytes() == content
