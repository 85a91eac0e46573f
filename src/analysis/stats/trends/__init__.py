"""Trends of short series: exact tests, slopes, change points, waves of a survey, and verdicts that may refuse."""

from analysis.stats.trends.breaks import pettitt
from analysis.stats.trends.rank_tests import corrected_mann_kendall, mann_kendall
from analysis.stats.trends.slopes import ols_hac, project, sen_slope
from analysis.stats.trends.verdict import REASONS, Verdict, verdict
from analysis.stats.trends.waves import Waves, compare_waves

__all__ = [
    "REASONS",
    "Verdict",
    "Waves",
    "compare_waves",
    "corrected_mann_kendall",
    "mann_kendall",
    "ols_hac",
    "pettitt",
    "project",
    "sen_slope",
    "verdict",
]
