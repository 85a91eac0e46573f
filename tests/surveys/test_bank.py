"""Files of questionnaires and of the bank: what is wrong with them is said with line, character and a suggestion."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT, write
from tests.surveys import random_surveys

from analysis.messages import DuzhengError
from analysis.surveys import read_bank, read_survey, schema

GOOD = """\
scales:
  satisfied3:
    - {code: 1, text: {zh-Hans: 不满意, en: Dissatisfied}}
    - {code: 2, text: {zh-Hans: 一般, en: Neither}}
    - {code: 3, text: {zh-Hans: 满意, en: Satisfied}}
items:
  school:
    - version: 1
      type: rating
      scale: satisfied3
      text: {zh-Hans: 您满意吗？, en: How satisfied are you?}
"""
SHEET = """\
id: form
wave: 2025
respondent: parent
title: {zh-Hans: 问卷, en: Form}
welcome: {zh-Hans: 欢迎, en: Welcome}
consent:
  text: {zh-Hans: 自愿, en: Voluntary}
  privacy: {zh-Hans: 匿名, en: Anonymous}
closing: {zh-Hans: 谢谢, en: Thanks}
minutes: 5
selection: {kind: open}
expected: {total: 100}
sections:
  - id: s
    title: {zh-Hans: 一, en: One}
    items:
      - {item: school}
"""


def faults_of(folder: Path, bank: str = GOOD, sheet: str = SHEET):
    files = {"surveys/bank/items.yaml": bank, "surveys/form.yaml": sheet}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    start = time.perf_counter()
    try:
        read_survey(folder / "surveys/form.yaml", read_bank(folder), root=folder)
    except DuzhengError as error:
        return error.faults, time.perf_counter() - start
    return (), time.perf_counter() - start


def test_good_files_are_read(tmp_path):
    assert faults_of(tmp_path)[0] == ()


@pytest.mark.parametrize(
    ("bank", "line", "character", "words"),
    [
        (GOOD.replace("    - version: 1", "\t- version: 1"), 8, 1, "Indent with spaces, not with tabs"),
        (GOOD.replace("  school:", "  school: []\n  school:"), 8, 3, "duplicate key"),
        (GOOD.replace("scale: satisfied3", "scale: *nowhere"), 10, 14, "undefined alias"),
        (GOOD.replace("version: 1", "version: first"), 8, 7, "unable to parse string as an integer"),
        (GOOD.replace("scale: satisfied3", "scales: satisfied3"), 10, 7, "Did you mean scale?"),
        (GOOD.replace("scale: satisfied3", "scale: satisfied4"), 8, None, "Did you mean satisfied3?"),
        (GOOD.replace("type: rating", "type: ratingg"), 8, None, "'single', 'rating', 'matrix'"),
        (GOOD.replace("      text: {zh-Hans: 您满意吗？, en: ", "      text: {en: "), 11, 7, "a text in zh-Hans"),
        (GOOD.replace("  school:", "  1school:"), 7, 3, "letters and digits, a letter first"),
        ("a: [" * 5000, None, None, "brackets within brackets"),
        ("a: {" * 300, 1, None, "YAML"),
    ],
)
def test_a_fault_says_line_character_and_what_to_do(bank, line, character, words, tmp_path):
    (fault, *_), seconds = faults_of(tmp_path, bank=bank)
    assert (fault.file, fault.line) == ("surveys/bank/items.yaml", line)
    assert character is None or fault.character == character, fault
    assert words.lower() in str(fault).lower()
    assert seconds < 1


def test_ten_thousand_nested_aliases_are_refused_at_once(tmp_path):
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 10_001))
    (fault,), seconds = faults_of(tmp_path, bank=bomb)
    assert "anchors and aliases" in fault.found
    assert fault.hint == "write the entries out"
    assert seconds < 1


def test_few_aliases_are_a_help(tmp_path):
    text = GOOD.replace("{zh-Hans: 不满意, en: Dissatisfied}", "&bad {zh-Hans: 不满意, en: Dissatisfied}").replace(
        "{zh-Hans: 一般, en: Neither}", "*bad"
    )
    assert faults_of(tmp_path, bank=text)[0] == ()


@pytest.mark.parametrize(
    ("sheet", "line", "words"),
    [
        (SHEET.replace("wave: 2025", "wavee: 2025"), 2, "Did you mean wave?"),
        (SHEET.replace("minutes: 5", "minutes: five"), 10, "valid number"),
        (SHEET.replace("{item: school}", "{item: scool}"), 17, "Did you mean school?"),
        (SHEET.replace("item: school", "item: school, version: 2"), 17, "found version 2 of school; expected 1 to 1"),
        (SHEET + "      - {item: school}\n", 18, "the item school twice"),
        (SHEET.replace("item: school", "item: school, show_if: 'schol >= 2'"), 17, "the question schol at character 1"),
        (SHEET.replace("kind: open", "kind: opened"), 11, "'probability', 'census', 'open'"),
        (SHEET.replace("title:", "languages: [en]\ntitle:", 1), 4, "zh-Hans among the languages"),
        (SHEET + "analyses: {indices: [{id: ix, name: {zh-Hans: 分}, items: [scool]}]}\n", 18, "Did you mean school?"),
        (SHEET + "analyses: {items: [scool]}\n", 18, "Did you mean school?"),
        (SHEET + "analyses: {comparisons: [{of: scool, between: wave}]}\n", 18, "Did you mean school?"),
        (SHEET.replace("{total: 100}", "{total: 100, groups: {x: {a: 0.5, b: 0.2}}}"), 12, "add up to 1, not to 0.7"),
    ],
)  # fmt: skip
def test_a_fault_of_a_questionnaire_says_its_line(sheet, line, words, tmp_path):
    found, _ = faults_of(tmp_path, sheet=sheet)
    (fault,) = (fault for fault in found if fault.line == line)
    assert fault.file == "surveys/form.yaml"
    assert words in str(fault)


def test_every_fault_is_told_at_once(tmp_path):
    sheet = SHEET.replace("{item: school}", "{item: scool, version: 3}").replace(
        "id: s\n", "id: s\n    show_if: nobody\n"
    )
    found, _ = faults_of(tmp_path, sheet=sheet)
    assert len(found) == 2


VERSION = """\
    - version: 2
      relation: {relation}
      type: {kind}
      {answers}
      text: {{zh-Hans: {text}, en: How satisfied are you?}}
"""
SAME = {"kind": "rating", "answers": "scale: satisfied3", "text": "您满意吗？"}
OTHER = "options: [{code: 1, text: {zh-Hans: 差, en: Bad}}, {code: 2, text: {zh-Hans: 好, en: Good}}]"


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        (SAME, "same"),
        (SAME | {"text": "您觉得满意吗？"}, "reworded"),
        (SAME | {"answers": OTHER}, "rescaled"),
        (SAME | {"kind": "single", "answers": OTHER}, "recoded"),
        (SAME | {"kind": "numeric", "answers": "least: 0"}, "recoded"),
    ],
)
def test_a_relation_must_be_what_was_changed(version, fits, tmp_path):
    order = ["same", "reworded", "rescaled", "recoded"]
    for relation in order:
        found, _ = faults_of(tmp_path, bank=GOOD + VERSION.format(relation=relation, **version))
        assert bool(found) is (order.index(relation) < order.index(fits)), relation
        assert all(fault.expected == fits for fault in found)
    (fault,), _ = faults_of(tmp_path, bank=GOOD + VERSION.format(relation="new", **version))
    assert "what is new gets a code of its own" in fault.hint


def test_versions_count_from_one(tmp_path):
    (fault, *_), _ = faults_of(tmp_path, bank=GOOD.replace("version: 1", "version: 2"))
    assert (fault.found, fault.expected) == ("versions 2", "1")


def test_an_item_lives_in_one_file(tmp_path):
    write(tmp_path, {"surveys/bank/more.yaml": GOOD.partition("items:")[1] + GOOD.partition("items:")[2]})
    found, _ = faults_of(tmp_path)
    assert [fault.found for fault in found] == ["the item school in two files"]


def test_the_relation_of_versions_far_apart_is_the_weightiest(tmp_path):
    third = VERSION.format(relation="recoded", **SAME | {"kind": "numeric", "answers": "least: 0"})
    text = (
        GOOD
        + VERSION.format(relation="reworded", **SAME | {"text": "满意吗？"})
        + third.replace("version: 2", "version: 3")
    )
    assert faults_of(tmp_path, bank=text)[0] == ()
    bank = read_bank(tmp_path)
    assert [bank.relation("school", *pair) for pair in ((1, 1), (1, 2), (2, 3), (1, 3), (3, 1))] == [
        "same", "reworded", "recoded", "recoded", "recoded"]  # fmt: skip


@pytest.mark.slow
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_questionnaires_survive_being_written_and_read(data, tmp_path_factory):
    bank, sheet, read, survey = data.draw(random_surveys.workspaces(tmp_path_factory.mktemp("random")))
    assert survey.questionnaire == sheet
    assert {code: (read.items[code, 1],) for code in read.codes} == bank.items


def test_the_schema_in_the_workspace_is_current_and_named_in_each_file():
    assert json.loads((ROOT / "surveys/schema.json").read_text(encoding="utf-8")) == schema()
    for path in ROOT.glob("surveys/*.yaml"):
        assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n"), path
    for path in ROOT.glob("surveys/bank/*.yaml"):
        head = path.read_text(encoding="utf-8").splitlines()[0]
        assert head == "# yaml-language-server: $schema=../schema.json#/$defs/Bank", path


def test_the_schema_accepts_what_the_models_accept():
    from jsonschema import Draft202012Validator
    from ruamel.yaml import YAML

    whole = schema()
    sheet, bank = Draft202012Validator(whole), Draft202012Validator({"$ref": "#/$defs/Bank", "$defs": whole["$defs"]})
    for pattern, validator in (("surveys/*.yaml", sheet), ("surveys/bank/*.yaml", bank)):
        for path in ROOT.glob(pattern):
            read = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
            node = json.loads(json.dumps(read, default=str))
            assert not list(validator.iter_errors(node)), path
    node = YAML(typ="safe", pure=True).load(SHEET.replace("zh-Hans: 问卷, ", "").replace("minutes: 5", "minuts: 5"))
    assert len(list(sheet.iter_errors(node))) == 3  # no Chinese, an unknown key, a missing one
