"""Control charts: limits of single values, shares and rates, the rules that look for runs, and their false alarms."""

from analysis.stats.control.alarms import SEED, false_alarms, run_length
from analysis.stats.control.limits import RANGE, RANGE_LIMIT, ROUNDING, distances, individuals, rates, shares
from analysis.stats.control.rules import RULE_SETS, RULES, Rule, rules_of, runs, signals

__all__ = [
    "RANGE",
    "RANGE_LIMIT",
    "ROUNDING",
    "RULES",
    "RULE_SETS",
    "SEED",
    "Rule",
    "distances",
    "false_alarms",
    "individuals",
    "rates",
    "rules_of",
    "run_length",
    "runs",
    "shares",
    "signals",
]
