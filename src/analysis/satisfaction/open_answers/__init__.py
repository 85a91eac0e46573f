"""Open answers: comments coded by a frame of topics, key terms of groups, and quotations that tell of nobody."""

from analysis.satisfaction.open_answers.agreement import Agreement, agreement, read_coded
from analysis.satisfaction.open_answers.code_frame import CodeFrame, code_frames, read_code_frame
from analysis.satisfaction.open_answers.coding import coded
from analysis.satisfaction.open_answers.disclosure import scan
from analysis.satisfaction.open_answers.key_terms import KeyTerms, key_terms
from analysis.satisfaction.open_answers.quotations import Quotations, quotations
from analysis.satisfaction.open_answers.topics import Comments, comments

__all__ = [
    "Agreement",
    "CodeFrame",
    "Comments",
    "KeyTerms",
    "Quotations",
    "agreement",
    "code_frames",
    "coded",
    "comments",
    "key_terms",
    "quotations",
    "read_code_frame",
    "read_coded",
    "scan",
]
