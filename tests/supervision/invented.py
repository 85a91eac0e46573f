"""An invented prefecture with two counties and two departments, and the rules of its office's year."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conftest import INVENTED, write

from analysis.workspace import Workspace

SPRING = dt.date(2020, 3, 5)

OFFICE = INVENTED | {
    "data/units.csv": INVENTED["data/units.csv"].rstrip()
    + """
        fin,fin,州财政部门,Finance department,department,P,,,
        edu,edu,州教育部门,Education department,department,P,,,
        """,
    "data/indicators/more.yaml": """
        - code: funds
          name: {zh-Hans: 生均经费, en: Funds per pupil}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: funding
          kind: rate
          measure: {zh-Hans: 元, en: yuan}
        - code: content
          name: {zh-Hans: 满意率, en: Content}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: quality
          kind: rate
          measure: {zh-Hans: "%", en: "%"}
          decimals: 1
        """,
    "data/observations/more.csv": """
        unit,year,indicator,value,measure,source
        P,2018,funds,9000,元,made-up
        V,2018,content,80.0,%,made-up
        """,
    "data/rules/duties.yaml": """
        id: duties
        title: {zh-Hans: 职责}
        certainty: own
        parameters:
          duties:
            - {id: growth, name: {zh-Hans: 教育发展, en: Development}, certainty: own}
            - {id: means, name: {zh-Hans: 教育保障, en: Guarantees}, certainty: own}
            - {id: order, name: {zh-Hans: 规范办学, en: Conduct}, certainty: own}
            - {id: reform, name: {zh-Hans: 综合改革, en: Reform}, certainty: C}
          topics:
            certainty: own
            of: {schooling: growth, funding: means, quality: order}
            by_theme: [satisfaction]
            by_finding: [self_evaluation, rectification]
          themes: {certainty: own, of: {fairness: order}}
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
              heads: [{id: growth, name: {zh-Hans: 发展}, duty: growth, certainty: own},
                      {id: reform, name: {zh-Hans: 改革}, duty: reform, certainty: own}]
              points: [{id: growth-1, head: growth, text: {zh-Hans: 发展情况}, certainty: own},
                       {id: reform-1, head: reform, text: {zh-Hans: 改革情况}, certainty: own}]
            - id: departments
              title: {zh-Hans: 部门自评, en: Self-evaluation of a department}
              kinds: [department]
              figures_of: evaluator
              heads: [{id: means, name: {zh-Hans: 保障}, duty: means, certainty: own},
                      {id: order, name: {zh-Hans: 规范}, duty: order, certainty: own}]
              points: [{id: means-1, head: means, text: {zh-Hans: 保障情况}, certainty: own},
                       {id: order-1, head: order, text: {zh-Hans: 规范情况}, certainty: own}]
        """,
    "data/rules/responsibilities.yaml": """
        id: responsibilities
        title: {zh-Hans: 分工}
        certainty: own
        parameters:
          departments:
            - {unit: fin, duties: [means], topics: [funding]}
            - {unit: edu, duties: [growth, order, reform], topics: [schooling, quality]}
        """,
    "data/rules/office_year.yaml": """
        id: office_year
        title: {zh-Hans: 时限}
        certainty: own
        parameters:
          self_evaluation:
            noticed: {day: 01-15, certainty: own}
            due: {day: 03-31, source: made-up, certainty: B}
            reminders: {days_before: [3], certainty: own}
            correction: {days: 10, certainty: own}
            audit: {days: 7, certainty: own}
          self_report:
            noticed: {day: 03-31, certainty: own}
            submitted: {day: 05-31, certainty: own}
            objections: {days: 5, certainty: own}
            characters: [{most: 30, years: [2019], certainty: own}]
            remind_of_characters: {most: 30, certainty: own}
        """,
}
#: Of the finance department: it claims the money rightly and the pupils wrongly, and answers one point with a paper.
FINANCE = """
    unit: fin
    year: 2020
    evaluator: P
    source: {zh-Hans: 州财政部门2020年度自评}
    papers: [{id: report, title: {zh-Hans: 决算报告}}]
    answers:
      - {point: means-1, text: {zh-Hans: 经费优先保障教育。, en: Education came first.}, evidence: [report]}
      - {point: order-1, text: {zh-Hans: 管理规范。, en: All in order.}}
    claims:
      - {id: funds, indicator: funds, of: P, year: 2018, value: 9000, text: {zh-Hans: 生均经费9000元。, en: Funds 9000}}
      - {id: pupils, indicator: pupils, of: P, year: 2017, value: 9999, text: {zh-Hans: 学生9999人。, en: Pupils 9999.}}
      - {id: later, indicator: funds, of: P, year: 2019, value: 9100, text: {zh-Hans: 次年9100元。, en: "Then 9,100."}}
    steps:
      - {state: requested, date: 2020-01-15, by: 张某, due: 2020-03-31}
      - {state: submitted, date: 2020-02-20, by: 李某}
      - {state: checked, date: 2020-03-01, by: 张某}
    """
APPROVED = (
    FINANCE.rstrip()
    + """
      - {state: audited, date: 2020-03-02, by: 张某}
      - {state: approved, date: 2020-03-03, by: 张某}
    """
)
UPPER = """
    unit: U
    year: 2020
    source: {zh-Hans: 上县2020年度自评}
    submitted: 2020-02-01
    answers: [{point: reform-1, text: {zh-Hans: 改革有序推进。}}]
    claims:
      - {id: pupils, indicator: pupils, year: 2017, value: 3300, text: {zh-Hans: 学生3300人。}}
    """
FINANCE_FILE = "data/ledger/self_evaluations/fin-2020.yaml"
UPPER_FILE = "data/ledger/self_evaluations/U-2020.yaml"
#: The columns of all evidence of others, and a poll's own.
POLL = ("id,unit,date,year,duty,indicator,value,statement_zh,statement_en,source_zh,source_en,reliability,access,"
        "respondents,margin,selection\n")  # fmt: skip


def poll(*rows: str) -> str:
    """Write a table of polls: id, unit, indicator, value, access, margin and selection of each, by commas."""
    lines = []
    for row in rows:
        name, unit, year, indicator, value, access, margin, selection = row.split(",")
        lines.append(f"{name},{unit},2020-02-10,{year},order,{indicator},{value},有调查称如此,,州统计局,,B,{access},"
                     f"400,{margin},{selection}\n")  # fmt: skip
    return POLL + "".join(lines)


def place(root, files=None) -> Workspace:
    """Make the place, with more files; what is the same in all tests is read once."""
    workspace = Workspace(write(root, OFFICE | (files or {})))
    workspace.__dict__.update(_known())
    return workspace


@cache
def _known():
    with TemporaryDirectory() as folder:
        base = Workspace(write(Path(folder), OFFICE))
        return {name: getattr(base, name) for name in ("settings", "units", "sources", "catalogue", "rules",
                                                       "_observations")}  # fmt: skip
