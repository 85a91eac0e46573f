"""Balance: rules on balanced development of compulsory education held to schools, what drives a verdict, its repair."""

from analysis.indicators.balance.drivers import balance_drivers
from analysis.indicators.balance.evaluation import Balance, balance
from analysis.indicators.balance.flips import flips
from analysis.indicators.balance.frontier import frontier
from analysis.indicators.balance.margins import balance_margins
from analysis.indicators.balance.reallocation import reallocation
from analysis.indicators.balance.repair import repair

__all__ = ["Balance", "balance", "balance_drivers", "balance_margins", "flips", "frontier", "reallocation", "repair"]
