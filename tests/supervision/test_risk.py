"""Risk: what is overdue, open, contradicted or missed is counted once each, named, and weighed by the rule."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.supervision.afterwards import INSPECTIONS_RULE
from tests.supervision.invented import UPPER_FILE, place, poll

from analysis.messages import DuzhengError
from analysis.supervision.risk import risks

DAY = dt.date(2020, 6, 1)
#: Overdue in June; with the office, and so not overdue; closed; opened after that day.
ITEMS = """
    unit: U
    items:
      - {id: late, opened: 2020-01-02, problem: {zh-Hans: 甲}, evidence: [{indicator: pupils, year: 2017, value: 3300}],
         owner: {zh-Hans: 县}, due: 2020-05-31}
      - id: reported
        opened: 2020-01-02
        problem: {zh-Hans: 乙}
        evidence: [{indicator: pupils, year: 2017, value: 3300}]
        owner: {zh-Hans: 县}
        due: 2020-03-01
        steps: &steps
          - {state: fed_back, date: 2020-01-03, by: 张某}
          - {state: plan_accepted, date: 2020-01-04, by: 张某}
          - {state: in_work, date: 2020-01-05, by: 张某}
          - {state: reported, date: 2020-04-01, by: 张某}
      - {id: later, opened: 2020-06-02, problem: {zh-Hans: 丙}, owner: {zh-Hans: 县}, due: 2020-12-01,
         evidence: [{indicator: pupils, year: 2017, value: 3300}]}
      - id: closed
        opened: 2020-01-02
        problem: {zh-Hans: 丁}
        evidence: [{indicator: pupils, year: 2017, value: 3300}]
        owner: {zh-Hans: 县}
        due: 2020-03-01
        steps:
          - {state: fed_back, date: 2020-01-03, by: 张某}
          - {state: plan_accepted, date: 2020-01-04, by: 张某}
          - {state: in_work, date: 2020-01-05, by: 张某}
          - {state: reported, date: 2020-02-01, by: 张某}
          - {state: re_inspected, date: 2020-02-02, by: 张某}
          - {state: closed, date: 2020-02-03, by: 张某}
    """.replace("&steps", "")
#: Upper's pupils in 2017 are 3,300; Valley's content is 80.0 per cent in 2018.
UPPER = """
    unit: U
    year: 2020
    source: {zh-Hans: 上县2020年度自评}
    submitted: 2020-02-01
    claims:
      - {id: right, indicator: pupils, year: 2017, value: 3300, text: {zh-Hans: 学生3300人。}}
      - {id: wrong, indicator: pupils, year: 2017, value: 3500, text: {zh-Hans: 学生3500人。}}
      - {id: unknown, indicator: content, year: 2018, value: 90, text: {zh-Hans: 满意率90%。}}
    """
TERM = """
    id: upper
    government: U
    title: {zh-Hans: 任期}
    from: 2016-01-01
    to: 2020-12-31
    certainty: own
    targets:
      - {indicator: pupils, value: 3300, by: 2017, certainty: own}
      - {indicator: pupils, value: 3400, by: 2016, certainty: own}
      - {indicator: pupils, value: 3500, by: 2020, certainty: own}
    """


def counted(root, files, day=DAY, units=("U", "V")):
    ws = place(root, INSPECTIONS_RULE | files)
    ws.__dict__.pop("rules")  # there is one more
    return risks(ws, units, day=day).set_index("unit")


def test_items_count_as_overdue_or_open_and_closed_ones_not_at_all(tmp_path):
    found = counted(tmp_path, {"data/ledger/rectification/U.yaml": ITEMS})
    row = found.loc["U"]
    assert row[["overdue_items_named", "open_items_named"]].tolist() == ["late", "reported"]
    assert row[["overdue_items", "open_items", "risk"]].tolist() == [1, 1, 4.0]  # 3 and 1, as the rule weighs them
    assert found.loc["V", "risk"] == 0


def test_the_day_decides_what_is_overdue_and_what_is_there(tmp_path):
    files = {"data/ledger/rectification/U.yaml": ITEMS}
    assert counted(tmp_path / "a", files, dt.date(2020, 5, 31)).loc["U", "overdue_items"] == 0  # its last day
    assert counted(tmp_path / "b", files, dt.date(2020, 6, 2)).loc["U", "open_items_named"] == "reported;later"
    assert counted(tmp_path / "c", files, dt.date(2020, 1, 1)).loc["U", "risk"] == 0


def test_claims_count_that_differ_from_figures_and_those_that_nothing_proves_do_not(tmp_path):
    row = counted(tmp_path, {UPPER_FILE: UPPER}).loc["U"]
    assert row["contradicted_claims_named"] == "2020/wrong"
    assert row["risk"] == 2.0


def test_what_others_found_contradicts_a_claim_from_the_day_they_found_it_on(tmp_path):
    files = {
        UPPER_FILE: UPPER,
        "data/ledger/evidence/poll/poll.csv": poll("p1,U,2018,content,70,internal,2,probability"),
    }
    row = counted(tmp_path / "a", files).loc["U"]
    assert row["contradicted_claims_named"] == "2020/wrong;2020/unknown"
    before = counted(tmp_path / "b", files, dt.date(2020, 2, 9)).loc["U"]  # the poll is of the tenth
    assert before["contradicted_claims_named"] == "2020/wrong"


def test_what_only_some_may_read_raises_no_risk_that_all_can_see(tmp_path):
    told = poll("p1,U,2018,content,70,restricted,2,probability")
    row = counted(tmp_path, {UPPER_FILE: UPPER, "data/ledger/evidence/poll/poll.csv": told}).loc["U"]
    assert row["contradicted_claims_named"] == "2020/wrong"


def test_only_the_newest_self_evaluation_counts_that_was_handed_in(tmp_path):
    later = UPPER.replace("year: 2020", "year: 2021").replace("2020-02-01", "2021-02-01").replace("2020年", "2021年")
    files = {UPPER_FILE: UPPER, "data/ledger/self_evaluations/U-2021.yaml": later.replace("value: 3500", "value: 3300")}
    assert counted(tmp_path / "a", files, dt.date(2021, 1, 31)).loc["U", "contradicted_claims"] == 1
    assert counted(tmp_path / "b", files, dt.date(2021, 2, 1)).loc["U", "contradicted_claims"] == 0


def test_targets_count_that_the_newest_figure_of_their_year_or_later_misses(tmp_path):
    row = counted(tmp_path, {"data/targets/upper.yaml": TERM}).loc["U"]
    # 3,300 of 2017: reached, below 3,400 after 2016, and 2020 is still to come.
    assert row["missed_targets_named"] == "upper/pupils/2016"
    assert row["risk"] == 2.0


def test_items_of_a_unit_that_was_merged_count_for_its_heir(tmp_path):
    # Lower Hill went into Upper in 2015.
    left = (
        ITEMS.replace("unit: U", "unit: L").replace("2020-", "2014-").replace("2017, value: 3300", "2012, value: 2100")
    )
    found = counted(tmp_path, {"data/ledger/rectification/L.yaml": left, "data/ledger/rectification/U.yaml": ITEMS})
    assert found.loc["U", ["overdue_items", "overdue_items_named"]].tolist() == [3, "late;later;late"]


def test_weights_are_those_of_the_rule_and_without_a_rule_nothing_is_weighed(tmp_path):
    (name, text), *_ = INSPECTIONS_RULE.items()
    heavy = {name: text.replace("overdue_items: 3", "overdue_items: 0.5").replace("open_items: 1", "open_items: 0")}
    found = counted(tmp_path / "a", heavy | {"data/ledger/rectification/U.yaml": ITEMS})
    assert found.loc["U", "risk"] == 0.5
    with pytest.raises(DuzhengError, match="DZ-F004"):
        risks(place(tmp_path / "b"), ["U"], day=DAY)
