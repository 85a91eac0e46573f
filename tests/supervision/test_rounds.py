"""Rounds: planned by the rules, planned again with as few moves as can be, fixed by people; faults have their place."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.conftest import write
from tests.supervision.afterwards import INSPECTIONS_RULE, run
from tests.supervision.invented import OFFICE

from analysis.messages import DuzhengError
from analysis.supervision.barriers import term_of
from analysis.supervision.plans import draft, plan_of
from analysis.supervision.plans import step as step_of_plan
from analysis.supervision.round_schedule import schedule
from analysis.supervision.round_standing import explain, slots, standing
from analysis.supervision.rounds import fix, plan, plan_again, release, round_of, step
from analysis.workspace import Workspace

BEGIN = dt.date(2021, 1, 10)
FILE = "data/ledger/rounds/first.yaml"
UNITS = OFFICE["data/units.csv"].rstrip() + "".join(
    f"\n        {unit},{unit},{unit}县,{unit} County,county,P,,," for unit in "ABCDEF"
)
PLACE = OFFICE | INSPECTIONS_RULE | {"data/units.csv": UNITS}
COUNTIES = ("U", "V", "A", "B", "C", "D", "E", "F")


def county(root, files=None):
    """Make the prefecture with eight counties, and with more files; what is the same in all tests is read once."""
    ws = Workspace(write(root, PLACE | (files or {})))
    changed = {name.split("/")[1].removesuffix(".csv") for name in files or {}}
    ws.__dict__.update({name: each for name, each in _known().items() if name not in changed})
    return ws


@cache
def _known():
    with TemporaryDirectory() as folder:
        base = Workspace(write(Path(folder), PLACE))
        return {name: getattr(base, name) for name in ("settings", "units", "sources", "catalogue", "rules",
                                                       "_observations")}  # fmt: skip


def planned(ws, **more):
    """Plan the round of 2021 to 2025: five years, two batches a year."""
    given = {"title": {"zh-Hans": "第一轮"}, "first": 2021, "on": BEGIN, "by": "张某"} | more
    return plan(ws, "first", **given)


def stands(ws, **more):
    return {each.unit: each.slot for each in round_of(ws, **more).placements}


def special(unit, ends, name="special", access="public", state="prepared", kind="special"):
    """Write an inspection of a day, or one that was dropped or concluded."""
    after = {
        "prepared": "",
        "dropped": ", {state: dropped, date: 2020-12-02, by: 张某}",
        "concluded": f", {{state: on_site, date: {ends}, by: 张某}}, {{state: concluded, date: {ends}, by: 张某}}",
    }
    return {f"data/ledger/inspections/{name}.yaml": f"""
        id: {name}
        evaluator: P
        year: {ends[:4]}
        kind: {kind}
        title: {{zh-Hans: 规范办学专项督导, en: Special inspection of conduct}}
        units: [{unit}]
        begins: {ends}
        ends: {ends}
        {"term: [2010, 2030]" if kind == "comprehensive" else ""}
        access: {access}
        steps: [{{state: prepared, date: 2015-12-01, by: 张某}}{after[state]}]
        """}  # fmt: skip


def done_before(**years):
    """Write a round that was carried out: the year of each unit's visit."""
    placed = "".join(f"\n  - {{unit: {unit}, slot: {year}-1, steps: [{{state: done, date: {year}-03-02, by: 张某}}]}}"
                     for unit, year in years.items())  # fmt: skip
    return {"data/ledger/rounds/zero.yaml": "id: zero\nevaluator: P\ntitle: {zh-Hans: 上一轮, en: The last round}\n"
            f"unit_kind: county\nfirst: 2016\nlast: 2020\nplacements:{placed}\n"}  # fmt: skip


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """The prefecture with its round planned, for tests that change nothing."""
    ws = county(tmp_path_factory.mktemp("there"))
    planned(ws)
    return ws


LATE = """
    unit: E
    items:
      - {id: late, opened: 2020-01-02, problem: {zh-Hans: 甲}, evidence: [{indicator: pupils, year: 2017, value: 1}],
         owner: {zh-Hans: 县}, due: 2020-05-31}
    """


def test_each_county_stands_once_work_is_even_and_risk_comes_first(tmp_path):
    ws = county(tmp_path, {"data/ledger/rectification/E.yaml": LATE})
    found = planned(ws)
    assert not found.moved
    assert not found.notices
    frame = standing(ws, day=BEGIN).set_index("unit")
    assert sorted(frame.index) == sorted(COUNTIES)
    assert frame.loc["E", ["slot", "risk", "reasons", "state"]].tolist() == ["2021-1", 3.0, "risk", "planned"]
    assert frame["slot"].is_unique  # eight in ten slots
    assert slots(ws, day=BEGIN)["work"].max() == 1
    (change,) = round_of(ws).changes
    assert (change.what, change.date, change.by, change.uneven) == ("planned", BEGIN, "张某", 0)


def test_the_plan_is_the_same_whatever_the_order_of_the_units(tmp_path):
    head, *rows = UNITS.strip().splitlines()
    ws = county(tmp_path / "a", {"data/units.csv": "\n".join([head, *reversed(rows)])})
    other = county(tmp_path / "b")
    planned(ws)
    planned(other)
    assert stands(ws) == stands(other)
    observe = [{each.unit: each.observers for each in round_of(one).placements} for one in (ws, other)]
    assert observe[0] == observe[1]


def test_observers_come_from_others_each_about_as_often(tmp_path):
    ws = county(tmp_path)
    planned(ws)
    frame = standing(ws, day=BEGIN).set_index("unit")
    each = frame["observers"].str.split(";")
    assert set(each.map(len)) == {2}
    assert all(unit not in some for unit, some in each.items())
    assert each.explode().value_counts().tolist() == [2] * 8
    assert frame.loc["A", "observers_en"] == ", ".join(f"{one} County" for one in each["A"])


@pytest.mark.parametrize("how", ["inspection", "plan"])
def test_no_visit_comes_straight_after_a_special_evaluation(tmp_path, how):
    ws = county(tmp_path, {"data/ledger/rectification/E.yaml": LATE}
                | (special("E", "2020-11-20") if how == "inspection" else {}))  # fmt: skip
    if how == "plan":
        draft(ws, year=2020, on=dt.date(2020, 1, 5), by="张某")
        run(tmp_path, "plan", "add", "conduct", "--kind", "special", "--title", "规范办学", "--units", "E", "--begins",
            "2020-11-01", "--ends", "2020-11-20", "--owner", "督导办", "--year", "2020")  # fmt: skip
    planned(ws)
    # It ended in 2020-2; the slot after it is closed, the next one is the first that is open.
    row = standing(ws, day=BEGIN).set_index("unit").loc["E"]
    assert (row["slot"], row["reasons"]) == ("2021-2", "after_special;risk")
    told = explain(ws, "E", day=BEGIN).set_index("slot").loc["2021-1"]
    assert (told["open"], told["barriers"]) == (False, "after_special")
    assert told["text_en"].startswith("straight after a special evaluation (")
    assert told["delay"] == -3.0  # risk 3, one slot: what the barrier costs


def test_a_special_evaluation_that_was_dropped_or_is_long_over_closes_nothing(tmp_path):
    for number, files in enumerate((special("E", "2020-11-20", state="dropped"), special("E", "2020-05-20"))):
        ws = county(tmp_path / str(number), {"data/ledger/rectification/E.yaml": LATE} | files)
        planned(ws)
        assert stands(ws)["E"] == "2021-1"


def test_what_is_restricted_closes_slots_and_is_named_to_those_only_who_may_read_it(tmp_path):
    ws = county(tmp_path, {"data/ledger/rectification/E.yaml": LATE} | special("E", "2020-11-20", access="restricted"))
    planned(ws)
    row = standing(ws, day=BEGIN).set_index("unit").loc["E"]
    assert (row["slot"], row["reasons"]) == ("2021-2", "risk")
    told = [explain(ws, "E", day=BEGIN, restricted=may).set_index("slot").loc["2021-1"] for may in (False, True)]
    assert [each["barriers"] for each in told] == ["withheld", "after_special"]
    assert "conduct" not in told[0]["text_en"]
    assert "规范办学" not in (tmp_path / FILE).read_text(encoding="utf-8")


def test_no_more_than_five_years_lie_between_two_visits(tmp_path):
    ws = county(tmp_path, done_before(A=2016, B=2017, C=2020)
                | special("V", "2016-06-02", state="concluded", kind="comprehensive"))  # fmt: skip
    planned(ws)
    years = {unit: int(slot[:4]) for unit, slot in stands(ws).items()}
    assert years["A"] <= 2021
    assert years["V"] <= 2021  # by an inspection that stands in no round
    assert years["B"] <= 2022
    assert "due" in explain(ws, "A", day=BEGIN).set_index("slot").loc["2022-1", "barriers"]
    assert "The last round, 2016" in explain(ws, "A", day=BEGIN).set_index("slot").loc["2022-1", "text_en"]


def test_a_merged_unit_is_due_when_the_one_of_its_parts_is_that_was_visited_first(tmp_path):
    rows = UNITS.replace("A,A,A县,A County,county,P,,,", "A,A,A县,A County,county,P,,2019,N").replace(
        "B,B,B县,B County,county,P,,,", "B,B,B县,B County,county,P,,2019,N")  # fmt: skip
    merged = {"data/units.csv": rows + "\n        N,N,新县,New County,county,P,2020,,\n"}
    ws = county(tmp_path / "both", merged | done_before(A=2016, B=2019))
    planned(ws)
    assert int(stands(ws)["N"][:4]) <= 2021
    # Of B no visit is known: when the whole is due is not known either.
    ws = county(tmp_path / "one", merged | done_before(A=2016))
    planned(ws)
    assert "due" not in ";".join(explain(ws, "N", day=BEGIN)["barriers"])


def test_an_inspection_within_the_round_does_not_put_off_what_is_due(tmp_path):
    ws = county(tmp_path, done_before(A=2016)
                | special("A", "2021-03-02", state="concluded", kind="comprehensive"))  # fmt: skip
    planned(ws, on=dt.date(2021, 4, 1))
    assert "due" in explain(ws, "A", day=dt.date(2021, 4, 1)).set_index("slot").loc["2022-1", "barriers"]


def test_a_unit_whose_years_were_over_before_comes_first_and_it_is_said(tmp_path):
    old = {"data/ledger/rounds/zero.yaml": done_before(F=2014)["data/ledger/rounds/zero.yaml"]
           .replace("2016", "2011").replace("2020", "2015")}  # fmt: skip
    ws = county(tmp_path, {"data/ledger/rectification/E.yaml": LATE} | old)
    found = planned(ws)
    assert stands(ws)["F"] == "2021-1"  # before E, which is at risk
    assert standing(ws, day=BEGIN).set_index("unit").loc["F", "reasons"] == "overdue"
    (notice,) = found.notices
    assert notice["en"].startswith("F County: visited once in 5 years, it is 2 years late")  # 2014 and 5, in 2021


def test_a_unit_without_a_slot_is_refused_with_what_leaves_it_none_and_nothing_is_written(tmp_path):
    ws = county(tmp_path, done_before(A=2016) | special("A", "2020-12-01") | special("A", "2021-09-01", name="second"))
    with pytest.raises(DuzhengError) as caught:
        planned(ws)
    (fault,) = caught.value.faults
    assert (fault.code, fault.file) == ("DZ-O002", FILE)
    assert "no slot for A, A County" in fault.found
    assert "straight after a special evaluation (Special inspection of conduct): 2021-1, 2021-2, 2022-1" in fault.found
    assert "more than 5 years after its last visit (The last round, 2016): 2022-1, 2022-2, 2023-1" in fault.found
    assert not (tmp_path / FILE).exists()
    # People may place it all the same, and say why.
    with pytest.raises(DuzhengError, match=r"DZ-O002 .*2021-2, which is closed to A: straight after.*--note"):
        planned(ws, fixed={"A": "2021-2"})
    planned(ws, fixed={"A": "2021-2"}, note={"zh-Hans": "不能再推迟"})
    assert stands(ws)["A"] == "2021-2"


TERMS = {f"data/targets/{unit}{number}.yaml": f"""
    id: {unit.lower()}-{number}
    government: {unit}
    title: {{zh-Hans: 任期}}
    from: {first}-07-01
    to: {last}-06-30
    certainty: own
    targets: [{{indicator: pupils, value: 1, by: {last}, certainty: own}}]
    """ for unit, number, first, last in
    (("E", 1, 2017, 2021), ("E", 2, 2023, 2024), ("F", 1, 2017, 2022))}  # fmt: skip


def test_a_visit_lies_inside_a_term_that_is_entered_or_after_the_last_one_with_a_notice(tmp_path):
    ws = county(tmp_path, TERMS)
    planned(ws)
    closed = explain(ws, "E", day=BEGIN).set_index("slot")["barriers"].to_dict()
    # Between 2017–2021 and 2023–2024 no term runs; what comes after 2024 nobody has entered.
    assert {slot for slot, kinds in closed.items() if kinds} == {"2022-1", "2022-2"}
    assert term_of(ws, "E", 2021) == (2017, 2021)
    assert term_of(ws, "E", 2022) is None
    fix(ws, "E", slot="2023-2", on=BEGIN, by="张某")
    found = plan_again(ws, on=BEGIN, by="张某", fixed={"F": "2025-1"})
    assert [each["en"] for each in found.notices] == ["F County: the term that 2025 lies in is not entered yet"]
    row = standing(ws, day=BEGIN).set_index("unit").loc["E"]
    assert row[["term_first", "term_last"]].tolist() == [2023, 2024]


def test_a_rule_may_close_the_years_after_the_last_term(tmp_path):
    (name, text), *_ = INSPECTIONS_RULE.items()
    strict = {name: text.replace("later_terms: {allowed: true", "later_terms: {allowed: false")}
    write(tmp_path, strict)
    ws = county(tmp_path, TERMS)
    write(tmp_path, strict)
    ws.__dict__.pop("rules")
    planned(ws)
    assert int(stands(ws)["F"][:4]) <= 2022
    assert stands(ws)["E"][:4] in {"2021", "2023", "2024"}


def test_planned_again_nothing_moves_that_is_fixed_begun_or_done_and_few_others(tmp_path):
    ws = county(tmp_path)
    planned(ws)
    first = stands(ws)
    order = {slot: unit for unit, slot in first.items()}
    step(ws, "done", unit=order["2021-1"], on=dt.date(2021, 4, 2), by="张某")
    fix(ws, order["2022-1"], on=dt.date(2021, 4, 2), by="张某")
    moved = order["2022-2"]
    write(tmp_path, special(moved, "2022-03-01"))
    found = plan_again(ws, on=dt.date(2021, 5, 1), by="李某", note={"zh-Hans": "新增专项"})
    after = stands(ws)
    assert {unit for unit in first if first[unit] != after[unit]} == {moved}
    assert [(each.unit, each.before, each.after) for each in found.moved] == [(moved, "2022-2", after[moved])]
    change = round_of(ws).changes[-1]
    assert (change.what, change.by, change.note, change.moved) == (
        "again",
        "李某",
        {"zh-Hans": "新增专项"},
        found.moved,
    )
    why = standing(ws, day=dt.date(2021, 5, 1)).set_index("unit")["reasons"]
    assert why[moved].startswith("moved;after_special")
    assert why[order["2022-1"]] == "fixed"
    plan_again(ws, on=dt.date(2021, 5, 2), by="李某")
    assert standing(ws, day=dt.date(2021, 5, 2)).set_index("unit").loc[moved, "reasons"].startswith("after_special")


def test_planned_again_without_a_change_not_a_byte_changes_but_the_record_of_it(tmp_path):
    ws = county(tmp_path, {"data/ledger/rectification/E.yaml": LATE})
    planned(ws)
    path = tmp_path / FILE
    path.write_text("# 委员会通过\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    assert plan_again(ws, on=dt.date(2021, 5, 2), by="李某").moved == ()
    assert path.read_text(encoding="utf-8") == before + "  - what: again\n    date: 2021-05-02\n    by: 李某\n"


def test_what_was_not_done_in_its_slot_moves_to_one_that_is_not_over(tmp_path):
    ws = county(tmp_path)
    planned(ws)
    late = next(unit for unit, slot in stands(ws).items() if slot == "2021-1")
    day = dt.date(2021, 9, 1)
    assert standing(ws, day=day).set_index("unit").loc[late, "state"] == "overdue"
    found = plan_again(ws, on=day, by="张某")
    assert [each.unit for each in found.moved] == [late]
    assert standing(ws, day=day).set_index("unit").loc[late, "reasons"].startswith("moved;over")
    assert slots(ws, day=day)["over"].tolist() == [True] + [False] * 9


def test_what_has_begun_stays_although_its_slot_is_over(tmp_path):
    ws = county(tmp_path)
    planned(ws)
    begun = next(unit for unit, slot in stands(ws).items() if slot == "2021-1")
    step(ws, "begun", unit=begun, on=dt.date(2021, 6, 28), by="张某")
    assert plan_again(ws, on=dt.date(2021, 9, 1), by="张某").moved == ()
    assert standing(ws, day=dt.date(2021, 9, 1)).set_index("unit").loc[begun, ["slot", "state"]].tolist() == [
        "2021-1",
        "begun",
    ]


def test_a_unit_that_is_merged_leaves_the_round_and_the_new_one_comes_in(tmp_path):
    ws = county(tmp_path)
    planned(ws)
    first = stands(ws)
    rows = UNITS.replace("A,A,A县,A County,county,P,,,", "A,A,A县,A County,county,P,,2022,N").replace(
        "B,B,B县,B County,county,P,,,", "B,B,B县,B County,county,P,,2022,N")  # fmt: skip
    write(tmp_path, {"data/units.csv": rows + "\n        N,N,新县,New County,county,P,2023,,\n"})
    ws = Workspace(tmp_path)
    assert {"A", "B"} <= set(standing(ws, day=BEGIN)["unit"])  # the ledger can still be read
    found = plan_again(ws, on=dt.date(2021, 2, 1), by="张某")
    after = stands(ws)
    assert {*first} - {*after} == {"A", "B"}
    assert int(after["N"][:4]) >= 2023
    told = {each.unit: (each.before, each.after) for each in found.moved}
    assert told["A"] == (first["A"], "")
    assert told["N"] == ("", after["N"])


def test_one_whose_whole_territory_was_visited_in_the_round_is_not_visited_again(tmp_path):
    ws = county(tmp_path)
    planned(ws, fixed={"A": "2021-1", "B": "2021-2"})
    for unit, day in (("A", dt.date(2021, 3, 1)), ("B", dt.date(2021, 9, 1))):
        step(ws, "done", unit=unit, on=day, by="张某")
    rows = UNITS.replace("A,A,A县,A County,county,P,,,", "A,A,A县,A County,county,P,,2022,N").replace(
        "B,B,B县,B County,county,P,,,", "B,B,B县,B County,county,P,,2022,N")  # fmt: skip
    write(tmp_path, {"data/units.csv": rows + "\n        N,N,新县,New County,county,P,2023,,\n"})
    ws = Workspace(tmp_path)
    found = plan_again(ws, on=dt.date(2021, 12, 1), by="张某")
    assert {"A", "B"} <= {*stands(ws)}
    assert "N" not in stands(ws)
    assert [each["en"] for each in found.notices] == [
        "New County: all that went into it were visited in this round, so it is not placed"
    ]


def test_people_fix_a_slot_and_release_it(tmp_path):
    ws = county(tmp_path)
    planned(ws)
    first = stands(ws)
    there = next(each for each in round_of(ws).placements if each.slot == "2023-1")
    watched = there.observers[0]
    fix(ws, watched, slot="2023-1", on=BEGIN, by="张某", note={"zh-Hans": "换届"})
    found = {each.unit: each for each in round_of(ws).placements}
    assert found[watched].fixed
    # It is visited in the slot in which it was to observe.
    assert watched not in found[there.unit].observers
    assert there.unit not in found[watched].observers
    again = plan_again(ws, on=BEGIN, by="张某")
    assert stands(ws)[watched] == "2023-1"
    assert len(again.moved) <= 1
    assert {len(each.observers) for each in round_of(ws).placements} == {2}
    release(ws, watched, on=BEGIN, by="张某")
    assert not {each.unit: each for each in round_of(ws).placements}[watched].fixed
    assert [each.what for each in round_of(ws).changes] == ["planned", "fixed", "again", "released"]
    moved = round_of(ws).changes[1].moved[0]
    assert (moved.unit, moved.before, moved.after) == (watched, first[watched], "2023-1")


@pytest.mark.parametrize(
    ("verb", "code", "said"),
    [
        (lambda ws: fix(ws, "Q", on=BEGIN, by="张某"), "DZ-U001", "'Q'"),
        (lambda ws: fix(ws, "A", slot="2026-1", on=BEGIN, by="张某"), "DZ-O002", "one of 2021-1 to 2025-2"),
        (lambda ws: fix(ws, "A", slot="2021-1", on=dt.date(2021, 8, 1), by="张某"), "DZ-O002", "closed to A: over"),
        (lambda ws: fix(ws, "A", observers=["A"], on=BEGIN, by="张某"), "DZ-O001", "A, which is inspected itself"),
        (lambda ws: fix(ws, "A", observers=["fin"], on=BEGIN, by="张某"), "DZ-U001", "a county below P"),
        (lambda ws: release(ws, "A", on=BEGIN, by="张某"), "DZ-O002", "A, which nobody fixed"),
        (lambda ws: step(ws, "done", unit="A", on=dt.date(2031, 1, 1), by="张某"), "DZ-O002", "its slot"),
        (lambda ws: step(ws, "done", unit="A", on=BEGIN, by="张某", inspection="no"), "DZ-O003", "'no'"),
        (lambda ws: plan_again(ws, on=BEGIN, by="张某", fixed={"Q": "2021-1"}), "DZ-U001", "'Q'"),
        (lambda ws: plan_again(ws, on=BEGIN, by="张某", fixed={"A": "2029-1"}), "DZ-O002", "'2029-1', of A"),
        (lambda ws: plan_again(ws, on=BEGIN, by="张某", weights={"A": 0}), "DZ-O001", "0, of A"),
        (lambda ws: plan_again(ws, on=dt.date(2021, 1, 9), by="张某"), "DZ-O002", "expected 2021-01-10, the change"),
        (lambda ws: plan_again(ws, "second", on=BEGIN, by="张某"), "DZ-O003", "one of first"),
        (planned, "DZ-O003", "one that is new"),
        (lambda ws: plan(ws, "b", title={"zh-Hans": "又一轮"}, first=2023, on=BEGIN, by="张某"), "DZ-O002",
         "years outside 2021 to 2025"),
        (lambda ws: planned(ws, first=2031, last=2036), "DZ-O002", "5 years at most"),
        (lambda ws: planned(ws, first=2031, batches=3), "DZ-O002", "2 at most"),
        (lambda ws: planned(ws, first=2031, unit_kind="town"), "DZ-U001", "county, department"),
        (lambda ws: planned(ws, evaluator="Q"), "DZ-U001", "'Q'"),
        (lambda ws: plan_again(ws, on=dt.date(2026, 1, 1), by="张某"), "DZ-O002", "no slot for A, A County (over:"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(there, verb, code, said):
    before = (there.root / FILE).read_bytes()
    with pytest.raises(DuzhengError) as caught:
        verb(there)
    assert code in {each.code for each in caught.value.faults}
    assert said in str(caught.value)
    assert (there.root / FILE).read_bytes() == before


def test_a_visit_that_is_done_is_that_of_its_inspection_and_moves_no_more(tmp_path):
    ws = county(tmp_path, special("A", "2021-03-02", name="whole", state="concluded", kind="comprehensive")
                | special("B", "2021-03-02", name="other", kind="comprehensive"))  # fmt: skip
    planned(ws, fixed={"A": "2021-1", "B": "2021-1"})
    with pytest.raises(DuzhengError, match=r"DZ-O001 .*expected a comprehensive one of A"):
        step(ws, "begun", unit="A", on=dt.date(2021, 3, 2), by="张某", inspection="other")
    with pytest.raises(DuzhengError, match=r"DZ-O002 .*other, prepared on 2021-03-02; expected one that is concluded"):
        step(ws, "done", unit="B", on=dt.date(2021, 3, 2), by="张某", inspection="other")
    step(ws, "begun", unit="A", on=dt.date(2021, 3, 2), by="张某", inspection="whole")
    step(ws, "done", unit="A", on=dt.date(2021, 3, 5), by="张某")
    row = standing(ws, day=dt.date(2021, 4, 1)).set_index("unit").loc["A"]
    assert row[["state", "since", "inspection"]].tolist() == ["done", "2021-03-05", "whole"]
    with pytest.raises(DuzhengError, match=r"DZ-O002 data/ledger/rounds/first\.yaml, line \d+.*A, done"):
        fix(ws, "A", slot="2022-1", on=dt.date(2021, 4, 1), by="张某")
    told = explain(ws, "A", day=dt.date(2021, 4, 1))
    assert told["text_en"].tolist() == ["the visit is done"]


DONE, BEGUN = "{state: done, date: 2021-03-01, by: 张某}", "{state: begun, date: 2021-04-01, by: 张某}"
HEAD = """id: first
evaluator: P
title: {zh-Hans: 第一轮}
unit_kind: county
first: 2021
last: 2025
placements:
"""


@pytest.mark.parametrize(
    ("rows", "code", "line", "said"),
    [
        ("- {unit: Q, slot: 2021-1}", "DZ-U001", 8, "'Q'"),
        ("- {unit: P, slot: 2021-1}", "DZ-U001", 8, "a county below P"),
        ("- {unit: fin, slot: 2021-1}", "DZ-U001", 8, "a county below P"),
        ("- {unit: A, slot: 2026-1}", "DZ-O002", 8, "one of 2021-1 to 2025-2"),
        ("- {unit: A, slot: 2021-3}", "DZ-O002", 8, "one of 2021-1 to 2025-2"),
        ("- {unit: A, slot: spring}", "DZ-O001", 8, "pattern"),
        ("- {unit: A, slot: 2021-1}\n- {unit: A, slot: 2022-1}", "DZ-O001", 9, "A, which is in line 8"),
        ("- {unit: A, slot: 2021-1,\n   steps: [{state: done, date: 2022-03-01, by: 张某}]}", "DZ-O002", 9, "of 2021"),
        (f"- {{unit: A, slot: 2021-1,\n   steps: [{DONE},\n   {BEGUN}]}}", "DZ-O002", 10, "begun after done"),
        ("- {unit: A, slot: 2021-1, observers: [A]}", "DZ-O001", 8, "other units"),
        ("- {unit: A, slot: 2021-1, observers: [B, B]}", "DZ-O001", 8, "each observer once"),
        ("- {unit: A, slot: 2021-1, observers: [Q]}", "DZ-U001", 8, "'Q'"),
        ("- {unit: A, slot: 2021-1, weight: 0}", "DZ-O001", 8, "weight"),
        ("- {unit: A, slot: 2021-1, state: done}", "DZ-O001", 8, "'state'"),
        ("- {unit: A, slot: 2021-1}\nchanges: [{date: 2021-01-01, by: 张某, units: [Q]}]", "DZ-U001", 9, "'Q'"),
        ("- {unit: A, slot: 2021-1}\nchanges:\n- {date: 2021-02-01, by: 张某}\n- {date: 2021-01-01, by: 张某}",
         "DZ-O002", 11, "2021-02-01, the change before, or later"),
    ],
)  # fmt: skip
def test_a_ledger_that_is_wrong_is_refused_with_file_and_line(tmp_path, rows, code, line, said):
    ws = county(tmp_path)
    path = tmp_path / FILE
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + rows + "\n", encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        _ = ws.ledger
    assert {(each.code, each.file, each.line) for each in caught.value.faults} == {(code, FILE, line)}
    assert said in str(caught.value)


def test_other_faults_of_a_round_are_told_too(tmp_path):
    for number, (old, new, said) in enumerate((
        ("last: 2025", "last: 2020", "2021, when it begins, or later"),
        ("county", "borough", "a kind of data/units.csv"), ("id: first", "id: other", "other.yaml"),
        ("evaluator: P", "evaluator: Q", "'Q'"),
    )):  # fmt: skip
        ws = county(tmp_path / str(number), {FILE: HEAD.replace(old, new) + "  []\n"})
        with pytest.raises(DuzhengError, match="DZ-") as caught:
            _ = ws.ledger
        assert said in str(caught.value)
        assert {each.file for each in caught.value.faults} == {FILE}


#: Fix four counties where they stand, as another process does.
FOUR = """
import datetime as dt, sys
from pathlib import Path
from analysis.supervision.rounds import fix
from analysis.workspace import Workspace
ws = Workspace(Path(sys.argv[1]))
for unit in sys.argv[2]:
    fix(ws, unit, on=dt.date(2021, 1, 10), by=sys.argv[2])
"""


def test_two_offices_that_fix_at_once_lose_nothing(tmp_path):
    ws = county(tmp_path)
    planned(ws)
    both = [subprocess.Popen([sys.executable, "-c", FOUR, str(tmp_path), who]) for who in ("ABCD", "EFUV")]
    assert [each.wait(60) for each in both] == [0, 0]
    found = round_of(Workspace(tmp_path))
    assert all(each.fixed for each in found.placements)
    assert sorted(change.units[0] for change in found.changes[1:]) == sorted(COUNTIES)


def test_weights_are_kept_and_level_the_work(tmp_path):
    ws = county(tmp_path)
    planned(ws, last=2022, weights={"A": 3})
    work = slots(ws, day=BEGIN)["work"].tolist()
    assert sorted(work) == [2, 2, 3, 3]  # ten in four slots, where the three of A lie together
    assert plan_again(ws, on=BEGIN, by="张某").moved == ()
    assert {each.unit: each.weight for each in round_of(ws).placements}["A"] == 3


def test_work_that_cannot_be_even_is_said(tmp_path):
    ws = county(tmp_path)
    found = planned(ws, last=2022, fixed=dict.fromkeys("ABCDE", "2021-1"))
    # Five in one slot, one in each other: the rule allows one more than the least.
    assert sorted(slots(ws, day=BEGIN)["work"]) == [1, 1, 1, 5]
    assert found.round.changes[0].uneven == 3
    assert "by 3 summed over slots" in found.notices[0]["en"]


def test_visits_go_into_the_plan_of_the_year_once_and_stale_ones_are_named(tmp_path):
    ws = county(tmp_path)
    planned(ws)
    draft(ws, year=2021, on=dt.date(2021, 1, 5), by="张某")
    order = {slot: unit for unit, slot in stands(ws).items()}
    first = schedule(ws, 2021, slot="2021-1", begins=dt.date(2021, 4, 1), ends=dt.date(2021, 4, 20))
    assert first[["unit", "entry", "state"]].to_numpy().tolist() == [
        [order["2021-1"], f"first-{order['2021-1']}-2021-1", "added"]
    ]
    entry = next(each for each in plan_of(ws, year=2021).entries if each.kind == "comprehensive")
    assert (str(entry.begins), str(entry.ends), entry.units) == ("2021-04-01", "2021-04-20", (order["2021-1"],))
    assert entry.basis["en"] == "Invented yearbook"  # the source of the five years
    assert schedule(ws, 2021)["state"].tolist() == ["there", "added"]
    assert schedule(ws, 2021)["begins"].tolist() == ["2021-04-01", "2021-07-01"]
    assert schedule(ws, 2021, slot="2021-1")["state"].tolist() == ["there"]
    # The unit of the first slot moves to a later year: its entry is stale, until somebody drops it.
    fix(ws, order["2021-1"], slot="2024-1", on=BEGIN, by="张某")
    told = schedule(ws, 2021)
    assert told[["unit", "state"]].to_numpy().tolist() == [[order["2021-2"], "there"], [order["2021-1"], "stale"]]
    step_of_plan(ws, "dropped", entry=told["entry"].iloc[-1], year=2021, on=BEGIN, by="张某")
    assert schedule(ws, 2021)["state"].tolist() == ["there"]
    fix(ws, order["2021-1"], slot="2021-1", on=BEGIN, by="张某")
    assert schedule(ws, 2021)["entry"].tolist()[0] == f"first-{order['2021-1']}-2021-1-again"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"slot": "2022-1"}, "of the year of the plan"),
        ({"begins": dt.date(2021, 4, 1)}, "days of one"),
        ({"slot": "2021-1", "ends": dt.date(2021, 7, 1)}, "a day of 2021-01-01 to 2021-06-30"),
    ],
)
def test_days_outside_a_slot_are_refused(tmp_path, given, said):
    ws = county(tmp_path)
    planned(ws)
    draft(ws, year=2021, on=dt.date(2021, 1, 5), by="张某")
    with pytest.raises(DuzhengError, match=f"DZ-O002 .*{said}"):
        schedule(ws, 2021, **given)
    assert "comprehensive" not in (tmp_path / "data/ledger/plans/P-2021.yaml").read_text(encoding="utf-8")


def test_a_district_runs_a_round_over_its_towns(tmp_path):
    towns = "".join(f"\n        t{number},t{number},镇{number},Town {number},town,U,,," for number in range(4))
    ws = county(tmp_path, {"data/units.csv": UNITS + towns})
    found = plan(ws, "towns", title={"zh-Hans": "乡镇督政"}, first=2021, last=2022, on=BEGIN, by="张某", evaluator="U")
    assert {each.unit for each in found.round.placements} == {"t0", "t1", "t2", "t3"}
    planned(ws)  # the prefecture has its own in the same years
    assert len(standing(ws, day=BEGIN)) == 8
    assert len(standing(ws, day=BEGIN, evaluator="U")) == 4


def test_the_public_sees_no_risk_and_no_reason(tmp_path):
    ws = county(tmp_path, {"data/ledger/rectification/E.yaml": LATE})
    planned(ws)
    frame = standing(ws, day=BEGIN, public=True)
    assert frame["risk"].isna().all()
    assert set(frame["reasons"]) | set(frame["reasons_zh"]) | set(frame["reasons_en"]) == {""}
    assert frame["slot"].ne("").all()
    assert not frame["fixed"].any()


def test_a_day_before_a_change_has_the_slots_of_that_day(tmp_path):
    ws = county(tmp_path)
    planned(ws)
    days = [BEGIN + dt.timedelta(days=each) for each in range(4)]
    unit = next(unit for unit, slot in stands(ws).items() if slot == "2021-1")
    fix(ws, unit, slot="2023-1", on=days[1], by="张某")
    release(ws, unit, on=days[2], by="张某")
    plan_again(ws, on=days[3], by="张某", fixed={unit: "2024-2"})
    rows = [standing(ws, day=day).set_index("unit").loc[unit] for day in days]
    assert [row["slot"] for row in rows] == ["2021-1", "2023-1", "2023-1", "2024-2"]
    assert [row["fixed"] for row in rows] == [False, True, False, True]
    assert [row["reasons"] for row in rows] == ["", "fixed", "released", "fixed"]
    counts = [slots(ws, day=day).set_index("slot").loc["2021-1", "visits"] for day in days]
    assert counts[:3] == [1, 0, 0]


def test_a_day_before_a_change_has_the_units_of_that_day(tmp_path):
    changes = (
        "changes:\n- {date: 2021-01-01, by: 张某}\n- {date: 2022-01-01, by: 张某, what: again,\n"
        "   moved: [{unit: A, after: 2023-1}, {unit: B, before: 2024-1}, {unit: C, before: 2021-2, after: 2022-1}]}"
    )
    rows = "- {unit: A, slot: 2023-1}\n- {unit: C, slot: 2022-1, reasons: [moved]}\n"
    ws = county(tmp_path, {FILE: HEAD + rows + changes + "\n"})
    before, after = (standing(ws, day=dt.date(2022, 1, 1) - dt.timedelta(days=each)) for each in (1, 0))
    assert dict(zip(before["unit"], before["slot"], strict=True)) == {"C": "2021-2", "B": "2024-1"}
    assert dict(zip(after["unit"], after["slot"], strict=True)) == {"A": "2023-1", "C": "2022-1"}
    assert before.set_index("unit").loc["C", "reasons"] == ""  # those of that day are kept nowhere


def test_an_explanation_prices_every_slot_against_its_own(tmp_path):
    ws = county(tmp_path, {"data/ledger/rectification/E.yaml": LATE})
    planned(ws)
    told = explain(ws, "E", day=BEGIN).set_index("slot")
    assert len(told) == 10
    assert told.loc[told["own"], ["uneven", "late", "delay", "moves"]].to_numpy().tolist() == [[0, 0, 0.0, 0]]
    assert told["delay"].tolist() == [3.0 * number for number in range(10)]  # the risk of 3, a slot later each time
    assert told.loc["2021-1", "text_en"].startswith("its risk, 3, is higher")
    assert told.loc["2021-2", "text_zh"].startswith("风险高的单位多等（风险×批次：3）")
    assert told.loc["2021-2", "moves"] == 1  # the one that stands there
    assert told.loc["2021-2", "uneven"] == 0
    fix(ws, next(unit for unit, slot in stands(ws).items() if slot == "2021-2"), on=BEGIN, by="张某")
    # Now that one stays: two in a slot, while two of the ten have none.
    assert explain(ws, "E", day=BEGIN).set_index("slot").loc["2021-2", ["uneven", "moves"]].tolist() == [1, 0]


def test_by_commands_a_round_is_planned_shown_and_explained(tmp_path):
    county(tmp_path)
    asked = ("round", "plan", "--id", "first", "--title", "第一轮", "--first", "2021", "--on", "2021-01-10")
    dry = run(tmp_path, *asked, "--dry-run")
    assert dry.exit_code == 0
    assert "nothing was written" in dry.output
    assert not (tmp_path / FILE).exists()
    assert run(tmp_path, *asked).exit_code == 0
    shown = json.loads(run(tmp_path, "round", "show", "--on", "2021-01-10", "--json").stdout)
    assert [each["slot"] for each in shown] == sorted(each["slot"] for each in shown)
    assert "2021-01-01  2021-06-30" in run(tmp_path, "round", "show", "--slots", "--on", "2021-01-10").output
    what_if = run(tmp_path, "round", "plan", "--again", "--fix", "A=2025-2", "--dry-run", "--on", "2021-01-10")
    assert "moved: A, 2021-1 -> 2025-2" in what_if.output
    assert "as good as where it stands" in run(tmp_path, "round", "explain", "A", "--on", "2021-01-10").output
    assert run(tmp_path, "round", "risk", "--on", "2021-01-10").exit_code == 0
    for wrong in (("--first", "2021"), ("--again", "--title", "另一轮"), ("--again", "--weights", "A=much"),
                  ("--again", "--fix", "A")):  # fmt: skip
        assert run(tmp_path, "round", "plan", *wrong).exit_code == 2
