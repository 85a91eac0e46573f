"""`duzheng data demo` writes simulated schools below data/demo, marked, the same each time."""

from __future__ import annotations

import shutil

import pytest
from tests.cli.test_manners import run
from tests.conftest import ROOT

from analysis.workspace import Workspace
from analysis.workspace.schools import SIMULATED, read_schools


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The repository's data without what was generated, in a folder of its own."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "workspace.yaml", folder)
    ignored = shutil.ignore_patterns("responses", "frames", "20*.csv")
    shutil.copytree(ROOT / "data", folder / "data", ignore=ignored)
    return folder


def test_two_years_are_written_that_meet_the_contract_and_are_not_the_workspace_s_own(copy):
    done = run("data", "demo", DUZHENG_WORKSPACE=str(copy))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["data/demo/schools/2016.csv", "data/demo/schools/2017.csv"]
    files = sorted((copy / "data/demo/schools").glob("*.csv"))
    schools = read_schools(copy, Workspace(copy).units, files)
    assert set(schools["source"]) == {SIMULATED}
    assert set(schools["year"]) == {2016, 2017}
    assert not len(Workspace(copy).schools)


@pytest.mark.slow
def test_they_are_the_same_each_time(copy):
    runs = []
    for _ in range(2):
        assert run("data", "demo", DUZHENG_WORKSPACE=str(copy)).returncode == 0
        runs.append([path.read_bytes() for path in sorted((copy / "data/demo/schools").glob("*.csv"))])
    assert runs[0] == runs[1]


def test_generated_tables_are_not_in_git():
    assert "/data/demo/schools/*.csv" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
