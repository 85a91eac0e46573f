"""Memos: parameters, one memo, batches of them, the manifest."""

from analysis.memos.batch import build, explained
from analysis.memos.execute import execute, read_blocks
from analysis.memos.memo import FORMATS, Format, Outcome, Task
from analysis.memos.parameters import MemoParameters, read_parameters
from analysis.memos.plan import Plan, plan

__all__ = [
    "FORMATS",
    "Format",
    "MemoParameters",
    "Outcome",
    "Plan",
    "Task",
    "build",
    "execute",
    "explained",
    "plan",
    "read_blocks",
    "read_parameters",
]
