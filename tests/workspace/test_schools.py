"""School tables: their contract, from files and from frames."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.conftest import INVENTED, write

from analysis.messages import DuzhengError
from analysis.workspace import Workspace
from analysis.workspace.schools import PEOPLE, PROPERTY, RESOURCES, held, read_schools

HEADER = "school,unit,stage,year,students,kind,teachers,staff,pe_arts_teachers,sports_area,largest_class,source\n"


@pytest.fixture
def place(tmp_path) -> Workspace:
    return Workspace(write(tmp_path / "place", INVENTED))


def written(place: Workspace, text: str, name: str = "2017.csv"):
    path = place.root / name
    path.write_text(HEADER + text, encoding="utf-8")
    return path


def test_people_and_property_are_the_resources_that_a_rule_may_count():
    assert {*PEOPLE, *PROPERTY} < set(RESOURCES)
    assert not set(PEOPLE) & set(PROPERTY)


def test_a_blank_is_not_known_and_a_zero_is_none(place):
    path = written(place, "S1,V,primary,2017,300,,20,22,,0,40,\n")
    row = read_schools(place.root, place.units, [path]).iloc[0]
    assert pd.isna(row["pe_arts_teachers"])
    assert row["sports_area"] == 0
    assert pd.isna(row["kind"])


def test_every_fault_of_every_file_is_told(place):
    one = written(place, "S1,V,primary,2017,300,closed,20,22,21,-5,40,\nS2,V,primary,2017,30,,2,2,1,5,31,\n", "a.csv")
    two = written(place, "S3,V,primary,2017,many,,9,8,1,5,30.5,\nS1,V,primary,2017,300,,20,22,2,5,40,\n", "b.csv")
    with pytest.raises(DuzhengError) as caught:
        read_schools(place.root, place.units, [one, two])
    assert [(fault.code, fault.file, fault.row, fault.column) for fault in caught.value.faults] == [
        ("DZ-T004", "a.csv", 2, "kind"),
        ("DZ-T004", "a.csv", 2, "pe_arts_teachers"),  # 21 of 20 teachers
        ("DZ-T004", "a.csv", 2, "sports_area"),
        ("DZ-T004", "a.csv", 3, "largest_class"),  # 31 of 30 students
        ("DZ-T004", "b.csv", 2, "largest_class"),
        ("DZ-T003", "b.csv", 2, "students"),
        ("DZ-T004", "b.csv", 2, "teachers"),
        ("DZ-T005", "b.csv", 3, "school, stage, year"),
    ]


def test_backbone_teachers_may_be_more_than_those_who_teach_full_time(place):
    rows = {"school": ["S1"], "unit": "V", "stage": "primary", "year": 2017, "students": 9, "teachers": 1,
            "backbone_teachers": 2}  # fmt: skip
    assert len(held(pd.DataFrame(rows), place.units)) == 1


def test_who_writes_a_name_is_told_the_code(place):
    path = written(place, "S1,谷县,primary,2017,300,,20,22,,0,40,\n")
    with pytest.raises(DuzhengError, match=r"DZ-U001 2017.csv, row 2.*Write the code V\."):
        read_schools(place.root, place.units, [path])


def test_files_are_known_by_their_hashes(place):
    path = written(place, "S1,V,primary,2017,300,,20,22,,0,40,\n")
    frame = read_schools(place.root, place.units, [path])
    assert list(frame.attrs["files"]) == ["2017.csv"]
    assert len(frame.attrs["files"]["2017.csv"]) == 64


def test_a_frame_is_held_to_the_same_contract_and_names_the_school_where_there_is_no_file(place):
    frame = pd.DataFrame({"school": ["S1", "S1", "S2"], "unit": ["V", "V", "X"], "stage": "primary", "year": 2017,
                          "students": [10, 10, 10.5]})  # fmt: skip
    with pytest.raises(DuzhengError) as caught:
        held(frame, place.units)
    assert sorted((fault.code, fault.column) for fault in caught.value.faults) == [
        ("DZ-T004", "students"), ("DZ-T005", "school, stage, year"), ("DZ-U001", "unit")]  # fmt: skip
    assert "school S2, stage primary, year 2017" in str(caught.value)


def test_a_frame_gets_every_column_of_the_contract_in_its_type(place):
    frame = pd.DataFrame({"school": ["S1"], "unit": "V", "stage": "primary", "year": 2017, "students": 10, "extra": 1})
    found = held(frame, place.units)
    assert found["books"].isna().all()
    assert found["books"].dtype == "float64"
    assert "extra" not in found


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"students": None}, "DZ-T003", "students"),
        ({"books": "many"}, "DZ-T003", "books"),
        ({"books": float("inf")}, "DZ-T003", "books"),
        ({"year": "next"}, "DZ-T003", "year"),
    ],
)
def test_frames_with_what_is_no_number_are_refused(place, change, code, column):
    frame = pd.DataFrame([{"school": "S1", "unit": "V", "stage": "primary", "year": 2017, "students": 10} | change])
    with pytest.raises(DuzhengError) as caught:
        held(frame, place.units)
    assert [(fault.code, fault.column) for fault in caught.value.faults] == [(code, column)]


def test_a_frame_without_a_column_that_must_be_there_is_refused(place):
    with pytest.raises(DuzhengError, match=r"DZ-T002 column unit(.|\n)*DZ-T002 column year"):
        held(pd.DataFrame({"school": ["S1"], "stage": "primary", "students": 1}), place.units)
