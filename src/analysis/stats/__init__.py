"""Pure numbers, no words of the domain."""

from analysis.stats.design import SurveyDesign, weighted_quantile
from analysis.stats.dispersion import weighted_cv

__all__ = ["SurveyDesign", "weighted_cv", "weighted_quantile"]
