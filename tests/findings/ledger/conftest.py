"""An invented place whose figures are merged, broken, doubtful and rounded, and a ledger that a test writes."""

from __future__ import annotations

from textwrap import indent

import pytest
from tests.conftest import INVENTED, write

from analysis.findings.answers.estimates import COLUMNS, table_of
from analysis.findings.figures.facts import facts
from analysis.findings.finding import worded
from analysis.findings.ledger import gather
from analysis.workspace import Workspace

#: Upper took in Lower Hill in 2015: 900 + 2100 = 3000 pupils in 2012 on the boundaries of 2020, 3300 in 2017.
PLACE = INVENTED | {
    "data/indicators/more.yaml": """
        - code: staff
          name: {zh-Hans: 教职工数, en: Staff}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: staffing
          kind: count
          measure: {zh-Hans: 人, en: persons}
        - code: teachers
          name: {zh-Hans: 教师数, en: Teachers}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: staffing
          kind: count
          measure: {zh-Hans: 人, en: persons}
          not_above: staff
        - code: teachers_per_100
          name: {zh-Hans: 每百名学生教师数, en: Teachers per 100 pupils}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: staffing
          kind: ratio
          measure: {zh-Hans: 人, en: ""}
          decimals: 2
          formula: {numerator: teachers, denominator: pupils, scale: 100}
        - code: residents
          name: {zh-Hans: 常住人口, en: Residents}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: population
          kind: count
          measure: {zh-Hans: 人, en: persons}
        - code: funds
          name: {zh-Hans: 生均经费, en: Funds per pupil}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: funding
          kind: rate
          measure: {zh-Hans: 元, en: yuan}
          breaks: [{year: 2016, reason: {zh-Hans: 口径改变, en: another scope}}]
        - code: funds_growth
          name: {zh-Hans: 生均经费增长率, en: Growth of funds per pupil}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: funding
          kind: rate
          growth_of: funds
          measure: {zh-Hans: "%", en: "%"}
          decimals: 2
        - code: listed
          name: {zh-Hans: 列入名单, en: On the list}
          definition: {zh-Hans: 虚构。, en: Invented.}
          topic: balance
          kind: flag
          measure: {zh-Hans: 是/否, en: yes/no}
        """,
    "data/observations/more.csv": """
        unit,year,indicator,value,measure,source,status,as_published
        U,2017,teachers,264,人,made-up,,
        V,2017,teachers,95,人,made-up,,
        V,2017,staff,90,人,made-up,,
        V,2017,residents,25800,人,made-up,rounded,2.58万人
        V,2015,funds,8000,元,made-up,,
        V,2016,funds,10000,元,made-up,,
        V,2017,funds,10040,元,made-up,,
        V,2017,funds_growth,2.22,%,made-up,,
        V,2017,listed,1,是/否,made-up,,
        """,
}


class Told:
    """What was gathered, with the findings worded."""

    def __init__(self, gathered):
        self.findings = {each.id: worded(each) for each in gathered.findings}
        self.tables = gathered.tables
        self.cells = {} if gathered.cells is None else {row["id"]: row for row in gathered.cells.to_dict("records")}

    def about(self, unit, kind=""):
        return [each for each in self.findings.values() if each.unit == unit and each.id.split("/")[1].startswith(kind)]

    def said(self, unit, kind="", language="en"):
        return " ".join(each.said(language) for each in self.about(unit, kind))

    def claim(self, name):
        frame = self.tables["claims"]
        return frame[frame["claim"] == name].iloc[0]

    def outcome(self, name):
        row = self.claim(name)
        return row["verdict"], row["reason"]


def estimates(*rows):
    """Make a table of estimates: each of a unit, with what is given in place of the usual."""
    usual = dict.fromkeys(COLUMNS, "") | {
        "survey": "students-2020", "wave": 2020, "index": "ixAll", "statistic": "mean", "estimate": 70.0, "se": 1.0,
        "lower": 67.96, "upper": 72.04, "level": 0.95, "df": 30.0, "n": 400, "psus": 40, "deff": 1.5,
        "selection": "probability", "precision": "publish", "measure": "linear_0_100", "synthetic": False,
    }  # fmt: skip
    usual |= dict.fromkeys(("base_wave", "n_before", "against", "p", "p_adjusted", "held", "universes"))
    return table_of([usual | {"cell": f"students-2020/ixAll/{row['unit']}/mean"} | row for row in rows])


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """Give the place without a ledger, and its facts up to a year, computed once."""
    workspace = Workspace(write(tmp_path_factory.mktemp("place"), PLACE))
    found = {year: facts(workspace, year=year, boundaries=2020) for year in (2014, 2020)}
    assert workspace.rules == {}
    return workspace, found


@pytest.fixture
def told(tmp_path, place):
    """Give what is said of self-evaluations and of items, by unit."""

    def tell(claims=None, items=None, asked=None, *, year=2020, synthetic=False, evaluated=2020):
        folder, mark = ("data/demo/ledger", "synthetic: true\n") if synthetic else ("data/ledger", "")
        root, files = tmp_path / str(len(list(tmp_path.iterdir()))), {}
        for unit, entries in (claims or {}).items():
            head = f'unit: "{unit}"\nyear: {evaluated}\n{mark}source: {{zh-Hans: 自评}}\nsubmitted: 2020-12-30\n'
            text = "\n".join(f"- {{id: {name}, text: {{zh-Hans: 陈述}}, {about}}}" for name, about in entries.items())
            files[f"{folder}/self_evaluations/{unit}-{evaluated}.yaml"] = f"{head}claims:\n{text}\n"
        for unit, entries in (items or {}).items():
            head = f'unit: "{unit}"\n{mark}items:\n'
            files[f"{folder}/rectification/{unit}.yaml"] = head + indent("\n".join(entries), "  ") + "\n"
        known, found = place
        workspace = Workspace(write(root, files))
        workspace.__dict__.update({name: each for name, each in known.__dict__.items() if name != "root"})
        tables = dict(found[year]) | ({} if asked is None else {"estimates": asked})
        return Told(gather(workspace, tables, year=year, boundaries=2020, synthetic=synthetic))

    return tell
