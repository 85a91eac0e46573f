"""`duzheng balance check`: any table that meets the contract, in two languages and as JSON; wrong tables in full."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass

import pytest
from tests.cli.test_manners import run as run_apart
from tests.conftest import ROOT

from analysis.cli import main
from analysis.workspace import Workspace

COLUMNS = ("teachers_above_qualification", "backbone_teachers", "pe_arts_teachers", "teaching_area", "sports_area",
           "equipment_value", "multimedia_classrooms")  # fmt: skip
HEADER = ",".join(["school", "unit", "stage", "year", "students", *COLUMNS]) + "\n"
#: Two schools of each stage; the second primary school has half of the sports area that the rule asks for.
TABLE = HEADER + (
    "First,V,primary,2020,400,20,5,4,1900,3200,900000,10\n"
    "Second,V,primary,2020,600,26,7,6,2800,2250,1300000,14\n"
    "Third,V,junior,2020,500,30,6,5,3000,5200,1400000,13\n"
    "Fourth,V,junior,2020,700,40,8,7,4200,7300,1900000,17\n"
)


@pytest.fixture
def place(invented):
    shutil.copytree(ROOT / "data/rules", invented / "data/rules", dirs_exist_ok=True)
    shutil.copy(ROOT / "data/sources.csv", invented / "data/sources.csv")
    text = (invented / "data/observations/all.csv").read_text(encoding="utf-8")
    (invented / "data/observations/all.csv").write_text(text.replace("made-up", "census"), encoding="utf-8")
    return invented


@dataclass(frozen=True)
class Done:
    """What a command wrote and ended with."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command in this process: a start of Python takes longer than all that it does."""

    def run(*arguments: str, cwd) -> Done:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["duzheng", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        return Done(int(ended.value.code or 0), written.out, written.err)

    return run


def written(place, text: str = TABLE, name: str = "schools.csv") -> str:
    (place / name).write_text(text, encoding="utf-8")
    return name


def test_a_table_is_judged_in_chinese(place):
    done = run_apart("balance", "check", written(place), "--rule", "high_quality_balance", cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("县域义务教育优质均衡发展督导评估办法（教督〔2017〕6号）（读自转载")
    assert lines[2] == "谷县（V），2020年：未达到"
    assert any("小学：2所中1所未达标" in line for line in lines)
    assert any("生均体育运动场馆面积（50.0%）" in line and "Second" in line for line in lines)


def test_a_table_is_judged_in_english_by_another_rule_with_its_mark(place, run):
    more = "teachers,teachers_intermediate_title,books,computers"
    first, *rows = TABLE.splitlines()
    text = "\n".join([f"{first},{more}", *(f"{row},30,20,9000,40" for row in rows), ""])
    done = run("balance", "check", written(place, text), "--rule", "basic_balance", "--language", "en", cwd=place)
    assert done.returncode == 1  # more teachers above the qualification than teachers
    text = text.replace(",30,20,9000,40\n", ",60,20,9000,40\n")
    done = run("balance", "check", written(place, text), "--rule", "basic_balance", "--language", "en", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "Valley County (V), 2020: open" in done.stdout
    assert "(in no source read)" in done.stdout
    assert "Limits of coefficients: in no source read; check before quoting." in done.stdout


def test_json_has_the_keys_that_the_page_names(place, run):
    done = run("balance", "check", written(place), "--json", cwd=place)
    found = json.loads(done.stdout)
    assert list(found) == ["version", "rule", "simulated", "units", "notes", "files"]
    (unit,) = found["units"]
    assert list(unit) == [
        "unit",
        "name",
        "year",
        "verdict",
        "certainty",
        "parts",
        "coefficients",
        "schools",
        "items",
        "left_out",
    ]
    assert (unit["unit"], unit["year"], unit["verdict"]) == ("V", 2020, "missed")
    second = next(each for each in unit["schools"] if each["school"] == "Second")
    assert second == {"school": "Second", "stage": "primary", "students": 600, "met": 6, "unknown": 0,
                      "lowest_share": 0.5, "weakest": "sports_area", "verdict": "fails"}  # fmt: skip
    sports = next(each for each in unit["coefficients"]
                  if (each["stage"], each["indicator"]) == ("primary", "sports_area"))  # fmt: skip
    # X = 8 and 3.75 by 400 and 600 pupils: X̄ = 5.45, S = 2.0821, CV = 0.38203
    assert sports["cv"] == pytest.approx(0.38203, abs=1e-5)
    assert (sports["met"], sports["schools"], sports["certainty"]) == (True, 2, "B")
    page = (ROOT / "docs/balance.md").read_text(encoding="utf-8")
    for part in (found, found["rule"], unit, unit["parts"][0], unit["parts"][0]["reasons"][0], sports, second,
                 unit["items"][0]):  # fmt: skip
        assert [key for key in part if f"`{key}`" not in page] == []


def test_a_workbook_and_a_table_of_items_are_read(place, run):
    from openpyxl import Workbook

    book = Workbook()
    for line in TABLE.splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    book.save(place / "schools.xlsx")
    items = "unit,year,rule,item,value,evidence\nV,2020,high_quality_balance,recognition,85,\n"
    done = run("balance", "check", "schools.xlsx", "--items", written(place, items, "items.csv"), "--json", cwd=place)
    parts = {each["part"]: each["verdict"] for each in json.loads(done.stdout)["units"][0]["parts"]}
    assert (parts["recognition"], parts["veto"]) == ("met", "open")


def test_a_table_wrong_in_five_ways_is_refused_with_all_of_them(place, run):
    text = HEADER + (
        "First,V,primary,2020,400 人,20,5,4,1900,3200,900000,10\n"
        "Second,W,primary,2020,600,26,7,6,2800,2250,1300000,14\n"
        "Third,V,junor,2020,500,30,6,5,3000,5200,1400000,13\n"
        'Fourth,V,junior,2020,700,40,8,7,4200,7300,"1,900,000",17\n'
        "Fifth,V,junior,2020,700,40,8,7,-4200,7300,1900000,17\n"
    )
    done = run("balance", "check", written(place, text), cwd=place)
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert lines[0] == "5 faults, nothing was loaded:"
    for part in ("row 2, column students", "row 3, column unit", "row 4, column stage", "row 5, column equipment_value",
                 "row 6, column teaching_area"):  # fmt: skip
        assert any(part in line for line in lines), part


def test_combined_schools_that_do_not_fit_and_missing_columns_are_refused(place, run):
    done = run("balance", "check", written(place, TABLE.replace("Third", "First")), cwd=place)
    assert (done.returncode, done.stdout) == (1, "")
    assert "DZ-B001 schools.csv, row 4, column stage: found school First with primary and junior" in done.stderr
    assert "expected one row nine_year" in done.stderr
    done = run("balance", "check", written(place, TABLE.replace("sports_area", "note")), cwd=place)
    assert (done.returncode, done.stdout) == (1, "")
    assert "DZ-B002 schools.csv, column sports_area: found no figure" in done.stderr


def test_wrong_usage_ends_with_2_and_says_what_there_is(place, run):
    cases = {"--rule=balance": "a rule set on balance (basic_balance, high_quality_balance)",
             "--year=1999": "a year of the table: 2020", "--unit=W": "a unit of the table: V"}  # fmt: skip
    for option, said in cases.items():
        done = run("balance", "check", written(place), option, cwd=place)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr


def test_simulated_rows_among_real_ones_are_a_wrong_table(place, run):
    text = "\n".join([f"{row},{source}" for row, source in
                      zip(TABLE.splitlines(), ("source", "simulated", "", "", ""), strict=True)] + [""])  # fmt: skip
    done = run("balance", "check", written(place, text), cwd=place)
    assert done.returncode == 1
    assert "DZ-S002 schools.csv: found 1 simulated rows among 4" in done.stderr


def test_tables_of_items_and_targets_are_checked_with_the_workspace(place, run):
    done = run("data", "check", cwd=place)
    assert done.returncode == 0, done.stderr
    (place / "data/items").mkdir()
    (place / "data/targets").mkdir()
    written(place, "unit,year,rule,item,value\nV,2020,high_quality_balance,recognitio,85\n", "data/items/2020.csv")
    written(place, "terms: 5\n", "data/targets/one.yaml")
    done = run("data", "check", cwd=place)
    assert done.returncode == 1
    assert "DZ-T004 data/items/2020.csv, row 2, column item" in done.stderr
    assert "data/targets/one.yaml" in done.stderr
    assert {"data/items/2020.csv", "data/targets/one.yaml"} <= set(Workspace(place).inputs())


def test_a_missing_file_and_an_empty_workspace_are_told(place, run):
    done = run("balance", "check", "nowhere.csv", cwd=place)
    assert (done.returncode, done.stdout) == (1, "")
    assert "DZ-T001 nowhere.csv" in done.stderr
    done = run("balance", "check", cwd=place)
    assert done.returncode == 1
    assert "DZ-B002: found no school table in data/schools" in done.stderr
