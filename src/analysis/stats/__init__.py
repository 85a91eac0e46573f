"""Pure numbers, no words of the domain."""

from analysis.stats.design import SurveyDesign
from analysis.stats.inequality import weighted_cv
from analysis.stats.quantiles import weighted_quantile

__all__ = ["SurveyDesign", "weighted_cv", "weighted_quantile"]
