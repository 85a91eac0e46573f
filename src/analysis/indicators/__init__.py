"""Indicators: figures of units over the years, and what rules and comparisons say of them.

Figures are put on the boundaries of one year (``series``, a row a figure as ``facts`` says), compared (``comparison``,
``growth``) and doubted (``warnings``). A folder holds a family of verbs: ``balance``, ``funding``, ``trends``,
``targets``, ``composites``, ``peer_comparison``, ``inequality``, ``audit``, ``simulation``; ``charts`` draws what they
find, a file a verb, ``texts`` says it, ``result`` is what they all give, ``asked`` reads what is asked of them.
"""

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
