"""The commands of the office's year: what they print, what they write, and their exit codes."""

from __future__ import annotations

import json
import os

import pytest
from tests.supervision.invented import APPROVED, FINANCE_FILE, UPPER, UPPER_FILE, place, poll
from typer.testing import CliRunner

from analysis.cli import app
from analysis.messages import DuzhengError


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in the invented place, as 张某."""
    place(tmp_path, {FINANCE_FILE: APPROVED, UPPER_FILE: UPPER})
    monkeypatch.setenv("DUZHENG_BY", "张某")

    def given(*arguments):
        done = CliRunner().invoke(app, ["-w", str(tmp_path), *arguments])
        if isinstance(done.exception, DuzhengError):
            raise done.exception
        return done

    yield given
    for name in ("DUZHENG_WORKSPACE", "DUZHENG_DEBUG"):  # which the command line sets for its commands
        os.environ.pop(name, None)


def test_chinese_stands_in_columns_and_a_duty_of_words_alone_ends_with_3(run):
    done = run("duty", "coverage")
    assert done.exit_code == 3
    head, growth, *_, reform = done.stdout.splitlines()
    assert reform.split()[:3] == ["reform", "综合改革", "C"]
    # Each Chinese character is two wide: the mark of certainty stands below its head.
    wide = lambda text: sum(2 if each > "⺀" else 1 for each in text)  # noqa: E731
    assert {wide(line[: line.index(f"  {mark}")]) for line, mark in ((head, "certainty"), (reform, "C "))} == {16}
    assert "evidenced" in growth
    assert run("duty", "list").stdout.splitlines()[1].endswith("州教育部门")


def test_a_plan_is_drafted_shown_and_followed(run):
    assert run("plan", "draft", "--on", "2020-01-02").stdout == "plan of P for 2020: 5 entries\n"
    run("plan", "step", "monitoring", "begun", "--on", "2020-02-01")
    rows = json.loads(run("plan", "show", "--on", "2020-03-01", "--json").stdout)
    assert {row["entry"]: row["state"] for row in rows}["monitoring"] == "begun"
    assert run("plan", "step", "monitoring", "finished").exit_code == 2
    assert run("plan", "show", "--on", "1 March").exit_code == 2


def test_a_visit_is_added_to_the_plan(run):
    run("plan", "draft", "--on", "2020-01-02")
    visit = ("plan", "add", "visit", "--kind", "special", "--title", "专项督导", "--units", "U, V",
             "--owner", "督导部门", "--begins", "2020-05-01", "--ends")  # fmt: skip
    assert run(*visit, "2020-05-02", "--access", "internal").stdout == "visit: planned\n"
    shown = run("plan", "show", "--on", "2020-03-01").stdout.splitlines()
    assert shown[0].endswith("of whom")
    assert shown[-1].endswith("上县、谷县")
    with pytest.raises(DuzhengError, match=r"DZ-O002 .*P-2020\.yaml, line \d+, column entries\.6\.ends"):
        run(*visit, "2020-04-02")
    assert run("plan", "add", "x", "--kind", "self_evaluation").exit_code == 2


def test_what_is_about_units_of_another_evaluator_is_refused(run, tmp_path):
    (tmp_path / "in.csv").write_text(poll("p1,U,2017,pupils,3300,public,,census"), encoding="utf-8")
    with pytest.raises(DuzhengError, match=r"DZ-U001 in\.csv, row 2"):
        run("evidence", "add", "poll", str(tmp_path / "in.csv"), "--evaluator", "V")
    accept = ("delivery", "accept", str(tmp_path / "in.csv"), "--contract", "poll", "--supplier", "统计局")
    with pytest.raises(DuzhengError, match=r"DZ-U001 in\.csv, row 2"):
        run(*accept, "--evaluator", "V")
    assert "refused" in run("delivery", "list", "--evaluator", "V").stdout
    assert "refused" not in run("delivery", "list").stdout


def test_evidence_that_contradicts_ends_with_3(run, tmp_path):
    (tmp_path / "in.csv").write_text(poll("p1,U,2017,pupils,3000,public,,census"), encoding="utf-8")
    assert run("evidence", "add", "poll", str(tmp_path / "in.csv")).stdout == "1 findings of poll taken in\n"
    assert "p1" in run("evidence", "list", "--public").stdout
    done = run("evidence", "conflicts")
    assert (done.exit_code, done.stdout.count("differs")) == (3, 2)
    assert run("evidence", "conflicts", "--year", "2019").exit_code == 0


def test_a_delivery_is_accepted_once_and_listed(run, tmp_path):
    (tmp_path / "in.csv").write_text(poll("p1,V,2018,content,80.0,public,,census"), encoding="utf-8")
    accept = ("delivery", "accept", str(tmp_path / "in.csv"), "--contract", "poll", "--supplier", "统计局")
    assert "2020-001: accepted, 1 rows" in run(*accept, "--on", "2020-03-05").stdout
    with pytest.raises(DuzhengError, match="DZ-O003"):
        run(*accept)
    assert "统计局" in run("delivery", "list").stdout


def test_a_decision_is_entered_listed_and_done(run):
    add = (
        "decision",
        "add",
        "--meeting",
        "委员会",
        "--decision",
        "督办经费",
        "--on",
        "2020-03-05",
        "--due",
        "2020-04-01",
    )
    assert run(*add).stdout == "2020-001\n"
    run("decision", "done", "2020-001", "--on", "2020-03-20")
    assert [row["state"] for row in json.loads(run("decision", "list", "--on", "2020-04-05", "--json").stdout)] == [
        "done"
    ]


def test_the_report_goes_its_way_and_says_what_it_leaves_out(run):
    run("selfreport", "notice", "--on", "2020-03-31")
    drafted = run("selfreport", "draft", "--on", "2020-04-01").stdout
    assert "1 paragraphs, 19 characters, within the 30" in drafted
    assert "nothing on growth, order, reform" in drafted
    assert "differs" in drafted
    for step, day in (("approved", "2020-05-01"), ("posted", "2020-05-01")):
        run("selfreport", "step", step, "--on", day)
    name = run("selfreport", "object", "数字不对", "--on", "2020-05-02").stdout.strip()
    run("selfreport", "decide", name, "不采纳")
    run("selfreport", "step", "submitted", "--on", "2020-05-20")
    shown = run("selfreport", "show", "--on", "2020-06-01").stdout
    assert "submitted" in shown.splitlines()[0]
    assert "rests on fin/means-1, fin/funds" in shown


def test_what_is_done_needs_somebody_who_does_it(run, monkeypatch):
    monkeypatch.delenv("DUZHENG_BY")
    assert run("plan", "draft").exit_code == 2


def test_the_ledger_of_the_demonstration_is_said_to_be_invented(run):
    assert "invented" in run("decision", "list", "--demo").stderr
