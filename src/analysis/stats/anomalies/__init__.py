"""Anomalies of figures: last and first digits, bunching, copies and steadiness beyond coincidence."""

from analysis.stats.anomalies.bunching import bunching
from analysis.stats.anomalies.coincidence import chance_of, cumulants, information
from analysis.stats.anomalies.digits import (
    benford,
    benford_shares,
    digit_counts,
    first_digit,
    last_digits,
    last_place,
)
from analysis.stats.anomalies.steadiness import centre_and_scale, chance_of_outlier, chance_of_steadiness, tails

__all__ = [
    "benford",
    "benford_shares",
    "bunching",
    "centre_and_scale",
    "chance_of",
    "chance_of_outlier",
    "chance_of_steadiness",
    "cumulants",
    "digit_counts",
    "first_digit",
    "information",
    "last_digits",
    "last_place",
    "tails",
]
