"""Coverage: which duty has evidence, and which only what units say of themselves."""

from __future__ import annotations

import shutil

from tests.conftest import ROOT, write
from tests.supervision.invented import FINANCE, FINANCE_FILE, UPPER, UPPER_FILE, place, poll

from analysis.supervision.coverage import coverage, coverage_of_units, ties
from analysis.workspace import Workspace

POLL_FILE = "data/ledger/evidence/poll/poll.csv"
ITEM = """
    unit: V
    items:
      - id: few
        opened: 2019-03-01
        problem: {zh-Hans: 学生流失}
        duty: reform
        evidence: [{indicator: pupils, year: 2017, value: 900}]
        owner: {zh-Hans: 县教育局}
        due: 2020-06-30
    """


def of(ws, year=2020, **more):
    return coverage(ws, year=year, **more).set_index("duty")


def test_a_duty_that_only_units_speak_of_is_self_reported(tmp_path):
    ws = place(tmp_path, {UPPER_FILE: UPPER})
    found = of(ws)
    assert found["status"].to_dict() == {
        "growth": "evidenced", "means": "evidenced", "order": "evidenced", "reform": "self_reported",
    }  # fmt: skip
    assert (found.at["reform", "answers"], found.at["reform", "certainty"]) == (1, "C")
    assert (found.at["growth", "claims"], found.at["growth", "figures"], found.at["growth", "newest"]) == (1, 1, 2017)
    assert found.at["means", "departments_en"] == "Finance department"


def test_before_the_figures_and_without_self_evaluations_there_is_nothing(tmp_path):
    found = of(place(tmp_path, {UPPER_FILE: UPPER}), year=2011)
    assert set(found["status"]) == {"none"}
    assert list(found["indicators"]) == [1, 1, 1, 0]


def test_an_item_or_a_finding_of_others_is_evidence_but_a_restricted_one_is_never_counted(tmp_path):
    ws = place(tmp_path / "item", {"data/ledger/rectification/V.yaml": ITEM})
    assert of(ws).loc["reform", ["items", "status"]].tolist() == [1, "evidenced"]
    found = poll(*(f"p-{access},V,2018,content,60.0,{access},,census" for access in ("internal", "restricted")))
    ws = place(tmp_path / "poll", {POLL_FILE: found, FINANCE_FILE: FINANCE})
    assert (of(ws).at["order", "others"], of(ws, public=True).at["order", "others"]) == (1, 0)
    # Nor what a department said that nobody approved.
    assert (of(ws).at["means", "claims"], of(ws, public=True).at["means", "claims"]) == (2, 0)


def test_it_is_seen_whose_duty_rests_on_words_alone(tmp_path):
    ws = place(tmp_path, {UPPER_FILE: UPPER, FINANCE_FILE: FINANCE})
    found = coverage_of_units(ws, year=2020).set_index(["unit", "duty"])["status"]
    assert found["U", "reform"] == "self_reported"
    assert found["V", "reform"] == "none"
    assert found["V", "order"] == "evidenced"
    # A department answers for its own duties alone, with the figures of its field.
    assert list(found["fin"].index) == ["means"]
    assert found["fin", "means"] == "evidenced"
    # The pupils of Lower Hill of 2012 are Upper's today.
    assert found["U", "growth"] == "evidenced"


def test_a_collected_wave_counts_for_the_units_that_its_draw_names(tmp_path):
    shutil.copytree(ROOT / "surveys", tmp_path / "surveys")
    ws = place(tmp_path)
    assert of(ws, year=2025).loc["order", ["themes", "collected"]].tolist() == [1, 0]
    (tmp_path / "data/responses/students/2025").mkdir(parents=True)
    (tmp_path / "data/responses/students/2025/responses.parquet").touch()
    write(tmp_path, {"data/frames/students-2025.csv": "county,school\n谷县,s1\n"})
    assert of(ws, year=2025).loc["order", ["themes", "collected"]].tolist() == [1, 1]
    found = coverage_of_units(ws, year=2025).set_index(["unit", "duty"])["collected"]
    assert [found[unit, "order"] for unit in ("P", "V", "U")] == [1, 1, 0]


def test_what_is_tied_to_no_duty_is_a_fault(tmp_path):
    shutil.copytree(ROOT / "surveys", tmp_path / "surveys")
    rows = [f"p-{access},V,2018,content,60.0,{access},,census" for access in ("public", "restricted")]
    place(tmp_path, {POLL_FILE: poll(*rows)})
    rule = tmp_path / "data/rules/duties.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("funding: means, ", ""), encoding="utf-8")
    found, faults = ties(Workspace(tmp_path))
    assert any("no topic funding, of funds" in each.found for each in faults)
    assert any("no theme burden" in each.found for each in faults)
    duties = found.set_index(["kind", "id"])["duty"]
    assert [duties["indicator", "pupils"], duties["theme", "fairness"]] == ["growth", "order"]
    assert [duties["point", "departments/means-1"], duties["evidence", "p-public"]] == ["means", "order"]
    assert ("evidence", "p-restricted") not in duties.index


def test_everything_in_shanghai_is_tied_and_context_is_said_to_be_context(shanghai):
    found, faults = ties(shanghai)
    assert faults == ()
    untied = found[found["duty"] == ""]
    assert untied["context"].all()
    # Population is context; so are the themes on the person, expectations and satisfaction overall.
    assert set(untied.loc[untied["kind"] == "theme", "id"]) == {"about", "expectation", "overall"}
    assert len(found) > 100
