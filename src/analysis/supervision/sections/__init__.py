"""Sections of the documents of the office's year, by the name that notebooks and layouts use."""

from __future__ import annotations

from typing import Final

from analysis.findings.sections import Section
from analysis.supervision.sections import (
    board,
    bulletin,
    duties,
    inspections,
    notice,
    opinions,
    plan,
    progress,
    reports,
    rounds,
    terms,
    training,
)
from analysis.supervision.training import FORMS

_UNIT, _WHOLE, _DEPARTMENT, _DUTY = (frozenset({each}) for each in ("unit", "whole", "department", "duty"))
_INSPECTION, _VISIT = frozenset({"inspection"}), frozenset({"visit"})

SECTIONS: Final[dict[str, Section]] = {
    "notice_scope": Section(notice.notice_scope, _WHOLE),
    "notice_content": Section(notice.notice_content, _WHOLE),
    "notice_how": Section(notice.notice_how, _WHOLE),
    "progress": Section(progress.progress, _WHOLE),
    "evaluation_faults": Section(progress.faults, _WHOLE),
    "evaluation_returns": Section(progress.returns, _WHOLE),
    "audit_flags": Section(progress.audit_flags, _UNIT | _WHOLE | _DEPARTMENT),
    "course": Section(bulletin.course, _UNIT | _DEPARTMENT),
    "answers": Section(bulletin.answers, _UNIT | _DEPARTMENT),
    "term_targets": Section(terms.term_targets, _UNIT | _WHOLE),
    "collected": Section(bulletin.collected, _WHOLE),
    "collected_figures": Section(bulletin.collected_figures, _WHOLE),
    "responsible": Section(duties.responsible, _WHOLE | _DEPARTMENT | _DUTY),
    "coverage": Section(duties.coverage, _WHOLE | _DUTY),
    "duty_claims": Section(duties.claimed, _DUTY),
    "duty_items": Section(duties.items, _DUTY),
    "others": Section(duties.others, _UNIT | _WHOLE | _DUTY),
    "plan": Section(plan.plan, _WHOLE),
    "decided": Section(plan.decided, _WHOLE),
    "delivered": Section(plan.delivered, _WHOLE),
    "done": Section(reports.done, _WHOLE),
    "report_course": Section(reports.report_course, _WHOLE),
    "report_text": Section(reports.report_text, _WHOLE),
    "round": Section(rounds.planned, _WHOLE),
    "round_slots": Section(rounds.spread, _WHOLE),
    "round_changes": Section(rounds.changes, _WHOLE),
    "board": Section(board.board, _WHOLE),
    "board_proposed": Section(board.proposed, _WHOLE),
    "board_moved": Section(board.moved, _WHOLE),
    "measures": Section(board.measures, _WHOLE),
    "incidents": Section(board.incidents, _WHOLE),
    "checklist": Section(board.checklist, _WHOLE),
    "due": Section(board.due, _WHOLE),
    "agenda": Section(board.agenda, _WHOLE),
    "inspections": Section(inspections.listed, _WHOLE),
    "inspection": Section(inspections.course, _INSPECTION),
    "visit": Section(inspections.visit, _VISIT),
    "visit_raised": Section(inspections.raised, _VISIT),
    "visit_items": Section(inspections.open_items, _VISIT),
    "inspection_team": Section(inspections.team, _INSPECTION | _VISIT),
    "inspection_questions": Section(inspections.questions, _INSPECTION | _VISIT),
    "visit_schools": Section(inspections.schools, _VISIT),
    "visit_quotas": Section(inspections.quotas, _VISIT),
    "inspection_figures": Section(inspections.figures, _INSPECTION),
    "inspection_outcome": Section(inspections.outcome, _INSPECTION),
    "inspection_found": Section(inspections.found, _INSPECTION),
    "opinion": Section(opinions.opinion, _VISIT),
    "opinion_good": Section(opinions.achievements, _VISIT),
    "opinion_problems": Section(opinions.problems, _VISIT),
    "opinion_requests": Section(opinions.requests, _VISIT),
    "opinion_replies": Section(opinions.replies, _VISIT),
    "training_guide": Section(training.guide, _WHOLE),
    "training_codes": Section(training.codes, _WHOLE),
    **{f"training_{name}": Section(training.of(name), _WHOLE) for name in FORMS},
}
