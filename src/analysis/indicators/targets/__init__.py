"""Targets: how far a government is on its way to what it set itself."""

from analysis.indicators.targets.course import course
from analysis.indicators.targets.targets import targets

__all__ = ["course", "targets"]
