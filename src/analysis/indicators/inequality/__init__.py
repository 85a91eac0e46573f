"""Inequality between and within units over the years, with its parts."""

from analysis.indicators.inequality.decomposition import between_units, decomposed
from analysis.indicators.inequality.over_time import Inequality, inequality

__all__ = ["Inequality", "between_units", "decomposed", "inequality"]
