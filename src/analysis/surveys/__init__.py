"""Questionnaires as code: items and their bank, questionnaires held to them, linted, proved, compared and sealed."""

from typing import TYPE_CHECKING, Any

from analysis.surveys.bank import Bank, read_bank
from analysis.surveys.changes import Change, diff
from analysis.surveys.codebook import codebook, outline
from analysis.surveys.draft import new_survey
from analysis.surveys.history import check_history
from analysis.surveys.power import Planned, check_analyses
from analysis.surveys.revisions import surveys_at
from analysis.surveys.seal import Declared, Seal, check_seal, declared, write_seal
from analysis.surveys.survey import Survey, is_shown, questionnaires, read_survey, read_surveys, schema
from analysis.surveys.waves import Verdict, compare_waves, wave_before

if TYPE_CHECKING:
    from analysis.surveys.proof import Claim, prove

__all__ = [
    "Bank",
    "Change",
    "Claim",
    "Declared",
    "Planned",
    "Seal",
    "Survey",
    "Verdict",
    "check_analyses",
    "check_history",
    "check_seal",
    "codebook",
    "compare_waves",
    "declared",
    "diff",
    "is_shown",
    "new_survey",
    "outline",
    "prove",
    "questionnaires",
    "read_bank",
    "read_survey",
    "read_surveys",
    "schema",
    "surveys_at",
    "wave_before",
    "write_seal",
]


def __getattr__(name: str) -> Any:
    """Load the solver when something is to be proved, not before."""
    if name in {"Claim", "prove"}:
        from analysis.surveys import proof

        return getattr(proof, name)
    raise AttributeError(name)
