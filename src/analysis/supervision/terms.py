"""Terms: what a unit claims, and what was monitored, beside the targets of its government's term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from analysis.messages import rounded
from analysis.supervision.points import Form, targets_of

if TYPE_CHECKING:
    from analysis.findings.ledger.monitored import Figure, Monitored
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Claim, SelfEvaluation
    from analysis.workspace.targets import Target, Term

#: The figure is where the target is; it is of the target's year or later and is not there; the year is still to come.
State = Literal["reached", "missed", "under_way"]


@dataclass(frozen=True)
class Held:
    """A target beside the newest figure that is claimed for it, and the newest that was monitored.

    Parameters
    ----------
    point
        The point of the form that asks for it.
    term, target
        The term, and what it sets.
    claim, figure
        The newest value that is claimed, and the newest figure; None for none.
    """

    point: str
    term: Term
    target: Target
    claim: Claim | None
    figure: Figure | None

    @property
    def claimed(self) -> State | None:
        """Where the unit's own figure stands; None without one."""
        if self.claim is None or self.claim.value is None:
            return None
        return state_of(self.target, self.claim.value, self.claim.year)

    @property
    def monitored(self) -> State | None:
        """Where the monitored figure stands, as it is shown; None without one."""
        if self.figure is None:
            return None
        decimals = max(self.figure.decimals, self.claim.decimals if self.claim else 0)
        return state_of(self.target, rounded(self.figure.value, decimals), self.figure.year)

    @property
    def false(self) -> bool:
        """Whether the target counts as reached by what is claimed, and not by what was monitored of that year."""
        if self.claim is None or self.figure is None or self.claim.year != self.figure.year:
            return False
        return self.claimed == "reached" != self.monitored


def state_of(target: Target, value: Decimal, year: int) -> State:
    """Say where a figure of a year stands beside a target.

    >>> from analysis.workspace.targets import Target
    >>> target = Target(indicator="pupils", value=100, by=2025, certainty="own")
    >>> state_of(target, Decimal(100), 2023), state_of(target, Decimal(99), 2023), state_of(target, Decimal(99), 2025)
    ('reached', 'under_way', 'missed')
    """
    wanted = Decimal(str(target.value))
    there = value >= wanted if target.direction == "at_least" else value <= wanted
    return "reached" if there else "missed" if year >= target.by else "under_way"


def held_to_targets(
    workspace: Workspace, evaluation: SelfEvaluation, form: Form, monitored: Monitored, *, synthetic: bool = False
) -> Iterator[Held]:
    """Hold a self-evaluation to the targets of the terms that its form asks for.

    Parameters
    ----------
    workspace
        The workspace.
    evaluation, form
        The self-evaluation, and the form that it answers.
    monitored
        The figures that claims are held to.
    synthetic
        Whether the invented terms of the demonstration hold, or the workspace's own.

    Yields
    ------
    Held
        In the order of terms and their targets.
    """
    asking = next((each.id for each in form.points if each.asks == "targets"), "")
    if not asking:
        return
    unit = evaluation.unit
    claims = {each.indicator: each for each in sorted(evaluation.claims, key=lambda each: each.year)
              if each.value is not None and not each.of}  # fmt: skip
    holders = workspace.units.holders(unit, monitored.boundaries)
    for term, target in targets_of(workspace, unit=unit, year=evaluation.year, synthetic=synthetic):
        course = monitored.course(target.indicator, holders[0]) if len(holders) == 1 else []
        yield Held(asking, term, target, claims.get(target.indicator), course[-1] if course else None)
