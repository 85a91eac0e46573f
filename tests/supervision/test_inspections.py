"""Inspections: prepared with the points of their duties, no team with an interest, findings on site and by somebody."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.supervision.afterwards import VISIT, VISIT_FILE, place

from analysis.messages import DuzhengError
from analysis.supervision import draws, teams
from analysis.supervision.inspections import ask, find, found_in, inspection_of, inspections, prepare, step
from analysis.workspace import Workspace
from analysis.workspace.ledger import Found, Member, Question

FILE = "data/ledger/inspections/order.yaml"
SITE = (dt.date(2020, 5, 11), dt.date(2020, 5, 13))
SPRING, MAY, LATER = dt.date(2020, 4, 1), dt.date(2020, 5, 11), dt.date(2020, 5, 15)
SCHOOLS = """
    school,unit,stage,year,students
    s1,U,primary,2019,300
    s2,U,primary,2019,200
    s3,U,primary,2019,250
    s4,U,junior,2019,250
    old,U,primary,2018,90
    v1,V,primary,2019,100
    """


def prepared(root, *, units=("U",), kind="special", files=None, **more):
    ws = place(root, files)
    prepare(ws, "order", kind=kind, title={"zh-Hans": "规范办学专项督导"}, units=units, begins=SITE[0], ends=SITE[1],
            on=SPRING, by="张某", **more)  # fmt: skip
    return ws


TEAM = [
    Member(id="head", name={"zh-Hans": "甲"}, role="leader"),
    Member(id="one", name={"zh-Hans": "乙"}, role="inspector"),
    Member(id="two", name={"zh-Hans": "丙"}, role="inspector"),
    Member(id="lay", name={"zh-Hans": "丁"}, role="lay_inspector"),
    Member(id="pen", name={"zh-Hans": "戊"}, role="secretary"),
    Member(id="sage", name={"zh-Hans": "己"}, role="expert"),
]  # fmt: skip


def manned(root, interests=None, **more):
    ws = prepared(root, **more)
    teams.enlist(ws, "order", TEAM)
    for member in TEAM:
        teams.declare(ws, "order", [member.id], (interests or {}).get(member.id, ()), on=SPRING)
    return ws


def on_site(root, **more):
    ws = manned(root, **more)
    step(ws, "announced", name="order", on=SPRING, by="张某")
    step(ws, "on_site", name="order", on=MAY, by="张某")
    return ws


def finding(**more):
    given = {"id": "f1", "unit": "U", "duty": "growth", "date": MAY, "judged": "problem", "by": ("one",),
             "text": {"zh-Hans": "公示不全"}, "papers": ("p1",)}  # fmt: skip
    return Found(**(given | more))


def conflicts(ws):
    found = teams.conflicts(ws, inspection_of(ws, "order"))
    return {(row.member, row.unit): row.reason for row in found.itertuples()}


def refused(call, *args, **more):
    with pytest.raises(DuzhengError) as error:
        call(*args, **more)
    return error.value.faults


def test_the_questions_are_the_points_of_the_duties_that_it_is_about(tmp_path):
    ws = prepared(tmp_path, duties=["growth"])
    assert [(each.id, each.duty) for each in inspection_of(ws, "order").questions] == [("growth-1", "growth")]
    whole = prepared(tmp_path / "all")
    assert [each.id for each in inspection_of(whole, "order").questions] == ["growth-1", "reform-1"]


def test_a_department_is_asked_by_its_own_form(tmp_path):
    ws = prepared(tmp_path, units=("fin",), duties=["means"])
    assert [each.id for each in inspection_of(ws, "order").questions] == ["means-1"]


def test_questions_can_be_added_until_it_is_on_site(tmp_path):
    ws = on_site(tmp_path / "late")
    more = Question(id="fees", duty="order", text={"zh-Hans": "收费公示"})
    (fault,) = refused(ask, ws, "order", [more])
    assert (fault.code, fault.found) == ("DZ-O002", f"on_site since {MAY}")
    ws = prepared(tmp_path / "early")
    ask(ws, "order", [more])
    assert inspection_of(ws, "order").questions[-1] == more
    (fault,) = refused(ask, ws, "order", [more.model_copy(update={"duty": "none"}).model_copy(update={"id": "x"})])
    assert (fault.code, fault.column, fault.line is not None) == ("DZ-O001", "questions.3.duty", True)


@pytest.mark.parametrize(
    ("more", "code", "column"),
    [
        ({"units": ("U", "nowhere")}, "DZ-U001", "units.1"),
        ({"units": ("P",)}, "DZ-U001", "units.0"),  # nobody inspects itself
        ({"kind": "comprehensive"}, "DZ-O001", "kind"),
        ({"kind": "comprehensive", "term": (2014, 2018)}, "DZ-O002", "term"),
        ({"duties": ["weather"]}, "DZ-O001", "duties"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(tmp_path, more, code, column):
    faults = refused(prepared, tmp_path, **more)
    assert {(fault.code, fault.column) for fault in faults} == {(code, column)}
    assert not (tmp_path / FILE).exists()


def test_who_works_for_the_unit_or_did_so_within_three_years_stays_away_from_it(tmp_path):
    ago = dt.date(2017, 5, 12)  # three years and a day before the first day on site would be 2017-05-10
    ws = manned(tmp_path, units=("U", "V"), interests={
        "one": [("U", "worked", ago)], "two": [("U", "worked", dt.date(2017, 5, 1))], "lay": [("V", "relative", None)],
    })  # fmt: skip
    assert conflicts(ws) == {("one", "U"): "worked", ("lay", "V"): "relative"}


def test_somebody_of_the_unit_or_below_it_is_no_inspector_of_it(tmp_path):
    ws = manned(tmp_path)
    teams.enlist(ws, "order", [Member(id="guest", name={"zh-Hans": "己"}, role="observer", unit="U")])
    teams.declare(ws, "order", ["guest"], (), on=SPRING)
    assert conflicts(ws) == {("guest", "U"): "own"}


def test_nobody_goes_on_site_undeclared_or_with_a_team_that_lacks_somebody(tmp_path):
    ws = prepared(tmp_path)
    teams.enlist(ws, "order", TEAM[1:4])
    step(ws, "announced", name="order", on=SPRING, by="张某")
    faults = refused(step, ws, "on_site", name="order", on=MAY, by="张某")
    assert len([fault for fault in faults if "nothing declared" in fault.found]) == 3
    assert {"0 of role leader free to inspect U", "0 of role secretary free to inspect U"} <= {
        fault.found for fault in faults
    }
    assert inspection_of(ws, "order").state_on(LATER) == "announced"


def test_a_member_with_an_interest_counts_for_no_role_at_that_unit(tmp_path):
    ws = manned(tmp_path, units=("U", "V"), interests={"head": [("V", "advised", None)]})
    lacking = teams.lacking(ws, inspection_of(ws, "order"))
    assert lacking[["unit", "found"]].values.tolist() == [["V", "0 of role leader free to inspect V"]]


def test_departments_are_evaluated_with_congress_and_cppcc(tmp_path):
    ws = manned(tmp_path, units=("fin",), duties=["means"])
    lacking = teams.lacking(ws, inspection_of(ws, "order"))
    # 五.一.2 of the measures, as the rule set has it.
    assert lacking[["of", "found"]].values.tolist() == [["joint", "no congress"], ["joint", "no cppcc"]]


def test_findings_are_made_on_site_by_members_without_an_interest(tmp_path):
    ws = on_site(tmp_path, units=("U", "V"), interests={"sage": [("U", "other", None)]})
    (fault,) = refused(find, ws, "order", [finding(by=("sage",))])
    assert (fault.column, fault.found) == ("found.f1.by", "sage, who has an interest in U")
    (fault,) = refused(find, ws, "order", [finding(by=("nobody",))])
    assert (fault.code, fault.column) == ("DZ-O001", "found.0.by.0")
    assert find(ws, "order", [finding(), finding(id="f2", unit="V", by=("sage",), judged="practice")]) == 2
    row = inspections(ws, day=LATER).set_index("unit").loc["V"]
    assert row[["state", "found", "practices", "problems"]].tolist() == ["on_site", 1, 1, 0]


def test_a_finding_before_the_site_and_a_problem_without_evidence_are_refused_with_their_line(tmp_path):
    ws = on_site(tmp_path)
    (fault,) = refused(find, ws, "order", [finding(date=SPRING)])
    assert (fault.code, fault.file, fault.column) == ("DZ-O002", FILE, "found.0.date")
    assert fault.line is not None
    (fault,) = refused(find, ws, "order", [finding(papers=())])
    assert fault.found == "a problem without evidence"
    step(ws, "concluded", name="order", on=LATER, by="张某")
    (fault,) = refused(find, ws, "order", [finding()])
    assert fault.found == f"concluded since {LATER}"


def test_a_table_of_findings_is_read_with_every_fault_and_its_row(tmp_path):
    good = {"id": "f1", "unit": "U", "duty": "growth", "date": "2020-05-11", "judged": "problem", "text_zh": "缺",
            "by": "one;two", "papers": "p1", "indicator": "pupils", "year": "2017", "value": "3300"}  # fmt: skip
    (read,) = found_in([good | {"row": 2}], "found.csv")
    assert (read.by, str(read.evidence[0].value), read.evidence[0].year) == (("one", "two"), "3300", 2017)
    faults = refused(lambda: list(found_in([good | {"row": 2, "judged": "bad"}, good | {"row": 3, "by": ""}], "f.csv")))
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [("f.csv", 2, "judged"), ("f.csv", 3, "by")]


def test_schools_are_drawn_once_and_anybody_can_repeat_it(tmp_path):
    ws = prepared(tmp_path, files={"data/schools/all.csv": SCHOOLS})
    drawn = draws.draw(ws, "order", on=SPRING, seed=7, per_stage=2)
    assert [(each.stage, each.frame, len(each.schools)) for each in drawn] == [("junior", 1, 1), ("primary", 3, 2)]
    assert list(drawn[1].schools) == draws.in_order(["s1", "s2", "s3"], seed=7, unit="U", stage="primary")[:2]
    (fault, *_) = refused(draws.draw, ws, "order", on=SPRING, seed=8)
    assert (fault.code, fault.hint) == ("DZ-O001", "nobody draws again until the sample pleases")


def test_each_school_is_drawn_equally_often(tmp_path):
    ids = [f"s{number}" for number in range(10)]
    first = [draws.in_order(ids, seed=seed, unit="U", stage="primary")[:3] for seed in range(3000)]
    counts = [sum(each in drawn for drawn in first) for each in ids]
    # 900 of 3,000 each; the sum of squares over n·p·(1−p), times 9/10, is chi-square with 9 degrees: 33.7 at 0.0001.
    assert sum((count - 900) ** 2 for count in counts) / (3000 * 0.3 * 0.7) * 0.9 < 33.7


def test_a_unit_without_schools_is_named_and_a_department_has_none(tmp_path):
    some = SCHOOLS.replace("v1,V,primary,2019,100\n", "")
    ws = prepared(tmp_path, units=("U", "V"), files={"data/schools/all.csv": some})
    assert [fault.found for fault in refused(draws.draw, ws, "order", on=SPRING, seed=7)] == ["no schools of V"]
    both = prepared(tmp_path / "both", units=("U", "fin"), files={"data/schools/all.csv": SCHOOLS})
    assert {each.unit for each in draws.draw(both, "order", on=SPRING, seed=7)} == {"U"}


def test_stages_that_nobody_has_and_none_of_each_are_refused(tmp_path):
    ws = prepared(tmp_path, files={"data/schools/all.csv": SCHOOLS})
    faults = refused(draws.draw, ws, "order", on=SPRING, seed=7, stages=["primry", "primary"], per_stage=0)
    assert {fault.found for fault in faults} == {"'primry'", "0"}
    fault, *_ = refused(draws.draw, ws, "order", on=LATER, seed=7)
    assert (fault.code, fault.column) == ("DZ-O002", "draws.0.drawn")


def test_the_next_of_the_order_takes_the_place_of_a_school_that_closed(tmp_path):
    ws = prepared(tmp_path, files={"data/schools/all.csv": SCHOOLS})
    draws.draw(ws, "order", on=SPRING, seed=7, per_stage=2)
    order = draws.in_order(["s1", "s2", "s3"], seed=7, unit="U", stage="primary")
    assert draws.substitutes(ws, "order", unit="U", stage="primary") == order[2:]
    (fault,) = refused(draws.substitutes, ws, "order", unit="V", stage="primary")
    assert fault.expected == "one of U junior, U primary"


def test_units_are_drawn_by_a_seed_which_the_inspection_keeps(tmp_path):
    ws = place(tmp_path)
    units, sampled = draws.units_drawn(ws, kind="county", count=1, seed=3, on=SPRING)
    assert units == tuple(draws.in_order(["U", "V"], seed=3, unit="P", stage="county")[:1])
    found = prepare(ws, "drawn", kind="special", title={"zh-Hans": "抽查"}, units=units, sampled=sampled,
                    begins=SITE[0], ends=SITE[1], on=SPRING, by="张某")  # fmt: skip
    assert (found.sampled.seed, found.sampled.frame) == (3, 2)
    (fault,) = refused(draws.units_drawn, ws, kind="county", count=3, seed=3, on=SPRING)
    assert fault.expected == "1 to 2"


def test_a_member_can_be_replaced_and_those_who_declare_are_entered_together_or_not_at_all(tmp_path):
    ws = manned(tmp_path)
    teams.dismiss(ws, "order", ["head"])
    teams.enlist(ws, "order", [Member(id="new", name={"zh-Hans": "庚"}, role="leader")])
    (fault,) = refused(teams.declare, ws, "order", ["new", "nobody"], on=SPRING)
    assert fault.found == "'nobody'"
    assert next(each for each in inspection_of(ws, "order").team if each.id == "new").declared is None


def test_what_is_declared_after_the_day_on_site_is_not_declared_yet(tmp_path):
    ws = prepared(tmp_path)
    teams.enlist(ws, "order", TEAM)
    teams.declare(ws, "order", [each.id for each in TEAM], on=LATER)
    step(ws, "announced", name="order", on=SPRING, by="张某")
    faults = refused(step, ws, "on_site", name="order", on=MAY, by="张某")
    assert len([fault for fault in faults if "nothing declared" in fault.found]) == len(TEAM)


@pytest.mark.parametrize("day", ["2020-05-10", "2020-05-14"])
def test_it_is_on_site_on_its_days(tmp_path, day):
    ws = manned(tmp_path)
    step(ws, "announced", name="order", on=SPRING, by="张某")
    (fault,) = refused(step, ws, "on_site", name="order", on=dt.date.fromisoformat(day), by="张某")
    assert (fault.code, fault.expected) == ("DZ-O002", "a day from 2020-05-11 to 2020-05-13")


def test_who_only_writes_down_signs_nothing_alone(tmp_path):
    ws = on_site(tmp_path)
    (fault,) = refused(find, ws, "order", [finding(by=("pen",))])
    assert fault.column == "found.0.by"
    assert find(ws, "order", [finding(by=("pen", "one"))]) == 1


def test_one_that_is_not_announced_is_seen_by_nobody_before_it_is_on_site(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: VISIT.replace("units: [U]", "units: [U]\n    access: internal")
                          .replace("      - {state: announced, date: 2020-01-07, by: 张某}\n", "")})  # fmt: skip
    before, after = dt.date(2020, 1, 12), dt.date(2020, 1, 13)
    assert inspections(ws, day=before, public=True).empty
    assert inspections(ws, day=before)["state"].tolist() == ["prepared"]
    assert inspections(ws, day=after, public=True)["state"].tolist() == ["on_site"]


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ("concluded, date: 2020-01-17", "concluded, date: 2020-01-10", "DZ-O002", "steps.3.date"),
        ("state: announced", "state: concluded", "DZ-O002", "steps.1.state"),
        ("units: [U]", "units: [W]", "DZ-U001", "units.0"),
        ("by: [zhang]", "by: [wang]", "DZ-O001", "found.0.by.0"),
        ("duty: growth", "duty: none", "DZ-O001", "found.0.duty"),
        ("date: 2020-01-14", "date: 2020-01-09", "DZ-O002", "found.0.date"),
        ("role: lay_inspector", "role: leader", "DZ-O001", "team.1.role"),
        ("papers: [p1]", "papers: []", "DZ-O001", "found.0"),
        ("ends: 2020-01-15", "ends: 2020-01-12", "DZ-O002", "ends"),
    ],
)
def test_a_file_written_by_hand_is_held_to_the_same(tmp_path, old, new, code, column):
    ws = place(tmp_path, {VISIT_FILE: VISIT.replace(old, new)})
    faults = refused(lambda: Workspace(ws.root).ledger)
    assert (code, column) in {(fault.code, fault.column) for fault in faults}
    assert all(fault.file == VISIT_FILE and fault.line for fault in faults)
