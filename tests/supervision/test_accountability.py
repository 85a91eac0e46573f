"""The checklist of accountability: material and counts, each traced; nothing is concluded, people decide."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from tests.conftest import ROOT
from tests.supervision.afterwards import ITEMS, ITEMS_FILE, OPINION, OPINION_FILE, VISIT, VISIT_FILE, place, run
from tests.supervision.handing_in import refused
from tests.supervision.invented import FINANCE, FINANCE_FILE

from analysis.findings.answers.estimates import table_of
from analysis.findings.ledger.monitored import Monitored
from analysis.messages import DuzhengError
from analysis.supervision.accountability import COLUMNS, DOCUMENTS, checklist
from analysis.supervision.accountability_rules import SETTINGS, Material, accountability_rules
from analysis.supervision.bearing import Bearing
from analysis.supervision.decisions import decide
from analysis.supervision.incidents import enter
from analysis.supervision.measures import take
from analysis.supervision.others import add
from analysis.workspace.rules import RuleSet

MAY = dt.date(2020, 5, 20)
RULE_FILE = "data/rules/accountability.yaml"
#: What no output may say: that somebody is guilty, or that something was found to be against the law.
VERDICTS = re.compile(
    r"有罪|犯罪|违法认定|认定违法|已构成|违规事实|责任认定|应予问责|guilt|guilty|violat|culpab|convict|offen[cs]e|liable",
    re.IGNORECASE,
)
TERM_FILE = "data/targets/u.yaml"
#: Upper County had 3,300 pupils in 2017: the first target was missed, the second is not due.
TERM = """
    id: u-2019
    government: U
    title: {zh-Hans: 虚构任期目标, en: Invented targets}
    from: 2016-01-01
    to: 2020-12-31
    certainty: own
    targets:
      - {indicator: pupils, value: 3301, by: 2017, certainty: own}
      - {indicator: pupils, value: 3400, by: 2020, certainty: own}
    """
#: It came back, and two of its claims still differ: pupils (4,200 were monitored), and funds of no year that is known.
RETURNED = FINANCE.rstrip().replace("state: checked, date: 2020-03-01, by: 张某", (
    "state: returned, date: 2020-03-01, by: 张某, due: 2020-03-11, note: {zh-Hans: 与监测数据不一致}}\n"
    "      - {state: submitted, date: 2020-03-15, by: 李某"
))  # fmt: skip


def looked(ws, kind, unit="U", *, day=MAY, restricted=False, given=None, papers=None, synthetic=False, **settings):
    """Look for one kind of material, and give the ids."""
    bearing = Bearing(ws, "P", 2020, day, synthetic, restricted, papers, given)
    return bearing.of(Material(kind=kind, certainty="own", **settings), unit)


@pytest.fixture
def office(tmp_path):
    return place(tmp_path, {VISIT_FILE: VISIT, OPINION_FILE: OPINION, TERM_FILE: TERM, FINANCE_FILE: RETURNED})


def test_overdue_items_count_from_the_day_that_the_setting_says(office):
    # teachers was due on 1 May: 19 days before the day that is spoken of; money has until 30 June.
    assert looked(office, "items_overdue", days=19).refs == ("U/teachers",)
    assert looked(office, "items_overdue", days=20).refs == ()
    assert looked(office, "items_overdue", "V", days=1).refs == ()


def test_a_restricted_item_counts_only_for_whom_may_read_it(tmp_path):
    items = ITEMS.replace("- id: teachers\n", "- id: teachers\n        access: restricted\n")
    ws = place(tmp_path, {ITEMS_FILE: items})
    assert looked(ws, "items_overdue", days=19).refs == ()
    told = looked(ws, "items_overdue", days=19, restricted=True)
    assert (told.refs, told.access) == (("U/teachers",), "restricted")


def test_items_that_came_back_count_while_they_are_not_closed(office, tmp_path):
    assert looked(office, "items_returned", times=2).refs == ("U/money",)
    assert looked(office, "items_returned", times=3).refs == ()
    assert looked(office, "items_returned", times=2, day=dt.date(2020, 3, 12)).refs == ()
    path = tmp_path / ITEMS_FILE
    last = "{state: returned, date: 2020-03-13, by: 张某, due: 2020-06-30}"
    more = (("in_work", "2020-03-20"), ("reported", "2020-04-01"), ("re_inspected", "2020-04-02"),
            ("closed", "2020-04-03"))  # fmt: skip
    text = path.read_text(encoding="utf-8")
    indent = re.search(rf"^( *)- {re.escape(last)}", text, re.MULTILINE)[1]
    lines = [last, *(f"{indent}- {{state: {state}, date: {day}, by: 张某}}" for state, day in more)]
    path.write_text(text.replace(last, "\n".join(lines)), encoding="utf-8")
    office.__dict__.pop("ledger", None)
    assert office.ledger.rectification["U"][1].state_on(MAY) == "closed"
    assert looked(office, "items_returned", times=2).refs == ()


def test_claims_count_only_when_they_differ_after_a_correction(office, tmp_path):
    assert looked(office, "claims_differ", "fin").refs == ("fin/2020/pupils",)
    assert looked(office, "claims_differ", "fin", day=dt.date(2020, 3, 10)).refs == ()  # it was not corrected yet
    assert looked(office, "claims_differ", "U").reason == "not_handed_in"
    (tmp_path / FINANCE_FILE).write_text(
        (tmp_path / FINANCE_FILE).read_text(encoding="utf-8").partition("  - {state: returned")[0], encoding="utf-8"
    )
    office.__dict__.pop("ledger", None)
    assert looked(office, "claims_differ", "fin").refs == ()  # what was never returned waits for the review


def test_papers_are_looked_at_only_where_their_folder_is_given(office, tmp_path):
    assert looked(office, "papers_changed", "fin").reason == "no_papers"
    path = tmp_path / FINANCE_FILE
    titled = "title: {zh-Hans: 决算报告}"
    text = path.read_text(encoding="utf-8").replace(titled, f"{titled}, file: a.pdf, sha256: {'a' * 64}")
    path.write_text(text, encoding="utf-8")
    office.__dict__.pop("ledger", None)
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers/a.pdf").write_bytes(b"another one")
    assert looked(office, "papers_changed", "fin", papers=tmp_path / "papers").refs == ("fin/2020/report",)
    assert looked(office, "papers_changed", "V", papers=tmp_path / "papers").reason == "not_handed_in"


def incident(ws, kind="mass", **more):
    given = {"unit": "U", "date": dt.date(2020, 4, 1), "on": MAY, "grade": "ordinary", "reliability": "A",
             "statement": {"zh-Hans": "情况"}, "source": {"zh-Hans": "县某局"}}  # fmt: skip
    return enter(ws, kind, **given | more)


def test_incidents_count_by_kind_grade_and_the_months_before_the_day(office):
    first = incident(office)
    incident(office, date=dt.date(2019, 5, 20))  # twelve months before to the day: no longer
    major = incident(office, "food", grade="major")
    incident(office, "food", grade="grave", unit="V")
    secret = incident(office, access="restricted", statement={"zh-Hans": "另一情况"})
    assert looked(office, "incidents", months=12).refs == (first, major)
    assert looked(office, "incidents", months=12, kinds=["mass"]).refs == (first,)
    assert looked(office, "incidents", months=12, grade="major").refs == (major,)
    assert looked(office, "incidents", months=13, kinds=["mass"]).refs == (first, "2019-001")
    told = looked(office, "incidents", months=12, kinds=["mass"], restricted=True)
    assert (told.refs, told.access) == ((first, secret), "restricted")


def test_decisions_findings_problems_and_targets_are_named_by_their_ids(office):
    name = decide(office, on=dt.date(2020, 1, 2), meeting={"zh-Hans": "会议"}, decision={"zh-Hans": "办"}, unit="U",
                  due=dt.date(2020, 2, 1))  # fmt: skip
    assert looked(office, "decisions_overdue", days=109).refs == (name,)  # 1 February to 20 May 2020
    assert looked(office, "decisions_overdue", days=110).refs == ()
    row = {"unit": "U", "date": "2020-04-01", "year": "2019", "statement_zh": "据查", "source_zh": "州某局",
           "reliability": "B", "access": "internal", "document": "一号"}  # fmt: skip
    add(office, "supervision", [{**row, "id": "s1", "duty": "order"}, {**row, "id": "s2", "duty": "means"}])
    assert looked(office, "findings", months=12, duties=["order"]).refs == ("supervision/s1",)
    assert looked(office, "findings", months=12, of=["audit"]).refs == ()
    assert looked(office, "findings", months=12, day=dt.date(2020, 3, 31)).refs == ()
    assert looked(office, "problems", months=12).refs == ("visit/U/places", "visit/U/order")
    assert looked(office, "problems", months=12, duties=["order"]).refs == ("visit/U/order",)
    assert looked(office, "problems", months=3).refs == ()  # issued on 14 February
    assert looked(office, "problems", months=12, day=dt.date(2020, 2, 13)).refs == ()  # not issued yet
    assert looked(office, "targets_missed").refs == ("u-2019/pupils/2017",)
    assert looked(office, "targets_missed", "V").reason == "no_target"


def test_a_self_evaluation_is_late_by_the_time_limit_that_held(office):
    # It came back with the time limit of 11 March and was handed in again on the 15th.
    assert looked(office, "self_evaluation_late", "fin", days=4).refs == ("fin/2020",)
    assert looked(office, "self_evaluation_late", "fin", days=5).refs == ()
    assert looked(office, "self_evaluation_late", "V", days=1).refs == ()


def test_refused_deliveries_are_of_no_unit_but_the_evaluator(office, tmp_path):
    from analysis.supervision.deliveries import accept

    (tmp_path / "in.csv").write_text("unit,year\nU,2017\n", encoding="utf-8")
    with pytest.raises(DuzhengError):
        accept(office, tmp_path / "in.csv", contract="figures", supplier="某公司", on=MAY, by="张某")
    assert looked(office, "deliveries_refused", "P", months=12).refs == ("2020-001",)
    assert looked(office, "deliveries_refused", months=12).refs == ()


def estimates(**more):
    row = {"cell": "form-2020/ixAll/U/mean", "survey": "form-2020", "wave": 2020, "unit": "U", "index": "ixAll",
           "statistic": "mean", "estimate": 55.0, "lower": 52.0, "upper": 58.0, "level": 0.95, "n": 300,
           "selection": "probability", "precision": "show", "measure": "index", "synthetic": False}  # fmt: skip
    return row | more


@pytest.mark.parametrize(("row", "refs", "reason"), [
    ({}, ("form-2020/ixAll/U/mean",), ""),
    ({"upper": 60.0}, (), ""),  # the interval touches the mark
    ({"estimate": 59.9, "lower": float("nan"), "upper": float("nan"), "selection": "census"},
     ("form-2020/ixAll/U/mean",), ""),
    ({"precision": "suppress"}, (), "withheld"),
    ({"selection": "open", "lower": float("nan"), "upper": float("nan")}, (), "open_sample"),
    ({"unit": "V"}, (), "no_figure"),
])  # fmt: skip
def test_an_index_is_below_a_mark_only_with_its_whole_interval(office, row, refs, reason):
    given = Monitored(office, pd.DataFrame(columns=["statistic"]), table_of([estimates(**row)]), 2020)
    found = looked(office, "index_below", given=given, survey="form", index="ixAll", mark=60)
    assert (found.refs, found.reason) == (refs, reason)


@pytest.mark.parametrize(("row", "below", "reason"), [
    ({}, True, ""), ({"upper": 85.1}, False, ""), ({"upper": float("nan"), "estimate": 84.9}, True, ""),
    ({"selection": "open"}, False, "open_sample"), ({"precision": "suppress"}, False, "withheld"),
])  # fmt: skip
def test_recognition_is_held_to_its_mark_in_the_same_way(office, row, below, reason):
    share = estimates(index="social_recognition", statistic="share", cell="c", against=85.0, upper=84.0) | row
    given = Monitored(office, pd.DataFrame(columns=["statistic"]), table_of([share]), 2020)
    found = looked(office, "recognition_below", given=given)
    assert (found.refs, found.reason) == (("c",) if below else (), reason)
    assert looked(office, "recognition_below", "V", given=given).reason == "no_figure"


def test_a_checklist_has_marks_and_counts_and_what_people_decided_and_no_verdict(office):
    take(office, "interview", unit="U", on=dt.date(2020, 5, 4), by="州政府", grounds={"zh-Hans": "整改滞后"},
         situation="weak", items=["money"])  # fmt: skip
    take(
        office, "notice", unit="U", on=dt.date(2020, 5, 25), by="州政府", grounds={"zh-Hans": "以后"}, situation="weak"
    )
    found = checklist(office, year=2020, day=MAY)
    table = found.material
    assert list(table.columns) == list(COLUMNS)
    assert set(table["unit"]) == {"U", "V", "fin", "edu"}
    mine = table[table["unit"] == "U"].set_index("evidence")
    # teachers is overdue by 19 days, the setting says 30; money came back twice.
    assert mine["count"].to_dict() == {"items_overdue": 0, "items_returned": 1}
    assert mine["reached"].to_dict() == {"items_overdue": False, "items_returned": True}
    assert mine["refs"].to_dict() == {"items_overdue": "", "items_returned": "U/money"}
    assert mine[["decided", "decided_by", "decided_on"]].to_numpy().tolist() == [
        ["2020-001 interview", "州政府", "2020-05-04"]
    ] * 2  # fmt: skip
    assert table.loc[table["unit"] == "V", "decided"].to_list() == ["", ""]
    assert "不作任何结论" in found.notice["zh-Hans"]
    assert "nothing is concluded" in found.notice["en"]
    assert not {"verdict", "guilty", "proven", "outcome"} & set(table.columns)


def test_what_was_not_read_is_counted_and_never_invented(office):
    documents = checklist(office, year=2020, day=MAY).documents
    assert list(documents.columns) == list(DOCUMENTS)
    assert documents[["document", "named", "read", "unread"]].to_numpy().tolist() == [["rules", 5, 1, 4]]


def test_a_document_holds_from_its_day_on(office):
    found = checklist(office, year=2020, day=dt.date(2020, 1, 31))
    assert (len(found.material), len(found.documents)) == (0, 0)


def test_a_unit_that_nobody_evaluates_is_refused(office, tmp_path):
    faults = refused(tmp_path, lambda: checklist(office, year=2020, day=MAY, units=["U", "X", "P"]))
    assert [(each.code, each.found) for each in faults] == [("DZ-U001", "'X'"), ("DZ-U001", "'P'")]


def test_the_rules_of_the_repository_name_nine_situations_and_say_that_five_were_not_read(shanghai):
    rules = accountability_rules(shanghai)
    (of_2021,) = (each for each in rules.documents if each.named)
    # 国教督〔2021〕2号 names nine, of which four were read in copies.
    assert (of_2021.named, len(rules.of(of_2021.id)), str(of_2021.effective_from)) == (9, 4, "2021-09-01")
    assert {each.source for each in rules.of(of_2021.id)} == {"accountability-2021"}
    assert any("其余五种没有读到" in note["zh-Hans"] for note in shanghai.rules["accountability"].notes)
    # Which material bears on what, and how much, is in no source.
    assert {each.certainty for situation in rules.situations for each in situation.evidence} == {"own"}
    assert all(each.source in shanghai.sources.index for each in (*rules.documents, *rules.situations))
    assert {each.kind for situation in rules.situations for each in situation.evidence} == set(SETTINGS)


def test_no_text_of_a_checklist_says_that_anybody_is_guilty_or_broke_a_law(shanghai, office):
    found = checklist(office, year=2020, day=MAY)
    said = found.material.to_csv() + found.documents.to_csv() + " ".join(found.notice.values())
    texts = (ROOT / "src/analysis/supervision/texts/accountability.yaml").read_text(encoding="utf-8")
    rules = (ROOT / RULE_FILE).read_text(encoding="utf-8")
    for text in (said, texts, rules):
        assert text
        assert not VERDICTS.findall(text)
    assert VERDICTS.search("The district is guilty")  # it would be found


@pytest.mark.parametrize(("change", "expected"), [
    (("days: 30", "times: 30"), "items_overdue with days"),
    (("kind: items_overdue, days: 30", "kind: items_overdue"), "items_overdue with days"),
    (("kind: items_overdue, days: 30", "kind: claims_differ, days: 30"), "claims_differ with no settings"),
    (("document: rules", "document: others"), "others: a document of rules"),
    (("named: 5", "named: 0"), "greater than or equal to 1"),
    (("kind: items_overdue, days: 30", "kind: findings, months: 3, duties: [none]"), "a duty of"),
    (("kind: items_overdue, days: 30", "kind: index_below, survey: a, index: b, mark: 60"), "of a questionnaire"),
])  # fmt: skip
def test_a_rule_that_does_not_fit_is_refused(office, tmp_path, change, expected):
    path = tmp_path / RULE_FILE
    text = path.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), encoding="utf-8")
    office.__dict__.pop("rules", None)
    with pytest.raises(DuzhengError) as caught:
        accountability_rules(office)
    assert {each.code for each in caught.value.faults} == {"DZ-W003"}
    assert expected in str(caught.value)


def test_a_rule_set_is_in_force_without_a_day_of_its_own(shanghai):
    rule: RuleSet = shanghai.rules["accountability"]
    assert rule.on(dt.date(2018, 1, 1))  # the documents say themselves from when on


def test_the_command_says_what_was_not_read_and_ends_with_0_whatever_there_is(office, tmp_path):
    done = run(tmp_path, "results", "checklist", "--year", "2020", "--on", "2020-05-20", "--reached")
    assert done.exit_code == 0
    assert "rules (虚构办法): of 5 situations 1 read, 4 not read" in done.stderr
    assert "nothing is concluded" in done.stderr
    head, row = done.stdout.splitlines()
    assert head.split()[:2] == ["situation", "unit"]
    assert row.split()[:3] == ["weak", "U", "上县"]
    assert "U/money" in row
    assert not VERDICTS.findall(done.stdout + done.stderr)
