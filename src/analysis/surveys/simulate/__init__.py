"""Respondents of a questionnaire made up, before anybody real is asked; everything about them is known and declared."""

from analysis.surveys.simulate.expected import true_indices
from analysis.surveys.simulate.files import demonstration, write_demonstration, write_rehearsal
from analysis.surveys.simulate.fit import read_truth
from analysis.surveys.simulate.report import write_report
from analysis.surveys.simulate.truth import Truth, plain_truth
from analysis.surveys.simulate.wave import Simulated, simulate

__all__ = [
    "Simulated",
    "Truth",
    "demonstration",
    "plain_truth",
    "read_truth",
    "simulate",
    "true_indices",
    "write_demonstration",
    "write_rehearsal",
    "write_report",
]
