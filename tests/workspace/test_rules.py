"""Rule sets: dated, with a source, read with every fault at once."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from analysis.messages import DuzhengError
from analysis.satisfaction.precision import Precision
from analysis.workspace.rules import RuleSet, read_rules

SOURCES = pd.DataFrame({"status": ["ok", "blocked"]}, index=["known", "wrong"])


def written(root, name, text):
    (root / "data/rules").mkdir(parents=True, exist_ok=True)
    (root / f"data/rules/{name}.yaml").write_text(text, encoding="utf-8")


def test_the_workspace_has_its_rules_each_with_a_source_or_its_own_choice(shanghai):
    assert {"precision", "social_recognition"} <= set(shanghai.rules)
    for rule in shanghai.rules.values():
        assert bool(rule.source) != (rule.certainty == "own")
    assert shanghai.rules["precision"].read(Precision) == Precision()


def test_a_rule_is_in_force_from_its_first_to_its_last_day():
    rule = RuleSet(id="a", title={"zh-Hans": "甲"}, certainty="own", effective_from=dt.date(2024, 5, 1),
                   effective_to=dt.date(2025, 4, 30))  # fmt: skip
    days = [dt.date(2024, 4, 30), dt.date(2024, 5, 1), dt.date(2025, 4, 30), dt.date(2025, 5, 1)]
    assert [rule.on(day) for day in days] == [False, True, True, False]


def test_every_fault_of_every_file_is_told(tmp_path):
    written(tmp_path, "one", "id: two\ntitle: {zh-Hans: 甲}\ncertainty: A\nsource: known\n")
    written(tmp_path, "three", "id: three\ntitle: {zh-Hans: 丙}\ncertainty: B\nsource: wrong\n")
    written(tmp_path, "four", "id: four\ntitle: {zh-Hans: 丁}\ncertainty: own\nsource: known\nunknown: 1\n")
    with pytest.raises(DuzhengError) as caught:
        read_rules(tmp_path, SOURCES)
    said = [(fault.file, fault.code, fault.line) for fault in caught.value.faults]
    assert ("data/rules/one.yaml", "DZ-W003", 1) in said
    assert ("data/rules/three.yaml", "DZ-I003", 4) in said
    assert any(file == "data/rules/four.yaml" for file, *_ in said)


def test_parameters_that_a_verb_does_not_know_are_faults():
    rule = RuleSet(id="precision", title={"zh-Hans": "甲"}, certainty="own", parameters={"suppress": 3})
    with pytest.raises(DuzhengError, match="DZ-W003 data/rules/precision"):
        rule.read(Precision)
