"""The self-report: merged from what departments said and the figures bear out, with nothing that rests on nothing."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from tests.supervision.invented import APPROVED, FINANCE, FINANCE_FILE, SPRING, place

from analysis.messages import DuzhengError
from analysis.supervision import self_reports
from analysis.supervision.others import add
from analysis.supervision.year import office_year
from analysis.workspace import Workspace

FILE = "data/ledger/self_reports/P-2020.yaml"
APRIL, MAY, JUNE = dt.date(2020, 4, 1), dt.date(2020, 5, 1), dt.date(2020, 6, 1)
WHO = {"year": 2020, "by": "张某"}


def noticed(root, text=APPROVED, year=2020):
    ws = place(root, {FINANCE_FILE.replace("2020", str(year)): text})
    self_reports.notice(ws, year=year, on=dt.date(year, 3, 31), by="上级")
    return ws


def test_a_paragraph_is_made_of_answers_with_papers_and_claims_that_agree(tmp_path):
    found = self_reports.draft(noticed(tmp_path), on=APRIL, **WHO)
    (paragraph,) = found.report.paragraphs
    assert paragraph.duty == "means"
    assert paragraph.text == {
        "zh-Hans": "经费优先保障教育。生均经费9000元。",
        "en": "Education came first. Funds 9000",
    }
    assert paragraph.claims == ("fin/means-1", "fin/funds")
    assert found.silent == ("growth", "order", "reform")
    assert found.report.state_on(APRIL) == "drafted"


def test_what_is_false_open_or_without_papers_is_left_out_and_listed(tmp_path):
    left = self_reports.draft(noticed(tmp_path), on=APRIL, **WHO).left
    assert set(left[["unit", "what", "id", "reason"]].itertuples(index=False, name=None)) == {
        ("edu", "evaluation", "2020", "not_checked"),
        ("fin", "answer", "order-1", "no_papers"),
        ("fin", "claim", "pupils", "differs"),
        ("fin", "claim", "later", "open_other_year"),
    }


def test_a_claim_that_others_contradict_is_left_out(tmp_path):
    ws = noticed(tmp_path)
    finding = {
        "id": "a1", "unit": "P", "date": "2020-03-01", "year": 2018, "duty": "means", "indicator": "funds",
        "value": 8500, "statement_zh": "实为8500元", "source_zh": "审计", "reliability": "A", "access": "restricted",
        "document": "一号",
    }  # fmt: skip
    add(ws, "audit", [finding])
    found = self_reports.draft(ws, on=APRIL, **WHO)
    assert found.report.paragraphs[0].claims == ("fin/means-1",)
    assert "doubted" in set(found.left["reason"])  # not by whom: the finding is restricted


def test_what_was_not_checked_by_that_day_is_not_merged(tmp_path):
    text = FINANCE.replace("- {state: checked, date: 2020-03-01, by: 张某}", "")
    found = self_reports.draft(noticed(tmp_path, text), on=APRIL, **WHO)
    assert found.report.paragraphs == ()
    assert list(found.left["reason"]) == ["not_checked", "not_checked"]


def test_the_way_from_the_notice_to_the_submission(tmp_path):
    ws = noticed(tmp_path)
    self_reports.draft(ws, on=APRIL, **WHO)
    self_reports.step(ws, "approved", on=MAY, **WHO)
    self_reports.step(ws, "posted", on=MAY, **WHO)
    report = self_reports.report_of(ws, year=2020)
    assert report.steps[-1].due == dt.date(2020, 5, 6)  # five days for objections
    name = self_reports.object_to(ws, {"zh-Hans": "数字不对"}, year=2020, on=dt.date(2020, 5, 3))
    with pytest.raises(DuzhengError, match=rf"DZ-O002 {FILE}, line \d+.*{name}, which nobody decided"):
        self_reports.step(ws, "submitted", on=JUNE, **WHO)
    with pytest.raises(DuzhengError, match=r"DZ-O001 .*expected one that is open: objection-1"):
        self_reports.decide_objection(ws, "objection-9", {"zh-Hans": "不采纳"}, year=2020)
    self_reports.decide_objection(ws, name, {"zh-Hans": "不采纳"}, year=2020)
    self_reports.step(ws, "submitted", on=JUNE, **WHO)
    assert self_reports.report_of(ws, year=2020).state_on(JUNE) == "submitted"


def test_an_objection_outside_its_days_and_a_step_out_of_order_are_refused(tmp_path):
    ws = noticed(tmp_path)
    with pytest.raises(DuzhengError, match=rf"DZ-O002 {FILE}, line \d+.*posted after noticed"):
        self_reports.step(ws, "posted", on=MAY, **WHO)
    self_reports.draft(ws, on=APRIL, **WHO)
    with pytest.raises(DuzhengError, match="DZ-O002"):
        self_reports.object_to(ws, {"zh-Hans": "太早"}, year=2020, on=APRIL)
    with pytest.raises(DuzhengError, match="DZ-O002"):
        self_reports.step(ws, "approved", on=SPRING, **WHO)  # before it was drafted
    with pytest.raises(DuzhengError, match="DZ-O003"):
        self_reports.draft(ws, year=2019, on=APRIL, by="张某")


def test_no_paragraph_is_approved_that_rests_on_nothing(tmp_path):
    ws = noticed(tmp_path)
    with pytest.raises(DuzhengError, match=r"DZ-O001 .*found none; expected a text"):
        self_reports.step(ws, "approved", on=APRIL, **WHO)
    self_reports.draft(ws, on=APRIL, **WHO)
    path = tmp_path / FILE
    text = path.read_text(encoding="utf-8").replace("fin/funds", "fin/wealth")
    text = text.replace("paragraphs:\n", "paragraphs:\n  - {duty: reform, text: {zh-Hans: 改革成效显著。}}\n")
    path.write_text(text, encoding="utf-8")
    ws = Workspace(tmp_path)
    assert self_reports.untied(self_reports.report_of(ws, year=2020), ws.ledger) == {
        "reform": (),
        "means": ("fin/wealth",),
    }
    with pytest.raises(DuzhengError) as caught:
        self_reports.step(ws, "approved", on=MAY, **WHO)
    assert [each.column for each in caught.value.faults] == ["paragraphs.reform", "paragraphs.means"]


def test_what_was_approved_stays_until_there_is_a_new_draft(tmp_path):
    ws = noticed(tmp_path)
    self_reports.draft(ws, on=APRIL, **WHO)
    self_reports.step(ws, "approved", on=MAY, **WHO)
    path = tmp_path / FILE
    text = path.read_text(encoding="utf-8")
    assert f"sha256: {self_reports.report_of(ws, year=2020).seal}" in text
    changed = text.replace("经费优先保障教育。", "经费全力保障教育。")
    path.write_text(changed, encoding="utf-8")
    said = rf"DZ-O002 {FILE}, line \d+, column paragraphs.*not those approved.*`drafted`"
    with pytest.raises(DuzhengError, match=said):
        Workspace(tmp_path).check()
    anew = re.sub(r"(sha256: \w+\n)", r"\1  - {state: drafted, date: 2020-05-02, by: 张某}\n", changed)
    path.write_text(anew, encoding="utf-8")
    ws = Workspace(tmp_path)
    ws.check()
    self_reports.step(ws, "approved", on=JUNE, **WHO)
    assert self_reports.report_of(ws, year=2020).approved_as == self_reports.report_of(ws, year=2020).seal


def test_the_length_is_a_limit_in_the_year_of_its_document_and_a_reminder_in_others(tmp_path):
    long = FINANCE.replace("经费优先保障教育。", "经费优先保障教育，" * 5)
    found = self_reports.draft(noticed(tmp_path / "later", long), on=APRIL, **WHO)
    # Five times nine characters, and the ten of the claim; spaces are not counted.
    assert (found.length.characters, found.length.most, found.length.is_set, found.length.exceeds) == (
        55,
        30,
        False,
        True,
    )
    ws = noticed(tmp_path / "then", long.replace("2020", "2019"), year=2019)
    with pytest.raises(DuzhengError, match=r"DZ-O001 .*P-2019\.yaml.*found 55 characters; expected 30 at most"):
        self_reports.draft(ws, year=2019, on=dt.date(2019, 4, 1), by="张某")
    assert self_reports.report_of(ws, year=2019).paragraphs == ()


def test_shanghais_limit_of_2018_is_five_thousand_characters(shanghai):
    # The notice of 2018; for other years no document was found.
    limits = office_year(shanghai).self_report
    assert [(each.most, is_set) for each, is_set in map(limits.longest, (2018, 2026))] == [(5000, True), (5000, False)]


def test_no_report_is_approved_that_rests_on_what_is_not(tmp_path):
    ws = noticed(tmp_path, text=FINANCE)  # checked, and no more
    self_reports.draft(ws, on=APRIL, **WHO)
    with pytest.raises(DuzhengError, match=r"DZ-O002.*claims of fin, which is checked"):
        self_reports.step(ws, "approved", on=MAY, **WHO)
