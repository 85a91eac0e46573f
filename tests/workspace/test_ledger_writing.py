"""Writing the ledger: all of it or none, never over what somebody else wrote, and nothing else changes."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from tests.conftest import INVENTED, write

from analysis.messages import DuzhengError
from analysis.workspace import Workspace
from analysis.workspace.ledger import writing
from analysis.workspace.ledger.self_evaluations import EvaluationStep

BOOK, STEM = "self_evaluations", "U-2020"
FILE = f"data/ledger/{BOOK}/{STEM}.yaml"
#: As somebody wrote it by hand: with comments, quotes, an order and lists of their own.
TEXT = """\
# of the office, 2020
year: 2020   # of evaluation
unit: "U"
source: {en: "By hand", zh-Hans: 手写}
steps:   # what was done
  # the notice went by post
  - {state: requested, date: 2020-01-15, by: 张某}   # 015
claims:
  - id: pupils   # theirs
    indicator: pupils
    year: 2017
    value: "3300.0"
    text: {zh-Hans: 学生3300人。}
# the end
"""
DONE = {"state": "submitted", "date": "2020-02-01", "by": "李某"}
DECISIONS = "data/ledger/decisions/decisions.csv"
HEAD = "id,evaluator,date,meeting_zh,meeting_en,decision_zh,decision_en,unit,duty,owner_zh,owner_en,due,done,access\n"


@pytest.fixture
def office(tmp_path) -> Workspace:
    return Workspace(write(tmp_path, INVENTED | {FILE: TEXT}))


def add(workspace, state="submitted"):
    with writing.editing(workspace) as ledger:
        ledger.add(BOOK, STEM, "steps", EvaluationStep(**DONE | {"state": state}))


def within(workspace, verb):
    with writing.editing(workspace) as ledger:
        verb(ledger)


def refused(workspace, verb):
    files = {path: path.read_bytes() for path in (workspace.root / "data").rglob("*") if path.is_file()}
    with pytest.raises(DuzhengError) as caught:
        verb(workspace)
    now = {path: path.read_bytes() for path in (workspace.root / "data").rglob("*") if path.is_file()}
    assert {path: content for path, content in now.items() if path.name != ".lock"} == {
        path: content for path, content in files.items() if path.name != ".lock"
    }
    return caught.value.faults


def test_comments_quotes_and_order_of_a_file_that_is_edited_by_hand_stay(office):
    add(office)
    text = (office.root / FILE).read_text(encoding="utf-8")
    new = "  - {state: submitted, date: 2020-02-01, by: 李某}\n"
    assert text == TEXT.replace("# 015\n", f"# 015\n{new}")


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_file_of_windows_keeps_its_mark_and_the_ends_of_its_lines(office, mark):
    path = office.root / FILE
    path.write_bytes(mark + TEXT.replace("\n", "\r\n").encode())
    add(office)
    content = path.read_bytes()
    assert content.startswith(mark + b"# of the office")
    assert content.count(b"\n") == content.count(b"\r\n") == TEXT.count("\n") + 1
    assert office.ledger.self_evaluations["U", 2020].steps[-1].state == "submitted"


def test_what_somebody_changes_by_hand_while_a_verb_works_is_kept_and_the_verb_refused(office):
    mine = TEXT + "# and one more\n"

    def meanwhile(ledger):
        ledger.add(BOOK, STEM, "steps", EvaluationStep(**DONE))
        (office.root / FILE).write_text(mine, encoding="utf-8")

    with pytest.raises(DuzhengError) as caught:
        within(office, meanwhile)
    assert [(each.code, each.file) for each in caught.value.faults] == [("DZ-O003", FILE)]
    assert (office.root / FILE).read_text(encoding="utf-8") == mine


def test_a_new_file_does_not_take_the_place_of_one_that_came_meanwhile(office):
    other = office.root / FILE.replace("U-", "V-")
    found = office.ledger.self_evaluations["U", 2020].model_copy(update={"unit": "V", "claims": ()})
    theirs = TEXT.replace('"U"', '"V"')

    def meanwhile(ledger):
        ledger.new(BOOK, "V-2020", found)
        other.write_text(theirs, encoding="utf-8")

    with pytest.raises(DuzhengError, match="DZ-O003"):
        within(office, meanwhile)
    assert other.read_text(encoding="utf-8") == theirs
    again = refused(office, lambda ws: within(ws, lambda ledger: ledger.new(BOOK, "V-2020", found)))
    assert [each.code for each in again] == ["DZ-O003"]


def test_of_several_files_all_are_written_or_none(office):
    def both(workspace):
        with writing.editing(workspace) as ledger:
            ledger.add(BOOK, STEM, "steps", EvaluationStep(**DONE))
            ledger.beside("data/received/form.xlsx", b"1")
            ledger.row("decisions", {"id": "a", "evaluator": "X", "date": "2020-01-01"})

    faults = refused(office, both)
    assert {("DZ-U001", DECISIONS, 2), ("DZ-T003", DECISIONS, 2)} & {
        (each.code, each.file, each.row) for each in faults
    }
    assert not (office.root / "data/received").exists()


def test_a_fault_within_writes_nothing_and_gives_the_ledger_free(office):
    def broken(ledger):
        ledger.add(BOOK, STEM, "steps", EvaluationStep(**DONE))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        within(office, broken)
    assert (office.root / FILE).read_text(encoding="utf-8") == TEXT
    add(office)
    assert "ledger" not in office.__dict__  # it is read anew


def test_a_writer_waits_for_another_and_then_says_so(office, monkeypatch):
    monkeypatch.setattr(writing, "PATIENCE", 0.1)
    with writing.editing(office):
        (fault,) = refused(office, add)
    assert (fault.code, fault.file) == ("DZ-O003", "data/ledger")
    add(office)


def test_a_disk_that_refuses_leaves_all_as_it_was(office, monkeypatch):
    def replace(path, target):
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", replace)
    (fault,) = refused(office, add)
    assert (fault.code, fault.found) == ("DZ-O003", "No space left on device")


def test_a_broken_file_elsewhere_is_named_before_anything_is_changed(office):
    other = FILE.replace("U-", "V-")
    (office.root / other).write_text("unit: V\n\tyear: 2020\n", encoding="utf-8")
    begun = []

    def verb(workspace):
        with writing.editing(workspace):
            begun.append(True)

    assert [(each.code, each.file, each.line) for each in refused(office, verb)] == [("DZ-W002", other, 2)]
    assert not begun
    for text in ("", "- a\n", "3\n"):
        (office.root / other).write_text(text, encoding="utf-8")
        assert [(each.code, each.file, each.line) for each in refused(office, verb)] == [("DZ-O001", other, 1)]


def decided(workspace, text):
    write(workspace.root, {DECISIONS: ""})
    (workspace.root / DECISIONS).write_bytes(text)


def change(workspace, row, **values):
    with writing.editing(workspace) as ledger:
        ledger.change("decisions", DECISIONS, row, values)


ROW = "{},P,2020-01-02,会议,,{},,,,,,,,public"


def test_a_row_is_changed_where_it_stands_however_many_blank_lines_and_breaks_are_above(office):
    rows = [HEAD.rstrip(), ROW.format("a", '"两\r\n行"'), "", ROW.format("b", "决定"), ROW.format("c", '"决定"')]
    text = codecs.BOM_UTF8 + "\r\n".join(rows).encode()
    decided(office, text)
    frame = office.ledger.registers["decisions"].set_index("id")
    change(office, int(frame.at["b", "row"]), done="2020-03-01", due=None)
    assert (office.root / DECISIONS).read_bytes() == text.replace(
        ROW.format("b", "决定").encode(), "b,P,2020-01-02,会议,,决定,,,,,,,2020-03-01,public".encode()
    )


def test_a_row_goes_to_the_end_also_of_a_file_whose_last_line_has_none(office):
    decided(office, (HEAD + ROW.format("a", "决定")).encode())
    values = {"id": "b", "evaluator": "P", "date": "2020-01-03", "meeting_zh": "会,议", "decision_zh": "决定",
              "access": "public", "due": None}  # fmt: skip
    with writing.editing(office) as ledger:
        ledger.row("decisions", values)
        ledger.row("decisions", values | {"id": "c"})
    lines = (office.root / DECISIONS).read_text(encoding="utf-8").splitlines()
    assert lines[1:] == [ROW.format("a", "决定"), 'b,P,2020-01-03,"会,议",,决定,,,,,,,,public',
                         'c,P,2020-01-03,"会,议",,决定,,,,,,,,public']  # fmt: skip


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ((HEAD + ROW.format("a", "决定") + "\n").encode("gb18030"), "UTF-8"),
        ((HEAD + ROW.format("a", "决定") + "\n").replace(",", ";").encode(), "columns"),
        (HEAD.replace(",due", "").encode() + ROW.format("a", "决定").replace(",,,public", ",,public").encode(), "due"),
    ],
)
def test_a_table_that_a_row_does_not_fit_is_refused(office, content, what):
    decided(office, content)

    def verb(workspace):
        with writing.editing(workspace) as ledger:
            ledger.change("decisions", DECISIONS, 2, {"due": "2020-05-01"})

    assert what in str(DuzhengError.of(list(refused(office, verb))))
