"""Ledgers: what units say of themselves, what others found, and what became of it; `data/ledger`."""

from analysis.workspace.ledger.book import Ledger
from analysis.workspace.ledger.entries import DEMO, FOLDER, Access, CoefficientOf, IndexOf, Measured, Move, Paper
from analysis.workspace.ledger.files import read_ledger
from analysis.workspace.ledger.inspections import INSPECTION_MOVES, Draw, Found, Inspection, Member, Question
from analysis.workspace.ledger.opinions import OPINION_MOVES, Opinion
from analysis.workspace.ledger.plans import PLAN_MOVES, REPORT_MOVES, Plan, PlanEntry, SelfReport
from analysis.workspace.ledger.rectification import MOVES, WITH_THE_OFFICE, Evidence, Item, Rectification, State
from analysis.workspace.ledger.rounds import PLACEMENT_MOVES, Placement, Round
from analysis.workspace.ledger.self_evaluations import (
    EVALUATION_MOVES,
    Answer,
    Audit,
    Claim,
    Direction,
    Reminder,
    SelfEvaluation,
)
from analysis.workspace.ledger.writing import Editing, editing

__all__ = [
    "DEMO", "EVALUATION_MOVES", "FOLDER", "INSPECTION_MOVES", "MOVES", "OPINION_MOVES", "PLACEMENT_MOVES",
    "PLAN_MOVES", "REPORT_MOVES", "WITH_THE_OFFICE", "Access", "Answer", "Audit", "Claim", "CoefficientOf",
    "Direction", "Draw", "Editing", "Evidence", "Found", "IndexOf", "Inspection", "Item", "Ledger", "Measured",
    "Member", "Move", "Opinion", "Paper", "Placement", "Plan", "PlanEntry", "Question", "Rectification", "Reminder",
    "Round", "SelfEvaluation", "SelfReport", "State", "editing", "read_ledger",
]  # fmt: skip
