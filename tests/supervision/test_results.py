"""Results for the assessment of cadres: restricted, marked on every sheet, logged, and without any grade."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.supervision.afterwards import OPINION, OPINION_FILE, VISIT, VISIT_FILE, place, run
from tests.supervision.handing_in import refused
from tests.supervision.invented import FINANCE, FINANCE_FILE
from tests.supervision.test_accountability import VERDICTS, incident

from analysis.supervision.measures import take
from analysis.supervision.results import RESULTS, export, results
from analysis.workspace.ledger import EVALUATION_MOVES, MOVES, OPINION_MOVES
from analysis.workspace.ledger.registers import GRADES, INCIDENT_KINDS, MEASURE_KINDS

LOG = "data/ledger/exports/exports.csv"
MAY = dt.date(2020, 5, 20)


@pytest.fixture
def office(tmp_path):
    ws = place(tmp_path / "ws", {VISIT_FILE: VISIT, OPINION_FILE: OPINION, FINANCE_FILE: FINANCE})
    take(ws, "interview", unit="U", on=dt.date(2020, 5, 4), by="州政府", grounds={"zh-Hans": '=HYPERLINK("x")'})
    take(ws, "notice", unit="U", on=dt.date(2019, 5, 4), by="州政府", grounds={"zh-Hans": "往年"})
    incident(ws, access="restricted")
    return ws


def made(ws, name="out.xlsx", **more):
    given = {"units": ["U", "fin"], "year": 2020, "on": MAY, "by": "张某", "purpose": "年度干部考核"} | more
    return export(ws, ws.root.parent / name, **given)


def log(ws):
    with (ws.root / LOG).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def texts(path: Path) -> dict[str, list[str]]:
    return {sheet.title: [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
            for sheet in load_workbook(path)}  # fmt: skip


def test_a_unit_is_a_row_with_what_each_book_holds_on_the_day(office):
    found = results(office, units=["U", "fin"], year=2020, day=MAY)
    assert list(found.columns) == list(RESULTS)
    upper, finance = found.to_dict("records")
    assert (upper["self_evaluation"], upper["opinions"], upper["problems"]) == ("", "visit/issued", 2)
    # teachers is in its plan and overdue, money came back, places was reported.
    assert {state: upper[state] for state in MOVES if upper[state]} == {
        "plan_accepted": 1,
        "reported": 1,
        "returned": 1,
    }
    assert upper["overdue"] == 1
    assert {kind: upper[kind] for kind in MEASURE_KINDS} == {"incentive": 0, "interview": 1, "notice": 0,
                                                            "accountability": 0}  # fmt: skip
    assert {grade: upper[grade] for grade in GRADES} == {"ordinary": 1, "large": 0, "major": 0, "grave": 0}
    # Of three claims funds agree, pupils differ (4,200 were monitored), and there is no figure of 2019.
    assert [finance[name] for name in ("self_evaluation", "late", "claims", "differ", "open")] == [
        "checked",
        0,
        3,
        1,
        1,
    ]
    before = results(office, units=["U"], year=2020, day=dt.date(2020, 2, 13)).iloc[0]
    assert (before["opinions"], before["problems"], before["interview"]) == ("visit/approved", 0, 0)


def test_there_is_no_grade_rank_or_sum_in_it():
    assert not {"score", "grade", "rank", "total", "verdict", "index"} & set(RESULTS)


def test_every_sheet_says_that_it_is_restricted_and_who_exported_it_when_and_for_what(office):
    done = made(office)
    book = load_workbook(done.file)
    assert len(book.sheetnames) == 5
    for sheet in book:
        assert sheet["A1"].value == "限制阅知 · 第2020-001号导出 · 张某于2020-05-20导出 · 用途：年度干部考核"
        assert sheet["A2"].value == "Restricted · export 2020-001 · by 张某 on 2020-05-20 · for: 年度干部考核"
        assert "限制阅知 Restricted" in sheet.oddHeader.center.text
    rows = [[cell.value for cell in row] for row in book["结果 Results"].iter_rows(min_row=5)]
    named = dict(zip(rows[0], rows[1], strict=True))
    assert rows[0] == list(RESULTS)
    assert (named["unit"], named["opinions"], named["interview"]) == ("U", "visit 已印发 issued", 1)
    assert dict(zip(rows[0], rows[2], strict=True))["self_evaluation"] == "已核对 checked"


def test_an_export_is_logged_with_the_hash_of_its_file(office):
    done = made(office)
    assert log(office) == [{
        "id": "2020-001", "evaluator": "P", "date": "2020-05-20", "by": "张某", "purpose": "年度干部考核",
        "units": "U;fin", "year": "2020", "exported": "out.xlsx", "synthetic": "",
        "sha256": hashlib.sha256(done.file.read_bytes()).hexdigest(),
    }]  # fmt: skip
    assert done.sha256 == log(office)[0]["sha256"]
    made(office, "again.xlsx")
    assert [row["id"] for row in log(office)] == ["2020-001", "2020-002"]


def test_nothing_is_exported_without_a_name_a_purpose_units_or_by_a_second_file(office):
    out = office.root.parent / "out.xlsx"
    asked = [
        ({"by": " "}, [("DZ-O001", "by")]), ({"purpose": ""}, [("DZ-O001", "purpose")]),
        ({"by": "", "purpose": " "}, [("DZ-O001", "by"), ("DZ-O001", "purpose")]),
        ({"units": []}, [("DZ-U001", "units")]), ({"units": ["U", "X", "P"]}, [("DZ-U001", "units")] * 2),
        ({"year": 2021}, [("DZ-T004", "year")]),
    ]  # fmt: skip
    for given, said in asked:
        faults = refused(office.root, lambda given=given: made(office, **given))
        assert [(each.code, each.column) for each in faults] == said
        assert [path.name for path in office.root.parent.iterdir() if path.is_file()] == []
    out.write_bytes(b"as it was")
    (fault,) = refused(office.root, lambda: made(office))
    assert (fault.code, fault.file, out.read_bytes()) == ("DZ-O003", "out.xlsx", b"as it was")


def test_a_file_that_cannot_be_written_leaves_no_row(office):
    (office.root.parent / "file").write_bytes(b"")
    (fault,) = refused(office.root, lambda: made(office, "file/out.xlsx"))
    assert (fault.code, fault.file) == ("DZ-O003", "out.xlsx")


def test_the_same_export_is_the_same_to_the_byte(office):
    first = made(office)
    content = first.file.read_bytes()
    first.file.unlink()
    (office.root / LOG).unlink()
    office.__dict__.pop("ledger", None)
    assert made(office).file.read_bytes() == content


def test_no_cell_is_run_by_a_spreadsheet_and_no_sheet_says_a_verdict(office):
    done = made(office)
    found = texts(done.file)
    assert '\'=HYPERLINK("x")' in found["措施 Measures"]
    assert not [text for some in found.values() for text in some if text[0] in "=+@"]
    said = "\n".join(text for some in found.values() for text in some)
    assert "不对任何人作结论" in said
    assert not VERDICTS.findall(said)


def test_what_is_invented_says_so_on_every_sheet(office):
    done = made(office, synthetic=True, units=["V"])
    assert all("（模拟）演示数据" in sheet["A1"].value for sheet in load_workbook(done.file))
    assert not (office.root / LOG).exists()
    assert (office.root / "data/demo/ledger/exports/exports.csv").is_file()


def test_every_state_kind_and_grade_has_its_words():
    from analysis.supervision.results import WORDS

    words, others = WORDS.of("results"), WORDS.of("accountability")
    wanted = {f"self_evaluation_{state}" for state in EVALUATION_MOVES if state}
    wanted |= {f"opinion_{state}" for state in OPINION_MOVES if state} | {f"state_{state}" for state in MOVES}
    wanted |= {f"measure_{kind}" for kind in MEASURE_KINDS} | {f"column_{name}" for name in RESULTS}
    assert wanted <= set(words)
    assert {f"kind_{kind}" for kind in INCIDENT_KINDS} | {f"grade_{grade}" for grade in GRADES} <= set(others)


def test_the_command_exports_and_says_the_hash_and_asks_for_a_purpose(office, tmp_path):
    asked = ("results", "export", "--units", "U,V", "--year", "2020", "--on", "2020-05-20", "--out",
             str(tmp_path / "x.xlsx"))  # fmt: skip
    assert run(office.root, *asked).exit_code == 2
    done = run(office.root, *asked, "--purpose", "年度干部考核")
    sha = hashlib.sha256((tmp_path / "x.xlsx").read_bytes()).hexdigest()
    assert done.stdout == f"2020-001: {tmp_path / 'x.xlsx'} (restricted), SHA-256 {sha}\n"
    assert (log(office)[0]["by"], log(office)[0]["units"], log(office)[0]["sha256"]) == ("张某", "U;V", sha)
