"""`duzheng init`: a new workspace that works at once; all of it or nothing."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from tests.conftest import ROOT, invent

from analysis.cli import main

UNITS = "id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor\n"
TOWNS = f"""{UNITS}A1,A1,甲镇,A Town,town,310151,,,
B2,B2,乙镇,B Town,town,310151,,,
edu,edu,教育局,Education Bureau,department,310151,,,
"""
CITY = f"""{UNITS}Q,Q,他市,Other City,city,,,,
X,X,东区,East District,district,Q,,,
Y,Y,西区,West District,district,Q,,,
"""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command in a folder, as from a shell."""
    monkeypatch.setenv("DUZHENG_WORKSPACE", ".")
    monkeypatch.setenv("DUZHENG_DEBUG", "")
    monkeypatch.setenv("COLUMNS", "200")

    def running(cwd, *arguments):
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["duzheng", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return Done(int(end.value.code or 0), said.out, said.err)

    return running


@pytest.fixture
def source(tmp_path):
    return invent(tmp_path / "source")


def test_without_a_workspace_it_says_how_to_name_one(run, tmp_path):
    done = run(tmp_path, "init", "new")
    assert done.code == 2
    assert "DZ-W001" in done.err
    assert "--from WORKSPACE" in done.err
    assert [*tmp_path.iterdir()] == []


def test_a_district_of_this_city_passes_all_checks_and_is_told_what_is_missing(run, tmp_path):
    new = tmp_path / "district"
    done = run(tmp_path, "init", new, "--from", ROOT, "--template", "district", "--unit", "310151", "--year", "2027")
    assert done.code == 0, done.err
    first, *steps = done.out.splitlines()
    assert "Chongming District" in first
    assert "0 units get memos" in first
    assert [step[:2] for step in steps] == ["1.", "2.", "3."]
    assert "put the towns into data/units.csv" in steps[1]
    for command in (["data", "check"], ["survey", "check"]):
        checked = run(new, *command)
        assert (checked.code, checked.err) == (0, "")
        assert "no fault" in checked.out


def test_what_would_be_written_is_listed_and_nothing_is(run, source, tmp_path):
    done = run(source, "init", tmp_path / "new", "--dry-run")
    assert done.code == 0, done.err
    names = done.out.splitlines()
    assert names == sorted(names)
    assert {"workspace.yaml", "data/units.csv", "data/observations/all.csv", ".gitignore"} <= {*names}
    assert [*tmp_path.iterdir()] == [source]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--unit", "U"], 2, "belong together"),
        (["--template", "district"], 2, "belong together"),
        (["--template", "district", "--unit", "X"], 2, "DZ-U001: found 'X'"),
        (["--template", "district", "--unit", "U", "--units", "wrong.csv"], 1, "DZ-T004 wrong.csv, row 2"),
        (["--units", "wrong.csv"], 1, "DZ-T004 wrong.csv"),
        (["--units", "none.csv"], 1, "DZ-T001 none.csv"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(run, source, tmp_path, arguments, code, said):
    (tmp_path / "wrong.csv").write_text(f"{UNITS}A1,A1,甲镇,A Town,镇,U,,,\n", encoding="utf-8")
    done = run(tmp_path, "-w", source, "init", "new", *arguments)
    assert done.code == code, done.err
    assert said in done.err
    assert {path.name for path in tmp_path.iterdir()} == {"wrong.csv", "source"}


def test_a_folder_that_is_not_empty_is_left_alone(run, source, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "mine.txt").write_text("mine")
    done = run(mine, "init", ".", "--from", source)
    assert done.code == 2
    assert "DZ-W004" in done.err
    assert [path.name for path in mine.iterdir()] == ["mine.txt"]


@pytest.mark.slow
def test_a_district_with_two_towns_and_figures_builds_their_memos_and_its_own(run, tmp_path):
    (tmp_path / "towns.csv").write_text(TOWNS, encoding="utf-8")
    new = tmp_path / "district"
    done = run(tmp_path, "init", new, "--from", ROOT, "--template", "district", "--unit", "310151",
               "--units", "towns.csv")  # fmt: skip
    assert done.code == 0, done.err
    assert "2 units get memos" in done.out
    figures(new)
    built = run(new, "memo", "build", "--format", "html", "--template", "district_memo,city_summary")
    assert built.code == 0, built.err
    lies = {path.relative_to(new / "reports").as_posix() for path in (new / "reports").glob("*/*/*/*.html")}
    assert lies == {
        f"2026/{template}/{unit}/{unit}.{language}.html"
        for template, units in (("district_memo", ("A1", "B2")), ("city_summary", ("310151",)))
        for unit in units
        for language in ("zh-Hans", "en")
    }
    page = (new / "reports/2026/district_memo/A1/A1.en.html").read_text(encoding="utf-8")
    assert "How A Town fulfils its duties in education" in page
    assert "1,234" in page  # pupils, invented
    assert "Pudong" not in page
    assert run(new, "memo", "verify", "reports/2026").code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--units", "units.csv"], "no figure"),
        (["--template", "district", "--unit", "310151"], "no memo to build"),  # it has figures, and no town yet
    ],
)
def test_where_there_is_nothing_to_build_a_memo_of_that_is_said(run, tmp_path, arguments, said):
    (tmp_path / "units.csv").write_text(CITY, encoding="utf-8")
    new = tmp_path / "new"
    assert run(tmp_path, "init", new, "--from", ROOT, *arguments).code == 0
    checked = run(new, "data", "check")
    assert checked.code == 0, checked.err
    assert checked.out.startswith("0 figures") == (not (new / "data/observations").exists())
    built = run(new, "memo", "build", "--format", "html", "--language", "en")
    assert "internal error" not in built.err
    assert built.code == 0 or ("DZ-M004" in built.err and said in built.err), built.err


def figures(root: Path) -> None:
    """Write two indicators of two towns, invented."""
    with (root / "data/sources.csv").open("a", encoding="utf-8") as sources:
        sources.write("made-up,虚构,Invented,,,nobody,,C,ok,for a test\n")
    (root / "data/observations/towns.csv").write_text(
        dedent("""\
        unit,year,indicator,value,measure,source
        A1,2024,primary_pupils,1200,人,made-up
        B2,2024,primary_pupils,2400,人,made-up
        310151,2024,primary_pupils,3600,人,made-up
        A1,2025,primary_pupils,1234,人,made-up
        B2,2025,primary_pupils,2345,人,made-up
        310151,2025,primary_pupils,3579,人,made-up
        A1,2025,primary_teachers,100,人,made-up
        B2,2025,primary_teachers,150,人,made-up
        310151,2025,primary_teachers,250,人,made-up
        """),
        encoding="utf-8",
    )
