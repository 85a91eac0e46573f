"""Bad input is refused as a whole, with every fault listed at once."""

from __future__ import annotations

import openpyxl
import pytest

from analysis.messages import DuzhengError
from analysis.workspace import Workspace, check_tables, read_observations, read_table, school_contract

HEADER = "unit,year,indicator,value,measure,source,status\n"


def read(workspace: Workspace, path):
    frame, notices = read_observations(workspace.root, workspace.units, workspace.catalogue, workspace.sources, [path])
    return frame, notices


@pytest.fixture
def place(invented) -> Workspace:
    return Workspace(invented)


def faults_of(workspace: Workspace, tmp_path, rows: str, header: str = HEADER) -> list[tuple[str, int | None, str]]:
    path = tmp_path / "new.csv"
    path.write_text(header + rows, encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        read(workspace, path)
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


def test_every_fault_of_a_file_is_listed_with_its_row_and_column(place, tmp_path):
    rows = (
        "X,2017,pupils,5,人,made-up,\n"  # unknown unit
        "L,2017,pupils,5,人,made-up,\n"  # not in existence that year
        "U,2018,pupil,5,人,made-up,\n"  # unknown indicator
        "U,2016,pupils,0.5,万人,made-up,\n"  # wrong measure, and no whole number
        "V,2016,pupils,12人,人,made-up,\n"  # text in a number
        "V,2015,pupils,-3,人,made-up,\n"  # negative
        "V,2014,pupils,5,人,elsewhere,\n"  # unknown source
        "V,2013,pupils,5,人,farm,\n"  # blocked source
        "V,20x3,pupils,5,人,made-up,\n"  # no year
        "V,2011,pupils,,人,made-up,\n"  # no value and no reason
        "V,2010,pupils,7,人,made-up,missing\n"  # a value and a reason for none
        "V,2009,pupils,7,人,made-up,guessed\n"  # unknown status
    )
    assert faults_of(place, tmp_path, rows) == [
        ("DZ-U001", 2, "unit"),
        ("DZ-U002", 3, "unit"),
        ("DZ-I001", 4, "indicator"),
        ("DZ-I002", 5, "measure"),
        ("DZ-T004", 5, "value"),
        ("DZ-T003", 6, "value"),
        ("DZ-T004", 7, "value"),
        ("DZ-I003", 8, "source"),
        ("DZ-I003", 9, "source"),
        ("DZ-T003", 10, "year"),
        ("DZ-T004", 11, "value"),
        ("DZ-T004", 12, "value"),
        ("DZ-T004", 13, "status"),
    ]


def test_an_error_says_what_was_found_what_was_expected_and_what_to_do(place, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text(HEADER + "U,2016,pupils,0.5,万人,made-up,\n上县,2016,pupils,5,人,made-up,\n", encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        read(place, path)
    text = str(caught.value)
    assert "new.csv, row 2, column measure: found '万人'; expected '人'. Multiply by 10,000 and write 人" in text
    assert "new.csv, row 3, column unit: found '上县'; expected a code of data/units.csv. Write the code U." in text


def test_a_key_that_stands_twice_is_refused_with_both_places_across_files(place, tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(HEADER + "V,2016,pupils,5,人,made-up,\n", encoding="utf-8")
    second.write_text(HEADER + "U,2016,pupils,5,人,made-up,\nV,2016,pupils,6,人,made-up,\n", encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        read_observations(place.root, place.units, place.catalogue, place.sources, [first, second])
    (fault,) = caught.value.faults
    assert (fault.code, fault.file, fault.row) == ("DZ-T005", "b.csv", 3)
    assert "a.csv, row 2" in fault.found


def test_the_yearbooks_dots_are_a_missing_value_with_a_status_and_not_zero(place, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text(HEADER + "V,2016,pupils,…,人,made-up,\n", encoding="utf-8")
    frame, _ = read(place, path)
    assert frame["value"].isna().all()
    assert frame["status"].tolist() == ["too_small"]


def test_dots_beside_another_status_are_refused(place, tmp_path):
    assert faults_of(place, tmp_path, "V,2016,pupils,…,人,made-up,reported\n") == [("DZ-T003", 2, "value")]


def test_full_width_digits_are_read_and_noticed(place, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text(HEADER + "V,２０16,pupils,１2３,人,made-up,\n", encoding="utf-8")
    frame, notices = read(place, path)
    assert frame[["year", "value"]].to_numpy().tolist() == [[2016, 123]]
    assert len(notices) == 2
    assert "full-width" in notices[0]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16", "utf-8-sig"])
def test_files_as_excel_saves_them_are_read(place, tmp_path, encoding):
    path = tmp_path / "new.csv"
    path.write_bytes((HEADER + "V,2016,pupils,5,人,made-up,\n").encode(encoding))
    frame, notices = read(place, path)
    assert frame["value"].tolist() == [5]
    assert bool(notices) == (encoding != "utf-8-sig")


def test_an_excel_workbook_is_read_like_a_csv_file(place, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        HEADER.strip().split(","),
        ["V", 2016, "pupils", 5, "人", "made-up", None],
        ["V", 2015, "pupils", "…", "人", "made-up", None],
    ):
        book.active.append(row)
    book.save(tmp_path / "new.xlsx")
    frame, _ = read(place, tmp_path / "new.xlsx")
    assert frame["status"].tolist() == ["too_small", "reported"]
    assert frame["value"].tolist()[1] == 5


def test_a_workbook_with_two_filled_sheets_is_refused(place, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["unit"])
    book.create_sheet("more").append(["unit"])
    book.save(tmp_path / "new.xlsx")
    with pytest.raises(DuzhengError, match=r"DZ-T001 new\.xlsx: found 2 filled sheets"):
        read(place, tmp_path / "new.xlsx")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "DZ-T001"),
        (b"\n\n", "DZ-T001"),
        (HEADER.encode(), "DZ-T001"),
        (b"unit,,year\nV,1,2016\n", "DZ-T002"),
        (b"unit,unit,year\nV,V,2016\n", "DZ-T002"),
        (HEADER.encode() + b"V,2016,pupils\n", "DZ-T006"),
        (HEADER.encode() + b'V,2016,"pupils\n', "DZ-T001"),
        (b"\x00\x01\x02", "DZ-T001"),
        (b"\xff\x00\x81", "DZ-T001"),
        (b"\x50\x4b\x03\x04 not a csv", "DZ-T001"),
    ],
)
def test_files_that_are_no_table_are_refused(place, tmp_path, content, code):
    path = tmp_path / "new.csv"
    path.write_bytes(content)
    with pytest.raises(DuzhengError) as caught:
        read(place, path)
    assert {fault.code for fault in caught.value.faults} == {code}


def test_a_missing_and_an_unknown_column_are_both_named(place, tmp_path):
    faults = faults_of(place, tmp_path, "V,2016,5,人,made-up\n", "unit,year,valeu,measure,source\n")
    assert sorted(column for _, _, column in faults) == ["indicator", "valeu", "value"]


def test_cells_are_checked_beside_a_column_that_is_wrong(place, tmp_path):
    header = "unit,year,indicator,value,measure,source,sttus\n"
    found = faults_of(place, tmp_path, "V,2016,pupils,12人,人,made-up,\nX,2017,pupils,5,人,made-up,\n", header)
    assert {("DZ-T003", 2, "value"), ("DZ-U001", 3, "unit")} <= set(found)
    assert [code for code, _, column in found if column == "sttus"] == ["DZ-T002"]


def test_a_hint_names_no_column_that_a_table_does_not_have(place, tmp_path):
    path = tmp_path / "schools.csv"
    path.write_text("school,unit,stage,year,students,equipment_value\ns,V,primary,2017,300,8000元\n", encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        check_tables([read_table(path)], school_contract(place.units))
    assert [fault.column for fault in caught.value.faults] == ["equipment_value"]
    assert "measure" not in str(caught.value)


def test_one_bad_file_keeps_the_whole_workspace_from_loading(invented):
    (invented / "data/observations/more.csv").write_text(HEADER + "V,2016,pupils,x,人,made-up,\n", encoding="utf-8")
    with pytest.raises(DuzhengError, match=r"data/observations/more.csv, row 2, column value: found 'x'"):
        Workspace(invented).check()


def test_a_ratio_is_computed_and_not_handed_in(invented, tmp_path):
    (invented / "data/indicators/more.yaml").write_text(
        "- code: per_pupil\n  name: {zh-Hans: 比}\n  definition: {zh-Hans: 比}\n  topic: schooling\n  kind: ratio\n"
        "  measure: {zh-Hans: ''}\n  formula: {numerator: pupils, denominator: pupils}\n",
        encoding="utf-8",
    )
    place = Workspace(invented)
    assert faults_of(place, tmp_path, "V,2016,per_pupil,1,,made-up,\n") == [("DZ-I001", 2, "indicator")]


def test_a_published_rate_must_agree_with_its_parts(invented, tmp_path):
    (invented / "data/indicators/more.yaml").write_text(
        "- code: passed\n  name: {zh-Hans: 率}\n  definition: {zh-Hans: 率}\n  topic: schooling\n  kind: rate\n"
        "  measure: {zh-Hans: '%'}\n  scale: 100\n",
        encoding="utf-8",
    )
    header = "unit,year,indicator,value,measure,source,numerator,denominator\n"
    place = Workspace(invented)
    rows = "".join(
        f"V,{year},passed,50,%,made-up,1,{parts}\n" for year, parts in [(2016, 2), (2015, 3), (2014, ""), (2013, 0)]
    )
    assert faults_of(place, tmp_path, rows, header) == [
        ("DZ-T004", 3, "value"),
        ("DZ-T004", 4, "denominator"),
        ("DZ-T004", 5, "denominator"),
    ]


def test_a_school_table_is_held_to_its_contract(place, tmp_path):
    path = tmp_path / "schools.csv"
    path.write_text(
        "school,unit,stage,year,students,teachers,staff\n"
        "S1,V,primary,2017,300,20,22\n"
        "S2,X,primary,2017,300,20,22\n"
        "S3,L,primary,2017,300,20,22\n"
        "S4,V,college,2017,300,20,22\n"
        "S5,V,primary,2017,300.5,23,22\n"
        "S1,V,primary,2017,300,,\n",
        encoding="utf-8",
    )
    with pytest.raises(DuzhengError) as caught:
        check_tables([read_table(path)], school_contract(place.units))
    assert [(fault.code, fault.row, fault.column) for fault in caught.value.faults] == [
        ("DZ-U001", 3, "unit"),
        ("DZ-U002", 4, "unit"),
        ("DZ-T004", 5, "stage"),
        ("DZ-T004", 6, "students"),
        ("DZ-T004", 6, "teachers"),
        ("DZ-T005", 7, "school, stage, year"),
    ]


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_other_separators_are_understood_and_noticed(place, tmp_path, separator):
    path = tmp_path / "new.csv"
    path.write_text((HEADER + "V,2016,pupils,5,人,made-up,\n").replace(",", separator), encoding="utf-8")
    frame, notices = read(place, path)
    assert frame["value"].tolist() == [5]
    assert "save it as CSV with commas" in notices[0]


def test_a_remark_below_the_table_is_one_fault(place, tmp_path):
    faults = faults_of(place, tmp_path, "V,2016,pupils,5,人,made-up,\n注：来自年鉴,,,,,,\n")
    assert faults == [("DZ-T006", 3, "")]
