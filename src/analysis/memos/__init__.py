"""Memos: parameters, one memo, batches of them, the manifest."""

from analysis.memos.batch import Plan, build, plan
from analysis.memos.execute import execute, read_blocks
from analysis.memos.memo import FORMATS, Format, Outcome
from analysis.memos.parameters import MemoParameters, read_parameters

__all__ = [
    "FORMATS",
    "Format",
    "MemoParameters",
    "Outcome",
    "Plan",
    "build",
    "execute",
    "plan",
    "read_blocks",
    "read_parameters",
]
