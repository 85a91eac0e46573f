"""Verdicts: whether a claim agrees with what was monitored, differs from it, or cannot be verified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Final, Literal

from analysis.findings.ledger.monitored import Figure, Missing, Monitored, Reason

if TYPE_CHECKING:
    from analysis.workspace.ledger import Claim, Direction

Outcome = Literal["agrees", "differs", "open"]
#: What two numbers that are equal may differ by, since decimals are not exact in binary; beside their size.
_EXACT: Final = 1e-9
#: The share of false ones that is expected among the claims on samples that are said to differ.
LEVEL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of a claim.

    Parameters
    ----------
    claim
        The claim.
    outcome, reason
        What comes of it, and why it cannot be verified; empty if it can.
    now, before
        The figures of its year and of its base year, as far as they are there.
    monitored
        What the claimed number is held to: the figure itself, the change, or the growth; None for a direction or where
        there is none.
    margin
        By how much the two may differ and still agree.
    newest
        The year of the newest figure where there is none of the claim's year.
    p
        Of a claim on a sample: how likely a difference as large is if it is true.
    """

    claim: Claim
    outcome: Outcome
    reason: Reason | None = None
    now: Figure | None = None
    before: Figure | None = None
    monitored: float | None = None
    margin: float = 0.0
    newest: int | None = None
    p: float | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures that it rests on."""
        return tuple(each for each in (self.before, self.now) if each is not None)


def verdict(claim: Claim, unit: str, monitored: Monitored, *, same_territory: bool = True) -> Verdict:
    """Hold a claim to what was monitored.

    Parameters
    ----------
    claim
        The claim.
    unit
        The unit on the boundaries of the run.
    monitored
        The figures of the run.
    same_territory
        Whether the unit that evaluated itself had the territory that the figures are about.

    Notes
    -----
    A claim agrees if the figure lies within half a unit of its last printed digit, or within the tolerance that is
    declared; where the figure itself was published in coarser units, what it may be off by is added. A claim on a
    sample agrees if it lies within the interval of the estimate. Figures across a break are not compared, and those
    that a warning stands against prove nothing. A number that only the former territory of the unit had is no false
    one: it cannot be held to figures of the present territory.
    """
    if not same_territory:
        return Verdict(claim, "open", "territory")
    if claim.growth is not None and claim.base_year == claim.year - 1:
        published = monitored.published_growth(claim.indicator, unit, claim.year)
        if isinstance(published, Figure):
            return _held(claim, published, published.value, claim.margin + published.half)
    now = monitored.of(claim, unit)
    if isinstance(now, Missing):
        return Verdict(claim, "open", now.reason, newest=now.year)
    if claim.base_year is None:
        found = _sampled(claim, now) if now.selection != "register" else _level(claim, now)
    else:
        before = monitored.of(claim, unit, claim.base_year)
        if isinstance(before, Missing):
            return Verdict(claim, "open", before.reason, newest=before.year, now=now)
        found = _compared(claim, now, before)
    if found.outcome == "differs" and now.selection == "register" and _as_before(claim, unit, monitored, found):
        return replace(found, outcome="open", reason="territory")
    return found


def _level(claim: Claim, now: Figure) -> Verdict:
    return _held(claim, now, now.value, claim.margin + now.half)


def _held(claim: Claim, now: Figure, value: float, margin: float, before: Figure | None = None) -> Verdict:
    assert claim.number is not None  # a claim that is held to a number has one  # noqa: S101
    apart = abs(float(claim.number) - value)
    outcome: Outcome = "agrees" if apart <= margin + _EXACT * max(1.0, abs(value)) else "differs"
    return Verdict(claim, outcome, None, now, before, value, margin)


def _sampled(claim: Claim, now: Figure) -> Verdict:
    """Hold a claim to an estimate: within the interval it agrees; ``p`` is of the nearest value that prints so."""
    assert claim.number is not None  # noqa: S101
    if now.lower is None or now.upper is None:
        return Verdict(claim, "open", "withheld", now)
    number, margin = float(claim.number), claim.margin
    within = now.lower - margin - _EXACT <= number <= now.upper + margin + _EXACT
    found = Verdict(claim, "agrees" if within else "differs", None, now, None, now.value, margin)
    apart = max(0.0, abs(number - now.value) - margin)
    return replace(found, p=_p(apart, now))


def _p(apart: float, figure: Figure) -> float | None:
    if not figure.se or not figure.df or isnan(figure.df):
        return None
    from scipy import special

    return float(2 * special.stdtr(figure.df, -apart / figure.se))


def _compared(claim: Claim, now: Figure, before: Figure) -> Verdict:
    if now.segment != before.segment:
        return Verdict(claim, "open", "broken", now, before)
    change, half = now.value - before.value, now.half + before.half
    if claim.change is not None:
        return _held(claim, now, change, claim.margin + half, before)
    if claim.growth is not None:
        if before.value <= 0:
            return Verdict(claim, "open", "no_figure", now, before)
        growth = 100 * change / before.value
        off = 100 * (now.half / before.value + before.half * abs(now.value) / before.value**2)
        return _held(claim, now, growth, claim.margin + off, before)
    steady = _steady(claim, now) if claim.direction == "steady" else 0.0
    way: Direction = "up" if change > steady + half else "down" if change < -steady - half else "steady"
    unclear = way != claim.direction and half and abs(change) <= steady + half
    outcome: Outcome = "agrees" if way == claim.direction else "open" if unclear else "differs"
    return Verdict(claim, outcome, "unclear" if unclear else None, now, before)


def _steady(claim: Claim, now: Figure) -> float:
    """Give up to which change a figure counts as steady: as declared, or as long as it is shown as the same."""
    return float(claim.tolerance) if claim.tolerance is not None else 10.0**-now.decimals / 2


def _as_before(claim: Claim, unit: str, monitored: Monitored, found: Verdict) -> bool:
    """Tell whether a claim agrees with the figures of a territory that the unit's code had before."""
    years = (claim.year, claim.base_year)
    former = [monitored.former(claim.indicator, unit, year) if year is not None else None for year in years]
    if not any(former):
        return False
    now, before = former[0] or found.now, former[1] or found.before
    if now is None or (claim.base_year is not None and before is None):
        return False
    again = _level(claim, now) if before is None else _compared(claim, now, before)
    return again.outcome == "agrees"


def beyond_chance(verdicts: Iterable[Verdict], level: float = LEVEL) -> list[Verdict]:
    """Take back what many claims on samples would show by chance.

    Parameters
    ----------
    verdicts
        Of all units of a run.
    level
        The share of false ones that is accepted among those that are said to differ.

    Returns
    -------
    list of Verdict
        In the order given: a claim outside its interval whose p, adjusted over all claims on samples, is above the
        level is open, as the difference is within what chance does among so many.

    Notes
    -----
    Benjamini and Hochberg (1995), by :func:`analysis.stats.multiplicity.adjust`.
    """
    found = list(verdicts)
    tested = [place for place, each in enumerate(found) if each.p is not None]
    if not tested:
        return found
    from analysis.stats.multiplicity import adjust

    adjusted = adjust([found[place].p for place in tested], method="bh").tolist()
    for place, p in zip(tested, adjusted, strict=True):
        if found[place].outcome == "differs" and p > level:
            found[place] = replace(found[place], outcome="open", reason="unclear")
    return found
