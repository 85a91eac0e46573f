"""What may not be said: of open samples, of single schools, of few persons; and nothing hostile is quoted."""

from __future__ import annotations

import shutil

import pytest
from tests.findings.answers import invented

from analysis.documents import runs_in
from analysis.documents.blocks import Sentence
from analysis.findings.answers.gather import gathered
from analysis.findings.answers.quotes import quotes, spoken
from analysis.findings.finding import worded
from analysis.findings.permission import judged

FRAME = """\
id: invented
version: 1
date: 2025-09-01
title: {zh-Hans: 虚构框架, en: Invented frame}
items: [words]
topics:
  load: {name: {zh-Hans: 负担, en: Workload}, covers: {zh-Hans: 作业。, en: Homework.}, zh: [作业], en: [homework]}
"""
PLAIN = ("作业太多了，每天写到很晚", "希望作业少一点，多一些运动时间")
HOSTILE = ("作业太多<script>alert('x')</script>", "=cmd|' /C calc'!A0 作业太多了", "作业\u202e太多了，每天写到很晚",
           "作业\x00太多了，写到很晚", "作业太多了，请找三班的王老师")  # fmt: skip


@pytest.fixture(scope="module")
def opened():
    wave = invented.wave(invented.design(6, {"a": 1.0}, kind="open"), invented.design(7, kind="open", year=2024))
    return gathered([wave], None, replicates=20)


def test_an_open_sample_has_no_error_no_test_and_no_difference(opened, rule):
    table = opened.tables["estimates"]
    assert set(table["selection"]) == {"open"}
    assert table[["se", "lower", "upper", "df", "deff", "p", "p_adjusted"]].isna().all(axis=None)
    assert set(table["statistic"]) <= {"mean", "share", "r2"}
    assert {each.kind for each in opened.findings} == {"level"}
    assert opened.tables["families"]["tests"].sum() == 0
    for each in map(worded, judged(opened.findings, rule)):
        assert not each.withheld
        assert each.strength == "weak"
        assert each.said("zh-Hans").startswith("参与填答的")
        assert "who chose to answer" in each.said("en")


def test_a_census_is_not_tested_and_its_interval_is_not_said(rule):
    found = gathered([invented.wave(invented.design(6, {"a": 1.0}, kind="census"))], None, replicates=20)
    assert found.tables["estimates"]["p"].isna().all()
    assert {each.kind for each in found.findings} == {"level"}
    told = [worded(each).said("zh-Hans") for each in judged(found.findings, rule) if each.unit == "U-a"]
    assert len(told) == 1
    assert "区间" not in told[0]
    assert "8所学校" in told[0]


def test_no_sentence_of_answers_says_significant(found, opened):
    for each in (*found.findings, *opened.findings):
        for strength in ("", "weak", "moderate", "strong"):
            told = worded(each.model_copy(update={"strength": strength}))
            assert "显著" not in told.said("zh-Hans")
            assert "significan" not in told.said("en")


def test_a_unit_of_one_school_has_no_interval_and_is_withheld_as_such(rule):
    wave = invented.wave(invented.design(8, {"c": 1.5}, sizes={"c": (1, 60)}))
    found = gathered([wave], None, choices=None, replicates=20)
    table = found.tables["estimates"].set_index("cell")
    for statistic in ("mean", "gap"):
        row = table.loc[f"example-2025/ixWhole/U-c/{statistic}"]
        assert row[["se", "lower", "upper"]].isna().all(), statistic
    assert row["psus"] == 1
    mine = [each for each in judged(found.findings, rule) if each.unit == "U-c" and each.subject == "ixWhole"]
    assert {each.kind for each in mine} == {"level", "gap"}
    assert all("few_places" in each.withheld for each in mine)


def test_a_small_cell_has_no_figures_no_cells_and_no_sentence(rule):
    wave = invented.wave(invented.design(9, {"b": 2.0}, sizes={"b": (4, 2)}))
    found = gathered([wave], None, choices=None, replicates=20)
    mine = found.tables["estimates"].query("unit == 'U-b'")
    assert set(mine["precision"]) == {"suppress"}
    assert mine[["estimate", "se", "lower", "upper", "p"]].isna().all(axis=None)
    estimates = {cell for cell in found.cells["id"] if "/ix" in cell and "/U-b/" in cell}
    assert not estimates
    assert found.tables["waves"].set_index("unit").loc["U-b", ["n", "places"]].isna().all()
    judged_of = [each for each in judged(found.findings, rule) if each.unit == "U-b"]
    assert judged_of
    assert all("small" in each.withheld for each in judged_of)


def test_everything_is_marked_synthetic(found, opened):
    for each in (found, opened):
        assert all(one.synthetic for one in each.findings)
        assert all(table["synthetic"].all() for name, table in each.tables.items() if name != "families")
    real = invented.wave(invented.design(1, synthetic=False))
    assert not any(each.synthetic for each in gathered([real], None, choices=None, replicates=20).findings)


def frames(folder):
    (folder / "surveys/codeframes").mkdir(parents=True)
    (folder / "surveys/codeframes/invented.yaml").write_text(FRAME, encoding="utf-8")
    return folder


def test_hostile_comments_are_counted_and_never_quoted(tmp_path):
    wave = invented.wave(invented.design(10, words={"a": (*HOSTILE, *PLAIN), "b": HOSTILE, "c": PLAIN[:1]}))
    rows = quotes(wave, frames(tmp_path))
    assert {row["text"] for row in rows} <= set(PLAIN)
    assert {row["unit"] for row in rows} == {"W", "U-a", "U-c"}
    mine = next(row for row in rows if row["unit"] == "U-a")
    assert (mine["persons"], mine["places"], mine["synthetic"]) == (200, 8, True)
    told = worded(next(each for each in spoken(wave, rows) if each.unit == "U-a"))
    assert told.said("zh-Hans") == "在写下意见的A区学生中，谈到较多的是“负担”（200人，来自8所学校）。"
    assert {run.cell for run in runs_in(Sentence(text=told.texts["en"])) if run.cell} == {
        "example-2025/invented.load/U-a/persons", "example-2025/invented.load/U-a/places"}  # fmt: skip


def test_few_who_spoke_of_a_topic_are_not_mentioned(tmp_path):
    said = {"a": (PLAIN[0], *("没有意见",) * 39), "b": (PLAIN[0],)}
    wave = invented.wave(invented.design(11, words=said))
    assert {row["unit"] for row in quotes(wave, frames(tmp_path))} == {"W", "U-b"}


def test_a_frame_of_other_questions_is_left_alone(tmp_path):
    folder = frames(tmp_path)
    file = folder / "surveys/codeframes/invented.yaml"
    file.write_text(FRAME.replace("[words]", "[others]"), encoding="utf-8")
    wave = invented.wave(invented.design(12, words={"a": PLAIN}))
    assert quotes(wave, folder) == []
    shutil.rmtree(folder / "surveys")
    assert quotes(wave, folder) == []
