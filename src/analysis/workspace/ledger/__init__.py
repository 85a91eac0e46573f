"""Ledgers: what units say of themselves, what others found, and what became of it; `data/ledger`."""

from analysis.workspace.ledger.book import Ledger
from analysis.workspace.ledger.entries import DEMO, FOLDER, Access, CoefficientOf, IndexOf, Measured, Move, Paper
from analysis.workspace.ledger.files import read_ledger
from analysis.workspace.ledger.plans import PLAN_MOVES, REPORT_MOVES, Plan, PlanEntry, SelfReport
from analysis.workspace.ledger.rectification import MOVES, WITH_THE_OFFICE, Evidence, Item, Rectification, State
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
    "DEMO", "EVALUATION_MOVES", "FOLDER", "MOVES", "PLAN_MOVES", "REPORT_MOVES", "WITH_THE_OFFICE", "Access",
    "Answer", "Audit", "Claim", "CoefficientOf", "Direction", "Editing", "Evidence", "IndexOf", "Item", "Ledger",
    "Measured", "Move", "Paper", "Plan", "PlanEntry", "Rectification", "Reminder", "SelfEvaluation", "SelfReport",
    "State", "editing", "read_ledger",
]  # fmt: skip
