"""Answers: from the waves of a run to estimates, adjusted tests, findings and sentences, for all units at once."""

from analysis.findings.answers.gather import gather
from analysis.findings.answers.places import unit_column
from analysis.findings.answers.waves import Wave, waves

__all__ = ["Wave", "gather", "unit_column", "waves"]
