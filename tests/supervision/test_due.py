"""What is due from whom: each book gives its own, by the day that is spoken of; what is restricted is asked for."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from tests.supervision.afterwards import OPINION, OPINION_FILE, VISIT, VISIT_FILE, place, run
from tests.supervision.handing_in import claim, handed

from analysis.messages import DuzhengError
from analysis.supervision.audits import ask
from analysis.supervision.decisions import decide, done
from analysis.supervision.due import DUE, WHAT, due
from analysis.supervision.evaluations import Decided, move, request, submit
from analysis.supervision.plans import add, draft
from analysis.supervision.self_reports import notice

JANUARY = dt.date(2020, 1, 10)
MARCH = dt.date(2020, 3, 5)
MAY = dt.date(2020, 5, 20)


@pytest.fixture
def office(tmp_path):
    return place(tmp_path, {VISIT_FILE: VISIT, OPINION_FILE: OPINION})


def told(ws, day, *what, **asked):
    """Give what is due on a day: what, of which entry, when, in how many days, from whom."""
    found = due(ws, day=day, **asked)
    rows = found[found["what"].isin(what)] if what else found
    return [tuple(row) for row in rows[["what", "ref", "date", "days", "who"]].to_numpy().tolist()]


def test_items_give_what_their_state_asks_for_and_of_whom(office):
    # places was reported on 20 April, and the office has 30 days to look: data/rules/inspections.yaml.
    assert told(office, MAY) == [
        ("rectify", "U/teachers", "2020-05-01", -19, "U"),
        ("re_inspect", "U/places", "2020-05-20", 0, "P"),
        ("rectify", "U/money", "2020-06-30", 41, "U"),
    ]
    # On 5 March it had been fed back for two days, and its plan has 30 days.
    assert told(office, MARCH, "improvement_plan", "rectify", unit="U")[-2:] == [
        ("rectify", "U/teachers", "2020-05-01", 57, "U"), ("rectify", "U/places", "2020-06-30", 117, "U")
    ]  # fmt: skip
    assert ("improvement_plan", "U/places", "2020-04-02", 28, "U") in told(office, MARCH)
    found = due(office, day=MAY).set_index("ref")
    assert found.at["U/money", "moved"] == 2  # its day was set anew at each return
    assert found.at["U/teachers", "who_zh"] == "上县（县人事部门）"
    assert found.at["U/teachers", "text_zh"] == "完成整改：教师不足"
    assert found.at["U/teachers", "text_en"] == "Put right: too few teachers"
    assert (found.at["U/money", "remind"], found.at["U/places", "remind"]) == ("30;7", "")


def test_an_inspection_gives_its_days_on_site_and_members_who_did_not_declare(office):
    assert told(office, JANUARY, *WHAT["inspections"]) == [
        ("declare", "visit/li", "2020-01-13", 3, ""), ("on_site", "visit", "2020-01-15", 5, "P")
    ]  # fmt: skip
    found = due(office, day=JANUARY).set_index("what")
    assert (found.at["on_site", "begins"], found.at["declare", "who_en"]) == ("2020-01-13", "Li")
    assert told(office, dt.date(2020, 1, 16), *WHAT["inspections"]) == [("on_site", "visit", "2020-01-15", -1, "P")]
    assert told(office, dt.date(2020, 1, 17), *WHAT["inspections"]) == []
    assert told(office, dt.date(2020, 1, 5)) == []  # it was not prepared yet


def test_an_opinion_is_due_after_its_inspection_was_concluded_and_a_reply_by_its_own_day(office):
    # Concluded on 17 January, and 30 days to issue: data/rules/inspections.yaml.
    assert told(office, dt.date(2020, 1, 18)) == [("issue", "visit/U", "2020-02-16", 29, "P")]
    assert told(office, dt.date(2020, 1, 22)) == [
        ("reply", "visit/U", "2020-02-05", 14, "U"), ("issue", "visit/U", "2020-02-16", 25, "P")
    ]  # fmt: skip
    assert told(office, dt.date(2020, 2, 14), *WHAT["opinions"]) == []


def test_what_units_hand_in_and_departments_audit_is_due_until_it_is_done(office):
    request(office, year=2020, on=dt.date(2020, 1, 15), by="张某", units=["V", "fin"])
    assert told(office, MARCH, "hand_in") == [
        ("hand_in", "V-2020", "2020-03-31", 26, "V"), ("hand_in", "fin-2020", "2020-03-31", 26, "fin")
    ]  # fmt: skip
    submit(office, handed(claim("a", value=900), claim("b", value=900)), unit="V", year=2020, on=MARCH, by="李某")
    assert told(office, MARCH, "hand_in") == [("hand_in", "fin-2020", "2020-03-31", 26, "fin")]
    assert told(office, dt.date(2020, 3, 4), "hand_in")[0][1] == "V-2020"  # a day looks back
    move(office, [Decided("V", "checked")], year=2020, on=MARCH, by="张某")
    ask(office, units=["V"], year=2020, on=MARCH)
    # A department has 7 days: data/rules/office_year.yaml of the invented place. Its claims are one row.
    assert told(office, MARCH, "audit") == [("audit", "V-2020/edu", "2020-03-12", 7, "edu")]
    row = due(office, day=MARCH).set_index("what").loc["audit"]
    assert (row["text_zh"], row["remind"], row["access"]) == ("会审谷县2020年度自评的2项陈述", "3", "internal")


def test_what_came_back_has_a_new_day_and_says_that_it_moved(office):
    request(office, year=2020, on=dt.date(2020, 1, 15), by="张某", units=["V"])
    submit(office, handed(claim("a", value=900)), unit="V", year=2020, on=MARCH, by="李某")
    back = Decided("V", "returned", note={"zh-Hans": "补正"}, due=dt.date(2020, 4, 9))
    move(office, [back], year=2020, on=dt.date(2020, 3, 30), by="张某")
    row = due(office, day=dt.date(2020, 4, 10), unit="V").iloc[0]
    assert (row["what"], row["date"], row["days"], row["moved"], row["state"]) == (
        "hand_in", "2020-04-09", -1, 1, "returned"
    )  # fmt: skip
    assert row["text_zh"].startswith("补正后重新报送")


def test_plans_decisions_and_the_report_give_theirs(office):
    draft(office, year=2020, on=dt.date(2020, 1, 8), by="张某")
    name = decide(office, on=JANUARY, meeting={"zh-Hans": "会议"}, decision={"zh-Hans": "办"}, due=dt.date(2020, 3, 10),
                  owner={"zh-Hans": "督导室", "en": "the office"})  # fmt: skip
    notice(office, year=2020, on=dt.date(2020, 3, 1), by="上级")
    found = due(office, day=MARCH)
    assert {"plan", "decision", "report"} <= set(found["what"])
    assert told(office, MARCH, "decision") == [("decision", name, "2020-03-10", 5, "")]
    assert told(office, MARCH, "report") == [("report", "P-2020", "2020-05-31", 87, "P")]  # office_year: 05-31
    plans = {row[1] for row in told(office, MARCH, "plan")}
    assert "P-2020/monitoring" in plans
    assert told(office, dt.date(2020, 1, 7), "plan") == []  # it was not adopted yet
    done(office, name, on=dt.date(2020, 3, 9))
    assert told(office, dt.date(2020, 3, 9), "decision") == []


def test_an_entry_of_the_plan_gives_way_to_the_inspection_of_its_name(office):
    draft(office, year=2020, on=dt.date(2020, 1, 2), by="张某")
    add(office, "visit", year=2020, kind="special", title={"zh-Hans": "专项督导"}, begins=dt.date(2020, 1, 13),
        ends=dt.date(2020, 1, 15), owner={"zh-Hans": "督导室"}, units=["U"])  # fmt: skip
    assert [row[0] for row in told(office, dt.date(2020, 1, 5)) if row[1].endswith("visit")] == ["plan"]
    assert [row[0] for row in told(office, JANUARY) if row[1].endswith("visit")] == ["on_site"]


POSTED = """
    unit: P
    year: 2020
    title: {zh-Hans: 州自评报告}
    objections:
      - {id: objection-1, date: 2020-03-05, text: {zh-Hans: 有异议}, access: restricted}
      - {id: objection-2, date: 2020-03-05, text: {zh-Hans: 再异议}, decided: {zh-Hans: 已采纳}}
    steps:
      - {state: noticed, date: 2020-03-01, by: 上级, due: 2020-05-31}
      - {state: drafted, date: 2020-03-02, by: 张某}
      - {state: approved, date: 2020-03-03, by: 张某}
      - {state: posted, date: 2020-03-04, by: 张某, due: 2020-03-09}
    """


def test_an_objection_is_due_until_it_is_decided(tmp_path):
    office = place(tmp_path, {"data/ledger/self_reports/P-2020.yaml": POSTED})
    assert told(office, MARCH, *WHAT["self_reports"], restricted=True) == [
        ("objections", "P-2020", "2020-03-09", 4, "P"), ("report", "P-2020", "2020-05-31", 87, "P"),
        ("objection", "P-2020/objection-1", "2020-05-31", 87, "P"),
    ]  # fmt: skip
    assert [row[0] for row in told(office, MARCH, *WHAT["self_reports"])] == ["objections", "report"]
    assert [row[0] for row in told(office, MARCH, *WHAT["self_reports"], public=True)] == ["objections"]


@pytest.mark.parametrize("access", ["internal", "restricted"])
def test_a_visit_that_is_not_announced_shows_only_to_whom_it_may(tmp_path, access):
    lines = ("announced, date: 2020-01-07", "on_site, date: 2020-01-13", "concluded, date: 2020-01-17")
    secret = VISIT.replace("units: [U]", f"units: [U]\n    access: {access}")
    for line in lines:
        secret = secret.replace(f"\n      - {{state: {line}, by: 张某}}", "")
    secret = secret[: secret.index("    found:")] + secret[secret.index("    steps:") :]
    ws = place(tmp_path, {VISIT_FILE: secret})
    draft(ws, year=2020, on=dt.date(2020, 1, 2), by="张某")
    add(ws, "unannounced", year=2020, kind="special", title={"zh-Hans": "不打招呼的督查"}, begins=dt.date(2020, 2, 1),
        ends=dt.date(2020, 2, 2), owner={"zh-Hans": "督导室"}, units=["U"], access=access)  # fmt: skip
    shown = {name: {(row[0], row[1]) for row in told(ws, JANUARY, **asked)} for name, asked in (
        ("public", {"public": True}), ("internal", {}), ("restricted", {"restricted": True}),
    )}  # fmt: skip
    hidden = {("on_site", "visit"), ("declare", "visit/li"), ("plan", "P-2020/unannounced")}
    assert not hidden & shown["public"]
    assert (hidden <= shown["internal"]) == (access == "internal")
    assert bool(hidden & shown["internal"]) == (access == "internal")
    assert hidden <= shown["restricted"]
    assert told(ws, JANUARY, "on_site", public=True, restricted=True) == []  # the narrower of the two


def test_filters_take_what_they_say(office):
    assert [row[1] for row in told(office, MAY, overdue=True)] == ["U/teachers"]
    assert [row[1] for row in told(office, MAY, within=0)] == ["U/teachers", "U/places"]
    assert [row[1] for row in told(office, MAY, within=41)] == ["U/teachers", "U/places", "U/money"]
    assert told(office, MAY, unit="V") == []
    assert [row[1] for row in told(office, MAY, unit="P")] == ["U/places"]
    assert told(office, MAY, evaluator="V") == []
    with pytest.raises(DuzhengError, match="DZ-U001"):
        due(office, day=MAY, unit="X")


def test_every_kind_has_its_words_and_every_row_its_columns(office):
    from analysis.supervision.due import WORDS

    known = {what for some in WHAT.values() for what in some} | {f"book_{book}" for book in WHAT}
    assert known <= set(WORDS.of("due"))
    found = due(office, day=MAY)
    assert list(found.columns) == list(DUE)
    assert list(due(office, day=dt.date(2019, 1, 1)).columns) == list(DUE)
    assert not found.duplicated(["book", "ref", "what"]).any()


def test_the_command_lists_it_as_text_and_as_json(office, tmp_path):
    asked = ("due", "list", "--on", "2020-05-20")
    assert run(tmp_path, *asked).stdout.splitlines()[1].split()[:3] == ["2020-05-01", "-19", "rectify"]
    assert [row["ref"] for row in json.loads(run(tmp_path, *asked, "--json", "--overdue").stdout)] == ["U/teachers"]
    assert run(tmp_path, *asked, "--within", "-1").exit_code == 2
