"""`duzheng selfeval`: what it says, its exit codes, and what it leaves alone."""

from __future__ import annotations

import hashlib
import json
import sys

import pytest
from tests.supervision.handing_in import SOUND, asked, fill, lies, place

from analysis.cli import main

FIN = {"figures": {3: {"indicator": "funds", "year": "2018", "value": "9000", "evidence": "report"}},
       "points": {3: {"answer_zh": "已保障。", "evidence": "report"}}, "papers": SOUND["papers"]}  # fmt: skip


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in the invented office; give its exit code and what it says."""
    place(tmp_path)
    monkeypatch.setenv("DUZHENG_BY", "")
    for name in ("DUZHENG_WORKSPACE", "DUZHENG_DEBUG"):
        monkeypatch.setenv(name, "")  # which the command sets

    def done(*arguments, by="张某"):
        named = ["--by", by] if by and arguments[0] in NAMED else []
        monkeypatch.setattr(sys, "argv", ["duzheng", "-w", str(tmp_path), "selfeval", *map(str, arguments), *named])
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert "internal error" not in said.err
        return code or 0, said.out, said.err

    return done


NAMED = {"notice", "submit", "remind", "review", "return", "accept", "audited", "approve", "publish", "withdraw"}


def handed_in(run, tmp_path, **changes):
    """Hand in the forms of two counties and a department; changes of figures by unit."""
    assert run("notice", "--on", "2020-01-15")[0] == 0
    assert run("form", "--out", tmp_path / "forms") == (0, f"4 forms in {tmp_path / 'forms'}\n", "")
    rows = {"U": SOUND, "V": SOUND | {"figures": {3: {**SOUND["figures"][3], "value": "900"}}}, "fin": FIN}
    paths = [fill(tmp_path / f"forms/{unit}.xlsx", of) for unit, of in rows.items()]
    for unit, values in changes.items():
        fill(tmp_path / f"forms/{unit}.xlsx", {"figures": {3: values}})
    return paths


def test_a_notice_names_who_is_asked_and_asks_nobody_twice(run, tmp_path):
    assert run("notice", "--on", "2020-01-15") == (0, "asked 4 units: U, V, fin, edu\n", "")
    before = lies(tmp_path)
    code, out, err = run("notice", "--on", "2020-01-16")
    assert (code, out, err.count("DZ-O003 data/ledger/self_evaluations/")) == (1, "", 4)
    assert lies(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["notice", "--units", "U,X"], 2, "DZ-U001: found 'X'"),
        (["notice", "--evaluator", "X"], 2, "DZ-U001: found 'X'"),
        (["notice", "--on", "15.1.2020"], 2, "15.1.2020: expected a day such as 2026-03-05"),
        (["notice", "--on", "2020-01-15", "--due", "2020"], 2, "--due"),
        (["notice", "--on", "2020-01-15", "--due", "2020-01-01"], 1, "DZ-O002"),
        (["submit", "U.xlsx"], 1, "DZ-O004 U.xlsx: found No such file or directory"),
        (["accept", "--units", "U"], 1, "DZ-O003 data/ledger/self_evaluations/U-2020.yaml"),
        (["check", "--unit", "U"], 1, "DZ-O003 data/ledger/self_evaluations/U-2020.yaml"),
    ],
)
def test_what_is_wrong_is_said_with_its_exit_code_and_nothing_is_written(run, tmp_path, arguments, code, said):
    before = lies(tmp_path)
    found = run(*arguments)
    assert found[0] == code, found
    assert said in " ".join(found[2].replace("│", " ").split())
    assert lies(tmp_path) == before


@pytest.mark.parametrize("command", ["notice", "review", "accept"])
def test_nothing_is_done_by_nobody(run, command):
    code, _, err = run(command, by="")
    assert code == 2
    assert "--by" in err


def test_one_bad_form_keeps_none_of_the_others_out(run, tmp_path):
    paths = handed_in(run, tmp_path, V={"value": "900人"})
    code, out, err = run("submit", *paths, "--on", "2020-02-20")
    assert (code, out) == (1, "U: 1 claims, 2 answers\nfin: 1 claims, 1 answers\n")
    assert "DZ-O004 V.xlsx: 数据陈述, row 3, column value: found '900人'" in err
    assert err.endswith("1 of 3 forms were not entered\n")
    states = {row["unit"]: row["state"] for row in json.loads(run("status", "--on", "2020-03-01", "--json")[1])}
    assert states == {"U": "submitted", "V": "requested", "fin": "submitted", "edu": "requested"}


def test_only_who_has_to_be_reminded_on_a_day_is_listed(run, tmp_path):
    asked(tmp_path, "U", "V")
    (tmp_path / "data/ledger/self_evaluations/V-2020.yaml").unlink()
    code, out, _ = run("status", "--on", "2020-04-07", "--remind")
    assert code == 0
    head, row = out.splitlines()
    assert head.split() == ["unit", "name_zh", "state", "since", "due", "days", "overdue", "late", "reminders",
                            "returned", "claims", "unanswered"]  # fmt: skip
    assert row.split() == ["U", "上县", "requested", "2020-01-15", "2020-03-31", "-7", "True", "0", "0", "0", "0"]
    assert len(run("status", "--on", "2020-04-08", "--remind")[1].splitlines()) <= 1
    assert len(run("status", "--on", "2020-04-08")[1].splitlines()) == 5


def test_a_check_ends_with_3_when_something_differs_and_leaves_out_what_was_not_handed_in(run, tmp_path):
    paths = handed_in(run, tmp_path)
    assert run("submit", *paths[:2], "--on", "2020-02-20")[0] == 0
    assert run("check") == (0, "2 self-evaluations: 2 agrees\n", "")
    fill(paths[2], {"figures": {3: {"value": "9100"}}})
    assert run("submit", paths[2], "--on", "2020-02-20")[0] == 0
    code, out, _ = run("check")
    assert code == 3
    assert [line.split()[:3] for line in out.splitlines()[:-1]] == [["unit", "problem", "claim"],
                                                                    ["fin", "differs", "row-3"]]  # fmt: skip
    assert out.endswith("3 self-evaluations: 2 agrees, 1 differs\n")
    assert run("check", "--unit", "U")[0] == 0
    code, out, _ = run("check", "--json")
    assert (code, [row["problem"] for row in json.loads(out)]) == (3, ["agrees", "agrees", "differs"])


def test_the_way_from_the_review_to_the_bulletin(run, tmp_path):
    paths = handed_in(run, tmp_path, V={"value": "990"})
    assert run("submit", *paths, "--on", "2020-02-20")[0] == 0
    before = lies(tmp_path)
    code, dry, _ = run("review", "--on", "2020-03-01", "--dry-run")
    assert code == 0
    assert [line.split()[:2] for line in dry.splitlines()[1:]] == [["U", "checked"], ["V", "returned"],
                                                                   ["fin", "checked"]]  # fmt: skip
    assert lies(tmp_path) == before
    assert run("review", "--on", "2020-03-01") == (0, dry, "")
    out = tmp_path / "out"
    code, said, err = run("ask", "--on", "2020-03-02", "--out", out)
    assert (code, said) == (0, f"edu: 1\n1 tables in {out}\n")
    assert err == "nobody can audit fin/row-3\n"
    before = lies(tmp_path)
    code, _, err = run("audited", "--on", "2020-03-08")
    assert (code, "no answer of edu on pupils" in err) == (1, True)
    assert lies(tmp_path) == before  # also the department, whose answers are all there, waits
    table = out / "audits-edu.csv"
    text = table.read_text(encoding="utf-8-sig").replace("2020-03-09,,,,", "2020-03-09,confirmed,王某,,")
    table.write_text(text, encoding="utf-8")
    assert run("answer", table, "--on", "2020-03-08") == (0, "1 answers entered\n", "")
    assert run("answer", table, "--on", "2020-03-08")[0] == 1
    head, row = run("audits", "--on", "2020-03-09")[1].splitlines()  # seven days for an audit
    assert (head.split()[5], row.split()) == ("due", ["edu", "州教育部门", "1", "1", "0", "False", "0"])
    for command, state in (("audited", "audited"), ("approve", "approved"), ("publish", "published")):
        assert run(command, "--on", "2020-03-10") == (0, f"{state}: U, fin\n", "")
    assert run("publish", "--on", "2020-03-10") == (0, "published: none\n", "")
    assert run("submit", fill(paths[1], {"figures": {3: {"value": "900"}}}), "--on", "2020-03-10")[0] == 0
    returned = ["return", "V", "--reason", "缺签字", "--claims", "pupils", "--on", "2020-03-11", "--due", "2020-03-20"]
    assert run(*returned) == (0, "V: returned\n", "")
    (row,) = [row for row in json.loads(run("status", "--on", "2020-03-12", "--json")[1]) if row["unit"] == "V"]
    assert (row["state"], row["due"], row["days"], row["returned"]) == ("returned", "2020-03-20", 8, 2)


def test_letters_are_written_in_both_languages_and_nobody_gets_two_on_a_day(run, tmp_path):
    asked(tmp_path, "U", "V")
    out = tmp_path / "letters"
    code, said, _ = run("remind", "--on", "2020-04-07", "--out", out)
    assert (code, [line.split() for line in said.splitlines()[1:]]) == (0, [
        ["U", "hand_in", "2020-03-31", "-7"], ["V", "hand_in", "2020-03-31", "-7"], ["2", "letters", "in", str(out)]
    ])  # fmt: skip
    assert sorted(path.name for path in out.iterdir()) == ["2020-04-07-U.txt", "2020-04-07-V.txt"]
    letter = (out / "2020-04-07-U.txt").read_text(encoding="utf-8")
    assert letter.startswith("上县：\n")
    assert "To: Upper County\n" in letter
    assert run("remind", "--on", "2020-04-07")[1].endswith("0 letters\n")
    assert "已逾期8天" in run("remind", "--on", "2020-04-08", "--units", "V")[1]  # without --out they are printed
    (out / "file").write_text("", encoding="utf-8")
    assert run("remind", "--on", "2020-04-14", "--out", out / "file")[0] == 2
    rows = json.loads(run("status", "--on", "2020-04-14", "--json")[1])
    assert {row["unit"]: row["reminders"] for row in rows} == {"U": 1, "V": 2, "fin": 0, "edu": 0}


def test_papers_that_were_changed_end_with_3_and_what_was_published_is_withdrawn(run, tmp_path):
    asked(tmp_path, "U")
    paper = tmp_path / "papers" / "report.pdf"
    paper.parent.mkdir()
    paper.write_bytes(b"one")
    file = tmp_path / "data/ledger/self_evaluations/U-2020.yaml"
    papers = [{"id": "report", "title": {"zh-Hans": "年度报告"}, "file": paper.name,
               "sha256": hashlib.sha256(b"one").hexdigest()}]  # fmt: skip
    days = enumerate(("submitted", "checked", "audited", "approved", "published"), start=20)
    steps = "".join(f"  - {{state: {state}, date: 2020-01-{day}, by: 张某}}\n" for day, state in days)
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}{steps}papers: {json.dumps(papers)}\n", encoding="utf-8")
    held = ("papers", "--folder", paper.parent, "--unit", "U")
    assert run(*held)[0] == 0
    paper.write_bytes(b"two")
    code, said, _ = run(*held)
    assert (code, said.splitlines()[1].split()[:3]) == (3, ["U", "report", "changed"])
    assert run("withdraw", "U", "--on", "2020-03-01")[0] == 2  # without a reason
    assert run("withdraw", "U", "--reason", "材料已变", "--on", "2020-03-01") == (0, "U: withdrawn\n", "")
    assert run("approve", "--units", "U", "--on", "2020-03-02") == (0, "approved: U\n", "")


def test_simulated_forms_say_what_is_planted(run, tmp_path):
    code, out, _ = run("demo", "--out", tmp_path / "demo", "--seed", "1")
    assert code == 0
    assert out.startswith(f"4 simulated forms in {tmp_path / 'demo'}; planted: ")
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {
        "truth.yaml", *(f"{unit}.{kind}" for unit in ("U", "V", "fin", "edu") for kind in ("xlsx", "docx")),
    }  # fmt: skip
