"""Disclosure control: what must not be known of tables that add up, what an outsider infers, what else to hide."""

from analysis.stats.disclosure.hierarchies import relations_of, with_rests
from analysis.stats.disclosure.intervals import exposed, intervals
from analysis.stats.disclosure.means import mean_intervals, means
from analysis.stats.disclosure.releases import combined, differencing
from analysis.stats.disclosure.sensitivity import Rule, primary
from analysis.stats.disclosure.suppression import Suppression, suppress

__all__ = [
    "Rule",
    "Suppression",
    "combined",
    "differencing",
    "exposed",
    "intervals",
    "mean_intervals",
    "means",
    "primary",
    "relations_of",
    "suppress",
    "with_rests",
]
