"""The training page: examples that the program accepts, mistakes that it tells as the page says, columns explained."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from enum import Enum
from functools import cache
from importlib import resources
from inspect import unwrap
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_type_hints

import pytest
import typer
from tests.conftest import ROOT, SETTINGS, write
from tests.supervision.afterwards import ACCOUNTABILITY_RULE, INSPECTIONS_RULE
from tests.supervision.handing_in import fill, refused
from tests.supervision.invented import OFFICE

from analysis.cli import app
from analysis.documents.check import text_in
from analysis.findings import Brief, Evidence
from analysis.findings.layout import layout_path, read_layout
from analysis.findings.stage_one import run_tables
from analysis.messages import DuzhengError
from analysis.supervision import opinions
from analysis.supervision import training as module
from analysis.supervision.forms import FIRST_ROW, SHEETS, write_form
from analysis.supervision.training import FORMS, training
from analysis.workspace import Workspace, yaml_files
from analysis.workspace.contracts import Field

#: What the examples speak of: a unit, a department, two duties, a source, and the first rows of its form.
SPOKEN_OF = {
    "workspace.yaml": SETTINGS.replace("2020", "2026").replace("2021-01-31", "2026-12-31"),
    "data/units.csv": OFFICE["data/units.csv"].rstrip()
    + """
        U7,U7,虚构七县,County Seven,county,P,,,
        dept-finance,dept-finance,虚构财政部门,Finance,department,P,,,
        """,
    "data/sources.csv": OFFICE["data/sources.csv"].rstrip()
    + """
        yearbook,虚构年鉴,Invented yearbook,,,nobody,,C,ok,invented for a test
        """,
    "data/rules/evaluation_points.yaml": """
        id: evaluation_points
        title: {zh-Hans: 自评要点}
        certainty: own
        parameters:
          forms:
            - id: units
              title: {zh-Hans: 年度自评公报, en: Yearly bulletin}
              kinds: [county]
              heads: [{id: guarantees, name: {zh-Hans: 教育保障}, duty: guarantees, certainty: own},
                      {id: conduct, name: {zh-Hans: 规范办学}, duty: conduct, certainty: own}]
              points: [{id: guarantees-1, head: guarantees, asks: figures, text: {zh-Hans: 经费保障情况},
                        topics: [schooling], indicators: [pupils], certainty: own},
                       {id: conduct-1, head: conduct, text: {zh-Hans: 收费公示情况}, certainty: own}]
        """,
    **{name: OFFICE[name].replace("means", "guarantees").replace("order", "conduct")
       for name in ("data/rules/duties.yaml", "data/rules/responsibilities.yaml")},
    **INSPECTIONS_RULE, **ACCOUNTABILITY_RULE,
    **{name: (ROOT / name).read_text(encoding="utf-8")
       for name in ("data/rules/statements.yaml", "notebooks/memos/training.yaml")},
}  # fmt: skip
EVALUATION = """
    unit: U7
    year: 2026
    evaluator: P
    source: {zh-Hans: （模拟）自评公报}
    """
VISIT = """
    id: fees-2026
    evaluator: P
    year: 2026
    kind: special
    title: {zh-Hans: （模拟）专项督政}
    units: [U7]
    begins: 2026-05-11
    ends: 2026-05-13
    questions: [{id: conduct-1, duty: conduct, text: {zh-Hans: 收费公示情况}}]
    team:
      - {id: zhang, name: {zh-Hans: 张某}, role: leader, declared: 2026-04-28}
      - {id: qian, name: {zh-Hans: 钱某}, role: inspector, declared: 2026-04-28,
         interests: [{unit: U7, relation: worked, until: 2024-08-31}]}
    steps:
      - {state: prepared, date: 2026-04-20, by: 张某}
    """
ON_SITE = VISIT.rstrip() + "\n      - {state: on_site, date: 2026-05-11, by: 张某}\n"
OPINION = """
    inspection: fees-2026
    unit: U7
    evaluator: P
    year: 2026
    title: {zh-Hans: （模拟）督导意见书}
    problems: [{id: fees, duty: conduct, text: {zh-Hans: 收费未公示}, rests_on: [audit/a1]}]
    requests: [{id: r1, problems: [fees], text: {zh-Hans: 公示收费}, owner: {zh-Hans: 教育部门}, due: 2026-09-30}]
    steps:
      - {state: drafted, date: 2026-05-18, by: 张某}
      - {state: preliminary, date: 2026-05-20, by: 张某, due: 2026-06-05}
    """
CONCLUDED = ON_SITE.rstrip() + "\n      - {state: concluded, date: 2026-05-13, by: 张某}\n"
ITEMS = """
    unit: U7
    year: 2026
    items:
      - id: fees-2026-fees
        opened: 2026-06-15
        problem: {zh-Hans: 收费未公示}
        duty: conduct
        rests_on: [audit/a1]
        owner: {zh-Hans: 教育部门}
        due: 2026-09-30
        steps:
          - {state: fed_back, date: 2026-06-16, by: 张某}
          - {state: plan_accepted, date: 2026-07-01, by: 张某}
          - {state: in_work, date: 2026-07-10, by: 张某}
    """
PLAN = "evaluator: P\nyear: 2026\nadopted: 2026-01-08\nby: 张某\n"
#: What has to be there before a part is filled in.
BEFORE = {
    "self_evaluation": {"self_evaluations/U7-2026": EVALUATION
                        + "steps: [{state: requested, date: 2026-01-15, by: 张某, due: 2026-03-31}]"},
    "audit": {"self_evaluations/U7-2026": EVALUATION + """
    claims: [{id: pupils-2025, indicator: pupils, year: 2025, value: 42000, text: {zh-Hans: 学生4.2万人。}}]
    audits: [{claim: pupils-2025, department: dept-finance, asked: 2026-03-21, due: 2026-03-28}]
    steps:
      - {state: requested, date: 2026-01-15, by: 张某, due: 2026-03-31}
      - {state: submitted, date: 2026-03-10, by: 张某}
      - {state: checked, date: 2026-03-20, by: 张某}
    """},
    "plan": {"plans/P-2026": PLAN},
    **{f"inspection/{part}": {"inspections/fees-2026": VISIT} for part in ("team", "interests", "questions")},
    "inspection/found": {"inspections/fees-2026": ON_SITE},
    "reply": {"inspections/fees-2026": CONCLUDED, "opinions/fees-2026-U7": OPINION},
    **{form: {"rectification/U7-2026": ITEMS} for form in ("rectification", "measure")},
}  # fmt: skip


@cache
def base():
    """Give a workspace of what the examples speak of; what is the same in all tests is read once."""
    folder = TemporaryDirectory()
    workspace = Workspace(write(Path(folder.name), OFFICE | SPOKEN_OF))
    known = {name: getattr(workspace, name) for name in ("settings", "units", "sources", "catalogue", "rules",
                                                         "_observations")}  # fmt: skip
    return folder, workspace, known


@cache
def forms():
    return {form.id: form for form in training(base()[1])}


class Office:
    """A copy of the office before a part is filled in, and its command line."""

    def __init__(self, root, monkeypatch, form, part):
        before = BEFORE.get(form.id, BEFORE.get(f"{form.id}/{part.id}", {}))
        shutil.copytree(base()[1].root, root)
        write(root, {f"data/ledger/{name}.yaml": text for name, text in before.items()})
        self.root, self.form, self.part = root, form, part
        monkeypatch.chdir(root)
        monkeypatch.setattr(Workspace, "find", lambda _: self.workspace())
        for name in ("DUZHENG_WORKSPACE", "DUZHENG_DEBUG"):  # which the command line sets for its commands
            monkeypatch.setenv(name, "")

    def workspace(self):
        found = Workspace(self.root)
        found.__dict__.update(base()[2])
        return found

    def enter(self, row, written=None):
        """Write the file of a row, and the papers that it names; run the command."""
        for each in self.form.parts:
            if each.file.endswith(".csv"):
                text = (written or table(row)) if each.id == self.part.id else "\n".join(each.table(each.example))
                (self.root / each.file).write_text(text, encoding="utf-8")
        for name in filter(None, (row.get("paper"), self.part.id == "rectification" and row["papers"])):
            (self.root / name).write_bytes(b"paper")
        if self.part.file.endswith(".xlsx"):
            write_form(self.workspace(), self.root / self.part.file, unit="U7", year=2026)
            fill(self.root / self.part.file, {
                each.id: {FIRST_ROW: asked(each, row if each.id == self.part.id else each.example)}
                for each in self.form.parts
            })  # fmt: skip
        entered = next(each for each in (self.part, *self.form.parts) if each.command)
        return run(entered.arguments(row)[1:])

    def told(self, row, written=None):
        """Enter a row, and give what the program says against it."""
        code, output = self.enter(row, written)
        assert code == 1, (self.part.id, output)
        return {line.strip() for line in output.splitlines()}


@cache
def command():
    return typer.main.get_command(app)


def run(arguments):
    """Run a command; give its exit code and what it prints, what is wrong among it."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        try:
            command().main(arguments, prog_name="duzheng")
        except SystemExit as end:
            return end.code, out.getvalue()
        except DuzhengError as error:
            return 1, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def asked(part, row):
    """Give what of a row the unit writes into a sheet of its form."""
    return {name: value for name, value in row.items() if name in SHEETS[part.id][1]}


def table(row):
    text = io.StringIO()
    writer = csv.writer(text)
    there = {name: value for name, value in row.items() if value is not None}
    writer.writerows([there, there.values()])
    return text.getvalue()


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Give copies of the office, one a part."""
    made = []

    def give(form, part):
        made.append(part)
        return Office(tmp_path / str(len(made)), monkeypatch, form, part)

    return give


def parts(name):
    """Give the parts of a form that are entered; what others share is none by itself."""
    form = forms()[name]
    return [(form, part) for part in form.parts if part.command or part.file]


@pytest.mark.parametrize("name", FORMS)
def test_every_example_is_accepted_as_it_is_printed(office, name):
    for form, part in parts(name):
        code, output = office(form, part).enter(part.example, "\n".join(part.table(part.example)))
        assert code == 0, (part.id, output)


@pytest.mark.parametrize("name", FORMS)
def test_every_mistake_is_told_as_the_page_says(office, name):
    for form, part in parts(name):
        assert part.mistakes, part.id
        for mistake in part.mistakes:
            there = office(form, part)
            if mistake.again:
                there.enter(part.example)
            assert mistake.says in there.told(part.example | mistake.change), (part.id, mistake.change)


@pytest.mark.parametrize("name", FORMS)
def test_what_need_not_be_filled_in_can_all_be_left_out(office, name):
    for form, part in parts(name):
        free = {each.column for each in part.fields if not each.by and each.must == "never"
                and (each.default or {}).get("en") != "today"}  # fmt: skip
        left = {name: "" if name in free else each for name, each in part.example.items()}
        code, output = office(form, part).enter(left)
        assert code == 0, (part.id, output)


#: Columns that the checks ask for after a form was entered: what lacks them comes back.
ASKED_LATER = {("evidence", "points"), ("evidence", "figures"), ("flag", "audit")}


@pytest.mark.parametrize("name", ["self_evaluation", "audit", "inspection"])
def test_what_must_be_filled_in_is_missed_where_no_contract_and_no_command_says_it(office, name):
    for form, part in parts(name):
        said = {word.strip("{}") for word in part.command.split()} | {of for of, id_ in ASKED_LATER if id_ == part.id}
        for each in part.fields:
            if each.must == "always" and not each.by and each.column not in said:
                code, output = office(form, part).enter(part.example | {each.column: ""})
                assert code in {1, 2}, (part.id, each.column, output)


def test_an_example_is_practised_in_the_demonstration(office):
    form = forms()["evidence"]
    (part,) = (each for each in form.parts if each.id == "poll")
    part = part.model_copy(update={"command": f"{part.command} --demo"})
    there = office(form, part)
    assert "synthetic" in "".join(there.told(part.example))
    assert there.enter(part.example | {"synthetic": "true"})[0] == 0
    assert not (there.root / "data/ledger/evidence").exists()


#: What all commands have.
COMMON = {"--evaluator", "--demo", "--year", "--on", "--by"}


def test_the_page_has_every_option_of_its_commands_and_says_which_must_be_there():
    shown, there_are = {}, {}
    for part in (part for name in FORMS for _, part in parts(name) if part.command):
        _, group, name, *words = part.command.split()
        verb = command().commands[group].commands[name]
        options = {option: each for each in verb.params for option in each.opts if option.startswith("--")}
        there_are[group, name] = {*options} - COMMON
        shown.setdefault((group, name), set()).update(words)
        explained = {each.column: each for each in part.fields}
        arguments = iter(each for each in verb.params if each.param_type_name == "argument")
        before = ""
        for word in words:
            given = options[before] if before in options else None if word in options else next(arguments)
            before = word
            column = explained.get(word.strip("{}"))
            if given is None or column is None:
                continue
            assert given.required == (column.must == "always"), (part.id, word)
            kind = get_type_hints(unwrap(verb.callback))[given.name]
            if isinstance(kind, type) and issubclass(kind, Enum):
                assert {each.value for each in kind} == {*column.choices}, (part.id, word)
    assert [(each, there_are[each] - shown[each]) for each in there_are if there_are[each] - shown[each]] == []


def test_what_is_invented_says_so():
    for part in (part for name in FORMS for part in forms()[name].parts):
        marks = {"zh": "（模拟）", "en": "(Simulated)"}
        own = {each.column for each in part.fields if not each.by and not each.choices}
        for column, text in part.example.items():
            mark = marks.get(column.rpartition("_")[2])
            assert not text or column not in own or not mark or text.startswith(mark), (part.id, column, text)


def faults(text=None, **contracts):
    """Give what is wrong with a text of the page, or with the page where contracts are others."""
    with pytest.MonkeyPatch.context() as patch:
        for name, contract in contracts.items():
            patch.setattr(module, name, contract)
        if text is not None:
            patch.setattr(module, "_read", lambda: read(text))
        try:
            training(base()[1])
        except DuzhengError as error:
            return {(each.code, each.column, each.found) for each in error.faults}
    return set()


def read(text):
    node = yaml_files.parse_yaml(text, module.FILE)
    return node, yaml_files.check_entry(module.Training, node, module.FILE)


def test_a_column_that_is_new_or_gone_is_a_fault_of_the_page():
    fields = module.DECISIONS.fields
    more = replace(module.DECISIONS, fields={**fields, "colour": Field()})
    less = replace(module.DECISIONS, fields={name: each for name, each in fields.items() if name != "done"})
    where = "decision.decision"
    assert faults(DECISIONS=more) == {("DZ-W003", f"{where}.colour", "a column without an explanation")}
    gone = "an explanation of a column that there is not"
    assert faults(DECISIONS=less) == {("DZ-W003", f"{where}.done", gone)}
    assert faults(FLAGS=("confirmed",)) == {
        ("DZ-W003", "audit.audit.flag", "choices cannot_tell, confirmed, objected")
    }  # fmt: skip


def test_whether_a_column_must_be_filled_in_is_what_its_contract_says():
    fields = {**module.DECISIONS.fields, "due": Field()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "DECISIONS", replace(module.DECISIONS, fields=fields))
        (part,) = next(form for form in training(base()[1]) if form.id == "decision").parts
    due = lambda part: next(each.must for each in part.fields if each.column == "due")  # noqa: E731
    assert (due(part), due(*forms()["decision"].parts)) == ("always", "never")


#: What is written otherwise in the page's file, and the column and what is found of the fault.
WRONG = [
    ("column: flag", "column: flags", "audit.audit.flag", "a column without an explanation"),
    ("- column: due\n            name: {zh-Hans: 期限, en: Due}\n            text: {zh-Hans: 最迟哪一天答复",
     "- column: hue\n            name: {zh-Hans: 期限, en: Due}\n            text: {zh-Hans: 最迟哪一天答复",
     "audit.audit.hue", "an explanation of a column that there is not"),
    ("--supplier {supplier}", "", "delivery.delivery.supplier", "a column that the command does not have"),
    ("--supplier {supplier}", "--supplier {seller}", "delivery.delivery.seller",
     "a column of the command or the row that is not explained"),
    ("            example: 李某\n", "", "audit.audit.by", "no example"),
    ("says: 'DZ-T004 audits", "says: 'audits", "audit.audit.mistakes", None),
    ("            must: always\n            example: 李某", "            example: 李某", "audit.audit.by",
     "nothing on whether it must be filled in"),
    ("- id: incident\n    name", "- id: accident\n    name", "forms", None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "column", "found"), WRONG)
def test_a_page_that_is_wrong_is_refused_with_what_is_wrong(old, new, column, found):
    text = resources.files("analysis.supervision").joinpath(module.FILE).read_text(encoding="utf-8")
    assert old in text
    wrong = faults(text.replace(old, new, 1))
    assert any(each[:2] == ("DZ-W003", column) and found in {None, each[2]} for each in wrong), wrong


def test_a_text_in_one_language_is_refused():
    text = resources.files("analysis.supervision").joinpath(module.FILE).read_text(encoding="utf-8")
    with pytest.raises(DuzhengError, match=r"DZ-W003 texts/training\.yaml, line \d+.*a text in both languages"):
        read(text.replace(', en: "Who answered, by name"', "", 1))


@pytest.fixture(scope="module")
def tables():
    """The tables of a run of real figures alone: no demonstration."""
    return run_tables(Workspace(base()[1].root))


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_page_shows_each_form_with_columns_example_and_mistakes_to_everybody(tables, language):
    layout = read_layout(layout_path(ROOT, "training"))
    brief = Brief(Evidence(tables.slice("P").public(), "P"), language, "public", "", layout)
    assert layout.needs == ("training",)
    assert [name for name in layout.names if not brief.section(name).blocks] == []
    assert layout.names[3:] == [f"training_{name}" for name in FORMS]
    for name in FORMS:
        made = brief.section(f"training_{name}")
        assert made.cells == ()
        plain = made.plain()
        for form, part in parts(name):
            assert plain.startswith(form.name[language])
            assert all(each.says in plain and each.do[language] in plain for each in part.mistakes)
            assert all(each.text[language] in plain for each in part.fields if each.column not in part.example)
            assert not part.command or part.line(part.example) in plain
    assert "conduct" in brief.section("training_codes").plain()


def test_columns_that_all_kinds_share_are_shown_once(tables):
    rows = tables["training_fields"]
    shown = rows[rows["form"] == "evidence"].groupby("part")["column"].apply(list)
    assert shown["poll"] == ["respondents", "margin", "selection"]
    assert shown["media"] == ["reliability", "access", "outlet", "url"]  # which it narrows
    assert "reliability" in shown["shared"]


def test_a_table_of_nothing_but_odd_rows_is_refused_and_told(office):
    form = forms()["evidence"]
    part = form.parts[1]
    there = office(form, part)
    header, row = part.table(part.example)
    (said,) = there.told(part.example, f"{header}\n{row}, one more")
    assert said.startswith("DZ-T006 supervision.csv, row 2: found")


def test_a_reply_that_says_nothing_is_refused(office):
    there = office(forms()["reply"], forms()["reply"].parts[0])
    given = {"inspection": "fees-2026", "unit": "U7", "on": dt.date(2026, 5, 27), "by": "张某"}
    (fault,) = refused(there.root, lambda: opinions.reply(there.workspace(), {"zh-Hans": " "}, **given))
    assert (fault.code, fault.column, fault.expected) == ("DZ-O001", "text", "a text in zh-Hans")


@pytest.mark.slow
def test_the_document_is_built_from_real_figures(tmp_path, monkeypatch):
    shutil.copytree(base()[1].root, tmp_path / "place")
    shutil.copy(ROOT / "notebooks/memos/training.ipynb", tmp_path / "place/notebooks/memos")
    for name in ("DUZHENG_WORKSPACE", "DUZHENG_DEBUG"):
        monkeypatch.setenv(name, "")
    code, output = run(["-w", str(tmp_path / "place"), "memo", "build", "--template", "training", "--format", "html",
                        "--language", "zh-Hans", "--jobs", "1"])  # fmt: skip
    assert code == 0, output
    (page,) = (tmp_path / "place/reports").rglob("training/P/*.html")
    assert "（模拟）" in text_in(page)
