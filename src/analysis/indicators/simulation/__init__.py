"""Schools made up from real totals: every sum agrees, everything else is declared, every row says so."""

from analysis.indicators.simulation.files import write_schools
from analysis.indicators.simulation.schools import simulated_schools
from analysis.indicators.simulation.truth import read_truth

__all__ = ["read_truth", "simulated_schools", "write_schools"]
