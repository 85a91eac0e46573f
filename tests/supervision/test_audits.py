"""Audits: tables go to departments and come back, as CSV or Excel; what is wrong in them is named with its row."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.supervision.handing_in import ANSWERED, ASKED, CHECKED, HANDED_IN, asked, claim, handed, refused

from analysis.messages import DuzhengError
from analysis.supervision.audits import ANSWERED as FILLED_IN
from analysis.supervision.audits import GIVEN, answer, answers_in, ask, tables_of
from analysis.supervision.evaluations import Decided, move, submit


@pytest.fixture
def office(tmp_path):
    """Two counties whose claims were sent to the departments of education and of finance."""
    workspace = asked(tmp_path, "U", "V")
    for unit in "UV":
        claims = claim("pupils", value=3300), claim("money", indicator="funds", value=9000, year=2018)
        submit(workspace, handed(*claims), unit=unit, year=2020, on=HANDED_IN, by="李某")
    move(workspace, [Decided(unit, "checked") for unit in "UV"], year=2020, on=CHECKED, by="张某")
    ask(workspace, units="UV", year=2020, on=ASKED)
    return workspace


def filled(path, **columns):
    frame = pd.read_csv(path, dtype="str", keep_default_na=False).assign(**columns)
    if path.suffix == ".csv":
        frame.to_csv(path, index=False, encoding="utf-8-sig")
    return frame


def test_each_department_has_a_table_of_its_own_claims(office, tmp_path):
    files = tables_of(office, tmp_path / "out", year=2020)
    assert [path.name for path in files] == ["audits-edu.csv", "audits-fin.csv"]
    frame = pd.read_csv(files[0], dtype="str", keep_default_na=False)
    assert list(frame.columns) == [*GIVEN, *FILLED_IN]
    assert frame[["unit", "name", "claim", "said", "asked", "flag"]].to_numpy().tolist() == [
        ["U", "上县", "pupils", "pupils。", "2020-03-02", ""], ["V", "谷县", "pupils", "pupils。", "2020-03-02", ""]
    ]  # fmt: skip
    assert not [*answers_in(files[0])]  # nothing is answered yet


@pytest.mark.parametrize("ends", [".csv", ".xlsx"])
def test_what_a_department_fills_in_is_entered_and_the_rest_asked_again(office, tmp_path, ends):
    path, _ = tables_of(office, tmp_path / "out", year=2020)
    frame = filled(path, flag=["objected", ""], by="王某", note_zh=["不符", ""])
    if ends == ".xlsx":
        path = path.with_suffix(ends)
        frame.to_excel(path, index=False)
    assert answer(office, answers_in(path), year=2020, on=ANSWERED) == 1
    (audit, _) = office.ledger.self_evaluations["U", 2020].audits
    assert (audit.flag, audit.by, audit.note, audit.answered) == ("objected", "王某", {"zh-Hans": "不符"}, ANSWERED)
    again = pd.read_csv(tables_of(office, tmp_path / "again", year=2020)[0])
    assert list(again["unit"]) == ["V"]
    # The same table again is a second answer.
    (fault,) = refused(office.root, lambda: answer(office, answers_in(path), year=2020, on=ANSWERED))
    assert (fault.code, fault.file, fault.row) == ("DZ-O001", path.name, 2)
    assert "second answer" in fault.found


def test_a_flag_that_is_none_and_a_column_that_is_gone_are_named(office, tmp_path):
    path, other = tables_of(office, tmp_path / "out", year=2020)
    filled(path, flag=["confirmed", "yes"])
    with pytest.raises(DuzhengError) as caught:
        [*answers_in(path)]
    assert [(each.code, each.row, each.column) for each in caught.value.faults] == [("DZ-T004", 3, "flag")]
    frame = pd.read_csv(other).drop(columns=["by", "claim"])
    frame.to_csv(other, index=False)
    with pytest.raises(DuzhengError) as caught:
        [*answers_in(other)]
    assert [(each.code, each.column) for each in caught.value.faults] == [("DZ-T002", "claim"), ("DZ-T002", "by")]
    other.write_bytes(b"PK\x03\x04")
    with pytest.raises(DuzhengError, match="DZ-T001"):
        [*answers_in(other.with_suffix(".none"))]


def test_ids_of_digits_that_somebody_wrote_by_hand_are_found(office):
    file = office.root / "data/ledger/self_evaluations/U-2020.yaml"
    units = office.root / "data/units.csv"
    units.write_text(units.read_text(encoding="utf-8").replace("edu,edu,", "310,310,"), encoding="utf-8")
    for path in (file, file.with_name("V-2020.yaml")):
        path.write_text(
            path.read_text(encoding="utf-8").replace("department: edu", "department: 310"), encoding="utf-8"
        )
    workspace = type(office)(office.root)
    given = [{"unit": "U", "claim": "pupils", "department": "310", "flag": "confirmed", "by": "王某"}]
    assert answer(workspace, given, year=2020, on=ANSWERED) == 1
