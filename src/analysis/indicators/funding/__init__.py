"""Funding: what the law asks of the growth of education funding, year by year on the same scope."""

from analysis.indicators.funding.growth_rules import GrowthRules
from analysis.indicators.funding.verdicts import funding_growth

__all__ = ["GrowthRules", "funding_growth"]
