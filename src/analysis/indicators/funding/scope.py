"""Growth over the year before on the same scope: from levels, or as published, never the two mixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan, nan

#: What binary fractions add to figures that are printed in tenths and hundredths.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class YearlyGrowth:
    """The growth of one thing over the year before.

    Attributes
    ----------
    levels
        In per cent, of the levels of both years; NaN across a break or where one is missing.
    published
        As published, in per cent; NaN if it is not.
    stated
        Whether the source says that the published growth is on the same scope.
    broken
        Whether the catalogue has a break between the two years.
    slack, levels_slack
        What rounding of the published growth, and of the levels, leaves open, in points.
    absent
        Why there is no growth of levels: a status of facts, or ``year_before`` or ``no_figure``; empty if there is one.
    """

    levels: float = nan
    published: float = nan
    stated: bool = False
    broken: bool = False
    slack: float = 0.0
    levels_slack: float = 0.0
    absent: str = "no_figure"

    @property
    def differs(self) -> bool:
        """Whether published growth and growth of levels differ by more than rounding."""
        apart = abs(self.published - self.levels)
        return not isnan(apart) and apart > self.slack + self.levels_slack + ROUNDING


@dataclass(frozen=True, slots=True)
class Decided:
    """The growth that decides.

    Attributes
    ----------
    growth
        In per cent; NaN where none decides.
    basis
        ``stated`` (published, on the same scope), ``levels``, ``published`` (the scope is not stated), or empty.
    slack
        What rounding leaves open.
    reason
        Why none decides: ``break``, ``disagree``, ``year_before``, ``no_figure`` or a status of facts.
    """

    growth: float = nan
    basis: str = ""
    slack: float = 0.0
    reason: str = ""


def decide(
    growth: YearlyGrowth, alike: Callable[[float, float], bool] = lambda one, two: (one > 0) == (two > 0)
) -> Decided:
    """Choose the growth that decides.

    Parameters
    ----------
    growth
        What is known.
    alike
        Tells whether two growths lead to one verdict.

    Returns
    -------
    Decided
        Published growth that is stated to be on the same scope decides before all. Across a break nothing else does.
        Growth of levels decides where published growth agrees with it up to rounding, or is not there. Where the two
        differ and the scope is not stated, published growth decides only if levels lead to the same verdict.

    Examples
    --------
    >>> decide(YearlyGrowth(levels=-0.18, published=1.74, stated=True, slack=0.005)).basis
    'stated'
    >>> decide(YearlyGrowth(levels=-0.18, published=1.74, slack=0.005)).reason
    'disagree'
    >>> decide(YearlyGrowth(published=4.0, broken=True)).reason
    'break'
    """
    if growth.stated and not isnan(growth.published):
        return Decided(growth.published, "stated", growth.slack)
    if growth.broken:
        return Decided(reason="break")
    if not isnan(growth.levels) and not growth.differs:
        return Decided(growth.levels, "levels")
    if isnan(growth.published):
        return Decided(reason=growth.absent or "no_figure")
    if isnan(growth.levels) or alike(growth.levels, growth.published):
        return Decided(growth.published, "published", growth.slack)
    return Decided(reason="disagree")


def of_levels(before: float, now: float, decimals: int) -> tuple[float, float]:
    """Give the growth of two levels in per cent, and what their rounding leaves open, in points.

    Examples
    --------
    >>> growth, slack = of_levels(17803.60, 17772.06, 2)
    >>> round(growth, 4), slack < 0.0001
    (-0.1772, True)
    """
    if isnan(before) or isnan(now) or before <= 0:
        return nan, 0.0
    half = 0.5 * 10.0**-decimals
    return 100 * (now / before - 1), 100 * half * (1 + abs(now / before)) / before


def slack_of(published: float) -> float:
    """Give half a unit of the last decimal that a published figure has.

    >>> slack_of(1.74), slack_of(5.2), slack_of(5.0)
    (0.005, 0.05, 0.5)
    """
    text = repr(float(published))
    digits = len(text.rpartition(".")[2].rstrip("0")) if "." in text and "e" not in text else 0
    return float(0.5 * 10.0**-digits)


def verdict_of(demand: str, decided: Decided, other: Decided | None = None) -> tuple[str, float, str]:
    """Hold a growth to a demand.

    Parameters
    ----------
    demand
        ``faster``, ``grows`` or ``not_less``.
    decided
        The growth that decides.
    other
        That of what it is compared with, for ``faster``.

    Returns
    -------
    tuple
        ``met``, ``missed``, ``refused`` (another scope) or ``open`` (something is missing, or rounding hides it); the
        margin in points; the reason.

    Examples
    --------
    >>> verdict_of("grows", Decided(1.74, "stated", 0.005))
    ('met', 1.74, '')
    >>> verdict_of("not_less", Decided(0.0, "stated", 0.005))
    ('open', 0.0, 'rounding')
    >>> verdict_of("faster", Decided(6.4, "levels"), Decided(reason="no_figure"))
    ('open', nan, 'no_other')
    """
    if decided.reason:
        return ("refused" if decided.reason == "break" else "open"), nan, decided.reason
    threshold, slack = 0.0, decided.slack
    if demand == "faster":
        if other is None or other.reason:
            broken = other is not None and other.reason == "break"
            return ("refused" if broken else "open"), nan, "break_other" if broken else "no_other"
        threshold, slack = other.growth, slack + other.slack
    margin = decided.growth - threshold
    if slack and abs(margin) < slack - ROUNDING:
        return "open", margin, "rounding"
    enough = margin >= -ROUNDING if demand == "not_less" else margin > ROUNDING
    return ("met" if enough else "missed"), margin, ""
