"""Estimates that respect how a sample was drawn."""

from analysis.stats.design.quantiles import weighted_quantile
from analysis.stats.design.survey_design import SurveyDesign

__all__ = ["SurveyDesign", "weighted_quantile"]
