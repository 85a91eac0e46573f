"""Simulated waves follow the routing, repeat, are marked, and refuse a truth that does not fit."""

from __future__ import annotations

import shutil
import subprocess

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT, duzheng, questionnaires
from tests.surveys import random_surveys

import analysis
from analysis.messages import DuzhengError
from analysis.surveys import is_shown
from analysis.surveys.collected import collected, files_of
from analysis.surveys.columns import columns
from analysis.surveys.simulate import demonstration, plain_truth, read_truth, simulate, write_demonstration
from analysis.workspace import Workspace

SURVEYS = {survey.name: survey for survey in questionnaires()}


@pytest.fixture(scope="module")
def waves():
    return {wave.survey.name: wave for wave in demonstration(Workspace(ROOT))}


def scalars(of, row):
    """Give one respondent's answers as conditions ask for them: rows, lists of options and ranks, None for nothing."""
    found = {}
    for column in of:
        value = row[column.name]
        code = column.name.partition("[")[0]
        if column.holds == "missing":
            continue
        if column.holds == "truth":
            found.setdefault(code, None)
            if not pd.isna(value):
                found[code] = [*(found[code] or []), *([next(iter(column.labels))] if value else [])]
        elif column.holds == "rank":
            found.setdefault(code, None)
            if not pd.isna(value):
                found[code] = [*(found[code] or []), value]
        elif column.name == column.asked.code or "." in column.name:
            found[column.name] = None if pd.isna(value) else float(value) if column.number else value
    return found


def hold_to_routing(survey, responses):
    """Hold every answer of every respondent to the routing; give how often an item was not shown."""
    hidden, of = 0, columns(survey)
    named = [(each, [column.name for column in of if column.asked is each]) for each in survey.asked]
    for row in responses.to_dict("records"):
        answers_ = scalars(of, row)
        for each, names in named:
            if not is_shown(survey, each, answers_):
                hidden += 1
                assert all(pd.isna(row[name]) for name in names), (each.code, row)
    return hidden


@pytest.mark.parametrize("name", SURVEYS)
def test_nobody_answers_what_is_not_shown(waves, name):
    responses = waves[name].responses
    assert hold_to_routing(SURVEYS[name], responses.sample(150, random_state=1)) > 100


@settings(
    deadline=None,
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_random_questionnaires_are_answered_by_their_routing(data, tmp_path_factory):
    *_, survey = data.draw(random_surveys.workspaces(tmp_path_factory.mktemp("simulated")))
    wave = simulate(survey, plain_truth(survey), n=40, seed=data.draw(st.integers(0, 99)))
    hold_to_routing(survey, wave.responses)
    for each in survey.asked:
        for column in (column for column in columns(survey) if column.asked is each):
            given_ = wave.responses[column.name].dropna()
            if column.holds in {"choice", "rank"}:
                assert set(map(str, given_)) <= set(map(str, column.labels))
            if column.holds == "number" and each.item.least is not None:
                assert (given_ >= each.item.least).all()
                assert (given_ <= each.item.most).all()
        if each.item.type == "multiple":
            options = {str(o.code): o for o in survey.bank.options(each.item)}
            ticked = wave.responses[[f"{each.code}[{code}]" for code in options]].dropna().astype(bool)
            assert (ticked.sum(axis=1) <= (each.item.most or len(options))).all()
            for code, option in options.items():
                alone = ticked[ticked[f"{each.code}[{code}]"]]
                assert not option.exclusive or (alone.sum(axis=1) == 1).all()


def test_the_demonstration_has_two_waves_of_twenty_thousand_in_every_district(waves):
    units = Workspace(ROOT).units.frame
    districts = set(units.query("kind == 'district' and valid_to.isna()")["code"])
    for year in (2024, 2025):
        of = [wave for wave in waves.values() if wave.survey.questionnaire.wave == year]
        assert len(of) == 4
        assert sum(len(wave.responses) for wave in of) == pytest.approx(20_000, rel=0.05)
        kinds = [wave.survey.questionnaire.selection.kind for wave in of]
        assert sorted(kinds) == ["open", "probability", "probability", "probability"]
    for wave in waves.values():
        assert set(wave.log["district"]) == districts
        assert wave.margins
        comments = wave.responses.filter(regex="Comment$|improve$").iloc[:, 0].dropna()
        assert comments.nunique() > 50
        assert comments.str.contains("[一-鿿]").mean() > 0.9


def test_every_stratum_has_two_places_or_more(waves):
    for wave in waves.values():
        if wave.survey.questionnaire.selection.kind == "probability":
            assert wave.log.groupby(["district", "stage"]).size().min() >= 2
            assert (wave.log["places_drawn"] < wave.log["places"]).all()


def test_grades_are_those_of_the_stage(waves):
    careful = waves["students-2025"].behaviour["behaviour"] == "careful"
    rows = waves["students-2025"].responses[careful]
    stages = rows.groupby("grade", observed=True)["stage"].agg(set).to_dict()
    expected = {"primary": ["g3", "g4", "g5"], "junior": ["g6", "g7", "g8", "g9"], "senior": ["sen"]}
    assert stages == {grade: {stage} for stage, grades in expected.items() for grade in grades}


def test_an_open_questionnaire_names_places_where_the_link_had_a_code(waves):
    rows = waves["public-2025"].responses
    assert rows["place"].isna().mean() == pytest.approx(0.25, abs=0.03)
    assert not {"district", "street", "stage"} & set(rows.columns)
    assert (waves["public-2025"].log["persons_drawn"] == 0).all()
    known = rows.dropna(subset="place")
    assert (known["place"].str.slice(7, 10) == known["rDistrict"].astype(str).str.slice(1)).all()


def test_the_same_seed_repeats_and_another_asks_others_in_the_same_places():
    survey = SURVEYS["parents-2025"]
    truth = read_truth(ROOT / "data/demo/parents.truth.yaml", list(SURVEYS.values()), root=ROOT)
    one, again, other = (simulate(survey, truth, n=500, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.responses, again.responses)
    assert not one.responses["pTeach"].equals(other.responses["pTeach"])
    pd.testing.assert_frame_equal(one.indices, other.indices)


def test_files_are_marked_and_read_back(tmp_path, waves):
    wave = waves["staff-2025"]
    for part in ("surveys", "workspace.yaml"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    workspace = Workspace(tmp_path)
    ((_, files),) = write_demonstration(workspace, [wave])
    assert {path.suffix for path in files} == {".parquet", ".csv", ".yaml"}
    for path in files:
        assert "data/demo" in path.as_posix()
        if path.suffix == ".csv":
            assert pd.read_csv(path)["synthetic"].all(), path
        if path.suffix == ".yaml":
            assert path.read_text(encoding="utf-8").startswith("# SYNTHETIC")
    assert b'"synthetic": true' in pq.read_schema(files[0]).metadata[b"duzheng"]
    assert pq.read_table(files[0])["synthetic"].to_pandas().all()
    again = analysis.open(tmp_path).collected("staff-2025", synthetic=True)
    pd.testing.assert_frame_equal(again.responses, wave.responses)
    pd.testing.assert_frame_equal(again.log, wave.log, check_dtype=False)
    for one, other in zip(again.margins, wave.margins, strict=True):
        pd.testing.assert_frame_equal(one, other, check_dtype=False)


def test_synthetic_answers_are_never_taken_for_real(tmp_path, waves):
    wave = waves["public-2024"]
    shutil.copytree(ROOT / "surveys", tmp_path / "surveys")
    shutil.copy(ROOT / "workspace.yaml", tmp_path)
    workspace = Workspace(tmp_path)
    list(write_demonstration(workspace, [wave]))
    with pytest.raises(DuzhengError) as error:
        collected(workspace, "public-2024")
    assert {fault.code for fault in error.value.faults} == {"DZ-Q012"}
    assert len(error.value.faults) == 4  # every part that is not there
    demo, real = (files_of(tmp_path, wave.survey, synthetic=each) for each in (True, False))
    for name, path in demo.items():
        real[name].parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, real[name])
    with pytest.raises(DuzhengError, match="ever mix real and simulated"):
        collected(workspace, "public-2024")
    sheet = tmp_path / "surveys/public-2024.yaml"
    sheet.write_text(sheet.read_text().replace("{item: rExp}", "{item: rExp, show_if: 'rChild == \"yes\"'}"))
    with pytest.raises(DuzhengError, match="meant something else"):
        collected(workspace, "public-2024", synthetic=True)


TRUTH = """
synthetic: true
survey: students
seed: 1
frame: {unit: district, group: stage, place: school, units: {"1": 1}, groups: {primary: {places: 9, persons: 99}}}
factors: {quality: {units: {"2": 0.1}, groups: {senior: 1}}}
items:
  lessonCleer: {location: 1}
  lessonClear: {factor: qualty}
  boards: {shares: {ja: 1}}
  bullied: {missing: {dont_know: 0.1}}
  sleep: {effects: {"1": {quality: 1}}, by: {junior: {"1": 1}}}
waves:
  2023: {opened: 2023-09-01}
  2025: {opened: 2025-09-01, units: {quality: {"9": 1}}}
"""


def test_every_fault_of_a_truth_is_listed_with_its_line(tmp_path):
    (tmp_path / "t.truth.yaml").write_text(TRUTH, encoding="utf-8")
    with pytest.raises(DuzhengError) as error:
        read_truth(tmp_path / "t.truth.yaml", list(SURVEYS.values()))
    said = str(error.value)
    for part in (
        "the item 'lessonCleer'", "did you mean lessonClear", "the factor 'qualty'", "the option 'ja'", "'dont_know'",
        "the wave 2023", "the unit '2'", "the group 'senior'", "shares of sleep for 'junior'", "the unit '9'",
    ):  # fmt: skip
        assert part.lower() in said.lower(), part
    assert {fault.code for fault in error.value.faults} == {"DZ-Q011"}
    assert next(fault.line for fault in error.value.faults if "lessonCleer" in fault.found) == 8


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("synthetic: true", "synthetic: false"), "synthetic"),
        (("seed: 1\n", "seed: -1\n"), "seed"),
        (("survey: students", "survey: nobody"), "'nobody'"),
        (("{location: 1}", "{lokation: 1}"), "location"),
    ],
)
def test_a_truth_that_is_none_is_refused(tmp_path, change, said):
    (tmp_path / "t.truth.yaml").write_text(TRUTH.replace(*change), encoding="utf-8")
    with pytest.raises(DuzhengError, match=said):
        read_truth(tmp_path / "t.truth.yaml", list(SURVEYS.values()))


def test_more_answers_than_there_are_persons_are_refused():
    survey = SURVEYS["students-2025"]
    with pytest.raises(DuzhengError, match="persons or more"):
        simulate(survey, plain_truth(survey, 100), n=1_000_000)


def test_a_margin_that_the_truth_does_not_know_is_refused():
    survey = SURVEYS["students-2025"]
    truth = plain_truth(survey)
    frame = truth.frame.model_copy(update={"group": "kind"})
    with pytest.raises(DuzhengError, match="a margin of stage"):
        simulate(survey, truth.model_copy(update={"frame": frame}), n=10)


def test_a_designer_rehearses_without_a_truth(tmp_path):
    command = [duzheng(), "survey", "simulate", "public-2025", "--n", "60", "--seed", "3", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    names = {line.rpartition("/")[2] for line in done.stdout.splitlines()}
    ends = ("responses.csv", "responses.parquet", "log.csv", "margins.csv", "behaviour.csv", "true_indices.csv")
    assert names == {f"public-2025.synthetic.{end}" for end in ends}
    assert len(pd.read_csv(tmp_path / "public-2025.synthetic.responses.csv")) == 60
    words = pq.read_schema(tmp_path / "public-2025.synthetic.responses.parquet").metadata[b"duzheng"]
    assert b'"synthetic": true' in words


def test_the_truth_of_another_questionnaire_is_refused():
    truth = read_truth(ROOT / "data/demo/students.truth.yaml", list(SURVEYS.values()), root=ROOT)
    with pytest.raises(DuzhengError, match="the truth of students"):
        simulate(SURVEYS["public-2025"], truth, n=10)


def test_the_rate_that_is_declared_stands_in_the_log():
    truth = read_truth(ROOT / "data/demo/students.truth.yaml", list(SURVEYS.values()), root=ROOT)
    for n in (500, 3000):
        log = simulate(SURVEYS["students-2025"], truth, n=n).log
        assert log["answers"].sum() == n
        assert log["persons_drawn"].sum() == round(n / 0.88)


MANNERS = """
synthetic: true
survey: students
seed: 1
frame: {units: {"1": 1, "2": 1}}
items:
  afterClub: {shares: {hw: 5}}
  movedHere: {shares: {all: 0}}
  bullied: {mean: 3}
manner: {readiness: {nobody: {a: 1}, boards: {maybe: 1}, bullied: {"1": 1}}, channels: {web: 1}}
waves: {2024: {opened: 2024-09-01, items: {sleep: {mean: 30}}}}
"""


def test_shares_means_and_manners_are_held_to_the_questionnaire(tmp_path):
    (tmp_path / "t.truth.yaml").write_text(MANNERS, encoding="utf-8")
    with pytest.raises(DuzhengError) as error:
        read_truth(tmp_path / "t.truth.yaml", list(SURVEYS.values()), units={"1"})
    said = str(error.value)
    for part in (
        "a share above 1 of afterClub", "shares of movedHere that are all 0", "a mean of bullied",
        "a mean of 30 of sleep",
        "readiness by 'nobody'", "the option 'maybe' of boards", "readiness by 'bullied'", "channels", "the unit '2'",
    ):  # fmt: skip
        assert part in said, part
    for change in (
        ("manner: {", "manner: {rate: 0, "), ('"2": 1}}', '"2": 1}, groups: {}}'),
        ("seed: 1\n", "seed: 1\nfactors: {a: {icc: 1}}\n"),
        ("channels: {web: 1}", "channels: {web: 0}"), ("bullied: {mean: 3}", "bullied: {missing: {refused: 6}}"),
    ):  # fmt: skip
        (tmp_path / "t.truth.yaml").write_text(MANNERS.replace(*change), encoding="utf-8")
        with pytest.raises(DuzhengError, match="DZ-Q002"):
            read_truth(tmp_path / "t.truth.yaml", list(SURVEYS.values()))


def test_the_demonstration_is_made_and_described_with_its_mark(tmp_path):
    for part in ("surveys", "data", "workspace.yaml"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    for path in (tmp_path / "data/demo").glob("*.truth.yaml"):
        if path.name != "public.truth.yaml":
            path.unlink()
    done = subprocess.run([duzheng(), "-w", tmp_path, "survey", "demo"], capture_output=True, text=True, check=True)
    assert "public-2025: 3000 synthetic answers" in done.stdout
    page = (tmp_path / "reports/demo/waves.zh-Hans.html").read_text()
    assert "本文数据均为模拟" in page
    assert (tmp_path / "reports/demo/waves.en.pdf").read_bytes()[:5] == b"%PDF-"
