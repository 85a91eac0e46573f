"""What a self-evaluation says of the targets of the term and of the yearly monitoring of balance is held to both."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest
from openpyxl import load_workbook
from tests.conftest import ROOT
from tests.supervision.handing_in import HANDED_IN, POINTS, TITLES, claim, fill, handed, place, put

from analysis.findings.coefficients import coefficients, limited
from analysis.findings.ledger.monitored import Monitored
from analysis.supervision.checks import blocking, check, monitored_of
from analysis.supervision.evaluations import request, submit
from analysis.supervision.forms import write_form
from analysis.supervision.gatherers.terms import gather_terms
from analysis.supervision.handed import read_form
from analysis.workspace import Workspace
from analysis.workspace.ledger import CoefficientOf

TARGETS_POINT = "{id: targets-1, head: growth, asks: targets, text: {zh-Hans: 任期目标}, certainty: own}"
BALANCE_POINT = "{id: balance-1, head: growth, asks: balance, text: {zh-Hans: 均衡监测}, certainty: own}"
_LAST = "{id: reform-1, head: reform, text:"
ASKING = POINTS.replace(_LAST, f"{TARGETS_POINT},\n{' ' * 19}{BALANCE_POINT},\n{' ' * 19}{_LAST}")
TERM = """
    id: u-2019
    government: U
    title: {zh-Hans: 虚构任期目标, en: Invented targets}
    from: 2016-01-01
    to: 2020-12-31
    certainty: own
    targets:
      - {indicator: pupils, value: 3300, by: 2017, certainty: own}
      - {indicator: pupils, value: 3301, by: 2017, certainty: own}
      - {indicator: pupils, value: 3400, by: 2020, certainty: own}
      - {indicator: pupils, value: 3200, by: 2020, direction: at_most, certainty: own}
    """
#: 教督〔2012〕3号, worked example: books of five schools; its coefficient is 0.515257, published as 0.52.
BOOKS = "school,unit,stage,year,students,books,source\n" + "".join(
    f"S{number},U,primary,2019,{students},{books},made-up\n"
    for number, (students, books) in enumerate(((45, 279), (37, 137), (89, 935), (76, 160), (55, 402)), start=1)
)
RULE = """
    id: balance
    title: {zh-Hans: 均衡规则, en: A rule on balance}
    effective_from: 2012-01-01
    certainty: own
    parameters:
      resources:
        certainty: own
        indicators:
          - {id: books, total: books, group: property, name: {zh-Hans: 生均图书, en: Books per student},
             short: {zh-Hans: 图书, en: Books}, measure: {zh-Hans: 册, en: books}}
      variation: {of: each, limits: {primary: 0.5, junior: 0.45}, certainty: own}
      left_out: {certainty: own}
      split: {weights: {primary: 1, junior: 1.1, senior: 1.32}, certainty: own}
    """
RATIO = """
    - code: teachers
      name: {zh-Hans: 教师数, en: Teachers}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: schooling
      kind: count
      measure: {zh-Hans: 人, en: persons}
    - code: per_teacher
      name: {zh-Hans: 生师比, en: Pupils per teacher}
      definition: {zh-Hans: 虚构。, en: Invented.}
      topic: schooling
      kind: ratio
      formula: {numerator: pupils, denominator: teachers, scale: 1}
      measure: {zh-Hans: "", en: ""}
      decimals: 1
    """
CV = CoefficientOf(rule="balance", resource="books", stage="primary")


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Workspace:
    workspace = place(tmp_path_factory.mktemp("office"), {
        "data/rules/evaluation_points.yaml": ASKING, "data/targets/u.yaml": TERM, "data/schools/u.csv": BOOKS,
        "data/rules/balance.yaml": RULE, "data/indicators/ratios.yaml": RATIO,
    })  # fmt: skip
    request(workspace, year=2020, on=dt.date(2020, 1, 15), by="张某", units=["U"])
    return workspace


@pytest.fixture(scope="module")
def monitored(office) -> Monitored:
    return monitored_of(office, [], synthetic=False)


@pytest.fixture
def checked(office, monitored):
    """Hand claims in, give what is found, and take them back."""
    file = office.root / "data/ledger/self_evaluations/U-2020.yaml"
    before = file.read_bytes()

    def done(*claims):
        points = ("growth-1", "targets-1", "balance-1", "reform-1")
        submit(office, handed(*claims, points=points), unit="U", year=2020, on=HANDED_IN, by="李某")
        found = check(office, unit="U", year=2020, monitored=monitored)
        told = office.ledger.self_evaluations["U", 2020]
        file.write_bytes(before)
        office.__dict__.pop("ledger", None)
        return found, told

    return done


def coefficient(value, **more):
    return claim("books", indicator="", coefficient=CV, year=2019, value=value, **more)


def test_the_monitoring_of_balance_gives_the_published_coefficient(office):
    (row,) = coefficients(office, until=2020, synthetic=False).to_dict("records")
    assert row["value"] == pytest.approx(0.515257, abs=5e-7)  # the worked example of the rule
    assert row["limit"] == 0.5
    assert row["name_zh"] == "小学生均图书校际差异系数"
    assert [each.code for each in limited(office)] == ["balance.books.primary", "balance.books.junior"]
    assert coefficients(office, until=2018, synthetic=False).empty


@pytest.mark.parametrize(("value", "problem"), [("0.515", "agrees"), ("0.52", "agrees"), ("0.45", "differs")])
def test_a_coefficient_that_is_claimed_is_held_to_the_one_that_was_monitored(checked, value, problem):
    found, _ = checked(claim("pupils", value=3300), coefficient(value))
    (row,) = found[(found["aspect"] == "evidence") & (found["claim"] == "books")].to_dict("records")
    assert (row["problem"], row["monitored"]) == (problem, "0.515")


def test_a_coefficient_that_is_known_must_be_given_and_the_newest_one(checked):
    found, _ = checked(claim("pupils", value=3300))
    missing = found[found["problem"] == "missing_figure"]
    assert missing[["point", "text_zh"]].to_numpy().tolist() == [
        ["balance-1", "应报而未报的数据：小学生均图书校际差异系数"]
    ]  # of junior schools nothing is known
    old, _ = checked(claim("pupils", value=3300), coefficient("0.5", evidence=()).model_copy(update={"year": 2018}))
    assert "old_figure" in set(old["problem"])


def test_targets_are_held_to_what_is_claimed_and_to_what_was_monitored(checked, office, monitored):
    # Monitored: 3,300 pupils in 2017 (invented yearbook).
    found, told = checked(claim("pupils", value=3301), coefficient("0.515"))
    rows = found[found["aspect"] == "targets"]
    assert list(rows["problem"]) == ["target_reached", "target_false", "target_under_way", "target_under_way"]
    assert "target_false" in set(blocking(found)["problem"])
    right, _ = checked(claim("pupils", value=3300), coefficient("0.515"))
    assert list(right[right["aspect"] == "targets"]["problem"]) == [
        "target_reached", "target_missed", "target_under_way", "target_under_way",
    ]  # fmt: skip
    assert blocking(right).empty  # that a target is missed is no fault of the self-evaluation
    table = gather_terms(office, monitored, [told], synthetic=False).tables["term_targets"]
    assert table["false"].tolist() == [False, True, False, False]
    assert set(table["access"]) == {"internal"}  # it is not approved yet


@pytest.mark.parametrize(("ratio", "contradicts"), [("15.0", False), ("15.1", True), ("15.04", False), ("15.05", True)])
def test_a_ratio_must_follow_from_the_parts_that_are_claimed(checked, ratio, contradicts):
    # 3,300 / 220 = 15; half a person more or less of either moves it by 0.0023 and 0.0341, half a digit besides.
    found, _ = checked(claim("pupils", value=3300), claim("teachers", indicator="teachers", value=220),
                       claim("ratio", indicator="per_teacher", value=ratio), coefficient("0.515"))  # fmt: skip
    rows = found[found["problem"] == "contradicts"]
    assert list(rows["claim"]) == (["ratio"] if contradicts else [])


def test_the_form_asks_for_targets_and_coefficients_and_is_read_back(office, tmp_path):
    form = tmp_path / "U.xlsx"
    write_form(office, form, unit="U", year=2020)
    rows = [row for row in load_workbook(form)[TITLES["figures"]].iter_rows(min_row=3, values_only=True) if row[0]]
    assert [row[1] for row in rows if row[0] == "balance-1"] == ["balance.books.primary", "balance.books.junior"]
    assert any("不低于3,400" in str(row[2]) for row in rows if row[0] == "targets-1")
    at = 3 + next(place for place, row in enumerate(rows) if row[1] == "balance.books.primary")
    fill(form, {"papers": {3: {"id": "report", "title_zh": "监测报告"}}})
    put(form, "figures", at, id="books", year="2019", value="0.515", evidence="report")
    (read,) = read_form(office, form, unit="U", year=2020).claims
    assert (read.coefficient, read.value, read.point) == (CV, Decimal("0.515"), "balance-1")
    put(form, "figures", at, indicator="balance.books.senior")
    with pytest.raises(Exception, match=r"DZ-O004.*balance\.books\.senior"):
        read_form(office, form, unit="U", year=2020)


def test_the_repository_s_form_asks_for_the_fourteen_coefficients_of_the_newest_rule():
    asked = limited(Workspace(ROOT))
    assert len(asked) == 14  # seven resources, primary and junior: 教督〔2017〕6号
    assert pd.Series([each.rule for each in asked]).unique().tolist() == ["high_quality_balance"]
