"""Lint: each rule finds its invalid file and leaves its valid one alone; what is allowed needs a reason."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from analysis.messages import DuzhengError
from analysis.surveys import read_bank, read_survey, read_surveys
from analysis.surveys.lint import as_json, as_sarif, as_text, explain, lint
from analysis.surveys.lint.answers import range_of
from analysis.surveys.lint.rules import load

FILES = Path(__file__).parent / "lint"
RULES = load()
yaml = YAML(typ="safe", pure=True)  # the parser in C refuses a question mark within braces
#: A questionnaire with which no rule finds fault, but for what a file says otherwise.
HEAD = {
    "id": "form", "wave": 2025, "respondent": "parent", "languages": ["zh-Hans", "en"],
    "title": {"zh-Hans": "问卷", "en": "Questionnaire"},
    "welcome": {"zh-Hans": "欢迎。", "en": "Welcome."}, "closing": {"zh-Hans": "谢谢。", "en": "Thank you."},
    "consent": {"text": {"zh-Hans": "参加是自愿的。", "en": "Taking part is voluntary."},
                "privacy": {"zh-Hans": "这份问卷不记名。", "en": "Answers are anonymous."}},
    "minutes": 10, "expected": {"total": 1000, "groups": {"district": 16}},
    "selection": {"kind": "probability", "frame": "学籍名单", "psu": "school", "log": "data/frames/draw.csv"},
    "margins": [{"columns": ["district"], "source": "教育统计"}],
}  # fmt: skip


def surveys_of(text: str, folder: Path):
    """Make a workspace of one of the files: its questionnaire, and the last wave if it has one."""
    given = yaml.load(text)
    (folder / "surveys/bank").mkdir(parents=True, exist_ok=True)
    bank = {name: given[name] for name in ("scales", "items") if name in given}
    _write(folder / "surveys/bank/items.yaml", bank)
    codes = list(given["items"])
    found = []
    for wave, part in ((2024, "before"), (2025, "survey")):
        if part == "before" and part not in given:
            continue
        sheet = copy.deepcopy(HEAD) | {"wave": wave} | (given.get(part) or {})
        sections = [{"id": "s", "title": {"zh-Hans": "问题", "en": "Questions"}, "items": [{"item": c} for c in codes]}]
        sheet.setdefault("sections", sections)
        asked = [use["item"] for section in sheet["sections"] for use in section["items"]]
        sheet.setdefault("analyses", {"items": asked})
        path = folder / f"surveys/form-{wave}.yaml"
        _write(path, sheet)
        found.append(path)
    items = read_bank(folder)
    return [read_survey(path, items, root=folder) for path in found]


def _write(path: Path, content) -> None:
    stream = io.StringIO()
    YAML().dump(content, stream)
    path.write_text(stream.getvalue(), encoding="utf-8")


def remarks_of(text: str, folder: Path):
    *before, survey = surveys_of(text, folder)
    return lint([survey], others=before)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_its_invalid_file_and_nothing_else_does(rule, tmp_path):
    remarks = remarks_of((FILES / rule / "invalid.yaml").read_text(encoding="utf-8"), tmp_path)
    assert {remark.rule for remark in remarks} == {rule}, as_text(remarks)
    assert all(remark.file and remark.message for remark in remarks)


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_finds_fault_with_a_valid_file(rule, tmp_path):
    remarks = remarks_of((FILES / rule / "valid.yaml").read_text(encoding="utf-8"), tmp_path)
    assert not remarks, as_text(remarks)


@pytest.mark.parametrize("rule", RULES)
def test_each_page_shows_the_two_files(rule):
    page = explain(rule)
    head, *_ = page.splitlines()
    assert head == f"# {rule} {RULES[rule].name}"
    assert RULES[rule].title in page
    for name, title in (("invalid", "## Instead of"), ("valid", "## Write")):
        block = page.partition(title)[2].partition("```yaml\n")[2].partition("```")[0]
        assert block == (FILES / rule / f"{name}.yaml").read_text(encoding="utf-8")


def test_there_are_more_than_thirty_rules_and_each_has_a_page():
    assert len(RULES) > 30
    assert {path.name for path in FILES.iterdir()} == set(RULES)


def test_an_allowance_needs_a_reason_and_keeps_it(tmp_path):
    text = (FILES / "L301/invalid.yaml").read_text(encoding="utf-8")
    remarks = remarks_of(text + "survey:\n  allow:\n    - {rule: L301, reason: 图书馆与操场在一起}\n", tmp_path)
    assert {remark.allowed for remark in remarks} == {"图书馆与操场在一起"}
    assert "L301" not in as_text(remarks)
    assert "[allowed: 图书馆与操场在一起]" in as_text(remarks, allowed=True)
    with pytest.raises(DuzhengError, match=r"allow\.0\.reason: found nothing"):
        remarks_of(text + "survey:\n  allow:\n    - {rule: L301}\n", tmp_path)


def test_an_allowance_of_no_rule_is_remarked(tmp_path):
    text = (FILES / "L301/valid.yaml").read_text(encoding="utf-8")
    (remark,) = remarks_of(text + "survey:\n  allow:\n    - {rule: L999, reason: 没有这条规则}\n", tmp_path)
    assert (remark.rule, remark.message) == ("L001", "L999 is allowed, but is no rule")


def test_reports_say_the_same(tmp_path):
    remarks = remarks_of((FILES / "L306/invalid.yaml").read_text(encoding="utf-8"), tmp_path)
    assert "surveys/bank/items.yaml:3: error L306 overlapping-ranges (q1): “0–5 年” and “5–10 年”" in as_text(remarks)
    assert [each["rule"] for each in json.loads(as_json(remarks))] == [remark.rule for remark in remarks]
    sarif = json.loads(as_sarif(remarks, "1.0"))
    (run,) = sarif["runs"]
    assert sarif["version"] == "2.1.0"
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == set(RULES)
    (place,) = run["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "surveys/bank/items.yaml"
    assert place["physicalLocation"]["region"]["startLine"] == 3


@pytest.mark.parametrize(
    ("text", "language", "ends"),
    [
        ("不到 7 小时", "zh-Hans", (float("-inf"), 7)),
        ("18 岁以上、不到 30 岁", "zh-Hans", (18, 30)),
        ("5 至 10 年", "zh-Hans", (5, 10)),
        ("60 岁以上", "zh-Hans", (60, float("inf"))),
        ("三年级", "zh-Hans", None),
        ("less than 5 years", "en", (float("-inf"), 5)),
        ("5 to less than 15 years", "en", (5, 15)),
        ("5–10", "en", (5, 10)),
        ("more than 40", "en", (40, float("inf"))),
        ("60 or more", "en", (60, float("inf"))),
        ("At home", "en", None),
    ],
)
def test_ranges_are_read(text, language, ends):
    found = range_of(text, language)
    assert (found and (found.low, found.high)) == ends


def test_no_remark_on_the_questionnaires_of_this_workspace():
    root = Path(__file__).parents[2]
    bank = read_bank(root)
    remarks = lint(read_surveys(root, bank))
    assert [remark for remark in remarks if not remark.allowed] == []
    assert {remark.rule for remark in remarks} == {"L108", "L110", "L201", "L202", "L203", "L301", "L312"}


def test_the_list_of_rules_in_the_documents_is_complete():
    page = (FILES.parents[2] / "docs/lint.md").read_text(encoding="utf-8")
    for rule in RULES.values():
        assert f"/{rule.id}.md) | {rule.name} | {rule.severity} | {rule.title} |" in page
    assert page.count("| [L") == len(RULES)
    changes = (FILES.parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"{len(RULES)} lint rules" in changes
