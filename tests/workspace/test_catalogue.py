"""The catalogue and the settings: YAML with line numbers in every error."""

from __future__ import annotations

import pytest

from analysis.messages import DuzhengError
from analysis.workspace import Workspace
from analysis.workspace.catalogue import read_catalogue


def test_faults_of_the_catalogue_name_file_and_line(invented):
    (invented / "data/indicators/more.yaml").write_text(
        "# a comment\n"
        "- code: Bad Code\n"
        "  name: {en: only English}\n"
        "  definition: {zh-Hans: 定义}\n"
        "  topic: schooling\n"
        "  kind: number\n"
        "  measure: {zh-Hans: 人}\n"
        "- code: pupils\n"
        "  name: {zh-Hans: 学生数}\n"
        "  definition: {zh-Hans: 定义}\n"
        "  topic: schooling\n"
        "  kind: count\n"
        "  measure: {zh-Hans: 人}\n"
        "  not_above: staff\n",
        encoding="utf-8",
    )
    with pytest.raises(DuzhengError) as caught:
        read_catalogue(invented)
    found = [(fault.line, fault.column) for fault in caught.value.faults]
    assert found == [(2, "code"), (3, "name"), (6, "kind"), (8, "code"), (8, "pupils.not_above")]


def test_yaml_that_cannot_be_read_names_the_line(invented):
    (invented / "workspace.yaml").write_text("name: {zh-Hans: 甲\nyear: 2020\n", encoding="utf-8")
    with pytest.raises(DuzhengError, match=r"DZ-W002 workspace.yaml, line \d"):
        _ = Workspace(invented).settings


def test_a_date_that_does_not_exist_is_refused(invented):
    (invented / "workspace.yaml").write_text("released: 2020-13-01\n", encoding="utf-8")
    with pytest.raises(DuzhengError, match=r"DZ-W002 workspace\.yaml: found month must be in 1\.\.12"):
        _ = Workspace(invented).settings


def test_settings_list_all_their_faults(invented):
    (invented / "workspace.yaml").write_text("name: {zh-Hans: 甲}\nyear: soon\nreleased: someday\n", encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        _ = Workspace(invented).settings
    assert {fault.column for fault in caught.value.faults} == {
        "year",
        "released",
        "boundaries",
        "unit_kind",
        "unit_name",
        "unit_names",
    }


def test_a_folder_without_workspace_is_named(tmp_path):
    with pytest.raises(DuzhengError, match="DZ-W001"):
        Workspace.find(tmp_path)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("W,W,丙,C,county,Q,,,", "parent"),
        ("W,W,丙,C,county,P,,2010,Z", "successor"),
        ("W,W,丙,C,county,P,,2010,U", "successor"),
        ("W,W,丙,C,county,P,2012,2010,", "valid_to"),
        ("V:2016,V,丙,C,county,P,,2016,V", "code"),
        ("W:1,W,丙,C,county,P,,,", "id"),
        ("../x,../x,丙,C,county,P,,,", "code"),
        ("W,W,丙,C,county,P,,,V", "successor"),
    ],
)
def test_a_history_that_does_not_hold_is_refused(invented, line, problem):
    path = invented / "data/units.csv"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        _ = Workspace(invented).units
    assert problem in {fault.column for fault in caught.value.faults}
    assert {fault.row for fault in caught.value.faults} == {6 if line.startswith("V:") else 7}
