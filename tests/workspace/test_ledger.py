"""The ledger: what is read of self-evaluations and rectification, and every fault with its line."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.conftest import INVENTED, write

from analysis.messages import DuzhengError
from analysis.workspace import Workspace
from analysis.workspace.ledger import MOVES, read_ledger

CLAIMS = """
    unit: U
    year: 2020
    source: {zh-Hans: 上县2020年度自评, en: Self-evaluation of Upper County for 2020}
    submitted: 2020-03-20
    claims:
      - {id: pupils, indicator: pupils, year: 2017, value: 3300, measure: 人, text: {zh-Hans: 学生3300人。}}
      - {id: growth, indicator: pupils, year: 2017, base_year: 2012, growth: "10.0", text: {zh-Hans: 增长10.0%。}}
      - {id: more, indicator: pupils, year: 2017, base_year: 2012, direction: up, text: {zh-Hans: 有所增加。}}
      - {id: index, index: {survey: students, id: ixAll}, year: 2020, value: "80.0", text: {zh-Hans: 指数80.0分。}}
    """
ITEMS = """
    unit: V
    items:
      - id: few
        opened: 2019-03-01
        problem: {zh-Hans: 学生流失, en: pupils leave}
        evidence: [{indicator: pupils, year: 2017, value: 900, threshold: 1000, direction: at_least}]
        owner: {zh-Hans: 县教育局, en: county education bureau}
        due: 2020-06-30
        steps:
          - {state: fed_back, date: 2019-03-10, by: 张某}
          - {state: plan_accepted, date: 2019-04-10, by: 张某}
          - {state: in_work, date: 2019-05-01, by: 张某}
    """
SELF, BOOK = "data/ledger/self_evaluations/U-2020.yaml", "data/ledger/rectification/V.yaml"


def read(root, files, **options):
    ws = Workspace(write(root, INVENTED | files))
    return read_ledger(ws.root, ws.units, ws.catalogue, **options)


def faults(root, files, **options):
    with pytest.raises(DuzhengError) as caught:
        read(root, files, **options)
    return {(fault.code, fault.line, fault.found) for fault in caught.value.faults}


def test_a_workspace_without_a_ledger_has_an_empty_one(tmp_path):
    assert not Workspace(write(tmp_path, INVENTED)).ledger


def test_claims_and_items_are_read_as_they_stand(tmp_path):
    ledger = read(tmp_path, {SELF: CLAIMS, BOOK: ITEMS})
    claims = ledger.self_evaluations["U", 2020].claims
    assert [each.given[0] for each in claims] == ["value", "growth", "direction", "value"]
    assert [each.subject for each in claims] == ["pupils", "pupils", "pupils", "ixAll"]
    assert ledger.rectification["V"][0].state_on(dt.date(2019, 4, 30)) == "plan_accepted"


def test_a_number_counts_as_it_was_printed(tmp_path):
    text = CLAIMS.replace("value: 3300,", "value: 3000, rounded_to: 1000,")
    claims = read(tmp_path, {SELF: text}).self_evaluations["U", 2020].claims
    # Half a unit of the last digit printed: 500 of 3 thousand, 0.05 of 10.0.
    assert [each.margin for each in claims[:2]] == [500, 0.05]


def test_the_ledger_is_among_what_results_rest_on_and_what_is_checked(tmp_path):
    ws = Workspace(write(tmp_path, INVENTED | {SELF: CLAIMS, BOOK: ITEMS}))
    assert {SELF, BOOK} <= set(ws.inputs())
    ws.check()
    write(tmp_path, {SELF: CLAIMS.replace("unit: U", "unit: Q")})
    with pytest.raises(DuzhengError, match="DZ-U001"):
        Workspace(tmp_path).check()


def test_all_faults_of_all_files_are_said_at_once_with_their_lines(tmp_path):
    wrong = CLAIMS.replace("measure: 人", "measure: 万人")
    wrong = wrong.replace("pupils, year: 2017, base_year: 2012, growth", "pupil, year: 2017, base_year: 2018, growth")
    wrong = wrong.replace("id: more", "id: pupils").replace('year: 2020, value: "80.0"', 'year: 2021, value: "80.0"')
    items = ITEMS.replace("due: 2020-06-30", "due: 2019-02-01").replace("state: in_work", "state: closed")
    assert faults(tmp_path, {SELF: wrong, BOOK: items}) == {
        ("DZ-I002", 6, "'万人'"),
        ("DZ-I001", 7, "'pupil'"),
        ("DZ-O001", 7, "2018"),
        ("DZ-O001", 8, "id: pupils, which is in line 6"),
        ("DZ-O002", 9, "2021"),
        ("DZ-O002", 8, "2019-02-01"),
        ("DZ-O002", 12, "closed after plan_accepted"),
    }


def test_a_fault_of_one_claim_hides_none_of_another(tmp_path):
    wrong = CLAIMS.replace("text: {zh-Hans: 学生3300人。}", "txet: {zh-Hans: 学生3300人。}")
    wrong = wrong.replace("direction: up", "direction: up, value: 5")
    found = faults(tmp_path, {SELF: wrong})
    assert ("DZ-O001", 6, "the key 'txet'") in found
    assert ("DZ-O001", 8, "value and direction") in found


def test_an_impossible_move_names_file_line_and_what_could_follow(tmp_path):
    with pytest.raises(DuzhengError) as caught:
        read(tmp_path, {BOOK: ITEMS.replace("state: plan_accepted", "state: re_inspected")})
    first = caught.value.faults[0]
    assert (first.code, first.file, first.line) == ("DZ-O002", BOOK, 11)
    assert (first.found, first.expected) == ("re_inspected after fed_back", "plan_accepted")


def test_every_item_can_come_to_an_end_and_none_leaves_it():
    reached, left = {"opened"}, ["opened"]
    while left:
        for state in MOVES[left.pop()]:
            if state not in reached:
                reached.add(state)
                left.append(state)
    assert reached == set(MOVES)
    assert MOVES["closed"] == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("date: 2019-04-10", "date: 2019-03-01", "DZ-O002", 11),  # before the step that it follows
        ("opened: 2019-03-01", "opened: 2019-03-11", "DZ-O002", 10),  # a step before the item
        ("year: 2017, value: 900", "year: 2020, value: 900", "DZ-O002", 6),  # evidence after the item
        ("value: 900, threshold: 1000, direction: at_least", "note: none", "DZ-O001", 6),
        ("value: 900, threshold: 1000, direction: at_least", "threshold: 1000", "DZ-O001", 6),
        ("evidence: [{indicator: pupils, year: 2017, value: 900, threshold: 1000, direction: at_least}]",
         "evidence: []", "DZ-O001", 6),
        ("state: in_work, date: 2019-05-01", "state: in_work, date: 2019-05-01, due: 2021-01-01", "DZ-O001", 12),
        ("indicator: pupils", "indicator: pupil", "DZ-I001", 6),
        ("unit: V", "unit: W", "DZ-U001", 1),
        ("unit: V", "unit: P", "DZ-O001", 1),  # the file is called otherwise
        ("opened: 2019-03-01", "opened: 2019-02-30", "DZ-W002", None),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_line(tmp_path, old, new, code, line):
    found = faults(tmp_path, {BOOK: ITEMS.replace(old, new)})
    assert (code, line) in {(each[0], each[1]) for each in found}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("indicator: pupils, year: 2017, value", "year: 2017, value", "an indicator"),
        ("year: 2017, base_year: 2012, growth", "year: 2017, growth", "a base_year for a comparison"),
        ('value: "80.0"', 'growth: "80.0", base_year: 2019', "change between two samples"),
        ("value: 3300", "value: 3300, rounded_to: 1000", "a multiple"),
        ("value: 3300", "value: 3300, rounded_to: 100, tolerance: 5", "one of them"),
        ("direction: up", "direction: up, tolerance: 5", "steady"),
        ("submitted: 2020-03-20", "submitted: 2019-03-20", "before it began"),
        ("year: 2020\n", "year: 2013\n", "existed"),
        ("text: {zh-Hans: 学生3300人。}", "text: {en: 3300 pupils.}", "zh-Hans"),
    ],
)
def test_a_claim_says_one_thing_that_can_be_known(tmp_path, old, new, what):
    with pytest.raises(DuzhengError, match=what):
        read(tmp_path, {SELF: CLAIMS.replace(old, new, 1)})


def test_what_was_reported_waits_for_the_office_and_what_was_returned_has_a_new_limit(tmp_path):
    more = "".join(f"      - {{state: {state}, date: {date}, by: 张某{due}}}\n    " for state, date, due in
                   (("reported", "2020-07-20", ""), ("re_inspected", "2020-08-01", ""),
                    ("returned", "2020-08-10", ", due: 2020-12-31")))  # fmt: skip
    item = read(tmp_path, {BOOK: ITEMS.rstrip() + "\n    " + more}).rectification["V"][0]
    days = {day: item.overdue_on(dt.date.fromisoformat(day)) for day in
            ("2020-06-30", "2020-07-01", "2020-07-20", "2020-08-10", "2020-12-31", "2021-01-01")}  # fmt: skip
    assert days == {"2020-06-30": False, "2020-07-01": True, "2020-07-20": False, "2020-08-10": False,
                    "2020-12-31": False, "2021-01-01": True}  # fmt: skip


def test_an_item_stands_once_in_the_files_of_a_unit(tmp_path):
    year = ITEMS.replace("unit: V", "unit: V\n    year: 2019")
    found = faults(tmp_path, {BOOK: ITEMS, "data/ledger/rectification/V-2019.yaml": year})
    assert any("id: few, which is in" in each[2] for each in found)


def test_a_duty_is_one_of_the_rule_set(shanghai, tmp_path):
    ws = Workspace(write(tmp_path, INVENTED | {BOOK: ITEMS.replace("due: 2020", "duty: nothing\n        due: 2020")}))
    with pytest.raises(DuzhengError, match=r"nothing.*guarantees"):
        read_ledger(ws.root, ws.units, ws.catalogue, shanghai.rules)


def test_what_is_invented_is_never_read_with_what_is_real(tmp_path):
    demo = {path.replace("data/ledger", "data/demo/ledger"): text for path, text in ((SELF, CLAIMS), (BOOK, ITEMS))}
    marked = {path: text.rstrip() + "\n    synthetic: true\n" for path, text in demo.items()}
    assert not read(tmp_path / "a", marked)
    assert read(tmp_path / "a", {}, demonstration=True).synthetic
    assert {each[0] for each in faults(tmp_path / "b", demo, demonstration=True)} == {"DZ-O001"}
    real = {path.replace("data/demo/ledger", "data/ledger"): text for path, text in marked.items()}
    assert {each[2] for each in faults(tmp_path / "c", real)} == {"synthetic: true"}


def test_the_demonstration_is_marked_and_says_so_in_its_source(shanghai):
    ws = shanghai
    assert not ws.ledger.self_evaluations
    demo = read_ledger(ws.root, ws.units, ws.catalogue, ws.rules, demonstration=True)
    assert len(demo.self_evaluations) >= 8
    assert len(demo.rectification) >= 6
    for each in demo.self_evaluations.values():
        assert each.synthetic
        assert "演示" in each.source["zh-Hans"]
        assert "demonstration" in each.source["en"]
    states = {item.state_on(ws.settings.released) for items in demo.rectification.values() for item in items}
    assert {"closed", "returned", "in_work"} <= states
