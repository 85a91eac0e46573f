"""Pure numbers, no words of the domain."""

from analysis.stats.inequality import weighted_cv

__all__ = ["weighted_cv"]
