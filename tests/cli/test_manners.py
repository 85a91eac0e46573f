"""How the command line behaves: quick, quiet, with exit codes, without tracebacks."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from tests.conftest import ROOT, duzheng

from analysis.cli import main


def test_import_analysis_loads_nothing_heavy():
    code = (
        "import sys, analysis\n"
        "heavy = {'pandas', 'numpy', 'pydantic', 'altair', 'papermill', 'pandera', 'typer', 'ruamel'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_loads_no_library_of_the_rooms():
    code = (
        "import sys\n"
        "from analysis.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'altair', 'papermill', 'pandera', 'nbformat', 'jupyter_client', 'ruamel'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.slow
def test_help_takes_no_more_than_twice_the_bare_imports():
    def fastest(command: list[str]) -> float:
        def once() -> float:
            begun = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            return time.perf_counter() - begun

        return min(once() for _ in range(7))

    bare = fastest([sys.executable, "-c", "import typer.rich_utils"])
    assert fastest([str(duzheng()), "--help"]) <= 2 * bare


def run(*arguments: str, cwd=ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(duzheng()), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        env={**os.environ, "COLUMNS": "100", **environment},
    )


@pytest.fixture
def here(monkeypatch, capsys):
    """Run the command in this process, as the installed one would: a start of Python takes longer than what it does."""
    monkeypatch.setenv("DUZHENG_WORKSPACE", ".")  # what commands set is taken back
    monkeypatch.setenv("DUZHENG_DEBUG", "")
    monkeypatch.setenv("COLUMNS", "100")

    def run_here(*arguments: str, cwd=ROOT) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["duzheng", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), said.out, said.err)

    return run_here


def test_version():
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, "duzheng 0.1.0\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["memo", "build", "--format", "odt"], "odt: expected html, pdf, docx"),
        (["memo", "build", "--language", "fr"], "fr: expected zh-Hans, en"),
        (["memo", "build", "--jobs", "0"], "--jobs"),
        (["memo", "build", "--template", "no_such"], "DZ-M002: found no no_such.ipynb"),
        (["memo", "build", "--template", "../x"], "DZ-M002: found '../x'"),
        (["memo", "build", "--units", "999999"], "DZ-U001: found '999999'; expected one of 310101"),
        (["memo", "build", "--units", "310108"], "existed to the end of 2014; its territory lies in 310106"),
        (["memo", "build", "--year", "17"], "DZ-M001 column year: found 17"),
        (["nothing"], "No such command"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_expected(here, arguments, said):
    done = here(*arguments)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_no_workspace_is_wrong_usage(tmp_path):
    done = run("data", "check", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("DZ-W001: found no workspace.yaml in ")


def test_faults_in_the_data_end_with_1_and_are_listed_without_traceback(here, invented):
    path = invented / "data/observations/all.csv"
    path.write_text(path.read_text(encoding="utf-8") + "Z,2017,pupils,-1,万人,made-up\n", encoding="utf-8")
    done = here("data", "check", cwd=invented)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "3 faults, nothing was loaded:"
    assert "Traceback" not in done.stderr


def test_debug_shows_the_traceback(invented):
    (invented / "workspace.yaml").write_text("{", encoding="utf-8")
    done = run("--debug", "data", "check", cwd=invented)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_data_check_reads_a_new_file_and_says_what_it_holds(here, invented):
    new = invented / "new.csv"
    new.write_text("unit,year,indicator,value,measure,source\nV,2016,pupils,950,人,made-up\n", encoding="gbk")
    done = here("data", "check", str(new), cwd=invented)
    assert (done.returncode, done.stdout) == (0, "new files hold 1 figure: no fault\n")
    assert "read as GB18030" in done.stderr


def test_a_new_file_is_held_against_the_figures_that_are_there(here, invented):
    new = invented / "new.csv"
    new.write_text("unit,year,indicator,value,measure,source\nV,2017,pupils,950,人,made-up\n", encoding="utf-8")
    done = here("data", "check", str(new), cwd=invented)
    assert done.returncode == 1
    assert "DZ-T005 new.csv, row 2" in done.stderr


def test_data_list_names_every_indicator(here, shanghai):
    done = here("data", "list")
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == list(shanghai.catalogue)


def test_completion_can_be_shown():
    done = run("--show-completion", "bash")
    assert done.returncode == 0
    assert "duzheng" in done.stdout
