"""What comes after the self-evaluations of the invented prefecture: an inspection, its opinion, items, rules."""

from __future__ import annotations

import os

from tests.conftest import ROOT
from tests.supervision import invented
from typer.testing import CliRunner

from analysis.cli import app
from analysis.messages import DuzhengError

ITEMS_FILE = "data/ledger/rectification/U-2020.yaml"
#: Of Upper County: one overdue in May, one returned twice, one that its owner reported.
ITEMS = """
    unit: U
    year: 2020
    items:
      - id: teachers
        opened: 2020-02-03
        problem: {zh-Hans: 教师不足, en: too few teachers}
        duty: means
        evidence: [{indicator: pupils, year: 2017, value: 3300}]
        owner: {zh-Hans: 县人事部门, en: County personnel}
        due: 2020-05-01
        steps: [{state: fed_back, date: 2020-02-10, by: 张某}, {state: plan_accepted, date: 2020-02-20, by: 张某}]
      - id: money
        opened: 2020-02-03
        problem: {zh-Hans: 拨付不及时, en: money was late}
        duty: means
        rests_on: [audit/a1]
        owner: {zh-Hans: 县财政部门, en: County finance}
        due: 2020-03-01
        steps:
          - {state: fed_back, date: 2020-02-04, by: 张某}
          - {state: plan_accepted, date: 2020-02-05, by: 张某}
          - {state: in_work, date: 2020-02-06, by: 张某}
          - {state: reported, date: 2020-02-20, by: 李某}
          - {state: re_inspected, date: 2020-02-24, by: 张某}
          - {state: returned, date: 2020-02-25, by: 张某, due: 2020-03-20}
          - {state: in_work, date: 2020-02-26, by: 张某}
          - {state: reported, date: 2020-03-10, by: 李某}
          - {state: re_inspected, date: 2020-03-12, by: 张某}
          - {state: returned, date: 2020-03-13, by: 张某, due: 2020-06-30}
      - id: places
        opened: 2020-03-02
        problem: {zh-Hans: 学位紧张, en: places are short}
        duty: growth
        rests_on: [opinion/visit/places]
        owner: {zh-Hans: 县教育部门, en: County education}
        due: 2020-06-30
        steps:
          - {state: fed_back, date: 2020-03-03, by: 张某}
          - {state: plan_accepted, date: 2020-03-20, by: 张某}
          - {state: in_work, date: 2020-03-21, by: 张某}
          - {state: reported, date: 2020-04-20, by: 李某}
    """
VISIT_FILE = "data/ledger/inspections/visit.yaml"
#: A special inspection of Upper County, which was concluded on 17 January.
VISIT = """
    id: visit
    evaluator: P
    year: 2020
    kind: special
    title: {zh-Hans: 学位专项督导, en: Special inspection of places}
    units: [U]
    begins: 2020-01-13
    ends: 2020-01-15
    team:
      - {id: zhang, name: {zh-Hans: 张某, en: Zhang}, role: leader, declared: 2020-01-08}
      - {id: li, name: {zh-Hans: 李某, en: Li}, role: lay_inspector}
    found:
      - {id: places, unit: U, duty: growth, date: 2020-01-14, judged: problem, text: {zh-Hans: 学位紧张}, by: [zhang],
         papers: [p1]}
    steps:
      - {state: prepared, date: 2020-01-06, by: 张某}
      - {state: announced, date: 2020-01-07, by: 张某}
      - {state: on_site, date: 2020-01-13, by: 张某}
      - {state: concluded, date: 2020-01-17, by: 张某}
    """
OPINION_FILE = "data/ledger/opinions/visit-U.yaml"
#: The opinion on it, issued on 14 February.
OPINION = """
    inspection: visit
    unit: U
    evaluator: P
    year: 2020
    title: {zh-Hans: 督导意见书, en: Inspection opinion}
    number: 虚督〔2020〕9号
    problems:
      - {id: places, duty: growth, text: {zh-Hans: 学位紧张}, rests_on: [found/places]}
      - {id: order, duty: order, text: {zh-Hans: 管理松散}, rests_on: [audit/a1]}
    requests:
      - {id: r1, problems: [places, order], text: {zh-Hans: 补足学位}, owner: {zh-Hans: 县教育部门}, due: 2020-06-30}
    steps:
      - {state: drafted, date: 2020-01-20, by: 张某}
      - {state: preliminary, date: 2020-01-22, by: 张某, due: 2020-02-05}
      - {state: approved, date: 2020-02-10, by: 州政府}
      - {state: issued, date: 2020-02-14, by: 州政府}
    """
INSPECTIONS_RULE = {
    "data/rules/inspections.yaml": (ROOT / "data/rules/inspections.yaml")
    .read_text(encoding="utf-8")
    .replace("inspection-regulation-2012-opinion", "made-up")
    .replace("inspection-regulation-2012", "made-up")
    .replace("duties-city-2017", "made-up")
}
ACCOUNTABILITY_RULE = {
    "data/rules/accountability.yaml": """
    id: accountability
    title: {zh-Hans: 问责情形, en: Situations}
    certainty: own
    parameters:
      documents:
        - {id: rules, title: {zh-Hans: 虚构办法, en: Invented rules}, effective_from: 2020-02-01, named: 5,
           source: made-up, certainty: B}
      situations:
        - id: weak
          document: rules
          text: {zh-Hans: 整改不力, en: Weak rectification}
          source: made-up
          certainty: B
          evidence:
            - {kind: items_overdue, days: 30, certainty: own}
            - {kind: items_returned, times: 2, certainty: own}
    """
}


def place(root, files=None):
    """Make the place with its items and these rules, and with more files."""
    found = invented.place(root, {ITEMS_FILE: ITEMS} | INSPECTIONS_RULE | ACCOUNTABILITY_RULE | (files or {}))
    found.__dict__.pop("rules")  # there are more than in other tests
    return found


def run(root, *arguments):
    """Run a command in the place as 张某; its fault is raised."""
    try:
        done = CliRunner().invoke(app, ["-w", str(root), *arguments], env={"DUZHENG_BY": "张某"})
    finally:
        for name in ("DUZHENG_WORKSPACE", "DUZHENG_DEBUG"):  # which the command line sets for its commands
            os.environ.pop(name, None)
    if isinstance(done.exception, DuzhengError):
        raise done.exception
    return done
