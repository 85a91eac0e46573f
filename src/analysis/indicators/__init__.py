"""Indicators: series on one set of boundaries, comparisons, warnings, and a chart for each."""

from analysis.indicators.comparison import change, complete_years, peers, place, share, spread
from analysis.indicators.facts import COLUMNS, cell_id, facts_of, rows_of, stack
from analysis.indicators.growth import growth
from analysis.indicators.series import series, undecided
from analysis.indicators.warnings import warnings

__all__ = [
    "COLUMNS",
    "cell_id",
    "change",
    "complete_years",
    "facts_of",
    "growth",
    "peers",
    "place",
    "rows_of",
    "series",
    "share",
    "spread",
    "stack",
    "undecided",
    "warnings",
]
