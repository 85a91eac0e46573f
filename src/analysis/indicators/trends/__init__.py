"""Trends: levels and changes of short series between breaks, and control charts of monthly or termly ones."""

from analysis.indicators.trends.control import control_chart
from analysis.indicators.trends.trend import trend

__all__ = ["control_chart", "trend"]
