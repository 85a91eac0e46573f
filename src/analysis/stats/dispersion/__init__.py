"""Dispersion: what drives a weighted coefficient of variation, what would change it, and proof that less would not."""

from analysis.stats.dispersion.additions import Addition, least_addition
from analysis.stats.dispersion.certificates import Certificate
from analysis.stats.dispersion.choices import Choice, least_choices
from analysis.stats.dispersion.coefficients import coefficient, grouped_cv, holds_exactly, plain_cv, weighted_cv
from analysis.stats.dispersion.contributions import contributions, leave_one_out
from analysis.stats.dispersion.flips import flipping_sizes, flipping_totals, highest, joint_change, lowest
from analysis.stats.dispersion.levelling import Frontier, frontier, frontier_at, least_level
from analysis.stats.dispersion.mixtures import Mixed, least_mixture
from analysis.stats.dispersion.transfers import Transfer, least_transfer, pairs

__all__ = [
    "Addition",
    "Certificate",
    "Choice",
    "Frontier",
    "Mixed",
    "Transfer",
    "coefficient",
    "contributions",
    "flipping_sizes",
    "flipping_totals",
    "frontier",
    "frontier_at",
    "grouped_cv",
    "highest",
    "holds_exactly",
    "joint_change",
    "least_addition",
    "least_choices",
    "least_level",
    "least_mixture",
    "least_transfer",
    "leave_one_out",
    "lowest",
    "pairs",
    "plain_cv",
    "weighted_cv",
]
