"""Composites: one number of several indicators, in steps that are remembered, and what other choices would give."""

from analysis.indicators.composites.composite import Composite
from analysis.indicators.composites.framework import Framework, framework_of
from analysis.indicators.composites.gathering import composite
from analysis.indicators.composites.results import CompositeResult, Scores
from analysis.indicators.composites.screening import Screening
from analysis.indicators.composites.sensitivity import Sensitivity
from analysis.indicators.composites.uncertainty import Uncertainty

__all__ = [
    "Composite",
    "CompositeResult",
    "Framework",
    "Scores",
    "Screening",
    "Sensitivity",
    "Uncertainty",
    "composite",
    "framework_of",
]
