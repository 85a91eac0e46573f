"""Translations: out and back without loss, what is missing or stale listed, hostile files refused."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import replace

import pytest
from openpyxl import Workbook, load_workbook
from tests.conftest import ROOT
from tests.workspace.test_files import contents_of, refuse_move

from analysis.messages import DuzhengError
from analysis.surveys import read_bank, read_survey
from analysis.surveys.formats.translation import Unit, apply, read_units, to_workbook, to_xliff, units


@pytest.fixture
def workspace(tmp_path):
    shutil.copytree(ROOT / "surveys", tmp_path / "surveys")
    return tmp_path


def survey_of(workspace, name="students-2025"):
    return read_survey(workspace / f"surveys/{name}.yaml", read_bank(workspace), root=workspace)


@pytest.mark.parametrize("write", [to_workbook, lambda given: to_xliff(given, "en", "x")])
def test_units_come_back_as_they_went(write, workspace):
    given = units(survey_of(workspace), "en")
    assert len(given) > 80
    assert all(unit.target for unit in given)
    assert read_units(write(given), "x") == given


def test_only_what_changed_is_written_and_comments_stay(workspace):
    before = {path: path.read_text(encoding="utf-8") for path in workspace.glob("surveys/**/*.yaml")}
    survey = survey_of(workspace)
    given = units(survey, "en")
    assert apply(workspace, survey, given, "en").files == ()
    (title,) = (unit for unit in given if unit.key.endswith("#title"))
    applied = apply(workspace, survey, [replace(title, target="A new title")], "en")
    assert (applied.files, applied.changed) == (("surveys/students-2025.yaml",), (title.key,))
    for path, text in before.items():
        now = path.read_text(encoding="utf-8")
        if path.name == "students-2025.yaml":
            lines = list(zip(text.splitlines(), now.splitlines(), strict=True))
            assert [two for one, two in lines if one != two] == [
                "title: {zh-Hans: 学生满意度问卷（2025 年）, en: A new title}"
            ]
        else:
            assert now == text


def test_missing_stale_and_unknown_texts_are_listed(workspace):
    path = workspace / "surveys/students-2025.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(", en: Thank you for your answers!", ""), encoding="utf-8")
    survey = survey_of(workspace)
    given = units(survey, "en")
    (closing,) = (unit for unit in given if not unit.target)
    old = replace(closing, source="再见！", target="Bye!")
    applied = apply(workspace, survey, [old, Unit("surveys/none.yaml#x", "一", "One")], "en")
    assert (applied.missing, applied.stale, applied.unknown) == (
        (closing.key,),
        (closing.key,),
        ("surveys/none.yaml#x",),
    )
    assert applied.files == ()
    applied = apply(workspace, survey, [replace(closing, target="Thank you!")], "en")
    assert (applied.missing, applied.changed) == ((), (closing.key,))
    assert survey_of(workspace).questionnaire.closing["en"] == "Thank you!"


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return stream.getvalue()


def _formula() -> bytes:
    book = Workbook()
    book.active.append(["key", "source", "target"])
    book.active.append(["a", "b", "=1+1"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"text", b"<xliff/>", _bomb(), _formula(),
     b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><xliff>&x;</xliff>'],
)  # fmt: skip
def test_hostile_files_are_refused(data):
    with pytest.raises(DuzhengError, match="DZ-Q008"):
        read_units(data, "x")


def test_texts_that_look_like_formulas_stay_texts():
    sheet = load_workbook(io.BytesIO(to_workbook([Unit("a", "=1+1", "@SUM(1)")]))).active
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "s"]


def test_translations_are_written_into_all_files_or_none(workspace, monkeypatch):
    survey = survey_of(workspace)
    given = [replace(unit, target=f"{unit.target}!") for unit in units(survey, "en")]
    before = contents_of(workspace)
    refuse_move(monkeypatch, 2)
    with pytest.raises(OSError, match="No space"):
        apply(workspace, survey, given, "en")
    assert contents_of(workspace) == before
    monkeypatch.undo()
    assert len(apply(workspace, survey, given, "en").files) > 1
