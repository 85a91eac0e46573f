"""Opinions: drafted from what was found, each problem tied to evidence, no approval before the unit was heard."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest
from tests.supervision.afterwards import OPINION, OPINION_FILE, VISIT, VISIT_FILE, place

from analysis.documents import Run
from analysis.findings.finding import Finding, frame_of
from analysis.messages import DuzhengError
from analysis.supervision.inspections import inspection_of
from analysis.supervision.opinion_drafts import of_figures
from analysis.supervision.opinions import decide, draft, opinion_of, opinions, reply, step
from analysis.supervision.rectification import open_from
from analysis.workspace import Workspace

AT = {"inspection": "visit", "unit": "U"}
DRAFTED, TOLD, LAST = dt.date(2020, 1, 20), dt.date(2020, 1, 22), dt.date(2020, 2, 1)
REPLIED, AFTER = dt.date(2020, 1, 25), dt.date(2020, 2, 2)
NO = {"zh-Hans": "材料不足"}


def drafted(root):
    ws = place(root, {VISIT_FILE: VISIT})
    draft(ws, on=DRAFTED, by="张某", **AT)
    return ws


def told(root):
    ws = drafted(root)
    step(ws, "preliminary", on=TOLD, by="张某", **AT)
    return ws


def refused(call, *args, **more):
    with pytest.raises(DuzhengError) as error:
        call(*args, **more)
    return error.value.faults


def test_what_was_found_is_drafted_and_each_problem_rests_on_its_finding(tmp_path):
    opinion = opinion_of(drafted(tmp_path), **AT)
    assert [(each.id, each.rests_on) for each in opinion.problems] == [("places", ("found/places",))]
    (request,) = opinion.requests
    # 180 days after the draft, as data/rules/inspections.yaml sets them.
    assert (request.problems, request.due) == (("places",), dt.date(2020, 7, 18))
    assert opinion.state_on(DRAFTED) == "drafted"


def test_a_unit_that_was_not_inspected_gets_none(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: VISIT})
    (fault,) = refused(draft, ws, inspection="visit", unit="V", on=DRAFTED, by="张某")
    assert (fault.code, fault.expected) == ("DZ-O001", "one of U")


def test_no_opinion_is_told_before_the_inspection_was_concluded(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: VISIT})
    (fault,) = refused(draft, ws, on=dt.date(2020, 1, 12), by="张某", **AT)
    assert (fault.code, fault.expected) == ("DZ-O002", "2020-01-13, when it was on site, or later")
    draft(ws, on=dt.date(2020, 1, 15), by="张某", **AT)
    (fault,) = refused(step, ws, "preliminary", on=dt.date(2020, 1, 16), by="张某", **AT)
    assert (fault.code, fault.column) == ("DZ-O002", "steps.1.date")
    assert fault.expected.startswith("2020-01-17, when the inspection was concluded")


def test_the_unit_may_reply_for_as_many_days_as_the_rule_gives_it(tmp_path):
    ws = told(tmp_path)
    assert opinion_of(ws, **AT).steps[-1].due == LAST  # ten days after it was told
    (fault,) = refused(step, ws, "approved", on=LAST, by="州政府", **AT)
    assert fault.expected == f"a day after {LAST}, until when the unit may reply"
    (fault,) = refused(reply, ws, NO, on=AFTER, by="上县", **AT)
    assert (fault.code, fault.column) == ("DZ-O002", "replies.0.date")
    step(ws, "approved", on=AFTER, by="州政府", **AT)  # it let the time pass
    assert opinion_of(ws, **AT).state_on(AFTER) == "approved"


def test_the_right_of_reply_is_as_long_as_the_rule_has_it_and_is_not_over_with_the_first_reply(tmp_path):
    ws = drafted(tmp_path)
    (fault,) = refused(step, ws, "preliminary", on=TOLD, by="张某", due=TOLD, **AT)
    assert (fault.code, fault.expected) == ("DZ-O002", f"{LAST} or later: so long the unit may reply")
    step(ws, "preliminary", on=TOLD, by="张某", **AT)
    for _ in range(2):
        reply(ws, NO, on=REPLIED, by="上县", **AT)
    assert [each.id for each in opinion_of(ws, **AT).replies] == ["reply-1", "reply-2"]
    faults = refused(step, ws, "approved", on=REPLIED, by="州政府", **AT)
    assert f"a day after {LAST}, until when the unit may reply" in {fault.expected for fault in faults}


def test_a_reply_is_decided_by_somebody_before_anything_is_approved(tmp_path):
    ws = told(tmp_path)
    name = reply(ws, {"zh-Hans": "已补足"}, on=REPLIED, by="上县", problems=["places"], **AT)
    (fault,) = refused(step, ws, "approved", on=AFTER, by="州政府", **AT)
    assert fault.found == "reply-1, which nobody decided"
    (fault,) = refused(decide, ws, name, "rejected", NO, on=TOLD, by="张某", **AT)
    assert (fault.code, fault.column) == ("DZ-O002", "replies.0.decided_on")
    decide(ws, name, "rejected", NO, on=REPLIED, by="张某", **AT)
    (fault,) = refused(decide, ws, name, "accepted", NO, on=REPLIED, by="张某", **AT)
    assert fault.expected == "one that is open: there is none"
    step(ws, "approved", on=AFTER, by="州政府", **AT)
    row = opinions(ws, day=AFTER).iloc[0]
    assert row[["state", "replies", "open"]].tolist() == ["approved", 1, 0]


def test_what_is_accepted_leads_to_a_new_draft_that_is_told_again(tmp_path):
    ws = told(tmp_path)
    reply(ws, NO, on=REPLIED, by="上县", **AT)
    decide(ws, "reply-1", "accepted", NO, on=REPLIED, by="张某", **AT)
    (fault,) = refused(step, ws, "approved", on=AFTER, by="州政府", **AT)
    assert fault.found == "reply-1, which was accepted, and no new draft"
    step(ws, "drafted", on=AFTER, by="张某", **AT)
    (fault, *_) = refused(step, ws, "approved", on=AFTER, by="州政府", **AT)
    assert fault.found == "approved after drafted"


def test_a_number_comes_with_the_issue_and_requests_do_not_lie_in_the_past(tmp_path):
    ws = told(tmp_path)
    (fault,) = refused(step, ws, "approved", on=AFTER, by="州政府", number="虚督〔2020〕1号", **AT)
    assert fault.column == "number"
    step(ws, "approved", on=AFTER, by="州政府", **AT)
    (fault,) = refused(step, ws, "issued", on=AFTER, by="州政府", **AT)
    assert fault.found == "issued without a number"
    (fault,) = refused(step, ws, "issued", on=dt.date(2021, 1, 4), by="州政府", number="虚督〔2021〕1号", **AT)
    assert (fault.code, fault.column) == ("DZ-O002", "requests.0.due")


def test_what_is_restricted_is_not_drafted(tmp_path):
    closed = VISIT.replace("papers: [p1]}", "papers: [p1], access: restricted}")
    ws = place(tmp_path, {VISIT_FILE: closed})
    assert draft(ws, on=DRAFTED, by="张某", **AT).problems == ()


def test_a_finding_signed_by_somebody_who_declared_an_interest_afterwards_is_not_drafted(tmp_path):
    late = VISIT.replace("declared: 2020-01-08}", "declared: 2020-01-08, interests: [{unit: U, relation: relative}]}")
    ws = place(tmp_path, {VISIT_FILE: late})
    (fault,) = refused(draft, ws, on=DRAFTED, by="张某", **AT)
    assert (fault.code, fault.column) == ("DZ-O001", "found.places.by")


def test_items_are_inside_the_office_until_the_opinion_is_published(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: VISIT, OPINION_FILE: OPINION})
    issued = dt.date(2020, 2, 14)
    open_from(ws, on=issued, **AT)
    access = lambda: {each.id: each.access for each in ws.ledger.rectification["U"]}["visit-places"]  # noqa: E731
    assert access() == "internal"
    step(ws, "published", on=issued, by="州政府", **AT)
    assert access() == "public"
    step(ws, "withdrawn", on=issued, by="州政府", note={"zh-Hans": "须更正"}, **AT)
    assert access() == "internal"


def test_an_opinion_of_a_restricted_inspection_is_in_no_list(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: VISIT.replace("units: [U]", "units: [U]\n    access: restricted"),
                          OPINION_FILE: OPINION})  # fmt: skip
    day = dt.date(2020, 2, 14)
    assert opinions(ws, day=day).empty
    assert len(opinions(ws, day=day, restricted=True)) == 1


def test_a_reply_about_a_problem_that_there_is_not_is_refused(tmp_path):
    (fault,) = refused(reply, told(tmp_path), NO, on=REPLIED, by="上县", problems=["other"], **AT)
    assert (fault.code, fault.expected) == ("DZ-O001", "one of the problems: places")


def test_what_was_approved_stays_until_there_is_a_new_draft(tmp_path):
    ws = told(tmp_path)
    step(ws, "approved", on=AFTER, by="州政府", **AT)
    path = ws.root / OPINION_FILE
    path.write_text(path.read_text(encoding="utf-8").replace("学位紧张", "学位十分紧张"), encoding="utf-8")
    (fault,) = refused(lambda: Workspace(ws.root).ledger)
    assert (fault.code, fault.column) == ("DZ-O002", "problems")
    assert fault.found.startswith("achievements, problems and requests that are not those approved")


def test_items_are_opened_from_an_opinion_that_was_issued_and_once(tmp_path):
    ws = told(tmp_path)
    (fault,) = refused(open_from, ws, on=AFTER, **AT)
    assert (fault.code, fault.found) == ("DZ-O002", "preliminary")
    step(ws, "approved", on=AFTER, by="州政府", **AT)
    step(ws, "issued", on=AFTER, by="州政府", number="虚督〔2020〕1号", **AT)
    assert open_from(ws, on=AFTER, **AT) == ["visit-places"]
    item = next(each for each in ws.ledger.rectification["U"] if each.id == "visit-places")
    assert item.rests_on == ("opinion/visit/places",)
    assert (item.state_on(AFTER), item.due) == ("fed_back", dt.date(2020, 7, 18))
    faults = refused(open_from, ws, on=AFTER, **AT)
    assert "an id that stands once among the items of a unit" in {fault.expected for fault in faults}


def test_only_what_was_published_is_public(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: VISIT, OPINION_FILE: OPINION})
    issued = dt.date(2020, 2, 14)
    assert opinions(ws, day=issued, public=True).empty
    step(ws, "published", on=issued, by="州政府", **AT)
    assert opinions(ws, day=issued, public=True)["number"].tolist() == ["虚督〔2020〕9号"]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("rests_on: [found/places]", "rests_on: []", "problems.0"),
        ("rests_on: [found/places]", "rests_on: [found/none]", "problems.0.rests_on.0"),
        ("problems: [places, order]", "problems: [places, fees]", "requests.0.problems.1"),
        ("inspection: visit", "inspection: visits", "inspection"),
        (", due: 2020-02-05", "", "steps.1"),
        ("    number: 虚督〔2020〕9号\n", "", "steps.3"),
        ("due: 2020-06-30", "due: 2020-01-02", "requests.0.due"),
        ("state: preliminary", "state: approved", "steps.1.state"),
    ],
)
def test_a_file_written_by_hand_is_held_to_the_same(tmp_path, old, new, column):
    ws = place(tmp_path, {VISIT_FILE: VISIT, OPINION_FILE: OPINION.replace(old, new)})
    faults = refused(lambda: Workspace(ws.root).ledger)
    assert column in {fault.column for fault in faults}
    assert all(fault.file == OPINION_FILE for fault in faults)


def test_a_problem_of_which_nothing_is_requested_is_not_told(tmp_path):
    ws = drafted(tmp_path)
    path = ws.root / OPINION_FILE
    path.write_text(path.read_text(encoding="utf-8").split("requests:")[0]
                    + "steps:\n  - {state: drafted, date: 2020-01-20, by: 张某}\n", encoding="utf-8")  # fmt: skip
    (fault,) = refused(step, ws, "preliminary", on=TOLD, by="张某", **AT)
    assert fault.found == "nothing requested for places"


def said(verdict, tone, **more):
    """A finding of a run that says how a unit stands, as stage one freezes it."""
    given = {"id": f"pupils/{verdict}", "unit": "U", "year": 2017, "topic": "schooling", "duty": "growth",
             "kind": "gap", "reference": "whole", "verdict": verdict, "tone": tone, "subject": "pupils",
             "estimate": -100.0, "against": 3400.0, "message": "none",
             "texts": {"zh-Hans": (Run(text="学生3300人，低于全州（3400人）。", role="citation"),),
                       "en": (Run(text="3,300 pupils.", role="citation"),)}}  # fmt: skip
    return Finding(**(given | more))


def drafted_from(ws, *findings):
    facts = pd.DataFrame([{"unit": "U", "indicator": "pupils", "year": 2017, "statistic": "level", "value": 3300.0}])
    tables = SimpleNamespace(tables={"facts": facts, "findings": frame_of(findings)})
    return of_figures(ws, tables, unit="U", inspection=inspection_of(ws, "visit"))


QUESTION = "    questions: [{id: q1, duty: growth, text: {zh-Hans: 学位够不够, en: Are there places}}]\n    team:"


def test_what_figures_say_is_drafted_with_the_figure_as_evidence(tmp_path):
    ws = place(tmp_path, {VISIT_FILE: VISIT.replace("    team:", QUESTION)})
    good, bad = drafted_from(ws, said("below", "bad"))
    (problem,) = bad
    assert good == []
    assert problem.text == {"zh-Hans": "学生3300人，低于全州（3400人）", "en": "3,300 pupils"}  # clauses
    (figure,) = problem.evidence
    # The level of the fact, and what the finding holds it to: below it is bad, so that it has to be at least that.
    assert (figure.year, figure.value, figure.threshold, figure.direction) == (2017, 3300, 3400, "at_least")
    (achievement,), none = drafted_from(ws, said("above", "good"))
    assert (none, achievement.evidence[0].direction) == ([], "at_least")


@pytest.mark.parametrize(
    "more",
    [{"tone": "neutral"}, {"withheld": ("disclosure",)}, {"duty": "order"}, {"kind": "change"}, {"synthetic": True},
     {"survey": "s-2017"}, {"subject": "none"}, {"year": 2016}],
)  # fmt: skip
def test_what_may_not_be_said_or_is_about_something_else_is_not_drafted(tmp_path, more):
    ws = place(tmp_path, {VISIT_FILE: VISIT.replace("    team:", QUESTION)})
    assert drafted_from(ws, said(**({"verdict": "below", "tone": "bad"} | more))) == ([], [])
