"""Composites: treatment of outliers, normalisation, weights of components, aggregation, and what each choice moves."""

from analysis.stats.composite.aggregation import AGGREGATIONS, aggregate
from analysis.stats.composite.components import ComponentWeights, component_weights
from analysis.stats.composite.correlation_ratio import correlation_ratio
from analysis.stats.composite.normalisation import NORMALISATIONS, normalise
from analysis.stats.composite.sensitivity import Shares, factorial_shares, sobol_shares
from analysis.stats.composite.treatment import TREATMENTS, Treated, has_outliers, kurtosis, skewness, treat

__all__ = [
    "AGGREGATIONS",
    "NORMALISATIONS",
    "TREATMENTS",
    "ComponentWeights",
    "Shares",
    "Treated",
    "aggregate",
    "component_weights",
    "correlation_ratio",
    "factorial_shares",
    "has_outliers",
    "kurtosis",
    "normalise",
    "skewness",
    "sobol_shares",
    "treat",
]
